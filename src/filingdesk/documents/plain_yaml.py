"""Reads the yaml of a paper: plain values only, no anchors, no tags, no key twice; every fault with its line."""

import re
from collections.abc import Hashable
from typing import Any

import yaml

from filingdesk.documents.faults import Fault, TemplateError

_FORBIDDEN = re.compile("[\ue000-\ue10f\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_MAX_DEPTH = 20


class _Told(yaml.YAMLError):
    """A fault in our own words."""

    def __init__(self, line: int, words: str) -> None:
        super().__init__(words)
        self.line, self.words = line, words


class _Plain(yaml.SafeLoader):
    """Values written out in full: what an anchor repeats could grow without end."""

    _depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _Told(line, "用了 & 或 * 引用，请把内容写出来")
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise _Told(line, "一层套一层，太深了")
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Any] = set()
        for key_node, _value in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise _Told(key_node.start_mark.line + 1, "的键应是一个名字")
            if key_node.value in seen:
                raise _Told(key_node.start_mark.line + 1, f"「{key_node.value}」写了两遍")
            seen.add(key_node.value)
        return super().construct_mapping(node, deep=deep)


def read_yaml(text: str, place: str) -> Any:
    """The values of a yaml text. Raises `TemplateError`."""
    line: int | None
    try:
        # A SafeLoader of ours: plain values only.
        return yaml.load(text, Loader=_Plain)  # noqa: S506
    except _Told as error:
        line, message = error.line, error.words
    except yaml.constructor.ConstructorError as error:
        line, message = _line(error), "用了不认识的标记或写法"
    except yaml.YAMLError as error:
        line, message = _line(error), "不是有效的 YAML"
    except (ValueError, OverflowError, RecursionError, TypeError, AttributeError):
        # Numbers without end, days that no month has.
        line, message = None, "里有读不出的数字或日期，请加引号"
    raise TemplateError(Fault(place, line, message, "请检查缩进、冒号和引号。", "template.yaml"))


def _line(error: yaml.YAMLError) -> int | None:
    mark = getattr(error, "problem_mark", None)
    return mark.line + 1 if mark is not None else None


def line_of_key(text: str, key: str) -> int | None:
    """The first line (from 1) on which a key stands; None when there is none."""
    for number, row in enumerate(text.splitlines(), 1):
        if key and row.strip().lstrip("- {").startswith((f"{key}:", f'"{key}":', f"'{key}':")):
            return number
    return None


def check_characters(text: str, place: str) -> None:
    """Raise `TemplateError` when a text holds a character that the program keeps for itself or that nobody can print."""
    if match := _FORBIDDEN.search(text):
        raise TemplateError(
            Fault(
                place,
                text.count("\n", 0, match.start()) + 1,
                f"有保留字符 U+{ord(match.group()):04X}",
                "请删掉这个看不见的字符。",
                "template.reserved",
            )
        )
