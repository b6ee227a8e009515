"""Turns python-docx's default package into ours: page, named styles, numbering, header and footer, properties."""

import math
from copy import deepcopy
from datetime import date, datetime
from typing import Any

from docx.oxml import parse_xml

from filingdesk.documents.blocks import Cover, Document, Run
from filingdesk.documents.docx_package import blank_package
from filingdesk.documents.docx_xml import (
    FANG,
    HEI,
    KAI,
    NS,
    SONG,
    TITLE,
    field_xml,
    fonts,
    numbering_xml,
    run_xml,
)
from filingdesk.documents.styles import DRAFT_HEADER, MM, NO_DATE, PageStyle

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def new_package(document: Document, page: PageStyle, list_count: int, made: date | None, author: str) -> Any:
    """An empty Word package with everything but the text."""
    package = blank_package(author)
    body = package.element.body
    body.append(parse_xml(_section_xml(page)))
    styles = package.styles.element
    for child in list(styles):
        styles.remove(child)
    for child in parse_xml(f"<w:styles {NS}>{_styles_xml(page)}</w:styles>"):
        styles.append(child)
    numbering = package.part.numbering_part.element
    for child in list(numbering):
        numbering.remove(child)
    for child in parse_xml(numbering_xml(list_count, page)):
        numbering.append(child)
    _header_footer(package, document)
    _properties(package, document, made, author)
    return package


def update_fields_on_open(package: Any) -> None:
    """Ask Word to compute the table of contents when it opens the file."""
    settings = package.settings.element
    element = parse_xml(f'<w:updateFields {NS} w:val="true"/>')
    before = ("hdrShapeDefaults", "footnotePr", "endnotePr", "compat", "docVars", "rsids")
    later = next((child for child in settings if child.tag.split("}")[1] in before), None)
    if later is None:
        settings.append(element)
    else:
        later.addprevious(element)


def _twips(points: float) -> int:
    return round(points * 20)


def section_break(package: Any, page: PageStyle, *, first: bool) -> Any:
    """The properties of a section that ends within the text: the head and foot of the file on a sheet of its own kind.

    The first section alone carries what only a first page has (a cover without head and foot).
    """
    whole = package.element.body[-1]
    section = parse_xml(_section_xml(page))
    references = [
        child for child in whole if child.tag.split("}")[1] in {"headerReference", "footerReference"}
    ]
    for reference in reversed(references):
        section.insert(0, deepcopy(reference))
    if first and (marker := whole.find(f"{{{_W}}}titlePg")) is not None:
        grid = section.find(f"{{{_W}}}docGrid")
        (grid.addprevious if grid is not None else section.append)(deepcopy(marker))
    return section


def end_in(package: Any, page: PageStyle, *, first: bool) -> None:
    """Let the last section have sheets of this kind."""
    whole = package.element.body[-1]
    section = section_break(package, page, first=first)
    whole.addprevious(section)
    whole.getparent().remove(whole)


def _section_xml(page: PageStyle) -> str:
    # A grid of lines only: 28 characters to the line come from the styles' spacing (see _condensed). A character grid
    # narrower than the font ("linesAndChars" with a negative w:charSpace) makes LibreOffice give each character two squares.
    grid = f'<w:docGrid w:type="lines" w:linePitch="{_twips(page.line)}"/>' if page.grid else ""
    turned = ' w:orient="landscape"' if page.landscape else ""
    return (
        f'<w:sectPr {NS}><w:pgSz w:w="{_twips(page.width)}" w:h="{_twips(page.height)}"{turned}/><w:pgMar w:top="{_twips(page.top * MM)}" '
        f'w:right="{_twips(page.right * MM)}" w:bottom="{_twips(page.bottom * MM)}" w:left="{_twips(page.left * MM)}" '
        f'w:header="{_twips(15 * MM)}" w:footer="{_twips(min(28, page.bottom - 7) * MM)}" w:gutter="0"/>{grid}</w:sectPr>'
    )


def _style(
    style_id: str,
    name: str,
    face: str,
    size: float,
    ppr: str,
    rpr: str = "",
    *,
    based: str = "Normal",
    default: bool = False,
) -> str:
    half = round(size * 2)
    mark = ' w:default="1"' if default else ""
    base = "" if default else f'<w:basedOn w:val="{based}"/>'
    custom = ' w:customStyle="1"' if style_id.startswith("Fd") else ""
    following = '<w:next w:val="FdBody"/>' if style_id.startswith(("Heading", "Title", "Subtitle")) else ""
    return (
        f'<w:style w:type="paragraph"{custom}{mark} w:styleId="{style_id}"><w:name w:val="{name}"/>{base}{following}<w:qFormat/>'
        f'<w:pPr>{ppr}</w:pPr><w:rPr>{fonts(face)}{rpr}<w:sz w:val="{half}"/><w:szCs w:val="{half}"/></w:rPr></w:style>'
    )


def _spacing(line: float, before: float = 0, after: float = 0, rule: str = "exact") -> str:
    return f'<w:spacing w:before="{_twips(before)}" w:after="{_twips(after)}" w:line="{_twips(line)}" w:lineRule="{rule}"/>'


def _condensed(page: PageStyle) -> str:
    """Character spacing that lets exactly 28 characters into the official line of 156 mm; in twentieths of a point."""
    if not page.grid:
        return ""
    spare = math.floor((page.text_width / 28 - page.body) * 20)
    return f'<w:spacing w:val="{spare}"/>'


def _styles_xml(page: PageStyle) -> str:
    line = _spacing(page.line)
    indent = f'<w:ind w:firstLineChars="200" w:firstLine="{_twips(page.body * 2)}"/>'
    plain = '<w:ind w:firstLineChars="0" w:firstLine="0"/>'
    bold = "<w:b/><w:bCs/>"
    half = round(page.body * 2)
    off_grid = '<w:snapToGrid w:val="0"/>'
    out = [
        f'<w:docDefaults><w:rPrDefault><w:rPr>{fonts(FANG)}<w:sz w:val="{half}"/><w:szCs w:val="{half}"/><w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr>'
        "</w:rPrDefault><w:pPrDefault/></w:docDefaults>",
        _style(
            "Normal",
            "Normal",
            FANG,
            page.body,
            # Word's own way with marks at the end of a line, said aloud: LibreOffice 7.4 reads the silence the other way
            # round, lets them hang and then breaks the line again before the bookmark's end.
            f'<w:widowControl/><w:overflowPunct/>{line}<w:jc w:val="both"/>',
            default=True,
        ),
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont"><w:name w:val="Default Paragraph Font"/>'
        '<w:uiPriority w:val="1"/><w:semiHidden/></w:style>',
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:uiPriority w:val="99"/>'
        '<w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/>'
        '<w:left w:w="108" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>',
        '<w:style w:type="table" w:customStyle="1" w:styleId="FdTable"><w:name w:val="公文表格"/><w:basedOn w:val="TableNormal"/></w:style>',
        _style("FdBody", "公文正文", FANG, page.body, indent, _condensed(page)),
        _style("FdPlain", "公文正文（无缩进）", FANG, page.body, plain, _condensed(page)),
        _style(
            "Title",
            "Title",
            TITLE,
            page.title,
            f'<w:keepNext/>{off_grid}{_spacing(page.title_line, 0, page.line / 3)}{plain}<w:jc w:val="center"/>',
        ),
        _style(
            "Subtitle",
            "Subtitle",
            KAI,
            page.subtitle,
            f'{_spacing(page.line, 0, page.line / 2)}{plain}<w:jc w:val="center"/>',
        ),
    ]
    faces = ((HEI, ""), (KAI, "" if page.grid else bold), (FANG, bold), (FANG, ""))
    for level, (face, weight) in enumerate(faces, 1):
        before = 0 if page.grid else page.line / 4
        # Two characters of the body, so that headings larger than it begin where paragraphs begin.
        chars = 200 if page.headings[level - 1] == page.body else 0
        ppr = (
            f'<w:keepNext/><w:keepLines/><w:numPr><w:ilvl w:val="{level - 1}"/><w:numId w:val="1"/></w:numPr>'
            f'{_spacing(page.line, before)}<w:ind w:firstLineChars="{chars}" w:firstLine="{_twips(page.body * 2)}"/>'
            f'<w:jc w:val="left"/><w:outlineLvl w:val="{level - 1}"/>'
        )
        out.append(_style(f"Heading{level}", f"heading {level}", face, page.headings[level - 1], ppr, weight))
    table_line = _spacing(page.table_line, 2, 2, "atLeast")
    out += [
        _style("FdList", "公文列表", FANG, page.body, indent, _condensed(page)),
        _style(
            "FdTableText",
            "公文表格文字",
            SONG,
            page.table,
            f'{off_grid}{table_line}{plain}<w:jc w:val="left"/>',
        ),
        _style(
            "FdCoverLine",
            "公文封面信息",
            FANG,
            page.body + 1,
            f'{off_grid}{_spacing(page.line, 2, 2, "atLeast")}{plain}<w:jc w:val="left"/>',
        ),
        _style(
            "FdTableHead",
            "公文表头",
            HEI,
            page.table,
            f'<w:keepNext/>{off_grid}{table_line}{plain}<w:jc w:val="center"/>',
        ),
        _style(
            "Caption",
            "caption",
            HEI,
            page.table,
            f'{_spacing(page.table_line, 4, 4, "atLeast")}{plain}<w:jc w:val="center"/>',
        ),
        _style(
            "FdFigure",
            "公文图片",
            FANG,
            page.body,
            f'<w:keepNext/>{off_grid}{_spacing(12, 6, 2, "atLeast")}{plain}<w:jc w:val="center"/>',
        ),
        _style(
            "FdSign",
            "公文签署",
            FANG,
            page.body,
            f'<w:keepLines/>{_spacing(page.line, page.line / 2)}{plain}<w:jc w:val="left"/>',
        ),
        _style(
            "FdNote",
            "公文提示",
            KAI,
            page.table,
            "<w:keepLines/>"
            + _box("8A94A6")
            # Moved in by the room the frame takes, so that it stands in line with the tables.
            + f"{off_grid}{_spacing(page.table_line, 3, 3, 'atLeast')}"
            + '<w:ind w:left="90" w:right="90" w:firstLineChars="0" w:firstLine="0"/>',
        ),
        _style(
            "TOCHeading", "TOC Heading", HEI, page.body, f'<w:keepNext/>{line}{plain}<w:jc w:val="center"/>'
        ),
    ]
    right = _twips(page.text_width)
    for level in (1, 2, 3):
        out.append(
            _style(
                f"TOC{level}",
                f"toc {level}",
                FANG,
                page.body,
                f'<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="{right}"/></w:tabs>{line}'
                f'<w:ind w:leftChars="{(level - 1) * 100}" w:left="{_twips(page.body) * (level - 1)}" w:firstLineChars="0" w:firstLine="0"/>',
            )
        )
    centre = f'{off_grid}{_spacing(14, rule="atLeast")}{plain}<w:jc w:val="center"/>'
    out += [_style("Header", "header", SONG, 9, centre), _style("Footer", "footer", SONG, 10.5, centre)]
    return "".join(out)


def _box(colour: str) -> str:
    edges = "".join(
        f'<w:{edge} w:val="single" w:sz="4" w:space="4" w:color="{colour}"/>'
        for edge in ("top", "left", "bottom", "right")
    )
    return f"<w:pBdr>{edges}</w:pBdr>"


def _header_footer(package: Any, document: Document) -> None:
    section = package.sections[0]
    header = section.header
    header.is_linked_to_previous = False
    words = [Run(DRAFT_HEADER, gap=True)] if document.draft else []
    _replace(header, _header_xml(words, document.header))
    footer = section.footer
    footer.is_linked_to_previous = False
    pieces = (
        run_xml(Run("第 "), SONG)
        + field_xml("PAGE", "1", SONG)
        + run_xml(Run(" 页　共 "), SONG)
        + field_xml("NUMPAGES", "1", SONG)
        + run_xml(Run(" 页"), SONG)
    )
    _replace(footer, f'<w:p {NS}><w:pPr><w:pStyle w:val="Footer"/></w:pPr>{pieces}</w:p>')
    if any(isinstance(block, Cover) for block in document.blocks):
        section.different_first_page_header_footer = True
        for part in (section.first_page_header, section.first_page_footer):
            part.is_linked_to_previous = False
        _replace(section.first_page_header, _header_xml(words, ""))
        _replace(section.first_page_footer, f'<w:p {NS}><w:pPr><w:pStyle w:val="Footer"/></w:pPr></w:p>')


def _header_xml(words: list[Run], header: str) -> str:
    runs = [*words, *([Run(("　" if words else "") + header)] if header else [])]
    # A thin rule below the words, none below an empty line.
    rule = '<w:pBdr><w:bottom w:val="single" w:sz="4" w:space="1" w:color="9AA3B2"/></w:pBdr>' if runs else ""
    inner = "".join(run_xml(run, SONG, draft=False) for run in runs)
    return f'<w:p {NS}><w:pPr><w:pStyle w:val="Header"/>{rule}</w:pPr>{inner}</w:p>'


def _replace(part: Any, xml: str) -> None:
    element = part._element
    for child in list(element):
        element.remove(child)
    element.append(parse_xml(xml))


def _properties(package: Any, document: Document, made: date | None, author: str) -> None:
    props = package.core_properties
    moment = datetime(*(made or NO_DATE).timetuple()[:3])
    props.title, props.subject, props.keywords, props.comments = document.title, document.subtitle, "", ""
    props.author = props.last_modified_by = author
    props.created = props.modified = moment
    props.revision, props.language, props.category = 1, "zh-CN", ""
