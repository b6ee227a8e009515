"""The page 风险诊断: from the intake alone and from a project, heaviest first, every item with clause and jump, and the report."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from filingdesk.gui.pages.diagnosis import BY_WEIGHT, ONLY_INTAKE, DiagnosisPage
from filingdesk.gui.shell import Shell
from filingdesk.gui.widgets.cite import Cite
from gui.delivery import desk_of, open_sample, settle, show

INTAKE = {
    "intake.offered_to": ["境内社会公众"],
    "intake.forms": ["信息分享"],
    "algorithm.types": ["生成合成类"],
    "intake.llm": "使用",
    "large_model.development.origin": "微调开源模型",
    "algorithm.launched": "是",
    "algorithm.launched_on": "2026-01-05",
    "intake.data_sources": ["自采"],
    "intake.prepared": ["采集记录", "拦截关键词库"],
}


def diagnosis(shell: Shell, qtbot: QtBot) -> DiagnosisPage:
    page = show(shell, "diagnosis")
    assert isinstance(page, DiagnosisPage)
    desk = desk_of(shell)
    qtbot.waitUntil(
        lambda: desk.report is not None and desk.report.revision == desk.session.revision, timeout=20_000
    )
    settle(shell, qtbot)
    assert page.found is not None
    return page


def test_the_intake_alone_is_enough(project: Shell, qtbot: QtBot) -> None:
    desk_of(project).session.set_many(INTAKE, "回答")  # type: ignore[arg-type]
    page = diagnosis(project, qtbot)
    assert page.found is not None
    assert page.found.basis == "intake"
    assert page.basis.isHidden()
    assert "要办：算法备案、大模型备案" in page.intro_label.text()
    overdue = page.line("overdue:file")
    assert overdue is not None
    assert overdue.item.consequence == "penal"
    assert page.chart.lines()


def test_items_come_by_dimension_and_the_heaviest_first(project: Shell, qtbot: QtBot) -> None:
    desk_of(project).session.set_many(INTAKE, "回答")  # type: ignore[arg-type]
    page = diagnosis(project, qtbot)
    assert page.found is not None
    weights = {name: w.weight for name, w in page.found.data.consequences.items()}
    by_dimension: dict[str, list[int]] = {}
    for line in page._lines.values():
        by_dimension.setdefault(line.item.dimension, []).append(weights[line.item.consequence])
    assert all(found == sorted(found, reverse=True) for found in by_dimension.values())
    sums = [
        sum(weights[i.consequence] * (1 - i.share) for i in page.found.items if i.dimension == d)
        for d in by_dimension
    ]
    assert sums == sorted(sums, reverse=True)
    page.order.set_values([BY_WEIGHT])
    page.order.changed.emit([BY_WEIGHT])
    order = [weights[line.item.consequence] for line in page._lines.values()]
    assert order == sorted(order, reverse=True)


def test_an_item_opens_to_its_clause_and_leads_to_the_field(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    open_sample(shell, qtbot, tmp_path, "incomplete")
    page = diagnosis(shell, qtbot)
    assert page.found is not None
    assert page.found.basis == "project"
    line = next(line for line in page._lines.values() if line.item.paths)
    line.set_open(True)
    assert line.findChildren(Cite)
    line._go(line.item.paths[0])
    assert shell.workbench is not None
    current = shell.workbench.current()
    assert current is not None
    assert current.key != "diagnosis"
    settle(shell, qtbot)


def test_a_project_can_be_looked_at_by_its_intake_alone(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    open_sample(shell, qtbot, tmp_path, "incomplete")
    page = diagnosis(shell, qtbot)
    assert page.basis.isVisible()
    page.basis.set_values([ONLY_INTAKE])
    page.basis.changed.emit([ONLY_INTAKE])
    settle(shell, qtbot)
    assert page.found is not None
    assert page.found.basis == "intake"
    assert "只依据适用判定的回答" in page.score_words.accessibleName()


def test_an_edit_is_diagnosed_anew(project: Shell, qtbot: QtBot) -> None:
    page = diagnosis(project, qtbot)
    assert page.found is not None
    before = page.found
    desk_of(project).session.set_many(INTAKE, "回答")  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: page.found is not before, timeout=20_000)


def test_the_report_is_written_as_word_and_pdf(project: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    desk_of(project).session.set_many(INTAKE, "回答")  # type: ignore[arg-type]
    page = diagnosis(project, qtbot)
    for name, start in (("报告.docx", b"PK"), ("报告.pdf", b"%PDF")):
        page.export(tmp_path / name)
        settle(project, qtbot)
        assert (tmp_path / name).read_bytes().startswith(start)
        assert name in page.notice.text()
