"""The templates of the papers: edited beside their live preview, compared with the shipped ones, restored, brought up to date."""

import re
from typing import Literal, cast

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from filingdesk.documents.faults import Fault
from filingdesk.domain.jobs import Cancel, Report
from filingdesk.domain.specs import STAGE_TITLES
from filingdesk.gui.desk import Desk
from filingdesk.gui.forms.storing import Storing, drop, hold
from filingdesk.gui.page import Page, PageHead
from filingdesk.gui.pages.papers_list import Line, PaperList
from filingdesk.gui.pages.papers_sheet import PaperSheet
from filingdesk.gui.pages.templates_parts import FaultList, FieldDialog, GuideDialog, UpdateDialog
from filingdesk.gui.pages.work import WorkStrip
from filingdesk.gui.places import home
from filingdesk.gui.templatelive import TemplateLive
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.badge import Badge
from filingdesk.gui.widgets.buttons import button
from filingdesk.gui.widgets.cards import Card, NoticeBar
from filingdesk.gui.widgets.codeedit import CodeEdit
from filingdesk.gui.widgets.diffview import DiffView
from filingdesk.gui.widgets.labels import ElidedLabel
from filingdesk.services import papers, templates, typed
from filingdesk.services.changes import TEMPLATE, TEMPLATE_DRAFT
from filingdesk.services.template_fields import snippet
from filingdesk.services.templates import Saved, TemplateState, Text

_TONES = {"shipped": "neutral", "own": "done", "outdated": "warning", "broken": "blocker"}
BODY, YAML, DIFF = range(3)
_CODE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}|[|#*>]+|:::\s*\w*|\s{2,}")
_SEPARATOR = "\f"
"""Between the two files of a template where they are one text; neither holds it."""
_TELLING, _FOUND_BY = 4, 16
"""Words shorter than this stand in many places; longer ones are found by their beginning."""


def lines_of(states: list[TemplateState]) -> list[Line]:
    """The list: papers under the titles of their filings, each with the state of its template."""
    lines: list[Line] = []
    for stage, title in (*STAGE_TITLES.items(), ("both", "两种备案")):
        own = [each for each in states if each.stage == stage]
        if own:
            lines.append(Line(title))
        for each in own:
            # A shipped template needs no word: the list is about what differs.
            word = templates.STATE_WORDS[each.state] if each.state != "shipped" else ""
            tone = _TONES[each.state]
            if each.fixed:
                word = "表格"
            elif each.draft:
                word, tone = "草稿未生效", "warning"
            lines.append(Line(each.title, each.id, word, tone))
    return lines


class TemplatesPage(Page):
    """The page 模板."""

    key = "templates"
    title = "模板"
    shows_problems = False
    has_primary = True

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._paper = ""
        self._loaded = Text("", "")
        self._state: TemplateState | None = None
        self._shown = self._loaded
        self.live = TemplateLive(desk, self)
        self.live.previewed.connect(self._show_preview)
        self.live.judged.connect(self._show_faults)
        self._storing = Storing(self._hold, self)
        desk.closing.connect(self._storing.stop)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(Space.XL, Space.L, Space.XL, Space.S)
        outer.setSpacing(Space.S)
        outer.addLayout(self._make_head())
        self.strip = WorkStrip(desk)
        self.strip.busy_changed.connect(lambda _busy: self._enable())
        self.notice = NoticeBar()
        self.notice.action_clicked.connect(lambda: self.see_update())
        outer.addWidget(self.strip)
        outer.addWidget(self.notice)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(6)
        card = Card()
        card.setAccessibleName("模板列表")
        if (inside := card.layout()) is not None:
            inside.setContentsMargins(Space.XXS, Space.XS, Space.XXS, Space.XS)
        self.list = PaperList()
        self.list.setAccessibleName("模板列表")
        self.list.picked.connect(self._picked)
        card.body.addWidget(self.list)
        split.addWidget(card)
        split.addWidget(self._make_editor())
        self.sheet = PaperSheet()
        self.sheet.wanted.connect(self._follow)
        split.addWidget(self.sheet)
        for place, share in enumerate((0, 3, 2)):
            split.setStretchFactor(place, share)
        split.setSizes([230, 430, 380])
        outer.addWidget(split, 1)
        self.sheet.show_words("正在准备…")
        self._fill_list()

    def _make_head(self) -> PageHead:
        head = PageHead(self.title, "文书的写法可以改成自己的：只影响这个项目，可以撤销，随时恢复自带。")
        self.guide_button = button("说明", lambda: GuideDialog(self).open(), name="模板说明")
        tip = "放弃对这份模板的修改；可以撤销"
        self.restore_button = button("恢复自带", self.restore, tip=tip, name="恢复自带模板")
        tip = "检查后生效，文书按它生成"
        self.save_button = button("保存", self.save, tip=tip, name="保存模板", role="primary")
        head.add_actions(self.guide_button, self.restore_button, self.save_button)
        return head

    def _make_editor(self) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(Space.XS, 0, Space.XS, 0)
        column.setSpacing(Space.XS)
        bar = QHBoxLayout()
        bar.setSpacing(Space.XS)
        self.name = ElidedLabel("", "section")
        bar.addWidget(self.name, 1)
        self.chip = Badge("", pill=True)
        self.chip.hide()
        bar.addWidget(self.chip)
        column.addLayout(bar)
        tools = QHBoxLayout()
        self.tabs = QTabBar()
        self.tabs.setAccessibleName("模板的文件")
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        for name in ("正文", "设置", "与自带比较"):
            self.tabs.addTab(name)
        self.tabs.setTabToolTip(BODY, "body.md：文书写什么")
        self.tabs.setTabToolTip(YAML, "paper.yaml：标题、格式、条件、签署")
        self.tabs.currentChanged.connect(self._turn)
        tools.addWidget(self.tabs, 1)
        self.field_button = QPushButton("插入字段…")
        self.field_button.setAccessibleName("插入字段")
        self.field_button.clicked.connect(lambda: self.pick_field())
        tools.addWidget(self.field_button)
        column.addLayout(tools)
        self.body, self.yaml, self.diff = CodeEdit(), CodeEdit(yaml=True), DiffView()
        self.body.setAccessibleName("模板正文 body.md")
        self.yaml.setAccessibleName("模板设置 paper.yaml")
        self.stack = QStackedWidget()
        for widget in (self.body, self.yaml, self.diff):
            self.stack.addWidget(widget)
        for editor in (self.body, self.yaml):
            editor.textChanged.connect(self._typed)
        self.body.line_entered.connect(self._bring)
        column.addWidget(self.stack, 1)
        self.faults = FaultList()
        self.faults.picked.connect(self.go_to_fault)
        column.addWidget(self.faults)
        self.verdict = ElidedLabel("", "muted")
        column.addWidget(self.verdict)
        return holder

    # Reading

    def refresh(self, keys: frozenset[str] | None) -> None:
        if keys is None or any(key.startswith((TEMPLATE, TEMPLATE_DRAFT)) for key in keys):
            self._fill_list()
            if self._paper and not self.is_dirty():
                self._load()
                return
        if self._paper:
            self._show_state()
            self._preview()

    def _fill_list(self) -> None:
        if not self.desk.knowledge.ready:
            return
        self.list.show_lines(lines_of(templates.states(self.desk.session)))

    def refresh_findings(self) -> None:
        if not self.list.lines():
            self._fill_list()

    def _picked(self, paper: str) -> None:
        if paper == self._paper:
            return
        self._keep()
        self._paper = ""
        self._recover(paper)
        self._paper = paper
        self._load()

    def text(self) -> Text:
        """What stands in the editor."""
        return Text(self.yaml.toPlainText(), self.body.toPlainText())

    def is_dirty(self) -> bool:
        """Whether something was typed that is not stored."""
        return bool(self._paper) and self.text() != self._loaded

    def _load(self) -> None:
        """Show what the project holds."""
        text = templates.text_to_edit(self.desk.session, self._paper)
        if text != self.text() or text != self._loaded:
            self._loaded = self._shown = text
            for editor, words in ((self.body, text.body), (self.yaml, text.yaml)):
                editor.blockSignals(True)
                editor.show_text(words)
                editor.blockSignals(False)
        self.faults.show_faults(())
        self._show_state()
        self._turn(self.tabs.currentIndex())
        self._preview()

    def _show_state(self) -> None:
        state = self._state = templates.state(self.desk.session, self._paper)
        self.name.setText(state.title)
        line = self.list.line()
        if line is not None and line.paper == state.id:
            self.chip.set_text(line.chip or templates.STATE_WORDS[state.state], line.tone)
            self.chip.show()
        if state.state == "outdated":
            self.notice.tell(
                f"《{state.title}》的自带模板在您复制之后有更新。", tone="warning", action="看看改了什么"
            )
        else:
            self.notice.hide()
        if state.fixed:
            self.verdict.setText(state.fixed)
        self._enable()

    def _preview(self) -> None:
        if self._state is not None and self._state.fixed:
            self.live.stop()
            self.sheet.show_words(self._state.fixed)
            return
        self.live.show(self._paper, self.text())

    def _typed(self) -> None:
        text = self.text()
        if text == self._shown:  # only its colours changed
            return
        self._shown = text
        self._storing.typed()
        self._enable()
        self.verdict.setText("正在检查…")
        self._preview()

    def _show_preview(self, paper: str, document: object) -> None:
        if paper == self._paper and isinstance(document, QTextDocument):
            self.sheet.show_document(paper, document)
            self._bring(self.body.line())

    def _bring(self, line: int) -> None:
        """Let the preview come to what stands on a line of the body: its longest words that are the template's own."""
        if self.stack.currentWidget() is self.body and self.body.hasFocus():
            text = self.body.document().findBlockByNumber(line - 1).text()
            words = max(_CODE.split(text), key=len, default="").strip()
            if len(words) >= _TELLING:
                self.sheet.bring(words[:_FOUND_BY])

    def _show_faults(self, found: object, _whole: bool) -> None:
        faults = cast(tuple[Fault, ...], found)
        self.faults.show_faults(faults)
        for editor, name in ((self.body, "body.md"), (self.yaml, "paper.yaml")):
            marks = {
                f.line: f"{f.message.lstrip('：')}。{f.hint}" for f in faults if f.line and _file(f) == name
            }
            editor.set_faults(marks)
        if not faults:
            self.verdict.setText("没有错误。" + ("还没有保存。" if self.is_dirty() else ""))
        else:
            self.verdict.setText(
                f"{len(faults)} 处错误；预览停在上一次没有错误的样子，文书仍按原来的模板生成。"
            )
            if not self.sheet.text().strip() or self.sheet.text() == "正在准备…":
                self.sheet.show_words("模板有错误，改好后这里会显示文书。")

    def _turn(self, place: int) -> None:
        self.stack.setCurrentIndex(place)
        if place == DIFF and self._paper:
            changes = templates.compare(self.desk.session, self._paper, self.text())
            self.diff.show_changes(changes, "与自带模板相同。")
        self._enable()

    def _enable(self) -> None:
        state, closed = self._state, self.desk.read_only or self.strip.busy
        editable = state is not None and not state.fixed and not self.desk.read_only
        for editor in (self.body, self.yaml):
            editor.setReadOnly(not editable)
        changed = state is not None and (state.state != "shipped" or state.draft or self.is_dirty())
        self.save_button.setEnabled(
            editable and not closed and (self.is_dirty() or bool(state and state.draft))
        )
        self.restore_button.setEnabled(editable and not closed and changed)
        self.field_button.setEnabled(editable and self.tabs.currentIndex() == BODY)

    def set_read_only(self, read_only: bool) -> None:
        self._enable()

    # Going places

    def reveal(self, path: str) -> bool:
        return path.startswith("template:") and self.list.select(path.removeprefix("template:"))

    def place(self) -> str:
        return f"template:{self._paper}" if self._paper else ""

    def _follow(self, path: str) -> None:
        page, inside = home(path)
        self.desk.go(page or "check", inside if page else "")

    def go_to_fault(self, fault: Fault) -> None:
        """Bring the line of a fault before the eyes."""
        place = YAML if _file(fault) == "paper.yaml" else BODY
        self.tabs.setCurrentIndex(place)
        if fault.line:
            (self.yaml if place == YAML else self.body).go_to_line(fault.line)

    def pick_field(self) -> None:
        """Ask for a field and write it where the cursor is."""
        dialog = FieldDialog(self)
        dialog.accepted.connect(lambda: self.insert_field(dialog.chosen.pattern if dialog.chosen else ""))
        dialog.open()

    def insert_field(self, pattern: str) -> None:
        """Write a field where the cursor is, in the loop that is open there."""
        if pattern:
            before = self.body.toPlainText()[: self.body.textCursor().position()]
            self.body.insert(snippet(pattern, before))

    # Changing

    def flush(self) -> bool:
        return self._keep()

    def _keep(self) -> bool:
        """What was typed and not saved waits as a draft."""
        self._storing.stop()
        if not self.is_dirty() or self.desk.read_only:
            return True
        before, text = self._loaded, self.text()
        self._loaded = text
        kept = self._keep_draft(self._paper, text)
        if not kept:
            self._loaded = before  # it is tried again
        return kept

    def _keep_draft(self, paper: str, text: Text) -> bool:
        kept = self.desk.attempt(lambda: (templates.keep_draft(self.desk.session, paper, text), True))
        if kept is not None:
            drop(self.desk, _typed_name(paper))
        return kept is not None

    def _hold(self) -> None:
        """Keep what is typed, also before it is a draft."""
        if self._paper:
            hold(self.desk, _typed_name(self._paper), _one(self._loaded), _one(self.text()))

    def _recover(self, paper: str) -> None:
        """What was typed when the program was killed becomes the draft."""
        session = self.desk.session
        if self.desk.read_only:
            return
        stored = templates.text_to_edit(session, paper)
        found = typed.held(session, _typed_name(paper), _one(stored))
        if found is not None:
            yaml, _separator, body = found.partition(_SEPARATOR)
            if self._keep_draft(paper, Text(yaml, body)):
                self.desk.tell("上次没写完的模板已放回，留作草稿。", "done")

    def save(self) -> None:
        """Check the text beside the window; it takes effect when nothing is wrong, otherwise it waits as a draft."""
        if self.strip.busy or not self._paper:
            return
        paper, text = self._paper, self.text()
        session, snapshot = self.desk.session, self.desk.session.snapshot()

        def job(_cancel: Cancel, _report: Report) -> tuple[Fault, ...]:
            return templates.check(papers.Desk(session, snapshot), paper, text)

        self.strip.run("正在检查模板", job, lambda faults: self._saved(paper, text, faults))

    def _saved(self, paper: str, text: Text, faults: tuple[Fault, ...]) -> None:
        before = self._loaded
        if paper == self._paper:
            self._loaded = text
        done = self.desk.attempt(lambda: templates.save(self.desk.session, paper, text, faults))
        if not isinstance(done, Saved):
            if paper == self._paper:
                self._loaded = before
            return
        drop(self.desk, _typed_name(paper))
        self._hold()  # what was typed while the text was checked
        if done.taken:
            self.desk.tell("模板已保存，文书按它生成。", "done")
        elif paper == self._paper:
            self._show_faults(done.faults, True)
            self.desk.tell(
                f"模板有 {len(done.faults)} 处错误，先留作草稿；文书仍按原来的模板生成。", "warning"
            )

    def restore(self) -> None:
        """Go back to the shipped template; what was typed can be brought back by undo."""
        self._keep()
        done = self.desk.attempt(lambda: templates.restore(self.desk.session, self._paper))
        if done is not None:
            self.desk.told.emit("已恢复自带模板。", "accent", "undo")

    def see_update(self) -> None:
        """Show what changed upstream and ask which way to go."""
        found = templates.upstream(self.desk.session, self._paper)
        if found is None or self._state is None:
            return
        self._keep()
        dialog = UpdateDialog(self._state.title, found, self)
        dialog.accepted.connect(lambda: self.follow_update(dialog.how, found.merged))
        dialog.open()

    def follow_update(self, how: str, merged: Text | None) -> None:
        """Settle an update of the shipped template; a merged text is checked beside the window first."""
        if how != "merge" or merged is None:
            self._followed(how, ())
            return
        paper = self._paper
        session, snapshot = self.desk.session, self.desk.session.snapshot()

        def job(_cancel: Cancel, _report: Report) -> tuple[Fault, ...]:
            return templates.check(papers.Desk(session, snapshot), paper, merged)

        self.strip.run("正在检查合并后的模板", job, lambda faults: self._followed(how, faults))

    def _followed(self, how: str, faults: tuple[Fault, ...]) -> None:
        way = cast(Literal["take", "merge", "keep"], how)
        done = self.desk.attempt(lambda: templates.follow(self.desk.session, self._paper, way, faults))
        if isinstance(done, Saved):
            words = {
                "take": "已采用新的自带模板。",
                "merge": "已合并自带模板的更新。",
                "keep": "保留了自己的模板。",
            }
            if done.taken:
                self.desk.told.emit(words[how], "accent", "undo")
            else:
                self.desk.tell("合并后有错误，先留作草稿；文书仍按原来的模板生成。", "warning")


def _typed_name(paper: str) -> str:
    return f"template/{paper}"


def _one(text: Text) -> str:
    return f"{text.yaml}{_SEPARATOR}{text.body}"


def _file(fault: Fault) -> str:
    return "paper.yaml" if "paper.yaml" in fault.place else fault.file
