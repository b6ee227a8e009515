"""keywords merge / edit / fix / map: edits of a project's library, each one undoable step."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from filingdesk.cli import keyword_books
from filingdesk.cli.facts_commands import Project, opened
from filingdesk.cli.keyword_selection import UNSORTED, Category, Risk, Search, Source, selection_of
from filingdesk.cli.output import OK, USAGE, JsonFlag, command, emit, note, progress, say, table

if TYPE_CHECKING:
    from filingdesk.domain.jobs import Report
    from filingdesk.services.library import EditPlan
    from filingdesk.services.session import Session

_SHOWN = 20

DryRun = Annotated[bool, typer.Option("--dry-run", help="只说明会怎样，不保存。")]


@command
def keywords_merge(
    project: Project,
    source_list: Annotated[
        Path, typer.Argument(metavar="LIST", help="要并入的关键词表（xlsx、csv、tsv、txt）。")
    ],
    conflict: Annotated[
        Literal["ours", "theirs", "both"],
        typer.Option("--conflict", help="同一个词两边风险不同时：以现有词库为准、以新表为准，或两处都保留。"),
    ] = "ours",
    variants: Annotated[
        Literal["keep", "skip"],
        typer.Option("--variants", help="只差大小写、全半角、繁简或符号的词：收录，或跳过。"),
    ] = "keep",
    source: Annotated[str, typer.Option("--source", help="词表的来源；按记住的分类对照归类。")] = "",
    dry_run: DryRun = False,
    as_json: JsonFlag = False,
) -> int:
    """把另一份词表并入词库（可撤销）。"""
    from filingdesk.services import keywords, library_map, library_merge

    with opened(project, write=not dry_run) as session, progress("合并关键词", quiet=as_json) as report:
        read = keywords.read_list(source_list, report=report)
        if source:
            read = library_map.with_map(session, read, source)
        merge = library_merge.plan_merge(
            session, read, policy=conflict, variants=variants, source=source, report=report
        )
        total = _save(session, merge.plan, dry_run, report)
    if as_json:
        emit(
            {
                **_plan_json(merge.plan, total, dry_run),
                "new": merge.new,
                "same": merge.same,
                "filled": merge.filled,
                "variants": merge.variants,
                "conflict_count": merge.conflict_count,
                "conflicts": [
                    {"word": c.word, "row": c.row, "ours": list(c.ours), "theirs": list(c.theirs)}
                    for c in merge.conflicts
                ],
                "rejected": len(read.rejected),
            }
        )
        return OK
    say(("将会：" if dry_run else "") + merge.summary())
    if read.rejected:
        say(f"新表中有 {len(read.rejected):,} 行没有采用；用 keywords audit 可以看到原因。")
    rows = [(str(c.row), c.word, "、".join(c.ours), "、".join(c.theirs)) for c in merge.conflicts[:_SHOWN]]
    if rows:
        table(rows, ("行", "关键词", "词库", "新表"))
    _say_total(total, dry_run)
    return OK


@command
def keywords_edit(
    project: Project,
    risk: Risk = None,
    category: Category = None,
    source: Source = None,
    search: Search = None,
    every: Annotated[bool, typer.Option("--all", help="选全部的词。")] = False,
    set_risk: Annotated[str | None, typer.Option("--set-risk", help="归到这类风险；写“无”取消归类。")] = None,
    delete: Annotated[bool, typer.Option("--delete", help="删除选中的词。")] = False,
    replace: Annotated[
        tuple[str, str] | None, typer.Option("--replace", help="把词里的前一段文字换成后一段。")
    ] = None,
    add: Annotated[
        list[str] | None, typer.Option("--add", help="添加一个词；风险用 --set-risk 写。可重复。")
    ] = None,
    dry_run: DryRun = False,
    as_json: JsonFlag = False,
) -> int:
    """批量修改词库：改风险、删除、替换、添加（一次撤销即可退回）。"""
    from filingdesk.services import library

    chosen = any(value is not None for value in (risk, category, source, search)) or every
    acts = [delete, replace is not None, set_risk is not None and not add, bool(add)]
    if sum(acts) != 1:
        note("请写一种修改：--set-risk、--delete、--replace 或 --add。")
        return USAGE
    if bool(add) == chosen:
        note(
            "--add 不能与筛选同用。"
            if add
            else "请写筛选条件（--risk、--category、--source、--search），或用 --all 选全部。"
        )
        return USAGE
    wanted = "" if set_risk in UNSORTED else set_risk
    with opened(project, write=not dry_run) as session, progress("修改关键词", quiet=as_json) as report:
        selection = selection_of(risk, category, source, search)
        if add:
            plan = library.plan_add(session, [(word, wanted or "") for word in add])
        elif delete:
            plan = library.plan_delete(session, selection, report=report)
        elif replace is not None:
            plan = library.plan_replace(session, selection, *replace, report=report)
        else:
            plan = library.plan_set_risk(session, selection, wanted or "", report=report)
        total = _save(session, plan, dry_run, report)
    _tell(plan, total, dry_run, as_json)
    return OK


@command
def keywords_fix(
    project: Project,
    kinds: Annotated[
        list[str] | None,
        typer.Option("--kind", help="只处理这种问题（可重复）；默认处理全部确定无疑的问题。"),
    ] = None,
    dry_run: DryRun = False,
    as_json: JsonFlag = False,
) -> int:
    """处理体检发现的问题：去重、去掉看不见的字符、删除检测不到的词、按对照归类（可撤销）。"""
    from filingdesk.services import library_fixes

    for kind in kinds or []:
        if kind not in library_fixes.FIXES:
            note(f"“{kind}”不能自动处理，可用：{'、'.join(library_fixes.FIXES)}。")
            return USAGE
    with opened(project, write=not dry_run) as session, progress("体检并处理", quiet=as_json) as report:
        plan = library_fixes.plan_fixes(session, kinds or library_fixes.CERTAIN, report=report)
        total = _save(session, plan, dry_run, report)
    _tell(plan, total, dry_run, as_json)
    return OK


@command
def keywords_map(
    project: Project,
    source: Annotated[str, typer.Option("--source", help="词表的来源，例如供应商；对照按来源记住。")] = "",
    source_list: Annotated[
        Path | None, typer.Option("--list", help="看这份词表里有哪些分类还没有对照。")
    ] = None,
    sets: Annotated[
        list[str] | None,
        typer.Option("--set", help="分类=风险，如 涉黄=A.1.f；风险写“不归类”表示不属于任何一种。可重复。"),
    ] = None,
    accept: Annotated[bool, typer.Option("--accept", help="采用全部建议（请先看过）。")] = False,
    apply: Annotated[
        bool, typer.Option("--apply", help="按对照给词库里这个来源还没有归类的词归类。")
    ] = False,
    out: Annotated[Path | None, typer.Option("--out", help="把这个来源的对照写成 csv。")] = None,
    source_file: Annotated[
        Path | None, typer.Option("--from", help="从 csv 读入对照（分类、风险两列）。")
    ] = None,
    as_json: JsonFlag = False,
) -> int:
    """词表自己的分类对应哪种风险：列出、记住、按它归类。"""
    from filingdesk.services import keywords, library_map

    writes = bool(sets or accept or apply or source_file)
    if not source:
        if writes or source_list or out:
            note("请写 --source：对照按来源记住。")
            return USAGE
        return _all_maps(project, as_json)
    with opened(project, write=writes) as session, progress("核对分类", quiet=as_json) as report:
        if source_file is not None:
            library_map.import_map(session, source, source_file)
        if sets:
            library_map.save_map(session, source, dict(_pair(text) for text in sets))

        def ask() -> list[library_map.CategoryQuestion]:
            if source_list is not None:
                return library_map.questions_for(
                    session, keywords.read_list(source_list, report=report), source
                )
            return library_map.library_questions(session, source)

        asked = ask()
        if accept:
            proposals: dict[str, str | None] = {q.category: q.risk for q in asked if not q.decided and q.risk}
            if proposals:
                library_map.save_map(session, source, proposals)
                asked = ask()
        plan = library_map.plan_map(session, source, report=report) if apply else None
        total = _save(session, plan, False, report) if plan is not None else 0
        known = library_map.map_of(session, source)
        if out is not None:
            library_map.export_map(session, source, out)
    open_ones = [q for q in asked if not q.decided]
    if as_json:
        emit(
            {
                "source": known.source,
                "map": dict(known.risks),
                "open": [
                    {
                        "category": q.category,
                        "words": q.words,
                        "examples": q.examples,
                        "proposal": q.risk,
                        "why": q.why,
                    }
                    for q in open_ones
                ],
                "applied": None if plan is None else _plan_json(plan, total, False),
            }
        )
        return OK
    if known.risks:
        table([(c, r or library_map.NOWHERE) for c, r in known.risks.items()], ("分类", "风险"))
    if open_ones:
        say(f"\n还没有对照的分类 {len(open_ones)} 个（建议仅供参考，不会自动采用）：")
        rows = [(q.category, f"{q.words:,}", "、".join(q.examples), q.risk, q.why) for q in open_ones]
        table(rows, ("分类", "词数", "例词", "建议", "理由"))
    elif not known.risks:
        say(f"“{source}”没有需要对照的分类。")
    if plan is not None:
        _tell(plan, total, False, False)
    if out is not None:
        say(f"已写入 {out}")
    return OK


def _all_maps(project: Path, as_json: bool) -> int:
    from filingdesk.services import library_map

    with opened(project) as session:
        found = library_map.maps(session)
    if as_json:
        emit({"sources": [{"source": one.source, "map": dict(one.risks)} for one in found]})
        return OK
    for one in found:
        say(f"{one.source}：{len(one.risks)} 个分类")
    if not found:
        say("还没有记住任何来源的分类对照；用 --source 写明来源。")
    return OK


def _pair(text: str) -> tuple[str, str]:
    from filingdesk.domain.errors import UserError
    from filingdesk.services import library_map

    category, sign, risk = text.rpartition("=")
    if not sign or not category.strip():
        raise UserError("library.map", f"“{text}”不是“分类=风险”。", "例如：--set 涉黄=A.1.f")
    return category.strip(), library_map.read_risk(risk)


def _save(session: "Session", plan: "EditPlan", dry_run: bool, report: "Report") -> int:
    from filingdesk.services import library

    if not dry_run:
        library.apply_plan(session, plan, report=report)
    return session.snapshot().keywords.total


def _plan_json(plan: "EditPlan", total: int, dry_run: bool) -> dict[str, Any]:
    return {
        "saved": not dry_run and not plan.empty,
        "changed": plan.changed,
        "removed": plan.removed,
        "merged": plan.merged,
        "added": plan.added,
        "skipped": plan.skipped,
        "total": total,
        "lines": [
            {"word": line.word, "before": line.before, "after": line.after, "note": line.note}
            for line in plan.lines
        ],
        "left": [{"word": line.word, "note": line.note} for line in plan.left],
    }


def _tell(plan: "EditPlan", total: int, dry_run: bool, as_json: bool) -> None:
    if as_json:
        emit(_plan_json(plan, total, dry_run))
        return
    say(("将会：" if dry_run else "") + plan.summary())
    rows = [(line.word, line.before, line.after or "删除", line.note) for line in plan.lines[:_SHOWN]]
    if rows:
        table(rows, ("关键词", "现在", "改后", "原因"))
    for line in plan.left[:_SHOWN]:
        say(f"  没有改：「{line.word}」{line.note}")
    _say_total(total, dry_run)


def _say_total(total: int, dry_run: bool) -> None:
    say("没有保存（--dry-run）。" if dry_run else f"词库现有 {total:,} 个词。")


def register(app: typer.Typer) -> None:
    """Add the commands to the `keywords` group, which must be there already."""
    group = next(group for group in app.registered_groups if group.name == "keywords")
    words = group.typer_instance
    if words is None:
        return
    words.info.help = "关键词库：体检、导入、合并、修改、版本、导出。"
    commands: dict[str, Callable[..., Any]] = {
        "versions": keyword_books.keywords_versions,
        "diff": keyword_books.keywords_diff,
        "ledger": keyword_books.keywords_ledger,
        "restore": keyword_books.keywords_restore,
        "export": keyword_books.keywords_export,
        "split": keyword_books.keywords_split,
        "merge": keywords_merge,
        "edit": keywords_edit,
        "fix": keywords_fix,
        "map": keywords_map,
    }
    for name, function in commands.items():
        words.command(name)(function)
