"""Long fields with format: switched on and undone, pasted from Word, pictures of the evidence, words counted without marks."""

from pathlib import Path

from PySide6.QtCore import QMimeData
from pytestqt.qtbot import QtBot

from filingdesk.gui.forms.longtext import TextEditor
from filingdesk.gui.forms.rows import FieldRow
from filingdesk.gui.pages.formpage import FormPage
from filingdesk.gui.shell import Shell
from filingdesk.services import formatting, papers
from gui.delivery import open_sample, settle, show

TEAM = "large_model.evaluation.team"
HTML = (
    "<html><body><h2>分工</h2><ul><li>王样本</li><li><b>李样本</b></li></ul><img src='x.png'></body></html>"
)


def field(shell: Shell) -> tuple[FieldRow, TextEditor]:
    form = show(shell, "evaluation")
    assert isinstance(form, FormPage)
    row = form.row(TEAM)
    assert row is not None
    assert isinstance(row.editor, TextEditor)
    return row, row.editor


def html() -> QMimeData:
    data = QMimeData()
    data.setHtml(HTML)
    data.setText("分工\n王样本\n李样本")
    return data


def test_the_switch_changes_how_papers_print_the_text_and_is_undone(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    desk = open_sample(shell, qtbot, tmp_path)
    row, editor = field(shell)
    desk.session.set(TEAM, "- 甲\n- **乙**")
    assert "**乙**" in papers.Desk(desk.session).preview("safety-report")
    assert "8 字" in editor.count_line()
    editor.format_button.click()
    assert formatting.is_formatted(desk.session, TEAM)
    made = papers.Desk(desk.session).preview("safety-report")
    assert "**乙**" not in made
    assert "<b>" in made
    assert not editor.picture_button.isHidden()
    assert "4 字" in editor.count_line()
    desk.undo()
    assert not formatting.is_formatted(desk.session, TEAM)
    assert not editor.format_button.isChecked()
    assert row.editor.value() == "- 甲\n- **乙**"
    settle(shell, qtbot)


def test_a_piece_of_word_pasted_into_an_empty_field_keeps_its_structure(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    desk = open_sample(shell, qtbot, tmp_path)
    _row, editor = field(shell)
    desk.session.set(TEAM, "")
    told: list[str] = []
    desk.told.connect(lambda text, _tone, _action: told.append(text))
    editor.text.insertFromMimeData(html())
    assert editor.value() == "## 分工\n\n- 王样本\n- **李样本**"
    assert desk.facts.large_model.evaluation.team == editor.value()
    assert formatting.is_formatted(desk.session, TEAM)
    assert any("1 张图片没有粘贴" in text for text in told)
    settle(shell, qtbot)


def test_rich_text_without_html_keeps_its_structure_too(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    desk = open_sample(shell, qtbot, tmp_path)
    _row, editor = field(shell)
    desk.session.set(TEAM, "")
    data = QMimeData()
    data.setData("text/rtf", b"{\\rtf1 \\b bold\\b0  plain\\par}")
    data.setText("bold plain")
    editor.text.insertFromMimeData(data)
    assert editor.value() == "**bold** plain"
    settle(shell, qtbot)


def test_typed_words_are_not_read_anew_because_something_was_pasted(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    desk = open_sample(shell, qtbot, tmp_path)
    row, editor = field(shell)
    desk.session.set(TEAM, "2*3*4。")
    editor.text.insertFromMimeData(html())
    assert not formatting.is_formatted(desk.session, TEAM)
    assert "2*3*4。" in str(editor.value())
    assert "李样本" in str(editor.value())
    assert "**" not in str(editor.value())
    row.commit()
    settle(shell, qtbot)


def test_a_picture_of_the_evidence_stands_in_the_text(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    desk = open_sample(shell, qtbot, tmp_path)
    row, editor = field(shell)
    names = list(formatting.pictures(desk.facts))
    assert names
    desk.session.set(TEAM, "见下图。")
    editor.format_button.click()
    cursor = editor.text.textCursor()
    cursor.movePosition(cursor.MoveOperation.End)
    editor.text.setTextCursor(cursor)
    editor.insert_picture(names[0])
    row.commit()
    document = papers.Desk(desk.session).document("safety-report")
    figures = [
        block
        for block in document.blocks
        if getattr(block, "ref", "") == formatting.pictures(desk.facts)[names[0]]
    ]
    assert figures
    settle(shell, qtbot)
