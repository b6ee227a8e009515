"""A returned paper in the window: what changed side by side, taken or kept, undone; own wording below."""

from pathlib import Path
from typing import Any

from docx import Document as open_docx
from pytestqt.qtbot import QtBot

from filingdesk.gui.pages.papers import PapersPage
from filingdesk.gui.pages.returned import ReturnedPage
from filingdesk.gui.shell import Shell
from gui.delivery import LONG, open_sample, settle, show, told_faults
from unit.documents.returning import new_paragraph, paragraph_with, replace_words, type_into

PAPER, WORDS, NAME = "responsibility", "其职责如下", "示例更名科技有限公司"


def _edit(package: Any) -> None:
    type_into(package, "subject.name", NAME)
    replace_words(package, WORDS, "其职责由律师改写如下")
    gone = paragraph_with(package, "各项制度及其状态")
    gone.addprevious(new_paragraph("律师新增一段。"))
    gone.getparent().remove(gone)


def returned(shell: Shell, qtbot: QtBot, folder: Path) -> Path:
    """Export by the page, edit as in Word."""
    papers = show(shell, "papers")
    assert isinstance(papers, PapersPage)
    papers.export_to(folder, draft=True, paper_ids=(PAPER,), formats=("docx",))
    settle(shell, qtbot)
    package = open_docx(str(next(folder.glob("*.docx"))))
    _edit(package)
    path = folder / "退回稿.docx"
    package.save(str(path))
    return path


def opened(shell: Shell, qtbot: QtBot, path: Path) -> ReturnedPage:
    page = show(shell, "returned")
    assert isinstance(page, ReturnedPage)
    page.open_file(path)
    qtbot.waitUntil(lambda: page.found is not None and not page.strip.busy, timeout=LONG)
    return page


def test_changes_are_shown_taken_and_taken_back(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    desk = open_sample(shell, qtbot, tmp_path)
    before = desk.facts.subject.name
    page = opened(shell, qtbot, returned(shell, qtbot, tmp_path))
    assert page.found is not None
    assert (page.found.base, page.found.export) == ("record", 1)
    assert [group.title_label.text() for group in page.groups] == [
        "字段（1 处）",
        "文字（1 处）",
        "结构（2 处）",
    ]
    assert len(page.chosen()) == 3  # the removed paragraph waits to be ticked
    assert page.take_button.text() == "采用选中的 3 处"
    row = page.groups[1].rows[0]
    row.tick.setChecked(False)
    assert page.take_button.text() == "采用选中的 2 处"
    row.tick.setChecked(True)
    page.take()
    settle(shell, qtbot)
    assert desk.facts.subject.name == NAME
    assert "已采用 3 处" in page.notice.text()
    assert [own.override.source for own in page.own.rows] == ["退回稿.docx", "退回稿.docx"]
    assert page.own.isVisible()
    desk.session.undo()
    settle(shell, qtbot)
    assert desk.facts.subject.name == before
    assert not page.own.rows
    assert "重新比较" in page.notice._action.text()


def test_the_templates_words_come_back(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    open_sample(shell, qtbot, tmp_path)
    page = opened(shell, qtbot, returned(shell, qtbot, tmp_path))
    page.take()
    settle(shell, qtbot)
    first = page.own.rows[0]
    page.own.dropped.emit(first.paper, first.override.anchor)
    settle(shell, qtbot)
    assert len(page.own.rows) == 1


def test_a_file_that_is_not_ours_is_told_and_changes_nothing(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    desk = open_sample(shell, qtbot, tmp_path)
    page = show(shell, "returned")
    assert isinstance(page, ReturnedPage)
    broken = tmp_path / "坏.docx"
    broken.write_bytes(b"PK nothing")
    revision = desk.session.revision
    words = told_faults(qtbot, lambda: page.open_file(broken))
    assert "坏.docx" in words
    assert page.found is None
    assert desk.session.revision == revision
