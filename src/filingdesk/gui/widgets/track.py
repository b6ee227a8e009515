"""The track of stages: where a filing stands, from left to right."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from filingdesk.gui.theme import Size, color, scaled, ui_font
from filingdesk.gui.widgets.dot import paint_dot, progress_words


@dataclass(frozen=True)
class Station:
    """One stage: its name, how far it is (0..1), a quiet word under it, and the page behind it."""

    title: str
    fraction: float
    note: str = ""
    page: str = ""


class StageTrack(QWidget):
    """Stations in a row; a click on one wants its page."""

    clicked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stations: Sequence[Station] = ()
        self._at = 0
        self._fit()
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_stations(self, stations: Sequence[Station]) -> None:
        """Show these."""
        self._stations = stations
        self._fit()
        self.setAccessibleName(
            ";".join(f"{s.title}:{s.note or progress_words(s.fraction)}" for s in stations)
        )
        self.update()

    def _fit(self) -> None:
        noted = any(station.note for station in self._stations)
        self.setFixedHeight(28 + scaled(20) + (scaled(18) if noted or not self._stations else 0))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:  # text may have another size now
            self._fit()

    def sizeHint(self) -> QSize:
        return QSize(600, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._stations:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        step = self.width() / len(self._stations)
        for place, station in enumerate(self._stations):
            middle = step * (place + 0.5)
            if place + 1 < len(self._stations):
                done = station.fraction >= 1
                painter.setPen(QPen(color("done" if done else "border"), 2))
                start, end = middle + step * 0.28, middle + step * 0.72
                painter.drawLine(int(start), 14, int(end), 14)
            if self.hasFocus() and place == self._at:
                painter.setPen(QPen(color("accent"), 1.5))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(QRectF(middle - 13, 1, 26, 26))
            paint_dot(painter, QRectF(middle - 9, 5, 18, 18), station.fraction)
            painter.setFont(ui_font())
            painter.setPen(color("text"))
            flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
            painter.drawText(QRect(int(middle - step / 2), 27, int(step), scaled(20)), flags, station.title)
            if station.note:
                painter.setFont(ui_font(Size.SMALL))
                painter.setPen(color("muted"))
                painter.drawText(
                    QRect(int(middle - step / 2), 26 + scaled(20), int(step), scaled(18)), flags, station.note
                )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step and self._stations:
            self._at = min(max(self._at + step, 0), len(self._stations) - 1)
            self.setAccessibleDescription(self._stations[self._at].title)
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._stations:
            if self._stations[self._at].page:
                self.clicked.emit(self._stations[self._at].page)
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._stations:
            place = int(event.position().x() / (self.width() / len(self._stations)))
            station = self._stations[min(max(place, 0), len(self._stations) - 1)]
            if station.page:
                self.clicked.emit(station.page)
