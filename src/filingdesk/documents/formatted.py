"""Text of a fact that its writer formatted: a little Markdown becomes blocks, and never anything that acts on the paper.

Headings become bold lines (they are no part of the paper's own numbering), lists and tables stay lists and tables, a picture is one
of the project's evidence. Line breaks stay line breaks. What cannot be read so is printed as typed.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from filingdesk.documents.blocks import (
    Block,
    Cell,
    Figure,
    Heading,
    ListBlock,
    ListItem,
    Note,
    PageBreak,
    Paragraph,
    Paras,
    Run,
    Table,
    TocPlace,
    Turn,
    text_of,
)
from filingdesk.documents.cleaning import clean_text
from filingdesk.documents.markdown import flow
from filingdesk.documents.numbering import number_blocks
from filingdesk.documents.proxies import Formatter
from filingdesk.documents.tokens import RESERVED, Formatted, TokenTable
from filingdesk.domain.errors import UserError

_PICTURE = re.compile(r"^\s*!\[(?P<caption>[^\]]*)\]\((?P<name>[^()]+)\)\s*$")
_ORDERED = re.compile(r"^(?P<space>\s*)(?P<number>\d{1,9})(?P<dot>[.)])(?=\s)")
# Marks that nobody means in running text: `__init__`, `C:\\data`, `R&amp;D` stay as typed.
_LITERAL = re.compile(r"[_&]|\\(?![*#|.\-!\[\]])")
_ITEM = re.compile(r"^\s*(?:[-*+]|\d{1,9}[.)])\s")
_PLACES = {
    TocPlace(): "[[toc]]",
    Turn(True): "[[landscape]]",
    Turn(False): "[[portrait]]",
    PageBreak(): "---",
}


def formatted(text: str, path: str, label: str, pictures: Mapping[str, str]) -> Formatted | None:
    """The blocks of a fact's text; None when it holds nothing but plain lines, or cannot be read as Markdown. `pictures`: file
    name → attachment reference of the evidence."""
    cleaned, _dropped = clean_text(text)
    if RESERVED.search(cleaned):
        return None
    try:
        blocks = tuple(_blocks(cleaned.strip("\n"), pictures))
    except UserError:
        return None
    if all(isinstance(b, Paragraph) and not any(r.bold or r.italic for r in b.runs) for b in blocks):
        return None
    owned = tuple(_owned(block, Run("", fact=path, label=label)) for block in blocks)
    return Formatted.of((Run(plain_text_of(owned), fact=path, label=label),), owned)


def plain_words(text: str) -> str:
    """The text without its marks, for where nothing but words may go: a web form, a message."""
    made = formatted(text, "-", "", {})
    return made[0].text if made is not None else text


def plain_text_of(blocks: tuple[Any, ...]) -> str:
    """The words of blocks, one line for each paragraph; items with their labels, cells side by side."""
    lines: list[str] = []
    for block in number_blocks(blocks):
        if isinstance(block, ListBlock):
            for item in block.items:
                first, *rest = item.paras
                lines += [f"{'  ' * item.level}{item.label} {text_of(first)}", *map(text_of, rest)]
        elif isinstance(block, Table):
            lines += ["　".join(_words(cell.paras) for cell in row) for row in (*block.head, *block.rows)]
        elif isinstance(block, Paragraph):
            lines.append(text_of(block.runs))
        elif isinstance(block, Figure):
            lines.append(f"（见附件“{block.alt}”）")
    return "\n".join(lines)


def _words(paras: Paras) -> str:
    return " ".join(text_of(para) for para in paras)


def _blocks(text: str, pictures: Mapping[str, str]) -> list[Block]:
    out: list[Block] = []
    waiting: list[str] = []

    def read() -> None:
        if any(line.strip() for line in waiting):
            out.extend(_plainly(block) for block in flow("\n".join(_kept(waiting)), TokenTable()))
        waiting.clear()

    for line in text.split("\n"):
        match = _PICTURE.match(line)
        reference = pictures.get(match["name"].strip()) if match else None
        if match and reference:
            read()
            caption = match["caption"].strip() or match["name"].strip()
            out.append(Figure(reference, (Run(caption),), alt=match["name"].strip()))
        else:
            waiting.append(line)
    read()
    return out


def _kept(lines: list[str]) -> list[str]:
    """Every line break is one, and a number that begins no list stays the number that was typed."""
    out = []
    before = ""
    for line in lines:
        line = _LITERAL.sub(r"\\\g<0>", line)
        match = _ORDERED.match(line)
        if match and match["number"] != "1" and not _ITEM.match(before):
            at = match.end("number")
            line = f"{line[:at]}\\{line[at:]}"
        plain = line.strip() and not line.lstrip().startswith("|")
        out.append(f"{line.rstrip()}  " if plain else line)
        before = line if line.strip() else before
    return out


def _plainly(block: Block) -> Block:
    """Nothing but words, lists and tables."""
    if isinstance(block, Heading):
        return Paragraph(tuple(replace(run, bold=True) for run in block.runs), "", False)
    if isinstance(block, Note):
        runs: list[Run] = []
        for number, para in enumerate(block.paras):
            runs += [*([Run("\n")] if number else []), *para]
        return Paragraph(tuple(runs))
    if block in _PLACES:
        return Paragraph((Run(_PLACES[block]),))
    return block


def _owned(value: Any, mark: Run) -> Any:
    """The same piece with the fact behind every run."""
    match value:
        case Run():
            return replace(value, fact=mark.fact, label=mark.label)
        case tuple():
            return tuple(_owned(part, mark) for part in value)
        case Cell() | ListItem():
            return replace(value, paras=_owned(value.paras, mark))
        case Paragraph():
            return replace(value, runs=_owned(value.runs, mark))
        case ListBlock():
            return replace(value, items=_owned(value.items, mark))
        case Table():
            return replace(value, head=_owned(value.head, mark), rows=_owned(value.rows, mark))
        case Figure():
            return replace(value, fact=mark.fact, caption=_owned(value.caption, mark))
        case _:
            return value


def formatter(paths: frozenset[str], pictures: Mapping[str, str]) -> Formatter:
    """What a rendering asks for each fact; `paths` are those that their writers formatted."""

    def ask(text: str, path: str, label: str) -> Formatted | None:
        return formatted(text, path, label, pictures) if path in paths else None

    return ask
