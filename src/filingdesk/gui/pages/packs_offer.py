"""The card 规则包更新: by which versions the project was judged, what those in force would change, and the choice."""

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel, Report
from filingdesk.domain.report import SEVERITY_WORDS, Finding, PackRef
from filingdesk.gui.desk import Desk
from filingdesk.gui.places import place_words
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.badge import Badge
from filingdesk.gui.widgets.cards import Card
from filingdesk.gui.widgets.disclosure import Disclosure
from filingdesk.gui.widgets.labels import ElidedLabel, Prose, label
from filingdesk.services import upgrades
from filingdesk.services.upgrades import Pins, UpgradeEffect

_SHOWN = 40
KINDS = (
    ("appear", "多出", "blocker"),
    ("disappear", "消失", "done"),
    ("harder", "变严", "warning"),
    ("softer", "变轻", "accent"),
)


def moves(before: Sequence[PackRef], after: Sequence[PackRef]) -> list[str]:
    """What happens to each pack, in words."""
    old, new = {r.id: r for r in before}, {r.id: r for r in after}
    lines = []
    for identity in {**old, **new}:
        was, now = old.get(identity), new.get(identity)
        name = (now or was or PackRef(identity, "", "")).title or identity
        if was is None and now is not None:
            lines.append(f"增加 {name} {now.version}")
        elif now is None and was is not None:
            lines.append(f"不再用 {name} {was.version}")
        elif was and now and was.sha256 != now.sha256:
            lines.append(
                f"{name} {was.version} → {now.version}"
                if was.version != now.version
                else f"{name} {now.version}（内容有修订）"
            )
    return lines


def effect_words(effect: UpgradeEffect) -> str:
    """多出 3 处、变严 1 处; 问题没有变化."""
    parts = [f"{word} {count} 处" for name, word, _tone in KINDS if (count := len(getattr(effect, name)))]
    return "、".join(parts) or "问题没有变化"


def findings_list(word: str, tone: str, findings: Sequence[Finding], desk: Desk) -> Disclosure:
    """The findings of one kind, to open."""

    def fill(column: QVBoxLayout) -> None:
        for finding in findings[:_SHOWN]:
            row = QHBoxLayout()
            row.setSpacing(Space.XS)
            row.addWidget(label(finding.rule, "muted"))
            row.addWidget(label(SEVERITY_WORDS[finding.severity], "muted"))
            row.addWidget(ElidedLabel(finding.message), 1)
            if finding.path:
                jump = QPushButton(place_words(finding.path))
                jump.setProperty("role", "link")
                jump.setAccessibleName(f"跳到 {place_words(finding.path)}")
                jump.clicked.connect(lambda _checked=False, path=finding.path: desk.go_to(path))
                row.addWidget(jump)
            column.addLayout(row)
        if len(findings) > _SHOWN:
            column.addWidget(label(f"另有 {len(findings) - _SHOWN} 处", "muted"))

    made = Disclosure(f"{word} {len(findings)} 处", fill)
    made.head_row.addWidget(Badge(word, tone))
    made.head_row.addWidget(label(f"{len(findings)} 处"), 1)
    return made


class OfferCard(Card):
    """The card; hidden while there is nothing to choose."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("规则包更新", parent=parent)
        self._desk = desk
        self._asked: object = None
        self.effect: UpgradeEffect | None = None
        self.words = Prose("")
        self.body.addWidget(self.words)
        self._lines = QWidget()
        self.body.addWidget(self._lines)
        row = QHBoxLayout()
        row.setSpacing(Space.XS)
        self.upgrade = QPushButton("改用现行规则包")
        self.upgrade.setProperty("role", "primary")
        self.upgrade.clicked.connect(lambda: self._choose(stay=False))
        self.stay = QPushButton("沿用原来的")
        self.stay.clicked.connect(lambda: self._choose(stay=True))
        for button in (self.upgrade, self.stay):
            button.setAccessibleName(button.text())
            row.addWidget(button)
        row.addStretch(1)
        self.body.addLayout(row)
        self.hide()

    def refresh(self) -> None:
        """Ask anew what there is to choose."""
        session = self._desk.session
        found = upgrades.pins(session)
        pending = found is not None and upgrades.is_pending(session)
        self.setVisible(pending)
        if not pending or found is None:
            self._asked, self.effect = None, None
            return
        for button in (self.upgrade, self.stay):
            button.setEnabled(not self._desk.read_only)
        self.stay.setEnabled(self.stay.isEnabled() and not found.stay)
        snapshot = session.snapshot()
        asked = (found, snapshot.revision)
        if asked == self._asked:
            return
        self._asked = asked
        if self.effect is None:
            self.words.set_prose("正在比较…")

        def job(_cancel: Cancel, _report: Report) -> UpgradeEffect | UserError:
            try:
                return upgrades.effect_of(snapshot, found)
            except UserError as error:
                return error

        def done(outcome: UpgradeEffect | UserError) -> None:
            if asked == self._asked:
                self._show(found, outcome)

        self._desk.jobs.start(job, on_done=done, on_error=self._desk.failed.emit)

    def _show(self, found: Pins, outcome: UpgradeEffect | UserError) -> None:
        old, self._lines = self._lines, QWidget()
        column = QVBoxLayout(self._lines)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        if isinstance(outcome, UserError):
            self.effect = None
            self.words.set_prose(f"{outcome.message}{outcome.hint}")
            self.stay.setEnabled(False)
        else:
            self.effect = outcome
            kept = "项目现在沿用" if found.stay else "项目上次用"
            told = "；".join(moves(outcome.before, outcome.after))
            self.words.set_prose(
                f"{kept}的是 {found.as_of} 的规则包，现行的不同：{told}。改用之后：{effect_words(outcome)}。"
                "填写的内容都会保留，也可以随时撤销。"
            )
            for name, word, tone in KINDS:
                findings = getattr(outcome, name)
                if findings:
                    column.addWidget(findings_list(word, tone, findings, self._desk))
        self.body.replaceWidget(old, self._lines)
        old.hide()
        old.deleteLater()

    def _choose(self, *, stay: bool) -> None:
        session = self._desk.session
        if stay:
            if self._desk.attempt(lambda: upgrades.stay(session)) is not None:
                self._desk.tell("沿用原来的规则包。现行法规的变化不会出现在自查里，请自行留意。")
        elif self._desk.attempt(lambda: upgrades.upgrade(session)) is not None:
            self._desk.tell("已改用现行规则包，填写的内容没有变。", "done")
