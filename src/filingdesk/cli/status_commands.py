"""status: where a project stands, what is due, what changed since a day, findings over time."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from filingdesk.cli.facts_commands import Project, opened
from filingdesk.cli.output import OK, JsonFlag, command, emit, say, table
from filingdesk.domain.errors import UserError

if TYPE_CHECKING:
    from filingdesk.rules.route_clocks import Clock
    from filingdesk.services.tally import Point
    from filingdesk.services.whatsnew import Moved

YESTERDAY, WORKDAY = "昨天", "上个工作日"
TREND_SHOWN = 14


def _since(text: str, today: date) -> date:
    """The first day that is looked at: 昨天, 上个工作日, or a date that has come."""
    from filingdesk.domain.values import parse_date
    from filingdesk.services import whatsnew

    if text == YESTERDAY:
        return whatsnew.yesterday(today)
    if text == WORKDAY:
        return whatsnew.last_working_day(today)
    day = parse_date(text)
    if day is None:
        raise UserError(
            "status.since", f"--since 的“{text}”看不懂。", "写昨天、上个工作日，或 2026-03-01 这样的日期。"
        )
    if day > today:
        raise UserError("status.future", f"{day} 还没有到。", "--since 要写今天或以前的日子。")
    return day


@command
def status(
    project: Project,
    since: Annotated[
        str, typer.Option("--since", help="看哪一天（北京时间 0 点）以来的变化：昨天、上个工作日，或日期。")
    ] = YESTERDAY,
    as_json: JsonFlag = False,
) -> int:
    """项目走到哪一步：问题数、期限、某天以来的变化、问题走势。"""
    from filingdesk.services import catalogue, checking, routing, tally, whatsnew

    with opened(project) as session:
        day = _since(since, session.today)
        report = checking.check(session)
        now = tally.of_report(report, session.today)
        past = tally.points(session)
        rules = {result.id: result.title for result in report.results}
        papers = {paper.id: paper.title for paper in catalogue.shipped()}
        news = whatsnew.named(whatsnew.since(session, whatsnew.day_start(day)), papers, rules)
        due = [c for c in routing.route(session.facts, session.today).clocks if c.due and c.left is not None]
        paths = [_path(session.human_path(thing.target), thing) for thing in news.things]
        title = session.title
    if as_json:
        emit(
            {
                "project": title,
                "findings": _point(now),
                "deadlines": [_deadline(clock) for clock in due],
                "since": day.isoformat(),
                "changes": [_change(thing, path) for thing, path in zip(news.things, paths, strict=True)],
                "unchanged_again": news.settled,
                "trend": [_point(point) for point in past],
            }
        )
        return OK
    say(f"{title}：阻断 {now.blockers}，提醒 {now.warnings}，需人工核查 {now.manual}")
    for clock in due:
        left = (
            f"还有 {clock.left} 个工作日"
            if (clock.left or 0) >= 0
            else f"已超期 {-(clock.left or 0)} 个工作日"
        )
        say(f"期限：{clock.title}（{clock.who}），{clock.due} 到期，{left}")
    again = f"，另有 {news.settled} 处改过又改回" if news.settled else ""
    say(f"{day} 以来：{f'{len(news.things)} 处变化' if news.things else '没有变化'}{again}")
    if news.things:
        table([_row(thing) for thing in news.things], ("", "内容", "位置", "谁", "时间"))
    _say_trend([*(point for point in past if point.day != now.day), now])
    say("通过自查不等于通过审核。")
    return OK


def _path(path: str, thing: "Moved") -> str | None:
    """Where a fact is edited; None for what is no fact."""
    return None if thing.target.startswith(("page:", "paper:", "rule:")) else path


def _row(thing: "Moved") -> tuple[str, ...]:
    return thing.how, thing.title, thing.place, "、".join(thing.who), thing.when


def _say_trend(points: "list[Point]") -> None:
    if len(points) < 2:
        say("问题走势：还没有以前的记录；在窗口中修改过的日子各记一个数。")
        return
    say("问题走势：")
    table(
        [
            (point.day.isoformat(), str(point.blockers), str(point.warnings), str(point.manual))
            for point in points[-TREND_SHOWN:]
        ],
        ("日期", "阻断", "提醒", "需人工"),
    )
    if len(points) > TREND_SHOWN:
        say(f"（更早的 {len(points) - TREND_SHOWN} 天见 --json）")


def _point(point: "Point") -> dict[str, Any]:
    return {
        "day": point.day.isoformat(),
        "blockers": point.blockers,
        "warnings": point.warnings,
        "manual": point.manual,
        "rules_changed": point.rules_changed,
    }


def _deadline(clock: "Clock") -> dict[str, Any]:
    return {
        "id": clock.id,
        "title": clock.title,
        "who": clock.who,
        "state": clock.state,
        "due": clock.due.isoformat() if clock.due else None,
        "working_days_left": clock.left,
        "source": clock.source.value,
        "clause": clock.clause,
        "note": clock.note,
    }


def _change(thing: "Moved", path: str | None) -> dict[str, Any]:
    return {
        "path": path,
        "target": thing.target,
        "title": thing.title,
        "place": thing.place,
        "how": thing.how,
        "who": list(thing.who),
        "at": thing.at.isoformat(),
        "times": thing.times,
    }


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("status")(status)
