"""Which line of a returned file is which line of ours, and where the facts stand in it when the editor lost their controls."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from filingdesk.documents.lines import Line, Piece, Pieces
from filingdesk.documents.returned_body import ReturnedLine

_ALIKE = 0.5
_COMPARED = 2_000
_PAIRS = 20_000
"""So many candidate pairs of one gap are looked at; beyond, only equal lines are paired."""


def match_lines(base: Sequence[Line], came: Sequence[ReturnedLine]) -> dict[int, int]:
    """Index of a returned line → index of the line it was. Anchors first; lines whose anchor was lost are found between
    their neighbours by equal, then by similar words."""
    at = {line.anchor: index for index, line in enumerate(base)}
    matched: dict[int, int] = {}
    taken: set[int] = set()
    for index, line in enumerate(came):
        for anchor in line.anchors:
            if anchor in at and at[anchor] not in taken:
                matched[index] = at[anchor]
                taken.add(at[anchor])
                break
    joined = {at[a] for line in came for a in line.anchors if a in at}
    _fill(base, came, matched, taken | joined)
    return matched


def _fill(
    base: Sequence[Line], came: Sequence[ReturnedLine], matched: dict[int, int], taken: set[int]
) -> None:
    start, low = 0, 0
    for index in range(len(came) + 1):
        if index < len(came) and index not in matched:
            continue
        high = matched[index] if index < len(came) else len(base)
        if index > start and high > low:
            loose = [i for i in range(start, index) if i not in matched]
            free = [i for i in range(low, high) if i not in taken]
            for here, there in _pair(base, came, free, loose):
                matched[here] = there
                taken.add(there)
        if index < len(came):
            start, low = index + 1, high + 1


def _pair(
    base: Sequence[Line], came: Sequence[ReturnedLine], free: list[int], loose: list[int]
) -> list[tuple[int, int]]:
    if not free or not loose:
        return []
    ours = [base[i].text.strip() for i in free]
    theirs = [came[i].text.strip() for i in loose]
    pairs: list[tuple[int, int]] = []
    for tag, a0, a1, b0, b1 in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        if tag == "equal":
            pairs += [(loose[b0 + n], free[a0 + n]) for n in range(a1 - a0)]
        elif tag == "replace" and (a1 - a0) * (b1 - b0) <= _PAIRS:
            at = a0
            for b in range(b0, b1):
                for a in range(at, a1):
                    if alike(ours[a], theirs[b]):
                        pairs.append((loose[b], free[a]))
                        at = a + 1
                        break
    return pairs


def alike(one: str, other: str) -> bool:
    """Are two lines more the same than not? Long ones are judged by their beginning."""
    matcher = SequenceMatcher(None, one[:_COMPARED], other[:_COMPARED], autojunk=False)
    return matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE


def out_of_order(matched: dict[int, int]) -> set[int]:
    """Returned lines that were moved: all but a longest run of lines that kept their order."""
    order = sorted(matched)
    tails: list[int] = []
    tail_at: list[int] = []
    before: dict[int, int] = {}
    for index in order:
        value = matched[index]
        place = bisect_left(tails, value)
        if place == len(tails):
            tails.append(value)
            tail_at.append(index)
        else:
            tails[place] = value
            tail_at[place] = index
        if place:
            before[index] = tail_at[place - 1]
    kept: set[int] = set()
    at = tail_at[-1] if tail_at else None
    while at is not None:
        kept.add(at)
        at = before.get(at)
    return set(order) - kept


def with_facts(line: Line, came: Pieces, *, tagged: bool) -> Pieces:
    """The pieces of a returned line with its facts marked, as far as they can still be told from the words around them."""
    keys = [piece.fact for piece in came if piece.fact]
    if keys or not line.facts:
        return came
    if tagged and any(not piece.gap for piece in line.facts):
        # Controls were kept elsewhere, so here somebody took them away: the words are words now.
        return came
    text = "".join(piece.text for piece in came)
    return _aligned(line.pieces, text, came) or _recovered(line.facts, came)


def _aligned(pieces: Pieces, text: str, came: Pieces) -> Pieces | None:
    """Cut a line at the template's words; None when they changed or do not say where a fact begins and ends."""
    if not any(piece.fact for piece in pieces):
        return None
    parts = _merged_facts(pieces)
    words = [part for part in parts if isinstance(part, str)]
    first = _cut(parts, text, words, from_end=False)
    if first is None or first != _cut(parts, text, words, from_end=True):
        return None
    out: list[Piece] = []
    spans = iter(first)
    for part in parts:
        if isinstance(part, str):
            out.append(Piece(part))
            continue
        shares = _shares(part, next(spans))
        if shares is None:
            return None
        out += [
            Piece(share, piece.fact, gap=piece.gap and share == piece.text, label=piece.label)
            for piece, share in zip(part, shares, strict=True)
        ]
    return _with_computed(tuple(out), came)


def _recovered(facts: Sequence[Piece], came: Pieces) -> Pieces:
    """The template's words changed, too: facts that still stand there word for word, once and in order, are taken for facts."""
    out: list[Piece] = []
    waiting = [fact for fact in facts if not fact.gap and len(fact.text.strip()) > 1]
    whole = "".join(piece.text for piece in came)
    waiting = [fact for fact in waiting if whole.count(fact.text) == 1]
    for piece in came:
        rest = piece.text
        while waiting and not piece.computed and waiting[0].text in rest:
            fact = waiting.pop(0)
            before, _, rest = rest.partition(fact.text)
            out += [replace(piece, text=before), replace(fact)]
        out.append(replace(piece, text=rest))
    return tuple(piece for piece in out if piece.text or piece.fact)


def _with_computed(pieces: Pieces, came: Pieces) -> Pieces:
    """Numbers that Word computes keep their mark: the returned line knows where they stand."""
    if not any(piece.computed for piece in came):
        return pieces
    starts, at = [], 0
    for piece in came:
        if piece.computed:
            starts.append((at, at + len(piece.text)))
        at += len(piece.text)
    out: list[Piece] = []
    at = 0
    for piece in pieces:
        end = at + len(piece.text)
        inside = [(s, e) for s, e in starts if s >= at and e <= end]
        if piece.fact or not inside:
            out.append(piece)
        else:
            here = at
            for s, e in inside:
                out += [
                    Piece(piece.text[here - at : s - at]),
                    Piece(piece.text[s - at : e - at], computed=True),
                ]
                here = e
            out.append(Piece(piece.text[here - at :]))
        at = end
    return tuple(piece for piece in out if piece.text or piece.fact)


def _merged_facts(pieces: Pieces) -> list[str | list[Piece]]:
    """Words and groups of facts in turn."""
    parts: list[str | list[Piece]] = []
    for piece in pieces:
        last = parts[-1] if parts else None
        if piece.fact:
            if isinstance(last, list):
                last.append(piece)
            else:
                parts.append([piece])
        elif isinstance(last, str):
            parts[-1] = last + piece.text
        else:
            parts.append(piece.text)
    return parts


def _cut(parts: list[str | list[Piece]], text: str, words: list[str], *, from_end: bool) -> list[str] | None:
    """The text of each group of facts, the words between taken as early (or as late) as they occur."""
    head = parts[0] if isinstance(parts[0], str) else ""
    tail = parts[-1] if len(parts) > 1 and isinstance(parts[-1], str) else ""
    if not text.startswith(head) or not text[len(head) :].endswith(tail):
        return None
    middle = text[len(head) : len(text) - len(tail)]
    inner = words[1 if head else 0 : len(words) - (1 if tail else 0)]
    spans: list[str] = []
    for word in reversed(inner) if from_end else inner:
        at = middle.rfind(word) if from_end else middle.find(word)
        if at < 0:
            return None
        spans.append(middle[at + len(word) :] if from_end else middle[:at])
        middle = middle[:at] if from_end else middle[at + len(word) :]
    spans.append(middle)
    return spans[::-1] if from_end else spans


def _shares(group: list[Piece], text: str) -> list[str] | None:
    """Which fact of a group without words between them has which part of the text."""
    if len(group) == 1:
        return [text]
    shown = [piece.text for piece in group]
    if "".join(shown) == text:
        return shown
    before = 0
    rest = text
    while before < len(group) - 1 and rest.startswith(shown[before]):
        rest = rest[len(shown[before]) :]
        before += 1
    after = 0
    while after < len(group) - 1 - before and rest.endswith(shown[-1 - after]):
        rest = rest[: len(rest) - len(shown[-1 - after])]
        after += 1
    if before + after != len(group) - 1:
        return None
    return [*shown[:before], rest, *shown[len(group) - after :]]
