"""自备表单: whole Word forms of an office, looked at before they are taken in; their placeholders and a picker of fields."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QSplitter, QVBoxLayout, QWidget

from filingdesk.documents.form_fill import FormCheck, Placeholder
from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel, Report
from filingdesk.domain.specs import STAGE_TITLES
from filingdesk.gui.desk import Desk
from filingdesk.gui.page import Page
from filingdesk.gui.pages.lazy_rows import Column, PlainRows, fit_rows, table_view
from filingdesk.gui.pages.own_forms_dialog import FormDialog
from filingdesk.gui.pages.own_forms_fields import FieldPicker
from filingdesk.gui.pages.work import WorkStrip
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.cards import Card, NoticeBar
from filingdesk.gui.widgets.dropzone import DropZone
from filingdesk.gui.widgets.labels import Prose, label
from filingdesk.services import forms
from filingdesk.services.forms import OwnForm, Stored

_SHOWN_FORMS = 5
_SHOWN_LINES = 6
_STATES = {True: "可填", False: "不认识"}


class OwnFormsPage(Page):
    """The page 自备表单."""

    key = "own-forms"
    title = "自备表单"
    shows_problems = False
    has_primary = True

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._pending: tuple[str, bytes, FormCheck] | None = None
        self._instead = ""
        self._read_only = desk.read_only
        self._generation = 0
        outer = QVBoxLayout(self)
        outer.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        outer.setSpacing(Space.S)
        outer.addWidget(label(self.title, "pageTitle"))
        outer.addWidget(
            label(
                "属地或上级给的 Word 表单，在要填的地方写上占位符，程序照原样填好，和其他文书一起生成、一起进提交包。",
                "secondary",
                wrap=True,
            )
        )
        self.strip = WorkStrip(desk)
        self.strip.busy_changed.connect(lambda _busy: self._enable())
        outer.addWidget(self.strip)
        self.notice = NoticeBar()
        outer.addWidget(self.notice)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(Space.M)
        split.addWidget(self._make_left())
        self.picker = FieldPicker()
        split.addWidget(self.picker)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setSizes([640, 420])
        outer.addWidget(split, 1)

    def _make_left(self) -> QWidget:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        self.zone = DropZone("把 Word 表单（.docx）拖到这里，先看占位符认不认识，再决定放不放入")
        self.zone.dropped.connect(self._dropped)
        self.choose = self.zone.add_button("选择表单…")
        self.choose.clicked.connect(lambda: self._ask_file(""))
        column.addWidget(self.zone)
        column.addWidget(self._make_forms())
        column.addWidget(self._make_check(), 1)
        return left

    def _make_forms(self) -> QWidget:
        self.forms_card = Card("项目里的表单")
        columns = (
            Column[OwnForm]("标题", lambda form: form.title),
            Column[OwnForm]("备案", lambda form: STAGE_TITLES[form.stage], 96),
            Column[OwnForm]("提交包文件夹", lambda form: form.folder, 130),
        )
        self.model = PlainRows(columns, self)
        self.table = table_view(self.model, columns, "项目里的表单，回车看填好的样子")
        self.table.selectionModel().currentRowChanged.connect(lambda now, _old: self._picked(now.row()))
        self.table.activated.connect(lambda _index: self._preview())
        self.forms_card.body.addWidget(self.table)
        self.none = Prose("还没有。先在右边查到字段，把写法粘到 Word 表单里，再把表单拖到上面。", "secondary")
        self.forms_card.body.addWidget(self.none)
        row = QHBoxLayout()
        row.setSpacing(Space.XS)
        self.preview = self._button(row, "看填好的样子", self._preview)
        self.exchange = self._button(row, "更换文件…", lambda: self._ask_file(self._form_id()))
        self.rename = self._button(row, "标题和位置…", self._ask_place)
        row.addStretch(1)
        self.remove = self._button(row, "移除", self._remove)
        self.forms_card.body.addLayout(row)
        return self.forms_card

    def _make_check(self) -> QWidget:
        self.check_card = Card("占位符", "选中一份表单，或拖入一份新的")
        columns = (
            Column[Placeholder](
                "", lambda p: _STATES[p.known], 62, tone=lambda p: "done" if p.known else "blocker"
            ),
            Column[Placeholder]("位置", lambda p: p.where, 130),
            Column[Placeholder]("写法", lambda p: p.text, 150),
            Column[Placeholder]("填什么", lambda p: p.meaning if p.known else p.message),
        )
        self.found = PlainRows(columns, self)
        self.found_table = table_view(self.found, columns, "表单里的占位符")
        self.found_table.selectionModel().currentRowChanged.connect(
            lambda now, _old: self._explain(now.row())
        )
        self.check_card.body.addWidget(self.found_table, 1)
        self.told = Prose("", "secondary")
        self.check_card.body.addWidget(self.told)
        row = QHBoxLayout()
        row.addStretch(1)
        self.leave = self._button(row, "不放了", self._leave)
        self.take = QPushButton("放入项目…")
        self.take.setProperty("role", "primary")
        self.take.setAccessibleName("把这份表单放入项目")
        self.take.clicked.connect(lambda: self._take())
        row.addWidget(self.take)
        self.check_card.body.addLayout(row)
        return self.check_card

    def _button(self, row: QHBoxLayout, text: str, act: object) -> QPushButton:
        button = QPushButton(text)
        button.setAccessibleName(text)
        button.clicked.connect(lambda _checked=False: act())  # type: ignore[operator]
        row.addWidget(button)
        return button

    # Showing

    def build(self) -> None:
        self.refresh(None)

    def refresh(self, keys: frozenset[str] | None) -> None:
        known = forms.listed(self.desk.session)
        if list(self.model.rows) != known:
            before = self._form_id()
            self.model.show(known)
            row = next((i for i, form in enumerate(known) if form.id == before), 0)
            if known and self._pending is None:
                self.table.setCurrentIndex(self.model.index(row, 0))
        fit_rows(self.table, len(known), _SHOWN_FORMS)
        self.table.setVisible(bool(known))
        self.none.setVisible(not known)
        self._enable()

    def set_read_only(self, read_only: bool) -> None:
        self._read_only = read_only
        self._enable()

    def _enable(self) -> None:
        chosen, free = bool(self._form_id()), not self._read_only and not self.strip.busy
        for button in (self.preview, self.exchange, self.rename, self.remove):
            button.setVisible(bool(self.model.rows))
        self.preview.setEnabled(chosen)
        for button in (self.exchange, self.rename, self.remove):
            button.setEnabled(chosen and free)
        self.zone.setEnabled(not self.strip.busy)
        # While a new form is looked at, its placeholders get the room.
        self.forms_card.setVisible(self._pending is None)
        self.leave.setVisible(self._pending is not None)
        self.take.setVisible(self._pending is not None)
        usable = self._pending is not None and _fault(self._pending) is None
        self.take.setEnabled(free and usable)
        self.take.setText("更换" if self._instead else "放入项目…")

    def _form_id(self) -> str:
        row = self.table.currentIndex().row()
        return self.model.rows[row].id if 0 <= row < len(self.model.rows) else ""

    def _picked(self, row: int) -> None:
        self._enable()
        if not 0 <= row < len(self.model.rows):
            return
        form, session = self.model.rows[row], self.desk.session
        self._pending = None
        self._generation += 1
        generation = self._generation

        def job(cancel: Cancel, _report: Report) -> FormCheck:
            return forms.check(session, form.id, cancel)

        def done(found: FormCheck) -> None:
            if generation == self._generation:
                self._show(form.title, found)

        self.desk.jobs.start(job, on_done=done, on_error=self.desk.failed.emit)

    def _show(self, name: str, found: FormCheck) -> None:
        unknown = sum(not each.known for each in found.placeholders)
        words = f"{name}：{len(found.placeholders)} 个" + (f"，不认识 {unknown} 个" if unknown else "")
        self.check_card.set_hint(words)
        # What is wrong first: it has to be mended.
        self.found.show(sorted(found.placeholders, key=lambda each: each.known))
        lines = [f"问题：{line}" for line in found.problems] + [f"提醒：{line}" for line in found.notes]
        if self._pending is not None and not found.problems:
            fault = _fault(self._pending)
            if unknown:
                lines.append(f"有 {unknown} 处不认识：选中一行看相近的字段，在 Word 里改好后再拖进来。")
            elif fault is not None:
                lines.append(f"{fault.message}{fault.hint}")
        self.told.set_prose("\n".join(lines[:_SHOWN_LINES]))
        self._enable()

    def _explain(self, row: int) -> None:
        if 0 <= row < len(self.found.rows):
            each = self.found.rows[row]
            self.told.set_prose(f"{each.where}“{each.text}”：{each.meaning if each.known else each.message}")

    # Taking in

    def _dropped(self, paths: list[Path]) -> None:
        self.look_at(paths[0])

    def _ask_file(self, instead: str) -> None:
        name, _filter = QFileDialog.getOpenFileName(
            self, "选择 Word 表单", self.desk.folder(), "Word 文档 (*.docx)"
        )
        if name:
            self.look_at(Path(name), instead)

    def look_at(self, path: Path, instead: str = "") -> None:
        """Show what is in a form; `instead`: the id of the form whose file it may replace."""
        self.notice.hide()
        self._generation += 1

        def job(cancel: Cancel, _report: Report) -> tuple[bytes, FormCheck]:
            return forms.look_at(path, cancel)

        def done(found: tuple[bytes, FormCheck]) -> None:
            self._pending = (path.name, *found)
            self._instead = instead
            self._show(path.name, found[1])

        self.strip.run(f"正在读取“{path.name}”", job, done, again=lambda: self.look_at(path, instead))

    def _leave(self) -> None:
        self._pending, self._instead = None, ""
        self.found.show(())
        self.told.set_prose("")
        self.check_card.set_hint("选中一份表单，或拖入一份新的")
        self._enable()
        self._picked(self.table.currentIndex().row())

    def _take(self) -> None:
        if self._pending is None:
            return
        if self._instead:
            self.store(self._pending, lambda stored: self._entered_instead(self._instead, stored))
            return
        dialog = FormDialog("放入自备表单", Path(self._pending[0]).stem, "algorithm", "", self)
        dialog.accepted.connect(lambda: self.take_as(dialog))
        self.dialog = dialog
        dialog.open()

    def take_as(self, dialog: FormDialog) -> None:
        """Take the form that is shown into the project, as the dialog says."""
        if self._pending is None:
            return
        title, stage, folder = dialog.title(), dialog.stage(), dialog.folder()

        def enter(stored: Stored) -> None:
            form = forms.enter(self.desk.session, stored, title=title, stage=stage, folder=folder)
            self._entered(f"已放入《{form.title}》，在「文书」页可以预览和导出。")

        self.store(self._pending, enter)

    def store(self, pending: tuple[str, bytes, FormCheck], then: object) -> None:
        """Keep the bytes beside the window, then make them a form."""
        name, data, _found = pending
        session = self.desk.session

        def done(stored: Stored) -> None:
            try:
                then(stored)  # type: ignore[operator]
            except UserError as error:
                self.desk.failed.emit(error)

        self.strip.run("正在放入项目", lambda _cancel, _report: forms.store(session, name, data), done)

    def _entered_instead(self, identity: str, stored: Stored) -> None:
        form = forms.enter_instead(self.desk.session, identity, stored)
        self._entered(f"已更换《{form.title}》的文件。")

    def _entered(self, words: str) -> None:
        self._pending, self._instead = None, ""
        self.notice.tell(words, tone="done")
        self.refresh(None)
        self.table.setCurrentIndex(self.model.index(len(self.model.rows) - 1, 0))

    # Keeping

    def _preview(self) -> None:
        if identity := self._form_id():
            self.desk.go("papers", f"paper:{forms.PAPER}{identity}")

    def _ask_place(self) -> None:
        row = self.table.currentIndex().row()
        if not 0 <= row < len(self.model.rows):
            return
        form = self.model.rows[row]
        dialog = FormDialog("标题和位置", form.title, form.stage, form.folder, self)

        def change() -> None:
            try:
                forms.place(
                    self.desk.session,
                    form.id,
                    title=dialog.title(),
                    stage=dialog.stage(),
                    folder=dialog.folder(),
                )
            except UserError as error:
                self.desk.failed.emit(error)

        dialog.accepted.connect(change)
        self.dialog = dialog
        dialog.open()

    def _remove(self) -> None:
        identity = self._form_id()
        if not identity:
            return
        title = forms.by_id(self.desk.session, identity).title
        try:
            forms.remove(self.desk.session, identity)
        except UserError as error:
            self.desk.failed.emit(error)
            return
        self.found.show(())
        self.told.set_prose("")
        self.check_card.set_hint("")
        self.desk.told.emit(f"已移除自备表单《{title}》。", "accent", "undo")


def _fault(pending: tuple[str, bytes, FormCheck]) -> UserError | None:
    try:
        forms.require_usable(pending[2], pending[0])
    except UserError as error:
        return error
    return None
