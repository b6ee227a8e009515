"""The templates themselves: every field exists, every fact reaches a paper, names and order are those of the package."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jinja2 import Environment, nodes

from filingdesk.documents.blocks import plain_text
from filingdesk.documents.paper import Paper, load_papers
from filingdesk.documents.render import render, write
from filingdesk.domain import conditions
from filingdesk.domain.completeness import lookup
from filingdesk.domain.facts import Facts
from filingdesk.domain.flat import from_plain
from filingdesk.domain.paths import pattern_of
from filingdesk.domain.specs import FieldSpec, by_pattern, fields, label_of, spec_of
from filingdesk.infra.resources import resource_path
from golden.papers.support import full_facts

PAPERS = load_papers(resource_path("templates"))
PRINTED = [paper for paper in PAPERS if "xlsx" not in paper.spec.formats]
ROOTS = set(Facts.model_fields)

ELSEWHERE = (
    # Decides which filings are due and feeds the diagnosis; nothing of it is handed in.
    r"intake\..*",
    # Typed into the portal or handed in as a file of their own; no paper of these prints them.
    r"subject\.(kind|aliases|province|city|district|website|icp_number|icp_holder)",
    r"licence\..*",
    r"permits\[\]\..*",
    r"legal_representative\.(id_kind|id_number|id_photo)",
    r"safety_officer\.(id_kind|id_number|email)",
    r"contacts\[\]\.email",
    r"evidence\[\]\.(taken_on)",
    r"algorithm\.public_opinion",
    # A file that the drawing is made from.
    r"algorithm\.architecture",
    r"algorithm\.result\.(subject_state|state|link)",
    # Decides where a paper goes.
    r"large_model\.trial_accounts\.in_bundle",
    r"large_model\.result\.(state|filed_on)",
    r"delegation\.used",
    # Reach papers as computed sentences; tests/unit/services/test_industries.py holds that each does.
    r"industry\..*",
)

ALGORITHMS = [
    {
        "id": "a1",
        "name": "示例资料排序算法",
        "types": ["排序精选类"],
        "role": "服务提供者",
        "number": "网信算备330106000000000000001号",
        "filed_on": "2026-05-06",
        "link": "https://example.cn/filing",
        "use": "对检索到的资料排序",
    },
    {"id": "a2", "name": "示例检索算法", "pending_reason": "已提交，等待审核"},
]


def _pattern(node: nodes.Node, scope: dict[str, str]) -> str | None:
    """`large_model.service.users` behind an expression; None when it does not begin at a fact."""
    match node:
        case nodes.Name():
            return scope.get(node.name, node.name if node.name in ROOTS else None)
        case nodes.Getattr():
            base = _pattern(node.node, scope)
            return f"{base}.{node.attr}" if base is not None else None
    return None


def _walk(node: nodes.Node, scope: dict[str, str]) -> Iterator[tuple[str, int]]:
    """Every path that a template asks for, with its line; `{% set %}` and `{% for %}` names are followed."""
    if isinstance(node, nodes.Assign) and isinstance(node.target, nodes.Name):
        path = _pattern(node.node, scope)
        if path is not None and not isinstance(spec_of(path), FieldSpec):
            scope[node.target.name] = path
    if isinstance(node, nodes.For) and isinstance(node.target, nodes.Name):
        path = _pattern(node.iter, scope)
        if path is not None:
            yield path, node.lineno
            inner = {**scope, node.target.name: f"{path}[]"}
            for child in (*node.body, *node.else_, *([node.test] if node.test else [])):
                yield from _walk(child, inner)
            return
    if isinstance(node, nodes.Macro):
        scope = {name: path for name, path in scope.items() if name not in {arg.name for arg in node.args}}
    path = _pattern(node, scope)
    if path is not None:
        yield path, node.lineno
        return
    for child in node.iter_child_nodes():
        yield from _walk(child, scope)


def _asked(source: str) -> list[tuple[str, int]]:
    return list(_walk(Environment(trim_blocks=True, lstrip_blocks=True).parse(source), {}))


def _sources() -> list[tuple[str, str]]:
    shared = resource_path("templates", "_shared")
    parts = [(paper.place, paper.body) for paper in PAPERS]
    parts += [(f"{paper.id}/paper.yaml", paper.spec.subtitle + paper.spec.header) for paper in PAPERS]
    return parts + [(path.name, path.read_text(encoding="utf-8")) for path in sorted(shared.glob("*.md"))]


def test_every_field_a_template_names_exists() -> None:
    """Also in branches that no sample ever enters."""
    known = by_pattern()
    wrong = [
        f"{place}:{line} {path}"
        for place, text in _sources()
        for path, line in _asked(text)
        if path not in known and path.removesuffix("[]") not in known
    ]
    assert wrong == []
    assert len({path for _, text in _sources() for path, _ in _asked(text)}) > 200  # the walk does see them


def test_the_walk_would_see_a_wrong_name() -> None:
    text = "{% for p in algorithm.products %}{% for f in p.functions %}{{ f.nam }}{% endfor %}{% endfor %}"
    assert "algorithm.products[].functions[].nam" in {path for path, _ in _asked(text)}


def test_signatures_and_needs_name_fields() -> None:
    for paper in PAPERS:
        for place in paper.spec.signatures:
            assert not place.who or place.who in fields(), (paper.id, place.who)
        for path in paper.spec.needs:
            assert pattern_of(path) in by_pattern(), (paper.id, path)


def _used(plain: dict[str, Any], data: dict[str, Any], changes: tuple[tuple[str, str, Any], ...]) -> set[str]:
    found: set[str] = set()
    for section, name, value in changes:
        facts, _ = from_plain({**plain, section: {**plain[section], name: value}})
        for paper in PRINTED:
            document = render(paper, facts, label_of, data)
            found |= {pattern_of(path) for path in document.used}
            text = plain_text(document)
            assert text
    return found


def test_every_fact_reaches_a_paper(plain_full: dict[str, Any], data_full: dict[str, Any]) -> None:
    """What is entered and printed nowhere is either a fault here or listed above with its reason."""
    types = ["生成合成类", "个性化推送类", "排序精选类", "检索过滤类", "调度决策类"]
    used = _used(
        plain_full,
        data_full,
        (
            ("algorithm", "types", types),
            ("algorithm", "role", "服务技术支持者"),
            ("large_model", "annotation", {"involved": "否"}),
            ("large_model", "development", {"origin": "微调已备案模型"}),
            ("algorithm", "result", {}),
            ("large_model", "route", "登记"),
            ("large_model", "algorithms", ALGORITHMS),
        ),
    )
    unused = {path for path in fields() if path not in used}
    listed = re.compile("|".join(f"(?:{pattern})" for pattern in ELSEWHERE))
    assert {path for path in unused if not listed.fullmatch(path)} == set()
    assert {path for path in used if listed.fullmatch(path)} == set()


def test_every_clause_is_one_of_the_packs() -> None:
    known = {
        clause["id"]
        for path in resource_path("rulesets").glob("*/clauses.yaml")
        for clause in yaml.safe_load(path.read_text(encoding="utf-8"))
    }
    cited = {(paper.id, clause) for paper in PAPERS for clause in paper.spec.clauses}
    for place, text in _sources():
        for call in re.findall(r"clause\(([^)]*)\)", text):
            cited |= {(place, clause) for clause in re.findall(r'"([^"]+)"', call)}
    assert {(place, clause) for place, clause in cited if clause not in known} == set()


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.id)
def test_paper_yaml_is_sound(paper: Paper) -> None:
    conditions.validate(paper.spec.condition)
    for path in conditions.paths_in(paper.spec.condition):
        assert path in by_pattern()
    assert paper.id == Path(paper.place).parts[0]
    assert paper.spec.source is not None
    # Windows refuses these in names, and a folder deeper than one is not what the package has.
    for name in (paper.file_name, paper.spec.folder):
        assert not re.search(r'[<>:"/\\|?*\x00-\x1f]|[ .]$', name)


def test_names_and_order_of_the_large_model_package() -> None:
    at = {paper.id: (paper.spec.folder, paper.file_name, paper.spec.formats) for paper in PAPERS}
    form = "生成式人工智能（大语言模型）上线备案申请表"
    assert at["application-form"] == ("0 上线备案申请表", form, ("docx", "pdf"))
    assert at["safety-report"] == ("1 附件1-安全评估报告", "附件1-安全评估报告", ("docx", "pdf"))
    assert at["keywords-list"] == ("4 附件4-拦截关键词列表", "附件4-拦截关键词列表", ("xlsx",))
    assert at["question-bank"] == ("5 附件5-评估测试题", "附件5-评估测试题", ("xlsx",))
    large = [paper.id for paper in PAPERS if paper.spec.stage == "large-model" and not paper.spec.on_request]
    assert large == [
        "application-form",
        "registration-form",
        "safety-report",
        "registration-called-model",
        "service-agreement",
        "privacy-policy",
        "agreement-checklist",
        "annotation-rules",
        "content-safety-policy",
        "keywords-list",
        "question-bank",
        "compute-supply",
        "corpus-lawfulness",
        "filter-report",
        "authorization-large-model",
        "trial-access",
    ]
    algorithm = [paper.id for paper in PAPERS if paper.spec.stage == "algorithm"]
    assert algorithm == [
        "commitment",
        "responsibility",
        "policy-collection",
        "authorization-algorithm",
        "self-assessment",
        "publicity",
        "technical-description",
        "algorithm-agreement-clauses",
        "algorithm-privacy-clauses",
    ]
    assert at["materials-list"][0] == ""


def test_registration_does_not_ask_for_the_filing_papers() -> None:
    filing, registration = (
        {
            p.id
            for p in PAPERS
            if p.id != "compute-supply"
            and conditions.holds(p.spec.condition, lambda path, route=route: route)
        }
        for route in ("备案", "登记")
    )
    assert filing - registration == {
        "application-form",
        "safety-report",
        "annotation-rules",
        "corpus-lawfulness",
    }
    assert registration - filing == {
        "registration-form",
        "registration-called-model",
        "content-safety-policy",
    }


def test_names_and_order_of_the_registration_package() -> None:
    placed = [p.placed(lambda path: "登记" if path == "large_model.route" else "") for p in PAPERS]
    at = {paper.id: (paper.spec.folder, paper.file_name) for paper in placed}
    assert at["registration-form"][0] == "0 登记表"
    assert at["registration-called-model"][0] == "1 附件1-调用已备案大模型情况说明及证明"
    assert at["content-safety-policy"] == ("3 附件3-内容安全管理制度", "附件3-内容安全管理制度")
    assert at["keywords-list"] == ("4 附件4-拦截关键词库", "附件4-拦截关键词库")
    assert at["question-bank"] == ("5 附件5-评估测试题", "附件5-评估测试题")
    assert at["trial-access"] == ("6 测试通道", "测试通道说明")


@pytest.mark.parametrize(("place", "text"), _sources(), ids=lambda value: value if len(value) < 40 else "")
def test_words_are_plain_and_punctuation_is_chinese(place: str, text: str) -> None:
    words = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "□", text, flags=re.S)
    assert not re.search(r"[\u4e00-\u9fff][,;:?!]|[\u4e00-\u9fff]\(|\)[\u4e00-\u9fff]", words), place
    assert not re.search(r"领先|一流|卓越|强大|先进|显著提升|全面保障|国际水平", words), place


@pytest.mark.parametrize("paper", PRINTED, ids=lambda paper: paper.id)
@pytest.mark.parametrize("fmt", ["docx", "html", "pdf"])
def test_every_paper_can_be_written(
    paper: Paper, fmt: str, plain_full: dict[str, Any], data_full: dict[str, Any]
) -> None:
    document = render(paper, full_facts(paper, plain_full), label_of, data_full, draft=False)
    assert len(write(document, fmt)) > 1000


def test_the_sample_filing_leaves_no_gap(data_full: dict[str, Any]) -> None:
    sample = resource_path("samples", "complete", "facts.yaml").read_text(encoding="utf-8")
    facts, problems = from_plain(yaml.safe_load(sample))
    assert not problems
    for paper in PRINTED:
        if not conditions.holds(paper.spec.condition, lookup(facts)):
            continue
        document = render(paper, facts, label_of, data_full)
        assert [gap.path for gap in document.gaps] == [], paper.id
        text = plain_text(document)
        assert not re.search(r"。。|，，|；；|。，|，。|；。|、。|（）|“”|人人|次次|%%", text), paper.id
