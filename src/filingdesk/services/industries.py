"""Industries of a project: which there are, which it chose, what they ask, and what the answers add to the papers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from filingdesk.domain.completeness import is_visible, lookup
from filingdesk.domain.conditions import holds
from filingdesk.domain.errors import UserError
from filingdesk.domain.facts import Facts
from filingdesk.domain.facts_industry import KEYS, SECTORS
from filingdesk.domain.flat import get
from filingdesk.domain.specs import FieldSpec, GroupSpec, by_pattern, fields, label_of
from filingdesk.domain.values import parse_attachment
from filingdesk.services.changes import Changes
from filingdesk.services.session import Session

if TYPE_CHECKING:  # papers of projects without an industry must not pay for reading them
    from filingdesk.documents.blocks import Run
    from filingdesk.rules.industry import Industry, IndustryData, Sentence

SECTORS_PATH = "industry.sectors"
UNVERIFIED = "待核实"
"""Beside every rule of law that an industry only points to: its text was not compared."""


@dataclass(frozen=True)
class Standing:
    """One industry in one project. `asked` questions and risks, `answered` of them; `kept`: answers that are there although
    the industry is not chosen; `proofs` asked for, `given` of them."""

    id: str
    name: str
    summary: str
    chosen: bool
    asked: int
    answered: int
    proofs: int
    given: int
    kept: int


def all_industries() -> tuple["Industry", ...]:
    """Every industry that comes with the program, in the order of offer."""
    from filingdesk.rules.industry import industries

    return industries()


def find(name: str) -> "Industry":
    """One industry by its name or id; `UserError` names the known ones."""
    for each in all_industries():
        if name in (each.name, each.id):
            return each
    raise UserError("industry.unknown", f"没有行业“{name}”。", f"可选：{'、'.join(SECTORS)}。")


def choose(session: Session, names: Sequence[str]) -> Changes | None:
    """Choose exactly these industries (names or ids; none: no industry). Answers of the others stay stored."""
    wanted = {find(name).name for name in names}
    return session.set(SECTORS_PATH, [name for name in SECTORS if name in wanted])


def standing(facts: Facts) -> list[Standing]:
    """Every industry as the project stands."""
    return [_standing(each, facts) for each in all_industries()]


def _standing(each: "Industry", facts: Facts) -> Standing:
    chosen = each.name in facts.industry.sectors
    leaves = [spec for spec in fields().values() if spec.pattern.startswith(f"{each.data.base}.")]
    filled = {spec.pattern for spec in leaves if get(facts, spec.pattern)}
    visible = [spec for spec in leaves if is_visible(spec, spec.pattern, facts)]
    proofs = [s for s in visible if ".proofs." in s.pattern]
    questions = [s for s in visible if ".proofs." not in s.pattern]
    return Standing(
        id=each.id,
        name=each.name,
        summary=each.data.summary,
        chosen=chosen,
        asked=len(questions) if chosen else 0,
        answered=sum(s.pattern in filled for s in questions) if chosen else 0,
        proofs=len(proofs) if chosen else 0,
        given=sum(s.pattern in filled for s in proofs) if chosen else 0,
        kept=0 if chosen else len(filled),
    )


def kept_answers(facts: Facts) -> dict[str, int]:
    """Industries that are not chosen and still hold answers: name → how many. Reads no file."""
    kept: dict[str, int] = {}
    for name, key in KEYS.items():
        if name not in facts.industry.sectors:
            group = by_pattern()[f"industry.{key}"]
            count = sum(bool(get(facts, spec.pattern)) for spec in _leaves(group))
            if count:
                kept[name] = count
    return kept


def _leaves(spec: Any) -> Iterator[FieldSpec]:
    for child in spec.children if isinstance(spec, GroupSpec) else ():
        if isinstance(child, FieldSpec):
            yield child
        else:
            yield from _leaves(child)


def paper_data(facts: Facts) -> list[dict[str, Any]]:
    """What the chosen industries add to papers: sentences, risks and evidence for which there are answers, nothing else."""
    if not facts.industry.sectors:
        return []
    found = []
    for each in all_industries():
        if each.name in facts.industry.sectors:
            part = _parts(each.data, facts)
            if any(part[key] for key in ("service", "control", "risks", "proofs")):
                found.append({"name": each.name, **part})
    return found


def _parts(data: "IndustryData", facts: Facts) -> dict[str, Any]:
    lines: dict[str, list[list[Run]]] = {"service": [], "risk": [], "control": []}
    for sentence in data.prose:
        runs = _sentence(data, sentence, facts)
        if runs:
            lines[sentence.part].append(runs)
    return {**lines, "risks": list(_risks(data, facts)), "proofs": list(_proofs(data, facts))}


def _answer(facts: Facts, path: str) -> str:
    """The answer as a paper prints it; blank when it is blank or not asked."""
    spec = by_pattern()[path]
    if not is_visible(spec, path, facts):
        return ""
    value = get(facts, path)
    if isinstance(value, list):
        return "、".join(part.strip() for part in value if part.strip())
    return str(value).strip()


def _sentence(data: "IndustryData", sentence: "Sentence", facts: Facts) -> "list[Run]":
    """The runs of a sentence, each answer with its path; empty when a condition fails or an answer is missing."""
    from filingdesk.documents.blocks import Run
    from filingdesk.rules.industry import condition_at

    if not holds(condition_at(sentence.when, data.base), lookup(facts)):
        return []
    runs = []
    head, *rest = sentence.text.split("{")
    if head:
        runs.append(Run(head))
    for piece in rest:
        name, _, tail = piece.partition("}")
        path = f"{data.base}.{name}"
        answer = _answer(facts, path)
        if not answer:
            return []
        if tail[:1] in ("。", "；") and answer.endswith(tail[:1]):
            tail = tail[1:]
        runs.append(Run(answer, fact=path, label=label_of(path)))
        if tail:
            runs.append(Run(tail))
    return runs


def _risks(data: "IndustryData", facts: Facts) -> Iterator[dict[str, Any]]:
    from filingdesk.documents.blocks import Run
    from filingdesk.services import checking

    named = {risk.id: risk.name for risk in checking.standard_pack().risks}
    for risk in data.risks:
        path = f"{data.base}.risks.{risk.id}"
        if measure := _answer(facts, path):
            yield {
                "title": risk.title,
                "text": risk.text,
                "linked": "；".join(named[key] for key in risk.risks31),
                "measure": Run(measure, fact=path, label=label_of(path)),
            }


def _proofs(data: "IndustryData", facts: Facts) -> Iterator[dict[str, Any]]:
    from filingdesk.documents.blocks import Run

    for proof in data.evidence:
        path = f"{data.base}.proofs.{proof.id}"
        spec = by_pattern()[path]
        if is_visible(spec, path, facts) and (references := get(facts, path)):
            names = "、".join(parse_attachment(reference).name for reference in references)
            yield {"label": proof.label, "files": Run(names, fact=path, label=proof.label)}


def as_json(each: "Industry") -> dict[str, Any]:
    """One industry for a script: questions, risks, evidence, rules and pointers, with their sources."""
    data = each.data
    base = data.base
    return {
        "id": each.id,
        "name": each.name,
        "version": data.version,
        "checked_on": data.checked_on.isoformat(),
        "summary": data.summary,
        "sha256": each.sha256,
        "questions": [
            {"path": f"{base}.{q.id}", "label": q.label, "kind": q.kind, "help": q.help, "why": q.why,
             "good": q.good, "choices": list(q.choices), "source": "practice"}
            for q in data.questions
        ],
        "risks": [
            {"path": f"{base}.risks.{r.id}", "title": r.title, "text": r.text, "risks31": list(r.risks31),
             "good": r.good, "source": "practice"}
            for r in data.risks
        ],
        "evidence": [
            {"path": f"{base}.proofs.{p.id}", "label": p.label, "help": p.help, "source": "practice"}
            for p in data.evidence
        ],
        "rules": [
            {"id": r.id, "title": r.title, "why": r.why, "severity": r.severity, "source": r.source.value,
             "clause": r.clause}
            for r in data.rules
        ],
        "pointers": [{"name": p.name, "about": p.about, "state": UNVERIFIED} for p in data.pointers],
    }  # fmt: skip
