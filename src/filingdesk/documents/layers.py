"""Lays out the architecture of a system: components in bands, one band a layer, data flows between them as numbered arrows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from filingdesk.documents.drawing import FAINT, INK, LINE, Drawing, Path, Rect, Shape, Words, evenly, folded

_WIDTH, _LABEL, _PER_ROW = 430.0, 22.0, 4
_BOX_HEIGHT, _GAP, _PAD, _VIA = 38.0, 34.0, 8.0, 12.0
_BANDS = ("#F7F8FA", "#EEF2FB")
_FILLS = {
    "接入层": "#FFFFFF",
    "应用层": "#E8EEFC",
    "安全层": "#E6F4EA",
    "模型层": "#F1E9FB",
    "数据层": "#FFF4DC",
}


@dataclass(frozen=True)
class Part:
    """A component: `layer` names its band, `manual` makes its frame dashed."""

    id: str
    name: str
    layer: str
    manual: bool = False


@dataclass(frozen=True)
class Link:
    """A data flow; links are numbered in their order."""

    source: str
    target: str


@dataclass
class _Seat:
    """A box, or a place where a link passes a row (no part)."""

    part: Part | None
    row: int
    x: float = 0.0
    width: float = _VIA
    ups: list["_Seat"] = field(default_factory=list)
    downs: list["_Seat"] = field(default_factory=list)

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


def layered(parts: Sequence[Part], links: Sequence[Link], layers: Sequence[str]) -> Drawing:
    """Bands from top to bottom in the order of `layers`; a band with many components has several rows."""
    rows, bands = _rows(parts, layers)
    seats = {seat.part.id: seat for row in rows for seat in row if seat.part}
    routes = [_route(link, seats, rows) for link in links if link.source in seats and link.target in seats]
    _order(rows)
    for row in rows:
        _spread(row)
    tops = [_PAD + n * (_BOX_HEIGHT + _GAP) + _GAP / 2 for n in range(len(rows))]
    height = (tops[-1] + _BOX_HEIGHT if tops else 0.0) + _GAP / 2 + _PAD
    shapes: list[Shape] = list(_band_shapes(bands, tops))
    shapes += _links(routes, tops)
    for row in rows:
        for seat in row:
            shapes += _box(seat, tops[seat.row])
    shapes += _numbers(routes, tops)
    return Drawing(_WIDTH, height, tuple(shapes))


def _rows(
    parts: Sequence[Part], layers: Sequence[str]
) -> tuple[list[list[_Seat]], list[tuple[str, int, int]]]:
    rows: list[list[_Seat]] = []
    bands: list[tuple[str, int, int]] = []
    for layer in layers:
        inside = [part for part in parts if part.layer == layer]
        if not inside:
            continue
        count = -(-len(inside) // _PER_ROW)
        size = -(-len(inside) // count)
        bands.append((layer, len(rows), count))
        for start in range(0, len(inside), size):
            rows.append([_Seat(part, len(rows)) for part in inside[start : start + size]])
    return rows, bands


def _route(link: Link, seats: dict[str, _Seat], rows: list[list[_Seat]]) -> list[_Seat]:
    """The seats a link passes, from its source to its target, with a place in every row between."""
    start, end = seats[link.source], seats[link.target]
    step = 1 if end.row > start.row else -1
    way = [start]
    for row in range(start.row + step, end.row, step) if start.row != end.row else ():
        via = _Seat(None, row)
        rows[row].append(via)
        way.append(via)
    way.append(end)
    for here, there in pairwise(way):
        upper, lower = (here, there) if here.row < there.row else (there, here)
        if upper.row != lower.row:
            upper.downs.append(lower)
            lower.ups.append(upper)
    return way


def _order(rows: list[list[_Seat]]) -> None:
    """Put each seat near the middle of what it is joined to: fewer links cross (barycentre, a few sweeps)."""
    for row in rows:
        _number(row)
    for sweep in range(6):
        down = sweep % 2 == 0
        for row in rows[1:] if down else reversed(rows[:-1]):
            wish = {}
            for seat in row:
                joined = seat.ups if down else seat.downs
                wish[id(seat)] = sum(s.x for s in joined) / len(joined) if joined else seat.x
            row.sort(key=lambda seat: wish[id(seat)])
            _number(row)


def _number(row: list[_Seat]) -> None:
    for index, seat in enumerate(row):
        seat.x = (index + 0.5) / len(row)


def _spread(row: list[_Seat]) -> None:
    """Give the seats of a row their places: boxes as wide as there is room, passages narrow."""
    boxes = sum(seat.part is not None for seat in row)
    room = _WIDTH - _LABEL - 2 * _PAD
    gap = 14.0
    vias = len(row) - boxes
    free = room - gap * (len(row) - 1) - vias * _VIA
    wide = min(max(free / boxes, 40.0), 118.0) if boxes else 0.0
    if boxes and vias:
        gap = max((room - boxes * wide - vias * _VIA) / max(len(row) - 1, 1), 3.0)
        gap = min(gap, 30.0)
    used = boxes * wide + vias * _VIA + gap * (len(row) - 1)
    spare = max(room - used, 0.0)
    extra = spare / len(row)
    x = _LABEL + _PAD + extra / 2
    for seat in row:
        seat.width = wide if seat.part else _VIA
        seat.x = x
        x += seat.width + gap + extra


def _band_shapes(bands: Sequence[tuple[str, int, int]], tops: Sequence[float]) -> list[Shape]:
    shapes: list[Shape] = []
    for index, (name, first, count) in enumerate(bands):
        top = tops[first] - _GAP / 2 + 2
        bottom = tops[first + count - 1] + _BOX_HEIGHT + _GAP / 2 - 2
        shapes.append(Rect(1, top, _WIDTH - 2, bottom - top, _BANDS[index % 2], FAINT, radius=3, thick=0.4))
        start = (top + bottom) / 2 - len(name) * 10.5 / 2 + 8.5
        for n, char in enumerate(name):
            shapes.append(Words(_LABEL / 2 + 1, start + n * 10.5, char, 8.5, colour=LINE))
    return shapes


def _box(seat: _Seat, top: float) -> list[Shape]:
    part = seat.part
    if part is None:
        return []
    shapes: list[Shape] = [
        Rect(
            seat.x,
            top,
            seat.width,
            _BOX_HEIGHT,
            _FILLS.get(part.layer, "#FFFFFF"),
            dashed=part.manual,
            radius=3,
        )
    ]
    lines = folded(part.name, seat.width - 8, 8, 3)
    if len(lines) == 2:
        lines = evenly(part.name, seat.width - 8, 8)
    at = top + _BOX_HEIGHT / 2 - len(lines) * 10.5 / 2 + 8.2
    return shapes + [
        Words(seat.middle, at + n * 10.5, line, 8, colour=INK, bold=True) for n, line in enumerate(lines)
    ]


def _ports(routes: Sequence[list[_Seat]]) -> dict[tuple[int, int], float]:
    """Where each step of each route leaves or enters a seat: ends on one side are set side by side."""
    sides: dict[tuple[int, bool], list[tuple[float, int, int, _Seat]]] = {}
    for number, way in enumerate(routes):
        for step, (here, there) in enumerate(pairwise(way)):
            for seat, other, end in ((here, there, 0), (there, here, 1)):
                below = other.row > seat.row or (other.row == seat.row)
                sides.setdefault((id(seat), below), []).append((other.middle, number, 2 * step + end, seat))
    ports: dict[tuple[int, int], float] = {}
    for ends in sides.values():
        ends.sort(key=lambda e: (e[0], e[1], e[2]))
        for index, (_, number, end, seat) in enumerate(ends):
            inner = seat.width * 0.8
            ports[number, end] = (
                seat.middle
                if seat.part is None
                else seat.x + seat.width * 0.1 + inner * (index + 0.5) / len(ends)
            )
    return ports


def _paths(routes: Sequence[list[_Seat]], tops: Sequence[float]) -> list[list[tuple[float, float]]]:
    ports = _ports(routes)
    out = []
    for number, way in enumerate(routes):
        points: list[tuple[float, float]] = []
        for step, (here, there) in enumerate(pairwise(way)):
            x0, x1 = ports[number, 2 * step], ports[number, 2 * step + 1]
            low0, low1 = tops[here.row] + _BOX_HEIGHT, tops[there.row] + _BOX_HEIGHT
            if there.row == here.row:
                depth = low0 + 7 + 3 * (number % 3)
                points += [(x0, low0), (x0, depth), (x1, depth), (x1, low1)]
            elif there.row > here.row:
                points += [(x0, low0), (x1, tops[there.row])]
            else:
                points += [(x0, tops[here.row]), (x1, low1)]
        out.append(points)
    return out


def _links(routes: Sequence[list[_Seat]], tops: Sequence[float]) -> list[Shape]:
    return [Path(tuple(points), LINE, arrow=True, thick=0.7) for points in _paths(routes, tops)]


def _numbers(routes: Sequence[list[_Seat]], tops: Sequence[float]) -> list[Shape]:
    """The number of each link in a little box on its way, moved along until it covers no other."""
    shapes: list[Shape] = []
    taken: list[tuple[float, float]] = []
    for number, points in enumerate(_paths(routes, tops), 1):
        first = 1 if len(points) == 4 and points[1][1] == points[2][1] else 0
        (x0, y0), (x1, y1) = points[first], points[first + 1]
        places = [(x0 + (x1 - x0) * part, y0 + (y1 - y0) * part) for part in (0.5, 0.35, 0.65, 0.22, 0.78)]
        x, y = next(
            ((x, y) for x, y in places if all(abs(x - a) > 11 or abs(y - b) > 9 for a, b in taken)), places[0]
        )
        taken.append((x, y))
        wide = 10.0 if number < 10 else 13.0
        shapes.append(Rect(x - wide / 2, y - 4.6, wide, 9.2, "#FFFFFF", FAINT, radius=4, thick=0.4))
        shapes.append(Words(x, y + 2.5, str(number), 7, colour=INK))
    return shapes
