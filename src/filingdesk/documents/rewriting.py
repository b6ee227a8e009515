"""Puts a project's own words in place of paragraphs of a paper, visibly, and says which of them no longer fit."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from filingdesk.documents.blocks import Document, Run, Runs
from filingdesk.documents.lines import Keys, Line, Piece, Pieces, Rewrite, grouped_runs, map_lines, same_keys
from filingdesk.documents.numbering import number_blocks

GONE, OUTDATED = "gone", "outdated"


@dataclass(frozen=True)
class Override:
    """What the project says at one anchor. `pieces`: the words in place of the template's (None: those stay; empty: the
    paragraph is left out). `inside` and `behind` are paragraphs added after it, in the same cell or list, or behind the
    whole block. `was` is the template's text that was replaced; `frozen` are facts that stood in it and are plain words
    now (key → what was shown)."""

    anchor: str
    pieces: Pieces | None = None
    inside: tuple[Pieces, ...] = ()
    behind: tuple[Pieces, ...] = ()
    was: str = ""
    place: str = ""
    frozen: Mapping[str, str] | None = None
    source: str = ""
    who: str = ""
    at: str = ""


@dataclass(frozen=True)
class Stale:
    """An override that was left out. `reason`: the paragraph is no longer there (GONE), or facts in it changed (OUTDATED);
    `changed` says which (key, as it was, as it is)."""

    override: Override
    reason: str
    changed: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class Rewritten:
    """The document with the words of the project in it; `applied` anchors; `stale` ones were not put in."""

    document: Document
    applied: tuple[str, ...] = ()
    stale: tuple[Stale, ...] = ()


def rewrite(
    document: Document,
    overrides: Mapping[str, Override],
    keys: Keys = same_keys,
    path_of: Callable[[str], str] = same_keys,
) -> Rewritten:
    """Apply overrides by anchor. One whose frozen facts have changed is left out whole, so that nothing outdated is printed."""
    if not overrides:
        return Rewritten(document)
    applied: list[str] = []
    stale: dict[str, Stale] = {}

    def visit(line: Line, runs: Runs) -> Rewrite:
        override = overrides.get(line.anchor)
        if override is None:
            return Rewrite((runs,))
        changed = _changed(line, override)
        if changed:
            stale[line.anchor] = Stale(override, OUTDATED, changed)
            return Rewrite((runs,))
        applied.append(line.anchor)
        own: tuple[Runs, ...] = (runs,)
        if override.pieces is not None:
            words = as_runs(override.pieces, line.anchor, runs, keys, path_of)
            own = (words,) if words else ()
        inside = _added(override.inside, f"{line.anchor}_i", keys, path_of)
        behind = _added(override.behind, f"{line.anchor}_b", keys, path_of)
        return Rewrite((*own, *inside), behind)

    made = map_lines(document, visit, keys)
    for anchor, override in overrides.items():
        if anchor not in applied and anchor not in stale:
            stale[anchor] = Stale(override, GONE)
    numbered = replace(made, blocks=number_blocks(made.blocks))
    return Rewritten(numbered, tuple(applied), tuple(stale.values()))


def _changed(line: Line, override: Override) -> tuple[tuple[str, str, str], ...]:
    now: dict[str, str] = {}
    for piece in line.facts:
        now.setdefault(piece.fact, piece.text)
    return tuple(
        (key, was, now.get(key, ""))
        for key, was in (override.frozen or {}).items()
        if now.get(key, "").strip() != was.strip()
    )


def _added(
    paras: tuple[Pieces, ...], name: str, keys: Keys, path_of: Callable[[str], str]
) -> tuple[Runs, ...]:
    made = (as_runs(pieces, f"{name}{n}", (), keys, path_of) for n, pieces in enumerate(paras, 1))
    return tuple(runs for runs in made if runs)  # an emptied place only keeps its number


def as_runs(pieces: Pieces, anchor: str, live: Runs, keys: Keys, path_of: Callable[[str], str]) -> Runs:
    """Pieces as runs that carry the anchor. A fact is shown as the paper's own runs of it (`live`) show it now."""
    groups: dict[str, list[list[Run]]] = {}
    for group in grouped_runs(live):
        if group[0].fact:
            groups.setdefault(keys(group[0].fact), []).append(group)
    references = [run for run in live if run.ref]
    out: list[Run] = []
    for piece in pieces:
        now = groups.get(piece.fact, []) if piece.fact else []
        if now:
            group = now.pop(0) if len(now) > 1 else now[0]
            out += [replace(run, rewritten=anchor) for run in group]
        elif piece.computed and references:
            out.append(replace(references.pop(0), rewritten=anchor))
        else:
            out.append(_run(piece, anchor, path_of))
    return tuple(run for run in out if run.text)


def _run(piece: Piece, anchor: str, path_of: Callable[[str], str]) -> Run:
    fact = path_of(piece.fact) if piece.fact else None
    return Run(
        piece.text, piece.bold, piece.italic, fact, piece.gap, piece.label if fact else "", rewritten=anchor
    )
