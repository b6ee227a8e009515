"""Opens one material of any format in a child process and gives its text, or says why it cannot be read."""

import json
import re
import tempfile
from pathlib import Path

from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel
from filingdesk.infra.safeparse import MEGABYTE, ParseLimits, Send, ZipLimits, check_zip, run_limited
from filingdesk.infra.tabular import list_sheets, parse_delimited, read_table
from filingdesk.materials.pieces import FileText, Piece, from_lists

MAX_BYTES = 200 * MEGABYTE
MAX_SHEET_ROWS = 50_000
LIMITS = ParseLimits(seconds=60.0)
_ZIP_LIMITS = ZipLimits(total=512 * MEGABYTE)
_BATCH = 2000
_OLE = b"\xd0\xcf\x11\xe0"
PICTURES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp"})
READABLE = frozenset(
    {".docx", ".docm", ".pdf", ".xlsx", ".xlsm", ".csv", ".tsv", ".txt", ".md", ".html", ".htm"}
)


def read_bytes(name: str, data: bytes, cancel: Cancel | None = None) -> FileText:
    """The text of a file given as bytes; nothing that a file holds makes this raise. Raises only `Cancelled`."""
    suffix = Path(name).suffix.lower()
    with tempfile.TemporaryDirectory(prefix="filingdesk-") as folder:
        # A plain name: the file's own may be too long for this folder. Messages carry the real one.
        path = Path(folder, f"material{suffix if suffix in READABLE else ''}")
        path.write_bytes(data)
        return read_file(path, cancel, suffix=suffix)


def read_file(path: Path, cancel: Cancel | None = None, *, suffix: str = "") -> FileText:
    """The text of a file on disk; see `read_bytes`. `suffix` overrides that of the path."""
    try:
        return _read(path, suffix or path.suffix.lower(), cancel or Cancel())
    except UserError as error:
        # The sentence may name our temporary copy; the table of results names the file anyway.
        message = re.sub(r"^(读取)?「[^」]*」", lambda m: m[1] or "", error.message)
        return FileText(failed=f"{message}{error.hint}")


def _read(path: Path, suffix: str, cancel: Cancel) -> FileText:
    size = path.stat().st_size if path.is_file() else -1
    if size < 0:
        raise UserError("material.missing", "找不到这个文件。", "它可能已被移走或改名。")
    if not size:
        raise UserError("material.empty", "是空文件。")
    if size > MAX_BYTES:
        raise UserError(
            "material.too_big",
            f"有 {size // MEGABYTE} MB，超过 {MAX_BYTES // MEGABYTE} MB，没有读取。",
            "请拆成几份。",
        )
    with path.open("rb") as stream:
        head = stream.read(1024)
    if head.startswith(_OLE):
        raise _ole(path)
    if suffix in PICTURES:
        raise UserError("material.picture", "是图片，里面的文字没有核对。", "请人工核对。")
    if suffix == ".pdf" or b"%PDF-" in head:
        return _in_child("pdf", path, cancel)
    if suffix in {".docx", ".docm"}:
        _expect_zip(head)
        check_zip(path, _ZIP_LIMITS)
        return _in_child("docx", path, cancel)
    if suffix in {".xlsx", ".xlsm"}:
        _expect_zip(head)
        return _workbook(path, cancel)
    if suffix in {".csv", ".tsv"}:
        table = parse_delimited(path.read_bytes(), path.name, suffix, cancel)
        return FileText(tuple(_rows(table.rows, "", 1)))
    if suffix in {".txt", ".md", ".html", ".htm"}:
        return _in_child("text", path, cancel, suffix)
    if suffix in {".doc", ".wps", ".xls", ".et", ".rtf", ".odt"}:
        raise UserError("material.old", f"读不了 {suffix} 格式。", "请在 Word 或 WPS 里另存为 docx 或 xlsx。")
    raise UserError(
        "material.format",
        f"读不了这种格式（{suffix or '没有扩展名'}）。",
        "能读的有 docx、pdf、xlsx、csv、txt、md、html。",
    )


def _expect_zip(head: bytes) -> None:
    if not head.startswith(b"PK"):
        raise UserError(
            "material.broken", "已损坏，或不是扩展名所说的格式。", "请在 Word 或 WPS 里打开后另存一份。"
        )


def _ole(path: Path) -> UserError:
    """Why a file in the old container cannot be read: encrypted, or an old format."""
    data = path.read_bytes()[: 64 * MEGABYTE]
    if "EncryptedPackage".encode("utf-16-le") in data:
        return UserError("material.password", "加了打开密码，读不出内容。", "请取消密码后再核对。")
    return UserError(
        "material.old", "是旧版 Office 格式（doc、xls、wps）。", "请另存为 docx 或 xlsx 后再核对。"
    )


def _in_child(kind: str, path: Path, cancel: Cancel, suffix: str = "") -> FileText:
    pieces: list[Piece] = []
    tail: dict[str, object] = {}
    for body in run_limited(read_worker, kind, str(path), suffix, path=path, limits=LIMITS, cancel=cancel):
        document = json.loads(body)
        if isinstance(document, list):
            pieces += from_lists(document)
        else:
            tail = document
    notes = tail.get("notes")
    partly = tail.get("partly")
    pages = tail.get("pages")
    return FileText(
        tuple(pieces),
        partly=tuple(partly) if isinstance(partly, list) else (),
        pages=pages if isinstance(pages, int) else 0,
        notes=notes if isinstance(notes, dict) else {},
    )


def read_worker(send: Send, kind: str, path: str, suffix: str) -> None:
    """The child: parse one file and send its pieces in batches, what is to say about it last."""
    tail: dict[str, object] = {}
    if kind == "pdf":
        from filingdesk.materials.pdf_text import read_pdf

        pieces, partly, pages = read_pdf(Path(path))
        tail = {"partly": partly, "pages": pages}
    elif kind == "docx":
        from filingdesk.materials.docx_text import read_docx

        pieces, notes = read_docx(path)
        tail = {"notes": notes}
    else:
        from filingdesk.materials.plain_text import read_text

        pieces = read_text(Path(path).read_bytes(), suffix)
    for start in range(0, len(pieces), _BATCH):
        send(json.dumps([p.as_list() for p in pieces[start : start + _BATCH]]).encode())
    send(json.dumps(tail).encode())


def _workbook(path: Path, cancel: Cancel) -> FileText:
    pieces: list[Piece] = []
    partly: list[str] = []
    for number, title in enumerate(list_sheets(path, cancel), 1):
        table = read_table(path, cancel, sheet=title)
        if len(table.rows) > MAX_SHEET_ROWS:
            partly.append(f"工作表「{title}」只核对了前 {MAX_SHEET_ROWS} 行")
        pieces += _rows(table.rows[:MAX_SHEET_ROWS], f"工作表「{title}」", number)
    return FileText(tuple(pieces), partly=tuple(partly))


def _rows(rows: list[tuple[str, ...]], where: str, table: int) -> list[Piece]:
    return [
        Piece("\t".join(" ".join(c.split()) for c in row), f"{where}第 {n + 1} 行", "row", table, n)
        for n, row in enumerate(rows)
        if any(cell.strip() for cell in row)
    ]
