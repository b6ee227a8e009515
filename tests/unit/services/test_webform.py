"""The walk through a web form: order, what is copied, what was pasted, what changed since."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from filingdesk.domain.errors import UserError
from filingdesk.domain.specs import by_pattern
from filingdesk.services import papers, webform, webform_sheet
from filingdesk.services.session import Session
from filingdesk.services.webform import Gone, Step
from filingdesk.services.webform_data import FormItem, form, forms, patterns
from filingdesk.services.webform_files import lay_out, side_folder
from filingdesk.services.workspace import Workspace

ALGORITHM = form("algorithm")


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    made = Workspace(who=lambda: "测试员").create(tmp_path / "项目")
    yield made
    made.close()


def step(session: Session, key: str) -> Step:
    return webform.find(session, ALGORITHM, key)


def test_the_shipped_forms_name_only_known_fields_and_papers_and_no_limit_without_source() -> None:
    assert [f.id for f in forms()] == ["algorithm", "large-model", "large-model-registration"]
    for each in forms():
        assert each.note
        for block in each.blocks:
            assert block.title
            for pattern, item in patterns(block.items):
                assert pattern in by_pattern()
                assert item.limit == 0, "no limit of the filing system is published"
            for item in block.items:
                if item.paper:
                    papers.paper(item.paper)


def test_a_limit_without_a_source_is_refused() -> None:
    with pytest.raises(ValidationError, match="source"):
        FormItem.model_validate({"path": "algorithm.summary", "limit": 500})


def test_the_order_is_the_subject_first_then_the_algorithm(session: Session) -> None:
    blocks = list(dict.fromkeys(s.block for s in webform.steps(session, ALGORITHM)))
    assert blocks[:6] == ["主体信息", "证件信息", "法定代表人", "算法安全责任人", "主体附件", "算法基础属性"]
    parts = [s.part for s in webform.steps(session, ALGORITHM)]
    assert parts == sorted(parts, key=["主体备案", "算法备案"].index)


@pytest.mark.parametrize(
    ("typed", "copied"),
    [
        ("第一行  \r\n第二行\t\n\n", "第一行\n第二行"),
        ("\n\n  缩进保留\n末行 ", "  缩进保留\n末行"),
        ("中　间　空 格", "中　间　空 格"),
        ("段一\n\n段二", "段一\n\n段二"),
        ("   ", ""),
    ],
)
def test_what_is_copied_keeps_lines_and_has_no_trailing_blanks(typed: str, copied: str) -> None:
    assert webform.clipboard_text(typed) == copied


def test_choices_are_joined_and_questions_that_are_not_asked_are_left_out(session: Session) -> None:
    session.set("algorithm.types", ["生成合成类", "检索过滤类"])
    assert step(session, "algorithm.types").value == "生成合成类、检索过滤类"
    with pytest.raises(UserError, match="没有"):
        step(session, "algorithm.launched_on")
    session.set("algorithm.launched", "是")
    assert step(session, "algorithm.launched_on").state == "blank"


def test_lists_are_walked_record_by_record_and_an_empty_list_is_one_place(session: Session) -> None:
    assert step(session, "algorithm.products").kind == "list"
    for name in ("甲", "乙"):
        path = session.add_item("algorithm.products", {"name": name})
        session.add_item(f"{path}.functions", {"name": f"{name}的功能"})
    words = [s.title for s in webform.steps(session, ALGORITHM) if s.block == "产品及功能信息"]
    assert words.index("产品 1 · 甲 › 产品名称") < words.index("产品 1 · 甲 › 功能 1 · 甲的功能 › 功能名称")
    assert words.index("产品 1 · 甲 › 月活跃用户量（MAU）") < words.index("产品 2 · 乙 › 产品名称")


def test_a_fact_that_changed_after_it_was_pasted_is_told_and_changing_back_is_not(session: Session) -> None:
    session.set("subject.name", "甲公司")
    assert step(session, "subject.name").state == "todo"
    webform.mark(session, ALGORITHM, [step(session, "subject.name")])
    pasted = step(session, "subject.name").pasted
    assert pasted is not None
    assert (pasted.who, step(session, "subject.name").state) == ("测试员", "done")
    session.set("subject.name", "乙公司")
    (changed,) = webform.changed_since(session, ALGORITHM)
    assert isinstance(changed, Step)
    assert changed.path == "subject.name"
    session.set("subject.name", "")
    assert step(session, "subject.name").state == "changed"
    session.set("subject.name", "甲公司  ")
    assert webform.changed_since(session, ALGORITHM) == [], "what would be pasted is the same"


def test_the_value_is_not_kept_twice_and_marks_survive_reopening(session: Session) -> None:
    session.set("subject.name", "只存一次的名称")
    webform.mark(session, ALGORITHM, [step(session, "subject.name")])
    note = session.file.entries()["@pasted/algorithm/subject.name"]
    assert "只存一次" not in str(note)
    path = session.path
    session.close()
    again = Workspace().open(path)
    assert webform.find(again, ALGORITHM, "subject.name").state == "done"
    again.close()


def test_undo_takes_back_the_fact_and_passes_over_the_mark(session: Session) -> None:
    session.set("subject.name", "甲公司")
    webform.mark(session, ALGORITHM, [step(session, "subject.name")])
    session.set("subject.name", "乙公司")
    assert session.undo_step is not None
    assert session.undo_step.label == "修改「主体名称」"
    session.undo()
    assert step(session, "subject.name").state == "done"
    session.redo()
    assert step(session, "subject.name").state == "changed"
    webform.unmark(session, ALGORITHM, ["subject.name"])
    assert step(session, "subject.name").state == "todo"


def test_a_record_that_is_removed_after_pasting_is_told_as_gone(session: Session) -> None:
    path = session.add_item("algorithm.products", {"name": "甲"})
    webform.mark(session, ALGORITHM, [step(session, f"{path}.name")])
    session.remove_item(path)
    (gone,) = webform.changed_since(session, ALGORITHM)
    assert isinstance(gone, Gone)
    assert gone.label == "产品名称"
    assert webform.walk(session, ALGORITHM).stale == 1
    webform.unmark(session, ALGORITHM, [gone.key])
    assert webform.walk(session, ALGORITHM).stale == 0


def test_moving_a_record_changes_nothing_that_was_pasted(session: Session) -> None:
    first = session.add_item("algorithm.products", {"name": "甲"})
    session.add_item("algorithm.products", {"name": "乙"})
    webform.mark(session, ALGORITHM, [step(session, f"{first}.name")])
    session.move_item("algorithm.products[0]", 1)
    assert webform.changed_since(session, ALGORITHM) == []
    assert step(session, "algorithm.products[1].name").state == "done"


def test_another_file_of_the_same_name_is_a_change(session: Session, tmp_path: Path) -> None:
    session.attach("licence.scan", "营业执照.png", b"one")
    scan = step(session, "licence.scan/0")
    assert (scan.kind, scan.value) == ("file", "营业执照.png")
    webform.mark(session, ALGORITHM, [scan])
    session.set("licence.scan", [])
    session.attach("licence.scan", "营业执照.png", b"two")
    assert step(session, "licence.scan/0").state == "changed"


def test_files_are_laid_out_and_a_stranger_of_the_same_name_is_not_touched(
    session: Session, tmp_path: Path
) -> None:
    session.attach("licence.scan", "营业执照.png", b"ours")
    folder = side_folder(session.path)
    scan = step(session, "licence.scan/0")
    first = lay_out(session, scan, folder)
    assert first.path == folder / "营业执照.png"
    assert first.path.read_bytes() == b"ours"
    assert lay_out(session, scan, folder) == first
    first.path.write_bytes(b"somebody's")
    second = lay_out(session, scan, folder)
    assert second.path.read_bytes() == b"ours"
    assert first.path.read_bytes() == b"somebody's"


def test_a_paper_that_may_not_leave_the_house_is_not_laid_out(session: Session, tmp_path: Path) -> None:
    report = step(session, "paper:self-assessment")
    with pytest.raises(UserError, match="不能出正式稿"):
        lay_out(session, report, tmp_path / "出")
    assert not (tmp_path / "出").exists()


def test_a_paper_is_stale_when_a_field_it_shows_changes_and_only_then(session: Session) -> None:
    session.set("algorithm.name", "甲算法")
    report = step(session, "paper:self-assessment")
    webform.mark(session, ALGORITHM, [report], patterns=["algorithm.name", "algorithm.products[].name"])
    session.set("subject.website", "https://example.cn")
    assert step(session, "paper:self-assessment").state == "done"
    session.add_item("algorithm.products", {"name": "新产品"})
    assert step(session, "paper:self-assessment").state == "changed"


def test_registration_and_filing_have_their_own_forms(session: Session) -> None:
    assert [f.id for f in webform.fitting(session.facts)] == ["algorithm", "large-model"]
    session.set("large_model.route", "登记")
    assert [f.id for f in webform.fitting(session.facts)] == ["algorithm", "large-model-registration"]


def test_personal_data_is_masked_in_lists_but_whole_in_what_is_copied(session: Session) -> None:
    session.set("legal_representative.id_number", "110101190001010014")
    found = webform.walk(session, ALGORITHM)
    assert step(session, "legal_representative.id_number").value == "110101190001010014"
    assert "110101190001010014" not in webform_sheet.copy_sheet(found)
    assert "110101190001010014" in webform_sheet.copy_sheet(found, personal=True)


def test_a_keyword_list_is_stale_when_the_library_changes_and_not_when_a_fact_does(
    session: Session, tmp_path: Path
) -> None:
    from filingdesk.services import keywords

    words = tmp_path / "词.csv"
    words.write_text("关键词,一级分类,二级分类\n示例词一,A.1,A.1.a\n", encoding="utf-8")
    large = form("large-model")
    keywords.import_list(session, words)
    listed = webform.find(session, large, "paper:keywords-list")
    webform.mark(session, large, [listed])
    session.set("subject.website", "https://example.cn")
    assert webform.find(session, large, "paper:keywords-list").state == "done"
    words.write_text("关键词,一级分类,二级分类\n示例词二,A.1,A.1.a\n", encoding="utf-8")
    keywords.import_list(session, words)
    assert webform.find(session, large, "paper:keywords-list").state == "changed"
