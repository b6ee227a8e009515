"""雷同自查: what is copied is found, what is one's own is not; the advice names fields; nothing is written anywhere."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filingdesk.domain.errors import Cancelled, UserError
from filingdesk.domain.jobs import Cancel, Progress
from filingdesk.services import boilerplate, shingles
from filingdesk.services.boilerplate import HeatMap, Paragraph, examine
from filingdesk.services.session import Session
from filingdesk.services.workspace import Workspace

THEIRS = (
    "样本云帆科技有限公司的云帆客服助手每周由内容安全组抽检三百条会话，凡是引用过期价格的答复当天下线，"
    "责任编辑两日内补写依据；连续两周错误率上升的，云帆客服助手停用该知识库并由组长签字后才恢复。"
)
RENAMED = THEIRS.replace("样本云帆科技有限公司", "示例海棠信息有限公司").replace("云帆客服助手", "海棠问答")
OWN = (
    "我们把投诉分成三档：涉及人身安全的由值班经理接听后半小时内回电；普通差评记入工单，次日早会逐条读；"
    "建议类的每月挑五条写进产品计划，并在公告栏写明采纳与否的理由。"
)
FIELD = "algorithm.assessment.further"


@pytest.fixture
def workspace() -> Workspace:
    return Workspace(who=lambda: "陈样例", clock=lambda: datetime(2026, 11, 23, tzinfo=UTC))


@pytest.fixture
def session(workspace: Workspace, tmp_path: Path) -> Iterator[Session]:
    made = workspace.create(tmp_path / "mine")
    yield made
    made.close()


@pytest.fixture
def other(workspace: Workspace, tmp_path: Path) -> Path:
    made = workspace.create(tmp_path / "别家项目")
    made.set("algorithm.control.content_governance", THEIRS)
    path = made.path
    made.close()
    return path


def of_field(found: HeatMap, text: str) -> Paragraph:
    return next(p for p in found.paragraphs if p.paper == "self-assessment" and text[:20] in p.text)


def test_a_copied_paragraph_is_found_with_its_place(
    session: Session, workspace: Workspace, other: Path
) -> None:
    session.set(FIELD, THEIRS)
    found = of_field(examine(session, workspace, [other]), THEIRS)
    assert found.score >= 0.9
    assert found.level == "几乎相同"
    assert found.match is not None
    assert (found.match.kind, found.match.where) == ("project", "别家项目")
    assert "内容生态治理" in found.match.place
    assert found.match.text == THEIRS
    start, end = found.match.spans[0]
    assert found.text[start:end] in THEIRS
    assert end - start > 80
    assert found.facts[0][0] == FIELD
    assert found.facts[0][1] in found.advice


def test_changed_names_do_not_hide_a_copy(session: Session, workspace: Workspace, other: Path) -> None:
    session.set(FIELD, RENAMED)
    found = of_field(examine(session, workspace, [other]), RENAMED)
    assert 0.6 <= found.score < 1.0
    assert found.match is not None
    assert all("云帆" not in found.text[a:b] for a, b in found.match.spans)


def test_a_paragraph_of_one_s_own_is_cold(session: Session, workspace: Workspace, other: Path) -> None:
    session.set(FIELD, OWN)
    found = of_field(examine(session, workspace, [other]), OWN)
    assert found.score < 0.3
    assert found.level == "基本是自己的话"
    assert found.advice == ""


def test_an_example_taken_over_is_found(session: Session, workspace: Workspace) -> None:
    from filingdesk.domain.specs import fields

    good = fields()["safety_office.duties"].meta.good
    session.set("safety_office.duties", good)
    found = next(p for p in examine(session, workspace).paragraphs if good in p.text)
    assert found.match is not None
    assert found.match.kind == "sample"
    assert found.score >= 0.9
    assert "示例只示范写法" in found.advice


def test_the_template_s_words_are_told_apart_from_the_project_s(
    session: Session, workspace: Workspace
) -> None:
    paragraphs = examine(session, workspace).paragraphs
    declared = next(p for p in paragraphs if "本单位已对本算法进行安全自评估" in p.text)
    assert declared.match is not None
    assert declared.match.kind == "template"
    assert declared.template == declared.score == 1.0
    named = next(p for p in paragraphs if p.paper == "self-assessment" and p.match and p.facts)
    assert named.match is not None
    for path, label in named.facts:
        assert not session.value(path)
        assert f"「{label}」" in named.advice


def test_an_answer_that_takes_over_the_template_s_words_is_found(
    session: Session, workspace: Workspace
) -> None:
    words = "本单位已对本算法进行安全自评估，并对本报告及所附材料的真实性、准确性和完整性负责。"
    session.set(FIELD, words)
    found = next(
        p for p in examine(session, workspace).paragraphs if words in p.text and p.facts and p.template == 0.0
    )
    assert found.match is not None
    assert found.match.kind == "template"
    assert found.score >= 0.9
    assert found.facts[0][0] == FIELD
    assert "请写本单位实际怎么做" in found.advice


def test_an_earlier_paper_is_read_and_a_broken_one_is_listed(
    session: Session, workspace: Workspace, tmp_path: Path
) -> None:
    folder = tmp_path / "去年的材料"
    folder.mkdir()
    (folder / "自评估.txt").write_text(f"第一段别的话，与这里无关。\n\n{THEIRS}\n", encoding="utf-8")
    (folder / "坏的.docx").write_bytes(b"not a zip")
    (folder / "~$自评估.docx").write_bytes(b"lock")
    session.set(FIELD, THEIRS)
    result = examine(session, workspace, [folder])
    found = of_field(result, THEIRS)
    assert found.score >= 0.9
    assert found.match is not None
    assert (found.match.kind, found.match.where) == ("earlier", "自评估.txt")
    assert [s.name for s in result.skipped] == ["坏的.docx"]
    assert ("earlier", "自评估.txt", 2) in result.sources


def test_nothing_is_written_and_the_project_itself_is_no_source(
    session: Session, workspace: Workspace, other: Path
) -> None:
    session.set(FIELD, THEIRS)
    before, theirs = session.revision, other.read_bytes()
    entries = dict(session.marks("@"))
    result = examine(session, workspace, [other.parent])
    assert session.revision == before
    assert dict(session.marks("@")) == entries
    assert other.read_bytes() == theirs
    assert not [p for p in other.parent.iterdir() if p.name.startswith(other.name) and p != other]
    assert {name for kind, name, _count in result.sources if kind == "project"} == {"别家项目"}


def test_same_facts_same_map(session: Session, workspace: Workspace, other: Path) -> None:
    session.set(FIELD, RENAMED)
    assert examine(session, workspace, [other]) == examine(session, workspace, [other])


def test_it_reports_and_stops_when_told(session: Session, workspace: Workspace, other: Path) -> None:
    seen: list[Progress] = []
    examine(session, workspace, [other], report=seen.append)
    assert seen[-1].done == seen[-1].total > 5
    cancel = Cancel()
    cancel.set()
    with pytest.raises(Cancelled):
        examine(session, workspace, [other], cancel=cancel)


def test_a_missing_path_is_named(session: Session, workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="没有这个"):
        examine(session, workspace, [tmp_path / "没有这个"])


def test_the_page_makes_no_claim_about_the_office() -> None:
    assert "不是主管部门的查重" in boilerplate.DISCLAIMER


# ---- shingles ----


def jaccard(a: str, b: str) -> float:
    one, two = (set(shingles.shingled(t).hashes.tolist()) for t in (a, b))
    return len(one & two) / len(one | two)


def test_marks_width_and_case_do_not_matter() -> None:
    a, b = shingles.shingled("Ａ模型，每周 抽检！3 次"), shingles.shingled("a模型每周抽检３次")
    assert a.hashes.tolist() == b.hashes.tolist()
    assert len(shingles.shingled("四个字呀")) == 0


def test_signatures_tell_how_alike_two_texts_are() -> None:
    a, b = (shingles.shingled(text).hashes for text in (THEIRS, RENAMED))
    one, two = shingles.signatures([a, b])
    assert abs(float(np.mean(one == two)) - jaccard(THEIRS, RENAMED)) < 0.2
    assert np.array_equal(shingles.signatures([a]), shingles.signatures([b, a])[1:])


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text("甲乙丙丁戊己庚辛壬癸", min_size=5, max_size=60), min_size=1, max_size=8))
def test_every_text_finds_itself(texts: list[str]) -> None:
    hashes = [shingles.shingled(text).hashes for text in texts]
    for number, near in enumerate(shingles.Index(hashes).near(hashes)):
        assert number in near
        assert shingles.shared(hashes[number], hashes[number]).all()


def test_texts_too_short_for_a_shingle_are_left_out() -> None:
    hashes = [shingles.shingled(text).hashes for text in ("短", THEIRS)]
    assert list(shingles.Index(hashes).near([*hashes, hashes[0]])) == [[], [1], []]
    assert list(shingles.Index([]).near([hashes[1]])) == [[]]
