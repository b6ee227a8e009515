"""Sentences change with type, role, origin and answers, and say nothing that the facts do not carry."""

import copy
import re
from collections.abc import Callable
from typing import Any

import pytest

from filingdesk.documents.blocks import Document, Heading, SignaturePlace, paras_of, plain_text
from filingdesk.documents.paper import Paper, load_papers
from filingdesk.documents.render import render
from filingdesk.domain.completeness import lookup
from filingdesk.domain.conditions import holds
from filingdesk.domain.facts import Facts
from filingdesk.domain.flat import from_plain, get
from filingdesk.domain.paths import parent_of
from filingdesk.domain.specs import FieldSpec, label_of, spec_of
from filingdesk.infra.resources import resource_path
from golden.papers.support import REGISTERED

Say = Callable[..., Document]
IDS = [paper.id for paper in load_papers(resource_path("templates"))]
TYPES = ("生成合成类", "个性化推送类", "排序精选类", "检索过滤类", "调度决策类")

VARIANTS: dict[str, dict[str, Any]] = {
    "as it is": {},
    "recommends": {"algorithm.types": ["个性化推送类"]},
    "ranks": {"algorithm.types": ["排序精选类"]},
    "retrieves": {"algorithm.types": ["检索过滤类"]},
    "dispatches": {"algorithm.types": ["调度决策类"]},
    "all types": {"algorithm.types": list(TYPES)},
    "supporter": {"algorithm.role": "服务技术支持者"},
    "not launched": {"algorithm.launched": "否"},
    "own model": {"large_model.development.origin": "自研"},
    "tuned filed model": {"large_model.development.origin": "微调已备案模型"},
    "no annotation": {"large_model.annotation.involved": "否"},
    "no personal data": {"large_model.personal_data.kinds": "不收集"},
    "any domain": {"large_model.domain_limited": "未限定领域"},
    "no origin": {"large_model.development.origin": ""},
    "no types": {"algorithm.types": []},
    "registers": REGISTERED,
    "registers, no limits": {**REGISTERED, "large_model.domain_limited": "未限定领域"},
}


def _blank_but(plain: dict[str, Any], keep: set[str], prefix: str = "") -> dict[str, Any]:
    """The filing with records and `keep` only: what is asked for once the questions that decide are answered."""
    out: dict[str, Any] = {}
    for name, value in plain.items():
        path = f"{prefix}.{name}" if prefix else name
        if isinstance(value, dict):
            out[name] = _blank_but(value, keep, path)
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            out[name] = [_blank_but(item, keep, path) for item in value]
        elif name in {"id", "kind", "role", "origin", "personal_data", "state"} or path in keep:
            out[name] = value
    return out


def _changed(plain: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    tree = copy.deepcopy(plain)
    for path, value in changes.items():
        node = tree
        *way, last = path.split(".")
        for step in way:
            node = node[step]
        node[last] = value
    return tree


def _is_asked(facts: Facts, path: str) -> bool:
    """Whether the window asks for the field: its own condition and those of everything above it."""

    def lookup(at: str) -> Any:
        return get(facts, at)

    at = path
    while at:
        spec = spec_of(at)
        if spec is not None and not holds(spec.meta.visible_when, lookup, parent_of(at)):
            return False
        at = parent_of(at)
    return True


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("paper", IDS)
def test_a_paper_never_misses_what_is_not_asked(
    paper: str, variant: str, papers: dict[str, Paper], plain_full: dict[str, Any], data_full: dict[str, Any]
) -> None:
    """A gap that nobody can fill would keep the final from being made for ever."""
    tree = _changed(plain_full, VARIANTS[variant])
    deciding = {
        "algorithm.types",
        "algorithm.launched",
        "large_model.annotation.involved",
        "large_model.domain_limited",
        "large_model.route",
        "large_model.trial_accounts.api",
        "delegation.used",
        "followup.papers",
    }
    for plain in (tree, _blank_but(tree, deciding | set(VARIANTS[variant]))):
        facts, problems = from_plain(plain)
        assert not problems
        if not holds(papers[paper].spec.condition, lookup(facts)):
            continue
        document = render(papers[paper], facts, label_of, data_full)
        # Either a filing number or the reason why there is none: each alone is optional.
        either_or = {"algorithm.result.number"}
        unfillable = [
            g.path for g in document.gaps if not g.path.startswith("@") and not _is_asked(facts, g.path)
        ]
        optional = [
            g.path
            for g in document.gaps
            if isinstance(spec := spec_of(g.path), FieldSpec)
            and spec.meta.optional
            and g.path not in either_or
        ]
        assert unfillable == []
        assert optional == []


@pytest.mark.parametrize("paper", IDS)
def test_a_blank_filing_claims_nothing(paper: str, papers: dict[str, Paper]) -> None:
    document = render(papers[paper], Facts(), label_of)
    text = plain_text(document)
    if papers[paper].body.strip().startswith("{#"):
        assert document.gaps == ()  # a spreadsheet: nothing to print
        return
    assert document.gaps
    assert "☑" not in text
    facts = [
        run
        for block in document.blocks
        for para in paras_of(block)
        for run in para
        if run.fact and not run.gap
    ]
    # What is printed for a blank field is an empty box or the word for "none given" of an optional field.
    assert {run.text.lstrip("☐").strip("　") for run in facts if "☐" not in run.text} <= {"无", "暂未公示"}


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("paper", IDS)
def test_no_doubled_punctuation(paper: str, variant: str, say: Say) -> None:
    text = plain_text(say(paper, VARIANTS[variant]))
    assert not re.search(r"。。|，，|；；|：：|。，|，。|；。|、。|（）|“”|《》|[\ue000-\uf8ff]", text)


def test_units_are_written_once(say: Say) -> None:
    typed = {
        "safety_office.staff_actual": "9人",
        "algorithm.products.0.monthly_active_users": "约 1.2 万人",
        "large_model.governance.foreign_share": "8.6%",
        "large_model.service.opt_out_clicks": "3 次",
    }
    text = "".join(plain_text(say(paper, typed)) for paper in ("self-assessment", "safety-report"))
    assert "实配9人。" in text
    assert "约 1.2 万人" in text and "人人" not in text
    assert "8.6%" in text and "%%" not in text
    assert "3 次。" in text and "次次" not in text
    assert "境外语料占比8.6%" in plain_text(
        say("safety-report", {"large_model.governance.foreign_share": "8.6"})
    )


STATUTORY = {
    "生成合成类": ("显式标识", "隐式标识", "防止虚假新闻"),
    "个性化推送类": ("用户模型与标签管理", "关闭个性化选项与删除标签", "内容去重与打散"),
    "排序精选类": ("重点环节人工干预", "防止操纵榜单"),
    "检索过滤类": ("违法和不良信息特征库", "防止操纵检索结果"),
    "调度决策类": ("劳动者权益保障", "防止不合理差别待遇"),
}


@pytest.mark.parametrize("kind", TYPES)
def test_self_assessment_has_the_sections_of_its_type_and_no_other(kind: str, say: Say) -> None:
    document = say("self-assessment", {"algorithm.types": [kind]})
    headings = {block.runs[0].text for block in document.blocks if isinstance(block, Heading) and block.runs}
    for other, sections in STATUTORY.items():
        for section in sections:
            assert (section in headings) is (other == kind), section
    text = plain_text(document)
    assert ("不涉及生成合成内容的显式标识和隐式标识" in text) is (kind != "生成合成类")
    # Ticked: type, role, launched, kind of filing, and for a generating one that it is deep synthesis.
    assert f"☑{kind}" in text
    assert text.count("☑") == (5 if kind == "生成合成类" else 4)


def test_deep_synthesis_is_asked_of_generating_algorithms_only(say: Say) -> None:
    assert "是否深度合成" in plain_text(say("self-assessment"))
    assert "是否深度合成" not in plain_text(say("self-assessment", {"algorithm.types": ["排序精选类"]}))


def test_supporter_describes_the_technical_service_instead_of_products(say: Say) -> None:
    provider, supporter = (
        plain_text(say("self-assessment", {"algorithm.role": role}))
        for role in ("服务提供者", "服务技术支持者")
    )
    assert "产品名称甲" in provider and "技术服务方式" not in provider
    assert "产品名称甲" not in supporter and "以API、SDK方式提供技术支持" in supporter


@pytest.mark.parametrize(
    ("origin", "said", "unsaid"),
    [
        ("自研", "由提供方甲自行研制", "许可协议"),
        ("开源模型", "由提供方甲发布，适用的开源许可协议为开源许可协议甲", "算法备案号"),
        ("微调开源模型", "以开源模型基座模型甲为基座微调得到", "算法备案号"),
        ("第三方模型", "算法备案号为网信算备", "许可协议"),
    ],
)
def test_each_model_is_told_by_its_origin(
    origin: str, said: str, unsaid: str, say: Say, plain_full: dict[str, Any]
) -> None:
    one = {**plain_full["algorithm"]["models"][0], "origin": origin}
    text = plain_text(say("self-assessment", {"algorithm.models": [one]}))
    section = text[text.index("1.模型名称甲") : text.index("干预策略")]
    assert said in section
    assert unsaid not in section


@pytest.mark.parametrize(
    ("origin", "said"),
    [
        ("自研", "自行研制"),
        ("微调开源模型", "以开源模型基座模型及版本（提供方：基座提供方）为基座微调得到"),
        ("微调已备案模型", "备案号：Shanghai-ShiLi-20260115）为基座微调得到"),
    ],
)
def test_large_model_is_told_by_its_origin(origin: str, said: str, say: Say) -> None:
    report = plain_text(say("safety-report", {"large_model.development.origin": origin}))
    form = plain_text(say("application-form", {"large_model.development.origin": origin}))
    assert said in report
    assert f"☑{origin}" in form
    assert ("基座模型及版本" in form) is (origin != "自研")
    assert ("Shanghai-ShiLi" in form) is (origin == "微调已备案模型")


def test_no_annotation_is_not_involved_with_the_reason(say: Say) -> None:
    without = {"large_model.annotation.involved": "否"}
    report, form = (plain_text(say(paper, without)) for paper in ("safety-report", "application-form"))
    assert "本模型不涉及语料标注。" in report and "（不涉及的理由）说明。" in report
    assert "标注团队" not in report and "标注目标" not in report
    assert "☑否" in form and "（不涉及的理由）说明。" in form and "标注人员" not in form


def test_only_an_issued_policy_is_called_issued(say: Say) -> None:
    text = plain_text(
        say("responsibility", {"policies.0.state": "拟建立", "policies.0.title": "示例审核办法"})
    )
    assert "《示例审核办法》尚未发布，以下为拟定的内容。" in text
    assert "《示例审核办法》已于" not in text
    assert "示例审核办法" not in text[text.index("所附制度文件如下") :]
    own = plain_text(
        say("self-assessment", {"policies.0.state": "拟建立", "policies.0.title": "示例审核办法"})
    )
    assert "拟建立、尚未发布的制度为《示例审核办法》" in own


def test_a_missing_policy_is_a_gap_in_its_section(say: Say, plain_full: dict[str, Any]) -> None:
    kept = [policy for policy in plain_full["policies"] if policy["kind"] != "科技伦理审查"]
    document = say("responsibility", {"policies": kept})
    assert [gap.label for gap in document.gaps] == ["科技伦理审查制度"]


def test_algorithm_filing_is_a_plain_fact_in_the_form(say: Say) -> None:
    number = {"algorithm.result.number": "", "algorithm.result.number_pending_reason": "已提交，等待审核"}
    assert "尚未取得备案号：已提交，等待审核。" in plain_text(say("application-form", number))
    neither = say("application-form", {**number, "algorithm.result.number_pending_reason": ""})
    assert [gap.path for gap in neither.gaps] == ["algorithm.result.number"]


def test_rates_are_told_as_they_are(say: Say) -> None:
    lines = plain_text(say("safety-report")).splitlines()
    at = lines.index("生成内容人工抽检合格率")
    assert lines[at + 3 : at + 7] == ["88%", "85.83%～89.87%", "≥90%", "未达到"]
    at = lines.index("非拒答题拒答率")
    assert lines[at + 3 : at + 7] == ["2.25%", "1.19%～4.22%", "≤5%", "达到"]


def test_missing_computed_data_is_a_gap(say: Say) -> None:
    labels = {gap.label for gap in say("safety-report", {}, {}).gaps}
    annexes = {f"附件（{i}）" for i in ("annotation-rules", "service-agreement", "privacy-policy")}
    assert labels == {"评估参考的标准", "关键词库数量", "测试题库数量", "逐条评估结论", *annexes}


def test_a_clause_without_a_conclusion_is_a_gap(say: Say, data_full: dict[str, Any]) -> None:
    clauses = [{**data_full["clauses"][0], "conclusion": ""}]
    assert [gap.label for gap in say("safety-report", {}, {**data_full, "clauses": clauses}).gaps] == [
        "本条结论"
    ]


def test_the_pack_of_rules_is_not_a_source(say: Say) -> None:
    text = plain_text(say("safety-report"))
    assert "参考《网络安全技术 生成式人工智能服务安全基本要求》（GB/T 45654-2025）。" in text
    assert "自查规则" not in text


@pytest.mark.parametrize("paper", IDS)
def test_identity_numbers_stand_nowhere(paper: str, say: Say) -> None:
    assert "110101190001010014" not in plain_text(say(paper))


def test_phones_stand_only_where_the_form_asks(say: Say) -> None:
    with_phone = {paper for paper in IDS if re.search(r"1380000\d{4}", plain_text(say(paper)))}
    assert with_phone == {
        "self-assessment",
        "application-form",
        "registration-form",
        "trial-access",
        "authorization-algorithm",
        "authorization-large-model",
    }


def test_signatures_are_left_to_the_pen(say: Say) -> None:
    for paper in ("self-assessment", "safety-report", "application-form", "commitment"):
        places = [b for b in say(paper).blocks if isinstance(b, SignaturePlace)]
        assert places
        assert all(not place.who or place.seal for place in places), paper
    assert len([b for b in say("safety-report").blocks if isinstance(b, SignaturePlace)]) == 3


def test_commitment_says_where_the_official_text_is(say: Say) -> None:
    assert "以备案系统下载的《算法备案承诺书》模板为准" in plain_text(say("commitment"))


def test_the_list_of_materials_names_every_file_and_its_pages_where_known(
    say: Say, data_full: dict[str, Any]
) -> None:
    assert "页数\n备注\n1\n示例文件一\ndocx\n—\n2\n示例文件二\npdf\n8\n盖章" in plain_text(
        say("materials-list")
    )
    unknown = {**data_full, "files": [{**file, "pages": None} for file in data_full["files"]]}
    assert "格式\n备注\n1\n示例文件一\ndocx\n2\n示例文件二\npdf\n盖章" in plain_text(
        say("materials-list", {}, unknown)
    )


def test_the_list_of_materials_names_the_filing(say: Say, data_full: dict[str, Any]) -> None:
    assert "大模型备案" in plain_text(say("materials-list"))
    other = plain_text(say("materials-list", {}, {**data_full, "stage": "algorithm"}))
    assert "备案事项\n算法备案" in other and "大模型" not in other
