"""沿用关系: what the large-model filing takes from the algorithm filing, field by field and paper by paper."""

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from filingdesk.domain.specs import FieldSpec, spec_of
from filingdesk.domain.values import mask
from filingdesk.gui.desk import Desk
from filingdesk.gui.page import ScrollPage
from filingdesk.gui.pages.impact_dialog import ImpactDialog
from filingdesk.gui.pages.lazy_rows import Column, PlainRows, fit_rows, table_view
from filingdesk.gui.theme import Space, colors
from filingdesk.gui.widgets.cards import Card
from filingdesk.gui.widgets.chips import ChipGroup
from filingdesk.gui.widgets.labels import Prose, label
from filingdesk.services import reuse
from filingdesk.services.reuse import KIND_WORDS, FieldRow, PaperRow, ReuseKind, ReuseMap

INTRO = "两次备案共用的事实只填一次，改一处两边都变；说法要改写的，对照着写。"
_TONES: dict[ReuseKind, str] = {"linked": "done", "adapted": "accent", "new": "secondary"}
_ROWS = 8
_MAX_TEXT = 4000


def _masked(path: str, text: str) -> str:
    spec = spec_of(path)
    return mask(text) if text and isinstance(spec, FieldSpec) and spec.meta.personal else text


class ReusePage(ScrollPage):
    """The map as two tables, and the two texts of the chosen field side by side."""

    key = "reuse"
    title = "沿用关系"
    shows_problems = False

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, self.title, INTRO, parent)
        self.map: ReuseMap | None = None
        self._chosen = ""
        self.carry_button = self.add_action("带入可用内容", self._carry_all, primary=True)
        self._make_fields()
        self._make_detail()
        self._make_papers()
        self.column.addStretch(1)
        self.refresh(None)

    def _make_fields(self) -> None:
        card = Card("字段")
        self.kinds = ChipGroup(("全部", *KIND_WORDS.values()), multiple=False)
        self.kinds.set_label("只看")
        self.kinds.set_values(["全部"])
        self.kinds.changed.connect(lambda _values: self._show_fields())
        card.body.addWidget(self.kinds)
        columns = (
            Column[FieldRow]("", lambda r: KIND_WORDS[r.kind], 64, tone=lambda r: _TONES[r.kind]),
            Column[FieldRow]("字段", lambda r: r.label, 220),
            Column[FieldRow]("大模型备案里", lambda r: _masked(r.path, r.value) or "（空白）"),
            Column[FieldRow](
                "算法备案里",
                lambda r: "同一处" if r.kind == "linked" else _masked(r.source, r.source_value) or "—",
            ),
            Column[FieldRow]("情况", lambda r: r.state, 150),
        )
        self.fields = PlainRows(columns, self)
        self.table = table_view(self.fields, columns, "字段的沿用关系")
        self.table.selectionModel().currentRowChanged.connect(lambda now, _old: self._choose(now.row()))
        self.table.activated.connect(lambda index: self._open(index.row()))
        fit_rows(self.table, _ROWS, _ROWS)
        card.body.addWidget(self.table)
        self.count = label("", "muted")
        card.body.addWidget(self.count)
        self.column.addWidget(card)

    def _make_detail(self) -> None:
        self.detail = Card("对照")
        self.field_button = QPushButton("去填写")
        self.field_button.clicked.connect(lambda: self._go_to(source=False))
        self.source_button = QPushButton("看算法备案")
        self.source_button.clicked.connect(lambda: self._go_to(source=True))
        self.take_button = QPushButton("带入这一项")
        self.take_button.clicked.connect(lambda: self._carry([self._chosen]))
        for button in (self.field_button, self.source_button, self.take_button):
            button.setAccessibleName(button.text())
            self.detail.head.addWidget(button)
        self.note = Prose("", "secondary")
        self.detail.body.addWidget(self.note)
        row = QHBoxLayout()
        row.setSpacing(Space.M)
        self.source_text = self._text_box(row, "算法备案里")
        self.own_text = self._text_box(row, "大模型备案里")
        self.detail.body.addLayout(row)
        self.touches = Prose("", "small")
        self.detail.body.addWidget(self.touches)
        self.column.addWidget(self.detail)

    @staticmethod
    def _text_box(row: QHBoxLayout, title: str) -> QLabel:
        frame = QFrame()
        frame.setProperty("role", "subCard")
        column = QVBoxLayout(frame)
        column.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        column.setSpacing(Space.XXS)
        column.addWidget(label(title, "muted"))
        text = QLabel()
        text.setTextFormat(Qt.TextFormat.RichText)
        text.setWordWrap(True)
        text.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        text.setAccessibleName(title)
        column.addWidget(text, 1)
        row.addWidget(frame, 1)
        return text

    def _make_papers(self) -> None:
        card = Card("文书", "大模型备案的每份文书里，有多少字段来自哪里")
        columns = (
            Column[PaperRow]("", lambda r: KIND_WORDS[r.kind], 64, tone=lambda r: _TONES[r.kind]),
            Column[PaperRow]("文书", lambda r: r.title),
            Column[PaperRow]("沿用", lambda r: str(r.linked), 70, number=True),
            Column[PaperRow]("改写", lambda r: str(r.adapted), 70, number=True),
            Column[PaperRow]("新填", lambda r: str(r.new), 70, number=True),
        )
        self.papers = PlainRows(columns, self)
        self.paper_table = table_view(self.papers, columns, "文书的沿用关系，回车打开")
        self.paper_table.activated.connect(
            lambda index: self.desk.go("papers", f"paper:{self.papers.rows[index.row()].id}")
        )
        card.body.addWidget(self.paper_table)
        self.column.addWidget(card)

    # Showing

    def refresh(self, keys: frozenset[str] | None) -> None:
        if keys is not None and not any(not key.startswith("@") for key in keys):
            return
        self._read()

    def refresh_papers(self) -> None:
        self._read()

    def _read(self) -> None:
        uses = {
            pattern: [identity for identity, _title in papers]
            for pattern, papers in self.desk.papers.uses.items()
        }
        self.map = reuse.reuse_map(self.desk.facts, uses, reuse.papers_of(self.desk.facts))
        found = self.map
        for chip, kind in zip(self.kinds.chips()[1:], KIND_WORDS, strict=True):
            chip.setToolTip(f"{found.count(kind)} 个字段")
        self.papers.show(found.papers)
        fit_rows(self.paper_table, len(found.papers), 16)
        able = [row for row in found.to_take if self._takes(row)]
        self.carry_button.setEnabled(bool(able) and not self.desk.read_only)
        self.carry_button.setText(f"带入可用内容（{len(able)}）" if able else "带入可用内容")
        self.carry_button.setToolTip(
            "把算法备案里能直接用的内容填到空白处" if able else "没有空白字段可以直接带入"
        )
        self._show_fields()

    def _takes(self, row: FieldRow) -> bool:
        return bool(reuse.carriable(self.desk.facts, row.path))

    def _show_fields(self) -> None:
        if self.map is None:
            return
        wanted = (self.kinds.values() or ["全部"])[0]
        rows = [row for row in self.map.fields if wanted in ("全部", KIND_WORDS[row.kind])]
        self.fields.show(rows)
        told = "，".join(f"{word} {self.map.count(kind)} 个" for kind, word in KIND_WORDS.items())
        waiting = "" if self.desk.papers.uses else "；文书还在计算，沿用的字段稍后列出"
        self.count.setText(f"共 {len(self.map.fields)} 个字段：{told}{waiting}")
        place = next((i for i, row in enumerate(rows) if row.path == self._chosen), 0)
        if rows:
            self.table.setCurrentIndex(self.fields.index(place, 0))
            self._choose(place)
        self.detail.setVisible(bool(rows))

    def _choose(self, place: int) -> None:
        if not 0 <= place < len(self.fields.rows):
            return
        row = self.fields.rows[place]
        self._chosen = row.path
        self.detail.title_label.setText(row.label)
        self.detail.set_hint(row.state)
        self.note.set_prose(row.note)
        self.note.setVisible(bool(row.note))
        self.source_button.setVisible(row.kind == "adapted")
        self.take_button.setVisible(row.kind == "adapted" and not row.value)
        self.take_button.setEnabled(not self.desk.read_only and self._takes(row))
        self.take_button.setToolTip("" if self._takes(row) else "不止一项，或选项不同，请自己写")
        alone = row.kind != "adapted"
        parent = self.source_text.parentWidget()
        if parent is not None:
            parent.setVisible(not alone)
        if alone:
            self.own_text.setText(_html(_masked(row.path, row.value)) or _quiet("还没填"))
        else:
            source, own = _difference(row)
            self.source_text.setText(source or _quiet("没有填"))
            self.own_text.setText(own or _quiet("还没填"))
        uses = {p: [i for i, _t in papers] for p, papers in self.desk.papers.uses.items()}
        found = reuse.impact([row.path], uses, reuse.papers_of(self.desk.facts), self.desk.report)
        named = "、".join(f"《{title}》" for _i, title, _s in found.papers[:6])
        self.touches.set_prose(f"{found.sentence}{f'用于{named}' if named else ''}")

    def _open(self, place: int) -> None:
        if 0 <= place < len(self.fields.rows):
            self._choose(place)
            self._go_to(source=False)

    def _go_to(self, *, source: bool) -> None:
        row = next((r for r in self.fields.rows if r.path == self._chosen), None)
        if row is None:
            return
        path = row.source if source else row.path
        while "[]" in path:  # to the first record, or to the list when there is none
            first = path.replace("[]", "[0]", 1)
            if self.desk.lookup(first.partition("[0]")[0] + "[0]") is None:
                path = path.partition("[]")[0]
            else:
                path = first
        self.desk.go_to(path)

    # Taking over

    def _carry_all(self) -> None:
        if self.map is not None:
            self._carry([row.path for row in self.map.to_take if self._takes(row)])

    def _carry(self, patterns: list[str]) -> None:
        rows = [row for row in self.map.fields if row.path in patterns] if self.map else []
        if not rows:
            return
        uses = {p: [i for i, _t in papers] for p, papers in self.desk.papers.uses.items()}
        touched = reuse.impact(patterns, uses, reuse.papers_of(self.desk.facts), self.desk.report)
        dialog = ImpactDialog(
            "带入算法备案的内容",
            "只填空白处，已经填写的不动；带入后请按大模型备案的口径改写。",
            [
                (row.label, reuse.shown(row.path, [reuse.carriable(self.desk.facts, row.path)]))
                for row in rows
            ],
            touched,
            "带入",
            self,
        )
        if dialog.exec():
            self.take(patterns)

    def take(self, patterns: list[str]) -> None:
        """Fill these blanks, as one edit."""
        changes = self.desk.attempt(lambda: reuse.carry(self.desk.session, patterns))
        if changes is not None:
            self.desk.told.emit(f"已带入 {len(changes.keys)} 处。", "done", "undo")

    def set_read_only(self, read_only: bool) -> None:
        self.carry_button.setEnabled(self.carry_button.isEnabled() and not read_only)

    def place(self) -> str:
        return ""


def _html(text: str) -> str:
    return escape(text[:_MAX_TEXT]).replace("\n", "<br>")


def _quiet(text: str) -> str:
    return f'<span style="color:{colors().muted}">{escape(text)}</span>'


def _difference(row: FieldRow) -> tuple[str, str]:
    """Both texts, with what is only in one of them on the ground of its tone."""
    if not row.value or not row.source_value or len(row.value) + len(row.source_value) > _MAX_TEXT:
        return _html(row.source_value), _html(row.value)
    palette = colors()
    source, own = [], []
    for what, text in reuse.difference(row):
        plain = _html(text)
        if what in ("same", "gone"):
            source.append(
                plain if what == "same" else f'<span style="background:{palette.warning_soft}">{plain}</span>'
            )
        if what in ("same", "added"):
            own.append(
                plain if what == "same" else f'<span style="background:{palette.done_soft}">{plain}</span>'
            )
    return "".join(source), "".join(own)
