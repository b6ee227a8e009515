"""Local rules (属地 or company) over a rule pack: other severities and parameters, rules of their own, each with its source."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from filingdesk.domain.meta import SourceMark
from filingdesk.domain.report import SEVERITY_WORDS, PackRef
from filingdesk.rules.pack import Pack, Rule
from filingdesk.rules.packfile import PackFile, model, parsed, read_file
from filingdesk.rules.registry import RuleProblem, compile_rule
from filingdesk.rules.schema import SEVERITY_RANK, Clause, OverlayData, PackData, Parameter, SeverityChange

FILE = "overlay.yaml"
_BINDING = frozenset({SourceMark.LAW, SourceMark.STANDARD, SourceMark.STANDARD_UNCHECKED})


@dataclass(frozen=True)
class Overlay:
    """An overlay as read; what it says about its target is checked by `apply`. `sha256` over the file, line ends aside."""

    data: OverlayData
    file: PackFile
    sha256: str
    folder: Path

    @property
    def id(self) -> str:
        return self.data.id

    @property
    def ref(self) -> PackRef:
        return PackRef(self.id, self.data.version, self.sha256, self.data.title)

    def in_force(self, day: date) -> bool:
        """Does the overlay change anything on this day?"""
        until = self.data.effective_to
        return self.data.effective_from <= day and (until is None or day <= until)


Find = Callable[[str], Overlay | None]


def load_overlay(path: Path) -> Overlay:
    """Read an overlay: its folder or its file. `UserError("pack.invalid")` names file, line and reason."""
    folder, name = (path, FILE) if path.is_dir() else (path.parent, path.name)
    return _overlay(read_file(folder, name), folder)


def overlay_of(text: str, where: str) -> Overlay:
    """An overlay from the text of its file, as a project keeps it. Refused like `load_overlay`; `where` names it."""
    return _overlay(parsed(where, text), Path(where))


def _overlay(file: PackFile, folder: Path) -> Overlay:
    data = model(OverlayData, file, file.data)
    for part, ids in (("rules", [r.id for r in data.rules]), ("clauses", [c.id for c in data.clauses])):
        for i, identity in enumerate(ids):
            if identity in ids[:i]:
                raise file.refuse("编号重复", part, i, what=identity)
    for i, clause in enumerate(data.clauses):
        if not clause.id.startswith(f"{data.id}/"):
            raise file.refuse(f"条款编号要以“{data.id}/”开头", "clauses", i, "id", what=clause.id)
    digest = hashlib.sha256(file.text.replace("\r\n", "\n").encode()).hexdigest()
    return Overlay(data, file, digest, folder)


def chain_of(overlay: Overlay, packs: Iterable[str], find: Find) -> tuple[list[Overlay], str]:
    """The overlay with all those it stands upon, lowest first, and the id of the pack below. Loops and unknown targets refused."""
    known = set(packs)
    chain = [overlay]
    while True:
        lowest = chain[-1]
        target = lowest.data.overlay_of
        if target in known:
            return chain[::-1], target
        if target in {each.id for each in chain}:
            names = " → ".join([*(each.id for each in chain), target])
            raise lowest.file.refuse(f"本地规则绕了一圈又叠在自己上面：{names}", "overlay_of")
        below = find(target)
        if below is None:
            raise lowest.file.refuse(
                f"没有可以叠加的规则包“{target}”，现有 {'、'.join(sorted(known))}", "overlay_of"
            )
        chain.append(below)


def apply(
    packs: list[Pack], overlays: Iterable[Overlay], universe: Iterable[Pack], find: Find
) -> tuple[list[Pack], list[Overlay]]:
    """The packs as the overlays leave them, each overlay's own rules behind; and the overlays whose pack is not among `packs`.

    `universe` are all packs there are: whose ids and clauses an overlay may not take, or may name.
    """
    universe = list(universe)
    base = {pack.id: pack for pack in packs}
    done: dict[str, Pack] = {}
    skipped: list[Overlay] = []
    for wanted in overlays:
        chain, target = chain_of(wanted, [pack.id for pack in universe], find)
        for overlay in chain:
            if overlay.id in done:
                continue
            if target not in base:
                skipped.append(overlay)
                continue
            base[target], done[overlay.id] = _laid_over(base[target], overlay, universe, done)
    return [*(base[pack.id] for pack in packs), *done.values()], skipped


def check_overlay(overlay: Overlay, universe: Iterable[Pack], find: Find) -> str:
    """Refuse an overlay that could not be applied; gives the id of the pack at the bottom."""
    universe = list(universe)
    chain, target = chain_of(overlay, [pack.id for pack in universe], find)
    apply([next(p for p in universe if p.id == target)], [chain[-1]], universe, find)
    return target


def _laid_over(
    pack: Pack, overlay: Overlay, universe: list[Pack], done: Mapping[str, Pack]
) -> tuple[Pack, Pack]:
    data, file = overlay.data, overlay.file
    clauses = {clause.id: clause for clause in data.clauses}
    known = set(clauses).union(*(p.clauses for p in [*universe, *done.values()]))
    for place, clause in _cited(data):
        if clause not in known:
            raise file.refuse(f"没有条款“{clause}”", *place)
    parameters = dict(pack.parameters)
    for name, setting in data.set_parameters.items():
        old = parameters.get(name)
        if old is None:
            raise file.refuse(f"“{pack.id}”没有参数“{name}”", "set_parameters", name)
        parameters[name] = old.model_copy(update=setting.model_dump())
    for name in data.parameters:
        if name in parameters:
            raise file.refuse(f"参数“{name}”已经有了，要改它的值写在 set_parameters 里", "parameters", name)
    below = pack.data.model_copy(update={"parameters": parameters})
    rules = {rule.id: rule for rule in _recompiled(pack, below, overlay)}
    for i, change in enumerate(data.severities):
        rule = rules.get(change.rule)
        if rule is None:
            raise file.refuse(f"“{pack.id}”没有规则“{change.rule}”", "severities", i, "rule")
        if reason := _refusal(rule, change):
            raise file.refuse(reason, "severities", i, "severity", what=rule.id)
        words = SEVERITY_WORDS[rule.severity], SEVERITY_WORDS[change.severity]
        cited = f"（“{data.title}”把这一条由{words[0]}调为{words[1]}：{change.why}〔{change.source.badge}〕）"
        rules[rule.id] = replace(rule, severity=change.severity, cited=rule.cited + cited)
    own = data.model_copy(update={"parameters": {**parameters, **data.parameters}})
    return (
        replace(pack, data=below, rules=tuple(rules.values())),
        _own_pack(pack, overlay, own.parameters, clauses, universe, done),
    )


def _recompiled(pack: Pack, below: PackData, overlay: Overlay) -> Iterator[Rule]:
    """The rules of the pack with the new parameters; the others are left as they are."""
    changed = overlay.data.set_parameters
    for rule in pack.rules:
        used = [name for name in changed if rule.written and f"'${name}'" in str(rule.written.check)]
        if not used or rule.written is None:
            yield rule
            continue
        try:
            made = compile_rule(rule.written, below, pack.risks, pack.aspects)
        except RuleProblem as problem:
            raise overlay.file.refuse(problem.reason, "set_parameters", used[0], what=rule.id) from None
        sources = "、".join(f"{name}〔{changed[name].source.badge}〕" for name in used)
        cited = f"（数值按“{overlay.data.title}”调整：{sources}）"
        yield replace(made, severity=rule.severity, cited=rule.cited + cited)


def _own_pack(
    pack: Pack,
    overlay: Overlay,
    parameters: Mapping[str, Parameter],
    clauses: Mapping[str, Clause],
    universe: list[Pack],
    done: Mapping[str, Pack],
) -> Pack:
    """What the overlay adds, as a pack of its own in the report."""
    written, file = overlay.data, overlay.file
    data = PackData(
        id=written.id,
        title=written.title,
        version=written.version,
        summary=written.summary,
        effective_from=written.effective_from,
        effective_to=written.effective_to,
        overlay_of=written.overlay_of,
        stage=pack.data.stage,
        checked_on=written.checked_on,
        parameters=dict(parameters),
    )
    taken = {rule.id for other in [*universe, *done.values()] for rule in other.rules}
    rules = []
    for i, entry in enumerate(written.rules):
        if entry.id in taken:
            raise file.refuse("编号已被别的规则使用", "rules", i, "id", what=entry.id)
        try:
            rules.append(compile_rule(entry, data, pack.risks, pack.aspects))
        except RuleProblem as problem:
            raise file.refuse(problem.reason, "rules", i, problem.key, what=entry.id) from None
    return Pack(data, tuple(rules), dict(clauses), (), (), overlay.sha256, overlay.folder)


def _cited(data: OverlayData) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for i, change in enumerate(data.severities):
        yield ("severities", i, "clause"), change.clause
    for name, value in data.set_parameters.items():
        yield ("set_parameters", name), value.clause
    for name, parameter in data.parameters.items():
        yield ("parameters", name), parameter.clause
    for i, rule in enumerate(data.rules):
        yield ("rules", i, "clause"), rule.clause


def _refusal(rule: Rule, change: SeverityChange) -> str:
    """Why a severity cannot be changed so; blank when it can. What a law or standard demands is never made lighter."""
    lighter = SEVERITY_RANK[change.severity] < SEVERITY_RANK[rule.severity]
    if lighter and rule.source in _BINDING and rule.modal != "宜":
        return f"依据是{rule.source.badge}要求，不能由{SEVERITY_WORDS[rule.severity]}调轻"
    return ""
