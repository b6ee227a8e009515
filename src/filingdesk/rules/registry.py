"""Finds and loads rule packs; everything that is wrong with one is refused with file, rule, line and reason."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Any

from pydantic import ValidationError

from filingdesk.domain.errors import UserError
from filingdesk.domain.report import PackRef
from filingdesk.domain.risks import Risk
from filingdesk.infra.resources import resource_path
from filingdesk.rules.engine_words import PLACEHOLDERS
from filingdesk.rules.pack import Pack, Rule
from filingdesk.rules.packfile import PackFile, model, read_file, reason_of, refuse
from filingdesk.rules.predicate import Predicate, condition_problems
from filingdesk.rules.predicates import PREDICATES, Fn
from filingdesk.rules.schema import Clause, PackData, RiskData, RisksFile, RuleData

_FILES = ("pack.yaml", "clauses.yaml", "rules.yaml", "risks.yaml")
_OPTIONAL = frozenset({"risks.yaml"})


def _entries(file: PackFile) -> list[Any]:
    if not isinstance(file.data, list):
        raise file.refuse("最外层应是列表")
    return file.data


def _resolve(value: Any, data: PackData) -> tuple[Any, str, str]:
    """Replace `$NAME` by the parameter. Returns the value, the first unknown and the first blank parameter."""
    unknown = unset = ""
    if isinstance(value, str) and value.startswith("$"):
        parameter = data.parameters.get(value[1:])
        if parameter is None:
            return value, value, ""
        return (
            (parameter.value if parameter.value is not None else 0),
            "",
            (value[1:] if parameter.value is None else ""),
        )
    if isinstance(value, dict):
        result: Any = {}
        for key, inner in value.items():
            result[key], u, b = _resolve(inner, data)
            unknown, unset = unknown or u, unset or b
        return result, unknown, unset
    if isinstance(value, list):
        parts = [_resolve(inner, data) for inner in value]
        return [p[0] for p in parts], next((p[1] for p in parts if p[1]), ""), ""
    return value, "", ""


def _predicate(
    name: str, arguments: Any, risks: tuple[Risk, ...], aspects: tuple[str, ...]
) -> tuple[Predicate | None, str]:
    """The compiled predicate, or the reason why there is none."""
    if name == "fn":
        kind: type[Predicate] = Fn
        arguments = {"name": arguments} if isinstance(arguments, str) else arguments
    elif name in PREDICATES:
        kind = PREDICATES[name]
    else:
        return None, f"没有谓词“{name}”，可用的有 {'、'.join([*PREDICATES, 'fn'])}"
    if not isinstance(arguments, dict):
        return None, f"谓词“{name}”的参数应是“名称： 值”的结构"
    if "risks" in kind.model_fields:
        if {"risks", "aspects"} & set(arguments):
            return None, "risks 和 aspects 由规则包给出，不在规则里写"
        arguments = {**arguments, "risks": risks, "aspects": aspects}
    try:
        predicate = kind.model_validate(arguments)
    except ValidationError as error:
        return None, f"谓词“{name}”：{reason_of(error)[1]}"
    problem = next(predicate.problems(), "")
    return (None, f"谓词“{name}”：{problem}") if problem else (predicate, "")


def _placeholder_problem(text: str) -> str:
    try:
        fields = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
    except ValueError as error:
        return f"花括号写法不对（{error}）"
    wrong = [name for name in fields if name not in PLACEHOLDERS]
    return f"占位符“{{{wrong[0]}}}”不在可用之列：{'、'.join(sorted(PLACEHOLDERS))}" if wrong else ""


def _rule(
    file: PackFile, index: int, entry: Any, data: PackData, risks: tuple[Risk, ...], aspects: tuple[str, ...]
) -> Rule:
    written = model(RuleData, file, entry, index)
    try:
        return compile_rule(written, data, risks, aspects)
    except RuleProblem as problem:
        raise file.refuse(problem.reason, index, problem.key, what=written.id) from None


class RuleProblem(Exception):
    """Why a rule cannot be made ready to judge, and the key that is to blame."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(reason)
        self.key, self.reason = key, reason


def compile_rule(
    written: RuleData, data: PackData, risks: tuple[Risk, ...], aspects: tuple[str, ...]
) -> Rule:
    """Make a rule ready to judge with the parameters of `data`; `RuleProblem` names the key at fault."""
    name, arguments = next(iter(written.check.items()))
    resolved, unknown, unset = _resolve(arguments, data)
    if unknown:
        raise RuleProblem("check", f"没有参数“{unknown}”")
    predicate, reason = _predicate(name, resolved, risks, aspects)
    if predicate is None:
        raise RuleProblem("check", reason)
    if reason := next(condition_problems(written.when), ""):
        raise RuleProblem("when", reason)
    message, fix = written.message or predicate.message, written.fix or predicate.fix
    for key, text in (("message", message), ("fix", fix)):
        if reason := _placeholder_problem(text):
            raise RuleProblem(key, f"{key}：{reason}")
    return Rule(
        id=written.id,
        title=written.title,
        why=written.why,
        clause=written.clause,
        source=written.source,
        modal=written.modal,
        severity=written.severity,
        stage=written.stage or data.stage,
        when=written.when,
        predicate_name=name,
        predicate=predicate,
        message=message,
        fix=fix,
        evidence=tuple(written.evidence),
        workflow=written.workflow,
        unset=unset,
        effective_from=written.effective_from,
        effective_to=written.effective_to,
        written=written,
    )


def _unique(file: PackFile, ids: Iterable[tuple[int, str]]) -> None:
    seen: set[str] = set()
    for index, identity in ids:
        if identity in seen:
            raise file.refuse("编号重复", index, what=identity)
        seen.add(identity)


def _clauses(file: PackFile) -> dict[str, Clause]:
    clauses = [model(Clause, file, entry, i) for i, entry in enumerate(_entries(file))]
    _unique(file, ((i, clause.id) for i, clause in enumerate(clauses)))
    return {clause.id: clause for clause in clauses}


def _risks(file: PackFile | None) -> tuple[tuple[Risk, ...], tuple[str, ...]]:
    if file is None:
        return (), ()
    read = model(RisksFile, file, file.data)
    _unique(file, ((i, risk.id) for i, risk in enumerate(read.risks)))
    return tuple(_as_risk(risk) for risk in read.risks), tuple(read.non_refuse_aspects)


def _as_risk(risk: RiskData) -> Risk:
    return Risk(risk.id, risk.name, risk.group, risk.group_name)


def load_pack(path: Path) -> Pack:
    """Load the pack in a folder. `UserError("pack.invalid")` names the file, the line, the rule and the reason."""
    if not path.is_dir():
        raise refuse(str(path), "规则包应是一个文件夹" if path.exists() else "这个文件夹不存在")
    names = [n for n in _FILES if n not in _OPTIONAL or (path / n).is_file()]
    files = {name: read_file(path, name) for name in names}
    data = model(PackData, files["pack.yaml"], files["pack.yaml"].data)
    clauses = _clauses(files["clauses.yaml"])
    risks, aspects = _risks(files.get("risks.yaml"))
    file = files["rules.yaml"]
    rules = tuple(_rule(file, i, entry, data, risks, aspects) for i, entry in enumerate(_entries(file)))
    _unique(file, ((i, rule.id) for i, rule in enumerate(rules)))
    known = set(clauses).union(*(_cited(path, cited).clauses for cited in _cites(data)))
    for i, rule in enumerate(rules):
        if rule.clause not in known:
            raise file.refuse(f"没有条款“{rule.clause}”", i, "clause", what=rule.id)
    for name, parameter in data.parameters.items():
        if parameter.clause not in known:
            reason = f"参数 {name} 引用了没有的条款“{parameter.clause}”"
            raise files["pack.yaml"].refuse(reason, "parameters", name)
    _check_lists(files, data, clauses, {rule.id for rule in rules})
    return Pack(data, rules, clauses, risks, aspects, _digest(files), path)


def _check_lists(
    files: dict[str, PackFile], data: PackData, clauses: dict[str, Clause], rules: set[str]
) -> None:
    """The lists about the pack itself name what is there."""
    file = files["pack.yaml"]
    for i, entry in enumerate(data.not_checkable):
        if entry.clause not in clauses:
            raise file.refuse(f"not_checkable 写了没有的条款“{entry.clause}”", "not_checkable", i)
    for source, ids in data.moved.items():
        for identity in ids:
            if identity not in rules:
                raise file.refuse(f"moved 写了没有的规则“{identity}”", "moved", source)


def _cites(data: PackData) -> list[str]:
    return [*data.cites, *([data.overlay_of] if data.overlay_of else [])]


def _cited(folder: Path, identity: str) -> Pack:
    """The pack whose clauses another one names: beside it, or among the shipped ones."""
    if identity == folder.name:
        raise refuse(f"{identity}/pack.yaml", "规则包不能引用自己")
    beside = folder.parent / identity
    if (beside / "pack.yaml").is_file():
        return _shipped(beside)
    return load_shipped([identity])[0]


def _digest(files: dict[str, PackFile]) -> str:
    """SHA-256 over names and contents in a fixed order; line ends of any system give the same."""
    total = hashlib.sha256()
    for name in sorted(files):
        text = files[name].text.replace("\r\n", "\n").encode()
        total.update(f"{name}\n{len(text)}\n".encode())
        total.update(text)
    return total.hexdigest()


@lru_cache(maxsize=32)
def _shipped(folder: Path) -> Pack:
    return load_pack(folder)


def shipped_ids() -> list[str]:
    """The ids of the packs that come with the program, in the order in which they judge."""
    # A folder without pack.yaml is no pack: `routes` holds the decision table of the 适用判定.
    return sorted(file.parent.name for file in resource_path("rulesets").glob("*/pack.yaml"))


def load_shipped(ids: Iterable[str] | None = None) -> list[Pack]:
    """The packs that come with the program: these, or (None) those that nothing has taken the place of. Read once per run."""
    if ids is None:
        return [pack for pack in load_all() if pack.data.effective_to is None]
    known = shipped_ids()
    wanted = list(ids)
    for identity in wanted:
        if identity not in known:
            raise UserError(
                "pack.unknown", f"没有规则包“{identity}”。", f"现有的规则包：{'、'.join(known)}。"
            )
    return [_shipped(resource_path("rulesets", identity)) for identity in wanted]


def load_all() -> list[Pack]:
    """Every pack that comes with the program, the superseded ones too."""
    return [_shipped(resource_path("rulesets", identity)) for identity in shipped_ids()]


def in_force(day: date) -> list[Pack]:
    """The shipped packs that judge on this day."""
    return [pack for pack in load_all() if pack.in_force(day)]


@dataclass(frozen=True)
class PackSummary:
    """One line of `filingdesk packs`."""

    ref: PackRef
    rules: int
    effective_from: str
    effective_to: str | None
    overlay_of: str | None
    stage: str
    summary: str


def list_packs() -> list[PackSummary]:
    """All shipped packs, summed up."""
    return [summary_of(pack) for pack in load_all()]


def summary_of(pack: Pack) -> PackSummary:
    """One pack, summed up."""
    until = pack.data.effective_to
    return PackSummary(
        pack.ref,
        len(pack.rules),
        pack.data.effective_from.isoformat(),
        until.isoformat() if until else None,
        pack.data.overlay_of,
        pack.data.stage,
        pack.data.summary,
    )
