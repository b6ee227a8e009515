"""The one visual language: palettes, sizes and fonts, stated once and read by the style sheet and by every painted widget."""

from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from filingdesk.gui.qss import stylesheet


@dataclass(frozen=True)
class Colors:
    """One palette; every value is `#RRGGBB`. `*_soft` is the quiet background of its colour.

    `muted` is darker (lighter in the dark) than the drawings' grey so that it reaches 4.5:1 on every background it is
    used on; `faint` is the drawings' own grey, for decoration that carries no meaning. `row_hover` is lighter than `hover`: words
    in a tone stand on it.
    """

    name: str
    bg: str
    surface: str
    sidebar: str
    border: str
    hover: str
    row_hover: str
    text: str
    secondary: str
    muted: str
    faint: str
    accent: str
    accent_soft: str
    on_accent: str
    accent_hover: str
    blocker: str
    blocker_soft: str
    warning: str
    warning_soft: str
    done: str
    done_soft: str
    track: str
    control_border: str
    input_bg: str
    focus_ring: str


LIGHT = Colors(
    name="light",
    bg="#F6F7F9",
    surface="#FFFFFF",
    sidebar="#F0F2F5",
    border="#E3E6EB",
    hover="#E7EAF0",
    row_hover="#F3F5F8",
    text="#1D2129",
    secondary="#4E5969",
    muted="#606A78",
    faint="#86909C",
    accent="#2858D9",
    accent_soft="#EAF0FF",
    on_accent="#FFFFFF",
    accent_hover="#1F49BD",
    blocker="#C9302C",
    blocker_soft="#FDECEB",
    warning="#A85507",
    warning_soft="#FFF4E5",
    done="#1A7F4B",
    done_soft="#E8F6EE",
    track="#E3E6EB",
    control_border="#D3D8E0",
    input_bg="#FFFFFF",
    focus_ring="#A9C0FF",
)

DARK = Colors(
    name="dark",
    bg="#16181D",
    surface="#1E2127",
    sidebar="#1A1D22",
    border="#2E323A",
    hover="#262A31",
    row_hover="#262A31",
    text="#E6E8EC",
    secondary="#AEB4BF",
    muted="#969EAB",
    faint="#7D8593",
    accent="#6E9BFF",
    accent_soft="#22304F",
    on_accent="#10131A",
    accent_hover="#8AAEFF",
    blocker="#FF7B72",
    blocker_soft="#3A2224",
    warning="#E3A355",
    warning_soft="#382C1E",
    done="#5CC98C",
    done_soft="#1D3328",
    track="#2E323A",
    control_border="#3A3F49",
    input_bg="#1A1D22",
    focus_ring="#D5E1FF",
)


class Space(IntEnum):
    """The spacing scale, in pixels."""

    XXS = 4
    XS = 8
    S = 12
    M = 16
    L = 20
    XL = 28


class Size(IntEnum):
    """Heights, widths and type sizes, in pixels."""

    CONTROL = 34
    ROW = 30
    NAV_ROW = 30
    RADIUS = 6
    CARD_RADIUS = 8
    BODY = 13
    SMALL = 12
    CARD_TITLE = 15
    PAGE_TITLE = 20
    TOP_BAR = 48
    SIDEBAR = 212
    HELP = 300
    DRAWER = 178
    STATUS = 28


CHINESE_UI_FONTS = (
    "Microsoft YaHei UI",
    "Microsoft YaHei",
    "PingFang SC",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "HarmonyOS Sans SC",
    "WenQuanYi Micro Hei",
)
MONO_FONTS = ("Cascadia Mono", "Consolas", "SF Mono", "Menlo", "DejaVu Sans Mono", "Noto Sans Mono CJK SC")
SHIPPED_FONT = "Noto Sans SC"
_DARK_PROPERTY = "filingdesk.dark"
_TEXT_PROPERTY = "filingdesk.text"
_STILL_PROPERTY = "filingdesk.still"


def is_dark() -> bool:
    """Whether the application wears the dark palette now."""
    app: QObject | None = QApplication.instance()
    return bool(app.property(_DARK_PROPERTY)) if app is not None else False


def wants_dark(look: str) -> bool:
    """Whether a look (`system`, `light`, `dark`) means the dark palette here and now."""
    if look == "system":
        return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
    return look == "dark"


def colors() -> Colors:
    """The palette the application wears now; painted widgets ask at paint time, so a switch needs no wiring."""
    return DARK if is_dark() else LIGHT


def color(name: str) -> QColor:
    """A palette value by its name, such as `accent_soft`."""
    return QColor(getattr(colors(), name))


def text_factor() -> float:
    """How large text is shown: 1.0 is the size of the drawings."""
    app: QObject | None = QApplication.instance()
    return float((app.property(_TEXT_PROPERTY) if app is not None else None) or 1.0)


def scaled(px: int) -> int:
    """Pixels of type at the size that is shown."""
    return round(px * text_factor())


def is_still() -> bool:
    """Whether nothing should move by itself; whatever animates asks first."""
    app: QObject | None = QApplication.instance()
    return bool(app.property(_STILL_PROPERTY)) if app is not None else False


def set_still(app: QApplication, still: bool) -> None:
    """Let nothing move by itself, or let it move again; Qt's own menus and lists follow."""
    if app.property(_STILL_PROPERTY) is None:
        app.setProperty(_MOVES_PROPERTY, [effect.value for effect in _EFFECTS if app.isEffectEnabled(effect)])
    app.setProperty(_STILL_PROPERTY, still)
    moves = app.property(_MOVES_PROPERTY) or []
    for effect in _EFFECTS:
        app.setEffectEnabled(effect, not still and effect.value in moves)


_MOVES_PROPERTY = "filingdesk.moves"
_EFFECTS = (
    Qt.UIEffect.UI_AnimateMenu,
    Qt.UIEffect.UI_FadeMenu,
    Qt.UIEffect.UI_AnimateCombo,
    Qt.UIEffect.UI_AnimateTooltip,
    Qt.UIEffect.UI_FadeTooltip,
    Qt.UIEffect.UI_AnimateToolBox,
)


def apply(app: QApplication, *, dark: bool, text: float | None = None) -> None:
    """Dress the application: Fusion, our palette, our style sheet; `text`: another size of all text, at once."""
    app.setProperty(_DARK_PROPERTY, dark)
    before = text_factor()
    if text is not None:
        app.setProperty(_TEXT_PROPERTY, text)
    if text_factor() != before:
        _resize(app, before)
    if app.style().objectName().lower() != "fusion":
        app.setStyle("Fusion")
    app.setFont(ui_font())
    app.setPalette(_qt_palette(colors()))
    app.setStyleSheet(stylesheet(colors(), text_factor()))


def _resize(app: QApplication, before: float) -> None:
    """Widgets that were given a font of their own keep it in the new size; what is painted asks when it paints."""
    for widget in app.allWidgets():
        font = widget.font()
        if widget.testAttribute(Qt.WidgetAttribute.WA_SetFont) and font.pixelSize() > 0:
            font.setPixelSize(scaled(round(font.pixelSize() / before)))
            # The style of a sheet notes a widget's own font here when it first sees it, and goes back to it with every
            # sheet; under a sheet of the whole application `setFont` forgets to tell it (QWidget::setFont, `extra->style`).
            widget.setProperty("_q_styleSheetWidgetFont", font)
            widget.setFont(font)


def ui_font(px: int = Size.BODY, *, bold: bool = False) -> QFont:
    """The interface font: the platform's Chinese face first, the shipped one as the last resort; `px` before scaling."""
    font = QFont()
    font.setFamilies([*available_families()])
    font.setPixelSize(scaled(px))
    if bold:
        font.setWeight(QFont.Weight.DemiBold)
    font.setStyleStrategy(QFont.StyleStrategy.PreferAntialias)
    return font


def mono_font(px: int = Size.SMALL) -> QFont:
    """A fixed-width face for identifiers such as rule numbers, with Chinese fallbacks."""
    font = QFont()
    font.setFamilies([name for name in MONO_FONTS if QFontDatabase.hasFamily(name)] + available_families())
    font.setStyleHint(QFont.StyleHint.Monospace)
    font.setPixelSize(scaled(px))
    return font


def figures(font: QFont) -> QFont:
    """The same font with tabular figures, for numbers that are compared."""
    tabular = QFont(font)
    tabular.setFeature(QFont.Tag("tnum"), 1)
    return tabular


def available_families() -> list[str]:
    """The Chinese interface families present on this machine, best first; loads the shipped one when there is none."""
    return list(_families())


@lru_cache(maxsize=1)
def _families() -> tuple[str, ...]:
    present = [name for name in CHINESE_UI_FONTS if QFontDatabase.hasFamily(name)]
    if not present:
        _load_shipped_font()
        present = [SHIPPED_FONT]
    return tuple(present[:2])


def _load_shipped_font() -> None:
    if QFontDatabase.hasFamily(SHIPPED_FONT):
        return
    from filingdesk.infra.resources import resource_path

    for name in ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf"):
        QFontDatabase.addApplicationFont(str(resource_path("fonts", name)))


def describe_font() -> str:
    """The family that is really used, for the problem report and for `--selftest`."""
    return QFontInfo(ui_font()).family()


def _qt_palette(c: Colors) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for where, value in (
        (role.Window, c.bg),
        (role.WindowText, c.text),
        (role.Base, c.surface),
        (role.AlternateBase, c.bg),
        (role.ToolTipBase, c.surface),
        (role.ToolTipText, c.text),
        (role.PlaceholderText, c.muted),
        (role.Text, c.text),
        (role.Button, c.surface),
        (role.ButtonText, c.text),
        (role.BrightText, c.on_accent),
        (role.Highlight, c.accent),
        (role.HighlightedText, c.on_accent),
        (role.Link, c.accent),
        (role.LinkVisited, c.accent),
        (role.Light, c.surface),
        (role.Midlight, c.hover),
        (role.Mid, c.border),
        (role.Dark, c.faint),
        (role.Shadow, c.border),
        (role.Accent, c.accent),
    ):
        palette.setColor(where, QColor(value))
    disabled = QPalette.ColorGroup.Disabled
    for where in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(disabled, where, QColor(c.muted))  # what is shut off can still be read
    return palette
