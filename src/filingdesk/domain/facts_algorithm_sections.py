"""Sections of the algorithm filing: labels, statutory extras, user rights, risk control, self-assessment, publicity, result."""

from typing import Annotated

from filingdesk.domain.facts_subject import Section
from filingdesk.domain.facts_terms import (
    PORTAL,
    when_type,
)
from filingdesk.domain.meta import (
    Kind,
    attachments,
    choice,
    choices,
    date,
    long_text,
    of_kind,
    text,
)


class TechnicalService(Section):
    methods: Annotated[
        list[str], choices("服务方式", ("API", "SDK", "私有化部署", "插件", "其他"), clause="deep-2023/art19")
    ] = []
    industries: Annotated[str, text("服务对象行业", clause=PORTAL)] = ""
    customers: Annotated[str, long_text("服务客户说明", "客户类型、数量和使用方式。", clause=PORTAL)] = ""


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
            visible_when=when_type("生成合成类"),
        ),
    ] = ""
    user_tags: Annotated[
        str,
        long_text(
            "用户模型与标签管理",
            "标签从哪来、怎样剔除违法不良关键词。",
            clause="algo-2022/art10",
            visible_when=when_type("个性化推送类"),
        ),
    ] = ""
    diversity: Annotated[
        str,
        long_text(
            "内容去重与打散",
            "怎样避免重复推送。",
            clause="algo-2022/art12",
            visible_when=when_type("个性化推送类"),
        ),
    ] = ""
    opt_out: Annotated[
        str,
        long_text(
            "关闭个性化选项与删除标签",
            "入口路径，关闭后怎样。",
            clause="algo-2022/art17",
            visible_when=when_type("个性化推送类"),
        ),
    ] = ""
    key_pages: Annotated[
        str,
        long_text(
            "重点环节人工干预",
            "首页首屏、热搜、精选、榜单、弹窗怎样人工干预和自主选择。",
            clause="algo-2022/art11",
            visible_when=when_type("排序精选类"),
        ),
    ] = ""
    ranking_integrity: Annotated[
        str,
        long_text(
            "防止操纵榜单",
            "怎样防止刷榜、控制热搜。",
            clause="algo-2022/art14",
            visible_when=when_type("排序精选类"),
        ),
    ] = ""
    feature_library: Annotated[
        str,
        long_text(
            "违法和不良信息特征库",
            "入库标准、规则和程序。",
            clause="algo-2022/art9",
            visible_when=when_type("检索过滤类"),
        ),
    ] = ""
    search_integrity: Annotated[
        str,
        long_text("防止操纵检索结果", clause="algo-2022/art14", visible_when=when_type("检索过滤类")),
    ] = ""
    labour: Annotated[
        str,
        long_text(
            "劳动者权益保障",
            "订单分配、报酬构成与支付、工作时间、奖惩怎样由算法决定、怎样申诉。",
            clause="algo-2022/art20",
            visible_when=when_type("调度决策类"),
        ),
    ] = ""
    fair_pricing: Annotated[
        str,
        long_text(
            "防止不合理差别待遇",
            "怎样保证不按消费者偏好和习惯在价格上作不合理差别待遇。",
            clause="algo-2022/art21",
            visible_when=when_type("调度决策类"),
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
        str, long_text("算法安全机制建设", "机构、制度、流程怎样落到这个算法。", clause=PORTAL)
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
        str, long_text("模型安全保障", "鲁棒性、更新回滚、防注入、防越狱。", clause=PORTAL)
    ] = ""
    data_safety: Annotated[
        str, long_text("数据安全防护", "采集、存储、加密、访问控制、留存期限。", clause=PORTAL)
    ] = ""


class SelfAssessment(Section):
    assessed_from: Annotated[str, date("自评估开始日期", clause=PORTAL)] = ""
    assessed_to: Annotated[str, date("自评估结束日期", clause=PORTAL)] = ""
    written_on: Annotated[str, date("报告撰写日期", clause=PORTAL)] = ""
    filing_kind: Annotated[
        str, choice("备案类型", ("首次备案", "变更备案", "注销备案"), clause="algo-2022/art24")
    ] = ""
    overview: Annotated[str, long_text("算法基本情况", "几句话：做什么、为谁、怎样工作。", clause=PORTAL)] = (
        ""
    )
    scope: Annotated[str, long_text("应用范围", clause=PORTAL)] = ""
    users: Annotated[str, long_text("服务群体", clause=PORTAL)] = ""
    social_impact: Annotated[str, long_text("社会影响", clause=PORTAL)] = ""
    facilities: Annotated[
        str, long_text("软硬件设施", "服务器、GPU、操作系统、主要框架。", clause=PORTAL)
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
    other: Annotated[str, long_text("其他", "没有填“无”。", clause=PORTAL, optional=True)] = ""
    conclusion: Annotated[
        str,
        long_text("安全评估结论", "依据前文的事实给出结论，写明仍存在的风险。", clause=PORTAL),
    ] = ""
    further: Annotated[str, long_text("其他应当说明的相关情况", "没有填“无”。", clause=PORTAL)] = ""


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
