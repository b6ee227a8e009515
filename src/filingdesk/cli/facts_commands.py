"""new, facts export / import / get / set, number."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from filingdesk.cli.output import FINDINGS, OK, JsonFlag, command, emit, note, say
from filingdesk.domain.errors import UserError

if TYPE_CHECKING:
    from filingdesk.services.session import Session

Project = Annotated[Path, typer.Argument(help="项目文件（.fdproj）。", show_default=False)]


@contextmanager
def opened(path: Path, *, write: bool = False) -> "Iterator[Session]":
    """The project, closed again whatever happens; `write` refuses a project that can only be read."""
    from filingdesk.bootstrap import workspace

    session = workspace().open(path, read_only=not write)
    try:
        if write and session.read_only:
            holder = session.locked_by
            who = f"正由{holder.who or '另一个程序'}（{holder.host}）使用" if holder else "只能读取"
            raise UserError(
                "project.read_only",
                f"项目“{path}”{who}，不能修改。",
                "请先在那边关闭项目，或换到可写的位置。",
            )
        yield session
    finally:
        for sentence in session.notices():
            note(sentence)
        session.close()


@command
def new(
    project: Annotated[Path, typer.Argument(help="要新建的项目文件；已有的文件不会被覆盖。")],
    sample: Annotated[bool, typer.Option("--sample", help="填入完整的示例备案。")] = False,
    source: Annotated[
        Path | None, typer.Option("--from", help="用这个事实文件（YAML 或 JSON）填写。")
    ] = None,
    as_json: JsonFlag = False,
) -> int:
    """新建一个项目文件。"""
    from filingdesk.bootstrap import workspace
    from filingdesk.services import facts_io

    if sample and source:
        raise UserError("new.both", "--sample 和 --from 只能选一个。", "请去掉其中一个。")
    read = facts_io.read_facts(source) if source else None
    if read and source:
        facts_io.refuse_problems(read, source.name)
    if sample:
        from filingdesk.services.demo import create_sample

        session = create_sample(workspace(), project)
    else:
        session = workspace().create(project)
    try:
        if read and source:
            session.replace_facts(read.facts, f"导入事实「{source.name}」")
        path = session.path
    finally:
        session.close()
    if as_json:
        emit({"project": str(path)})
    else:
        say(f"已新建 {path}")
    return OK


@command
def facts_export(
    project: Project,
    target: Annotated[
        Path | None, typer.Argument(help="写到这个文件（.yaml 或 .json）；不写则输出到屏幕。")
    ] = None,
    as_json: JsonFlag = False,
) -> int:
    """导出全部事实。"""
    from filingdesk.services import facts_io

    with opened(project) as session:
        if target is None:
            typer.echo(facts_io.dump_facts(session.facts, as_json=as_json), nl=False)
            return OK
        facts_io.export_facts(session, target)
    if as_json:
        emit({"written": str(target)})
    else:
        say(f"已导出到 {target}")
    return OK


@command
def facts_import(
    project: Project,
    source: Annotated[Path, typer.Argument(help="事实文件（YAML 或 JSON）。")],
    replace: Annotated[
        bool,
        typer.Option(
            "--replace", help="用文件内容整体替换；默认只覆盖文件里写了的字段，空白不会清掉已有内容。"
        ),
    ] = False,
    as_json: JsonFlag = False,
) -> int:
    """导入事实；一次撤销即可退回。"""
    from filingdesk.services import facts_io

    with opened(project, write=True) as session:
        changes, _read = facts_io.import_facts(session, source, replace=replace)
    count = len(changes.keys) if changes else 0
    if as_json:
        emit({"changed": count})
    else:
        say(f"已导入，{count} 处有变化。" if count else "内容与项目相同，没有变化。")
    return OK


@command
def facts_get(
    project: Project,
    path: Annotated[str, typer.Argument(help="字段，如 algorithm.name。")],
    as_json: JsonFlag = False,
) -> int:
    """读取一个字段、一组字段或一个列表。"""
    with opened(project) as session:
        value = _plain(session.value(path), path)
    if as_json:
        emit({"path": path, "value": value})
    elif isinstance(value, str):
        say(value)
    elif isinstance(value, list) and all(isinstance(v, str) for v in value):
        for line in value:
            say(line)
    else:
        import yaml

        typer.echo(yaml.safe_dump(value, allow_unicode=True, sort_keys=False), nl=False)
    return OK


def _plain(value: Any, path: str) -> Any:
    from pydantic import BaseModel

    if isinstance(value, BaseModel):
        return {k: _plain(v, path) for k, v in value.model_dump().items() if v not in ("", [], {})}
    if isinstance(value, list):
        return [_plain(v, path) for v in value]
    if isinstance(value, dict):
        return {k: _plain(v, path) for k, v in value.items() if v not in ("", [], {})}
    return value


@command
def facts_set(
    project: Project,
    path: Annotated[str, typer.Argument(help="字段，如 algorithm.name。")],
    value: Annotated[list[str], typer.Argument(help="新的值；多选字段可写多个。空字符串清除。")],
    as_json: JsonFlag = False,
) -> int:
    """修改一个字段。"""
    from filingdesk.domain.specs import FieldSpec, spec_of

    spec = spec_of(path)
    with opened(project, write=True) as session:
        if isinstance(spec, FieldSpec) and spec.is_list:
            changes = session.set(path, [v for v in value if v])
        elif len(value) > 1:
            raise UserError(
                "facts.type", f"“{path}”只能有一个值，这里给了 {len(value)} 个。", "含空格的值请加引号。"
            )
        else:
            changes = session.set(path, value[0])
    if as_json:
        emit({"path": path, "changed": changes is not None})
    else:
        say("已保存。" if changes else "与原值相同，没有变化。")
    return OK


@command
def number(
    text: Annotated[str, typer.Argument(metavar="NUMBER", help="算法备案号或大模型备案号、登记号。")],
    as_json: JsonFlag = False,
) -> int:
    """解析一个备案号。"""
    from filingdesk.domain.numbers import parse_number

    parsed = parse_number(text)
    if as_json:
        emit(
            {
                "kind": parsed.kind,
                "valid": parsed.valid,
                "parts": parsed.parts,
                "warnings": list(parsed.warnings),
            }
        )
    else:
        _say_number(parsed.kind, parsed.parts, parsed.warnings)
    return OK if parsed.valid else FINDINGS


_KINDS = {
    "algorithm": "算法备案号",
    "large-model-filing": "大模型备案号",
    "large-model-registration": "大模型登记号",
    "unknown": "不是已知的备案号",
}
_PARTS = {
    "region": "行政区划",
    "subject": "主体序号",
    "class": "类别代码",
    "class_name": "类别",
    "year": "年份",
    "serial": "序号",
    "check": "校验位",
    "place": "地区",
    "name": "名称",
    "date": "日期",
}


def _say_number(kind: str, parts: dict[str, str], warnings: tuple[str, ...]) -> None:
    say(_KINDS[kind])
    for key, value in parts.items():
        if value:
            say(f"  {_PARTS.get(key, key)}:{value}")
    if kind == "algorithm":
        say("  各段含义由公开编号推导，仅供参考。")
    for warning in warnings:
        say(f"提醒：{warning}")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("new")(new)
    group = typer.Typer(help="事实：导出、导入、读取、修改。", no_args_is_help=True, rich_markup_mode=None)
    group.command("export")(facts_export)
    group.command("import")(facts_import)
    group.command("get")(facts_get)
    group.command("set")(facts_set)
    app.add_typer(group, name="facts")
    app.command("number")(number)
