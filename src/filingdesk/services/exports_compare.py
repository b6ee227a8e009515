"""Two versions of a paper side by side: which facts read differently, and which paragraphs, word by word, in the order of the paper."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from filingdesk.documents.blocks import Document
from filingdesk.documents.lines import Line, lines_of
from filingdesk.documents.returned_body import ReturnedLine
from filingdesk.documents.returned_match import match_lines, out_of_order
from filingdesk.documents.worddiff import Stretch, word_diff
from filingdesk.domain.errors import UserError
from filingdesk.domain.flat import Flat, Value, flatten
from filingdesk.domain.jobs import Cancel, Progress, Report, silent
from filingdesk.domain.meta import Kind
from filingdesk.domain.paths import parse, pattern_of
from filingdesk.domain.specs import FieldSpec, ListSpec, spec_of, trail_of
from filingdesk.domain.values import parse_attachment
from filingdesk.services import exports
from filingdesk.services.exports import KeptExport, keys_in, words_of
from filingdesk.services.papers import Desk
from filingdesk.services.redlines import NOW
from filingdesk.services.session import Session

FactKind = Literal["changed", "filled", "cleared", "new", "gone"]
ParagraphKind = Literal["words", "facts", "added", "removed", "moved"]
FACT_WORDS: Mapping[FactKind, str] = {
    "changed": "改了",
    "filled": "填上",
    "cleared": "清空",
    "new": "新出现",
    "gone": "不再出现",
}
PARAGRAPH_WORDS: Mapping[ParagraphKind, str] = {
    "words": "文字改写",
    "facts": "随字段变",
    "added": "新增",
    "removed": "删去",
    "moved": "移动",
}
_STEP = 100
"""Paragraphs between two looks at `cancel`."""


@dataclass(frozen=True)
class FactDelta:
    """A fact that reads differently: `trail` names it for people, `places` are the headings under which it stands.

    `new`: the older version does not show this field at all; `gone`: the newer one does not; neither says that its value changed.
    """

    key: str
    trail: str
    kind: FactKind
    old: str
    new: str
    places: tuple[str, ...]


@dataclass(frozen=True)
class ParagraphDelta:
    """A paragraph that differs. `facts`: only values of fields differ; `words`: its own words, too. Of one that was added all is new,
    of one that was removed or moved `stretches` hold all its words. `place`: the heading; of one that was moved, where it stood before."""

    kind: ParagraphKind
    place: str
    stretches: tuple[Stretch, ...]
    table: bool = False
    to: str = ""


@dataclass(frozen=True)
class State:
    """One version of a paper: its lines, the raw values of the facts it shows (blank ones are absent), and its template's hash."""

    which: str
    name: str
    paper: str
    title: str
    lines: tuple[Line, ...]
    values: Flat
    template: str


@dataclass(frozen=True)
class Comparison:
    """What differs between two versions of one paper; `same` paragraphs do not. `template_changed`: they were made with different
    texts of the template."""

    old: State
    new: State
    facts: tuple[FactDelta, ...]
    paragraphs: tuple[ParagraphDelta, ...]
    same: int
    template_changed: bool

    @property
    def nothing(self) -> bool:
        return not (self.facts or self.paragraphs)

    def count(self, kind: ParagraphKind) -> int:
        """How many paragraphs changed in this way."""
        return sum(each.kind == kind for each in self.paragraphs)


def version_name(export: KeptExport) -> str:
    """An export for people: number, day and time, draft or final."""
    kind = "草稿" if export.draft else "正式稿"
    return f"第 {export.number} 次导出（{export.at[:16].replace('T', ' ')}，{kind}）"


def proposed(known: Sequence[KeptExport]) -> tuple[str, str] | None:
    """What one wants to compare first: the last two exports; the only one with what the paper would say now; None without any."""
    if not known:
        return None
    if len(known) == 1:
        return str(known[0].number), NOW
    return str(known[-2].number), str(known[-1].number)


def state(session: Session, desk: Desk, paper: str, which: str) -> State:
    """A version by the number of its export or `now`. `UserError` when there is no such export or its record cannot be read."""
    found = desk.paper(paper)
    if which == NOW:
        document, key = desk.document(found.id), keys_in(desk.facts)
        lines = lines_of(document, key)
        flat = flatten(desk.facts)
        shown = _shown(lines)
        values = {k: flat[k] for k in sorted(shown) if k in flat}
        return State(which, "现在的内容", found.id, found.title, lines, values, found.sha256)
    export = next((e for e in exports.all_exports(session, found.id) if str(e.number) == which), None)
    if export is None:
        raise UserError(
            "exports.unknown", f"《{found.title}》没有第 {which} 次导出的记录。", "请重新选择要比较的版本。"
        )
    content = exports.content(session, export)
    lines = _lines(content.document, content.keys)
    return State(which, version_name(export), found.id, found.title, lines, content.values, content.template)


def _lines(document: Document, keys: Mapping[str, str]) -> tuple[Line, ...]:
    return lines_of(document, lambda path: keys.get(path, path))


def _shown(lines: Iterable[Line]) -> set[str]:
    return {piece.fact for line in lines for piece in line.facts}


def compare(
    session: Session,
    desk: Desk,
    paper: str,
    old: str,
    new: str,
    cancel: Cancel | None = None,
    report: Report = silent,
) -> Comparison:
    """Compare two versions of a paper. For a job; `UserError` as of `state`, and for two versions that are one."""
    cancel = cancel or Cancel()
    if old == new:
        raise UserError("exports.same", "选的是同一个版本。", "请选两个不同的版本。")
    before = state(session, desk, paper, old)
    cancel.check()
    after = state(session, desk, paper, new)
    cancel.check()
    paragraphs, same = _paragraphs(before.lines, after.lines, cancel, report)
    cancel.check()
    facts = _facts(before, after)
    changed = before.template != after.template
    return Comparison(before, after, facts, paragraphs, same, changed)


# Paragraphs


def _paragraphs(
    old: Sequence[Line], new: Sequence[Line], cancel: Cancel, report: Report
) -> tuple[tuple[ParagraphDelta, ...], int]:
    came = [ReturnedLine((line.anchor,), line.pieces, line.place) for line in new]
    matched = match_lines(old, came)
    moved = out_of_order(matched)
    cancel.check()
    gone = _gone_behind(old, matched, moved)
    out = [_removed(old[at]) for at in gone.pop(-1, ())]
    same = 0
    for index, line in enumerate(new):
        if index % _STEP == 0:
            cancel.check()
            report(Progress(index, len(new), f"正在比较第 {index + 1} 段，共 {len(new)} 段"))
        at = matched.get(index)
        if at is None:
            out.append(ParagraphDelta("added", line.place, (Stretch("changed", "", line.shown),), line.table))
            continue
        delta = _changed(old[at], line, moved=index in moved)
        if delta is None:
            same += 1
        else:
            out.append(delta)
        out += [_removed(old[n]) for n in gone.pop(at, ())]
    return tuple(out), same


def _gone_behind(
    old: Sequence[Line], matched: Mapping[int, int], moved: Iterable[int]
) -> dict[int, list[int]]:
    """Lines that are gone, by the line that kept its place before them (-1: none)."""
    there = set(matched.values())
    stayed = there - {matched[index] for index in moved}
    gone: dict[int, list[int]] = {}
    last = -1
    for at in range(len(old)):
        if at in stayed:
            last = at
        elif at not in there:
            gone.setdefault(last, []).append(at)
    return gone


def _removed(line: Line) -> ParagraphDelta:
    return ParagraphDelta("removed", line.place, (Stretch("changed", line.shown, ""),), line.table)


def _changed(old: Line, new: Line, *, moved: bool) -> ParagraphDelta | None:
    # Numbers that Word computes change with every paragraph before them and are nobody's edit.
    if old.text.strip() != new.text.strip():
        kind: ParagraphKind = "facts" if old.prose.strip() == new.prose.strip() else "words"
        kind = "moved" if moved else kind
        return ParagraphDelta(
            kind,
            old.place if moved else new.place,
            word_diff(old.shown, new.shown),
            new.table,
            new.place if moved else "",
        )
    if moved:
        words = (Stretch("same", new.shown, new.shown),)
        return ParagraphDelta("moved", old.place, words, new.table, new.place)
    return None


# Facts


def _facts(old: State, new: State) -> tuple[FactDelta, ...]:
    """In the order in which the newer version shows them; what only the older one shows comes last."""
    ours, theirs = _places(old.lines), _places(new.lines)
    out = []
    for key in dict.fromkeys((*theirs, *ours)):
        if key.startswith("@"):
            continue
        before, after = old.values.get(key, ""), new.values.get(key, "")
        kind = _kind(before, after, in_old=key in ours, in_new=key in theirs)
        if kind is not None:
            was, now = _told(key, before, after)
            trail = trail_words(key, new.values, old.values)
            places = theirs.get(key) or ours.get(key, ())
            out.append(FactDelta(key, trail, kind, was, now, places))
    return tuple(out)


def _kind(before: Value, after: Value, *, in_old: bool, in_new: bool) -> FactKind | None:
    if not in_old:
        return "new" if after else None
    if not in_new:
        return "gone" if before else None
    if before == after:
        return None
    return "filled" if not before else "cleared" if not after else "changed"


def _places(lines: Iterable[Line]) -> dict[str, tuple[str, ...]]:
    """key → the headings under which it is shown, in order."""
    found: dict[str, dict[str, None]] = {}
    for line in lines:
        for piece in line.facts:
            found.setdefault(piece.fact, {})[line.place] = None
    return {key: tuple(place for place in places if place) for key, places in found.items()}


def _told(key: str, before: Value, after: Value) -> tuple[str, str]:
    spec = spec_of(key)
    if not (isinstance(spec, FieldSpec) and spec.meta.kind == Kind.ATTACHMENTS):
        return words_of(before), words_of(after)
    was, now = _files(before), _files(after)
    return (was, f"{now}（文件内容换过）") if was == now and after else (was, now)


def _files(value: Value) -> str:
    names = value if isinstance(value, list) else [value] if value else []
    return "、".join(parse_attachment(name).name for name in names)


def trail_words(key: str, *values: Mapping[str, Value]) -> str:
    """All labels on the way to a field; a record is told with its name, as the first of `values` that knows it says."""
    labels = trail_of(key).split(" › ")
    path = ""
    for number, step in enumerate(parse(key)):
        path = f"{path}.{step.name}" if path else step.name
        if step.item is None or number >= len(labels):
            continue
        title = _title_of(pattern_of(path))
        path = f"{path}[#{step.item}]"
        name = next((words_of(known[at]) for known in values if (at := f"{path}.{title}") in known), "")
        labels[number] += f"「{name}」" if name else ""
    return " › ".join(labels)


@cache
def _title_of(pattern: str) -> str:
    spec = spec_of(pattern)
    return spec.meta.title if isinstance(spec, ListSpec) else ""
