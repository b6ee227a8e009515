"""industries: list, show, set."""

from pathlib import Path
from typing import Annotated

import typer

from filingdesk.cli.facts_commands import Project, opened
from filingdesk.cli.output import OK, JsonFlag, command, emit, say, table
from filingdesk.domain.errors import UserError


@command
def industries_list(
    project: Annotated[
        Path | None, typer.Option("--project", help="同时列出这个项目选了哪些、答了多少。")
    ] = None,
    as_json: JsonFlag = False,
) -> int:
    """列出八个行业补充，以及项目选了哪些、答了多少。"""
    from filingdesk.services import industries

    standing = {}
    if project is not None:
        with opened(project) as session:
            standing = {s.id: s for s in industries.standing(session.facts)}
    found = industries.all_industries()
    if as_json:
        emit(
            {
                "industries": [
                    {
                        "id": each.id,
                        "name": each.name,
                        "version": each.data.version,
                        "questions": len(each.data.questions),
                        "risks": len(each.data.risks),
                        "evidence": len(each.data.evidence),
                        "rules": len(each.data.rules),
                        "summary": each.data.summary,
                        "project": _standing(standing.get(each.id)),
                    }
                    for each in found
                ]
            }
        )
        return OK
    for each in found:
        data = each.data
        say(
            f"{each.name}（{each.id}）  问题 {len(data.questions)}、风险 {len(data.risks)}、"
            f"佐证 {len(data.evidence)}、规则 {len(data.rules)}\n    {data.summary}"
        )
        mine = standing.get(each.id)
        if mine is not None and mine.chosen:
            say(f"    已选：答了 {mine.answered}/{mine.asked}，佐证 {mine.given}/{mine.proofs}")
        elif mine is not None and mine.kept:
            say(f"    没有选，保留着 {mine.kept} 处答案；重新选上就回来")
    say("\n全部是实务建议，不是法律条文。")
    return OK


def _standing(mine: object) -> dict[str, object] | None:
    from dataclasses import asdict

    from filingdesk.services.industries import Standing

    return asdict(mine) if isinstance(mine, Standing) else None


@command
def industries_show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="行业名称或编号，如 金融、finance。")],
    as_json: JsonFlag = False,
) -> int:
    """一个行业的问题、风险、佐证、规则和待核实的相关规定。"""
    from filingdesk.domain.report import SEVERITY_WORDS
    from filingdesk.services import industries

    each = industries.find(name)
    document = industries.as_json(each)
    if as_json:
        emit(document)
        return OK
    say(f"{each.name}  {each.data.version}  〔实务〕\n{each.data.summary}\n")
    say("问题")
    for q in document["questions"]:
        say(f"  {q['label']}（{q['path']}）\n      {q['help']}")
        if q["good"]:
            say(f"      好的写法：{q['good']}")
    say("\n风险")
    for r in document["risks"]:
        say(f"  {r['title']}（{r['path']}；关联 {'、'.join(r['risks31'])}）\n      {r['text']}")
    say("\n佐证")
    for p in document["evidence"]:
        say(f"  {p['label']}（{p['path']}）：{p['help']}")
    say("\n规则")
    table(
        [(r.id, r.title, SEVERITY_WORDS[r.severity], r.source.badge) for r in each.data.rules],
        ("编号", "规则", "级别", "来源"),
    )
    say("\n相关规定（待核实：没有核对过原文，不作判断依据）")
    for pointer in document["pointers"]:
        say(f"  {pointer['name']}：{pointer['about']}")
    return OK


@command
def industries_set(
    project: Project,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="行业名称或编号，可写多个。")
    ] = None,
    none: Annotated[bool, typer.Option("--none", help="不选任何行业；已填的答案保留。")] = False,
    as_json: JsonFlag = False,
) -> int:
    """选定项目的行业（没写到的取消选择，答案保留）；一次撤销即可退回。"""
    from filingdesk.services import industries

    if bool(names) == none:
        raise UserError("industry.none", "没有写要选哪些行业。", "写上行业名称，或者用 --none 一个都不选。")
    with opened(project, write=True) as session:
        changes = industries.choose(session, names or [])
        chosen = list(session.facts.industry.sectors)
        kept = industries.kept_answers(session.facts)
    if as_json:
        emit({"changed": bool(changes), "sectors": chosen, "kept": kept})
        return OK
    say(f"已选：{'、'.join(chosen)}。" if chosen else "没有选任何行业。")
    for name, count in kept.items():
        say(f"{name}没有选，保留着 {count} 处答案；重新选上就回来。")
    return OK


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    group = typer.Typer(help="行业补充：多问的问题、风险和佐证。", no_args_is_help=True)
    group.command("list")(industries_list)
    group.command("show")(industries_show)
    group.command("set")(industries_set)
    app.add_typer(group, name="industries")
