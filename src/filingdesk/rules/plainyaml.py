"""Reads the YAML of rule packs: mappings, lists and text, with lines; refuses what a rule pack has no use for.

PyYAML's own constructors cost most of the time a command-line check has for loading packs, take the last of two
equal keys in silence, and turn 是/否-like words, dates and numbers into other types; here a plain `null`, `true` or
`false` is what it says and everything else stays text, which the pack's models then read.
"""

import re
from dataclasses import dataclass
from typing import Any

import yaml
from yaml.composer import Composer
from yaml.constructor import BaseConstructor
from yaml.resolver import BaseResolver

_WORDS: dict[str, Any] = {"null": None, "~": None, "": None, "true": True, "false": False}

_MAX_DEPTH = 40
_DEEP_BLOCK = re.compile(rf"(?:[-?:][ \t]+){{{_MAX_DEPTH}}}|^[ \t]{{200}}", re.MULTILINE)
_BRACKET = re.compile(r"[\[\]{}]")


if yaml.__with_libyaml__:
    from yaml.cyaml import CParser  # type: ignore[attr-defined]

    class _Loader(CParser, BaseConstructor, BaseResolver):
        def __init__(self, text: str) -> None:
            CParser.__init__(self, text)
            BaseConstructor.__init__(self)
            BaseResolver.__init__(self)

else:  # a Python without libyaml: slower, the same
    from yaml.parser import Parser
    from yaml.reader import Reader
    from yaml.scanner import Scanner

    class _Loader(Reader, Scanner, Parser, Composer, BaseConstructor, BaseResolver):  # type: ignore[no-redef]
        def __init__(self, text: str) -> None:
            Reader.__init__(self, text)
            Scanner.__init__(self)
            Parser.__init__(self)
            Composer.__init__(self)
            BaseConstructor.__init__(self)
            BaseResolver.__init__(self)


@dataclass(frozen=True)
class Document:
    """A parsed file: plain data, and the tree of nodes that knows the lines."""

    data: Any
    node: Any

    def line(self, *steps: str | int) -> int:
        """The line (from 1) of the entry at these steps, or of the nearest thing above it."""
        node = self.node
        for step in steps:
            inner: Any = None
            if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
                inner = node.value[step]
            elif isinstance(node, yaml.MappingNode):
                inner = next((v for k, v in node.value if k.value == str(step)), None)
            if inner is None:
                break
            node = inner
        return int(node.start_mark.line) + 1 if node is not None else 1


def parse(text: str) -> Document:
    """Parse one document; `yaml.YAMLError` with the place when it is not written as a rule pack may be."""
    if _too_deep(text):
        raise yaml.YAMLError("嵌套太深，不像规则包")
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
    finally:
        loader.dispose()
    seen: set[int] = set()
    return Document(_plain(node, seen) if node is not None else None, node)


def _too_deep(text: str) -> bool:
    """libyaml composes by recursion and takes the whole program down on a file of 200,000 brackets."""
    depth = 0
    for match in _BRACKET.finditer(text):
        depth = depth + 1 if match.group() in "[{" else max(0, depth - 1)
        if depth > _MAX_DEPTH:
            return True
    return _DEEP_BLOCK.search(text) is not None


def _plain(node: Any, seen: set[int]) -> Any:
    if id(node) in seen:
        raise yaml.MarkedYAMLError(problem="规则包里不用锚点和引用", problem_mark=node.start_mark)
    seen.add(id(node))
    if isinstance(node, yaml.ScalarNode):
        text = node.value
        return _WORDS.get(text, text) if not node.style else text
    if isinstance(node, yaml.SequenceNode):
        return [_plain(inner, seen) for inner in node.value]
    data: dict[str, Any] = {}
    for key, value in node.value:
        name = key.value
        if not isinstance(name, str):
            raise yaml.MarkedYAMLError(problem="键应是文字", problem_mark=key.start_mark)
        if name in data:
            raise yaml.MarkedYAMLError(problem=f"键“{name}”写了两次", problem_mark=key.start_mark)
        data[name] = _plain(value, seen)
    return data
