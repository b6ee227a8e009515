"""行业补充: cards come with their industry, go without losing an answer, and findings lead into them."""

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from filingdesk.gui.pages.industry import IndustryPage
from filingdesk.gui.pages.packs import PacksPage
from filingdesk.gui.shell import Shell
from gui.delivery import LONG, desk_of, settle, show


def shown_cards(page: IndustryPage) -> list[str]:
    cards: list[tuple[int, str, QWidget]] = [
        (page.column.indexOf(card), name, card) for name, card in page._cards.items()
    ]
    return [name for _place, name, card in sorted(cards) if not card.isHidden()]


def wait_for(qtbot: QtBot, page: IndustryPage, names: list[str]) -> None:
    qtbot.waitUntil(lambda: page._adding is None and shown_cards(page) == names, timeout=LONG)


def test_cards_come_and_go_with_their_industry_and_keep_the_answers(project: Shell, qtbot: QtBot) -> None:
    desk = desk_of(project)
    page = show(project, "industry")
    assert isinstance(page, IndustryPage)
    assert shown_cards(page) == []
    desk.session.set("industry.sectors", ["教育"])
    wait_for(qtbot, page, ["教育"])
    desk.session.set("industry.sectors", ["金融", "教育"])
    wait_for(qtbot, page, ["金融", "教育"])
    row = page.row("industry.finance.risk_notice")
    assert row is not None
    desk.session.set("industry.finance.risk_notice", "回答下方显示风险提示。")
    assert page.row("industry.finance.credit_data_source") is not None
    desk.session.set("industry.sectors", ["教育"])
    wait_for(qtbot, page, ["教育"])
    assert "金融 1 处" in page._kept.text()
    assert not page._kept.isHidden()
    desk.session.set("industry.sectors", ["金融", "教育"])
    wait_for(qtbot, page, ["金融", "教育"])
    assert desk.facts.industry.finance.risk_notice == "回答下方显示风险提示。"
    assert page._kept.isHidden()
    settle(project, qtbot)


def test_a_finding_leads_into_a_card_that_was_not_made_yet(project: Shell, qtbot: QtBot) -> None:
    desk = desk_of(project)
    desk.session.set("industry.sectors", ["医疗健康"])
    desk.go_to("industry.medical.boundary")
    assert project.workbench is not None
    page = project.workbench.current()
    assert isinstance(page, IndustryPage)
    row = page.row("industry.medical.boundary")
    assert row is not None
    assert not row.isHidden()
    wait_for(qtbot, page, ["医疗健康"])
    settle(project, qtbot)


def test_the_industry_is_asked_at_the_start(project: Shell, qtbot: QtBot) -> None:
    route = show(project, "intake")
    assert route.reveal("industry.sectors")
    settle(project, qtbot)


def test_the_list_of_packs_shows_the_chosen_industry(project: Shell, qtbot: QtBot) -> None:
    desk = desk_of(project)
    page = show(project, "packs")
    assert isinstance(page, PacksPage)
    settle(project, qtbot)

    before = len(page.packs.lines())
    desk.session.set("industry.sectors", ["政务服务"])
    qtbot.waitUntil(lambda: len(page.packs.lines()) == before + 1, timeout=LONG)
    assert page.packs.lines()[-1]._pack.title == "行业补充：政务服务"
    settle(project, qtbot)
