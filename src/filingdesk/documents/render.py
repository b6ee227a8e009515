"""The one door of this room: facts and a paper make a document, a document makes bytes."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from pydantic import BaseModel

from filingdesk.documents.blocks import (
    Block,
    Cover,
    Document,
    Figure,
    Gap,
    Runs,
    Subtitle,
    Title,
    TocPlace,
    paras_of,
    text_of,
)
from filingdesk.documents.faults import Fault, MarkupError, TemplateError, as_template_error
from filingdesk.documents.inline import one_line, parse_inline
from filingdesk.documents.look import Look
from filingdesk.documents.markdown import parse_blocks
from filingdesk.documents.numbering import number_blocks
from filingdesk.documents.origin import Origin
from filingdesk.documents.pages import PageMap
from filingdesk.documents.paper import Paper
from filingdesk.documents.plain_yaml import line_of_key
from filingdesk.documents.proxies import Context, Formatter, ListProxy, RecordProxy
from filingdesk.documents.template import place_of, render_text, source_line
from filingdesk.domain.errors import UserError

Images = Callable[[str], bytes | None]
"""Gives the bytes of an attachment reference, or None when they are not at hand."""

_STEP = re.compile(r"(?P<name>[a-z_0-9]+)(?:\[(?P<index>\d+)\])?")


def no_images(_reference: str) -> bytes | None:
    """No attachment is at hand: figures show their name and a gap."""
    return None


def render(
    paper: Paper,
    facts: BaseModel,
    labels: Callable[[str], str],
    data: Mapping[str, Any] | None = None,
    draft: bool = True,
    formatter: Formatter | None = None,
) -> Document:
    """Fill a paper with facts.

    `formatter` gives the blocks of the facts that their writers formatted (`formatted`). `labels` gives the Chinese label of a fact's path; `data` holds computed values (text, numbers, lists, mappings).
    Raises `UserError` for every fault of the template. Same arguments, same document.
    """
    context = Context(labels, formatter)
    blocks: list[Block] = []
    try:
        body, subtitle, header = render_text(paper, facts, context, data or {})
        parsed = parse_blocks(body, context.tokens)
    except MarkupError as error:
        line = source_line(paper, facts, Context(labels, formatter), data or {}, error.output_line)
        raise as_template_error(error, paper.place, line) from error
    subtitle_runs = _line_of(paper, "subtitle", subtitle, context)
    title_runs = parse_inline(paper.title, context.tokens, [])
    if parsed and isinstance(cover := parsed[0], Cover):
        blocks.append(replace(cover, title=title_runs, subtitle=subtitle_runs))
        parsed = parsed[1:]
    elif paper.spec.show_title:
        blocks.append(Title(title_runs))
        if subtitle_runs:
            blocks.append(Subtitle(subtitle_runs))
    if any(isinstance(block, Cover) for block in parsed):
        hint = "「::: cover」要写在正文最开头。"
        line = _line_with(paper.body, "::: cover")
        raise TemplateError(Fault(paper.place, line, "的封面没有放在最前面", hint, "template.cover"))
    if paper.spec.toc and not any(isinstance(block, TocPlace) for block in parsed):
        blocks.append(TocPlace())
    blocks.extend(parsed)
    header_runs = _line_of(paper, "header", header, context)
    try:
        numbered = number_blocks(blocks)
    except UserError as error:
        named = re.search("「([a-z][a-z0-9-]*)」", error.message)
        raise as_template_error(
            error, paper.place, _line_with(paper.body, named[1]) if named else None
        ) from error
    gaps = _shown_gaps(blocks, header_runs)
    for path in paper.spec.needs:
        if _is_blank(context, facts, path, paper) and all(gap.path != path for gap in gaps):
            gaps.append(Gap(path, context.label(path), shown=False))
    return Document(
        id=paper.id,
        title=paper.title,
        subtitle=text_of(subtitle_runs),
        blocks=numbered,
        draft=draft,
        style=paper.spec.style,
        header=text_of(header_runs),
        gaps=tuple(gaps),
        used=tuple(sorted(context.used)),
        warnings=context.warnings,
    )


def _line_of(paper: Paper, key: str, text: str, context: Context) -> Runs:
    """Subtitle or header as runs of one line."""
    try:
        return one_line(parse_inline(text, context.tokens, []))
    except UserError as error:
        raise as_template_error(error, place_of(paper, key), line_of_key(paper.yaml, key)) from error


def _line_with(text: str, words: str) -> int | None:
    """The first line (from 1) that holds these words."""
    return next((number for number, row in enumerate(text.split("\n"), 1) if words in row), None)


def _shown_gaps(blocks: Sequence[Block], header: Runs) -> list[Gap]:
    """The gaps that can be seen in the paper, in reading order, each field and wording once."""
    lines = [para for block in blocks for para in paras_of(block)]
    found = {(run.fact or "", run.label): None for para in (*lines, header) for run in para if run.gap}
    return [Gap(path, label) for path, label in found]


def _is_blank(context: Context, facts: BaseModel, path: str, paper: Paper) -> bool:
    """Whether a fact named in `needs` is blank."""
    value: Any = RecordProxy(context, "", facts)
    try:
        for step in path.split("."):
            match = _STEP.fullmatch(step)
            if match is None:
                raise AttributeError(step)
            value = getattr(value, match["name"])
            if match["index"] is not None:
                items = value if isinstance(value, ListProxy) else ()
                value = items[int(match["index"])] if int(match["index"]) < len(items) else None
    except AttributeError as error:
        fault = Fault(
            place_of(paper, "needs"),
            _line_with(paper.yaml, path),
            f"写了不存在的字段「{path}」",
            "请对照字段清单修改。",
            "template.needs",
        )
        raise TemplateError(fault) from error
    return not value


def write(
    document: Document,
    fmt: str,
    *,
    images: Images = no_images,
    made: date | None = None,
    author: str = "",
    allow_gaps: bool = False,
    pages: PageMap | None = None,
    origin: Origin | None = None,
    look: Look | None = None,
) -> bytes:
    """Write a document as `docx`, `pdf` or `html`; same arguments, same bytes.

    `made` and `author` go into the file's properties (None and blank: a fixed date, nobody). A final (`draft=False`)
    with gaps is refused unless `allow_gaps`. `origin` lets a docx find its way back (see `origin`). `pages` spares a docx with contents the layout (see `page_map`). `look` is the company's own (docx, and what pdf can take). Raises `UserError` for a character no font can show (pdf).
    """
    _check_final(document, images, allow_gaps)
    match fmt:
        case "docx":
            from filingdesk.documents.docx_writer import write_docx

            if pages is None and any(isinstance(block, TocPlace) for block in document.blocks):
                pages = page_map(document, images, look)
            data = write_docx(document, images, made, author, pages, origin)
            return _with_look(data, look) if look else data
        case "pdf":
            from filingdesk.documents.pdf_writer import write_pdf

            return write_pdf(document, images, made, author, look)
        case "html":
            from filingdesk.documents.html_writer import write_html

            return write_html(document, images).encode()
        case _:
            raise UserError("papers.format", f"不支持的文书格式「{fmt}」。", "可用 docx、pdf、html。")


def _with_look(data: bytes, look: Look) -> bytes:
    from filingdesk.documents.look_apply import apply_look

    return apply_look(data, look)


def write_with_pages(
    document: Document,
    *,
    images: Images = no_images,
    made: date | None = None,
    author: str = "",
    look: Look | None = None,
) -> tuple[bytes, PageMap]:
    """The pdf of a document as `write` makes it, and on which pages its headings and signature places stand."""
    from filingdesk.documents.pdf_writer import lay_out

    _check_final(document, images, False)
    return lay_out(document, images, made, author, look)


def _check_final(document: Document, images: Images, allow_gaps: bool) -> None:
    """A final with gaps or lost pictures does not leave the house."""
    if not document.draft and document.gaps and not allow_gaps:
        names = "、".join(dict.fromkeys(gap.label for gap in document.gaps[:5]))
        more = f"等 {len(document.gaps)} 项" if len(document.gaps) > 5 else ""
        raise UserError(
            "papers.gaps",
            f"《{document.title}》还缺：{names}{more}，不能导出正式稿。",
            "请补充后再导出，或先导出草稿。",
        )
    if not document.draft and not allow_gaps and images is not no_images:
        _check_pictures(document, images)


def page_map(document: Document, images: Images = no_images, look: Look | None = None) -> PageMap | None:
    """On which pages of the pdf headings and signature places stand; None when it cannot be set (a missing glyph)."""
    from filingdesk.documents.pdf_writer import lay_out

    try:
        return lay_out(document, images, None, "", look)[1]
    except UserError:
        return None


def _check_pictures(document: Document, images: Images) -> None:
    """A final whose screenshot has been lost from the project must not leave the house."""
    for block in document.blocks:
        if isinstance(block, Figure) and images(block.ref) is None:
            raise UserError(
                "papers.picture",
                f"《{document.title}》的{block.number}「{block.alt or block.ref}」在项目里找不到文件。",
                "请重新添加这个附件，或先导出草稿。",
            )


def as_final(document: Document) -> Document:
    """The same document as a final."""
    return replace(document, draft=False)
