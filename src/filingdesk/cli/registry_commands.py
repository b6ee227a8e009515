"""registry: import, list, search, verify, remove: public filing lists that the user downloaded, asked offline."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from filingdesk.cli.facts_commands import opened
from filingdesk.cli.output import FINDINGS, OK, JsonFlag, command, emit, note, progress, say
from filingdesk.domain.errors import UserError

if TYPE_CHECKING:
    from filingdesk.services.registry_lists import Verdict


@command
def import_list(
    files: Annotated[list[Path], typer.Argument(help="从官网下载的公示清单（docx、xlsx、csv）。")],
    day: Annotated[
        str, typer.Option("--date", help="清单公布的日期，如 2026-06-12；文件名或标题里有的可以不写。")
    ] = "",
    source: Annotated[str, typer.Option("--source", help="从哪里下载的，如网址。")] = "",
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="跳过不能识别的行，并列出它们。")] = False,
    as_json: JsonFlag = False,
) -> int:
    """导入公示清单，保存在项目之外，所有项目共用。"""
    from filingdesk.bootstrap import workspace
    from filingdesk.services import registry_lists as lists

    done = []
    with progress("正在读取清单", quiet=as_json) as report:
        for file in files:
            done.append(
                lists.import_list(
                    file, at=workspace().clock(), day=day, source=source, skip_bad=skip_bad, report=report
                )
            )
    if as_json:
        emit(
            {
                "lists": [
                    {
                        "id": d.list.id,
                        "title": d.list.title,
                        "date": d.list.date,
                        "entries": len(d.list.entries),
                        "cancelled": d.list.cancelled,
                        "repeated": d.repeated,
                        "left_out": [{"place": p, "message": m} for p, m in d.list.left_out],
                        "replaced": d.replaced,
                    }
                    for d in done
                ]
            }
        )
        return OK
    for d in done:
        say(
            f"{'已更新' if d.replaced else '已导入'}《{d.list.title}》（{d.list.date}）：{len(d.list.entries)} 条备案"
        )
        if d.list.cancelled:
            say(f"  其中已注销或撤销 {d.list.cancelled} 条")
        if d.repeated:
            say(f"  同一编号的多个产品合并 {d.repeated} 行")
        for place, why in d.list.left_out:
            say(f"  跳过 {place}：{why}")
        for remark in d.notes:
            note(remark)
    return OK


@command
def show_lists(as_json: JsonFlag = False) -> int:
    """列出已导入的清单。"""
    from filingdesk.services import registry_lists as lists

    every = lists.lists()
    if as_json:
        emit(
            {
                "lists": [
                    {
                        "id": e.id,
                        "title": e.title,
                        "date": e.date,
                        "source": e.source,
                        "file": e.file,
                        "imported_at": e.imported_at,
                        "entries": len(e.entries),
                        "cancelled": e.cancelled,
                    }
                    for e in every
                ]
            }
        )
        return OK
    for e in every:
        say(f"{e.id}  {e.date}  {len(e.entries)} 条  {e.title}{f'  来源：{e.source}' if e.source else ''}")
    if not every:
        say("还没有导入清单。到官网下载算法备案或生成式人工智能服务的公示清单，再用 registry import 导入。")
    return OK


@command
def search(
    words: Annotated[list[str], typer.Argument(help="编号、名称、单位或产品里的字，可写多个。")],
    as_json: JsonFlag = False,
) -> int:
    """在已导入的清单里查找。"""
    from filingdesk.services import registry_lists as lists

    found = lists.search(" ".join(words))
    every = lists.lists()
    if as_json:
        emit(
            {
                "hits": [lists.hit_json(h) for h in found],
                "lists": [{"title": e.title, "date": e.date} for e in every],
                "note": lists.NOT_FOUND_IS_NOT_UNFILED,
            }
        )
        return OK
    for h in found:
        over = "  已注销或撤销" if h.entry.cancelled else ""
        say(f"{h.entry.number}  {h.entry.name}  {h.entry.holder}{over}  《{h.title}》（{h.date}）")
    where = f"查了{lists.dates_told(every)}。" if every else "还没有导入清单。"
    say(f"{'没有查到。' if not found else ''}{where}{lists.NOT_FOUND_IS_NOT_UNFILED}。")
    return OK


@command
def verify(
    number: Annotated[str, typer.Argument(metavar="[NUMBER]", help="备案号或登记号。")] = "",
    holder: Annotated[str, typer.Option("--holder", help="应当持有它的单位全称。")] = "",
    project: Annotated[Path | None, typer.Option("--project", help="核对项目里写到的全部编号。")] = None,
    keep: Annotated[bool, typer.Option("--keep", help="把清单否定的编号记入项目，自查会提示。")] = False,
    as_json: JsonFlag = False,
) -> int:
    """核对编号与持有单位；已注销、主体不符或格式不对的，退出码为 1。"""
    from filingdesk.domain.specs import trail_of
    from filingdesk.services import registry_lists as lists

    if bool(number) == (project is not None):
        raise UserError("registry.what", "请写一个编号，或用 --project 指定项目。", "两者写一个。")
    if project is None:
        verdicts = [("", lists.verify(number, holder))]
    else:
        with opened(project, write=keep) as session:
            found = lists.verify_called(session.facts)
            verdicts = [(c.path, v) for c, v in found]
            if keep:
                lists.keep(session, found)
    if as_json:
        emit({"verdicts": [{"path": p, **lists.verdict_json(v)} for p, v in verdicts]})
    else:
        for path, verdict in verdicts:
            _say(f"{trail_of(path)}：" if path else "", verdict)
        if not verdicts:
            say("项目里还没有写任何编号。")
    return FINDINGS if any(v.alarming for _p, v in verdicts) else OK


def _say(prefix: str, verdict: "Verdict") -> None:
    say(f"{prefix}{verdict.number}")
    say(f"  {verdict.sentence}")
    for warning in verdict.warnings:
        say(f"  提醒：{warning}")


@command
def remove(
    identity: Annotated[str, typer.Argument(metavar="ID", help="清单的编号。")], as_json: JsonFlag = False
) -> int:
    """去掉一份清单。"""
    from filingdesk.services import registry_lists as lists

    gone = lists.remove(identity)
    if as_json:
        emit({"removed": gone.id})
    else:
        say(f"已去掉《{gone.title}》（{gone.date}）。")
    return OK


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(
        help="公示清单：导入官网下载的备案清单，离线核对编号。", no_args_is_help=True, rich_markup_mode=None
    )
    group.command("import")(import_list)
    group.command("list")(show_lists)
    group.command("search")(search)
    group.command("verify")(verify)
    group.command("remove")(remove)
    app.add_typer(group, name="registry")
