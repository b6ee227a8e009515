"""The sandbox in which papers' templates run: facts, a few helpers, bounded loops, bounded memory and bounded time."""

import re
import time
from collections.abc import Callable, Mapping
from functools import wraps
from itertools import islice
from typing import Any

from jinja2 import (
    BytecodeCache,
    FunctionLoader,
    StrictUndefined,
    TemplateSyntaxError,
    nodes,
    pass_eval_context,
)
from jinja2.bccache import Bucket
from jinja2.exceptions import SecurityError
from jinja2.runtime import LoopContext, Macro, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace

from filingdesk.documents import template_shapes
from filingdesk.documents.proxies import PRINTABLE, DataProxy, RecordProxy
from filingdesk.domain.errors import UserError

MAX_LOOP_TURNS = 200_000
MAX_OUTPUT = 5_000_000
MAX_SECONDS = 2.0
"""Processor time of one template; the longest shipped one takes 0.05 s."""
_MAX_COMPILED = 200
_MAX_DECIMALS = 12
_FILTERS = frozenset(
    [
        "join",
        "length",
        "count",
        "first",
        "last",
        "map",
        "select",
        "reject",
        "selectattr",
        "rejectattr",
        "sort",
        "unique",
        "list",
        "default",
        "d",
        "int",
        "float",
        "round",
        "sum",
        "min",
        "max",
        "trim",
        "lower",
        "upper",
        "groupby",
        "batch",
    ]
)
_TESTS = frozenset(
    [
        "defined",
        "undefined",
        "none",
        "boolean",
        "true",
        "false",
        "integer",
        "float",
        "number",
        "string",
        "sequence",
        "even",
        "odd",
        "divisibleby",
        "in",
        "eq",
        "ne",
        "lt",
        "le",
        "gt",
        "ge",
        "equalto",
        "==",
        "!=",
        "<",
        "<=",
        ">",
        ">=",
        "greaterthan",
        "lessthan",
    ]
)
_BUDGET, _BOUND = "_budget", "_bound"
_SAFE_OWNERS = (RecordProxy, DataProxy, LoopContext, Namespace)
_MARK_OPEN, _MARK_CLOSE, _MARK_DIGIT = "\ue010", "\ue011", 0xE020
MARK = re.compile(f"{_MARK_OPEN}([\ue020-\ue029]+){_MARK_CLOSE}")
"""Where a line of a template begins in its output; only in a run that looks for the place of a fault."""

_CODE: dict[tuple[str, str], Any] = {}


class _Memory(BytecodeCache):
    """Compiled templates stay in memory while the program runs: the preview renders on every edit."""

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = _CODE.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if len(_CODE) > _MAX_COMPILED:
            _CODE.clear()
        _CODE[bucket.key, bucket.checksum] = bucket.code


def forget() -> None:
    """Compile everything anew from now on."""
    _CODE.clear()


_NAMES: dict[str, frozenset[str]] = {}


def remember_names(source: str, names: frozenset[str]) -> None:
    """Keep the names that a source asks for, as found when it was compiled."""
    if len(_NAMES) > _MAX_COMPILED:
        _NAMES.clear()
    _NAMES[source] = names


def remembered_names(source: str) -> frozenset[str] | None:
    """The names that a source asks for; None when it was not read lately."""
    return _NAMES.get(source)


def mark(line: int) -> str:
    """The mark of a line."""
    return _MARK_OPEN + "".join(chr(_MARK_DIGIT + int(digit)) for digit in str(line)) + _MARK_CLOSE


def marked_line(digits: str) -> int:
    """The line behind the digits of a mark."""
    return int("".join(str(ord(digit) - _MARK_DIGIT) for digit in digits))


def printable(value: Any) -> Any:
    """Only text, numbers and facts may be printed: a list, a yes/no or a function would show Python's own wording."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float, Undefined, *PRINTABLE)):
        raise TypeError(f"{_kind(value)}不能直接写进文书")
    return value


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "是或否"
    if isinstance(value, (list, tuple)):
        return "列表"
    return "空值" if value is None else "函数" if callable(value) else "一组数据"


class Sandbox(ImmutableSandboxedEnvironment):
    """No attribute but those of facts, data and loops; no string multiplication or formatting; counted loops, bounded time.

    `marked` names the one source whose lines leave marks in the output.
    """

    intercepted_binops = frozenset(("*", "**", "%", "+"))

    def __init__(self, sources: Mapping[str, str], marked: str = "") -> None:
        self._marked = marked
        self._turns = 0
        self._until = time.thread_time() + MAX_SECONDS
        super().__init__(
            # The file name goes into tracebacks, so that a fault is told with its own template and line.
            loader=FunctionLoader(
                lambda name: (sources[name], name, lambda: True) if name in sources else None
            ),
            bytecode_cache=None if marked else _Memory(),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            autoescape=False,
            finalize=self._finalize,
            cache_size=50,
            optimized=False,  # a template is compiled on every edit; folding constants costs more than it saves
        )
        kept = {name: function for name, function in self.filters.items() if name in _FILTERS}
        join = kept["join"]
        kept |= {
            "join": pass_eval_context(lambda *args, **options: self._bounded(join(*args, **options))),
            "sum": _sum(kept["sum"]),
            "batch": _batch(kept["batch"]),
            "round": _round(kept["round"]),
        }
        self.filters = {name: self._watched(function) for name, function in kept.items()}
        self.filters[_BUDGET] = self._spend
        self.filters[_BOUND] = self._bounded
        self.tests = {name: function for name, function in self.tests.items() if name in _TESTS}
        self.globals = {"namespace": Namespace, "range": self._range}

    def compile(
        self,
        source: str | nodes.Template,
        name: str | None = None,
        filename: str | None = None,
        raw: bool = False,
        defer_init: bool = False,
    ) -> Any:
        """As Jinja does, but a text of which only the words are new takes the code of the one before."""
        if isinstance(source, str) and not (raw or defer_init or self._marked):
            code = self._compiled_before(source, name, filename)
            if code is not None:
                return code
        return super().compile(source, name, filename, raw, defer_init)  # type: ignore[call-overload]

    def _compiled_before(self, source: str, name: str | None, filename: str | None) -> Any:
        """The code of a text by way of its shape; None when Jinja has to do it all (and to tell what is wrong)."""
        where = (name, filename)
        try:
            shape = template_shapes.shape_of(list(self.lexer.tokeniter(source, name or "", filename)))
            found = template_shapes.known(where, shape)
            if found is None:
                tree = self._parse(source, name, filename)
                if not template_shapes.take_words(tree, shape):
                    return None
                code = super().compile(tree, name, filename)
                names = remembered_names(source) or frozenset()
                found = template_shapes.keep(where, shape, code, names)
        except TemplateSyntaxError:
            return None
        remember_names(source, found.names)
        return template_shapes.filled(found, shape)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        # Walked once: this happens on every edit of a template whose preview is open.
        found = list(tree.find_all((nodes.For, nodes.Concat, nodes.Name)))
        remember_names(
            source, frozenset(n.name for n in found if isinstance(n, nodes.Name) and n.ctx == "load")
        )
        for node in found:
            if isinstance(node, nodes.For):
                node.iter = nodes.Filter(node.iter, _BUDGET, [], [], None, None, lineno=node.iter.lineno)
            elif isinstance(node, nodes.Concat):
                inner = nodes.Concat(node.nodes, lineno=node.lineno)
                node.nodes = [nodes.Filter(inner, _BOUND, [], [], None, None, lineno=node.lineno)]
        if name == self._marked:
            for data in tree.find_all(nodes.TemplateData):
                rows = data.data.split("\n")
                data.data = "\n".join(mark(data.lineno + at) + row for at, row in enumerate(rows))
        return tree

    def call(self, *args: Any, **options: Any) -> Any:
        """Calls count like turns of a loop: macros that call each other can go on for ever, too."""
        self._count(1)
        return super().call(*args, **options)

    def _finalize(self, value: Any) -> Any:
        return self._bounded(printable(value))

    def _bounded(self, value: Any) -> Any:
        """Stop text or a list that a template makes longer and longer, before it fills the memory."""
        self._tick()
        if isinstance(value, (str, list, tuple)) and len(value) > MAX_OUTPUT:
            raise UserError("template.output", "模板生成的内容太长。", "请检查循环和拼接。")
        return value

    def _watched(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The filter, refused when time is up. (Jinja's marks of what a filter is passed stay on it.)"""

        @wraps(function)
        def filtered(*args: Any, **options: Any) -> Any:
            self._tick()
            return function(*args, **options)

        return filtered

    def _spend(self, values: Any) -> list[Any]:
        items = list(islice(iter(values), MAX_LOOP_TURNS + 1))
        self._count(len(items) + 1)
        return items

    def _count(self, turns: int) -> None:
        self._tick()
        self._turns += turns
        if self._turns > MAX_LOOP_TURNS:
            raise UserError(
                "template.loop", "模板里的循环次数太多。", "请检查 {% for %}；一份文书最多循环 20 万次。"
            )

    def _tick(self) -> None:
        if time.thread_time() > self._until:
            raise UserError(
                "template.time",
                f"模板算了 {MAX_SECONDS:g} 秒还没有算完。",
                "请检查循环和拼接，去掉不需要的计算。",
            )

    @staticmethod
    def _range(*bounds: int) -> range:
        numbers = range(*bounds)
        if len(numbers) > MAX_LOOP_TURNS:
            raise SecurityError("range too long")
        return numbers

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return not attr.startswith("_") and isinstance(obj, _SAFE_OWNERS)

    def is_safe_callable(self, obj: Any) -> bool:
        # Helpers are plain functions of ours; macros and loops are Jinja's own. Nothing else may be called.
        if isinstance(obj, (Macro, LoopContext)) or isinstance(getattr(obj, "__self__", None), LoopContext):
            return True
        return any(obj is known for known in self.globals.values())

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        numbers = all(isinstance(side, (int, float)) and abs(side) < 1e12 for side in (left, right))
        if operator == "+" and (numbers or not isinstance(left, (int, float))):
            return self._bounded(super().call_binop(context, operator, left, right))
        if operator == "**" or not numbers:
            raise SecurityError(f"{operator} is for numbers only")
        return super().call_binop(context, operator, left, right)


def _sum(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def total(*args: Any, start: Any = 0, **options: Any) -> Any:
        if not isinstance(start, (int, float)):
            raise TypeError("sum 只能加数字")
        return function(*args, start=start, **options)

    return total


def _batch(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def batched(value: Any, linecount: int, fill_with: Any = None) -> Any:
        if not isinstance(linecount, int) or not 0 < linecount <= MAX_LOOP_TURNS:
            raise ValueError("batch 每组的个数不对")
        return function(value, linecount, fill_with)

    return batched


def _round(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def rounded(value: Any, precision: int = 0, method: Any = "common") -> Any:
        if not isinstance(precision, int) or abs(precision) > _MAX_DECIMALS:
            raise ValueError("round 的小数位数不对")
        return function(value, precision, method)

    return rounded
