"""A drawing as plain shapes in points, y growing downwards: what the pdf, Word and html writers draw each in its own way."""

import unicodedata
from dataclasses import dataclass
from typing import Literal

Anchor = Literal["start", "middle", "end"]

INK, LINE, FAINT = "#1A1D23", "#5B6472", "#8A94A6"


@dataclass(frozen=True)
class Rect:
    """A box; `dashed` marks what is done by people, so that it can be told from the rest without colour."""

    x: float
    y: float
    width: float
    height: float
    fill: str = "#FFFFFF"
    stroke: str = LINE
    dashed: bool = False
    radius: float = 0.0
    thick: float = 0.8


@dataclass(frozen=True)
class Path:
    """A line through points; `arrow` puts a head at its end."""

    points: tuple[tuple[float, float], ...]
    stroke: str = LINE
    arrow: bool = False
    dashed: bool = False
    thick: float = 0.8


@dataclass(frozen=True)
class Words:
    """One line of text; `y` is its baseline."""

    x: float
    y: float
    text: str
    size: float = 9.0
    anchor: Anchor = "middle"
    bold: bool = False
    colour: str = INK


Shape = Rect | Path | Words


@dataclass(frozen=True)
class Drawing:
    """Shapes within a sheet of `width` × `height` points."""

    width: float
    height: float
    shapes: tuple[Shape, ...]


def arrow_head(path: Path, length: float = 5.5) -> tuple[tuple[float, float], ...]:
    """The triangle at the end of a path: tip, left, right."""
    (x0, y0), (x1, y1) = path.points[-2], path.points[-1]
    dx, dy = x1 - x0, y1 - y0
    size = (dx * dx + dy * dy) ** 0.5 or 1.0
    dx, dy = dx / size * length, dy / size * length
    side = 0.42
    return (
        (x1, y1),
        (x1 - dx - dy * side, y1 - dy + dx * side),
        (x1 - dx + dy * side, y1 - dy - dx * side),
    )


def ems(text: str) -> float:
    """Width in characters: Chinese letters and signs one, Latin letters and digits a little more than half."""
    return sum(1.0 if unicodedata.east_asian_width(char) in "WFA" else 0.6 for char in text)


def folded(text: str, width: float, size: float, lines: int) -> list[str]:
    """Cut text into at most `lines` lines of `width` points; what does not fit ends in ….

    Latin words stay whole where they fit a line.
    """
    out: list[str] = []
    row = ""
    for word in _words(" ".join(text.split())):
        if row and ems(row + word.rstrip()) * size > width:
            out.append(row.strip())
            row = ""
        word = word if row else word.lstrip()
        while ems(word) * size > width:
            cut = next(n for n in range(len(word), 0, -1) if n == 1 or ems(word[:n]) * size <= width)
            out.append(word[:cut])
            word = word[cut:]
        row += word
    if row.strip():
        out.append(row.strip())
    if len(out) <= lines:
        return out
    last = out[lines - 1]
    while last and ems(last + "…") * size > width:
        last = last[:-1]
    return [*out[: lines - 1], last + "…"]


def evenly(text: str, width: float, size: float) -> list[str]:
    """As `folded` into two lines, of like length rather than with one character alone in the second."""
    lines = folded(text, width, size, 2)
    if len(lines) == 2 and not lines[1].endswith("…"):
        closer = folded(text, min(ems(text) * size / 2 + size * 1.1, width), size, 2)
        return closer if not closer[-1].endswith("…") else lines
    return lines


def _words(text: str) -> list[str]:
    out: list[str] = []
    for char in text:
        solid = ord(char) < 0x2E80 and not char.isspace()
        before = out[-1][-1] if out else " "
        if (solid and ord(before) < 0x2E80 and not before.isspace()) or (
            char in "，。、；：？！）》」』】”’" and out
        ):
            out[-1] += char
        else:
            out.append(char)
    return out
