"""One change of a returned paper: a tick, what it was and what it is side by side, and whether it can be taken over."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from filingdesk.documents.worddiff import Stretch, word_diff
from filingdesk.gui.theme import Space, colors
from filingdesk.gui.widgets.badge import Badge
from filingdesk.gui.widgets.cards import Card, hairline
from filingdesk.gui.widgets.labels import ElidedLabel, label
from filingdesk.services.exports import words_of
from filingdesk.services.roundtrip import STATE_WORDS, FactChange, Returned
from filingdesk.services.roundtrip_words import KIND_WORDS, StructureChange, WordsChange

_TONES = {"new": "accent", "same": "done", "conflict": "warning", "refused": "neutral"}
_EDGE, _WHOLE, _LONGEST = 24, 70, 600
ROWS_AT_ONCE = 40


@dataclass(frozen=True)
class Line:
    """What one row shows, made beside the window. `now` is the project's wording where both sides changed it."""

    id: str
    title: str
    place: str
    state: str
    note: str
    stretches: tuple[Stretch, ...]
    now: str = ""
    ticked: bool = False
    single: bool = False


@dataclass(frozen=True)
class Lines:
    """The rows of the three groups."""

    facts: tuple[Line, ...]
    words: tuple[Line, ...]
    structure: tuple[Line, ...]


def lines_of(found: Returned) -> Lines:
    """Rows of a comparison; what can be taken without a conflict is ticked."""
    ticked = set(found.takeable)
    return Lines(
        tuple(_fact(each, ticked) for each in found.facts),
        tuple(_words(each, ticked) for each in found.words),
        tuple(_structure(each, ticked) for each in found.structure),
    )


def _fact(each: FactChange, ticked: set[str]) -> Line:
    now = words_of(each.now) if each.state == "conflict" else ""
    shown = clipped(word_diff(each.shown_old, each.shown_new))
    places = "、".join(each.places)
    return Line(each.id, each.label, places, each.state, each.note, shown, now, each.id in ticked)


def _words(each: WordsChange, ticked: set[str]) -> Line:
    now = each.now if each.state == "conflict" else ""
    shown = clipped(word_diff(each.old, each.new))
    return Line(each.id, each.place or "正文", "", each.state, each.note, shown, now, each.id in ticked)


def _structure(each: StructureChange, ticked: set[str]) -> Line:
    added = each.kind in {"added", "table"}
    whole = Stretch("changed", "" if added else each.text, each.text if added else "")
    if each.kind == "moved":
        whole = Stretch("same", each.text, each.text)
    name, shown = KIND_WORDS[each.kind], clipped((whole,))
    return Line(each.id, name, each.place, each.state, each.note, shown, "", each.id in ticked, single=True)


def clipped(stretches: Sequence[Stretch]) -> tuple[Stretch, ...]:
    """What stays is shortened to what stands beside a change; very long changes to their beginning."""
    out: list[Stretch] = []
    last = len(stretches) - 1
    for index, each in enumerate(stretches):
        if each.kind == "changed":
            out.append(Stretch("changed", _short(each.old), _short(each.new)))
            continue
        text = each.old
        if len(text) > _WHOLE and len(stretches) > 1:
            head = "" if index == 0 else text[:_EDGE]
            tail = "" if index == last else text[-_EDGE:]
            text = f"{head}……{tail}"
        else:
            text = _short(text)
        out.append(Stretch("same", text, text))
    return tuple(out)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}……（共 {len(text)} 字）"


def _side(stretches: Sequence[Stretch], *, old: bool) -> str:
    palette = colors()
    ground, ink = (palette.blocker_soft, palette.blocker) if old else (palette.done_soft, palette.done)
    cross = "text-decoration:line-through;" if old else ""
    out = []
    for each in stretches:
        text = escape(each.old if old else each.new).replace("\n", "<br>")
        if not text:
            continue
        if each.kind == "changed":
            text = f'<span style="background-color:{ground};color:{ink};{cross}">{text}</span>'
        out.append(text)
    return "".join(out) or f'<span style="color:{palette.muted};">（空）</span>'


class ChangeRow(QWidget):
    """A row; `toggled` tells that its tick changed."""

    toggled = Signal()

    def __init__(self, line: Line, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = line
        self.open = line.state in {"new", "conflict"}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, Space.XS, 0, Space.XS)
        column.setSpacing(Space.XXS)
        head = QHBoxLayout()
        head.setSpacing(Space.XS)
        self.tick = QCheckBox()
        self.tick.setChecked(line.ticked)
        self.tick.setEnabled(self.open)
        self.tick.setAccessibleName(f"采用：{line.title}")
        self.tick.setToolTip(
            "勾选：采用退回稿的；不勾：保留项目里的" if self.open else "只作提示，不能直接采用"
        )
        self.tick.toggled.connect(lambda _on: self.toggled.emit())
        head.addWidget(self.tick)
        head.addWidget(ElidedLabel(line.title, "section"))
        head.addWidget(ElidedLabel(line.place, "muted"), 1)
        head.addWidget(Badge(STATE_WORDS[line.state], _TONES[line.state]))
        column.addLayout(head)
        column.addLayout(self._make_sides())
        if line.note:
            note = label(line.note, "small", wrap=True)
            note.setContentsMargins(26, 0, 0, 0)
            column.addWidget(note)

    def _make_sides(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setContentsMargins(26, 0, 0, 0)
        grid.setHorizontalSpacing(Space.M)
        grid.setVerticalSpacing(2)
        if self.line.single:
            added = any(s.new and not s.old for s in self.line.stretches)
            grid.addWidget(self._text(_side(self.line.stretches, old=not added)), 0, 0)
            return grid
        columns = [
            ("导出时", _side(self.line.stretches, old=True)),
            ("退回稿", _side(self.line.stretches, old=False)),
        ]
        if self.line.now:
            columns.append(("项目现在", escape(_short(self.line.now)).replace("\n", "<br>")))
        for index, (name, text) in enumerate(columns):
            grid.addWidget(label(name, "muted"), 0, index)
            grid.addWidget(self._text(text), 1, index)
            grid.setColumnStretch(index, 1)
        return grid

    def _text(self, html: str) -> QLabel:
        made = QLabel()
        made.setTextFormat(Qt.TextFormat.RichText)
        made.setWordWrap(True)
        made.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        made.setText(f'<p style="line-height:21px;margin:0">{html}</p>')
        return made


class ChangeGroup(Card):
    """A card with the rows of one group; long lists are shown piece by piece."""

    toggled = Signal()

    def __init__(self, title: str, lines: Sequence[Line], parent: QWidget | None = None) -> None:
        super().__init__(f"{title}（{len(lines)} 处）", parent=parent)
        self._lines = list(lines)
        self.rows: list[ChangeRow] = []
        self.more = QPushButton("")
        self.more.setProperty("role", "link")
        self.more.clicked.connect(lambda: self.show_more())
        open_lines = [line for line in lines if line.state in {"new", "conflict"}]
        if len(open_lines) > 1:
            for words, on in (("全选", True), ("全不选", False)):
                button = QPushButton(words)
                button.setProperty("role", "link")
                button.setAccessibleName(f"{title}：{words}")
                button.clicked.connect(lambda _checked=False, on=on: self.tick_all(on))
                self.head.addWidget(button)
        self._ticks = {line.id: line.ticked for line in lines}
        self.body.addWidget(self.more)
        self.show_more()

    def show_more(self) -> None:
        """Show the next rows."""
        start = len(self.rows)
        for line in self._lines[start : start + ROWS_AT_ONCE]:
            if self.rows:
                self.body.insertWidget(self.body.count() - 1, hairline(self))
            row = ChangeRow(line, self)
            row.tick.setChecked(self._ticks[line.id])
            row.toggled.connect(lambda row=row: self._tick(row))
            self.body.insertWidget(self.body.count() - 1, row)
            self.rows.append(row)
        left = len(self._lines) - len(self.rows)
        self.more.setText(f"还有 {left} 处，再显示 {min(left, ROWS_AT_ONCE)} 处")
        self.more.setVisible(left > 0)

    def tick_all(self, on: bool) -> None:
        """Tick or untick everything that can be taken, rows not shown yet included."""
        for line in self._lines:
            if line.state in {"new", "conflict"}:
                self._ticks[line.id] = on
        for row in self.rows:
            if row.open:
                row.tick.setChecked(on)
        self.toggled.emit()

    def _tick(self, row: ChangeRow) -> None:
        self._ticks[row.line.id] = row.tick.isChecked()
        self.toggled.emit()

    def chosen(self) -> list[str]:
        """Ids of the ticked rows."""
        return [line.id for line in self._lines if self._ticks[line.id] and line.state in {"new", "conflict"}]


class RemarkList(Card):
    """Tracked changes and comments, as they were signed."""

    def __init__(self, found: Returned, parent: QWidget | None = None) -> None:
        counts = f"修订 {len(found.revisions)} 处、批注 {len(found.comments)} 条"
        super().__init__("修订与批注", counts, parent)
        for revision in found.revisions[:ROWS_AT_ONCE]:
            self._row(revision.kind, revision.author, revision.date, revision.place, revision.text)
        for comment in found.comments[:ROWS_AT_ONCE]:
            about = f"“{_short(comment.about)[:60]}”：" if comment.about else ""
            self._row("批注", comment.author, comment.date, comment.place, about + comment.text)
        hidden = max(0, len(found.revisions) - ROWS_AT_ONCE) + max(0, len(found.comments) - ROWS_AT_ONCE)
        if hidden:
            self.body.addWidget(label(f"另有 {hidden} 处没有列出，请在 Word 里查看。", "muted"))

    def _row(self, kind: str, author: str, day: str, place: str, text: str) -> None:
        frame = QFrame(self)
        row = QHBoxLayout(frame)
        row.setContentsMargins(0, 2, 0, 2)
        row.setSpacing(Space.XS)
        row.addWidget(Badge(kind, "accent" if kind == "批注" else "neutral"))
        row.addWidget(label(f"{author or '未署名'}　{day[:10]}", "muted"))
        row.addWidget(label(_short(text), wrap=True), 1)
        row.addWidget(ElidedLabel(place, "muted"))
        self.body.addWidget(frame)
