"""Audits a keyword list: how many words each risk has, and which words are doubtful and why."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from filingdesk.domain.jobs import Cancel, Progress, Report, silent
from filingdesk.domain.risks import Risk
from filingdesk.infra.decoding import damaged, mojibake
from filingdesk.scan import folding
from filingdesk.scan.audit_benign import benign_uses
from filingdesk.scan.library import KeywordRow
from filingdesk.scan.normalize import SENTINEL, fold_words


@dataclass(frozen=True, slots=True)
class AuditProblem:
    """One doubt about one word; `row` as in the list (0 = unknown), `kind` a stable English word."""

    kind: str
    keyword: str
    row: int
    message: str


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


def audit(
    rows: Sequence[KeywordRow],
    risks: Sequence[Risk],
    minima: Mapping[str, int],
    total_minimum: int,
    cancel: Cancel | None = None,
    report: Report = silent,
) -> AuditReport:
    """Audit a list. `minima` gives the number of words each risk id needs, `total_minimum` the whole list;

    both come from the rule pack (GB/T 45654 T2, T3), 0 or absence means "no minimum".
    """
    cancel = cancel or Cancel()
    folded, _ = fold_words([row.word for row in rows])
    by_risk = {risk.id: 0 for risk in risks}
    by_risk.update(Counter(row.risk for row in rows if row.risk in by_risk))
    distinct_words = {text for text in folded if text}
    pairs = {(row.risk, text) for row, text in zip(rows, folded, strict=True) if text}
    distinct_by_risk = {risk.id: 0 for risk in risks}
    distinct_by_risk.update(Counter(risk for risk, _ in pairs if risk in distinct_by_risk))

    problems: list[AuditProblem] = []
    first: dict[str, KeywordRow] = {}
    exact: dict[tuple[str, str], int] = {}
    for number, (row, text) in enumerate(zip(rows, folded, strict=True)):
        if not number % 20_000:
            cancel.check()
            report(Progress(number, len(rows), f"已检查 {number} 个词"))
        problems.extend(
            AuditProblem(kind, row.word, row.row, message) for kind, message in _doubts(row, text, by_risk)
        )
        earlier = first.setdefault(text, row) if text else row
        if earlier is row:
            exact[row.word, row.risk] = row.row
            continue
        same = exact.setdefault((row.word, row.risk), row.row)
        if same != row.row:
            problems.append(AuditProblem("duplicate", row.word, row.row, f"与第 {same} 行重复"))
        elif earlier.word == row.word:
            where = f"与第 {earlier.row} 行是同一个词，归在另一种风险（{earlier.risk or '未写明'}）下"
            problems.append(AuditProblem("other_risk", row.word, row.row, where))
        else:
            same_word = (
                f"与第 {earlier.row} 行「{earlier.word}」只差大小写、全半角、繁简或符号，检测时是同一个词"
            )
            problems.append(AuditProblem("folded_duplicate", row.word, row.row, same_word))
    problems.extend(_contained(first, cancel))
    problems.extend(_hits_benign(first, cancel))
    problems.sort(key=lambda problem: (problem.row, problem.kind))
    shortfalls, short_when_folded = _shortfalls(
        by_risk, distinct_by_risk, minima, (len(rows), len(distinct_words), total_minimum)
    )
    return AuditReport(
        len(rows), len(distinct_words), by_risk, distinct_by_risk, problems, shortfalls, short_when_folded
    )


def _doubts(row: KeywordRow, text: str, known_risks: Mapping[str, int]) -> list[tuple[str, str]]:
    """What is doubtful about one word on its own."""
    doubts: list[tuple[str, str]] = []
    if not text or SENTINEL in text:
        doubts.append(("symbols_only", "只有符号或无法识别的字符，任何通道都检测不到它"))
    elif len(text) == 1:
        doubts.append(("one_char", "只有一个字，容易误拦正常内容"))
    elif text.isdecimal():
        doubts.append(("all_digits", "全是数字，容易误拦日期、电话、金额"))
    if damaged(row.word):
        doubts.append(("mojibake", "含有已损坏的字符（乱码）"))
    else:
        original = mojibake(row.word)
        if original:
            doubts.append(("mojibake", f"像是乱码，原文可能是「{original}」"))
    if not row.risk:
        listed = "/".join(part for part in (row.category1, row.category2) if part)
        kind, message = "missing_risk", "没有写明属于哪一种风险，不计入任何一种"
        if listed:
            kind, message = "unknown_risk", f"「{listed}」不是附录 A 的具体风险，不计入任何一种"
        doubts.append((kind, message))
    elif row.risk not in known_risks:
        doubts.append(("unknown_risk", f"没有编号为「{row.risk}」的风险"))
    return doubts


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
            problems.append(AuditProblem("contains_shorter", row.word, row.row, message))
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
