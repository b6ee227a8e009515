"""The functions that a Word form may call, under English and Chinese names: boxes, dates, masks, lists."""

from collections.abc import Callable, Sequence
from typing import Any

from filingdesk.documents.helpers import build_helpers
from filingdesk.documents.proxies import ChoicesProxy, Context, ListProxy, RecordProxy, TextProxy
from filingdesk.domain.facts import Facts
from filingdesk.domain.specs import FieldSpec, by_pattern, spec_of

_IN_LINE = ("need", "opt", "box", "date_cn", "mask", "attached", "count", "number", "number_cn", "gap")
"""Helpers of papers that print within a line. The others make blocks (figures, places to sign), which a form has itself."""

NAMES = {
    "勾选": "check",
    "选中": "tick",
    "日期": "date_cn",
    "打码": "mask",
    "附件名": "attached",
    "千分位": "number_cn",
    "缺则": "opt",
    "条数": "count",
    "待补充": "gap",
}
"""Chinese name → the helper it stands for."""


def form_helpers(context: Context, facts: Facts) -> dict[str, Callable[..., Any]]:
    """The helpers of one form."""
    known = build_helpers(context)
    found: dict[str, Callable[..., Any]] = {name: known[name] for name in _IN_LINE}

    def check(value: Any, options: Sequence[Any] | None = None, optional: bool = False) -> str:
        """Every option with ☑ or ☐; those of the field itself when none are given."""
        return str(known["check"](value, _choices(value) if options is None else options, optional))

    def tick(value: Any, option: Any = "是") -> str:
        """One ☑ or ☐: is this option chosen?"""
        if isinstance(value, ChoicesProxy):
            return "☑" if option in value else "☐"
        if isinstance(value, TextProxy):
            return "☑" if value == option else "☐"
        if isinstance(value, bool):
            return "☑" if value else "☐"
        raise TypeError("这里要写一个字段")

    root = RecordProxy(context, "", facts)

    def every(pattern: str) -> str:
        """All values of a field that a list repeats, joined with 、; a gap when the list is empty."""
        if not isinstance(by_pattern().get(pattern), FieldSpec):
            raise ValueError(f"“{pattern[:60]}”不是一个字段")
        values: list[Any] = [root]
        path = ""
        for step in pattern.split("."):
            name = step.removesuffix("[]")
            path = f"{path}.{name}" if path else name
            values = [getattr(value, name) for value in values]
            if step.endswith("[]"):
                lists = [value for value in values if isinstance(value, ListProxy)]
                if not any(lists):
                    return context.gap(path)
                values = [item for each in lists for item in each]
        return "、".join(str(value) for value in values)

    found |= {"check": check, "tick": tick, "every": every}
    return found | {chinese: found[name] for chinese, name in NAMES.items()}


def _choices(value: Any) -> Sequence[str]:
    if isinstance(value, (TextProxy, ChoicesProxy)):
        spec = spec_of(value._path)
        if isinstance(spec, FieldSpec) and spec.meta.choices:
            return [str(choice) for choice in spec.meta.choices]
    raise TypeError('这个字段没有固定的选项，请写上选项：勾选(字段, ["甲", "乙"])')
