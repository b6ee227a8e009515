"""Edits of the keyword library: ask what, work it out apart from the window, show what would happen, save as one undoable step."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from filingdesk.domain.jobs import Cancel, Report
from filingdesk.domain.records import KeywordRecord
from filingdesk.gui.desk import Desk
from filingdesk.gui.forms.storing import HeldText
from filingdesk.gui.garbage import bulk
from filingdesk.gui.pages.listings import Remark, RemarkTable
from filingdesk.gui.pages.work import WorkSheet, WorkStrip
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.dialog import Dialog
from filingdesk.gui.widgets.labels import label
from filingdesk.services import library
from filingdesk.services.library import EditPlan, KeywordSelection
from filingdesk.store.model import Transaction

QUICK = 20
"""An edit of so few words is done without asking: one undo takes it back."""
LARGE = 50_000
"""From so many words on, saving takes long enough to be shown as a sheet."""

Planner = Callable[[Cancel, Report], EditPlan]


class PlanDialog(Dialog):
    """What an edit would do; accepted means: do it."""

    def __init__(self, desk: Desk, plan: EditPlan, parent: QWidget | None = None, note: str = "") -> None:
        super().__init__(parent)
        title = plan.label
        self.setWindowTitle(title)
        self.resize(720, 460)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        column.setSpacing(Space.S)
        column.addWidget(label(title, "cardTitle", wrap=True))
        column.addWidget(label(note or plan.summary(), "secondary", wrap=True))
        remarks = [
            Remark(line.word, line.before, (line.after or "删除") + (f"（{line.note}）" if line.note else ""))
            for line in plan.lines
        ]
        remarks += [Remark(line.word, line.before, f"不改：{line.note}") for line in plan.left]
        table = RemarkTable(desk, ("关键词", "现在", "改后"), "将要做的修改", widths=(220, 200))
        table.show_remarks(remarks)
        shown = len(plan.lines)
        whole = plan.changed + plan.removed + plan.added
        if whole > shown:
            table.count.setText(f"共 {whole:,} 个，这里列出前 {shown:,} 个")
        column.addWidget(table, 1)
        column.addWidget(label("保存后可以用 Ctrl+Z 整体撤销。", "muted"))
        buttons, self.ok = self.answers("保存修改")
        self.ok.setEnabled(not plan.empty)
        column.addWidget(buttons)


class AskDialog(Dialog):
    """A small question with a few fields; `ok` is open while `complete` says so."""

    def __init__(self, title: str, intro: str, accept: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(500)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        column.setSpacing(Space.S)
        column.addWidget(label(title, "cardTitle"))
        if intro:
            column.addWidget(label(intro, "secondary", wrap=True))
        self.form = QFormLayout()
        self.form.setSpacing(Space.S)
        column.addLayout(self.form)
        buttons, self.ok = self.answers(accept)
        column.addWidget(buttons)

    def add_line(self, title: str, text: str = "", *, needed: bool = True) -> QLineEdit:
        """A line of text."""
        line = QLineEdit(text)
        line.setAccessibleName(title)
        self.form.addRow(title, line)
        if needed:
            line.textChanged.connect(lambda now: self.ok.setEnabled(bool(now.strip())))
            self.ok.setEnabled(bool(text.strip()))
        return line

    def add_risks(self, names: Mapping[str, str], chosen: str = "") -> QComboBox:
        """A choice among the risks."""
        box = QComboBox()
        box.setAccessibleName("风险")
        for risk, name in names.items():
            box.addItem(f"{risk} {name}", risk)
        box.addItem("没有归类（不计入任何一类）", "")
        box.setPlaceholderText("请选择")
        box.setCurrentIndex(box.findData(chosen) if chosen else -1)
        self.form.addRow("风险", box)
        return box


class LibraryEditor(QObject):
    """Carries out edits; `busy_changed` while one is worked out or saved."""

    busy_changed = Signal(bool)

    def __init__(self, desk: Desk, strip: WorkStrip, window: QWidget) -> None:
        super().__init__(window)
        self.desk, self.strip, self.window = desk, strip, window
        self.names: Mapping[str, str] = {}
        self.dialog: QDialog | None = None
        strip.busy_changed.connect(self.busy_changed)

    @property
    def busy(self) -> bool:
        """Whether something is under way."""
        return self.strip.busy

    # What can be asked for

    def add_words(self, risk: str = "") -> None:
        """Ask for words and add them."""
        dialog = AskDialog("添加关键词", "一行一个词；已有的词会跳过并列出。", "添加", self.window)
        box = QPlainTextEdit()
        box.setAccessibleName("要添加的词，一行一个")
        box.setTabChangesFocus(True)
        box.setMinimumHeight(140)
        dialog.form.addRow("关键词", box)
        held = HeldText(box, self.desk, "keywords/add")
        dialog.rejected.connect(held.store)
        risks = dialog.add_risks(self.names, risk)

        def look() -> None:
            dialog.ok.setEnabled(bool(box.toPlainText().strip()) and risks.currentIndex() >= 0)

        box.textChanged.connect(look)
        risks.currentIndexChanged.connect(lambda _index: look())
        look()

        def go() -> None:
            session, chosen = self.desk.session, str(risks.currentData())
            words = [(line.strip(), chosen) for line in box.toPlainText().splitlines() if line.strip()]
            held.over(words)
            self.run("正在核对", lambda _cancel, _report: library.plan_add(session, words))

        self._open(dialog, go)

    def set_risk(self, chosen: KeywordSelection, count: int) -> None:
        """Ask for a risk and sort the chosen words into it."""
        dialog = AskDialog(f"改 {count:,} 个词的风险", "", "下一步", self.window)
        risks = dialog.add_risks(self.names)
        risks.currentIndexChanged.connect(lambda index: dialog.ok.setEnabled(index >= 0))
        dialog.ok.setEnabled(False)
        session = self.desk.session
        self._open(
            dialog,
            lambda: self.run(
                "正在核对",
                lambda cancel, report: library.plan_set_risk(
                    session, chosen, str(risks.currentData()), cancel, report
                ),
            ),
        )

    def replace_text(self, chosen: KeywordSelection, count: int) -> None:
        """Ask for two texts and write the second for the first inside the chosen words."""
        dialog = AskDialog(f"替换 {count:,} 个词里的文字", "「改成」留空就是去掉。", "下一步", self.window)
        old = dialog.add_line("原来的文字")
        new = dialog.add_line("改成", needed=False)
        session = self.desk.session
        self._open(
            dialog,
            lambda: self.run(
                "正在核对",
                lambda cancel, report: library.plan_replace(
                    session, chosen, old.text(), new.text(), cancel, report
                ),
            ),
        )

    def delete(self, chosen: KeywordSelection, _count: int) -> None:
        """Take the chosen words out."""
        session = self.desk.session
        self.run("正在核对", lambda cancel, report: library.plan_delete(session, chosen, cancel, report))

    def rename(self, record: KeywordRecord) -> None:
        """Ask for another spelling of one word."""
        dialog = AskDialog("改写关键词", "", "保存", self.window)
        line = dialog.add_line("关键词", record.word)
        line.selectAll()
        session = self.desk.session
        self._open(
            dialog,
            lambda: self.run(
                "正在核对", lambda _cancel, _report: library.plan_word(session, record.id, line.text())
            ),
        )

    def _open(self, dialog: AskDialog, go: Callable[[], None]) -> None:
        self.dialog = dialog
        dialog.accepted.connect(go)
        dialog.open()

    # Carrying out

    def run(self, text: str, planner: Planner, *, ask: bool = False) -> None:
        """Work an edit out in a job, show it when it is a large one, not all of it can be done, or `ask`, and save it."""
        self.strip.run(text, bulk(planner), lambda plan: self.show_plan(plan, ask=ask))

    def show_plan(self, plan: EditPlan, *, ask: bool = False, note: str = "") -> None:
        """Show what an edit would do and save it when that is wanted."""
        if plan.empty and not plan.left:
            self.desk.tell("没有要改的。")
            return
        if not ask and plan.changed + plan.removed + plan.added <= QUICK and not plan.skipped:
            self.save(plan)
            return
        self.dialog = dialog = PlanDialog(self.desk, plan, self.window, note)
        dialog.accepted.connect(lambda: self.save(plan))
        dialog.open()

    def save(self, plan: EditPlan) -> None:
        """Save a plan as one step that undo takes back."""
        session = self.desk.session
        self.commit(
            plan.label,
            lambda cancel, report: library.save_plan(session, plan, cancel, report),
            f"{plan.summary()}",
        )

    def commit(self, title: str, job: Callable[[Cancel, Report], Transaction | None], told: str) -> None:
        """Run a job that writes the library, then tell the views."""
        session = self.desk.session

        def done(saved: Transaction | None) -> None:
            if saved is None:
                self.desk.tell("没有要改的。")
                return
            session.library_changed(saved)
            self.desk.told.emit(told, "done", "undo")

        if session.snapshot().keywords.total >= LARGE:
            sheet = WorkSheet(self.desk, title, "写完之前请不要关闭电脑；取消则什么都不改。", self.window)
            sheet.run(title, bulk(job), done)
        else:
            self.strip.run(title, bulk(job), done)
