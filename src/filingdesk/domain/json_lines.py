"""Reads JSON and remembers on which line each value stands, so that a fault can be shown in the file itself."""

import json
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

_SPACE = re.compile(r"[ \t\r\n]*")
_SCALAR = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"')
MAX_DEPTH = 60

Pointer = tuple[str | int, ...]


class JsonFault(Exception):
    """The text is no JSON: `line` and `column` count from 1; `reason` is a Chinese sentence."""

    def __init__(self, line: int, column: int, reason: str) -> None:
        super().__init__(reason)
        self.line, self.column, self.reason = line, column, reason


@dataclass
class Located:
    """The value, the line of every value by its pointer, and keys that stand twice (pointer, line)."""

    value: Any
    lines: dict[Pointer, int] = field(default_factory=dict)
    doubled: list[tuple[Pointer, int]] = field(default_factory=list)

    def line_of(self, pointer: Pointer) -> int:
        """The line of a value; of the nearest one around it when it is missing."""
        while pointer not in self.lines and pointer:
            pointer = pointer[:-1]
        return self.lines.get(pointer, 1)


@lru_cache(maxsize=2)
def read_json(text: str) -> Located:
    """Parse a whole JSON text. Raises `JsonFault` at the first place that is none.

    What is given is shared by all who ask for the same text (it is judged and shown at once): copy it to change it.
    """
    reader = _Reader(text.removeprefix("\ufeff"))
    reader.value(())
    if reader.at < len(reader.text):
        raise reader.fault("JSON 已经结束，后面还有多余的内容")
    return reader.found


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.found = Located(None)
        self._line, self._counted = 1, 0

    def line(self) -> int:
        self._line += self.text.count("\n", self._counted, self.at)
        self._counted = max(self._counted, self.at)
        return self._line

    def fault(self, reason: str) -> JsonFault:
        line = self.text.count("\n", 0, self.at) + 1
        return JsonFault(line, self.at - self.text.rfind("\n", 0, self.at), reason)

    def skip(self) -> str:
        if match := _SPACE.match(self.text, self.at):
            self.at = match.end()
        return self.text[self.at : self.at + 1]

    def value(self, pointer: Pointer) -> Any:
        head = self.skip()
        self.found.lines[pointer] = self.line()
        if len(pointer) > MAX_DEPTH:
            raise self.fault("嵌套太深")
        match head:
            case "{":
                out: Any = self._object(pointer)
            case "[":
                out = self._array(pointer)
            case '"':
                out = self._string()
            case _:
                found = _SCALAR.match(self.text, self.at)
                if not found:
                    raise self.fault("这里应是一个值（文字要加英文双引号）" if head else "JSON 没有写完")
                self.at = found.end()
                out = json.loads(found.group())
        if not pointer:
            self.found.value = out
        self.skip()
        return out

    def _string(self) -> str:
        found = _STRING.match(self.text, self.at)
        if not found:
            raise self.fault("文字没有用英文双引号收尾，或里面直接换了行")
        try:
            out = str(json.loads(found.group()))
        except json.JSONDecodeError as error:
            raise self.fault("文字里的反斜杠写法不对") from error
        self.at = found.end()
        return out

    def _object(self, pointer: Pointer) -> dict[str, Any]:
        out: dict[str, Any] = {}
        self.at += 1
        if self.skip() == "}":
            self.at += 1
            return out
        while True:
            if self.skip() != '"':
                raise self.fault("这里应是加英文双引号的键名（最后一项后面不能有逗号）")
            line = self.line()
            key = self._string()
            if key in out:
                self.found.doubled.append(((*pointer, key), line))
            if self.skip() != ":":
                raise self.fault(f"键名“{key}”后面缺少英文冒号")
            self.at += 1
            out[key] = self.value((*pointer, key))
            if not self._goes_on("}"):
                return out

    def _array(self, pointer: Pointer) -> list[Any]:
        out: list[Any] = []
        self.at += 1
        if self.skip() == "]":
            self.at += 1
            return out
        while True:
            out.append(self.value((*pointer, len(out))))
            if not self._goes_on("]"):
                return out

    def _goes_on(self, end: str) -> bool:
        head = self.skip()
        if head not in {",", end}:
            raise self.fault(f"这里应是英文逗号或“{end}”")
        self.at += 1
        return head == ","
