"""Text, numbers and dates in one form: 10万 = 100,000 = 十万; 2026年3月1日 = 2026-03-01; full width = half width."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

_CJK = "\u2e80-\u9fff\uf900-\ufaff"
_UNSEEN = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad\u202a-\u202e]")
_WIDE_GAP = re.compile(r"(?:[ \u00a0\u3000]{2,}|\u3000)")
_SPACES = re.compile(r"[ \u00a0\u2000-\u200a\u3000]+")
_BETWEEN = re.compile(f"(?<=[{_CJK}]) (?=[{_CJK}])")
_GAP_OF_CELLS = re.compile(f"(?<=[{_CJK})]) (?=[{_CJK}(0-9A-Za-z])")
_MARKS = str.maketrans(
    {
        "〔": "(",
        "〕": ")",
        "—": "-",
        "–": "-",
        "−": "-",
        "‐": "-",
        "‑": "-",
        "～": "~",
        "“": '"',
        "”": '"',
        "‘": "'",
        "’": "'",
        "〇": "〇",
        "・": "·",
        "•": "·",
        "﹣": "-",
    }
)


def normal(text: str, *, cells: bool = False) -> str:
    """Half width, one kind of brackets, quotes and dashes, no invisible characters, single spaces.

    Wide gaps become tabs, as between cells. With `cells` (pdf, where the cells of a row are only a space apart) a space
    before or after a Chinese character counts as such a gap; otherwise a space inside Chinese text is dropped.
    """
    text = _UNSEEN.sub("", text)
    text = _SPACES.sub(" ", text) if cells else _WIDE_GAP.sub("\t", text)
    text = unicodedata.normalize("NFKC", text).translate(_MARKS)
    text = _SPACES.sub(" ", text)
    return (_GAP_OF_CELLS.sub("\t", text) if cells else _BETWEEN.sub("", text)).strip(" ")


_NOT_COMPARED = re.compile("[\\s\"'《》]+")


def squash(text: str) -> str:
    """A normal text without white space and quotes, in one case: the form in which names and codes are compared."""
    return _NOT_COMPARED.sub("", text).casefold()


def name_key(text: str) -> str:
    """The form in which two names are the same name."""
    return squash(normal(text))


# ---- numbers ----

_SCALES = {"百": 10**2, "千": 10**3, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7, "亿": 10**8}
_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_ARABIC = r"(?<![\d.])(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?!\.?\d)"
_CHINESE = "[零〇一二两三四五六七八九十百千万亿]+"
_QUANTITY = re.compile(
    rf"(?:(?P<a>{_ARABIC})\s*(?P<s>千万|百万|十万|万|亿|千(?!克|米|瓦|字节)|百(?!分))?|(?P<c>{_CHINESE}))\s*(?P<p>%)?"
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number found in normal text: `value` with its scale (10万 is 100000), `percent` where a % follows."""

    start: int
    end: int
    value: Decimal
    percent: bool = False


def quantities(text: str) -> Iterator[Quantity]:
    """All numbers of a normal text, in order, in Arabic or Chinese digits. A single Chinese digit is a word, not a number."""
    for match in _QUANTITY.finditer(text):
        if match["a"]:
            try:
                value = Decimal(match["a"].replace(",", "")) * _SCALES.get(match["s"] or "", 1)
            except InvalidOperation:
                continue
        else:
            read = chinese_number(match["c"])
            if read is None or (len(match["c"]) == 1 and match["c"] not in "十百千"):
                continue
            value = read
        yield Quantity(match.start(), match.end(), value, bool(match["p"]))


def chinese_number(text: str) -> Decimal | None:
    """十万 → 100000, 三千二百 → 3200, 一亿零五十万 → 100500000, 二〇二六 → 2026; None when it is no number."""
    if not text:
        return None
    if all(c in _DIGITS for c in text):
        return Decimal("".join(str(_DIGITS[c]) for c in text))
    if text[0] in "万亿" or (text[0] in "百千" and len(text) == 1):
        return None
    total = section = digit = 0
    last = 10**9
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _UNITS:
            section += (digit or (1 if char == "十" or not section else 0)) * _UNITS[char]
            digit, last = 0, _UNITS[char]
        elif char == "万":
            total += (section + digit) * 10**4
            section, digit, last = 0, 0, 10**4
        elif char == "亿":
            total = (total + section + digit) * 10**8
            section, digit, last = 0, 0, 10**8
        else:
            return None
    if digit and last >= 100 and text[-2] in "百千万亿" and len(text) >= 2:
        digit *= last // 10  # 三千二 is 3200
    return Decimal(total + section + digit)


# ---- dates ----

_DATE = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d{2})\s*(?:年\s*(?P<m>\d{1,2})\s*月(?:\s*(?P<d>\d{1,2})\s*[日号])?"
    r"|(?P<sep>[-/.])\s*(?P<m2>\d{1,2})(?:\s*(?P=sep)\s*(?P<d2>\d{1,2}))?(?![\d.]))"
    r"|(?<![\d-])(?P<y3>(?:19|20)\d{2})(?P<m3>0[1-9]|1[0-2])(?P<d3>0[1-9]|[12]\d|3[01])(?!\d)"
    r"|(?P<yc>[一二][〇零九一二三四五六七八]{3})年(?P<mc>[一二三四五六七八九十]{1,2})月(?:(?P<dc>[一二三四五六七八九十]{1,3})[日号])?"
)


@dataclass(frozen=True, slots=True)
class Day:
    """A date found in normal text; `day` 0 when only the month is given."""

    start: int
    end: int
    year: int
    month: int
    day: int

    def fits(self, other: date) -> bool:
        """Does it name that day, or its month?"""
        return (self.year, self.month) == (other.year, other.month) and self.day in (0, other.day)


def days(text: str) -> Iterator[Day]:
    """All dates of a normal text that exist in the calendar: 2026-03-01, 2026/3/1, 2026年3月(1日), 20260301, 二〇二六年三月一日."""
    for m in _DATE.finditer(text):
        if m["yc"]:
            parts = [chinese_number(m[k]) if m[k] else Decimal(0) for k in ("yc", "mc", "dc")]
            if None in parts:
                continue
            year, month, day = (int(p) for p in parts if p is not None)
        elif m["y3"]:
            year, month, day = int(m["y3"]), int(m["m3"]), int(m["d3"])
        else:
            year, month, day = int(m["y"]), int(m["m"] or m["m2"]), int(m["d"] or m["d2"] or 0)
        try:
            date(year, month, day or 1)
        except ValueError:
            continue
        yield Day(m.start(), m.end(), year, month, day)
