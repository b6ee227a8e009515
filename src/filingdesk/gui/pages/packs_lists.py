"""Rule packs to read: which judge on a day, clause by clause what they cover, and what differs between two."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtWidgets import QHBoxLayout, QListView, QVBoxLayout, QWidget

from filingdesk.domain.jobs import Cancel, Report
from filingdesk.domain.meta import FieldMeta, Kind, SourceMark
from filingdesk.domain.report import SEVERITY_WORDS, CheckReport
from filingdesk.domain.specs import STAGE_TITLES
from filingdesk.domain.values import parse_date
from filingdesk.gui.desk import Desk
from filingdesk.gui.forms.choices import QuietCombo
from filingdesk.gui.forms.lines import DateEditor
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.badge import Badge, SourceBadge
from filingdesk.gui.widgets.cards import Card, hairline
from filingdesk.gui.widgets.disclosure import Disclosure
from filingdesk.gui.widgets.labels import ElidedLabel, Prose, label
from filingdesk.rules.differences import ClauseDifference, Difference, by_clause
from filingdesk.rules.pack import Pack
from filingdesk.rules.schema import Clause
from filingdesk.services import checking

_STAGES = {**STAGE_TITLES, "both": "两次备案共用"}
_DAY = FieldMeta("按哪一天", Kind.DATE)


def state_on(pack: Pack, day: date) -> tuple[str, str]:
    """Whether a pack judges on a day: the word and its tone."""
    if pack.in_force(day):
        return "适用", "done"
    return ("尚未施行", "neutral") if pack.data.effective_from > day else ("已停用", "neutral")


def range_words(pack: Pack) -> str:
    """2025-11-01 起; 2024-02-29 至 2025-10-31."""
    until = pack.data.effective_to
    since = pack.data.effective_from.isoformat()
    return f"{since} 至 {until.isoformat()}" if until else f"{since} 起"


def clause_name(clause: Clause) -> str:
    """The clause as it is headed."""
    number = clause.article or ("条款号待核对" if clause.to_verify else "")
    return " ".join(part for part in (clause.law, number, clause.title) if part)


class PackLine(Disclosure):
    """One pack; opens to its clauses, each with the rules that judge it or why none can."""

    def __init__(self, pack: Pack, day: date) -> None:
        self._pack = pack
        word, tone = state_on(pack, day)
        super().__init__(f"{word}，{pack.title} {pack.version}，{len(pack.rules)} 条规则", self._body_of)
        self.head_row.addWidget(Badge(word, tone))
        self.head_row.addWidget(ElidedLabel(pack.title, "section"))
        self.head_row.addWidget(label(pack.version, "muted"))
        self.head_row.addStretch(1)
        self.head_row.addWidget(label(_STAGES[pack.data.stage], "muted"))
        self.head_row.addWidget(label(f"{len(pack.rules)} 条规则", "muted"))
        self.head_row.addWidget(label(range_words(pack), "muted"))

    def _body_of(self, column: QVBoxLayout) -> None:
        pack = self._pack
        column.addWidget(Prose(pack.data.summary, "secondary"))
        column.addWidget(
            Prose(f"编号 {pack.id} · 核对于 {pack.data.checked_on} · SHA-256 {pack.sha256[:16]}…", "muted")
        )
        by_id: dict[str, list[str]] = {}
        for rule in pack.rules:
            by_id.setdefault(rule.clause, []).append(
                f"{rule.id} {rule.title}（{SEVERITY_WORDS[rule.severity]}）"
            )
        reasons = {each.clause: each.reason for each in pack.data.not_checkable}
        named = {**{key: pack.clauses.get(key) for key in by_id}, **dict(pack.clauses)}
        for identity, clause in named.items():
            column.addWidget(hairline())
            head = QHBoxLayout()
            head.setSpacing(Space.XS)
            head.addWidget(label(clause_name(clause) if clause else identity, "section", wrap=True), 1)
            if clause is not None:
                head.addWidget(SourceBadge(clause.source))
            column.addLayout(head)
            if clause is not None:
                column.addWidget(Prose(clause.text, "secondary"))
            if identity in by_id:
                column.addWidget(Prose("\n".join(by_id[identity]), "small"))
            elif identity in reasons:
                column.addWidget(Prose(f"没有规则能判断：{reasons[identity]}", "muted"))
            elif clause is not None and clause.points:
                told = [p.not_checkable or f"{p.text}：{'、'.join(p.rules)}" for p in clause.points]
                column.addWidget(Prose("\n".join(told), "muted"))


class PacksView(QWidget):
    """The packs on a day."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._lines: list[PackLine] = []
        self._sectors: list[str] = []
        self._generation = 0
        self.day = desk.session.today
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.M)
        self._card = Card("规则包", "点开看每一条依据由哪些规则检查")
        row = QHBoxLayout()
        row.setSpacing(Space.XS)
        row.addWidget(label("按哪一天", "secondary"))
        self.picker = DateEditor(_DAY)
        self.picker.set_label("按哪一天的规则")
        self.picker.show_value(self.day.isoformat())
        self.picker.finished.connect(self._picked)
        row.addWidget(self.picker)
        self.told = Prose("", "secondary")
        row.addWidget(self.told, 1)
        self._card.body.addLayout(row)
        self._holder = QVBoxLayout()
        self._holder.setSpacing(0)
        self._card.body.addLayout(self._holder)
        column.addWidget(self._card)
        self.show_day(self.day)

    def lines(self) -> list[PackLine]:
        """The packs from top to bottom, those in force first."""
        return self._lines

    def _picked(self) -> None:
        day = parse_date(str(self.picker.value()))
        if day is None:
            self.told.set_prose("日期看不懂，请写成 2026-03-01 这样。")
        elif day != self.day:
            self.show_day(day)

    def show_day(self, day: date) -> None:
        """Show which packs judge on a day, and what they find in the project."""
        self.day = day
        self.picker.show_value(day.isoformat())
        for line in self._lines:
            line.hide()
            line.deleteLater()
        packs = sorted(checking.all_packs(), key=lambda p: (not p.in_force(day), p.data.effective_from))
        self._sectors = list(self._desk.facts.industry.sectors)
        advice = [p for p in checking.industry_packs() if p.title.rpartition("：")[2] in self._sectors]
        self._lines = [PackLine(pack, day) for pack in (*packs, *advice)]
        for line in self._lines:
            self._holder.addWidget(line)
        count = sum(pack.in_force(day) for pack in packs)
        self._sum_up(f"{count} 个规则包适用" if count else "这一天没有适用的规则包")

    def refresh(self) -> None:
        """The project changed: count anew, and follow the industries it chose."""
        if self._desk.facts.industry.sectors != self._sectors:
            self.show_day(self.day)
            return
        count = sum(pack.in_force(self.day) for pack in checking.all_packs())
        self._sum_up(f"{count} 个规则包适用" if count else "这一天没有适用的规则包")

    def _sum_up(self, words: str) -> None:
        day, today = self.day, self._desk.session.today
        if day == today or not self._desk.knowledge.ready:
            self.told.set_prose(f"{words}（今天）。")
            return
        self._generation += 1
        generation = self._generation
        snapshot = self._desk.session.snapshot(day)
        self.told.set_prose(f"{words}，正在按这一天检查…")

        def job(_cancel: Cancel, _report: Report) -> CheckReport:
            return checking.check_on(snapshot)

        def done(report: CheckReport) -> None:
            if generation == self._generation:
                now = self._desk.report
                beside = f"；今天是阻断 {now.count('blocker')}、提醒 {now.count('warning')}" if now else ""
                self.told.set_prose(
                    f"{words}。按这一天检查：阻断 {report.count('blocker')}、提醒 {report.count('warning')}{beside}。"
                )

        self._desk.jobs.start(job, on_done=done, on_error=self._desk.failed.emit)


def spoken(what: str, value: str) -> str:
    """Severities and sources as the rest of the program names them."""
    if what == "severity":
        return {str(key): word for key, word in SEVERITY_WORDS.items()}.get(value, value)
    return SourceMark(value).badge if what == "source" and value in set(SourceMark) else value


def difference_words(each: Difference) -> str:
    """One difference in a line."""
    if not each.before or not each.after:
        return f"{'增加' if each.after else '删去'}{each.word} {each.id}：{each.after or each.before}"
    return f"{each.word} {each.id} {each.what_word}：{spoken(each.what, each.before)} → {spoken(each.what, each.after)}"


class _ClauseLine(Disclosure):
    def __init__(self, each: ClauseDifference, name: str) -> None:
        self._each = each
        gone = all(not d.after for d in each.differences)
        new = all(not d.before for d in each.differences)
        word, tone = ("新增", "done") if new else ("删去", "blocker") if gone else ("有变化", "warning")
        super().__init__(f"{word}，{name}，{len(each.differences)} 处", self._body_of)
        self.head_row.addWidget(Badge(word, tone))
        self.head_row.addWidget(ElidedLabel(name, "section"))
        self.head_row.addWidget(ElidedLabel(difference_words(each.differences[0]), "muted"), 1)
        self.head_row.addWidget(label(f"{len(each.differences)} 处", "muted"))

    def _body_of(self, column: QVBoxLayout) -> None:
        column.addWidget(Prose(self._each.heading, "muted"))
        for each in self._each.differences:
            column.addWidget(Prose(difference_words(each), "secondary"))


class CompareView(QWidget):
    """Two packs, or two versions of one, clause by clause."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._packs: Sequence[Pack] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        card = Card("比较两个规则包", "逐条列出增加、删去和改动")
        column.addWidget(card)
        row = QHBoxLayout()
        row.setSpacing(Space.XS)
        self.before, self.after = _combo("从这一个"), _combo("到这一个")
        row.addWidget(label("从", "secondary"))
        row.addWidget(self.before, 1)
        row.addWidget(label("到", "secondary"))
        row.addWidget(self.after, 1)
        card.body.addLayout(row)
        self.words = Prose("", "secondary")
        card.body.addWidget(self.words)
        self._lines = QWidget()
        card.body.addWidget(self._lines)
        self._card = card
        for combo in (self.before, self.after):
            combo.activated.connect(lambda _index: self.compare())

    def load(self) -> None:
        """Read which packs there are; keep what was chosen."""
        packs = checking.comparable()
        names = [f"{pack.title} {pack.version}" for pack in packs]
        if [p.sha256 for p in packs] == [p.sha256 for p in self._packs]:
            return
        self._packs = packs
        ids = [pack.id for pack in packs]
        for combo, wanted in ((self.before, "tc260-003"), (self.after, "gbt-45654-2025")):
            combo.clear()
            combo.addItems(names)
            combo.setCurrentIndex(ids.index(wanted) if wanted in ids else 0)
        self.compare()

    def choose(self, before: str, after: str) -> None:
        """Compare these two, by id (the newest listed of an id)."""
        ids = [pack.id for pack in self._packs]
        self.before.setCurrentIndex(ids.index(before))
        self.after.setCurrentIndex(ids.index(after))
        self.compare()

    def lines(self) -> list[_ClauseLine]:
        """The clauses that differ."""
        return self._lines.findChildren(_ClauseLine)

    def compare(self) -> None:
        """Compare what is chosen."""
        if not self._packs:
            return
        a, b = self._packs[self.before.currentIndex()], self._packs[self.after.currentIndex()]
        groups = by_clause(a, b)
        old, self._lines = self._lines, QWidget()
        column = QVBoxLayout(self._lines)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for group in groups:
            clause = b.clauses.get(group.clause) or a.clauses.get(group.clause)
            short = f"{clause.article} {clause.title}".strip() if clause else group.heading
            column.addWidget(_ClauseLine(group, short))
        self._card.body.replaceWidget(old, self._lines)
        old.hide()
        old.deleteLater()
        total = sum(len(group.differences) for group in groups)
        self.words.set_prose(
            f"{len(groups)} 个条款下有 {total} 处不同。" if groups else "两个规则包没有差别。"
        )


def _combo(name: str) -> QuietCombo:
    made = QuietCombo()
    made.setView(QListView())
    made.setAccessibleName(name)
    made.setMinimumWidth(180)
    made.setSizeAdjustPolicy(QuietCombo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    return made
