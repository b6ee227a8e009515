"""Filing numbers: algorithm filing (网信算备…号), large-model filing and registration, with parts and warnings."""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

NumberKind = Literal["algorithm", "large-model-filing", "large-model-registration", "unknown"]

_ALGORITHM = re.compile(r"网信算备(\d{21})号\Z")
_MODEL = re.compile(r"([A-Za-z]+)-([A-Za-z0-9]+)-(\d{8})(S?\d{2,6})?\Z", re.IGNORECASE)

_CLASSES = {
    "01": "生成合成",
    "02": "个性化推送",
    "03": "排序精选",
    "04": "检索过滤",
    "05": "调度决策（也见于检索过滤）",
    "06": "调度决策（也见于检索过滤）",
}
_WEIGHTS = (2, 1, 3, 4)


@dataclass(frozen=True)
class ParsedNumber:
    """A filing number taken apart. `valid` is about the form alone; `warnings` are Chinese sentences (the structure of the
    algorithm number is derived from public records, so a mismatch never makes it invalid)."""

    text: str
    kind: NumberKind
    valid: bool
    parts: dict[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def check_digit(digits: str) -> int:
    """The derived check digit over the first 20 digits: 2·(Σ w·d mod 5) + 1, weights 2,1,3,4 repeating."""
    total = sum(int(d) * _WEIGHTS[i % 4] for i, d in enumerate(digits[:20]))
    return 2 * (total % 5) + 1


def parse_number(text: str) -> ParsedNumber:
    """Take a filing number of any kind apart; surrounding spaces are ignored, anything else is judged as typed."""
    stripped = text.strip()
    if match := _ALGORITHM.match(stripped):
        return _algorithm(stripped, match.group(1))
    if match := _MODEL.match(stripped):
        return _model(stripped, match)
    return ParsedNumber(stripped, "unknown", False, {}, (_why_not(stripped),))


def _algorithm(text: str, digits: str) -> ParsedNumber:
    parts = {
        "region": digits[:6],
        "subject": digits[6:13],
        "class": digits[13:15],
        "class_name": _CLASSES.get(digits[13:15], ""),
        "year": f"20{digits[15:17]}",
        "serial": digits[17:20],
        "check": digits[20],
    }
    warnings = []
    if int(digits[20]) != check_digit(digits):
        warnings.append("末位与推导的校验规则不符，请对照公示页核对（校验规则由公开编号推导，仅作提示）")
    if digits[13:15] not in _CLASSES:
        warnings.append(f"第 14–15 位“{digits[13:15]}”不是已知的算法类别")
    elif digits[13:15] in {"05", "06"}:
        warnings.append("类别位 05/06 在公开编号中含义不一（调度决策或检索过滤），请以公示页为准")
    return ParsedNumber(text, "algorithm", True, parts, tuple(warnings))


def _model(text: str, match: re.Match[str]) -> ParsedNumber:
    place, name, day, tail = match.groups()
    registration = bool(tail) and tail[0] in "sS"
    parts = {"place": place, "name": name, "date": f"{day[:4]}-{day[4:6]}-{day[6:]}", "serial": tail or ""}
    warnings = []
    try:
        date(int(day[:4]), int(day[4:6]), int(day[6:]))
    except ValueError:
        warnings.append(f"“{day}”不是有效日期")
    kind: NumberKind = "large-model-registration" if registration else "large-model-filing"
    return ParsedNumber(text, kind, not warnings, parts, tuple(warnings))


def _why_not(text: str) -> str:
    if not text:
        return "没有填写编号"
    if "网信算备" in text or text.isdigit():
        digits = re.sub(r"\D", "", text)
        return f"算法备案号应是“网信算备”+ 21 位数字 +“号”，这里有 {len(digits)} 位数字"
    return "不是已知的备案号格式：算法备案号形如“网信算备…号”，大模型备案号形如 Beijing-MingCheng-20260101"
