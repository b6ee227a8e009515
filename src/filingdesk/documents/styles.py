"""The measures of a page, once, for every writer: points and millimetres of the official, report and form styles."""

from dataclasses import dataclass, replace
from datetime import date

from filingdesk.documents.blocks import StyleName

MM = 72 / 25.4
"""Points per millimetre."""

PAGE_WIDTH, PAGE_HEIGHT = 210 * MM, 297 * MM

FACT_TINT = "E8EEFC"
OWN_TINT, OWN_COLOUR = "F3ECFB", "6B3FA0"
"""Paragraphs in the project's own words, in the preview."""
GAP_COLOUR = "C0341D"
LABEL_FILL = "F2F3F5"
NO_DATE = date(2000, 1, 1)
"""Stands in a file's properties when no date is given; never the clock, so that bytes repeat."""
DRAFT_HEADER = "草稿：仅供内部核对，不得提交"


@dataclass(frozen=True)
class PageStyle:
    """Margins in mm (top, bottom, left, right); sizes and line heights in points; `grid` = the official line and character grid."""

    top: float
    bottom: float
    left: float
    right: float
    body: float
    line: float
    title: float
    title_line: float
    subtitle: float
    headings: tuple[float, float, float, float]
    table: float
    table_line: float
    grid: bool
    landscape: bool = False

    @property
    def width(self) -> float:
        """Width of the sheet in points."""
        return PAGE_HEIGHT if self.landscape else PAGE_WIDTH

    @property
    def height(self) -> float:
        """Height of the sheet in points."""
        return PAGE_WIDTH if self.landscape else PAGE_HEIGHT

    @property
    def text_width(self) -> float:
        """Width of the text area in points."""
        return self.width - (self.left + self.right) * MM

    @property
    def text_height(self) -> float:
        """Height of the text area in points."""
        return self.height - (self.top + self.bottom) * MM

    def turned(self, landscape: bool) -> "PageStyle":
        """The same style on a sheet that lies or stands; a lying sheet has no grid and even margins."""
        if landscape == self.landscape:
            return self
        if not landscape:
            raise ValueError("turn the standing style, not a turned one")
        margin = min(self.left, self.right)
        return replace(self, top=margin, bottom=margin, left=margin, right=margin, grid=False, landscape=True)


# 22 lines of 28 characters of 16 pt on A4: the layout of official documents (GB/T 9704).
_OFFICIAL = PageStyle(37, 35, 28, 26, 16, 28.99, 22, 34, 16, (16, 16, 16, 16), 12, 18, True)
_REPORT = PageStyle(25.4, 25.4, 28, 26, 12, 22, 20, 30, 14, (15, 14, 12, 12), 10.5, 16, False)
_FORM = PageStyle(22, 20, 22, 22, 12, 21, 20, 30, 12, (14, 12, 12, 12), 10.5, 16, False)

STYLES: dict[StyleName, PageStyle] = {"official": _OFFICIAL, "report": _REPORT, "form": _FORM}
