"""Which annex A risk a text means: by its id in any common spelling, or by its Chinese name; and what a foreign name may mean."""

import difflib
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from filingdesk.domain.risks import Risk

_SIGNS = re.compile(r"[\W_]+")
_ID = re.compile(r"(?:附录)?A([1-9])([A-Z])(?![A-Z0-9])(.*)", re.DOTALL)
_TAIL = re.compile("(?:(?:类|的)?(?:内容|风险|行为|信息))?类?$")
"""What people add to, or leave off, the name of a risk without meaning another one."""


def plain_form(text: str) -> str:
    """Half width, upper case, without punctuation and space: the form in which names are compared."""
    return _SIGNS.sub("", unicodedata.normalize("NFKC", text)).upper()


@dataclass(frozen=True)
class RiskAnswer:
    """What a cell means: a risk id, or "" and why not ("group", "conflict", "unknown") with a Chinese sentence."""

    risk: str
    kind: str = ""
    message: str = ""


class RiskNames:
    """Looks up risks; remembers the answers, since a list repeats few texts many times.

    `fold` brings names into the form in which they are compared; one that folds traditional characters finds those too.
    """

    def __init__(self, risks: Sequence[Risk], fold: Callable[[str], str] = plain_form) -> None:
        self._fold = fold
        self._names = {risk.id: risk.name for risk in risks}
        self._ids = {fold(risk.name): risk.id for risk in risks}
        shorter: dict[str, list[str]] = {}
        for name, risk_id in self._ids.items():
            shorter.setdefault(_TAIL.sub("", name), []).append(risk_id)
        self._short = {name: ids[0] for name, ids in shorter.items() if name and len(ids) == 1}
        self._groups = {fold(risk.group_name): risk.group for risk in risks}
        self._groups.update({fold(risk.group): risk.group for risk in risks})
        self._known: dict[str, RiskAnswer] = {}

    def find(self, text: str) -> RiskAnswer:
        """The risk that `text` names: "A.1.a", "Ａ１ａ", "A.1 a)", "A.1.a 煽动…", the Chinese name, or the name less 内容."""
        answer = self._known.get(text)
        if answer is None:
            answer = self._known[text] = self._look_up(text)
        return answer

    def _named(self, folded: str) -> str | None:
        return self._ids.get(folded) or self._short.get(_TAIL.sub("", folded))

    def _look_up(self, text: str) -> RiskAnswer:
        found = _ID.fullmatch(plain_form(text))
        if found:
            risk = f"A.{found[1]}.{found[2].lower()}"
            named = self._named(self._fold(found[3]))
            if risk not in self._names:
                return RiskAnswer("", "unknown", f"没有编号为「{risk}」的风险")
            if named is not None and named != risk:
                return RiskAnswer("", "conflict", f"「{text}」的编号与名称不是同一种风险")
            return RiskAnswer(risk)
        folded = self._fold(text)
        named = self._named(folded)
        if named is not None:
            return RiskAnswer(named)
        if folded in self._groups:
            return RiskAnswer(
                "", "group", f"「{text}」是一组风险（{self._groups[folded]}），要写到具体的一种"
            )
        close = self.nearest(folded)
        if not close:
            return RiskAnswer("", "unknown", f"不认识的风险「{text[:40]}」")
        return RiskAnswer(
            "", "unknown", f"不认识的风险「{text[:40]}」，是否指 {close}「{self._names[close]}」"
        )

    def nearest(self, text: str) -> str:
        """The risk whose name looks most like `text`; "" when none does."""
        close = difflib.get_close_matches(self._fold(text)[:60], list(self._ids), n=1, cutoff=0.6)
        return self._ids[close[0]] if close else ""


@lru_cache(maxsize=8)
def _names_of(risks: tuple[Risk, ...]) -> RiskNames:
    return RiskNames(risks)


def find_risk(text: str, risks: Sequence[Risk]) -> Risk | None:
    """The risk that `text` names; see `RiskNames.find`.

    None when there is no such risk, when only a group is named, or when id and name are of two different risks.
    """
    answer = _names_of(tuple(risks)).find(text)
    return next((risk for risk in risks if risk.id == answer.risk), None)


# Our own reading of the words that lists in use are sorted by: always a proposal, never applied unasked.
_USUAL: tuple[tuple[str, str], ...] = (
    ("民族仇恨", "A.1.e"),
    ("民族歧视|种族歧视", "A.2.a"),
    ("信仰歧视|宗教歧视", "A.2.b"),
    ("国别歧视", "A.2.c"),
    ("地域歧视|地域黑|地域攻击", "A.2.d"),
    ("性别歧视|性别对立", "A.2.e"),
    ("年龄歧视", "A.2.f"),
    ("职业歧视", "A.2.g"),
    ("健康歧视|疾病歧视|残疾", "A.2.h"),
    ("歧视", "A.2.i"),
    ("颠覆|反动|反党|反政府|推翻", "A.1.a"),
    ("分裂|台独|港独|藏独|疆独|破坏统一", "A.1.c"),
    ("恐怖|暴恐|极端主义|涉恐", "A.1.d"),
    ("国家安全|泄密|国家秘密|国家形象|领导人|英烈", "A.1.b"),
    ("色情|涉黄|淫秽|低俗|黄色|暴力|血腥|凶杀|性暗示|porn|sexual|violence", "A.1.f"),
    ("谣言|虚假信息|虚假有害|假新闻|伪科学|rumou?r", "A.1.g"),
    (
        "赌博|涉赌|毒品|涉毒|枪支|涉枪|枪爆|爆炸物|管制刀具|诈骗|欺诈|传销|邪教|假币|发票|违禁品|违法犯罪|走私|黑产|洗钱"
        "|gambl|drug|fraud|weapon",
        "A.1.h",
    ),
    ("知识产权|侵权|盗版|版权|商标|专利", "A.3.a"),
    ("商业道德", "A.3.b"),
    ("商业秘密", "A.3.c"),
    ("垄断|不正当竞争", "A.3.d"),
    ("肖像", "A.4.b"),
    ("名誉|辱骂|侮辱|诽谤|人身攻击|脏话|谩骂|abuse|insult", "A.4.c"),
    ("荣誉权", "A.4.d"),
    ("隐私|privacy", "A.4.e"),
    ("个人信息", "A.4.f"),
    ("自杀|自残|自伤|身心健康|self.?harm|suicide", "A.4.a"),
)


@dataclass(frozen=True)
class RiskProposal:
    """What a foreign category name may mean: a risk id or "", and on what ground, for a person to decide."""

    risk: str
    why: str = ""


def propose_risk(text: str, risks: Sequence[Risk]) -> RiskProposal:
    """A proposal for a category name that names no risk; never more than a proposal."""
    known = {risk.id for risk in risks}
    folded = unicodedata.normalize("NFKC", text).casefold()
    for pattern, risk in _USUAL:
        if risk in known and (found := re.search(pattern, folded)):
            return RiskProposal(risk, f"名称里有“{found[0]}”")
    near = _names_of(tuple(risks)).nearest(text)
    return RiskProposal(near, "名称相近") if near else RiskProposal("")


def find_aspect(text: str, aspects: Sequence[str]) -> str:
    """The aspect of the non-refuse bank that `text` names ("文化", "文化方面", "我国文化"); "" when none or several do."""
    form = plain_form(text)
    if form in aspects:
        return form
    named = [aspect for aspect in aspects if aspect in form]
    return named[0] if len(named) == 1 and len(form) <= len(named[0]) + 6 else ""
