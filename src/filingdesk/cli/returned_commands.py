"""papers return: what comes back from the lawyer, compared and taken over one by one."""

from pathlib import Path
from typing import Annotated, Any

import typer

from filingdesk.cli import versions_commands
from filingdesk.cli.facts_commands import Project, opened
from filingdesk.cli.output import OK, JsonFlag, command, emit, progress, say
from filingdesk.cli.versions_commands import short

Returned = Annotated[
    Path, typer.Argument(metavar="FILE.docx", help="律师改过的 Word 文件。", show_default=False)
]
PaperOption = Annotated[str, typer.Option("--paper", help="文书编号；文件里的标记丢失时要写明。")]


@command
def back(
    project: Project,
    file: Returned,
    accept: Annotated[
        list[str] | None, typer.Option("--accept", help="采用这一处改动（字段路径或编号）；可以写几次。")
    ] = None,
    accept_all: Annotated[
        bool, typer.Option("--accept-all", help="采用全部没有冲突的改动；删去的段落不在其内。")
    ] = False,
    paper: PaperOption = "",
    anyway: Annotated[bool, typer.Option("--anyway", help="文件像是别的项目导出的，也照样比较。")] = False,
    as_json: JsonFlag = False,
) -> int:
    """读回律师改过的文书：字段、文字、结构各改了什么，逐处采用。不写 --accept 时只比较，不改项目。"""
    from filingdesk.services import roundtrip

    wants = bool(accept or accept_all)
    with opened(project, write=wants) as session, progress("比较退回稿", quiet=as_json) as report:
        found = roundtrip.read(session, file, paper=paper, anyway=anyway, report=report)
        taken: list[str] = [*(accept or ()), *(found.takeable if accept_all else ())]
        label = ""
        if wants and (taken or not accept_all):
            label = roundtrip.accept(session, found, taken).label
    if as_json:
        emit({**_plain(found), "accepted": taken if label else [], "label": label})
        return OK
    _tell(found)
    if label:
        say(f"已采用 {len(taken)} 处，可以撤销。")
    elif wants:
        say("没有可以直接采用的改动，项目没有变。")
    return OK


def _tell(found: Any) -> None:
    from filingdesk.services.roundtrip import STATE_WORDS
    from filingdesk.services.roundtrip_words import KIND_WORDS

    said = f"与第 {found.export} 次导出比较" if found.export else "没有导出记录可比"
    say(f"《{found.title}》：{said}，{found.same} 段没有变。图片、页眉页脚和格式不参加比较。")
    for notice in found.notices:
        say(f"注意：{notice}")
    if found.nothing:
        say("没有改动。")
    if found.facts:
        say(f"\n字段（{len(found.facts)} 处）")
    for each in found.facts:
        say(f"  {each.id}  {each.label}  [{STATE_WORDS[each.state]}]")
        say(f"    原：{short(each.shown_old) or '（空）'}")
        say(f"    改：{short(each.shown_new) or '（空）'}")
        if each.state == "conflict":
            say(f"    现：{short(_words(each.now)) or '（空）'}")
        if each.note:
            say(f"    {each.note}")
    if found.words:
        say(f"\n文字（{len(found.words)} 处）")
    for change in found.words:
        say(f"  {change.id}  {change.place}  [{STATE_WORDS[change.state]}]")
        say(f"    原：{short(change.old)}")
        say(f"    改：{short(change.new)}")
        if change.state == "conflict":
            say(f"    现：{short(change.now)}")
        if change.note:
            say(f"    {change.note}")
    if found.structure:
        say(f"\n结构（{len(found.structure)} 处）")
    for part in found.structure:
        say(f"  {part.id}  {KIND_WORDS[part.kind]}  {part.place}  [{STATE_WORDS[part.state]}]")
        say(f"    {short(part.text)}")
        if part.note:
            say(f"    {part.note}")
    if found.revisions:
        say(f"\n修订标记（{len(found.revisions)} 处）")
    for mark in found.revisions:
        say(
            f"  {mark.kind}  {mark.author or '（未署名）'}  {mark.date[:10]}  {mark.place}：{short(mark.text)}"
        )
    if found.comments:
        say(f"\n批注（{len(found.comments)} 条）")
    for comment in found.comments:
        about = f"“{short(comment.about, 30)}”：" if comment.about else ""
        say(
            f"  {comment.author or '（未署名）'}  {comment.date[:10]}  {comment.place}  {about}{short(comment.text)}"
        )


def _words(value: Any) -> str:
    return "、".join(value) if isinstance(value, list) else str(value)


def _plain(found: Any) -> dict[str, Any]:
    """The comparison as JSON."""
    return {
        "file": found.name,
        "paper": found.paper,
        "title": found.title,
        "base": found.base,
        "export": found.export or None,
        "unchanged": found.same,
        "facts": [
            {
                "id": f.id,
                "path": f.path,
                "label": f.label,
                "old": f.old,
                "new": f.new,
                "now": f.now,
                "shown_old": f.shown_old,
                "shown_new": f.shown_new,
                "state": f.state,
                "note": f.note,
                "places": list(f.places),
                "elsewhere": f.elsewhere,
            }
            for f in found.facts
        ],
        "words": [
            {
                "id": w.id,
                "place": w.place,
                "old": w.old,
                "new": w.new,
                "now": w.now,
                "state": w.state,
                "note": w.note,
                "lost": list(w.lost),
            }
            for w in found.words
        ],
        "structure": [
            {"id": s.id, "kind": s.kind, "place": s.place, "text": s.text, "state": s.state, "note": s.note}
            for s in found.structure
        ],
        "revisions": [vars(r) for r in found.revisions],
        "comments": [vars(c) for c in found.comments],
        "notices": list(found.notices),
    }


def add_to(group: typer.Typer) -> None:
    """Add the commands to the group `papers`."""
    group.command("return")(back)
    versions_commands.add_to(group)
    own = typer.Typer(help="本项目改写的段落。", no_args_is_help=True, rich_markup_mode=None)
    own.command("list")(versions_commands.listed)
    own.command("drop")(versions_commands.dropped)
    own.command("keep")(versions_commands.held)
    group.add_typer(own, name="overrides")


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(
        help="文书往返：读回律师改过的稿子，比较几次导出，出修订稿。",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    add_to(group)
    app.add_typer(group, name="papers")
