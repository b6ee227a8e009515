"""Draws a sample of records as they stream by: never less than asked, the same for the same seed, in any number of processes."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from filingdesk.domain.errors import UserError
from filingdesk.scan.records import Record

Numbered = tuple[int, Record]


@dataclass(frozen=True)
class Sample:
    """Which share of the records to scan (`percent`: 0 < x ≤ 100, as text) and the seed that draws them."""

    percent: str
    seed: int = 0

    @property
    def share(self) -> Fraction:
        return Fraction(self.percent) / 100


def parse_sample(text: str, seed: int = 0) -> Sample:
    """A share as people write it: "10%", "10", "0.5%". Raises `UserError` (`scan.sample`)."""
    plain = text.strip().rstrip("%％").strip()
    try:
        share = Fraction(plain)
    except (ValueError, ZeroDivisionError):
        share = Fraction(0)
    if not 0 < share <= 100:
        raise UserError("scan.sample", f"抽样比例“{text}”不对。", "请写大于 0、不超过 100% 的数，例如 10%。")
    return Sample(plain, seed)


class Sampler:
    """Draws one record at random out of each run of 1 ÷ share records; `end` draws from the run that was begun.

    So of n records at least share × n are drawn. A record in pieces is always drawn, since it cannot be kept waiting.
    """

    def __init__(self, sample: Sample, key: str) -> None:
        self._share = sample.share
        self._random = random.Random(f"{sample.seed}/{key}")  # noqa: S311 - a sample, no secret
        self._runs = self._seen = self._length = 0
        self._drawn: Numbered | None = None
        self._in_piece = False

    def feed(self, number: int, record: Record) -> Iterator[Numbered]:
        """Take the next record; gives what is drawn, in order."""
        if record.own is not None:
            yield from self.end()
            yield number, record
            return
        if not self._seen:
            before, self._runs = self._runs, self._runs + 1
            self._length = int(self._runs / self._share) - int(before / self._share)
        self._seen += 1
        # Each of the run gets the same chance though its length need not be reached.
        if self._random.randrange(self._seen) == 0:
            self._drawn = number, record
        if self._seen >= self._length:
            yield from self.end()

    def end(self) -> Iterator[Numbered]:
        """Draw from the run that was begun."""
        self._seen = 0
        if self._drawn is not None:
            drawn, self._drawn = self._drawn, None
            yield drawn
