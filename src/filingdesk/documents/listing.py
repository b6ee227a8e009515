"""A compact, readable listing of blocks: for golden files and comparisons."""

from filingdesk.documents.blocks import (
    Block,
    Cell,
    CheckList,
    Cover,
    Diagram,
    Document,
    Figure,
    Heading,
    KeyValue,
    ListBlock,
    Note,
    PageBreak,
    Paragraph,
    Runs,
    SignaturePlace,
    Subtitle,
    Table,
    Title,
    TocPlace,
    Turn,
)
from filingdesk.documents.drawing import Words


def dump(document: Document) -> list[str]:
    """A compact, readable listing of the blocks for golden files and comparisons; `[path|text]` is a fact, `[!path|text]` a gap."""
    return [line for block in document.blocks for line in _dump_block(block)]


def _marks(runs: Runs) -> str:
    out = []
    for run in runs:
        text = run.text.replace("\n", "⏎")
        if run.ref:
            text = f"<{run.ref}|{text}>"
        if run.fact is not None or run.gap:
            text = f"[{'!' if run.gap else ''}{run.fact}|{text}]"
        if run.bold:
            text = f"*{text}*"
        if run.italic:
            text = f"/{text}/"
        out.append(text)
    return "".join(out)


def _cell(cell: Cell) -> str:
    spans = f"{cell.colspan}x{cell.rowspan} " if (cell.colspan, cell.rowspan) != (1, 1) else ""
    kind = {"body": "", "head": "H ", "label": "L ", "section": "S "}[cell.kind]
    return spans + kind + " ¶ ".join(_marks(para) for para in cell.paras)


def _dump_block(block: Block) -> list[str]:
    clause = f"  «{', '.join(block.clauses)}»" if block.clauses else ""
    match block:
        case Title() | Subtitle():
            return [f"{type(block).__name__.upper()} {_marks(block.runs)}{clause}"]
        case Heading():
            return [f"H{block.level} {block.number or '-'} {_marks(block.runs)}{clause}"]
        case Paragraph():
            look = f" ({block.align or 'plain'})" if block.align or not block.indent else ""
            return [f"P{look} {_marks(block.runs)}{clause}"]
        case ListBlock():
            return [
                f"LI{item.level} {item.label} {' ¶ '.join(_marks(p) for p in item.paras)}{clause}"
                for item in block.items
            ]
        case KeyValue():
            pairs = [f"  {_marks(k)} = {' ¶ '.join(_marks(p) for p in v)}" for k, v in block.pairs]
            return [f"KEYVALUE {block.columns}{clause}", *pairs]
        case Table():
            widths = " ".join(f"{column.width:g}{column.align[:1]}" for column in block.columns)
            rows = [f"  # {' | '.join(map(_cell, row))}" for row in block.head]
            rows += [f"  | {' | '.join(map(_cell, row))}" for row in block.rows]
            return [f"TABLE [{widths}] {block.number} {_marks(block.caption)}{clause}".rstrip(), *rows]
        case CheckList():
            return [f"CHECK {_marks(line)}{clause}" for line in block.lines()]
        case Diagram():
            words = " · ".join(shape.text for shape in block.drawing.shapes if isinstance(shape, Words))
            return [f"DIAGRAM {block.number} {_marks(block.caption)}{clause}", f"  {words}"]
        case Cover():
            pairs = [f"  {_marks(k)} = {' ¶ '.join(_marks(p) for p in v)}" for k, v in block.pairs]
            return [f"COVER {_marks(block.title)} / {_marks(block.subtitle)}{clause}", *pairs]
        case Turn():
            return ["LANDSCAPE" if block.landscape else "PORTRAIT"]
        case Figure():
            return [f"FIGURE {block.number} {block.ref} {_marks(block.caption)}{clause}"]
        case SignaturePlace():
            flags = "".join(flag for flag, on in ((" seal", block.seal), (" date", block.date)) if on)
            return [f"SIGN {_marks(block.label)}：{_marks(block.who)}{flags}{clause}"]
        case Note():
            return [f"NOTE {' ¶ '.join(_marks(p) for p in block.paras)}{clause}"]
        case PageBreak():
            return ["PAGEBREAK"]
        case TocPlace():
            return ["TOC"]
