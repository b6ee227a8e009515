"""packs: list, show, diff, status, upgrade, stay, enable, disable."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from filingdesk.cli.facts_commands import Project, opened
from filingdesk.cli.output import OK, JsonFlag, command, emit, say, table

if TYPE_CHECKING:
    from filingdesk.domain.report import Finding
    from filingdesk.services.upgrades import UpgradeEffect

Ids = Annotated[list[str], typer.Argument(metavar="ID...", help="本地规则的编号。")]


@command
def packs_list(as_json: JsonFlag = False) -> int:
    """列出规则包、本地规则和规则包文件夹里的文件，没有载入的写明原因。"""
    from filingdesk.services import checking

    document = checking.packs_as_json()
    if as_json:
        emit(document)
        return OK
    for p in document["packs"]:
        until = f"{p['effective_from']} 至{p['effective_to'] or '今'}"
        say(f"{p['id']}  {p['version']}  {p['rules']} 条  {until}  {p['state']}\n    {p['title']}")
    say("\n行业补充（实务建议，选了行业才判断；filingdesk industries 查看和选择）")
    for p in document["industries"]:
        say(f"{p['id']}  {p['version']}  {p['rules']} 条\n    {p['title']}")
    own = [*document["overlays"], *document["user"]]
    if own:
        say("\n本地规则和规则包文件夹")
        for p in own:
            say(f"{p['id']}  {p['version']}  {p['state']}\n    {p['title']}")
    for p in document["user"]:
        if p["reason"]:
            say(f"没有载入 {p['path']}：{p['reason']}")
    say(f"\n规则包文件夹：{document['folder']}")
    return OK


@command
def packs_show(
    pack: Annotated[str, typer.Argument(metavar="ID", help="规则包编号。")], as_json: JsonFlag = False
) -> int:
    """列出一个规则包的全部规则。"""
    from filingdesk.domain.report import SEVERITY_WORDS
    from filingdesk.services import checking

    loaded = checking.packs((pack,))[0]
    if as_json:
        emit(
            {
                "id": loaded.id,
                "title": loaded.title,
                "version": loaded.version,
                "sha256": loaded.sha256,
                "rules": [
                    {
                        "id": r.id,
                        "title": r.title,
                        "severity": r.severity,
                        "modal": r.modal,
                        "clause": r.clause,
                        "source": r.source.value,
                        "fix": r.fix,
                    }
                    for r in loaded.rules
                ],
            }
        )
        return OK
    say(f"{loaded.title} {loaded.version}  SHA-256 {loaded.sha256}")
    table(
        [(r.id, r.title, SEVERITY_WORDS[r.severity], r.clause, r.source.badge) for r in loaded.rules],
        ("编号", "规则", "级别", "依据", "来源"),
    )
    return OK


@command
def packs_diff(
    before: Annotated[str, typer.Argument(metavar="A", help="规则包编号。")],
    after: Annotated[str, typer.Argument(metavar="B", help="规则包编号。")],
    as_json: JsonFlag = False,
) -> int:
    """逐条比较两个规则包：条款、参数，以及每个条款下的规则。"""
    from dataclasses import asdict

    from filingdesk.services import checking

    groups = checking.pack_diff_by_clause(before, after)
    if as_json:
        emit(
            {
                "differences": [asdict(d) for group in groups for d in group.differences],
                "clauses": [asdict(group) for group in groups],
            }
        )
        return OK
    if not groups:
        say("两个规则包没有差别。")
    for group in groups:
        say(f"\n{group.heading}")
        for d in group.differences:
            if not d.before or not d.after:
                say(f"  {'增加' if d.after else '删去'} {d.word} {d.id}：{d.after or d.before}")
            else:
                was, now = _spoken(d.what, d.before), _spoken(d.what, d.after)
                say(f"  {d.word} {d.id} {d.what_word}：{was} → {now}")
    return OK


def _spoken(what: str, value: str) -> str:
    """Severities and sources as the rest of the program names them."""
    from filingdesk.domain.meta import SourceMark
    from filingdesk.domain.report import SEVERITY_WORDS

    if what == "severity":
        return {str(key): word for key, word in SEVERITY_WORDS.items()}.get(value, value)
    return SourceMark(value).badge if what == "source" and value in set(SourceMark) else value


def _effect(effect: "UpgradeEffect") -> dict[str, Any]:
    def plain(findings: "tuple[Finding, ...]") -> list[dict[str, str]]:
        return [
            {"rule": f.rule, "severity": f.severity, "path": f.path, "message": f.message} for f in findings
        ]

    return {
        "before": [{"id": r.id, "version": r.version} for r in effect.before],
        "after": [{"id": r.id, "version": r.version} for r in effect.after],
        "appear": plain(effect.appear),
        "disappear": plain(effect.disappear),
        "harder": plain(effect.harder),
        "softer": plain(effect.softer),
        "new_rules": list(effect.new_rules),
        "gone_rules": list(effect.gone_rules),
    }


@command
def packs_status(project: Project, as_json: JsonFlag = False) -> int:
    """项目上次用的规则包，以及改用现行规则包会多出和消失哪些问题。"""
    from filingdesk.services import upgrades

    with opened(project) as session:
        found, effect = upgrades.pins(session), upgrades.offer(session)
        overlays = list(session.snapshot().overlays)
    if as_json:
        emit(
            {
                "packs": [{"id": r.id, "version": r.version, "sha256": r.sha256} for r in found.packs]
                if found
                else [],
                "as_of": found.as_of if found else "",
                "stay": bool(found and found.stay),
                "overlays": overlays,
                "upgrade": _effect(effect) if effect else None,
            }
        )
        return OK
    if found is None:
        say("项目还没有记录用过的规则包；导出提交包时会记录。")
    else:
        say(f"{found.as_of} 用的规则包{'（选择了沿用）' if found.stay else ''}：")
        for ref in found.packs:
            say(f"  {ref.title or ref.id} {ref.version}")
    if overlays:
        say(f"启用的本地规则：{'、'.join(overlays)}")
    if effect is None:
        say("没有可以升级的规则包。" if found else "")
        return OK
    say("\n改用现行规则包：")
    for word, findings in (
        ("多出", effect.appear),
        ("消失", effect.disappear),
        ("变严", effect.harder),
        ("变轻", effect.softer),
    ):
        say(f"  {word} {len(findings)} 处")
        for f in findings:
            say(f"    {f.rule}  {f.message}")
    say("要改用：filingdesk packs upgrade；要沿用：filingdesk packs stay。填写的内容都会保留。")
    return OK


@command
def packs_upgrade(project: Project, as_json: JsonFlag = False) -> int:
    """改用现行规则包；填写的内容不变。"""
    from filingdesk.services import upgrades

    with opened(project, write=True) as session:
        upgrades.upgrade(session)
        found = upgrades.pins(session)
    packs = [f"{r.id} {r.version}" for r in found.packs] if found else []
    if as_json:
        emit({"packs": packs})
    else:
        say(f"已改用：{'、'.join(packs)}。")
    return OK


@command
def packs_stay(project: Project, as_json: JsonFlag = False) -> int:
    """沿用项目记录的规则包版本。"""
    from filingdesk.services import upgrades

    with opened(project, write=True) as session:
        upgrades.stay(session)
        found = upgrades.pins(session)
    packs = [f"{r.id} {r.version}" for r in found.packs] if found else []
    if as_json:
        emit({"packs": packs, "stay": True})
    else:
        say(f"沿用：{'、'.join(packs)}。现行法规的变化不会出现在自查里，请自行留意。")
    return OK


@command
def packs_enable(project: Project, ids: Ids, as_json: JsonFlag = False) -> int:
    """为项目启用本地规则。"""
    return _switch(project, ids, on=True, as_json=as_json)


@command
def packs_disable(project: Project, ids: Ids, as_json: JsonFlag = False) -> int:
    """为项目停用本地规则。"""
    return _switch(project, ids, on=False, as_json=as_json)


def _switch(project: Any, ids: list[str], *, on: bool, as_json: bool) -> int:
    from filingdesk.services import upgrades

    with opened(project, write=True) as session:
        now = session.snapshot().overlays
        wanted = [*now, *ids] if on else [i for i in now if i not in ids]
        upgrades.set_overlays(session, wanted)
        enabled = list(session.snapshot().overlays)
    if as_json:
        emit({"overlays": enabled})
    else:
        say(f"启用的本地规则：{'、'.join(enabled) or '无'}。")
    return OK


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="规则包。", rich_markup_mode=None, invoke_without_command=True)

    @group.callback()
    def _default(context: typer.Context, as_json: JsonFlag = False) -> None:
        if context.invoked_subcommand is None:
            packs_list(as_json=as_json)

    group.command("list")(packs_list)
    group.command("show")(packs_show)
    group.command("diff")(packs_diff)
    group.command("status")(packs_status)
    group.command("upgrade")(packs_upgrade)
    group.command("stay")(packs_stay)
    group.command("enable")(packs_enable)
    group.command("disable")(packs_disable)
    app.add_typer(group, name="packs")
