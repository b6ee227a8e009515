"""The facts of a snapshot as rules read them: values by path, records, visibility, and text that is safe to show."""

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Any

from pydantic import BaseModel

from filingdesk.domain.conditions import holds
from filingdesk.domain.meta import ConditionData
from filingdesk.domain.paths import parent_of, pattern_of
from filingdesk.domain.snapshot import Snapshot
from filingdesk.domain.specs import FieldSpec, GroupSpec, ListSpec, Spec, by_pattern, fields, label_of, root
from filingdesk.domain.values import mask, parse_quantity

BLANK_WORD = "未填写"


@cache
def _conditions_above(pattern: str) -> tuple[tuple[str, ConditionData], ...]:
    """(pattern, condition) of the declaration itself and of all that it stands in, outermost first."""
    found: list[tuple[str, ConditionData]] = []
    specs = by_pattern()
    here = ""
    for part in pattern.split("."):
        here = f"{here}.{part}" if here else part
        spec = specs.get(here.removesuffix("[]"))
        if spec is not None and spec.meta.visible_when is not None:
            found.append((here, spec.meta.visible_when))
    return tuple(found)


@cache
def _shared_labels() -> frozenset[str]:
    """Labels that several leaves outside of lists have."""
    count = Counter(spec.meta.label for pattern, spec in fields().items() if "[]" not in pattern)
    return frozenset(label for label, times in count.items() if times > 1)


class View:
    """One snapshot, read by path. Blank means empty or only white space; a hidden answer counts as not asked.

    `reads` collects every path that was looked at, so that a rule is judged again only when one of them has changed.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.reads: set[str] = set()
        self._values: dict[str, Any] = {}
        self._lengths: dict[str, int] = {}
        self._visible: dict[str, tuple[bool, frozenset[str]]] = {}
        self._walk(root().children, snapshot.facts, "")

    def changed_since(self, before: "View") -> set[str]:
        """Paths whose value, or whose number of records, is not what it was."""
        pairs = ((before._values, self._values), (before._lengths, self._lengths))
        return {
            path
            for old, new in pairs
            if old != new
            for path in old.keys() | new.keys()
            if old.get(path) != new.get(path)
        }

    def _value(self, path: str) -> Any:
        self.reads.add(path)
        return self._values.get(path)

    def _length(self, path: str) -> int:
        self.reads.add(path)
        return self._lengths.get(path, 0)

    def _walk(self, specs: tuple[Spec, ...], model: BaseModel, prefix: str) -> None:
        for spec in specs:
            name = spec.pattern.rpartition(".")[2]
            path = f"{prefix}.{name}" if prefix else name
            value = getattr(model, name)
            if isinstance(spec, FieldSpec):
                kept = [v for v in value if v.strip()] if spec.is_list else value
                if kept if spec.is_list else value.strip():
                    self._values[path] = kept
            elif isinstance(spec, GroupSpec):
                self._walk(spec.children, value, path)
            elif value:
                self._lengths[path] = len(value)
                for index, item in enumerate(value):
                    self._walk(spec.children, item, f"{path}[{index}]")

    def lookup(self, path: str) -> Any:
        """Text, list of text, number of records, or None when blank: what conditions look at."""
        value = self._value(path)
        return value if value is not None else self._lengths.get(path)

    def text(self, path: str) -> str:
        """The value as one text, parts joined by 、; the empty text when blank."""
        value = self._value(path)
        if value is None:
            return ""
        return value.strip() if isinstance(value, str) else "、".join(value)

    def terms(self, path: str) -> list[str]:
        """The value as a list of text; empty when blank."""
        value = self._value(path)
        if value is None:
            return []
        return [value] if isinstance(value, str) else list(value)

    def number(self, path: str) -> Decimal | None:
        """The value as a number; None when blank or no number."""
        text = self.text(path)
        return parse_quantity(text) if text else None

    def filled(self, path: str) -> bool:
        return self._value(path) is not None or path in self._lengths

    def show(self, path: str) -> str:
        """The value fit for a report: personal data masked, long text cut, 未填写 when blank."""
        text = self.text(path)
        if not text:
            return BLANK_WORD
        spec = by_pattern().get(pattern_of(path))
        if isinstance(spec, FieldSpec) and spec.meta.personal:
            return mask(text)
        names = re.sub(r"#[0-9a-f]{16}(?=、|\Z)", "", text)
        return names if len(names) <= 60 else f"{names[:57]}…"

    def count(self, path: str) -> int:
        """How many records a list has, or how many terms a leaf."""
        return self._length(path) or len(self.terms(path))

    def expand(self, pattern: str) -> list[str]:
        """Every place of a pattern: `algorithm.products[].name` → `algorithm.products[0].name`, …"""
        first, *rest = pattern.split("[]")
        places = [first]
        for part in rest:
            places = [f"{p}[{i}]{part}" for p in places for i in range(self._length(p))]
        return places

    def records(self, pattern: str, where: ConditionData | None = None) -> Iterator[str]:
        """The visible records of a list (`algorithm.products` → `algorithm.products[0]`, …) for which `where` holds."""
        for place in self.expand(f"{pattern}[]"):
            if self.visible(place) and holds(where, self.lookup, place):
                yield place

    def visible(self, path: str) -> bool:
        """Is the question asked, given the other answers?"""
        known = self._visible.get(path)
        if known is None:
            outer, self.reads = self.reads, set()
            try:
                shown = all(
                    holds(condition, self.lookup, parent_of(self._prefix(path, pattern)))
                    for pattern, condition in _conditions_above(pattern_of(path))
                )
            finally:
                inner, self.reads = self.reads, outer
            known = self._visible[path] = (shown, frozenset(inner))
        self.reads |= known[1]
        return known[0]

    @staticmethod
    def _prefix(path: str, pattern: str) -> str:
        return ".".join(path.split(".")[: pattern.count(".") + 1])

    def item(self, path: str) -> str:
        """The innermost record a path stands in, as people call it: 产品 1“智能客服”; blank outside of lists."""
        head, bracket, _ = path.rpartition("]")
        if not bracket:
            return ""
        record = f"{head}]"
        holder, _, index = head.rpartition("[")
        spec = by_pattern().get(pattern_of(holder))
        if not isinstance(spec, ListSpec):
            return ""
        word = f"{spec.meta.item} {int(index) + 1}"
        title = by_pattern().get(f"{spec.pattern}[].{spec.meta.title}")
        if not isinstance(title, FieldSpec) or title.meta.personal:
            return word
        name = self.text(f"{record}.{title.name}")
        return f"{word}“{name[:30]}”" if name else word

    def place(self, path: str) -> str:
        """Where it is, short: 产品 1“智能客服”的“访问地址”, or just “算法名称”."""
        if path.startswith("@"):
            return {"@keywords": "关键词库", "@questions": "测试题库"}.get(path.partition("/")[0], "")
        item = self.item(path)
        if path.endswith("]"):
            return item
        of = " 的" if item[-1:].isdigit() else "的"
        if item:
            return f"{item}{of}“{label_of(path)}”"
        label = label_of(path)
        if label in _shared_labels():  # “姓名” alone does not say whose
            return f"{label_of(parent_of(path))}的“{label}”"
        return f"“{label}”"
