"""资料: found as one types, the whole card beside it; own policies kept; public lists asked about the project's numbers."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from filingdesk.gui.pages.library_search import LISTS, LibrarySearchPage
from filingdesk.gui.pages.library_search_card import dates_of
from filingdesk.gui.pages.library_search_policy import PolicyDialog
from filingdesk.gui.shell import Shell
from filingdesk.services import cards
from filingdesk.services import registry_lists as lists
from filingdesk.services.changes import TYPED
from gui.delivery import answer, desk_of, settle, show, told_faults

A = "网信算备330106000000000000001号"


@pytest.fixture
def page(project: Shell, qtbot: QtBot) -> LibrarySearchPage:
    made = show(project, "library")
    assert isinstance(made, LibrarySearchPage)
    settle(project, qtbot)
    return made


def test_cards_to_leaf_through_and_words_to_search(
    project: Shell, qtbot: QtBot, page: LibrarySearchPage
) -> None:
    assert {h.entry.kind for h in page.model.rows} == {"risk", "policy", "clause"}
    page.query.setText("罚款")
    qtbot.waitUntil(lambda: {h.entry.kind for h in page.model.rows} == {"risk", "clause"})
    place = next(i for i, h in enumerate(page.model.rows) if h.entry.id == "art66")
    page.table.selectRow(place)
    assert page.pane.card is not None
    assert page.pane.card.law == "个人信息保护法"
    assert "最近核对" in dates_of(page.pane.card)
    page.kinds.chips()[0].click()
    assert {h.entry.kind for h in page.model.rows} == {"clause"}
    page.query.setText("卫星云图")
    qtbot.waitUntil(lambda: page.nothing.isVisible())


def test_facts_of_the_project_are_found_and_lead_there(
    project: Shell, qtbot: QtBot, page: LibrarySearchPage
) -> None:
    desk_of(project).session.set("algorithm.name", "示例猫头鹰算法")
    page.reveal("猫头鹰")
    assert [h.entry.place for h in page.model.rows] == ["algorithm.name"]
    page.pane.go_button.click()
    assert project.workbench is not None
    current = project.workbench.current()
    assert current is not None
    assert current.key == "basics"


def test_policies_of_ones_own(project: Shell, qtbot: QtBot, page: LibrarySearchPage) -> None:
    dialog = PolicyDialog(None, desk_of(project).session.today, page)
    dialog.title_line.setText("某区奖励猫头鹰")
    dialog.ok.click()
    assert "内容" in dialog.told.text()  # nothing is lost, what is missing is told
    dialog.text.setPlainText("以通知为准")
    dialog.ok.click()
    page._store(dialog.data())
    page.reveal("猫头鹰")
    assert page.pane.card is not None
    assert page.pane.card.state == "待核实"
    assert page.pane.remove_button.isVisible()
    page.pane.remove_button.click()
    assert page.model.rows == []
    assert all(not c.own for c in cards.policy_cards())


def test_a_half_written_policy_is_put_back(project: Shell, qtbot: QtBot, page: LibrarySearchPage) -> None:
    desk = desk_of(project)

    def killed(dialog: PolicyDialog) -> None:
        dialog.title_line.setText("某区奖励")
        dialog.text.setPlainText("写了一半")
        dialog.confirmed.setChecked(True)
        qtbot.waitUntil(lambda: bool(desk.session.marks(TYPED)))
        dialog.setParent(None)
        dialog.done(2)  # neither saved nor given up

    def found_again(dialog: PolicyDialog) -> None:
        assert (dialog.title_line.text(), dialog.text.toPlainText()) == ("某区奖励", "写了一半")
        assert dialog.confirmed.isChecked()
        dialog.ok.click()

    first = answer(PolicyDialog, killed)
    page.edit_policy(None)
    assert first
    second = answer(PolicyDialog, found_again)
    page.edit_policy(None)
    assert second
    assert "某区奖励" in {card.title for card in cards.policy_cards() if card.own}
    assert not desk.session.marks(TYPED), "saved: nothing is held any more"


def test_public_lists(project: Shell, qtbot: QtBot, page: LibrarySearchPage, tmp_path: Path) -> None:
    tab = page.lists
    page.tabs.setCurrentIndex(LISTS)
    assert tab.empty.isVisible()
    bad = tmp_path / "坏.csv"
    bad.write_text("主体名称,备案编号\n甲公司,编号\n", encoding="utf-8")
    assert "第 2 行" in told_faults(qtbot, lambda: tab.import_file(bad, "2026-06-12", ""))
    good = tmp_path / "好.csv"
    good.write_text(f"主体名称,备案编号,备注\n示例甲（杭州）公司,{A},已注销\n", encoding="utf-8")
    desk = desk_of(project)
    desk.session.add_item(
        "algorithm.models", {"name": "重排", "algorithm_number": A, "provider": "示例甲(杭州)公司"}
    )
    tab.import_file(good, "2026-06-12", "官网")
    qtbot.waitUntil(lambda: not tab.empty.isVisible())
    settle(project, qtbot)
    assert [c.verdict.status for c in tab.checked.rows] == ["cancelled"]
    assert "2026-06-12" in tab.sentence.accessibleName()
    tab.query.setText("甲")
    assert tab.hits.rows[0].entry.holder == "示例甲（杭州）公司"  # as printed
    tab.query.setText("乙")
    assert lists.NOT_FOUND_IS_NOT_UNFILED in tab.told.accessibleName()
    tab.list_table.selectRow(0)
    tab.remove_button.click()
    qtbot.waitUntil(lambda: tab.empty.isVisible())
