"""Takes a stranger's Word file apart safely: parts, relationships, and what of it would act or reach out."""

import io
import posixpath
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from filingdesk.documents.images import MAX_PIXELS
from filingdesk.domain.errors import UserError
from filingdesk.infra.safeparse import MEGABYTE, ZipLimits, check_archive

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_DOCTYPES = tuple("<!DOCTYPE".encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be"))
_STRICT = b"http://purl.oclc.org/ooxml/"
_PICTURES = {"png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "webp"}
TYPES_PART = "[Content_Types].xml"

LIMITS = ZipLimits(total=120 * MEGABYTE, members=600)
MAX_FILE = 40 * MEGABYTE
MAX_XML = 24 * MEGABYTE
_MOMENT = (1980, 1, 1, 0, 0, 0)

_MACRO_KINDS = {"vbaProject", "wordVbaData", "control", "activeXControlBinary", "keyMapCustomizations"}
_EMBED_KINDS = {"oleObject": "嵌入的对象", "package": "嵌入的文件"}
_FOREIGN_KINDS = {"aFChunk": "并入的外部文档", "subDocument": "子文档", "frame": "框架页"}
_FIELDS = re.compile(
    r"(?i)(?<![A-Z0-9_])(DDEAUTO|DDE|INCLUDETEXT|INCLUDEPICTURE|INCLUDE|IMPORT|LINK|EMBED|DATABASE|MACROBUTTON|"
    r"GOTOBUTTON|ASK|FILLIN|PRINT|RD|AUTOTEXT|AUTOTEXTLIST)(?![A-Z0-9_])"
)
_LINK_FIELD = re.compile(r"(?i)(?<![A-Z0-9_])HYPERLINK(?![A-Z0-9_])(?!\s+\\l)")


def w(name: str) -> str:
    """The qualified name of a WordprocessingML element or attribute."""
    return f"{{{W}}}{name}"


def r(name: str) -> str:
    """The qualified name of a relationship attribute."""
    return f"{{{R}}}{name}"


@dataclass(frozen=True)
class Relation:
    """One relationship of a part. `kind` is the last word of its type; `target` a part name, or an address when `external`."""

    id: str
    kind: str
    target: str
    external: bool


def parse_xml(data: bytes, where: str) -> Any:
    """The root of an XML part: no DTD, no entities, no network, bounded depth and text. `UserError` names the part."""
    if len(data) > MAX_XML:
        raise UserError(
            "docx.too_big", f"{where}超过 {MAX_XML // MEGABYTE} MB，没有读取。", "请拆成几份再试。"
        )
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise UserError(
            "docx.broken", f"{where}不是完好的 XML，读不出内容。", "请在 Word 或 WPS 里打开后另存一份。"
        ) from error
    if root.getroottree().docinfo.doctype:
        raise _entities(where)
    return root


def to_xml(root: Any) -> bytes:
    """A root as a part's bytes."""
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


class Package:
    """The parts of a Word file by name. Reading refuses what is broken, locked, a bomb or no plain .docx."""

    def __init__(self, data: bytes, name: str) -> None:
        self.name = name
        self.parts = _unpacked(data, name)
        self._types = parse_xml(self._part(TYPES_PART), f"「{name}」的目录")
        if _STRICT in self.parts.get("_rels/.rels", b""):
            raise UserError(
                "docx.strict",
                f"「{name}」是“严格 Open XML”格式，读不了。",
                "请在 Word 里另存为普通的“Word 文档（.docx）”。",
            )
        main = next((rel.target for rel in self.relations("") if rel.kind == "officeDocument"), "")
        if main not in self.parts:
            raise _no_word_file(name)
        self.main = main
        if not self.type_of(main).endswith("wordprocessingml.document.main+xml"):
            if "wordprocessingml" in self.type_of(main) and "template.main" in self.type_of(main):
                return  # a .dotx is as good as a .docx
            if "macroEnabled" in self.type_of(main):
                raise _macros(name)
            raise _no_word_file(name)

    def _part(self, part: str) -> bytes:
        if part not in self.parts:
            raise _no_word_file(self.name)
        return self.parts[part]

    def xml(self, part: str) -> Any:
        """The root of a part."""
        return parse_xml(self._part(part), f"「{self.name}」的 {part} ")

    def type_of(self, part: str) -> str:
        """The content type of a part; blank when none is declared."""
        extension = part.rpartition(".")[2].lower()
        fallback = ""
        for entry in self._types:
            if entry.get("PartName", "").lower() == f"/{part}".lower():
                return str(entry.get("ContentType", ""))
            if entry.get("Extension", "").lower() == extension:
                fallback = str(entry.get("ContentType", ""))
        return fallback

    def as_document(self) -> None:
        """A Word template (.dotx) becomes a plain document: under the name of one Word would refuse it."""
        for entry in self._types:
            if entry.get("PartName", "").lower() == f"/{self.main}".lower():
                entry.set(
                    "ContentType", entry.get("ContentType", "").replace("template.main", "document.main")
                )

    def declare(self, part: str, content_type: str) -> None:
        """Say what a new part is, once."""
        if any(entry.get("PartName", "").lower() == f"/{part}".lower() for entry in self._types):
            return
        entry = etree.SubElement(self._types, f"{{{_TYPES}}}Override")
        entry.set("PartName", f"/{part}")
        entry.set("ContentType", content_type)

    def relations(self, part: str) -> list[Relation]:
        """The relationships of a part; those of the package for the blank name."""
        rels = rels_of(part)
        if rels not in self.parts:
            return []
        found = []
        folder = posixpath.dirname(part)
        for entry in parse_xml(self.parts[rels], f"「{self.name}」的 {rels} "):
            external = entry.get("TargetMode", "") == "External"
            target = str(entry.get("Target", ""))
            if not external:
                target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            kind = str(entry.get("Type", "")).rpartition("/")[2]
            found.append(Relation(str(entry.get("Id", "")), kind, target, external))
        return found

    def relate(self, part: str, kind: str, target: str) -> str:
        """Add a relationship to another part of the package and give its id."""
        rels = rels_of(part)
        root = (
            parse_xml(self.parts[rels], rels)
            if rels in self.parts
            else etree.Element(f"{{{_RELS}}}Relationships", nsmap={None: _RELS})
        )
        known = {entry.get("Id") for entry in root}
        number = next(n for n in range(1, 100_000) if f"rIdFd{n}" not in known)
        entry = etree.SubElement(root, f"{{{_RELS}}}Relationship")
        entry.set("Id", f"rIdFd{number}")
        entry.set("Type", f"{R}/{kind}")
        entry.set("Target", posixpath.relpath(target, posixpath.dirname(part) or "."))
        self.parts[rels] = to_xml(root)
        return f"rIdFd{number}"

    def unrelate(self, part: str, ids: set[str]) -> None:
        """Take relationships of a part away."""
        rels = rels_of(part)
        root = parse_xml(self.parts[rels], rels)
        for entry in list(root):
            if entry.get("Id") in ids:
                root.remove(entry)
        self.parts[rels] = to_xml(root)

    def drop(self, part: str) -> None:
        """Take a part out, with its relationships and its declaration."""
        self.parts.pop(part, None)
        self.parts.pop(rels_of(part), None)
        for entry in list(self._types):
            if entry.get("PartName", "").lower() == f"/{part}".lower():
                self._types.remove(entry)

    def to_bytes(self) -> bytes:
        """The package as a .docx; the same parts give the same bytes."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for part, data in {TYPES_PART: b"", **self.parts}.items():
                info = zipfile.ZipInfo(part, _MOMENT)
                info.compress_type = zipfile.ZIP_DEFLATED
                info.create_system = 0
                info.external_attr = 0
                archive.writestr(info, to_xml(self._types) if part == TYPES_PART else data)
        return out.getvalue()

    def all_relations(self) -> Iterator[tuple[str, Relation]]:
        """Every relationship with the part it belongs to."""
        for name in list(self.parts):
            folder, _slash, file = name.rpartition("/")
            if file.endswith(".rels") and (folder == "_rels" or folder.endswith("/_rels")):
                owner = posixpath.join(posixpath.dirname(folder), file.removesuffix(".rels"))
                yield from ((owner, relation) for relation in self.relations(owner))


def rels_of(part: str) -> str:
    """The part that holds the relationships of a part."""
    folder, _slash, file = part.rpartition("/")
    return posixpath.join(folder, "_rels", f"{file}.rels")


def refuse_active(package: Package) -> None:
    """Refuse macros, controls and entities, wherever they hide. `UserError` (`docx.macros`, `docx.entities`)."""
    for part, data in package.parts.items():
        if part.lower().endswith((".xml", ".rels")) and any(mark in data for mark in _DOCTYPES):
            raise _entities(f"「{package.name}」的 {part} ")
        lowered = part.lower()
        if "vbaproject" in lowered or "vbadata" in lowered or "/activex/" in lowered:
            raise _macros(package.name)
        if "macroenabled" in package.type_of(part).lower() or "vnd.ms-office.vba" in package.type_of(part):
            raise _macros(package.name)
    for _part, relation in package.all_relations():
        if relation.kind in _MACRO_KINDS:
            raise _macros(package.name)


def refuse_foreign(package: Package) -> None:
    """Refuse embedded objects, pictures that lie elsewhere, documents merged in, and fields that fetch or start something."""
    for _part, relation in package.all_relations():
        what = {**_EMBED_KINDS, **_FOREIGN_KINDS}.get(relation.kind, "")
        if relation.external and relation.kind == "image":
            what = "放在外部的图片"
        if what:
            raise UserError(
                "docx.foreign",
                f"「{package.name}」里有{what}（{_short(relation.target)}），没有收下。",
                "请在 Word 里删掉它，或改成普通的文字和插入的图片，再另存一份。",
            )
    for part in stories(package):
        if found := risky_field(package.xml(part)):
            raise UserError(
                "docx.field",
                f"「{package.name}」里有会取外部内容或执行动作的域（{found}），没有收下。",
                "请在 Word 里选中它，按 Ctrl+Shift+F9 变成普通文字，再另存一份。",
            )


def refuse_huge_pictures(package: Package) -> None:
    """Refuse pictures that would take gigabytes when drawn; only their first bytes are read."""
    for part, data in package.parts.items():
        if part.rpartition(".")[2].lower() in _PICTURES and (pixels := pixels_of(data)) > MAX_PIXELS:
            raise UserError(
                "docx.picture",
                f"「{package.name}」里的图片 {part.rpartition('/')[2]} 有 {pixels // 1_000_000} 百万像素，没有收下。",
                "请先把图片缩小，再插入 Word。",
            )


def pixels_of(data: bytes) -> int:
    """How many pixels a picture says it has; 0 when it is none that can be read."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data)) as opened:
                return opened.width * opened.height
    except Image.DecompressionBombError:
        return 1 << 40
    except (OSError, ValueError, SyntaxError):
        return 0


def risky_field(root: Any) -> str:
    """The name of the first field that fetches, links or asks; blank when there is none."""
    codes = "".join(element.text or "" for element in root.iter(w("instrText"), w("delInstrText")))
    simple = " ".join(element.get(w("instr"), "") for element in root.iter(w("fldSimple")))
    for text in (codes, simple):
        if match := _FIELDS.search(text):
            return match[1].upper()
        if _LINK_FIELD.search(text):
            return "HYPERLINK"
    return ""


def strip_external(package: Package) -> list[str]:
    """Cut every relationship that points out of the file; a sentence for each kind that was cut."""
    cut: dict[str, list[str]] = {}
    for part, relation in list(package.all_relations()):
        if relation.external:
            package.unrelate(part, {relation.id})
            if part in package.parts:
                package.parts[part] = to_xml(_without(package.xml(part), relation.id))
            cut.setdefault(relation.kind, []).append(_short(relation.target))
    names = {"hyperlink": "网址链接（文字保留）", "attachedTemplate": "挂接的外部模板"}
    return [
        f"去掉了 {len(targets)} 处{names.get(kind, f'外部引用（{kind}）')}：{'、'.join(dict.fromkeys(targets[:3]))}"
        f"{' 等' if len(set(targets)) > 3 else ''}。"
        for kind, targets in cut.items()
    ]


def _without(root: Any, identity: str) -> Any:
    """The part without what hung on a relationship; the words of a link stay."""
    for element in list(root.iter(etree.Element)):
        held = [
            key for key, value in element.attrib.items() if value == identity and key.startswith(f"{{{R}}}")
        ]
        if not held:
            continue
        if element.tag == w("hyperlink"):
            for key in held:
                del element.attrib[key]
        elif element.tag == f"{{{A}}}hlinkClick" or element.getparent() is not None:
            element.getparent().remove(element)
    return root


def stories(package: Package) -> list[str]:
    """The parts that hold text: the body first, then headers, footers, notes."""
    kinds = ("header", "footer", "footnotes", "endnotes")
    found = [package.main]
    for kind in kinds:
        found += [
            rel.target
            for rel in package.relations(package.main)
            if rel.kind == kind and not rel.external and rel.target in package.parts
        ]
    return list(dict.fromkeys(found))


def _unpacked(data: bytes, name: str) -> dict[str, bytes]:
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise UserError(
            "docx.locked",
            f"「{name}」加了打开密码，或是旧的 .doc 格式，读不了。",
            "请取消密码，或在 Word、WPS 里另存为 .docx。",
        )
    if len(data) > MAX_FILE:
        raise UserError(
            "docx.too_big", f"「{name}」超过 {MAX_FILE // MEGABYTE} MB。", "请压缩里面的图片再试。"
        )
    check_archive(io.BytesIO(data), name, LIMITS)
    parts: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            seen = set()
            for info in archive.infolist():
                if info.is_dir():
                    continue
                if info.filename.lower() in seen:
                    raise UserError(
                        "docx.broken",
                        f"「{name}」里有两个同名的部分（{info.filename[:60]}）。",
                        "请另存一份再试。",
                    )
                seen.add(info.filename.lower())
                parts[info.filename] = archive.read(info)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, ValueError, zlib.error) as error:
        raise UserError(
            "docx.broken", f"「{name}」已损坏，读不出内容。", "请在 Word 或 WPS 里打开后另存一份。"
        ) from error
    return parts


def _short(target: str) -> str:
    return target if len(target) <= 50 else f"{target[:47]}…"


def _entities(where: str) -> UserError:
    return UserError(
        "docx.entities",
        f"{where}带有 DTD（实体声明），正常的 Word 文件不会有，没有读取。",
        "请确认来源，或在 Word 里打开后另存一份。",
    )


def _macros(name: str) -> UserError:
    return UserError(
        "docx.macros",
        f"「{name}」带有宏或控件，没有收下。",
        "请在 Word 里另存为“Word 文档（.docx）”，不带宏。",
    )


def _no_word_file(name: str) -> UserError:
    return UserError("docx.kind", f"「{name}」不是 Word 文件（.docx）。", "请选择 .docx 文件。")
