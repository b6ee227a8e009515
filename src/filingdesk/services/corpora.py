"""Scanning whole corpora: in parallel, resumable, sampled, with hit rates per source against T1 and T11."""

import contextlib
import json
import os
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from filingdesk import __version__
from filingdesk.domain.errors import UserError
from filingdesk.domain.intervals import Rate
from filingdesk.domain.jobs import Cancel, Progress, Report, silent
from filingdesk.infra.files import atomic_write
from filingdesk.scan.entries import Keyword
from filingdesk.scan.library import keywords_of
from filingdesk.scan.pool import Died, Outcome, run_here, run_pool
from filingdesk.scan.records import find_sources
from filingdesk.scan.records_sample import Sample
from filingdesk.scan.resume import WorkFolder, folder_for, work_folder
from filingdesk.scan.runner import ScanResult
from filingdesk.scan.runner_output import Merged, check_output, merge
from filingdesk.scan.shards import SHARD_BYTES, KeywordSource, Plan, Shard, ShardResult, plan_shards
from filingdesk.services import checking, keywords
from filingdesk.services.session import Session

KEPT = 1_000
"""Hits and problems that a result keeps in memory; all of them stand in the output files."""
LIMITS = ("T1", "T11.sample", "T11.rate")
SMALL = 32 << 20
"""Bytes up to which more processes would cost more than they bring."""
MANY = 16
"""Shards from which on they do not, however small the files."""


@dataclass(frozen=True)
class SourceRate:
    """One source of the corpus (a file given, or a folder, each of its first-level folders on its own).

    `records` it holds, `rate`: records with hits of those scanned. `within_t1`: the share of hits is not over the limit of T1
    (None: nothing scanned, or no sourced limit). A hit is a lead: whether it is illegal content, people judge.
    """

    name: str
    records: int
    rate: Rate
    within_t1: bool | None


@dataclass(frozen=True)
class CorpusResult:
    """What the scan of a corpus gave. `scan.records` counts what was scanned, `population` all records read.

    `t11_sample` and `t11_rate`: enough was scanned, and enough of it without hits (None: no sourced limit, nothing scanned).
    `problem_counts` and `hit_count` are complete; the lists in `scan` may hold only the first.
    """

    scan: ScanResult
    population: int
    hit_count: int
    problem_counts: dict[str, int]
    sources: list[SourceRate]
    t11_sample: bool | None
    t11_rate: bool | None
    sample: Sample | None
    plan: str
    shards: int
    workers: int
    seconds: float
    files: tuple[Path, ...] = ()
    limits: dict[str, int] = field(default_factory=dict)

    def summary(self) -> dict[str, Any]:
        """All but the hits themselves: what a report needs and another run must reproduce."""
        shape = self.scan.as_dict()
        del shape["hits"], shape["problems"]
        return {
            **shape,
            "population": self.population,
            "hit_count": self.hit_count,
            "problem_counts": self.problem_counts,
            "sample": {"percent": self.sample.percent, "seed": self.sample.seed} if self.sample else None,
            "limits": self.limits,
            "T11": {"sample": self.t11_sample, "rate": self.t11_rate},
            "sources": [
                {
                    "source": source.name,
                    "records": source.records,
                    "scanned": source.rate.total,
                    "records_hit": source.rate.successes,
                    "share": float(source.rate.share) if source.rate.share is not None else None,
                    "low": source.rate.low,
                    "high": source.rate.high,
                    "T1": source.within_t1,
                }
                for source in self.sources
            ],
            "plan": self.plan,
            "shards": self.shards,
            "program": __version__,
        }

    def as_dict(self) -> dict[str, Any]:
        """The JSON shape of `filingdesk scan --json`: that of a plain scan and more."""
        return {
            **self.summary(),
            "hits": [hit._asdict() for hit in self.scan.hits],
            "problems": [problem._asdict() for problem in self.scan.problems],
        }


def list_keywords(path: Path, cancel: Cancel | None = None, **options: Any) -> KeywordSource:
    """A keyword list as something that processes can share; options as `keywords.list_interceptor` takes them."""
    return words_source(keywords_of(keywords.read_list(path, cancel).rows), **options)


def words_source(words: Iterable[Keyword], **options: Any) -> KeywordSource:
    """Keywords as something that processes can share."""
    return KeywordSource.make(words, _plain(options))


def project_keywords(session: Session, **options: Any) -> KeywordSource:
    """The library of a project as something that processes can share."""
    words = [Keyword(k.word, k.risk or k.category1) for k in session.file.iter_keywords()]
    return KeywordSource.make(words, _plain(options))


def _plain(options: dict[str, Any]) -> dict[str, Any]:
    return {name: value if isinstance(value, str | bool) else list(value) for name, value in options.items()}


def report_file(out: Path) -> Path:
    """Where the summary of a scan that writes `out` stands."""
    return out.with_name(f"{out.name}.report.json")


def problems_file(out: Path) -> Path:
    """Where the records stand that could not be read, or only in part; there is no file where there are none."""
    return out.with_name(f"{out.name}.problems.jsonl")


def scan_corpus(
    source: KeywordSource,
    inputs: Sequence[Path],
    *,
    out: Path | None = None,
    field: str = "",
    workers: int = 0,
    scheduler: str = "",
    sample: Sample | None = None,
    resume: bool | None = None,
    keep: int | None = KEPT,
    shard_bytes: int = SHARD_BYTES,
    apart: bool = False,
    cancel: Cancel | None = None,
    report: Report = silent,
) -> CorpusResult:
    """Scan files and folders of any size; `out` (.jsonl or .parquet) gets every hit, with a report and the problems beside it.

    `workers` 0: as many processes as fit; the result does not depend on it. A single one is this process, unless
    `apart`: then a window stays quick, and a file that kills its reader does not kill the program. `scheduler`: a dask
    cluster instead.
    With `out`, a scan that is stopped or killed can be taken up again (`resume`). `keep`: hits in the result (None: all).
    Raises `UserError` and `Cancelled`; then `out` is as it was.
    """
    cancel = cancel or Cancel()
    begun = time.perf_counter()
    if out is not None:
        check_output(out, inputs)
    source.interceptor()  # a library that cannot be built is told before anything else
    report(Progress(0, 0, "查看文件"))
    plan = plan_shards(inputs, source, field, sample, shard_bytes, cancel)
    with contextlib.ExitStack() as stack:
        if out is None:
            home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="filingdesk-scan-")))
            folder = stack.enter_context(work_folder(home / "work", plan, False))
        else:
            folder = stack.enter_context(work_folder(folder_for(out), plan, resume))
        workers = _workers(workers, plan)
        _scan(plan, source, folder, 0 if workers == 1 and not apart else workers, scheduler, cancel, report)
        merged = merge(plan, folder, out, problems_file(out) if out else None, keep, cancel, report)
        result = _result(plan, source, merged, sample, workers, time.perf_counter() - begun, out)
        if out is not None:
            text = json.dumps(result.summary(), ensure_ascii=False, indent=1) + "\n"
            atomic_write(report_file(out), text.encode("utf-8", "surrogatepass"))
        folder.remove()
    return result


def record_at(
    inputs: Sequence[Path], number: int, place: int = 0, field: str = "", cancel: Cancel | None = None
) -> tuple[str, int]:
    """The text of a record as scans count them, and where it begins: 0, but of a very long record only the piece around
    `place` is given. Raises `UserError` (`scan.changed`) when there is no such record."""
    cancel = cancel or Cancel()
    at = 0
    for source in find_sources(inputs, field, []):
        with contextlib.suppress(UserError) if source.optional else contextlib.nullcontext():
            for record in source.read(cancel):
                reach = record.start + record.own[1] if record.own and record.goes_on else None
                if at == number and (reach is None or place < reach):
                    return record.text, record.start
                at += not record.goes_on
    raise UserError("scan.changed", "文件在检测后变了，找不到这一条。", "请重新检测。")


def _workers(asked: int, plan: Plan) -> int:
    if asked:
        return max(1, asked)
    if plan.size <= SMALL and len(plan.shards) < MANY:
        return 1
    return min(os.cpu_count() or 1, len(plan.shards))


def _scan(
    plan: Plan,
    source: KeywordSource,
    folder: WorkFolder,
    workers: int,
    scheduler: str,
    cancel: Cancel,
    report: Report,
) -> None:
    """Scan what is not done yet (`workers` 0: in this process), and keep each result as it comes."""
    left = [shard for shard in plan.shards if shard.number not in folder.done]
    progress = _Progress(plan, folder, report)
    if not left:
        return
    outcomes: Iterator[Outcome]
    if scheduler:
        from filingdesk.scan.distribute import run_distributed

        outcomes = run_distributed(left, source, scheduler, cancel)
    elif workers:
        outcomes = run_pool(left, source, folder.path, workers, cancel, progress.going)
    else:
        outcomes = run_here(left, source, folder.path, cancel, progress.going)
    died: list[Shard] = []
    with contextlib.closing(outcomes):  # type: ignore[type-var]
        for shard, result in outcomes:
            if isinstance(result, Died):
                died.append(shard)
                continue
            _raise_fault(shard, result)
            folder.record(result)
            progress.finished(shard, result)
    if died:
        named = "、".join(shard.told for shard in died[:5])
        raise UserError(
            "scan.worker_died",
            f"检测进程在 {named} 上两次意外退出（共 {len(died)} 段没有检测）。",
            "可能是内存不足或文件有问题。写了 --out 时其余部分已保留，处理后加 --resume 接着做。",
        )


def _raise_fault(shard: Shard, result: ShardResult) -> None:
    """A file that was named by the user must be read; one found in a folder is listed instead."""
    for segment, part in zip(shard.segments, result.parts, strict=True):
        if part.fault is not None and not segment.optional:
            raise UserError(*part.fault)


class _Progress:
    """Adds up how far the shards are."""

    def __init__(self, plan: Plan, folder: WorkFolder, report: Report) -> None:
        self._report = report
        self._total = max(plan.size, 1)
        self._places: dict[int, int] = {}
        self._weights = {shard.number: shard.weight for shard in plan.shards}
        self._done = sum(self._weights[number] for number in folder.done)
        self._records = sum(p.records for r in folder.done.values() for p in r.parts)
        self._hit = sum(p.records_hit for r in folder.done.values() for p in r.parts)

    def going(self, shard: Shard, place: int) -> None:
        # Only a file on its own says how far it is.
        if len(shard.segments) == 1:
            inside = place - (shard.segments[0].start if shard.segments[0].kind != "parquet" else 0)
            self._places[shard.number] = min(max(inside, 0), self._weights[shard.number])
            self._tell()

    def finished(self, shard: Shard, result: ShardResult) -> None:
        self._places.pop(shard.number, None)
        self._done += self._weights[shard.number]
        self._records += sum(part.records for part in result.parts)
        self._hit += sum(part.records_hit for part in result.parts)
        self._tell()

    def _tell(self) -> None:
        done = self._done + sum(list(self._places.values()))
        text = f"已检测 {self._records} 条，命中 {self._hit} 条"
        self._report(Progress(min(done, self._total), self._total, text))


def _result(
    plan: Plan,
    source: KeywordSource,
    merged: Merged,
    sample: Sample | None,
    workers: int,
    seconds: float,
    out: Path | None,
) -> CorpusResult:
    if merged.faults and merged.files_read == 0:
        raise UserError(*merged.faults[0])
    interceptor = source.interceptor()
    limits = {key: value for key in LIMITS if (value := checking.threshold(key)) is not None}
    sources = [
        SourceRate(name, records, rate := Rate(hit, scanned), _judged(rate, limits.get("T1")))
        for name, (records, scanned, hit) in merged.groups.items()
    ]
    population = sum(source.records for source in sources)
    scanned, hit = sum(s.rate.total for s in sources), sum(s.rate.successes for s in sources)
    share, clean = limits.get("T11.sample"), limits.get("T11.rate")
    written: list[Path] = []
    if out is not None:
        written = [out, report_file(out), *([problems_file(out)] if merged.problem_counts else [])]
    return CorpusResult(
        scan=ScanResult(
            keywords=interceptor.size,
            records=scanned,
            chars=merged.chars,
            engine=interceptor.engine,
            hits=merged.hits,
            by_category=dict(sorted(merged.by_category.items())),
            by_channel=dict(sorted(merged.by_channel.items())),
            records_hit=hit,
            problems=merged.problems,
            skipped=[*plan.skipped, *merged.skipped],
            sources=plan.files,
            unmatchable=[keyword.word for keyword in interceptor.unmatchable],
        ),
        population=population,
        hit_count=merged.hit_count,
        problem_counts=dict(sorted(merged.problem_counts.items())),
        sources=sources,
        t11_sample=Rate(scanned, population).at_least(share) if share is not None and population else None,
        t11_rate=Rate(scanned - hit, scanned).at_least(clean) if clean is not None and scanned else None,
        sample=sample,
        plan=plan.digest,
        shards=len(plan.shards),
        workers=workers,
        seconds=seconds,
        files=tuple(written),
        limits=limits,
    )


def _judged(rate: Rate, limit: int | None) -> bool | None:
    return rate.at_most(limit) if limit is not None and rate.total else None
