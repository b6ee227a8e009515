"""Writes a seeded bundle (`seeded.yaml`, `heldout_*.yaml`) as real files, knows what was planted in it, and counts what is found."""

import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
_MARK = re.compile(r"⟦([^⟧]+)⟧")


@dataclass(frozen=True)
class Planted:
    """One contradiction: in which file, against which row of the table, in which paragraph or table row, from where on."""

    file: str
    row: str
    text: str
    wrong: str


def load(bundle: str = "seeded") -> dict[str, Any]:
    document = yaml.safe_load((HERE / f"{bundle}.yaml").read_text(encoding="utf-8"))
    assert isinstance(document, dict)
    return document


def _strip(text: Any) -> str:
    return _MARK.sub("", str(text)).strip('"') if str(text).startswith("⟦") else _MARK.sub("", str(text))


def planted(bundle: str = "seeded") -> list[Planted]:
    found = []
    for file in load(bundle)["files"]:
        for block in file["body"]:
            lines = (
                [block] if isinstance(block, str) else ["\t".join(map(str, row)) for row in block["table"]]
            )
            for line in lines:
                found += [
                    Planted(file["name"], m[1], _MARK.sub("", line), re.split(r"[。\t⟦]", line[m.end() :])[0])
                    for m in _MARK.finditer(line)
                ]
    return found


def write_files(folder: Path, bundle: str = "seeded") -> list[Path]:
    """The files of the bundle in their formats."""
    makers = {".docx": docx_of, ".html": html_of, ".pdf": pdf_of, ".xlsx": xlsx_of, ".txt": text_of}
    paths = []
    for file in load(bundle)["files"]:
        path = folder / file["name"]
        body = [
            _strip(block)
            if isinstance(block, str)
            else [[_strip(cell) for cell in row] for row in block["table"]]
            for block in file["body"]
        ]
        path.write_bytes(makers[path.suffix](body))
        paths.append(path)
    return paths


Body = list[Any]


def docx_of(body: Body) -> bytes:
    from docx import Document

    document = Document()
    for block in body:
        if isinstance(block, list):
            table = document.add_table(rows=len(block), cols=max(map(len, block)))
            for r, row in enumerate(block):
                for c, cell in enumerate(row):
                    table.cell(r, c).text = cell
        elif block.startswith("#"):
            document.add_heading(block.lstrip("# "), block.count("#"))
        else:
            document.add_paragraph(block)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def html_of(body: Body) -> bytes:
    lines = [f"<h1>{b[2:]}</h1>" if b.startswith("# ") else f"<p>{b}</p>" for b in body]
    return ("<html><head><title>x</title></head><body>" + "".join(lines) + "</body></html>").encode()


def text_of(body: Body) -> bytes:
    return "\r\n".join(body).encode("gb18030")


def pdf_of(body: Body, pictures: int = 0) -> bytes:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    from filingdesk.infra.resources import resource_path

    if "Seeded" not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont("Seeded", str(resource_path("fonts", "NotoSansSC-Regular.ttf"))))
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.setFont("Seeded", 12)
    for number, line in enumerate(body):
        canvas.drawString(60, 780 - 24 * number, line)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def xlsx_of(body: Body) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    page = book.add_worksheet("说明")
    for r, row in enumerate(body[0]):
        for c, cell in enumerate(row):
            page.write_string(r, c, cell)
    book.close()
    return out.getvalue()
