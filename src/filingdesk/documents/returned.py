"""Reads a Word file that came back from somebody's desk: its lines with the marks of ours, tracked changes, comments.

The text is taken as if every tracked change had been accepted. Nothing in the file is run, fetched or unpacked to disk.
"""

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from xml.etree import ElementTree

from filingdesk.documents.origin import NAMESPACE, tag_of
from filingdesk.documents.returned_body import BodyReader, Comment, ReturnedLine, Revision
from filingdesk.documents.returned_xml import Element, local_name
from filingdesk.domain.errors import UserError
from filingdesk.infra.safeparse import check_zip

MAX_PART = 64 << 20
MAX_FILE = 100 << 20
_PIECE = 1 << 16


@dataclass(frozen=True)
class ReadOrigin:
    """What the file says about itself: `lines` are (anchor, hash of what was shown), `facts` key → hash of the raw value."""

    paper: str
    template: str = ""
    export: str = ""
    made: str = ""
    draft: bool = True
    lines: tuple[tuple[str, str], ...] = ()
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class ReturnedFile:
    """What was read. `tagged` tells whether the editor kept the tags of our controls; `notices` are Chinese sentences."""

    name: str
    origin: ReadOrigin | None
    lines: tuple[ReturnedLine, ...]
    revisions: tuple[Revision, ...] = ()
    comments: tuple[Comment, ...] = ()
    notices: tuple[str, ...] = ()
    tagged: bool = False


def read_returned(path: Path) -> ReturnedFile:
    """Read a .docx. Raises `UserError` `returned.*` or `zip.*` for a file that is none, is broken or too large."""
    if path.suffix.lower() == ".doc":
        raise _broken(path.name, "是旧的 .doc 格式，没有读取", "请在 Word 或 WPS 里另存为 .docx。")
    if path.is_file() and path.suffix.lower() not in {".docx", ".docm"}:
        raise _broken(path.name, "不是 docx 文件", "请选择从本程序导出、改过的 Word 文件。")
    check_zip(path)
    try:
        if path.stat().st_size > MAX_FILE:
            raise _broken(path.name, "超过 100 MB，没有读取", "请去掉里面的大图片再试。")
        return read_package(path, path.name)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, ElementTree.ParseError) as error:
        raise _broken(path.name, "已损坏，读不出内容", "请在 Word 或 WPS 里打开后另存一份。") from error
    except RecursionError as error:
        raise _broken(path.name, "的结构嵌套太深，没有读取", "请确认来源，或另存一份。") from error


def read_package(stream: Path | BinaryIO, name: str) -> ReturnedFile:
    """Read a .docx of our own making; strangers' files go through `read_returned`."""
    with zipfile.ZipFile(stream) as archive:
        return _read(archive, name)


def _broken(name: str, what: str, hint: str) -> UserError:
    return UserError("returned.broken", f"“{name}”{what}。", hint)


def _read(archive: zipfile.ZipFile, name: str) -> ReturnedFile:
    names = set(archive.namelist())
    main = _main_part(archive, names)
    if main is None:
        raise _broken(name, "里面没有 Word 正文", "请确认它是 docx 文件。")
    origin = _origin(archive, names, name)
    comments = _part(archive, "word/comments.xml", name) if "word/comments.xml" in names else None
    root = _part(archive, main, name)
    if local_name(root) != "document":
        raise _broken(name, "不是 Word 文件", "请选择从本程序导出、改过的 docx。")
    reader = BodyReader({tag_of(key): key for key, _hash in origin.facts} if origin else {})
    reader.read(root, comments)
    notices = []
    if any(n.lower().endswith(("vbaproject.bin", "vbadata.xml")) for n in names):
        notices.append("文件里带有宏，没有运行，也没有读取。")
    if reader.boxes:
        notices.append(f"有 {reader.boxes} 个文本框，里面的文字没有参加比较。")
    if reader.dropped:
        notices.append(f"有 {reader.dropped} 个看不见的控制字符没有读取。")
    if reader.notes:
        notices.append(f"有 {reader.notes} 处脚注或尾注，注里的文字没有参加比较。")
    if reader.revisions:
        notices.append("文件里有修订标记：下面按全部接受修订后的文字比较。")
    return ReturnedFile(
        name,
        origin,
        tuple(reader.lines),
        tuple(reader.revisions),
        tuple(reader.comments.values()),
        tuple(notices),
        reader.tagged,
    )


def _main_part(archive: zipfile.ZipFile, names: set[str]) -> str | None:
    """The part with the text: where the relations say, else under its usual name."""
    if "_rels/.rels" in names:
        for relation in _part(archive, "_rels/.rels", ""):
            target = (relation.get("Target") or "").lstrip("/")
            if (relation.get("Type") or "").endswith("/officeDocument") and target in names:
                return target
    return "word/document.xml" if "word/document.xml" in names else None


def _part(archive: zipfile.ZipFile, part: str, name: str) -> Element:
    if archive.getinfo(part).file_size > MAX_PART:
        raise _broken(name, "的正文太大，没有读取", "请拆成几份再试。")
    data = archive.read(part)
    # Word writes UTF-8; in an encoding with NUL bytes the two words could hide.
    if b"\x00" in data or b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise _broken(name, "里面有不该出现的 DTD，没有读取", "请在 Word 或 WPS 里另存一份。")
    parser = ElementTree.XMLParser()  # noqa: S314 - no DTD gets here
    # Piece by piece: the parser lets no other thread run, and the window would stand still over a long paper.
    for at in range(0, len(data), _PIECE):
        parser.feed(data[at : at + _PIECE])
    return parser.close()


def _origin(archive: zipfile.ZipFile, names: set[str], name: str) -> ReadOrigin | None:
    for part in sorted(n for n in names if re.fullmatch(r"customXml/item\d+\.xml", n)):
        try:
            root = _part(archive, part, name)
        except ElementTree.ParseError:
            continue
        if root.tag != f"{{{NAMESPACE}}}origin":
            continue
        lines = [(e.get("a") or "", e.get("h") or "") for e in root if local_name(e) == "line"]
        facts = [(e.text or "", e.get("h") or "") for e in root if local_name(e) == "fact"]
        return ReadOrigin(
            root.get("paper") or "",
            root.get("template") or "",
            root.get("export") or "",
            root.get("made") or "",
            root.get("draft") == "1",
            tuple(lines),
            tuple(facts),
        )
    return None
