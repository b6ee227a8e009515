"""Heading numbers, list labels and caption numbers: computed once here, so that every format shows the same."""

from collections.abc import Iterable
from dataclasses import replace

from filingdesk.documents.blocks import Block, Figure, Heading, ListBlock, ListItem, Table

_DIGITS = "零一二三四五六七八九"
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
                block = replace(block, number=heading_number(block.level, counts[block.level - 1]))
            case ListBlock():
                block = replace(block, items=tuple(_label_items(block.items)))
            case Table() if block.caption:
                tables += 1
                block = replace(block, number=f"表 {tables}")
            case Figure():
                figures += 1
                block = replace(block, number=f"图 {figures}")
            case _:
                pass
        out.append(block)
    return tuple(out)


def _label_items(items: tuple[ListItem, ...]) -> Iterable[ListItem]:
    counts = [0, 0, 0]
    for item in items:
        level = min(item.level, 2)
        counts[level + 1 :] = [0] * (2 - level)
        if item.ordered:
            counts[level] += 1
        yield replace(item, label=list_label(level, counts[level], item.ordered))
