"""The overview: the next deadline of the law is shown while a clock runs, and the dot of the banks tells their minima."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QStyle, QStyleOptionButton
from pytestqt.qtbot import QtBot

from filingdesk.domain.records import BANKS, BankStats
from filingdesk.gui.pages.checkreport import CheckPage
from filingdesk.gui.pages.overview import OverviewPage
from filingdesk.gui.pages.overview_cards import PAPERS_SHOWN
from filingdesk.gui.pages.overview_changes import OPENED, WORKDAY, YESTERDAY, spans
from filingdesk.gui.pages.overview_deadline import day_words
from filingdesk.gui.pages.overview_trend import trend_points
from filingdesk.gui.shell import Shell
from filingdesk.gui.widgets.doors import Door
from filingdesk.gui.widgets.trendchart import nice_top
from filingdesk.services.changes import TALLY
from filingdesk.services.tally import Point, points
from filingdesk.services.whatsnew import day_start
from filingdesk.services.workspace import Workspace
from gui.delivery import desk_of, open_sample, show


def overview(shell: Shell) -> OverviewPage:
    page = show(shell, "overview")
    assert isinstance(page, OverviewPage)
    return page


def launch(shell: Shell, day: date) -> None:
    """A generative service for the public, on line since a day."""
    desk_of(shell).session.set_many(
        {
            "intake.offered_to": ["境内社会公众"],
            "intake.forms": ["信息分享"],
            "algorithm.types": ["生成合成类"],
            "algorithm.launched": "是",
            "algorithm.launched_on": day.isoformat(),
        },
        "上线",
    )


def test_no_deadline_is_shown_while_no_clock_runs(project: Shell) -> None:
    assert overview(project).deadline.isHidden()


def test_the_next_deadline_counts_working_days_and_names_its_source(project: Shell) -> None:
    page = overview(project)
    today = desk_of(project).session.today
    launch(project, today)
    card = page.deadline
    assert card.isVisible()
    assert card.number.text() == "还有 10 个工作日"
    route = desk_of(project).route()
    assert route is not None
    due = next(c.due for c in route.clocks if c.id == "file")
    assert due is not None
    assert card.note.text() == day_words(due, today)
    assert "法定" in card.accessibleName()
    assert "第二十四条" in card.toolTip()
    card.pressed.emit()
    assert project.workbench is not None
    current = project.workbench.current()
    assert current is not None
    assert current.key == "basics"


def test_a_deadline_that_passed_says_so(project: Shell) -> None:
    page = overview(project)
    launch(project, desk_of(project).session.today - timedelta(days=60))
    assert page.deadline.number.text().startswith("已超期 ")
    assert page.deadline.number.property("tone") == "blocker"


def test_a_count_over_unknown_holidays_is_called_a_guess(project: Shell) -> None:
    page = overview(project)
    launch(project, desk_of(project).session.today)
    card = page.deadline
    assert card.clock is not None
    assert card.guess.isHidden() == ("放假安排" not in card.clock.note)
    told = "2099 年的放假安排不在数据内，按周一至周五计，以国务院放假安排为准"
    card.show_clock(replace(card.clock, note=f"开始当日不计入；{told}"), date(2099, 1, 1))
    assert card.guess.text() == "放假安排未知"
    assert card.guess.toolTip() == told
    assert told in card.accessibleName()


def test_the_deadline_goes_when_the_filing_was_handed_in(project: Shell) -> None:
    page = overview(project)
    desk = desk_of(project)
    launch(project, desk.session.today)
    desk.session.set_many(
        {"algorithm.result.state": "已提交待批", "intake.submitted_on": desk.session.today.isoformat()},
        "提交",
    )
    shown = page.deadline.clock
    assert shown is None or shown.who == "网信部门"


def test_the_dot_of_the_banks_fills_with_their_minima(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    blank = shell.knowledge.bank_coverage({bank: BankStats(bank) for bank in BANKS})
    assert blank
    assert not any(blank)
    open_sample(shell, qtbot, tmp_path)
    assert shell.workbench is not None
    fraction = shell.workbench.sidebar.row("questions").state().fraction
    assert fraction == 1.0


def test_the_papers_are_few_lines_with_a_door_to_the_others(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    open_sample(shell, qtbot, tmp_path)
    page = overview(shell)
    desk = desk_of(shell)
    qtbot.waitUntil(lambda: bool(desk.papers.statuses), timeout=60_000)
    page.refresh_papers()
    doors = [button.text() for button in page.papers.findChildren(QPushButton)]
    rest = len(desk.papers.statuses) - PAPERS_SHOWN
    assert f"另外 {rest} 份，都已填齐" in doors
    desk.session.set("subject.name", "")
    qtbot.waitUntil(lambda: any(not status.complete for status in desk.papers.statuses), timeout=60_000)
    page.refresh_papers()
    first = next(status for status in desk.papers.statuses if not status.complete)
    shown = [button for button in page.findChildren(QPushButton) if button.text().startswith(first.title)]
    assert shown, "the least complete stand first"


def test_doors_stand_below_their_titles_and_no_risk_is_cut(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    """In the smallest window, too."""
    shell.resize(1280, 720)
    desk = open_sample(shell, qtbot, tmp_path, "incomplete")
    page = overview(shell)
    qtbot.waitUntil(lambda: bool(desk.papers.statuses) and page.changes.news is not None, timeout=60_000)
    page.refresh_papers()
    for card in (page.next, page.due, page.changes, page.papers):
        title = card.findChild(QLabel)
        assert title is not None
        left = title.mapTo(card, title.rect().topLeft()).x()
        doors = [door for door in card.findChildren(QPushButton) if door.isVisible()]
        starts = sorted({door.mapTo(card, door.rect().topLeft()).x() for door in doors})
        assert starts[0] == left or card is page.next, (
            card.accessibleName()
        )  # there a mark stands before each
        for door in doors:
            option = QStyleOptionButton()
            door.initStyleOption(option)
            inside = door.style().subElementRect(QStyle.SubElement.SE_PushButtonContents, option, door)
            assert inside.left() == 0, door.text()
    view = page.cover.view
    assert len(view.rows()) == 17
    assert view.viewport().width() // view.columns() >= view.whole()


# Every number is a door


def current(shell: Shell) -> str:
    assert shell.workbench is not None
    page = shell.workbench.current()
    assert page is not None
    return page.key


def test_each_number_of_findings_opens_the_report_with_just_those(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    desk = open_sample(shell, qtbot, tmp_path, "incomplete")
    page = overview(shell)
    assert desk.report is not None
    for card, severity in ((page.blockers, "blocker"), (page.warnings, "warning")):
        overview(shell)
        qtbot.keyClick(card, Qt.Key.Key_Return)
        assert current(shell) == "check"
        check = show(shell, "check")
        assert isinstance(check, CheckPage)
        listed = [f for result in check.model.items for f in result.findings if f.severity == severity]
        assert len([f for f in listed if not f.waived]) == desk.report.count(severity) > 0
        assert int(card.number.text()) == desk.report.count(severity)
    overview(shell)
    page.manual.pressed.emit()
    check = show(shell, "check")
    assert isinstance(check, CheckPage)
    assert len(check.model.items) == int(page.manual.number.text())


def test_three_actions_and_a_door_to_the_others(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    open_sample(shell, qtbot, tmp_path, "incomplete")
    page = overview(shell)
    qtbot.waitUntil(lambda: sum(door.isVisible() for door in page.next.findChildren(Door)) == 3)
    todo = page.next.lines()
    assert len(todo) > 3
    blocking = [line for line in todo if line.severity == "blocker"]
    assert len({line.place.partition(" · ")[0] for line in blocking}) == len(blocking), (
        "three different places"
    )
    assert [line.count for line in blocking] == sorted((line.count for line in blocking), reverse=True)
    report = desk_of(shell).report
    assert report is not None
    assert sum(line.count for line in blocking) == report.count("blocker"), "none is left out"
    (rest,) = [b for b in page.next.findChildren(QPushButton) if b.text().startswith("之后还有")]
    rest.click()
    assert current(shell) == "check"


def test_a_number_of_gaps_leads_to_the_first_of_them(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    desk = open_sample(shell, qtbot, tmp_path, "incomplete")
    page = overview(shell)
    qtbot.waitUntil(lambda: bool(desk.papers.statuses), timeout=60_000)
    page.refresh_papers()
    gaps = [b for b in page.papers.findChildren(QPushButton) if b.text().startswith("缺 ")]
    assert gaps
    gaps[0].click()
    assert current(shell) not in {"overview", "papers"}


def test_a_risk_leads_to_its_words_and_its_questions(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    open_sample(shell, qtbot, tmp_path, "incomplete")
    page = overview(shell)
    few = next(row for row in page.cover.view.rows() if row.ok is False)
    assert "不足" in page.cover.hint_label.text()
    page.cover.view.chosen.emit(few.id)
    assert current(shell) == "keywords"
    overview(shell)
    page.cover.choice.chips()[1].click()
    assert len(page.cover.view.rows()) == 31
    page.cover.view.chosen.emit("A.3.a")
    assert current(shell) == "questions"


def test_no_risk_stands_outside_what_is_seen(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    open_sample(shell, qtbot, tmp_path)
    view = overview(shell).cover.view
    for width in (1180, 1440, 1920):
        shell.resize(width, 900)
        QApplication.processEvents()
        for number in range(len(view.rows())):
            rect = view.visualRect(view.model().index(number, 0))
            assert view.viewport().rect().contains(rect.center()), (width, number)


# What changed


def changed(page: OverviewPage) -> list[str]:
    return [
        door.text()
        for door in page.changes.findChildren(Door)
        if door.isVisible() and door is not page.changes.papers
    ]


def test_what_changed_is_listed_with_who_and_leads_to_the_field(project: Shell, qtbot: QtBot) -> None:
    page, desk = overview(project), desk_of(project)
    desk.commit("algorithm.name", "示例算法")
    desk.commit("subject.icp_number", "浙ICP备00000001号")
    qtbot.waitUntil(lambda: changed(page)[:2] == ["ICP 备案号", "算法名称"], timeout=10_000)
    assert "测试员 " in page.changes.summary.accessibleName()
    qtbot.waitUntil(page.changes.papers.isVisible, timeout=60_000)
    assert page.changes.papers.text().startswith("涉及 ")
    door = next(d for d in page.changes.findChildren(Door) if d.text() == "ICP 备案号" and d.isVisible())
    assert "测试员" in door.accessibleName()
    qtbot.keyClick(door, Qt.Key.Key_Space)
    assert current(project) == "subject"
    assert desk.focused_key == "subject.icp_number"


def test_judgements_are_told_by_the_title_of_their_rule_once_rules_are_known(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    desk = open_sample(shell, qtbot, tmp_path)
    page = overview(shell)
    report, desk.report = desk.report, None  # the journal is read before the first check is done
    page.changes._ask()
    qtbot.waitUntil(lambda: any(text.startswith("人工核查 LM-") for text in changed(page)), timeout=10_000)
    desk.report = report
    page.refresh_findings()
    qtbot.waitUntil(lambda: any("人工核查 「" in text for text in changed(page)), timeout=10_000)
    assert not any("LM-" in text for text in changed(page))


def test_nothing_changed_is_said_plainly(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    desk = open_sample(shell, qtbot, tmp_path)
    long_ago = desk.session.clock() - timedelta(days=9)
    session = desk.session
    shell.close_project()
    aged = Workspace(who=lambda: "测试员", clock=lambda: long_ago).create(tmp_path / "旧的")
    aged.set("algorithm.name", "甲")
    aged.close()
    assert shell.open_project(aged.path)
    page = overview(shell)
    qtbot.waitUntil(lambda: "没有变化" in page.changes.summary.accessibleName(), timeout=10_000)
    assert "测试员，修改「算法名称」" in page.changes.summary.accessibleName()
    assert changed(page) == []
    assert session is not desk_of(shell).session


def test_since_the_last_opening_is_offered_once_it_is_known(project: Shell, qtbot: QtBot) -> None:
    page, desk = overview(project), desk_of(project)
    assert page.changes.choice is not None
    chip = next(chip for chip in page.changes.choice.chips() if chip.text() == OPENED)
    assert not chip.isEnabled()
    assert "第一次打开" in chip.toolTip()
    path = desk.session.path
    desk.commit("algorithm.name", "甲")
    project.close_project()
    assert project.open_project(path)
    page = overview(project)
    assert page.changes.choice is not None
    chip = next(chip for chip in page.changes.choice.chips() if chip.text() == OPENED)
    chip.click()
    qtbot.waitUntil(lambda: changed(page)[:1] == ["算法名称"], timeout=10_000)
    chip.click()
    assert page.changes.choice.values(), "one beginning is always chosen"


def test_after_a_weekend_the_last_working_day_is_chosen() -> None:
    monday = [span.words for span in spans(date(2026, 11, 23), None)]
    assert monday == [YESTERDAY, WORKDAY, OPENED]
    friday = spans(date(2026, 11, 20), datetime(2026, 11, 19, 9, 30, tzinfo=UTC))
    assert [span.words for span in friday] == [YESTERDAY, OPENED]
    assert friday[-1].told == "11月19日 周四 17:30 以来"


def test_a_project_that_is_only_read_tells_its_changes_too(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    made = Workspace(who=lambda: "别人").create(tmp_path / "锁着")
    made.set("algorithm.name", "甲")
    try:
        assert shell.open_project(made.path)
        assert desk_of(shell).read_only
        page = overview(shell)
        qtbot.waitUntil(lambda: "算法名称" in changed(page), timeout=10_000)
    finally:
        shell.close_project()
        made.close()


# Findings over time


def point(day: date, blockers: int, warnings: int, packs: str = "a") -> Point:
    return Point(day, blockers, warnings, 1, packs)


def test_the_line_has_a_point_for_each_day_on_record_and_none_between() -> None:
    today = date(2026, 11, 23)
    known = [point(date(2026, 11, 9), 40, 9), point(date(2026, 11, 16), 22, 9, "b"), point(today, 30, 9, "b")]
    drawn = trend_points(known, point(today, 20, 8, "b"), today)
    assert [p.day.day for p in drawn] == [9, 16, 23]
    assert drawn[-1].values == (20, 8), "today is as it is counted now"
    assert [bool(p.mark) for p in drawn] == [False, True, False]
    assert drawn[1].words == "11月16日 周一　阻断 22，提醒 9（当天规则有更新）"
    assert trend_points([point(date(2025, 1, 1), 3, 3)], None, today) == ()


@given(st.integers(0, 10**7))
def test_the_scale_is_round_and_high_enough(highest: int) -> None:
    top = nice_top(highest)
    assert top >= highest
    assert top % 2 == 0
    assert top <= max(4, 2 * highest), "the line is not pressed to the floor"


def test_the_chart_is_walked_by_keys_and_a_day_tells_what_changed_since(project: Shell, qtbot: QtBot) -> None:
    page, desk = overview(project), desk_of(project)
    assert page.trend.chart.isHidden(), "one day makes no line"
    assert "还没有以前的记录" in page.trend.empty.accessibleName()
    today = desk.session.today
    earlier = today - timedelta(days=10)
    desk.session.set_marks(
        TALLY,
        {earlier.isoformat(): {"blockers": 300, "warnings": 7, "manual": 1, "packs": ""}},
        "记录自检结果",
        undoable=False,
    )
    chart = page.trend.chart
    qtbot.waitUntil(chart.isVisible, timeout=10_000)
    assert "阻断 300，提醒 7" in chart.accessibleName()
    assert page.trend.line.text().startswith(f"{earlier.month}月{earlier.day}日以来阻断少了")
    page.refresh_findings()
    assert page.blockers.note.text().startswith(f"较 {earlier.month}月{earlier.day}日 −")
    chart.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(chart, Qt.Key.Key_Home)
    assert "阻断 300" in page.trend.line.text()
    assert "阻断 300" in chart.accessibleDescription()
    qtbot.keyClick(chart, Qt.Key.Key_Return)
    assert page.changes.choice is not None
    assert page.changes.choice.values() == [f"{earlier.month}月{earlier.day}日以来"]
    assert page.changes.span().moment == day_start(earlier)


def test_leaving_the_project_records_the_count_of_the_day(project: Shell, qtbot: QtBot) -> None:
    desk = desk_of(project)
    path = desk.session.path
    desk.commit("algorithm.name", "甲")
    qtbot.waitUntil(
        lambda: desk.report is not None and desk.report.revision == desk.session.revision, timeout=20_000
    )
    assert desk.report is not None
    blockers = desk.report.count("blocker")
    project.close_project()
    again = Workspace(who=lambda: "测试员").open(path, read_only=True)
    (today,) = points(again)
    again.close()
    assert today.blockers == blockers
