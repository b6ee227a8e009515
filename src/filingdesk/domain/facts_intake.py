"""适用判定: the few answers that decide which filings are due and that no other part of the facts holds.

Types, role, launch, model origin and filing state stand in `algorithm` and `large_model`; the guided intake asks for them
there (`resources/rulesets/routes/route.yaml` says in which order), so that no answer is kept twice.
"""

from typing import Annotated, Any

from filingdesk.domain.facts_subject import Section
from filingdesk.domain.meta import NO, YES, choice, choices, date

UNSURE = "不清楚"
"""Always an answer; it keeps the question open and says so."""

PUBLIC, BUSINESS, INTERNAL, ABROAD = "境内社会公众", "境内企业或机构", "本单位内部人员", "境外用户"

LISTED_FORMS = (
    "论坛",
    "博客",
    "微博客",
    "聊天室",
    "通讯群组",
    "公众账号",
    "短视频",
    "网络直播",
    "信息分享",
    "小程序",
)
"""安全评估规定 art 2 (1)."""
OTHER_FORM = "其他能让公众表达意见或能发动公众的服务"
"""安全评估规定 art 2 (2)."""
NO_FORM = "以上都没有"

TRAINED, RETRIEVAL, NOT_OWN = "用自有语料训练或微调", "检索增强（知识库）", "没有用自有语料"

LLM_YES, LLM_NO = "使用", "不使用"

UNSURE_TERMS = (
    "算法类型",
    "深度合成",
    "角色",
    "模型来源",
    "面向未成年人",
    "是否上线",
    "上线时间",
    "备案状态",
    "主体备案状态",
    "算法备案号",
    "终止日期",
    "提交日期",
)
"""Questions of the guided intake whose answer stands elsewhere in the facts and there has no 不清楚."""

_GENERATIVE = {
    "any": [
        {"path": "algorithm.types", "has": "生成合成类"},
        {"path": "algorithm.types", "filled": False},
    ]
}
_OFFERED = {
    "any": [
        {"path": "intake.offered_to", "filled": False},
        {"path": "intake.offered_to", "has_any": [PUBLIC, BUSINESS, UNSURE]},
    ]
}
"""Purely internal or foreign use settles everything at once; then nothing more is asked."""
_TO_PUBLIC = {
    "any": [
        {"path": "intake.offered_to", "filled": False},
        {"path": "intake.offered_to", "has_any": [PUBLIC, UNSURE]},
    ]
}
_NO_LLM = {
    "any": [
        {"path": "intake.llm", "is": LLM_NO},
        {
            "all": [
                {"path": "algorithm.types", "filled": True},
                {"not": {"path": "algorithm.types", "has": "生成合成类"}},
            ]
        },
    ]
}
_NOT_UNLAUNCHED = {"not": {"path": "algorithm.launched", "is": NO}}


def _all(*conditions: dict[str, Any]) -> dict[str, Any]:
    return {"all": list(conditions)}


_ASSESSMENT = "assessment-2018/art2"
_DATA = "只用于项目资料还没填时的诊断；填了语料、数据、制度等页面后，以那里为准。"


class Intake(Section):
    offered_to: Annotated[
        list[str],
        choices(
            "服务提供给谁",
            (PUBLIC, BUSINESS, INTERNAL, ABROAD, UNSURE),
            "按实际使用者选，可多选。只给本单位内部人员用的工具，选“本单位内部人员”一项。",
            why="没有向境内公众提供的，暂行办法不适用；算法备案也只针对向公众提供的互联网信息服务。",
            clause="genai-2023/art2",
        ),
    ] = []
    forms: Annotated[
        list[str],
        choices(
            "有哪些能让公众发言或传播的形式",
            (*LISTED_FORMS, OTHER_FORM, NO_FORM, UNSURE),
            "逐项对照：服务本身是，或者附带有这种功能，都算。",
            why="有其中任何一项，就属于具有舆论属性或社会动员能力，要办算法备案。",
            clause=_ASSESSMENT,
            visible_when=_TO_PUBLIC,
        ),
    ] = []
    llm: Annotated[
        str,
        choice(
            "是否使用大模型生成内容",
            (LLM_YES, LLM_NO, UNSURE),
            "文字、图片、音频、视频由生成式人工智能产生的，选“使用”，不论模型是谁的。",
            clause="genai-2023/art2",
            visible_when=_all(_TO_PUBLIC, _GENERATIVE),
        ),
    ] = ""
    own_corpus: Annotated[
        list[str],
        choices(
            "调用之外，自有语料怎样用",
            (NOT_OWN, RETRIEVAL, TRAINED, UNSURE),
            "只写提示词、不加语料的，选“没有用自有语料”。",
            why="不改动地调用已备案模型办登记；用自有语料训练或微调的办备案。",
            clause="practice/llm-route",
            visible_when=_all(
                _TO_PUBLIC, {"path": "large_model.development.origin", "is": "直接调用已备案模型"}
            ),
        ),
    ] = []
    minors: Annotated[
        str,
        choice(
            "服务是否面向未成年人",
            (YES, NO, UNSURE),
            "使用大模型的，在“模型基本情况”里回答，这里不再问。",
            clause="algo-2022/art18",
            visible_when=_all(_TO_PUBLIC, _NO_LLM),
        ),
    ] = ""
    humanlike: Annotated[
        str,
        choice(
            "是否提供拟人化互动",
            (YES, NO, UNSURE),
            "以虚拟角色、陪伴等方式模拟真人性格和情感，与用户持续互动的，选“是”。",
            clause="humanlike-2026/scope",
            visible_when=_all(_TO_PUBLIC, {"path": "algorithm.types", "has": "生成合成类"}),
        ),
    ] = ""
    on_device: Annotated[
        str,
        choice(
            "模型是否在手机等终端上运行",
            (YES, NO, UNSURE),
            "全部或部分推理在用户的手机、平板等终端完成的，选“是”。",
            clause="practice/llm-route",
            visible_when=_all(_TO_PUBLIC, {"path": "intake.llm", "is": LLM_YES}),
        ),
    ] = ""
    ended: Annotated[
        str,
        choice(
            "服务是否已终止",
            (YES, NO, UNSURE),
            "全部渠道都已停止向用户提供的，选“是”。",
            clause="algo-2022/art24",
            visible_when=_all(_OFFERED, _NOT_UNLAUNCHED),
        ),
    ] = ""
    ended_on: Annotated[
        str,
        date(
            "终止服务的日期",
            "从这一天起算注销的期限。",
            clause="algo-2022/art24",
            visible_when=_all(
                _OFFERED,
                _NOT_UNLAUNCHED,
                {"path": "intake.ended", "is": YES},
            ),
        ),
    ] = ""
    submitted_on: Annotated[
        str,
        date(
            "算法备案提交日期",
            "在备案系统里提交的那一天；审查期限从材料齐全之日起算。",
            clause="algo-2022/art25",
            visible_when={"path": "algorithm.result.state", "in": ["已提交待批", "已通过", "被退回"]},
        ),
    ] = ""
    changed_on: Annotated[
        str,
        date(
            "备案信息最近一次变更的日期",
            "备案之后算法、产品等信息变过的才填。",
            clause="algo-2022/art24",
            optional=True,
            visible_when={"path": "algorithm.result.state", "is": "已通过"},
        ),
    ] = ""
    change_submitted_on: Annotated[
        str,
        date(
            "变更备案提交日期",
            "已经办了变更的才填。",
            clause="algo-2022/art24",
            optional=True,
            visible_when={"path": "intake.changed_on", "filled": True},
        ),
    ] = ""
    cancelled_on: Annotated[
        str,
        date(
            "注销备案提交日期",
            "已经办了注销的才填。",
            clause="algo-2022/art24",
            optional=True,
            visible_when={"path": "intake.ended", "is": YES},
        ),
    ] = ""
    unsure: Annotated[
        list[str],
        choices(
            "现在还不清楚的",
            UNSURE_TERMS,
            "在别的页面回答的问题，一时不清楚的，在这里勾上；判定结果会列出还要弄清什么、怎样弄清。",
            optional=True,
        ),
    ] = []
    data_sources: Annotated[
        list[str],
        choices(
            "训练或检索数据从哪来",
            ("开源", "自采", "商业采购", "使用者输入", "自有业务数据", UNSURE),
            _DATA,
            optional=True,
            clause="gbt-45654-2025/corpus-source",
        ),
    ] = []
    personal_data: Annotated[
        str,
        choice(
            "数据里有没有个人信息",
            ("不含", "含个人信息", "含敏感个人信息", UNSURE),
            _DATA,
            optional=True,
            clause="gbt-45654-2025/corpus-content",
        ),
    ] = ""
    prepared: Annotated[
        list[str],
        choices(
            "手上已经有的",
            (
                "开源许可协议",
                "采集记录",
                "采购合同",
                "使用者授权",
                "模型合同或许可",
                "用户协议与隐私政策",
                "告知公示与投诉举报入口",
                "显式标识",
                "隐式标识",
                "个人信息同意记录",
                "知识产权管理策略",
                "未成年人保护措施",
                "算法安全专职机构与制度",
                "拦截关键词库",
                "测试题库",
                "安全评估记录",
                "ICP 备案",
                "以上都没有",
                UNSURE,
            ),
            _DATA,
            optional=True,
            clause="practice/package-algorithm",
        ),
    ] = []
