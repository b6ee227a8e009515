"""The page of own forms: looked at first, taken in, filled among the papers, undone; the picker copies what works."""

from pathlib import Path

from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from filingdesk.gui.pages.own_forms import OwnFormsPage
from filingdesk.gui.pages.papers import PapersPage
from filingdesk.gui.shell import Shell
from filingdesk.services import forms
from gui.delivery import LONG, open_sample, settle, show, told_faults
from unit.forms.word import form_of, repacked


def page_of(shell: Shell) -> OwnFormsPage:
    page = show(shell, "own-forms")
    assert isinstance(page, OwnFormsPage)
    return page


def good(folder: Path) -> Path:
    path = folder / "示范省补充信息表.docx"
    path.write_bytes(form_of("单位：{{ 单位名称 }}", "类型：{{ 勾选(算法类型) }}"))
    return path


def test_a_form_is_looked_at_taken_in_and_shown_among_the_papers(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    desk = open_sample(shell, qtbot, tmp_path)
    page = page_of(shell)
    assert page.none.isVisible()
    page.look_at(good(tmp_path))
    qtbot.waitUntil(lambda: len(page.found.rows) == 2, timeout=LONG)
    assert all(each.known for each in page.found.rows)
    assert page.take.isEnabled()
    assert forms.listed(desk.session) == []
    page.take.click()
    page.dialog.title_line.setText("补充信息表")
    page.dialog.folder_line.setText("07 属地材料")
    page.dialog.accept()
    qtbot.waitUntil(lambda: bool(page.model.rows), timeout=LONG)
    form = forms.listed(desk.session)[0]
    assert (form.title, form.folder, form.stage) == ("补充信息表", "07 属地材料", "algorithm")
    settle(shell, qtbot)
    page.preview.click()
    papers = show(shell, "papers")
    assert isinstance(papers, PapersPage)
    qtbot.waitUntil(lambda: "示例智联科技" in papers.sheet.text(), timeout=LONG)
    assert papers.list.paper() == "form-1"
    desk.undo()
    assert forms.listed(desk.session) == []
    assert page_of(shell).none.isVisible()


def test_what_is_not_known_comes_first_and_keeps_the_form_out(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    open_sample(shell, qtbot, tmp_path)
    page = page_of(shell)
    bad = tmp_path / "坏.docx"
    bad.write_bytes(form_of("{{ 单位名称 }}", "{{ 算法名子 }}"))
    page.look_at(bad)
    qtbot.waitUntil(lambda: len(page.found.rows) == 2, timeout=LONG)
    assert not page.found.rows[0].known
    assert not page.take.isEnabled()
    page.found_table.setCurrentIndex(page.found.index(0, 0))
    assert "算法名称（algorithm.name）" in page.told.accessibleName()
    page.leave.click()
    assert page.found.rows == ()
    assert page.forms_card.isVisible()


def test_a_form_with_macros_is_told_in_a_sentence(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    open_sample(shell, qtbot, tmp_path)
    page = page_of(shell)
    bad = tmp_path / "宏.docx"
    bad.write_bytes(repacked(form_of("x"), {"word/vbaProject.bin": b"x"}))
    assert "宏" in told_faults(qtbot, lambda: page.look_at(bad))


def test_the_file_and_the_place_of_a_form_can_change(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    desk = open_sample(shell, qtbot, tmp_path)
    path = good(tmp_path)
    forms.add(desk.session, path.name, path.read_bytes(), title="补充信息表")
    page = page_of(shell)
    qtbot.waitUntil(lambda: len(page.found.rows) == 2, timeout=LONG)
    before = forms.listed(desk.session)[0].sha256
    path.write_bytes(form_of("{{ 单位名称 }}", "{{ 算法名称 }}", "{{ 法定代表人 }}"))
    page.look_at(path, "1")
    qtbot.waitUntil(lambda: page.take.isVisible(), timeout=LONG)
    page.take.click()
    qtbot.waitUntil(lambda: forms.listed(desk.session)[0].sha256 != before, timeout=LONG)
    assert forms.listed(desk.session)[0].title == "补充信息表"
    settle(shell, qtbot)
    page.rename.click()
    page.dialog.title_line.setText("改过的标题")
    page.dialog.stages.setCurrentIndex(1)
    page.dialog.accept()
    form = forms.listed(desk.session)[0]
    assert (form.title, form.stage) == ("改过的标题", "large-model")
    page.remove.click()
    assert forms.listed(desk.session) == []


def test_the_picker_copies_how_a_field_is_written(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    open_sample(shell, qtbot, tmp_path)
    picker = page_of(shell).picker
    picker.query.setText("算法名称")
    picker.search()
    picker.copy_button.click()
    assert QGuiApplication.clipboard().text() == "{{ 算法名称 }}"
    picker.query.setText("没有这样的字段")
    picker.search()
    assert not picker.copy_button.isEnabled()
