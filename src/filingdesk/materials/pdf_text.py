"""Reads the text layer of a pdf page by page; pages that are only a picture are named, never taken for empty.

Runs in a child process (`reading`): PDFium is not thread-safe, and a hostile file may break it.
"""

import re
from pathlib import Path

from filingdesk.domain.errors import UserError
from filingdesk.materials.pieces import Piece, Shape

MAX_PAGES = 5000
_IMAGE_OBJECT = 3  # FPDF_PAGEOBJ_IMAGE
_TOO_FEW = 8
"""A page with fewer letters than this and a picture is taken for a scan."""
_RUNNING = re.compile(r"第?\s*\d+\s*页|共\s*\d+\s*页|[-—]\s*\d+\s*[-—]|\d{1,4}")
_ENDS = re.compile(r"[。;；:：!！?？]\s*\Z")
_STARTS = re.compile(
    r"\s*(第[一二三四五六七八九十\d]+[章节条部]|[(（]?[一二三四五六七八九十]{1,3}[)）、.．]|\d+(\.\d+)*[.、．)）]|[•·☐☑□●])"
)
_GARBLED = re.compile("[\ue000-\uf8ff\ufffd\x00-\x08\x0e-\x1f]")


def read_pdf(path: Path) -> tuple[list[Piece], list[str], int]:
    """Pieces, sentences about pages that could not be read, number of pages.

    Raises `UserError`: `pdf.password`, `pdf.broken`, `pdf.scan`, `pdf.garbled`, `pdf.too_long`.
    """
    import pypdfium2 as pdfium

    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise UserError("pdf.password", "加了打开密码，读不出内容。", "请取消密码后再核对。") from error
        raise UserError("pdf.broken", "文件已损坏，或不是 pdf。", "请重新导出一份。") from error
    count = len(document)
    if count > MAX_PAGES:
        raise UserError(
            "pdf.too_long", f"有 {count} 页，超过 {MAX_PAGES} 页，没有读取。", "请拆成几份再核对。"
        )
    pieces: list[Piece] = []
    scans: list[int] = []
    broken: list[int] = []
    letters = garbled = 0
    for number in range(1, count + 1):
        try:
            page = document[number - 1]
            textpage = page.get_textpage()
            text = textpage.get_text_bounded()
            images = sum(1 for _ in page.get_objects(filter=[_IMAGE_OBJECT], max_depth=3))
        except pdfium.PdfiumError:
            broken.append(number)
            continue
        textpage.close()
        page.close()
        # PDFium marks a hyphenated line end with these; they are no letters.
        text = text.replace("\ufffe", "-").replace("\uffff", "")
        bare = re.sub(r"\s", "", text)
        letters += len(bare)
        garbled += len(_GARBLED.findall(bare))
        if len(_RUNNING.sub("", bare)) < _TOO_FEW and images:
            scans.append(number)
        pieces += _pieces(text, number, images)
    document.close()
    if count and len(scans) + len(broken) == count:
        raise UserError(
            "pdf.scan", "像是扫描件，没有文字层，读不出内容。", "请附上可复制文字的版本，或人工核对。"
        )
    if letters and garbled > 0.3 * letters:
        raise UserError("pdf.garbled", "文字没有编码信息，读出来是乱码。", "请用 Word 或 WPS 重新导出 pdf。")
    partly = []
    if scans:
        partly.append(f"第 {_listed(scans)} 页像是扫描图片，没有文字可读")
    if broken:
        partly.append(f"第 {_listed(broken)} 页损坏，没有读取")
    return pieces, partly, count


def _listed(numbers: list[int]) -> str:
    shown = "、".join(map(str, numbers[:6]))
    return f"{shown} 等 {len(numbers)}" if len(numbers) > 6 else shown


def _pieces(text: str, page: int, images: int) -> list[Piece]:
    """The lines of a page put together to paragraphs again: a full line that ends in mid-sentence goes on in the next."""
    lines = [line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    lines = [line for line in lines if line]
    longest = max((_width(line) for line in lines), default=0)
    place = f"第 {page} 页"
    joined: list[str] = []
    open_end = False
    for line in lines:
        if open_end and not _STARTS.match(line):
            glue = (
                " "
                if joined[-1][-1].isascii()
                and line[0].isascii()
                and joined[-1][-1].isalnum()
                and line[0].isalnum()
                and not line[0].isdigit()
                else ""
            )
            joined[-1] += glue + line
        else:
            joined.append(line)
        open_end = _width(line) >= 0.8 * longest and not _ENDS.search(line)
    shape: Shape = "text"
    pieces = [Piece(line, place, shape) for line in joined]
    if images:
        pieces.append(Piece("", place, shape, images=images))
    return pieces


def _width(line: str) -> float:
    return sum(0.5 if c.isascii() else 1.0 for c in line)
