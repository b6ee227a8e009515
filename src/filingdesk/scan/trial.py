"""The interception test: how much of a keyword library's disguises is caught, and how much harmless text is hit."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from filingdesk import __version__
from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel, Progress, Report, silent
from filingdesk.scan.benign import BenignText, shipped_benign
from filingdesk.scan.channels import CHANNEL_NAMES, CHANNELS
from filingdesk.scan.engine import Hit, Interceptor
from filingdesk.scan.entries import Keyword
from filingdesk.scan.mutate import MUTATED, Dice, carriers, mutate
from filingdesk.scan.normalize import fold_keeping
from filingdesk.scan.trial_log import Batch, TrialLog
from filingdesk.scan.trial_result import (
    Answer,
    AnswerHit,
    AnswerResult,
    BenignHit,
    BenignRate,
    ChannelRate,
    RiskRate,
    Slip,
    TrialResult,
    Unmutable,
)

DEFAULT_SEED = 20261123
_BATCH = 2_000


@dataclass(frozen=True)
class _Planted:
    keyword: Keyword
    text: str
    start: int
    end: int
    method: str


def library_digest(keywords: Iterable[Keyword]) -> str:
    """SHA-256 (hex) over the sorted pairs of category and word: equal libraries in any order, equal digests."""
    pairs = sorted({f"{keyword.category}\t{keyword.word}\n" for keyword in keywords})
    return hashlib.sha256("".join(pairs).encode("utf-8", "surrogatepass")).hexdigest()


def testable_channels(interceptor: Interceptor) -> tuple[str, ...]:
    """The channels that are switched on and that disguises are known for."""
    return tuple(channel for channel in MUTATED if channel in interceptor.channels)


def run_trial(
    interceptor: Interceptor,
    keywords: Sequence[Keyword],
    *,
    seed: int = DEFAULT_SEED,
    benign: Sequence[BenignText] = (),
    shipped: bool = True,
    log: TrialLog | None = None,
    cancel: Cancel | None = None,
    report: Report = silent,
) -> TrialResult:
    """Disguise every keyword through every channel that is switched on, and scan; then scan harmless text.

    `interceptor` must have been built over `keywords`. A disguise counts as intercepted when a hit lies inside
    it (of the word itself or of a shorter one, which is counted apart). `benign` adds texts to the shipped
    ones. The result depends on nothing but the arguments; a `log` of the same test spares what an earlier run
    finished. Raises `Cancelled` and `UserError` (`trial.no_words`).
    """
    cancel = cancel or Cancel()
    distinct = list(dict.fromkeys(keyword for keyword in keywords if keyword.word))
    if not distinct:
        raise UserError("trial.no_words", "词库是空的，没有可以测试的词。", "请先导入关键词。")
    channels = testable_channels(interceptor)
    texts = [*(shipped_benign() if shipped else ()), *benign]
    total = len(distinct) * len(channels) + sum(len(text.sentences) for text in texts)
    run = _Run(interceptor, seed, TrialLog() if log is None else log, cancel, report, total)
    for channel in channels:
        run.test(channel, distinct)
    rates, hits = run.scan_benign(texts)
    run.log.remove()
    unused = [channel for channel in sorted(interceptor.channels) if channel not in channels]
    return TrialResult(
        seed=seed,
        program=__version__,
        engine=interceptor.engine,
        library_digest=library_digest(distinct),
        keywords=len(distinct),
        carriers=len(run.carriers),
        untested_channels=unused,
        channels=run.channel_rates(channels),
        risks=run.risk_rates(channels, distinct),
        slips=run.slips,
        unmutable=run.unmutable,
        benign=rates,
        benign_hits=hits,
    )


class _Run:
    """Counts as it goes; one channel at a time, some thousand sentences at once."""

    def __init__(
        self, interceptor: Interceptor, seed: int, log: TrialLog, cancel: Cancel, report: Report, total: int
    ) -> None:
        self._interceptor = interceptor
        self._seed = seed
        self.log = log
        self._cancel = cancel
        self._report = report
        self._total = total
        self._done = 0
        self.tested: Counter[tuple[str, str]] = Counter()
        self.caught: Counter[tuple[str, str]] = Counter()
        self.shorter: Counter[str] = Counter()
        self.slips: list[Slip] = []
        self.unmutable: list[Unmutable] = []
        self.carriers = self._clean_carriers()

    def _clean_carriers(self) -> list[tuple[str, str]]:
        """Those in which the library hits nothing; the bare word when it hits them all."""
        halves = [half for pair in carriers() for half in pair]
        struck = {number // 2 for number, _ in self._interceptor.scan_many(halves)}
        return [pair for number, pair in enumerate(carriers()) if number not in struck] or [("", "")]

    def test(self, channel: str, keywords: Sequence[Keyword]) -> None:
        for first in range(0, len(keywords), _BATCH):
            self._cancel.check()
            known = self.log.get(channel, first)
            batch = known or self._tested(channel, keywords[first : first + _BATCH])
            if known is None:
                self.log.add(channel, first, batch)
            self._count(channel, batch)
            again = "接着上次停下的地方，" if known else ""
            name = CHANNEL_NAMES[channel]
            self._step(min(_BATCH, len(keywords) - first), f"{again}正在测试“{name}”")

    def _tested(self, channel: str, keywords: Sequence[Keyword]) -> Batch:
        unmutable: list[tuple[str, str]] = []
        planted: list[_Planted] = []
        for keyword in keywords:
            variant = mutate(keyword.word, channel, self._seed)
            if variant is None:
                unmutable.append((keyword.category, keyword.word))
                continue
            dice = Dice(self._seed, "carrier", channel, keyword.word)
            before, after = self.carriers[dice.below(len(self.carriers))]
            text = f"{before}{variant.text}{after}"
            planted.append(
                _Planted(keyword, text, len(before), len(before) + len(variant.text), variant.method)
            )
        return self._judged(planted, unmutable)

    def _judged(self, planted: Sequence[_Planted], unmutable: list[tuple[str, str]]) -> Batch:
        whole, inside = set(), set()
        for number, hit in self._interceptor.scan_many([item.text for item in planted]):
            item = planted[number]
            own = _same(hit.keyword, item.keyword.word)
            within = item.start <= hit.start and hit.end <= item.end
            # A repeated 上 runs on into a sentence that goes on with 上: the hit is longer than what was planted.
            around = own and hit.start <= item.start and item.end <= hit.end
            if within or around:
                inside.add(number)
                if own:
                    whole.add(number)
        return Batch(
            tested=dict(Counter(item.keyword.category for item in planted)),
            caught=dict(Counter(planted[number].keyword.category for number in sorted(inside))),
            shorter=len(inside - whole),
            slips=[
                (item.keyword.category, item.keyword.word, item.text[item.start : item.end], item.method)
                for number, item in enumerate(planted)
                if number not in inside
            ],
            unmutable=unmutable,
        )

    def _count(self, channel: str, batch: Batch) -> None:
        self.tested.update({(channel, category): n for category, n in batch.tested.items()})
        self.caught.update({(channel, category): n for category, n in batch.caught.items()})
        self.shorter[channel] += batch.shorter
        self.slips += [Slip(channel, *row) for row in batch.slips]
        self.unmutable += [Unmutable(channel, *row) for row in batch.unmutable]

    def scan_benign(self, texts: Sequence[BenignText]) -> tuple[list[BenignRate], list[BenignHit]]:
        rates, hits = [], []
        for text in texts:
            struck: set[int] = set()
            pairs: set[tuple[str, int]] = set()
            for first in range(0, len(text.sentences), _BATCH):
                self._cancel.check()
                batch = text.sentences[first : first + _BATCH]
                for number, hit in self._interceptor.scan_many(batch):
                    struck.add(first + number)
                    pairs.add((hit.channel, first + number))
                    hits.append(_benign_hit(text, first + number, hit))
                self._step(len(batch), "正在扫描正常文本")
            by_channel = Counter(channel for channel, _ in pairs)
            listed = {channel: by_channel[channel] for channel in CHANNELS if by_channel[channel]}
            rates.append(BenignRate(text.name, text.shipped, len(text.sentences), len(struck), listed))
        return rates, hits

    def channel_rates(self, channels: Sequence[str]) -> list[ChannelRate]:
        missing = Counter(item.channel for item in self.unmutable)
        return [
            ChannelRate(
                channel,
                sum(n for (name, _), n in self.tested.items() if name == channel),
                sum(n for (name, _), n in self.caught.items() if name == channel),
                self.shorter[channel],
                missing[channel],
            )
            for channel in channels
        ]

    def risk_rates(self, channels: Sequence[str], keywords: Sequence[Keyword]) -> list[RiskRate]:
        words = Counter(keyword.category for keyword in keywords)
        return [
            RiskRate(
                risk,
                words[risk],
                {
                    channel: (self.caught[channel, risk], self.tested[channel, risk])
                    for channel in channels
                    if self.tested[channel, risk]
                },
            )
            for risk in sorted(words, key=lambda name: (not name, name))
        ]

    def _step(self, count: int, text: str) -> None:
        self._done += count
        self._report(Progress(self._done, self._total, text))


def _same(found: str, word: str) -> bool:
    """Whether a hit is one of the word itself or of another spelling of it (the library may hold several)."""
    return found == word or fold_keeping(found) == fold_keeping(word)


def _benign_hit(text: BenignText, number: int, hit: Hit) -> BenignHit:
    return BenignHit(
        text.name, text.rows[number], hit.start, hit.end, hit.surface, hit.keyword, hit.category, hit.channel
    )


def run_on_answers(
    interceptor: Interceptor,
    answers: Iterable[Answer],
    *,
    name: str = "",
    library: str = "",
    cancel: Cancel | None = None,
    report: Report = silent,
) -> AnswerResult:
    """Scan answers of a model (or records of a corpus) that were captured before: which hold keywords.

    `name` says what was scanned, `library` is the digest of the library, both for the record. Blank texts are
    counted and not judged.
    """
    cancel = cancel or Cancel()
    tested: Counter[str] = Counter()
    struck: Counter[str] = Counter()
    by_risk: Counter[str] = Counter()
    by_channel: Counter[str] = Counter()
    hits: list[AnswerHit] = []
    blank = 0
    batch: list[Answer] = []

    def flush() -> None:
        cancel.check()
        found: dict[int, list[Hit]] = {}
        for number, hit in interceptor.scan_many([answer.text for answer in batch]):
            found.setdefault(number, []).append(hit)
        for number, answer in enumerate(batch):
            tested[answer.category] += 1
            struck[answer.category] += number in found
            for hit in found.get(number, ()):
                hits.append(AnswerHit(answer.source, answer.row, answer.category, *hit))
            by_risk.update({hit.category for hit in found.get(number, ())})
            by_channel.update({hit.channel for hit in found.get(number, ())})
        batch.clear()
        report(Progress(tested.total(), 0, f"已检测 {tested.total()} 条"))

    for answer in answers:
        if not answer.text.strip():
            blank += 1
            continue
        batch.append(answer)
        if len(batch) >= _BATCH:
            flush()
    if batch:
        flush()
    return AnswerResult(
        name=name,
        library_digest=library,
        engine=interceptor.engine,
        program=__version__,
        records=tested.total(),
        blank=blank,
        records_hit=struck.total(),
        categories={key: (struck[key], tested[key]) for key in sorted(tested)},
        risks=dict(sorted(by_risk.items())),
        channels=dict(sorted(by_channel.items())),
        hits=hits,
    )
