"""The card 试一试: a box in which the words of the library are marked while one types, and a table of what was found."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QTextEdit, QWidget

from filingdesk.gui.pages.lazy_rows import Column, PlainRows, table_view
from filingdesk.gui.theme import color
from filingdesk.gui.widgets.cards import Card
from filingdesk.gui.widgets.labels import label
from filingdesk.scan.channels import CHANNELS, DEFAULT_CHANNELS
from filingdesk.scan.engine import Hit, Interceptor
from filingdesk.services.interception_words import CHANNEL_NAMES

SUSPICIONS = frozenset(CHANNELS) - frozenset(DEFAULT_CHANNELS)
"""Channels whose hits are for a person to look at."""
LIVE_CHARS = 20_000
"""Longer texts are read up to here while typing; a whole file is scanned with 扫描文件."""
SHOWN = 300


def way_words(channel: str) -> str:
    """How a word was found; a suspicion says so."""
    name = CHANNEL_NAMES.get(channel, channel)
    return f"{name} · 疑似" if channel in SUSPICIONS else name


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
    if all(char <= "\uffff" for char in text):
        return None
    places, at = [], 0
    for char in text:
        places.append(at)
        at += 2 if char > "\uffff" else 1
    return [*places, at]


class TryCard(Card):
    """Type or paste; hits are marked at once. `wants_import` is the way out of an empty library."""

    wants_import = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("试一试", "不会保存", parent)
        self._interceptor: Interceptor | None = None
        self.hits: list[Hit] = []
        self.box = QPlainTextEdit()
        self.box.setAccessibleName("试一试：输入或粘贴文字，命中的关键词会标出")
        self.box.setPlaceholderText("输入或粘贴一段文字，命中的关键词会立即标出。")
        self.box.setTabChangesFocus(True)
        self.box.setFixedHeight(84)
        self.box.textChanged.connect(self.look)
        self.body.addWidget(self.box)
        self.told = label("", "muted")
        self.body.addWidget(self.told)
        columns = (
            Column[Found]("原文", lambda f: f.surface + (f" ×{f.times}" if f.times > 1 else "")),
            Column[Found]("关键词", lambda f: f.keyword),
            Column[Found]("方式", lambda f: way_words(f.channel), 96),
            Column[Found]("风险", lambda f: f.category, 62),
        )
        self.model = PlainRows(columns, self)
        self.table = table_view(self.model, columns, "命中的关键词")
        self.table.setMinimumHeight(126)
        self.table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.body.addWidget(self.table, 1)
        self.set_interceptor(None, "正在准备…")

    def set_interceptor(self, interceptor: Interceptor | None, why_not: str = "") -> None:
        """Look with this one from now on; without one say why."""
        self._interceptor = interceptor
        self._why_not = why_not
        self.look()

    def set_text(self, text: str) -> None:
        """Put a text in, as if pasted."""
        self.box.setPlainText(text)
        self.box.setFocus(Qt.FocusReason.OtherFocusReason)

    def look(self) -> None:
        """Find and mark."""
        text = self.box.toPlainText()
        if self._interceptor is None:
            self.hits = []
            self.told.setText(self._why_not)
        elif not text.strip():
            self.hits = []
            self.told.setText(f"{self._interceptor.size:,} 个词已就绪")
        else:
            begun = time.perf_counter()
            self.hits = self._interceptor.scan(text[:LIVE_CHARS])
            taken = (time.perf_counter() - begun) * 1000
            words = f"{len(self.hits):,} 处命中 · {taken:.1f} 毫秒" if self.hits else "没有命中"
            if len(text) > LIVE_CHARS:
                words += f" · 只看了前 {LIVE_CHARS:,} 字，整个文件请用「扫描文件」"
            self.told.setText(words)
        self.told.setAccessibleName(self.told.text())
        found = gather(self.hits)
        self.model.show(found[:SHOWN])
        self._mark(text)

    def _mark(self, text: str) -> None:
        places = units_of(text)
        marks = []
        widest = -1
        for hit in self.hits[: SHOWN * 4]:
            inside = hit.end <= widest
            widest = max(widest, hit.end)
            form = QTextCharFormat()
            tone = "blocker" if hit.channel in ("exact", "folded") else "warning"
            form.setForeground(color(tone))
            if not inside:
                form.setBackground(color(f"{tone}_soft"))
            form.setUnderlineColor(color(tone))
            form.setUnderlineStyle(
                QTextCharFormat.UnderlineStyle.SingleUnderline
                if inside or hit.channel == "exact"
                else QTextCharFormat.UnderlineStyle.DashUnderline
            )
            mark = QTextEdit.ExtraSelection()
            cursor = QTextCursor(self.box.document())
            start, end = (hit.start, hit.end) if places is None else (places[hit.start], places[hit.end])
            cursor.setPosition(start)
            cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
            mark.cursor = cursor  # type: ignore[attr-defined]
            mark.format = form  # type: ignore[attr-defined]
            marks.append(mark)
        self.box.setExtraSelections(marks)
