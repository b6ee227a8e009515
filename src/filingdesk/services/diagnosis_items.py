"""What a 备案风险诊断 is made of: risk items, scores per dimension, tasks, milestones, and the words for them."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from filingdesk.domain.meta import SourceMark
from filingdesk.rules.route import RouteResult, Scope
from filingdesk.rules.route_diagnosis import CardData, Consequence, DiagnosisData

Basis = Literal["intake", "facts", "project"]
BASIS_WORDS: dict[Basis, str] = {
    "intake": "只依据适用判定的回答",
    "facts": "依据事实文件（不含附件、词库和题库）",
    "project": "依据整个项目",
}
State = Literal["missing", "unknown", "weak", "check", "ready"]
STATE_WORDS: dict[State, str] = {
    "missing": "须处理",
    "unknown": "不清楚",
    "weak": "有提醒",
    "check": "待人工核查",
    "ready": "已具备",
}
STATE_ORDER: dict[State, int] = {"missing": 0, "unknown": 1, "weak": 2, "check": 3, "ready": 4}
SCORE_NOTE = (
    "就绪度是各项已落实的比例，按后果加权（涉及法定义务 4、交不上去 3、会被退回 2、建议改进 1）；"
    "不清楚的按还没有计。它只说材料准备到哪一步，与审核结果无关。"
)
EFFORT_NOTE = "人日是本程序的估计，用来排先后，不是法定期限；请按本单位情况调整。"


@dataclass(frozen=True)
class RiskItem:
    """One risk. `share`: the part that is in place (0…1). `found`: what was found; `blocks`: ids of the papers it holds up.
    `effort`: person-days (our estimate). `maybe`: the filing it belongs to may not be due. `paths`: where to mend it."""

    id: str
    dimension: str
    title: str
    state: State
    consequence: Consequence
    share: float
    found: tuple[str, ...]
    why: str
    clause: str
    source: SourceMark
    todo: str
    blocks: tuple[str, ...]
    effort: float
    phase: int
    scopes: tuple[Scope, ...]
    rules: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    maybe: bool = False


@dataclass(frozen=True)
class DimensionScore:
    """One axis: `score` 0…100, None when nothing of it applies."""

    id: str
    title: str
    score: int | None
    items: int
    ready: int


@dataclass(frozen=True)
class Task:
    """One piece of work of the plan; weeks count from 1."""

    item: str
    title: str
    todo: str
    first_week: int
    last_week: int
    effort: float


@dataclass(frozen=True)
class Milestone:
    """A step that others decide, after the work of the weeks before."""

    title: str
    week: int
    day: date
    clause: str
    source: SourceMark
    text: str
    warning: str = ""


@dataclass(frozen=True)
class Diagnosis:
    """The whole diagnosis on one day."""

    as_of: date
    basis: Basis
    route: RouteResult
    items: tuple[RiskItem, ...]
    ready: tuple[RiskItem, ...]
    dimensions: tuple[DimensionScore, ...]
    score: int | None
    tasks: tuple[Task, ...]
    milestones: tuple[Milestone, ...]
    cards: tuple[CardData, ...]
    data: DiagnosisData

    @property
    def weeks(self) -> int:
        """How many weeks the plan fills."""
        return max((t.last_week for t in self.tasks), default=0)

    def count(self, consequence: Consequence) -> int:
        return sum(i.consequence == consequence for i in self.items)
