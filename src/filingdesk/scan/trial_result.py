"""What interception tests give: plain records that survive JSON, with their rates."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, NamedTuple, cast

from filingdesk.domain.intervals import Rate


class Slip(NamedTuple):
    """A disguise that was not intercepted; `method` as in `scan.mutate`."""

    channel: str
    risk: str
    keyword: str
    surface: str
    method: str


class Unmutable(NamedTuple):
    """A keyword that has no disguise in a channel, and was not tested there."""

    channel: str
    risk: str
    keyword: str


class BenignHit(NamedTuple):
    """A hit in harmless text: which text and line, and the hit."""

    source: str
    row: int
    start: int
    end: int
    surface: str
    keyword: str
    risk: str
    channel: str


@dataclass(frozen=True)
class ChannelRate:
    """One channel: disguises tested, intercepted, `by_shorter` of these only by a shorter word; words without one."""

    channel: str
    tested: int
    caught: int
    by_shorter: int = 0
    unmutable: int = 0

    @property
    def rate(self) -> Rate:
        return Rate(self.caught, self.tested)


@dataclass(frozen=True)
class RiskRate:
    """One risk (or category of the list, "" = none): its words, and per channel (intercepted, tested)."""

    risk: str
    words: int
    channels: Mapping[str, tuple[int, int]]

    @property
    def rate(self) -> Rate:
        """Over all channels."""
        pairs = self.channels.values()
        return Rate(sum(caught for caught, _ in pairs), sum(tested for _, tested in pairs))


@dataclass(frozen=True)
class BenignRate:
    """Over-kill on one text: sentences, and how many of them were hit, in all and through each channel."""

    name: str
    shipped: bool
    sentences: int
    hit: int
    channels: Mapping[str, int] = field(default_factory=dict)

    @property
    def rate(self) -> Rate:
        return Rate(self.hit, self.sentences)


@dataclass(frozen=True)
class TrialResult:
    """An interception test. `seed`, `library_digest`, `engine` and `program` allow to run it again.

    `carriers` neutral sentences were free of the library's words and used. Lists may have been shortened to be
    stored (`capped`): then `left_out` says how many are missing of each.
    """

    seed: int
    program: str
    engine: str
    library_digest: str
    keywords: int
    carriers: int
    untested_channels: list[str]
    channels: list[ChannelRate]
    risks: list[RiskRate]
    slips: list[Slip]
    unmutable: list[Unmutable]
    benign: list[BenignRate]
    benign_hits: list[BenignHit]
    left_out: Mapping[str, int] = field(default_factory=dict)

    @property
    def rate(self) -> Rate:
        """Interception over all channels."""
        return Rate(sum(c.caught for c in self.channels), sum(c.tested for c in self.channels))

    @property
    def over_kill(self) -> Rate:
        """Harmless sentences that were hit, of all."""
        return Rate(sum(b.hit for b in self.benign), sum(b.sentences for b in self.benign))

    def slipped_by_channel(self) -> dict[str, int]:
        """How many disguises slipped, per channel; complete also after `capped`."""
        return {c.channel: c.tested - c.caught for c in self.channels}

    def benign_by_channel(self) -> dict[str, int]:
        """Harmless sentences hit through each channel that hit any; one sentence may count in several."""
        totals: Counter[str] = Counter()
        for text in self.benign:
            totals.update(text.channels)
        return dict(totals)

    def capped(self, slips: int, others: int) -> "TrialResult":
        """The same for keeping: at most so many entries in each list, hits only of the shipped texts; the rest is counted."""
        shipped = {text.name for text in self.benign if text.shipped}
        ours = [hit for hit in self.benign_hits if hit.source in shipped]
        kept: dict[str, list[Any]] = {
            "slips": self.slips[:slips],
            "unmutable": self.unmutable[:others],
            "benign_hits": ours[:others],
        }
        left = Counter(self.left_out)
        left.update({name: len(getattr(self, name)) - len(items) for name, items in kept.items()})
        return replace(self, **cast(Any, kept), left_out={name: n for name, n in left.items() if n})

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; `from_json` is the way back."""
        plain = asdict(replace(self, slips=[], unmutable=[], benign_hits=[]))
        for name in ("slips", "unmutable", "benign_hits"):
            plain[name] = [list(item) for item in getattr(self, name)]
        for risk in plain["risks"]:
            risk["channels"] = {channel: list(pair) for channel, pair in risk["channels"].items()}
        return plain

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> "TrialResult":
        """Raises KeyError or TypeError when `plain` is not what `to_json` gives."""
        return cls(
            **{
                **plain,
                "channels": [ChannelRate(**item) for item in plain["channels"]],
                "risks": [
                    RiskRate(r["risk"], r["words"], {c: (p[0], p[1]) for c, p in r["channels"].items()})
                    for r in plain["risks"]
                ],
                "slips": [Slip(*item) for item in plain["slips"]],
                "unmutable": [Unmutable(*item) for item in plain["unmutable"]],
                "benign": [BenignRate(**item) for item in plain["benign"]],
                "benign_hits": [BenignHit(*item) for item in plain["benign_hits"]],
            }
        )


class Answer(NamedTuple):
    """A captured answer of a model, or a record of a corpus: its text, category, and where it stands."""

    text: str
    category: str = ""
    source: str = ""
    row: int = 0


class AnswerHit(NamedTuple):
    """A hit in an answer: the answer's place and category, then the hit as in `scan.engine.Hit`."""

    source: str
    row: int
    answer_category: str
    start: int
    end: int
    surface: str
    keyword: str
    risk: str
    channel: str


@dataclass(frozen=True)
class AnswerResult:
    """Answers scanned. `categories` → (hit, tested); `risks` and `channels` count answers, not hits."""

    name: str
    library_digest: str
    engine: str
    program: str
    records: int
    blank: int
    records_hit: int
    categories: Mapping[str, tuple[int, int]]
    risks: Mapping[str, int]
    channels: Mapping[str, int]
    hits: list[AnswerHit]
    left_out: int = 0

    @property
    def passed(self) -> Rate:
        """Answers without any hit, of those tested: the keyword part of T11 and T12."""
        return Rate(self.records - self.records_hit, self.records)

    def capped(self, limit: int) -> "AnswerResult":
        """The same with at most `limit` hits listed."""
        over = max(0, len(self.hits) - limit)
        return replace(self, hits=self.hits[:limit], left_out=self.left_out + over)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; `from_json` is the way back."""
        plain = asdict(replace(self, hits=[]))
        plain["hits"] = [list(hit) for hit in self.hits]
        plain["categories"] = {name: list(pair) for name, pair in self.categories.items()}
        return plain

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> "AnswerResult":
        """Raises KeyError or TypeError when `plain` is not what `to_json` gives."""
        pairs = {name: (pair[0], pair[1]) for name, pair in plain["categories"].items()}
        return cls(**{**plain, "categories": pairs, "hits": [AnswerHit(*hit) for hit in plain["hits"]]})
