"""ask: list, add, answer, export, import."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from filingdesk.cli.facts_commands import Project, opened
from filingdesk.cli.output import FINDINGS, OK, JsonFlag, command, emit, say, table
from filingdesk.domain.errors import UserError

if TYPE_CHECKING:
    from filingdesk.services.asking import Note
    from filingdesk.services.asking_files import Answer
    from filingdesk.services.session import Session

NoteId = Annotated[str, typer.Argument(metavar="ID", help="编号，如 Q3F9A1C。")]


def _json(session: "Session", note: "Note") -> dict[str, Any]:
    from filingdesk.services import asking

    return {
        "id": note.id,
        "kind": note.kind,
        "path": asking.path_of_note(session, note) or None,
        "place": asking.place_of(session, note),
        "text": note.text,
        "who": note.who,
        "at": note.at,
        "to": note.to,
        "state": note.state if note.kind == "ask" else None,
        "answer": note.answer,
        "answered_by": note.answered_by,
        "answered_at": note.answered_at,
    }


@command
def show(
    project: Project,
    only_open: Annotated[bool, typer.Option("--open", help="只看待答的。")] = False,
    as_json: JsonFlag = False,
) -> int:
    """列出字段上的批注和问同事的问题。有待答的，退出码为 1。"""
    from filingdesk.services import asking

    with opened(project) as session:
        found = asking.open_questions(session) if only_open else asking.notes(session)
        waiting = len(asking.open_questions(session))
        if as_json:
            emit({"open": waiting, "notes": [_json(session, note) for note in found]})
        else:
            table(
                [
                    (
                        note.id,
                        asking.STATE_WORDS[note.state] if note.kind == "ask" else "批注",
                        asking.place_of(session, note),
                        note.text,
                        note.to,
                        f"{note.who} {note.when}",
                        note.answer,
                    )
                    for note in found
                ],
                ("编号", "状态", "位置", "内容", "问谁", "提出", "回答"),
            )
            say(f"共 {len(found)} 条，待答 {waiting} 条")
    return FINDINGS if waiting else OK


@command
def add(
    project: Project,
    path: Annotated[str, typer.Argument(metavar="PATH", help="字段，如 algorithm.summary。")],
    text: Annotated[str, typer.Argument(metavar="TEXT", help="要问的话，或批注。")],
    to: Annotated[str, typer.Option("--to", help="问谁。")] = "",
    comment: Annotated[bool, typer.Option("--comment", help="只是批注，不要人回答。")] = False,
    as_json: JsonFlag = False,
) -> int:
    """在字段上问同事，或写批注。"""
    from filingdesk.services import asking

    with opened(project, write=True) as session:
        note = asking.add(session, path, text, ask=not comment, to=to)
        if as_json:
            emit(_json(session, note))
        else:
            say(f"{note.id}  {asking.place_of(session, note)}")
    return OK


@command
def answer(
    project: Project,
    note_id: NoteId,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="回答。")],
    by: Annotated[str, typer.Option("--by", help="谁答的。")] = "",
    as_json: JsonFlag = False,
) -> int:
    """记下一个问题的回答；字段的内容不动。"""
    from filingdesk.services import asking

    with opened(project, write=True) as session:
        asking.answer(session, asking.find(session, note_id), text, by=by)
        note = asking.find(session, note_id)
        if as_json:
            emit(_json(session, note))
        else:
            say(f"{note.id}  已答")
    return OK


@command
def export(
    project: Project,
    out: Annotated[Path, typer.Option("--out", help="写到这个文件：以 .xlsx 或 .docx 结尾。")],
    as_json: JsonFlag = False,
) -> int:
    """把待答的问题写成表格，交给同事填写。"""
    from filingdesk.services import asking_files

    with opened(project) as session:
        count = asking_files.export(session, out)
    if as_json:
        emit({"file": str(out), "questions": count})
    else:
        say(f"已写入 {out}：{count} 个问题。请同事填好“回答”一栏，编号不要改。")
    return OK


@command
def import_answers(
    project: Project,
    file: Annotated[Path, typer.Argument(help="填好回答的 xlsx、csv 或 docx。")],
    take: Annotated[
        list[str] | None, typer.Option("--take", help="把这个编号的回答放入字段；可以写多次。")
    ] = None,
    take_clean: Annotated[
        bool, typer.Option("--take-clean", help="字段现在是空的、回答也放得进的，都放入。")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只比对，不写入。")] = False,
    as_json: JsonFlag = False,
) -> int:
    """导入回答：逐项比对导出时、回答、现在的内容；没有点名放入的，只记下回答。有冲突时退出码为 1。"""
    from filingdesk.services import asking_files

    with opened(project, write=not dry_run) as session:
        answers = asking_files.read_answers(session, file)
        chosen = {given.casefold() for given in take or ()}
        if unknown := chosen - {given.id.casefold() for given in answers}:
            raise UserError(
                "ask.take_unknown",
                f"文件里没有编号 {'、'.join(sorted(unknown)).upper()}。",
                "请核对 --take 的编号。",
            )
        if take_clean:
            chosen |= {given.id.casefold() for given in answers if given.proposed}
        if not dry_run:
            asking_files.apply(session, answers, chosen)
    if as_json:
        emit({"answers": [_answer_json(given, chosen, dry_run) for given in answers]})
    else:
        _tell(answers, chosen, dry_run)
    return FINDINGS if any(g.status == "conflict" and g.id.casefold() not in chosen for g in answers) else OK


def _answer_json(given: "Answer", chosen: set[str], dry_run: bool) -> dict[str, Any]:
    return {
        "id": given.id,
        "row": given.row,
        "place": given.place,
        "old": given.old,
        "answer": given.text,
        "current": given.now,
        "by": given.by,
        "status": given.status,
        "problem": given.problem,
        "taken": not dry_run and given.id.casefold() in chosen,
    }


def _tell(answers: "list[Answer]", chosen: set[str], dry_run: bool) -> None:
    from filingdesk.services.asking_files import STATUS_WORDS

    for given in answers:
        done = "（已放入）" if given.id.casefold() in chosen and not dry_run else ""
        say(f"{given.id}  {given.place}  {STATUS_WORDS[given.status]}{done}")
        if given.text and given.status != "same":
            say(f"    导出时：{given.old or '（空）'}")
            say(f"    回答：{given.text}")
            say(f"    现在：{given.now or '（空）'}" if not done else "    原来的内容可以撤销找回")
        if given.problem:
            say(f"    注意：{given.problem}")
    say(
        "只比对，没有写入。"
        if dry_run
        else f"已记下 {sum(bool(g.text and g.note) for g in answers)} 条回答。"
    )


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(
        help="问同事：字段上的批注和问题，导出给同事填，再逐项导入。",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    group.command("list")(show)
    group.command("add")(add)
    group.command("answer")(answer)
    group.command("export")(export)
    group.command("import")(import_answers)
    app.add_typer(group, name="ask")
