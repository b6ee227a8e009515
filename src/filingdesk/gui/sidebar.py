"""The sidebar: pages grouped by stage, each with a progress dot and the count of its findings."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from filingdesk.gui.icons import paint_icon
from filingdesk.gui.theme import Size, Space, color, colors, figures, ui_font
from filingdesk.gui.widgets.cards import hairline
from filingdesk.gui.widgets.dot import paint_dot, progress_words


@dataclass(frozen=True)
class NavEntry:
    """One page of the sidebar."""

    key: str
    title: str


@dataclass(frozen=True)
class NavGroup:
    """Pages under one heading; the first group has none."""

    title: str
    entries: tuple[NavEntry, ...] = field(default_factory=tuple)


@dataclass(frozen=True)
class NavState:
    """What the sidebar says of a page: `fraction` filled (None: nothing to fill), blocking and other findings."""

    fraction: float | None = None
    blockers: int = 0
    warnings: int = 0


class NavRow(QAbstractButton):
    """One page; checked when it is the one shown."""

    def __init__(self, entry: NavEntry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entry = entry
        self._state = NavState()
        self.setText(entry.title)
        self.setCheckable(True)
        self.setFont(ui_font())
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_state(NavState())

    def state(self) -> NavState:
        """What the row says now."""
        return self._state

    def set_state(self, state: NavState) -> None:
        """Show another state."""
        self._state = state
        words = [self.entry.title, progress_words(state.fraction)]
        if state.blockers:
            words.append(f"{state.blockers} 项阻断")
        if state.warnings:
            words.append(f"{state.warnings} 项提醒")
        self.setAccessibleName(",".join(words))
        self.setToolTip(" · ".join(words[1:]))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(180, Size.NAV_ROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self.isChecked() or self.underMouse() or self.hasFocus():
            painter.setPen(color("accent") if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(color("accent_soft" if self.isChecked() else "hover"))
            painter.drawRoundedRect(rect, Size.RADIUS, Size.RADIUS)
        if self._state.fraction is not None:  # an empty ring would ask for something to be filled
            paint_dot(painter, QRectF(10, (self.height() - 14) / 2, 14, 14), self._state.fraction)
        count = self._state.blockers or self._state.warnings
        right = self.width() - 10
        if count:
            font = figures(ui_font(11, bold=bool(self._state.blockers)))
            painter.setFont(font)
            painter.setPen(color("blocker" if self._state.blockers else "muted"))
            painter.drawText(
                QRect(0, 0, right, self.height()),
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                str(count),
            )
            right -= QFontMetrics(font).horizontalAdvance(str(count)) + Space.XS
        font = QFont(self.font())
        if self.isChecked():
            font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(color("accent" if self.isChecked() else "secondary"))
        area = QRect(33, 0, right - 33, self.height())
        shown = QFontMetrics(font).elidedText(self.text(), Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)


class NavHead(QAbstractButton):
    """The heading of a group; folds and opens it, and while folded tells what blocks inside."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(title)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.folded = False
        self._blockers = 0
        self.show_state(folded=False, blockers=0)

    def show_state(self, *, folded: bool, blockers: int) -> None:
        """Folded or open, and how many findings block on the pages below."""
        self.folded, self._blockers = folded, blockers
        words = [self.text(), "已折叠" if folded else "已展开"]
        if folded and blockers:
            words.append(f"{blockers} 项阻断")
        self.setAccessibleName("，".join(words))
        self.setToolTip("展开这一组" if folded else "折叠这一组")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(180, Size.NAV_ROW + Space.XXS)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = self.rect().adjusted(0, Space.XXS, 0, 0)
        if self.underMouse() or self.hasFocus():
            painter.setPen(color("accent") if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(color("hover"))
            painter.drawRoundedRect(QRectF(area).adjusted(0.5, 0.5, -0.5, -0.5), Size.RADIUS, Size.RADIUS)
        flags = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(ui_font(Size.SMALL))
        painter.setPen(color("muted"))
        painter.drawText(area.adjusted(10, 0, 0, 0), flags | Qt.AlignmentFlag.AlignLeft, self.text())
        width = QFontMetrics(painter.font()).horizontalAdvance(self.text())
        picture = "chevron-right" if self.folded else "chevron-down"
        box = QRectF(14 + width, area.center().y() - 5.5, 12, 12)
        paint_icon(painter, box, picture, colors().muted)
        if self.folded and self._blockers:
            painter.setFont(figures(ui_font(11, bold=True)))
            painter.setPen(color("blocker"))
            right = area.adjusted(0, 0, -10, 0)
            painter.drawText(right, flags | Qt.AlignmentFlag.AlignRight, str(self._blockers))


class FootRow(QAbstractButton):
    """A command at the foot of the sidebar, with a picture."""

    def __init__(self, text: str, picture: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = picture
        self.setText(text)
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(180, Size.NAV_ROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.hasFocus():
            painter.setPen(color("accent") if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(color("hover"))
            painter.drawRoundedRect(
                QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), Size.RADIUS, Size.RADIUS
            )
        paint_icon(painter, QRectF(10, (self.height() - 14) / 2, 14, 14), self._picture, colors().secondary)
        painter.setFont(ui_font())
        painter.setPen(color("secondary"))
        area = QRect(33, 0, self.width() - 33, self.height())
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.text())


class Sidebar(QFrame):
    """All pages; `chosen` tells the key of the page a user wants, `folded_changed` which groups are folded."""

    chosen = Signal(str)
    folded_changed = Signal(str)
    """Titles of the folded groups, joined by `|`."""
    preferences_clicked = Signal()

    def __init__(self, groups: Sequence[NavGroup], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "sideBar")
        self.setFixedWidth(Size.SIDEBAR)
        self.setAccessibleName("页面")
        self._rows: dict[str, NavRow] = {}
        self._heads: dict[str, NavHead] = {}
        self._groups: dict[str, tuple[str, ...]] = {}
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 1, 0)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.viewport().setAutoFillBackground(False)
        inner = QWidget()
        inner.setObjectName("sideBarInner")
        inner.setAutoFillBackground(False)
        column = QVBoxLayout(inner)
        column.setContentsMargins(Space.XS, Space.S, Space.XS, Space.S)
        column.setSpacing(1)
        for group in groups:
            if group.title:
                heading = NavHead(group.title)
                heading.clicked.connect(lambda _checked, title=group.title: self._toggle(title))
                self._heads[group.title] = heading
                self._groups[group.title] = tuple(entry.key for entry in group.entries)
                column.addWidget(heading)
            for entry in group.entries:
                row = NavRow(entry)
                row.clicked.connect(lambda _checked, key=entry.key: self._pressed(key))
                self._rows[entry.key] = row
                column.addWidget(row)
        column.addStretch(1)
        scroll.setWidget(inner)
        self._scroll = scroll
        inner.setAutoFillBackground(False)  # setWidget turns it on
        outer.setSpacing(0)
        outer.addWidget(scroll, 1)
        self.preferences = FootRow("设置", "settings")
        self.preferences.setToolTip("设置（Ctrl+,）")
        self.preferences.clicked.connect(self.preferences_clicked)
        outer.addWidget(hairline(self))
        foot = QVBoxLayout()
        foot.setContentsMargins(Space.XS, Space.XXS, Space.XS, Space.XXS)
        foot.addWidget(self.preferences)
        outer.addLayout(foot)

    def keys(self) -> tuple[str, ...]:
        """The page keys from top to bottom."""
        return tuple(self._rows)

    def row(self, key: str) -> NavRow:
        """The row of a page."""
        return self._rows[key]

    def select(self, key: str) -> None:
        """Mark a page as the one shown; its group opens."""
        for name, row in self._rows.items():
            row.setChecked(name == key)
        title = next((title for title, keys in self._groups.items() if key in keys), "")
        if title and self._heads[title].folded:
            self._toggle(title)
        # Once the layout has its sizes; the row may have been folded away or never shown yet.
        QTimer.singleShot(0, self, lambda: self._bring_up(key))

    def _bring_up(self, key: str) -> None:
        if key in self._rows and self._rows[key].isChecked():
            self._scroll.ensureWidgetVisible(self._rows[key], 0, Size.NAV_ROW)

    def folded(self) -> tuple[str, ...]:
        """The titles of the folded groups."""
        return tuple(title for title, head in self._heads.items() if head.folded)

    def set_folded(self, titles: Collection[str]) -> None:
        """Fold these groups and open the others."""
        for title in self._heads:
            self._show_group(title, folded=title in titles)

    def head(self, title: str) -> NavHead:
        """The heading of a group."""
        return self._heads[title]

    def _toggle(self, title: str) -> None:
        self._show_group(title, folded=not self._heads[title].folded)
        self.folded_changed.emit("|".join(self.folded()))

    def _show_group(self, title: str, *, folded: bool) -> None:
        keys = self._groups[title]
        blockers = sum(self._rows[key].state().blockers for key in keys)
        self._heads[title].show_state(folded=folded, blockers=blockers)
        for key in keys:
            self._rows[key].setVisible(not folded)

    def set_state(self, key: str, state: NavState) -> None:
        """Show the state of a page; unknown keys are ignored."""
        row = self._rows.get(key)
        if row is not None and row.state() != state:
            row.set_state(state)
            for title, keys in self._groups.items():
                if key in keys:
                    self._show_group(title, folded=self._heads[title].folded)

    def _pressed(self, key: str) -> None:
        self.select(key)
        self.chosen.emit(key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        rows = [row for row in self._rows.values() if not row.isHidden()]
        focused = next((index for index, row in enumerate(rows) if row.hasFocus()), None)
        if step is None or focused is None:
            super().keyPressEvent(event)
            return
        rows[(focused + step) % len(rows)].setFocus(Qt.FocusReason.TabFocusReason)
