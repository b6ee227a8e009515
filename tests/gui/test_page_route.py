"""The page 适用判定: asks only what matters, judges as it is answered, shows the way through the tree, leads to every field."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from filingdesk.gui.pages.route import RoutePage
from filingdesk.gui.pages.route_questions import Answer, QuestionRow
from filingdesk.gui.shell import Shell
from filingdesk.gui.widgets.badge import Badge
from filingdesk.gui.widgets.chips import Chip
from filingdesk.services import routing
from gui.delivery import desk_of, show

PUBLIC_LLM = {
    "intake.offered_to": ["境内社会公众"],
    "intake.forms": ["信息分享"],
    "algorithm.types": ["生成合成类"],
    "intake.llm": "使用",
}


def route_page(shell: Shell) -> RoutePage:
    page = show(shell, "intake")
    assert isinstance(page, RoutePage)
    return page


def answer(shell: Shell, values: dict[str, object]) -> None:
    desk_of(shell).session.set_many(values, "回答")  # type: ignore[arg-type]


def words(page: RoutePage) -> str:
    """Everything the judgement says."""
    page.asked()  # what is below the view is made a little later, or when somebody asks
    return "\n".join(child.accessibleName() or child.text() for child in page.result.findChildren(QLabel))


def chips(page: RoutePage, path: str) -> dict[str, object]:
    row = page.question(path)
    assert row is not None
    editor = row.editor
    group = (editor.inner if isinstance(editor, Answer) else editor).group  # type: ignore[attr-defined]
    found = {chip.text(): chip for chip in group.chips()}
    return {**found, editor.chip.text(): editor.chip} if isinstance(editor, Answer) else found


def press(page: RoutePage, path: str, term: str) -> None:
    QTest.mouseClick(chips(page, path)[term], Qt.MouseButton.LeftButton)  # type: ignore[arg-type]


def test_only_what_matters_is_asked_and_never_more_than_fifteen(project: Shell) -> None:
    page = route_page(project)
    assert page.asked()[0] == "intake.offered_to"
    answer(project, {"intake.offered_to": ["本单位内部人员"]})
    assert page.asked() == ["intake.offered_to"]
    assert "不用办" in {badge.text() for badge in page.result.findChildren(Badge)}
    answer(
        project,
        {
            **PUBLIC_LLM,
            "algorithm.role": "服务提供者",
            "large_model.development.origin": "直接调用已备案模型",
            "intake.own_corpus": ["检索增强（知识库）"],
            "algorithm.launched": "是",
            "algorithm.launched_on": "2026-11-02",
            "intake.ended": "否",
            "algorithm.result.state": "准备中",
        },
    )
    assert len(page.asked()) <= 15
    assert "intake.own_corpus" in page.asked()


def test_the_whole_intake_is_answered_without_a_mouse(project: Shell, qtbot: QtBot) -> None:
    page = route_page(project)
    project.activateWindow()
    first = chips(page, "intake.offered_to")["境内社会公众"]
    first.setFocus(Qt.FocusReason.TabFocusReason)  # type: ignore[attr-defined]
    QTest.keyClick(first, Qt.Key.Key_Space)  # type: ignore[arg-type]
    assert desk_of(project).facts.intake.offered_to == ["境内社会公众"]
    pressed = 1

    def still_open() -> list[str]:
        rows = [page.question(path) for path in page.asked()]
        return [row.state.text() for row in rows if row is not None and row.state.text() == "未回答"]

    for _ in range(300):
        if not still_open():
            break
        QTest.keyClick(QApplication.focusWidget() or page, Qt.Key.Key_Tab)
        there = QApplication.focusWidget()
        if isinstance(there, Chip) and there.text() == "不清楚" and not there.isChecked():
            QTest.keyClick(there, Qt.Key.Key_Space)
            pressed += 1
    assert not still_open()
    assert desk_of(project).facts.intake.unsure
    assert 5 <= pressed <= 15


def test_an_answer_is_stored_and_judged_at_once(project: Shell) -> None:
    page = route_page(project)
    press(page, "intake.offered_to", "境内社会公众")
    assert desk_of(project).facts.intake.offered_to == ["境内社会公众"]
    answer(project, PUBLIC_LLM)
    said = words(page)
    assert "算法备案 · 生成合成类" in said
    assert "《互联网信息服务算法推荐管理规定》第二十四条" in said
    press(page, "large_model.development.origin", "直接调用已备案模型")
    press(page, "intake.own_corpus", "没有用自有语料")
    assert "大模型登记" in words(page)


def test_not_sure_is_an_answer_everywhere_and_is_taken_back_by_an_answer(project: Shell) -> None:
    page = route_page(project)
    answer(project, PUBLIC_LLM)
    for path in page.asked():
        assert "不清楚" in {chip.text() for chip in page.question(path).findChildren(Chip)}, path  # type: ignore[union-attr]
    press(page, "algorithm.role", "不清楚")
    desk = desk_of(project)
    assert desk.facts.intake.unsure == ["角色"]
    row = page.question("algorithm.role")
    assert row is not None
    assert row.state.text() == "待弄清"
    assert row.how.isVisible()
    press(page, "algorithm.role", "服务提供者")
    assert desk.facts.intake.unsure == []
    assert desk.facts.algorithm.role == "服务提供者"
    assert not row.how.isVisible()
    press(page, "algorithm.role", "不清楚")  # and the other way round, one step to undo
    assert desk.facts.algorithm.role == ""
    desk.session.undo()
    assert desk.facts.algorithm.role == "服务提供者"
    assert desk.facts.intake.unsure == []


def test_not_sure_and_none_stand_alone(project: Shell) -> None:
    page = route_page(project)
    press(page, "intake.offered_to", "境内社会公众")
    press(page, "intake.offered_to", "不清楚")
    assert desk_of(project).facts.intake.offered_to == ["不清楚"]
    press(page, "intake.offered_to", "境内企业或机构")
    assert desk_of(project).facts.intake.offered_to == ["境内企业或机构"]


def test_contradictions_are_said_and_lead_to_both_answers(project: Shell, app: QApplication) -> None:
    page = route_page(project)
    answer(
        project,
        {
            **PUBLIC_LLM,
            "large_model.development.origin": "直接调用已备案模型",
            "intake.own_corpus": ["用自有语料训练或微调"],
        },
    )
    assert "训练过就不是直接调用" in words(page)
    jumps = [b for b in page.result.findChildren(QPushButton) if "自有语料" in b.text()]
    QTest.mouseClick(jumps[0], Qt.MouseButton.LeftButton)
    row = page.question("intake.own_corpus")
    assert row is not None
    assert app.focusWidget() is row.editor.target()


def test_the_tree_shows_the_way_taken_and_leads_back(project: Shell, app: QApplication) -> None:
    page = route_page(project)
    answer(project, {**PUBLIC_LLM, "intake.ended": "否"})
    page.show_tree(True)
    taken = [row.id for row in page.tree.rows() if row.way == "taken"]
    assert taken == ["ended", "typed", "public", "opinion", "file"]
    assert "要办算法备案" in page.tree_words.accessibleName()
    answer(project, {"intake.forms": ["不清楚"]})
    possible = {row.id for row in page.tree.rows() if row.way == "possible"}
    assert {"file", "file-practice"} <= possible
    page.tree.setFocus()
    QTest.keyClick(page.tree, Qt.Key.Key_End)
    assert page.tree.current() is page.tree.rows()[-1]
    QTest.keyClick(page.tree, Qt.Key.Key_Home)
    while (row := page.tree.current()) is not None and row.id != "opinion":
        QTest.keyClick(page.tree, Qt.Key.Key_Down)
    assert page.tree.accessibleDescription().startswith("是：具有舆论属性")
    QTest.keyClick(page.tree, Qt.Key.Key_Return)
    forms = page.question("intake.forms")
    assert forms is not None
    assert app.focusWidget() is forms.editor.target()


def test_several_types_have_a_tree_each(project: Shell) -> None:
    page = route_page(project)
    answer(
        project,
        {**PUBLIC_LLM, "algorithm.types": ["生成合成类", "排序精选类"], "intake.forms": ["以上都没有"]},
    )
    said = words(page)
    assert "算法备案 · 生成合成类" in said
    assert "算法备案 · 排序精选类" in said
    page.show_tree(True)
    ways = {}
    for title in ("算法备案 · 生成合成类", "算法备案 · 排序精选类"):
        assert page._chooser is not None
        page._chooser.set_values([title])
        page._show_tree()
        ways[title] = [row.id for row in page.tree.rows() if row.end and row.way == "taken"]
    assert ways == {"算法备案 · 生成合成类": ["file-practice"], "算法备案 · 排序精选类": ["no-opinion"]}


@pytest.mark.parametrize("path", ["intake.forms", "intake.unsure", "intake.prepared", "intake.changed_on"])
def test_every_path_of_the_intake_still_lands_here(project: Shell, path: str, app: QApplication) -> None:
    answer(project, {**PUBLIC_LLM, "algorithm.result.state": "已通过", "intake.unsure": ["角色"]})
    desk_of(project).go_to(path)
    assert project.workbench is not None
    page = project.workbench.current()
    assert isinstance(page, RoutePage)
    assert app.focusWidget() is not None
    assert page.isAncestorOf(app.focusWidget())


def test_a_question_that_does_not_matter_says_so_when_led_to(project: Shell) -> None:
    answer(project, {"intake.offered_to": ["本单位内部人员"]})
    desk_of(project).go_to("intake.ended_on")
    assert project.workbench is not None
    assert "不用回答" in project.workbench.notice.text()


def test_the_finder_leads_to_a_question(project: Shell, qtbot: QtBot) -> None:
    assert project.workbench is not None
    found = [f for f in project.workbench.findables() if f.address == "field:intake.humanlike"]
    assert len(found) == 1
    answer(project, PUBLIC_LLM)
    project.workbench.follow_address(found[0].address)
    page = project.workbench.current()
    assert isinstance(page, RoutePage)
    assert page.place() == "intake.humanlike"


def test_questions_below_what_is_in_view_follow_by_themselves(project: Shell, qtbot: QtBot) -> None:
    page = show(project, "intake")
    asked = len(routing.table().data.questions)
    qtbot.waitUntil(lambda: len(page.findChildren(QuestionRow)) == asked)
    qtbot.waitUntil(lambda: any(box.text() == "手上有什么" for box in page.findChildren(QLabel)))


def test_it_stands_right_behind_the_overview_and_is_read_only_when_the_project_is(project: Shell) -> None:
    assert project.workbench is not None
    assert project.workbench.sidebar.keys()[:2] == ("overview", "intake")
    page = route_page(project)
    page.set_read_only(True)
    press(page, "intake.offered_to", "境内社会公众")
    assert desk_of(project).facts.intake.offered_to == []
