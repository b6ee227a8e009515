"""Compares the value behind a label with the expected one, by kind; says nothing where it cannot tell."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from filingdesk.materials.expected import Expectation, icp_key, terms_in, versions, word_for
from filingdesk.materials.matrix import Matrix
from filingdesk.materials.normal import days, name_key, quantities, squash

Outcome = Literal["same", "conflict"]


@dataclass(frozen=True)
class Judged:
    """What the value behind a label turned out to be; `found` as the file has it."""

    outcome: Outcome
    found: str


@dataclass(frozen=True)
class Value:
    """The text behind a label: `region` in running text begins right after the label, as a `cell` it is all value.

    `more` is the next line, for a pdf that breaks a value in two.
    """

    region: str
    cell: bool
    more: str = ""


_STRONG = re.compile(r"\s*(?:\([^()\n\t]{0,20}\))?\s*[:\t]\s*")
_WEAK = re.compile(r"\s*(?:\([^()\n\t]{0,20}\))?\s*(?:为|是|即|叫|系|=)\s*[:\"']?\s*")
_NAME_END = re.compile(r"[,，。;；、\t\n!！?？(《]|\s{2,}|\s(?=[\u4e00-\u9fff])")
_QUOTES = "\"'《》<>[]【】「」『』 "
_CONNECT = re.compile(r"(?:\s*\([^()\n\t]{0,20}\))?[\s:为是约达到至共计有近超过已数量总均合(=,]{0,9}")
_DATE_CONNECT = re.compile(r"(?:\s*\([^()\n\t]{0,20}\))?[\s:为是在于自从(即]{0,6}")
_NOT_MEASURED = re.compile(
    r"不超过|预计|目标|上限|以内|峰值|设计|不低于|不少于|至少|≤|≥|<|>|超出|每增|阈值|未超|不足|不到|假设|例如|如"
)
_ROUGH = re.compile(r"约|近|余|左右|超|逾|多|大概")
_PERSON = re.compile(r"[\u4e00-\u9fff]{2,4}(?:·[\u4e00-\u9fff]{2,8})?\Z")
_NOT_PERSON = re.compile(
    r"签|盖章|公章|印章|日期|职务|姓名|电话|手机|证件|身份|联系|负责|本人|单位|公司|主体|机构|部门|年|月|信息|号码|邮箱|应|须|的"
)
_DIRECT_PERSON = re.compile(
    r"[\u4e00-\u9fff]{2,3}(?=$|[,，。;；、(\s]|(?:对|为|于|已|和|与|及|签|担任|作为|负责))"
)
_WHOLE_PLACE = re.compile(r"省|市|区|县|路|街|道|号|镇")
_HOST = re.compile(r"(?:https?://|www\.)?((?:[a-z0-9-]+\.)+[a-z]{2,})(?![a-z0-9.-])", re.IGNORECASE)
_ADDITION = re.compile(
    r"[\s-]*(?!v?\d)(?:[a-z]{2,}\d*|(?:专业|增强|旗舰|标准|企业|尊享|精简|轻量|极速|升级|高级|基础|试用)版?)\Z",
    re.IGNORECASE,
)
_BILLIONS = re.compile(r"(?<![\w.-])(\d+(?:\.\d+)?)\s*[Bb](?![\w])")
_NOT_COUNTED = re.compile(r"\s*(?:[KMGTP]B|[kmgtp]b|词元|词|字|[Tt]oken|[Bb](?!\w)|秒|毫秒|小时)")
_IP = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")
_BEFORE_IP = re.compile(r"\s*(?:地址)?\s*(?:为|是)?\s*(?=\d{1,3}(?:\.\d{1,3}){3})")
_PRIVATE_IP = re.compile(r"(?:10|127|0)\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|255\.")
_TICKED, _OPEN = "☑☒√✓✔■●◉", "☐□○◯"
_BOX = re.compile(f"[{_TICKED}{_OPEN}]")
_DENIED = re.compile(r"(?:不|无|未|没有|暂无|非|除)[^,，。;；、\s]{0,4}\Z")
ICP = re.compile(r"[\u4e00-\u9fff]ICP备\s*\d{6,10}\s*号(?:\s*-\s*\d+[A-Z]?)?", re.IGNORECASE)
ALGORITHM_NUMBER = re.compile(r"网信算备\s*\d{8,30}\s*号?")
MODEL_NUMBER = re.compile(
    r"(?<![A-Za-z0-9-])[A-Za-z]{3,20}-[A-Za-z0-9]{2,40}-\d{8}(?:S?\d{2,6})?(?![A-Za-z0-9-])"
)
_CODE = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{15,20}(?![0-9A-Za-z])")


class Judge:
    """Compares values; made once per run."""

    def __init__(self, matrix: Matrix, is_label: Callable[[str], bool]) -> None:
        self._matrix = matrix
        self._is_label = is_label
        self._not_values = re.compile("|".join(matrix.not_values))

    def judge(self, each: Expectation, value: Value) -> Judged | None:
        """None: what stands there is no value of this kind."""
        match each.row.kind:
            case "number":
                return self._number(each, value)
            case "date":
                return self._date(each, value)
            case "terms":
                return self._terms(each, value)
            case "version":
                return self._version(each, value)
            case "place":
                return self._place(each, value)
            case "address":
                return self._address(each, value)
            case "url":
                return self._url(each, value)
            case "person" if not value.cell and not _STRONG.match(value.region):
                return self._person_behind(each, value)
            case "code":
                return self._pattern(each, value, _CODE, name_key)
            case "icp":
                return self._pattern(each, value, ICP, icp_key)
            case "algorithm_number":
                return self._pattern(each, value, ALGORITHM_NUMBER, lambda t: name_key(t).rstrip("号") + "号")
            case "model_number":
                return self._pattern(each, value, MODEL_NUMBER, name_key)
            case _:
                return self._name(each, value)

    def _body(self, each: Expectation, value: Value) -> str | None:
        """What stands after the colon; after 为 or 是 only where the value has the right shape."""
        if value.cell:
            return value.region
        if strong := _STRONG.match(value.region):
            return value.region[strong.end() :]
        if each.row.shape and (weak := _WEAK.match(value.region)):
            body = value.region[weak.end() :]
            return body if re.search(each.row.shape, _token(body)) else None
        return None

    def _name(self, each: Expectation, value: Value) -> Judged | None:
        body = self._body(each, value)
        if body is None:
            return None
        key = squash(body + value.more)
        right = sorted((*each.allowed, *each.also), key=len, reverse=True)
        for known in right:
            if key.startswith(known) and not self._goes_on(each, squash(_token(body)), known):
                return Judged("same", body[: len(known) + 8].strip())
        whole_name = (each.row.kind == "person" and _PERSON.match(_token(body))) or any(
            self._goes_on(each, squash(_token(body)), known) for known in right
        )
        if value.cell and not whole_name and any(known in squash(body) for known in right):
            return Judged("same", body.strip()[:60])
        token = _token(body)
        if not self._is_value(token, body):
            return None
        if each.row.kind == "person" and (not _PERSON.match(token) or _NOT_PERSON.search(token)):
            return None
        found = squash(token)
        if len(found) < 2 or len(token) > 60:
            return None
        if each.row.kind == "text" and any(found in known or known in found for known in right):
            other = self._other_remark(body, token, right)
            return Judged("conflict", other) if other else Judged("same", token)
        return Judged("conflict", token)

    @staticmethod
    def _other_remark(body: str, token: str, right: Iterable[str]) -> str:
        """The name with its remark in brackets, where the right value has another remark: Base-7B(2025-12 版)."""
        remark = re.match(r"[\s\"'》]*(\([^()]*\d[^()]*\))", body[body.find(token) + len(token) :])
        if remark is None:
            return ""
        key = squash(token)
        remarks = {k[len(key) :] for k in right if k.startswith(key + "(")}
        return token + remark[1] if remarks and squash(remark[1]) not in remarks else ""

    def _person_behind(self, each: Expectation, value: Value) -> Judged | None:
        """法定代表人张示例已签字: a name right behind the label, told from other words by being nearly the right one."""
        weak = _WEAK.match(value.region)
        region = (value.region[weak.end() :] if weak else value.region).lstrip(_QUOTES)
        for name in each.allowed | each.also:
            if squash(region[: len(name)]) == name:
                return Judged("same", region[: len(name)])
        found = _DIRECT_PERSON.match(region)
        if found is None or _NOT_PERSON.search(found[0]):
            return None
        near = any(
            len(name) == len(found[0])
            and sum(a == b for a, b in zip(name, found[0], strict=True)) * 2 >= len(name)
            for name in each.allowed
        )
        return Judged("conflict", found[0]) if near or (weak and found[0][0] in _SURNAMES) else None

    def _address(self, each: Expectation, value: Value) -> Judged | None:
        strong = value.cell or _STRONG.match(value.region)
        start = None if value.cell else (_STRONG.match(value.region) or _WEAK.match(value.region))
        if not value.cell and start is None:
            return None
        body = value.region[start.end() if start else 0 :] + (value.more if strong else "")
        token = re.split(r"[,，。;；\t\n]", body.strip())[0]
        token = re.split(r"\s(?=[\u4e00-\u9fff]{2,8}:)", token)[0]
        if len(_WHOLE_PLACE.findall(token)) < 2 or not self._is_value(token, body):
            return None
        found = address_key(token)
        right = {address_key(known) for known in each.allowed | each.also}
        if any(
            found.startswith(known) or known.startswith(found) or known.endswith(found) for known in right
        ):
            return Judged("same", token)
        return Judged("conflict", token[:60])

    @staticmethod
    def _url(each: Expectation, value: Value) -> Judged | None:
        start = None if value.cell else (_STRONG.match(value.region) or _WEAK.match(value.region))
        if not value.cell and start is None:
            return None
        body = value.region[start.end() if start else 0 :].lstrip(_QUOTES)
        found = _HOST.match(body)
        if found is None:
            return None
        right = {host[1].casefold() for known in each.allowed | each.also if (host := _HOST.search(known))}
        if not right:
            return None
        return Judged("same" if found[1].casefold() in right else "conflict", found[0])

    @staticmethod
    def _goes_on(each: Expectation, token: str, known: str) -> bool:
        """Does the name that stands there go on behind the right one, so that it is another?"""
        rest = token.removeprefix(known) if token.startswith(known) else ""
        if each.row.kind == "person":
            return bool(rest) and _PERSON.match(token) is not None
        if each.row.kind == "name":
            return _ADDITION.match(rest) is not None
        return each.row.kind == "company" and rest.endswith(("分公司", "子公司", "集团"))

    def _is_value(self, token: str, body: str) -> bool:
        rest = body[body.find(token) + len(token) :].lstrip(_QUOTES) if token else ""
        # What a colon follows, be it behind a remark in brackets, is the next label.
        if not token or self._not_values.search(token) or self._is_label(token):
            return False
        if re.match(r"(?:\([^)]*\))?\s*:", rest):
            return False
        return re.search(r"[\u4e00-\u9fffA-Za-z0-9]", token) is not None

    def _number(self, each: Expectation, value: Value) -> Judged | None:
        # 月活跃用户(1,860人): the brackets hold the value, not a remark.
        lead = re.match(r"\s*\(\s*(?=[\d约近])", value.region)
        start = lead or (None if value.cell else _CONNECT.match(value.region))
        at = start.end() if start else 0
        region = value.region.split("\n")[0]
        billions: dict[str, str] = {}
        if each.row.billions:
            # 7B is how model makers write 70 亿; what is told is what stands in the file.
            billions = {f"{Decimal(m[1]) * 10:f}亿": m[0] for m in _BILLIONS.finditer(region)}
            region = _BILLIONS.sub(lambda m: f"{Decimal(m[1]) * 10:f}亿", region)
        for found in quantities(region):
            if found.end <= at:
                continue
            between = region[at : found.start].strip()
            if found.start > at and (
                len(between) > (6 if value.cell else 0) or re.search(r"[,，。;；\t]", between)
            ):
                return None
            judged = self._compare_number(each, region, found.start, found.end, found.value, found.percent)
            if judged is not None and judged.found in billions:
                judged = Judged(judged.outcome, billions[judged.found])
            again = (
                each.row.billions and judged is not None and judged.outcome == "same" and region[found.end :]
            )
            # 7B（约 72 亿）: said twice, and the second time otherwise.
            if again and (twice := re.match(r"\s*\([约即]?\s*(?=\d)", again)):
                return self._number(each, Value(again[twice.end() :], cell=True)) or judged
            return judged
        return None

    def _compare_number(
        self, each: Expectation, region: str, start: int, end: int, number: Decimal, percent: bool
    ) -> Judged | None:
        after = region[end : end + 4].lstrip()
        before = region[max(0, start - 9) : start]
        # 人工抽检 42 条不合格: a part of what the label counts.
        if re.match(r"\w?\s*(?:不合格|合格|未|拒|通过|违规|失败|错误)", after + region[end + 4 : end + 8]):
            return None
        if _NOT_COUNTED.match(region, end) and each.row.unit:
            return None
        if percent or _NOT_MEASURED.search(before) or re.match(r"[年月日时分秒天.\-/:：级类层]", after):
            return None
        counted = re.match(r"余?多?\s*(人次|人|名|位|条|个|次|题|项|家|台)", after)
        if each.row.unit and counted and counted[1] not in _same_units(each.row.unit):
            return None
        found = region[start : end + (counted.end() if counted else 0)].strip()
        right = [*each.allowed, *each.also]
        if number in right:
            return Judged("same", found)
        rough = _ROUGH.search(before) or re.match(r"[余多]|左右|以上", after)
        if rough and any(abs(number - known) <= abs(known) / 20 for known in right):
            return Judged("same", found)
        return Judged("conflict", found)

    def _date(self, each: Expectation, value: Value) -> Judged | None:
        start = None if value.cell else _DATE_CONNECT.match(value.region)
        at = start.end() if start else 0
        for day in days(value.region):
            if day.start > at + (4 if value.cell else 0) or day.start < at:
                return None
            return self.compare_day(
                each, value.region[day.start : day.end].strip(), (day.year, day.month, day.day)
            )
        return None

    @staticmethod
    def compare_day(each: Expectation, found: str, day: tuple[int, int, int]) -> Judged:
        """A date against the right ones; a month alone is right when the month is."""
        year, month, number = day
        right = [d for d in (*each.allowed, *each.also) if isinstance(d, date)]
        fits = any((d.year, d.month) == (year, month) and number in (0, d.day) for d in right)
        return Judged("same" if fits else "conflict", found)

    def _terms(self, each: Expectation, value: Value) -> Judged | None:
        if value.cell:
            region = value.region
        elif strong := _STRONG.match(value.region):
            region = value.region[strong.end() :]
        elif weak := re.match(r"\s*(?:为|是|包括|支持|仅限|限于|有)\s*:?", value.region):
            region = value.region[weak.end() :]
        else:
            return None
        region = re.split(r"[。;；\n\t]", region)[0] if not value.cell else region
        # A further label ends the list: 输出模态:文本 输出文件格式:TXT.
        region = re.split(r"[,，\s](?=[\u4e00-\u9fff]{2,8}:)", region)[0]
        boxes = _BOX.search(region) is not None
        shown = "、".join(_ticked(region)) if boxes else _without_denied(region)
        vocabulary = self._matrix.vocabularies[each.row.vocabulary]
        found = terms_in(shown, vocabulary)
        if not found or len(region) > 160:
            return None
        extra = [term for term in found if term not in each.allowed]
        if extra:
            return Judged("conflict", "、".join(word_for(shown, term, vocabulary) for term in extra))
        missing = not each.row.part and set(found) != each.allowed
        return Judged("conflict" if missing else "same", "、".join(found))

    def _version(self, each: Expectation, value: Value) -> Judged | None:
        body = (
            value.region
            if value.cell
            else value.region[(m.end() if (m := _CONNECT.match(value.region)) else 0) :]
        )
        match = re.match(r"[\s\"']{0,2}[Vv]?\d+(?:\.\d+)+", body)
        if match is None:
            return None
        number = versions(match[0])[0]
        return Judged("same" if number in each.allowed | each.also else "conflict", match[0].strip())

    def _place(self, each: Expectation, value: Value) -> Judged | None:
        body = (
            value.region
            if value.cell
            else (
                value.region[m.end() :]
                if (m := _STRONG.match(value.region) or _BEFORE_IP.match(value.region))
                else None
            )
        )
        if body is None:
            return None
        body = _without_denied(re.split(r"[。;；\n]", body)[0] if not value.cell else body)
        right = " ".join((*each.allowed, *each.also))
        wrong = [ip for ip in _IP.findall(body) if not _PRIVATE_IP.match(ip) and ip not in right]
        named = [w for w in (*self._matrix.regions, *self._matrix.clouds) if w in body]
        wrong += [w for w in named if w.casefold() not in right]
        if wrong:
            return Judged("conflict", "、".join(wrong))
        if (
            named
            or _IP.search(body)
            or any(squash(body).startswith(k[:4]) for k in each.allowed if len(k) > 3)
        ):
            return Judged("same", body.strip()[:40])
        return None

    @staticmethod
    def _pattern(
        each: Expectation, value: Value, pattern: re.Pattern[str], key: Callable[[str], str]
    ) -> Judged | None:
        start = (
            None if value.cell else re.match(r"(?:\s*\([^()\n\t]{0,20}\))?[\s:为是号码]{0,5}", value.region)
        )
        region = value.region + (value.more if not value.cell else "")
        match = pattern.search(region)
        if match is None or match.start() > (start.end() if start else 6):
            return None
        found = match[0].strip()
        return Judged("same" if key(found) in each.allowed | each.also else "conflict", found)


_SURNAMES = frozenset(
    "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董潘袁于蒋蔡余杜叶程魏苏吕丁任卢沈姚钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_STOREYS = str.maketrans({"楼": "层", "栋": "座", "幢": "座"})


def address_key(text: str) -> str:
    """The form in which two addresses are compared: no spaces, 楼 as 层, without the name of the country."""
    return re.sub(r"\A(?:中华人民共和国|中国)|室\Z", "", name_key(text)).translate(_STOREYS)


def _same_units(unit: str) -> tuple[str, ...]:
    people = ("人", "名", "位")
    things = ("条", "个", "题", "项", "道")
    return people if unit in people else things if unit in things else (unit,)


def _token(body: str) -> str:
    return _NAME_END.split(body.strip().lstrip(_QUOTES))[0].strip(_QUOTES)


def _ticked(region: str) -> Iterable[str]:
    """What stands behind the ticked boxes."""
    parts = re.split(f"([{_TICKED}{_OPEN}])", region)
    for mark, text in zip(parts[1::2], parts[2::2], strict=False):
        if mark in _TICKED:
            yield text


def _without_denied(text: str) -> str:
    """The text without the parts that say what is not so: 不提供 APP."""
    parts = re.split(r"([,，。;；、\n])", text)
    return "".join(p for p in parts if not re.match(r"\s*(?:不|无|未|没有|暂无|暂不|不含|不支持|非)", p))
