"""The finder of the window: letters of pinyin lead to pages, fields, papers, clauses, commands and what was typed."""

import time

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from filingdesk.gui.shell import Shell
from filingdesk.gui.topbar import FindBox
from filingdesk.services import palette


def asked(shell: Shell, qtbot: QtBot) -> FindBox:
    shell.actions_.find.trigger()
    finder = shell.top.finder
    qtbot.waitUntil(finder.hasFocus)
    qtbot.waitUntil(palette.is_warm, timeout=20_000)
    return finder


def test_initials_lead_to_a_page(project: Shell, qtbot: QtBot) -> None:
    finder = asked(project, qtbot)
    qtbot.keyClicks(finder, "gjck")
    first = finder.results()[0]
    assert (first.kind, first.title) == ("页面", "关键词库")
    qtbot.keyClick(finder, Qt.Key.Key_Return)
    assert project.workbench is not None
    page = project.workbench.current()
    assert page is not None
    assert page.key == "keywords"
    qtbot.waitUntil(lambda: finder.text() == "")


def test_every_kind_is_found_and_labelled(project: Shell, qtbot: QtBot) -> None:
    assert project.desk is not None
    project.desk.commit("subject.name", "云帆示例科技有限公司")
    finder = asked(project, qtbot)
    for letters, kind, title in (
        ("zpg", "页面", "自评估内容"),
        ("cx", "命令", "撤销"),
        ("chengnuoshu", "文书", "承诺书"),
        ("tyshxy", "字段", "统一社会信用代码"),
        ("shengchengshi", "依据", "生成式"),
        ("yfsl", "内容", "云帆示例科技有限公司"),
    ):
        finder.setText(letters)
        assert any(f.kind == kind and title in f.title for f in finder.results()), letters
    finder.clear()


def test_a_command_is_done(project: Shell, qtbot: QtBot) -> None:
    assert project.desk is not None
    project.desk.commit("subject.name", "云帆示例科技有限公司")
    finder = asked(project, qtbot)
    finder.setText("chexiao")
    assert finder.results()[0].address == "do:undo"
    qtbot.keyClick(finder, Qt.Key.Key_Return)
    assert project.desk.value("subject.name") == ""


def test_down_and_enter_choose_the_second(project: Shell, qtbot: QtBot) -> None:
    finder = asked(project, qtbot)
    qtbot.keyClicks(finder, "guanjianci")
    second = finder.results()[1]
    told: list[str] = []
    finder.found.connect(told.append)
    popup = finder._completer.popup()
    assert popup.isVisible()
    qtbot.keyClick(popup, Qt.Key.Key_Down)
    qtbot.keyClick(popup, Qt.Key.Key_Return)
    assert told == [second.address]


def test_a_key_is_answered_in_time(project: Shell, qtbot: QtBot) -> None:
    finder = asked(project, qtbot)
    finder.palette_.search("z")
    taken = []
    for letters in ("z", "zp", "s", "sj", "备案"):
        begun = time.perf_counter()
        finder.palette_.search(letters)
        taken.append(time.perf_counter() - begun)
    assert min(taken) < 0.03
    assert sorted(taken)[2] < 0.06, taken
