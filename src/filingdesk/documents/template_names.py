"""Looks through a template without running it: names and fields that do not exist, also where no facts lead today."""

from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches
from typing import Any

from jinja2 import TemplateSyntaxError, nodes
from pydantic import BaseModel

from filingdesk.documents.faults import Fault
from filingdesk.documents.proxies import holds_records
from filingdesk.documents.sandbox import Sandbox

_GLOBALS = frozenset(
    ["data", "extra", "annex", "range", "namespace", "loop", "self", "caller", "varargs", "kwargs"]
)
_KEEPS_LIST = frozenset(["list", "sort", "unique", "select", "reject", "selectattr", "rejectattr"])
_GIVES_ONE = frozenset(["first", "last"])
_PASSES = 6

Kind = tuple[str, Any]
"""What a name stands for: ("record", model), ("list", model), ("text", path), or ("any", None) when that is not known."""
_ANY: Kind = ("any", None)


def check_names(
    body: str,
    place: str,
    facts: type[BaseModel],
    helpers: Collection[str],
    pieces: Collection[str],
) -> list[Fault]:
    """Every name, field and piece that a body speaks of and nobody knows, in the order of lines. A body with a syntax error
    has no names yet: that is told when it is run."""
    try:
        tree = Sandbox({}).parse(body)
        found = dict.fromkeys(_Reader(tree, place, facts, helpers, pieces).faults())
        return sorted(found, key=lambda fault: fault.line or 0)
    except (TemplateSyntaxError, RecursionError, ValueError, MemoryError):
        return []


class _Reader:
    def __init__(
        self,
        tree: nodes.Template,
        place: str,
        facts: type[BaseModel],
        helpers: Collection[str],
        pieces: Collection[str],
    ) -> None:
        self._tree, self._place, self._facts = tree, place, facts
        self._pieces = pieces
        self._names: dict[str, Kind] = {}
        self._free = frozenset([*helpers, *_GLOBALS])
        self._learn()

    def _learn(self) -> None:
        """What each name that the template sets stands for; one that is set twice to different things stands for anything."""
        for _ in range(_PASSES):
            found: dict[str, list[Kind]] = {}
            for name, kind in self._set():
                found.setdefault(name, []).append(kind)
            known = {name: kinds[0] if len(set(kinds)) == 1 else _ANY for name, kinds in found.items()}
            if known == self._names:
                return
            self._names = known

    def _set(self) -> Iterator[tuple[str, Kind]]:
        for node in self._tree.find_all(nodes.Node):
            if isinstance(node, nodes.For):
                kind = self._kind(node.iter)
                item = ("record", kind[1]) if kind[0] == "list" else _ANY
                yield from self._targets(node.target, item)
            elif isinstance(node, nodes.Assign):
                yield from self._targets(node.target, self._kind(node.node))
            elif isinstance(node, nodes.AssignBlock):
                yield from self._targets(node.target, _ANY)
            elif isinstance(node, (nodes.Macro, nodes.CallBlock)):
                if isinstance(node, nodes.Macro):
                    yield node.name, _ANY
                for argument in node.args:
                    yield argument.name, _ANY
            elif isinstance(node, nodes.With):
                for target in node.targets:
                    yield from self._targets(target, _ANY)
            elif isinstance(node, nodes.Import):
                yield node.target, _ANY
            elif isinstance(node, nodes.FromImport):
                for name in node.names:
                    yield (name[1] if isinstance(name, tuple) else name), _ANY

    def _targets(self, target: nodes.Node, kind: Kind) -> Iterator[tuple[str, Kind]]:
        if isinstance(target, nodes.Name):
            yield target.name, kind
        elif isinstance(target, (nodes.Tuple, nodes.List)):
            for part in target.items:
                yield from self._targets(part, _ANY)

    def _kind(self, node: nodes.Node) -> Kind:
        """What an expression stands for."""
        if isinstance(node, nodes.Name):
            if node.name in self._names:
                return self._names[node.name]
            if node.name in self._facts.model_fields:
                return self._child(self._facts, node.name)
        elif isinstance(node, nodes.Getattr):
            kind, model = self._kind(node.node)
            if kind == "record" and node.attr in model.model_fields:
                return self._child(model, node.attr)
        elif isinstance(node, nodes.Getitem):
            kind, model = self._kind(node.node)
            if kind == "list" and not isinstance(node.arg, nodes.Slice):
                return ("record", model)
        elif isinstance(node, nodes.Filter) and node.node is not None:
            kind, model = self._kind(node.node)
            if kind == "list" and (node.name in _KEEPS_LIST or node.name.startswith("_")):
                return ("list", model)
            if kind == "list" and node.name in _GIVES_ONE:
                return ("record", model)
        return _ANY

    @staticmethod
    def _child(model: type[BaseModel], name: str) -> Kind:
        annotation = model.model_fields[name].annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            return ("record", annotation)
        if holds_records(model, name):
            inner: Any = annotation
            while not (isinstance(inner, type) and issubclass(inner, BaseModel)):
                inner = inner.__args__[0]
            return ("list", inner)
        return ("text", name)

    def faults(self) -> Iterator[Fault]:
        """What is not known."""
        for node in self._tree.find_all(nodes.Node):
            if isinstance(node, nodes.Name) and node.ctx == "load":
                if not (
                    node.name in self._names
                    or node.name in self._free
                    or node.name in self._facts.model_fields
                ):
                    known = [*self._names, *self._free, *self._facts.model_fields]
                    yield self._fault(node, f"写了不存在的名字“{node.name}”", node.name, known)
            elif isinstance(node, nodes.Getattr):
                kind, model = self._kind(node.node)
                if kind == "record" and node.attr not in model.model_fields:
                    path = f"{self._written(node.node)}.{node.attr}"
                    yield self._fault(node, f"写了不存在的字段“{path}”", node.attr, model.model_fields)
                elif kind in {"text", "list"}:
                    what = "一个字段，下面没有" if kind == "text" else "一个列表，要逐条写出才有"
                    yield self._fault(node, f"“{self._written(node.node)}”是{what}“{node.attr}”")
            elif isinstance(node, (nodes.Include, nodes.Import, nodes.FromImport)):
                names = self._asked(node.template)
                unknown = [name for name in names if name not in self._pieces]
                if not names or unknown:
                    what = f"片段“{unknown[0]}”" if unknown else "算出来的片段名"
                    yield self._fault(
                        node, f"引用了{what}，只能引用自带的：{'、'.join(sorted(self._pieces))}"
                    )
            elif isinstance(node, nodes.NSRef) and self._names.get(node.name, ("fact", None)) != _ANY:
                yield self._fault(node, f"不能改写“{node.name}”，只能改写 namespace")
            elif isinstance(node, nodes.Extends):
                yield self._fault(node, "用了不允许的写法（extends）")

    @staticmethod
    def _asked(template: nodes.Expr) -> list[str]:
        parts = template.items if isinstance(template, (nodes.Tuple, nodes.List)) else [template]
        names = [
            part.value for part in parts if isinstance(part, nodes.Const) and isinstance(part.value, str)
        ]
        return names if len(names) == len(parts) else []

    def _written(self, node: nodes.Node) -> str:
        if isinstance(node, nodes.Name):
            return node.name
        if isinstance(node, nodes.Getattr):
            return f"{self._written(node.node)}.{node.attr}"
        return "…"

    def _fault(self, node: nodes.Node, words: str, name: str = "", known: Iterable[str] = ()) -> Fault:
        near = get_close_matches(name, list(known), 3)
        hint = (
            f"相近的有：{'、'.join(near)}。" if near else "字段可以从「插入字段」里选；写法见《模板说明》。"
        )
        return Fault(self._place, node.lineno, words, hint, "template.undefined")
