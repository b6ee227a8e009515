"""From a line of Markdown with tokens to runs: bold, italic, line breaks and facts, nothing else."""

import re
from dataclasses import fields, replace
from operator import attrgetter

from markdown_it import MarkdownIt
from markdown_it.token import Token

from filingdesk.documents.blocks import Paras, Run, Runs, SignaturePlace, signature_text
from filingdesk.documents.tokens import Marker, TokenTable
from filingdesk.domain.errors import UserError

# Only what the guide promises: no links, images, html, code, setext headings (a `---` below text is a page break).
PARSER = MarkdownIt("zero").enable(
    [
        "heading",
        "list",
        "hr",
        "blockquote",
        "table",
        "emphasis",
        "balance_pairs",
        "fragments_join",
        "newline",
        "escape",
        "entity",
    ]
)

_MARKED = re.compile(r"[*_\\&\n\x00]")
"""Every character that one of the inline rules above begins with."""
_CJK_FROM = 0x2E80


def inline_runs(children: list[Token], tokens: TokenTable, clauses: list[str]) -> Runs:
    """Turn markdown-it's inline tokens into runs; clause markers are moved to `clauses`."""
    bold = italic = 0
    out: list[Run] = []
    for index, token in enumerate(children):
        match token.type:
            case "strong_open":
                bold += 1
            case "strong_close":
                bold -= 1
            case "em_open":
                italic += 1
            case "em_close":
                italic -= 1
            case "softbreak":
                if _needs_space(children, index):
                    out.append(Run(" ", bold > 0, italic > 0))
            case "hardbreak":
                out.append(Run("\n", bold > 0, italic > 0))
            case _:
                pieces = token_runs(token.content, tokens, clauses)
                if bold > 0 or italic > 0:
                    pieces = [
                        replace(p, bold=p.bold or bold > 0, italic=p.italic or italic > 0) for p in pieces
                    ]
                out.extend(pieces)
    return merged(out)


def _needs_space(children: list[Token], index: int) -> bool:
    """A line break in the template is a space between Latin words and nothing beside Chinese text."""
    before = next((token.content[-1] for token in reversed(children[:index]) if token.content), "")
    after = next((token.content[0] for token in children[index + 1 :] if token.content), "")
    return bool(before and after) and ord(before) < _CJK_FROM and ord(after) < _CJK_FROM


def token_runs(text: str, tokens: TokenTable, clauses: list[str]) -> list[Run]:
    """Plain text with tokens → runs."""
    out: list[Run] = []
    for piece in tokens.split(text):
        match piece:
            case Marker():
                clauses.append(str(piece))
            case str():
                out.append(Run(piece))
            case tuple():
                out.extend(piece)
            case SignaturePlace():
                out.append(Run(signature_text(piece)))
            case _:
                raise UserError(
                    "template.place",
                    f"模板把{_block_name(piece)}放进了一行文字里。",
                    "它要单独成段：前后各空一行，也不能放在表格里。",
                )
    return out


def _block_name(piece: object) -> str:
    return {"Figure": "图片", "CheckList": "选项清单"}.get(type(piece).__name__, "一个整段内容")


def parse_inline(text: str, tokens: TokenTable, clauses: list[str]) -> Runs:
    """Parse one line (a cell, a caption) as inline Markdown."""
    text = text.strip()
    if not _MARKED.search(text):  # most cells of most tables: nothing to parse
        return merged(token_runs(text, tokens, clauses))
    parsed = PARSER.parseInline(text)
    return inline_runs(parsed[0].children or [], tokens, clauses) if parsed else ()


_look = attrgetter(*(each.name for each in fields(Run) if each.name != "text"))
"""Everything about a run but its words."""


def merged(runs: list[Run]) -> Runs:
    """Join neighbours of one look and origin; drop empty runs."""
    out: list[Run] = []
    for run in runs:
        if not run.text:
            continue
        if run.fact is None and out and _look(out[-1]) == _look(run):
            out[-1] = replace(out[-1], text=out[-1].text + run.text)
        else:
            out.append(run)
    return tuple(out)


def split_lines(runs: Runs) -> Paras:
    """Cut runs at line breaks into paragraphs; blank lines vanish, nothing visible does. Always at least one paragraph."""
    paras: list[list[Run]] = [[]]
    for run in runs:
        if "\n" not in run.text:
            if run.text:
                paras[-1].append(run)
            continue
        first, *rest = run.text.split("\n")
        if first:
            paras[-1].append(replace(run, text=first))
        for line in rest:
            paras.append([replace(run, text=line)] if line else [])
    kept = tuple(tuple(para) for para in paras if any(run.text.strip() for run in para))
    return kept or ((),)


def one_line(runs: Runs) -> Runs:
    """The same runs with line breaks as spaces (headings, titles, captions)."""
    return tuple(replace(run, text=run.text.replace("\n", " ")) for run in runs)
