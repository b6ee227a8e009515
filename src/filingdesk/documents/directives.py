"""`::: name … :::`: tables with widths and caption, bordered forms with spans, key-value forms, signature places."""

import re

from filingdesk.documents.blocks import (
    Block,
    Cell,
    CellKind,
    Column,
    Cover,
    KeyValue,
    Paras,
    Row,
    Runs,
    SignaturePlace,
    Table,
)
from filingdesk.documents.inline import parse_inline, split_lines
from filingdesk.documents.tokens import TokenTable
from filingdesk.domain.errors import UserError

_WIDTH = re.compile(r"^(?P<width>\d+(?:\.\d+)?)(?P<mark>[*lcr]*)$")
_RULE = re.compile(r"^\|?[\s:|-]+\|?$")
_LABEL = re.compile(r"\s*\[#(?P<label>[a-z][a-z0-9-]{0,30})\]\s*$")
_MAX_COLUMNS, _MAX_WIDTH = 60, 1e6
"""Word shows 63 columns at most."""
_BREAK = re.compile(r"<br\s*/?>")
_ALIGN = {"l": "left", "c": "center", "r": "right"}
MERGE_LEFT, MERGE_UP, SECTION = "<", "^", "# "


def parse_directive(name: str, rest: str, text: str, tokens: TokenTable) -> Block:
    """Dispatch one directive; `rest` is what stands behind its name."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    match name:
        case "table":
            return _table(rest, lines, tokens)
        case "form":
            return _form(rest, lines, tokens)
        case "keyvalue":
            return _keyvalue(rest, lines, tokens)
        case "signature":
            return _signature(lines, tokens)
        case "cover":
            pairs = _keyvalue("", lines, tokens)
            return Cover((), (), pairs.pairs, pairs.clauses)
        case _:
            raise UserError(
                "template.directive",
                f"模板里用了不认识的「::: {name}」。",
                "可用的有 cover、table、form、keyvalue、signature、center、right、plain。",
            )


def _columns(rest: str) -> tuple[tuple[Column, ...], tuple[bool, ...], str, str]:
    """`20* 30 50c | caption [#label]` → columns, which of them hold labels (`*`), caption, label for references."""
    widths, _, caption = rest.partition("|")
    named = _LABEL.search(caption)
    label = named["label"] if named else ""
    caption = caption[: named.start()] if named else caption
    columns: list[Column] = []
    labels: list[bool] = []
    for word in widths.split():
        match = _WIDTH.match(word)
        if not match:
            raise UserError("template.width", f"表格列宽「{word}」看不懂。", "请写成数字，例如 20* 30 50c。")
        align = next((_ALIGN[mark] for mark in match["mark"] if mark in _ALIGN), "")
        columns.append(Column(float(match["width"]), align))  # type: ignore[arg-type]
        labels.append("*" in match["mark"])
    if len(columns) > _MAX_COLUMNS:
        raise UserError(
            "template.width", f"表格写了 {len(columns)} 列，太多了。", f"最多 {_MAX_COLUMNS} 列。"
        )
    if columns and not 0 < sum(column.width for column in columns) < _MAX_WIDTH:
        raise UserError("template.width", "表格列宽加起来不对。", "请写成份额，例如 20* 30 50c。")
    return tuple(columns), tuple(labels), caption.strip(), label


def _split_cells(line: str) -> list[str]:
    body = line.removeprefix("|")
    body = body.removesuffix("|") if body.endswith("|") and not body.endswith("\\|") else body
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", body)]


def _paras(text: str, tokens: TokenTable, clauses: list[str]) -> Paras:
    out: list[Runs] = []
    for part in _BREAK.split(text):
        out.extend(split_lines(parse_inline(part, tokens, clauses)))
    return tuple(para for para in out if para) or ((),)


def _table(rest: str, lines: list[str], tokens: TokenTable) -> Table:
    """A pipe table with widths and caption; the rows above the `|---|` rule are the repeated head."""
    columns, _, caption, label = _columns(rest)
    rule = next((index for index, line in enumerate(lines) if "-" in line and _RULE.match(line)), None)
    heads, bodies = (lines[:rule], lines[rule + 1 :]) if rule is not None else ([], lines)
    clauses: list[str] = []
    if not columns and lines:
        columns = tuple(Column() for _ in _split_cells(lines[0]))
    if not columns:
        raise UserError("template.table", "模板里有一个空表格。", "请写上列宽或表头。")
    head = _grid_rows(heads, columns, (), "head", tokens, clauses)
    rows = _grid_rows(bodies, columns, (), "body", tokens, clauses)
    runs = parse_inline(caption, tokens, clauses)
    return Table(columns, head, rows, runs, clauses=tuple(clauses), label=label)


def _form(rest: str, lines: list[str], tokens: TokenTable) -> Table:
    """A bordered form: `*` columns hold labels, `<` and `^` join a square with its left or upper neighbour."""
    columns, labels, caption, label = _columns(rest)
    if not columns:
        raise UserError("template.form", "模板里的「::: form」没有写列宽。", "例如 ::: form 20* 30 20* 30。")
    clauses: list[str] = []
    rows = _grid_rows(lines, columns, labels, "body", tokens, clauses)
    caption_runs = parse_inline(caption, tokens, clauses)
    return Table(columns, (), rows, caption_runs, repeat_head=False, clauses=tuple(clauses), label=label)


def _grid_rows(
    lines: list[str],
    columns: tuple[Column, ...],
    labels: tuple[bool, ...],
    kind: CellKind,
    tokens: TokenTable,
    clauses: list[str],
) -> tuple[Row, ...]:
    squares = [_split_cells(line) for line in lines]
    width = len(columns)
    for cells, line in zip(squares, lines, strict=True):
        if len(cells) == 1 and cells[0].startswith(SECTION):
            cells.extend([MERGE_LEFT] * (width - 1))
        if len(cells) != width:
            shown = tokens.words(line)[:60]
            raise UserError(
                "template.cells",
                f"表格这一行有 {len(cells)} 格，列宽写了 {width} 列：{shown}",
                "合并单元格请用 <（并入左格）或 ^（并入上格）补足格数。",
            )
    rows: list[Row] = []
    for r, cells in enumerate(squares):
        row: list[Cell] = []
        for c, text in enumerate(cells):
            if text in (MERGE_LEFT, MERGE_UP):
                continue
            colspan = 1
            while c + colspan < width and cells[c + colspan] == MERGE_LEFT:
                colspan += 1
            rowspan = 1
            while r + rowspan < len(squares) and squares[r + rowspan][c] == MERGE_UP:
                rowspan += 1
            row.append(_cell(text, c, colspan, rowspan, columns, labels, kind, tokens, clauses))
        rows.append(tuple(row))
    return tuple(rows)


def _cell(
    text: str,
    c: int,
    colspan: int,
    rowspan: int,
    columns: tuple[Column, ...],
    labels: tuple[bool, ...],
    kind: CellKind,
    tokens: TokenTable,
    clauses: list[str],
) -> Cell:
    align = columns[c].align
    if text.startswith(SECTION):
        kind, text, align = "section", text.removeprefix(SECTION), "left"
    elif labels and all(labels[c : c + colspan]):
        kind, align = "label", align or "center"
    elif kind == "head":
        align = "center"
    return Cell(_paras(text, tokens, clauses), colspan, rowspan, kind, align)


def _keyvalue(rest: str, lines: list[str], tokens: TokenTable) -> KeyValue:
    """Lines `标签：值`; `::: keyvalue 4` sets two pairs side by side."""
    if rest not in {"", "2", "4"}:
        raise UserError("template.keyvalue", f"「::: keyvalue {rest}」看不懂。", "列数只能是 2 或 4。")
    clauses: list[str] = []
    pairs: list[tuple[Runs, Paras]] = []
    for line in lines:
        # A fact travels as a token, so the first colon is always the template's own.
        label, colon, value = (
            line.replace("：", ":", 1).partition(":") if "：" in line else line.partition(":")
        )
        if not colon:
            raise UserError(
                "template.keyvalue", f"「{tokens.words(line)[:60]}」没有冒号。", "每行写成 标签：值。"
            )
        pairs.append((parse_inline(label, tokens, clauses), _paras(value, tokens, clauses)))
    return KeyValue(tuple(pairs), 4 if rest == "4" else 2, tuple(clauses))


def _signature(lines: list[str], tokens: TokenTable) -> SignaturePlace:
    """One place: `label | name | 盖章 | 无日期`, all but the label optional."""
    if len(lines) != 1:
        raise UserError(
            "template.signature", "「::: signature」里要正好一行。", "几处签字请写几个 ::: signature。"
        )
    clauses: list[str] = []
    label, *options = _split_cells(lines[0])
    flags = {option for option in options if option in {"盖章", "日期", "无日期"}}
    names = [option for option in options if option and option not in flags]
    who = parse_inline(names[0], tokens, clauses) if names else ()
    return SignaturePlace(
        parse_inline(label, tokens, clauses), who, "盖章" in flags, "无日期" not in flags, tuple(clauses)
    )
