"""What a page of the window is, and how the shell knows which pages there are."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from filingdesk.gui.desk import Desk
from filingdesk.gui.findsources import Source
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.buttons import button
from filingdesk.gui.widgets.labels import label


class PageHead(QHBoxLayout):
    """Title and a line about the page (`intro`) at the left, actions at the right."""

    def __init__(self, title: str, intro: str, parent: QWidget | None = None) -> None:
        super().__init__()
        words = QVBoxLayout()
        words.setSpacing(2)
        self.title = label(title, "pageTitle")
        self.intro = label(intro, "secondary", wrap=True, parent=parent)
        words.addWidget(self.title)
        words.addWidget(self.intro)
        self.addLayout(words, 1)

    def add_actions(self, *actions: QWidget) -> None:
        """Actions, from left to right."""
        for action in actions:
            self.addWidget(action, 0, Qt.AlignmentFlag.AlignTop)


class Page(QWidget):
    """One page of the content stack.

    Pages are built when first shown. They read through the `Desk`, change through the `Desk`, and are told by `refresh`
    what changed; they never talk to each other.
    """

    key: str = ""
    title: str = ""
    shows_help = False
    shows_preview = False
    """Whether a paper may stand beside the page while it is filled."""
    shows_problems = True
    has_primary = False
    """Whether the page has a primary button of its own; the export button then steps back."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.setProperty("role", "content")

    def needed_width(self) -> int:
        """Pixels that the page needs beside panes that take what is over."""
        return 640

    def build_step(self) -> bool:
        """Build a further part of the page; False when nothing is left to build."""
        return False

    def build(self) -> None:
        """Build whatever is not built yet; called before the page is shown."""

    def refresh(self, keys: frozenset[str] | None) -> None:
        """The facts behind these keys changed (None: anything may have changed). Called only while the page is shown."""

    def refresh_findings(self) -> None:
        """A new report of the self-check is there (`desk.report`)."""

    def refresh_papers(self) -> None:
        """It is known anew how far the papers are (`desk.papers`)."""

    def reveal(self, path: str) -> bool:
        """Show and focus the place of a path (`algorithm.products[0].name`); False when the page does not hold it."""
        return False

    def place(self) -> str:
        """Where the user is on this page, to be restored later; a path or blank."""
        return ""

    def find_source(self) -> Source | None:
        """What Ctrl+F searches here; None: the list or the text that is seen."""
        return None

    def set_read_only(self, read_only: bool) -> None:
        """Show without letting change."""

    def flush(self) -> bool:
        """Commit what is typed but not yet committed; False when something could not be stored (told already)."""
        return True


class FilledLater(Page):
    """A page that is filled in a step of its own: made and filled in one go it would hold the window up."""

    _filled = False

    def build_step(self) -> bool:
        if self._filled:
            return False
        self._filled = True
        self.refresh(None)
        return True

    def build(self) -> None:
        self.build_step()


class ScrollPage(Page):
    """A page with a title, a line of introduction, actions at the right, and a scrolled column of cards (`column`)."""

    def __init__(self, desk: Desk, title: str = "", intro: str = "", parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        if title:
            self.title = title
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer.addWidget(self.area)
        self.content = QWidget()
        self.content.setProperty("role", "content")
        self.column = QVBoxLayout(self.content)
        self.column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.XL)
        self.column.setSpacing(Space.M)
        head = PageHead(self.title, intro, self.content)
        self.title_label, self.intro_label = head.title, head.intro
        self.intro_label.setVisible(bool(intro))
        self.button_row = QHBoxLayout()
        self.button_row.setSpacing(Space.XS)
        head.addLayout(self.button_row)
        self.column.addLayout(head)
        self.area.setWidget(self.content)

    def needed_width(self) -> int:
        # A page that is still being built, or wants too much, does not push the panes away.
        return max(600, min(self.content.minimumSizeHint().width(), 660)) + 14

    def set_intro(self, text: str) -> None:
        """The line under the title."""
        self.intro_label.setText(text)
        self.intro_label.setVisible(bool(text))

    def add_action(self, text: str, on_click: Callable[[], None], *, primary: bool = False) -> QPushButton:
        """A button at the right of the title."""
        self.has_primary |= primary
        made = button(text, on_click, role="primary" if primary else "")
        self.button_row.addWidget(made, 0, Qt.AlignmentFlag.AlignTop)
        return made

    def bring_into_view(self, widget: QWidget) -> None:
        """Scroll so that the widget stands comfortably inside the view."""
        self.area.ensureWidgetVisible(widget, 0, 60)


@dataclass(frozen=True)
class PageEntry:
    """A page in the registry: how it is called in the sidebar, how it is made, and the module that this takes. `ahead`: it takes
    long enough to be made before anybody asks for it, and making it changes nothing."""

    key: str
    title: str
    group: str
    make: Callable[[Desk], Page]
    module: str
    ahead: bool = False
