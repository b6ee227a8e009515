"""reuse, impact: what the second filing takes from the first, and whom a fact touches."""

from typing import Annotated

import typer

from filingdesk.cli.facts_commands import Project, opened
from filingdesk.cli.output import OK, JsonFlag, command, emit, say, table


@command
def reuse(
    project: Project,
    kind: Annotated[
        str, typer.Option("--kind", help="只列这一类：linked（沿用）、adapted（改写）、new（新填）。")
    ] = "",
    carry: Annotated[
        bool, typer.Option("--carry", help="把可以带入的空白字段填上；一次撤销即可退回。")
    ] = False,
    as_json: JsonFlag = False,
) -> int:
    """大模型备案从算法备案沿用什么：逐个字段、逐份文书。"""
    from filingdesk.domain.errors import UserError
    from filingdesk.services import reuse as service

    if kind and kind not in service.KIND_WORDS:
        raise UserError("reuse.kind", f"没有“{kind}”这一类。", f"可用：{'、'.join(service.KIND_WORDS)}。")
    carried = 0
    with opened(project, write=carry) as session:
        if carry:
            patterns = [r.path for r in service.of_session(session).to_take if "[]" not in r.path]
            changes = service.carry(session, patterns)
            carried = len(changes.keys) if changes else 0
        found = service.of_session(session)
    if as_json:
        document = service.as_json(found)
        if kind:
            document["fields"] = [f for f in document["fields"] if f["kind"] == kind]
        emit({**document, "carried": carried})
        return OK
    if carry:
        say(f"带入 {carried} 处。")
    say("、".join(f"{word} {found.count(k)} 个字段" for k, word in service.KIND_WORDS.items()))
    for row in found.fields:
        if not kind or row.kind == kind:
            say(f"  {service.KIND_WORDS[row.kind]}  {row.label}（{row.path}）：{row.state}")
    say()
    table(
        [
            (service.KIND_WORDS[p.kind], p.title, str(p.linked), str(p.adapted), str(p.new))
            for p in found.papers
        ],
        ("", "文书", "沿用", "改写", "新填"),
    )
    if found.to_take:
        say(f"有 {len(found.to_take)} 个空白字段在算法备案里有可参考的内容；--carry 会带入能直接用的。")
    return OK


@command
def impact(
    project: Project,
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="字段，如 subject.name。")],
    as_json: JsonFlag = False,
) -> int:
    """改动这些字段会涉及两次备案的哪些文书、规则和现有问题。"""
    from filingdesk.domain.specs import FieldSpec, spec_of
    from filingdesk.services import checking
    from filingdesk.services import reuse as service
    from filingdesk.services.session import unknown_path

    with opened(project) as session:
        for path in paths:
            if not isinstance(spec_of(path), FieldSpec):
                raise unknown_path(path, session.facts)
        found = service.impact(
            paths, service.uses_of(session), service.papers_of(session.facts), checking.check(session)
        )
    if as_json:
        emit(
            {
                "papers": [{"id": i, "title": t, "stage": s} for i, t, s in found.papers],
                "rules": [{"id": i, "title": t, "stage": s} for i, t, s in found.rules],
                "findings": [
                    {"rule": f.rule, "severity": f.severity, "path": f.path, "message": f.message}
                    for f in found.findings
                ],
            }
        )
        return OK
    say(found.sentence)
    for _identity, title, stage in found.papers:
        say(f"  {service.STAGE_WORDS[stage]}  《{title}》")
    for identity, title, _stage in found.rules:
        say(f"  规则 {identity}  {title}")
    for finding in found.findings:
        say(f"  现有问题 {finding.rule}  {finding.message}")
    return OK


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("reuse")(reuse)
    app.command("impact")(impact)
