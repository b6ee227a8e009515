"""Facts as the decision table reads them: visible answers, signals with three values, results of the trees."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Protocol

from filingdesk.domain.conditions import holds
from filingdesk.domain.facts import Facts
from filingdesk.domain.facts_intake import UNSURE
from filingdesk.domain.meta import ConditionData, Kind
from filingdesk.domain.records import KeywordStats
from filingdesk.domain.snapshot import Snapshot
from filingdesk.domain.specs import FieldSpec, by_pattern
from filingdesk.domain.values import parse_date, problem_of
from filingdesk.rules.route_schema import QuestionData, Ternary
from filingdesk.rules.route_table import RouteTable
from filingdesk.rules.view import View


class _Result(Protocol):
    @property
    def kind(self) -> str: ...
    @property
    def required(self) -> bool | None: ...


_SHORT = {"large-model-filing": "filing", "large-model-registration": "registration", "algorithm": "yes"}


class Reading:
    """One set of facts on one day. A hidden answer counts as blank; `each` gives the reading for one algorithm type."""

    def __init__(self, table: RouteTable, facts: Facts, as_of: date) -> None:
        self.table = table
        self.as_of = as_of
        self.assumed: list[str] = []
        self.unreadable: dict[str, str] = {}
        self._view = View(Snapshot(facts, KeywordStats(), {}, as_of))
        self._about = ""
        self._signals: dict[str, Ternary] = {}
        self._results: dict[str, str] = {}

    def each(self, about: str) -> "Reading":
        """The same reading, about one algorithm type."""
        other = Reading.__new__(Reading)
        other.__dict__.update(self.__dict__)
        other._about = about
        other._signals = {}
        return other

    def value(self, path: str) -> Any:
        """The visible value at a path; for `a[].b` the values of all visible records in one list.

        A term that the field does not offer and a date that is none count as blank and are named in `unreadable`: a
        misspelt answer must never be taken for a no."""
        if "[]" not in path:
            return self._read(path, self._view.lookup(path)) if self._view.visible(path) else None
        found: list[str] = []
        for place in self._view.expand(path):
            if self._view.visible(place):
                kept = self._read(path, self._view.terms(place))
                found.extend(kept or ())
        return found or None

    def _read(self, path: str, value: Any) -> Any:
        spec = by_pattern().get(path)
        if not value or not isinstance(spec, FieldSpec):
            return value
        if spec.meta.kind is Kind.DATE:
            return self._kept(path, value, problem_of(spec.meta, value))
        if not spec.meta.choices:
            return value
        problem = problem_of(spec.meta, value)
        if not problem:
            return value
        self.unreadable[path] = problem
        kept = [term for term in value if term in spec.meta.choices] if isinstance(value, list) else []
        return kept or None

    def _kept(self, path: str, value: Any, problem: str) -> Any:
        if not problem:
            return value
        self.unreadable[path] = f"“{value}”看不懂：{problem}"
        return None

    def text(self, path: str) -> str:
        value = self.value(path) if path else None
        return value.strip() if isinstance(value, str) else ""

    def terms(self, path: str) -> list[str]:
        value = self.value(path)
        return [value] if isinstance(value, str) else list(value or [])

    def holds(self, condition: ConditionData | None) -> bool:
        return holds(condition, self.look)

    def look(self, path: str) -> Any:
        """What conditions see: fields, `@signal`, `@each` and the results of the trees."""
        if not path.startswith("@"):
            return self.value(path)
        name = path[1:]
        match name:
            case "each":
                return self._about
            case "several":
                return "yes" if len(self.terms("algorithm.types")) > 1 else "no"
            case "before_law":
                return self._before_law()
            case "algorithm" | "large_model":
                return self.result(name.replace("_", "-"))
            case "today":
                return self.as_of.isoformat()
        return self.signal(name)

    def _before_law(self) -> Ternary:
        launched = parse_date(self.text("algorithm.launched_on"))
        early = launched is not None and launched < self.table.data.effective_from
        return "yes" if early and self.result("algorithm") == "yes" else "no"

    def signal(self, name: str) -> Ternary:
        """The value of a signal, worked out once per reading."""
        known = self._signals.get(name)
        if known is None:
            known = self._signals[name] = self._judge(name)
        return known

    def _judge(self, name: str) -> Ternary:
        data = self.table.signals[name]
        if self.holds(data.yes):
            return "yes"
        if data.no is not None and self.holds(data.no):
            return "no"
        if data.blank != "unknown" and not any(self.value(p) or self.is_unsure(p) for p in data.asks):
            if any(self.asked(path) for path in data.asks):
                self.assumed.append(data.assumed)
            return data.blank
        return "unknown"

    def result(self, tree: str) -> str:
        """`@algorithm`: yes, no or unknown; `@large_model`: filing, registration, none or unknown; unknown before it was run."""
        return self._results.get(tree, "unknown")

    def settle(self, tree: str, filings: Iterable[_Result]) -> None:
        """Keep the outcome of a tree for later conditions."""
        found = list(filings)
        required = [f for f in found if f.required]
        if required:
            self._results[tree] = _SHORT.get(required[0].kind, "yes")
        elif any(f.required is None for f in found):
            self._results[tree] = "unknown"
        else:
            self._results[tree] = "no" if tree == "algorithm" else "none"

    @property
    def _questions(self) -> Mapping[str, QuestionData]:
        return {q.path: q for q in self.table.data.questions}

    def asked(self, path: str) -> bool:
        """Is this a question of the guided intake that matters for the answers so far?"""
        question = self._questions.get(path)
        return question is not None and self._view.visible(path) and self.holds(question.when)

    def answered(self, path: str) -> bool:
        """With something other than 不清楚."""
        return bool(self.value(path)) and UNSURE not in self.terms(path)

    def is_unsure(self, path: str) -> bool:
        """Answered 不清楚, in the field itself or in `intake.unsure`."""
        question = self._questions.get(path)
        listed = question is not None and question.unsure and question.unsure in self.terms("intake.unsure")
        return UNSURE in self.terms(path) or bool(listed and not self.value(path))

    def missing(self, signal: str) -> list[str]:
        """The questions behind a signal that are asked and have no answer yet, the first of them where one decides the rest."""
        return [p for p in self.table.signals[signal].asks if self.asked(p) and not self.answered(p)]
