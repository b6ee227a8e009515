"""Fields and bookmarks of the Word file: captions that count themselves, references to them, the table of contents."""

from collections.abc import Sequence
from xml.sax.saxutils import escape

from filingdesk.documents.blocks import Heading, Run, text_of
from filingdesk.documents.docx_xml import (
    FANG,
    HEI,
    field_xml,
    fonts,
    para_xml,
    ref_bookmark,
    run_xml,
)


class Bookmarks:
    """Hands out the numbers that Word wants bookmarks to have, once each in a file."""

    def __init__(self) -> None:
        self.count = 0

    def around(self, name: str, inner: str) -> str:
        """`inner` between the two ends of a bookmark."""
        self.count += 1
        return (
            f'<w:bookmarkStart w:id="{self.count}" w:name="{name}"/>{inner}'
            f'<w:bookmarkEnd w:id="{self.count}"/>'
        )


def caption_inner(number: str, words: str, label: str, marks: Bookmarks) -> str:
    """`表 1　…` with the number as a SEQ field, so that it counts on when somebody adds a table in Word; `words` are runs."""
    kind, _, count = number.partition(" ")
    inner = run_xml(Run(f"{kind} "), HEI) + field_xml(f"SEQ {kind} \\* ARABIC", count, HEI)
    if label:
        inner = marks.around(ref_bookmark(label), inner)
    return inner + (run_xml(Run("　"), HEI) + words if words else "")


def heading_bookmark(index: int) -> str:
    """The name of the bookmark around the heading that is block number `index`."""
    return f"_Toc{100000000 + index}"


def toc_xml(headings: Sequence[tuple[int, Heading]], pages: Sequence[int], depth: int) -> list[str]:
    """The contents: a field that Word computes when it opens the file, holding the entries as they stand now.

    `headings` with their block numbers; `pages` their pages in our own pdf (empty when unknown). Programs that do not
    compute fields on opening show these entries.
    """
    shown = [
        (index, heading, pages[n] if n < len(pages) else 0)
        for n, (index, heading) in enumerate(headings)
        if heading.level <= depth
    ]
    props = f"<w:rPr>{fonts(FANG)}</w:rPr>"
    begin = (
        f'<w:r>{props}<w:fldChar w:fldCharType="begin" w:dirty="true"/></w:r>'
        f'<w:r>{props}<w:instrText xml:space="preserve"> TOC \\o "1-{depth}" \\h \\z \\u </w:instrText></w:r>'
        f'<w:r>{props}<w:fldChar w:fldCharType="separate"/></w:r>'
    )
    end = f'<w:r>{props}<w:fldChar w:fldCharType="end"/></w:r>'
    if not shown:
        return [para_xml("FdPlain", begin + run_xml(Run("（没有标题）"), FANG) + end)]
    out = []
    for n, (index, heading, page) in enumerate(shown):
        name = heading_bookmark(index)
        words = escape(heading.number + text_of(heading.runs))
        number = field_xml(f"PAGEREF {name} \\h", str(page) if page else "", FANG)
        inner = (
            f'<w:hyperlink w:anchor="{name}" w:history="1"><w:r>{props}<w:t xml:space="preserve">{words}</w:t></w:r>'
            f"<w:r>{props}<w:tab/></w:r>{number}</w:hyperlink>"
        )
        inner = (begin if n == 0 else "") + inner + (end if n == len(shown) - 1 else "")
        out.append(para_xml(f"TOC{heading.level}", inner))
    return out
