"""The problems drawer: by page, filtered, walked, mended where a mend is certain; and what was not checked, with the reason."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from filingdesk.gui.drawer import ProblemsDrawer
from filingdesk.gui.drawer_rows import Head, Problem
from filingdesk.gui.pages.checkreport import CheckPage
from filingdesk.gui.shell import Shell
from gui.delivery import open_sample


def drawer_of(shell: Shell) -> ProblemsDrawer:
    assert shell.workbench is not None
    return shell.workbench.drawer


def heads(drawer: ProblemsDrawer) -> list[Head]:
    rows = (drawer.model.row(n) for n in range(drawer.model.rowCount()))
    return [row for row in rows if isinstance(row, Head)]


def test_problems_stand_under_their_page_in_the_order_of_the_sidebar(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    open_sample(shell, qtbot, tmp_path, "incomplete")
    drawer = drawer_of(shell)
    assert shell.workbench is not None
    keys = [head.key for head in heads(drawer) if head.key]
    order = list(shell.workbench.sidebar.keys())
    assert len(keys) > 5
    assert keys == sorted(keys, key=order.index)
    assert sum(h.blockers for h in heads(drawer)) == 20
    assert drawer.blockers.text() == "阻断 20"


def test_folding_a_page_hides_its_problems_and_the_walk_opens_it_again(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    open_sample(shell, qtbot, tmp_path, "incomplete")
    drawer = drawer_of(shell)
    drawer.step(1)
    first = drawer.current()
    assert first is not None
    drawer.view.setCurrentIndex(drawer.model.index(0))
    drawer.view.setFocus()
    qtbot.keyClick(drawer.view, Qt.Key.Key_Left)
    assert not heads(drawer)[0].open
    assert drawer.model.place_of(first) == -1
    qtbot.keyClick(drawer.view, Qt.Key.Key_Right)
    assert heads(drawer)[0].open
    drawer.model.toggle(first.page)
    walked = []
    for _ in drawer.model.items():
        drawer.step(1)
        current = drawer.current()
        assert current is not None
        walked.append(current.identity)
    assert len(set(walked)) == len(drawer.model.items()), "the walk meets every problem once, folded or not"
    assert drawer.model.place_of(first) >= 0


def test_the_walk_goes_on_from_the_place_of_a_problem_that_was_mended(
    project: Shell, checked: Callable[[], None]
) -> None:
    drawer = drawer_of(project)
    assert project.desk is not None
    assert project.workbench is not None
    project.workbench.show_page("subject")
    drawer.here.click()
    paths = [problem.path for problem in drawer.model.items()]
    place = paths.index("subject.city")
    drawer.view.setCurrentIndex(drawer.model.index(place))  # the head is line 0
    project.actions_.next_problem.trigger()
    current = drawer.current()
    assert current is not None
    assert current.path == "subject.city"
    project.desk.commit("subject.city", "示例市")
    checked()
    assert current.path not in [problem.path for problem in drawer.model.items()]
    project.actions_.next_problem.trigger()
    after = drawer.current()
    assert after is not None
    assert after.path == paths[place + 1]


def test_chips_and_words_filter_what_is_shown(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    desk = open_sample(shell, qtbot, tmp_path, "incomplete")
    drawer = drawer_of(shell)
    assert {p.kind for p in drawer.model.items()} == {"blocker", "warning"}
    drawer.warnings.click()
    assert {p.kind for p in drawer.model.items()} == {"warning"}
    drawer.warnings.click()
    drawer.manual.click()
    assert desk.report is not None
    assert len(drawer.model.items()) == len(desk.report.with_status("manual"))
    drawer.manual.click()
    shell.workbench.show_page("subject")  # type: ignore[union-attr]
    drawer.here.click()
    assert {p.page for p in drawer.model.items()} == {"subject"}
    shell.workbench.show_page("keywords")  # type: ignore[union-attr]
    assert {p.page for p in drawer.model.items()} == {"keywords"}
    drawer.here.click()
    drawer.search.setText("ICP 主体")
    assert [p.rule for p in drawer.model.items()] == ["AL-SUB-007"]
    drawer.search.setText("这样的问题没有")
    assert not drawer.view.isVisible()
    assert "没有符合筛选的问题" in drawer.empty.text()


def test_a_certain_mend_is_made_with_alt_enter_and_undone(
    project: Shell, qtbot: QtBot, checked: Callable[[], None]
) -> None:
    assert project.desk is not None
    desk, drawer = project.desk, drawer_of(project)
    desk.commit("subject.credit_code", "91330108 ma00000x0x")
    checked()

    def offered() -> list[Problem]:
        return [p for p in drawer.model.items() if p.path == "subject.credit_code" and p.mend]

    qtbot.waitUntil(lambda: bool(offered()), timeout=10_000)
    (problem,) = offered()
    assert "91330108MA00000X0X" in problem.mend
    texts = [action.text() for action in drawer.menu_for(problem).actions()]
    assert f"修正：{problem.mend}" in texts
    drawer.view.setCurrentIndex(drawer.model.index(drawer.model.place_of(problem)))
    drawer.view.setFocus()
    project.actions_.mend.trigger()
    assert desk.value("subject.credit_code") == "91330108MA00000X0X"
    assert desk.session.undo_step is not None
    assert desk.session.undo_step.label == problem.mend
    desk.undo()
    assert desk.value("subject.credit_code") == "91330108 ma00000x0x"


def test_alt_enter_mends_the_field_with_the_cursor(
    project: Shell, qtbot: QtBot, checked: Callable[[], None]
) -> None:
    assert project.desk is not None
    assert project.workbench is not None
    desk, drawer = project.desk, drawer_of(project)
    desk.commit("subject.credit_code", "91330108 ma00000x0x")
    checked()
    qtbot.waitUntil(lambda: any(p.mend for p in drawer.model.items()), timeout=10_000)
    desk.go_to("subject.credit_code")
    assert desk.focused_key == "subject.credit_code"
    project.actions_.mend.trigger()
    assert desk.value("subject.credit_code") == "91330108MA00000X0X"


def test_where_nothing_is_certain_alt_enter_says_so_and_changes_nothing(project: Shell) -> None:
    assert project.desk is not None
    assert project.workbench is not None
    drawer = drawer_of(project)
    before = project.desk.session.revision
    drawer.step(1)
    project.actions_.mend.trigger()
    assert project.desk.session.revision == before
    assert "没有确定的改法" in project.workbench.notice.text()


def test_what_was_not_checked_is_a_door_with_reasons(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    desk = open_sample(shell, qtbot, tmp_path, "incomplete")
    drawer = drawer_of(shell)
    assert desk.report is not None
    count = len(desk.report.with_status("not_applicable")) + len(desk.report.with_status("manual"))
    assert drawer.unchecked.text() == f"没有检查的 {count}"
    drawer.unchecked.click()
    assert shell.workbench is not None
    page = shell.workbench.current()
    assert isinstance(page, CheckPage)
    assert len(page.model.items) == count
    idle = [r for r in page.model.items if r.status == "not_applicable"]
    assert idle
    assert all(page.model.reasons[r.id] for r in page.model.items)
    told = [page.model.reasons[r.id] for r in idle if not r.note]
    assert any(reason.startswith("只在这种情况下检查：「") for reason in told)


def test_the_numbers_of_the_status_line_are_doors(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    """By mouse and by keyboard; where the drawer is not shown, to the report."""
    desk = open_sample(shell, qtbot, tmp_path, "incomplete")
    workbench, status, drawer = shell.workbench, shell.status, drawer_of(shell)
    assert workbench is not None
    assert desk.report is not None
    assert (status.blockers.text(), status.warnings.text()) == ("20 阻断", "9 提醒")
    assert "20" in status.blockers.accessibleName()
    workbench.show_page("subject")
    shell.actions_.show_problems.setChecked(False)
    drawer.set_collapsed(True)
    drawer.search.setText("没有这样的问题")
    qtbot.mouseClick(status.warnings, Qt.MouseButton.LeftButton)
    assert drawer.isVisible()
    assert not drawer.collapsed()
    assert {problem.kind for problem in drawer.model.items()} == {"warning"}
    assert len(drawer.model.items()) == 9
    assert drawer.view.hasFocus()
    assert drawer.current() == drawer.model.items()[0]
    before = status.blockers.grab().toImage()
    status.blockers.setFocus(Qt.FocusReason.TabFocusReason)
    assert status.blockers.grab().toImage() != before, "it shows where the cursor is"
    qtbot.keyClick(status.blockers, Qt.Key.Key_Space)
    assert len(drawer.model.items()) == 20
    workbench.show_page("overview")
    status.blockers.click()
    page = workbench.current()
    assert isinstance(page, CheckPage)
    assert page.view.hasFocus()
    assert page._filter.values() == ["阻断"]
    status.packs.click()
    packs = workbench.current()
    assert packs is not None
    assert packs.key == "packs"
