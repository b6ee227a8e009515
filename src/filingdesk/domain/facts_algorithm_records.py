"""Records of the algorithm filing: products and functions, models, data sets, flow, strategies, risks."""

from typing import Annotated

from filingdesk.domain.facts_subject import Item
from filingdesk.domain.facts_terms import (
    MODALITIES,
    PORTAL,
    SERVICE_FORMS,
)
from filingdesk.domain.meta import (
    Kind,
    RecordsMeta,
    attachments,
    choice,
    choices,
    long_text,
    number,
    of_kind,
    text,
    yes_no,
)


class Function(Item):
    name: Annotated[str, text("功能名称", clause=PORTAL)] = ""
    description: Annotated[
        str,
        long_text(
            "功能介绍",
            "说明这项功能给谁用、输入什么、算法做什么、输出什么，以及结果怎样标识。",
            why="审核人员会拿它与产品页面、自评估报告逐句对照。",
            good="用户输入商品问题，算法检索知识库并生成文字回答，回答下方标注“由人工智能生成”。",
            bad="提供领先的一站式智能服务体验。",
            clause=PORTAL,
        ),
    ] = ""
    path: Annotated[
        str,
        text(
            "功能访问路径",
            "从首页点到该功能的路径。",
            good="首页 → 右下角“在线客服” → 智能助手",
            clause=PORTAL,
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
            clause=PORTAL,
        ),
    ] = ""
    state: Annotated[
        str, choice("服务状态", ("已上线", "内测", "公测", "未上线", "已下线"), clause=PORTAL)
    ] = ""
    audience: Annotated[list[str], choices("服务对象", ("社会公众", "企业", "政府机构"), clause=PORTAL)] = []
    real_name: Annotated[str, yes_no("是否实名", "用户是否须完成真实身份信息认证。", clause=PORTAL)] = ""
    permit: Annotated[
        str,
        text(
            "前置许可", "从事新闻、出版、医疗等须许可的服务时填许可证名称和编号；没有填“无”。", clause=PORTAL
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
        list[Function], RecordsMeta("功能", "功能", "name", "每个产品至少一项功能。", clause=PORTAL)
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
    version: Annotated[str, text("版本", clause=PORTAL)] = ""
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
    purpose: Annotated[str, text("用途", "它在流程的哪一步起什么作用。", clause=PORTAL)] = ""
    structure: Annotated[
        str, long_text("结构与训练方法", "网络结构、参数规模、训练或微调方法。", clause=PORTAL)
    ] = ""
    proof: Annotated[
        list[str],
        attachments("合同或许可证明", "第三方合同、授权或开源许可文本。", clause="practice/return-05"),
    ] = []


class DataSet(Item):
    name: Annotated[str, text("数据集名称", clause=PORTAL)] = ""
    source: Annotated[
        str, choice("来源方式", ("开源", "自采", "商业采购", "使用者输入", "自有业务数据"), clause=PORTAL)
    ] = ""
    modality: Annotated[list[str], choices("模态", MODALITIES, clause=PORTAL)] = []
    size: Annotated[str, text("规模", "条数与大小。", good="12.6 万条，约 1.8 GB", clause=PORTAL)] = ""
    purpose: Annotated[str, text("用途", "训练、微调、检索或评测。", clause=PORTAL)] = ""
    lawful_basis: Annotated[
        str, long_text("合法来源说明", "合同、许可协议、用户授权或采集记录。", clause=PORTAL)
    ] = ""
    personal_data: Annotated[str, yes_no("含个人信息", clause=PORTAL)] = ""
    proof: Annotated[list[str], attachments("来源证明", clause=PORTAL)] = []


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
    name: Annotated[str, text("策略名称", clause=PORTAL)] = ""
    stage: Annotated[
        str, choice("作用位置", ("输入", "检索", "生成", "排序", "输出", "调度"), clause=PORTAL)
    ] = ""
    rule: Annotated[str, long_text("策略与阈值", "依据什么、阈值多少、触发后怎样。", clause=PORTAL)] = ""
    people: Annotated[str, text("负责岗位", clause=PORTAL)] = ""


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
    kind: Annotated[str, choice("风险类别", RISK_KINDS, clause=PORTAL)] = ""
    description: Annotated[
        str, long_text("风险描述", "在本产品里会怎样发生。", clause="practice/return-15")
    ] = ""
    likelihood: Annotated[str, choice("可能性", ("低", "中", "高"), clause=PORTAL)] = ""
    effect: Annotated[str, long_text("影响", "影响谁、多大范围。", clause=PORTAL)] = ""
    measure: Annotated[
        str, long_text("防范措施", "已经在做的措施，不写打算做的。", clause="practice/return-15")
    ] = ""
    proof: Annotated[str, text("佐证", "制度、记录或截图的名称。", clause=PORTAL)] = ""
