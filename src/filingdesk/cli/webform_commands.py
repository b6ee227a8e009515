"""webform: list, copy-sheet, export, mark."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from filingdesk.cli.facts_commands import Project, opened
from filingdesk.cli.output import FINDINGS, OK, JsonFlag, command, emit, say, table
from filingdesk.domain.errors import UserError

if TYPE_CHECKING:
    from filingdesk.services.session import Session
    from filingdesk.services.webform import Walk

FormOption = Annotated[
    str,
    typer.Option(
        "--form", help="只看一种表单：algorithm、large-model、large-model-registration。", show_default=False
    ),
]
Personal = Annotated[bool, typer.Option("--with-personal", help="写出个人信息原文；默认打码。")]


def _walks(session: "Session", form: str) -> "list[Walk]":
    from filingdesk.services import webform
    from filingdesk.services.webform_data import form as known

    return [webform.walk(session, known(form))] if form else webform.walks(session)


def _json(walks: "list[Walk]", personal: bool) -> dict[str, Any]:
    from filingdesk.services.webform_sheet import value_of

    return {
        "forms": [
            {
                "id": found.form.id,
                "title": found.form.title,
                "source": found.form.source.value,
                "note": found.form.note,
                "total": len(found.steps),
                "done": found.done,
                "changed": found.stale,
                "steps": [
                    {
                        "key": step.key,
                        "path": step.path,
                        "kind": step.kind,
                        "part": step.part,
                        "block": step.block,
                        "record": step.record,
                        "label": step.label,
                        "value": value_of(step, personal=personal),
                        "chars": step.count,
                        "state": step.state,
                        "pasted_at": step.pasted.at if step.pasted else None,
                        "pasted_by": step.pasted.who if step.pasted else None,
                        "source": step.source.value,
                    }
                    for step in found.steps
                ],
                "gone": [{"key": g.key, "label": g.label, "pasted_at": g.pasted.at} for g in found.gone],
            }
            for found in walks
        ]
    }


@command
def show(
    project: Project,
    form: FormOption = "",
    personal: Personal = False,
    as_json: JsonFlag = False,
) -> int:
    """按网页表单的顺序列出每一项、填没填过、填后改没改过。有填后改过的，退出码为 1。"""
    from filingdesk.services.webform import STATE_WORDS
    from filingdesk.services.webform_sheet import value_of

    with opened(project) as session:
        walks = _walks(session, form)
    if as_json:
        emit(_json(walks, personal))
        return FINDINGS if any(found.stale for found in walks) else OK
    for found in walks:
        say(f"{found.form.title}：共 {len(found.steps)} 项，已填 {found.done} 项，填后改过 {found.stale} 项")
        say(found.form.note)
        table(
            [
                (
                    step.block,
                    step.title,
                    " ".join(value_of(step, personal=personal).split())[:40],
                    str(step.count) if step.kind == "text" and step.value else "",
                    STATE_WORDS[step.state],
                    step.pasted.when if step.pasted else "",
                )
                for step in found.steps
            ],
            ("栏目", "字段", "内容", "字数", "状态", "填报时间"),
        )
        for gone in found.gone:
            say(f"  填过、现在已删除或不用填：{gone.label}（{gone.pasted.when}）")
        say()
    return FINDINGS if any(found.stale for found in walks) else OK


@command
def copy_sheet(project: Project, form: FormOption = "", personal: Personal = False) -> int:
    """按顺序给出可以照着复制的文字。"""
    from filingdesk.services.webform_sheet import copy_sheet as text

    with opened(project) as session:
        for found in _walks(session, form):
            say(text(found, personal=personal))
    return OK


@command
def export(
    project: Project,
    out: Annotated[Path, typer.Option("--out", help="写到这个文件：以 .xlsx 或 .txt 结尾。")],
    form: FormOption = "",
    personal: Personal = False,
    as_json: JsonFlag = False,
) -> int:
    """把填报顺序写成表格或文字。"""
    from filingdesk.infra.files import atomic_write
    from filingdesk.services import webform_sheet

    suffix = out.suffix.lower()
    if suffix not in (".xlsx", ".txt"):
        raise UserError("webform.format", f"“{out.name}”的格式写不了。", "文件名请以 .xlsx 或 .txt 结尾。")
    with opened(project) as session:
        walks = _walks(session, form)
    if suffix == ".xlsx":
        data = webform_sheet.workbook(walks, personal=personal)
    else:
        data = "\n".join(webform_sheet.copy_sheet(w, personal=personal) for w in walks).encode("utf-8-sig")
    atomic_write(out, data)
    if as_json:
        emit(
            {"file": str(out), "forms": [w.form.id for w in walks], "steps": sum(len(w.steps) for w in walks)}
        )
    else:
        say(f"已写入 {out}{'' if personal else '（个人信息已打码）'}")
    return OK


@command
def mark(
    project: Project,
    key: Annotated[str, typer.Argument(metavar="KEY", help="list 里的编号或字段路径，如 subject.name。")],
    form: Annotated[str, typer.Option("--form", help="哪一种表单。")] = "algorithm",
    undo: Annotated[bool, typer.Option("--undo", help="取消勾选。")] = False,
    as_json: JsonFlag = False,
) -> int:
    """记下一项已经填到网页上；以后改了它会提醒。"""
    from filingdesk.services import webform
    from filingdesk.services.webform_data import form as known
    from filingdesk.services.webform_files import patterns_of

    with opened(project, write=True) as session:
        chosen = known(form)
        step = webform.find(session, chosen, key)
        if undo:
            webform.unmark(session, chosen, [step.key])
        elif not step.value:
            raise UserError("webform.blank", f"「{step.title}」还没填。", "请先填写内容。")
        else:
            webform.mark(session, chosen, [step], patterns=patterns_of(session, step))
        state = webform.find(session, chosen, step.key).state
    if as_json:
        emit({"form": form, "key": step.key, "state": state})
    else:
        say(f"{step.title}：{webform.STATE_WORDS[state]}")
    return OK


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(
        help="网页填报：按备案系统网页的顺序逐项复制，记下填过什么、填后改了什么。",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    group.command("list")(show)
    group.command("copy-sheet")(copy_sheet)
    group.command("export")(export)
    group.command("mark")(mark)
    app.add_typer(group, name="webform")
