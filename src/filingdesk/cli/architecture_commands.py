"""architecture template / check / import / schema / draw: the JSON description of an algorithm's architecture."""

from pathlib import Path
from typing import Annotated

import typer

from filingdesk.cli.facts_commands import Project, opened
from filingdesk.cli.output import FINDINGS, OK, JsonFlag, command, emit, note, say

_File = Annotated[Path, typer.Argument(help="架构描述文件（JSON）。", show_default=False)]
_Out = Annotated[Path | None, typer.Option("--out", "-o", help="写到这个文件；不写则显示。")]


def _write(text: str, out: Path | None) -> None:
    if out is None:
        say(text.rstrip("\n"))
        return
    from filingdesk.domain.errors import UserError
    from filingdesk.infra.files import atomic_write

    if out.exists():
        raise UserError("architecture.exists", f"“{out}”已经存在，没有覆盖。", "请换一个文件名。")
    atomic_write(out, text.encode())
    note(f"已写入 {out}")


@command
def template(project: Project, out: _Out = None) -> int:
    """按已填的产品、流程、模型生成架构描述的模板。"""
    from filingdesk.services import architecture

    with opened(project) as session:
        _write(architecture.template(session), out)
    return OK


@command
def schema(out: _Out = None) -> int:
    """架构描述的格式（JSON Schema），供编辑器提示和校验。"""
    import json

    from filingdesk.domain.architecture import schema as describe

    _write(json.dumps(describe(), ensure_ascii=False, indent=2) + "\n", out)
    return OK


@command
def check(
    file: _File,
    project: Annotated[
        Path | None, typer.Option("--project", help="与这个项目的算法名称核对。", show_default=False)
    ] = None,
    as_json: JsonFlag = False,
) -> int:
    """校验架构描述，逐条指出在第几行。"""
    from dataclasses import asdict

    from filingdesk.domain.architecture import check as judge
    from filingdesk.services import architecture

    text = architecture.read_file(file)
    algorithm = ""
    if project is not None:
        with opened(project) as session:
            algorithm = session.facts.algorithm.name.strip()
    checked = judge(text, algorithm)
    if as_json:
        emit({"ok": not checked.errors, "problems": [asdict(p) for p in checked.problems]})
    else:
        for problem in checked.problems:
            mark = "错误" if problem.severity == "error" else "提醒"
            say(
                f"{file.name}:{problem.line}: {mark} {problem.pointer or '/'} {problem.message}。{problem.hint}"
            )
        doubts = len(checked.problems) - len(checked.errors)
        say(f"错误 {len(checked.errors)} 处，提醒 {doubts} 处。")
    return FINDINGS if checked.errors else OK


@command
def import_file(project: Project, file: _File, as_json: JsonFlag = False) -> int:
    """把架构描述放进项目，文书里的架构图随之改变；有错误的不收。"""
    from filingdesk.services import architecture

    text = architecture.read_file(file)
    with opened(project, write=True) as session:
        checked = architecture.import_description(session, file.name, text)
        revision = session.revision
    if as_json:
        emit({"revision": revision, "warnings": len(checked.problems)})
    else:
        say(f"已放入项目：{file.name}（提醒 {len(checked.problems)} 处）。")
    return OK


@command
def draw(
    file: _File,
    out: Annotated[Path, typer.Option("--out", "-o", help="图片文件：.svg 或 .png。", show_default=False)],
) -> int:
    """只画架构图，存成 SVG 或 PNG。"""
    from filingdesk.domain.errors import UserError
    from filingdesk.infra.files import atomic_write
    from filingdesk.services import architecture

    drawn = architecture.draw(architecture.read_file(file), file.name, out.suffix.lower())
    if out.exists():
        raise UserError("architecture.exists", f"“{out}”已经存在，没有覆盖。", "请换一个文件名。")
    atomic_write(out, drawn)
    note(f"已写入 {out}")
    return OK


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(
        help="算法架构描述（JSON）：模板、校验、导入、画图。", no_args_is_help=True, rich_markup_mode=None
    )
    group.command("template")(template)
    group.command("check")(check)
    group.command("import")(import_file)
    group.command("schema")(schema)
    group.command("draw")(draw)
    app.add_typer(group, name="architecture")
