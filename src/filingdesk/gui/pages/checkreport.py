"""The self-check page: every rule of the packs with its outcome, to read, to jump from, to waive, to attest."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListView,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from filingdesk.domain.report import (
    DISCLAIMER,
    SEVERITY_WORDS,
    STATUS_WORDS,
    Finding,
    RuleResult,
    Severity,
    Status,
)
from filingdesk.domain.values import parse_attachment
from filingdesk.gui.desk import Desk
from filingdesk.gui.judging import attest, waive
from filingdesk.gui.page import ScrollPage
from filingdesk.gui.places import BLOCKERS, MANUAL, NOT_JUDGED, RULE, UNCHECKED, WARNINGS, place_words
from filingdesk.gui.theme import Size, Space, color, mono_font, ui_font
from filingdesk.gui.widgets.badge import SOURCE_TONES, Badge, SourceBadge
from filingdesk.gui.widgets.cards import Card, EmptyState
from filingdesk.gui.widgets.chips import ChipGroup
from filingdesk.gui.widgets.labels import Prose, label
from filingdesk.gui.widgets.severity import WORDS, paint_severity
from filingdesk.rules import basis
from filingdesk.services import checking, unchecked, upgrades

Index = QModelIndex | QPersistentModelIndex
MARK_ROLE = Qt.ItemDataRole.UserRole + 1
REASON_ROLE = Qt.ItemDataRole.UserRole + 2
ORDER: tuple[Status, ...] = ("error", "failed", "manual", "waived", "passed", "not_applicable")
ALL, STALE, BACK = "全部", "已失效", "又出现"
NOT_CHECKED = "没有检查的"
SEVERE: dict[str, Severity] = {"阻断": "blocker", "提醒": "warning"}
_DOORS = {UNCHECKED: NOT_CHECKED, BLOCKERS: "阻断", WARNINGS: "提醒", MANUAL: STATUS_WORDS["manual"]}


def weighs(result: RuleResult, severity: Severity) -> bool:
    """Does the rule count among the blockers, or the reminders? One that crashed blocks."""
    crashed = result.status == "error" and severity == "blocker"
    return crashed or any(f.severity == severity and not f.waived for f in result.findings)


def is_stale(result: RuleResult) -> bool:
    """Does a statement or a reason on this rule rest on facts that have changed since?"""
    return basis.STALE in result.note


def came_back(result: RuleResult, mended: Mapping[str, str]) -> str:
    """The day on which a finding that stands again was last on record before it was mended; blank when none came back."""
    days = [mended[f.fingerprint] for f in result.findings if not f.waived and f.fingerprint in mended]
    return max(days, default="")


def mark_of(result: RuleResult) -> str:
    """Which mark a result wears: its severity when failed, else its status."""
    if result.status == "failed":
        return result.severity
    return {"error": "error", "manual": "manual"}.get(result.status, result.status)


class _RuleModel(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.items: Sequence[RuleResult] = ()
        self.mended: Mapping[str, str] = {}
        self.reasons: Mapping[str, str] = {}

    def set_items(
        self, items: Sequence[RuleResult], mended: Mapping[str, str], reasons: Mapping[str, str]
    ) -> None:
        self.beginResetModel()
        self.items, self.mended, self.reasons = items, mended, reasons
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.items)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        item = self.items[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            parts = (status_words(item), item.id, item.title, self.mark(item), self.reasons.get(item.id))
            return " ".join(w for w in parts if w)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.reasons.get(item.id)
        if role == REASON_ROLE:
            return self.reasons.get(item.id, "")
        if role == Qt.ItemDataRole.UserRole:
            return item
        if role == MARK_ROLE:
            return self.mark(item)
        return None

    def mark(self, item: RuleResult) -> str:
        """已失效 or 又出现, when that is the case."""
        return STALE if is_stale(item) else BACK if came_back(item, self.mended) else ""


def status_words(result: RuleResult) -> str:
    """The outcome in words; a failed rule says its severity."""
    if result.status == "failed":
        return SEVERITY_WORDS[result.severity]
    return STATUS_WORDS[result.status]


class _RuleDelegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, Size.ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        result: RuleResult = index.data(Qt.ItemDataRole.UserRole)
        rect: QRect = option.rect  # type: ignore[attr-defined]
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            painter.setPen(Qt.PenStyle.NoPen)
            chosen = state & QStyle.StateFlag.State_Selected
            painter.setBrush(color("accent_soft" if chosen else "hover"))
            painter.drawRoundedRect(QRectF(rect).adjusted(0, 0.5, 0, -0.5), Size.RADIUS, Size.RADIUS)
        mark = mark_of(result)
        left = rect.x() + 8
        box = QRectF(left, rect.center().y() - 6.5, 14, 14)
        if mark in WORDS:
            paint_severity(painter, box, mark)
        elif mark == "passed":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color("done"))
            painter.drawEllipse(box.adjusted(3, 3, -3, -3))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        small = ui_font(Size.SMALL)
        painter.setFont(small)
        painter.setPen(color("muted"))
        painter.drawText(QRect(left + 22, rect.y(), 64, rect.height()), flags, status_words(result))
        mono = mono_font(12)
        painter.setFont(mono)
        painter.drawText(QRect(left + 92, rect.y(), 104, rect.height()), flags, result.id)
        painter.setFont(small)
        source = result.source.badge
        width = QFontMetrics(small).horizontalAdvance(source)
        tone = SOURCE_TONES[result.source]
        painter.setPen(color("muted" if tone == "neutral" else tone))
        painter.drawText(
            QRect(rect.right() - width - 8, rect.y(), width, rect.height()),
            Qt.AlignmentFlag.AlignVCenter,
            source,
        )
        if mark_word := index.data(MARK_ROLE):
            wide = QFontMetrics(small).horizontalAdvance(mark_word) + 12
            painter.setPen(color("warning"))
            painter.drawText(
                QRect(rect.right() - width - 8 - wide, rect.y(), wide, rect.height()),
                Qt.AlignmentFlag.AlignVCenter,
                mark_word,
            )
            width += wide
        body = ui_font()
        painter.setFont(body)
        painter.setPen(color("text" if result.status in ("failed", "error", "manual") else "secondary"))
        area = QRect(left + 200, rect.y(), rect.right() - width - 24 - left - 200, rect.height())
        text = QFontMetrics(body).elidedText(result.title, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, flags, text)
        if reason := index.data(REASON_ROLE):
            area.setLeft(area.left() + QFontMetrics(body).horizontalAdvance(text) + Space.S)
            painter.setFont(small)
            painter.setPen(color("muted"))
            why = QFontMetrics(small).elidedText(reason, Qt.TextElideMode.ElideRight, area.width())
            painter.drawText(area, flags, why if area.width() > 40 else "")
        painter.restore()


class CheckPage(ScrollPage):
    """The full report."""

    key = "check"
    title = "自检"
    shows_problems = False

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, "自检", "", parent)
        self._note_next = False
        self._reasons: dict[str, str] = {}
        again = self.add_action("重新自检", self.check_again)
        again.setToolTip("按项目现在的内容检查，并记下有哪些问题；改正后又出现的会标出来")
        self._filter = ChipGroup(
            (ALL, *(STATUS_WORDS[status] for status in ORDER), *SEVERE, NOT_CHECKED, STALE, BACK),
            multiple=False,
        )
        self._filter.set_label("只看")
        self._filter.set_values([ALL])
        self._filter.changed.connect(lambda _values: self._fill())
        self.column.addWidget(self._filter)
        row = QHBoxLayout()
        row.setSpacing(Space.M)
        rules = Card()
        self.model = _RuleModel(self)
        self.view = QListView()
        self.view.setModel(self.model)
        self.view.setItemDelegate(_RuleDelegate(self.view))
        self.view.setMouseTracking(True)
        self.view.setUniformItemSizes(True)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setAccessibleName("规则列表")
        self.view.setMinimumHeight(420)
        self.view.selectionModel().currentChanged.connect(lambda now, _before: self._show_detail(now))
        rules.body.addWidget(self.view)
        row.addWidget(rules, 3)
        self._detail = Card()
        self._detail.setMinimumWidth(300)
        self._detail_body = QWidget()
        self._detail.body.addWidget(self._detail_body)
        row.addWidget(self._detail, 2)
        self.column.addLayout(row, 1)
        self.column.addWidget(label(DISCLAIMER, "muted"))
        self.refresh_findings()

    def check_again(self) -> None:
        """Check because a person asks for it, and put on record which findings stand."""
        self._note_next = not self.desk.read_only
        self.desk.check_now()

    def refresh_findings(self) -> None:
        report = self.desk.report
        if report is None:
            self.set_intro("正在自检…")
            self._fill()
            return
        if self._note_next and report.revision == self.desk.session.revision:
            self._note_next = False
            self.desk.attempt(lambda: upgrades.note_findings(self.desk.session, report))
        self._reasons = unchecked.reasons(report, self.desk.session.snapshot())
        counts = {status: len(report.with_status(status)) for status in ORDER}
        for chip, status in zip(self._filter.chips()[1:], ORDER, strict=False):
            chip.setToolTip(f"{counts[status]} 条")
        verdict = {
            "blocked": "有阻断项，还不能定稿",
            "warnings": "没有阻断项，还有提醒",
            "clean": "没有发现阻断和提醒",
        }
        packs = "、".join(pack.title or pack.id for pack in report.packs)
        later = "、".join(
            f"{pack.title}（{pack.data.effective_from} 起）" for pack in checking.not_judged(report)
        )
        self.set_intro(
            f"{verdict[report.verdict]} · {len(report.results)} 条规则："
            + "，".join(f"{STATUS_WORDS[status]} {count}" for status, count in counts.items() if count)
            + (f" · {packs}" if packs else "")
            + (f"。这一天还没有施行、没有检查：{later}" if later else "")
        )
        self._fill()

    def _fill(self) -> None:
        report = self.desk.report
        wanted = (self._filter.values() or [ALL])[0]
        current = self.current()
        mended = self.desk.session.snapshot().mended
        results = [
            result
            for status in ORDER
            for result in (report.with_status(status) if report else ())
            if wanted in (ALL, STATUS_WORDS[status])
            or (wanted in SEVERE and weighs(result, SEVERE[wanted]))
            or (wanted == NOT_CHECKED and status in NOT_JUDGED)
            or (wanted == STALE and is_stale(result))
            or (wanted == BACK and came_back(result, mended))
        ]
        rank = {"blocker": 0, "warning": 1, "info": 2}
        results.sort(key=lambda r: (ORDER.index(r.status), rank[r.severity] if r.status == "failed" else 0))
        self.model.set_items(results, mended, self._reasons)
        rows = [row for row, result in enumerate(results) if current and result.id == current.id]
        if results:
            self.view.setCurrentIndex(self.model.index(rows[0] if rows else 0))
        self._show_detail(self.view.currentIndex())

    def current(self) -> RuleResult | None:
        """The rule that is selected."""
        index = self.view.currentIndex()
        row = index.row()
        return self.model.items[row] if index.isValid() and row < len(self.model.items) else None

    def select(self, rule: str) -> None:
        """Select a rule by its id, whatever the filter says."""
        self._filter.set_values([ALL])
        self._fill()
        for row, result in enumerate(self.model.items):
            if result.id == rule:
                self.view.setCurrentIndex(self.model.index(row))

    def reveal(self, path: str) -> bool:
        if path in _DOORS:
            self._filter.set_values([_DOORS[path]])
            self._fill()
            self.view.setFocus()
            return True
        if path.startswith(RULE):
            self.select(path.removeprefix(RULE))
            return True
        return False

    def _show_detail(self, index: Index) -> None:
        old = self._detail_body
        self._detail_body = QWidget()
        column = QVBoxLayout(self._detail_body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        items = self.model.items
        if index.isValid() and index.row() < len(items):
            self._fill_detail(column, items[index.row()])
        else:
            column.addWidget(EmptyState("没有这一类规则", "换一个筛选看看。", picture="shield"))
        column.addStretch(1)
        self._detail.body.replaceWidget(old, self._detail_body)
        old.hide()
        old.deleteLater()

    def _fill_detail(self, column: QVBoxLayout, result: RuleResult) -> None:
        head = QHBoxLayout()
        head.addWidget(label(result.id, "muted"))
        tone = {"failed": "blocker" if result.severity == "blocker" else "warning", "passed": "done"}.get(
            result.status, "neutral"
        )
        head.addWidget(Badge(status_words(result), "blocker" if result.status == "error" else tone))
        if is_stale(result):
            head.addWidget(Badge(STALE, "warning"))
        if came_back(result, self.model.mended):
            head.addWidget(Badge(BACK, "warning"))
        head.addStretch(1)
        head.addWidget(SourceBadge(result.source))
        column.addLayout(head)
        column.addWidget(label(result.title, "cardTitle", wrap=True))
        clause = self.desk.knowledge.clause_line(result.clause)
        if clause is not None:
            column.addWidget(Prose(f"依据：{clause.title}", "small"))
        given = self.desk.session.attestations.get(result.id)
        if result.note and (given is None or result.note != given.statement):
            column.addWidget(Prose(result.note, "secondary"))
        elif reason := self.model.reasons.get(result.id):
            column.addWidget(Prose(f"为什么没有检查：{reason}", "secondary"))
        for finding in result.findings:
            column.addSpacing(Space.XXS)
            column.addWidget(Prose(finding.message))
            if finding.fix:
                column.addWidget(Prose(f"怎么改：{finding.fix}", "small"))
            row = QHBoxLayout()
            row.setSpacing(Space.XS)
            if finding.path:
                jump = QPushButton(place_words(finding.path))
                jump.setProperty("role", "link")
                jump.setAccessibleName(f"跳到 {place_words(finding.path)}")
                jump.clicked.connect(lambda _checked=False, path=finding.path: self.desk.go_to(path))
                row.addWidget(jump)
            row.addStretch(1)
            if not finding.waived and result.status == "failed":
                button = QPushButton("豁免…")
                button.setAccessibleName(f"豁免 {result.id}")
                button.setEnabled(not self.desk.read_only)
                button.clicked.connect(
                    lambda _checked=False, finding=finding: waive(
                        self.desk, finding.rule, finding.message, finding.fingerprint, self
                    )
                )
                row.addWidget(button)
            elif finding.waived:
                column.addWidget(Prose(self._waiver_words(finding), "small"))
                back = QPushButton("撤回豁免")
                back.setEnabled(not self.desk.read_only)
                back.clicked.connect(
                    lambda _checked=False, finding=finding: self.desk.take_back_waiver(
                        finding.rule, finding.fingerprint
                    )
                )
                row.addWidget(back)
            column.addLayout(row)
        self._fill_statement(column, result)

    def _waiver_words(self, finding: Finding) -> str:
        """Why, by whom and when a finding was set aside."""
        waivers = self.desk.session.waivers
        found = waivers.get(f"{finding.rule}:{finding.fingerprint}") or waivers.get(finding.rule)
        return f"已豁免：{found.reason}（{found.who}，{found.at[:10]}）" if found else "已豁免"

    def _fill_statement(self, column: QVBoxLayout, result: RuleResult) -> None:
        """What a person stated on the rule, with the evidence, and the ways to state it, change it, take it back."""
        given = self.desk.session.attestations.get(result.id)
        if given is not None:
            stale = "这份结论依据的内容后来改了，已失效，请重新核查。" if is_stale(result) else ""
            words = f"{given.name}（{given.day}）：{given.answer}。{given.statement}"
            column.addWidget(Prose(words, "secondary"))
            if stale:
                column.addWidget(label(stale, "", tone="warning", wrap=True))
            for reference in given.evidence:
                name = parse_attachment(reference).name
                button = QPushButton(f"证据：{name}")
                button.setProperty("role", "link")
                button.setAccessibleName(f"打开证据 {name}")
                button.clicked.connect(
                    lambda _checked=False, reference=reference: self.desk.open_attachment(reference)
                )
                column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        if result.status != "manual" and given is None:
            return
        row = QHBoxLayout()
        row.setSpacing(Space.XS)
        again = given is not None and is_stale(result)
        text = "人工核查…" if given is None else "重新核查…" if again else "修改核查结果…"
        button = QPushButton(text)
        button.setProperty("role", "primary" if given is None or again else "")
        button.setAccessibleName(f"{text.rstrip('…')} {result.id}")
        button.setEnabled(not self.desk.read_only)
        button.clicked.connect(lambda _checked=False: attest(self.desk, result, self))
        row.addWidget(button)
        if given is not None:
            back = QPushButton("撤回核查结果")
            back.setAccessibleName(f"撤回核查结果 {result.id}")
            back.setEnabled(not self.desk.read_only)
            back.clicked.connect(
                lambda _checked=False: self.desk.attempt(lambda: self.desk.session.unattest(result.id))
            )
            row.addWidget(back)
        row.addStretch(1)
        column.addLayout(row)
