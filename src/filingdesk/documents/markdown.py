"""From the rendered Markdown of a paper to blocks; the syntax is described in resources/guide/templates.md."""

import re
from collections.abc import Iterator
from dataclasses import replace

from markdown_it.token import Token

from filingdesk.documents.blocks import (
    Block,
    Cell,
    Column,
    Heading,
    ListBlock,
    ListItem,
    Note,
    PageBreak,
    Paragraph,
    Paras,
    Row,
    Runs,
    Table,
    TocPlace,
    Turn,
)
from filingdesk.documents.directives import parse_directive
from filingdesk.documents.faults import MarkupError
from filingdesk.documents.inline import PARSER, inline_runs, one_line, parse_inline, split_lines
from filingdesk.documents.tokens import TokenTable
from filingdesk.domain.errors import UserError

_DIRECTIVE = re.compile(r"^:::[ \t]*(?P<name>[a-z]+)(?P<rest>.*)$")
_END = re.compile(r"^:::[ \t]*$")
_MAX_NESTING = 14
_LABEL = re.compile(r"\s*\[#([a-z][a-z0-9-]{0,30})\]\s*$")
_UNNUMBERED = re.compile(r"\s*\{-\}\s*$")
_PLACES: dict[str, Block] = {"[[toc]]": TocPlace(), "[[landscape]]": Turn(True), "[[portrait]]": Turn(False)}


def parse_blocks(markdown: str, tokens: TokenTable) -> list[Block]:
    """Parse a whole body. Raises `UserError` for an unknown or unclosed directive."""
    blocks: list[Block] = []
    for at, name, rest, text in _segments(markdown):
        try:
            if name in {"center", "right", "plain"}:
                blocks.extend(_aligned(flow(text, tokens, at + 1), name))
            elif name:
                blocks.append(parse_directive(name, rest, text, tokens))
            else:
                blocks.extend(flow(text, tokens, at))
        except MarkupError:
            raise
        except UserError as error:
            raise MarkupError(error, at) from error
    return blocks


def _segments(markdown: str) -> Iterator[tuple[int, str, str, str]]:
    """Cut at `::: name … :::`; directives do not nest. The first of four is the line at which a piece begins."""
    lines: list[str] = []
    name = rest = ""
    begun = 0
    for at, line in enumerate(markdown.split("\n")):
        if not name and (match := _DIRECTIVE.match(line.strip())):
            if any(lines):
                yield begun, "", "", "\n".join(lines)
            lines, name, rest, begun = [], match["name"], match["rest"].strip(), at
        elif name and _END.match(line.strip()):
            yield begun, name, rest, "\n".join(lines)
            lines, name, rest, begun = [], "", "", at + 1
        elif _DIRECTIVE.match(line.strip()) or _END.match(line.strip()):
            what = f"「::: {name}」还没有用 ::: 结束" if name else "多出一个 :::"
            hint = "每个 ::: 名称 要有一行单独的 ::: 收尾，不能嵌套。"
            raise MarkupError(UserError("template.directive", f"模板里{what}。", hint), begun if name else at)
        else:
            lines.append(line)
    if name:
        hint = "请在这一段后面加一行 :::。"
        raise MarkupError(UserError("template.directive", f"模板里「::: {name}」没有收尾。", hint), begun)
    if any(lines):
        yield begun, "", "", "\n".join(lines)


def _aligned(blocks: list[Block], name: str) -> Iterator[Block]:
    for block in blocks:
        if isinstance(block, Paragraph):
            align = {"center": "center", "right": "right", "plain": ""}[name]
            yield Paragraph(block.runs, align, False, block.clauses)  # type: ignore[arg-type]
        else:
            yield block


def flow(text: str, tokens: TokenTable, first: int = 0) -> list[Block]:
    """Ordinary Markdown between directives; `first` is the line at which it begins."""
    stream = PARSER.parse(text)
    for token in stream:
        if token.level >= _MAX_NESTING:  # deeper ones the parser leaves out, with what stands in them
            error = UserError("template.nesting", "模板里列表或引用套得太深。", "最多三级。")
            raise MarkupError(error, first + (token.map[0] if token.map else 0))
    blocks: list[Block] = []
    at = 0
    while at < len(stream):
        token = stream[at]
        try:
            at = _block(stream, at, blocks, tokens)
        except UserError as error:
            raise MarkupError(error, first + (token.map[0] if token.map else 0)) from error
    return blocks


def _block(stream: list[Token], at: int, blocks: list[Block], tokens: TokenTable) -> int:
    """Turn one block of the stream into blocks; gives where the next one begins."""
    token = stream[at]
    end = _closing(stream, at)
    inside = stream[at + 1 : end]
    match token.type:
        case "heading_open":
            blocks.append(_heading(token, inside[0], tokens))
        case "paragraph_open":
            blocks.extend(_paragraph(inside[0], tokens))
        case "bullet_list_open" | "ordered_list_open":
            clauses: list[str] = []
            items = tuple(_items(stream[at : end + 1], tokens, clauses, 0))
            blocks.append(ListBlock(items, tuple(clauses)))
        case "blockquote_open":
            clauses = []
            paras = [
                para
                for part in inside
                if part.type == "inline"
                for para in split_lines(inline_runs(part.children or [], tokens, clauses))
            ]
            blocks.append(Note(tuple(paras), tuple(clauses)))
        case "table_open":
            blocks.append(_table(inside, tokens))
        case "hr":
            blocks.append(PageBreak())
        case _:
            raise AssertionError(f"unexpected markdown token {token.type}")
    return end + 1


def _closing(stream: list[Token], at: int) -> int:
    """Index of the token that closes the one at `at` (itself when it does not open anything)."""
    depth = 0
    for index in range(at, len(stream)):
        depth += stream[index].nesting
        if depth == 0:
            return index
    return len(stream) - 1


def _heading(token: Token, inline: Token, tokens: TokenTable) -> Block:
    level = int(token.tag[1])
    clauses: list[str] = []
    content = inline.content
    label = ""
    if named := _LABEL.search(content):
        content, label = content[: named.start()], named[1]
    numbered = not _UNNUMBERED.search(content)
    runs = one_line(parse_inline(_UNNUMBERED.sub("", content), tokens, clauses))
    if level > 4:
        raise UserError(
            "template.heading", f"标题「{tokens.words(content)}」的层级太深。", "公文标题最多四级（####）。"
        )
    return Heading(level, runs, numbered, clauses=tuple(clauses), label=label)


def _paragraph(inline: Token, tokens: TokenTable) -> Iterator[Block]:
    if place := _PLACES.get(inline.content.strip()):
        yield place
        return
    written = tokens.sole_formatted(inline.content)
    if written is not None:
        first, *others = written[0].blocks
        yield (
            replace(first, clauses=written[1]) if isinstance(first, (Paragraph, ListBlock, Table)) else first
        )
        yield from others
        return
    block = tokens.sole_block(inline.content)
    if block is not None:
        yield block
        return
    clauses: list[str] = []
    runs = inline_runs(inline.children or [], tokens, clauses)
    for para in split_lines(runs):
        if para:
            yield Paragraph(para, clauses=tuple(clauses))


def _items(stream: list[Token], tokens: TokenTable, clauses: list[str], level: int) -> Iterator[ListItem]:
    """The items of one list with those of its inner lists, flattened in reading order."""
    ordered = stream[0].type == "ordered_list_open"
    at = 1
    while at < len(stream) - 1:
        end = _closing(stream, at)
        inside = stream[at + 1 : end]
        paras: list[Runs] = []
        inner: list[ListItem] = []
        step = 0
        while step < len(inside):
            stop = _closing(inside, step)
            part = inside[step : stop + 1]
            if part[0].type == "paragraph_open":
                paras.extend(
                    p for p in split_lines(inline_runs(part[1].children or [], tokens, clauses)) if p
                )
            elif part[0].type.endswith("_list_open"):
                inner.extend(_items(part, tokens, clauses, level + 1))
            else:
                raise UserError(
                    "template.list", "模板的列表里放了表格或标题。", "列表里只能放文字和下一级列表。"
                )
            step = stop + 1
        if paras:
            yield ListItem(tuple(paras), min(level, 2), ordered)
        yield from inner
        at = end + 1


def _table(inside: list[Token], tokens: TokenTable) -> Table:
    clauses: list[str] = []
    head: list[Row] = []
    rows: list[Row] = []
    aligns: list[str] = []
    cells: list[Cell] = []
    for index, token in enumerate(inside):
        if token.type in {"th_open", "td_open"}:
            runs = inline_runs(inside[index + 1].children or [], tokens, clauses)
            paras: Paras = split_lines(runs)
            align = str(token.attrs.get("style", "")).removeprefix("text-align:")
            is_head = token.type == "th_open"
            if is_head:
                aligns.append(align)
            shown = "center" if is_head else align
            cells.append(Cell(paras, kind="head" if is_head else "body", align=shown))  # type: ignore[arg-type]
        elif token.type == "tr_close":
            (rows if cells and cells[0].kind == "body" else head).append(tuple(cells))
            cells = []
    columns = tuple(Column(0, align) for align in aligns)  # type: ignore[arg-type]
    return Table(columns, tuple(head), tuple(rows), clauses=tuple(clauses))
