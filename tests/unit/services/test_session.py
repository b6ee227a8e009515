"""Editing a project: what is typed is kept, one undo takes back one edit, and a reopened project is the same."""

from pathlib import Path

import pytest

from filingdesk.domain.errors import UserError
from filingdesk.services.changes import Changes
from filingdesk.services.session import Session
from filingdesk.services.workspace import Workspace


@pytest.fixture
def session(tmp_path: Path) -> Session:
    made = Workspace(who=lambda: "测试员").create(tmp_path / "项目")
    yield made
    made.close()


def test_a_typed_value_is_kept_as_typed_and_survives_reopening(session: Session) -> None:
    session.set("subject.credit_code", " 不是代码 ")
    session.set("algorithm.types", ["生成合成类"])
    path = session.path
    session.close()
    again = Workspace().open(path)
    assert again.facts.subject.credit_code == " 不是代码 "
    assert again.facts.algorithm.types == ["生成合成类"]
    again.close()


def test_undo_and_redo_name_what_they_do(session: Session) -> None:
    session.set("algorithm.name", "甲")
    session.set("algorithm.name", "乙")
    assert session.undo_step is not None
    assert session.undo_step.label == "修改「算法名称」"
    session.undo()
    assert session.facts.algorithm.name == "甲"
    session.redo()
    assert session.facts.algorithm.name == "乙"
    session.undo()
    session.undo()
    assert session.facts.algorithm.name == ""
    assert session.undo_step is None


def test_records_are_added_copied_moved_and_removed_with_their_content(session: Session) -> None:
    first = session.add_item("algorithm.products", {"name": "客服"})
    session.add_item(f"{first}.functions", {"name": "问答"})
    copy = session.duplicate_item(first)
    session.set(f"{copy}.name", "客服二")
    assert [p.name for p in session.facts.algorithm.products] == ["客服", "客服二"]
    assert session.facts.algorithm.products[1].functions[0].name == "问答"
    session.move_item(copy, 0)
    assert [p.name for p in session.facts.algorithm.products] == ["客服二", "客服"]
    session.remove_item("algorithm.products[0]")
    assert [p.name for p in session.facts.algorithm.products] == ["客服"]
    session.undo()
    assert session.facts.algorithm.products[0].functions[0].name == "问答"


def test_listeners_hear_what_changed_and_who_did_it(session: Session) -> None:
    heard: list[Changes] = []
    stop = session.subscribe(heard.append)
    session.set("algorithm.name", "甲", origin="form")
    session.set("algorithm.name", "甲")
    session.add_item("algorithm.products")
    stop()
    session.set("algorithm.name", "乙")
    assert [(c.origin, c.facts, c.structure()) for c in heard] == [("form", True, False), (None, True, True)]


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("algorithm.nam", "algorithm.name"),
        ("algorithm.products[3].name", "现有 0 项"),
        ("algorithm", "不是单个字段"),
        ("x y z", "没有"),
    ],
)
def test_a_wrong_path_names_the_near_ones(session: Session, path: str, says: str) -> None:
    with pytest.raises(UserError) as caught:
        session.set(path, "x")
    assert says in str(caught.value)


def test_a_wrong_type_is_refused_and_nothing_is_saved(session: Session) -> None:
    with pytest.raises(UserError, match="文字的列表"):
        session.set_many({"algorithm.name": "甲", "algorithm.types": "生成合成类"}, "x")
    assert session.facts.algorithm.name == ""


def test_attachments_live_in_the_project_under_their_hash(session: Session, tmp_path: Path) -> None:
    source = tmp_path / "执照#1.pdf"
    source.write_bytes(b"%PDF-1.7 sample")
    reference = session.attach_file("licence.scan", source)
    assert session.facts.licence.scan == [reference]
    assert session.attachment(reference) == b"%PDF-1.7 sample"
    assert session.attachment("没有.pdf") is None
    assert reference.rpartition("#")[2] in session.snapshot().attachments


def test_waivers_and_attestations_need_words_and_can_be_undone(session: Session) -> None:
    with pytest.raises(UserError, match="理由"):
        session.waive("LM-ORD-001", "  ")
    session.waive("LM-ORD-001", "已提交待批")
    session.attest("LM-MAN-001", "符合", "已核对制度原件", "张示例")
    assert session.snapshot().waivers["LM-ORD-001"].reason == "已提交待批"
    assert session.snapshot().attestations["LM-MAN-001"].answer == "符合"
    session.undo()
    assert session.attestations == {}


def test_history_tells_who_changed_what(session: Session) -> None:
    session.set("algorithm.name", "甲")
    session.set("algorithm.name", "乙")
    assert [(h.who, h.old, h.new) for h in session.history("algorithm.name")] == [
        ("测试员", "甲", "乙"),
        ("测试员", None, "甲"),
    ]


def test_a_merge_never_blanks_what_is_there(session: Session) -> None:
    from filingdesk.domain.flat import from_plain

    session.set("algorithm.name", "甲")
    session.set("subject.name", "示例公司")
    facts, problems = from_plain({"algorithm": {"name": "乙"}, "contacts": [{"name": "张示例"}]})
    assert problems == []
    session.merge_facts(facts, "导入")
    assert (session.facts.algorithm.name, session.facts.subject.name) == ("乙", "示例公司")
    assert [c.name for c in session.facts.contacts] == ["张示例"]
