"""The declarations of all fields, walked once from the models: labels, kinds, conditions, pages of the window."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel

from filingdesk.domain.facts import Facts
from filingdesk.domain.facts_industry import KEYS
from filingdesk.domain.facts_subject import Item
from filingdesk.domain.meta import LIST_KINDS, FieldMeta, RecordsMeta, SectionMeta
from filingdesk.domain.paths import Step, parse, pattern_of

Stage = Literal["algorithm", "large-model"]
STAGE_TITLES: dict[str, str] = {"algorithm": "算法备案", "large-model": "大模型备案"}
"""What each of the two filings is called, wherever it is shown."""


@dataclass(frozen=True)
class FieldSpec:
    """One leaf: `pattern` is its path with `[]` for records."""

    pattern: str
    meta: FieldMeta

    @property
    def name(self) -> str:
        return self.pattern.rpartition(".")[2]

    @property
    def is_list(self) -> bool:
        return self.meta.kind in LIST_KINDS


@dataclass(frozen=True)
class GroupSpec:
    """A section of leaves, lists and sections."""

    pattern: str
    meta: SectionMeta
    model: type[BaseModel]
    children: tuple["Spec", ...]


@dataclass(frozen=True)
class ListSpec:
    """A list of records; the children's patterns begin with `pattern` + `[]`."""

    pattern: str
    meta: RecordsMeta
    model: type[Item]
    children: tuple["Spec", ...]


Spec = FieldSpec | GroupSpec | ListSpec


def _walk(model: type[BaseModel], prefix: str) -> Iterator[Spec]:
    for name, info in model.model_fields.items():
        if name == "id":
            continue
        pattern = f"{prefix}.{name}" if prefix else name
        meta = next((m for m in info.metadata if isinstance(m, FieldMeta | RecordsMeta | SectionMeta)), None)
        annotation: Any = info.annotation
        if isinstance(meta, FieldMeta):
            yield FieldSpec(pattern, meta)
        elif isinstance(meta, RecordsMeta) and get_origin(annotation) is list:
            item = get_args(annotation)[0]
            yield ListSpec(pattern, meta, item, tuple(_walk(item, f"{pattern}[]")))
        elif isinstance(meta, SectionMeta):
            yield GroupSpec(pattern, meta, annotation, tuple(_walk(annotation, pattern)))
        else:  # a programming error, found by the first test that imports this module
            raise TypeError(f"{model.__name__}.{name} has no declaration")


@cache
def root() -> GroupSpec:
    """The whole tree."""
    return GroupSpec("", SectionMeta("全部"), Facts, tuple(_walk(Facts, "")))


def iter_specs(top: Spec | None = None) -> Iterator[Spec]:
    """Every declaration below `top` (the whole tree by default), in the order of declaration."""
    node = top or root()
    if node.pattern:
        yield node
    if not isinstance(node, FieldSpec):
        for child in node.children:
            yield from iter_specs(child)


@cache
def by_pattern() -> dict[str, Spec]:
    """pattern → declaration."""
    return {spec.pattern: spec for spec in iter_specs()}


@cache
def fields() -> dict[str, FieldSpec]:
    """pattern → leaf."""
    return {p: s for p, s in by_pattern().items() if isinstance(s, FieldSpec)}


def spec_of(path: str) -> Spec | None:
    """The declaration behind a path or key; None when there is none. `a.b[0]` gives the list's."""
    pattern = pattern_of(path)
    found = by_pattern().get(pattern)
    if found is None and pattern.endswith("[]"):
        found = by_pattern().get(pattern[:-2])
    return found


def nearest(path: str, n: int = 3) -> list[str]:
    """The known patterns that look most like a mistyped path."""
    pattern = pattern_of(path)
    close = difflib.get_close_matches(pattern, by_pattern(), n=n, cutoff=0.5)
    tail = pattern.rpartition(".")[2]
    same_tail = [p for p in by_pattern() if p.rpartition(".")[2] == tail]
    return list(dict.fromkeys(same_tail[:n] + close))[:n]


def _step_label(pattern: str, step: Step) -> str:
    spec = by_pattern().get(pattern)
    if spec is None:
        return step.name
    if isinstance(spec, ListSpec):
        if step.index is not None:
            return f"{spec.meta.item} {step.index + 1}"
        return spec.meta.item if step.item is not None else spec.meta.label
    return spec.meta.label


def label_of(path: str) -> str:
    """The label of the last segment: 算法名称."""
    spec = spec_of(path)
    return spec.meta.label if spec is not None else path


def trail_of(path: str) -> str:
    """All labels on the way: `算法备案 › 产品 1 › 访问地址`. A path that is unknown is given back as it is."""
    try:
        steps = parse(path)
    except ValueError:
        return path
    labels, pattern = [], ""
    for step in steps:
        pattern = f"{pattern}.{step.name}" if pattern else step.name
        labels.append(_step_label(pattern, step))
        if step.index is not None or step.item is not None:
            pattern += "[]"
    return " › ".join(labels)


@dataclass(frozen=True)
class Page:
    """One page of forms: which parts of the tree it shows as cards. A part that is a section with sub-parts listed elsewhere
    shows only its own leaves (`own leaves` = FieldSpecs directly below it)."""

    key: str
    title: str
    stage: Stage | None
    intro: str
    parts: tuple[str, ...]


PAGES: tuple[Page, ...] = (
    Page(
        "intake",
        "适用判定",
        None,
        "先弄清要办哪些备案；问题按前面的回答出现，在别的页面回答过的也在这里，改一处两边都变。",
        ("intake",),
    ),
    Page(
        "subject",
        "主体与人员",
        None,
        "两次备案共用。主体备案通过后才能提交算法备案。",
        (
            "subject",
            "licence",
            "legal_representative",
            "safety_officer",
            "contacts",
            "permits",
            "delegation",
            "signatories",
        ),
    ),
    Page(
        "industry",
        "行业补充",
        None,
        "服务属于哪些行业就选哪些；选了才多问这个行业的问题。都是实务建议，不是法律条文。",
        ("industry", *(f"industry.{key}" for key in KEYS.values())),
    ),
    Page(
        "responsibility",
        "安全主体责任",
        "algorithm",
        "《落实算法安全主体责任基本情况》的内容：专职机构与管理制度。",
        ("safety_office", "policies"),
    ),
    Page("basics", "算法基础属性", "algorithm", "算法名称、类型、角色与上线情况。", ("algorithm",)),
    Page(
        "details",
        "算法详细属性",
        "algorithm",
        "数据、模型、流程、策略与结果标识。",
        (
            "algorithm.datasets",
            "algorithm.models",
            "algorithm.flow",
            "algorithm.strategies",
            "algorithm.labels",
        ),
    ),
    Page(
        "products",
        "产品及功能信息",
        "algorithm",
        "一个算法可关联多个产品，每个产品至少有一项功能。",
        ("algorithm.products", "algorithm.service"),
    ),
    Page(
        "assessment",
        "自评估内容",
        "algorithm",
        "《算法安全自评估报告》所需的评估描述、风险与防控。",
        (
            "algorithm.assessment",
            "algorithm.risks",
            "algorithm.control",
            "algorithm.rights",
            "algorithm.extras",
        ),
    ),
    Page("publicity", "拟公示内容", "algorithm", "给公众看的说明，用普通话写。", ("algorithm.publicity",)),
    Page("algorithm-result", "备案结果", "algorithm", "备案号、日期与公示。", ("algorithm.result",)),
    Page(
        "model",
        "模型基本情况",
        "large-model",
        "上线备案申请表的基本情况、模型研制与算力。",
        (
            "large_model",
            "large_model.algorithms",
            "large_model.development",
            "large_model.compute",
            "large_model.registration",
        ),
    ),
    Page(
        "corpus",
        "语料与标注",
        "large-model",
        "每个语料来源一条，各有合法性证明。",
        ("large_model.corpus", "large_model.governance", "large_model.annotation", "large_model.teams"),
    ),
    Page(
        "measures",
        "安全措施",
        "large-model",
        "服务、个人信息、拦截与监看。",
        ("large_model.service", "large_model.personal_data", "large_model.reviews", "large_model.measures"),
    ),
    Page(
        "evaluation",
        "安全评估",
        "large-model",
        "抽样数与合格数，通过率由程序计算。",
        ("large_model.evaluation", "large_model.trial_accounts", "large_model.result"),
    ),
    Page("evidence", "材料与证据", None, "截图、合同、记录；写明证明哪一句话。", ("evidence",)),
    Page(
        "followup",
        "变更与报告",
        None,
        "提交之后用：答复补正意见、说明变更、定期报告、算力保障。用不上的留空。",
        (
            "followup",
            "followup.remarks",
            "followup.changes",
            "followup.operation",
            "followup.compute",
        ),
    ),
)


def page_of(path: str) -> Page | None:
    """The page on which a path is edited: the one with the longest matching part."""
    return _page_of_pattern(pattern_of(path))


@cache
def _page_of_pattern(pattern: str) -> Page | None:
    best: tuple[int, Page] | None = None
    for page in PAGES:
        for part in page.parts:
            inside = pattern == part or pattern.startswith((f"{part}.", f"{part}["))
            if inside and (best is None or len(part) > best[0]):
                best = (len(part), page)
    return best[1] if best else None


def stage_of(path: str) -> Stage | None:
    """The filing a path belongs to; None for what both share."""
    page = page_of(path)
    return page.stage if page else None
