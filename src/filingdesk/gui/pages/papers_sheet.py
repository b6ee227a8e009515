"""The white sheet with the preview of one paper; facts and gaps are links that lead to their field."""

from PySide6.QtCore import QCoreApplication, Qt, QThread, QUrl, Signal
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QFrame, QHBoxLayout, QTextBrowser, QVBoxLayout, QWidget

from filingdesk.documents.html_writer import anchor_of, fact_of_link
from filingdesk.gui.places import place_words
from filingdesk.gui.theme import LIGHT, Space
from filingdesk.gui.widgets.labels import ElidedLabel

SHEET_WIDTH = 760
_MARGIN = 52
_ABOVE = 60
# Paper is white whatever the palette of the window.
_PAPER = (
    "QTextBrowser { background: #FFFFFF; color: #1A1D23; border: 2px solid #FFFFFF; border-radius: 0; padding: 0; }"
    f"QTextBrowser:focus {{ border-color: {LIGHT.accent}; }}"
)


def parse(html: str, home: QThread, margin: int = _MARGIN) -> QTextDocument:
    """The html as a document that belongs to the thread `home`. Reading it is the slow half and may be done in any thread;
    the layout follows piece by piece where it is shown."""
    document = QTextDocument()
    document.setDocumentMargin(margin)
    document.setHtml(html)
    # A wrapper of the thread that a job held on to dies with whichever widget was first asked for it.
    app = QCoreApplication.instance()
    document.moveToThread(app.thread() if app is not None else home)
    return document


class PaperSheet(QWidget):
    """The sheet on its quiet ground. `wanted` tells the path of a fact that was clicked."""

    wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(Space.XXS)
        row = QHBoxLayout()
        row.setContentsMargins(Space.M, Space.XXS, Space.M, Space.XS)
        frame = QFrame()
        frame.setProperty("role", "sheet")
        frame.setMaximumWidth(SHEET_WIDTH)
        inner = QVBoxLayout(frame)
        inner.setContentsMargins(0, 0, 0, 0)
        self.browser = QTextBrowser()
        self.browser.setStyleSheet(_PAPER)
        self.browser.setOpenLinks(False)
        self.browser.setAccessibleName("文书预览，点击文字跳到来源字段")
        self.browser.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.browser.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.browser.anchorClicked.connect(self._clicked)
        self.browser.highlighted.connect(self._hover)
        inner.addWidget(self.browser)
        row.addStretch(1)
        row.addWidget(frame, 100)
        row.addStretch(1)
        outer.addLayout(row, 1)
        self.hint = ElidedLabel("", "muted")
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        outer.addWidget(self.hint)
        self._document: QTextDocument | None = None
        self._paper = ""

    def show_document(self, paper: str, document: QTextDocument) -> None:
        """Put a document on the sheet; the same paper stays where it was scrolled to."""
        bar = self.browser.verticalScrollBar()
        before = bar.value() if paper == self._paper else 0
        self._paper = paper
        self.browser.setDocument(document)
        self._document = document
        bar.setValue(before)
        self.hint.setText("")

    def show_words(self, text: str) -> None:
        """A sentence instead of a paper."""
        self._paper = ""
        self._document = QTextDocument()
        self._document.setDocumentMargin(_MARGIN)
        self._document.setPlainText(text)
        self.browser.setDocument(self._document)

    def text(self) -> str:
        """What stands on the sheet."""
        return self.browser.toPlainText()

    def scroll_to(self, path: str) -> None:
        """Show the first place of a fact."""
        bar = self.browser.verticalScrollBar()
        before = bar.value()
        self.browser.scrollToAnchor(anchor_of(path))
        if bar.value() != before:  # a little of what stands above it, its heading most often
            bar.setValue(bar.value() - _ABOVE)

    def bring(self, words: str) -> bool:
        """Bring the first place with these words into view; False when they are nowhere."""
        found = self.browser.document().find(words) if words else None
        if found is None or found.isNull():
            return False
        found.setPosition(found.selectionStart())
        rect = self.browser.cursorRect(found)
        if not self.browser.viewport().rect().contains(rect):
            bar = self.browser.verticalScrollBar()
            bar.setValue(bar.value() + rect.top() - _ABOVE)
        return True

    def _clicked(self, url: QUrl) -> None:
        path = _fact(url)
        if path:
            self.wanted.emit(path)

    def _hover(self, url: QUrl) -> None:
        path = _fact(url)
        self.hint.setText(f"点击跳到：{place_words(path) or '自检'}" if path else "")


def _fact(url: QUrl) -> str:
    return fact_of_link(url.toString(QUrl.ComponentFormattingOption.FullyEncoded)) or ""
