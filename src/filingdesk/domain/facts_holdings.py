"""What a subject already holds and uses in every filing: permits with their expiry, and algorithms filed before."""

from typing import Annotated

from filingdesk.domain.facts_subject import Item
from filingdesk.domain.facts_terms import ALGORITHM_TYPES, PROVIDER, SUPPORTER
from filingdesk.domain.meta import Kind, attachments, choice, choices, date, long_text, of_kind, text

PERMIT_KINDS = (
    "ICP 备案",
    "增值电信业务经营许可证（ICP）",
    "增值电信业务经营许可证（EDI）",
    "增值电信业务经营许可证（ISP）",
    "增值电信业务经营许可证（IDC）",
    "网络安全等级保护备案",
    "其他",
)
LONG_TERM = "长期"

_PORTAL = "practice/form-algorithm"


class Permit(Item):
    """A licence of the subject: ICP, EDI, ISP, IDC, 等保 and the like. `valid_until` is a date or 长期, as typed."""

    kind: Annotated[str, choice("资质类别", PERMIT_KINDS, "按证照上的业务种类选。", clause=_PORTAL)] = ""
    number: Annotated[str, text("编号", "证照或备案上的编号。", clause=_PORTAL)] = ""
    holder: Annotated[
        str,
        text(
            "持有单位",
            "证照上的单位全称。",
            why="持有单位与备案主体不是同一家时，要说明关系。",
            clause="practice/return-02",
        ),
    ] = ""
    scope: Annotated[
        str,
        text(
            "业务范围",
            "业务种类和覆盖地域；等级保护写系统名称和级别。",
            good="信息服务业务，全国",
            clause=_PORTAL,
        ),
    ] = ""
    issued_on: Annotated[str, date("发证或备案日期", clause=_PORTAL, optional=True)] = ""
    valid_until: Annotated[
        str, text("有效期至", "截止日期，或“长期”。程序会在到期前提醒。", good="2028-05-31", clause=_PORTAL)
    ] = ""
    scan: Annotated[list[str], attachments("扫描件", "彩色扫描件，四角完整。", clause=_PORTAL)] = []


class FiledAlgorithm(Item):
    """Another algorithm of the same subject, filed by itself, that the large model's service also uses."""

    name: Annotated[str, text("算法名称", "与公示的名称一致。", clause="practice/return-01")] = ""
    types: Annotated[list[str], choices("算法类型", ALGORITHM_TYPES, clause="algo-2022/art2")] = []
    role: Annotated[str, choice("角色", (PROVIDER, SUPPORTER), clause="deep-2023/art19")] = ""
    number: Annotated[
        str,
        of_kind(
            Kind.ALGORITHM_NUMBER,
            "算法备案号",
            "网信算备 + 21 位数字 + 号；还没有编号的留空，并写明原因。",
            clause="algo-2022/art26",
        ),
    ] = ""
    pending_reason: Annotated[
        str,
        text(
            "尚无备案号的原因",
            good="已于 2026-10-20 提交，等待审核",
            clause="practice/default-order",
            visible_when={"path": ".number", "filled": False},
        ),
    ] = ""
    filed_on: Annotated[str, date("备案日期", clause="algo-2022/art24", optional=True)] = ""
    link: Annotated[str, of_kind(Kind.URL, "公示链接", clause="algo-2022/art26", optional=True)] = ""
    use: Annotated[
        str,
        long_text(
            "在本服务中的作用",
            "在大模型服务的哪一步用到它、输入什么、给出什么。",
            good="对检索到的资料片段排序，取前 5 条送入模型。",
            clause="practice/form-llm",
        ),
    ] = ""
