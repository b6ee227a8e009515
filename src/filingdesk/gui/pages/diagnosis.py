"""风险诊断: what the filing would be sent back for, dimension by dimension, the heaviest first, with a work plan and a report."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from filingdesk.domain.jobs import Cancel, Report
from filingdesk.domain.values import date_cn
from filingdesk.gui.desk import Desk
from filingdesk.gui.jobs import Ticket
from filingdesk.gui.jobtray_board import Result
from filingdesk.gui.page import ScrollPage
from filingdesk.gui.pages.diagnosis_items import ItemLine, dimension_order
from filingdesk.gui.pages.overview_deadline import day_words
from filingdesk.gui.pages.papers import open_folder
from filingdesk.gui.pages.work import WorkStrip
from filingdesk.gui.theme import Space, figures, ui_font
from filingdesk.gui.widgets.bars import MarkedBar
from filingdesk.gui.widgets.cards import Card, EmptyState, NoticeBar, hairline
from filingdesk.gui.widgets.chips import ChipGroup
from filingdesk.gui.widgets.cite import Cite
from filingdesk.gui.widgets.emptying import empty
from filingdesk.gui.widgets.labels import Prose, label
from filingdesk.gui.widgets.planchart import PlanChart, PlanLine
from filingdesk.infra.files import safe_file_name
from filingdesk.services import diagnosis as service
from filingdesk.services import diagnosis_report as report_of
from filingdesk.services import papers, papers_apart
from filingdesk.services.diagnosis_items import (
    BASIS_WORDS,
    EFFORT_NOTE,
    SCORE_NOTE,
    Basis,
    Diagnosis,
    RiskItem,
)

WHOLE, ONLY_INTAKE = "整个项目", "只看适用判定的回答"
BY_DIMENSION, BY_WEIGHT = "按维度", "按后果"
_FILTERS = "Word 文档 (*.docx);;PDF 文件 (*.pdf);;网页 (*.html);;JSON 数据 (*.json)"
_NAME = "备案风险诊断报告"


class DiagnosisPage(ScrollPage):
    """The page."""

    key = "diagnosis"
    title = "风险诊断"
    shows_problems = False

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, "风险诊断", "正在诊断…", parent)
        self.found: Diagnosis | None = None
        self._ticket: Ticket | None = None
        self._groups: dict[str, QWidget] = {}
        self._lines: dict[str, ItemLine] = {}
        self._saved = Path(desk.folder())
        self.export_button = self.add_action("导出报告…", self.choose_file, primary=True)
        self.export_button.setEnabled(False)
        self.strip = WorkStrip(desk)
        self.strip.busy_changed.connect(lambda busy: self.export_button.setEnabled(not busy))
        self.notice = NoticeBar()
        self.notice.action_clicked.connect(lambda: open_folder(self._saved.parent))
        self.column.addWidget(self.strip)
        self.column.addWidget(self.notice)
        self.basis = ChipGroup((WHOLE, ONLY_INTAKE), multiple=False)
        self.basis.set_label("诊断依据")
        self.basis.set_values([WHOLE])
        self.basis.changed.connect(self._other_basis)
        self.column.addWidget(self.basis)
        top = QHBoxLayout()
        top.setSpacing(Space.M)
        top.addWidget(self._make_score(), 2)
        top.addWidget(self._make_dimensions(), 3)
        self.column.addLayout(top)
        self.order = ChipGroup((BY_DIMENSION, BY_WEIGHT), multiple=False)
        self.order.set_label("风险项的排列")
        self.order.set_values([BY_DIMENSION])
        self.order.changed.connect(self._other_order)
        self.column.addWidget(self.order)
        self._risks = QWidget()
        self.column.addWidget(self._risks)
        self._plan = Card("工作安排")
        self.chart = PlanChart()
        self._plan_note = Prose("", "muted")
        self._steps = QVBoxLayout()
        self._steps.setSpacing(Space.XS)
        self._plan.body.addWidget(self.chart)
        self._plan.body.addLayout(self._steps)
        self._plan.body.addWidget(self._plan_note)
        self.column.addWidget(self._plan)
        self._law = Card("罚则与提醒")
        self._law_rows = QVBoxLayout()
        self._law.body.addLayout(self._law_rows)
        self.column.addWidget(self._law)
        self._ready = Prose("", "muted")
        self.column.addWidget(self._ready)
        self.column.addWidget(
            Prose(f"{SCORE_NOTE}诊断不代替网信部门的答复；通过自查不等于通过审核。", "muted")
        )
        self.column.addStretch(1)
        for card in (self._plan, self._law):
            card.hide()
        self.refresh_findings()

    def _make_score(self) -> Card:
        card = Card("就绪度")
        self.score = label("–", "number")
        self.score.setFont(figures(ui_font(28, bold=True)))
        self.score_words = Prose("", "small")
        card.body.addWidget(self.score)
        card.body.addWidget(self.score_words)
        self.counts = Prose("", "secondary")
        card.body.addWidget(self.counts)
        card.body.addStretch(1)
        return card

    def _make_dimensions(self) -> Card:
        card = Card("各维度", "点名称看这一维度的风险项")
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(Space.S)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(1, 1)
        card.body.addLayout(self._grid)
        card.body.addStretch(1)
        return card

    # Diagnosing

    def refresh_findings(self) -> None:
        report, snapshot = self.desk.report, self.desk.session.snapshot()
        if report is None or not self.desk.knowledge.ready:
            return
        if self._ticket is not None:
            self._ticket.cancel()
        basis: Basis | None = "intake" if self.basis.values() == [ONLY_INTAKE] else None

        def job(_cancel: Cancel, _report: Report) -> Diagnosis:
            return service.diagnose_snapshot(snapshot, report, basis=basis)

        self._ticket = self.desk.jobs.start(job, on_done=self._take, on_error=self.desk.failed.emit)

    def _take(self, found: Diagnosis) -> None:
        self._ticket = None
        if found == self.found:
            return
        self.found = found
        self.export_button.setEnabled(not self.strip.busy)
        self.set_intro(report_of.headline(found))
        self.basis.setVisible(not service.is_intake_only(self.desk.facts))
        self._show_score(found)
        self._show_dimensions(found)
        self._show_risks(found)
        self._show_plan(found)
        self._show_law(found)
        ready = "、".join(item.title for item in found.ready)
        self._ready.set_prose(f"已具备 {len(found.ready)} 项：{ready}。" if ready else "")

    def _other_basis(self, values: list[str]) -> None:
        if not values:
            self.basis.set_values([WHOLE])
        self.refresh_findings()

    def _other_order(self, values: list[str]) -> None:
        if not values:
            self.order.set_values([BY_DIMENSION])
        if self.found is not None:
            self._show_risks(self.found)

    # Showing

    def _show_score(self, found: Diagnosis) -> None:
        self.score.setText("不评" if found.score is None else f"{found.score} / 100")
        self.score_words.set_prose(f"{BASIS_WORDS[found.basis]}，截至 {date_cn(found.as_of.isoformat())}。")
        parts = [
            f"{weight.title} {count} 项"
            for name, weight in found.data.consequences.items()
            if (count := found.count(name))
        ]
        self.counts.set_prose("、".join(parts) + "。" if parts else "没有发现还要处理的风险项。")

    def _show_dimensions(self, found: Diagnosis) -> None:
        empty(self._grid)
        scored = [d for d in found.dimensions if d.score is not None]
        for row, dimension in enumerate(scored):
            name = QPushButton(dimension.title)
            name.setProperty("role", "rowLink")
            name.setAccessibleName(
                f"{dimension.title}，就绪度 {dimension.score}，{dimension.ready}/{dimension.items} 项已具备"
            )
            name.clicked.connect(lambda _checked=False, key=dimension.id: self.show_dimension(key))
            bar = MarkedBar()
            score = dimension.score or 0
            bar.set_value(
                score, maximum=100, tone="done" if score == 100 else "accent" if score >= 60 else "blocker"
            )
            figure = label(str(score), "small")
            figure.setFont(figures(ui_font(12)))
            self._grid.addWidget(name, row, 0)
            self._grid.addWidget(bar, row, 1)
            self._grid.addWidget(figure, row, 2)
            self._grid.addWidget(label(f"{dimension.ready} / {dimension.items} 项已具备", "muted"), row, 3)

    def _show_risks(self, found: Diagnosis) -> None:
        open_now = {key for key, line in self._lines.items() if line.is_open()}
        old, self._risks = self._risks, QWidget()
        self._groups, self._lines = {}, {}
        column = QVBoxLayout(self._risks)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.M)
        titles = {paper.id: paper.title for paper in papers.wanted(self.desk.facts)}
        if not found.items:
            column.addWidget(
                EmptyState("没有要处理的风险项", "这不等于通过审核；材料请人工通读一遍。", picture="shield")
            )
        elif self.order.values() == [BY_WEIGHT]:
            for name, weight in found.data.consequences.items():
                mine = [item for item in found.items if item.consequence == name]
                self._group(column, name, weight.title, f"{len(mine)} 项", mine, titles)
        else:
            scores = {d.id: d.score for d in found.dimensions}
            for dimension in dimension_order(found):
                mine = [item for item in found.items if item.dimension == dimension.id]
                hint = f"{len(mine)} 项 · 就绪度 {scores.get(dimension.id)}"
                self._group(column, dimension.id, dimension.title, hint, mine, titles)
        self.column.replaceWidget(old, self._risks)
        old.hide()
        old.deleteLater()
        first = next(iter(self._lines), "") if not open_now else ""
        for key in open_now | {first}:
            if key in self._lines:
                self._lines[key].set_open(True)

    def _group(
        self,
        column: QVBoxLayout,
        key: str,
        title: str,
        hint: str,
        items: Sequence[RiskItem],
        titles: dict[str, str],
    ) -> None:
        if not items or self.found is None:
            return
        card = Card(title, hint)
        card.body.setSpacing(0)
        for number, item in enumerate(items):
            if number:
                card.body.addWidget(hairline())
            line = ItemLine(
                item, self.found.data.consequences[item.consequence].title, titles, self.desk.go_to
            )
            self._lines[item.id] = line
            card.body.addWidget(line)
        self._groups[key] = card
        column.addWidget(card)

    def _show_plan(self, found: Diagnosis) -> None:
        self._plan.setVisible(bool(found.tasks or found.milestones))
        self._plan.set_hint(f"{len(found.tasks)} 件，约 {found.weeks} 周")
        lines = [
            PlanLine(t.title, t.first_week, t.last_week, f"{t.effort:g} 人日", t.todo) for t in found.tasks
        ]
        for step in found.milestones:
            at = next((n for n, line in enumerate(lines) if line.first >= step.week), len(lines))
            told = f"{step.text} {step.warning}".strip()
            when = f"{day_words(step.day, found.as_of).split()[0]}起"
            lines.insert(
                at,
                PlanLine(
                    step.title, step.week, step.week, when, told, milestone=True, late=bool(step.warning)
                ),
            )
        self.chart.show_lines(lines)
        empty(self._steps)
        for step in found.milestones:
            self._steps.addWidget(
                Prose(f"{step.title}（第 {step.week} 周，{day_words(step.day, found.as_of)}起）：{step.text}")
            )
            if step.warning:
                self._steps.addWidget(label(step.warning, "", tone="blocker", wrap=True))
            self._steps.addWidget(Cite(step.source, step.clause))
        note = f"按 {found.data.people} 个人、每周 {found.data.week_days} 天排。{EFFORT_NOTE}"
        self._plan_note.set_prose(note)

    def _show_law(self, found: Diagnosis) -> None:
        self._law.setVisible(bool(found.cards))
        empty(self._law_rows)
        for card in found.cards:
            self._law_rows.addWidget(label(card.title, "section"))
            self._law_rows.addWidget(Prose(card.text, "secondary"))
            self._law_rows.addWidget(Cite(card.source, card.clause))

    def line(self, item: str) -> ItemLine | None:
        """The line of a risk item."""
        return self._lines.get(item)

    def show_dimension(self, key: str) -> None:
        """Bring the risks of a dimension into view."""
        if self.order.values() != [BY_DIMENSION] and self.found is not None:
            self.order.set_values([BY_DIMENSION])
            self._show_risks(self.found)
        card = self._groups.get(key)
        if card is not None:
            self.area.ensureWidgetVisible(card, 0, 40)
            first = next((line for line in self._lines.values() if card.isAncestorOf(line)), None)
            if first is not None:
                first.set_open(True)
                first.head.setFocus()

    # The report

    def choose_file(self) -> None:
        """Ask where to write the report."""
        name = safe_file_name(f"{_NAME}-{self.desk.session.today.isoformat()}.docx")
        proposed = str(Path(self.desk.folder()) / name)
        chosen, kind = QFileDialog.getSaveFileName(self, "导出诊断报告", proposed, _FILTERS)
        if chosen:
            path = Path(chosen)
            ending = kind.rpartition("*")[2].rstrip(")") or ".docx"
            known = {f".{fmt}" for fmt in report_of.FORMATS}
            self.export(path if path.suffix.lower() in known else path.with_name(path.name + ending))

    def export(self, path: Path) -> None:
        """Write the report of what is shown; the end of the name says how."""
        found = self.found
        if found is None:
            return
        self._saved, session, snapshot = path, self.desk.session, self.desk.session.snapshot()
        self.notice.hide()

        def job(cancel: Cancel, report: Report) -> None:
            papers_apart.write_diagnosis(session, snapshot, path, found.basis, cancel=cancel, report=report)

        def done(_none: None) -> None:
            self.notice.tell(f"已写入 {path}。这是内部文件，不进提交包。", tone="done", action="打开文件夹")

        self.strip.run(
            "正在生成诊断报告",
            job,
            done,
            again=lambda: self.export(path),
            result=lambda _none: Result(f"已写入 {path.name}", path),
        )
