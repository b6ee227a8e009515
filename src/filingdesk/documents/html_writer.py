"""Writes blocks as the html preview: a white sheet in the subset that Qt's rich text knows; facts and gaps are links."""

from html import escape
from urllib.parse import quote, unquote

from filingdesk.documents.blocks import (
    DATE_LINE,
    Block,
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
    Paras,
    Run,
    Runs,
    SignaturePlace,
    Subtitle,
    Table,
    Title,
    TocPlace,
    Turn,
    grid,
    text_of,
)
from filingdesk.documents.images import fit, instead_of_picture
from filingdesk.documents.numbering import contents_depth
from filingdesk.documents.picture_cache import coded_drawing, coded_picture
from filingdesk.documents.render import Images
from filingdesk.documents.styles import (
    DRAFT_HEADER,
    FACT_TINT,
    GAP_COLOUR,
    LABEL_FILL,
    OWN_COLOUR,
    OWN_TINT,
    STYLES,
)
from filingdesk.documents.tables import column_shares

_LINK = "fact:"
_INK, _FAINT = "#1A1D23", "#6B7280"
_SERIF = "'Noto Serif SC','Source Han Serif SC','Noto Serif CJK SC',SimSun,serif"
_SANS = "'Noto Sans SC','Source Han Sans SC','Noto Sans CJK SC','Microsoft YaHei',sans-serif"
_PREVIEW_WIDTH = 420.0


def fact_of_link(href: str) -> str | None:
    """The fact path behind a link of the preview, or None for any other link."""
    return unquote(href.removeprefix(_LINK)) if href.startswith(_LINK) else None


def anchor_of(path: str) -> str:
    """The name of the anchor at the first place where a fact is shown; for scrolling to what is being edited."""
    return f"at-{quote(path, safe='')}"


def write_html(document: Document, images: Images) -> str:
    """A whole html page. Nothing in it is loaded from elsewhere."""
    return _Writer(document, images).build()


class _Writer:
    def __init__(self, document: Document, images: Images) -> None:
        self._document, self._images = document, images
        self._anchored: set[str] = set()

    def build(self) -> str:
        head = ""
        if self._document.draft:
            head = f'<p align="center" style="color:#{GAP_COLOUR};font-size:9pt;">{DRAFT_HEADER}</p>'
            told = "".join(f"<br>{escape(words)}" for words in self._document.warnings)
            head += f'<p style="color:#{GAP_COLOUR};font-size:9pt;">请留意：{told}</p>' if told else ""
        body = "\n".join(self._block(block) for block in self._document.blocks)
        return (
            '<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
            f"<title>{escape(self._document.title)}</title></head>\n"
            f'<body bgcolor="#FFFFFF" style="background-color:#FFFFFF;color:{_INK};font-family:{_SERIF};font-size:11pt;">\n'
            f"{head}\n{body}\n</body></html>\n"
        )

    def _run(self, run: Run) -> str:
        text = escape(run.text).replace("\n", "<br>")
        if run.fact:
            style = (
                f"color:#{GAP_COLOUR};background-color:#FDE8E4;text-decoration:underline;"
                if run.gap
                else f"color:{_INK};background-color:#{FACT_TINT};text-decoration:none;"
            )
            name = "" if run.fact in self._anchored else f' name="{anchor_of(run.fact)}"'
            self._anchored.add(run.fact)
            text = f'<a{name} href="{_LINK}{quote(run.fact, safe="")}" style="{style}">{text}</a>'
        elif run.gap:
            text = f'<span style="color:#{GAP_COLOUR};background-color:#FDE8E4;">{text}</span>'
        if run.bold:
            text = f"<b>{text}</b>"
        return f"<i>{text}</i>" if run.italic else text

    def _runs(self, runs: Runs) -> str:
        """The runs of a paragraph; one in the project's own words says so on a ground of its own."""
        inner = "".join(self._run(run) for run in runs)
        if not any(run.rewritten for run in runs):
            return inner
        return (
            f'<span style="color:#{OWN_COLOUR};font-family:{_SANS};font-size:8pt;">【本项目改写】</span>'
            f'<span style="background-color:#{OWN_TINT};">{inner}</span>'
        )

    def _block(self, block: Block) -> str:
        match block:
            case Title():
                return f'<p align="center" style="font-size:17pt;margin-top:14px;margin-bottom:6px;"><b>{self._runs(block.runs)}</b></p>'
            case Subtitle():
                return f'<p align="center" style="margin-bottom:12px;">{self._runs(block.runs)}</p>'
            case Heading():
                size = (13, 12, 11, 11)[block.level - 1]
                return (
                    f'<p style="font-family:{_SANS};font-size:{size}pt;margin-top:10px;margin-bottom:2px;">'
                    f"<b>{block.number}{self._runs(block.runs)}</b></p>"
                )
            case Paragraph():
                return self._para(block.runs, block.align, block.indent)
            case ListBlock():
                return "\n".join(
                    self._para(((Run(f"{item.label} "), *para) if index == 0 else para), left=24 * item.level)
                    for item in block.items
                    for index, para in enumerate(item.paras)
                )
            case KeyValue():
                return self._table(block.as_table())
            case Table():
                return self._table(block)
            case CheckList():
                return "\n".join(self._para(line) for line in block.lines())
            case Figure():
                return self._figure(block)
            case SignaturePlace():
                who = self._runs(block.who) if block.who else "＿" * 8
                date = f"<br>{DATE_LINE}" if block.date else ""
                return f'<p style="margin-top:12px;margin-left:220px;line-height:160%;white-space:pre-wrap;">{self._runs(block.label)}：{who}{date}</p>'
            case Note():
                return (
                    '<table width="100%" border="1" cellspacing="0" cellpadding="6" style="border-collapse:collapse;'
                    f'border-color:#8A94A6;"><tr><td>{self._paras(block.paras)}</td></tr></table>'
                )
            case Diagram():
                return self._diagram(block)
            case Cover():
                return self._cover(block)
            case Turn():
                words = "以下为横排页" if block.landscape else "恢复竖排页"
                return f'<p align="center" style="color:{_FAINT};font-size:8pt;">· · · {words} · · ·</p><hr>'
            case PageBreak():
                return f'<p align="center" style="color:{_FAINT};font-size:8pt;">· · · 换页 · · ·</p><hr>'
            case TocPlace():
                return self._toc()

    def _para(self, runs: Runs, align: str = "", indent: bool = True, left: int = 0) -> str:
        shown = f' align="{align}"' if align else ""
        first = 30 if indent else 0
        return (
            f'<p{shown} style="text-indent:{first}px;margin-left:{left}px;margin-top:2px;margin-bottom:2px;line-height:165%;white-space:pre-wrap;">'
            f"{self._runs(runs)}</p>"
        )

    def _paras(self, paras: Paras) -> str:
        return "<br>".join(self._runs(para) for para in paras)

    def _caption(self, number: str, caption: Runs) -> str:
        return (
            f'<p align="center" style="font-family:{_SANS};font-size:9.5pt;margin-top:4px;margin-bottom:4px;white-space:pre-wrap;">'
            f"{number}　{self._runs(caption)}</p>"
        )

    def _table(self, table: Table) -> str:
        rows = (*table.head, *table.rows)
        page = STYLES[self._document.style]
        shares = column_shares(table.columns, rows, page.text_width, page.table)
        out = [self._caption(table.number, table.caption)] if table.number else []
        out.append(
            f'<table width="100%" border="{1 if table.bordered else 0}" cellspacing="0" cellpadding="5" '
            f'style="border-collapse:collapse;border-color:{_INK};border-style:solid;font-size:10pt;">'
        )
        for row in grid(rows, len(table.columns)):
            out.append("<tr>")
            for c, (cell, first_column, first_row) in enumerate(row):
                if not (first_column and first_row):
                    continue
                spans = f' colspan="{cell.colspan}"' if cell.colspan > 1 else ""
                spans += f' rowspan="{cell.rowspan}"' if cell.rowspan > 1 else ""
                width = round(100 * sum(shares[c : c + cell.colspan]))
                fill = f' bgcolor="#{LABEL_FILL}"' if cell.kind != "body" else ""
                align = f' align="{cell.align}"' if cell.align else ""
                inner = self._paras(cell.paras)
                inner = f"<b>{inner}</b>" if cell.kind in {"head", "section"} else inner
                out.append(
                    f'<td width="{width}%"{spans}{fill}{align} valign="middle" style="white-space:pre-wrap;">{inner}</td>'
                )
            out.append("</tr>")
        return "\n".join([*out, "</table>"])

    def _figure(self, figure: Figure) -> str:
        data = self._images(figure.ref)
        coded = coded_picture(data) if data is not None else None
        if coded is None or coded.picture is None:
            run = Run(
                instead_of_picture(figure.alt or figure.ref, data is None), fact=figure.fact, gap=data is None
            )
            inner = self._run(run)
        else:
            width, height = fit(coded.picture, _PREVIEW_WIDTH, _PREVIEW_WIDTH)
            inner = (
                f'<img src="{coded.uri}" width="{round(width)}" height="{round(height)}" '
                f'alt="{escape(figure.alt)}">'
            )
            if figure.fact:
                inner = f'<a href="{_LINK}{quote(figure.fact, safe="")}">{inner}</a>'
        return f'<p align="center">{inner}</p>' + self._caption(figure.number, figure.caption)

    def _diagram(self, diagram: Diagram) -> str:
        drawing = diagram.drawing
        scale = min(1.0, 1.2 * _PREVIEW_WIDTH / drawing.width)
        return (
            f'<p align="center"><img src="{coded_drawing(drawing)}" width="{round(drawing.width * scale)}" '
            f'height="{round(drawing.height * scale)}" alt="{escape(diagram.alt)}"></p>'
        ) + self._caption(diagram.number, diagram.caption)

    def _cover(self, cover: Cover) -> str:
        title = f'<p align="center" style="font-size:21pt;margin-top:90px;margin-bottom:8px;"><b>{self._runs(cover.title)}</b></p>'
        subtitle = f'<p align="center" style="margin-bottom:120px;">{self._runs(cover.subtitle)}</p>'
        table = cover.as_table()
        end = f'<p align="center" style="color:{_FAINT};font-size:8pt;">· · · 换页 · · ·</p><hr>'
        return title + subtitle + (self._table(table) if table else "") + end

    def _toc(self) -> str:
        depth = contents_depth(self._document.blocks)
        lines = [
            f'<p style="margin-left:{22 * (block.level - 1)}px;margin-top:1px;margin-bottom:1px;">'
            f"{escape(block.number + text_of(block.runs))}</p>"
            for block in self._document.blocks
            if isinstance(block, Heading) and block.level <= depth
        ]
        return '<p align="center"><b>目　录</b></p>' + "\n".join(lines)
