"""Beside the matrix: what one cell, claim or unreadable file says, where, and how to mend it."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from filingdesk.gui.desk import Desk
from filingdesk.gui.places import place_words
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.badge import Badge
from filingdesk.gui.widgets.detail import DetailCard
from filingdesk.gui.widgets.labels import Prose, label
from filingdesk.materials.claims import Claim
from filingdesk.materials.expected import Expectation
from filingdesk.services.consistency import KIND_WORDS, STATE_WORDS, ConsistencyReport, FileResult
from filingdesk.services.consistency_sources import Source

TONES = {"conflict": "blocker", "same": "done", "unread": "warning"}
_SHOWN = 8


class Detail(DetailCard):
    """The card at the right; each `show_…` replaces what it says."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(300, parent)
        self._desk = desk
        self.show_nothing()

    def show_nothing(self, title: str = "选一格看看", text: str = "这里显示它在材料里的位置和原文。") -> None:
        """Nothing is selected."""
        self.invite(title, text)

    def show_cell(self, report: ConsistencyReport, row: Expectation, file: FileResult) -> None:
        """One fact in one file."""
        column = self.begin()
        state = report.state(row, file)
        head = QHBoxLayout()
        head.addWidget(Badge(STATE_WORDS[state], TONES.get(state, "neutral"), pill=True))
        head.addStretch(1)
        if row.row.reasons:
            head.addWidget(label(f"退回原因 {'、'.join(map(str, row.row.reasons))}", "muted"))
        column.addLayout(head)
        column.addWidget(label(row.title, "cardTitle", wrap=True))
        column.addWidget(Prose(f"填报的内容：{row.shown}", "small"))
        column.addSpacing(Space.XXS)
        column.addWidget(Prose(f"{KIND_WORDS[file.source.kind]}：{file.source.name}"))
        if file.source.where and file.source.kind != "paper":
            column.addWidget(Prose(file.source.where, "small"))
        cell = file.cells[row.key]
        for place in cell.places[:_SHOWN]:
            words = (
                f"{place.where}写的是“{place.found}”。"
                if state == "conflict"
                else f"{place.where}，写法一致。"
            )
            column.addWidget(Prose(words))
            column.addWidget(Prose(place.quote, "secondary"))
        if len(cell.places) > _SHOWN:
            column.addWidget(label(f"另有 {len(cell.places) - _SHOWN} 处", "muted"))
        column.addWidget(Prose(_advice(state, file.source), "small"))
        self._buttons(column, file.source, row.paths[0] if row.paths else "")
        column.addStretch(1)

    def show_claim(self, file: FileResult, claim: Claim) -> None:
        """One claim without proof."""
        column = self.begin()
        head = QHBoxLayout()
        head.addWidget(
            Badge(claim.rule.title, "warning" if claim.rule.level == "warning" else "neutral", pill=True)
        )
        head.addStretch(1)
        if claim.rule.reasons:
            head.addWidget(label(f"退回原因 {'、'.join(map(str, claim.rule.reasons))}", "muted"))
        column.addLayout(head)
        column.addWidget(label(claim.message, "section", wrap=True))
        column.addWidget(Prose(f"{file.source.name}，{claim.where}", "small"))
        if claim.quote:
            column.addWidget(Prose(claim.quote, "secondary"))
        column.addWidget(Prose(f"怎么改：{claim.rule.fix}"))
        self._buttons(column, file.source, "")
        column.addStretch(1)

    def show_unread(self, file: FileResult) -> None:
        """A file, or a part of one, that could not be read."""
        column = self.begin()
        column.addWidget(
            Badge("无法读取" if file.failed else "读不全", "warning", pill=True),
            0,
            Qt.AlignmentFlag.AlignLeft,
        )
        column.addWidget(label(file.source.name, "cardTitle", wrap=True))
        column.addWidget(Prose(file.source.where, "small"))
        column.addWidget(Prose(file.failed or "；".join(file.partly) + "。"))
        column.addWidget(Prose("没有核对不等于没有问题：请人工对照，或换成能读的版本后重新核对。", "small"))
        self._buttons(column, file.source, file.source.field)
        column.addStretch(1)

    def _buttons(self, column: QVBoxLayout, source: Source, path: str) -> None:
        column.addSpacing(Space.XS)
        if path:
            words = place_words(path)
            self._button(column, f"去改：{words}" if words else "去改这一项", lambda: self._desk.go_to(path))
        opening = {"paper": "看这份文书", "attachment": "打开这个附件", "file": "打开这个文件"}[source.kind]
        self._button(column, opening, lambda: open_source(self._desk, source, path))

    @staticmethod
    def _button(column: QVBoxLayout, text: str, act: Callable[[], None]) -> None:
        button = QPushButton(text)
        button.setAccessibleName(text)
        button.clicked.connect(lambda _checked=False: act())
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)


def _advice(state: str, source: Source) -> str:
    if state == "conflict":
        if source.kind == "paper":
            return "文书由填报的内容生成：这里的话多半写在某段说明文字里，点“看这份文书”可以跳到它的来源。"
        return "材料错了就改材料再核对；填报错了就改填报，两次备案的文书会一起更新。"
    if state == "absent":
        return "没有写到不一定是错：只看这份材料按要求该不该写。"
    if state == "unread":
        return "文件有一部分读不出来，没找到不等于没有。"
    if state == "other":
        return "这一项属于另一次备案，或者还没有填。"
    return ""


def open_source(desk: Desk, source: Source, path: str = "") -> None:
    """Show a paper in its page, open an attachment's copy or a file with the machine's program for it."""
    if source.kind == "paper":
        desk.go("papers", f"paper:{source.paper}#{path}" if path else f"paper:{source.paper}")
    elif source.kind == "attachment":
        desk.open_attachment(source.reference)
    elif source.path is not None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(source.path)))
