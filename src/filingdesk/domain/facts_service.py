"""The service of a large model: interception, agreement, personal data, safety measures, trial access, registration, result."""

from typing import Annotated

from filingdesk.domain.facts_subject import Item, Section
from filingdesk.domain.meta import (
    Kind,
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

_FORM = "practice/form-llm"
_GBT = "gbt-45654-2025/"
_API = {"path": "large_model.trial_accounts.api", "is": "是"}


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
    ownership: Annotated[
        str,
        long_text(
            "输入与生成内容的权利约定",
            "输入内容、生成内容归谁，服务方可以怎样使用；与服务协议一致。",
            good="输入内容的权利归使用者；在法律允许的范围内，生成内容的权利由使用者享有。",
            clause="practice/package-llm",
        ),
    ] = ""
    dispute: Annotated[
        str,
        text("协议的争议解决方式", "与服务协议一致。", optional=True, clause="practice/package-llm"),
    ] = ""
    agreement_changes: Annotated[
        str,
        long_text("协议和政策变更的通知", "提前几日、以什么方式通知使用者。", clause="practice/package-llm"),
    ] = ""
    agreement: Annotated[
        list[str],
        attachments(
            "模型服务协议",
            "已经有的正式文本；不附时，提交包里放由所填内容生成的草案。",
            clause="practice/package-llm",
        ),
    ] = []
    privacy: Annotated[
        list[str],
        attachments(
            "隐私保护政策",
            "已经有的正式文本；不附时，提交包里放由所填内容生成的草案。",
            clause="practice/package-llm",
        ),
    ] = []


class PersonalData(Section):
    kinds: Annotated[str, long_text("收集的个人信息种类", "不收集填“不收集”。", clause=_FORM)] = ""
    purpose: Annotated[str, long_text("处理目的", clause=_FORM)] = ""
    retention: Annotated[str, text("保存期限", clause=_FORM)] = ""
    consent: Annotated[str, long_text("告知同意方式", clause=_FORM)] = ""
    deletion: Annotated[str, long_text("查阅、更正、删除方式", clause=_FORM)] = ""
    storage: Annotated[
        str, text("存储地点", "存放个人信息的地域。", good="中国境内（杭州）", clause=_FORM)
    ] = ""
    sharing: Annotated[
        str,
        long_text(
            "委托处理与对外提供",
            "交给谁、哪些信息、什么目的；没有填“不委托他人处理，也不对外提供”。",
            clause=_FORM,
        ),
    ] = ""
    contact: Annotated[
        str, text("个人信息保护联系方式", "写部门和邮箱或电话。", good="privacy@example.cn", clause=_FORM)
    ] = ""


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
    permissions: Annotated[
        str,
        long_text(
            "内容审核权限分级",
            "各级岗位能看什么、能处置什么、什么要上一级批准。",
            clause=_GBT + "measures",
        ),
    ] = ""
    review_records: Annotated[
        str,
        long_text("审核记录与留存", "留下哪些记录、保存多久、谁能查阅。", clause=_GBT + "measures"),
    ] = ""
    shutdown: Annotated[
        str,
        long_text(
            "停用与降级",
            "什么情况下停用生成功能、由谁决定、怎样降级、怎样恢复。",
            clause=_GBT + "measures",
        ),
    ] = ""
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
    api: Annotated[
        str, yes_no("提供测试接口", "以接口方式供测试的选“是”。", clause="practice/package-llm")
    ] = ""
    auth: Annotated[
        str,
        text(
            "接口鉴权方式",
            "只写方式，不写口令和密钥。",
            good="请求头 Authorization 携带固定令牌，令牌当面移交",
            clause="practice/package-llm",
            visible_when=_API,
        ),
    ] = ""
    request: Annotated[
        str,
        long_text("请求示例", "JSON，不含真实令牌。", clause="practice/package-llm", visible_when=_API),
    ] = ""
    response: Annotated[
        str, long_text("返回示例", "JSON，非流式。", clause="practice/package-llm", visible_when=_API)
    ] = ""
    streaming: Annotated[
        str,
        long_text(
            "流式返回",
            "怎样开启、每段的格式和结束标记；没有填“不支持流式返回”。",
            clause="practice/package-llm",
            visible_when=_API,
        ),
    ] = ""
    errors: Annotated[
        str,
        long_text("错误返回", "错误码和含义。", clause="practice/package-llm", visible_when=_API),
    ] = ""
    in_bundle: Annotated[
        str,
        yes_no(
            "测试说明放进提交包",
            "一般另行提交；属地网信办要求一并提交的选“是”。账号口令任何时候都不放。",
            clause="practice/package-llm",
            optional=True,
        ),
    ] = ""


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
    place: Annotated[
        str,
        text(
            "被调用模型的部署位置",
            "提供方的机房、地域，或本单位的私有化环境。",
            clause="practice/package-llm-registration",
        ),
    ] = ""
    use: Annotated[
        str,
        long_text(
            "调用用途与环节",
            "在服务的哪一步调用、输入什么、返回什么。",
            clause="practice/package-llm-registration",
        ),
    ] = ""
    data_sent: Annotated[
        str,
        long_text(
            "提供给模型的数据",
            "随请求发送哪些数据，提供方是否留存、是否用于训练。",
            clause="practice/package-llm-registration",
        ),
    ] = ""
    contract: Annotated[
        str, text("合同或订单", "编号、签订日期和有效期。", clause="practice/package-llm-registration")
    ] = ""
    responsibility: Annotated[
        str,
        long_text(
            "双方责任划分",
            "内容安全、数据安全、投诉处理各由谁负责，依据合同哪一条。",
            clause="practice/package-llm-registration",
        ),
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
