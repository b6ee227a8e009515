"""The submission bundle: what blocks, what is inside, where to, written as a whole and verified; and verifying an old one."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QTabBar,
    QWidget,
)

from filingdesk.bundle.verify import BundleVerification
from filingdesk.bundle.write import check_target
from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel, Report
from filingdesk.domain.report import DISCLAIMER, CheckReport
from filingdesk.domain.specs import STAGE_TITLES, Stage
from filingdesk.gui.desk import Desk
from filingdesk.gui.jobs import Ticket
from filingdesk.gui.outfolder import out_folder
from filingdesk.gui.page import ScrollPage
from filingdesk.gui.pages.bundle_steps import (
    Obstacle,
    ObstacleList,
    PlanTree,
    StepCard,
    problem_line,
)
from filingdesk.gui.pages.bundle_verified import VerificationCard, result_of
from filingdesk.gui.pages.bundle_webform import WebFormCard
from filingdesk.gui.pages.papers import fresh_report, open_folder
from filingdesk.gui.pages.work import WorkStrip
from filingdesk.gui.places import place_words
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.badge import Badge
from filingdesk.gui.widgets.cards import Card
from filingdesk.gui.widgets.labels import Prose, label, set_look
from filingdesk.services import bundling, checking, exports, papers, papers_apart, upgrades
from filingdesk.services.bundling import PlannedBundle
from filingdesk.services.changes import MARKS
from filingdesk.services.papers_apart import MadeBundle

STAGES: tuple[Stage, ...] = ("algorithm", "large-model")


@dataclass(frozen=True)
class Target:
    """How the place stands: `folder` would be written; `fault` when it must not be, `replaces` when an older bundle is there."""

    folder: Path
    fault: UserError | None = None
    replaces: bool = False


def look_at(folder: Path) -> Target:
    """Look at the place where a bundle would stand; reads it, so ask in a job."""
    try:
        check_target(folder, replace=False)
    except UserError as error:
        if error.code != "bundle.exists" or not folder.is_dir():
            return Target(folder, error)
    else:
        return Target(folder)
    try:
        check_target(folder, replace=True)
    except UserError as error:
        return Target(folder, error)
    return Target(folder, replaces=True)


@dataclass(frozen=True)
class Exported:
    """A bundle that was written and verified, by which report, and its papers as they are put on record."""

    made: MadeBundle
    judged: CheckReport
    kept: exports.Kept


class BundlePage(ScrollPage):
    """The page 提交包."""

    key = "bundle"
    title = "提交包"
    shows_problems = False

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, "提交包", f"按备案分别导出。{DISCLAIMER}。", parent)
        self._folder = self._preferred = out_folder(desk)
        self._plan: PlannedBundle | None = None
        self._target: Target | None = None
        self._generation = 0
        self._ticket: Ticket | None = None
        self._as_exported = -1  # the project as it was exported, with the note on its rule packs
        self._results: dict[Stage, Exported] = {}
        self.verify_button = self.add_action("校验已有提交包…", self.choose_bundle)
        self.export_button = self.add_action("导出提交包", self.export, primary=True)
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.setAccessibleName("哪一个备案")
        for stage in STAGES:
            self.tabs.addTab(STAGE_TITLES[stage])
        self.tabs.currentChanged.connect(lambda _index: self._show_stage())
        self.column.addWidget(self.tabs)
        self.strip = WorkStrip(desk)
        self.strip.busy_changed.connect(lambda _busy: self._enable())
        self.column.addWidget(self.strip)
        self._make_result()
        self.verify_card = VerificationCard(self.desk)
        self.column.addWidget(self.verify_card)
        self._make_steps()
        self.column.addStretch(1)
        self._show_stage()

    # Building

    def _make_steps(self) -> None:
        self.block_card = StepCard(1, "有没有阻断")
        self.block_words = Prose("正在自检…", "secondary")
        self.block_card.body.addWidget(self.block_words)
        self.obstacles = ObstacleList()
        self.obstacles.wanted.connect(lambda page, path: self.desk.go(page, path))
        self.block_card.body.addWidget(self.obstacles)
        self.column.addWidget(self.block_card)
        self.plan_card = StepCard(2, "包里有什么")
        self.plan_words = Prose("正在整理…", "secondary")
        self.plan_card.body.addWidget(self.plan_words)
        self.tree = PlanTree()
        self.plan_card.body.addWidget(self.tree)
        self.left_out = Prose("", "small")
        set_look(self.left_out, tone="warning")
        self.plan_card.body.addWidget(self.left_out)
        self.column.addWidget(self.plan_card)
        self.where_card = StepCard(3, "写到哪里")
        row = QHBoxLayout()
        row.setSpacing(Space.XS)
        self.where = QLineEdit()
        self.where.setReadOnly(True)
        self.where.setAccessibleName("提交包所在的文件夹")
        row.addWidget(self.where, 1)
        self.choose = QPushButton("选择文件夹…")
        self.choose.setAccessibleName("选择提交包写到哪个文件夹")
        self.choose.clicked.connect(lambda: self._choose_folder())
        row.addWidget(self.choose)
        self.where_card.body.addLayout(row)
        self.where_words = Prose("", "small")
        self.where_card.body.addWidget(self.where_words)
        self.replace = QCheckBox("覆盖旧的提交包")
        self.replace.setAccessibleName("覆盖旧的提交包")
        self.replace.toggled.connect(lambda _on: self._enable())
        self.replace.hide()
        self.where_card.body.addWidget(self.replace)
        self.column.addWidget(self.where_card)
        self.webform_card = WebFormCard(self.desk)
        self.column.addWidget(self.webform_card)

    def _make_result(self) -> None:
        self.result_card = Card("导出结果")
        self.result_badge = Badge("", pill=True)
        self.result_card.head.insertWidget(1, self.result_badge)
        self.result_words = Prose("")
        self.result_card.body.addWidget(self.result_words)
        self.result_card.body.addWidget(label(f"{DISCLAIMER}，提交前请再通读一遍。", "muted"))
        row = QHBoxLayout()
        self.open_button = QPushButton("打开文件夹")
        self.open_button.setAccessibleName("打开提交包文件夹")
        self.open_button.clicked.connect(lambda: self._open_result())
        row.addWidget(self.open_button)
        row.addStretch(1)
        self.result_card.body.addLayout(row)
        self.result_card.hide()
        self.column.addWidget(self.result_card)

    # Reading

    @property
    def stage(self) -> Stage:
        """The filing that is shown."""
        return STAGES[max(self.tabs.currentIndex(), 0)]

    def refresh(self, keys: frozenset[str] | None) -> None:
        self.webform_card.refresh()
        self._follow_preference()
        if keys is None or not all(key.startswith(MARKS) for key in keys):
            self._show_stage()

    def refresh_findings(self) -> None:
        self._show_obstacles()

    def refresh_papers(self) -> None:
        self._show_obstacles()

    def _show_stage(self) -> None:
        self._show_obstacles()
        self._show_result()
        self._make_plan()

    def current_obstacles(self) -> list[Obstacle]:
        """What forbids this bundle now: blockers, crashed rules, papers with gaps."""
        report, found = self.desk.report, []
        if report is not None:
            part = report.for_stage(self.stage)
            for result in part.with_status("error"):
                text = f"规则 {result.id} 没有得出结论：{result.title}"
                found.append(Obstacle("error", text, "自检", "check", f"rule:{result.id}"))
            for finding in part.findings:
                if finding.severity != "blocker":
                    continue
                if finding.path:
                    place, page, path = place_words(finding.path) or finding.rule, "", finding.path
                else:
                    place, page, path = finding.rule, "check", f"rule:{finding.rule}"
                found.append(Obstacle("blocker", finding.message, place, page, path, finding.fix))
        for status in self.desk.papers.statuses:
            if status.paper.spec.stage == self.stage and status.gaps:
                names = "、".join(gap.label for gap in status.gaps[:3]) + (
                    " 等" if len(status.gaps) > 3 else ""
                )
                text = f"《{status.title}》还缺 {len(status.gaps)} 项：{names}"
                found.append(Obstacle("blocker", text, "文书预览", "papers", f"paper:{status.id}"))
        return found

    def _show_obstacles(self) -> None:
        report = self.desk.report
        if report is None:
            self.block_words.set_prose("正在自检…")
            self.block_card.mark.set_tone("muted")
            self._enable()
            return
        items = self.current_obstacles()
        self.obstacles.show_items(items)
        part = report.for_stage(self.stage)
        warnings = part.count("warning")
        manual = len(part.with_status("manual"))
        if items:
            self.block_words.set_prose(f"有 {len(items)} 项阻断，处理完（或写明理由豁免）才能导出。")
            self.block_card.mark.set_tone("blocker")
        else:
            words = ["没有阻断项。"]
            words.append(f"另有 {warnings} 条提醒。" if warnings else "")
            words.append(f"{manual} 条规则还要人工核查。" if manual else "")
            self.block_words.set_prose("".join(words))
            self.block_card.mark.set_tone("done")
        self.obstacles.setVisible(bool(items))
        self._enable()

    def _make_plan(self) -> None:
        """Work out in a job what goes in and how the place stands."""
        if self._ticket is not None:
            self._ticket.cancel()
        self._generation += 1
        generation, stage, folder = self._generation, self.stage, self._folder
        session, snapshot = self.desk.session, self.desk.session.snapshot()
        report_known = fresh_report(self.desk, snapshot)
        self._target = None
        self._enable()

        def job(cancel: Cancel, _report: Report) -> tuple[PlannedBundle | UserError, Target | None]:
            desk = papers.Desk(session, snapshot, report_known)
            cancel.check()
            try:
                plan = bundling.plan_bundle(session, stage, desk)
            except UserError as error:
                return error, None
            cancel.check()
            return plan, look_at(folder / plan.folder)

        def done(found: tuple[PlannedBundle | UserError, Target | None]) -> None:
            if generation == self._generation:
                self._ticket = None
                self._show_plan(*found)

        def failed(error: BaseException) -> None:
            if generation == self._generation:
                self._ticket = None
                self.desk.failed.emit(error)

        self._ticket = self.desk.jobs.start(job, on_done=done, on_error=failed)

    def _show_plan(self, plan: PlannedBundle | UserError, target: Target | None) -> None:
        self._target = target
        if isinstance(plan, UserError):
            self._plan = None
            self.plan_words.set_prose(f"{plan.message}{plan.hint}")
            self.plan_card.mark.set_tone("blocker")
            self.tree.hide()
            self.left_out.hide()
        else:
            self._plan = plan
            folders = len({file.folder for file in plan.files if file.folder})
            self.plan_words.set_prose(f"{len(plan.files)} 个文件，{folders} 个文件夹，另加校验用的清单文件。")
            self.plan_card.mark.set_tone("done")
            self.tree.show()
            self.tree.show_plan(plan)
            self.left_out.set_prose(
                "没有文件的材料，不会放进包里：\n" + "\n".join(f"· {line}" for line in plan.left_out)
                if plan.left_out
                else ""
            )
            self.left_out.setVisible(bool(plan.left_out))
        self._show_target()

    def _show_target(self) -> None:
        target = self._target
        self.where.setText(str(target.folder if target else self._folder))
        self.where.setToolTip(self.where.text())
        self.replace.setVisible(bool(target and target.replaces))
        tone = ""
        if target is None:
            words = ""
        elif target.fault is not None:
            words, tone = f"{target.fault.message}{target.fault.hint}", "blocker"
        elif target.replaces:
            words, tone = "这里已有一个旧的提交包（校验无改动）。勾选后用新的整体替换。", "warning"
        else:
            words = "会新建这个文件夹；要么完整写好，要么什么都不留。"
        self.where_words.set_prose(words)
        set_look(self.where_words, tone=tone)
        self._enable()

    # Export

    def _choose_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, "提交包写到哪里", str(self._folder))
        if name:
            self.set_folder(Path(name))

    def _follow_preference(self) -> None:
        preferred = out_folder(self.desk)
        if (
            preferred != self._preferred
        ):  # chosen in the preferences since: what was chosen here before gives way
            self._preferred = preferred
            self.set_folder(preferred)

    def set_folder(self, folder: Path) -> None:
        """Write bundles below this folder."""
        self._folder = folder
        self.replace.setChecked(False)
        self._make_plan()

    def hindrance(self) -> str:
        """Why the bundle cannot be exported now, in one line; blank when it can."""
        target = self._target
        if self.strip.busy:
            return "正在导出"
        if self.desk.report is None or target is None:
            return "正在准备"
        if self.current_obstacles():
            return f"还有 {len(self.current_obstacles())} 项阻断，见第 1 步"
        if self._plan is None:
            return "见第 2 步"
        if target.fault is not None:
            return "这个位置不能写，见第 3 步"
        if target.replaces and not self.replace.isChecked():
            return "这里已有提交包，请勾选覆盖或换一个位置"
        return ""

    def _enable(self) -> None:
        why_not = self.hindrance()
        self.export_button.setEnabled(not why_not)
        self.export_button.setToolTip(why_not)
        self.set_intro(f"{why_not or '可以导出'}。{DISCLAIMER}。")
        self.verify_button.setEnabled(not self.strip.busy)
        self.choose.setEnabled(not self.strip.busy)
        self.tabs.setEnabled(not self.strip.busy)
        target = self._target
        if target is None:
            self.where_card.mark.set_tone("muted")
        elif target.fault is not None:
            self.where_card.mark.set_tone("blocker")
        else:
            waits = target.replaces and not self.replace.isChecked()
            self.where_card.mark.set_tone("accent" if waits else "done")

    def export(self) -> None:
        """Write the bundle in a job, verify it at once, show the outcome."""
        if self.hindrance():
            return
        session, snapshot, stage, out = (
            self.desk.session,
            self.desk.session.snapshot(),
            self.stage,
            self._folder,
        )
        report_known = fresh_report(self.desk, snapshot)
        replace, read_only = self.replace.isChecked(), self.desk.read_only

        def job(cancel: Cancel, report: Report) -> Exported:
            made = papers_apart.export_bundle(
                session, snapshot, stage, out, replace=replace, cancel=cancel, report=report
            )
            known = report_known if report_known and made.judged_as(report_known) else None
            judged = known or checking.check_snapshot(snapshot)
            return Exported(
                made, judged, exports.Kept() if read_only else exports.keep(session, made.exports)
            )

        def done(exported: Exported) -> None:
            self._results[stage] = exported
            same = exported.judged.revision == session.revision
            if not self.desk.read_only:  # by which packs it was judged, so that the report can be made again
                self.desk.attempt(lambda: upgrades.record(session, exported.judged))
                self.desk.attempt(lambda: exports.note_kept(session, exported.kept))
            self._as_exported = session.revision if same else -1
            self.replace.setChecked(False)
            self._show_result()
            self._make_plan()
            self.area.verticalScrollBar().setValue(0)

        def cancelled() -> None:
            self.desk.tell("已取消导出，没有留下任何文件。")
            self._make_plan()

        def failed(error: BaseException) -> None:
            self.desk.failed.emit(error)
            self._make_plan()

        title = STAGE_TITLES[stage]
        self.strip.run(
            f"正在导出{title}提交包",
            job,
            done,
            on_error=failed,
            on_cancelled=cancelled,
            again=self.export,
            result=lambda exported: result_of(exported.made.verified, exported.made.path),
        )

    def _show_result(self) -> None:
        exported = self._results.get(self.stage)
        self.result_card.setVisible(exported is not None)
        if exported is None:
            return
        made, verified = exported.made, exported.made.verified
        self.result_badge.set_text(
            "校验通过" if verified.ok else "校验未通过", "done" if verified.ok else "blocker"
        )
        stale = self.desk.session.content_revision > max(made.revision, self._as_exported)
        lines = [f"{made.path}", f"{verified.files} 个文件，逐个核对过 SHA-256。"]
        lines += [problem_line(problem) for problem in verified.problems[:10]]
        lines.append("导出之后项目又有改动，这个包可能不是最新的。" if stale else "")
        self.result_words.set_prose("\n".join(line for line in lines if line))
        self.result_words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def _open_result(self) -> None:
        exported = self._results.get(self.stage)
        if exported is not None:
            open_folder(exported.made.path)

    # Verifying an old one

    def choose_bundle(self) -> None:
        """Ask for a bundle folder and verify it."""
        name = QFileDialog.getExistingDirectory(self, "选择提交包文件夹", str(self._folder))
        if name:
            self.verify_folder(Path(name))

    def verify_folder(self, folder: Path) -> None:
        """Compare a bundle with its manifest and show every file that differs."""

        def job(_cancel: Cancel, _report: Report) -> BundleVerification:
            return bundling.verify(folder)

        def done(found: BundleVerification) -> None:
            self.verify_card.show_verification(folder, found)
            self.area.verticalScrollBar().setValue(0)

        self.strip.run(
            f"正在校验 {folder.name}",
            job,
            done,
            again=lambda: self.verify_folder(folder),
            result=lambda found: result_of(found, folder),
        )

    def reveal(self, path: str) -> bool:
        if path == "webform":
            self.bring_into_view(self.webform_card)
            return True
        if path in STAGES:
            self.tabs.setCurrentIndex(STAGES.index(path))
            return True
        return False

    def place(self) -> str:
        return self.stage
