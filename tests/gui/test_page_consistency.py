"""The page 一致性: nothing before the first run, contradictions with place and mend, claims, unreadable files, stale results."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from filingdesk.gui.pages.consistency import CLAIMS, CONFLICTS, UNREAD, ConsistencyPage
from filingdesk.gui.pages.consistency_matrix import STATE
from filingdesk.gui.shell import Shell
from gui.delivery import LONG, open_sample, show

WRONG = "算法名称：示例智联客服问答算法\n月活跃用户量：2,860人\n算法绝对安全，杜绝一切风险。\n"


@pytest.fixture
def page(shell: Shell, qtbot: QtBot, tmp_path: Path) -> ConsistencyPage:
    open_sample(shell, qtbot, tmp_path)
    made = show(shell, "consistency")
    assert isinstance(made, ConsistencyPage)
    return made


def run(page: ConsistencyPage, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: page.found is not None and not page.strip.busy, timeout=LONG)


def words(widget: QWidget) -> str:
    return "\n".join(found.text() or found.accessibleName() for found in widget.findChildren(QLabel))


def choose(page: ConsistencyPage, name: str) -> None:
    next(chip for chip in page.views.chips() if chip.text().startswith(name)).click()


def test_before_the_first_run_it_says_what_will_be_done(page: ConsistencyPage) -> None:
    assert page.stack.currentWidget() is page.empty
    assert page.run_button.text() == "开始核对" and not page.save_button.isVisible()


def test_the_sample_has_no_contradiction_and_names_what_was_not_read(
    page: ConsistencyPage, qtbot: QtBot
) -> None:
    page.run_button.click()
    run(page, qtbot)
    assert page.found is not None and not page.found.conflicts and not page.found.claims
    choose(page, CONFLICTS)
    assert page.tables.currentWidget() is page.nothing[CONFLICTS]
    choose(page, UNREAD)
    shown = [file.source.name for file in page.unread.rows]
    assert "用户协议.pdf" in shown and "扫描件" in words(page.detail) + page.unread.rows[1].failed


def drop(page: ConsistencyPage, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    page.dropEvent(
        QDropEvent(
            QPoint(9, 9),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )


def test_a_dropped_file_that_contradicts_is_shown_with_place_and_way_to_the_field(
    page: ConsistencyPage, qtbot: QtBot, tmp_path: Path, shell: Shell
) -> None:
    material = tmp_path / "旧版说明.txt"
    material.write_text(WRONG, encoding="utf-8")
    drop(page, material)
    run(page, qtbot)
    choose(page, CONFLICTS)
    model = page.matrix.matrix
    assert [file.source.name for file in model.files] == ["旧版说明.txt"]
    assert {row.key for row in model.rows} == {"algorithm-name", "monthly-users"}
    index = page.matrix.currentIndex()
    assert index.data(STATE) == "conflict" and index.data(Qt.ItemDataRole.DisplayRole) == "矛盾"
    told = words(page.detail)
    assert "第 1 行" in told and "示例智联客服问答算法" in told and "示例智联客服对话生成算法" in told
    button = next(b for b in page.detail.findChildren(QPushButton) if b.text().startswith("去改"))
    button.click()
    assert shell.workbench is not None
    shown = shell.workbench.current()
    assert shown is not None and shown.key == "basics"


def test_claims_say_where_and_how_to_mend(page: ConsistencyPage, qtbot: QtBot, tmp_path: Path) -> None:
    material = tmp_path / "旧版说明.txt"
    material.write_text(WRONG, encoding="utf-8")
    page.add_files([material])
    run(page, qtbot)
    choose(page, CLAIMS)
    assert page.tables.currentWidget() is page.claim_view
    assert {claim.found for _file, claim in page.claims.rows} == {"绝对", "杜绝"}
    assert "怎么改" in words(page.detail) and "第 3 行" in words(page.detail)
    page.drop_button.click()
    run(page, qtbot)
    assert not page.claims.rows and not page.drop_button.isVisible()


def test_an_edit_makes_the_result_stale_and_a_new_run_reads_no_file_again(
    page: ConsistencyPage, qtbot: QtBot
) -> None:
    page.run()
    run(page, qtbot)
    page.desk.session.set("algorithm.launched_on", "2026-08-04")
    qtbot.waitUntil(page.notice.isVisible, timeout=LONG)
    assert "改过了" in page.notice.text()
    page.notice.action_clicked.emit()
    qtbot.waitUntil(lambda: not page.strip.busy and not page.notice.isVisible(), timeout=LONG)
    assert page.found is not None and page.found.read_again == 0


def test_the_workbook_is_written(page: ConsistencyPage, qtbot: QtBot, tmp_path: Path) -> None:
    page.run()
    run(page, qtbot)
    page.save_to(tmp_path / "核对.xlsx")
    qtbot.waitUntil(lambda: not page.strip.busy, timeout=LONG)
    assert (tmp_path / "核对.xlsx").read_bytes().startswith(b"PK")


def test_cancelling_leaves_the_page_as_it_was(page: ConsistencyPage, qtbot: QtBot) -> None:
    page.run()
    page.strip.cancel.click()
    qtbot.waitUntil(lambda: not page.strip.busy, timeout=LONG)
    assert page.found is None and page.stack.currentWidget() is page.empty and page.run_button.isEnabled()
