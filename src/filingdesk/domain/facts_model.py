"""The large-model filing (备案) or registration (登记): the model, its making, its evaluation, and all that belongs to it."""

from typing import Annotated

from pydantic import Field

from filingdesk.domain.facts_corpus import Annotation, AnnotationTeam, CorpusGovernance, CorpusSource
from filingdesk.domain.facts_holdings import FiledAlgorithm
from filingdesk.domain.facts_service import (
    ModelResult,
    PersonalData,
    Registration,
    ReviewMeasure,
    SafetyMeasures,
    Service,
    TrialAccounts,
)
from filingdesk.domain.facts_subject import Section
from filingdesk.domain.meta import (
    Kind,
    RecordsMeta,
    SectionMeta,
    attachments,
    choice,
    choices,
    date,
    long_text,
    number,
    of_kind,
    text,
    yes_no,
)

FILING, REGISTRATION = "备案", "登记"
"""LLM routes, practice/llm-route."""

_FORM = "practice/form-llm"
_GBT = "gbt-45654-2025/"
_REGISTERS = {"path": "large_model.route", "is": REGISTRATION}
_FILES = {"not": _REGISTERS}


class Compute(Section):
    training: Annotated[
        str,
        long_text("训练算力", "服务器与 GPU 的品牌、型号、数量，云平台。", clause=_FORM, visible_when=_FILES),
    ] = ""
    training_place: Annotated[str, text("训练部署地", "机房、地域。", clause=_FORM, visible_when=_FILES)] = ""
    inference: Annotated[
        str, long_text("推理算力", "服务器与 GPU 的品牌、型号、数量，云平台。", clause=_FORM)
    ] = ""
    inference_place: Annotated[str, text("推理部署地", "机房、地域、公网 IP。", clause=_FORM)] = ""


class Development(Section):
    origin: Annotated[
        str,
        choice(
            "模型来源",
            ("自研", "微调开源模型", "微调已备案模型", "直接调用已备案模型"),
            clause="practice/llm-route",
        ),
    ] = ""
    base: Annotated[
        str,
        text("基座模型及版本", clause=_FORM, visible_when={"not": {"path": ".origin", "is": "自研"}}),
    ] = ""
    base_provider: Annotated[
        str, text("基座提供方", clause=_FORM, visible_when={"not": {"path": ".origin", "is": "自研"}})
    ] = ""
    base_number: Annotated[
        str,
        of_kind(
            Kind.MODEL_NUMBER,
            "基座备案号",
            "TC260-003 要求使用已备案的第三方基座模型；GB/T 45654 中未找到对应条文。",
            clause=_GBT + "model",
            visible_when={"path": ".origin", "in": ["微调已备案模型", "直接调用已备案模型"]},
        ),
    ] = ""
    base_licence: Annotated[
        str, text("基座许可协议", clause=_FORM, visible_when={"path": ".origin", "is": "微调开源模型"})
    ] = ""
    base_proof: Annotated[
        list[str],
        attachments(
            "基座合同或许可证明", clause=_FORM, visible_when={"not": {"path": ".origin", "is": "自研"}}
        ),
    ] = []
    architecture: Annotated[str, long_text("模型架构", clause=_FORM, visible_when=_FILES)] = ""
    parameters: Annotated[str, text("参数量", good="约 70 亿", clause=_FORM, visible_when=_FILES)] = ""
    framework: Annotated[str, text("训练框架", clause=_FORM, visible_when=_FILES)] = ""
    safety_training: Annotated[
        str,
        long_text(
            "安全训练目标",
            "训练中怎样把生成内容安全作为评价指标。",
            clause=_GBT + "model",
            visible_when=_FILES,
        ),
    ] = ""
    update: Annotated[
        str, long_text("更新升级与回滚", "更新策略、再评估、回滚。", clause=_GBT + "measures")
    ] = ""


class Evaluation(Section):
    assessed_from: Annotated[str, date("评估开始日期", clause=_GBT + "assessment")] = ""
    assessed_to: Annotated[str, date("评估结束日期", clause=_GBT + "assessment")] = ""
    model_version: Annotated[str, text("被评估的模型版本", clause=_GBT + "assessment")] = ""
    team: Annotated[str, long_text("评估团队", "单位、人员、分工。", clause=_GBT + "assessment")] = ""
    method: Annotated[str, long_text("评估方法与判定标准", clause=_GBT + "assessment")] = ""
    corpus_manual_sample: Annotated[str, number("语料人工抽检数", unit="条", clause=_GBT + "T10")] = ""
    corpus_manual_passed: Annotated[str, number("语料人工抽检合格数", unit="条", clause=_GBT + "T10")] = ""
    corpus_total: Annotated[
        str, number("语料总条数", "用于计算技术抽检比例。", unit="条", clause=_GBT + "T11")
    ] = ""
    corpus_technical_sample: Annotated[
        str, number("语料技术抽检数", "关键词、分类模型抽检的条数。", unit="条", clause=_GBT + "T11")
    ] = ""
    corpus_technical_passed: Annotated[str, number("语料技术抽检合格数", unit="条", clause=_GBT + "T11")] = ""
    output_manual_sample: Annotated[str, number("生成内容人工抽检数", unit="条", clause=_GBT + "T12")] = ""
    output_manual_passed: Annotated[str, number("生成内容人工抽检合格数", unit="条", clause=_GBT + "T12")] = (
        ""
    )
    output_keyword_sample: Annotated[str, number("生成内容关键词抽检数", unit="条", clause=_GBT + "T12")] = ""
    output_keyword_passed: Annotated[
        str, number("生成内容关键词抽检合格数", unit="条", clause=_GBT + "T12")
    ] = ""
    output_classifier_sample: Annotated[
        str, number("生成内容分类模型抽检数", unit="条", clause=_GBT + "T12")
    ] = ""
    output_classifier_passed: Annotated[
        str, number("生成内容分类模型抽检合格数", unit="条", clause=_GBT + "T12")
    ] = ""
    refusal_sample: Annotated[str, number("应拒答抽检数", unit="条", clause=_GBT + "T13")] = ""
    refusal_refused: Annotated[str, number("应拒答中实际拒答数", unit="条", clause=_GBT + "T13")] = ""
    non_refusal_sample: Annotated[str, number("非拒答抽检数", unit="条", clause=_GBT + "T14")] = ""
    non_refusal_refused: Annotated[str, number("非拒答中被拒答数", unit="条", clause=_GBT + "T14")] = ""
    failures: Annotated[
        str, long_text("不合格情况与整改", "问题、整改、整改前后对比。", clause=_GBT + "assessment")
    ] = ""
    residual: Annotated[str, long_text("剩余风险", clause=_GBT + "assessment")] = ""
    conclusion: Annotated[
        str, choice("总体结论", ("全部符合", "部分符合", "全部不符合"), clause=_GBT + "assessment")
    ] = ""
    conclusion_text: Annotated[str, long_text("结论说明", clause=_GBT + "assessment")] = ""


class LargeModel(Section):
    route: Annotated[
        str,
        choice(
            "办理方式",
            (FILING, REGISTRATION),
            "自研、微调或以自有语料改变模型的办备案；不加改动地调用已备案模型的办登记。",
            clause="practice/llm-route",
        ),
    ] = ""
    name: Annotated[str, text("模型名称", "与页面、协议中的名称一致。", clause=_FORM)] = ""
    version: Annotated[str, text("模型版本", clause=_FORM)] = ""
    functions: Annotated[
        list[str],
        choices(
            "主要功能",
            ("人机对话", "文字生成", "图片生成", "声音合成", "视频合成", "代码生成或优化"),
            clause=_FORM,
        ),
    ] = []
    domain_limited: Annotated[str, choice("领域", ("限定领域", "未限定领域"), clause=_FORM)] = ""
    domain: Annotated[
        str,
        text(
            "限定的领域", clause=_FORM, visible_when={"path": "large_model.domain_limited", "is": "限定领域"}
        ),
    ] = ""
    out_of_domain: Annotated[
        str,
        long_text(
            "领域外输入的处理",
            clause=_FORM,
            visible_when={"path": "large_model.domain_limited", "is": "限定领域"},
        ),
    ] = ""
    scope: Annotated[str, text("服务范围", "地域与渠道。", clause=_FORM)] = ""
    audience: Annotated[str, text("适用人群", clause=_FORM)] = ""
    serves_minors: Annotated[str, yes_no("面向未成年人", clause=_FORM)] = ""
    test_on: Annotated[str, date("公测时间", "计划或实际的公测日期。", clause=_FORM)] = ""
    algorithms: Annotated[
        list[FiledAlgorithm],
        RecordsMeta(
            "引用的其他算法备案",
            "算法",
            "name",
            "本单位另行备案、这项服务也用到的算法；本项目“算法备案”里的那一个不用再写。没有的不用添加。",
            clause="practice/default-order",
            optional=True,
        ),
    ] = []
    development: Annotated[Development, SectionMeta("模型研制")] = Field(default_factory=Development)
    compute: Annotated[Compute, SectionMeta("算力与部署")] = Field(default_factory=Compute)
    corpus: Annotated[
        list[CorpusSource],
        RecordsMeta(
            "语料来源",
            "来源",
            "name",
            "每个来源一条，各有合法性证明。",
            clause=_GBT + "corpus-source",
            visible_when=_FILES,
        ),
    ] = []
    governance: Annotated[CorpusGovernance, SectionMeta("语料治理", visible_when=_FILES)] = Field(
        default_factory=CorpusGovernance
    )
    annotation: Annotated[Annotation, SectionMeta("语料标注", visible_when=_FILES)] = Field(
        default_factory=Annotation
    )
    teams: Annotated[
        list[AnnotationTeam],
        RecordsMeta(
            "标注团队",
            "团队",
            "name",
            clause=_GBT + "annotation",
            visible_when={"path": "large_model.annotation.involved", "is": "是"},
        ),
    ] = []
    service: Annotated[Service, SectionMeta("服务")] = Field(default_factory=Service)
    personal_data: Annotated[PersonalData, SectionMeta("个人信息")] = Field(default_factory=PersonalData)
    reviews: Annotated[
        list[ReviewMeasure], RecordsMeta("拦截措施", "措施", "name", "按先后顺序。", clause=_GBT + "measures")
    ] = []
    measures: Annotated[SafetyMeasures, SectionMeta("安全措施")] = Field(default_factory=SafetyMeasures)
    evaluation: Annotated[Evaluation, SectionMeta("安全评估")] = Field(default_factory=Evaluation)
    trial_accounts: Annotated[TrialAccounts, SectionMeta("测试账号")] = Field(default_factory=TrialAccounts)
    registration: Annotated[Registration, SectionMeta("登记", visible_when=_REGISTERS)] = Field(
        default_factory=Registration
    )
    result: Annotated[ModelResult, SectionMeta("备案结果")] = Field(default_factory=ModelResult)
