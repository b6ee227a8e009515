"""The algorithm filing: basic and detailed attributes, products, self-assessment, publicity, result."""

from typing import Annotated

from pydantic import Field

from filingdesk.domain.facts_subject import Item, Section
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

ALGORITHM_TYPES = ("生成合成类", "个性化推送类", "排序精选类", "检索过滤类", "调度决策类")
"""推荐规定 art 2. The word is 推送, not 推荐."""

PROVIDER, SUPPORTER = "服务提供者", "服务技术支持者"
"""深度合成 roles, deep-2023/art19."""

MODALITIES = ("文本", "图像", "音频", "视频", "三维场景", "结构化数据")

SERVICE_FORMS = ("网站", "APP", "小程序", "公众号", "API", "智能终端", "其他")

_PORTAL = "practice/form-algorithm"
_IS_PROVIDER = {"path": "algorithm.role", "is": PROVIDER}
_IS_SUPPORTER = {"path": "algorithm.role", "is": SUPPORTER}


def _when_type(term: str) -> dict[str, str]:
    return {"path": "algorithm.types", "has": term}


class Function(Item):
    name: Annotated[str, text("功能名称", clause=_PORTAL)] = ""
    description: Annotated[
        str,
        long_text(
            "功能介绍",
            "说明这项功能给谁用、输入什么、算法做什么、输出什么，以及结果怎样标识。",
            why="审核人员会拿它与产品页面、自评估报告逐句对照。",
            good="用户输入商品问题，算法检索知识库并生成文字回答，回答下方标注“由人工智能生成”。",
            bad="提供领先的一站式智能服务体验。",
            clause=_PORTAL,
        ),
    ] = ""
    path: Annotated[
        str,
        text(
            "功能访问路径",
            "从首页点到该功能的路径。",
            good="首页 → 右下角“在线客服” → 智能助手",
            clause=_PORTAL,
        ),
    ] = ""


class Product(Item):
    name: Annotated[str, text("产品名称", "与产品页面显示的名称一致。", clause="practice/return-01")] = ""
    forms: Annotated[
        list[str],
        choices("服务形式", SERVICE_FORMS, "可多选，与实际对外形式一致。", clause="practice/return-04"),
    ] = []
    url: Annotated[
        str,
        text(
            "访问地址",
            "网站填网址；APP、小程序填下载或搜索方式。",
            good="https://kefu.example.cn",
            clause=_PORTAL,
        ),
    ] = ""
    state: Annotated[
        str, choice("服务状态", ("已上线", "内测", "公测", "未上线", "已下线"), clause=_PORTAL)
    ] = ""
    audience: Annotated[list[str], choices("服务对象", ("社会公众", "企业", "政府机构"), clause=_PORTAL)] = []
    real_name: Annotated[str, yes_no("是否实名", "用户是否须完成真实身份信息认证。", clause=_PORTAL)] = ""
    permit: Annotated[
        str,
        text(
            "前置许可", "从事新闻、出版、医疗等须许可的服务时填许可证名称和编号；没有填“无”。", clause=_PORTAL
        ),
    ] = ""
    daily_active_users: Annotated[
        str, number("日活跃用户量（DAU）", unit="人", clause="practice/return-12")
    ] = ""
    monthly_active_users: Annotated[
        str,
        number("月活跃用户量（MAU）", "与表单、自评估报告一致。", unit="人", clause="practice/return-12"),
    ] = ""
    screenshots: Annotated[
        list[str], attachments("产品页面截图", "能看到产品名称和入口。", clause="practice/return-04")
    ] = []
    functions: Annotated[
        list[Function], RecordsMeta("功能", "功能", "name", "每个产品至少一项功能。", clause=_PORTAL)
    ] = []


MODEL_ORIGINS = ("自研", "开源模型", "微调开源模型", "第三方模型")


class UsedModel(Item):
    name: Annotated[str, text("模型名称", clause="practice/return-05")] = ""
    origin: Annotated[str, choice("来源", MODEL_ORIGINS, clause="practice/return-05")] = ""
    provider: Annotated[
        str,
        text(
            "提供方",
            "模型提供方全称；自研填本单位。",
            clause="practice/return-05",
        ),
    ] = ""
    version: Annotated[str, text("版本", clause=_PORTAL)] = ""
    base: Annotated[
        str,
        text(
            "基座模型",
            "微调所用的基座及版本。",
            clause="practice/return-05",
            visible_when={"path": ".origin", "is": "微调开源模型"},
        ),
    ] = ""
    licence: Annotated[
        str,
        text(
            "开源许可协议",
            "许可证名称与版本。",
            clause="practice/return-05",
            visible_when={"path": ".origin", "in": ["开源模型", "微调开源模型"]},
        ),
    ] = ""
    algorithm_number: Annotated[
        str,
        of_kind(
            Kind.ALGORITHM_NUMBER,
            "第三方算法备案号",
            "网信算备开头的编号。",
            clause="practice/return-05",
            visible_when={"path": ".origin", "is": "第三方模型"},
        ),
    ] = ""
    model_number: Annotated[
        str,
        of_kind(
            Kind.MODEL_NUMBER,
            "大模型备案号",
            "第三方模型或基座的备案号。",
            clause="practice/return-05",
            visible_when={"path": ".origin", "is": "第三方模型"},
        ),
    ] = ""
    purpose: Annotated[str, text("用途", "它在流程的哪一步起什么作用。", clause=_PORTAL)] = ""
    structure: Annotated[
        str, long_text("结构与训练方法", "网络结构、参数规模、训练或微调方法。", clause=_PORTAL)
    ] = ""
    proof: Annotated[
        list[str],
        attachments("合同或许可证明", "第三方合同、授权或开源许可文本。", clause="practice/return-05"),
    ] = []


class DataSet(Item):
    name: Annotated[str, text("数据集名称", clause=_PORTAL)] = ""
    source: Annotated[
        str, choice("来源方式", ("开源", "自采", "商业采购", "使用者输入", "自有业务数据"), clause=_PORTAL)
    ] = ""
    modality: Annotated[list[str], choices("模态", MODALITIES, clause=_PORTAL)] = []
    size: Annotated[str, text("规模", "条数与大小。", good="12.6 万条，约 1.8 GB", clause=_PORTAL)] = ""
    purpose: Annotated[str, text("用途", "训练、微调、检索或评测。", clause=_PORTAL)] = ""
    lawful_basis: Annotated[
        str, long_text("合法来源说明", "合同、许可协议、用户授权或采集记录。", clause=_PORTAL)
    ] = ""
    personal_data: Annotated[str, yes_no("含个人信息", clause=_PORTAL)] = ""
    proof: Annotated[list[str], attachments("来源证明", clause=_PORTAL)] = []


class FlowNode(Item):
    name: Annotated[str, text("环节名称", good="输入审核", clause="practice/return-11")] = ""
    stage: Annotated[
        str,
        choice(
            "环节类别",
            (
                "用户输入",
                "输入审核",
                "检索",
                "模型推理",
                "人工干预",
                "输出审核",
                "结果标识",
                "结果输出",
                "日志留存",
                "其他",
            ),
            clause="practice/return-11",
        ),
    ] = ""
    description: Annotated[
        str,
        long_text("做什么", "输入、处理、输出与未通过时怎样处理。", clause="practice/return-11"),
    ] = ""
    decided_by: Annotated[
        str, choice("由谁决定", ("系统自动", "人工", "系统自动并人工复核"), clause="practice/return-07")
    ] = ""


class Strategy(Item):
    name: Annotated[str, text("策略名称", clause=_PORTAL)] = ""
    stage: Annotated[
        str, choice("作用位置", ("输入", "检索", "生成", "排序", "输出", "调度"), clause=_PORTAL)
    ] = ""
    rule: Annotated[str, long_text("策略与阈值", "依据什么、阈值多少、触发后怎样。", clause=_PORTAL)] = ""
    people: Annotated[str, text("负责岗位", clause=_PORTAL)] = ""


RISK_KINDS = (
    "算法滥用",
    "被恶意利用",
    "算法漏洞",
    "违法和不良信息生成",
    "违法和不良信息存储",
    "违法和不良信息传播",
    "数据和用户信息泄露",
    "其他",
)


class RiskItem(Item):
    kind: Annotated[str, choice("风险类别", RISK_KINDS, clause=_PORTAL)] = ""
    description: Annotated[
        str, long_text("风险描述", "在本产品里会怎样发生。", clause="practice/return-15")
    ] = ""
    likelihood: Annotated[str, choice("可能性", ("低", "中", "高"), clause=_PORTAL)] = ""
    effect: Annotated[str, long_text("影响", "影响谁、多大范围。", clause=_PORTAL)] = ""
    measure: Annotated[
        str, long_text("防范措施", "已经在做的措施，不写打算做的。", clause="practice/return-15")
    ] = ""
    proof: Annotated[str, text("佐证", "制度、记录或截图的名称。", clause=_PORTAL)] = ""


class TechnicalService(Section):
    methods: Annotated[
        list[str], choices("服务方式", ("API", "SDK", "私有化部署", "插件", "其他"), clause="deep-2023/art19")
    ] = []
    industries: Annotated[str, text("服务对象行业", clause=_PORTAL)] = ""
    customers: Annotated[str, long_text("服务客户说明", "客户类型、数量和使用方式。", clause=_PORTAL)] = ""


class Labels(Section):
    explicit_text: Annotated[
        str, text("显式标识文字", "用户看到的提示。", good="由人工智能生成", clause="labels-2025/explicit")
    ] = ""
    explicit_place: Annotated[
        str,
        long_text(
            "显式标识位置与方式", "在什么位置、多大字号、是否随导出文件保留。", clause="labels-2025/explicit"
        ),
    ] = ""
    explicit_screenshots: Annotated[list[str], attachments("显式标识截图", clause="practice/return-08")] = []
    implicit_method: Annotated[
        str,
        long_text("隐式标识方式", "写在哪类文件的什么元数据里。", clause="labels-2025/implicit"),
    ] = ""
    implicit_elements: Annotated[
        list[str],
        choices(
            "隐式标识要素",
            ("生成合成属性", "服务提供者名称或编码", "内容编号"),
            "标识办法要求的三项要素。",
            clause="labels-2025/implicit",
        ),
    ] = []
    implicit_screenshots: Annotated[
        list[str], attachments("隐式标识截图", "能看到元数据的截图。", clause="practice/return-08")
    ] = []


class TypeExtras(Section):
    fake_news: Annotated[
        str,
        long_text(
            "防止虚假新闻的措施",
            "怎样防止生成合成虚假新闻信息。",
            clause="algo-2022/art13",
            visible_when=_when_type("生成合成类"),
        ),
    ] = ""
    user_tags: Annotated[
        str,
        long_text(
            "用户模型与标签管理",
            "标签从哪来、怎样剔除违法不良关键词。",
            clause="algo-2022/art10",
            visible_when=_when_type("个性化推送类"),
        ),
    ] = ""
    diversity: Annotated[
        str,
        long_text(
            "内容去重与打散",
            "怎样避免重复推送。",
            clause="algo-2022/art12",
            visible_when=_when_type("个性化推送类"),
        ),
    ] = ""
    opt_out: Annotated[
        str,
        long_text(
            "关闭个性化选项与删除标签",
            "入口路径，关闭后怎样。",
            clause="algo-2022/art17",
            visible_when=_when_type("个性化推送类"),
        ),
    ] = ""
    key_pages: Annotated[
        str,
        long_text(
            "重点环节人工干预",
            "首页首屏、热搜、精选、榜单、弹窗怎样人工干预和自主选择。",
            clause="algo-2022/art11",
            visible_when=_when_type("排序精选类"),
        ),
    ] = ""
    ranking_integrity: Annotated[
        str,
        long_text(
            "防止操纵榜单",
            "怎样防止刷榜、控制热搜。",
            clause="algo-2022/art14",
            visible_when=_when_type("排序精选类"),
        ),
    ] = ""
    feature_library: Annotated[
        str,
        long_text(
            "违法和不良信息特征库",
            "入库标准、规则和程序。",
            clause="algo-2022/art9",
            visible_when=_when_type("检索过滤类"),
        ),
    ] = ""
    search_integrity: Annotated[
        str,
        long_text("防止操纵检索结果", clause="algo-2022/art14", visible_when=_when_type("检索过滤类")),
    ] = ""
    labour: Annotated[
        str,
        long_text(
            "劳动者权益保障",
            "订单分配、报酬构成与支付、工作时间、奖惩怎样由算法决定、怎样申诉。",
            clause="algo-2022/art20",
            visible_when=_when_type("调度决策类"),
        ),
    ] = ""
    fair_pricing: Annotated[
        str,
        long_text(
            "防止不合理差别待遇",
            "怎样保证不按消费者偏好和习惯在价格上作不合理差别待遇。",
            clause="algo-2022/art21",
            visible_when=_when_type("调度决策类"),
        ),
    ] = ""


class UserRights(Section):
    notice: Annotated[
        str,
        long_text(
            "告知与公示",
            "在哪里以什么方式告知用户算法服务情况，公示原理、目的意图和主要运行机制。",
            clause="algo-2022/art16",
        ),
    ] = ""
    notice_screenshots: Annotated[list[str], attachments("告知与公示截图", clause="practice/return-09")] = []
    complaints: Annotated[
        str, long_text("申诉、投诉、举报入口", "入口位置、受理和反馈时限。", clause="algo-2022/art22")
    ] = ""
    complaint_screenshots: Annotated[
        list[str], attachments("投诉举报入口截图", clause="practice/return-09")
    ] = []
    minors: Annotated[
        str, long_text("未成年人保护", "不面向未成年人的，写怎样避免。", clause="algo-2022/art18")
    ] = ""
    elderly: Annotated[str, long_text("老年人权益保障", "适老化与反诈提示。", clause="algo-2022/art19")] = ""
    agreement: Annotated[
        list[str], attachments("用户协议", "协议主体须与备案主体一致。", clause="practice/return-02")
    ] = []
    agreement_subject: Annotated[
        str, text("用户协议中的主体", "协议里写的公司全称。", clause="practice/return-02")
    ] = ""


class RiskControl(Section):
    mechanism: Annotated[
        str, long_text("算法安全机制建设", "机构、制度、流程怎样落到这个算法。", clause=_PORTAL)
    ] = ""
    input_review: Annotated[
        str, long_text("输入审核", "机器还是人工、覆盖哪些入口、怎样处理。", clause="practice/return-07")
    ] = ""
    output_review: Annotated[
        str, long_text("输出审核", "机器还是人工、覆盖范围、抽检比例。", clause="practice/return-07")
    ] = ""
    content_governance: Annotated[str, long_text("内容生态治理", clause="practice/return-10")] = ""
    content_screenshots: Annotated[
        list[str], attachments("内容生态治理截图", clause="practice/return-10")
    ] = []
    model_safety: Annotated[
        str, long_text("模型安全保障", "鲁棒性、更新回滚、防注入、防越狱。", clause=_PORTAL)
    ] = ""
    data_safety: Annotated[
        str, long_text("数据安全防护", "采集、存储、加密、访问控制、留存期限。", clause=_PORTAL)
    ] = ""


class SelfAssessment(Section):
    assessed_from: Annotated[str, date("自评估开始日期", clause=_PORTAL)] = ""
    assessed_to: Annotated[str, date("自评估结束日期", clause=_PORTAL)] = ""
    written_on: Annotated[str, date("报告撰写日期", clause=_PORTAL)] = ""
    filing_kind: Annotated[
        str, choice("备案类型", ("首次备案", "变更备案", "注销备案"), clause="algo-2022/art24")
    ] = ""
    overview: Annotated[
        str, long_text("算法基本情况", "几句话：做什么、为谁、怎样工作。", clause=_PORTAL)
    ] = ""
    scope: Annotated[str, long_text("应用范围", clause=_PORTAL)] = ""
    users: Annotated[str, long_text("服务群体", clause=_PORTAL)] = ""
    social_impact: Annotated[str, long_text("社会影响", clause=_PORTAL)] = ""
    facilities: Annotated[
        str, long_text("软硬件设施", "服务器、GPU、操作系统、主要框架。", clause=_PORTAL)
    ] = ""
    deployment: Annotated[
        str,
        text(
            "部署位置",
            "机房或云、地域、公网 IP。",
            good="示例云 华东1（杭州），公网 IP 192.0.2.10",
            clause="practice/return-06",
        ),
    ] = ""
    other: Annotated[str, long_text("其他", "没有填“无”。", clause=_PORTAL, optional=True)] = ""
    conclusion: Annotated[
        str,
        long_text("安全评估结论", "依据前文的事实给出结论，写明仍存在的风险。", clause=_PORTAL),
    ] = ""
    further: Annotated[str, long_text("其他应当说明的相关情况", "没有填“无”。", clause=_PORTAL)] = ""


class Publicity(Section):
    principle: Annotated[str, long_text("基本原理", "让普通用户读得懂。", clause="algo-2022/art16")] = ""
    mechanism: Annotated[str, long_text("运行机制", clause="algo-2022/art16")] = ""
    scenario: Annotated[str, long_text("应用场景", clause="algo-2022/art16")] = ""
    intention: Annotated[str, long_text("目的意图", clause="algo-2022/art16")] = ""
    state: Annotated[str, text("公示情况", "已公示的填链接。", optional=True, clause="algo-2022/art26")] = ""


class AlgorithmResult(Section):
    subject_state: Annotated[
        str,
        choice("主体备案状态", ("未提交", "已提交待批", "已通过", "被退回"), clause="practice/two-stages"),
    ] = ""
    state: Annotated[
        str, choice("算法备案状态", ("准备中", "已提交待批", "已通过", "被退回"), clause="algo-2022/art25")
    ] = ""
    number: Annotated[
        str,
        of_kind(
            Kind.ALGORITHM_NUMBER,
            "算法备案号",
            "网信算备 + 21 位数字 + 号。",
            clause="algo-2022/art26",
            optional=True,
        ),
    ] = ""
    number_pending_reason: Annotated[
        str,
        text(
            "尚无备案号的原因",
            "大模型备案时还没有编号的，写明原因。",
            good="已于 2026-10-20 提交，等待审核",
            clause="practice/default-order",
            optional=True,
        ),
    ] = ""
    filed_on: Annotated[str, date("备案日期", clause="algo-2022/art24", optional=True)] = ""
    link: Annotated[str, of_kind(Kind.URL, "公示链接", clause="algo-2022/art26", optional=True)] = ""
    display: Annotated[
        str,
        long_text("备案号展示位置", "网站、APP 的哪个位置展示编号和公示信息链接。", clause="algo-2022/art26"),
    ] = ""


class Algorithm(Section):
    name: Annotated[
        str,
        text(
            "算法名称",
            "全部文书用同一个名称，不用别名。",
            why="名称不一致是最常见的退回原因。",
            good="示例智联客服对话生成算法",
            bad="智能算法",
            clause="practice/return-01",
        ),
    ] = ""
    types: Annotated[
        list[str],
        choices(
            "算法类型",
            ALGORITHM_TYPES,
            "推荐规定第二条的五类；一次备案只报一个算法。",
            clause="algo-2022/art2",
        ),
    ] = []
    deep_synthesis: Annotated[
        str,
        yes_no(
            "属于深度合成",
            "利用深度学习等生成合成类算法制作文本、图像、音频、视频、虚拟场景等。",
            clause="deep-2023/art19",
            visible_when=_when_type("生成合成类"),
        ),
    ] = ""
    role: Annotated[
        str,
        choice(
            "角色",
            (PROVIDER, SUPPORTER),
            "直接向用户提供服务的是服务提供者；为其提供技术的是服务技术支持者，表单不同。",
            clause="deep-2023/art19",
        ),
    ] = ""
    launched: Annotated[str, yes_no("是否已上线", clause="algo-2022/art24")] = ""
    launched_on: Annotated[
        str,
        date(
            "上线时间",
            "上线之日起十个工作日内备案。",
            clause="algo-2022/art24",
            visible_when={"path": "algorithm.launched", "is": "是"},
        ),
    ] = ""
    field: Annotated[
        str,
        choice(
            "应用领域",
            (
                "电子商务",
                "新闻资讯",
                "社交娱乐",
                "教育",
                "医疗健康",
                "金融",
                "政务",
                "交通出行",
                "办公",
                "其他",
            ),
            clause=_PORTAL,
        ),
    ] = ""
    scenario: Annotated[str, long_text("使用场景", "谁在什么情况下用它做什么。", clause=_PORTAL)] = ""
    public_opinion: Annotated[
        str,
        yes_no(
            "具有舆论属性或社会动员能力",
            "论坛、博客、聊天室、公众账号、短视频、直播、信息分享、小程序等，或能发动公众的服务。",
            clause="assessment-2018/art2",
        ),
    ] = ""
    summary: Annotated[
        str,
        long_text(
            "算法简介",
            "写本算法的输入、处理、输出和作用，不写公司介绍。",
            why="与自评估报告、拟公示内容对照。",
            bad="本算法行业领先、安全可靠。",
            clause="practice/return-15",
        ),
    ] = ""
    input_modalities: Annotated[
        list[str], choices("输入模态", MODALITIES, "与文件格式一一对应。", clause="practice/return-03")
    ] = []
    input_formats: Annotated[
        str, text("输入文件格式", "用顿号分隔。", good="TXT、JSON", clause="practice/return-03")
    ] = ""
    output_modalities: Annotated[
        list[str], choices("输出模态", MODALITIES, "与文件格式一一对应。", clause="practice/return-03")
    ] = []
    output_formats: Annotated[
        str, text("输出文件格式", "用顿号分隔。", good="TXT、PNG", clause="practice/return-03")
    ] = ""
    risk_mechanism: Annotated[
        str, long_text("算法风险与防范机制", "表单中的总述，与自评估报告第三、四章一致。", clause=_PORTAL)
    ] = ""
    models: Annotated[
        list[UsedModel], RecordsMeta("所用模型", "模型", "name", clause="practice/return-05")
    ] = []
    datasets: Annotated[list[DataSet], RecordsMeta("算法数据", "数据集", "name", clause=_PORTAL)] = []
    flow: Annotated[
        list[FlowNode],
        RecordsMeta("算法流程", "环节", "name", "从输入到日志，写到每个环节。", clause="practice/return-11"),
    ] = []
    strategies: Annotated[list[Strategy], RecordsMeta("干预策略", "策略", "name", clause=_PORTAL)] = []
    labels: Annotated[
        Labels, SectionMeta("结果标识", "显式与隐式标识及截图。", visible_when=_when_type("生成合成类"))
    ] = Field(default_factory=Labels)
    extras: Annotated[TypeExtras, SectionMeta("各类型法定要求")] = Field(default_factory=TypeExtras)
    products: Annotated[
        list[Product],
        RecordsMeta(
            "产品及功能信息",
            "产品",
            "name",
            "一个算法可关联多个产品，每个产品至少有一项功能。",
            clause="practice/return-04",
            visible_when={"not": _IS_SUPPORTER},
        ),
    ] = []
    service: Annotated[TechnicalService, SectionMeta("技术服务方式", visible_when=_IS_SUPPORTER)] = Field(
        default_factory=TechnicalService
    )
    risks: Annotated[
        list[RiskItem], RecordsMeta("风险研判", "风险", "kind", clause="practice/return-15")
    ] = []
    rights: Annotated[UserRights, SectionMeta("用户权益保护")] = Field(default_factory=UserRights)
    control: Annotated[RiskControl, SectionMeta("风险防控情况")] = Field(default_factory=RiskControl)
    assessment: Annotated[SelfAssessment, SectionMeta("自评估")] = Field(default_factory=SelfAssessment)
    publicity: Annotated[Publicity, SectionMeta("拟公示内容")] = Field(default_factory=Publicity)
    result: Annotated[AlgorithmResult, SectionMeta("备案结果")] = Field(default_factory=AlgorithmResult)
