"""架构描述: the JSON description of the architecture as a form, as its source and beside what the facts say, with its drawing."""

from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QSplitter,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from filingdesk.documents.faults import Fault
from filingdesk.domain.architecture import Checked, Problem
from filingdesk.domain.jobs import Cancel, Report
from filingdesk.gui.desk import Desk
from filingdesk.gui.forms.storing import Storing, drop, hold
from filingdesk.gui.jobtray_board import Result
from filingdesk.gui.page import FilledLater, PageHead
from filingdesk.gui.pages.architecture_form import ArchitectureForm
from filingdesk.gui.pages.architecture_picture import Picture
from filingdesk.gui.pages.templates_parts import FaultList
from filingdesk.gui.pages.work import WorkStrip
from filingdesk.gui.places import ARCHITECTURE
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.badge import Badge
from filingdesk.gui.widgets.buttons import button
from filingdesk.gui.widgets.codeedit import CodeEdit
from filingdesk.gui.widgets.diffview import DiffView
from filingdesk.gui.widgets.dropzone import DropZone
from filingdesk.gui.widgets.labels import ElidedLabel
from filingdesk.infra.files import atomic_write
from filingdesk.services import architecture, architecture_edit, typed
from filingdesk.services import architecture_tree as trees
from filingdesk.services.architecture_edit import Kept
from filingdesk.services.architecture_tree import Tree

FORM, SOURCE, DIFF = range(3)
ROWS = 4
PAUSE_MS = 350
"""After so long without a key the source is judged. It becomes an edit when the page or the tab is left; till then it is held."""
TYPED_NAME = "architecture"
_KINDS = "架构描述 (*.json)"
_STATES = {
    "facts": ("按已填内容", "neutral"),
    "given": ("自己的描述", "done"),
    "draft": ("有错误，未生效", "blocker"),
    "lost": ("文件缺失", "blocker"),
}


class ArchitecturePage(FilledLater):
    """The page 架构描述."""

    key = "architecture"
    title = "架构描述"
    shows_problems = False

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._kept = Kept("", "facts")
        self._judged = ""
        self._stored = True
        self.checked = Checked(None, ())
        outer = QVBoxLayout(self)
        outer.setContentsMargins(Space.XL, Space.L, Space.XL, Space.S)
        outer.setSpacing(Space.S)
        outer.addLayout(self._make_head())
        self.strip = WorkStrip(desk)
        outer.addWidget(self.strip)
        self.zone = DropZone("手写的架构描述（.json）可以拖到这里；有错误会逐行指出，改好才用到文书里")
        self.zone.dropped.connect(lambda paths: self.take_file(paths[0]))
        self.choose = self.zone.add_button("选择文件…")
        self.choose.clicked.connect(lambda: self._ask_file())
        outer.addWidget(self.zone)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(8)
        split.addWidget(self._make_editor())
        self.picture = Picture(desk)
        split.addWidget(self.picture)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setSizes([580, 400])
        outer.addWidget(split, 1)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._judge_source)
        self._storing = Storing(self._hold, self)
        desk.closing.connect(self._storing.stop)
        self._recovered = False

    def build(self) -> None:
        super().build()
        if not self._recovered:
            self._recovered = True
            self._recover()

    def _make_head(self) -> PageHead:
        head = PageHead(self.title, "算法由哪些部分组成、数据怎样流动；架构图和《算法技术说明书》按它生成。")
        tip = "放弃自己的描述，重新由产品、流程、模型生成；先看比较，可以撤销"
        self.reset_button = button("改回按已填内容", self.reset, tip=tip)
        tip = "存成 JSON，或把架构图存成 SVG、PNG"
        self.export_button = button("另存…", self._ask_export, tip=tip)
        head.add_actions(self.reset_button, self.export_button)
        return head

    def _make_editor(self) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        bar = QHBoxLayout()
        self.tabs = QTabBar()
        self.tabs.setAccessibleName("架构描述的几种样子")
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        for name in ("表单", "源文本", "与已填内容比较"):
            self.tabs.addTab(name)
        self.tabs.currentChanged.connect(self._turn)
        bar.addWidget(self.tabs, 1)
        self.chip = Badge("", pill=True)
        bar.addWidget(self.chip)
        column.addLayout(bar)
        self.form = ArchitectureForm()
        self.form.changed.connect(self._form_changed)
        self.form.typed.connect(lambda: self._storing.typed())
        self.source = CodeEdit(coloured=False)  # the colours are those of templates
        self.source.setAccessibleName("架构描述的 JSON 源文本")
        self.source.textChanged.connect(self._pause_or_not)
        self.diff = DiffView()
        self.stack = QStackedWidget()
        for widget in (self.form, self.source, self.diff):
            self.stack.addWidget(widget)
        column.addWidget(self.stack, 1)
        self.faults = FaultList()
        self.faults.setAccessibleName("架构描述里的问题，选中后跳到那里")
        self.faults.picked.connect(self._go_to)
        column.addWidget(self.faults)
        self.verdict = ElidedLabel("", "muted")
        column.addWidget(self.verdict)
        return holder

    # What is shown

    def refresh(self, keys: frozenset[str] | None) -> None:
        if keys is not None and not any(key.startswith(("algorithm", "@architecture")) for key in keys):
            return
        kept = self.desk.attempt(lambda: architecture_edit.current(self.desk.session))
        if kept is None:
            return
        self._kept = kept
        if self.source.toPlainText() != kept.text:
            self.source.blockSignals(True)
            self.source.show_text(kept.text)
            self.source.blockSignals(False)
        self._show(kept.text, architecture_edit.judge(self.desk.session, kept.text))

    def _show(self, text: str, checked: Checked) -> None:
        """A text and what is wrong with it, in the form, in the source and in the drawing."""
        self._judged, self.checked = text, checked
        closed = self.desk.read_only
        tree = trees.read(text)
        self.form.setEnabled(tree is not None)
        if tree is not None:
            self.form.show_tree(tree, checked.problems, read_only=closed)
        elif self.tabs.currentIndex() == FORM:
            self.tabs.setCurrentIndex(SOURCE)
        self.source.set_faults({p.line: f"{p.message}。{p.hint}" for p in reversed(checked.problems)})
        self.faults.show_faults([_fault(p) for p in (*checked.errors, *_doubts(checked))])
        if self.faults.count():
            shown = min(self.faults.count(), ROWS)
            self.faults.setFixedHeight(shown * self.faults.sizeHintForRow(0) + Space.XS)
        origin = self._kept.origin if text == self._kept.text else "draft"
        if origin == "draft" and not checked.errors:
            origin = "given"
        words, tone = _STATES[origin]
        self.chip.set_text(words, tone)
        errors, doubts = len(checked.errors), len(_doubts(checked))
        if errors:
            held = "上一次没有错误的描述" if self.desk.facts.algorithm.architecture else "已填的内容"
            self.verdict.setText(f"{errors} 处错误，{doubts} 处提醒；文书仍按{held}画图。")
        else:
            self.verdict.setText(f"没有错误，{doubts} 处提醒。" if doubts else "没有错误。")
        if checked.architecture is not None:
            it = checked.architecture
            self.picture.show_text(
                text, f"{len(it.components)} 个组件，{len(it.flows)} 条数据流。虚线框由人完成。"
            )
        else:
            self.picture.keep_old("描述有错误，改好后图会跟着变。")
        self.source.setReadOnly(closed)
        self.reset_button.setEnabled(not closed and origin != "facts")
        self.export_button.setEnabled(checked.architecture is not None)
        for widget in (self.zone, self.choose):
            widget.setEnabled(not closed)
        if self.tabs.currentIndex() == DIFF:
            self._compare()

    def set_read_only(self, read_only: bool) -> None:
        if self.source.isReadOnly() is not read_only:
            self._show(self._judged, self.checked)

    def _turn(self, place: int) -> None:
        self.flush()
        if place == FORM and trees.read(self._judged) is None:
            self.verdict.setText("源文本不是有效的 JSON，改好后才能用表单。")
            self.tabs.setCurrentIndex(SOURCE)
            return
        self.stack.setCurrentIndex(place)
        if place == DIFF:
            self._compare()

    def _compare(self) -> None:
        changes = architecture_edit.compare(self.desk.session, self._judged)
        self.diff.show_changes(
            {"左栏已填内容 → 现在的描述": changes} if changes else {}, "与按已填内容生成的相同。"
        )

    # What the user does

    def _form_changed(self, tree: Tree, words: str) -> None:
        self._keep(trees.to_text(tree), words)

    def _keep(self, text: str, words: str, name: str = "") -> None:
        session = self.desk.session
        self._storing.stop()
        done = self.desk.attempt(lambda: architecture_edit.keep(session, text, words, name))
        self._stored = done is not None
        if self._stored:
            drop(self.desk, TYPED_NAME)
            self.refresh(None)
        else:
            hold(self.desk, TYPED_NAME, self._kept.text, text)

    def _hold(self) -> None:
        """Keep what is typed, also before it is an edit."""
        text = self.source.toPlainText()
        if self.stack.currentIndex() == FORM:
            tree = self.form.with_typed()
            text = self._kept.text if tree is self.form.tree else trees.to_text(tree)
        hold(self.desk, TYPED_NAME, self._kept.text, text)

    def _recover(self) -> None:
        """What was typed when the program was killed becomes an edit."""
        if self.desk.read_only or not self._kept.text:
            return
        found = typed.held(self.desk.session, TYPED_NAME, self._kept.text)
        if found is not None:
            self._keep(found, "放回没写完的架构描述")
            self.desk.tell("上次没写完的架构描述已放回；可以撤销。", "done")

    def _pause_or_not(self) -> None:
        if self.source.toPlainText() != self._judged:
            self._pause.start()
            self._storing.typed()

    def _judge_source(self) -> None:
        text = self.source.toPlainText()
        self._show(text, architecture_edit.judge(self.desk.session, text))

    def flush(self) -> bool:
        """Store what stands in the form or in the source."""
        self._pause.stop()
        self._stored = True
        if self.desk.read_only:
            return True
        if self.stack.currentIndex() == FORM:
            self.form.store()
        text = self.source.toPlainText()
        if self.stack.currentIndex() == SOURCE and text != self._kept.text:
            self._keep(text, "修改架构描述的源文本")
        if self._storing.isActive():  # what was typed was taken back again
            self._storing.stop()
            self._hold()
        return self._stored

    def _go_to(self, fault: Fault) -> None:
        problem = next((p for p in self.checked.problems if _fault(p) == fault), None)
        if problem is None:
            return
        if self.tabs.currentIndex() == FORM:
            row = self.form.row_at(problem.pointer)
            if row is not None:
                self.form.ensureWidgetVisible(row, 0, 60)
                row.editor.target().setFocus()
                return
            self.tabs.setCurrentIndex(SOURCE)
        if self.tabs.currentIndex() == SOURCE:
            self.source.go_to_line(problem.line)

    def _ask_file(self) -> None:
        file, _filter = QFileDialog.getOpenFileName(self, "选择架构描述", self.desk.folder(), _KINDS)
        if file:
            self.take_file(Path(file))

    def take_file(self, path: Path) -> None:
        """Take a hand-written description; with errors it waits in the source, each error at its line."""
        if self.desk.read_only:
            return

        def job(_cancel: Cancel, _report: Report) -> str:
            return architecture.read_file(path)

        self.strip.run(
            f"正在读取 {path.name}",
            job,
            lambda text: self._taken(path.name, text),
            again=lambda: self.take_file(path),
        )

    def _taken(self, name: str, text: str) -> None:
        self.flush()
        self._keep(text, f"放入架构描述「{name}」", name)
        if self.checked.errors:
            self.tabs.setCurrentIndex(SOURCE)
            self.source.go_to_line(self.checked.errors[0].line)
            self.desk.tell(f"“{name}”有 {len(self.checked.errors)} 处错误，改好后才用到文书里。", "warning")
        else:
            self.desk.tell(f"已放入“{name}”，架构图按它画。", "done")

    def reset(self) -> None:
        """Go back to what the facts say; the difference stays in sight, undo brings the own one back."""
        if self.tabs.currentIndex() != DIFF:
            # Nobody gives up a description without having seen what is lost.
            self.tabs.setCurrentIndex(DIFF)
            self.verdict.setText("这些是会丢掉的内容。确定的话，再点一次“改回按已填内容”。")
            return
        if self.desk.attempt(lambda: (architecture_edit.reset(self.desk.session), True)) is not None:
            self.refresh(None)
            self.desk.tell("架构描述已改回按已填内容生成；可以撤销。", "done")

    def _ask_export(self) -> None:
        kinds = f"{_KINDS};;矢量图 (*.svg);;图片 (*.png)"
        start = str(Path(self.desk.folder()) / architecture_edit.FILE)
        file, _filter = QFileDialog.getSaveFileName(self, "另存架构描述", start, kinds)
        if file:
            self.export_to(Path(file))

    def export_to(self, path: Path) -> None:
        """Write the description (.json) or its drawing (.svg, .png)."""
        text = self._judged

        def job(_cancel: Cancel, _report: Report) -> Path:
            suffix = path.suffix.lower()
            data = text.encode() if suffix == ".json" else architecture.draw(text, "架构描述", suffix)
            atomic_write(path, data)
            return path

        self.strip.run(
            "正在保存架构描述",
            job,
            lambda done: self.desk.tell(f"已存为 {done}", "done"),
            again=lambda: self.export_to(path),
            result=lambda done: Result(f"已存为 {done.name}", done),
        )

    def reveal(self, path: str) -> bool:
        return path.startswith(ARCHITECTURE)

    def place(self) -> str:
        return ARCHITECTURE


def _doubts(checked: Checked) -> tuple[Problem, ...]:
    return tuple(p for p in checked.problems if p.severity != "error")


def _fault(problem: Problem) -> Fault:
    kind = "错误" if problem.severity == "error" else "提醒"
    return Fault(kind, problem.line, problem.message, problem.hint)
