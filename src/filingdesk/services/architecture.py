"""The JSON description of an algorithm's architecture: a template from facts, checked, taken into the project, put into papers."""

import json
from pathlib import Path
from typing import Any

from filingdesk.domain.architecture import (
    FORMAT,
    LAYERS,
    MAX_BYTES,
    Architecture,
    Checked,
    Component,
    Deployment,
    Flow,
    ModelPart,
    SafetyLayer,
    TrainingStage,
    check,
)
from filingdesk.domain.errors import UserError
from filingdesk.domain.facts import Facts
from filingdesk.domain.facts_algorithm import Algorithm
from filingdesk.services.session import Session

FIELD = "algorithm.architecture"
_LAYER_OF = {
    "输入审核": "安全层",
    "输出审核": "安全层",
    "结果标识": "安全层",
    "人工干预": "安全层",
    "日志留存": "数据层",
}
_ENDS = {"用户输入", "结果输出"}
_POSITIONS = {"输入": "输入", "检索": "检索", "生成": "模型", "输出": "输出"}


def from_facts(facts: Facts) -> Architecture | None:
    """What the facts already say, as a description; None while there is no name, no product and no flow.

    Nothing is added: links follow the order of the flow, and a model or data set is joined to a step only where its
    own purpose names that step.
    """
    algorithm = facts.algorithm
    components: list[Component] = []
    flows: list[Flow] = []
    doors = _doors(facts, components)
    steps = _steps(algorithm, components)
    _follow(algorithm, doors, steps, flows)
    models = _models(algorithm, components, steps, flows)
    _data_sets(algorithm, components, steps, flows)
    if not components:
        return None
    places = _places(algorithm)
    return Architecture(
        format=FORMAT,
        algorithm=algorithm.name.strip() or "（待补充：算法名称）",
        components=tuple(components),
        flows=tuple(flows),
        models=tuple(models),
        safety_layers=tuple(_safety(algorithm)),
        deployment=tuple(places),
        notes="由程序按已填的内容生成，请补全空着的项目，并核对组成、数据流和模型。",
    )


def _name(text: str, otherwise: str) -> str:
    return (" ".join(text.split()) or otherwise)[:60]


def _doors(facts: Facts, components: list[Component]) -> list[str]:
    """What users or customers come in by."""
    doors = []
    for number, product in enumerate(facts.algorithm.products, 1):
        door = f"product{number}"
        words = "、".join(product.forms)
        name = _name(product.name, f"产品{number}")
        components.append(Component(id=door, name=name, layer="接入层", description=words))
        doors.append(door)
    if not doors and facts.algorithm.service.methods:
        words = "、".join(facts.algorithm.service.methods)
        components.append(Component(id="service", name=_name(f"技术服务（{words}）", ""), layer="接入层"))
        doors.append("service")
    return doors


def _steps(algorithm: Algorithm, components: list[Component]) -> list[tuple[str, str, str]]:
    """The steps of the flow as (component or "", name, kind); what users put in and get back happens at the doors."""
    steps = []
    for number, node in enumerate(algorithm.flow, 1):
        if node.stage in _ENDS:
            steps.append(("", node.name.strip(), node.stage))
            continue
        identity = f"step{number}"
        components.append(
            Component(
                id=identity,
                name=_name(node.name, f"环节{number}"),
                layer=_LAYER_OF.get(node.stage, "应用层"),  # type: ignore[arg-type]
                description=node.description.strip(),
                manual=node.decided_by == "人工",
            )
        )
        steps.append((identity, node.name.strip(), node.stage))
    return steps


def _follow(
    algorithm: Algorithm, doors: list[str], steps: list[tuple[str, str, str]], flows: list[Flow]
) -> None:
    asked, given = "、".join(algorithm.input_modalities), "、".join(algorithm.output_modalities)
    before: list[str] = doors
    for identity, name, kind in steps:
        if not identity:
            if kind == "结果输出" and before != doors:
                data = f"输出内容（{given}）" if given else "输出内容"
                flows += [Flow(source=b, target=door, data=data) for b in before for door in doors]
            continue
        if before == doors:
            data = f"使用者输入（{asked}）" if asked else "使用者输入"
        else:
            data = f"进入“{name}”环节" if name else ""
        flows += [Flow(source=b, target=identity, data=data) for b in before]
        before = [identity]


def _models(
    algorithm: Algorithm, components: list[Component], steps: list[tuple[str, str, str]], flows: list[Flow]
) -> list[ModelPart]:
    models = []
    for number, used in enumerate(algorithm.models, 1):
        identity = f"model{number}"
        name = _name(used.name, f"模型{number}")
        third = used.origin == "第三方模型"
        components.append(Component(id=identity, name=name, layer="模型层", description=used.purpose.strip()))
        for step in _named_steps(used.purpose, steps):
            flows.append(Flow(source=step, target=identity, data=f"调用{name}"))
        own = used.origin in {"自研", "微调开源模型"}
        models.append(
            ModelPart(
                id=f"m{number}",
                name=name,
                version=used.version.strip(),
                origin=used.origin,  # type: ignore[arg-type]
                provider=used.provider.strip(),
                base=used.base.strip(),
                filing_number=used.model_number.strip() if third else "",
                structure=used.structure.strip(),
                component=identity,
                training=(TrainingStage(),) if own else (),
            )
        )
    return models


def _named_steps(purpose: str, steps: list[tuple[str, str, str]]) -> list[str]:
    """The steps a purpose names in “ ”: by name, or by kind where but one step is of that kind."""
    kinds = [kind for step, _, kind in steps if step]
    return [
        step
        for step, name, kind in steps
        if step and ((name and f"“{name}”" in purpose) or (kinds.count(kind) == 1 and f"“{kind}”" in purpose))
    ]


def _data_sets(
    algorithm: Algorithm, components: list[Component], steps: list[tuple[str, str, str]], flows: list[Flow]
) -> None:
    for number, item in enumerate(algorithm.datasets, 1):
        identity = f"data{number}"
        name = _name(item.name, f"数据集{number}")
        components.append(Component(id=identity, name=name, layer="数据层", description=item.purpose.strip()))
        for step, _name_of_step, kind in steps:
            if step and kind == "检索" and "检索" in item.purpose:
                flows.append(
                    Flow(source=identity, target=step, data=name, personal=item.personal_data == "是")
                )


def _safety(algorithm: Algorithm) -> list[SafetyLayer]:
    return [
        SafetyLayer(
            name=_name(item.name, "（待补充：策略名称）"),
            position=_POSITIONS.get(item.stage, "其他"),  # type: ignore[arg-type]
            mechanism=item.rule.strip(),
            people=item.people.strip(),
        )
        for item in algorithm.strategies
    ]


def _places(algorithm: Algorithm) -> list[Deployment]:
    assessment = algorithm.assessment
    if not (assessment.deployment.strip() or assessment.facilities.strip()):
        return []
    return [
        Deployment(
            id="place1",
            name="部署环境",
            place=assessment.deployment.strip(),
            hardware=assessment.facilities.strip(),
        )
    ]


def to_json(architecture: Architecture) -> str:
    """The description as text to be edited by hand."""
    return json.dumps(architecture.model_dump(mode="json"), ensure_ascii=False, indent=2) + "\n"


def template(session: Session) -> str:
    """The template of this project's description. `UserError` when nothing has been entered that it could be made from."""
    architecture = from_facts(session.facts)
    if architecture is None:
        raise UserError(
            "architecture.empty",
            "还没有产品、流程和模型，写不出架构描述。",
            "请先填“产品及功能”和“算法流程”。",
        )
    return to_json(architecture)


def read_file(path: Path) -> str:
    """The text of a description file. `UserError` names the file."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UserError("architecture.unreadable", f"读不了“{path}”。", "请检查路径和权限。") from error
    return decode(data, path.name)


def decode(data: bytes, name: str) -> str:
    """Bytes of a description as text."""
    if len(data) > MAX_BYTES:
        raise UserError("architecture.too_big", f"“{name}”超过 2 MB。", "架构描述只放文字，请检查文件。")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError("architecture.encoding", f"“{name}”不是 UTF-8 编码。", "请另存为 UTF-8。") from error


def import_description(session: Session, name: str, text: str) -> Checked:
    """Take a description into the project as an attachment; one undoable edit. Refused while it has errors."""
    checked = check(text, session.facts.algorithm.name.strip())
    _usable(checked, name)
    reference = session.store_blob(name, text.encode())
    session.set(FIELD, [reference])
    return checked


def draw(text: str, name: str, suffix: str) -> bytes:
    """The drawing alone, as `.svg` or `.png`. `UserError` for a description with errors or another kind of file."""
    from filingdesk.documents.drawing_png import draw_png, draw_svg
    from filingdesk.documents.layers import Link, Part, layered

    if suffix not in {".svg", ".png"}:
        raise UserError(
            "architecture.format", f"不能画成“{suffix or '没有后缀'}”的文件。", "可用 .svg、.png。"
        )
    architecture = _usable(check(text), name)
    parts = [Part(c.id, c.name, c.layer, c.manual) for c in architecture.components]
    links = [Link(f.source, f.target) for f in architecture.flows]
    drawing = layered(parts, links, LAYERS)
    return draw_svg(drawing) if suffix == ".svg" else draw_png(drawing)


def _usable(checked: Checked, name: str) -> Architecture:
    if checked.architecture is None:
        first = checked.errors[0]
        more = f"（共 {len(checked.errors)} 处）" if len(checked.errors) > 1 else ""
        raise UserError(
            "architecture.invalid", f"“{name}”第 {first.line} 行：{first.message}{more}。", first.hint
        )
    return checked.architecture


def of_project(session: Session, facts: Facts) -> tuple[Architecture | None, bool]:
    """The description papers use, and whether it was handed in: the attached one, else what the facts say.

    `UserError` when the attached one no longer holds (the algorithm was renamed, the file is lost).
    """
    references = facts.algorithm.architecture
    if not references:
        return from_facts(facts), False
    data = session.attachment(references[-1])
    name = references[-1].rpartition("#")[0]
    if data is None:
        return None, True
    checked = check(decode(data, name))
    return checked.architecture, True


def paper_data(architecture: Architecture | None, given: bool) -> dict[str, Any]:
    """What templates see: components and flows with names, models, layers, places; empty when there is no description."""
    if architecture is None:
        return {}
    names = {c.id: c.name for c in architecture.components}
    places = {d.id: d.name for d in architecture.deployment}
    plain = architecture.model_dump(mode="json", exclude={"format", "notes"})
    for item in plain["components"]:
        item["place"] = places.get(item["deployment"], "")
    for flow in plain["flows"]:
        flow["source_name"], flow["target_name"] = names[flow["source"]], names[flow["target"]]
    for item in (*plain["models"], *plain["safety_layers"]):
        item["component_name"] = names.get(item["component"], "")
    return {**plain, "layers": list(LAYERS), "given": given}
