"""The algorithm filing: basic and detailed attributes, and what hangs below them."""

from typing import Annotated

from pydantic import Field

from filingdesk.domain.facts_algorithm_records import (
    DataSet,
    FlowNode,
    Product,
    RiskItem,
    Strategy,
    UsedModel,
)
from filingdesk.domain.facts_algorithm_sections import (
    AlgorithmResult,
    Labels,
    Publicity,
    RiskControl,
    SelfAssessment,
    TechnicalService,
    TypeExtras,
    UserRights,
)
from filingdesk.domain.facts_subject import Section
from filingdesk.domain.facts_terms import (
    ALGORITHM_TYPES,
    IS_SUPPORTER,
    MODALITIES,
    PORTAL,
    PROVIDER,
    SUPPORTER,
    when_type,
)
from filingdesk.domain.meta import (
    RecordsMeta,
    SectionMeta,
    attachments,
    choice,
    choices,
    date,
    long_text,
    text,
    yes_no,
)


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
            visible_when=when_type("生成合成类"),
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
            clause=PORTAL,
        ),
    ] = ""
    scenario: Annotated[str, long_text("使用场景", "谁在什么情况下用它做什么。", clause=PORTAL)] = ""
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
        str, long_text("算法风险与防范机制", "表单中的总述，与自评估报告第三、四章一致。", clause=PORTAL)
    ] = ""
    architecture: Annotated[
        list[str],
        attachments(
            "算法架构描述（JSON）",
            "可以不填：不填时架构图由产品、流程和模型画出。用“filingdesk architecture template”生成模板，补全后在这里添加。",
            optional=True,
            clause="practice/return-11",
        ),
    ] = []
    models: Annotated[
        list[UsedModel], RecordsMeta("所用模型", "模型", "name", clause="practice/return-05")
    ] = []
    datasets: Annotated[list[DataSet], RecordsMeta("算法数据", "数据集", "name", clause=PORTAL)] = []
    flow: Annotated[
        list[FlowNode],
        RecordsMeta("算法流程", "环节", "name", "从输入到日志，写到每个环节。", clause="practice/return-11"),
    ] = []
    strategies: Annotated[list[Strategy], RecordsMeta("干预策略", "策略", "name", clause=PORTAL)] = []
    labels: Annotated[
        Labels, SectionMeta("结果标识", "显式与隐式标识及截图。", visible_when=when_type("生成合成类"))
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
            visible_when={"not": IS_SUPPORTER},
        ),
    ] = []
    service: Annotated[TechnicalService, SectionMeta("技术服务方式", visible_when=IS_SUPPORTER)] = Field(
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
