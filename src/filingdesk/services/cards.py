"""Knowledge cards: clauses of the packs, penalties, and policies (what vendors say, to be confirmed; the user's own too)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from filingdesk.domain.errors import UserError
from filingdesk.domain.meta import SourceMark
from filingdesk.infra.files import atomic_write, telling
from filingdesk.infra.paths import data_dir
from filingdesk.infra.resources import resource_path

CardKind = Literal["clause", "risk", "policy"]
CARD_WORDS: dict[CardKind, str] = {"clause": "条款", "risk": "法律责任", "policy": "政策"}
TO_CONFIRM, CONFIRMED = "待核实", "已核实"
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=5000)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5000)]


@dataclass(frozen=True)
class Card:
    """One card. `article` blank: the number is not known to us. `effective` and `until`: when the text is in force, as far as
    known. `checked_on`: when its words were last compared. `state` is 待核实 where a person has to confirm them."""

    kind: CardKind
    id: str
    title: str
    text: str
    source: SourceMark
    law: str = ""
    article: str = ""
    effective: str = ""
    until: str = ""
    link_text: str = ""
    checked_on: str = ""
    note: str = ""
    todo: str = ""
    region: str = ""
    state: str = ""
    own: bool = False
    clause: str = ""

    @property
    def where(self) -> str:
        """Law and article, or the region of a policy."""
        return f"《{self.law}》{self.article}" if self.law else self.region


class PolicyData(BaseModel):
    """A policy card as written in a file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,40}$")]
    title: Words
    region: Text = ""
    text: Words
    todo: Text = ""
    as_of: date
    link_text: Text = ""
    state: Literal["待核实", "已核实"] = "待核实"


class _RiskData(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Words
    title: Words
    law: Words
    source: SourceMark
    text: Words
    clause: str = ""
    effective: date | None = None
    note: str = ""


class _Shipped(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    checked_on: date
    risks: list[_RiskData]
    policies: list[PolicyData]


class _OwnFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    policies: list[PolicyData] = Field(default=[], max_length=1000)


@cache
def _shipped() -> _Shipped:
    return _Shipped.model_validate(
        yaml.safe_load(resource_path("knowledge", "cards.yaml").read_text(encoding="utf-8"))
    )


@cache
def clause_cards() -> tuple[Card, ...]:
    """A card for every clause of every shipped pack, in the order of the packs."""
    from filingdesk.rules.route_diagnosis import shipped_diagnosis
    from filingdesk.rules.route_table import own_clauses
    from filingdesk.services import checking

    known = [*checking.all_packs(), *checking.industry_packs()]
    groups = [(p.clauses.values(), p.data.checked_on, p.data.effective_to) for p in known]
    groups.append((own_clauses().values(), shipped_diagnosis().data.checked_on, None))
    cards: dict[str, Card] = {}
    for clauses, checked_on, until in groups:
        for c in clauses:
            cards.setdefault(
                c.id,
                Card(
                    "clause",
                    c.id,
                    c.title,
                    c.text,
                    c.source,
                    law=c.law,
                    article=c.article,
                    effective=c.effective.isoformat() if c.effective else "",
                    until=until.isoformat() if until else "",
                    link_text=c.link_text or c.law,
                    checked_on=checked_on.isoformat(),
                    note=c.note,
                    state="待核对" if c.to_verify else "",
                    clause=c.id,
                ),
            )
    return tuple(cards.values())


@cache
def risk_cards() -> tuple[Card, ...]:
    """What a breach costs, with the clause that says so: the cards of the diagnosis and those beside it."""
    from filingdesk.rules.route_diagnosis import shipped_diagnosis

    data = shipped_diagnosis().data
    clauses = {c.id: c for c in clause_cards()}
    cards = []
    for given in data.cards:
        clause = clauses.get(given.clause)
        cards.append(
            Card(
                "risk",
                given.id,
                given.title,
                given.text,
                given.source,
                law=clause.law if clause else "",
                article=clause.article if clause else "",
                effective=clause.effective if clause else "",
                link_text=clause.link_text if clause else "",
                checked_on=data.checked_on.isoformat(),
                note=clause.note if clause else "",
                clause=given.clause,
            )
        )
    shipped = _shipped()
    for risk in shipped.risks:
        clause = clauses.get(risk.clause)
        cards.append(
            Card(
                "risk",
                risk.id,
                risk.title,
                risk.text,
                risk.source,
                law=risk.law,
                article=clause.article if clause else "",
                effective=risk.effective.isoformat() if risk.effective else "",
                link_text=risk.law,
                checked_on=shipped.checked_on.isoformat(),
                note=risk.note,
                clause=risk.clause,
            )
        )
    return tuple(cards)


def own_path() -> Path:
    """The file of the user's own policy cards, outside projects."""
    return data_dir() / "policies.yaml"


def own_policies() -> list[PolicyData]:
    """The user's own cards; `UserError` names what is wrong with the file."""
    path = own_path()
    if not path.is_file():
        return []
    with telling(path, "读取"):
        data = path.read_bytes()
    try:
        return list(_OwnFile.model_validate(yaml.safe_load(data.decode("utf-8-sig")) or {}).policies)
    except (yaml.YAMLError, UnicodeDecodeError, ValidationError, ValueError, RecursionError) as error:
        where = ""
        if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
            where = f"第 {error.problem_mark.line + 1} 行"
        elif isinstance(error, ValidationError):
            where = "“" + ".".join(str(part) for part in error.errors()[0]["loc"]) + "”"
        raise UserError(
            "policies.broken",
            f"政策卡片文件“{path}”{where}读不懂，没有载入。",
            "请改正，或把它移走后重新添加卡片。",
        ) from error


def policy_cards() -> tuple[Card, ...]:
    """Shipped and own policy cards; an own card takes the place of a shipped one of the same id."""
    own = {p.id: p for p in own_policies()}
    cards = [_policy(own.get(p.id, p), own=p.id in own) for p in _shipped().policies]
    known = {p.id for p in _shipped().policies}
    return (*cards, *(_policy(p, own=True) for i, p in own.items() if i not in known))


def _policy(data: PolicyData, *, own: bool) -> Card:
    return Card(
        "policy",
        data.id,
        data.title,
        data.text,
        SourceMark.VENDOR,
        link_text=data.link_text,
        checked_on=data.as_of.isoformat(),
        todo=data.todo,
        region=data.region,
        state=data.state,
        own=own,
    )


def save_policy(data: PolicyData) -> None:
    """Add an own card, or put it in place of the one with the same id."""
    _write([*(p for p in own_policies() if p.id != data.id), data])


def remove_policy(identity: str) -> None:
    """Take an own card away (a shipped one of this id shows again); `UserError` when there is none."""
    mine = own_policies()
    if identity not in {p.id for p in mine}:
        raise UserError(
            "policies.unknown", f"没有编号为“{identity}”的自建卡片。", "自带的卡片不能删除，可以改写。"
        )
    _write([p for p in mine if p.id != identity])


def new_id(title: str, today: date) -> str:
    """A free id for a new own card."""
    taken = {card.id for card in policy_cards()}
    base = f"own-{today:%Y%m%d}"
    return next(i for i in (base, *(f"{base}-{n}" for n in range(2, 2000))) if i not in taken)


def _write(policies: Sequence[PolicyData]) -> None:
    plain = {"policies": [p.model_dump(mode="json") for p in policies]}
    text = yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=100)
    atomic_write(own_path(), text.encode("utf-8"))


def make_policy(
    identity: str,
    *,
    title: str,
    text: str,
    as_of: str,
    region: str = "",
    todo: str = "",
    link_text: str = "",
    confirmed: bool = False,
) -> PolicyData:
    """An own card from what was typed; `UserError` for what is missing or no date."""
    from filingdesk.domain.values import parse_date

    day = parse_date(as_of)
    if day is None:
        raise UserError("policies.date", f"“{as_of}”不是日期。", "请写成 2026-11-23。")
    try:
        return PolicyData(
            id=identity,
            title=title,
            text=text,
            as_of=day,
            region=region,
            todo=todo,
            link_text=link_text,
            state="已核实" if confirmed else "待核实",
        )
    except ValidationError as error:
        names = {"title": "标题", "text": "内容", "id": "编号"}
        field = names.get(str(error.errors()[0]["loc"][0]), "内容")
        raise UserError("policies.field", f"{field}没有写，或太长。", "请补充后保存。") from error


def all_cards() -> list[Card]:
    """Every card: clauses, penalties, policies."""
    return [*clause_cards(), *risk_cards(), *policy_cards()]
