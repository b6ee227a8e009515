"""The page of the own look: tried out, worn, taken back; what was taken and what was not stands there."""

from pathlib import Path

from docx import Document
from pytestqt.qtbot import QtBot

from filingdesk.gui.pages.own_look import OwnLookPage
from filingdesk.gui.shell import Shell
from filingdesk.gui.widgets.labels import Prose
from filingdesk.services import looks
from gui.delivery import LONG, open_sample, settle, show, told_faults
from unit.forms.word import company_look, logo, repacked


def page_of(shell: Shell) -> OwnLookPage:
    page = show(shell, "own-look")
    assert isinstance(page, OwnLookPage)
    return page


def reference(folder: Path) -> Path:
    path = folder / "范本公司公文.docx"
    path.write_bytes(company_look(logo()))
    return path


def told(widget: object) -> str:
    assert isinstance(widget, OwnLookPage)
    return "\n".join(prose.accessibleName() for prose in widget.findChildren(Prose) if prose.isVisible())


def test_a_look_is_seen_before_it_is_worn(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    desk = open_sample(shell, qtbot, tmp_path)
    page = page_of(shell)
    assert "自带格式" in told(page)
    page.look_at(reference(tmp_path))
    qtbot.waitUntil(lambda: page.take.isVisible(), timeout=LONG)
    assert looks.kept(desk.session) is None
    words = told(page)
    assert "微软雅黑 18 磅 加粗" in words
    assert "上 32、下 25、左 31、右 24 毫米" in words
    assert "沿用原来的" in words
    assert page.sheet.isVisible()
    page.take.click()
    qtbot.waitUntil(lambda: looks.kept(desk.session) is not None, timeout=LONG)
    settle(shell, qtbot)
    assert page.clear.isVisible()
    assert not page.take.isVisible()
    desk.undo()
    assert looks.kept(desk.session) is None
    assert "自带格式" in told(page)
    assert not page.clear.isVisible()


def test_a_kept_look_is_shown_and_can_be_cleared(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    desk = open_sample(shell, qtbot, tmp_path)
    path = reference(tmp_path)
    looks.put_on(desk.session, path.name, path.read_bytes())
    page = page_of(shell)
    qtbot.waitUntil(lambda: "全部文书采用" in told(page), timeout=LONG)
    page.save_example(tmp_path / "示例.docx")
    qtbot.waitUntil(lambda: (tmp_path / "示例.docx").exists(), timeout=LONG)
    assert "范本科技" in Document(str(tmp_path / "示例.docx")).sections[0].header.paragraphs[0].text
    settle(shell, qtbot)
    page.clear.click()
    assert looks.kept(desk.session) is None


def test_trying_can_be_given_up(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    desk = open_sample(shell, qtbot, tmp_path)
    page = page_of(shell)
    page.look_at(reference(tmp_path))
    qtbot.waitUntil(lambda: page.drop.isVisible(), timeout=LONG)
    page.drop.click()
    assert "自带格式" in told(page)
    assert looks.kept(desk.session) is None


def test_a_reference_with_macros_is_told_in_a_sentence(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    open_sample(shell, qtbot, tmp_path)
    page = page_of(shell)
    bad = tmp_path / "宏.docx"
    bad.write_bytes(repacked(company_look(), {"word/vbaProject.bin": b"x"}))
    assert "宏" in told_faults(qtbot, lambda: page.look_at(bad))
