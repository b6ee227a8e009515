"""fix, and the list of certain mends for `check --fixes`."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from filingdesk.cli.facts_commands import Project, opened
from filingdesk.cli.output import OK, JsonFlag, command, emit, say

if TYPE_CHECKING:
    from filingdesk.domain.facts import Facts
    from filingdesk.domain.report import CheckReport
    from filingdesk.services.quickfixes import Fix
    from filingdesk.services.session import Session


@command
def fix(
    project: Project,
    rule: Annotated[str, typer.Argument(help="规则编号；用 check --fixes 看哪些有确定的改法。")],
    as_json: JsonFlag = False,
) -> int:
    """按确定的改法改正一条规则查出的问题；可以在窗口里撤销。"""
    from filingdesk.services import checking, quickfixes

    with opened(project, write=True) as session:
        done = quickfixes.apply_rule(session, checking.check(session), rule, profile_facts())
    if as_json:
        emit({"rule": rule, "done": [each.label for each in done]})
    else:
        for each in done:
            say(f"已{each.label}。{each.note}")
    return OK


def found(session: "Session", report: "CheckReport") -> "list[tuple[str, str, Fix]]":
    """(rule, path, mend) of every finding that has a certain one."""
    from filingdesk.services import quickfixes

    fixer = quickfixes.Fixer(session.snapshot(), profile_facts())
    return [(f.rule, f.path, each) for f in report.findings for each in fixer.fixes_for(f)]


def as_json_list(fixes: "list[tuple[str, str, Fix]]") -> list[dict[str, Any]]:
    """The mends for a script; values stay out, they may be personal."""
    return [{"rule": rule, "path": path, "label": each.label} for rule, path, each in fixes]


def say_fixes(fixes: "list[tuple[str, str, Fix]]", project: object) -> None:
    """The mends for people."""
    if not fixes:
        say("\n没有确定的改法，都需要自己改。")
        return
    say(f"\n有确定改法的（{len(fixes)}）")
    for rule, path, each in fixes:
        say(f"  {rule}  {each.label}（{path}）")
    say(f"  改正：filingdesk fix {project} 规则编号")


def profile_facts() -> "Facts | None":
    """The company profile when it lies open; a sealed or damaged one offers nothing here."""
    from filingdesk.domain.errors import UserError
    from filingdesk.services import profile

    try:
        return profile.load().facts if profile.exists() else None
    except UserError:
        return None


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("fix")(fix)
