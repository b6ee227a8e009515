"""Questions to colleagues: kept beside the field, exported, answered, compared, taken only on a clear word."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook

from filingdesk.domain.errors import UserError
from filingdesk.services import asking, asking_files
from filingdesk.services.asking import Note
from filingdesk.services.session import Session
from filingdesk.services.workspace import Workspace


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    made = Workspace(who=lambda: "测试员").create(tmp_path / "项目")
    yield made
    made.close()


def ask(session: Session, path: str, text: str = "这里怎么填？") -> Note:
    return asking.add(session, path, text, ask=True, to="算法工程师")


def exported(session: Session, folder: Path, answers: dict[str, str], name: str = "待答.xlsx") -> Path:
    """The exported list with these answers filled in by id, as a colleague would."""
    path = folder / name
    asking_files.export(session, path)
    fill(path, answers)
    return path


def fill(path: Path, answers: dict[str, str]) -> None:
    book = load_workbook(path)
    sheet = book.active
    assert sheet is not None
    head = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        row[head.index("回答")].value = answers.get(str(row[head.index("编号")].value), "")
        row[head.index("回答人")].value = "周样张"
    book.save(path)


def test_a_note_keeps_who_when_and_its_id_over_reopening(session: Session) -> None:
    note = ask(session, "algorithm.summary")
    asking.add(session, "algorithm.summary", "与报告第一章对照", ask=False)
    path = session.path
    session.close()
    again = Workspace().open(path)
    first, second = asking.at(again, "algorithm.summary")
    assert first == note
    assert (first.who, first.to, first.is_open) == ("测试员", "算法工程师", True)
    assert not second.is_open
    again.close()


def test_notes_follow_their_record_and_survive_its_removal(session: Session) -> None:
    path = session.add_item("algorithm.products", {"name": "甲"})
    session.add_item("algorithm.products", {"name": "乙"})
    note = ask(session, f"{path}.url")
    session.move_item(path, 1)
    assert asking.path_of_note(session, note) == "algorithm.products[1].url"
    session.remove_item("algorithm.products[1]")
    assert asking.path_of_note(session, note) == ""
    assert "记录已删除" in asking.place_of(session, note)
    assert [n.id for n in asking.open_questions(session)] == [note.id]


def test_undo_takes_a_question_back_and_names_it(session: Session) -> None:
    ask(session, "algorithm.summary")
    assert session.undo_step is not None
    assert session.undo_step.label == "提问：算法简介"
    session.undo()
    assert asking.notes(session) == []


def test_answers_come_back_field_by_field(session: Session, tmp_path: Path) -> None:
    session.set("algorithm.field", "教育")
    blank, filled = ask(session, "algorithm.summary"), ask(session, "algorithm.field")
    path = exported(session, tmp_path, {blank.id: "输入文字，输出回答。", filled.id: "金融"})
    by_id = {a.id: a for a in asking_files.read_answers(session, path)}
    assert (by_id[blank.id].status, by_id[blank.id].proposed) == ("clean", True)
    assert (by_id[filled.id].status, by_id[filled.id].proposed) == ("filled", False)
    asking_files.apply(session, list(by_id.values()), [blank.id])
    assert session.facts.algorithm.summary == "输入文字，输出回答。"
    assert session.facts.algorithm.field == "教育", (
        "an answer on a filled field is noted, never put in by itself"
    )
    noted = asking.find(session, filled.id)
    assert (noted.answer, noted.answered_by, noted.is_open) == ("金融", "周样张", False)
    session.undo()
    assert session.facts.algorithm.summary == ""
    assert len(asking.open_questions(session)) == 2, "one undo takes back fact and notes"


def test_a_field_that_changed_meanwhile_is_a_conflict_with_all_three_texts(
    session: Session, tmp_path: Path
) -> None:
    session.set("algorithm.scenario", "旧场景")
    note = ask(session, "algorithm.scenario")
    path = exported(session, tmp_path, {note.id: "工程师写的场景"})
    session.set("algorithm.scenario", "别人改过的场景")
    (given,) = asking_files.read_answers(session, path)
    assert (given.old, given.text, given.now) == ("旧场景", "工程师写的场景", "别人改过的场景")
    assert given.status == "conflict"
    asking_files.apply(session, [given], [])
    assert session.facts.algorithm.scenario == "别人改过的场景"
    asking_files.apply(session, [given], [given.id])
    assert session.facts.algorithm.scenario == "工程师写的场景"


def test_a_field_filled_after_the_export_is_a_conflict_too(session: Session, tmp_path: Path) -> None:
    note = ask(session, "algorithm.scenario")
    path = exported(session, tmp_path, {note.id: "回答"})
    session.set("algorithm.scenario", "后来填的")
    assert asking_files.read_answers(session, path)[0].status == "conflict"


def test_an_answer_that_does_not_fit_is_not_proposed(session: Session, tmp_path: Path) -> None:
    choice, files = ask(session, "algorithm.role"), ask(session, "licence.scan")
    path = exported(session, tmp_path, {choice.id: "都是", files.id: "在共享盘"})
    by_id = {a.id: a for a in asking_files.read_answers(session, path)}
    assert "不在可选项中" in by_id[choice.id].problem
    assert not by_id[choice.id].proposed
    assert by_id[files.id].status == "text"
    with pytest.raises(UserError, match="不能放入"):
        asking_files.apply(session, list(by_id.values()), [files.id])
    assert asking.find(session, files.id).is_open, "nothing is stored when something is refused"


def test_blank_unknown_repeated_and_foreign_files_are_told(session: Session, tmp_path: Path) -> None:
    note = ask(session, "algorithm.summary")
    path = exported(session, tmp_path, {note.id: "  "})
    assert [a.status for a in asking_files.read_answers(session, path)] == ["blank"]
    table = tmp_path / "改过.csv"
    table.write_text(f"编号,回答\nQ000000,甲\n{note.id.lower()},乙\n", encoding="utf-8")
    assert [a.status for a in asking_files.read_answers(session, table)] == ["unknown", "clean"]
    table.write_text(f"编号,回答\n{note.id},甲\n{note.id},乙\n", encoding="utf-8")
    with pytest.raises(UserError, match="出现了两次（第 2 行和第 3 行）"):
        asking_files.read_answers(session, table)
    table.write_text("姓名,电话\n甲,1\n", encoding="utf-8")
    with pytest.raises(UserError, match="没有认出问题"):
        asking_files.read_answers(session, table)


def test_an_earlier_answer_is_not_overwritten_in_silence(session: Session, tmp_path: Path) -> None:
    note = ask(session, "algorithm.summary")
    path = exported(session, tmp_path, {note.id: "文件里的回答"})
    asking.answer(session, note, "电话里的回答")
    (given,) = asking_files.read_answers(session, path)
    assert given.status == "answered"
    asking_files.apply(session, [given], [])
    assert asking.find(session, note.id).answer == "电话里的回答"


def test_word_lists_come_back_as_excel_lists_do(session: Session, tmp_path: Path) -> None:
    import docx

    note = ask(session, "algorithm.summary", "输入输出是什么？")
    path = tmp_path / "待答.docx"
    assert asking_files.export(session, path) == 1
    document = docx.Document(str(path))
    cells = next(r for t in document.tables for r in t.rows if r.cells[0].text.strip() == note.id).cells
    assert "输入输出是什么？" in cells[1].text
    cells[3].text = "输入文字，\n输出回答"
    document.save(str(path))
    (given,) = asking_files.read_answers(session, path)
    assert (given.id, given.status) == (note.id, "clean")
    assert given.text == "输入文字，\n输出回答"


def test_personal_data_leaves_the_house_masked(session: Session, tmp_path: Path) -> None:
    session.set("legal_representative.id_number", "110101190001010014")
    note = ask(session, "legal_representative.id_number")
    path = exported(session, tmp_path, {note.id: "110101190001010022"})
    book = load_workbook(path)
    assert book.active is not None
    assert "110101190001010014" not in str([[c.value for c in row] for row in book.active.iter_rows()])
    assert asking_files.read_answers(session, path)[0].status == "filled"


def test_nothing_to_ask_and_blank_words_are_told(session: Session, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="没有待答"):
        asking_files.export(session, tmp_path / "a.xlsx")
    with pytest.raises(UserError, match="没有写内容"):
        asking.add(session, "algorithm.summary", " ", ask=True)
    with pytest.raises(UserError, match="单个字段"):
        asking.add(session, "algorithm.products", "？", ask=True)
