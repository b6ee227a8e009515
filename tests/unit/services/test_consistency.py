"""The service: papers as they are, attachments, files; only what changed is read again; claims know what goes along."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from filingdesk.domain.errors import Cancelled
from filingdesk.domain.jobs import Cancel, Progress
from filingdesk.services.consistency import Checker, ConsistencyReport
from filingdesk.services.demo import create_sample
from filingdesk.services.session import Session
from filingdesk.services.workspace import Workspace


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    made = create_sample(Workspace(who=lambda: "测试员"), tmp_path / "示例.fdproj")
    yield made
    made.close()


def conflicts(found: ConsistencyReport) -> list[tuple[str, str, str]]:
    return [(c.row.key, c.file.source.name, c.place.found) for c in found.conflicts]


def claims(found: ConsistencyReport) -> list[tuple[str, str]]:
    return [(claim.rule.id, claim.found) for _file, claim in found.claims]


def test_a_fact_that_contradicts_another_shows_in_the_papers(session: Session) -> None:
    """Two long texts of the facts disagree: the papers made of them do, too."""
    users = "签约商家的成年消费者，月活跃用户 2,360 人，均经手机号认证。"
    session.set("algorithm.assessment.users", users)
    found = Checker().run(session)
    assert ("monthly-users", "《算法安全自评估报告》", "2,360 人") in conflicts(found)


def test_only_what_changed_is_read_again(session: Session, tmp_path: Path) -> None:
    folder = tmp_path / "材料"
    folder.mkdir()
    for n in range(4):
        (folder / f"{n}.txt").write_text(f"第{n}份。算法名称：示例智联客服对话生成算法", encoding="utf-8")
    checker = Checker()
    first = checker.run(session, files=[folder])
    assert first.read_again >= 4 and not first.conflicts
    assert checker.run(session, files=[folder]).read_again == 0
    (folder / "2.txt").write_text("算法名称：别的算法", encoding="utf-8")
    again = checker.run(session, files=[folder])
    assert again.read_again == 1 and conflicts(again) == [("algorithm-name", "2.txt", "别的算法")]
    # Other facts judge the same texts anew.
    session.set("algorithm.name", "别的算法")
    third = checker.run(session, files=[folder])
    assert third.read_again == 0
    assert {name for row, name, _ in conflicts(third) if row == "algorithm-name"} >= {
        "0.txt",
        "1.txt",
        "3.txt",
    }


def test_an_attachment_is_read_once_wherever_it_hangs(session: Session, tmp_path: Path) -> None:
    copy = tmp_path / "同一份.txt"
    copy.write_text("算法名称：别的算法", encoding="utf-8")
    session.attach_file("evidence[0].files", copy)
    session.attach_file("evidence[1].files", copy)
    found = Checker().run(session, files=[copy])
    assert conflicts(found) == [("algorithm-name", "同一份.txt", "别的算法")]


def test_a_contract_of_the_other_side_may_speak_of_itself(session: Session, tmp_path: Path) -> None:
    text = "乙方：示例云计算（上海）有限公司\n法定代表人：赵样云\n单位名称：示例云计算（上海）有限公司\n绝对可靠。\n"
    for name in ("算力合同.txt", "说明.txt"):
        (tmp_path / name).write_text(text + name, encoding="utf-8")
    found = Checker().run(session, files=[tmp_path / "算力合同.txt", tmp_path / "说明.txt"])
    assert {name for _row, name, _found in conflicts(found)} == {"说明.txt"}
    assert {file.source.name for file, _claim in found.claims} == {"说明.txt"}


def test_a_promised_attachment_is_looked_for_among_all_that_goes_along(
    session: Session, tmp_path: Path
) -> None:
    (tmp_path / "说明.txt").write_text("测试过程见附件《渗透测试报告》。", encoding="utf-8")
    (tmp_path / "渗透测试报告.txt").write_text("测试。", encoding="utf-8")
    alone = Checker().run(session, files=[tmp_path / "说明.txt"])
    assert [kind for kind, _ in claims(alone)] == ["attachment"]
    both = Checker().run(session, files=[tmp_path / "说明.txt", tmp_path / "渗透测试报告.txt"])
    assert not both.claims


def test_a_policy_that_is_only_planned_is_not_told_as_established(session: Session, tmp_path: Path) -> None:
    session.set("policies[1].state", "拟建立")
    (tmp_path / "说明.txt").write_text(
        "公司已发布《科技伦理审查管理办法》。\n公司拟制定《用户注册与账号管理办法》。\n", encoding="utf-8"
    )
    found = Checker().run(session, files=[tmp_path / "说明.txt"])
    told = [claim.message for file, claim in found.claims if file.source.name == "说明.txt"]
    assert any("拟建立" in words and "科技伦理" in words for words in told)
    assert any("已经发布" in words and "用户注册" in words for words in told)


def test_a_promised_screenshot_must_be_there(session: Session, tmp_path: Path) -> None:
    import base64

    pixel = base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABh6FO1AAAAABJRU5ErkJggg=="
    )
    from docx import Document

    picture = tmp_path / "p.png"
    picture.write_bytes(pixel)
    for name, with_picture in (("有图.docx", True), ("无图.docx", False)):
        document = Document()
        document.add_paragraph("显式标识的效果如下图所示。")
        if with_picture:
            document.add_picture(str(picture))
        document.save(str(tmp_path / name))
    found = Checker().run(session, files=[tmp_path / "有图.docx", tmp_path / "无图.docx"])
    assert [(f.source.name, c.rule.id) for f, c in found.claims] == [("无图.docx", "screenshot")]


def test_facts_that_are_blank_expect_nothing(tmp_path: Path) -> None:
    session = Workspace(who=lambda: "测试员").create(tmp_path / "空.fdproj")
    try:
        (tmp_path / "a.txt").write_text("算法名称：某算法\n上线时间：2026年9月3日", encoding="utf-8")
        assert not Checker().run(session, files=[tmp_path / "a.txt"]).conflicts
    finally:
        session.close()


def test_progress_is_told_and_cancelling_stops(session: Session) -> None:
    told: list[Progress] = []
    Checker().run(session, report=told.append)
    assert told[-1].text == "核对完成" and any(p.total and p.done for p in told)
    cancel = Cancel()
    cancel.set()
    with pytest.raises(Cancelled):
        Checker().run(session, cancel=cancel)


def test_a_report_that_leaves_steps_of_the_algorithm_out(session: Session, tmp_path: Path) -> None:
    nodes = [node.name for node in session.facts.algorithm.flow]
    (tmp_path / "全.txt").write_text("\n".join(nodes), encoding="utf-8")
    (tmp_path / "缺.txt").write_text("\n".join(nodes[:-2]), encoding="utf-8")
    (tmp_path / "别的.txt").write_text(nodes[0], encoding="utf-8")
    found = Checker().run(session, files=[tmp_path / name for name in ("全.txt", "缺.txt", "别的.txt")])
    states = {f.source.name: f.cells["flow-nodes"].state for f in found.files if f.source.kind == "file"}
    assert states == {"全.txt": "same", "缺.txt": "conflict", "别的.txt": "absent"}
    assert ("flow-nodes", "缺.txt", f"缺：{nodes[-2]}、{nodes[-1]}") in conflicts(found)


def test_a_proof_must_speak_of_the_model_it_proves(session: Session, tmp_path: Path) -> None:
    proof = tmp_path / "服务合同.txt"
    proof.write_text("甲方委托乙方提供网络维护服务。", encoding="utf-8")
    session.set("algorithm.models[3].proof", [])
    session.attach_file("algorithm.models[3].proof", proof)
    wrong = Checker().run(session)
    assert [(row, name) for row, name, _ in conflicts(wrong)] == [("third-name/m4", "服务合同.txt")]
    proof.write_text("乙方示例云计算（上海）有限公司提供图像审核服务。", encoding="utf-8")
    session.set("algorithm.models[3].proof", [])
    session.attach_file("algorithm.models[3].proof", proof)
    assert not Checker().run(session).conflicts


def test_a_rate_worked_out_of_the_counts_is_no_number_from_nowhere(session: Session, tmp_path: Path) -> None:
    session.set("large_model.evaluation.refusal_refused", "373")
    (tmp_path / "说明.txt").write_text(
        "应拒答题的拒答率为93.25%。\n应拒答题的拒答率为94.25%。\n", encoding="utf-8"
    )
    found = Checker().run(session, files=[tmp_path / "说明.txt"])
    assert [(c.where, c.rule.id) for f, c in found.claims] == [("第 2 行", "number")]


def test_the_incomplete_sample_shows_its_planted_faults(tmp_path: Path) -> None:
    """A wrong name of the subject in one fact, and a summary that praises itself: found in the papers, nothing else."""
    session = create_sample(Workspace(who=lambda: "测试员"), tmp_path / "缺.fdproj", "incomplete")
    try:
        found = Checker().run(session)
    finally:
        session.close()
    assert {(row, words) for row, _file, words in conflicts(found)} == {
        ("subject-name", "示例智联科技有限公司")
    }
    assert {words for kind, words in claims(found)} == {"行业领先"}
