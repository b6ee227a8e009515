"""What an industry adds: questions, risks, evidence, prose and advisory rules, read from `resources/industries/*.yaml`."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, model_validator

from filingdesk.domain.meta import ConditionData, SourceMark
from filingdesk.infra.resources import resource_path
from filingdesk.rules.pack import Pack
from filingdesk.rules.packfile import PackFile, model, read_file
from filingdesk.rules.registry import RuleProblem, compile_rule
from filingdesk.rules.schema import Clause, Data, PackData, RuleData, Words

QuestionKind = Literal["text", "long_text", "choice", "multi_choice", "yes_no", "number", "date"]
Part = Literal["service", "risk", "control"]
"""Where a sentence stands in a paper: what the service does, what may go wrong, what is done about it."""
PARTS: tuple[Part, ...] = ("service", "risk", "control")
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,30}$")]
Topic = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,30}$")]
_ADVISORY = frozenset({SourceMark.PRACTICE, SourceMark.DERIVED})
_PATH_KEYS = frozenset({"path", "paths", "about", "numerator", "denominator", "earlier", "later", "of"})
_SINCE = date(2022, 3, 1)
"""Advice has no day of its own; it accompanies the filings, which began with the 推荐规定."""


class Pointer(Data):
    """A rule of law that the field should look up itself: its text was not compared, so nothing is judged by it."""

    name: Words
    about: Words


class Advice(Data):
    """One piece of advice in our own words; what questions and rules of the industry cite."""

    id: Topic
    title: Words
    text: Words
    source: SourceMark = SourceMark.PRACTICE


class Question(Data):
    """One extra question. `good` is a sample sentence; `when` is a condition whose paths begin with a dot."""

    id: Name
    label: Words
    kind: QuestionKind
    help: Words
    why: str = ""
    good: str = ""
    bad: str = ""
    choices: tuple[Words, ...] = ()
    unit: str = ""
    advice: Topic
    when: dict[str, Any] | None = None
    optional: bool = False

    @model_validator(mode="after")
    def _choices_fit(self) -> "Question":
        if bool(self.choices) != (self.kind in ("choice", "multi_choice")):
            raise ValueError("choices 与 kind 不配")
        return self


class IndustryRisk(Data):
    """One extra risk: what may happen, which of the 31 risks it touches, and a sample of what may be done about it."""

    id: Name
    title: Words
    text: Words
    risks31: tuple[Annotated[str, StringConstraints(pattern=r"^A\.\d\.[a-z]$")], ...] = ()
    good: Words
    advice: Topic


class Proof(Data):
    """Evidence asked for: a field that takes files."""

    id: Name
    label: Words
    help: Words
    advice: Topic
    when: dict[str, Any] | None = None


class Sentence(Data):
    """A sentence of the papers. `{question}` is the answer; without all its answers the sentence is not printed."""

    part: Part
    text: Words
    when: dict[str, Any] | None = None


class IndustryData(Data):
    """One file of `resources/industries`."""

    id: Name
    name: Words
    prefix: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    version: Words
    checked_on: date
    summary: Words
    pointers: tuple[Pointer, ...] = ()
    advice: Annotated[list[Advice], Field(min_length=1)]
    questions: Annotated[list[Question], Field(min_length=1)]
    risks: Annotated[list[IndustryRisk], Field(min_length=1)]
    evidence: Annotated[list[Proof], Field(min_length=1)]
    prose: list[Sentence]
    rules: Annotated[list[RuleData], Field(min_length=1)]

    @property
    def base(self) -> str:
        """Where its answers stand: `industry.finance`."""
        return f"industry.{self.id}"

    @property
    def pack_id(self) -> str:
        return f"industry-{self.id}"

    def clause_id(self, topic: str) -> str:
        """The id under which a piece of advice is cited: `industry-finance/scope`."""
        return f"{self.pack_id}/{topic}"


@dataclass(frozen=True)
class Industry:
    """One industry as it lies on disk. `sha256` over the file, line ends aside."""

    data: IndustryData
    file: PackFile
    sha256: str

    @property
    def id(self) -> str:
        return self.data.id

    @property
    def name(self) -> str:
        return self.data.name


def read_industry(path: Path) -> Industry:
    """Read one file; `UserError("pack.invalid")` names line and reason. The rules are compiled by `pack_of`."""
    file = read_file(path.parent, path.name)
    written = file.data
    if isinstance(written, Mapping) and isinstance(written.get("rules"), list):
        base = f"industry.{written.get('id')}"
        prefix = f"industry-{written.get('id')}"
        written = {**written, "rules": [_whole(entry, base, prefix) for entry in written["rules"]]}
    data = model(IndustryData, file, written)
    _check(data, file)
    digest = hashlib.sha256(file.text.replace("\r\n", "\n").encode()).hexdigest()
    return Industry(data, file, digest)


def _whole(entry: Any, base: str, prefix: str) -> Any:
    """A rule with its short names made whole: `scope` → `industry.finance.scope`, `/algorithm.summary` → as it says."""
    if not isinstance(entry, Mapping):
        return entry
    made = dict(entry)
    if "clause" in made:
        made["clause"] = f"{prefix}/{made['clause']}"
    for key in ("when", "check"):
        if key in made:
            made[key] = _paths(made[key], base)
    return made


def _paths(value: Any, base: str, key: str = "") -> Any:
    if isinstance(value, Mapping):
        return {k: _paths(inner, base, str(k)) for k, inner in value.items()}
    if isinstance(value, list):
        return [_paths(inner, base, key) for inner in value]
    if key in _PATH_KEYS and isinstance(value, str):
        return value[1:] if value.startswith("/") else f"{base}.{value}"
    return value


def _check(data: IndustryData, file: PackFile) -> None:
    topics = {advice.id for advice in data.advice}
    parts: list[tuple[str, list[Any]]] = [
        ("questions", list(data.questions)),
        ("risks", list(data.risks)),
        ("evidence", list(data.evidence)),
    ]
    for part, entries in parts:
        seen: set[str] = set()
        for i, entry in enumerate(entries):
            if entry.id in seen:
                raise file.refuse("编号重复", part, i, what=entry.id)
            if entry.advice not in topics:
                raise file.refuse(f"没有建议“{entry.advice}”", part, i, "advice", what=entry.id)
            seen.add(entry.id)
    questions = {question.id for question in data.questions}
    for i, sentence in enumerate(data.prose):
        for name in placeholders(sentence.text):
            if name not in questions:
                raise file.refuse(f"没有问题“{name}”", "prose", i, "text")
    for i, rule in enumerate(data.rules):
        if rule.clause.partition("/")[2] not in topics:
            raise file.refuse(f"没有建议“{rule.clause}”", "rules", i, "clause", what=rule.id)
        if rule.source not in _ADVISORY or rule.severity == "blocker":
            raise file.refuse("行业补充只能是实务或推导，不能阻断", "rules", i, "severity", what=rule.id)
        if not rule.id.startswith(f"IN-{data.prefix}-"):
            raise file.refuse(f"编号要以 IN-{data.prefix}- 开头", "rules", i, "id", what=rule.id)


def placeholders(text: str) -> Iterator[str]:
    """The names in braces of a sentence, in order."""
    for piece in text.split("{")[1:]:
        yield piece.partition("}")[0]


def condition_at(when: Mapping[str, Any] | None, base: str) -> ConditionData | None:
    """A condition of a question or sentence with its dotted paths made whole."""
    if when is None:
        return None
    made: dict[str, Any] = {}
    for key, value in when.items():
        if key == "path":
            made[key] = f"{base}{value}" if value.startswith(".") else value
        elif isinstance(value, list) and key in ("any", "all"):
            made[key] = [condition_at(inner, base) for inner in value]
        elif key == "not":
            made[key] = condition_at(value, base)
        else:
            made[key] = value
    return made


def pack_of(industry: Industry) -> Pack:
    """Its advice and rules as a pack: judged, cited and listed as any other."""
    written, file = industry.data, industry.file
    data = PackData(
        id=written.pack_id,
        title=f"行业补充：{written.name}",
        version=written.version,
        summary=f"{written.summary}全部是实务建议，不是法律条文，不阻断。",
        effective_from=_SINCE,
        stage="both",
        checked_on=written.checked_on,
    )
    clauses = {
        clause.id: clause
        for clause in (
            Clause(
                id=written.clause_id(advice.id),
                title=advice.title,
                law=f"{written.name}行业实务建议",
                text=advice.text,
                source=advice.source,
            )
            for advice in written.advice
        )
    }
    rules = []
    for i, entry in enumerate(written.rules):
        try:
            rules.append(compile_rule(entry, data, (), ()))
        except RuleProblem as problem:
            raise file.refuse(problem.reason, "rules", i, problem.key, what=entry.id) from None
    return Pack(data, tuple(rules), clauses, (), (), industry.sha256, None)


def industry_files() -> list[Path]:
    """The files that come with the program, by name."""
    return sorted(resource_path("industries").glob("*.yaml"))


@lru_cache(maxsize=1)
def industries() -> tuple[Industry, ...]:
    """Every industry that comes with the program, in the order in which it is offered; read once per run."""
    from filingdesk.domain.facts_industry import KEYS

    found = {each.id: each for each in map(read_industry, industry_files())}
    return tuple(found[key] for key in KEYS.values())


@lru_cache(maxsize=32)
def _pack(identity: str) -> Pack:
    return pack_of(next(each for each in industries() if each.id == identity))


def packs_of(names: list[str]) -> list[Pack]:
    """The packs of the chosen industries (金融, …) in the order of offer; a name that no version knows adds nothing."""
    return [_pack(each.id) for each in industries() if each.name in names]


def all_industry_packs() -> list[Pack]:
    """The packs of every industry, chosen or not: for lists, search and documents."""
    return [_pack(each.id) for each in industries()]
