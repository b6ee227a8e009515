"""The papers: the list says how far each is, the preview leads to the fields and follows edits, exports never overwrite unasked."""

from pathlib import Path

from PySide6.QtCore import QUrl
from pytestqt.qtbot import QtBot

from filingdesk.gui.pages.papers import PapersPage
from filingdesk.gui.pages.papers_list import PaperList
from filingdesk.gui.shell import Shell
from filingdesk.services import papers
from gui.delivery import LONG, desk_of, open_sample, settle, show, told_faults


def page(shell: Shell, qtbot: QtBot) -> PapersPage:
    shown = show(shell, "papers")
    assert isinstance(shown, PapersPage)
    desk = desk_of(shell)
    qtbot.waitUntil(lambda: bool(desk.papers.statuses) and shell.jobs.busy() == 0, timeout=LONG)
    return shown


def chips(shown: PaperList) -> dict[str, str]:
    return {line.paper: line.chip for line in shown.lines() if line.paper}


def see(shell: Shell, qtbot: QtBot, shown: PapersPage, paper: str) -> str:
    assert shown.list.select(paper)
    settle(shell, qtbot)
    return shown.sheet.text()


def test_a_full_sample_is_ready_paper_by_paper(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    open_sample(shell, qtbot, tmp_path)
    shown = page(shell, qtbot)
    assert set(chips(shown.list).values()) == {"可导出"}
    assert [line.title for line in shown.list.lines() if not line.paper] == ["算法备案", "大模型备案"]
    text = see(shell, qtbot, shown, "publicity")
    assert desk_of(shell).facts.algorithm.name in text
    assert shown.hindrance() is None


def test_the_preview_follows_an_edit_and_leads_to_the_field(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    desk = open_sample(shell, qtbot, tmp_path)
    shown = page(shell, qtbot)
    see(shell, qtbot, shown, "publicity")
    desk.session.set("algorithm.name", "示例改名后的算法")
    qtbot.waitUntil(lambda: "示例改名后的算法" in shown.sheet.text(), timeout=LONG)
    shown.sheet.browser.anchorClicked.emit(QUrl("fact:algorithm.name"))
    assert shell.workbench is not None
    current = shell.workbench.current()
    assert current is not None
    assert current.key == "basics"
    settle(shell, qtbot)


def test_the_preview_of_the_last_picked_paper_wins(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    open_sample(shell, qtbot, tmp_path)
    shown = page(shell, qtbot)
    for paper in ("self-assessment", "safety-report", "commitment"):
        shown.list.select(paper)
    settle(shell, qtbot)
    assert "承诺书" in shown.sheet.text()
    assert shown.name.text() == papers.paper("commitment").title


def test_excel_papers_are_described_by_their_counts(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    desk = open_sample(shell, qtbot, tmp_path)
    shown = page(shell, qtbot)
    total = desk.session.snapshot().keywords.total
    assert f"{total:,} 个词" in see(shell, qtbot, shown, "keywords-list")
    assert "应拒答测试题库" in see(shell, qtbot, shown, "question-bank")
    shown.sheet.browser.anchorClicked.emit(QUrl("fact:%40library%2Fshould-refuse"))
    assert shell.workbench is not None
    current = shell.workbench.current()
    assert current is not None
    assert current.key == "questions"
    settle(shell, qtbot)


def test_a_draft_is_written_under_the_expected_name_and_not_over_another(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    open_sample(shell, qtbot, tmp_path)
    shown = page(shell, qtbot)
    out = tmp_path / "出稿"
    shown.export_to(out, draft=True, paper_ids=("commitment",))
    qtbot.waitUntil(lambda: not shown.strip.busy, timeout=LONG)
    names = sorted(file.name for file in out.iterdir())
    assert names == sorted(papers.file_names([papers.paper("commitment")], (), draft=True))
    assert "已导出 2 个文件" in shown.notice.text()
    kept = out / names[0]
    kept.write_bytes(b"edited by hand")
    shown.export_to(out, draft=True, paper_ids=("commitment",), formats=(kept.suffix[1:],))
    assert shown.question.isVisible()
    shown.question.reject()
    assert not shown.strip.busy
    assert kept.read_bytes() == b"edited by hand"
    shown.export_to(out, draft=True, paper_ids=("commitment",), formats=(kept.suffix[1:],))
    accept = next(b for b in shown.question.buttons() if b.text() == "覆盖")
    assert shown.question.defaultButton() is not accept
    accept.click()
    qtbot.waitUntil(lambda: kept.read_bytes() != b"edited by hand", timeout=LONG)
    settle(shell, qtbot)


def test_an_unfinished_filing_gives_drafts_but_no_finals(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    open_sample(shell, qtbot, tmp_path, "incomplete")
    shown = page(shell, qtbot)
    assert chips(shown.list)["self-assessment"].startswith("缺 ")
    assert "有阻断" in chips(shown.list).values()
    words = told_faults(qtbot, lambda: shown.choose_folder(draft=False))
    assert "草稿" in words
    text = see(shell, qtbot, shown, "self-assessment")
    assert "待补充" in text
    shown.next_gap.click()
    assert shell.workbench is not None
    current = shell.workbench.current()
    assert current is not None
    assert current.key != "papers"
    settle(shell, qtbot)
