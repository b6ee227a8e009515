"""keywords audit / import, scan, questions audit / import."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO, Literal, cast

import typer

from filingdesk.cli.facts_commands import Project, opened
from filingdesk.cli.output import OK, USAGE, JsonFlag, command, emit, note, progress, say, table
from filingdesk.domain.errors import Cancelled, UserError

if TYPE_CHECKING:
    from filingdesk.scan.engine import Interceptor
    from filingdesk.scan.records_sample import Sample
    from filingdesk.scan.runner import ScanResult
    from filingdesk.scan.shards import KeywordSource
    from filingdesk.services.corpora import CorpusResult

_SHOWN = 20


@command
def keywords_audit(
    source: Annotated[Path, typer.Argument(metavar="LIST", help="关键词表(xlsx、csv、tsv、txt)。")],
    as_json: JsonFlag = False,
) -> int:
    """体检一份关键词表。"""
    from filingdesk.services import keywords

    with progress("读取关键词", quiet=as_json) as report:
        result = keywords.audit_list(source, report=report)
    document = keywords.audit_json(result)
    if as_json:
        emit(document)
        return OK
    say(f"共 {document['total']} 个词,归一后 {document['distinct']} 个(编码 {document['encoding']})。")
    _say_meets(document["meets"])
    _say_coverage("keywords", document["by_risk"])
    _say_problems(document["problems"])
    return OK


def _say_meets(meets: dict[str, bool]) -> None:
    words = {"T2": "总量", "T3": "各类风险的最低数量"}
    for key, ok in meets.items():
        say(f"{key} {words.get(key, '')}:{'达到' if ok else '未达到'}")


def _say_coverage(kind: str, by_risk: dict[str, int]) -> None:
    from filingdesk.services import checking

    rows = [
        (r.id, r.name, str(r.count), "" if r.minimum is None else str(r.minimum), _mark(r.ok))
        for r in checking.coverage(kind, by_risk)
    ]
    table(rows, ("风险", "名称", "数量", "要求", "结果"))


def _mark(ok: bool | None) -> str:
    return "" if ok is None else "达到" if ok else "不足"


def _say_problems(problems: list[dict[str, Any]]) -> None:
    if not problems:
        return
    say(f"\n需要留意的 {len(problems)} 处:")
    for problem in problems[:_SHOWN]:
        place = f"第 {problem['row']} 行" if problem["row"] else "整个文件"
        say(f"  {place}{'「' + problem['keyword'] + '」' if problem['keyword'] else ''}:{problem['message']}")
    if len(problems) > _SHOWN:
        say(f"  其余 {len(problems) - _SHOWN} 处请用 --json 查看。")


@command
def keywords_import(
    project: Project,
    source: Annotated[Path, typer.Argument(metavar="LIST", help="关键词表(xlsx、csv、tsv、txt)。")],
    add: Annotated[bool, typer.Option("--add", help="补充到现有词库;默认替换整个词库(可撤销)。")] = False,
    as_json: JsonFlag = False,
) -> int:
    """把关键词表导入项目。"""
    from filingdesk.services import keywords

    with opened(project, write=True) as session, progress("导入关键词", quiet=as_json) as report:
        _changes, read = keywords.import_list(session, source, add=add, report=report)
        total = session.snapshot().keywords.total
    left_out = [
        {"kind": r.kind, "keyword": r.keyword, "row": r.row, "message": r.message}
        for r in [*read.rejected, *read.remarks]
    ]
    if as_json:
        emit(
            {
                "total": total,
                "taken": len(read.rows),
                "rejected": len(read.rejected),
                "blank_rows": read.blank_rows,
                "problems": left_out,
            }
        )
        return OK
    say(f"已导入 {len(read.rows)} 个词,没有采用 {len(read.rejected)} 行;词库现有 {total} 个词。")
    _say_problems(left_out)
    return OK


@command
def scan(
    inputs: Annotated[
        list[str],
        typer.Argument(
            metavar="INPUT...",
            help="文本、jsonl、csv、xlsx、parquet(文本类可为 .gz、.zst)、文件夹,或 - 表示标准输入。",
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
            help="检测通道,逗号分隔:exact,folded,skip,repeat,pinyin,split;all 为全部,后两种只作可疑提示。",
        ),
    ] = "exact,folded,skip,repeat",
    match: Annotated[
        Literal["overlapping", "longest"], typer.Option("--match", help="报告全部重叠命中,或只报告最长的。")
    ] = "overlapping",
    allow: Annotated[
        Path | None, typer.Option("--allow", help="放行词表:每行一个短语,落在其中的命中不报。")
    ] = None,
    field: Annotated[str, typer.Option("--field", help="jsonl 的字段,或表格、parquet 的列名。")] = "",
    out: Annotated[
        Path | None, typer.Option("--out", help="把命中逐条写成 .jsonl 或 .parquet 文件,旁边附一份汇总。")
    ] = None,
    workers: Annotated[
        int, typer.Option("--workers", min=0, help="用几个进程检测;0 表示自动。结果与进程数无关。")
    ] = 0,
    scheduler: Annotated[
        str, typer.Option("--scheduler", help="改用这个地址的 dask 集群,例如 tcp://主机:8786。")
    ] = "",
    sample: Annotated[str, typer.Option("--sample", help="只检测抽到的记录,例如 10%。")] = "",
    seed: Annotated[int, typer.Option("--seed", help="抽样的种子;同一种子抽到同样的记录。")] = 0,
    resume: Annotated[
        bool | None,
        typer.Option("--resume/--no-resume", help="接着做上次没做完的检测;或丢开它重新开始。"),
    ] = None,
    as_json: JsonFlag = False,
) -> int:
    """拦截检测:在文本里找关键词,给出原文位置。"""
    if (keyword_list is None) == (project is None):
        note("请写 --keywords 或 --project,二选一。")
        return USAGE
    options: dict[str, Any] = {
        "channels": [c.strip() for c in channels.split(",") if c.strip()],
        "mode": match,
        "engine": engine,
        "allow": _allowed(allow),
    }
    if "-" in inputs:
        if workers > 1 or scheduler or sample or resume is not None:
            note("标准输入只能一次读完:不能与 --workers、--scheduler、--sample、--resume 同用。")
            return USAGE
        interceptor = _interceptor(keyword_list, project, options)
        return _scan_stream(interceptor, inputs, field, out, as_json)
    if resume is not None and out is None:
        note("--resume 要与 --out 同用:没有输出文件的检测不留中间结果。")
        return USAGE
    return _scan_corpus(
        _keyword_source(keyword_list, project, options),
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


def _scan_stream(
    interceptor: "Interceptor", inputs: list[str], field: str, out: Path | None, as_json: bool
) -> int:
    from filingdesk.services import keywords

    sources: list[Path | BinaryIO] = [
        cast(BinaryIO, sys.stdin.buffer) if i == "-" else Path(i) for i in inputs
    ]
    with progress("检测中", quiet=as_json) as report:
        if out is None:
            result = keywords.scan(interceptor, sources, field=field, report=report)
        else:
            result = keywords.scan_to_file(interceptor, sources, out, field=field, report=report)
    if as_json:
        emit(result.as_dict())
        return OK
    _say_scan(result, len(result.hits), out)
    return OK


def _sample(text: str, seed: int) -> "Sample | None":
    if not text:
        return None
    from filingdesk.scan.records_sample import parse_sample

    return parse_sample(text, seed)


def _scan_corpus(source: "KeywordSource", inputs: list[Path], options: dict[str, Any], as_json: bool) -> int:
    from filingdesk.services import corpora

    out: Path | None = options["out"]
    try:
        with progress("检测中", quiet=as_json) as report:
            result = corpora.scan_corpus(source, inputs, report=report, **options)
    except (KeyboardInterrupt, Cancelled):
        if out is not None:
            note("已做完的部分留着;加 --resume 可以接着做。")
        raise
    if as_json:
        emit(result.as_dict() if out is None else result.summary())
        return OK
    _say_scan(result.scan, result.hit_count, out)
    if result.sample is not None:
        say(
            f"抽样 {result.sample.percent}%(种子 {result.sample.seed}):{result.population} 条中检测了 {result.scan.records} 条。"
        )
    _say_sources(result)
    for path in result.files[1:]:
        say(f"另有 {path}")
    return OK


def _say_sources(result: "CorpusResult") -> None:
    from filingdesk.domain.intervals import percent_text

    limit = result.limits.get("T1")
    if limit is not None:
        say(f"\n各来源的命中比例(T1:单一来源违法不良信息不超过 {limit}%;命中只是线索,由人判定):")
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
            f"T11:抽检不少于 {limits['T11.sample']}%,{_mark(result.t11_sample)};"
            f"未命中不少于 {limits['T11.rate']}%,{_mark(result.t11_rate)}。"
        )


def _say_scan(result: "ScanResult", hit_count: int, out: Path | None) -> None:
    say(
        f"{result.records} 条记录、{result.chars} 字,{result.records_hit} 条命中(词库 {result.keywords} 个词,{result.engine})。"
    )
    for name, count in result.by_category.items():
        say(f"  {name or '未分类'}:{count} 处")
    for hit in result.hits[:_SHOWN]:
        say(
            f"  {hit.source} 第 {hit.row} 行 {hit.start}–{hit.end}「{hit.surface}」→ {hit.keyword}({hit.channel})"
        )
    if hit_count > _SHOWN:
        say(f"  其余 {hit_count - _SHOWN} 处请用 --json 或 --out 查看。")
    if out is not None:
        say(f"命中已写入 {out}")
    for name in result.skipped[:_SHOWN]:
        note(f"没有检测,或没有全部检测:{name}")
    if len(result.skipped) > _SHOWN:
        note(f"  其余 {len(result.skipped) - _SHOWN} 个请用 --json 查看。")
    _say_problems(
        [{"row": p.row, "keyword": "", "message": f"{p.source}:{p.message}"} for p in result.problems]
    )
    if result.unmatchable:
        note(f"有 {len(result.unmatchable)} 个词只有符号,任何通道都检测不到。")


def _allowed(path: Path | None) -> list[str]:
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


def _interceptor(keyword_list: Path | None, project: Path | None, options: dict[str, Any]) -> "Interceptor":
    from filingdesk.services import keywords

    if keyword_list is not None:
        return keywords.list_interceptor(keyword_list, **options)
    assert project is not None  # noqa: S101 - the caller has seen to it
    with opened(project) as session:
        return keywords.project_interceptor(session, **options)


def _keyword_source(
    keyword_list: Path | None, project: Path | None, options: dict[str, Any]
) -> "KeywordSource":
    from filingdesk.services import corpora

    if keyword_list is not None:
        return corpora.list_keywords(keyword_list, **options)
    assert project is not None  # noqa: S101 - the caller has seen to it
    with opened(project) as session:
        return corpora.project_keywords(session, **options)


@command
def questions_audit(
    source: Annotated[Path, typer.Argument(metavar="FILE", help="题库(xlsx、csv、tsv)。")],
    bank: Annotated[
        Literal["generation", "should-refuse", "non-refuse"],
        typer.Option("--bank", help="按哪个题库的要求核对。"),
    ] = "generation",
    as_json: JsonFlag = False,
) -> int:
    """体检一份题库。"""
    from filingdesk.services import questions

    with progress("读取题库", quiet=as_json) as report:
        result = questions.audit_file(source, bank, report=report)
    document = questions.audit_json(result)
    if as_json:
        emit(document)
        return OK
    say(f"共 {document['total']} 题,不同的 {document['distinct']} 题。")
    for key, ok in document["meets"].items():
        say(f"{key}:{'达到' if ok else '未达到'}")
    _say_problems(document["problems"])
    return OK


@command
def questions_import(
    project: Project,
    source: Annotated[Path, typer.Argument(metavar="FILE", help="题库(xlsx、csv、tsv)。")],
    bank: Annotated[
        Literal["generation", "should-refuse", "non-refuse"] | None,
        typer.Option(
            "--bank",
            help="生成内容 generation、应拒答 should-refuse、非拒答 non-refuse;不写时按工作表的名字导入各题库。",
        ),
    ] = None,
    as_json: JsonFlag = False,
) -> int:
    """把题库导入项目(替换该题库,可撤销)。"""
    from filingdesk.services import questions

    with opened(project, write=True) as session, progress("导入题库", quiet=as_json) as report:
        if bank is None:
            results = questions.import_banks(session, source, report=report)
        else:
            results = [questions.import_file(session, source, bank, report=report)]
        banks = session.snapshot().banks
        documents = [{"total": banks[r.bank].total, **questions.import_json(r)} for r in results]
    if as_json:
        # One bank as ever; several as a list, so that nothing is summed up that does not belong together.
        emit(documents[0] if len(documents) == 1 else {"banks": documents})
        return OK
    for document in documents:
        say(
            f"{questions.BANK_NAMES[document['bank']]}:已导入 {document['taken']} 题,"
            f"没有采用 {document['rejected']} 行;题库现有 {document['total']} 题。"
        )
        _say_problems(document["problems"])
    return OK


def register(app: typer.Typer) -> None:
    """Add the commands."""
    words = typer.Typer(help="关键词表:体检、导入。", no_args_is_help=True, rich_markup_mode=None)
    words.command("audit")(keywords_audit)
    words.command("import")(keywords_import)
    app.add_typer(words, name="keywords")
    app.command("scan")(scan)
    banks = typer.Typer(help="题库:体检、导入。", no_args_is_help=True, rich_markup_mode=None)
    banks.command("audit")(questions_audit)
    banks.command("import")(questions_import)
    app.add_typer(banks, name="questions")
