"""Foreign category names against the 31 risks: asked once per source of lists, remembered in the project, never guessed silently.

A source is what the user calls the publisher of a list (供应商甲). Names that nobody has decided on are listed with a proposal;
a proposal is never applied by itself.
"""

import csv
import io
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel, Report, silent
from filingdesk.domain.records import KeywordRecord
from filingdesk.domain.risk_lookup import RiskNames, propose_risk
from filingdesk.infra.files import atomic_write
from filingdesk.infra.tabular import read_table
from filingdesk.scan.library import NO_RISK, KeywordImport
from filingdesk.scan.normalize import fold_text
from filingdesk.services import checking
from filingdesk.services.changes import Changes
from filingdesk.services.library import EditPlan, KeywordSelection, check_risk, plan_rows
from filingdesk.services.session import Session
from filingdesk.store.model import Change

PREFIX = "@meta/category-map/"
"""Entries `@meta/category-map/SOURCE`: {"source", "risks": {category: risk id, "" = belongs to none}}."""

NOWHERE = NO_RISK
"""What people write for a category that belongs to no risk, decided as such."""

_EXAMPLES = 3
_MAP_COLUMNS = ("分类", "风险")


@dataclass(frozen=True)
class CategoryMap:
    """What a source's categories mean: "一级/二级" (or "一级" for all below it) → risk id, "" = none, decided."""

    source: str
    risks: Mapping[str, str]


@dataclass(frozen=True)
class CategoryQuestion:
    """One foreign category of a list: how many words have it, a few of them, and what it means.

    `decided`: `risk` is what the user said ("" = none). Else `risk` is our proposal ("" = no idea) and `why` its ground.
    """

    category: str
    words: int
    examples: tuple[str, ...]
    risk: str
    why: str
    decided: bool


def maps(session: Session) -> list[CategoryMap]:
    """Every source whose categories the project knows, by name."""
    found = [_read(value) for key, value in session.file.entries().items() if key.startswith(PREFIX)]
    return sorted(found, key=lambda one: one.source)


def risks_by_source(session: Session) -> dict[str, Mapping[str, str]]:
    """Source as words name it → category → risk."""
    return {one.source: one.risks for one in maps(session)}


def map_of(session: Session, source: str) -> CategoryMap:
    """What the project knows of a source; empty for a new one."""
    value = session.file.entries().get(_key(source))
    return CategoryMap(source.strip(), {}) if value is None else _read(value)


def save_map(session: Session, source: str, risks: Mapping[str, str | None]) -> Changes | None:
    """Remember what categories of a source mean (None = forget one); as one edit that undo takes back.

    `UserError` when the source has no name or a risk does not exist.
    """
    name = source.strip()
    if not name:
        raise UserError("library.source", "没有写词表的来源。", "请写一个名称，例如供应商或发布者。")
    known = dict(map_of(session, name).risks)
    for category, risk in risks.items():
        if risk is None:
            known.pop(category.strip(), None)
        else:
            check_risk(risk)
            known[category.strip()] = risk
    key = _key(name)
    old = session.file.entries().get(key)
    new: Any = {"source": name, "risks": dict(sorted(known.items()))} if known else None
    if new == old:
        return None
    return session.apply_meta([Change(key, old, new)], f"记住“{name}”的分类对照")


def questions_for(session: Session, read: KeywordImport, source: str) -> list[CategoryQuestion]:
    """The foreign categories of a list that was read, the most used first; decided ones too, marked as such."""
    unsorted = ((row.category, row.category1, row.word) for row in read.rows if not row.risk and row.category)
    return _questions(unsorted, map_of(session, source).risks)


def library_questions(session: Session, source: str = "") -> list[CategoryQuestion]:
    """The same for words in the library that have a category and no risk; of one source, or ("") of all."""
    chosen = KeywordSelection(risk="", source=source or None)
    unsorted = (
        (_category(row), row.category1, row.word)
        for row in session.file.select_keywords(chosen)
        if _category(row)
    )
    return _questions(unsorted, map_of(session, source).risks)


def _questions(
    unsorted: Iterable[tuple[str, str, str]], decided: Mapping[str, str]
) -> list[CategoryQuestion]:
    counts: dict[str, int] = {}
    first: dict[str, str] = {}
    examples: dict[str, list[str]] = {}
    for category, category1, word in unsorted:
        counts[category] = counts.get(category, 0) + 1
        first[category] = category1
        if len(kept := examples.setdefault(category, [])) < _EXAMPLES:
            kept.append(word)
    risks = checking.standard_pack().risks
    names = RiskNames(risks, fold_text)
    found = []
    for category, words in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        answer = decided.get(category, decided.get(first[category]))
        named = names.find(category)
        proposal = propose_risk(category, risks)
        risk, why = (named.risk, "名称相同") if named.risk else (proposal.risk, proposal.why)
        found.append(
            CategoryQuestion(
                category,
                words,
                tuple(examples[category]),
                risk if answer is None else answer,
                why if answer is None else "",
                answer is not None,
            )
        )
    return found


def with_map(session: Session, read: KeywordImport, source: str) -> KeywordImport:
    """The list with its words sorted by what the project knows of the source."""
    return read.mapped(map_of(session, source).risks)


def plan_map(
    session: Session, source: str, cancel: Cancel | None = None, report: Report = silent
) -> EditPlan:
    """Sort words that are in the library already, of this source and without a risk, by its map."""
    risks = map_of(session, source).risks

    def change(row: KeywordRecord) -> KeywordRecord:
        risk = risks.get(_category(row), risks.get(row.category1, "")) if _category(row) else ""
        return replace(row, risk=risk) if risk else row

    chosen = KeywordSelection(risk="", source=source.strip())
    return plan_rows(
        session, chosen, change, f"按“{source.strip()}”的分类对照归类{{n}} 个关键词", cancel, report
    )


def export_map(session: Session, source: str, target: Path) -> int:
    """Write a map as csv (分类, 风险), to be used in another project; gives the number of lines."""
    risks = map_of(session, source).risks
    if not risks:
        raise UserError("library.no_map", f"还没有“{source}”的分类对照。", "请先写明各分类对应的风险。")
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_MAP_COLUMNS)
    writer.writerows((category, risk or NOWHERE) for category, risk in sorted(risks.items()))
    atomic_write(target, ("\ufeff" + out.getvalue()).encode())
    return len(risks)


def import_map(session: Session, source: str, path: Path) -> Changes | None:
    """Read a map that `export_map` wrote or a person made (two columns: category, risk); every line must be right."""
    names = RiskNames(checking.standard_pack().risks, fold_text)
    found: dict[str, str | None] = {}
    for number, row in enumerate(read_table(path).rows, 1):
        cells = [cell.strip() for cell in row] + ["", ""]
        if tuple(cells[:2]) == _MAP_COLUMNS or not any(cells):
            continue
        found[cells[0]] = read_risk(cells[1], names, f"“{path.name}”第 {number} 行")
    if not found:
        raise UserError("library.no_map", f"“{path.name}”里没有分类对照。", "需要两列：分类、风险。")
    return save_map(session, source, found)


def read_risk(text: str, names: RiskNames | None = None, where: str = "") -> str:
    """A risk as people write it: id, name, or 不归类 (""). `UserError` names the place when it is none."""
    if text.strip() == NOWHERE:
        return ""
    names = names or RiskNames(checking.standard_pack().risks, fold_text)
    answer = names.find(text.strip())
    if not answer.risk:
        said = answer.message if text.strip() else "没有写风险"
        raise UserError(
            "library.risk",
            f"{where}{'：' if where else ''}{said}。",
            f"请写附录 A 的编号（如 A.1.a）、名称，或“{NOWHERE}”。",
        )
    return answer.risk


def _category(row: KeywordRecord) -> str:
    return "/".join(part for part in (row.category1, row.category2) if part)


def _key(source: str) -> str:
    name = unicodedata.normalize("NFKC", source).strip().casefold()
    return PREFIX + name.encode("utf-8", "replace").decode()


def _read(value: object) -> CategoryMap:
    stored = cast(Mapping[str, Any], value)
    return CategoryMap(str(stored["source"]), dict(stored["risks"]))
