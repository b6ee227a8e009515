"""scan: interception of files, folders, whole corpora and standard input."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO, Literal, cast

import typer

from filingdesk.cli.facts_commands import opened
from filingdesk.cli.output import OK, USAGE, JsonFlag, command, emit, note, progress, say, table
from filingdesk.domain.errors import Cancelled, UserError

if TYPE_CHECKING:
    from filingdesk.scan.records_sample import Sample
    from filingdesk.scan.runner import ScanResult
    from filingdesk.scan.shards import KeywordSource
    from filingdesk.services.corpora import CorpusResult

    _Words = tuple[KeywordSource, list[str]]

_SHOWN = 20
_SHOWN_REJECTED = 5
_HARMLESS = frozenset({"duplicate", "empty", "above_header"})
"""Rows of a list that say nothing, or nothing new."""


@command
def scan(
    inputs: Annotated[
        list[str],
        typer.Argument(
            metavar="INPUT...",
            help="文本、jsonl、csv、xlsx、parquet（文本类可为 .gz、.zst）、文件夹，或 - 表示标准输入。",
        ),
    ],
    keyword_list: Annotated[Path | None, typer.Option("--keywords", help="关键词表。")] = None,
    project: Annotated[Path | None, typer.Option("--project", help="用这个项目的词库。")] = None,
    engine: Annotated[
        Literal["auto", "bulk", "daachorse", "pyahocorasick"], typer.Option("--engine", help="匹配引擎。")
    ] = "auto",
    channels: Annotated[
        str,
        typer.Option(
            "--channels",
            help="检测通道，逗号分隔：exact,folded,skip,repeat,pinyin,split；all 为全部，后两种只作可疑提示。",
        ),
    ] = "exact,folded,skip,repeat",
    numbers: Annotated[
        bool, typer.Option("--numbers", help="数字的各种写法互通：词库里的“六四”也找出 64、陆肆。")
    ] = False,
    digit_bounds: Annotated[
        bool, typer.Option("--digit-bounds", help="数字也算词的一部分：64 不在 1964 里命中。")
    ] = False,
    match: Annotated[
        Literal["overlapping", "longest"], typer.Option("--match", help="报告全部重叠命中，或只报告最长的。")
    ] = "overlapping",
    allow: Annotated[
        Path | None, typer.Option("--allow", help="放行词表：每行一个短语，落在其中的命中不报。")
    ] = None,
    field: Annotated[str, typer.Option("--field", help="jsonl 的字段，或表格、parquet 的列名。")] = "",
    out: Annotated[
        Path | None, typer.Option("--out", help="把命中逐条写成 .jsonl 或 .parquet 文件，旁边附一份汇总。")
    ] = None,
    workers: Annotated[
        int, typer.Option("--workers", min=0, help="用几个进程检测；0 表示自动。结果与进程数无关。")
    ] = 0,
    scheduler: Annotated[
        str, typer.Option("--scheduler", help="改用这个地址的 dask 集群，例如 tcp://主机:8786。")
    ] = "",
    sample: Annotated[str, typer.Option("--sample", help="只检测抽到的记录，例如 10%。")] = "",
    seed: Annotated[int, typer.Option("--seed", help="抽样的种子；同一种子抽到同样的记录。")] = 0,
    resume: Annotated[
        bool | None,
        typer.Option("--resume/--no-resume", help="接着做上次没做完的检测；或丢开它重新开始。"),
    ] = None,
    as_json: JsonFlag = False,
) -> int:
    """拦截检测：在文本里找关键词，给出原文位置。"""
    if (keyword_list is None) == (project is None):
        note("请写 --keywords 或 --project，二选一。")
        return USAGE
    options: dict[str, Any] = {
        "channels": [c.strip() for c in channels.split(",") if c.strip()],
        "mode": match,
        "engine": engine,
        "allow": allowed_phrases(allow),
        "numbers": numbers,
        "digit_bounds": digit_bounds,
    }
    if "-" in inputs:
        if workers > 1 or scheduler or sample or resume is not None:
            note("标准输入只能一次读完：不能与 --workers、--scheduler、--sample、--resume 同用。")
            return USAGE
        return _scan_stream(_words(keyword_list, project, options), inputs, field, out, as_json)
    if resume is not None and out is None:
        note("--resume 要与 --out 同用：没有输出文件的检测不留中间结果。")
        return USAGE
    return _scan_corpus(
        _words(keyword_list, project, options),
        [Path(name) for name in inputs],
        {
            "out": out,
            "field": field,
            "workers": workers,
            "scheduler": scheduler,
            "sample": _sample(sample, seed),
            "resume": resume,
            # One JSON document holds every hit, unless a file does.
            "keep": None if as_json and out is None else 1_000,
        },
        as_json,
    )


def _scan_stream(words: "_Words", inputs: list[str], field: str, out: Path | None, as_json: bool) -> int:
    from filingdesk.services import keywords

    source, rejected = words
    _tell_rejected(rejected)
    interceptor = source.interceptor()

    sources: list[Path | BinaryIO] = [
        cast(BinaryIO, sys.stdin.buffer) if i == "-" else Path(i) for i in inputs
    ]
    with progress("检测中", quiet=as_json) as report:
        if out is None:
            result = keywords.scan(interceptor, sources, field=field, report=report)
        else:
            result = keywords.scan_to_file(interceptor, sources, out, field=field, report=report)
    if as_json:
        emit({**result.as_dict(), "keywords_rejected": rejected})
        return OK
    _say_scan(result, sum(result.by_channel.values()), len(result.problems), out)
    return OK


def _sample(text: str, seed: int) -> "Sample | None":
    if not text:
        return None
    from filingdesk.scan.records_sample import parse_sample

    return parse_sample(text, seed)


def _scan_corpus(words: "_Words", inputs: list[Path], options: dict[str, Any], as_json: bool) -> int:
    from filingdesk.services import corpora

    source, rejected = words
    _tell_rejected(rejected)

    out: Path | None = options["out"]
    try:
        with progress("检测中", quiet=as_json) as report:
            result = corpora.scan_corpus(source, inputs, report=report, **options)
    except (KeyboardInterrupt, Cancelled):
        if out is not None:
            note("已做完的部分留着；加 --resume 可以接着做。")
        raise
    if as_json:
        document = result.as_dict() if out is None else result.summary()
        emit({**document, "keywords_rejected": rejected})
        return OK
    _say_scan(result.scan, result.hit_count, sum(result.problem_counts.values()), out)
    if result.sample is not None:
        say(
            f"抽样 {result.sample.percent}%（种子 {result.sample.seed}）：{result.population} 条中检测了 {result.scan.records} 条。"
        )
    _say_sources(result)
    for path in result.files[1:]:
        say(f"另有 {path}")
    return OK


def _say_sources(result: "CorpusResult") -> None:
    from filingdesk.domain.intervals import percent_text

    limit = result.limits.get("T1")
    if limit is not None:
        say(f"\n各来源的命中比例（T1：单一来源违法不良信息不超过 {limit}%；命中只是线索，由人判定）：")
        words = {True: "未超过", False: "超过", None: ""}
        rows = [
            (
                s.name,
                str(s.records),
                str(s.rate.total),
                str(s.rate.successes),
                percent_text(s.rate.share) if s.rate.share is not None else "",
                words[s.within_t1],
            )
            for s in result.sources
        ]
        table(rows[:_SHOWN], ("来源", "记录", "检测", "命中", "比例", "结果"))
        if len(rows) > _SHOWN:
            say(f"  其余 {len(rows) - _SHOWN} 个来源请用 --json 查看。")
    if result.t11_sample is not None and result.t11_rate is not None:
        limits = result.limits
        say(
            f"T11：抽检不少于 {limits['T11.sample']}%，{_met(result.t11_sample)}；"
            f"未命中不少于 {limits['T11.rate']}%，{_met(result.t11_rate)}。"
        )


def _say_scan(result: "ScanResult", hit_count: int, problem_count: int, out: Path | None) -> None:
    say(
        f"{result.records} 条记录、{result.chars} 字，{result.records_hit} 条命中（词库 {result.keywords} 个词，{result.engine}）。"
    )
    for name, count in result.by_category.items():
        say(f"  {name or '未分类'}：{count} 处")
    for hit in result.hits[:_SHOWN]:
        say(
            f"  {hit.source} 第 {hit.row} 行 {hit.start}–{hit.end}「{_plain(hit.surface)}」→ {_plain(hit.keyword)}（{hit.channel}）"
        )
    if hit_count > _SHOWN:
        say(f"  其余 {hit_count - _SHOWN} 处请用 --json 或 --out 查看。")
    if out is not None:
        say(f"命中已写入 {out}")
    for name in result.skipped[:_SHOWN]:
        note(f"没有检测，或没有全部检测：{name}")
    if len(result.skipped) > _SHOWN:
        note(f"  其余 {len(result.skipped) - _SHOWN} 个请用 --json 查看。")
    _say_problems(result, problem_count)
    if result.unmatchable:
        note(f"有 {len(result.unmatchable)} 个词只有符号，任何通道都检测不到。")


def allowed_phrases(path: Path | None) -> list[str]:
    if path is None:
        return []
    from filingdesk.infra.files import telling

    with telling(path, "读取"):
        data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UserError(
            "allow.encoding", f"“{path.name}”不是 UTF-8 编码。", "请用 UTF-8 另存后重试。"
        ) from None
    return [line.strip() for line in text.splitlines() if line.strip()]


def _words(keyword_list: Path | None, project: Path | None, options: dict[str, Any]) -> "_Words":
    """The library, and what of a list was not taken: a word that is left out is not looked for."""
    from filingdesk.scan.library import keywords_of
    from filingdesk.services import corpora, keywords

    if keyword_list is not None:
        read = keywords.read_list(keyword_list)
        rejected = [
            f"第 {row.row} 行{_quoted(row.keyword)}：{row.message}"
            for row in read.rejected
            if row.kind not in _HARMLESS
        ]
        return corpora.words_source(keywords_of(read.rows), **options), rejected
    assert project is not None  # noqa: S101 - the caller has seen to it
    with opened(project) as session:
        return corpora.project_keywords(session, **options), []


def _quoted(word: str) -> str:
    return f"“{_plain(word)}”" if word else ""


def _tell_rejected(rejected: list[str]) -> None:
    if rejected:
        note(f"词表有 {len(rejected)} 行没有采用，不会检测：")
    for line in rejected[:_SHOWN_REJECTED]:
        note(f"  {line}")
    if len(rejected) > _SHOWN_REJECTED:
        note(f"  其余 {len(rejected) - _SHOWN_REJECTED} 行请用 keywords audit 查看。")


def _plain(text: str) -> str:
    """What a corpus holds must not steer the terminal: whatever cannot be printed is spelled out."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def _say_problems(result: "ScanResult", count: int) -> None:
    if not count:
        return
    say(f"\n没有读全的 {count} 条：")
    for problem in result.problems[:_SHOWN]:
        say(f"  {problem.source} 第 {problem.row} 行：{problem.message}")
    if count > _SHOWN:
        say(f"  其余 {count - _SHOWN} 条请用 --json 或 --out 查看。")


def _met(ok: bool | None) -> str:
    return "" if ok is None else "达到" if ok else "不足"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("scan")(scan)
