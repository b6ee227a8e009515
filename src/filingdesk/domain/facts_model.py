"""The large-model filing (备案) or registration (登记): model, corpus, annotation, measures, evaluation, result."""

from typing import Annotated

from pydantic import Field

from filingdesk.domain.facts_subject import Item, Section
from filingdesk.domain.facts_terms import MODALITIES
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


class CorpusSource(Item):
    name: Annotated[str, text("语料来源名称", clause=_GBT + "corpus-source")] = ""
    kind: Annotated[
        str, choice("来源类型", ("开源", "自采", "商业", "使用者输入"), clause=_GBT + "corpus-source")
    ] = ""
    use: Annotated[
        str, choice("用途", ("预训练", "微调", "标注语料", "检索知识库", "评测"), clause=_FORM)
    ] = ""
    language: Annotated[
        str, choice("语言", ("中文", "英文", "多语言", "其他"), clause=_GBT + "corpus-source")
    ] = ""
    modality: Annotated[str, choice("模态", MODALITIES, clause=_GBT + "corpus-source")] = ""
    size: Annotated[str, text("大小", good="1.8 GB", clause=_FORM)] = ""
    records: Annotated[str, number("条数", unit="条", clause=_FORM)] = ""
    tokens: Annotated[str, text("词元数", "按训练分词器统计。", clause=_FORM, optional=True)] = ""
    foreign: Annotated[str, yes_no("境外来源", clause=_FORM)] = ""
    provider: Annotated[
        str, text("提供方", "开源社区、供应商或采集站点。", clause=_GBT + "corpus-source")
    ] = ""
    licence: Annotated[
        str,
        text("开源许可协议", clause=_GBT + "corpus-source", visible_when={"path": ".kind", "is": "开源"}),
    ] = ""
    collection: Annotated[
        str,
        long_text(
            "采集记录说明",
            "采集范围、时间、是否尊重 robots 协议和明示拒绝。",
            clause=_GBT + "corpus-source",
            visible_when={"path": ".kind", "is": "自采"},
        ),
    ] = ""
    contract: Annotated[
        str,
        long_text(
            "合同与承诺",
            "合同编号，供应方对来源、质量、安全的承诺。",
            clause=_GBT + "corpus-source",
            visible_when={"path": ".kind", "is": "商业"},
        ),
    ] = ""
    authorisation: Annotated[
        str,
        long_text(
            "使用者授权",
            "怎样取得授权。",
            clause=_GBT + "corpus-source",
            visible_when={"path": ".kind", "is": "使用者输入"},
        ),
    ] = ""
    illegal_before: Annotated[
        str,
        of_kind(
            Kind.PERCENT,
            "采集前抽检违法不良信息占比",
            "含违法不良信息超过 5% 的来源不应采集。",
            unit="%",
            clause=_GBT + "T1",
        ),
    ] = ""
    illegal_after: Annotated[
        str,
        of_kind(
            Kind.PERCENT,
            "采集后核验违法不良信息占比",
            "超过 5% 的不应用于训练。",
            unit="%",
            clause=_GBT + "T1",
        ),
    ] = ""
    personal_data: Annotated[
        str, choice("个人信息", ("不含", "含个人信息", "含敏感个人信息"), clause=_GBT + "corpus-content")
    ] = ""
    consent: Annotated[
        str,
        long_text(
            "个人信息同意",
            "敏感个人信息须单独同意。",
            clause=_GBT + "corpus-content",
            visible_when={"path": ".personal_data", "in": ["含个人信息", "含敏感个人信息"]},
        ),
    ] = ""
    cleaning: Annotated[str, long_text("清洗过滤方法", clause=_GBT + "corpus-content")] = ""
    proof: Annotated[
        list[str], attachments("来源证明", "许可协议、合同、采集记录或授权。", clause=_GBT + "corpus-source")
    ] = []


class AnnotationTeam(Item):
    name: Annotated[str, text("团队名称", clause=_GBT + "annotation")] = ""
    role: Annotated[
        str,
        choice(
            "角色",
            ("标注", "审核", "仲裁"),
            "同一任务中标注与审核不得由同一人承担。",
            clause=_GBT + "annotation",
        ),
    ] = ""
    kind: Annotated[str, choice("类型", ("自有", "外包"), clause=_GBT + "annotation")] = ""
    headcount: Annotated[str, number("人数", unit="人", clause=_GBT + "annotation")] = ""
    training: Annotated[
        str, long_text("培训与考核", "内容、次数、合格标准。", clause=_GBT + "annotation")
    ] = ""
    qualification: Annotated[str, text("资质要求", clause=_GBT + "annotation")] = ""


class ReviewMeasure(Item):
    layer: Annotated[
        str,
        choice(
            "层次",
            ("输入关键词", "输入分类模型", "系统提示与拒答", "输出关键词", "输出分类模型", "人工审核"),
            clause=_GBT + "measures",
        ),
    ] = ""
    name: Annotated[str, text("名称与版本", clause=_GBT + "measures")] = ""
    decides: Annotated[str, long_text("判定内容与阈值", clause=_GBT + "measures")] = ""
    handling: Annotated[str, long_text("命中后处理", clause=_GBT + "measures")] = ""
    update_cycle: Annotated[str, text("更新周期", clause=_GBT + "measures")] = ""


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


class CorpusGovernance(Section):
    filtering: Annotated[
        list[str], choices("语料过滤方式", ("关键词", "分类模型", "人工抽检"), clause=_GBT + "corpus-content")
    ] = []
    ip_owner: Annotated[str, text("知识产权负责人", clause=_GBT + "corpus-content", personal=True)] = ""
    ip_policy: Annotated[str, long_text("知识产权管理策略", clause=_GBT + "corpus-content")] = ""
    ip_complaints: Annotated[str, long_text("知识产权投诉渠道", clause=_GBT + "corpus-content")] = ""
    ip_notice: Annotated[str, long_text("向使用者告知知识产权风险", clause=_GBT + "corpus-content")] = ""
    foreign_share: Annotated[
        str, of_kind(Kind.PERCENT, "境外语料占比", "申请表要求填写。", unit="%", clause=_FORM)
    ] = ""
    total: Annotated[str, text("训练语料总规模", clause=_FORM)] = ""
    annotated_total: Annotated[str, text("标注语料规模", clause=_FORM)] = ""


class Annotation(Section):
    involved: Annotated[str, yes_no("涉及语料标注", clause=_GBT + "annotation")] = ""
    not_involved_reason: Annotated[
        str,
        long_text(
            "不涉及的理由", clause="practice/package-llm", visible_when={"path": ".involved", "is": "否"}
        ),
    ] = ""
    goal: Annotated[
        str, long_text("标注目标", clause=_GBT + "annotation", visible_when={"path": ".involved", "is": "是"})
    ] = ""
    format: Annotated[
        str,
        long_text(
            "标注格式与方法", clause=_GBT + "annotation", visible_when={"path": ".involved", "is": "是"}
        ),
    ] = ""
    quality: Annotated[
        str,
        long_text(
            "质量指标",
            "合格率、抽检比例、返工规则。",
            clause=_GBT + "annotation",
            visible_when={"path": ".involved", "is": "是"},
        ),
    ] = ""
    separate_rules: Annotated[
        str,
        yes_no(
            "功能性与安全性标注规则分开制定",
            clause=_GBT + "annotation",
            visible_when={"path": ".involved", "is": "是"},
        ),
    ] = ""
    covers_risks: Annotated[
        str,
        yes_no(
            "安全性标注规则覆盖 31 种风险",
            clause=_GBT + "annotation",
            visible_when={"path": ".involved", "is": "是"},
        ),
    ] = ""
    safety_reviewers: Annotated[
        str,
        number(
            "每条安全性标注的审核人数",
            "至少一名审核人员。",
            unit="人",
            clause=_GBT + "annotation",
            visible_when={"path": ".involved", "is": "是"},
        ),
    ] = ""
    separate_storage: Annotated[
        str,
        yes_no(
            "安全性标注数据隔离存储",
            clause=_GBT + "annotation",
            visible_when={"path": ".involved", "is": "是"},
        ),
    ] = ""
    rules_file: Annotated[
        list[str],
        attachments(
            "语料标注规则", clause="practice/package-llm", visible_when={"path": ".involved", "is": "是"}
        ),
    ] = []


class Service(Section):
    modes: Annotated[
        list[str], choices("服务方式", ("APP", "网页", "小程序", "API", "智能终端"), clause=_FORM)
    ] = []
    users: Annotated[str, text("服务对象", clause=_FORM)] = ""
    access: Annotated[
        str, long_text("用户注册与登录", "注册、登录、实名、协议确认、注销。", clause=_FORM)
    ] = ""
    home_notice: Annotated[
        str,
        long_text(
            "首页公开说明", "网站首页公开适用人群、场合、用途和所用第三方模型等。", clause=_GBT + "measures"
        ),
    ] = ""
    opt_out_path: Annotated[
        str,
        text("关闭“输入用于训练”的路径", good="我的 → 设置 → 隐私 → 用于改进服务", clause=_GBT + "T15"),
    ] = ""
    opt_out_clicks: Annotated[
        str,
        number("从主界面到关闭选项的点击次数", "不应超过 4 次。", unit="次", clause=_GBT + "T15"),
    ] = ""
    complaint_channel: Annotated[str, text("投诉举报渠道", clause=_GBT + "measures")] = ""
    complaint_rule: Annotated[str, long_text("投诉处理规则与时限", clause=_GBT + "measures")] = ""
    suspend_consecutive: Annotated[
        str,
        number("连续违规输入几次暂停服务", "连续三次即应暂停。", unit="次", clause=_GBT + "T16"),
    ] = ""
    suspend_daily: Annotated[
        str, number("一天内累计违规输入几次暂停服务", "累计五次即应暂停。", unit="次", clause=_GBT + "T16")
    ] = ""
    agreement: Annotated[list[str], attachments("模型服务协议", clause="practice/package-llm")] = []
    privacy: Annotated[list[str], attachments("隐私保护政策", clause="practice/package-llm")] = []


class PersonalData(Section):
    kinds: Annotated[str, long_text("收集的个人信息种类", "不收集填“不收集”。", clause=_FORM)] = ""
    purpose: Annotated[str, long_text("处理目的", clause=_FORM)] = ""
    retention: Annotated[str, text("保存期限", clause=_FORM)] = ""
    consent: Annotated[str, long_text("告知同意方式", clause=_FORM)] = ""
    deletion: Annotated[str, long_text("查阅、更正、删除方式", clause=_FORM)] = ""


class SafetyMeasures(Section):
    suitability: Annotated[str, long_text("适用人群、场合、用途论证", clause=_GBT + "measures")] = ""
    critical_uses: Annotated[
        str,
        long_text(
            "关键场合的保护措施",
            "用于关键信息基础设施、医疗、心理、金融等场合的；没有填“不涉及”。",
            clause=_GBT + "measures",
        ),
    ] = ""
    minors: Annotated[str, long_text("未成年人保护措施", clause=_GBT + "measures")] = ""
    input_check: Annotated[str, long_text("每轮输入检测", clause=_GBT + "model")] = ""
    refusal: Annotated[
        str, long_text("拒答策略", "明显偏激、诱导违法的拒答，其余正常回答。", clause=_GBT + "measures")
    ] = ""
    supervisors: Annotated[str, number("监看人员数量", unit="人", clause=_GBT + "measures")] = ""
    supervision: Annotated[str, long_text("监看制度", "岗位、班次、处置。", clause=_GBT + "measures")] = ""
    supply_chain: Annotated[
        str, long_text("供应链安全", "芯片、软件、工具、算力的持续供应。", clause=_GBT + "measures")
    ] = ""
    isolation: Annotated[str, long_text("训练与推理环境隔离", clause=_GBT + "measures")] = ""
    monitoring: Annotated[str, long_text("持续监测与应急", clause=_GBT + "measures")] = ""
    backup: Annotated[str, long_text("数据、模型、框架、工具的备份", clause=_GBT + "measures")] = ""
    accuracy: Annotated[str, long_text("提高准确性的措施", clause=_GBT + "model")] = ""
    reliability: Annotated[str, long_text("提高可靠性的措施", clause=_GBT + "model")] = ""
    classifier: Annotated[
        str, long_text("分类模型", "名称、版本、覆盖的风险。", clause=_GBT + "classifier")
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


class TrialAccounts(Section):
    filtered: Annotated[
        str,
        number(
            "附加审核策略的账号数", "数量以属地网信办要求为准。", unit="个", clause="practice/package-llm"
        ),
    ] = ""
    unfiltered: Annotated[
        str,
        number(
            "不附加审核策略的账号数", "数量以属地网信办要求为准。", unit="个", clause="practice/package-llm"
        ),
    ] = ""
    endpoint: Annotated[
        str, text("测试入口或接口地址", "账号口令另行提交，不写在这里。", clause="practice/package-llm")
    ] = ""
    valid_until: Annotated[str, text("有效期", good="至备案完成", clause="practice/package-llm")] = ""


class Registration(Section):
    called_model: Annotated[str, text("调用的已备案模型", clause="practice/package-llm-registration")] = ""
    called_provider: Annotated[str, text("模型提供方", clause="practice/package-llm-registration")] = ""
    called_number: Annotated[
        str, of_kind(Kind.MODEL_NUMBER, "已备案模型的备案号", clause="practice/package-llm-registration")
    ] = ""
    called_version: Annotated[str, text("版本", clause="practice/package-llm-registration")] = ""
    way: Annotated[
        str, choice("调用方式", ("API", "私有化部署", "云市场"), clause="practice/package-llm-registration")
    ] = ""
    proof: Annotated[
        list[str],
        attachments("调用证明", "合同、订单或控制台截图。", clause="practice/package-llm-registration"),
    ] = []


class ModelResult(Section):
    state: Annotated[
        str,
        choice(
            "状态",
            ("准备中", "属地已受理", "属地已通过", "国家已通过", "被退回"),
            clause="practice/llm-route",
        ),
    ] = ""
    number: Annotated[
        str, of_kind(Kind.MODEL_NUMBER, "备案号或登记号", optional=True, clause="practice/llm-route")
    ] = ""
    filed_on: Annotated[str, date("备案或登记日期", optional=True, clause="practice/llm-route")] = ""


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
