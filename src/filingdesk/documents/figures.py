"""Lays out the drawings of papers: the flow of an algorithm, and coverage against minima as bars."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from filingdesk.documents.drawing import (
    FAINT,
    INK,
    LINE,
    Drawing,
    Path,
    Rect,
    Shape,
    Words,
    ems,
    evenly,
    folded,
)

AUTOMATIC, MANUAL, BOTH, OTHER = "#E8EEFC", "#FFF4DC", "#E6F4EA", "#FFFFFF"
_FILLS = {"系统自动": AUTOMATIC, "人工": MANUAL, "系统自动并人工复核": BOTH}
_WIDTH = 430.0


@dataclass(frozen=True)
class Step:
    """One step of a flow: what it is called, its kind, who decides."""

    name: str
    kind: str = ""
    decided_by: str = ""


def flow_chart(steps: Sequence[Step], width: float = _WIDTH) -> Drawing:
    """Steps in rows of four, read like a ploughed field: to the right, down, to the left. Dashed boxes are decided by people."""
    per_row = 4 if len(steps) > 3 else max(len(steps), 1)
    gap_x, gap_y, height, top = 26.0, 26.0, 52.0, 4.0
    box = (width - gap_x * (per_row - 1) - 2) / per_row
    shapes: list[Shape] = []
    places: list[tuple[float, float]] = []
    for index, step in enumerate(steps):
        row, column = divmod(index, per_row)
        if row % 2:
            column = per_row - 1 - column
        x, y = 1 + column * (box + gap_x), top + row * (height + gap_y)
        places.append((x, y))
        shapes += _step(step, index + 1, x, y, box, height)
    for (x0, y0), (x1, y1) in pairwise(places):
        if y0 == y1:
            side = 1 if x1 > x0 else -1
            start = x0 + box if side > 0 else x0
            end = x1 if side > 0 else x1 + box
            points = ((start, y0 + height / 2), (end, y1 + height / 2))
        else:
            points = ((x0 + box / 2, y0 + height), (x1 + box / 2, y1))
        shapes.append(Path(points, arrow=True))
    rows = -(-len(steps) // per_row)
    bottom = top + rows * height + (rows - 1) * gap_y
    shapes += _legend([s.decided_by for s in steps], bottom + 14, width)
    return Drawing(width, bottom + 26, tuple(shapes))


def _step(step: Step, number: int, x: float, y: float, width: float, height: float) -> list[Shape]:
    fill = _FILLS.get(step.decided_by, OTHER)
    manual = step.decided_by == "人工"
    double = step.decided_by == "系统自动并人工复核"
    shapes: list[Shape] = [Rect(x, y, width, height, fill, dashed=manual, radius=3)]
    if double:
        shapes.append(Rect(x + 2.2, y + 2.2, width - 4.4, height - 4.4, fill, radius=2, thick=0.5))
    lines = evenly(f"{number}. {step.name}", width - 12, 9)
    rows = [(line, 9.0, True, INK) for line in lines]
    if step.kind and step.kind != step.name:
        rows += [(line, 7.5, False, LINE) for line in folded(f"（{step.kind}）", width - 10, 7.5, 1)]
    total = sum(size * 1.35 for _, size, *_ in rows)
    at = y + (height - total) / 2
    for text, size, bold, colour in rows:
        at += size * 1.35
        shapes.append(Words(x + width / 2, at - size * 0.3, text, size, bold=bold, colour=colour))
    return shapes


def _legend(deciders: Sequence[str], y: float, width: float) -> list[Shape]:
    known = [name for name in _FILLS if name in deciders]
    shapes: list[Shape] = []
    total = sum(22 + ems(name) * 8 + 16 for name in known)
    x = (width - total) / 2
    for name in known:
        shapes.append(Rect(x, y - 7, 16, 9, _FILLS[name], dashed=name == "人工", radius=1.5))
        if name == "系统自动并人工复核":
            shapes.append(Rect(x + 1.6, y - 5.4, 12.8, 5.8, _FILLS[name], radius=1, thick=0.5))
        shapes.append(Words(x + 22, y, name, 8, "start", colour=LINE))
        x += 22 + ems(name) * 8 + 16
    return shapes


@dataclass(frozen=True)
class Bar:
    """One row of a bar chart: its label, count, and the minimum if there is one."""

    label: str
    count: int
    minimum: int | None = None


def bar_chart(bars: Sequence[Bar], unit: str = "", width: float = _WIDTH) -> Drawing:
    """Horizontal bars with their counts; a short line marks the minimum, and a bar below it is hatched by its outline."""
    size, step = 8.0, 13.0
    labels = [folded(bar.label, 168, size, 1) for bar in bars]
    left = max((ems(line[0]) * size for line in labels if line), default=40) + 8
    right = max((ems(f"{bar.count:,}") * size for bar in bars), default=20) + 10
    most = max((max(bar.count, bar.minimum or 0) for bar in bars), default=1) or 1
    scale = (width - left - right) / most
    shapes: list[Shape] = []
    for index, (bar, label) in enumerate(zip(bars, labels, strict=True)):
        y = 4 + index * step
        short = bar.minimum is not None and bar.count < bar.minimum
        shapes.append(Words(left - 6, y + 8.2, label[0] if label else "", size, "end"))
        length = max(bar.count * scale, 0.6)
        shapes.append(
            Rect(left, y + 1.5, length, 8, "#FFFFFF" if short else "#9DB2E8", "#5B76C4", short, thick=0.6)
        )
        shapes.append(
            Words(
                left + max(length, (bar.minimum or 0) * scale) + 4, y + 8.2, f"{bar.count:,}", size, "start"
            )
        )
        if bar.minimum:
            x = left + bar.minimum * scale
            shapes.append(Path(((x, y), (x, y + 11)), "#C0341D", thick=1.4))
    bottom = 4 + len(bars) * step
    shapes.append(Path(((left, 2), (left, bottom)), FAINT, thick=0.6))
    x = left
    shapes.append(Rect(x, bottom + 7, 16, 7, "#9DB2E8", "#5B76C4", thick=0.6))
    shapes.append(Words(x + 20, bottom + 13.5, f"现有数量{unit}", size, "start", colour=LINE))
    if any(bar.minimum for bar in bars):
        x += 30 + ems(f"现有数量{unit}") * size
        shapes.append(Path(((x, bottom + 5.5), (x, bottom + 15.5)), "#C0341D", thick=1.4))
        shapes.append(Words(x + 5, bottom + 13.5, "参考下限", size, "start", colour=LINE))
    return Drawing(width, bottom + 20, tuple(shapes))
