"""Runs a paper's template: Jinja in a sandbox that knows only facts, a few helpers and bounded loops."""

import traceback
from collections.abc import Mapping
from functools import lru_cache, partial
from itertools import islice
from typing import Any

from jinja2 import (
    BytecodeCache,
    Environment,
    FunctionLoader,
    StrictUndefined,
    TemplateError,
    TemplateSyntaxError,
    nodes,
    pass_eval_context,
)
from jinja2.bccache import Bucket
from jinja2.exceptions import SecurityError, TemplateNotFound, UndefinedError
from jinja2.runtime import LoopContext, Macro, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace
from pydantic import BaseModel

from filingdesk.documents.blocks import Run
from filingdesk.documents.helpers import build_helpers
from filingdesk.documents.paper import Paper
from filingdesk.documents.proxies import PRINTABLE, Context, DataProxy, RecordProxy
from filingdesk.domain.errors import UserError

MAX_LOOP_TURNS = 200_000
MAX_OUTPUT = 5_000_000
_MAX_COMPILED = 200
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


_CODE: dict[tuple[str, str], Any] = {}


class _Memory(BytecodeCache):
    """Compiled templates stay in memory while the program runs: the preview renders on every edit."""

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = _CODE.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if len(_CODE) > _MAX_COMPILED:
            _CODE.clear()
        _CODE[bucket.key, bucket.checksum] = bucket.code


def _printable(value: Any) -> Any:
    """Only text, numbers and facts may be printed: a list, a yes/no or a function would show Python's own wording."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float, Undefined, *PRINTABLE)):
        raise TypeError(f"{type(value).__name__} 不能直接写进文书")
    return _bounded(value)


def _bounded(value: Any) -> Any:
    """Stop text or a list that a template makes longer and longer, before it fills the memory."""
    if isinstance(value, (str, list, tuple)) and len(value) > MAX_OUTPUT:
        raise UserError("template.output", "模板生成的内容太长。", "请检查循环和拼接。")
    return value


class _Environment(ImmutableSandboxedEnvironment):
    """No attribute but those of facts, data and loops; no string multiplication or formatting; counted loops."""

    intercepted_binops = frozenset(("*", "**", "%", "+"))

    def __init__(self, sources: Mapping[str, str]) -> None:
        super().__init__(
            # The file name goes into tracebacks, so that a fault is told with its own template and line.
            loader=FunctionLoader(
                lambda name: (sources[name], name, lambda: True) if name in sources else None
            ),
            bytecode_cache=_Memory(),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            autoescape=False,
            finalize=_printable,
            cache_size=50,
        )
        self.filters = {name: function for name, function in self.filters.items() if name in _FILTERS}
        self.tests = {name: function for name, function in self.tests.items() if name in _TESTS}
        join = self.filters["join"]
        self.filters["join"] = pass_eval_context(lambda *args, **options: _bounded(join(*args, **options)))
        self.filters[_BUDGET] = self._spend
        self.filters[_BOUND] = _bounded
        self.globals = {"namespace": Namespace, "range": self._range}
        self._turns = 0

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for loop in tree.find_all(nodes.For):
            loop.iter = nodes.Filter(loop.iter, _BUDGET, [], [], None, None, lineno=loop.iter.lineno)
        for glued in list(tree.find_all(nodes.Concat)):
            inner = nodes.Concat(glued.nodes, lineno=glued.lineno)
            glued.nodes = [nodes.Filter(inner, _BOUND, [], [], None, None, lineno=glued.lineno)]
        return tree

    def call(self, *args: Any, **options: Any) -> Any:
        """Calls count like turns of a loop: macros that call each other can go on for ever, too."""
        self._count(1)
        return super().call(*args, **options)

    def _spend(self, values: Any) -> list[Any]:
        items = list(islice(iter(values), MAX_LOOP_TURNS + 1))
        self._count(len(items) + 1)
        return items

    def _count(self, turns: int) -> None:
        self._turns += turns
        if self._turns > MAX_LOOP_TURNS:
            raise UserError(
                "template.loop", "模板里的循环次数太多。", "请检查 {% for %}；一份文书最多循环 20 万次。"
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
            return _bounded(super().call_binop(context, operator, left, right))
        if operator == "**" or not numbers:
            raise SecurityError(f"{operator} is for numbers only")
        return super().call_binop(context, operator, left, right)


def render_text(
    paper: Paper, facts: BaseModel, context: Context, data: Mapping[str, Any]
) -> tuple[str, str, str]:
    """Run body, subtitle and header; returns their Markdown with tokens in place of facts.

    Every fault of the template becomes a `UserError` naming template and line.
    """
    subtitle_place = paper.place.replace("body.md", "paper.yaml（subtitle）")
    header_place = paper.place.replace("body.md", "paper.yaml（header）")
    sources = {
        **dict(paper.partials),
        paper.place: paper.body,
        subtitle_place: paper.spec.subtitle,
        header_place: paper.spec.header,
    }
    environment = _Environment(sources)
    environment.globals.update(build_helpers(context))
    environment.globals["data"] = environment.globals["extra"] = DataProxy(context, data)
    environment.globals["annex"] = partial(_annex, context, data)
    wanted = frozenset().union(*map(_names, sources.values()))
    root = RecordProxy(context, "", facts)
    for name in type(facts).model_fields:
        if name in environment.globals:
            raise ValueError(f"fact group {name!r} hides a template helper")
        if name in wanted:
            environment.globals[name] = getattr(root, name)
    return (
        _run(environment, paper.place),
        _run(environment, subtitle_place),
        _run(environment, header_place),
    )


def _annex(context: Context, data: Mapping[str, Any], paper_id: str) -> str:
    """How another paper of the filing is called in running text: 附件4《拦截关键词列表》; a gap when it is not among them."""
    papers = data.get("papers", {})
    if paper_id not in papers:
        return context.gap(f"@paper/{paper_id}", f"附件（{paper_id}）")
    return context.tokens.put((Run(str(papers[paper_id])),))


@lru_cache(maxsize=_MAX_COMPILED)
def _names(source: str) -> frozenset[str]:
    """The names a template asks for from outside; a source with a syntax error is told about when it is run."""
    try:
        # Parsing only: generating code would compute constant expressions, and a bomb among them.
        tree = Environment(autoescape=False).parse(source)  # noqa: S701
        return frozenset(name.name for name in tree.find_all(nodes.Name) if name.ctx == "load")
    except TemplateSyntaxError:
        return frozenset()


def _run(environment: _Environment, place: str) -> str:
    try:
        parts: list[str] = []
        size = 0
        for part in environment.get_template(place).generate():
            size += len(part)
            if size > MAX_OUTPUT:
                raise UserError("template.output", f"{place} 生成的内容太长。", "请检查循环。")
            parts.append(part)
        return "".join(parts)
    except UserError as error:
        if error.code.startswith("template.") and place not in error.message:
            raise UserError(error.code, f"{place}：{error.message}", error.hint) from error
        raise
    except TemplateSyntaxError as error:
        raise _fault(error.name or place, error.lineno, f"语法不对（{error.message}）", error) from error
    except SecurityError as error:
        raise _told(place, "用了不允许的写法", error, "template.security") from error
    except UndefinedError as error:
        raise _told(place, f"写了不存在的名字（{error.message}）", error, "template.undefined") from error
    except TemplateNotFound as error:
        raise _told(place, f"引用了不存在的片段「{error.name}」", error) from error
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
        raise _told(place, f"算不出来（{error}）", error) from error
    except RecursionError as error:
        raise _fault(place, None, "自己调用自己，没有尽头", error) from error


def _told(place: str, what: str, error: BaseException, code: str = "template.fault") -> UserError:
    """Find the template line: Jinja rewrites tracebacks so that frames of templates carry their names and lines."""
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == place or frame.filename.endswith(".md")
    ]
    if frames:
        place = frames[-1].filename
    return _fault(place, frames[-1].lineno if frames else None, what, error, code)


def _fault(
    place: str, line: int | None, what: str, error: BaseException, code: str = "template.fault"
) -> UserError:
    where = f"{place} 第 {line} 行" if line else place
    return UserError(code, f"模板 {where}{what}。", "请对照《模板说明》修改，或恢复自带模板。")
