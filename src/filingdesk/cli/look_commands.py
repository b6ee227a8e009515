"""look set / show / clear: the company's own look, taken from a Word file of theirs."""

from pathlib import Path
from typing import Annotated, Any

import typer

from filingdesk.cli.facts_commands import Project, opened
from filingdesk.cli.output import OK, JsonFlag, command, emit, say

_File = Annotated[Path, typer.Argument(help="本单位平时用的 Word 文件（.docx）。", show_default=False)]


@command
def set_look(project: Project, file: _File, as_json: JsonFlag = False) -> int:
    """采用本单位格式：字体、字号、行距、页边距、页眉、页脚和图标；可以撤销。"""
    from filingdesk.services import looks

    data, look = looks.look_at(file)
    with opened(project, write=True) as session:
        looks.put_on(session, file.name, data, look)
    if as_json:
        emit(_data(look))
        return OK
    say(f"已采用“{file.name}”的格式，以后生成的文书都用它。")
    _tell(look)
    return OK


@command
def show(project: Project, as_json: JsonFlag = False) -> int:
    """现在用的是什么格式：取了什么，没取什么，为什么。"""
    from filingdesk.services import looks

    with opened(project) as session:
        look = looks.of_project(session)
    if as_json:
        emit(_data(look) if look else {"file": None})
        return OK
    if look is None:
        say("用的是自带格式。用 look set 采用本单位格式。")
        return OK
    say(f"用的是“{look.name}”的格式。")
    _tell(look)
    return OK


@command
def clear(project: Project, as_json: JsonFlag = False) -> int:
    """恢复自带格式；可以撤销。"""
    from filingdesk.services import looks

    with opened(project, write=True) as session:
        done = looks.clear(session)
    if as_json:
        emit({"changed": done is not None})
    else:
        say("已恢复自带格式。" if done else "用的就是自带格式。")
    return OK


@command
def example(
    file: _File,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="写到这个 .docx 或 .pdf 文件。", show_default=False)
    ],
) -> int:
    """先看样子：用这份文件的格式生成一页示例，不改动项目。"""
    from filingdesk.domain.errors import UserError
    from filingdesk.infra.files import atomic_write
    from filingdesk.services import looks

    if out.suffix.lower() not in {".docx", ".pdf"}:
        raise UserError("look.format", f"不能写成“{out.suffix or '没有后缀'}”的文件。", "可用 .docx、.pdf。")
    if out.exists():
        raise UserError("look.exists", f"“{out}”已经存在，没有覆盖。", "请换一个文件名。")
    _bytes, look = looks.look_at(file)
    atomic_write(out, looks.example(look) if out.suffix.lower() == ".docx" else looks.example_pdf(look))
    say(f"已写入 {out}")
    _tell(look)
    return OK


def _tell(look: Any) -> None:
    from filingdesk.documents.look import NOT_IN_PDF

    for what, how in look.taken:
        say(f"  取用  {what}：{how}")
    for what, why in look.left_out:
        say(f"  未取  {what}：{why}")
    say(NOT_IN_PDF)


def _data(look: Any) -> dict[str, Any]:
    return {
        "file": look.name,
        "sha256": look.sha256,
        "taken": [{"what": what, "how": how} for what, how in look.taken],
        "left_out": [{"what": what, "why": why} for what, why in look.left_out],
    }


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(
        help="本单位格式：用自己的 Word 文件的样式、页眉页脚和图标。",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    group.command("set")(set_look)
    group.command("show")(show)
    group.command("clear")(clear)
    group.command("example")(example)
    app.add_typer(group, name="look")
