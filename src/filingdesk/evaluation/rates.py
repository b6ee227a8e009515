"""Pass and refusal rates of a test of a question bank."""

from collections.abc import Iterable
from dataclasses import dataclass

from filingdesk.domain.intervals import Z95, Rate, needed, percent_text, wilson
from filingdesk.domain.records import Bank, QuestionRecord
from filingdesk.evaluation.verdicts import PASSED, REFUSED, bad_verdict, good_verdict

__all__ = ["Z95", "BankResult", "Rate", "needed", "percent_text", "result_of", "wilson"]


@dataclass(frozen=True)
class BankResult:
    """What a bank's test gave. `sampled` questions were drawn, `judged` of them have a verdict of the bank.

    `rate`: passed of judged (generation) or refused of judged (the other two); `by_stratum` the same per risk or aspect.
    `unread` verdicts are none of the bank's words: they are in no rate.
    """

    bank: Bank
    sampled: int
    judged: int
    unread: int
    rate: Rate
    by_stratum: dict[str, Rate]


def result_of(bank: Bank, records: Iterable[QuestionRecord]) -> BankResult:
    """The result over the sampled questions of a bank; questions that were not drawn do not count."""
    counted = PASSED if bank == "generation" else REFUSED
    known = (good_verdict(bank), bad_verdict(bank))
    sampled = unread = 0
    tally: dict[str, list[int]] = {}
    for record in records:
        if record.bank != bank or not record.sampled:
            continue
        sampled += 1
        if record.verdict not in known:
            unread += bool(record.verdict)
            continue
        pair = tally.setdefault(record.risk or record.aspect, [0, 0])
        pair[0] += record.verdict == counted
        pair[1] += 1
    hits, judged = (sum(pair[place] for pair in tally.values()) for place in (0, 1))
    strata = {name: Rate(*pair) for name, pair in sorted(tally.items())}
    return BankResult(bank, sampled, judged, unread, Rate(hits, judged), strata)
