"""What the help pane says while no field has the cursor: what the page still wants, and the papers that it feeds."""

from collections import Counter

from filingdesk.domain.report import SEVERITY_WORDS, Severity
from filingdesk.domain.specs import trail_of
from filingdesk.gui.completeness import page_key
from filingdesk.gui.desk import Desk
from filingdesk.gui.helppane import HelpContent
from filingdesk.gui.page import Page
from filingdesk.gui.places import home

MOST = 8
"""Blanks and papers that are named, of each; the others are counted."""
_COUNTED: tuple[Severity, ...] = ("blocker", "warning")
RESTING = "点进一个字段，这里会说明怎么写、为什么问、依据哪一条。"


def page_help(desk: Desk, page: Page) -> HelpContent:
    """The resting content of a page of forms."""
    blanks = desk.completeness().blanks(page.key)
    asked = desk.completeness().pages.get(page.key)
    doors = tuple((path, _label(path, blanks)) for path in blanks[:MOST])
    papers, more = _papers(desk, page.key)
    notes = [f"还有 {more} 份文书用到这一页。"] if more else []
    if len(blanks) > MOST:
        rest = f"另外 {len(blanks) - MOST} 项填完这些就会列出。"
    else:
        rest = "必填项都填了。" if asked is not None and asked.asked and not blanks else ""
    return HelpContent(
        title=page.title,
        text=RESTING,
        doors_title=f"还差 {len(blanks)} 项必填" if blanks else "必填",
        doors=doors,
        doors_rest=rest,
        findings=_findings(desk, page.key),
        used_in=papers,
        used_title="这一页写进",
        note="\n".join([*notes, "F8 走到下一个问题，F7 在旁边看文书，Ctrl+K 找字段。"]),
    )


def _label(path: str, among: tuple[str, ...]) -> str:
    trail = trail_of(path).split(" › ")
    alike = sum(trail_of(other).split(" › ")[-1] == trail[-1] for other in among)
    return " › ".join(trail[-2:]) if alike > 1 else trail[-1]


def _findings(desk: Desk, page: str) -> tuple[str, ...]:
    counts = Counter(
        finding.severity
        for finding in (desk.report.findings if desk.report else ())
        if home(finding.path)[0] == page
    )
    words = [f"{counts[kind]} 项{SEVERITY_WORDS[kind]}" for kind in _COUNTED if counts[kind]]
    return ("、".join(words) + "，按 F8 逐个走过去。",) if words else ()


def _papers(desk: Desk, page: str) -> tuple[tuple[tuple[str, str], ...], int]:
    """The papers that use most fields of a page, and how many others there are."""
    used = Counter(
        paper for pattern, papers in desk.papers.uses.items() if page_key(pattern) == page for paper in papers
    )
    named = tuple(paper for paper, _count in used.most_common(MOST))
    return named, len(used) - len(named)
