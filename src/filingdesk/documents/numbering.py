"""Heading numbers, list labels and caption numbers: computed once here, so that every format shows the same."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from filingdesk.documents.blocks import (
    Block,
    Cell,
    Diagram,
    Figure,
    Heading,
    ListBlock,
    ListItem,
    Run,
    Table,
    paras_of,
    text_of,
)
from filingdesk.domain.errors import UserError

_DIGITS = "零一二三四五六七八九"
_MAX_HEADINGS = 999
BULLET = "•"


def chinese(number: int) -> str:
    """1 → 一, 10 → 十, 21 → 二十一, 105 → 一百零五; as Word's `chineseCountingThousand` counts. Defined for 1 to 999."""
    if not 1 <= number <= 999:
        raise ValueError(f"no Chinese heading number for {number}")
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    out = _DIGITS[hundreds] + "百" if hundreds else ""
    if tens:
        out += ("" if tens == 1 and not hundreds else _DIGITS[tens]) + "十"
    elif hundreds and ones:
        out += "零"
    return out + (_DIGITS[ones] if ones else "")


def heading_number(level: int, count: int) -> str:
    """The number of the `count`-th heading of a level (1 to 4): 一、 （一） 1. （1）."""
    match level:
        case 1:
            return f"{chinese(count)}、"
        case 2:
            return f"（{chinese(count)}）"
        case 3:
            return f"{count}."
        case _:
            return f"（{count}）"


def list_label(level: int, count: int, ordered: bool) -> str:
    """The label of a list item: 1. （1） ① by depth, or a bullet."""
    if not ordered:
        return BULLET
    return (f"{count}.", f"（{count}）", f"{count}）")[min(level, 2)]


def number_blocks(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Give headings, list items, captioned tables and figures their numbers; a higher heading restarts the lower ones."""
    counts = [0, 0, 0, 0]
    tables = figures = 0
    out: list[Block] = []
    for block in blocks:
        match block:
            case Heading() if block.numbered:
                counts[block.level - 1] += 1
                counts[block.level :] = [0] * (4 - block.level)
                if counts[block.level - 1] > _MAX_HEADINGS:
                    raise UserError(
                        "template.heading", f"同一级标题超过 {_MAX_HEADINGS} 个，编不出号。", "请检查循环。"
                    )
                block = replace(block, number=heading_number(block.level, counts[block.level - 1]))
            case ListBlock():
                block = replace(block, items=tuple(_label_items(block.items)))
            case Table() if block.caption:
                tables += 1
                block = replace(block, number=f"表 {tables}")
            case Figure() | Diagram():
                figures += 1
                block = replace(block, number=f"图 {figures}")
            case _:
                pass
        out.append(block)
    return _resolved(tuple(out))


def _resolved(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Put the numbers of tables and figures and the words of headings where the text refers to them; a label that is nowhere is refused."""
    numbers: dict[str, str] = {}
    for block in blocks:
        if isinstance(block, (Table, Figure, Diagram, Heading)) and block.label:
            if block.label in numbers:
                raise UserError(
                    "template.label", f"模板里有两处图表都叫「{block.label}」。", "每个编号只能用一次。"
                )
            if isinstance(block, Heading):
                # The words alone: that is what Word puts there when it computes the field anew.
                numbers[block.label] = text_of(block.runs)
                continue
            if not block.number:
                raise UserError(
                    "template.label", f"表格「{block.label}」没有表题，无法引用。", "请在 | 后面写上表题。"
                )
            numbers[block.label] = block.number
    return tuple(
        _with_refs(block, numbers) if any(run.ref for para in paras_of(block) for run in para) else block
        for block in blocks
    )


def _with_refs(value: Any, numbers: dict[str, str]) -> Any:
    """The same piece with every reference resolved, however deep it stands."""
    match value:
        case Run():
            if not value.ref:
                return value
            if value.ref not in numbers:
                raise UserError(
                    "template.ref",
                    f"模板引用了没有的图表「{value.ref}」。",
                    "请在表题、图题或标题后写 [#名称]，或去掉引用。",
                )
            return replace(value, text=numbers[value.ref])
        case tuple():
            return tuple(_with_refs(part, numbers) for part in value)
        case Cell() | ListItem():
            return replace(value, paras=_with_refs(value.paras, numbers))
    changes = {
        name: _with_refs(getattr(value, name), numbers)
        for name in ("runs", "paras", "items", "pairs", "head", "rows", "caption", "options")
        if hasattr(value, name)
    }
    return replace(value, **changes) if changes else value


def _label_items(items: tuple[ListItem, ...]) -> Iterable[ListItem]:
    counts = [0, 0, 0]
    for item in items:
        level = min(item.level, 2)
        counts[level + 1 :] = [0] * (2 - level)
        if item.ordered:
            counts[level] += 1
        yield replace(item, label=list_label(level, counts[level], item.ordered))


_CONTENTS_LINES = 34
"""Entries that fit one page of contents, whatever the style."""


def contents_depth(blocks: Iterable[Block]) -> int:
    """How many levels of headings the contents show: three, two or one, as many as fit one page."""
    levels = [block.level for block in blocks if isinstance(block, Heading)]
    return next((depth for depth in (3, 2) if sum(lv <= depth for lv in levels) <= _CONTENTS_LINES), 1)
