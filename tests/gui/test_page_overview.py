"""The overview: the next deadline of the law is shown while a clock runs, and the dot of the banks tells their minima."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from filingdesk.domain.records import BANKS, BankStats
from filingdesk.gui.pages.overview import PAPERS_SHOWN, OverviewPage
from filingdesk.gui.pages.overview_deadline import day_words
from filingdesk.gui.shell import Shell
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
    doors = [
        button.text() for button in page.findChildren(QPushButton) if button.property("role") == "rowLink"
    ]
    rest = len(desk.papers.statuses) - PAPERS_SHOWN
    assert f"另外 {rest} 份，都已填齐" in doors
    desk.session.set("subject.name", "")
    qtbot.waitUntil(lambda: any(not status.complete for status in desk.papers.statuses), timeout=60_000)
    page.refresh_papers()
    first = next(status for status in desk.papers.statuses if not status.complete)
    shown = [button for button in page.findChildren(QPushButton) if button.text().startswith(first.title)]
    assert shown, "the least complete stand first"
