"""Runs a paper's template in the sandbox; every fault is told with the template's own file and line."""

import re
import traceback
from collections.abc import Mapping
from functools import partial
from typing import Any

from jinja2 import Environment, Template, TemplateError, TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError, TemplateNotFound, UndefinedError
from pydantic import BaseModel

from filingdesk.documents.blocks import Run
from filingdesk.documents.faults import Fault, MarkupError, as_template_error
from filingdesk.documents.faults import TemplateError as Faulty
from filingdesk.documents.helpers import build_helpers
from filingdesk.documents.paper import Paper
from filingdesk.documents.proxies import Context, DataProxy, RecordProxy
from filingdesk.documents.sandbox import (
    MARK,
    MAX_OUTPUT,
    Sandbox,
    marked_line,
    remember_names,
    remembered_names,
)
from filingdesk.documents.template_words import in_chinese
from filingdesk.domain.errors import UserError

# What Jinja's parser and Python's compiler raise of text that is nested too deeply or holds a number without end.
_UNREADABLE = (RecursionError, SyntaxError, MemoryError, NameError, ValueError, OverflowError)
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


def render_text(
    paper: Paper, facts: BaseModel, context: Context, data: Mapping[str, Any]
) -> tuple[str, str, str]:
    """Run body, subtitle and header; returns their Markdown with tokens in place of facts.

    Every fault of the template becomes a `TemplateError` naming template and line.
    """
    subtitle_place, header_place = place_of(paper, "subtitle"), place_of(paper, "header")
    environment, sources = _environment(paper)
    own = (paper.place, subtitle_place, header_place)
    templates = [_load(environment, place, sources[place]) for place in own]
    _fill(environment, sources, facts, context, data)
    body, subtitle, header = (
        _printed(_run(place, template)) for place, template in zip(own, templates, strict=True)
    )
    return body, subtitle, header


def _printed(text: str) -> str:
    """The text, refused when it holds what no paper can show (an escape in a string of the template)."""
    if match := _UNPRINTABLE.search(text):
        words = f"模板写出了不能印刷的字符 U+{ord(match.group()):04X}。"
        error = UserError("template.reserved", words, "请删掉这个看不见的字符。")
        raise MarkupError(error, text.count("\n", 0, match.start()))
    return text


def place_of(paper: Paper, key: str) -> str:
    """How a key of `paper.yaml` is called in sentences."""
    return paper.place.replace("body.md", f"paper.yaml（{key}）")


def source_line(
    paper: Paper, facts: BaseModel, context: Context, data: Mapping[str, Any], output_line: int
) -> int | None:
    """The line of the body that made a line of its output (from 0); None when that cannot be told. `context` is used up."""
    environment, sources = _environment(paper, marked=paper.place)
    try:
        template = _load(environment, paper.place, paper.body)
        _fill(environment, sources, facts, context, data)
        rows = _run(paper.place, template).split("\n")
    except UserError:
        return None
    for row in reversed(rows[: output_line + 1]):
        if found := MARK.findall(row):
            # A row begins with the mark of its own line; a row without one was printed by an expression.
            return marked_line(found[0])
    return None


def _environment(paper: Paper, marked: str = "") -> tuple[Sandbox, dict[str, str]]:
    sources = {
        **dict(paper.partials),
        paper.place: paper.body,
        place_of(paper, "subtitle"): paper.spec.subtitle,
        place_of(paper, "header"): paper.spec.header,
    }
    return Sandbox(sources, marked), sources


def _fill(
    environment: Sandbox,
    sources: Mapping[str, str],
    facts: BaseModel,
    context: Context,
    data: Mapping[str, Any],
) -> None:
    """Helpers, data and the groups of facts that are asked for; templates that are loaded already see them, too."""
    environment.globals.update(build_helpers(context))
    environment.globals["data"] = environment.globals["extra"] = DataProxy(context, data)
    environment.globals["annex"] = partial(_annex, context, data)
    wanted = frozenset().union(*map(_names, sources.values()))
    root = RecordProxy(context, "", facts)
    for name in type(facts).model_fields:
        if name in environment.globals:
            raise ValueError(f"fact group {name!r} hides a template helper")
        if name in wanted:
            environment.globals[name] = getattr(root, name)


def _annex(context: Context, data: Mapping[str, Any], paper_id: str) -> str:
    """How another paper of the filing is called in running text: 附件4《拦截关键词列表》; a gap when it is not among them."""
    papers = data.get("papers", {})
    if paper_id not in papers:
        return context.gap(f"@paper/{paper_id}", f"附件（{paper_id}）")
    return context.tokens.put((Run(str(papers[paper_id])),))


def _names(source: str) -> frozenset[str]:
    """The names a template asks for from outside; a source with a syntax error is told about when it is run."""
    known = remembered_names(source)
    if known is not None:
        return known
    try:
        # Parsing only: generating code would compute constant expressions, and a bomb among them.
        tree = Environment(autoescape=False).parse(source)  # noqa: S701
        known = frozenset(name.name for name in tree.find_all(nodes.Name) if name.ctx == "load")
    except (TemplateSyntaxError, *_UNREADABLE):
        known = frozenset()
    remember_names(source, known)
    return known


def _load(environment: Sandbox, place: str, source: str) -> Template:
    try:
        return environment.get_template(place)
    except TemplateSyntaxError as error:
        what = f"语法不对（{in_chinese(error.message)}）"
        raise Faulty(Fault(error.name or place, error.lineno, what)) from error
    except _UNREADABLE as error:
        raise Faulty(Fault(place, _deepest(source), "写得太长或套得太深，读不了")) from error


def _run(place: str, template: Template) -> str:
    try:
        parts: list[str] = []
        size = 0
        for part in template.generate():
            size += len(part)
            if size > MAX_OUTPUT:
                raise UserError("template.output", "模板生成的内容太长。", "请检查循环。")
            parts.append(part)
        text = "".join(parts)
    except UserError as error:
        if not error.code.startswith("template."):
            raise
        raise as_template_error(error, *_frame(place, error)) from error
    except TemplateSyntaxError as error:
        what = f"语法不对（{in_chinese(error.message)}）"
        raise Faulty(Fault(error.name or place, error.lineno, what)) from error
    except SecurityError as error:
        raise _told(place, "用了不允许的写法", error, "template.security") from error
    except UndefinedError as error:
        raise _told(
            place, f"写了不存在的名字{in_chinese(error.message)}", error, "template.undefined"
        ) from error
    except TemplateNotFound as error:
        raise _told(place, f"引用了不存在的片段“{error.name}”", error) from error
    except RecursionError as error:
        raise _told(place, "自己调用自己，没有尽头", error) from error
    except (
        TemplateError,
        TypeError,
        ValueError,
        ArithmeticError,
        LookupError,
        AttributeError,
        MemoryError,
        SyntaxError,
        NameError,
    ) as error:
        raise _told(place, f"算不出来（{in_chinese(error)}）", error) from error
    return text


def _deepest(source: str) -> int:
    """The line on which brackets, operators and blocks are nested deepest; read without recursion."""
    depth, deepest, at = 0, -1, 1
    for number, row in enumerate(source.split("\n"), 1):
        weight = sum(row.count(sign) for sign in "([{+-|~") + row.count(" not ")
        depth += row.count("{%") - 2 * row.count("{% end")
        if weight + depth > deepest:
            deepest, at = weight + depth, number
    return at


def _frame(place: str, error: BaseException) -> tuple[str, int | None]:
    """Template and line: Jinja rewrites tracebacks so that frames of templates carry their names and lines."""
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == place or (frame.filename.endswith(".md") and frame.name != "<lambda>")
    ]
    return (frames[-1].filename, frames[-1].lineno) if frames else (place, None)


def _told(place: str, what: str, error: BaseException, code: str = "template.fault") -> Faulty:
    where, line = _frame(place, error)
    return Faulty(Fault(where, line, what, code=code))
