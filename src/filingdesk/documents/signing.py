"""Where signatures and seals stand: at the right below the text, all places of a paper beginning at one edge."""

import unicodedata

from filingdesk.documents.blocks import DATE_LINE, Document, SignaturePlace, signature_text
from filingdesk.documents.styles import PageStyle

BLANK = "　" * 8
"""The room for a handwritten name."""


def sign_indent(document: Document, page: PageStyle) -> float:
    """Left edge in points of every signature place of a paper: its widest line ends two characters before the margin."""
    places = [block for block in document.blocks if isinstance(block, SignaturePlace)]
    lines = [signature_text(place) + ("" if place.who else BLANK) for place in places]
    lines += [DATE_LINE for place in places if place.date]
    widest = max((_ems(line) for line in lines), default=0.0)
    return max(page.text_width - (widest + 2) * page.body, 0.0)


def _ems(text: str) -> float:
    """Width in characters: Chinese letters and signs one, Latin letters and digits a half and a little."""
    return sum(1.0 if unicodedata.east_asian_width(char) in "WFA" else 0.56 for char in text)
