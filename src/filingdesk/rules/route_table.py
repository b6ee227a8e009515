"""Loads and checks the decision table of the 适用判定; every path, signal, clause and node it names must exist."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from filingdesk.domain.conditions import paths_in
from filingdesk.domain.facts_intake import UNSURE_TERMS
from filingdesk.domain.specs import FieldSpec, by_pattern, nearest
from filingdesk.infra.resources import resource_path
from filingdesk.rules.pack import Pack
from filingdesk.rules.packfile import model, read_file
from filingdesk.rules.registry import load_shipped
from filingdesk.rules.route_calendar import Calendar
from filingdesk.rules.route_schema import (
    NodeData,
    OutcomeData,
    RouteData,
    SignalData,
    TreeData,
    whole,
)
from filingdesk.rules.schema import Clause
from filingdesk.rules.workdays import china

FOLDER = "routes"
RESULTS = frozenset({"@each", "@several", "@algorithm", "@large_model", "@before_law", "@today"})
"""What a condition may look at besides fields and signals."""


@dataclass(frozen=True)
class Tree:
    """One decision tree, its nodes and outcomes by id."""

    data: TreeData
    nodes: Mapping[str, NodeData]
    outcomes: Mapping[str, OutcomeData]

    @property
    def id(self) -> str:
        return self.data.id


@dataclass(frozen=True)
class RouteTable:
    """The whole table, checked."""

    data: RouteData
    signals: Mapping[str, SignalData]
    trees: tuple[Tree, ...]
    clauses: Mapping[str, Clause]
    calendar: Calendar
    days: Mapping[str, int]
    sha256: str = ""

    @cached_property
    def order(self) -> Mapping[str, int]:
        """path of a question → its place in the guided intake."""
        return {question.path: place for place, question in enumerate(self.data.questions)}


@lru_cache(maxsize=4)
def own_clauses(folder: Path | None = None) -> dict[str, Clause]:
    """The clause cards that no pack holds."""
    file = read_file(folder or resource_path("rulesets", FOLDER), "clauses.yaml")
    cards = [model(Clause, file, entry, place) for place, entry in enumerate(file.data)]
    return {card.id: card for card in cards}


def load_table(folder: Path) -> RouteTable:
    """Read and check the table in `folder`. `UserError("pack.invalid")` names file, line and reason."""
    file = read_file(folder, "route.yaml")
    data = model(RouteData, file, file.data)
    packs = load_shipped()
    clauses: dict[str, Clause] = {}
    for source in (own_clauses(folder), *(pack.clauses for pack in packs)):
        clauses.update(source)
    problem = next(_problems(data, clauses), None)
    if problem is not None:
        raise file.refuse(problem[1], *problem[0])
    trees = tuple(
        Tree(tree, {n.id: n for n in tree.nodes}, {o.id: o for o in tree.outcomes}) for tree in data.trees
    )
    days = _days(data, packs)
    missing = next((d.days for d in data.deadlines if d.days.removeprefix("$") not in days), None)
    if missing is not None:
        raise file.refuse(f"没有参数“{missing}”", "deadlines")
    return RouteTable(data, {s.id: s for s in data.signals}, trees, clauses, china(folder), days)


@lru_cache(maxsize=1)
def shipped() -> RouteTable:
    """The table that comes with the program, read once per run."""
    return load_table(resource_path("rulesets", FOLDER))


def _days(data: RouteData, packs: list[Pack]) -> dict[str, int]:
    """The clocks' lengths: those of the named pack, so that a limit is stated once, and those of the table."""
    found = {**next((p.parameters for p in packs if p.id == data.parameters_of), {}), **data.parameters}
    return {name: whole(p.value) for name, p in found.items() if p.unit == "个工作日"}


Problem = tuple[tuple[str | int, ...], str]


def _problems(data: RouteData, clauses: Mapping[str, Clause]) -> Iterator[Problem]:
    """What is wrong with the table, with the steps to the place."""
    signals = {s.id for s in data.signals}
    yield from _ids(data)
    for place, condition in _conditions(data):
        for path in paths_in(condition):
            if reason := _path_problem(path, signals):
                yield place, reason
    for place, path in _fields(data):
        if not isinstance(by_pattern().get(path), FieldSpec):
            yield place, f"没有字段“{path}”，相近的有 {'、'.join(nearest(path))}"
    for index, question in enumerate(data.questions):
        if question.unsure and question.unsure not in UNSURE_TERMS:
            yield ("questions", index), f"“{question.unsure}”不在“现在还不清楚的”可选项中"
    for place, clause in _cited(data):
        if clause not in clauses:
            yield place, f"没有条款“{clause}”"
    yield from _signal_loops(data)
    for index, tree in enumerate(data.trees):
        for reason in _tree_problems(tree, signals):
            yield ("trees", index), reason


def _ids(data: RouteData) -> Iterator[Problem]:
    for part in ("signals", "trees", "also", "deadlines", "confirm", "contradictions"):
        seen: set[str] = set()
        for index, entry in enumerate(getattr(data, part)):
            if entry.id in seen:
                yield (part, index), f"编号“{entry.id}”重复"
            seen.add(entry.id)


def _conditions(data: RouteData) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    parts: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("questions", ("when",)),
        ("signals", ("yes", "no")),
        ("trees", ("done",)),
        ("also", ("when", "maybe")),
        ("deadlines", ("when", "met_when")),
        ("confirm", ("when",)),
        ("contradictions", ("when",)),
    )
    for part, names in parts:
        for index, entry in enumerate(getattr(data, part)):
            for name in names:
                yield (part, index, name), getattr(entry, name)
    for index, tree in enumerate(data.trees):
        for number, outcome in enumerate(tree.outcomes):
            for reason in outcome.reasons:
                yield ("trees", index, "outcomes", number), reason.when


def _path_problem(path: str, signals: set[str]) -> str:
    if path.startswith("@"):
        return "" if path in RESULTS or path[1:] in signals else f"没有信号“{path}”"
    if path not in by_pattern():
        return f"没有字段“{path}”，相近的有 {'、'.join(nearest(path))}"
    return ""


def _fields(data: RouteData) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for index, question in enumerate(data.questions):
        yield ("questions", index), question.path
    for part in ("signals", "also"):
        for index, entry in enumerate(getattr(data, part)):
            yield from (((part, index), path) for path in entry.asks)
    for index, tree in enumerate(data.trees):
        if tree.each:
            yield ("trees", index), tree.each
    for index, deadline in enumerate(data.deadlines):
        for path in (deadline.start, deadline.met_on, deadline.late_after):
            if path:
                yield ("deadlines", index), path
    for index, contradiction in enumerate(data.contradictions):
        for path in contradiction.after or ():
            if path != "@today":
                yield ("contradictions", index), path


def _cited(data: RouteData) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for index, tree in enumerate(data.trees):
        yield ("trees", index), tree.law
        for number, outcome in enumerate(tree.outcomes):
            yield from ((("trees", index, "outcomes", number), r.clause) for r in outcome.reasons)
    for index, also in enumerate(data.also):
        yield from ((("also", index), clause) for clause in also.clauses)
    for part in ("deadlines", "confirm"):
        for index, entry in enumerate(getattr(data, part)):
            yield (part, index), entry.clause
    for name, parameter in data.parameters.items():
        yield ("parameters", name), parameter.clause


def _signal_loops(data: RouteData) -> Iterator[Problem]:
    uses = {
        s.id: {p[1:] for c in (s.yes, s.no) for p in paths_in(c) if p.startswith("@")} for s in data.signals
    }
    for index, signal in enumerate(data.signals):
        seen: set[str] = set()
        queue = list(uses[signal.id])
        while queue:
            name = queue.pop()
            if name == signal.id:
                yield ("signals", index), f"信号“{signal.id}”绕了一圈又依赖自己"
                break
            if name not in seen:
                seen.add(name)
                queue.extend(uses.get(name, ()))


def _tree_problems(tree: TreeData, signals: set[str]) -> Iterator[str]:
    nodes = {n.id: n for n in tree.nodes}
    ends = {o.id for o in tree.outcomes}
    if len(nodes) + len(ends) != len(tree.nodes) + len(tree.outcomes) or nodes.keys() & ends:
        yield "节点或结果的编号重复"
    for node in tree.nodes:
        if node.signal not in signals:
            yield f"节点“{node.id}”：没有信号“{node.signal}”"
        for target in (node.yes, node.no):
            if target not in nodes and target not in ends:
                yield f"节点“{node.id}”：没有下一步“{target}”"
    if tree.start not in nodes:
        yield f"没有起点“{tree.start}”"
        return
    reached: set[str] = set()

    def walk(at: str, above: tuple[str, ...]) -> Iterator[str]:
        if at in above:
            yield f"节点“{at}”绕了一圈又回到自己"
            return
        reached.add(at)
        if at in nodes:
            for target in (nodes[at].yes, nodes[at].no):
                yield from walk(target, (*above, at))

    if any(t not in nodes and t not in ends for n in tree.nodes for t in (n.yes, n.no)):
        return
    yield from walk(tree.start, ())
    for name in (nodes.keys() | ends) - reached:
        yield f"“{name}”没有路可以走到"
