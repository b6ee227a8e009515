"""The subject of the filing and its people: 主体信息, 证件, 法定代表人, 算法安全责任人, 专职机构, 管理制度, evidence."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict

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


class Section(BaseModel):
    """A group of leaves; unknown names are refused, every leaf may be blank."""

    model_config = ConfigDict(extra="forbid")


class Item(Section):
    """One record of a list. `id` is stable for the life of the project and never shown."""

    id: str = ""


ID_KINDS = ("居民身份证", "护照", "港澳居民来往内地通行证", "台湾居民来往大陆通行证", "其他")

_PORTAL = "practice/form-algorithm"


class Subject(Section):
    name: Annotated[
        str,
        text(
            "主体名称",
            "与营业执照完全一致的全称，不写简称。",
            why="备案主体、ICP 备案主体、用户协议中的主体必须是同一家。",
            good="示例智联科技（杭州）有限公司",
            bad="示例智联",
            clause="practice/return-02",
        ),
    ] = ""
    aliases: Annotated[
        str,
        text(
            "简称与别称",
            "材料里允许出现的公司简称、英文名、曾用名，用顿号分隔；一致性核对不把它们算作另一家。",
            why="只写确实在用的；正式文书里仍一律写全称。",
            good="示例智联、Shili Zhilian",
            optional=True,
            clause="practice/return-02",
        ),
    ] = ""
    credit_code: Annotated[
        str,
        of_kind(
            Kind.CREDIT_CODE,
            "统一社会信用代码",
            "营业执照上的 18 位代码，程序会核对校验位（GB 32100）。",
            clause=_PORTAL,
        ),
    ] = ""
    kind: Annotated[
        str,
        choice(
            "主体类型",
            ("企业", "事业单位", "社会团体", "政府机关", "其他"),
            "按登记证照选择。",
            clause=_PORTAL,
        ),
    ] = ""
    nature: Annotated[
        str,
        choice(
            "单位性质",
            ("民营", "国有", "中外合资", "外商独资", "其他"),
            "用于上线备案申请表的基本情况。",
            clause="practice/form-llm",
        ),
    ] = ""
    province: Annotated[str, text("注册地（省）", "省、自治区或直辖市，与营业执照一致。", clause=_PORTAL)] = (
        ""
    )
    city: Annotated[str, text("注册地（市）", "直辖市可填同名。", clause=_PORTAL)] = ""
    district: Annotated[str, text("注册地（区县）", "区、县或县级市。", clause=_PORTAL)] = ""
    address: Annotated[str, text("详细地址", "营业执照上的住所。", clause=_PORTAL)] = ""
    office_address: Annotated[
        str,
        text(
            "办公地址",
            "与注册地址不同时填写，属地网信办可能现场核查。",
            optional=True,
            clause="practice/form-llm",
        ),
    ] = ""
    website: Annotated[str, of_kind(Kind.URL, "网址", "主体的官方网站。", clause=_PORTAL)] = ""
    icp_number: Annotated[
        str,
        text(
            "ICP 备案号",
            "网站或 APP 的 ICP 备案号；没有对外网站时写明原因。",
            why="审核人员会查 ICP 备案主体是否就是备案主体。",
            clause="practice/return-02",
        ),
    ] = ""
    icp_holder: Annotated[
        str, text("ICP 备案主体", "工信部 ICP 备案系统中显示的主办单位全称。", clause="practice/return-02")
    ] = ""
    monthly_active_users: Annotated[
        str,
        number(
            "月活跃用户量",
            "主体全部服务的月活跃用户数；未上线填 0。",
            why="表单、自评估报告和产品页面的用户数必须一致。",
            unit="人",
            clause="practice/return-12",
        ),
    ] = ""
    superior: Annotated[str, text("上级单位", "没有填“无”。", clause="practice/form-llm")] = ""
    authority: Annotated[str, text("行业主管部门", "没有填“无”。", clause="practice/form-llm")] = ""


class Licence(Section):
    kind: Annotated[
        str,
        choice(
            "主体证件类型", ("营业执照", "事业单位法人证书", "社会团体法人登记证书", "其他"), clause=_PORTAL
        ),
    ] = ""
    address: Annotated[str, text("证件地址", "证件上登载的住所。", clause=_PORTAL)] = ""
    valid_until: Annotated[str, text("证件有效期", "填截止日期，或“长期”。", good="长期", clause=_PORTAL)] = (
        ""
    )
    scan: Annotated[
        list[str], attachments("营业执照扫描件", "彩色扫描件，四角完整、字迹清楚。", clause=_PORTAL)
    ] = []


class LegalRepresentative(Section):
    name: Annotated[str, text("姓名", "与营业执照一致。", clause=_PORTAL, personal=True)] = ""
    id_kind: Annotated[str, choice("证件类型", ID_KINDS, clause=_PORTAL)] = ""
    id_number: Annotated[
        str,
        of_kind(
            Kind.ID_NUMBER, "证件号码", "居民身份证会核对校验位（GB 11643）。", clause=_PORTAL, personal=True
        ),
    ] = ""
    id_photo: Annotated[list[str], attachments("证件照", "正反面照片。", clause=_PORTAL, personal=True)] = []


class SafetyOfficer(Section):
    name: Annotated[
        str,
        text(
            "姓名",
            "算法安全责任人，应是能对算法安全作决定的负责人。",
            why="自评估报告由其手写签名。",
            clause="practice/return-13",
            personal=True,
        ),
    ] = ""
    id_kind: Annotated[str, choice("证件类型", ID_KINDS, clause=_PORTAL)] = ""
    id_number: Annotated[
        str,
        of_kind(
            Kind.ID_NUMBER, "证件号码", "居民身份证会核对校验位（GB 11643）。", clause=_PORTAL, personal=True
        ),
    ] = ""
    position: Annotated[str, text("职务", "与工作证明一致。", clause=_PORTAL)] = ""
    mobile: Annotated[
        str, of_kind(Kind.MOBILE, "手机号码", "审核期间须能接通。", clause=_PORTAL, personal=True)
    ] = ""
    email: Annotated[
        str, of_kind(Kind.EMAIL, "电子邮箱", "接收补正通知。", clause=_PORTAL, personal=True)
    ] = ""
    proof: Annotated[
        list[str], attachments("工作证明", "写明姓名、职务、在职情况并盖章。", clause=_PORTAL)
    ] = []


class SafetyOffice(Section):
    name: Annotated[
        str, text("专职机构名称", "负责算法安全的机构。", good="算法安全委员会", clause="algo-2022/art7")
    ] = ""
    standing: Annotated[
        str,
        long_text("机构设置", "写明它在公司里的位置、向谁汇报、由哪些部门组成。", clause="algo-2022/art7"),
    ] = ""
    head: Annotated[str, text("负责人", "机构负责人姓名。", clause="algo-2022/art7", personal=True)] = ""
    head_position: Annotated[str, text("负责人职务", clause="algo-2022/art7")] = ""
    duties: Annotated[
        str,
        long_text(
            "职责",
            "逐条写它做什么、多久做一次、谁签字。",
            good="每季度组织一次算法机制机理审核，由负责人签发审核意见并归档。",
            bad="全面负责公司的算法安全工作。",
            clause="algo-2022/art7",
        ),
    ] = ""
    requirements: Annotated[
        str, long_text("任职要求", "负责人和工作人员的专业、年限等要求。", clause="algo-2022/art7")
    ] = ""
    staff_required: Annotated[
        str, number("应配人数", "制度要求的人数。", unit="人", clause="algo-2022/art7")
    ] = ""
    staff_actual: Annotated[
        str, number("实配人数", "现在在岗的人数。", unit="人", clause="algo-2022/art7")
    ] = ""
    training: Annotated[str, long_text("人员培训", "培训内容、次数、考核方式。", clause="algo-2022/art7")] = (
        ""
    )
    technical_support: Annotated[
        str, long_text("技术保障", "支撑算法安全的系统、工具和环境。", clause="algo-2022/art7")
    ] = ""


POLICY_KINDS = (
    "算法机制机理审核",
    "科技伦理审查",
    "用户注册",
    "信息发布审核",
    "数据安全和个人信息保护",
    "反电信网络诈骗",
    "安全评估监测",
    "安全事件应急处置",
    "算法安全自评估",
    "信息安全监测",
    "数据安全监测",
    "用户个人信息监测",
    "算法安全监测",
    "违法违规处置",
    "其他",
)
"""推荐规定 art 7 names the first eight; the rest come from the form 落实算法安全主体责任基本情况."""


class Policy(Item):
    kind: Annotated[
        str,
        choice(
            "制度类别", POLICY_KINDS, "推荐规定第七条列举的制度和备案表要求的制度。", clause="algo-2022/art7"
        ),
    ] = ""
    title: Annotated[str, text("制度名称", "与正式发文的名称一致。", clause="algo-2022/art7")] = ""
    state: Annotated[
        str,
        choice("状态", ("已发布", "拟建立"), "只有已发布的才能写“已建立”。", clause="practice/return-16"),
    ] = ""
    issued_on: Annotated[
        str, date("发布日期", clause="algo-2022/art7", visible_when={"path": ".state", "is": "已发布"})
    ] = ""
    purpose: Annotated[str, long_text("目的与范围", "管什么、适用于谁。", clause="algo-2022/art7")] = ""
    roles: Annotated[str, long_text("职责分工", "哪个岗位做哪一步。", clause="algo-2022/art7")] = ""
    procedure: Annotated[
        str,
        long_text(
            "工作程序与时限",
            "按步骤写，带时限。",
            good="监测人员发现告警后 10 分钟内确认，30 分钟内上报负责人，2 小时内完成处置并登记。",
            bad="发现问题及时处理。",
            clause="algo-2022/art7",
        ),
    ] = ""
    records: Annotated[str, long_text("记录与留存", "留下什么记录、保存多久。", clause="algo-2022/art7")] = ""
    technical_support: Annotated[
        str, long_text("技术保障措施", "用什么系统保证制度执行。", clause="algo-2022/art7")
    ] = ""
    penalties: Annotated[str, long_text("责任追究", optional=True, clause="algo-2022/art7")] = ""
    review_cycle: Annotated[str, text("复审周期", "多久复审一次。", clause="algo-2022/art7")] = ""
    file: Annotated[
        list[str], attachments("制度文件", "盖章或正式发布的文件。", clause="practice/return-16")
    ] = []


class Contact(Item):
    name: Annotated[str, text("姓名", clause=_PORTAL, personal=True)] = ""
    role: Annotated[str, choice("用途", ("备案联系人", "技术联系人", "安全应急联系人"), clause=_PORTAL)] = ""
    position: Annotated[str, text("职务", clause=_PORTAL)] = ""
    mobile: Annotated[str, of_kind(Kind.MOBILE, "手机号码", clause=_PORTAL, personal=True)] = ""
    email: Annotated[str, of_kind(Kind.EMAIL, "电子邮箱", clause=_PORTAL, personal=True)] = ""


class Delegation(Section):
    used: Annotated[
        str,
        yes_no(
            "由经办人代为办理",
            "由备案联系人代表单位提交、补正、领取材料的选“是”，会生成《授权委托书》。",
            clause="practice/package-llm-registration",
        ),
    ] = ""
    matters: Annotated[
        str,
        long_text(
            "委托事项与权限",
            "经办人可以办哪些事。",
            good="提交、补正和领取备案材料，接收补正通知和办理结果。",
            clause="practice/package-llm-registration",
            visible_when={"path": ".used", "is": "是"},
        ),
    ] = ""
    until: Annotated[
        str,
        text(
            "委托期限",
            good="自签发之日起至备案办结之日止",
            clause="practice/package-llm-registration",
            visible_when={"path": ".used", "is": "是"},
        ),
    ] = ""


class Signatory(Item):
    role: Annotated[
        str,
        choice(
            "签字身份",
            ("法定代表人", "安全评估负责人", "合法性评估负责人", "算法安全责任人"),
            "安全评估报告至少三人签字。",
            clause="gbt-45654-2025/assessment",
        ),
    ] = ""
    name: Annotated[str, text("姓名", clause="gbt-45654-2025/assessment", personal=True)] = ""
    position: Annotated[str, text("职务", clause="gbt-45654-2025/assessment")] = ""


EVIDENCE_KINDS = (
    "显式标识截图",
    "隐式标识截图",
    "用户权益保护截图",
    "内容生态治理截图",
    "产品页面截图",
    "告知与公示截图",
    "投诉举报入口截图",
    "合同或授权",
    "许可协议",
    "采集记录",
    "培训考核记录",
    "测试记录",
    "其他",
)


class Evidence(Item):
    title: Annotated[
        str, text("名称", "一看就知道证明什么。", good="网页端回答下方“由人工智能生成”标识截图")
    ] = ""
    kind: Annotated[
        str,
        choice("类别", EVIDENCE_KINDS, "自评估报告按类别引用。", clause="practice/return-08"),
    ] = ""
    proves: Annotated[str, long_text("证明内容", "这份材料证明哪一句话。")] = ""
    taken_on: Annotated[str, date("取得日期", optional=True)] = ""
    files: Annotated[list[str], attachments("文件", "图片、PDF 或 Office 文件。")] = []
    stages: Annotated[
        list[str], choices("放入哪次备案", ("算法备案", "大模型备案"), "两次备案的材料分开放。")
    ] = []
