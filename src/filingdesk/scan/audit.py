"""Audits a keyword list: how many words each risk has, and which words are doubtful and why."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from filingdesk.domain.jobs import Cancel, Progress, Report, silent
from filingdesk.domain.risk_lookup import RiskNames
from filingdesk.domain.risks import Risk
from filingdesk.infra.decoding import damaged, mojibake
from filingdesk.scan import folding
from filingdesk.scan.audit_benign import benign_uses
from filingdesk.scan.library_rows import KeywordRow, check_word, risk_by_category
from filingdesk.scan.normalize import SENTINEL, fold_text, fold_words

ALL_KINDS: tuple[str, ...] = (
    *("symbols_only", "invisible", "mojibake", "missing_risk", "unknown_risk", "risk_conflict"),
    *(
        "duplicate",
        "folded_duplicate",
        "other_risk",
        "hits_benign",
        "one_char",
        "all_digits",
        "contains_shorter",
    ),
)
"""Every kind of doubt. symbols_only: no channel can ever find the word. invisible: blank ends or characters nobody can see.
risk_conflict: the risk and the written category are two different risks."""


@dataclass(frozen=True, slots=True)
class Fix:
    """What would mend a problem: take the row out, write the risk `value`, or write the word `value`.

    `certain`: nothing of worth is lost and nothing is guessed, so it may be done for all rows at once.
    """

    action: Literal["remove", "risk", "word"]
    value: str = ""
    certain: bool = True


@dataclass(frozen=True, slots=True)
class AuditProblem:
    """One doubt about one word; `row` as in the list (0 = unknown), `kind` a stable English word (`ALL_KINDS`).

    `other`: the earlier row that it is about, 0 = none. `fix`: the mend, where there is one.
    """

    kind: str
    keyword: str
    row: int
    message: str
    other: int = 0
    fix: Fix | None = None

    def to_json(self) -> dict[str, Any]:
        """As the command line gives it; `fix` and `other_row` only where there is one."""
        plain: dict[str, Any] = {
            "kind": self.kind,
            "keyword": self.keyword,
            "row": self.row,
            "message": self.message,
        }
        if self.other:
            plain["other_row"] = self.other
        if self.fix is not None:
            plain["fix"] = {
                "action": self.fix.action,
                "value": self.fix.value,
                "certain": self.fix.certain,
            }
        return plain


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A minimum that is not met: `risk` "" stands for the whole list; `distinct` counts words after folding."""

    risk: str
    found: int
    distinct: int
    needed: int


@dataclass(frozen=True)
class AuditReport:
    """The state of a list.

    `total` words, `distinct` after folding (case, width, traditional …), both also per risk id (every risk is
    listed, those without words as 0). `shortfalls` compares words as counted in `by_risk` and `total` with the
    minima that were given; `short_when_folded` are those met only by counting variants of one word.
    """

    total: int
    distinct: int
    by_risk: dict[str, int]
    distinct_by_risk: dict[str, int]
    problems: list[AuditProblem]
    shortfalls: list[Shortfall] = field(default_factory=list)
    short_when_folded: list[Shortfall] = field(default_factory=list)

    @property
    def meets_total(self) -> bool:
        """Whether the list as a whole is long enough."""
        return all(item.risk for item in self.shortfalls)

    @property
    def meets_per_risk(self) -> bool:
        """Whether every risk with a minimum has enough words."""
        return not any(item.risk for item in self.shortfalls)

    def counts(self) -> dict[str, int]:
        """How many problems there are of each kind."""
        return dict(Counter(problem.kind for problem in self.problems))

    def fixable(self) -> dict[str, int]:
        """How many problems of each kind have a certain mend."""
        mendable = (p.kind for p in self.problems if p.fix is not None and p.fix.certain)
        return dict(Counter(mendable))


def audit(
    rows: Sequence[KeywordRow],
    risks: Sequence[Risk],
    minima: Mapping[str, int],
    total_minimum: int,
    cancel: Cancel | None = None,
    report: Report = silent,
    *,
    kinds: Collection[str] = ALL_KINDS,
    categories: Mapping[str, Mapping[str, str]] | None = None,
) -> AuditReport:
    """Audit a list. `minima` gives the number of words each risk id needs, `total_minimum` the whole list;

    both come from the rule pack (GB/T 45654 T2, T3), 0 or absence means "no minimum". Only doubts of `kinds` are looked
    for. `categories`: source → category → risk, what is known of foreign categories.
    """
    cancel = cancel or Cancel()
    folded, _ = fold_words([row.word for row in rows])
    by_risk = {risk.id: 0 for risk in risks}
    by_risk.update(Counter(row.risk for row in rows if row.risk in by_risk))
    distinct_words = {text for text in folded if text}
    pairs = {(row.risk, text) for row, text in zip(rows, folded, strict=True) if text}
    distinct_by_risk = {risk.id: 0 for risk in risks}
    distinct_by_risk.update(Counter(risk for risk, _ in pairs if risk in distinct_by_risk))
    del pairs

    looking = _Looking(risks, kinds, categories or {})
    for number, (row, text) in enumerate(zip(rows, folded, strict=True)):
        if not number % 20_000:
            cancel.check()
            report(Progress(number, len(rows), f"已检查 {number} 个词"))
        looking.look(row, text)
    problems, first = looking.problems, looking.first
    if "contains_shorter" in kinds:
        report(Progress(len(rows), len(rows), "正在找含有更短的词的词"))
        problems.extend(_contained(first, cancel))
    if "hits_benign" in kinds:
        report(Progress(len(rows), len(rows), "正在核对正常文本"))
        problems.extend(_hits_benign(first, cancel))
    problems.sort(key=lambda problem: (problem.row, problem.kind))
    shortfalls, short_when_folded = _shortfalls(
        by_risk, distinct_by_risk, minima, (len(rows), len(distinct_words), total_minimum)
    )
    return AuditReport(
        len(rows), len(distinct_words), by_risk, distinct_by_risk, problems, shortfalls, short_when_folded
    )


class _Looking:
    """Goes through the rows once; `first` keeps the first row of every folded word."""

    def __init__(
        self,
        risks: Sequence[Risk],
        kinds: Collection[str],
        categories: Mapping[str, Mapping[str, str]],
    ) -> None:
        self._kinds = frozenset(kinds)
        self._known = frozenset(risk.id for risk in risks)
        self._names = RiskNames(risks, fold_text)
        self._categories = categories
        self._exact: dict[tuple[str, ...], int] = {}
        self._sorted: dict[tuple[str, ...], tuple[str, str, Fix | None] | None] = {}
        self.first: dict[str, KeywordRow] = {}
        self.problems: list[AuditProblem] = []

    def look(self, row: KeywordRow, text: str) -> None:
        """Note what is doubtful about one row, alone and beside the earlier ones."""
        self._word(row, text)
        key = (row.risk, row.category1, row.category2, row.source)
        if key not in self._sorted:
            self._sorted[key] = self._sorting(row)
        found = self._sorted[key]
        if found is not None:
            self._note(found[0], row, found[1], fix=found[2])
        if text:
            self._double(row, text)

    def _note(self, kind: str, row: KeywordRow, message: str, other: int = 0, fix: Fix | None = None) -> None:
        if kind in self._kinds:
            self.problems.append(AuditProblem(kind, row.word, row.row, message, other, fix))

    def _word(self, row: KeywordRow, text: str) -> None:
        if not text or SENTINEL in text:
            message = "只有符号或无法识别的字符，任何通道都检测不到它"
            self._note("symbols_only", row, message, fix=Fix("remove"))
            return
        if len(text) == 1:
            self._note("one_char", row, "只有一个字，容易误拦正常内容", fix=Fix("remove", certain=False))
        elif text.isdecimal():
            self._note(
                "all_digits", row, "全是数字，容易误拦日期、电话、金额", fix=Fix("remove", certain=False)
            )
        if damaged(row.word):
            self._note("mojibake", row, "含有已损坏的字符（乱码）", fix=Fix("remove", certain=False))
        elif original := mojibake(row.word):
            message = f"像是乱码，原文可能是「{original}」"
            self._note("mojibake", row, message, fix=Fix("word", original, certain=False))
        if not row.word.isalnum():
            seen, problem = check_word(row.word)
            if seen != row.word:
                message = "首尾有空白，或词中有看不见的字符"
                self._note("invisible", row, message, fix=None if problem else Fix("word", seen))

    def _sorting(self, row: KeywordRow) -> tuple[str, str, Fix | None] | None:
        """What is wrong with the risk of all rows sorted like this one."""
        written = [text for text in (row.category2, row.category1) if text]
        named = next((risk for text in written if (risk := self._names.find(text).risk)), "")
        if row.risk:
            if row.risk not in self._known:
                fix = Fix("risk", named) if named else None
                return "unknown_risk", f"没有编号为「{row.risk}」的风险", fix
            if named and named != row.risk:
                return (
                    "risk_conflict",
                    f"归在 {row.risk}，而分类写的是 {named}",
                    Fix("risk", named, certain=False),
                )
            return None
        decided = risk_by_category(row, self._categories.get(row.source, {}))
        if decided == "":
            return None
        fix = Fix("risk", decided or named) if decided or named else None
        if not row.category:
            return "missing_risk", "没有写明属于哪一种风险，不计入任何一种", fix
        if fix is not None:
            return "unknown_risk", f"「{row.category}」就是 {fix.value}，还没有归入", fix
        return "unknown_risk", f"「{row.category}」不是附录 A 的具体风险，不计入任何一种", fix

    def _double(self, row: KeywordRow, text: str) -> None:
        earlier = self.first.setdefault(text, row)
        entry = (row.word, row.risk) if row.risk else (row.word, "", row.category1, row.category2)
        if earlier is row:
            self._exact[entry] = row.row
            return
        same = self._exact.setdefault(entry, row.row)
        if same != row.row:
            self._note("duplicate", row, f"与第 {same} 行重复", same, Fix("remove"))
        elif earlier.word == row.word:
            known = earlier.risk or earlier.category or "未写明"
            where = f"与第 {earlier.row} 行是同一个词，归在另一种风险（{known}）下"
            self._note("other_risk", row, where, earlier.row)
        else:
            same_word = (
                f"与第 {earlier.row} 行「{earlier.word}」只差大小写、全半角、繁简或符号，检测时是同一个词"
            )
            # Under another risk it still counts there: only a person can say which of the two goes.
            fix = Fix("remove", certain=False) if earlier.risk == row.risk else None
            self._note("folded_duplicate", row, same_word, earlier.row, fix)


def _hits_benign(first: Mapping[str, KeywordRow], cancel: Cancel) -> list[AuditProblem]:
    """Words that occur in ordinary sentences: wherever such a sentence is said, it would be stopped."""
    problems: list[AuditProblem] = []
    for use in benign_uses({text: row.word for text, row in first.items()}, cancel):
        row = first[use.folded]
        message = (
            f"自带的正常文本里有 {use.sentences} 句会被它拦下，如“{use.example}”；"
            "请改用更长的词，或把这类说法加入放行词"
        )
        problems.append(AuditProblem("hits_benign", row.word, row.row, message))
    return problems


def _contained(first: Mapping[str, KeywordRow], cancel: Cancel) -> list[AuditProblem]:
    """Words that hold a shorter word of the list: wherever the long one is found, the short one is too."""
    # Words are short: looking up their pieces beats building an automaton over a million of them.
    lengths = sorted({len(text) for text in first})
    problems: list[AuditProblem] = []
    for number, (text, row) in enumerate(first.items()):
        if not number % 20_000:
            cancel.check()
        short = _shortest_inside(text, lengths, first)
        if short is not None:
            message = f"含有更短的词「{short.word}」（第 {short.row} 行），凡有本词处都已被它拦下"
            fix = Fix("remove", certain=False) if short.risk == row.risk else None
            problems.append(AuditProblem("contains_shorter", row.word, row.row, message, short.row, fix))
    return problems


def _shortest_inside(text: str, lengths: Sequence[int], first: Mapping[str, KeywordRow]) -> KeywordRow | None:
    for length in lengths:
        if length >= len(text):
            return None
        for start in range(len(text) - length + 1):
            short = first.get(text[start : start + length])
            if short is not None and not _inside_a_word(text, start, start + length):
                return short
    return None


def _inside_a_word(text: str, start: int, end: int) -> bool:
    """Whether a Latin word found here is part of a longer one, where the interceptor would not find it."""
    return (start > 0 and _letters(text[start - 1 : start + 1])) or (
        end < len(text) and _letters(text[end - 1 : end + 1])
    )


def _letters(pair: str) -> bool:
    return all(folding.word_kind(char) == folding.LETTER for char in pair)


def _shortfalls(
    by_risk: Mapping[str, int],
    distinct_by_risk: Mapping[str, int],
    minima: Mapping[str, int],
    whole: tuple[int, int, int],
) -> tuple[list[Shortfall], list[Shortfall]]:
    lines = [("", *whole)]
    lines += [
        (risk, by_risk.get(risk, 0), distinct_by_risk.get(risk, 0), needed) for risk, needed in minima.items()
    ]
    items = [Shortfall(*line) for line in lines]
    return (
        [item for item in items if item.found < item.needed],
        [item for item in items if item.found >= item.needed > item.distinct],
    )
