"""The three test question banks: coverage against the standard, import with a full account, the questions with answers."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from filingdesk.domain.jobs import Cancel, Report
from filingdesk.domain.records import BANKS, Bank, BankStats, QuestionRecord, RowFilter
from filingdesk.evaluation.banks import BankImport
from filingdesk.evaluation.banks import Remark as BankRemark
from filingdesk.evaluation.rates import Rate
from filingdesk.evaluation.verdicts import good_verdict
from filingdesk.gui.desk import Desk
from filingdesk.gui.garbage import bulk
from filingdesk.gui.page import ScrollPage
from filingdesk.gui.pages.coverage import CoverageView
from filingdesk.gui.pages.import_dialog import ImportDialog, ImportPreview
from filingdesk.gui.pages.lazy_rows import Column, LazyRows, table_view
from filingdesk.gui.pages.listings import Remark
from filingdesk.gui.pages.work import WorkSheet, WorkStrip
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.badge import SourceBadge
from filingdesk.gui.widgets.cards import Card, EmptyState
from filingdesk.gui.widgets.labels import Prose, label
from filingdesk.gui.widgets.stack import SnugStack
from filingdesk.services import checking, questions
from filingdesk.services.checking import RiskRow
from filingdesk.services.questions import BANK_NAMES, TOTAL_PARAMETERS
from filingdesk.store.model import Transaction

SEARCH_PAUSE_MS = 200
BANK_FILES = "题库 (*.xlsx *.xlsm *.csv *.tsv *.txt)"
READ_ONLY = "项目以只读方式打开，不能导入"
PURPOSES: dict[Bank, str] = {
    "generation": "考察模型生成的内容是否安全",
    "should-refuse": "模型应当拒绝回答的问题",
    "non-refuse": "模型不应当拒绝回答的问题，按方面覆盖",
}
_PER_GROUP: dict[Bank, str] = {"generation": "T5.A.1", "should-refuse": "T7.A.1", "non-refuse": "T9"}


def library_key(bank: Bank) -> str:
    """The storage key that changes with a bank."""
    return f"@library/{bank}"


def coverage_rows(bank: Bank, stats: BankStats, when: checking.When = None) -> list[RiskRow]:
    """What the standard that judges the project asks of a bank, row by row: per risk, or per aspect."""
    if bank == "non-refuse":
        return checking.aspect_coverage(stats.by_aspect, when)
    return [row for row in checking.coverage(bank, stats.by_risk, when) if row.minimum is not None]


def remarks_of(items: list[BankRemark]) -> list[Remark]:
    """Rows of an import report as lines."""
    return [
        Remark(f"{item.row:,}" if item.row else "整个文件", item.question, item.message) for item in items
    ]


class QuestionsPage(ScrollPage):
    """The page 测试题库."""

    key = "questions"
    title = "测试题库"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, "测试题库", "", parent)
        self._read_only = False
        self._names: dict[str, str] = {}
        self._badge: SourceBadge | None = None
        self.import_button = self.add_action("导入…", self.choose_file, primary=True)
        self.strip = WorkStrip(desk)
        self.strip.busy_changed.connect(lambda _busy: self._enable())
        self.column.addWidget(self.strip)
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.setAccessibleName("三个题库")
        for bank in BANKS:
            self.tabs.addTab(BANK_NAMES[bank])
        self.tabs.currentChanged.connect(lambda _index: self._show_bank())
        self.column.addWidget(self.tabs)
        pair = QHBoxLayout()
        pair.setSpacing(Space.M)
        self.cover_card = Card("覆盖", "竖线为要求")
        self.cover = CoverageView("题库覆盖，回车只看这一类")
        self.cover.chosen.connect(self.show_group)
        self.cover_card.body.addWidget(self.cover)
        self.others = label("", "muted", wrap=True)
        self.cover_card.body.addWidget(self.others)
        self.cover_card.body.addStretch(1)
        pair.addWidget(self.cover_card, 7)
        pair.addWidget(self._make_progress(), 4)
        self.column.addLayout(pair)
        self.column.addWidget(self._make_table(), 1)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(SEARCH_PAUSE_MS)
        self._pause.timeout.connect(self._filter)
        self.refresh(None)

    def _make_progress(self) -> Card:
        self.progress_card = Card("作答与研判")
        self.figures: dict[str, QLabel] = {}
        for name in ("题目", "已有回答", "已研判", "抽中", "抽中已研判", "结果"):
            row = QHBoxLayout()
            row.addWidget(label(name, "secondary"))
            row.addStretch(1)
            self.figures[name] = label("", "section")
            row.addWidget(self.figures[name])
            self.progress_card.body.addLayout(row)
        self.rate = Prose("", "small")
        self.progress_card.body.addWidget(self.rate)
        self.progress_card.body.addStretch(1)
        return self.progress_card

    def _make_table(self) -> Card:
        card = Card()
        card.setAccessibleName("题目")
        head = QHBoxLayout()
        head.setSpacing(Space.XS)
        head.addWidget(label("题目", "cardTitle"))
        self.shown_count = label("", "muted")
        head.addWidget(self.shown_count)
        head.addStretch(1)
        self.group = QComboBox()
        self.group.setAccessibleName("只看一类")
        self.group.setFixedWidth(240)
        self.group.currentIndexChanged.connect(lambda _index: self._filter())
        head.addWidget(self.group)
        self.verdict = QComboBox()
        self.verdict.setAccessibleName("只看一种研判结果")
        self.verdict.setFixedWidth(150)
        self.verdict.currentIndexChanged.connect(lambda _index: self._filter())
        head.addWidget(self.verdict)
        self.search = QLineEdit()
        self.search.setProperty("role", "search")
        self.search.setPlaceholderText("找题")
        self.search.setAccessibleName("在题目里找")
        self.search.setClearButtonEnabled(True)
        self.search.setFixedWidth(180)
        self.search.textChanged.connect(lambda _text: self._pause.start())
        head.addWidget(self.search)
        card.body.addLayout(head)
        columns = (
            Column[QuestionRecord]("序号", lambda q: q.number, 84),
            Column[QuestionRecord]("测试题", lambda q: q.text),
            Column[QuestionRecord]("类别", self._group_words, 150),
            Column[QuestionRecord]("模型返回", lambda q: q.response),
            Column[QuestionRecord]("研判", lambda q: q.verdict or "—", 76),
        )
        self.rows = LazyRows[QuestionRecord](self.desk, columns, self)
        self.rows.counted.connect(self._counted)
        self.table = table_view(self.rows, columns, "题目，选中一题在下面看全文")
        self.table.setMinimumHeight(250)
        self.table.selectionModel().currentChanged.connect(lambda now, _before: self._detail(now.row()))
        filled = QWidget()
        column = QVBoxLayout(filled)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table, 1)
        self.detail = QPlainTextEdit()
        self.detail.setReadOnly(True)
        self.detail.setAccessibleName("选中的题目全文")
        self.detail.setTabChangesFocus(True)
        self.detail.setFixedHeight(110)
        self.detail.hide()
        column.addWidget(self.detail)
        self.stack = SnugStack()
        self.stack.addWidget(filled)
        self.empty = EmptyState(
            "这个题库还是空的",
            "导入 xlsx、csv 或 txt。按列名识别「测试题」「风险」「模型返回」「研判结果」，没收录的每一行都会说明原因。",
            action="导入…",
            on_action=self.choose_file,
        )
        self.stack.addWidget(self.empty)
        self.stack.addWidget(EmptyState("没有这样的题", "换一个筛选看看。", picture="search"))
        card.body.addWidget(self.stack, 1)
        return card

    # Reading

    @property
    def bank(self) -> Bank:
        """The bank that is shown."""
        return BANKS[max(self.tabs.currentIndex(), 0)]

    def _stats(self, bank: Bank | None = None) -> BankStats:
        return self.desk.session.snapshot().banks[bank or self.bank]

    def refresh(self, keys: frozenset[str] | None) -> None:
        if keys is not None and not any(key.startswith(("@library/", "@meta/")) for key in keys):
            return
        for place, bank in enumerate(BANKS):
            self.tabs.setTabText(place, f"{BANK_NAMES[bank]} {self._stats(bank).total:,}")
        self._show_bank()

    def _show_bank(self) -> None:
        bank, stats = self.bank, self._stats()
        parts = [PURPOSES[bank]]
        if stats.last_updated is not None:
            parts.append(f"上次更新 {stats.last_updated.isoformat()}")
        if self.desk.knowledge.ready:
            minimum = checking.threshold(TOTAL_PARAMETERS[bank], self.desk.session.snapshot())
            if minimum is not None:
                short = stats.total < minimum
                parts.insert(
                    1, f"{stats.total:,} 题，要求不少于 {minimum:,} 题" + ("，不足" if short else "")
                )
            self._show_cover(bank, stats)
        self.set_intro(" · ".join(parts))
        self._show_progress(bank, stats)
        self._fill_filters(bank, stats)
        self._filter()
        self._enable()

    def _show_cover(self, bank: Bank, stats: BankStats) -> None:
        state = self.desk.session.snapshot()
        rows = coverage_rows(bank, stats, state)
        self._names = {row.id: row.name for row in checking.coverage("generation", {}, state)}
        self.cover.show_rows(rows)
        missing = sum(row.ok is False for row in rows)
        kind = "个方面" if bank == "non-refuse" else "类"
        self.cover_card.set_hint(f"竖线为要求 · {missing} {kind}不足" if missing else "竖线为要求 · 全部达到")
        blank = (
            stats.total - sum(stats.by_aspect.values()) if bank == "non-refuse" else stats.by_risk.get("", 0)
        )
        words = [f"另有 {blank:,} 题没有归类，不计入" if blank else ""]
        if bank == "should-refuse":
            free = sum(
                count for risk, count in stats.by_risk.items() if risk and risk not in {r.id for r in rows}
            )
            words.append(f"其余风险 {free:,} 题（标准没有逐类的数量要求）" if free else "")
        self.others.setText(" · ".join(word for word in words if word))
        self.others.setVisible(bool(self.others.text()))
        parameter = checking.standard_pack(state).parameters.get(_PER_GROUP[bank])
        if self._badge is not None:
            self.cover_card.head.removeWidget(self._badge)
            self._badge.deleteLater()
            self._badge = None
        if parameter is not None:
            self._badge = SourceBadge(parameter.source)
            self.cover_card.head.insertWidget(2, self._badge)

    def _show_progress(self, bank: Bank, stats: BankStats) -> None:
        good = good_verdict(bank)
        passed = stats.by_verdict.get(good, 0)
        for name, value in (
            ("题目", f"{stats.total:,}"),
            ("已有回答", f"{stats.answered:,}"),
            ("已研判", f"{stats.judged:,}"),
            ("抽中", f"{stats.sampled:,}"),
            ("抽中已研判", f"{stats.sampled_judged:,}"),
            ("结果", f"{good} {passed:,} / {stats.judged:,}" if stats.judged else "—"),
        ):
            self.figures[name].setText(value)
            self.figures[name].setAccessibleName(f"{name} {value}")
        if stats.judged:
            rate = Rate(passed, stats.judged)
            self.rate.set_prose(
                f"{good}率 {100 * passed / stats.judged:.1f}%，95% 区间 {100 * rate.low:.1f}%–{100 * rate.high:.1f}%"
                "（Wilson 法）。评估报告用「安全评估」页填写的数，这里只作对照。"
            )
        else:
            self.rate.set_prose("导入带「模型返回」和「研判结果」两列的表，这里会显示比率。")

    def _fill_filters(self, bank: Bank, stats: BankStats) -> None:
        for box in (self.group, self.verdict):
            box.blockSignals(True)
            box.clear()
        if bank == "non-refuse":
            self.group.addItem("全部方面", None)
            for aspect, count in stats.by_aspect.items():
                self.group.addItem(f"{aspect}（{count:,}）", aspect)
        else:
            self.group.addItem("全部风险", None)
            for risk, count in sorted(stats.by_risk.items()):
                name = f"{risk} {self._names.get(risk, '')}".strip() or "没有归类"
                self.group.addItem(f"{name}（{count:,}）", risk)
        self.verdict.addItem("全部结果", None)
        for verdict, count in stats.by_verdict.items():
            self.verdict.addItem(f"{verdict}（{count:,}）", verdict)
        self.verdict.addItem(f"未研判（{stats.total - stats.judged:,}）", "")
        for box in (self.group, self.verdict):
            box.blockSignals(False)

    def _group_words(self, question: QuestionRecord) -> str:
        if question.aspect:
            return question.aspect
        if question.risk:
            return f"{question.risk} {self._names.get(question.risk, '')}".strip()
        return question.category1 or "没有归类"

    def _filter(self) -> None:
        self._pause.stop()
        bank, file = self.bank, self.desk.session.file
        group: str | None = self.group.currentData()
        by_aspect = bank == "non-refuse"
        wanted = RowFilter(
            risk=None if by_aspect else group,
            aspect=group if by_aspect else None,
            verdict=self.verdict.currentData(),
            search=self.search.text().strip() or None,
        )
        self.detail.hide()
        self.rows.show(
            partial(file.question_count, bank, wanted),
            lambda offset, limit: file.question_page(bank, offset, limit, wanted),
        )

    def _counted(self, total: int) -> None:
        whole = self._stats().total
        self.stack.setCurrentIndex(0 if total else 2 if whole else 1)
        self.shown_count.setText(f"{total:,} 题" if total != whole else "")

    def _detail(self, row: int) -> None:
        question = self.rows.record(row) if row >= 0 else None
        self.detail.setVisible(question is not None)
        if question is not None:
            parts = [f"{question.number} {question.text}", f"模型返回：{question.response or '（还没有）'}"]
            judged = " ".join(
                part
                for part in (
                    question.verdict,
                    question.judged_by,
                    question.judged_on.isoformat() if question.judged_on else "",
                    question.note,
                )
                if part
            )
            parts.append(f"研判：{judged or '（还没有）'}")
            self.detail.setPlainText("\n".join(parts))

    def show_group(self, group: str) -> None:
        """Show only one risk or aspect."""
        place = self.group.findData(group)
        if place >= 0:
            self.group.setCurrentIndex(place)
            self.bring_into_view(self.group)

    def show_bank(self, bank: Bank) -> None:
        """Show another bank."""
        self.tabs.setCurrentIndex(BANKS.index(bank))

    def reveal(self, path: str) -> bool:
        bank, _slash, group = path.removeprefix("@library/").removeprefix("@questions/").partition("/")
        for known in BANKS:
            if bank == known:
                self.show_bank(known)
        self.group.setCurrentIndex(max(self.group.findData(group or None), 0))
        self.tabs.setFocus()
        self.bring_into_view(self.group if self.group.currentIndex() else self.cover)
        return True

    def place(self) -> str:
        return library_key(self.bank)

    # Import

    def choose_file(self) -> None:
        """Ask for a file and read it into the bank that is shown."""
        name, _filter = QFileDialog.getOpenFileName(
            self, f"导入{BANK_NAMES[self.bank]}", self.desk.folder(), BANK_FILES
        )
        if name:
            self.import_path(Path(name))

    def import_path(self, path: Path) -> None:
        """Read a file in a job, then show what it would bring."""
        bank, when = self.bank, self.desk.session.snapshot()

        @bulk
        def job(cancel: Cancel, report: Report) -> questions.FileAudit:
            return questions.audit_file(path, bank, cancel, report, when=when)

        self.strip.run(f"正在读取 {path.name}", job, self._preview, again=lambda: self.import_path(path))

    def _preview(self, found: questions.FileAudit) -> None:
        read = found.read
        columns = "、".join(f"「{name}」" for name in read.columns.values())
        source = [f"文件 {read.name}", f"工作表 {read.sheet}" if read.sheet else ""]
        source.append(f"识别的列：{columns}" if columns else "没有表头，按每行一题读取")
        source.append(f"没有用到的列：{'、'.join(read.ignored_columns)}" if read.ignored_columns else "")
        short = [item.message for item in found.audit.problems if item.kind == "below_minimum"]
        more = f" 等 {len(short)} 处" if len(short) > 3 else ""
        preview = ImportPreview(
            f"导入{BANK_NAMES[read.bank]}",
            " · ".join(part for part in source if part),
            "题",
            len(read.rows),
            remarks_of(list(read.rejected)),
            remarks_of(list(read.remarks)),
            read.blank_rows,
            self._stats(read.bank).total,
            can_add=False,
            warning=f"数量不足：{'；'.join(short[:3])}{more}。" if short else "",
        )
        self.dialog = dialog = ImportDialog(self.desk, preview, self)
        dialog.finished.connect(
            lambda code: self._store(read) if code == QDialog.DialogCode.Accepted else None
        )
        dialog.open()

    def _store(self, read: BankImport) -> None:
        session = self.desk.session

        @bulk
        def job(cancel: Cancel, report: Report) -> Transaction:
            return questions.save_import(session, read, cancel, report)

        def done(saved: Transaction) -> None:
            session.library_changed(saved)
            self.desk.told.emit(f"已收录 {len(read.rows):,} 题到{BANK_NAMES[read.bank]}。", "done", "undo")

        sheet = WorkSheet(self.desk, "正在收录", "写完之前请不要关闭电脑；取消则什么都不改。", self)
        sheet.run(f"正在收录 {len(read.rows):,} 题", job, done)

    # State

    def set_read_only(self, read_only: bool) -> None:
        self._read_only = read_only
        self._enable()

    def _enable(self) -> None:
        for button in (self.import_button, self.empty.button):
            if button is not None:
                button.setEnabled(not self._read_only and not self.strip.busy)
                button.setToolTip(READ_ONLY if self._read_only else "")
