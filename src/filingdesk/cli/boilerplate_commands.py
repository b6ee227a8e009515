"""boilerplate: which paragraphs read like a template, an example, an earlier filing or another project."""

from pathlib import Path
from typing import Annotated

import typer

from filingdesk.cli.facts_commands import Project, opened
from filingdesk.cli.output import OK, JsonFlag, command, emit, say


@command
def boilerplate(
    project: Project,
    against: Annotated[
        list[Path] | None,
        typer.Option("--against", help="还与它比较：项目、文件或文件夹（可多次）；只读不写。"),
    ] = None,
    recent: Annotated[bool, typer.Option("--recent", help="还与最近打开过的其他项目比较。")] = False,
    paper: Annotated[str, typer.Option("--doc", help="只列这一份文书。")] = "",
    least: Annotated[
        float, typer.Option("--min", min=0.0, max=1.0, help="只列相似程度不低于它的段落。")
    ] = 0.6,
    as_json: JsonFlag = False,
) -> int:
    """雷同自查：逐段比较与自带模板、填写示例、以前的材料和其他项目的相似程度。"""
    from filingdesk.bootstrap import workspace
    from filingdesk.services import boilerplate as service
    from filingdesk.services.boilerplate_sources import KIND_WORDS

    space = workspace()
    given = list(against or [])
    with opened(project) as session:
        if recent:
            own = session.path.resolve()
            given += [r.path for r in space.recent() if r.exists and r.path.resolve() != own]
        found = service.examine(session, space, given)
    if as_json:
        emit(service.as_json(found))
        return OK
    say(service.DISCLAIMER)
    say("、".join(f"{word} {found.count(word)} 段" for _bound, word in service.LEVELS))
    for kind, name, count in found.sources:
        say(f"比较了{KIND_WORDS[kind]}：{name}（{count} 段）")
    for skipped in found.skipped:
        say(f"没有读 {skipped.name}：{skipped.reason}")
    shown = [p for p in found.paragraphs if p.score >= least and paper in ("", p.paper)]
    for each in shown:
        say(f"\n{each.score:.0%} {each.level}  《{each.title}》{each.place}\n  {_short(each.text)}")
        if each.match is not None:
            say(f"  最像{each.match.kind_word}：{each.match.where} {each.match.place}")
        if each.advice:
            say(f"  {each.advice}")
    say(f"\n共 {len(shown)} 段不低于 {least:.0%}。")
    return OK


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 80 else f"{flat[:80]}…"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("boilerplate")(boilerplate)
