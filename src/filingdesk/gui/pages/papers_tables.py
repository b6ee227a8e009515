"""What the preview shows of a paper; the two Excel papers are described by their counts and first rows."""

from collections.abc import Iterable, Sequence
from html import escape
from itertools import islice

from filingdesk.domain.records import BANKS
from filingdesk.services import checking, papers, questions
from filingdesk.services.questions import BANK_NAMES
from filingdesk.services.session import Session

FIRST_ROWS = 8
_LINK = "color:#1A1D23;background-color:#EAF0FF;text-decoration:none;"
_GAP = "color:#C9302C;background-color:#FDE8E4;text-decoration:underline;"


def preview_of(session: Session, desk: papers.Desk, paper: str) -> str:
    """The html of the sheet; for a job."""
    if paper == "keywords-list":
        return _page(paper, [_keywords(session, desk)])
    if paper == "question-bank":
        return _page(paper, [_bank(session, desk, place) for place in range(len(BANKS))])
    return desk.preview(paper)


def _page(paper: str, parts: Sequence[str]) -> str:
    title = escape(papers.paper(paper).title)
    return (
        '<html><body style="color:#1A1D23;font-size:10.5pt;">'
        f'<p align="center" style="font-size:17pt;margin-bottom:10px;"><b>{title}</b></p>'
        '<p align="center" style="color:#4E5969;">Excel 表格,导出时由词库和题库生成。</p>'
        f"{''.join(parts)}</body></html>"
    )


def _keywords(session: Session, desk: papers.Desk) -> str:
    total = desk.snapshot.keywords.total
    risks = {risk.id: risk for risk in checking.standard_pack(desk.snapshot).risks}
    rows = []
    for k in session.file.keyword_page(0, FIRST_ROWS):
        risk = risks.get(k.risk)
        first, second = (
            (f"{risk.group} {risk.group_name}", f"{risk.id} {risk.name}")
            if risk
            else (k.category1, k.category2)
        )
        rows.append((k.word, first, second))
    return _part("拦截关键词", "keywords", total, "个词", ("关键词", "一级分类", "二级分类"), rows)


def _bank(session: Session, desk: papers.Desk, place: int) -> str:
    bank = BANKS[place]
    rows = (
        (row[0], row[1], row[3] or row[2], row[5])
        for row in islice(questions.question_rows(session, bank), FIRST_ROWS)
    )
    total = desk.snapshot.banks[bank].total
    return _part(BANK_NAMES[bank], bank, total, "题", ("序号", "测试题", "分类", "研判结果"), rows)


def _part(
    title: str, library: str, total: int, unit: str, heads: Sequence[str], rows: Iterable[Sequence[str]]
) -> str:
    link = f"fact:%40library%2F{library}"
    if not total:
        words = f'<a href="{link}" style="{_GAP}">【待补充:{escape(title)}】</a>'
        return f"<p><b>{escape(title)}</b> {words}</p>"
    count = f'<a href="{link}" style="{_LINK}">{total:,} {unit}</a>'
    shown = min(total, FIRST_ROWS)
    more = f"，下面是前 {shown} 行" if total > shown else ""
    head = "".join(f'<td bgcolor="#F2F3F5"><b>{escape(name)}</b></td>' for name in heads)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell[:60])}</td>" for cell in row) + "</tr>" for row in rows
    )
    return (
        f'<p style="margin-top:16px;"><b>工作表「{escape(title)}」</b>:{count}{more}</p>'
        '<table width="100%" border="1" cellspacing="0" cellpadding="5" '
        f'style="border-collapse:collapse;border-color:#1A1D23;border-style:solid;"><tr>{head}</tr>{body}</table>'
    )
