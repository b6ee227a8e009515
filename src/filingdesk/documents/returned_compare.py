"""What somebody changed in a returned file: facts, words, structure; compared with the lines as they left the house."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from filingdesk.documents.lines import Line, Pieces, prose_of
from filingdesk.documents.returned import ReturnedFile
from filingdesk.documents.returned_body import ReturnedLine
from filingdesk.documents.returned_match import match_lines, out_of_order, with_facts


@dataclass(frozen=True)
class FactEdit:
    """A fact that reads differently in one place: what was shown, what stands there now."""

    key: str
    old: str
    new: str
    was_gap: bool
    label: str
    place: str
    anchor: str


@dataclass(frozen=True)
class WordsEdit:
    """A line whose own words were changed. `lost` are facts that are no controls any more; `line` is the line as it was."""

    line: Line
    new: Pieces
    lost: tuple[str, ...]

    @property
    def old_text(self) -> str:
        return "".join(piece.text for piece in self.line.pieces)

    @property
    def new_text(self) -> str:
        return "".join(piece.text for piece in self.new)


@dataclass(frozen=True)
class Removed:
    """A line that is gone; `joined` when its words went into another paragraph."""

    line: Line
    joined: bool = False


@dataclass(frozen=True)
class Added:
    """A paragraph that is not ours, behind the line `after` (None: before the first). Several in a row keep their order.
    `inside`: in the same cell or list as that line; `table`: in a row or table that is not ours."""

    after: Line | None
    came: ReturnedLine
    pieces: Pieces
    inside: bool = False
    table: bool = False

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True)
class Moved:
    """A line that stands elsewhere now: under the heading `to`."""

    line: Line
    to: str


@dataclass(frozen=True)
class Difference:
    """Everything that differs. `same` lines are as they were, `found` lines are still there at all; `unchanged_facts` counts in
    how many places each fact stands as it was."""

    facts: tuple[FactEdit, ...]
    words: tuple[WordsEdit, ...]
    removed: tuple[Removed, ...]
    added: tuple[Added, ...]
    moved: tuple[Moved, ...]
    same: int
    found: int
    unchanged_facts: dict[str, int]

    @property
    def nothing(self) -> bool:
        return not (self.facts or self.words or self.removed or self.added or self.moved)


def difference(base: Sequence[Line], file: ReturnedFile) -> Difference:
    """Compare the lines as they were with those of a returned file."""
    matched = match_lines(base, file.lines)
    moved_at = out_of_order(matched)
    facts: list[FactEdit] = []
    words: list[WordsEdit] = []
    added: list[Added] = []
    moved: list[Moved] = []
    unchanged: dict[str, int] = {}
    same = 0
    after: Line | None = None
    last: ReturnedLine | None = None
    for index, came in enumerate(file.lines):
        if index not in matched:
            number = next((matched[n] for n in range(index + 1, len(file.lines)) if n in matched), None)
            following = base[number] if number is not None else None
            if after is not None and following is not None and _one_text(after, following):
                facts = _longer(facts, after, came)
            else:
                added.append(_added(after, last, came, following))
            continue
        line = base[matched[index]]
        pieces = with_facts(line, came.pieces, tagged=file.tagged)
        edits, kept = _fact_edits(line, pieces)
        facts += edits
        for key in kept:
            unchanged[key] = unchanged.get(key, 0) + 1
        if _words_differ(line, pieces):
            here = {piece.fact for piece in pieces if piece.fact}
            lost = tuple(dict.fromkeys(p.fact for p in line.facts if p.fact not in here))
            words.append(WordsEdit(line, pieces, lost))
        elif not edits:
            same += 1
        if index in moved_at:
            moved.append(Moved(line, after.place if after else ""))
        after, last = line, came
    there = set(matched.values())
    joined = {anchor for came in file.lines for anchor in came.anchors}
    removed: list[Removed] = []
    for n, line in enumerate(base):
        if n in there:
            continue
        near = [base[m] for m in (n - 1, n + 1) if 0 <= m < len(base)]
        if line.anchor not in joined and any(_one_text(line, other) for other in near):
            # One paragraph of a longer text that is a fact as a whole.
            (piece,) = line.pieces
            facts.append(FactEdit(piece.fact, piece.text, "", False, piece.label, line.place, line.anchor))
        else:
            removed.append(Removed(line, joined=line.anchor in joined))
    return Difference(
        tuple(facts), tuple(words), tuple(removed), tuple(added), tuple(moved), same, len(there), unchanged
    )


def _one_text(one: Line, other: Line) -> bool:
    """Are both lines nothing but different paragraphs of one fact?"""
    return (
        len(one.pieces) == len(other.pieces) == 1
        and one.text != other.text
        and bool(one.pieces[0].fact)
        and one.pieces[0].fact == other.pieces[0].fact
        and not (one.pieces[0].gap or other.pieces[0].gap)
    )


def _longer(facts: list[FactEdit], after: Line, came: ReturnedLine) -> list[FactEdit]:
    """A paragraph typed into a longer text that is a fact: it belongs to the fact."""
    text = "".join(piece.text for piece in came.pieces)
    last = facts[-1] if facts else None
    if last is not None and last.anchor == after.anchor:
        return [*facts[:-1], replace(last, new=f"{last.new}\n{text}")]
    (piece,) = after.pieces
    new = f"{piece.text}\n{text}"
    return [*facts, FactEdit(piece.fact, piece.text, new, False, piece.label, after.place, after.anchor)]


def _added(
    after: Line | None, last: ReturnedLine | None, came: ReturnedLine, following: Line | None
) -> Added:
    if came.table:
        ours = last is not None and last.spot == came.spot
        return Added(after, came, came.pieces, inside=ours, table=not ours)
    in_list = after is not None and following is not None and after.block == following.block
    return Added(after, came, came.pieces, inside=in_list and after is not None and not after.table)


def _words_differ(line: Line, pieces: Pieces) -> bool:
    return _bare(line.prose) != _bare(prose_of(pieces))


def _bare(text: str) -> str:
    return text.replace("\u00a0", " ").strip()


def _fact_edits(line: Line, pieces: Pieces) -> tuple[list[FactEdit], list[str]]:
    """Facts of a line that read differently, and the keys of those that do not."""
    ours: dict[str, list[int]] = {}
    for index, piece in enumerate(line.pieces):
        if piece.fact:
            ours.setdefault(piece.fact, []).append(index)
    theirs: dict[str, list[int]] = {}
    for index, piece in enumerate(pieces):
        if piece.fact:
            theirs.setdefault(piece.fact, []).append(index)
    edits: list[FactEdit] = []
    kept: list[str] = []
    for key, at in ours.items():
        there = theirs.get(key, [])
        for n, index in enumerate(at):
            if n >= len(there):
                break
            old, new = line.pieces[index], pieces[there[n]]
            if _bare(old.text) == _bare(new.text):
                kept.append(key)
            else:
                shown = "" if old.gap else old.text
                edits.append(FactEdit(key, shown, new.text, old.gap, old.label, line.place, line.anchor))
    return edits, kept
