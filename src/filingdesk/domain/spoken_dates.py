"""Days as people say them (明天, 下周一, 3月1日, 十天后), read against a given today. What is stored is the written day."""

import re
from calendar import monthrange
from datetime import date, timedelta

from filingdesk.domain.values import narrow, parse_date

_NEAR = {
    "大前天": -3,
    "前天": -2,
    "昨天": -1,
    "昨日": -1,
    "今天": 0,
    "今日": 0,
    "明天": 1,
    "明日": 1,
    "后天": 2,
    "大后天": 3,
}
_WEEKS = {"上上": -2, "上": -1, "本": 0, "这": 0, "": 0, "下": 1, "下下": 2}
_MONTHS = {"上": -1, "本": 0, "这": 0, "": 0, "下": 1}
_DAYS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "日": 7, "天": 7, "末": 7}
_WEEKDAY = re.compile(r"(上上|下下|上|下|本|这)?个?(?:周|星期|礼拜)([一二三四五六日天1-7])\Z")
_MONTH_END = re.compile(r"(上|本|这|下)?个?月(?:底|末)\Z")
_MONTH_DAY = re.compile(r"(上|本|这|下)个?月(\d{1,2})[日号]\Z")
_LATER = re.compile(r"(\d{1,3})(天|日|周|星期|个?月|年)(?:之|以)?(后|前)\Z")
_SHORT = re.compile(r"(\d{1,2})(?:月(\d{1,2})[日号]|[-/.](\d{1,2}))\Z")
_YEAR = re.compile(r"(今|去|明|前|后)年(\d{1,2})月(\d{1,2})[日号]?\Z")
_YEARS = {"前": -2, "去": -1, "今": 0, "明": 1, "后": 2}
_CHINESE = re.compile(r"[零〇一二三四五六七八九十]+(?=[月日号天周个年])")
_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0}
WEEKDAYS = "一二三四五六日"


def spoken_date(text: str, today: date) -> date | None:
    """The day meant, or None. Written days (2026-03-01, 20260301 …) are read too. A day without its year is the one nearest to
    today, so that in December 1月5日 is the coming one and in January 12月20日 the last one."""
    written = parse_date(text)
    if written is not None:
        return written
    said = re.sub(r"\s+", "", narrow(text))
    if said in _NEAR:
        return today + timedelta(days=_NEAR[said])
    if match := _WEEKDAY.match(said):
        day = int(match[2]) if match[2].isdigit() else _DAYS[match[2]]
        monday = today - timedelta(days=today.weekday())
        return monday + timedelta(weeks=_WEEKS[match[1] or ""], days=day - 1)
    said = _CHINESE.sub(lambda found: str(_number(found[0])), said)
    try:
        return _counted(said, today)
    except (ValueError, OverflowError):
        return None


def _counted(said: str, today: date) -> date | None:
    if match := _MONTH_END.match(said):
        month = _month(today, _MONTHS[match[1] or ""])
        return month.replace(day=monthrange(month.year, month.month)[1])
    if match := _MONTH_DAY.match(said):
        return _month(today, _MONTHS[match[1]]).replace(day=int(match[2]))
    if match := _LATER.match(said):
        return _later(today, int(match[1]) * (1 if match[3] == "后" else -1), match[2])
    if match := _YEAR.match(said):
        return date(today.year + _YEARS[match[1]], int(match[2]), int(match[3]))
    if match := _SHORT.match(said):
        number, day = int(match[1]), int(match[2] or match[3])
        found = []
        for year in (today.year - 1, today.year, today.year + 1):
            if 1 <= number <= 12 and 1 <= day <= monthrange(year, number)[1]:
                found.append(date(year, number, day))
        return min(found, key=lambda each: abs((each - today).days), default=None)
    return None


def _later(today: date, count: int, unit: str) -> date:
    if unit in ("天", "日"):
        return today + timedelta(days=count)
    if unit in ("周", "星期"):
        return today + timedelta(weeks=count)
    month = _month(today, count * (12 if unit == "年" else 1))
    return month.replace(day=min(today.day, monthrange(month.year, month.month)[1]))


def _month(today: date, by: int) -> date:
    """The first day of the month so many months away."""
    months = today.year * 12 + today.month - 1 + by
    return date(months // 12, months % 12 + 1, 1)


def _number(chinese: str) -> int:
    """十二 → 12, 三十 → 30, 二〇 → 20."""
    if "十" not in chinese:
        return int("".join(str(_DIGITS[c]) for c in chinese))
    tens, _ten, ones = chinese.partition("十")
    return (_DIGITS.get(tens, 1) if tens else 1) * 10 + (_DIGITS.get(ones, 0) if ones else 0)


def day_words(day: date, today: date) -> str:
    """周一, and how far away: `周二 · 明天`, `周日 · 40 天后`."""
    away = (day - today).days
    near = {-1: "昨天", 0: "今天", 1: "明天"}.get(away)
    far = near or (f"{away} 天后" if away > 0 else f"{-away} 天前")
    return f"周{WEEKDAYS[day.weekday()]} · {far}" if abs(away) <= 400 else f"周{WEEKDAYS[day.weekday()]}"
