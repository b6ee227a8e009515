"""Contact sheets of every paper of the sample: `python tools/paper_sheets.py [--out DIR] [--word] [--only ID …] [--large]`.

Each paper is made as the program makes it, its pages are drawn side by side into one small WebP, and an index is written.
`--word` draws the Word files as well, as LibreOffice sets them (`soffice` must be installed). `--large` keeps one PNG per
page, for looking closely. What the sample cannot fill is drawn as a draft, with its gaps.
"""

import argparse
import io
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
from PIL import Image

from filingdesk.bootstrap import workspace
from filingdesk.domain.errors import UserError
from filingdesk.services import diagnosis, diagnosis_report
from filingdesk.services.demo import PROJECT_NAME
from filingdesk.services.papers import Desk

SHEETS = Path("docs/img/papers")
PAGE, COLUMNS, SPACE = 300, 6, 8  # pixels wide; sheets side by side; between them
LARGEST = {"pdf": 40_000, "word": 20_000}
"""Bytes of one sheet; the quality is lowered, then the size, until it fits."""
_DPI = 110


@dataclass(frozen=True)
class Made:
    """One paper: its id, title, files by format, and whether it is a draft."""

    id: str
    title: str
    files: dict[str, Path]
    draft: bool


def main() -> None:
    parser = argparse.ArgumentParser(description="Pictures of the pages of every paper.")
    parser.add_argument("--out", type=Path, default=SHEETS)
    parser.add_argument("--only", action="append", default=[], help="the id of a paper; may be repeated")
    parser.add_argument("--word", action="store_true", help="the Word files too, by LibreOffice")
    parser.add_argument("--large", action="store_true", help="one PNG per page instead of sheets")
    chosen = parser.parse_args()
    os.environ["LOGNAME"] = "示例经办人"  # who made the interception test
    with tempfile.TemporaryDirectory(prefix="filingdesk-papers-") as folder:
        work = Path(folder)
        papers = _make(work, chosen.only)
        if chosen.word:
            _set_by_word_processor(work, [m.files["docx"] for m in papers if "docx" in m.files])
        chosen.out.mkdir(parents=True, exist_ok=True)
        if not chosen.only and not chosen.large:
            for old in chosen.out.glob("*.webp"):
                old.unlink()
        lines = [line for paper in papers for line in _draw(paper, work, chosen.out, chosen.large)]
        if not chosen.only and not chosen.large:
            _index(chosen.out, lines)


def _run(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "filingdesk", *arguments], check=True, stdout=subprocess.DEVNULL)


def _make(work: Path, only: list[str]) -> list[Made]:
    """The sample with everything a paper may tell of: its bundles, an interception test."""
    _run("demo", "--out", str(work / "demo"))
    project = work / "demo" / PROJECT_NAME
    _run("keywords", "test", str(project))
    session = workspace().open(project)
    desk = Desk(session)
    made = []
    for paper in desk.catalogue.papers:
        if "xlsx" in paper.spec.formats or (only and paper.id not in only):
            continue
        files: dict[str, Path] = {}
        draft = False
        for fmt in paper.spec.formats:
            try:
                data = desk.make(paper.id, fmt, draft=False)
            except UserError:
                data, draft = desk.make(paper.id, fmt, draft=True), True
            files[fmt] = work / f"{paper.id}.{fmt}"
            files[fmt].write_bytes(data)
        if paper.id == "materials-list":
            # A bundle alone knows its files.
            listed = next((work / "demo").glob("*大模型*/材料清单.docx"))
            shutil.copy(listed, files["docx"])
            draft = False
        made.append(Made(paper.id, desk.paper(paper.id).title, files, draft))
    if not only or "diagnosis" in only:
        found = diagnosis.diagnose_session(session)
        files = {fmt: work / f"diagnosis.{fmt}" for fmt in ("docx", "pdf")}
        for fmt, path in files.items():
            path.write_bytes(diagnosis_report.make(found, desk.facts, fmt, desk.look))
        made.append(Made("diagnosis", diagnosis_report.template().title, files, False))
    session.close()
    return made


def _set_by_word_processor(work: Path, files: list[Path]) -> None:
    program = shutil.which("soffice")
    if program is None:
        raise SystemExit("soffice is not installed")
    home = f"-env:UserInstallation=file://{work / 'office'}"
    command = [program, "--headless", home, "--convert-to", "pdf", "--outdir", str(work / "word")]
    subprocess.run([*command, *map(str, files)], check=True, stdout=subprocess.DEVNULL, timeout=900)


def _draw(paper: Made, work: Path, out: Path, large: bool) -> list[str]:
    """The sheets of one paper; a line of the index for each."""
    lines = []
    told = "（草稿）" if paper.draft else ""
    for kind, path in (("pdf", paper.files.get("pdf")), ("word", work / "word" / f"{paper.id}.pdf")):
        if path is None or not path.exists():
            continue
        pages = _pages(path)
        print(paper.id, kind, len(pages), flush=True)
        if large:
            for number, page in enumerate(pages, 1):
                page.save(out / f"{paper.id}-{kind}-{number:02d}.png")
            continue
        name = f"{paper.id}-{kind}.webp"
        (out / name).write_bytes(_small(pages, LARGEST[kind]))
        shown = "PDF" if kind == "pdf" else "Word（LibreOffice 排版）"
        lines.append(f"| 《{paper.title}》{told} | {shown} | {len(pages)} | [{name}]({name}) |")
    return lines


def _pages(path: Path) -> list[Image.Image]:
    document = pypdfium2.PdfDocument(path)
    pages = [page.render(scale=_DPI / 72).to_pil().convert("RGB") for page in document]
    document.close()
    return pages


def _small(pages: list[Image.Image], largest: int) -> bytes:
    """All pages on one picture of at most `largest` bytes."""
    data = b""
    for wide in (PAGE, 240, 200, 170, 140, 120, 104):
        shrunk = [
            page.resize(
                (round(wide * page.width / min(page.size)), round(wide * page.height / min(page.size)))
            )
            for page in pages
        ]
        sheet = _side_by_side(shrunk)
        for quality in (60, 40, 25, 12):
            out = io.BytesIO()
            sheet.save(out, "WEBP", quality=quality, method=6)
            data = out.getvalue()
            if len(data) <= largest:
                return data
    return data


def _side_by_side(pages: list[Image.Image]) -> Image.Image:
    """Pages in rows, each as long as some standing pages beside each other."""
    columns = min(len(pages), COLUMNS)
    room = columns * (min(page.width for page in pages) + SPACE) + 1
    rows: list[list[Image.Image]] = [[]]
    for page in pages:
        if rows[-1] and sum(p.width + SPACE for p in (*rows[-1], page)) > room:
            rows.append([])
        rows[-1].append(page)
    heights = [max(page.height for page in row) + SPACE for row in rows]
    wide = max(sum(page.width + SPACE for page in row) for row in rows)
    sheet = Image.new("L", (wide + SPACE, sum(heights) + SPACE), 176)
    y = SPACE
    for row, high in zip(rows, heights, strict=True):
        x = SPACE
        for page in row:
            sheet.paste(page.convert("L"), (x, y))
            x += page.width + SPACE
        y += high
    return sheet


def _index(out: Path, lines: list[str]) -> None:
    words = [
        "# 示例的全部文书",
        "",
        "由 `tools/paper_sheets.py --word` 从自带示例生成，每份文书一张图，各页按顺序排列。示例填不满的文书画成草稿。",
        "",
        "| 文书 | 格式 | 页数 | 图 |",
        "|---|---|---|---|",
        *lines,
    ]
    (out / "README.md").write_text("\n".join(words) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
