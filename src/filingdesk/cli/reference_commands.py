"""reuse, impact, search, cards: what the second filing takes from the first, whom a fact touches, and knowledge at hand."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from filingdesk.cli.facts_commands import Project, opened
from filingdesk.cli.output import OK, JsonFlag, command, emit, say, table
from filingdesk.domain.errors import UserError

if TYPE_CHECKING:
    from filingdesk.services.cards import Card


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


@command
def search(
    words: Annotated[list[str], typer.Argument(help="要找的字词，可写多个；一个字也可以。")],
    project: Annotated[Path | None, typer.Option("--project", help="也在这个项目的内容里找。")] = None,
    kinds: Annotated[
        list[str] | None,
        typer.Option("--kind", help="只找这一类（可多次）：clause、rule、help、risk、policy、fact。"),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=500, help="最多列几条。")] = 20,
    as_json: JsonFlag = False,
) -> int:
    """在条款、规则、填写帮助、法律责任、政策和项目内容里全文检索。"""
    from filingdesk.services.knowledge_search import KIND_WORDS, KnowledgeBase

    if unknown := [k for k in kinds or () if k not in KIND_WORDS]:
        raise UserError("search.kind", f"没有“{unknown[0]}”这一类。", f"可用：{'、'.join(KIND_WORDS)}。")
    base = KnowledgeBase()
    try:
        if project is not None:
            with opened(project) as session:
                base.set_facts(session.facts)
        found = base.search(" ".join(words), kinds=kinds, limit=limit)
    finally:
        base.close()
    if as_json:
        emit(
            {
                "query": found.query,
                "loose": found.loose,
                "hits": [
                    {
                        "kind": h.entry.kind,
                        "id": h.entry.id,
                        "title": h.entry.title,
                        "where": h.entry.where,
                        "piece": h.piece,
                        "marks": [list(m) for m in h.marks],
                        "source": h.entry.source.value if h.entry.source else "",
                        "place": h.entry.place,
                    }
                    for h in found.hits
                ],
            }
        )
        return OK
    if found.loose:
        say("没有完全一致的，以下只有部分相同：")
    for h in found.hits:
        say(f"{KIND_WORDS[h.entry.kind]}  {h.entry.title}  {h.entry.where}  [{h.entry.id}]")
        if h.piece:
            say(f"    {h.piece}")
    if not found.hits:
        say("没有找到。换个说法，或少写几个字再试。")
    return OK


@command
def cards_list(
    kind: Annotated[str, typer.Option("--kind", help="只列这一类：clause、risk、policy。")] = "",
    identity: Annotated[str, typer.Option("--id", help="只看这一张。")] = "",
    as_json: JsonFlag = False,
) -> int:
    """列出条款、法律责任和政策卡片，写明来源和核对日期。"""
    from filingdesk.services import cards as service

    if kind and kind not in service.CARD_WORDS:
        raise UserError("cards.kind", f"没有“{kind}”这一类。", f"可用：{'、'.join(service.CARD_WORDS)}。")
    found = [
        c for c in service.all_cards() if (not kind or c.kind == kind) and (not identity or c.id == identity)
    ]
    if identity and not found:
        raise UserError("cards.unknown", f"没有编号为“{identity}”的卡片。", "不写 --id 可以列出全部。")
    if as_json:
        emit({"cards": [_card_json(c) for c in found]})
        return OK
    for card in found:
        _say_card(card)
    return OK


def _card_json(card: "Card") -> dict[str, Any]:
    from dataclasses import asdict

    return {**asdict(card), "source": card.source.value}


def _say_card(card: "Card") -> None:
    state = f"（{card.state}）" if card.state else ""
    say(f"{card.title}  {card.where}  [{card.source.badge}]{state}  {card.id}")
    say(f"    {card.text}")
    for extra in (card.note, card.todo):
        if extra:
            say(f"    {extra}")
    dates = [
        f"自 {card.effective} 起施行" if card.effective else "",
        f"至 {card.until} 止" if card.until else "",
    ]
    say(f"    {'，'.join([d for d in dates if d] + [f'核对于 {card.checked_on}'])}")


@command
def cards_add(
    title: Annotated[str, typer.Argument(help="标题。")],
    text: Annotated[str, typer.Argument(help="内容。")],
    as_of: Annotated[str, typer.Option("--as-of", help="消息的日期，如 2026-11-23；不写用今天。")] = "",
    region: Annotated[str, typer.Option("--region", help="适用的地方。")] = "",
    todo: Annotated[str, typer.Option("--todo", help="要去核实什么。")] = "",
    link_text: Annotated[str, typer.Option("--link", help="出处。")] = "",
    confirmed: Annotated[bool, typer.Option("--confirmed", help="已向主管部门核实。")] = False,
    identity: Annotated[str, typer.Option("--id", help="改写这一张；不写则新增。")] = "",
    as_json: JsonFlag = False,
) -> int:
    """添加或改写一张政策卡片；保存在项目之外。"""
    from filingdesk.bootstrap import workspace
    from filingdesk.services import cards as service
    from filingdesk.store.journal import CHINA

    today = workspace().clock().astimezone(CHINA).date()
    made = service.make_policy(
        identity or service.new_id(title, today),
        title=title,
        text=text,
        as_of=as_of or today.isoformat(),
        region=region,
        todo=todo,
        link_text=link_text,
        confirmed=confirmed,
    )
    service.save_policy(made)
    if as_json:
        emit({"id": made.id})
    else:
        say(f"已保存：{made.id}")
    return OK


@command
def cards_remove(
    identity: Annotated[str, typer.Argument(metavar="ID", help="自建卡片的编号。")], as_json: JsonFlag = False
) -> int:
    """去掉一张自建的政策卡片。"""
    from filingdesk.services import cards as service

    service.remove_policy(identity)
    if as_json:
        emit({"removed": identity})
    else:
        say("已去掉。")
    return OK


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("reuse")(reuse)
    app.command("impact")(impact)
    app.command("search")(search)
    group = typer.Typer(
        help="知识卡片：条款、法律责任、政策。", rich_markup_mode=None, invoke_without_command=True
    )

    @group.callback()
    def _default(context: typer.Context, as_json: JsonFlag = False) -> None:
        if context.invoked_subcommand is None:
            cards_list(as_json=as_json)

    group.command("list")(cards_list)
    group.command("add")(cards_add)
    group.command("remove")(cards_remove)
    app.add_typer(group, name="cards")
