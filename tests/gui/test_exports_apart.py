"""Exports run in a process of their own: the window says what it says of any job, and edits meanwhile stay out of the file."""

import os
import signal
from pathlib import Path

import psutil
from pytestqt.qtbot import QtBot

from filingdesk.gui.pages.bundle import BundlePage
from filingdesk.gui.pages.diagnosis import DiagnosisPage
from filingdesk.gui.pages.papers import PapersPage
from filingdesk.gui.shell import Shell
from filingdesk.services import bundling, exports
from gui.delivery import LONG, open_sample, settle, show, told_faults

ADDRESS = "subject.address"


def bundle_page(shell: Shell, qtbot: QtBot, out: Path) -> BundlePage:
    page = show(shell, "bundle")
    assert isinstance(page, BundlePage)
    out.mkdir()
    page.set_folder(out)
    qtbot.waitUntil(lambda: not page.hindrance(), timeout=LONG)
    return page


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def end_helpers() -> None:
    """End the processes that work for this one, as a system short of memory does."""
    for child in psutil.Process().children():
        os.kill(child.pid, signal.SIGTERM)


def test_what_is_typed_during_an_export_stays_out_of_the_bundle_and_the_page_says_so(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    desk = open_sample(shell, qtbot, tmp_path)
    page = bundle_page(shell, qtbot, tmp_path / "提交")
    here = bundling.export_bundle(desk.session, "algorithm", tmp_path / "这里")
    page.export()
    assert desk.commit(ADDRESS, "边导出边改的地址")
    qtbot.waitUntil(lambda: not page.strip.busy, timeout=2 * LONG)
    settle(shell, qtbot)
    (made,) = (tmp_path / "提交").iterdir()
    assert tree(made) == tree(here.path)
    assert page.result_badge.text() == "校验通过"
    assert "可能不是最新" in page.result_words.accessibleName()
    assert desk.facts.subject.address == "边导出边改的地址"
    assert {each.paper for each in exports.all_exports(desk.session)} >= {"publicity", "materials-list"}


def test_an_export_whose_process_is_ended_is_told_and_leaves_nothing(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    open_sample(shell, qtbot, tmp_path)
    page = bundle_page(shell, qtbot, tmp_path / "提交")

    def broken() -> None:
        page.export()
        qtbot.waitUntil(lambda: page.strip.words.text().startswith("正在生成 "), timeout=LONG)
        end_helpers()

    assert "意外退出" in told_faults(qtbot, broken)
    settle(shell, qtbot)
    assert list((tmp_path / "提交").iterdir()) == []
    assert not page.result_card.isVisible()
    assert page.export_button.isEnabled()


def test_papers_and_the_diagnosis_are_written_apart(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    desk = open_sample(shell, qtbot, tmp_path)
    page = show(shell, "papers")
    assert isinstance(page, PapersPage)
    settle(shell, qtbot)
    out = tmp_path / "文书"
    page.export_to(out, draft=True, paper_ids=("publicity",), formats=("docx",))
    assert desk.commit(ADDRESS, "边导出边改的地址")
    qtbot.waitUntil(lambda: not page.strip.busy, timeout=LONG)
    assert [path.name for path in out.iterdir()] == ["拟公示内容(草稿).docx"]
    (kept,) = exports.all_exports(desk.session)
    assert (kept.paper, kept.draft) == ("publicity", True)
    diagnosis = show(shell, "diagnosis")
    assert isinstance(diagnosis, DiagnosisPage)
    qtbot.waitUntil(lambda: diagnosis.found is not None, timeout=LONG)
    diagnosis.export(tmp_path / "诊断.docx")
    qtbot.waitUntil(lambda: not diagnosis.strip.busy, timeout=LONG)
    assert (tmp_path / "诊断.docx").read_bytes().startswith(b"PK")
