"""沿用关系: fields by kind, two texts side by side, blanks filled in one undoable step after telling whom it touches."""

from pathlib import Path

from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from filingdesk.gui.pages.impact_dialog import ImpactDialog
from filingdesk.gui.pages.reuse_map import ReusePage
from filingdesk.gui.shell import Shell
from gui.delivery import LONG, desk_of, open_sample, show


def reuse_page(shell: Shell) -> ReusePage:
    page = show(shell, "reuse")
    assert isinstance(page, ReusePage)
    return page


def test_the_map_of_the_sample(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    desk = open_sample(shell, qtbot, tmp_path)
    page = reuse_page(shell)
    qtbot.waitUntil(lambda: bool(desk.papers.uses), timeout=LONG)
    assert {row.kind for row in page.fields.rows} == {"linked", "adapted", "new"}
    page.kinds.chips()[2].click()
    assert {row.kind for row in page.fields.rows} == {"adapted"}
    place = next(
        i for i, row in enumerate(page.fields.rows) if row.path == "large_model.compute.inference_place"
    )
    page.table.selectRow(place)
    assert page.detail.title_label.text().endswith("推理部署地")
    assert "申请表" in page.touches.accessibleName()
    page.source_button.click()
    assert shell.workbench is not None
    current = shell.workbench.current()
    assert current is not None
    assert current.key == "assessment"


def test_blanks_are_filled_after_asking(project: Shell, qtbot: QtBot) -> None:
    desk = desk_of(project)
    page = reuse_page(project)
    assert not reuse_page(project).carry_button.isEnabled()
    desk.session.set("algorithm.assessment.deployment", "示例云 华东1")
    qtbot.waitUntil(page.carry_button.isEnabled)
    told: list[str] = []

    def answer() -> None:
        dialog = page.window().findChild(ImpactDialog)
        assert dialog is not None
        told.append(dialog.model.rows[0][1])
        dialog.accept()

    QTimer.singleShot(0, answer)
    page.carry_button.click()
    assert told == ["示例云 华东1"]
    assert desk.facts.large_model.compute.inference_place == "示例云 华东1"
    desk.undo()
    assert desk.facts.large_model.compute.inference_place == ""
    desk.session.set("large_model.compute.inference_place", "已经写了")
    assert not reuse_page(project).carry_button.isEnabled()
