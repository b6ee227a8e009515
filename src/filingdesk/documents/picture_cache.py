"""Pictures as the preview shows them, kept while the program runs: an edit of a word must not draw every picture again."""

import base64
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from filingdesk.documents.drawing import Drawing
from filingdesk.documents.images import Picture, normalise_picture

MAX_BYTES = 48_000_000
_MAX_SIDE = 1000


@dataclass(frozen=True)
class Coded:
    """A picture as text for a page: `uri` holds its bytes; `picture` its size (None for a drawing)."""

    uri: str
    picture: Picture | None = None


class _Cache:
    """What was used last stays, up to a number of bytes; any thread may ask."""

    def __init__(self) -> None:
        self._kept: OrderedDict[object, Coded | None] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def get(self, key: object, make: Callable[[], Coded | None]) -> Coded | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        with self._lock:
            if key not in self._kept:
                self._kept[key] = made
                self._size += _size(made)
            while self._size > MAX_BYTES and len(self._kept) > 1:
                self._size -= _size(self._kept.popitem(last=False)[1])
        return made


def _size(coded: Coded | None) -> int:
    return len(coded.uri) if coded else 100


_CACHE = _Cache()


def coded_picture(data: bytes) -> Coded | None:
    """An attached picture, made small enough for a screen; None when it cannot be shown."""

    def make() -> Coded | None:
        picture = normalise_picture(data, max_side=_MAX_SIDE)
        if picture is None:
            return None
        return Coded(f"data:{picture.mime};base64,{base64.b64encode(picture.data).decode()}", picture)

    return _CACHE.get(hashlib.sha256(data).digest(), make)


def coded_drawing(drawing: Drawing) -> str:
    """A drawing as a picture, twice as fine as the page."""

    def make() -> Coded:
        from filingdesk.documents.drawing_png import draw_png

        return Coded(f"data:image/png;base64,{base64.b64encode(draw_png(drawing, 2)).decode()}")

    coded = _CACHE.get(drawing, make)
    return coded.uri if coded else ""
