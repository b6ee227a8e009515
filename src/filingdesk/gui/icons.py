"""Our own line icons: SVG with `currentColor`, painted crisp at every scale and recoloured with the palette."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from filingdesk.infra.resources import resource_path


def icon_file(name: str) -> str:
    """The path of an icon as the style sheet wants it (forward slashes); `name` without `.svg`."""
    return resource_path("icons", f"{name}.svg").as_posix()


@lru_cache(maxsize=256)
def _source(name: str) -> str:
    return resource_path("icons", f"{name}.svg").read_text("utf-8")


@lru_cache(maxsize=512)
def _renderer(name: str, hex_color: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(_source(name).replace("currentColor", hex_color).encode()))


def paint_icon(painter: QPainter, rect: QRect | QRectF, name: str, hex_color: str) -> None:
    """Paint the icon into `rect` in one colour."""
    _renderer(name, hex_color).render(painter, QRectF(rect))


class _ThemedEngine(QIconEngine):
    def __init__(self, name: str, tone: str) -> None:
        super().__init__()
        self._name = name
        self._tone = tone

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        from filingdesk.gui.theme import colors

        tone = "faint" if mode == QIcon.Mode.Disabled else self._tone
        paint_icon(painter, rect, self._name, getattr(colors(), tone))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self._draw(size, 1.0, mode, state)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        return self._draw(size, scale, mode, state)

    def _draw(self, size: QSize, scale: float, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        if size.isEmpty():  # a button that is being squeezed away asks for nothing
            return QPixmap()
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        pixmap.setDevicePixelRatio(scale)
        return pixmap

    def clone(self) -> QIconEngine:
        return _ThemedEngine(self._name, self._tone)

    def key(self) -> str:
        return f"filingdesk.{self._name}.{self._tone}"


def icon(name: str, tone: str = "secondary") -> QIcon:
    """An icon by name in a palette colour; it follows a switch to the other palette at its next paint."""
    return QIcon(_ThemedEngine(name, tone))
