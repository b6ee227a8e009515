"""What lets a Word file find its way back: a content control around each fact, a hidden bookmark around each paragraph.

Measured (docs/guide, 退回稿): Word, WPS and python-docx keep both; LibreOffice keeps the bookmarks and the part with the
origin, older versions of it drop the tags of the controls.
"""

from typing import Any
from xml.sax.saxutils import escape, quoteattr

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part

from filingdesk.documents.blocks import Run, Runs
from filingdesk.documents.docx_fields import Bookmarks
from filingdesk.documents.docx_xml import runs_xml
from filingdesk.documents.lines import AnchorBook, Pieces, grouped_runs, same_keys
from filingdesk.documents.origin import NAMESPACE, PREFIX, TAG_LIMIT, UNREAD, Origin, short_hash, tag_of

W15 = 'xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"'
_ITEM_ID = "{6B1F0A52-7C1D-4E0B-9F3A-5D2C8E41A7F0}"


class Marks(Bookmarks):
    """Writes lines with their marks; without an origin it writes plain runs."""

    def __init__(self, origin: Origin | None) -> None:
        super().__init__()
        self.origin = origin
        self._book = AnchorBook(origin.keys if origin else same_keys)
        self._controls = 0
        self.lines: list[tuple[str, str]] = []
        """Anchor and hash of every line, in order."""
        self.tags: dict[str, str] = {}

    def line(
        self,
        runs: Runs,
        east_asia: str,
        *,
        bold: bool = False,
        draft: bool = True,
        heading: bool = False,
        before: Pieces = (),
    ) -> str:
        """The runs of one paragraph; `before` are words that the paragraph shows in front of them."""
        if self.origin is None:
            return runs_xml(runs, east_asia, bold=bold, draft=draft)
        anchor = self._book.of(runs, heading=heading, before=before)
        inner = "".join(
            self._control(group, runs_xml(tuple(group), east_asia, bold=bold, draft=draft))
            for group in grouped_runs(runs)
        )
        if not anchor:
            return inner
        shown = "".join(piece.text for piece in before) + "".join(run.text for run in runs)
        named = {self.origin.keys(run.fact) for run in runs if run.fact}
        self.lines.append((anchor, "" if named & self.origin.personal else short_hash(shown)))
        return self.around(PREFIX + anchor, inner)

    def unread(self, inner: str) -> str:
        """A paragraph that is left out of comparisons."""
        if self.origin is None:
            return inner
        return self.around(f"{UNREAD}{self.count}", inner)

    def _control(self, group: list[Run], inner: str) -> str:
        first = group[0]
        if self.origin is None or not first.fact or first.ref:
            return inner
        self._controls += 1
        key = self.origin.keys(first.fact)
        tag = tag_of(key)
        self.tags[tag] = key
        # Gaps are Word's placeholders: a click selects them, typing replaces them.
        gap = "<w:showingPlcHdr/>" if first.gap else ""
        alias = f"<w:alias w:val={quoteattr(first.label[:TAG_LIMIT])}/>" if first.label else ""
        looks = "" if first.gap else '<w15:appearance w15:val="hidden"/>'
        return (
            f'<w:sdt><w:sdtPr>{alias}<w:tag w:val={quoteattr(tag)}/><w:id w:val="{self._controls}"/>{gap}{looks}'
            f"</w:sdtPr><w:sdtContent>{inner}</w:sdtContent></w:sdt>"
        )


def add_origin(package: Any, marks: Marks) -> None:
    """Put the part with the origin into a Word package."""
    origin = marks.origin
    if origin is None:
        return
    made = f' made="{origin.made.isoformat()}"' if origin.made else ""
    out = [
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<origin xmlns="{NAMESPACE}" paper={quoteattr(origin.paper)} '
        f'template="{origin.template}" export="{origin.export}"{made} draft="{int(origin.draft)}">'
    ]
    out += [f'<line a="{anchor}" h="{digest}"/>' for anchor, digest in marks.lines]
    for key in sorted(set(marks.tags.values())):
        digest = short_hash(origin.values[key]) if key in origin.values and key not in origin.personal else ""
        out.append(f'<fact h="{digest}">{escape(key)}</fact>')
    part = Part(
        PackURI("/customXml/item1.xml"),
        "application/xml",
        ("".join(out) + "</origin>").encode(),
        package.part.package,
    )
    package.part.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_XML)
    props = (
        '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n<ds:datastoreItem '
        f'ds:itemID="{_ITEM_ID}" xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/customXml">'
        f'<ds:schemaRefs><ds:schemaRef ds:uri="{NAMESPACE}"/></ds:schemaRefs></ds:datastoreItem>'
    )
    part.relate_to(
        Part(
            PackURI("/customXml/itemProps1.xml"),
            "application/vnd.openxmlformats-officedocument.customXmlProperties+xml",
            props.encode(),
            package.part.package,
        ),
        RELATIONSHIP_TYPE.CUSTOM_XML_PROPS,
    )
