"""The tree of everything that is entered once: `Facts`."""

from typing import Annotated

from pydantic import Field

from filingdesk.domain.facts_algorithm import Algorithm
from filingdesk.domain.facts_followup import FollowUp
from filingdesk.domain.facts_holdings import Permit
from filingdesk.domain.facts_industry import Industry
from filingdesk.domain.facts_intake import Intake
from filingdesk.domain.facts_model import LargeModel
from filingdesk.domain.facts_subject import (
    Contact,
    Delegation,
    Evidence,
    LegalRepresentative,
    Licence,
    Policy,
    SafetyOffice,
    SafetyOfficer,
    Section,
    Signatory,
    Subject,
)
from filingdesk.domain.meta import RecordsMeta, SectionMeta


class Facts(Section):
    """All facts of one project. Every leaf is text as typed or a list of text; blank is the empty text or list."""

    intake: Annotated[
        Intake,
        SectionMeta(
            "适用判定",
            "要办哪些备案，由这里和“算法基础属性”“模型基本情况”里的回答一起决定；不清楚的就选不清楚。",
        ),
    ] = Field(default_factory=Intake)
    subject: Annotated[Subject, SectionMeta("主体信息")] = Field(default_factory=Subject)
    licence: Annotated[Licence, SectionMeta("证件信息")] = Field(default_factory=Licence)
    legal_representative: Annotated[LegalRepresentative, SectionMeta("法定代表人")] = Field(
        default_factory=LegalRepresentative
    )
    safety_officer: Annotated[SafetyOfficer, SectionMeta("算法安全责任人")] = Field(
        default_factory=SafetyOfficer
    )
    contacts: Annotated[
        list[Contact], RecordsMeta("联系人", "联系人", "name", clause="practice/form-algorithm")
    ] = []
    permits: Annotated[
        list[Permit],
        RecordsMeta(
            "资质证照",
            "资质",
            "kind",
            "ICP、EDI、ISP、IDC、等级保护等；没有的不用添加。可以从单位档案放入。",
            clause="practice/form-algorithm",
            optional=True,
        ),
    ] = []
    delegation: Annotated[Delegation, SectionMeta("授权委托")] = Field(default_factory=Delegation)
    signatories: Annotated[
        list[Signatory], RecordsMeta("签字人", "签字人", "name", clause="gbt-45654-2025/assessment")
    ] = []
    safety_office: Annotated[
        SafetyOffice, SectionMeta("算法安全专职机构", "《落实算法安全主体责任基本情况》第一部分。")
    ] = Field(default_factory=SafetyOffice)
    policies: Annotated[
        list[Policy],
        RecordsMeta("管理制度", "制度", "title", "推荐规定第七条列举的制度。", clause="algo-2022/art7"),
    ] = []
    algorithm: Annotated[Algorithm, SectionMeta("算法备案")] = Field(default_factory=Algorithm)
    large_model: Annotated[LargeModel, SectionMeta("大模型备案")] = Field(default_factory=LargeModel)
    evidence: Annotated[
        list[Evidence],
        RecordsMeta("材料与证据", "材料", "title", "截图、合同、记录等佐证。", clause="practice/return-16"),
    ] = []
    industry: Annotated[
        Industry,
        SectionMeta("行业补充", "可以多选，随时能改；取消选择不丢已填的内容。"),
    ] = Field(default_factory=Industry)
    followup: Annotated[
        FollowUp, SectionMeta("变更与报告", "提交之后才用得上；用不上的留空，不影响备案是否齐全。")
    ] = Field(default_factory=FollowUp)
