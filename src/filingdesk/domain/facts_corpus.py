"""The corpus of a large model: its sources, how it is governed, and its annotation."""

from typing import Annotated

from filingdesk.domain.facts_subject import Item, Section
from filingdesk.domain.facts_terms import MODALITIES
from filingdesk.domain.meta import (
    Kind,
    attachments,
    choice,
    choices,
    long_text,
    number,
    of_kind,
    text,
    yes_no,
)

_FORM = "practice/form-llm"
_GBT = "gbt-45654-2025/"
_ANNOTATED = {"path": ".involved", "is": "是"}


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
    goal: Annotated[str, long_text("标注目标", clause=_GBT + "annotation", visible_when=_ANNOTATED)] = ""
    format: Annotated[
        str,
        long_text("标注格式与方法", clause=_GBT + "annotation", visible_when=_ANNOTATED),
    ] = ""
    functional_rules: Annotated[
        str,
        long_text(
            "功能性标注规则",
            "按什么判断合格，常见情形怎样处理。",
            clause=_GBT + "annotation",
            visible_when=_ANNOTATED,
        ),
    ] = ""
    safety_rules: Annotated[
        str,
        long_text(
            "安全性标注判定规则",
            "判定的先后、边界情形和举例；敏感的例子只描述，不引用原文。",
            clause=_GBT + "annotation",
            visible_when=_ANNOTATED,
        ),
    ] = ""
    disputes: Annotated[
        str,
        long_text(
            "分歧与仲裁", "谁裁定、几日内、怎样留痕。", clause=_GBT + "annotation", visible_when=_ANNOTATED
        ),
    ] = ""
    quality: Annotated[
        str,
        long_text(
            "质量指标",
            "合格率、抽检比例、返工规则。",
            clause=_GBT + "annotation",
            visible_when=_ANNOTATED,
        ),
    ] = ""
    separate_rules: Annotated[
        str,
        yes_no(
            "功能性与安全性标注规则分开制定",
            clause=_GBT + "annotation",
            visible_when=_ANNOTATED,
        ),
    ] = ""
    covers_risks: Annotated[
        str,
        yes_no(
            "安全性标注规则覆盖 31 种风险",
            clause=_GBT + "annotation",
            visible_when=_ANNOTATED,
        ),
    ] = ""
    safety_reviewers: Annotated[
        str,
        number(
            "每条安全性标注的审核人数",
            "至少一名审核人员。",
            unit="人",
            clause=_GBT + "annotation",
            visible_when=_ANNOTATED,
        ),
    ] = ""
    separate_storage: Annotated[
        str,
        yes_no(
            "安全性标注数据隔离存储",
            clause=_GBT + "annotation",
            visible_when=_ANNOTATED,
        ),
    ] = ""
    rules_file: Annotated[
        list[str],
        attachments("语料标注规则", clause="practice/package-llm", visible_when=_ANNOTATED),
    ] = []
