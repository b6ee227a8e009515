"""Reads the expressions of a form: which field each means, by path or by Chinese label; what it does not know, it names."""

from collections.abc import Collection
from dataclasses import dataclass, field

from jinja2 import nodes
from jinja2.visitor import NodeTransformer

from filingdesk.documents.form_names import SYNONYMS, child, field_of, meant, nearest
from filingdesk.domain.specs import FieldSpec, ListSpec, by_pattern

_FORBIDDEN: dict[type[nodes.Node], str] = {
    nodes.Include: "include",
    nodes.Import: "import",
    nodes.FromImport: "from … import",
    nodes.Extends: "extends",
    nodes.Block: "block",
    nodes.Macro: "macro",
    nodes.CallBlock: "call",
    nodes.FilterBlock: "filter",
    nodes.With: "with",
    nodes.AssignBlock: "set … endset",
    nodes.ScopedEvalContextModifier: "autoescape",
    nodes.ExprStmt: "do",
}
_NAMED = frozenset(["subject", "legal_representative", "safety_officer"])
_LOOP_WORDS = frozenset(
    [
        "index",
        "index0",
        "revindex",
        "revindex0",
        "first",
        "last",
        "length",
        "cycle",
        "previtem",
        "nextitem",
        "depth",
    ]
)


@dataclass
class Meaning:
    """What one line of the template (one tag) turned out to mean."""

    patterns: dict[str, None] = field(default_factory=dict)
    unknown: list[tuple[str, str]] = field(default_factory=list)
    """(what was written, why it is not understood with the nearest names)."""
    forbidden: str = ""
    spread: bool = False
    """A field of a list outside a loop: all its values are printed."""


class Resolver(NodeTransformer):
    """Walks a template once; `meanings` tells by line. Labels are replaced by paths on the way."""

    def __init__(self, roots: Collection[str], helpers: Collection[str]) -> None:
        self._roots, self._helpers = frozenset(roots), frozenset(helpers)
        self._scopes: list[dict[str, str | None]] = [{}]
        self._known: dict[int, str] = {}
        self._kept: list[nodes.Node] = []
        self.meanings: dict[int, Meaning] = {}

    def at(self, line: int) -> Meaning:
        """The meaning of a line."""
        return self.meanings.setdefault(line, Meaning())

    def run(self, tree: nodes.Template) -> nodes.Template:
        """Resolve a whole template in place."""
        for kind, word in _FORBIDDEN.items():
            for node in tree.find_all(kind):
                self.at(node.lineno).forbidden = word
        found = self.visit(tree)
        assert isinstance(found, nodes.Template)  # noqa: S101 - for the type checker
        return found

    # Statements

    def visit_For(self, node: nodes.For) -> nodes.Node:
        if node.recursive:
            self.at(node.lineno).forbidden = "recursive"
        node.iter = self._expression(node.iter)
        inner: nodes.Node = node.iter
        while isinstance(inner, nodes.Filter):
            inner = inner.node or nodes.Const(
                None
            )  # sorted, chosen or counted, it is still a list of the same records
        pattern = self._pattern(inner)
        item = f"{pattern}[]" if pattern and isinstance(by_pattern().get(pattern), ListSpec) else None
        scope: dict[str, str | None] = {"loop": None}
        for name in node.target.find_all(nodes.Name):
            scope[name.name] = None
        if isinstance(node.target, nodes.Name):
            scope[node.target.name] = item
        self._scopes.append(scope)
        if node.test is not None:
            node.test = self._expression(node.test)
        node.body = [self.visit(part) for part in node.body]
        self._scopes.pop()
        node.else_ = [self.visit(part) for part in node.else_]
        return node

    def visit_Assign(self, node: nodes.Assign) -> nodes.Node:
        node.node = self._expression(node.node)
        for name in node.target.find_all(nodes.Name):
            self._scopes[-1][name.name] = None
        if isinstance(node.target, nodes.Name):
            self._scopes[-1][node.target.name] = self._pattern(node.node)
        return node

    def visit_Output(self, node: nodes.Output) -> nodes.Node:
        node.nodes = [self._shown(self._expression(part)) for part in node.nodes]
        return node

    # Expressions

    def _shown(self, node: nodes.Expr) -> nodes.Expr:
        """A person or organisation that is named as a whole is shown by name."""
        pattern = self._pattern(node)
        if pattern in _NAMED:
            named = nodes.Getattr(node, "name", "load", lineno=node.lineno)
            self._keep(named, f"{pattern}.name")
            return named
        return node

    def _expression(self, node: nodes.Node) -> nodes.Expr:
        found = self.visit(node)
        assert isinstance(found, nodes.Expr)  # noqa: S101 - for the type checker
        return found

    def visit_Name(self, node: nodes.Name) -> nodes.Node:
        if node.ctx != "load":
            return node
        name = node.name
        for scope in reversed(self._scopes):
            if name in scope:
                return self._keep(node, scope[name])
        if name in self._roots:
            return self._keep(node, name)
        if name in self._helpers:
            return node
        found = (SYNONYMS[name],) if name in SYNONYMS else meant(name)
        if len(found) == 1:
            return self._path(found[0], node.lineno)
        self._unknown(node.lineno, name, found)
        return node

    def visit_Getattr(self, node: nodes.Getattr) -> nodes.Node:
        node.node = self._expression(node.node)
        base = self._pattern(node.node)
        if base is None:
            if (
                isinstance(node.node, nodes.Name)
                and node.node.name == "loop"
                and node.attr not in _LOOP_WORDS
            ):
                self._unknown(node.lineno, f"loop.{node.attr}", ())
            return node
        spec = by_pattern().get(base)
        if isinstance(spec, FieldSpec):
            self.at(node.lineno).unknown.append(
                (f"{base}.{node.attr}", f"「{spec.meta.label}」下面没有别的字段")
            )
            return node
        spread = isinstance(spec, ListSpec) and not base.endswith("[]")
        below = f"{base}[]" if spread else base
        found = child(below, node.attr)
        if found is None:
            self._unknown(node.lineno, f"{_label(base)}.{node.attr}", (), below)
            return node
        if spread:
            return self._path(found, node.lineno)
        node.attr = found.rpartition(".")[2]
        return self._keep(node, found)

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:
        node.node = self._expression(node.node)
        node.arg = self._expression(node.arg)
        base = self._pattern(node.node)
        if base and isinstance(by_pattern().get(base), ListSpec) and not base.endswith("[]"):
            return self._keep(node, f"{base}[]")
        return node

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        self.generic_visit(node)
        if isinstance(node.node, nodes.Name) and node.node.name not in self._helpers:
            known = any(node.node.name in scope for scope in self._scopes)
            if not known and node.node.name in self._roots:
                self.at(node.lineno).unknown.append((node.node.name, "这是一组字段，不是函数"))
        return node

    # What is known

    def _keep(self, node: nodes.Node, pattern: str | None) -> nodes.Node:
        if pattern is not None:
            self._known[id(node)] = pattern
            self._kept.append(node)  # ids stay taken while the node lives
            self.at(node.lineno).patterns[pattern] = None
        return node

    def _pattern(self, node: nodes.Node) -> str | None:
        return self._known.get(id(node))

    def _path(self, pattern: str, line: int) -> nodes.Node:
        """The expression of a field found by its label; what a list repeats becomes all its values."""
        if "[]" in pattern:
            meaning = self.at(line)
            meaning.spread = True
            meaning.patterns[pattern] = None
            every = nodes.Name("every", "load", lineno=line)
            return nodes.Call(every, [nodes.Const(pattern, lineno=line)], [], None, None, lineno=line)
        first, *rest = pattern.split(".")
        found: nodes.Expr = nodes.Name(first, "load", lineno=line)
        for name in rest:
            found = nodes.Getattr(found, name, "load", lineno=line)
        return self._keep(found, pattern)

    def _unknown(self, line: int, name: str, found: Collection[str], below: str = "") -> None:
        if len(found) > 1:
            choice = "、".join(f"{field_of(p).trail}（{p}）" for p in list(found)[:3])
            why = f"有 {len(found)} 处，请写清楚是哪一处：{choice}"
        else:
            close = nearest(name.rpartition(".")[2], below) or nearest(name)
            why = (
                f"相近的有：{'、'.join(f'{f.label}（{f.pattern}）' for f in close)}"
                if close
                else "没有相近的字段"
            )
        self.at(line).unknown.append((name, why))


def _label(pattern: str) -> str:
    spec = by_pattern().get(pattern.removesuffix("[]"))
    return spec.meta.label if spec else pattern
