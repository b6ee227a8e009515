"""papers exports / diff / redline, papers overrides: earlier states of a paper, and its paragraphs in the project's own words."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from filingdesk.cli.facts_commands import Project, opened
from filingdesk.cli.output import OK, JsonFlag, command, emit, say

if TYPE_CHECKING:
    from filingdesk.services.redlines import Side
    from filingdesk.services.session import Session

_Paper = Annotated[str, typer.Option("--paper", help="文书编号。")]
_Project = Annotated[Path | None, typer.Option("--project", help="项目文件；用导出次数或 now 时要写。")]
_Old = Annotated[str, typer.Argument(metavar="OLD", help="旧的一份：Word 文件、第几次导出（数字）或 now。")]
_New = Annotated[str, typer.Argument(metavar="NEW", help="新的一份：Word 文件、第几次导出（数字）或 now。")]


def short(text: str, limit: int = 120) -> str:
    """One line of at most `limit` characters."""
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else f"{flat[:limit]}…"


@command
def exported(project: Project, paper: _Paper = "", as_json: JsonFlag = False) -> int:
    """列出各文书历次导出的记录。"""
    from filingdesk.services import exports

    with opened(project) as session:
        known = exports.all_exports(session, paper)
    if as_json:
        emit({"exports": [{k: v for k, v in vars(e).items() if k != "reference"} for e in known]})
        return OK
    for each in known:
        kind = "草稿" if each.draft else "正式稿"
        say(f"{each.paper}  第 {each.number} 次  {kind}  {each.at[:16].replace('T', ' ')}  {each.who}")
    if not known:
        say("还没有导出 Word 的记录。")
    return OK


@contextmanager
def _sides(
    old: str, new: str, project: Path | None, paper: str
) -> "Iterator[tuple[Side, Side, Session | None]]":
    from filingdesk.services import redlines

    if project is None:
        yield redlines.side(old), redlines.side(new), None
        return
    with opened(project) as session:
        yield redlines.side(old, session, paper), redlines.side(new, session, paper), session


@command
def diff(
    old: _Old,
    new: _New,
    project: _Project = None,
    paper: _Paper = "",
    as_json: JsonFlag = False,
) -> int:
    """比较一份文书的两个版本：哪些字段、哪些段落变了。"""
    from filingdesk.services import redlines
    from filingdesk.services.overrides import label_of_key

    with _sides(old, new, project, paper) as (before, after, _session):
        found = redlines.compare(before, after).difference
    facts = list(dict.fromkeys((f.key, f.old, f.new) for f in found.facts))
    if as_json:
        emit(
            {
                "old": before.name,
                "new": after.name,
                "unchanged": found.same,
                "facts": [{"key": k, "label": label_of_key(k), "old": a, "new": b} for k, a, b in facts],
                "words": [{"place": w.line.place, "old": w.old_text, "new": w.new_text} for w in found.words],
                "added": [{"place": a.came.place, "text": a.text} for a in found.added],
                "removed": [{"place": r.line.place, "text": r.line.shown} for r in found.removed],
                "moved": [{"place": m.line.place, "to": m.to, "text": m.line.shown} for m in found.moved],
            }
        )
        return OK
    say(f"{before.name} → {after.name}：{found.same} 段没有变。")
    for key, was, now in facts:
        say(f"字段  {label_of_key(key)}（{key}）")
        say(f"  原：{short(was) or '（空）'}")
        say(f"  改：{short(now) or '（空）'}")
    for words in found.words:
        say(f"文字  {words.line.place}")
        say(f"  原：{short(words.old_text)}")
        say(f"  改：{short(words.new_text)}")
    for added in found.added:
        say(f"新增  {added.came.place}：{short(added.text)}")
    for removed in found.removed:
        say(f"删去  {removed.line.place}：{short(removed.line.shown)}")
    for moved in found.moved:
        say(f"移动  {moved.line.place} → {moved.to}：{short(moved.line.shown)}")
    if found.nothing:
        say("没有不同。")
    return OK


@command
def redline(
    old: _Old,
    new: _New,
    out: Annotated[Path, typer.Option("--out", help="修订稿写到这个 docx 文件。")],
    project: _Project = None,
    paper: _Paper = "",
    author: Annotated[
        str, typer.Option("--author", help="修订的署名；默认用备案主体名称，没有就写“填报人”。")
    ] = "",
    replace: Annotated[bool, typer.Option("--replace", help="覆盖已有的文件。")] = False,
    as_json: JsonFlag = False,
) -> int:
    """出一份修订稿：在新的一份里用修订标记标出与旧的一份的不同，补正时用。"""
    from filingdesk.domain.errors import UserError
    from filingdesk.infra.files import atomic_write
    from filingdesk.services import redlines

    if out.exists() and not replace:
        raise UserError("papers.redline_exists", f"“{out}”已经存在。", "请换一个名字，或加 --replace。")
    with _sides(old, new, project, paper) as (before, after, session):
        signed = author or (session.facts.subject.name if session else "")
        data = redlines.marked(before, after, author=signed)
    atomic_write(out, data)
    if as_json:
        emit({"path": str(out), "old": before.name, "new": after.name})
    else:
        say(f"修订稿：{out}（{before.name} → {after.name}）")
    return OK


@command
def listed(
    project: Project,
    paper: _Paper = "",
    as_json: JsonFlag = False,
) -> int:
    """列出本项目改写的段落；对不上的也列出来，并说明原因。"""
    from filingdesk.services.own_words import own_words

    with opened(project) as session:
        found = own_words(session, paper=paper)
    rows: list[dict[str, Any]] = [
        {
            "paper": own.paper,
            "anchor": own.override.anchor,
            "place": own.override.place,
            "replaces": own.override.pieces is not None,
            "was": own.override.was,
            "text": own.text,
            "source": own.override.source,
            "who": own.override.who,
            "at": own.override.at,
            "applied": not own.told,
            "note": own.told,
        }
        for own in found
    ]
    if as_json:
        emit({"overrides": rows})
        return OK
    for row in rows:
        say(f"{row['paper']}  @{row['anchor']}  {row['place']}  {'' if row['applied'] else '[没有放进文书]'}")
        say(f"  {'模板' if row['replaces'] else '在后面增加'}：{short(row['was'])}")
        say(f"  {'改写' if row['replaces'] else '增加'}：{short(row['text']) or '（删去）'}")
        say(f"  来自：{row['source']}（{row['who']}，{row['at'][:10]}）")
        if row["note"]:
            say(f"  {row['note']}")
    if not rows:
        say("没有改写的段落。")
    return OK


@command
def dropped(
    project: Project,
    paper: Annotated[str, typer.Argument(help="文书编号。", show_default=False)],
    anchors: Annotated[list[str], typer.Argument(metavar="ANCHOR...", help="改写的编号（可以只写开头）。")],
    as_json: JsonFlag = False,
) -> int:
    """恢复模板的文字：丢掉本项目在这些段落的改写（可以撤销）。"""
    from filingdesk.services import overrides

    with opened(project, write=True) as session:
        done = overrides.drop(session, paper, anchors)
    if as_json:
        emit({"dropped": sorted(done.keys)})
    else:
        say(f"已恢复模板文字 {len(done.keys)} 处。")
    return OK


@command
def held(
    project: Project,
    paper: Annotated[str, typer.Argument(help="文书编号。", show_default=False)],
    anchor: Annotated[str, typer.Argument(metavar="ANCHOR", help="改写的编号（可以只写开头）。")],
    as_json: JsonFlag = False,
) -> int:
    """核对过了，继续用：字段改过以后，改写的文字仍然对，照旧放进文书（可以撤销）。"""
    from filingdesk.domain.errors import UserError
    from filingdesk.services import overrides
    from filingdesk.services.own_words import own_words

    with opened(project, write=True) as session:
        behind = [each for each in own_words(session, paper=paper) if each.stale]
        hits = [each for each in behind if each.override.anchor.startswith(anchor.lstrip("@"))]
        if len(hits) != 1 or hits[0].stale is None:
            raise UserError(
                "overrides.unknown",
                f"没有以“{anchor}”开头、等着决定的改写。",
                "papers overrides list 会列出全部改写。",
            )
        done = overrides.keep(session, paper, hits[0].stale)
    if as_json:
        emit({"kept": sorted(done.keys)})
    else:
        say("继续用本项目的文字。")
    return OK


def add_to(group: typer.Typer) -> None:
    """Add the commands to the group `papers`."""
    group.command("exports")(exported)
    group.command("diff")(diff)
    group.command("redline")(redline)
