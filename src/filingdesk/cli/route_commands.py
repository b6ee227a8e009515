"""route, diagnose."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from filingdesk.cli.facts_commands import opened
from filingdesk.cli.judge_commands import _day
from filingdesk.cli.output import OK, JsonFlag, command, emit, say
from filingdesk.domain.errors import UserError

if TYPE_CHECKING:
    from filingdesk.domain.facts import Facts
    from filingdesk.rules.route import RouteResult
    from filingdesk.services.diagnosis_items import Diagnosis
    from filingdesk.services.session import Session

Source = Annotated[
    Path,
    typer.Argument(
        metavar="PROJECT|FACTS",
        help="项目文件（.fdproj），或事实文件（.yaml、.json）。",
        show_default=False,
    ),
]
AsOf = Annotated[str | None, typer.Option("--as-of", help="按这一天判断，如 2026-03-01；默认今天。")]
_FACTS_SUFFIXES = {".yaml", ".yml", ".json"}


@contextmanager
def _source(path: Path, as_of: str | None) -> "Iterator[tuple[Facts, date, Session | None]]":
    """The facts of a project or of a facts file, the day to judge by, and the session (only of a project)."""
    day = _day(as_of)
    if path.suffix.lower() in _FACTS_SUFFIXES:
        from filingdesk.services import facts_io

        read = facts_io.read_facts(path)
        facts_io.refuse_problems(read, path.name)
        yield read.facts, day or _today(), None
        return
    with opened(path) as session:
        yield session.facts, day or session.today, session


def _today() -> date:
    """The day in China, as a project would say."""
    from filingdesk.bootstrap import workspace
    from filingdesk.store.journal import CHINA

    return workspace().clock().astimezone(CHINA).date()


@command
def route(source: Source, as_of: AsOf = None, as_json: JsonFlag = False) -> int:
    """适用判定：要办哪些备案，为什么，期限到哪天，还要弄清什么。"""
    from filingdesk.services import routing

    with _source(source, as_of) as (facts, day, _):
        result = routing.route(facts, day)
    if as_json:
        emit(routing.as_json(result))
    else:
        say_route(result)
    return OK


def say_route(result: "RouteResult") -> None:
    """The judgement for people."""
    from filingdesk.services import routing
    from filingdesk.services.routing import OPEN_WORDS

    for filing in result.filings:
        mark = {True: "●", False: "○", None: "？"}[filing.required]
        about = f"（{filing.about}）" if filing.about else ""
        done = "，已办理" if filing.done else ""
        say(f"{mark} {filing.title}{about}{done}")
        for reason in filing.reasons:
            say(f"    {reason.text}{routing.cited(reason.source, reason.clause)}")
    if result.contradictions:
        say(f"\n前后矛盾（{len(result.contradictions)}）")
        for each in result.contradictions:
            say(f"  {each.text}\n      办法：{each.fix}")
    if result.open:
        say(f"\n还要弄清（{len(result.open)}）")
        for question in result.open:
            state = OPEN_WORDS[question.kind]
            how = f"\n      怎样弄清：{question.how}" if question.how else ""
            say(f"  {question.text}（{state}）{how}")
    if result.clocks:
        say("\n期限")
        for clock in result.clocks:
            say(f"  {clock.title}（{clock.who}）：{_clock(clock)}")
            say(
                f"      {clock.text}{routing.cited(clock.source, clock.clause)}"
                + (f"；{clock.note}" if clock.note else "")
            )
    if result.also:
        say("\n另外适用")
        words = {"applies": "", "maybe": "（可能适用）", "later": "（尚未施行）"}
        for also in result.also:
            cited = routing.cited(also.source, *also.clauses)
            say(f"  {also.title}{words[also.state]}：{also.text}{cited}")
    if result.assumed:
        say(f"\n说明：{'；'.join(result.assumed)}。")
    say(f"\n截至 {result.as_of.isoformat()}，判定表 {result.version}。{routing.DISCLAIMER}")


def _clock(clock: object) -> str:
    from filingdesk.rules.route_clocks import CLOCK_WORDS, Clock

    if not isinstance(clock, Clock):  # pragma: no cover - for the type checker
        return ""
    word = CLOCK_WORDS[clock.state]
    due = f"，{clock.since} 起算，{clock.due} 到期" if clock.since and clock.due else ""
    if clock.left is None:
        return word + due
    return f"{word}{due}，" + (
        f"还有 {clock.left} 个工作日" if clock.left >= 0 else f"已过 {-clock.left} 个工作日"
    )


@command
def diagnose(
    source: Source,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="写成报告：文件名以 .docx、.pdf、.html 或 .json 结尾；不写则输出到屏幕。"),
    ] = None,
    intake_only: Annotated[
        bool, typer.Option("--intake-only", help="只看适用判定的回答，不看其他资料。")
    ] = False,
    as_of: AsOf = None,
    as_json: JsonFlag = False,
) -> int:
    """备案风险诊断报告：会因为什么被退回，按后果排列，附工作安排。"""
    from filingdesk.services import diagnosis, diagnosis_report, looks

    fmt = out.suffix.lower().removeprefix(".") if out else ""
    if out and fmt not in diagnosis_report.FORMATS:
        raise UserError(
            "diagnose.format",
            f"“{out.name}”的格式写不了。",
            f"文件名请以 {'、'.join('.' + f for f in diagnosis_report.FORMATS)} 结尾。",
        )
    with _source(source, as_of) as (facts, day, session):
        basis: Literal["intake"] | None = "intake" if intake_only else None
        if session is None:
            found = diagnosis.diagnose(facts, day, basis=basis)
        else:
            found = diagnosis.diagnose_session(session, day, basis=basis)
        look = looks.of_project(session) if session and out else None
    document = diagnosis_report.as_json(found, facts)
    if out:
        from filingdesk.infra.files import atomic_write

        text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
        data = text.encode() if fmt == "json" else diagnosis_report.make(found, facts, fmt, look)
        atomic_write(out, data)
        document["file"] = str(out)
    if as_json:
        emit(document)
    else:
        say_diagnosis(found)
        if out:
            say(f"\n已写入 {out}")
    return OK


def say_diagnosis(found: "Diagnosis") -> None:
    """The diagnosis for people: the sentence, the bars, the risks with what to do."""
    from filingdesk.services import diagnosis_report, routing
    from filingdesk.services.diagnosis_items import BASIS_WORDS, SCORE_NOTE, STATE_WORDS

    say(diagnosis_report.headline(found))
    score = "不评" if found.score is None else f"{found.score}/100"
    say(f"就绪度 {score}（{BASIS_WORDS[found.basis]}）。{SCORE_NOTE}")
    for dimension in found.dimensions:
        if dimension.score is not None:
            say(f"  {diagnosis_report.bar(dimension.score)} {dimension.score:>3}  {dimension.title}")
    for item in found.items:
        consequence = found.data.consequences[item.consequence].title
        say(f"\n[{consequence}] {item.title}：{STATE_WORDS[item.state]}")
        for sentence in item.found:
            say(f"    {sentence}")
        say(f"    为什么：{item.why}{routing.cited(item.source, item.clause)}")
        say(f"    怎么办：{item.todo}")
    for step in found.milestones:
        say(f"\n第 {step.week} 周起可以{step.title}：{step.text}")
        if step.warning:
            say(f"    {step.warning}")
    say("\n通过自查不等于通过审核。")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("route")(route)
    app.command("diagnose")(diagnose)
