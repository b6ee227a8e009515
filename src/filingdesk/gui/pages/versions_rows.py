"""The rows of a comparison of two versions and how they are set: marks by line through and underline, never by colour alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

from filingdesk.documents.worddiff import Stretch, word_diff
from filingdesk.domain import flat
from filingdesk.domain.facts import Facts
from filingdesk.gui.pages.returned_rows import clipped
from filingdesk.gui.theme import Colors, Size
from filingdesk.services.exports_compare import (
    FACT_WORDS,
    PARAGRAPH_WORDS,
    Comparison,
    FactDelta,
    ParagraphDelta,
)

Group = Literal["facts", "paragraphs"]
ROWS_AT_ONCE = 200
"""Rows set at a time: laying out more would hold up the window."""
DOOR = "door:"
_PLACES = 3
_GAP = "&nbsp;&nbsp;"


@dataclass(frozen=True)
class Row:
    """One change. `door` is the key of the field behind it, blank when it is none; `one_sided`: there is nothing to set beside it."""

    group: Group
    title: str
    kind: str
    note: str
    stretches: tuple[Stretch, ...]
    door: str = ""
    one_sided: Literal["", "old", "new", "both"] = ""

    @property
    def said(self) -> str:
        """All its words, for finding them."""
        words = (self.title, self.kind, self.note, *(s.old for s in self.stretches))
        return " ".join((*words, *(s.new for s in self.stretches if s.kind == "changed"))).casefold()


def rows_of(found: Comparison, facts: Facts) -> tuple[Row, ...]:
    """Facts first, then paragraphs in the order of the paper; doors lead to what there is in `facts`."""
    return (*(_fact(each, facts) for each in found.facts), *map(_paragraph, found.paragraphs))


def _is_there(facts: Facts, key: str) -> bool:
    try:
        flat.get(facts, key)
    except KeyError:
        return False
    return True


def _fact(each: FactDelta, facts: Facts) -> Row:
    places = [f"「{place}」" for place in each.places[:_PLACES]]
    more = f"等 {len(each.places)} 处" if len(each.places) > _PLACES else ""
    note = f"见于{'、'.join(places)}{more}" if places else ""
    if each.kind == "new":
        note = f"旧版本里没有写这一项。{note}"
    elif each.kind == "gone":
        note = f"新版本里没有写这一项。{note}"
    side: Literal["", "old", "new", "both"] = (
        "new" if each.kind == "new" else "old" if each.kind == "gone" else ""
    )
    shown = clipped(word_diff(each.old, each.new))
    door = each.key if _is_there(facts, each.key) else ""
    return Row("facts", each.trail, FACT_WORDS[each.kind], note, shown, door, side)


def _paragraph(each: ParagraphDelta) -> Row:
    note = ""
    if each.kind == "moved":
        note = f"现在在「{each.to}」下" if each.to != each.place else "前后次序变了"
    elif each.table:
        note = "表格里"
    changed = any(stretch.kind == "changed" for stretch in each.stretches)
    sides: dict[str, Literal["old", "new"]] = {"added": "new", "removed": "old"}
    side: Literal["", "old", "new", "both"] = sides.get(each.kind, "" if changed else "both")
    title = each.place or "开头"
    return Row("paragraphs", title, PARAGRAPH_WORDS[each.kind], note, clipped(each.stretches), one_sided=side)


def html_of(
    rows: Sequence[tuple[int, Row]], names: tuple[str, str], palette: Colors, *, beside: bool, doors: bool
) -> str:
    """Some rows with their numbers, as html for the reading window: both versions side by side, or one text with marks in it."""
    out = [
        f'<body style="color:{palette.text};font-size:{Size.BODY}px">',
        _heads(names, palette, beside=beside),
    ]
    group = ""
    for number, row in rows:
        if row.group != group:
            group = row.group
            title = "字段" if group == "facts" else "段落"
            out.append(
                f'<p style="margin-top:14px;margin-bottom:0;font-size:{Size.CARD_TITLE}px;font-weight:600">{title}</p>'
            )
        out.append(_row(number, row, palette, beside=beside, doors=doors))
    return "".join((*out, "</body>"))


def _heads(names: tuple[str, str], palette: Colors, *, beside: bool) -> str:
    old, new = map(escape, names)
    ink = f"color:{palette.muted};font-size:{Size.SMALL}px"
    marks = f"{_gone('删去的', palette)}{_GAP}{_come('加上的', palette)}"
    if not beside:
        return f'<p style="{ink}">{old} → {new}{_GAP}{_GAP}{marks}</p>'
    return (
        f'<p style="{ink};margin-bottom:2px">{marks}</p>'
        '<table width="100%" cellspacing="0" cellpadding="8"><tr>'
        f'<td width="50%"><span style="{ink}">旧：{old}</span></td>'
        f'<td width="50%"><span style="{ink}">新：{new}</span></td></tr></table>'
    )


def _row(number: int, row: Row, palette: Colors, *, beside: bool, doors: bool) -> str:
    quiet = f"color:{palette.muted};font-size:{Size.SMALL}px"
    door = (
        f'{_GAP}<a href="{DOOR}{number}" style="color:{palette.accent}">去字段</a>'
        if doors and row.door
        else ""
    )
    note = f'{_GAP}<span style="{quiet}">{escape(row.note)}</span>' if row.note else ""
    head = (
        f'<p style="margin-top:12px;margin-bottom:3px"><a name="{anchor(number)}"></a>'
        f'<span style="color:{palette.secondary}">{number + 1}.</span> '
        f'<span style="font-weight:600">{escape(row.title)}</span>{_GAP}'
        f'<span style="color:{palette.secondary};background-color:{palette.hover}">&nbsp;{row.kind}&nbsp;</span>'
        f"{note}{door}</p>"
    )
    return head + (_beside(row, palette) if beside else _inline(row, palette))


def anchor(number: int) -> str:
    """The name of a row's place in the html."""
    return f"row{number}"


def _beside(row: Row, palette: Colors) -> str:
    if row.one_sided == "both":
        return _inline(row, palette)
    nothing = f'<span style="color:{palette.muted}">（{"没有这一段" if row.group == "paragraphs" else "没有写"}）</span>'
    blank = f'<span style="color:{palette.muted}">（空）</span>'
    old = "".join(_stretch(s, palette, new=False) for s in row.stretches)
    new = "".join(_stretch(s, palette, old=False) for s in row.stretches)
    old = nothing if row.one_sided == "new" else old or blank
    new = nothing if row.one_sided == "old" else new or blank
    return (
        '<table width="100%" cellspacing="0" cellpadding="8"><tr>'
        f'<td width="50%" bgcolor="{palette.bg}">{old}</td>'
        f'<td width="50%" bgcolor="{palette.bg}">{new}</td></tr></table>'
    )


def _inline(row: Row, palette: Colors) -> str:
    text = "".join(_stretch(s, palette) for s in row.stretches)
    return (
        '<table width="100%" cellspacing="0" cellpadding="8"><tr>'
        f'<td bgcolor="{palette.bg}">{text or "（空）"}</td></tr></table>'
    )


def _stretch(stretch: Stretch, palette: Colors, *, old: bool = True, new: bool = True) -> str:
    if stretch.kind == "same":
        return _text(stretch.new)
    gone = _gone(stretch.old, palette) if old and stretch.old else ""
    come = _come(stretch.new, palette) if new and stretch.new else ""
    return gone + come


def _gone(text: str, palette: Colors) -> str:
    look = f"background-color:{palette.blocker_soft};color:{palette.blocker};text-decoration:line-through"
    return f'<span style="{look}">{_text(text)}</span>'


def _come(text: str, palette: Colors) -> str:
    look = f"background-color:{palette.done_soft};color:{palette.done};text-decoration:underline"
    return f'<span style="{look}">{_text(text)}</span>'


def _text(text: str) -> str:
    return escape(text).replace("\n", "<br>")
