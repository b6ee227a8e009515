"""适用判定: runs the decision table over facts: which filings, why, what else, which clocks, what is open or contradictory."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from filingdesk.domain.facts import Facts
from filingdesk.domain.meta import SourceMark
from filingdesk.domain.specs import label_of
from filingdesk.domain.values import parse_date
from filingdesk.rules.route_clocks import Clock, clocks
from filingdesk.rules.route_reading import Reading
from filingdesk.rules.route_schema import AlsoData, FilingKind, OutcomeData, Ternary
from filingdesk.rules.route_table import RouteTable, Tree

Scope = Literal["algorithm", "large-model"]
NOT_IN_FORCE = "规定尚未施行"
OpenKind = Literal["blank", "unsure", "unreadable", "confirm"]


@dataclass(frozen=True)
class Reason:
    """Why, with clause id and source mark."""

    clause: str
    source: SourceMark
    text: str


@dataclass(frozen=True)
class Filing:
    """One filing. `required` None: cannot be said yet. `about`: the algorithm type judged (blank while none is chosen).
    `done`: it has been made. `action`: `cancel` for 注销."""

    kind: FilingKind
    scope: Scope
    title: str
    required: bool | None
    reasons: tuple[Reason, ...]
    about: str = ""
    action: str = "file"
    done: bool = False
    outcome: str = ""


@dataclass(frozen=True)
class Step:
    """One fork on the way: what was asked and answered. `state`: `taken`, or `possible` behind an open question."""

    tree: Scope
    about: str
    node: str
    title: str
    answer: Ternary
    state: Literal["taken", "possible"]
    leads_to: tuple[str, ...]


@dataclass(frozen=True)
class OpenQuestion:
    """What has to be found out. `kind`: `blank` not answered, `unsure` answered 不清楚, `unreadable` answered with what the
    field does not know (`how` says what), `confirm` to be asked at the office.
    `decides`: the filings it decides (empty: only what else applies, or a clock)."""

    kind: OpenKind
    path: str
    text: str
    how: str
    decides: tuple[str, ...] = ()
    clause: str = ""


@dataclass(frozen=True)
class Also:
    """Something that applies besides. `state`: `applies`, `maybe`, or `later` (not in force on the day)."""

    id: str
    title: str
    state: Literal["applies", "maybe", "later"]
    clauses: tuple[str, ...]
    source: SourceMark
    text: str
    effective: str = ""


@dataclass(frozen=True)
class Contradiction:
    """Answers that cannot both be true."""

    id: str
    paths: tuple[str, ...]
    text: str
    fix: str


@dataclass(frozen=True)
class RouteResult:
    """The whole judgement on one day."""

    as_of: date
    filings: tuple[Filing, ...]
    path: tuple[Step, ...]
    also: tuple[Also, ...]
    clocks: tuple[Clock, ...]
    open: tuple[OpenQuestion, ...]
    contradictions: tuple[Contradiction, ...]
    assumed: tuple[str, ...]
    in_force: bool
    version: str

    def required(self, kind: FilingKind) -> bool | None:
        """Is a filing of this kind due? True beats None beats False."""
        answers = [f.required for f in self.filings if f.kind == kind]
        return True if True in answers else None if None in answers else False


def judge(table: RouteTable, facts: Facts, as_of: date) -> RouteResult:
    """Run the table. Same facts, same day, same result; never raises for what people typed."""
    reading = Reading(table, facts, as_of)
    filings: list[Filing] = []
    steps: list[Step] = []
    decides: dict[str, set[str]] = {}
    for tree in table.trees:
        mine: list[Filing] = []
        for about in (reading.terms(tree.data.each) or [""]) if tree.data.each else [""]:
            found = _run(tree, reading.each(about), about, steps, decides)
            mine.extend(found)
        reading.settle(tree.id, mine)
        filings.extend(mine)
    also = tuple(_also(table, reading))
    running = clocks(table, reading)
    return RouteResult(
        as_of=as_of,
        filings=tuple(filings),
        path=tuple(dict.fromkeys(steps)),
        also=also,
        clocks=running,
        open=tuple(_open(table, reading, decides, filings, running)),
        contradictions=tuple(_contradictions(table, reading)),
        assumed=tuple(dict.fromkeys(reading.assumed)),
        in_force=as_of >= table.data.effective_from,
        version=table.data.version,
    )


def _run(
    tree: Tree, reading: Reading, about: str, steps: list[Step], decides: dict[str, set[str]]
) -> list[Filing]:
    """One tree for one algorithm type: the filing, or every filing that is still possible."""
    if reading.as_of < tree.data.effective:
        kind: FilingKind = "algorithm" if tree.id == "algorithm" else "none"
        reason = _not_in_force(reading, tree.data.law, tree.data.effective)
        return [Filing(kind, tree.data.id, NOT_IN_FORCE, False, (reason,), about, outcome="not-in-force")]
    ends = _walk(tree, reading, tree.data.start, about, "taken", steps, decides)
    done = reading.holds(tree.data.done)
    if len({(end.kind, end.required, end.action) for end in ends}) == 1:
        return [_filing(ends, tree, reading, about, done, ends[0].required)]
    # Undecided: every filing that may yet be due, once.
    kinds = dict.fromkeys(end.kind for end in ends if end.required)
    return [
        _filing([e for e in ends if e.required and e.kind == kind], tree, reading, about, done, None)
        for kind in kinds
    ]


def _not_in_force(reading: Reading, clause: str, since: date) -> Reason:
    text = f"{reading.table.clauses[clause].law}自 {since.isoformat()} 起施行，在此之前没有这项义务。"
    return Reason(clause, SourceMark.LAW, text)


def _in_force(reading: Reading, clause: str) -> bool:
    since = reading.table.clauses[clause].effective
    return since is None or since <= reading.as_of


def _filing(
    ends: list[OutcomeData], tree: Tree, reading: Reading, about: str, done: bool, required: bool | None
) -> Filing:
    """One filing from all ends that lead to it; only reasons that hold are given, each once."""
    end = ends[0]
    if end.since is not None and reading.as_of < end.since and required is False:
        reason = _not_in_force(reading, end.reasons[0].clause, end.since)
        return Filing(end.kind, tree.data.id, NOT_IN_FORCE, False, (reason,), about, outcome=end.id)
    written = [r for e in ends for r in e.reasons if _in_force(reading, r.clause)]
    holding = [r for r in written if reading.holds(r.when)] or list(end.reasons)
    reasons = dict.fromkeys(Reason(r.clause, r.source, r.text) for r in holding)
    title = end.title if required is not None else f"可能{end.title}"
    finished = done and end.required and end.action == "file"
    return Filing(
        end.kind, tree.data.id, title, required, tuple(reasons), about, end.action, finished, end.id
    )


def _walk(
    tree: Tree,
    reading: Reading,
    at: str,
    about: str,
    state: Literal["taken", "possible"],
    steps: list[Step],
    decides: dict[str, set[str]],
) -> list[OutcomeData]:
    """Every end that the answers allow, in the order yes before no."""
    end = tree.outcomes.get(at)
    if end is not None:
        early = end.since is not None and reading.as_of < end.since
        return [end.model_copy(update={"required": False}) if early else end]
    node = tree.nodes[at]
    answer = reading.signal(node.signal)
    title = reading.table.signals[node.signal].title
    targets = {"yes": (node.yes,), "no": (node.no,), "unknown": (node.yes, node.no)}[answer]
    steps.append(Step(tree.data.id, about, at, title, answer, state, targets))
    if answer != "unknown":
        return _walk(tree, reading, targets[0], about, state, steps, decides)
    branches = [_walk(tree, reading, t, about, "possible", steps, decides) for t in targets]
    results = [{(e.kind, e.required, e.action) for e in branch} for branch in branches]
    if results[0] != results[1]:
        for path in reading.missing(node.signal):
            decides.setdefault(path, set()).add(tree.id)
    return [*branches[0], *branches[1]]


def _also(table: RouteTable, reading: Reading) -> Iterator[Also]:
    for entry in table.data.also:
        applies = reading.holds(entry.when)
        if applies or (entry.maybe is not None and reading.holds(entry.maybe)):
            later = entry.effective is not None and reading.as_of < entry.effective
            state: Literal["applies", "maybe", "later"] = (
                "later" if later else "applies" if applies else "maybe"
            )
            since = entry.effective.isoformat() if entry.effective else ""
            cited = tuple(c for c in entry.clauses if later or _in_force(reading, c)) or tuple(entry.clauses)
            yield Also(entry.id, entry.title, state, cited, entry.source, entry.text, since)


def _contradictions(table: RouteTable, reading: Reading) -> Iterator[Contradiction]:
    for entry in table.data.contradictions:
        if entry.after is not None:
            earlier, later = (_day(reading, path) for path in entry.after)
            hit = earlier is not None and later is not None and earlier > later
        else:
            hit = reading.holds(entry.when)
        if hit:
            yield Contradiction(entry.id, tuple(entry.paths), entry.text, entry.fix)


def _day(reading: Reading, path: str) -> date | None:
    return reading.as_of if path == "@today" else parse_date(reading.text(path))


def _open(
    table: RouteTable,
    reading: Reading,
    decides: dict[str, set[str]],
    filings: list[Filing],
    running: tuple[Clock, ...],
) -> Iterator[OpenQuestion]:
    """What decides a filing first, then what else it touches, each in the order of the intake; last what to ask the office."""
    paths = dict.fromkeys(sorted(decides, key=lambda p: table.order.get(p, 99)))
    paths.update(dict.fromkeys(_side_questions(table, reading, running)))
    paths.update(dict.fromkeys(sorted(reading.unreadable)))
    for path in paths:
        question = next((q for q in table.data.questions if q.path == path), None)
        problem = reading.unreadable.get(path, "")
        kind: OpenKind = "unreadable" if problem else "unsure" if reading.is_unsure(path) else "blank"
        how = problem or (question.how if question else "")
        yield OpenQuestion(kind, path, label_of(path), how, tuple(sorted(decides.get(path, ()))))
    for tree in table.trees:
        for filing in filings:
            end = tree.outcomes.get(filing.outcome) if filing.scope == tree.id else None
            if end is not None and end.confirm and filing.required:
                clause = end.reasons[0].clause
                yield OpenQuestion("confirm", "", end.confirm, "", (tree.id,), clause)
    for entry in table.data.confirm:
        if reading.holds(entry.when):
            yield OpenQuestion("confirm", "", entry.text, "", (), entry.clause)


def _side_questions(table: RouteTable, reading: Reading, running: tuple[Clock, ...]) -> Iterator[str]:
    for clock in running:
        if clock.state == "unknown":
            yield clock.since_path
    for entry in table.data.also:
        if entry.maybe is not None and not reading.holds(entry.when) and reading.holds(entry.maybe):
            yield from _unanswered(entry, reading)
    if reading.result("algorithm") in {"yes", "unknown"} and reading.signal("launched") == "unknown":
        yield from reading.missing("launched")


def _unanswered(entry: AlsoData, reading: Reading) -> Iterator[str]:
    yield from (path for path in entry.asks if reading.asked(path) and not reading.answered(path))


def tree_for_drawing(table: RouteTable, scope: Scope) -> dict[str, Any]:
    """The whole tree as plain data, for a picture: nodes, ends, and where each answer leads."""
    tree = next(t for t in table.trees if t.id == scope)
    return {
        "id": tree.id,
        "title": tree.data.title,
        "start": tree.data.start,
        "nodes": [
            {
                "id": n.id,
                "title": table.signals[n.signal].title,
                "yes": n.yes,
                "no": n.no,
                "asks": list(table.signals[n.signal].asks),
            }
            for n in tree.data.nodes
        ],
        "outcomes": [
            {"id": o.id, "title": o.title, "kind": o.kind, "required": o.required} for o in tree.data.outcomes
        ],
    }
