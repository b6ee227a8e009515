"""Fonts of the pdf writer: found and parsed when first needed, chosen per character, and never silently missing a glyph."""

import threading
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from reportlab.pdfbase import pdfmetrics, ttfonts
from reportlab.pdfbase.ttfonts import TTFont

from filingdesk.documents.blocks import Run
from filingdesk.domain.errors import UserError
from filingdesk.infra.resources import resource_path

SERIF, SERIF_BOLD, SANS, SANS_BOLD, SYMBOLS = (
    "NotoSerifSC-Regular",
    "NotoSerifSC-Bold",
    "NotoSansSC-Regular",
    "NotoSansSC-Bold",
    "DejaVuSans",
)
BOLD_OF = {SERIF: SERIF_BOLD, SANS: SANS_BOLD}
# ☑ ☐ and other signs are in none of the Chinese fonts; the sans faces hold a few characters the serif ones lack.
# DejaVu holds some Arabic and Hebrew shapes, but we neither join nor reorder them: better none than wrong ones.
_RIGHT_TO_LEFT = frozenset({"R", "AL"})
_FALLBACKS = {
    SERIF: (SANS, SYMBOLS),
    SERIF_BOLD: (SANS_BOLD, SYMBOLS),
    SANS: (SERIF, SYMBOLS),
    SANS_BOLD: (SERIF_BOLD, SYMBOLS),
}


def _to_unicode_map(name: str, subset: list[int]) -> str:
    """The map from glyphs back to characters, for copying and searching.

    Takes the place of reportlab 5.1's own `ttfonts.makeToUnicodeCMap`, which writes a character beyond U+FFFF (𬭎 in a
    person's name) as five digits that readers take for another character, and more than 100 entries to a block.
    """
    pairs = [
        f"<{index:02X}> <{chr(code).encode('utf-16-be').hex().upper()}>" for index, code in enumerate(subset)
    ]
    blocks = [pairs[start : start + 100] for start in range(0, len(pairs), 100)]
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin",
            "12 dict begin",
            "begincmap",
            f"/CIDSystemInfo << /Registry ({name}) /Ordering ({name}) /Supplement 0 >> def",
            f"/CMapName /{name} def",
            "/CMapType 2 def",
            "1 begincodespacerange",
            f"<00> <{len(subset) - 1:02X}>",
            "endcodespacerange",
            *(line for block in blocks for line in (f"{len(block)} beginbfchar", *block, "endbfchar")),
            "endcmap",
            "CMapName currentdict /CMap defineresource pop",
            "end",
            "end",
        ]
    )


_LOCK = threading.Lock()
ttfonts.makeToUnicodeCMap = _to_unicode_map


@dataclass(frozen=True)
class _Face:
    """What the layout needs of a font: which characters it holds and how wide they are (1/1000 em)."""

    widths: dict[int, float]
    default: float


@lru_cache(maxsize=8)
def _face(name: str) -> _Face:
    """Parse and register a font once per process (about 0.1 s each)."""
    with _LOCK:
        # Two threads may come here at once: a font registered twice would change under the first one's file.
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, str(resource_path("fonts", f"{name}.ttf"))))
        face: Any = pdfmetrics.getFont(name).face
    return _Face(
        {code: face.charWidths.get(code, face.defaultWidth) for code in face.charToGlyph}, face.defaultWidth
    )


@lru_cache(maxsize=65536)
def glyph(font: str, char: str) -> tuple[str, float] | None:
    """The font that shows a character and its width in em; None when no font holds it."""
    if unicodedata.bidirectional(char) in _RIGHT_TO_LEFT:
        return None
    code = ord(char)
    for name in (font, *_FALLBACKS.get(font, ())):
        width = _face(name).widths.get(code)
        if width is not None:
            return name, width / 1000
    return None


def ascent_descent(font: str) -> tuple[float, float]:
    """Ascent and descent in em, of the Chinese faces alike: enough to centre a line in its height."""
    _face(font)
    return 0.88, 0.12


def no_glyph(char: str, run: Run) -> UserError:
    """The glyph gate: names the character and the field it was typed into."""
    where = f"「{run.label}」（{run.fact}）" if run.fact else f"模板文字「{run.text[:20]}」"
    return UserError(
        "papers.glyph",
        f"{where}里的字符「{char}」（U+{ord(char):04X}）在随附字体中没有字形，PDF 无法显示。",
        "请改用能显示的写法，或先导出 Word 稿由装有相应字体的电脑转换。",
    )
