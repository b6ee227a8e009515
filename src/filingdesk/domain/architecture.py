"""The architecture of an algorithm as one JSON document: components, data flows, models, safety layers, deployment.

A working format of this program, described by the JSON Schema that `schema()` gives; no office prescribes it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from filingdesk.domain.json_lines import JsonFault, Located, Pointer, read_json

FORMAT: Final = "filingdesk-architecture/1"
LAYERS = ("接入层", "应用层", "安全层", "模型层", "数据层", "基础设施", "外部系统")
MAX_BYTES = 2_000_000

Layer = Literal["接入层", "应用层", "安全层", "模型层", "数据层", "基础设施", "外部系统"]
Origin = Literal["自研", "开源模型", "微调开源模型", "第三方模型", ""]
Stage = Literal["预训练", "继续预训练", "指令微调", "对齐训练", "量化压缩", "评测", "其他", ""]
Position = Literal["输入", "检索", "模型", "输出", "人工复核", "日志", "其他", ""]
REFERS, LONG, ITEM = "x-refers", "x-long", "x-item"
"""Annotations of the schema for a form: the list whose numbers (`id`) a text names, a text of several lines, what one entry
of a list is called."""
_ID = r"^[A-Za-z][A-Za-z0-9_-]{0,39}$"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Component(_Part):
    """系统的一个组成部分：服务、程序、数据库、岗位。"""

    id: str = Field(pattern=_ID, title="编号", description="编号，字母开头，全文不重复")
    name: str = Field(min_length=1, max_length=60, title="名称", description="名称，印在图上")
    layer: Layer = Field(title="层次", description="所在层次，决定它画在图的哪一层")
    description: str = Field(default="", title="做什么", description="做什么", json_schema_extra={LONG: True})
    manual: bool = Field(default=False, title="由人完成", description="由人完成的填 true，图上画成虚线框")
    deployment: str = Field(
        default="",
        title="部署在",
        description="部署在哪里，填 deployment 里的编号",
        json_schema_extra={REFERS: "deployment"},
    )


class Flow(_Part):
    """一条数据流：什么数据从哪里到哪里。"""

    source: str = Field(title="起点", description="起点组件的编号", json_schema_extra={REFERS: "components"})
    target: str = Field(title="终点", description="终点组件的编号", json_schema_extra={REFERS: "components"})
    data: str = Field(default="", title="数据", description="传的是什么数据")
    protocol: str = Field(default="", title="传输方式", description="传输方式，例如 HTTPS")
    personal: bool = Field(default=False, title="含个人信息", description="含个人信息填 true")


class TrainingStage(_Part):
    """模型的一个训练阶段。"""

    stage: Stage = Field(default="", title="阶段", description="阶段")
    data: str = Field(
        default="", title="数据", description="用了哪些数据、多少", json_schema_extra={LONG: True}
    )
    method: str = Field(
        default="", title="方法与参数", description="方法与主要参数", json_schema_extra={LONG: True}
    )
    hardware: str = Field(default="", title="算力与时长", description="用了什么算力、多久")
    result: str = Field(
        default="", title="结果", description="结果，例如评测成绩", json_schema_extra={LONG: True}
    )


class ModelPart(_Part):
    """一个模型及其版本、参数和训练阶段。"""

    id: str = Field(pattern=_ID, title="编号", description="编号")
    name: str = Field(min_length=1, title="名称", description="模型名称")
    version: str = Field(default="", title="版本", description="版本")
    origin: Origin = Field(default="", title="来源", description="来源")
    provider: str = Field(default="", title="提供方", description="提供方")
    base: str = Field(default="", title="基座模型", description="基座模型及版本")
    filing_number: str = Field(default="", title="备案号", description="第三方模型或基座的备案号")
    parameters: str = Field(default="", title="参数量", description="参数量，例如约 70 亿")
    structure: str = Field(
        default="", title="网络结构", description="网络结构", json_schema_extra={LONG: True}
    )
    component: str = Field(
        default="",
        title="承载组件",
        description="由哪个组件承载，填组件编号",
        json_schema_extra={REFERS: "components"},
    )
    training: tuple[TrainingStage, ...] = Field(
        default=(), title="训练阶段", description="训练阶段，按先后", json_schema_extra={ITEM: "阶段"}
    )


class SafetyLayer(_Part):
    """一道安全措施：在什么位置、依据什么、阈值多少、命中后怎样。"""

    name: str = Field(min_length=1, title="名称", description="名称")
    position: Position = Field(default="", title="位置", description="位置")
    mechanism: str = Field(
        default="", title="判定依据", description="依据什么判定", json_schema_extra={LONG: True}
    )
    threshold: str = Field(default="", title="阈值", description="阈值")
    action: str = Field(
        default="", title="命中后处理", description="命中后怎样处理", json_schema_extra={LONG: True}
    )
    people: str = Field(default="", title="负责岗位", description="负责岗位")
    component: str = Field(
        default="",
        title="承担组件",
        description="由哪个组件承担，填组件编号",
        json_schema_extra={REFERS: "components"},
    )


class Deployment(_Part):
    """一处部署：机房、云、边缘或终端。"""

    id: str = Field(pattern=_ID, title="编号", description="编号")
    name: str = Field(min_length=1, title="名称", description="名称")
    place: str = Field(default="", title="地点", description="地域、机房、公网 IP")
    provider: str = Field(default="", title="服务商", description="云服务商或机房运营者")
    hardware: str = Field(
        default="",
        title="服务器与加速卡",
        description="服务器与加速卡型号、数量",
        json_schema_extra={LONG: True},
    )
    network: str = Field(default="", title="网络与访问", description="网络与访问方式")
    isolation: str = Field(
        default="", title="隔离", description="与训练环境、其他业务怎样隔离", json_schema_extra={LONG: True}
    )


class Architecture(_Part):
    """算法架构描述。"""

    format: Literal["filingdesk-architecture/1"] = Field(title="格式", description="格式与版本，照写")
    algorithm: str = Field(min_length=1, title="算法名称", description="算法名称，与备案一致")
    version: str = Field(default="", title="算法版本", description="所描述的算法版本")
    components: tuple[Component, ...] = Field(
        min_length=1, title="组成部分", description="组成部分", json_schema_extra={ITEM: "组件"}
    )
    flows: tuple[Flow, ...] = Field(
        default=(), title="数据流", description="数据流", json_schema_extra={ITEM: "数据流"}
    )
    models: tuple[ModelPart, ...] = Field(
        default=(), title="模型", description="模型", json_schema_extra={ITEM: "模型"}
    )
    safety_layers: tuple[SafetyLayer, ...] = Field(
        default=(), title="安全措施", description="安全措施，按先后", json_schema_extra={ITEM: "措施"}
    )
    deployment: tuple[Deployment, ...] = Field(
        default=(), title="部署", description="部署", json_schema_extra={ITEM: "部署"}
    )
    notes: str = Field(
        default="", title="备注", description="自己看的备注，不印进文书", json_schema_extra={LONG: True}
    )


@dataclass(frozen=True)
class Problem:
    """One fault or doubt: where it stands (line from 1, JSON pointer), what it is, what to do."""

    line: int
    pointer: str
    severity: Literal["error", "warning"]
    message: str
    hint: str


@dataclass(frozen=True)
class Checked:
    """The description when it can be used (no error), and everything that was found."""

    architecture: Architecture | None
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(p for p in self.problems if p.severity == "error")


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of the description."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "算法架构描述",
        **{key: value for key, value in Architecture.model_json_schema().items() if key != "title"},
    }


def check(text: str, algorithm: str = "") -> Checked:
    """Read and judge a description; every problem names its line. `algorithm` is the name the filing uses, if known."""
    try:
        found = read_json(text)
    except JsonFault as fault:
        where = f"第 {fault.column} 个字符附近"
        problem = Problem(fault.line, "", "error", f"{fault.reason}（{where}）", "请改成有效的 JSON。")
        return Checked(None, (problem,))
    doubled = [
        Problem(line, pointer_text(p), "error", f"键“{p[-1]}”写了两次", "请删掉多余的一个。")
        for p, line in found.doubled
    ]
    try:
        architecture = Architecture.model_validate(found.value)
    except ValidationError as error:
        # A list of nothing but faulty items is not also told to be empty.
        items = [e for e in error.errors(include_url=False) if not (e["type"] == "too_short" and e["input"])]
        faults = [_fault(found, item) for item in items]
        return Checked(None, tuple(sorted([*doubled, *faults], key=lambda p: p.line)))
    problems = sorted([*doubled, *_doubts(architecture, found, algorithm)], key=lambda p: p.line)
    usable = not any(p.severity == "error" for p in problems)
    return Checked(architecture if usable else None, tuple(problems))


def pointer_text(pointer: Pointer) -> str:
    """(`components`, 2, `name`) → /components/2/name (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in pointer)


def _fault(found: Located, item: Any) -> Problem:
    pointer: Pointer = tuple(item["loc"])
    name = str(pointer[-1]) if pointer else "整个文件"
    match item["type"]:
        case "missing":
            words = f"缺少“{name}”", "请补上这一项。"
        case "extra_forbidden":
            words = f"没有“{name}”这个键", "请对照格式说明改名，或删掉。"
        case "literal_error":
            words = f"“{name}”只能是 {item['ctx']['expected'].replace(' or ', '、')}", "请改成其中一个。"
        case "string_pattern_mismatch":
            words = (
                f"编号“{item['input']}”不合格式",
                "用字母开头，只含字母、数字、下划线、连字符，40 个以内。",
            )
        case "string_too_short" | "too_short":
            words = f"“{name}”不能是空的", "请填写。"
        case "string_too_long":
            words = f"“{name}”太长", f"最多 {item['ctx']['max_length']} 个字。"
        case "string_type":
            words = f"“{name}”要写成文字", "请加英文双引号。"
        case "bool_type" | "bool_parsing":
            words = f"“{name}”只能是 true 或 false", "请改正，不加引号。"
        case "tuple_type":
            words = f"“{name}”要写成列表", "请用 [ ] 括起来。"
        case "model_type" | "model_attributes_type" | "dict_type":
            words = f"“{name}”要写成一组键和值", "请用 { } 括起来。"
        case _:
            words = f"“{name}”的值不对", "请对照格式说明改正。"
    return Problem(found.line_of(pointer), pointer_text(pointer), "error", *words)


def _doubts(it: Architecture, found: Located, algorithm: str) -> Iterator[Problem]:
    def problem(pointer: Pointer, severity: Literal["error", "warning"], message: str, hint: str) -> Problem:
        return Problem(found.line_of(pointer), pointer_text(pointer), severity, message, hint)

    if algorithm and it.algorithm != algorithm:
        yield problem(
            ("algorithm",),
            "error",
            f"算法名称“{it.algorithm}”与备案里的“{algorithm}”不一致",
            "全部文书用同一个名称。",
        )
    ids: dict[str, str] = {}
    groups: dict[str, Sequence[Component | ModelPart | Deployment]] = {
        "components": it.components,
        "models": it.models,
        "deployment": it.deployment,
    }
    for group, items in groups.items():
        for index, item in enumerate(items):
            if item.id in ids:
                yield problem((group, index, "id"), "error", f"编号“{item.id}”用了两次", "请换一个编号。")
            ids.setdefault(item.id, group)
    components = {c.id for c in it.components}

    def known(value: str, allowed: set[str], pointer: Pointer, what: str) -> Iterator[Problem]:
        if value and value not in allowed:
            yield problem(
                pointer, "error", f"没有编号为“{value}”的{what}", f"请写{what}的编号，或先加上这个{what}。"
            )

    places = {d.id for d in it.deployment}
    for index, component in enumerate(it.components):
        yield from known(component.deployment, places, ("components", index, "deployment"), "部署")
    for index, flow in enumerate(it.flows):
        yield from known(flow.source, components, ("flows", index, "source"), "组件")
        yield from known(flow.target, components, ("flows", index, "target"), "组件")
        if flow.source == flow.target:
            yield problem(("flows", index), "error", "数据流的起点和终点是同一个组件", "请改正其中一个。")
        if not flow.data:
            yield problem(("flows", index), "warning", "没有写传的是什么数据", "请填 data。")
    for index, model in enumerate(it.models):
        yield from known(model.component, components, ("models", index, "component"), "组件")
        if not model.version:
            yield problem(("models", index), "warning", f"模型“{model.name}”没有写版本", "请填 version。")
        if model.origin in {"自研", "微调开源模型"} and not model.training:
            yield problem(
                ("models", index), "warning", f"模型“{model.name}”没有写训练阶段", "请填 training。"
            )
    for index, layer in enumerate(it.safety_layers):
        yield from known(layer.component, components, ("safety_layers", index, "component"), "组件")
    joined = {end for flow in it.flows for end in (flow.source, flow.target)}
    for index, component in enumerate(it.components):
        if it.flows and component.id not in joined:
            yield problem(
                ("components", index),
                "warning",
                f"组件“{component.name}”没有任何数据流",
                "请补上它与谁交换数据。",
            )
