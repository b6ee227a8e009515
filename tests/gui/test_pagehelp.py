"""The help pane speaks of the page while no field has the cursor, and its doors lead to blanks and papers."""

from pathlib import Path

from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from filingdesk.domain.specs import trail_of
from filingdesk.gui.helppane import HelpContent
from filingdesk.gui.shell import Shell
from gui.delivery import LONG, desk_of, open_sample


def content_of(shell: Shell) -> HelpContent:
    assert shell.workbench is not None
    content = shell.workbench.help.content()
    assert content is not None
    return content


def door(shell: Shell, name: str) -> QPushButton:
    assert shell.workbench is not None
    [found] = [d for d in shell.workbench.help.findChildren(QPushButton) if d.accessibleName() == name]
    return found


def test_an_empty_page_names_what_it_wants_and_leads_there(project: Shell, qtbot: QtBot) -> None:
    assert project.workbench is not None
    project.workbench.show_page("subject")
    before = content_of(project)
    assert before.title == "主体与人员"
    paths = [path for path, _words in before.doors]
    assert paths[0] == "subject.name"
    assert paths == list(desk_of(project).completeness().blanks("subject")[: len(paths)])
    assert before.doors_rest.startswith("另外 ")
    door(project, f"去填：{before.doors[0][1]}").click()
    qtbot.waitUntil(lambda: desk_of(project).focused_key == "subject.name")
    assert content_of(project).title == "主体名称", "the field has the cursor: the pane speaks of it"
    assert desk_of(project).commit("subject.name", "示例智联科技")
    project.workbench.show_page("model")
    assert content_of(project).title == "模型基本情况"
    project.workbench.show_page("subject")
    after = content_of(project)
    assert "subject.name" not in [path for path, _words in after.doors]
    assert after.doors_title != before.doors_title


def test_a_page_that_is_filled_says_so_and_which_papers_it_feeds(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    desk = open_sample(shell, qtbot, tmp_path, "complete")
    assert shell.workbench is not None
    shell.workbench.show_page("subject")
    qtbot.waitUntil(lambda: bool(desk.papers.uses) and bool(content_of(shell).used_in), timeout=LONG)
    content = content_of(shell)
    assert not content.doors
    assert content.doors_rest == "必填项都填了。"
    assert not content.findings, "nothing blocks in the complete sample"
    assert ("commitment", "算法备案承诺书") in content.used_in
    assert "份文书用到这一页" in content.note
    door(shell, "打开文书：算法备案承诺书").click()
    current = shell.workbench.current()
    assert current is not None
    assert current.key == "papers"


def test_what_the_check_found_on_the_page_is_counted(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    desk = open_sample(shell, qtbot, tmp_path, "incomplete")
    assert shell.workbench is not None
    shell.workbench.show_page("subject")
    assert desk.report is not None
    [words] = content_of(shell).findings
    assert words.startswith("5 项阻断")


def test_blanks_of_the_same_name_are_told_with_what_they_belong_to(project: Shell) -> None:
    assert project.workbench is not None
    desk = desk_of(project)
    for _twice in range(2):
        desk.session.add_item("algorithm.products", {})
    project.workbench.show_page("products")
    doors = content_of(project).doors
    assert len({words for _path, words in doors}) == len(doors), "no two doors read alike"
    assert all(words in trail_of(path) for path, words in doors)


def test_long_titles_of_papers_fit_the_pane(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    desk = open_sample(shell, qtbot, tmp_path, "complete")
    assert shell.workbench is not None
    shell.resize(1280, 720)
    shell.workbench.show_page("subject")
    qtbot.waitUntil(lambda: bool(desk.papers.uses) and bool(content_of(shell).used_in), timeout=LONG)
    QApplication.processEvents()
    pane = shell.workbench.help
    for found in pane.findChildren(QPushButton):
        assert found.mapTo(pane, found.rect().bottomRight()).x() < pane.width() - 8, found.accessibleName()
