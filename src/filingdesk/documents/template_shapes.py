"""Templates that differ only in plain words are compiled once: the words of a new text are put into the code of an old one.

Whoever edits a template mostly edits words between the tags. The tags (with the lines they stand on) are the shape of a template;
code is compiled of a shape with stand-ins for the words, and filling them in costs a tenth of compiling.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import CodeType
from typing import Any

from jinja2 import nodes

_OPEN, _CLOSE = "\ue030", "\ue031"
_STAND_IN = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")
_DEBUG = re.compile(r"[0-9]+=[0-9]+(?:&[0-9]+=[0-9]+)*")
_MAX_SHAPES = 120

Token = tuple[int, str, str]
"""Line, kind and text, as Jinja's lexer gives them."""


@dataclass(frozen=True)
class Shape:
    """What a template is without its words: its tokens, the lines they stand on, and the words taken out."""

    key: tuple[tuple[str, str], ...]
    lines: tuple[int, ...]
    words: tuple[str, ...]


@dataclass(frozen=True)
class Compiled:
    """The code of a shape with stand-ins, the lines it was compiled with, and the names it asks for."""

    code: CodeType
    lines: tuple[int, ...]
    names: frozenset[str]


_KNOWN: dict[tuple[Any, ...], Compiled] = {}


def shape_of(tokens: Sequence[Token]) -> Shape:
    """Take the words out of a template."""
    key, lines, words = [], [], []
    for line, kind, text in tokens:
        if kind == "data":
            key.append((kind, ""))
            words.append(text)
        elif kind == "whitespace":
            continue
        else:
            key.append((kind, "" if kind == "comment" else text))
        lines.append(line)
    return Shape(tuple(key), tuple(lines), tuple(words))


def take_words(tree: nodes.Template, shape: Shape) -> bool:
    """Put stand-ins in place of the words of a parsed template. False, and nothing done, when they are not told apart for sure."""
    found = list(tree.find_all((nodes.TemplateData, nodes.Const)))
    data = [node for node in found if isinstance(node, nodes.TemplateData)]
    if tuple(node.data for node in data) != shape.words:
        return False
    # An escape in a string of the template may spell what we use as a stand-in.
    if any(isinstance(n, nodes.Const) and isinstance(n.value, str) and _OPEN in n.value for n in found):
        return False
    for number, node in enumerate(data):
        node.data = f"{_OPEN}{number}{_CLOSE}"
    return True


def keep(where: tuple[Any, ...], shape: Shape, code: CodeType, names: frozenset[str]) -> Compiled:
    """Remember the code of a shape; `where` tells everything else that the code depends on."""
    if len(_KNOWN) > _MAX_SHAPES:
        _KNOWN.clear()
    made = _KNOWN[*where, shape.key] = Compiled(code, shape.lines, names)
    return made


def known(where: tuple[Any, ...], shape: Shape) -> Compiled | None:
    """The code of this shape when it was compiled before and its lines can be told anew."""
    found = _KNOWN.get((*where, shape.key))
    if found is None or _moved(found.lines, shape.lines) is None:
        return None
    return found


def places() -> tuple[tuple[Any, ...], ...]:
    """Everything that was compiled by its shape, as `where` told it."""
    return tuple(key[:-1] for key in _KNOWN)


def forget() -> None:
    """Compile everything anew from now on."""
    _KNOWN.clear()


def filled(found: Compiled, shape: Shape) -> CodeType:
    """The code with the words of `shape` in it; faults are told with its lines."""
    return _with(found.code, shape.words, _moved(found.lines, shape.lines) or {})


def _moved(old: Sequence[int], new: Sequence[int]) -> dict[int, int] | None:
    """Line of then → line of now; None when one line became two."""
    moved: dict[int, int] = {}
    for before, now in zip(old, new, strict=True):
        if moved.setdefault(before, now) != now:
            return None
    return moved


def _with(code: CodeType, words: Sequence[str], moved: Mapping[int, int]) -> CodeType:
    def put(value: Any) -> Any:
        if isinstance(value, str):
            if _OPEN in value:
                return _STAND_IN.sub(lambda match: words[int(match[1])], value)
            return value
        if isinstance(value, tuple):
            return tuple(put(each) for each in value)
        return _with(value, words, {}) if isinstance(value, CodeType) else value

    consts = tuple(put(value) for value in code.co_consts)
    if any(before != now for before, now in moved.items()):
        # The last constant of the module: which line of the code is which line of the template.
        consts = tuple(
            _retold(value, moved) if isinstance(value, str) and _DEBUG.fullmatch(value) else value
            for value in consts
        )
    return code.replace(co_consts=consts)


def _retold(debug: str, moved: Mapping[int, int]) -> str:
    pairs = (pair.split("=") for pair in debug.split("&"))
    return "&".join(f"{moved.get(int(line), int(line))}={at}" for line, at in pairs)
