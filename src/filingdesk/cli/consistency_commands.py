"""consistency."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from filingdesk.cli.facts_commands import Project, opened
from filingdesk.cli.output import FINDINGS, OK, JsonFlag, command, emit, progress, say
from filingdesk.domain.errors import UserError

if TYPE_CHECKING:
    from filingdesk.services.consistency import ConsistencyReport

_SHOWN = 60


@command
def consistency(
    project: Project,
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[FILE|FOLDER]...",
            help="另外要核对的文件或文件夹，例如导出后改过的文书、提交包。",
            show_default=False,
        ),
    ] = None,
    stage: Annotated[
        Literal["algorithm", "large-model"] | None,
        typer.Option("--stage", help="只核对一次备案的文书和附件。"),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="把核对表写成 Excel：文件名以 .xlsx 结尾。")
    ] = None,
    as_json: JsonFlag = False,
) -> int:
    """一致性核对：事实与每份文书、附件、文件是否说法一致，有没有拿不出证据的话。有矛盾时退出码为 1。"""
    from filingdesk.services import consistency as service

    if out is not None and out.suffix.lower() != ".xlsx":
        raise UserError("consistency.format", f"“{out.name}”的格式写不了。", "文件名请以 .xlsx 结尾。")
    with opened(project) as session, progress("一致性核对", quiet=as_json) as report:
        found = service.Checker().run(session, stage=stage, files=tuple(files or ()), report=report)
    document = service.as_json(found)
    if out is not None:
        from filingdesk.infra.files import atomic_write
        from filingdesk.services.consistency_sheet import workbook

        atomic_write(out, workbook(found))
        document["file"] = str(out)
    if as_json:
        emit(document)
    else:
        say_consistency(found)
        if out is not None:
            say(f"\n已写入 {out}")
    return FINDINGS if found.conflicts else OK


def say_consistency(found: "ConsistencyReport") -> None:
    """The outcome for people: contradictions, claims, what could not be read, the tally."""
    pictures = [f for f in found.unread if f.is_picture]
    unread = [f for f in found.unread if not f.is_picture]
    read = len(found.files) - len(found.unread)
    say(
        f"核对了 {len(found.rows)} 项事实、{read} 份文书和文件：矛盾 {len(found.conflicts)} 处，"
        f"要证据的说法 {len(found.claims)} 处，读不了 {len(unread)} 份。"
    )
    for conflict in found.conflicts:
        reasons = "、".join(f"退回原因 {n}" for n in conflict.row.row.reasons)
        say(f"\n[矛盾] {conflict.row.title}" + (f"（{reasons}）" if reasons else ""))
        say(f"    事实：{conflict.row.shown}")
        say(f"    {conflict.file.source.name}，{conflict.place.where}：{conflict.place.found}")
        say(f"      “{conflict.place.quote}”")
        say(f"    怎么办：材料错了就改材料；事实错了就改「{conflict.row.paths[0]}」。")
    if found.claims:
        say("\n要证据的说法")
    for file, claim in found.claims[:_SHOWN]:
        say(f"  [{claim.rule.title}] {file.source.name}，{claim.where}：{claim.message}{claim.rule.fix}")
        if claim.quote:
            say(f"      “{claim.quote}”")
    if len(found.claims) > _SHOWN:
        say(f"  ……共 {len(found.claims)} 处，用 --json 或 --out 看全部。")
    if unread:
        say("\n读不了，没有核对（不等于没有问题）")
        by_reason: dict[str, list[str]] = {}
        for each in unread:
            by_reason.setdefault(str(each.failed), []).append(each.source.name)
        for reason, names in by_reason.items():
            say(f"  {reason}（{len(names)} 份）")
            say(f"      {'、'.join(names)}")
    for each in found.files:
        for sentence in each.partly:
            say(f"  {each.source.name}：{sentence}，这部分没有核对。")
    if pictures:
        say(f"\n另有 {len(pictures)} 张图片，里面的文字没有核对，请人工看一遍。")
    say("\n通过自查不等于通过审核。")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("consistency")(consistency)
