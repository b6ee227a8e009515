"""templates list / show / copy / edit / check / diff / update / restore: the officer's own templates of the papers."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from filingdesk.cli.facts_commands import Project, opened
from filingdesk.cli.output import OK, USER, JsonFlag, command, emit, note, say, table

if TYPE_CHECKING:
    from filingdesk.documents.faults import Fault
    from filingdesk.services.session import Session
    from filingdesk.services.template_merge import DiffLine
    from filingdesk.services.templates import Text

_Paper = Annotated[
    str, typer.Argument(metavar="PAPER", help="文书编号，见 templates list。", show_default=False)
]
_Body = Annotated[
    Path | None, typer.Option("--body", help="正文 body.md 的新内容；不写则沿用。", show_default=False)
]
_Yaml = Annotated[
    Path | None, typer.Option("--yaml", help="paper.yaml 的新内容；不写则沿用。", show_default=False)
]
_CONTEXT = 2


@command
def list_templates(project: Project, as_json: JsonFlag = False) -> int:
    """列出每份文书的模板：自带的、改过的、自带模板有更新的。"""
    from filingdesk.services import templates

    with opened(project) as session:
        states = templates.states(session)
    if as_json:
        rows = [
            {
                "id": s.id,
                "title": s.title,
                "stage": s.stage,
                "state": s.state,
                "sha256": s.sha256,
                "draft": s.draft,
                "editable": not s.fixed,
                "who": s.who,
                "at": s.at,
            }
            for s in states
        ]
        emit({"templates": rows})
        return OK
    table(
        [
            (
                s.id,
                s.title,
                templates.STATE_WORDS[s.state] + ("（有未生效的草稿）" if s.draft else ""),
                f"{s.who} {s.at[:16].replace('T', ' ')}".strip(),
                s.sha256[:12],
            )
            for s in states
        ],
        ("编号", "文书", "模板", "最近修改", "SHA-256"),
    )
    return OK


@command
def show(
    project: Project,
    paper: _Paper,
    file: Annotated[
        Literal["body.md", "paper.yaml"], typer.Option("--file", help="看哪个文件。")
    ] = "body.md",
    shipped: Annotated[bool, typer.Option("--shipped", help="看自带的，不看改过的。")] = False,
    as_json: JsonFlag = False,
) -> int:
    """显示一份模板的内容。"""
    from filingdesk.services import templates

    with opened(project) as session:
        state = templates.state(session, paper)
        text = templates.shipped_text(paper) if shipped else templates.text_in_use(session, paper)
    if as_json:
        emit(
            {"id": paper, "state": state.state, "sha256": state.sha256, "yaml": text.yaml, "body": text.body}
        )
    else:
        say(text.file(file).rstrip("\n"))
    return OK


@command
def copy(
    project: Project,
    paper: _Paper,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="把两个文件写到这个文件夹，改好后用 templates edit 收回。"),
    ] = None,
    as_json: JsonFlag = False,
) -> int:
    """把自带模板复制成项目自己的，供修改；已有自己的就不动它。"""
    from filingdesk.domain.errors import UserError
    from filingdesk.infra.files import atomic_write
    from filingdesk.services import templates

    with opened(project, write=True) as session:
        made = templates.copy(session, paper) is not None
        text = templates.text_in_use(session, paper)
    written = []
    if out is not None:
        files = {out / "body.md": text.body, out / "paper.yaml": text.yaml}
        if there := next((path for path in files if path.exists()), None):
            raise UserError("template.exists", f"“{there}”已经存在，没有覆盖。", "请换一个文件夹。")
        out.mkdir(parents=True, exist_ok=True)
        for path, words in files.items():
            atomic_write(path, words.encode())
            written.append(str(path))
    if as_json:
        emit({"id": paper, "copied": made, "files": written})
        return OK
    say(f"已复制成项目自己的模板：{paper}。" if made else f"项目里已有自己的模板：{paper}。")
    for name in written:
        note(f"已写入 {name}")
    return OK


def _text(session: "Session", paper: str, body: Path | None, yaml: Path | None) -> "Text":
    """The text in use with what the files say in its place."""
    from filingdesk.services import templates

    text = templates.text_in_use(session, paper)
    return templates.Text(
        templates.read_file(yaml) if yaml else text.yaml, templates.read_file(body) if body else text.body
    )


def _tell_faults(faults: "tuple[Fault, ...]", *, as_json: bool, taken: str) -> int:
    if as_json:
        rows = [{"file": f.file, "line": f.line, "message": f.message, "hint": f.hint} for f in faults]
        emit({"ok": not faults, "faults": rows})
    for fault in faults if not as_json else ():
        note(f"{fault.file}:{fault.line or '-'}: {fault.message.lstrip('：')}。{fault.hint}")
    if faults:
        note(f"模板有 {len(faults)} 处错误{taken}。")
    return USER if faults else OK


@command
def edit(
    project: Project, paper: _Paper, body: _Body = None, yaml: _Yaml = None, as_json: JsonFlag = False
) -> int:
    """用文件里的内容作为项目自己的模板；有错误的不收，逐条指出文件和行。"""
    from filingdesk.domain.errors import UserError
    from filingdesk.services import papers, templates

    if body is None and yaml is None:
        raise UserError("template.nothing", "没有写出要收的文件。", "请写 --body 或 --yaml。")
    with opened(project, write=True) as session:
        text = _text(session, paper, body, yaml)
        if reason := templates.state(session, paper).fixed:
            raise UserError("template.fixed", reason)
        faults = templates.check(papers.Desk(session), paper, text)
        if not faults:
            templates.save(session, paper, text, ())
        state = templates.state(session, paper)
    if faults:
        return _tell_faults(faults, as_json=as_json, taken="，没有收进项目")
    if as_json:
        emit({"ok": True, "faults": [], "state": state.state, "sha256": state.sha256})
    else:
        say(f"已用作《{state.title}》的模板（{templates.STATE_WORDS[state.state]}）。")
    return OK


@command
def check(
    project: Project, paper: _Paper, body: _Body = None, yaml: _Yaml = None, as_json: JsonFlag = False
) -> int:
    """检查模板：语法、字段名，并用项目的、空白的、填满的内容各排一遍。"""
    from filingdesk.services import papers, templates

    with opened(project) as session:
        faults = templates.check(papers.Desk(session), paper, _text(session, paper, body, yaml))
    if not faults and not as_json:
        say("模板没有错误。")
    return _tell_faults(faults, as_json=as_json, taken="")


@command
def diff(
    project: Project,
    paper: _Paper,
    upstream: Annotated[bool, typer.Option("--upstream", help="看复制之后自带模板更新了什么。")] = False,
    as_json: JsonFlag = False,
) -> int:
    """逐行比较自带模板和项目自己的模板。"""
    from filingdesk.services import templates

    with opened(project) as session:
        templates.state(session, paper)
        if upstream:
            found = templates.upstream(session, paper)
            changes = dict(found.changes) if found else {}
            merged = found is not None and found.merged is not None
        else:
            changes, merged = templates.compare(session, paper), False
    if as_json:
        rows = {
            name: [
                {"kind": x.kind, "old": x.old, "new": x.new, "text": x.text}
                for x in lines
                if x.kind != "same"
            ]
            for name, lines in changes.items()
        }
        emit({"files": rows, **({"mergeable": merged} if upstream else {})})
        return OK
    if not changes:
        say("自带模板没有更新。" if upstream else "与自带模板相同。")
    for name, lines in changes.items():
        say(f"--- {name}")
        _print(lines)
    if upstream and changes:
        say("可以自动合并。" if merged else "两边改了同样的地方，不能自动合并。")
    return OK


def _print(lines: "tuple[DiffLine, ...]") -> None:
    """Changed lines with a little of what stands around them."""
    marks = {"same": " ", "gone": "-", "added": "+"}
    changed = [at for at, line in enumerate(lines) if line.kind != "same"]
    last = -1
    for at, line in enumerate(lines):
        if not any(abs(at - place) <= _CONTEXT for place in changed):
            continue
        if last >= 0 and at > last + 1:
            say("  …")
        say(f"{marks[line.kind]} {line.new or line.old:>4} {line.text}")
        last = at


@command
def update(
    project: Project,
    paper: _Paper,
    how: Annotated[
        Literal["merge", "take", "keep"],
        typer.Option(
            "--how", help="merge 合并两边；take 用新的自带模板；keep 保留自己的。", show_default=False
        ),
    ],
    as_json: JsonFlag = False,
) -> int:
    """自带模板有更新时：合并、采用新的，或保留自己的。"""
    from filingdesk.services import templates

    with opened(project, write=True) as session:
        saved = templates.follow(session, paper, how)
        state = templates.state(session, paper)
    if saved.faults:
        return _tell_faults(saved.faults, as_json=as_json, taken="，合并的结果留作草稿，没有生效")
    if as_json:
        emit({"id": paper, "state": state.state, "sha256": state.sha256})
    else:
        say(f"《{state.title}》的模板：{templates.STATE_WORDS[state.state]}。")
    return OK


@command
def restore(project: Project, paper: _Paper, as_json: JsonFlag = False) -> int:
    """放弃项目自己的模板，恢复自带的（在窗口里可以撤销）。"""
    from filingdesk.services import templates

    with opened(project, write=True) as session:
        done = templates.restore(session, paper) is not None
    answer: dict[str, Any] = {"id": paper, "restored": done}
    if as_json:
        emit(answer)
    else:
        say("已恢复自带模板。" if done else "本来就是自带模板。")
    return OK


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(
        help="文书模板：查看、复制、修改、检查、比较、恢复。", no_args_is_help=True, rich_markup_mode=None
    )
    group.command("list")(list_templates)
    group.command("show")(show)
    group.command("copy")(copy)
    group.command("edit")(edit)
    group.command("check")(check)
    group.command("diff")(diff)
    group.command("update")(update)
    group.command("restore")(restore)
    app.add_typer(group, name="templates")
