"""Badges: a word on a soft ground; source marks of rules and help texts, counts of findings, states of papers."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from filingdesk.domain.meta import SourceMark
from filingdesk.gui.theme import Size, color, ui_font

SOURCE_TONES = {
    SourceMark.LAW: "done",
    SourceMark.STANDARD: "accent",
    SourceMark.STANDARD_UNCHECKED: "accent",
    SourceMark.PRACTICE: "warning",
    SourceMark.VENDOR: "neutral",
    SourceMark.DERIVED: "neutral",
}
SOURCE_MEANINGS = {
    SourceMark.LAW: "来自法律或部门规章原文",
    SourceMark.STANDARD: "来自标准，多处来源一致",
    SourceMark.STANDARD_UNCHECKED: "来自标准，只有一处来源，请对照标准原文核对",
    SourceMark.PRACTICE: "来自真实备案材料或退回意见，不是法律规定",
    SourceMark.VENDOR: "来自云厂商或代办机构的说法，仅供参考",
    SourceMark.DERIVED: "由公开记录推算得出，仅作提醒",
}


class Badge(QWidget):
    """A word in a tone: `done`, `accent`, `warning`, `blocker` or `neutral`; `pill` rounds it fully."""

    def __init__(
        self, text: str = "", tone: str = "neutral", *, pill: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._text = text
        self._tone = tone
        self._pill = pill
        self.setFont(ui_font(Size.SMALL if pill else 11))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_text(text, tone)

    def text(self) -> str:
        """The word."""
        return self._text

    def set_text(self, text: str, tone: str | None = None) -> None:
        """Another word, and another tone when given."""
        self._text = text
        self._tone = tone or self._tone
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        return QSize(
            metrics.horizontalAdvance(self._text) + (18 if self._pill else 12), 22 if self._pill else 20
        )

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color("hover" if self._tone == "neutral" else f"{self._tone}_soft"))
        radius = self.height() / 2 if self._pill else 4
        painter.drawRoundedRect(QRectF(self.rect()), radius, radius)
        painter.setPen(color("secondary" if self._tone == "neutral" else self._tone))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._text)


class SourceBadge(Badge):
    """The source mark of a fact of law or practice: 法定, 标准, 标准·待核对, 实务, 厂商说法, 推导."""

    def __init__(self, source: SourceMark, parent: QWidget | None = None) -> None:
        super().__init__(source.badge, SOURCE_TONES[source], parent=parent)
        self.setToolTip(SOURCE_MEANINGS[source])
        self.setAccessibleName(f"来源：{source.badge},{SOURCE_MEANINGS[source]}")
