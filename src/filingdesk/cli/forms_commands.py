"""forms check / add / list / fields / fill / remove: whole Word forms of an office with placeholders."""

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from filingdesk.cli.facts_commands import Project, opened
from filingdesk.cli.output import FINDINGS, OK, JsonFlag, command, emit, note, say

_File = Annotated[
    Path,
    typer.Argument(help="Word 表单（.docx），里面写有 {{ 算法名称 }} 这样的占位符。", show_default=False),
]
_Form = Annotated[
    str, typer.Argument(metavar="FORM", help="自备表单的编号，见 forms list。", show_default=False)
]


@command
def check(file: _File, as_json: JsonFlag = False) -> int:
    """列出表单里的占位符：认识的、不认识的（附相近的字段）、写错的。"""
    from dataclasses import asdict

    from filingdesk.services import forms

    _data_of_file, found = forms.look_at(file)
    if as_json:
        emit({"ok": found.ok, **asdict(found)})
        return OK if found.ok else FINDINGS
    for each in found.placeholders:
        mark = "可填" if each.known else "不认识"
        say(f"{mark}  {each.where}  {each.text}  {each.meaning if each.known else each.message}")
    for line in found.notes:
        say(f"提醒  {line}")
    for line in found.problems:
        say(f"问题  {line}")
    unknown = sum(not each.known for each in found.placeholders)
    say(f"占位符 {len(found.placeholders)} 个，不认识 {unknown} 个，写法问题 {len(found.problems)} 处。")
    return OK if found.ok else FINDINGS


@command
def add(
    project: Project,
    file: _File,
    title: Annotated[str, typer.Option("--title", help="在文书里叫什么；默认用文件名。")] = "",
    stage: Annotated[
        Literal["algorithm", "large-model"], typer.Option("--stage", help="算法备案或大模型备案。")
    ] = "algorithm",
    folder: Annotated[str, typer.Option("--folder", help="放在提交包的哪个文件夹。")] = "",
    as_json: JsonFlag = False,
) -> int:
    """把一份 Word 表单放进项目，以后和其他文书一起生成；有不认识的占位符时不收。"""
    from filingdesk.services import forms

    data, checked = forms.look_at(file)
    with opened(project, write=True) as session:
        form = forms.add(session, file.name, data, title=title, stage=stage, folder=folder, checked=checked)
    if as_json:
        emit({**_data(form), "notes": list(checked.notes)})
        return OK
    for line in checked.notes:
        note(line)
    say(f"已放入自备表单 {form.id}：《{form.title}》，占位符 {len(checked.placeholders)} 个。")
    return OK


@command
def list_forms(project: Project, as_json: JsonFlag = False) -> int:
    """列出项目里的自备表单。"""
    from filingdesk.services import forms

    with opened(project) as session:
        found = forms.listed(session)
    if as_json:
        emit({"forms": [_data(form) for form in found]})
        return OK
    for form in found:
        where = "算法备案" if form.stage == "algorithm" else "大模型备案"
        say(f"{form.id}  《{form.title}》  {where}  {form.folder}  {form.file}  {form.sha256[:16]}")
    if not found:
        say("还没有自备表单。用 forms add 放入。")
    return OK


@command
def fields(
    words: Annotated[list[str] | None, typer.Argument(help="按中文名称查，可写几个词。")] = None,
    as_json: JsonFlag = False,
) -> int:
    """查字段：中文名称、位置和在表单里的写法。"""
    from dataclasses import asdict

    from filingdesk.services import forms

    found = forms.find_fields(" ".join(words or ()))
    if as_json:
        emit({"fields": [asdict(each) for each in found]})
        return OK
    for each in found:
        say(f"{each.trail}  {each.placeholder}  （{each.pattern}）")
    if not found:
        say("没有找到，请换一个词。")
    return OK


@command
def fill(
    project: Project,
    form: _Form,
    out: Annotated[Path, typer.Option("--out", "-o", help="写到这个文件夹。")] = Path(),
    draft: Annotated[bool, typer.Option("--draft", help="草稿：缺的内容在原处标红。")] = False,
    as_json: JsonFlag = False,
) -> int:
    """填一份自备表单。"""
    from filingdesk.services import forms, papers

    with opened(project) as session:
        known = forms.by_id(session, form)
        built = papers.build(session, out, paper_ids=[known.paper_id], draft=draft)
    if as_json:
        emit({"files": [{"paper": b.paper, "path": str(b.path), "gaps": b.gaps} for b in built]})
        return OK
    for each in built:
        say(f"{each.path}{f'（缺 {each.gaps} 项）' if each.gaps else ''}")
    return OK


@command
def remove(project: Project, form: _Form, as_json: JsonFlag = False) -> int:
    """从项目里移除一份自备表单；可以撤销。"""
    from filingdesk.services import forms

    with opened(project, write=True) as session:
        known = forms.by_id(session, form)
        forms.remove(session, known.id)
    if as_json:
        emit(_data(known))
    else:
        say(f"已移除自备表单《{known.title}》。")
    return OK


def _data(form: Any) -> dict[str, Any]:
    return {
        "id": form.id,
        "paper": form.paper_id,
        "title": form.title,
        "stage": form.stage,
        "folder": form.folder,
        "file": form.file,
        "sha256": form.sha256,
    }


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(
        help="自备的 Word 表单：查字段、检查占位符、放入、填写。", no_args_is_help=True, rich_markup_mode=None
    )
    group.command("check")(check)
    group.command("add")(add)
    group.command("list")(list_forms)
    group.command("fields")(fields)
    group.command("fill")(fill)
    group.command("remove")(remove)
    app.add_typer(group, name="forms")
