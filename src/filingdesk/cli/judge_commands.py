"""check, waive."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from filingdesk.cli.facts_commands import Project, opened
from filingdesk.cli.output import FINDINGS, OK, JsonFlag, command, emit, say
from filingdesk.domain.errors import UserError

if TYPE_CHECKING:
    from filingdesk.domain.report import CheckReport

StageOption = Annotated[
    Literal["algorithm", "large-model"] | None,
    typer.Option("--stage", help="只看算法备案（algorithm）或大模型备案（large-model）。"),
]


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    from filingdesk.domain.values import parse_date

    day = parse_date(text)
    if day is None:
        raise UserError("check.date", f"“{text}”不是日期。", "写成 2026-03-01 的形式。")
    return day


@command
def check(
    project: Project,
    stage: StageOption = None,
    pack: Annotated[list[str] | None, typer.Option("--pack", help="只用这些规则包。")] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="按这一天判断，如 2026-03-01；默认今天。")
    ] = None,
    overlay: Annotated[
        list[str] | None,
        typer.Option(
            "--overlay", metavar="ID|PATH", help="这次一并使用的本地规则：编号，或 overlay.yaml 的路径。"
        ),
    ] = None,
    pinned: Annotated[
        bool, typer.Option("--pinned", help="按项目记录的规则包版本和日期判断，复核旧报告用。")
    ] = False,
    fail_on: Annotated[
        Literal["blocker", "warning", "never"], typer.Option("--fail-on", help="有这一级问题时退出码为 1。")
    ] = "blocker",
    fixes: Annotated[bool, typer.Option("--fixes", help="一并列出有确定改法的问题；只列出，不改。")] = False,
    as_json: JsonFlag = False,
) -> int:
    """自查：列出阻断和提醒。通过自查不等于通过审核。"""
    from filingdesk.cli import fix_commands
    from filingdesk.services import checking, upgrades

    if pinned and (pack or as_of or overlay):
        raise UserError(
            "check.pinned", "--pinned 已经定下规则包和日期。", "不要和 --pack、--as-of、--overlay 一起用。"
        )
    with opened(project) as session:
        if pinned:
            report = upgrades.pinned_report(session).for_stage(stage)
        else:
            report = checking.check(
                session,
                stage=stage,
                as_of=_day(as_of),
                pack_ids=tuple(pack) if pack else None,
                overlays=overlay or (),
            )
        mends = fix_commands.found(session, report) if fixes else []
    if as_json:
        emit({**checking.as_json(report), **({"fixes": fix_commands.as_json_list(mends)} if fixes else {})})
    else:
        say_report(report)
        if fixes:
            fix_commands.say_fixes(mends, project)
    return FINDINGS if _fails(report, fail_on) else OK


def _fails(report: "CheckReport", fail_on: str) -> bool:
    if fail_on == "never":
        return False
    bad = report.count("blocker") + len(report.with_status("error"))
    return bool(bad or (fail_on == "warning" and report.count("warning")))


def say_report(report: "CheckReport") -> None:
    """The report for people: verdict, two headings, what was not checked, the footer."""
    from filingdesk.domain.report import DISCLAIMER
    from filingdesk.domain.specs import trail_of

    verdicts = {"blocked": "有阻断项，尚不能提交", "warnings": "没有阻断项，有提醒", "clean": "没有发现问题"}
    verdict = verdicts[report.verdict]
    if report.verdict == "blocked" and not report.count("blocker"):
        verdict = "有没能检查的，还不能下结论"
    say(f"结论：{verdict}（阻断 {report.count('blocker')}，提醒 {report.count('warning')}）")
    for severity, heading in (("blocker", "阻断"), ("warning", "提醒"), ("info", "提示")):
        found = [f for f in report.findings if f.severity == severity]
        if found:
            say(f"\n{heading}（{len(found)}）")
        for f in found:
            say(f"  {f.rule}  {f.message}")
            place = f"{trail_of(f.path)}（{f.path}）" if f.path else ""
            say(f"      {'位置：' + place + '  ' if place else ''}依据：{f.clause}〔{f.source.badge}〕")
            say(f"      办法：{f.fix}")
    for result in report.with_status("error"):
        say(f"\n未得出结论：{result.id} {result.note}")
    waived = report.with_status("waived")
    manual = report.with_status("manual")
    if waived:
        say(f"\n已说明理由的 {len(waived)} 条：{'、'.join(r.id for r in waived)}")
    if manual:
        say(f"\n需要人工核查的 {len(manual)} 条：{'、'.join(r.id for r in manual)}")
    idle = [r for r in report.results if r.id.startswith("overlay:") and r.status == "not_applicable"]
    for result in idle:
        say(f"\n{result.title}：{result.note}")
    from filingdesk.services import checking

    later = "、".join(f"{p.title}（{p.data.effective_from} 起）" for p in checking.not_judged(report))
    if later:
        say(f"\n这一天还没有施行、没有检查：{later}。")
    packs = "、".join(f"{p.title or p.id} {p.version}" for p in report.packs)
    say(f"\n规则包：{packs}；截至 {report.as_of}。{DISCLAIMER}。")


@command
def waive(
    project: Project,
    rule: Annotated[str, typer.Argument(help="规则编号。")],
    reason: Annotated[str, typer.Option("--reason", help="理由，会写进提交包清单。")],
    as_json: JsonFlag = False,
) -> int:
    """为一条阻断说明理由。"""
    from filingdesk.services import checking, rulesets

    with opened(project, write=True) as session:
        if checking.rule(rule) is None and rulesets.find_rule(session.snapshot(), rule) is None:
            raise UserError(
                "waive.unknown", f"没有编号为“{rule}”的规则。", "用 filingdesk check 查看规则编号。"
            )
        session.waive(rule, reason)
    if as_json:
        emit({"rule": rule, "reason": reason})
    else:
        say(f"已为 {rule} 记录理由。")
    return OK


def register(app: typer.Typer) -> None:
    """Add the commands."""
    from filingdesk.cli import fix_commands, packs_commands

    app.command("check")(check)
    app.command("waive")(waive)
    fix_commands.register(app)
    packs_commands.register(app)
