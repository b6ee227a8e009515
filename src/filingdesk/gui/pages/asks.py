"""What colleagues are asked: all questions and comments, exported to be answered and read back."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QWidget

from filingdesk.domain.jobs import Cancel, Report
from filingdesk.gui.desk import Desk
from filingdesk.gui.forms.notes import ask_about
from filingdesk.gui.page import ScrollPage
from filingdesk.gui.pages.asks_import import AnswersDialog
from filingdesk.gui.pages.lazy_rows import Column, PlainRows, fit_rows, table_view
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.cards import Card, EmptyState
from filingdesk.gui.widgets.chips import ChipGroup
from filingdesk.services import asking, asking_files
from filingdesk.services.asking import Note
from filingdesk.services.asking_files import Answer
from filingdesk.services.changes import COMMENT

OPEN, ANSWERED, COMMENTS, ALL = "待答", "已答", "批注", "全部"
MOST_ROWS = 16
INTRO = "在字段上右键选“问同事或写批注”（Ctrl+Shift+A）；在这里一起导出，同事填好后导入，逐项核对再放入字段。"


class AsksPage(ScrollPage):
    """The page 待问事项."""

    key = "asks"
    title = "待问事项"
    shows_problems = False

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, "待问事项", INTRO, parent)
        self.import_button = self.add_action("导入回答…", self.choose_answers)
        self.export_button = self.add_action("导出给同事…", self.choose_target, primary=True)
        self.filter = ChipGroup((OPEN, ANSWERED, COMMENTS, ALL), multiple=False)
        self.filter.set_label("筛选")
        self.filter.set_values([OPEN])
        self.filter.changed.connect(self._filtered)
        self.column.addWidget(self.filter)
        self.card = Card()
        columns = (
            Column[Note]("编号", lambda note: note.id, 84),
            Column[Note]("状态", _state, 64, tone=lambda note: "warning" if note.is_open else ""),
            Column[Note]("字段", lambda note: asking.place_of(desk.session, note), 210),
            Column[Note]("内容", lambda note: note.text),
            Column[Note]("回答", lambda note: note.answer, 170),
            Column[Note]("问谁", lambda note: note.to, 90),
            Column[Note]("提出", lambda note: f"{note.who} {note.when}", 130),
        )
        self.rows = PlainRows(columns, self)
        self.view = table_view(self.rows, columns, "提问与批注")
        self.view.doubleClicked.connect(lambda _index: self.open_field())
        self.view.activated.connect(lambda _index: self.open_field())
        self.card.body.addWidget(self.view)
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(Space.XS)
        self.field_button = self._button("到字段去", self.open_field)
        self.note_button = self._button("回答、批注…", self.open_note)
        self.buttons.addStretch(1)
        self.card.body.addLayout(self.buttons)
        self.column.addWidget(self.card)
        self.empty = EmptyState("没有待问的事项", INTRO, picture="person", parent=self.content)
        self.column.addWidget(self.empty)
        self.column.addStretch(1)
        self.view.selectionModel().currentChanged.connect(lambda *_: self._enable())
        self.refresh(None)

    def _button(self, text: str, act: object) -> QPushButton:
        button = QPushButton(text)
        button.setAccessibleName(text)
        button.clicked.connect(lambda _checked=False: act())  # type: ignore[operator]
        self.buttons.addWidget(button)
        return button

    def refresh(self, keys: frozenset[str] | None) -> None:
        notes = asking.notes(self.desk.session)
        chosen = (self.filter.values() or [ALL])[0]
        shown = [note for note in notes if _passes(note, chosen)]
        here = self.view.currentIndex().row()
        self.rows.show(shown)
        fit_rows(self.view, len(shown), MOST_ROWS)
        if shown:
            self.view.selectRow(min(max(here, 0), len(shown) - 1))
        waiting = sum(note.is_open for note in notes)
        self.card.setVisible(bool(shown))
        self.empty.setVisible(not shown)
        self.export_button.setEnabled(bool(waiting))
        self.export_button.setText(f"导出 {waiting} 个问题…" if waiting else "导出给同事…")
        self.export_button.setAccessibleName(self.export_button.text())
        self._enable()

    def _enable(self) -> None:
        note = self.current()
        self.field_button.setEnabled(bool(note and asking.path_of_note(self.desk.session, note)))
        self.note_button.setEnabled(note is not None)
        self.import_button.setEnabled(not self.desk.read_only)

    def _filtered(self, values: list[str]) -> None:
        if not values:
            self.filter.set_values([ALL])
        self.refresh(None)

    def current(self) -> Note | None:
        """The chosen line."""
        row = self.view.currentIndex().row()
        return self.rows.rows[row] if 0 <= row < len(self.rows.rows) else None

    def open_field(self) -> None:
        """Go to the field of the chosen line."""
        note = self.current()
        if note is not None and (path := asking.path_of_note(self.desk.session, note)):
            self.desk.go_to(path)

    def open_note(self) -> None:
        """Answer, delete, or add to the chosen line."""
        note = self.current()
        if note is not None:
            ask_about(self.desk, note.key, self)

    # Out and back

    def choose_target(self) -> None:
        """Ask where the list for the colleagues is written."""
        proposed = str(Path(self.desk.folder()) / "待答问题.xlsx")
        name, _filter = QFileDialog.getSaveFileName(
            self, "导出待答问题", proposed, "Excel 表格 (*.xlsx);;Word 文档 (*.docx)"
        )
        if name:
            self.export_to(Path(name))

    def export_to(self, path: Path) -> None:
        """Write the open questions."""
        session = self.desk.session

        def job(_cancel: Cancel, _report: Report) -> int:
            return asking_files.export(session, path)

        self.desk.jobs.start(
            job,
            on_done=lambda count: self.desk.tell(f"已写入 {path}：{count} 个问题。编号不要改。", "done"),
            on_error=self.desk.failed.emit,
        )

    def choose_answers(self) -> None:
        """Ask for a list that came back."""
        name, _filter = QFileDialog.getOpenFileName(
            self, "导入回答", self.desk.folder(), "填好的清单 (*.xlsx *.docx *.csv)"
        )
        if name:
            self.import_from(Path(name))

    def import_from(self, path: Path) -> None:
        """Read the answers beside the window, then let the officer choose."""
        session = self.desk.session

        def job(_cancel: Cancel, _report: Report) -> list[Answer]:
            return asking_files.read_answers(session, path)

        def done(answers: list[Answer]) -> None:
            dialog = AnswersDialog(self.desk, path.name, answers, self.window())
            dialog.exec()
            dialog.deleteLater()

        self.desk.jobs.start(job, on_done=done, on_error=self.desk.failed.emit)

    def reveal(self, path: str) -> bool:
        notes = asking.at(self.desk.session, path.removeprefix(COMMENT))
        if notes:
            self.filter.set_values([ALL])
            self.refresh(None)
            row = next((i for i, note in enumerate(self.rows.rows) if note.id == notes[0].id), 0)
            self.view.selectRow(row)
        return bool(notes)


def _state(note: Note) -> str:
    return asking.STATE_WORDS[note.state] if note.kind == "ask" else COMMENTS


def _passes(note: Note, chosen: str) -> bool:
    if chosen == OPEN:
        return note.is_open
    if chosen == ANSWERED:
        return note.kind == "ask" and not note.is_open
    return chosen == ALL or note.kind == "comment"
