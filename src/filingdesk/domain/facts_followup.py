"""What happens after a filing was handed in: remarks of the office, changes, reports at intervals, supply of computing power."""

from typing import Annotated

from pydantic import Field

from filingdesk.domain.facts_subject import Item, Section
from filingdesk.domain.meta import (
    RecordsMeta,
    SectionMeta,
    attachments,
    choice,
    choices,
    date,
    long_text,
    number,
    text,
)

_CHANGE = "algo-2022/art24"
_RETURN = "practice/return-16"
_PACKAGE = "practice/package-llm"
_MEASURES = "gbt-45654-2025/measures"
_PAPERS = ("补正说明", "变更说明", "定期运行报告", "算力保障说明")


def _when(*papers: str) -> dict[str, object]:
    return {"path": "followup.papers", "has_any": list(papers)}


class Remark(Item):
    remark: Annotated[
        str,
        long_text("补正意见原文", "照系统或通知里的原话抄，一条意见一条记录。", clause=_RETURN),
    ] = ""
    received_on: Annotated[str, date("收到日期", clause=_RETURN)] = ""
    situation: Annotated[str, long_text("情况说明", "意见指的是什么，实际情况如何。", clause=_RETURN)] = ""
    action: Annotated[str, long_text("处理情况", "已经做了什么，不写打算做的。", clause=_RETURN)] = ""
    before: Annotated[
        str, long_text("修改前", "原来的文字；没有改文字的不填。", optional=True, clause=_RETURN)
    ] = ""
    after: Annotated[str, long_text("修改后", "现在的文字。", optional=True, clause=_RETURN)] = ""
    shown_in: Annotated[
        str,
        text(
            "体现在哪里",
            "文书名称、章节和页码。",
            good="《算法安全自评估报告》第一章（一），第 4 页",
            clause=_RETURN,
        ),
    ] = ""
    files: Annotated[list[str], attachments("随附证明", optional=True, clause=_RETURN)] = []


class ChangeItem(Item):
    what: Annotated[str, text("变更事项", good="对话模型升级", clause=_CHANGE)] = ""
    kind: Annotated[
        str,
        choice(
            "变更类别",
            (
                "主体信息",
                "算法机制或策略",
                "模型或基座",
                "训练数据或语料",
                "安全措施",
                "关键词库或测试题库",
                "服务形式、功能或入口",
                "其他",
            ),
            clause=_CHANGE,
        ),
    ] = ""
    effective_on: Annotated[
        str,
        date("变更日期", "备案信息变更的，自变更之日起十个工作日内办理。", clause=_CHANGE),
    ] = ""
    before: Annotated[str, long_text("变更前", clause=_CHANGE)] = ""
    after: Annotated[str, long_text("变更后", clause=_CHANGE)] = ""
    level: Annotated[
        str,
        choice(
            "变更程度",
            ("重大变更", "一般变更"),
            "怎样划分以主管部门答复为准，拿不准先问。",
            clause="practice/vendor-claims",
        ),
    ] = ""
    reason: Annotated[str, long_text("划分理由", "为什么算重大或一般。", clause="practice/vendor-claims")] = (
        ""
    )
    retest: Annotated[str, long_text("重新评估情况", "哪些测试重新做了，结果如何。", clause=_MEASURES)] = ""
    files: Annotated[list[str], attachments("随附证明", optional=True, clause=_CHANGE)] = []


class Operation(Section):
    period_from: Annotated[str, date("报告期起", clause=_MEASURES)] = ""
    period_to: Annotated[str, date("报告期止", clause=_MEASURES)] = ""
    versions: Annotated[
        str,
        long_text("版本与更新", "模型、词库、题库的版本和更新日期。", clause=_MEASURES),
    ] = ""
    intercepted_input: Annotated[str, number("输入侧拦截次数", unit="次", clause=_MEASURES)] = ""
    intercepted_output: Annotated[str, number("输出侧拦截次数", unit="次", clause=_MEASURES)] = ""
    reviewed: Annotated[str, number("人工复核次数", unit="次", clause=_MEASURES)] = ""
    interception: Annotated[
        str, long_text("拦截与复核情况", "按类别写数量，不写原文。", clause=_MEASURES)
    ] = ""
    incidents: Annotated[
        str,
        long_text(
            "安全事件与处置",
            "没有发生就写“报告期内未发生安全事件”。",
            clause=_MEASURES,
        ),
    ] = ""
    complaints_received: Annotated[str, number("收到投诉举报", unit="件", clause=_MEASURES)] = ""
    complaints_closed: Annotated[str, number("办结投诉举报", unit="件", clause=_MEASURES)] = ""
    complaints: Annotated[str, long_text("投诉举报办理情况", clause=_MEASURES)] = ""
    retests: Annotated[
        str,
        long_text("监测与复测", "做了哪些抽检和复测，结果如何。", clause=_MEASURES),
    ] = ""
    next_steps: Annotated[str, long_text("下一步工作", clause=_MEASURES)] = ""


class ComputeSupply(Section):
    risk: Annotated[
        str,
        long_text("供应风险", "现有算力可能因什么中断，影响多大。", clause=_PACKAGE),
    ] = ""
    alternatives: Annotated[
        str,
        long_text(
            "替代方案",
            "备选的型号、云服务，含国产替代；已签约的写明。",
            clause=_PACKAGE,
        ),
    ] = ""
    migration: Annotated[
        str,
        long_text("迁移安排", "按评估、测试、切换、回退的次序写。", clause=_PACKAGE),
    ] = ""


class FollowUp(Section):
    papers: Annotated[
        list[str],
        choices(
            "要写的文书",
            _PAPERS,
            "提交以后要用哪一份就勾哪一份，下面才会问相应的内容；算力保障说明只有部分地方要求。",
            optional=True,
            clause=_PACKAGE,
        ),
    ] = []
    office: Annotated[
        str,
        text(
            "报送单位",
            "补正说明、变更说明和报告交给谁。",
            good="某省互联网信息办公室",
            visible_when=_when(*_PAPERS[:3]),
            clause=_PACKAGE,
        ),
    ] = ""
    remarks: Annotated[
        list[Remark],
        RecordsMeta(
            "补正意见",
            "意见",
            "remark",
            "逐条答复，生成《补正说明》。",
            clause=_RETURN,
            visible_when=_when("补正说明"),
        ),
    ] = []
    changes: Annotated[
        list[ChangeItem],
        RecordsMeta(
            "变更事项",
            "变更",
            "what",
            "生成《变更说明》。",
            clause=_CHANGE,
            visible_when=_when("变更说明"),
        ),
    ] = []
    operation: Annotated[
        Operation, SectionMeta("定期运行情况", "生成《定期运行报告》。", visible_when=_when("定期运行报告"))
    ] = Field(default_factory=Operation)
    compute: Annotated[
        ComputeSupply, SectionMeta("算力保障", "生成《算力保障说明》。", visible_when=_when("算力保障说明"))
    ] = Field(default_factory=ComputeSupply)
