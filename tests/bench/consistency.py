"""Material for the consistency bench: 30 files of 1,000 pages together, and one of them changed."""

import io
import zipfile
from pathlib import Path
from typing import Any

PAGES, FILES = 1000, 30
LINES_PER_PAGE = 26
_SENTENCES = (
    "本算法先审核输入，再检索商家已审核的知识库，由模型依据条目生成文字答复。",
    "示例智联客服对话生成算法于2026年8月3日上线，主体名称：示例智联科技（杭州）有限公司。",
    "内容安全部设 6 名审核员，分两班每日在岗，每天随机抽检 200 条输出。",
    "月活跃用户量：1,860人，其中网页端 1,260 人、小程序端 600 人。",
    "合格率低于 97% 时 1 小时内告警，24 小时内提交原因分析，整改后复测。",
    "用户可以在隐私设置里关闭“允许将对话用于改进服务”，关闭后不再使用其对话。",
    "模型名称：示例智联客服大模型，模型版本：V1.2.0，参数量：约 70 亿。",
)
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def _lines(pages: int, seed: int) -> list[str]:
    return [
        f"{seed + 1}.{n + 1}　{_SENTENCES[(n * 3 + seed) % len(_SENTENCES)]}"
        for n in range(pages * LINES_PER_PAGE)
    ]


def _docx(lines: list[str]) -> bytes:
    out = io.BytesIO()
    body = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("word/document.xml", f"<w:document {_W}><w:body>{body}</w:body></w:document>")
    return out.getvalue()


def _pdf(lines: list[str]) -> bytes:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    from filingdesk.infra.resources import resource_path

    if "Bench" not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont("Bench", str(resource_path("fonts", "NotoSansSC-Regular.ttf"))))
    out = io.BytesIO()
    canvas = Canvas(out, pageCompression=1)
    for start in range(0, len(lines), LINES_PER_PAGE):
        canvas.setFont("Bench", 10)
        for row, line in enumerate(lines[start : start + LINES_PER_PAGE]):
            canvas.drawString(50, 790 - 28 * row, line)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _xlsx(lines: list[str]) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    page = book.add_worksheet("说明")
    for row, line in enumerate(lines):
        page.write_string(row, 0, str(row + 1))
        page.write_string(row, 1, line)
    book.close()
    return out.getvalue()


def make_files(folder: Path) -> list[Path]:
    """14 Word files, 12 pdf, 4 Excel; as many lines as 1,000 pages hold."""
    paths = []
    pages, rest = divmod(PAGES, FILES)
    for n in range(FILES):
        lines = _lines(pages + (n < rest), n)
        suffix, make = ("docx", _docx) if n < 14 else ("pdf", _pdf) if n < 26 else ("xlsx", _xlsx)
        path = folder / f"材料{n + 1:02}.{suffix}"
        path.write_bytes(make(lines))
        paths.append(path)
    return paths


def prepare(session: Any, scratch: Path) -> Any:
    """The session, a fresh checker, the files."""
    from filingdesk.services.consistency import Checker

    folder = scratch / "materials"
    folder.mkdir()
    return session, Checker(), make_files(folder)


def prepare_again(session: Any, scratch: Path) -> Any:
    """Compared once, then one file changed."""
    prepared = prepare(session, scratch)
    run(prepared)
    change_one(prepared)
    return prepared


def change_one(prepared: Any) -> None:
    """Another content for one of the files."""
    prepared[2][3].write_bytes(_docx(_lines(33, 5)))


def run(prepared: Any) -> dict[str, float]:
    """The whole matrix; figures: characters read, files read anew, contradictions (none are planted)."""
    session, checker, files = prepared
    found = checker.run(session, files=files)
    external = [f for f in found.files if f.source.kind == "file"]
    if len(external) != FILES or any(f.failed for f in external) or found.conflicts:
        raise RuntimeError(f"{[f.failed for f in external if f.failed]} {found.conflicts[:2]}")
    return {"files": len(external), "read anew": found.read_again}
