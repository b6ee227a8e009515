"""The card 试一试: a box in which the words of the library are marked while one types, and a table of what was found."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QHelpEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QTextEdit, QToolTip, QWidget

from filingdesk.domain.errors import UserError
from filingdesk.gui.desk import Desk
from filingdesk.gui.pages.keywords_channels import ChannelChips, tone_of, way_words
from filingdesk.gui.pages.keywords_finder import Answer, Finder, Hit
from filingdesk.gui.pages.lazy_rows import Column, PlainRows, table_view
from filingdesk.gui.theme import color
from filingdesk.gui.widgets.cards import Card
from filingdesk.gui.widgets.labels import label

LIVE_CHARS = 20_000
"""Longer texts are read up to here while typing; a whole file is scanned on 语料扫描."""
SHOWN = 300
NO_WORDS = "导入关键词库后，在这里试一句话。"
PREPARING = "正在准备关键词库…"


@dataclass(frozen=True)
class Found:
    """Hits of one keyword in the same guise."""

    surface: str
    keyword: str
    category: str
    channel: str
    times: int


def gather(hits: Sequence[Hit]) -> list[Found]:
    """Equal hits together, in the order of their first place."""
    counts: dict[tuple[str, str, str, str], int] = {}
    for hit in hits:
        key = (hit.surface, hit.keyword, hit.category, hit.channel)
        counts[key] = counts.get(key, 0) + 1
    return [Found(*key, times) for key, times in counts.items()]


def units_of(text: str) -> list[int] | None:
    """Places in UTF-16 units, as Qt counts, for every code point; None when they are the same."""
    if text.isascii() or max(text) <= "\uffff":
        return None
    places, at = [], 0
    for char in text:
        places.append(at)
        at += 2 if char > "\uffff" else 1
    return [*places, at]


class TryBox(QPlainTextEdit):
    """The text with its marks; resting on a mark tells what it is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._told: list[tuple[int, int, str]] = []

    def show_marks(self, text: str, hits: Sequence[Hit], names: dict[str, str]) -> None:
        """Mark these hits, which were found in `text`."""
        places = units_of(text) if hits else None
        marks, self._told, widest = [], [], -1
        for hit in hits:
            start, end = (hit.start, hit.end) if places is None else (places[hit.start], places[hit.end])
            inside, widest = hit.end <= widest, max(widest, hit.end)
            marks.append(self._mark(start, end, hit.channel, inside=inside))
            risk = f"{hit.category} {names.get(hit.category, '')}".strip() or "没有归类"
            self._told.append((start, end, f"{hit.keyword} · {risk} · {way_words(hit.channel)}"))
        self.setExtraSelections(marks)

    def _mark(self, start: int, end: int, channel: str, *, inside: bool) -> QTextEdit.ExtraSelection:
        form, tone, line = QTextCharFormat(), tone_of(channel), QTextCharFormat.UnderlineStyle
        form.setForeground(color(tone))
        form.setUnderlineColor(color(tone))
        if not inside:
            form.setBackground(color(f"{tone}_soft"))
        form.setUnderlineStyle(
            line.SingleUnderline
            if channel == "exact" or inside
            else line.DotLine
            if tone == "warning"
            else line.DashUnderline
        )
        mark = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self.document())
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        mark.cursor = cursor  # type: ignore[attr-defined]
        mark.format = form  # type: ignore[attr-defined]
        return mark

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            at = self.cursorForPosition(event.pos()).position()
            words = [told for start, end, told in self._told if start <= at < end]
            QToolTip.showText(event.globalPos(), "\n".join(words[:6]), self)
            return True
        return super().viewportEvent(event)


class TryCard(Card):
    """Type or paste; hits are marked at once. The words are kept by a `Finder`."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("试一试", "不会保存", parent)
        self._names: dict[str, str] = {}
        self._why_not = PREPARING
        self.hits: Sequence[Hit] = ()
        self.finder = Finder(self)
        self.finder.ready.connect(lambda _size: self.look())
        self.finder.building.connect(lambda: self._say("正在准备拼音、拆字通道，词多时要几秒…"))
        self.finder.answered.connect(self._show)
        self.finder.failed.connect(self._failed)
        desk.closing.connect(self.finder.stop)
        self.box = TryBox()
        self.box.setAccessibleName("试一试：输入或粘贴文字，命中的关键词会标出")
        self.box.setPlaceholderText("输入或粘贴一段文字，命中的关键词会立即标出。")
        self.box.setTabChangesFocus(True)
        self.box.setFixedHeight(84)
        self.box.textChanged.connect(self.look)
        self.body.addWidget(self.box)
        self.channels = ChannelChips()
        self.channels.changed.connect(lambda _chosen: self.look())
        self.body.addWidget(self.channels)
        self.told = label("", "muted", wrap=True)
        self.body.addWidget(self.told)
        columns = (
            Column[Found]("原文", lambda f: f.surface + (f" ×{f.times}" if f.times > 1 else "")),
            Column[Found]("关键词", lambda f: f.keyword),
            Column[Found]("方式", lambda f: way_words(f.channel), 108),
            Column[Found]("风险", lambda f: f.category, 62),
        )
        self.model = PlainRows(columns, self)
        self.table = table_view(self.model, columns, "命中的关键词")
        self.table.setMinimumHeight(96)
        self.table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.body.addWidget(self.table, 1)
        self._say(self._why_not)

    def set_names(self, names: dict[str, str]) -> None:
        """What the risks are called."""
        self._names = names

    def no_words(self) -> None:
        """The library is empty: nothing can be tried."""
        self.finder.stop()
        self._why_not = NO_WORDS
        self.look()

    def set_text(self, text: str) -> None:
        """Put a text in, as if pasted."""
        self.box.setPlainText(text)
        self.box.setFocus(Qt.FocusReason.OtherFocusReason)

    def preparing(self) -> None:
        """The words are being made ready."""
        self._why_not = PREPARING
        self.look()

    def look(self) -> None:
        """Have the text looked at; the marks follow when the answer is there."""
        text = self.box.toPlainText()
        if not self.finder.is_ready:
            self.finder.forget()
            self._clear(self._why_not)
            if self._why_not == PREPARING and text.strip():
                self.finder.ask(text[:LIVE_CHARS], self.channels.chosen())
        elif not text.strip():
            self.finder.forget()
            self._clear(f"{self.finder.size:,} 个词已就绪")
        elif not self.channels.chosen():
            self.finder.forget()
            self._clear("没有打开任何通道。")
        else:
            self.finder.ask(text[:LIVE_CHARS], self.channels.chosen())

    def _clear(self, words: str) -> None:
        self.hits = ()
        self.model.show(())
        self.box.show_marks("", (), {})
        self._say(words)

    def _say(self, words: str) -> None:
        self.told.setText(words)
        self.told.setAccessibleName(words)

    def _show(self, answer: Answer) -> None:
        text = self.box.toPlainText()
        if text[:LIVE_CHARS] != answer.text:
            return  # it has been typed on; the next answer is on its way
        self.hits = answer.hits
        parts = [f"{answer.count:,} 处命中 · {answer.milliseconds:.1f} 毫秒" if answer.count else "没有命中"]
        if len(answer.by_channel) > 1:
            parts.append("，".join(f"{way_words(name)} {n:,}" for name, n in answer.by_channel.items()))
        if answer.count > len(answer.hits):
            parts.append(f"只标出前 {len(answer.hits):,} 处")
        if len(text) > LIVE_CHARS:
            parts.append(f"只看了前 {LIVE_CHARS:,} 字，整个文件请用「语料扫描」")
        self._say(" · ".join(parts))
        self.model.show(gather(answer.hits)[:SHOWN])
        self.box.show_marks(text, answer.hits, self._names)

    def _failed(self, error: BaseException) -> None:
        told = error.message if isinstance(error, UserError) else "关键词库没能准备好。"
        self._why_not = f"{told}暂时不能检测；重新打开这一页会再试。"
        self._clear(self._why_not)
