"""The Word package that python-docx begins with, made Chinese and of today: settings, font table, properties of the program."""

from typing import Any
from xml.sax.saxutils import escape

from docx import Document as open_package
from docx.oxml import parse_xml

from filingdesk.documents.docx_marks import W15
from filingdesk.documents.docx_xml import FANG, HEI, KAI, LATIN, NS, SONG, TITLE

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_WORD = "http://schemas.microsoft.com/office/word"
_COMPATIBLE = "15"
"""The mode of Word 2013 and later; a lower one opens with “[兼容模式]” in the title bar and lays out as an older Word."""
_FONTS = (
    # name, another name to look for when it is missing, family, pitch
    (SONG, "SimSun", "auto", "variable"),
    (HEI, "SimHei", "modern", "fixed"),
    (FANG, "仿宋", "modern", "fixed"),
    (KAI, "楷体", "modern", "fixed"),
    (TITLE, "华文中宋", "auto", "variable"),
)
_DROPPED = ("/thumbnail", "/customXml", "/stylesWithEffects")
"""Parts of the template we begin with: a picture of it, its sources, 430 kB of styles for Word 2007 on a Mac."""


def blank_package(company: str) -> Any:
    """An empty package whose root knows the names our controls need; `company` goes into the file's properties."""
    part = open_package().part
    for relations in (part.package.rels, part.rels):
        for key in [k for k, r in relations.items() if r.reltype.endswith(_DROPPED)]:
            del relations[key]
    old = part.element
    names = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in old.nsmap.items())
    part._element = parse_xml(f'<w:document {names} {W15} mc:Ignorable="w14 w15 wp14"><w:body/></w:document>')
    _settle(part.document.settings.element)
    for relation in part.rels.values():
        if relation.reltype.endswith("/fontTable"):
            relation.target_part._blob = _font_table().encode()
    for relation in part.package.rels.values():
        if relation.reltype.endswith("/extended-properties"):
            relation.target_part._blob = _program(company).encode()
    return part.document


def _settle(settings: Any) -> None:
    """Chinese as the East Asian language (the template says Japanese), punctuation set close, today's layout."""
    for name in ("savePreviewPicture", "proofState", "rsids"):
        if (found := settings.find(_W + name)) is not None:
            settings.remove(found)
    settings.find(_W + "zoom").attrib.clear()
    settings.find(_W + "zoom").set(_W + "percent", "100")
    settings.find(_W + "defaultTabStop").set(_W + "val", "420")
    settings.find(_W + "characterSpacingControl").set(_W + "val", "compressPunctuation")
    language = settings.find(_W + "themeFontLang")
    language.set(_W + "eastAsia", "zh-CN")
    compat = settings.find(_W + "compat")
    for setting in compat.findall(_W + "compatSetting"):
        if setting.get(_W + "name") == "compatibilityMode":
            setting.set(_W + "val", _COMPATIBLE)
    compat.append(
        parse_xml(
            f'<w:compatSetting {NS} w:name="differentiateMultirowTableHeaders" w:uri="{_WORD}" w:val="1"/>'
        )
    )


def _font_table() -> str:
    """Our fonts, each with the one to take where it is not installed."""
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/><w:family w:val="{family}"/>'
        f'<w:pitch w:val="{pitch}"/></w:font>'
        for name, other, family, pitch in _FONTS
    )
    latin = (
        f'<w:font w:name="{LATIN}"><w:panose1 w:val="02020603050405020304"/><w:charset w:val="00"/>'
        '<w:family w:val="roman"/><w:pitch w:val="variable"/></w:font>'
    )
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:fonts {NS}>{latin}{fonts}</w:fonts>'


def _program(company: str) -> str:
    """Who made the file, instead of the program the template was saved with."""
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties '
        'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
        f"<Application>filingdesk</Application><Company>{escape(company)}</Company></Properties>"
    )
