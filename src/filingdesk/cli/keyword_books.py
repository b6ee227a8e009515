"""keywords versions / diff / ledger / restore / export / split: what the library was and is, and ways out of it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from filingdesk.cli.facts_commands import Project, opened
from filingdesk.cli.keyword_selection import Category, Risk, Search, Source, selection_of
from filingdesk.cli.output import OK, JsonFlag, command, emit, note, progress, say, table

if TYPE_CHECKING:
    from filingdesk.services.library_versions import LibraryUpdate

_SHOWN = 20


@command
def keywords_versions(project: Project, as_json: JsonFlag = False) -> int:
    """列出词库的各个版本。"""
    from filingdesk.services import library_versions

    with opened(project) as session:
        found = library_versions.versions(session)
    if as_json:
        emit({"versions": [_version_json(v) for v in found]})
        return OK
    if not found:
        say("还没有导入过关键词。")
        return OK
    rows = [
        (
            str(v.version),
            v.at.strftime("%Y-%m-%d %H:%M"),
            v.who,
            f"{v.total:,}",
            _counts(v.counts),
            _state(v),
            v.label,
        )
        for v in found
    ]
    table(rows, ("版本", "时间", "经办人", "词数", "变动", "状态", "说明"))
    return OK


def _version_json(v: "LibraryUpdate") -> dict[str, Any]:
    return {
        "version": v.version,
        "before": v.before,
        "at": v.at.isoformat(timespec="seconds"),
        "who": v.who,
        "kind": v.kind,
        "label": v.label,
        "total": v.total,
        "counts": None if v.counts is None else dict(v.counts),
        "undone": v.undone,
        "changed": v.changed,
        "kept": v.kept,
        "in_force": v.in_force,
    }


def _counts(counts: Any) -> str:
    from filingdesk.services.library_versions import CHANGE_WORDS

    if counts is None:
        return "未统计"
    return (
        " ".join(f"{words} {counts[kind]:,}" for kind, words in CHANGE_WORDS.items() if counts.get(kind))
        or "无"
    )


def _state(v: "LibraryUpdate") -> str:
    states = {"当前": v.in_force, "已撤销": v.undone, "内容已清除": not v.kept}
    return "、".join(words for words, true in states.items() if true)


@command
def keywords_diff(
    project: Project,
    before: Annotated[
        int | None, typer.Argument(metavar="[FROM]", help="较早的版本；默认是当前版本的上一版，0 表示空库。")
    ] = None,
    after: Annotated[int | None, typer.Argument(metavar="[TO]", help="较晚的版本；默认是当前版本。")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="把全部变动写成 .xlsx 或 .csv。")] = None,
    as_json: JsonFlag = False,
) -> int:
    """词库两个版本之间的变动：新增、删除、改了风险的词。"""
    from filingdesk.services import library_tables, library_versions

    with opened(project) as session:
        start = library_versions.previous(session) if before is None else before
        limit = None if as_json or out else _SHOWN
        found = library_versions.diff(session, start, after, limit)
    if out is not None:
        library_tables.export_diff(found, out)
    if as_json:
        emit(found.to_json())
        return OK
    say(f"第 {found.before} 版 → 第 {found.after} 版：{_counts(found.counts)}")
    table(library_tables.diff_rows(found)[:_SHOWN], library_tables.DIFF_COLUMNS)
    left = sum(found.counts.values()) - _SHOWN
    if left > 0:
        say(f"  其余 {left:,} 个请用 --json 或 --out 查看。")
    if out is not None:
        say(f"已写入 {out}")
    return OK


@command
def keywords_ledger(
    project: Project,
    out: Annotated[Path | None, typer.Option("--out", help="写成 .xlsx 或 .csv，可作附件。")] = None,
    as_json: JsonFlag = False,
) -> int:
    """词库更新台账：建库以来每周更新了什么，哪些周没有更新（T4）。"""
    from filingdesk.services import library_tables, library_versions

    with opened(project) as session:
        book = library_versions.ledger(session)
    if out is not None:
        library_tables.export_ledger(book, out)
    if as_json:
        emit(
            {
                "days": book.days,
                "source": book.source,
                "clause": book.clause,
                "today": book.today.isoformat(),
                "since_last": book.since_last,
                "longest_gap": book.longest_gap,
                "overdue": book.overdue,
                "missed": len(book.missed),
                "periods": [
                    {
                        "first": p.first.isoformat(),
                        "last": p.last.isoformat(),
                        "updates": [u.version for u in p.updates],
                        "missed": p.missed,
                        "open": p.open,
                    }
                    for p in book.periods
                ],
                "updates": [_version_json(u) for u in book.updates],
            }
        )
        return OK
    say(library_tables.ledger_words(book))
    if book.periods:
        rows = [(f"{r[1]} 至 {r[2]}", *r[3:8], r[9]) for r in library_tables.period_rows(book)[-_SHOWN:]]
        table(rows, ("起止", "更新", "新增", "删除", "改风险", "词数", "情况"))
        if len(book.periods) > _SHOWN:
            say(f"  以上是最近 {_SHOWN} 期，全部 {len(book.periods)} 期请用 --out 导出。")
    if out is not None:
        say(f"已写入 {out}")
    return OK


@command
def keywords_restore(
    project: Project,
    version: Annotated[int, typer.Argument(help="要恢复的版本号。")],
    as_json: JsonFlag = False,
) -> int:
    """把词库恢复到以前的版本（成为新的一版，可撤销）。"""
    from filingdesk.services import library_versions

    with opened(project, write=True) as session:
        library_versions.restore(session, version)
        total = session.snapshot().keywords.total
        now = session.file.keyword_version()
    if as_json:
        emit({"version": now, "origin": version, "total": total})
    else:
        say(f"已恢复到第 {version} 版的内容，成为第 {now} 版，共 {total:,} 个词。")
    return OK


@command
def keywords_export(
    project: Project,
    target: Annotated[
        Path, typer.Argument(metavar="FILE", help="要写的文件：.xlsx（附件4）、.csv 或 .txt。")
    ],
    layout: Annotated[
        Literal["annex", "full", "words"] | None,
        typer.Option(
            "--layout",
            help="annex 附件4 的三列；full 全部六列，可原样导回；words 每行一个词（只用于 txt）。默认 xlsx 为 annex，其余为 full。",
        ),
    ] = None,
    risk: Risk = None,
    category: Category = None,
    source: Source = None,
    search: Search = None,
    as_json: JsonFlag = False,
) -> int:
    """导出词库。"""
    from filingdesk.services import library_export

    with opened(project) as session, progress("导出关键词", quiet=as_json) as report:
        done = library_export.export(
            session, target, layout, selection_of(risk, category, source, search), report=report
        )
    if as_json:
        emit({"written": str(done.path), "rows": done.rows, "altered": done.altered})
        return OK
    say(f"已导出 {done.rows:,} 个词到 {done.path}")
    if done.altered:
        note(f"有 {done.altered:,} 个词含看不见的字符，表格里写不出来；可先用 keywords fix 处理。")
    return OK


@command
def keywords_split(
    project: Project,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="要新建的文件夹；已有的不会被覆盖。")],
    by: Annotated[
        Literal["risk", "group", "source", "category"],
        typer.Option("--by", help="按风险、风险大类、来源或原分类拆分。"),
    ] = "risk",
    suffix: Annotated[Literal["xlsx", "csv", "txt"], typer.Option("--format", help="文件格式。")] = "csv",
    as_json: JsonFlag = False,
) -> int:
    """把词库拆成几个文件。"""
    from filingdesk.services import library_export

    with opened(project) as session, progress("拆分关键词", quiet=as_json) as report:
        done = library_export.split(session, folder, by, f".{suffix}", report=report)
    if as_json:
        emit({"files": [{"path": str(one.path), "rows": one.rows} for one in done]})
        return OK
    for one in done:
        say(f"  {one.rows:>8,}  {one.path.name}")
    say(f"共 {len(done)} 个文件，在 {folder}")
    return OK
