"""Words and structure that somebody changed in a returned paper, and how they become words of this project."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from filingdesk.documents.lines import Line, Pieces, prose_of
from filingdesk.documents.returned_compare import Added, Difference, WordsEdit
from filingdesk.documents.rewriting import Override
from filingdesk.services.overrides import label_of_key

State = Literal["new", "same", "conflict", "refused"]
_OWN = re.compile(r"(?P<host>.+)_(?P<where>[ib])(?P<number>\d+)\Z")
"""The anchor of a paragraph that the project added: at its host, inside or behind, the n-th."""
_SHORT = 8


@dataclass(frozen=True)
class WordsChange:
    """A paragraph in other words. `old` as exported, `new` as returned, `now` as the project's paper has it. Taken over, it
    becomes the project's own wording of that paragraph; `lost` names fields that are plain words in it from then on."""

    id: str
    anchor: str
    place: str
    old: str
    new: str
    now: str
    pieces: Pieces
    state: State
    note: str
    lost: tuple[str, ...] = ()
    frozen: tuple[tuple[str, str], ...] = ()
    template: str = ""
    back: bool = False


@dataclass(frozen=True)
class StructureChange:
    """A paragraph removed, added or moved. Added ones can be kept word for word, removed ones left out in this project."""

    id: str
    kind: Literal["removed", "added", "moved", "table"]
    text: str
    place: str
    state: State
    note: str
    anchor: str = ""
    pieces: Pieces = ()
    inside: bool = False
    template: str = ""


KIND_WORDS: Mapping[str, str] = {"removed": "删去", "added": "新增", "moved": "移动", "table": "表格"}


def changes(
    found: Difference, now: Sequence[Line], template: Sequence[Line]
) -> tuple[tuple[WordsChange, ...], tuple[StructureChange, ...]]:
    """`now` are the lines of the paper with the project's words in it, `template` without them."""
    ours = {line.anchor: line for line in now}
    plain = {line.anchor: line for line in template}
    ids = _Ids()
    words = tuple(_words(edit, ours, plain, ids) for edit in found.words)
    structure: list[StructureChange] = []
    for gone in found.removed:
        structure.append(_removed(gone.line, gone.joined, ours, plain, ids))
    last: tuple[str, int] = ("", 0)
    for each in found.added:
        anchor = each.after.anchor if each.after else ""
        last = (anchor, last[1] + 1 if last[0] == anchor else 1)
        structure.append(_added(each, last[1], ours, plain, ids))
    for moved in found.moved:
        structure.append(
            StructureChange(
                ids.of("~", moved.line.anchor),
                "moved",
                moved.line.shown,
                moved.line.place,
                "refused",
                f"这一段被移到了“{moved.to or '文书开头'}”之下；顺序由模板决定，没有照移",
                moved.line.anchor,
            )
        )
    return words, tuple(structure)


class _Ids:
    """Short ids that are clear within one comparison."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def of(self, sign: str, anchor: str, more: str = "") -> str:
        for length in range(_SHORT, len(anchor) + 1):
            short = f"{sign}{anchor[:length]}{more}"
            if short not in self._given:
                break
        else:
            short = f"{sign}{anchor}{more}"
        self._given.add(short)
        return short


def _words(edit: WordsEdit, ours: Mapping[str, Line], plain: Mapping[str, Line], ids: _Ids) -> WordsChange:
    line = edit.line
    mine, original = ours.get(line.anchor), plain.get(line.anchor)
    new = edit.new_text.strip()
    state: State = "new"
    note = ""
    if mine is None:
        state, note = "refused", "现在的文书里已经没有这一段（模板或字段改过），没法放进去"
    elif not line.loose:
        state, note = "refused", "这一处是标题、表题、选项或签署栏，由模板决定，不能改写"
    elif mine.shown.strip() == new:
        state, note = "same", "现在的文书已经这样写"
    elif mine.prose != line.prose:
        state, note = "conflict", "导出之后，这一段在项目里也改写过"
    if state in {"new", "conflict"} and edit.lost:
        names = "、".join(f"「{label_of_key(key)}」" for key in edit.lost)
        note = f"{note}；" if note else ""
        note += f"{names}在这一段里只剩文字，以后改字段这里不会跟着变，到时会提醒"
    now_shown: dict[str, str] = {}
    for piece in (original or line).facts:
        now_shown.setdefault(piece.fact, piece.text)
    copied = {piece.fact for piece in edit.new if piece.fact} - {piece.fact for piece in line.facts}
    if copied and state in {"new", "conflict"}:
        names = "、".join(f"「{label_of_key(key)}」" for key in sorted(copied))
        note = f"{note}；" if note else ""
        note += f"{names}是从别处复制来的，在这一段里按文字保留，以后改字段不会跟着变"
    frozen = tuple((key, now_shown[key]) for key in edit.lost if key in now_shown)
    back = original is not None and _prose(edit.new) == original.prose.strip()
    return WordsChange(
        ids.of("@", line.anchor),
        line.anchor,
        line.place,
        edit.old_text,
        edit.new_text,
        mine.shown if mine else "",
        _own_facts(edit.new, {piece.fact for piece in line.facts}),
        state,
        note,
        edit.lost,
        frozen,
        original.shown if original else "",
        back,
    )


def _own_facts(pieces: Pieces, known: set[str]) -> Pieces:
    """Fields that were copied here from elsewhere become plain words: nothing would keep them up to date."""
    return tuple(
        piece if not piece.fact or piece.fact in known else replace(piece, fact="", gap=False, label="")
        for piece in pieces
    )


def _prose(pieces: Pieces) -> str:
    return prose_of(pieces).strip()


def _removed(
    line: Line, joined: bool, ours: Mapping[str, Line], plain: Mapping[str, Line], ids: _Ids
) -> StructureChange:
    state: State = "new"
    note = "删去的段落不会自动去掉；确认不要了，可以单独采用，以后在文书里不再出现"
    if joined:
        state, note = "refused", "这一段与相邻的段落合成了一段，请看那一段的改动"
    elif line.anchor not in ours:
        state, note = "same", "现在的文书里也没有这一段"
    elif not line.loose:
        state, note = "refused", "这一处由模板决定，不能去掉"
    original = plain.get(line.anchor)
    return StructureChange(
        ids.of("-", line.anchor),
        "removed",
        line.shown,
        line.place,
        state,
        note,
        line.anchor,
        template=original.shown if original else "",
    )


def _added(
    each: Added, number: int, ours: Mapping[str, Line], plain: Mapping[str, Line], ids: _Ids
) -> StructureChange:
    host = each.after
    state: State = "new"
    kind: Literal["added", "table"] = "added"
    note = "可以逐字保留在这个位置"
    if each.table:
        state, kind, note = "refused", "table", "表格里多出的行、列或新表格，请在项目的对应页面里填写"
    elif host is None or host.anchor not in ours:
        state, note = "refused", "它前面的那一段在现在的文书里找不到，没法确定放在哪里"
    elif any(_is_added(line, host.anchor, each.text) for line in ours.values()):
        state, note = "same", "项目里已经保留了这一段"
    anchor = host.anchor if host else ""
    original = plain.get(anchor)
    return StructureChange(
        ids.of("+", anchor or "0" * _SHORT, f".{number}"),
        kind,
        each.text,
        each.came.place,
        state,
        note,
        anchor,
        _own_facts(each.pieces, set()),
        each.inside,
        original.shown if original else "",
    )


def _is_added(line: Line, host: str, text: str) -> bool:
    """Is this a paragraph that the project added behind `host`, in these words?"""
    own, base = _OWN.match(line.anchor), _OWN.match(host)
    hosts = {host, base["host"] if base else host}
    return own is not None and own["host"] in hosts and line.shown.strip() == text.strip()


def merged(
    current: Mapping[str, Override],
    chosen: Sequence[WordsChange | StructureChange],
    edited: Mapping[str, str],
) -> dict[str, Override | None]:
    """What is kept at each anchor after the chosen changes; None where the template's own words come back. `edited` are
    facts that change in the same step: key → what will be shown."""
    out: dict[str, Override | None] = {}

    def at(anchor: str) -> Override:
        found = out.get(anchor) if anchor in out else current.get(anchor)
        return found or Override(anchor)

    for each in chosen:
        own = _OWN.match(each.anchor)
        if isinstance(each, WordsChange):
            if own:
                _put_own(out, at(own["host"]), own, each.pieces)
                continue
            frozen = {key: edited.get(key, shown) for key, shown in each.frozen}
            host = at(each.anchor)
            made = replace(
                host,
                pieces=None if each.back else each.pieces,
                was=each.template or each.old,
                place=each.place,
                frozen=frozen,
            )
            out[each.anchor] = made
        elif each.kind == "removed":
            if own:
                _put_own(out, at(own["host"]), own, None)
                continue
            out[each.anchor] = replace(
                at(each.anchor), pieces=(), was=each.template or each.text, place=each.place, frozen={}
            )
        else:
            _put_added(out, at(own["host"] if own else each.anchor), own, each)
    return {anchor: _or_none(override) for anchor, override in out.items()}


def _or_none(override: Override | None) -> Override | None:
    if override is None or (override.pieces is None and not override.inside and not override.behind):
        return None
    return override


def _put_own(
    out: dict[str, Override | None], host: Override, own: "re.Match[str]", pieces: Pieces | None
) -> None:
    name = "inside" if own["where"] == "i" else "behind"
    paras = list(getattr(host, name))
    index = int(own["number"]) - 1
    if index < len(paras):
        # An emptied place keeps its number, so that the anchors of the paragraphs after it stay.
        paras[index] = pieces or ()
    while paras and not paras[-1]:
        paras.pop()
    out[host.anchor] = _with(host, name, tuple(paras))


def _put_added(
    out: dict[str, Override | None], host: Override, own: "re.Match[str] | None", each: StructureChange
) -> None:
    inside = each.inside if own is None else own["where"] == "i"
    name = "inside" if inside else "behind"
    paras = [*getattr(host, name), each.pieces]
    made = _with(host, name, tuple(paras))
    out[host.anchor] = replace(made, was=host.was or each.template, place=host.place or each.place)


def _with(host: Override, name: str, paras: tuple[Pieces, ...]) -> Override:
    return replace(host, inside=paras) if name == "inside" else replace(host, behind=paras)
