"""Paragraphs that a project says in its own words: kept as entries beside the facts, put into papers, told when they no longer fit."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, cast

from filingdesk.documents.blocks import Document
from filingdesk.documents.lines import Piece, Pieces
from filingdesk.documents.rewriting import GONE, Override, Rewritten, Stale, rewrite
from filingdesk.domain.errors import UserError
from filingdesk.domain.facts import Facts
from filingdesk.domain.flat import path_of
from filingdesk.domain.specs import label_of
from filingdesk.services.changes import OVERRIDE, Changes
from filingdesk.services.exports import keys_in
from filingdesk.services.session import Session
from filingdesk.store.model import Change, Json

Kept = dict[str, dict[str, Override]]


def kept(session: Session) -> Kept:
    """Paper → anchor → what the project says there."""
    found: Kept = {}
    for key, value in session.marks(OVERRIDE).items():
        paper, _, anchor = key.partition("/")
        if isinstance(value, dict):
            found.setdefault(paper, {})[anchor] = _from_plain(anchor, cast(Mapping[str, Any], value))
    return found


def key_for(paper: str, anchor: str) -> str:
    """The entry of what a project says at an anchor."""
    return f"{OVERRIDE}{paper}/{anchor}"


def apply(document: Document, overrides: Mapping[str, Override], facts: Facts) -> Rewritten:
    """The document with the project's words; what had to be left out stands in its warnings."""
    if not overrides:
        return Rewritten(document)

    def path(key: str) -> str:
        try:
            return path_of(facts, key)
        except KeyError:
            return key

    done = rewrite(document, overrides, keys_in(facts), path)
    told = tuple(told_of(stale) for stale in done.stale)
    return replace(done, document=replace(done.document, warnings=(*document.warnings, *told)))


def told_of(stale: Stale) -> str:
    """Why a rewritten paragraph was left out, as a sentence."""
    words = _short(stale.override.was or words_of(stale.override))
    if stale.reason == GONE:
        return f"本项目改写的一段没有放进文书：模板里已经没有原来那一段了（“{words}”）。"
    names = "、".join(
        f"「{label_of_key(key)}」由“{_short(was, 20)}”变成“{_short(now, 20)}”"
        for key, was, now in stale.changed
    )
    return f"本项目改写的一段没有放进文书：{names}，而改写的文字里写的还是旧内容（“{words}”）。"


def label_of_key(key: str) -> str:
    """The label of the field behind a key."""
    return label_of(key) if not key.startswith("@") else key


def check_final(title: str, done: Rewritten) -> None:
    """A final does not leave the house while words of the project are left out of it."""
    if done.stale:
        raise UserError(
            "papers.override_stale",
            f"《{title}》有 {len(done.stale)} 处本项目改写的文字没有放进去：{told_of(done.stale[0])}",
            "请在「退回稿」页决定：恢复模板的文字，或重新采用；也可以先出草稿。",
        )


def put(paper: str, override: Override | None, anchor: str, old: Json) -> Change:
    """The change that keeps (or, with None, drops) what the project says at an anchor."""
    return Change(key_for(paper, anchor), old, None if override is None else cast(Json, _plain(override)))


def drop(session: Session, paper: str, anchors: Iterable[str]) -> Changes:
    """Go back to the template's words; one edit that undo takes back. Anchors may be shortened as long as they are clear."""
    entries = session.marks(OVERRIDE)
    changes = []
    for anchor in anchors:
        wanted = f"{paper}/{anchor.lstrip('@')}"
        hits = [key for key in entries if key.startswith(wanted)]
        exact = [key for key in hits if key == wanted]
        if len(exact or hits) != 1:
            what = "不止一处" if hits else "没有"
            raise UserError(
                "overrides.unknown",
                f"以“{anchor}”开头的改写{what}。",
                "papers overrides list 会列出全部改写。",
            )
        key = (exact or hits)[0]
        changes.append(Change(f"{OVERRIDE}{key}", entries[key], None))
    if not changes:
        raise UserError("overrides.unknown", "没有说明恢复哪一处。", "papers overrides list 会列出全部改写。")
    return session.apply_meta(changes, f"恢复模板文字（{len(changes)} 处）")


def keep(session: Session, paper: str, stale: Stale) -> Changes:
    """Put the project's words in all the same: somebody has read them against what changed. `UserError` when their paragraph is
    gone."""
    if stale.reason == GONE:
        raise UserError(
            "overrides.gone",
            "原来那一段已经不在文书里，没有地方可放。",
            "请恢复模板文字；需要保留的话，请在 Word 里另加一段再读回。",
        )
    frozen = {**(stale.override.frozen or {}), **{key: now for key, _was, now in stale.changed}}
    anchor = stale.override.anchor
    old = session.marks(OVERRIDE).get(f"{paper}/{anchor}")
    change = put(paper, replace(stale.override, frozen=frozen), anchor, old)
    return session.apply_meta([change], "核对后继续用本项目的文字")


def words_of(override: Override) -> str:
    """All words that the project says at one anchor."""
    lines = [override.pieces or (), *override.inside, *override.behind]
    return "".join(piece.text for pieces in lines for piece in pieces)


def _short(text: str, limit: int = 40) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else f"{flat[:limit]}…"


def _plain(override: Override) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "was": override.was,
        "place": override.place,
        "source": override.source,
        "who": override.who,
        "at": override.at,
    }
    if override.pieces is not None:
        plain["pieces"] = [_piece(p) for p in override.pieces]
    if override.inside:
        plain["inside"] = [[_piece(p) for p in pieces] for pieces in override.inside]
    if override.behind:
        plain["behind"] = [[_piece(p) for p in pieces] for pieces in override.behind]
    if override.frozen:
        plain["frozen"] = dict(override.frozen)
    return plain


def _piece(piece: Piece) -> dict[str, Any]:
    plain: dict[str, Any] = {"text": piece.text}
    if piece.fact:
        plain["fact"] = piece.fact
    for name in ("gap", "computed", "bold", "italic"):
        if getattr(piece, name):
            plain[name] = True
    if piece.label:
        plain["label"] = piece.label
    return plain


def _from_plain(anchor: str, plain: Mapping[str, Any]) -> Override:
    pieces = plain.get("pieces")
    return Override(
        anchor,
        None if pieces is None else _pieces(pieces),
        tuple(_pieces(p) for p in plain.get("inside", ())),
        tuple(_pieces(p) for p in plain.get("behind", ())),
        str(plain.get("was", "")),
        str(plain.get("place", "")),
        {str(k): str(v) for k, v in plain.get("frozen", {}).items()},
        str(plain.get("source", "")),
        str(plain.get("who", "")),
        str(plain.get("at", "")),
    )


def _pieces(plain: Iterable[Mapping[str, Any]]) -> Pieces:
    return tuple(
        Piece(
            str(p.get("text", "")),
            str(p.get("fact", "")),
            gap=bool(p.get("gap")),
            computed=bool(p.get("computed")),
            bold=bool(p.get("bold")),
            italic=bool(p.get("italic")),
            label=str(p.get("label", "")),
        )
        for p in plain
    )
