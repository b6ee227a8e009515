"""The palettes: every word can be read, and every token of the drawings is there."""

from dataclasses import fields

import pytest

from filingdesk.gui.qss import stylesheet
from filingdesk.gui.theme import DARK, LIGHT, Colors

GROUNDS = ("bg", "surface", "sidebar", "hover", "accent_soft", "input_bg")


def luminance(value: str) -> float:
    parts = [int(value[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda palette: palette.name)
@pytest.mark.parametrize("ink", ["text", "secondary", "muted"])
@pytest.mark.parametrize("ground", GROUNDS)
def test_words_can_be_read_on_every_ground(palette: Colors, ink: str, ground: str) -> None:
    assert contrast(getattr(palette, ink), getattr(palette, ground)) >= 4.5


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda palette: palette.name)
@pytest.mark.parametrize("tone", ["blocker", "warning", "done", "accent"])
def test_tones_can_be_read_on_their_own_ground_and_on_surfaces(palette: Colors, tone: str) -> None:
    on_sidebar = (
        ("sidebar",) if tone in ("blocker", "accent") else ()
    )  # green and amber words never stand there
    for ground in (f"{tone}_soft", "surface", "bg", *on_sidebar):
        assert contrast(getattr(palette, tone), getattr(palette, ground)) >= 4.5, ground


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda palette: palette.name)
def test_the_words_of_a_primary_button_can_be_read(palette: Colors) -> None:
    assert contrast(palette.on_accent, palette.accent) >= 4.5
    assert contrast(palette.on_accent, palette.accent_hover) >= 4.5


def test_the_binding_tokens_are_the_drawings() -> None:
    assert (LIGHT.bg, LIGHT.surface, LIGHT.sidebar) == ("#F6F7F9", "#FFFFFF", "#F0F2F5")
    assert (DARK.bg, DARK.surface, DARK.sidebar) == ("#16181D", "#1E2127", "#1A1D22")
    assert (LIGHT.accent, DARK.accent) == ("#2858D9", "#6E9BFF")
    assert (LIGHT.blocker, LIGHT.warning, LIGHT.done) == ("#C9302C", "#A85507", "#1A7F4B")


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda palette: palette.name)
def test_the_style_sheet_uses_only_colours_of_its_palette(palette: Colors) -> None:
    sheet = stylesheet(palette)
    assert "$" not in sheet
    known = {str(getattr(palette, field.name)).upper() for field in fields(palette)} | {"#FFFFFF"}
    used = {
        word.strip(";,)").upper()
        for word in sheet.split()
        if word.startswith("#") and len(word.strip(";,)")) == 7
    }
    assert used <= known
