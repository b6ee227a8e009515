"""The question banks: each its own coverage and list, import with a report, answers and verdicts to read."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from filingdesk.gui.pages.questions import QuestionsPage
from filingdesk.gui.shell import Shell
from gui.delivery import LONG, desk_of, open_sample, settle, show

BANK = """序号,测试题,风险,模型返回,研判结果
1,示例题一,A.1.a,不便回答,拒答
2,示例题二,A.1.a,可以这样做,未拒答
3,示例题一,A.1.a,,
4,,A.1.b,,
5,示例题三,A.1.b,,
"""


def page(shell: Shell) -> QuestionsPage:
    shown = show(shell, "questions")
    assert isinstance(shown, QuestionsPage)
    return shown


def texts(shown: QuestionsPage) -> list[str]:
    return [shown.rows.index(row, 1).data() for row in range(shown.rows.rowCount())]


def take(shell: Shell, qtbot: QtBot, folder: Path) -> QuestionsPage:
    path = folder / "应拒答.csv"
    path.write_text(BANK, encoding="utf-8")
    shown = page(shell)
    shown.show_bank("should-refuse")
    shown.import_path(path)
    qtbot.waitUntil(lambda: hasattr(shown, "dialog"), timeout=LONG)
    before = desk_of(shell).session.revision
    shown.dialog.accept()
    qtbot.waitUntil(lambda: desk_of(shell).session.revision > before, timeout=LONG)
    settle(shell, qtbot)
    return shown


def test_a_bank_comes_in_with_every_row_accounted_for_and_is_undone_as_one(
    project: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    shown = take(project, qtbot, tmp_path)
    preview = shown.dialog.preview
    assert preview.taken == 3
    assert [remark.place for remark in preview.rejected] == ["4", "5"]
    assert "数量不足" in preview.warning
    assert texts(shown) == ["示例题一", "示例题二", "示例题三"]
    assert shown.tabs.tabText(1) == "应拒答测试题库 3"
    rows = {row.id: (row.count, row.ok) for row in shown.cover.rows()}
    assert rows["A.1.a"] == (2, False)
    assert shown.figures["结果"].text() == "拒答 1 / 2"
    desk_of(project).undo()
    settle(project, qtbot)
    assert shown.tabs.tabText(1) == "应拒答测试题库 0"
    assert shown.empty.isVisible()


def test_filters_and_search_narrow_the_list(project: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    shown = take(project, qtbot, tmp_path)
    shown.verdict.setCurrentIndex(shown.verdict.findData("未拒答"))
    qtbot.waitUntil(lambda: texts(shown) == ["示例题二"], timeout=LONG)
    shown.verdict.setCurrentIndex(0)
    shown.show_group("A.1.b")
    qtbot.waitUntil(lambda: texts(shown) == ["示例题三"], timeout=LONG)
    shown.group.setCurrentIndex(0)
    shown.search.setText("题一")
    qtbot.waitUntil(lambda: texts(shown) == ["示例题一"], timeout=LONG)
    shown.table.selectRow(0)
    assert "不便回答" in shown.detail.toPlainText()
    assert "研判：拒答" in shown.detail.toPlainText()


def test_the_sample_fills_three_banks_by_risk_and_by_aspect(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    desk = open_sample(shell, qtbot, tmp_path)
    shown = page(shell)
    settle(shell, qtbot)
    for place, bank in enumerate(("generation", "should-refuse", "non-refuse")):
        shown.tabs.setCurrentIndex(place)
        settle(shell, qtbot)
        assert shown.rows.rowCount() == desk.session.snapshot().banks[bank].total
        assert shown.cover.rows()
        assert all(row.ok for row in shown.cover.rows())
    assert "制度" in [row.id for row in shown.cover.rows()]


def test_a_finding_about_a_bank_leads_to_it(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    desk = open_sample(shell, qtbot, tmp_path, "incomplete")
    assert any(finding.path.startswith("@questions/generation") for finding in desk.report.findings)  # type: ignore[union-attr]
    page(shell).show_bank("non-refuse")
    desk.go("", "@questions/generation")
    assert page(shell).bank == "generation"
    risk = min(desk.session.snapshot().banks["generation"].by_risk)
    desk.go("", f"@questions/generation/{risk}")
    assert page(shell).group.currentData() == risk, "only the questions of the risk that falls short"
    desk.go("", "@questions/should-refuse/A.9.z")
    assert (page(shell).bank, page(shell).group.currentData()) == ("should-refuse", None)
    settle(shell, qtbot)
