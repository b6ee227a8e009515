"""The interception test of a project: run, kept with the project, offered to the safety report, never forced on it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, cast

from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel, Progress, Report, silent
from filingdesk.domain.records import Bank
from filingdesk.domain.specs import label_of
from filingdesk.scan.benign import read_benign
from filingdesk.scan.channels import DEFAULT_CHANNELS
from filingdesk.scan.engine import Interceptor
from filingdesk.scan.entries import Keyword
from filingdesk.scan.records import find_sources
from filingdesk.scan.trial import DEFAULT_SEED, run_on_answers, run_trial
from filingdesk.scan.trial_log import TrialLog
from filingdesk.scan.trial_result import Answer, AnswerResult, TrialResult
from filingdesk.services.changes import Changes
from filingdesk.services.questions import BANK_NAMES
from filingdesk.services.session import Session
from filingdesk.store.journal import CHINA
from filingdesk.store.model import Change, Json

META = "@meta/interception"
KEPT_SLIPS = 2_000
"""Words that slipped that are kept in the project; the rest is counted. The file written by `--out` has them all."""
_KEPT_OTHERS = 200
_VERSION = 1
_LIBRARY = "@library/keywords"
_FROM_BANKS = "题库中的回答"

AnswerUse = Literal["output", "corpus", "should-refuse", "non-refuse"]
"""What captured texts are: answers of the model (T12), records of the corpus (T11), questions of the two refusal banks."""

ANSWER_NAMES: dict[AnswerUse, str] = {
    "output": "生成内容",
    "corpus": "训练语料",
    "should-refuse": "应拒答题题面",
    "non-refuse": "非拒答题题面",
}
HIT_IS_WANTED: frozenset[AnswerUse] = frozenset({"should-refuse"})
"""Where a hit is what one hopes for; everywhere else it is not."""

_REFUSAL_BANKS: tuple[Literal["should-refuse", "non-refuse"], ...] = ("should-refuse", "non-refuse")


@dataclass(frozen=True)
class TrialOptions:
    """How to test. Blank `channels` are the default ones; `benign` are harmless texts of the user's own.

    `output` and `corpus` are files of captured answers and of corpus records (txt, jsonl, csv, xlsx, folders);
    `field` names the column. `banks`: also scan what the project's question banks hold: the answers to the
    generation bank (unless `output` is given) and the questions of the two refusal banks.
    """

    seed: int = DEFAULT_SEED
    channels: tuple[str, ...] = ()
    engine: str = "auto"
    allow: tuple[str, ...] = ()
    benign: tuple[Path, ...] = ()
    output: tuple[Path, ...] = ()
    corpus: tuple[Path, ...] = ()
    field: str = ""
    banks: bool = True


@dataclass(frozen=True)
class TrialRun:
    """A finished test: the trial, what captured texts gave, which state of the library was tested, phrases let pass."""

    trial: TrialResult
    answers: dict[AnswerUse, AnswerResult] = field(default_factory=dict)
    stored_digest: str = ""
    library_version: int = 0
    allow: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Everything, words included: for the user's own file."""
        return {
            "trial": self.trial.to_json(),
            "answers": {use: result.to_json() for use, result in self.answers.items()},
            "library_version": self.library_version,
            "allow": list(self.allow),
        }


@dataclass(frozen=True)
class StoredTrial:
    """The last test as the project keeps it. `stale`: the library has changed since."""

    at: datetime
    who: str
    stale: bool
    run: TrialRun

    @property
    def trial(self) -> TrialResult:
        return self.run.trial


def run(
    session: Session,
    options: TrialOptions | None = None,
    *,
    cancel: Cancel | None = None,
    report: Report = silent,
) -> TrialRun:
    """Test the library of a project. Only reads it, so a job may call this; hand the result to `save`.

    A test that was stopped goes on where it was when it is asked for again with the same library and options.

    Raises `UserError` (`trial.no_words`, `scan.channel_unknown`, `benign.*`, those of the readers), `Cancelled`.
    """
    options = options or TrialOptions()
    cancel = cancel or Cancel()
    benign = read_benign(options.benign, options.field, cancel)
    report(Progress(0, 0, "读取词库"))
    words, digest, version = _words(session)
    interceptor = Interceptor(
        words,
        channels=options.channels or DEFAULT_CHANNELS,
        engine=options.engine,
        allow=options.allow,
    )
    cancel.check()
    settings = (*sorted(interceptor.channels), interceptor.engine, "", *options.allow)
    trial = run_trial(
        interceptor,
        words,
        seed=options.seed,
        benign=benign,
        log=TrialLog.of(words, options.seed, settings),
        cancel=cancel,
        report=report,
    )
    answers = _answers(session, options, interceptor, trial.library_digest, cancel, report)
    return TrialRun(trial, answers, digest, version, tuple(options.allow))


def _words(session: Session) -> tuple[list[Keyword], str, int]:
    """The library with its digest and version, all of one state: a person may go on editing meanwhile."""
    while True:
        state = _library(session)
        words = [Keyword(k.word, k.risk or k.category1) for k in session.file.iter_keywords()]
        if _library(session) == state:
            return words, *state


def _answers(
    session: Session,
    options: TrialOptions,
    interceptor: Interceptor,
    digest: str,
    cancel: Cancel,
    report: Report,
) -> dict[AnswerUse, AnswerResult]:
    results: dict[AnswerUse, AnswerResult] = {}
    sources: dict[AnswerUse, tuple[str, Iterator[Answer]]] = {}
    if options.output:
        names = "、".join(path.name for path in options.output)
        sources["output"] = (names, file_answers(options.output, options.field, cancel))
    elif options.banks:
        sources["output"] = (_FROM_BANKS, bank_answers(session))
    if options.corpus:
        names = "、".join(path.name for path in options.corpus)
        sources["corpus"] = (names, file_answers(options.corpus, options.field, cancel))
    if options.banks:
        for bank in _REFUSAL_BANKS:
            sources[bank] = (BANK_NAMES[bank], bank_questions(session, bank))
    for use, (name, answers) in sources.items():
        result = run_on_answers(interceptor, answers, name=name, library=digest, cancel=cancel, report=report)
        if result.records or result.blank or name not in {_FROM_BANKS, *BANK_NAMES.values()}:
            results[use] = result
    return results


def bank_answers(session: Session, bank: Bank = "generation") -> Iterator[Answer]:
    """The captured answers to the questions drawn from a bank; the category is the question's risk or aspect."""
    for row, question in enumerate(session.file.iter_questions(bank), 1):
        if question.sampled and question.response:
            yield Answer(question.response, question.risk or question.aspect, BANK_NAMES[bank], row)


def bank_questions(session: Session, bank: Bank) -> Iterator[Answer]:
    """The questions of a bank themselves, as a user would type them."""
    for row, question in enumerate(session.file.iter_questions(bank), 1):
        yield Answer(question.text, question.risk or question.aspect, BANK_NAMES[bank], row)


def file_answers(paths: Sequence[Path], text_field: str, cancel: Cancel) -> Iterator[Answer]:
    """The records of files; one that cannot be read ends the test, since a rate over the rest would be false."""
    for path in paths:
        skipped: list[str] = []
        for source in find_sources([path], text_field, skipped):
            for record in source.read(cancel):
                if record.problem:
                    raise UserError(
                        "answers.unreadable",
                        f"「{source.name}」第 {record.row} 行：{record.message}。",
                        "请改正这一行后重试，否则抽检数会不准。",
                    )
                yield Answer(record.text, "", source.name, record.row)
        if skipped:
            raise UserError(
                "answers.unreadable", f"有没有读的文件：{skipped[0]}。", "请移走它，或换成可以读的格式。"
            )


def plain_of(done: TrialRun) -> dict[str, Any]:
    """A test as plain JSON values, with as many words as a project keeps; `run_of` is the way back."""
    return {
        "stored_digest": done.stored_digest,
        "library_version": done.library_version,
        "allow": list(done.allow),
        "trial": done.trial.capped(KEPT_SLIPS, _KEPT_OTHERS).to_json(),
        "answers": {use: result.capped(0).to_json() for use, result in done.answers.items()},
    }


def run_of(plain: dict[str, Any]) -> TrialRun:
    """A test from what `plain_of` gave. Raises KeyError, TypeError and the like when it is something else."""
    answers = {
        use: AnswerResult.from_json(plain["answers"][use]) for use in ANSWER_NAMES if use in plain["answers"]
    }
    trial = TrialResult.from_json(plain["trial"])
    allow = tuple(plain.get("allow", ()))
    return TrialRun(trial, answers, plain["stored_digest"], plain["library_version"], allow)


def save(session: Session, done: TrialRun) -> Changes:
    """Keep the result as the project's last test: rates, counts and some of the words that slipped; no texts.

    Hits in the user's own files are counted and not kept. One edit that undo takes back.
    """
    plain = {
        "version": _VERSION,
        "at": session.clock().isoformat(),
        "who": session.who,
        **plain_of(done),
    }
    old = session.file.entries().get(META)
    return session.apply_meta([Change(META, old, cast(Json, plain))], "保存拦截测试结果")


def run_and_save(
    session: Session,
    options: TrialOptions | None = None,
    *,
    cancel: Cancel | None = None,
    report: Report = silent,
) -> TrialRun:
    """`run`, then `save`."""
    done = run(session, options, cancel=cancel, report=report)
    save(session, done)
    return done


def latest(session: Session) -> StoredTrial | None:
    """The last test that was kept; None when there is none, or none that this program can read."""
    entries = session.file.entries()
    plain = cast(Any, entries.get(META))
    if not isinstance(plain, dict) or plain.get("version") != _VERSION:
        return None
    try:
        return _stored(plain, _library_of(entries)[0])
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        # Written by another program or by hand: a project must open all the same, and a test can be run again.
        return None


def kept(session: Session) -> StoredTrial:
    """`latest` for what cannot do without; raises `UserError` (`trial.none`)."""
    stored = latest(session)
    if stored is None:
        raise UserError("trial.none", "项目里还没有拦截测试的结果。", "请先做一次拦截测试。")
    return stored


def recompute(
    session: Session, *, cancel: Cancel | None = None, report: Report = silent
) -> tuple[StoredTrial, list[str]]:
    """Do the last test again from what was stored alone; gives it and where the two differ (nothing, or a fault of ours).

    The user's own harmless texts and captured answers are not kept and not compared. Raises `UserError`
    (`trial.none`, `trial.stale`).
    """
    stored, _, differing = again(session, cancel=cancel, report=report)
    return stored, differing


def again(
    session: Session, *, cancel: Cancel | None = None, report: Report = silent
) -> tuple[StoredTrial, TrialResult, list[str]]:
    """As `recompute`, with the second test, of which nothing is left out."""
    stored = kept(session)
    if stored.stale:
        raise UserError("trial.stale", "词库在测试以后改过，不能复算。", "请重新测试，或先撤销对词库的改动。")
    trial = stored.trial
    channels = (*(channel.channel for channel in trial.channels), *trial.untested_channels)
    options = TrialOptions(trial.seed, channels, trial.engine, stored.run.allow, banks=False)
    second = run(session, options, cancel=cancel, report=report).trial
    old, new = (_comparable(each) for each in (trial, second))
    return stored, second, [name for name, value in old.items() if new[name] != value]


def _comparable(trial: TrialResult) -> dict[str, Any]:
    """What does not depend on files of the user's own, by its name for people."""
    capped = trial.capped(KEPT_SLIPS, _KEPT_OTHERS)
    return {
        "程序版本": capped.program,
        "词库内容": (capped.library_digest, capped.keywords),
        "中性句子": capped.carriers,
        "各通道的拦截率": (capped.channels, capped.untested_channels),
        "各风险的拦截率": capped.risks,
        "漏过的变形": capped.slips,
        "没有变形的词": capped.unmutable,
        "自带正常文本的误拦": ([text for text in capped.benign if text.shipped], capped.benign_hits),
    }


def _stored(plain: dict[str, Any], digest: str) -> StoredTrial:
    done = run_of(plain)
    at = datetime.fromisoformat(plain["at"]).astimezone(CHINA)
    return StoredTrial(at, plain["who"], digest != done.stored_digest, done)


def _library(session: Session) -> tuple[str, int]:
    return _library_of(session.file.entries())


def _library_of(entries: dict[str, Json]) -> tuple[str, int]:
    """Digest and version number of the library in force, as the store has them."""
    entry = cast(Any, entries.get(_LIBRARY))
    if not isinstance(entry, dict):
        return "", 0
    return str(entry.get("digest", "")), int(entry.get("version", 0))


@dataclass(frozen=True)
class Offer:
    """A figure for the safety report that the test gives: field, its label, what stands there, what is proposed, from what."""

    path: str
    label: str
    current: str
    proposed: str
    note: str

    @property
    def differs(self) -> bool:
        return self.current != self.proposed


_OFFERED: dict[AnswerUse, tuple[str, str]] = {
    "output": ("output_keyword", "T12 的关键词抽检部分"),
    "corpus": ("corpus_technical", "T11 技术抽检的关键词部分；另用分类模型抽检的，应合并后再填"),
}


def offers(session: Session, stored: StoredTrial | None = None) -> list[Offer]:
    """What the last test could fill in. Nothing is offered from a test of another state of the library."""
    stored = stored or latest(session)
    if stored is None or stored.stale:
        return []
    found = []
    for use, result in stored.run.answers.items():
        if not result.records or use not in _OFFERED:
            continue
        name, part = _OFFERED[use]
        note = f"{part}；依据：{result.name}，{result.records} 条中 {result.records_hit} 条命中关键词"
        figures = {"sample": result.records, "passed": result.records - result.records_hit}
        for suffix, value in figures.items():
            path = f"large_model.evaluation.{name}_{suffix}"
            found.append(Offer(path, label_of(path), str(session.value(path)), str(value), note))
    return found


def accept(session: Session, chosen: Sequence[Offer]) -> Changes | None:
    """Write the offers that a person has chosen, as one edit; None when nothing changes."""
    return session.set_many({offer.path: offer.proposed for offer in chosen}, "采用拦截测试的数据")
