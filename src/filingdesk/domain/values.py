"""What typed text means: dates, numbers, credit codes, identity numbers … Parsing never changes what is stored."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from filingdesk.domain.meta import FieldMeta, Kind
from filingdesk.domain.numbers import parse_number

_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?\Z")
_DATE_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})\Z")
_NUMBER = re.compile(r"(?:约\s*)?([+-]?\d+(?:\.\d+)?)\s*(万|亿|千|百万|千万)?\s*(?:人|条|个|次|名|元|%)?\Z")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_SCALE = {"千": 10**3, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8}
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+\Z")
_URL = re.compile(r"https?://[^\s/$.?#][^\s]*\Z", re.IGNORECASE)


def narrow(text: str) -> str:
    """Full-width letters and digits to half width, surrounding space off: the form in which values are read."""
    return unicodedata.normalize("NFKC", text).strip()


def parse_date(text: str) -> date | None:
    """2026-03-01, 2026/3/1, 2026.3.1, 2026年3月1日 or 20260301; None when it is no date."""
    cleaned = narrow(text)
    match = _DATE.match(cleaned) or _DATE_COMPACT.match(cleaned)
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def parse_quantity(text: str) -> Decimal | None:
    """120000, 120,000, 12万, 约 1.2 亿, 98.5%; units of counting are ignored. None when it is no number."""
    cleaned = narrow(text)
    cleaned = _GROUPED.sub(lambda m: m.group().replace(",", ""), cleaned)
    match = _NUMBER.match(cleaned)
    if match is None:
        return None
    try:
        return Decimal(match[1]) * _SCALE.get(match[2] or "", 1)
    except InvalidOperation:
        return None


def date_cn(text: str) -> str:
    """A date as papers write it: 2026年3月1日; text that is no date is given back as typed."""
    day = parse_date(text)
    return f"{day.year}年{day.month}月{day.day}日" if day else text


def credit_code_problem(text: str) -> str:
    """Why this is no 统一社会信用代码 (GB 32100); the empty text when it is one."""
    code = narrow(text).upper()
    if len(code) != 18:
        return f"统一社会信用代码应为 18 位，这里是 {len(code)} 位"
    wrong = [c for c in code if c not in _CREDIT_ALPHABET]
    if wrong:
        return f"统一社会信用代码不使用字符“{wrong[0]}”（不含 I、O、S、V、Z）"
    total = sum(_CREDIT_ALPHABET.index(c) * w for c, w in zip(code[:17], _CREDIT_WEIGHTS, strict=True))
    if code[17] != _CREDIT_ALPHABET[(31 - total % 31) % 31]:
        return "统一社会信用代码的校验位不对，请逐位核对"
    return ""


def id_number_problem(text: str) -> str:
    """Why this is no 居民身份证号 (GB 11643); the empty text when it is one."""
    number = narrow(text).upper()
    if not re.fullmatch(r"\d{17}[\dX]", number):
        return "居民身份证号应为 18 位：17 位数字加 1 位数字或 X"
    if parse_date(number[6:14]) is None:
        return "居民身份证号中的出生日期不存在"
    total = sum(int(d) * w for d, w in zip(number[:17], _ID_WEIGHTS, strict=True))
    if number[17] != "10X98765432"[total % 11]:
        return "居民身份证号的校验位不对，请逐位核对"
    return ""


def mobile_problem(text: str) -> str:
    """Why this is no mainland mobile number; the empty text when it is one."""
    digits = re.sub(r"[\s-]", "", narrow(text)).removeprefix("+86")
    return "" if re.fullmatch(r"1[3-9]\d{9}", digits) else "手机号码应为 1 开头的 11 位数字"


def _algorithm_number_problem(text: str) -> str:
    parsed = parse_number(text)
    if parsed.kind == "algorithm":
        return ""
    return parsed.warnings[0] if parsed.kind == "unknown" else "这是大模型备案号，这里应填算法备案号"


def _model_number_problem(text: str) -> str:
    parsed = parse_number(text)
    if parsed.kind in {"large-model-filing", "large-model-registration"} and parsed.valid:
        return ""
    return parsed.warnings[0] if parsed.warnings else "这是算法备案号，这里应填大模型备案号或登记号"


_PROBLEMS = {
    Kind.DATE: lambda t: "" if parse_date(t) else "日期写成 2026-03-01 或 2026年3月1日",
    Kind.NUMBER: lambda t: "" if parse_quantity(t) is not None else "请填数字，例如 120000 或 12万",
    Kind.PERCENT: lambda t: "" if parse_quantity(t) is not None else "请填百分数，例如 1.5 或 1.5%",
    Kind.CREDIT_CODE: credit_code_problem,
    Kind.MOBILE: mobile_problem,
    Kind.EMAIL: lambda t: "" if _EMAIL.match(narrow(t)) else "电子邮箱写成 name@example.cn 的形式",
    Kind.URL: lambda t: "" if _URL.match(narrow(t)) else "网址以 http:// 或 https:// 开头",
    Kind.ALGORITHM_NUMBER: _algorithm_number_problem,
    Kind.MODEL_NUMBER: _model_number_problem,
}


def problem_of(meta: FieldMeta, value: str | list[str], *, id_kind: str = "居民身份证") -> str:
    """Why a value does not fit its declaration, in one sentence; the empty text when it fits or is blank.

    `id_kind` is the sibling 证件类型: only 居民身份证 has a check digit."""
    if not value:
        return ""
    if meta.kind is Kind.ID_NUMBER:
        return id_number_problem(str(value)) if id_kind in {"", "居民身份证"} else ""
    if meta.choices:
        wrong = [v for v in ([value] if isinstance(value, str) else value) if v not in meta.choices]
        return f"“{wrong[0]}”不在可选项中：{'、'.join(meta.choices)}" if wrong else ""
    check = _PROBLEMS.get(meta.kind)
    return check(value) if check and isinstance(value, str) else ""


def mask(text: str) -> str:
    """Personal data for logs and previews: the first and last two characters stay, at most half is shown."""
    keep = min(2, len(text) // 4)
    return text[:keep] + "*" * (len(text) - 2 * keep) + (text[-keep:] if keep else "")


@dataclass(frozen=True)
class Attachment:
    """An attachment reference taken apart: `name` of the file and the first 16 hex digits of its SHA-256 (blank when unknown)."""

    name: str
    digest: str

    @property
    def reference(self) -> str:
        return f"{self.name}#{self.digest}" if self.digest else self.name


_REFERENCE = re.compile(r"(.+)#([0-9a-f]{16})\Z", re.DOTALL)


def parse_attachment(reference: str) -> Attachment:
    """`合同.pdf#3fa2b4c5d6e7f809` → name and digest; a reference without digest has a blank one."""
    match = _REFERENCE.match(reference)
    return Attachment(match[1], match[2]) if match else Attachment(reference, "")
