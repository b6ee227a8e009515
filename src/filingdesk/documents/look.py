"""The company's own look, as data: what was read from a reference .docx and what the writers take of it."""

from dataclasses import dataclass, field
from typing import Literal

from filingdesk.documents.images import Picture

Align = Literal["left", "center", "right", "both"]
Rule = Literal["auto", "exact", "atLeast"]
Slot = Literal["left", "center", "right"]

ROLES: dict[str, str] = {
    "body": "正文",
    "heading1": "一级标题",
    "heading2": "二级标题",
    "heading3": "三级标题",
    "heading4": "四级标题",
    "title": "题目",
    "subtitle": "副标题",
    "table": "表格文字",
    "table_head": "表头",
    "caption": "题注",
    "toc1": "目录一级",
    "toc2": "目录二级",
    "toc3": "目录三级",
    "header": "页眉文字",
    "footer": "页脚文字",
}
"""Role → what it is called."""

NOT_IN_PDF = (
    "PDF 取页边距、字号、行距、页眉页脚的文字和图；字体用程序内嵌的宋体、黑体（单位字体没有嵌入许可），"
    "标题颜色、表格样式和页眉页脚里的表格线不取，以 Word 稿为准。"
)
"""One sentence for the page where the look is chosen."""


@dataclass(frozen=True)
class TextLook:
    """How the text of one role is set. Sizes in points, distances in twentieths of a point; `line` as Word keeps it (240 = one
    line when `rule` is auto). `first_chars` in hundredths of a character (None: `first` counts)."""

    style: str
    east_asia: str
    latin: str
    size: float
    bold: bool = False
    italic: bool = False
    color: str = ""
    before: int = 0
    after: int = 0
    line: int = 240
    rule: Rule = "auto"
    first: int = 0
    first_chars: int | None = None
    left: int = 0
    align: Align = "left"

    @property
    def line_points(self) -> float:
        """The distance of lines in points."""
        return self.line / 20 if self.rule != "auto" else self.size * 1.3 * self.line / 240

    def words(self, *, spacing: bool = True) -> str:
        """One line for people: 微软雅黑 18 磅 加粗，行距 1.5 倍."""
        size = f"{self.size:g} 磅"
        line = f"{self.line / 240:.3g} 倍" if self.rule == "auto" else f"{self.line / 20:g} 磅"
        marks = ("加粗 " if self.bold else "") + ("倾斜 " if self.italic else "")
        marks += f"颜色 #{self.color} " if self.color else ""
        return f"{self.east_asia} {size} {marks}".strip() + (f"，行距 {line}" if spacing else "")


@dataclass(frozen=True)
class PageLook:
    """Margins and the distances of head and foot from the edge, in twentieths of a point, of an upright A4 sheet; `pitch` is the
    line grid of the page (0 = none)."""

    top: int
    bottom: int
    left: int
    right: int
    header: int
    footer: int
    pitch: int = 0


@dataclass(frozen=True)
class Piece:
    """Words or a picture in a line of head or foot, as the pdf draws them."""

    slot: Slot
    text: str = ""
    size: float = 9.0
    color: str = ""
    picture: int = -1
    """Number of the picture, -1 for words."""
    width: float = 0.0
    height: float = 0.0
    """Of the picture, in points."""


@dataclass(frozen=True)
class Strip:
    """A head or a foot. `xml`: its paragraphs and tables, cleaned, with `FDPIC<n>` where a picture's relationship goes and
    `FDTITLE` where the title of the paper goes; `lines` the same for the pdf."""

    xml: str
    pictures: tuple[Picture, ...] = ()
    lines: tuple[tuple[Piece, ...], ...] = ()
    page: bool = False
    """It counts pages itself."""
    rule: bool = False
    """A line below (head) or above (foot)."""

    @property
    def text(self) -> str:
        """Its words."""
        return " ".join("".join(p.text for p in line) for line in self.lines).strip()


@dataclass(frozen=True)
class Look:
    """A whole look. `taken` and `left_out` tell people what became of the reference file."""

    name: str
    sha256: str
    texts: dict[str, TextLook] = field(default_factory=dict)
    page: PageLook | None = None
    header: Strip | None = None
    footer: Strip | None = None
    first_header: Strip | None = None
    first_footer: Strip | None = None
    has_first: bool = False
    """Its first page has a head and foot of its own."""
    taken: tuple[tuple[str, str], ...] = ()
    """(what, how it is now)."""
    left_out: tuple[tuple[str, str], ...] = ()
    """(what, why not)."""
