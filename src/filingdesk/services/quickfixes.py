"""Mends that are certain: the same value written as its kind wants it, or a blank taken from where the project already has it."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from filingdesk.domain.errors import UserError
from filingdesk.domain.facts import Facts
from filingdesk.domain.flat import Value, flatten, get, key_of, unflatten
from filingdesk.domain.meta import FieldMeta, Kind
from filingdesk.domain.paths import pattern_of
from filingdesk.domain.report import CheckReport, Finding
from filingdesk.domain.snapshot import Snapshot
from filingdesk.domain.specs import FieldSpec, label_of, spec_of
from filingdesk.domain.values import mask, narrow, parse_date, parse_quantity, problem_of
from filingdesk.rules import engine
from filingdesk.rules.view import View
from filingdesk.services import profile_exchange, reuse, rulesets
from filingdesk.services.changes import Changes
from filingdesk.services.profile import PARTS
from filingdesk.services.session import Session

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_DASHES = re.compile(r"[‐-―−﹣－—]+")
_WEEKDAY = re.compile(r"[（(]?\s*(?:周|星期|礼拜)[一二三四五六日天]\s*[)）]?\Z")
_MIDNIGHT = re.compile(r"[T\s]+0?0:00(?::00(?:\.0+)?)?\Z")
_CHINESE_DAY = re.compile(
    r"([〇零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})[日号]\Z"
)
_DIGITS = {c: str(n) for n, c in enumerate("〇一二三四五六七八九")} | {"零": "0"}
_GROUPED = re.compile(r"\d{1,3}(?: \d{3})+\Z")
_SHOWN = 24


@dataclass(frozen=True)
class Fix:
    """One certain mend of a finding: `label` names what it does, `changes` are storage keys and their new values, `note` says
    what a person still looks at (blank when nothing but the way of writing changes)."""

    label: str
    changes: Mapping[str, Value]
    note: str = ""


class Fixer:
    """Mends for one frozen state; made once per report. `profile`: the facts of the company profile, when it can be read."""

    def __init__(self, snapshot: Snapshot, profile: Facts | None = None) -> None:
        self._snapshot = snapshot
        self._facts = snapshot.facts
        self._flat = flatten(snapshot.facts)
        self._view = View(snapshot)
        self._rules = [rule for pack in rulesets.judging(snapshot).packs for rule in pack.rules]
        self._by_id = {rule.id: rule for rule in reversed(self._rules)}
        self._offers = (
            {d.key: d.offers for d in profile_exchange.differences(profile, self._facts, PARTS) if not d.has}
            if profile is not None
            else {}
        )

    def fixes_for(self, finding: Finding) -> list[Fix]:
        """The certain mends, the likeliest first; empty where a person has to decide. Each makes the finding go away."""
        spec = spec_of(finding.path) if finding.path and not finding.path.startswith("@") else None
        if not isinstance(spec, FieldSpec):
            return []
        try:
            key = key_of(self._facts, finding.path)
            value: Value = get(self._facts, finding.path)
        except KeyError:
            return []
        proposed = self._rewritten(key, spec, value) if value else self._taken(key, finding.path, spec)
        found: list[Fix] = []
        for fix in proposed:
            known = any(fix.changes == other.changes for other in found)
            if not known and self._settles(finding, fix):
                found.append(fix)
        # Two places that say different things: which one holds is for a person to say.
        return [] if not value and len(found) > 1 else found

    def _settles(self, finding: Finding, fix: Fix) -> bool:
        """Does the rule no longer say this once the mend is made?"""
        rule = self._by_id.get(finding.rule)
        if rule is None:
            return False
        facts = unflatten({**self._flat, **fix.changes})
        result = engine.judge(rule, "", View(replace(self._snapshot, facts=facts)), finding.severity)
        gone = all(f.fingerprint != finding.fingerprint for f in result.findings)
        return gone and result.status != "error"

    # The same value, written as its kind wants it

    def _rewritten(self, key: str, spec: FieldSpec, value: Value) -> Iterator[Fix]:
        id_kind = self._flat.get(f"{key.rpartition('.')[0]}.id_kind", "") or "居民身份证"
        plain = str(id_kind)
        if not problem_of(spec.meta, value, id_kind=plain):
            return
        written = normalised(spec.meta, value)
        if written and written != value and not problem_of(spec.meta, written, id_kind=plain):
            shown = _shown(spec.meta, written)
            yield Fix(f"把「{spec.meta.label}」改写成“{shown}”", {key: written})

    # A blank, taken from where the project already has it

    def _taken(self, key: str, path: str, spec: FieldSpec) -> Iterator[Fix]:
        if spec.meta.kind is Kind.ATTACHMENTS:
            return
        offered: list[tuple[Value, str]] = []
        # Not from the fact that a rule compares this one with: what stands in a licence or an agreement must be read there.
        pair = next((p for p in reuse.pairs() if p.to == pattern_of(path) and p.how == "same"), None)
        if pair is not None and (carried := reuse.carriable(self._facts, pattern_of(path))):
            offered.append((carried, f"算法备案的「{label_of(pair.source)}」"))
        # The same words belong in both filings, whichever was filled first.
        for back in (p for p in reuse.pairs() if p.source == path and p.how == "same"):
            if filled := self._flat.get(back.to):
                offered.append((filled, f"大模型备案的「{label_of(back.to)}」"))
        if key in self._offers:
            offered.append((self._offers[key], "单位档案"))
        seen: list[Value] = []
        for value, source in offered:
            if value in seen or problem_of(spec.meta, value):
                continue
            seen.append(value)
            shown = _shown(spec.meta, value)
            label = f"从{source}填入「{spec.meta.label}」：“{shown}”"
            yield Fix(label, {key: value}, "填入后请对照原件看一眼。")


def fixes_for(finding: Finding, snapshot: Snapshot, profile: Facts | None = None) -> list[Fix]:
    """The certain mends of one finding; for many, make one `Fixer`."""
    return Fixer(snapshot, profile).fixes_for(finding)


def all_fixes(
    report: CheckReport, snapshot: Snapshot, profile: Facts | None = None
) -> dict[tuple[str, str], tuple[Fix, ...]]:
    """(rule, fingerprint) → its mends, only findings that have any. A few hundred findings take some tens of milliseconds."""
    fixer = Fixer(snapshot, profile)
    found = {(f.rule, f.fingerprint): tuple(fixer.fixes_for(f)) for f in report.findings}
    return {place: fixes for place, fixes in found.items() if fixes}


def apply(session: Session, fix: Fix) -> Changes | None:
    """Make one mend as an edit that undo takes back and that is called what it does."""
    return session.set_many(fix.changes, fix.label)


def apply_rule(session: Session, report: CheckReport, rule: str, profile: Facts | None = None) -> list[Fix]:
    """Mend every finding of a rule that has exactly one certain mend; each is an edit of its own. Gives what was done. Raises
    `UserError` when the rule found nothing, or nothing that is certain."""
    findings = [f for f in report.findings if f.rule == rule]
    if not findings:
        raise UserError("fix.none", f"规则 {rule} 现在没有查出问题。", "用 filingdesk check 看查出了什么。")
    fixer = Fixer(session.snapshot(), profile)
    found = [fixes[0] for f in findings if len(fixes := fixer.fixes_for(f)) == 1]
    if not found:
        raise UserError(
            "fix.unsure", f"规则 {rule} 查出的问题没有确定的改法。", f"请自己改：{findings[0].fix}"
        )
    for fix in found:
        apply(session, fix)
    return found


# -- the way of writing ---------------------------------------------------------------------------------------------


def normalised(meta: FieldMeta, value: Value) -> Value:
    """The value written as its kind wants it; blank when that is not certain. Nothing but the way of writing may change."""
    if meta.choices:
        return _terms(meta.choices, value)
    if not isinstance(value, str):
        return ""
    write = _WRITERS.get(meta.kind)
    return write(_INVISIBLE.sub("", value)) if write else ""


def _terms(choices: Sequence[str], value: Value) -> Value:
    def bare(text: str) -> str:
        return "".join(narrow(_INVISIBLE.sub("", text)).split()).casefold()

    known: dict[str, list[str]] = {}
    for choice in choices:
        known.setdefault(bare(choice), []).append(choice)
    matches = [known.get(bare(term), []) for term in ([value] if isinstance(value, str) else value)]
    if any(len(match) != 1 for match in matches):
        return ""
    terms = list(dict.fromkeys(match[0] for match in matches))
    return terms[0] if isinstance(value, str) else terms


def _code(text: str) -> str:
    return re.sub(r"[\s\-_.·]", "", _DASHES.sub("", narrow(text))).upper()


def _mobile(text: str) -> str:
    plain = _DASHES.sub("-", narrow(text))
    if re.search(r"[^\d\s+().·-]", plain):
        return ""  # an extension, a second number, a name
    digits = re.sub(r"\D", "", plain)
    return digits[-11:] if digits[:-11] in {"", "86", "0086"} else ""


def _email(text: str) -> str:
    return re.sub(r"\s*([@.])\s*", r"\1", narrow(text).replace("。", ".").removeprefix("mailto:"))


def _url(text: str) -> str:
    plain = re.sub(r"\s*:\s*//\s*", "://", narrow(text).replace("\\", "/"))
    return "" if re.search(r"\s", plain) else plain


def _number(text: str) -> str:
    plain = re.sub(r"\s+", " ", narrow(text))
    bare = plain.replace(" ", "") if _GROUPED.match(plain) else ""
    return bare if bare and parse_quantity(bare) is not None else ""


def _filing_number(text: str) -> str:
    plain = "".join(_DASHES.sub("-", narrow(text)).split())
    return f"{plain}号" if re.fullmatch(r"网信算备\d{21}", plain) else plain


def _date(text: str) -> str:
    plain = _MIDNIGHT.sub("", _WEEKDAY.sub("", narrow(text)).strip())
    plain = _DASHES.sub("-", plain).replace("、", ".").replace("号", "日")
    plain = re.sub(r"\.\s*\Z", "", plain)
    if match := _CHINESE_DAY.match(plain):
        year = int("".join(_DIGITS[c] for c in match[1]))
        try:
            return date(year, _small(match[2]), _small(match[3])).isoformat()
        except ValueError:
            return ""
    day = parse_date(plain)
    return day.isoformat() if day else ""


def _small(text: str) -> int:
    """一 … 三十一."""
    tens, ten, ones = text.rpartition("十")
    value = {"": 1}.get(tens, int(_DIGITS.get(tens, "0"))) * 10 if ten else 0
    return value + (int("".join(_DIGITS[c] for c in ones)) if ones else 0)


_WRITERS: dict[Kind, Callable[[str], str]] = {
    Kind.CREDIT_CODE: _code,
    Kind.ID_NUMBER: _code,
    Kind.MOBILE: _mobile,
    Kind.EMAIL: _email,
    Kind.URL: _url,
    Kind.NUMBER: _number,
    Kind.DATE: _date,
    Kind.ALGORITHM_NUMBER: _filing_number,
    Kind.MODEL_NUMBER: _filing_number,
}


@lru_cache(maxsize=256)
def _cut(text: str) -> str:
    plain = unicodedata.normalize("NFC", " ".join(text.split()))
    return plain if len(plain) <= _SHOWN else f"{plain[: _SHOWN - 1]}…"


def _shown(meta: FieldMeta, value: Value) -> str:
    text = value if isinstance(value, str) else "、".join(value)
    return mask(text) if meta.personal else _cut(text)
