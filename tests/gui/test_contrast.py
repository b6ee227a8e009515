"""Every pair of words and ground that is really in use reaches 4.5:1, in both palettes: in the rules of the style sheet, and on
every page as it is painted."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage, QPalette
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

import filingdesk.gui
from filingdesk.gui import registry, theme
from filingdesk.gui.qss import stylesheet
from filingdesk.gui.shell import Shell
from filingdesk.gui.theme import DARK, LIGHT, Colors
from filingdesk.gui.widgets.chips import Chip
from gui.delivery import open_sample, settle, show
from gui.test_theme import contrast

ENOUGH = 4.5
PALETTES = pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda palette: palette.name)


def rules(sheet: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Selector and declarations of every rule."""
    for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", sheet):
        said = dict(part.split(":", 1) for part in body.split(";") if ":" in part)
        yield " ".join(selectors.split()), {name.strip(): value.strip() for name, value in said.items()}


@PALETTES
def test_words_of_a_rule_can_be_read_on_its_ground(palette: Colors) -> None:
    faint = []
    for selector, said in rules(stylesheet(palette)):
        for ink, ground in (
            ("color", "background"),
            ("selection-color", "selection-background-color"),
        ):
            words, behind = said.get(ink, ""), said.get(ground, "")
            if words.startswith("#") and behind.startswith("#") and contrast(words, behind) < ENOUGH:
                faint.append(f"{selector}: {words} on {behind} = {contrast(words, behind):.2f}")
    assert not faint, "\n".join(faint)


@PALETTES
def test_words_that_cannot_be_pressed_now_can_still_be_read(palette: Colors) -> None:
    """A disabled field holds an answer, a disabled button says what it would do: both are information."""
    low = []
    for selector, said in rules(stylesheet(palette)):
        if ":disabled" not in selector or not said.get("color", "").startswith("#"):
            continue
        grounds = [said["background"]] if said.get("background", "").startswith("#") else []
        for ground in grounds or [palette.bg, palette.surface]:
            if contrast(said["color"], ground) < ENOUGH:
                low.append(f"{selector}: {contrast(said['color'], ground):.2f}")
    assert not low, "\n".join(low)


@PALETTES
def test_every_tone_can_be_read_where_lists_put_it(palette: Colors) -> None:
    """Cells of tables are written in a tone: on the card, on the page, on a row under the mouse, on a row of every second ground."""
    for tone in ("blocker", "warning", "done", "accent", "muted", "secondary", "text"):
        for ground in ("surface", "bg", "row_hover"):
            assert contrast(getattr(palette, tone), getattr(palette, ground)) >= ENOUGH, (tone, ground)
    # A chosen row is written in the ink of the text whatever its tone.
    assert contrast(palette.text, palette.accent_soft) >= ENOUGH


def ink_of(widget: QWidget) -> str:
    """The colour in which a widget writes, as the style sheet left it in its palette."""
    group = QPalette.ColorGroup.Active if widget.isEnabled() else QPalette.ColorGroup.Disabled
    role = (
        QPalette.ColorRole.ButtonText
        if isinstance(widget, QAbstractButton)
        else QPalette.ColorRole.Text
        if isinstance(widget, QLineEdit | QPlainTextEdit | QComboBox)
        else QPalette.ColorRole.WindowText
    )
    return widget.palette().color(group, role).name()


def words_of(widget: QWidget) -> str:
    """What is written on it; blank for what writes nothing or writes in several colours."""
    if isinstance(widget, Chip):
        return ""  # paints itself: its pairs are held below
    if isinstance(widget, QLabel):
        rich = widget.textFormat() == Qt.TextFormat.RichText
        return "" if rich else widget.text()
    if isinstance(widget, QAbstractButton):
        return widget.text()
    if isinstance(widget, QLineEdit):
        return widget.text()
    if isinstance(widget, QPlainTextEdit):
        return "" if widget.property("role") == "code" else widget.toPlainText()
    return widget.currentText() if isinstance(widget, QComboBox) else ""


def ground_of(picture: QImage, part: QRect) -> str:
    """The colour that fills most of a part of a picture."""
    inside = part.intersected(picture.rect())
    counted: Counter[int] = Counter()
    for y in range(inside.top(), inside.bottom() + 1, 2):
        for x in range(inside.left(), inside.right() + 1, 2):
            counted[picture.pixel(x, y)] += 1
    return f"#{counted.most_common(1)[0][0] & 0xFFFFFF:06x}" if counted else ""


def hard_to_read(root: QWidget) -> list[str]:
    """Words below that do not stand out from the ground on which they are painted."""
    window = root.window()
    picture = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    found = []
    for widget in root.findChildren(QWidget):
        if not widget.isVisible() or not words_of(widget).strip() or widget.visibleRegion().isEmpty():
            continue
        seen = widget.visibleRegion().boundingRect().translated(widget.mapTo(window, QPoint(0, 0)))
        ground = ground_of(picture, seen)
        if ground and contrast(ink_of(widget), ground) < ENOUGH:
            how = contrast(ink_of(widget), ground)
            found.append(
                f"{type(widget).__name__} “{words_of(widget)[:20]}” {ink_of(widget)} on {ground} {how:.2f}"
            )
    return found


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_words_on_every_page_stand_out_from_their_ground(
    shell: Shell, app: QApplication, qtbot: QtBot, tmp_path: Path, dark: bool
) -> None:
    theme.apply(app, dark=dark)
    try:
        desk = open_sample(shell, qtbot, tmp_path, "incomplete")
        qtbot.waitUntil(lambda: bool(desk.papers.statuses), timeout=60_000)
        low = {}
        for entry in registry.entries():
            show(shell, entry.key)
            settle(shell, qtbot)
            if found := hard_to_read(shell):
                low[entry.key] = sorted(set(found))
        assert not low, "\n".join(f"{key}: {found}" for key, found in low.items())
    finally:
        theme.apply(app, dark=False)


@PALETTES
def test_words_of_painted_widgets_can_be_read(palette: Colors) -> None:
    """Chips and badges paint themselves; these are the pairs they paint."""
    pairs = [("accent", "accent_soft"), ("text", "surface"), ("text", "hover"), ("secondary", "hover")]
    pairs += [("muted", "surface"), ("muted", "accent_soft"), ("on_accent", "accent")]
    pairs += [(tone, f"{tone}_soft") for tone in ("done", "accent", "warning", "blocker")]
    for ink, ground in pairs:
        assert contrast(getattr(palette, ink), getattr(palette, ground)) >= ENOUGH, (ink, ground)


def test_rows_under_the_mouse_have_the_light_ground() -> None:
    """Words in a tone stand on such rows; `hover` is too dark for green. The sidebar and the chips write in the ink of the text."""
    folder = Path(filingdesk.gui.__file__).parent
    users = {
        file.name for file in folder.rglob("*.py") if 'color("hover")' in file.read_text(encoding="utf-8")
    }
    assert users <= {"sidebar.py"}
