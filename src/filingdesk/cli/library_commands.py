"""keywords audit / import, questions audit / import."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from filingdesk.cli import keyword_commands
from filingdesk.cli.facts_commands import Project, opened
from filingdesk.cli.output import OK, JsonFlag, command, emit, progress, say, table

if TYPE_CHECKING:
    from filingdesk.scan.library import KeywordImport
    from filingdesk.services.session import Session

_SHOWN = 20


@command
def keywords_audit(
    source: Annotated[
        Path, typer.Argument(metavar="LIST", help="关键词表（xlsx、csv、tsv、txt），或项目文件（.fdproj）。")
    ],
    as_json: JsonFlag = False,
) -> int:
    """体检一份关键词表，或项目的词库。"""
    from filingdesk.services import keywords

    with progress("读取关键词", quiet=as_json) as report:
        if source.suffix.lower() == ".fdproj":
            with opened(source) as session:
                document = keywords.report_json(keywords.audit_project(session, report=report))
        else:
            document = keywords.audit_json(keywords.audit_list(source, report=report))
    if as_json:
        emit(document)
        return OK
    encoding = f"（编码 {document['encoding']}）" if "encoding" in document else ""
    say(f"共 {document['total']} 个词，归一后 {document['distinct']} 个{encoding}。")
    _say_meets(document["meets"])
    _say_coverage("keywords", document["by_risk"])
    for short in document["short_when_folded"]:
        say(
            f"{short['risk'] or '总量'}：{short['found']} 个，但归一后只有 {short['distinct']} 个，不到要求的 {short['needed']} 个。"
        )
    _say_problems(document["problems"])
    mends = sum(document["fixable"].values())
    if mends and "encoding" not in document:
        say(f"其中 {mends} 处可以用 keywords fix 直接处理。")
    return OK


def _say_meets(meets: dict[str, bool]) -> None:
    words = {"T2": "总量", "T3": "各类风险的最低数量"}
    for key, ok in meets.items():
        say(f"{key} {words.get(key, '')}：{'达到' if ok else '未达到'}")


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
    say(f"\n需要留意的 {len(problems)} 处：")
    for problem in problems[:_SHOWN]:
        place = f"第 {problem['row']} 行" if problem["row"] else "整个文件"
        say(
            f"  {place}{'「' + problem['keyword'] + '」' if problem['keyword'] else ''}：{problem['message']}"
        )
    if len(problems) > _SHOWN:
        say(f"  其余 {len(problems) - _SHOWN} 处请用 --json 查看。")


@command
def keywords_import(
    project: Project,
    source: Annotated[Path, typer.Argument(metavar="LIST", help="关键词表（xlsx、csv、tsv、txt）。")],
    add: Annotated[bool, typer.Option("--add", help="补充到现有词库；默认替换整个词库（可撤销）。")] = False,
    publisher: Annotated[
        str, typer.Option("--source", help="词表的来源，例如供应商；按记住的分类对照归类。")
    ] = "",
    as_json: JsonFlag = False,
) -> int:
    """把关键词表导入项目。"""
    from filingdesk.services import keywords

    with opened(project, write=True) as session, progress("导入关键词", quiet=as_json) as report:
        _changes, read = keywords.import_list(session, source, add=add, source=publisher, report=report)
        total = session.snapshot().keywords.total
        asked = _open_categories(session, read, publisher)
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
                "open_categories": asked,
                "problems": left_out,
            }
        )
        return OK
    say(f"已导入 {len(read.rows)} 个词，没有采用 {len(read.rejected)} 行；词库现有 {total} 个词。")
    _say_problems(left_out)
    if asked:
        names = "、".join(asked[:5])
        say(
            f"有 {len(asked)} 个分类不是附录 A 的风险（{names}{' 等' if len(asked) > 5 else ''}），这些词没有归类；"
            "可用 keywords map 写明对应哪种风险。"
        )
    return OK


def _open_categories(session: "Session", read: "KeywordImport", publisher: str) -> list[str]:
    from filingdesk.services import library_map

    return [q.category for q in library_map.questions_for(session, read, publisher) if not q.decided]


@command
def questions_audit(
    source: Annotated[Path, typer.Argument(metavar="FILE", help="题库（xlsx、csv、tsv）。")],
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
    say(f"共 {document['total']} 题，不同的 {document['distinct']} 题。")
    for key, ok in document["meets"].items():
        say(f"{key}：{'达到' if ok else '未达到'}")
    _say_problems(document["problems"])
    return OK


@command
def questions_import(
    project: Project,
    source: Annotated[Path, typer.Argument(metavar="FILE", help="题库（xlsx、csv、tsv）。")],
    bank: Annotated[
        Literal["generation", "should-refuse", "non-refuse"] | None,
        typer.Option(
            "--bank",
            help="生成内容 generation、应拒答 should-refuse、非拒答 non-refuse；不写时按工作表的名字导入各题库。",
        ),
    ] = None,
    as_json: JsonFlag = False,
) -> int:
    """把题库导入项目（替换该题库，可撤销）。"""
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
            f"{questions.BANK_NAMES[document['bank']]}：已导入 {document['taken']} 题，"
            f"没有采用 {document['rejected']} 行；题库现有 {document['total']} 题。"
        )
        _say_problems(document["problems"])
    return OK


def register(app: typer.Typer) -> None:
    """Add the commands."""
    words = typer.Typer(help="关键词表：体检、导入。", no_args_is_help=True, rich_markup_mode=None)
    words.command("audit")(keywords_audit)
    words.command("import")(keywords_import)
    app.add_typer(words, name="keywords")
    keyword_commands.register(app)
    banks = typer.Typer(help="题库：体检、导入。", no_args_is_help=True, rich_markup_mode=None)
    banks.command("audit")(questions_audit)
    banks.command("import")(questions_import)
    app.add_typer(banks, name="questions")
