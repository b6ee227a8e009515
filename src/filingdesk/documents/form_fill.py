"""Checks and fills a whole Word form with placeholders: strict, sandboxed, every fault with the place where it stands.

Runs in a child process that can be killed (`services.forms_work`); nothing here trusts the form.
"""

import re
import traceback
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import TemplateError, TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError, UndefinedError
from lxml import etree

from filingdesk.documents.blocks import Run
from filingdesk.documents.form_helpers import form_helpers
from filingdesk.documents.form_names import meant, plain, trail
from filingdesk.documents.form_resolve import Meaning, Resolver
from filingdesk.documents.form_runs import GAP_CLOSE, GAP_OPEN, escaped, mark_draft, split_runs, traced
from filingdesk.documents.form_scan import Place, Problem, Scan, Tag, scan
from filingdesk.documents.form_tidy import tidy
from filingdesk.documents.office_package import (
    Package,
    parse_xml,
    refuse_active,
    refuse_foreign,
    refuse_huge_pictures,
    stories,
    strip_external,
    to_xml,
    w,
)
from filingdesk.documents.proxies import Context, DataProxy, RecordProxy, wrap_data
from filingdesk.documents.sandbox import MAX_OUTPUT, Sandbox
from filingdesk.documents.template_words import in_chinese
from filingdesk.documents.tokens import Marker
from filingdesk.domain.errors import UserError
from filingdesk.domain.facts import Facts
from filingdesk.domain.specs import by_pattern, label_of

MAX_RESULT = 60_000_000
_TODAY = "填表日期"
_PART_NAMES = {"header": "页眉", "footer": "页脚", "footnotes": "脚注", "endnotes": "尾注"}
_IDENTIFIER = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*\Z")


@dataclass(frozen=True)
class Placeholder:
    """One placeholder of a form. `known`: it will be filled; else `message` says why not, with the nearest names."""

    text: str
    where: str
    line: str
    known: bool
    patterns: tuple[str, ...] = ()
    meaning: str = ""
    message: str = ""


@dataclass(frozen=True)
class FormCheck:
    """What is in a form: its placeholders in order, what is wrong, what was cut out of it."""

    placeholders: tuple[Placeholder, ...]
    problems: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """May it be filled?"""
        return not self.problems and all(p.known for p in self.placeholders)


@dataclass(frozen=True)
class Filled:
    """A filled form. `gaps`: (path, label) of what is blank and asked for; `used`: the paths it looked at."""

    data: bytes
    gaps: tuple[tuple[str, str], ...]
    used: tuple[str, ...]
    warnings: tuple[str, ...]
    facts: tuple[tuple[str, str], ...] = ()
    """(path, label) of the facts of a traced filling, by the number of their marks."""


class Raw(Marker):
    """A piece of the form's own XML, kept out of the template."""

    __slots__ = ()


class Form:
    """A form that was opened: cleaned, its placeholders found."""

    def __init__(self, data: bytes, name: str) -> None:
        self.name = name
        self.package = Package(data, name)
        refuse_active(self.package)
        refuse_foreign(self.package)
        refuse_huge_pictures(self.package)
        self.notes = strip_external(self.package)
        self.scans: dict[str, Scan] = {}
        self.tags: list[Tag] = []
        for part in stories(self.package):
            root = self.package.xml(part)
            _unbind(root)
            found = scan(root, _part_name(part), len(self.tags))
            self.scans[part] = found
            self.tags += found.tags

    @property
    def problems(self) -> list[Problem]:
        """What the look at the structure found."""
        return [problem for found in self.scans.values() for problem in found.problems]

    def source(self, part: str, context: Context) -> str:
        """A part as a template: its XML as tokens, every tag on a line of its own (line n+2 is tag n of the part)."""
        out = []
        for piece in self.scans[part].pieces:
            if isinstance(piece, str):
                out.append(context.tokens.put(Raw(piece)))
                continue
            tag = self.tags[piece]
            if tag.kind == "comment":
                out.append("{#\n#}")
            elif tag.kind == "print":
                out.append("{{\n" + _readable(tag.inner) + " }}")
            else:
                out.append("{%\n" + tag.inner + " %}")
        return "".join(out)

    def tag_of_line(self, part: str, line: int) -> Tag | None:
        """The tag behind a line of `source`."""
        numbers = [n for n in self.scans[part].pieces if isinstance(n, int)]
        return self.tags[numbers[line - 2]] if 0 <= line - 2 < len(numbers) else None


class _FormSandbox(Sandbox):
    """The sandbox of papers; labels become paths before anything is compiled."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        super().__init__(sources)
        self.meanings: dict[str, dict[int, Meaning]] = {}
        self.bytecode_cache = None

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        resolver = Resolver(Facts.model_fields, self.globals)
        tree = resolver.run(tree)
        self.meanings[name or ""] = resolver.meanings
        return tree


def check_form(data: bytes, name: str) -> FormCheck:
    """Which placeholders a form has and which of them are known. `UserError` when the file itself cannot be taken."""
    form = Form(data, name)
    placeholders: list[Placeholder] = []
    problems = [f"{p.place.words}：{p.message}。{p.hint}" for p in form.problems]
    context = Context(label_of)
    for part, found in form.scans.items():
        if any(problem in form.problems for problem in found.problems):
            meanings: dict[int, Meaning] = {}
        else:
            try:
                meanings = _meanings(form, part, context)
            except UserError as error:
                problems.append(f"{error.message}{error.hint}")
                meanings = {}
        numbers = [n for n in found.pieces if isinstance(n, int)]
        for line, number in enumerate(numbers, 2):
            tag = form.tags[number]
            if not tag.copy and tag.kind != "comment" and not _is_end(tag):
                placeholders.append(_placeholder(tag, meanings.get(line)))
    return FormCheck(tuple(placeholders), tuple(dict.fromkeys(problems)), tuple(form.notes))


def _is_end(tag: Tag) -> bool:
    return tag.word in {"endfor", "endif", "else"}


def _meanings(form: Form, part: str, context: Context) -> dict[int, Meaning]:
    sandbox = _FormSandbox({part: form.source(part, context)})
    sandbox.globals.update(form_helpers(context, Facts()))
    sandbox.globals["data"] = sandbox.globals["extra"] = {}
    sandbox.globals[_TODAY] = ""
    try:
        sandbox.parse(form.source(part, context), part, part)
    except TemplateSyntaxError as error:
        raise _fault(form, part, error.lineno, f"语法不对（{in_chinese(error.message or '')}）") from error
    except RecursionError as error:
        raise UserError(
            "form.syntax", f"表单「{form.name}」里的占位符嵌套太深。", "请写简单一些。"
        ) from error
    return sandbox.meanings.get(part, {})


def _placeholder(tag: Tag, meaning: Meaning | None) -> Placeholder:
    where, line = tag.place.where, tag.place.line
    if meaning is None or not (meaning.patterns or meaning.unknown or meaning.forbidden):
        return Placeholder(tag.text, where, line, True, (), "表达式")
    patterns = tuple(p for p in meaning.patterns if not _covered(p, meaning.patterns))
    words = "、".join(trail(pattern) for pattern in patterns if pattern in by_pattern())
    if meaning.forbidden:
        message = f"不允许用 {meaning.forbidden}"
        return Placeholder(tag.text, where, line, False, patterns, words, message)
    if meaning.unknown:
        message = "；".join(f"不认识「{name}」，{why}" for name, why in meaning.unknown)
        return Placeholder(tag.text, where, line, False, patterns, words, message)
    if meaning.spread:
        words += "（列表里的字段，有几条就用顿号连起来；要逐条列出请用 {%tr for … %}）"
    return Placeholder(tag.text, where, line, True, patterns, words)


def _covered(pattern: str, patterns: Collection[str]) -> bool:
    return any(other != pattern and other.startswith((f"{pattern}.", f"{pattern}[")) for other in patterns)


def fill_form(
    data: bytes,
    name: str,
    facts: Facts,
    extra: Mapping[str, Any],
    asked: Collection[str],
    *,
    draft: bool,
    trace: bool = False,
) -> Filled:
    """The form with the facts in it. `trace` leaves marks of where each fact stands, for the preview (`form_blocks`). `asked`: the paths that this filing asks for; a blank one of them is a gap, others stay empty.

    Raises `UserError` naming paragraph or cell for everything that the form asks and nobody knows.
    """
    form = Form(data, name)
    if form.problems:
        raise form.problems[0].raised(name)
    context = Context(label_of)
    sources = {part: form.source(part, context) for part in form.scans}
    sandbox = _FormSandbox(sources)
    sandbox.globals.update(form_helpers(context, facts))
    sandbox.globals["data"] = sandbox.globals["extra"] = DataProxy(context, extra)
    sandbox.globals[_TODAY] = wrap_data(context, str(extra.get("as_of", "")))
    root = RecordProxy(context, "", facts)
    for field in type(facts).model_fields:
        sandbox.globals[field] = getattr(root, field)
    context.used.clear()  # what was only made ready has not been looked at
    words = _Words(asked, trace)
    size = 0
    for part in form.scans:
        text = _run(form, sandbox, part)
        xml: list[str] = []
        for piece in _pieces(context, text, words):
            size += len(piece)
            if size > MAX_RESULT:
                raise UserError("template.output", f"表单「{name}」填出来的内容太长。", "请检查循环。")
            xml.append(piece)
        form.package.parts[part] = _finished("".join(xml), form, part, draft)
    form.package.as_document()
    return Filled(
        form.package.to_bytes(),
        tuple(words.gaps.items()),
        tuple(context.used),
        context.warnings,
        tuple(words.facts),
    )


def _run(form: Form, sandbox: _FormSandbox, part: str) -> str:
    try:
        # Everything unknown is told before anything is printed.
        sandbox.parse(sandbox.loader.get_source(sandbox, part)[0], part, part)  # type: ignore[union-attr]
        for line, meaning in sorted(sandbox.meanings[part].items()):
            if meaning.forbidden:
                raise _fault(
                    form, part, line, f"用了不允许的写法（{meaning.forbidden}）", "template.security"
                )
            for name, why in meaning.unknown:
                raise _fault(form, part, line, f"不认识「{name}」，{why}", "template.undefined")
        made: list[str] = []
        size = 0
        for piece in sandbox.get_template(part).generate():
            size += len(piece)
            if size > MAX_OUTPUT:
                raise UserError("template.output", "填出来的内容太长。", "请检查循环。")
            made.append(piece)
        return "".join(made)
    except TemplateSyntaxError as error:
        raise _fault(form, part, error.lineno, f"语法不对（{in_chinese(error.message or '')}）") from error
    except UserError as error:
        if error.code.startswith("template.") and "表单「" not in error.message:
            raise UserError(error.code, f"表单「{form.name}」：{error.message}", error.hint) from error
        raise
    except SecurityError as error:
        raise _fault(form, part, _line(error, part), "用了不允许的写法", "template.security") from error
    except UndefinedError as error:
        raise _fault(
            form,
            part,
            _line(error, part),
            f"写了不存在的名字（{in_chinese(error.message or '')}）",
            "template.undefined",
        ) from error
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
        raise _fault(form, part, _line(error, part), f"算不出来（{in_chinese(error)}）") from error
    except RecursionError as error:
        raise _fault(form, part, None, "嵌套太深，没有尽头") from error


def _line(error: BaseException, part: str) -> int | None:
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == part]
    return lines[-1] if lines else None


def _fault(form: Form, part: str, line: int | None, what: str, code: str = "template.fault") -> UserError:
    tag = form.tag_of_line(part, line) if line else None
    where = f"{tag.place.words}的“{tag.text}”" if tag else _part_name(part) or "正文"
    return UserError(code, f"表单「{form.name}」{where}{what}。", "请在 Word 里修改这个占位符，再重新放入。")


def _pieces(context: Context, text: str, words: "_Words") -> Iterator[str]:
    """The XML of a part: its own pieces, and the escaped words that came out of placeholders."""
    for piece in context.tokens.split(text):
        if isinstance(piece, Raw):
            yield str(piece)
        elif isinstance(piece, tuple):
            yield "".join(words.of(run) for run in piece)
        elif isinstance(piece, Marker):
            continue
        elif isinstance(piece, str):
            yield escaped(context.clean(piece, ""))


class _Words:
    """Runs as the words of the form; gathers gaps, and facts when they are traced."""

    def __init__(self, asked: Collection[str], trace: bool) -> None:
        self._asked, self._trace = asked, trace
        self.gaps: dict[str, str] = {}
        self.facts: dict[tuple[str, str], int] = {}

    def of(self, run: Run) -> str:
        path = run.fact or ""
        if not run.gap:
            words = escaped(run.text)
            if self._trace and path:
                return traced(self.facts.setdefault((path, run.label), len(self.facts)), words)
            return words
        if path in self._asked or not path or _is_list(path):
            self.gaps.setdefault(path or f"@form/{run.label}", run.label)
            return f"{GAP_OPEN}{escaped(run.text)}{GAP_CLOSE}"
        return ""  # a question that the answers given so far do not raise: nothing is missing


def _is_list(path: str) -> bool:
    spec = by_pattern().get(re.sub(r"\[\d+\]", "[]", path))
    return type(spec).__name__ == "ListSpec"


def _finished(xml: str, form: Form, part: str, draft: bool) -> bytes:
    try:
        root = parse_xml(xml.encode(), "填好的内容")
    except UserError as error:
        raise UserError(
            "form.structure",
            f"表单「{form.name}」{_part_name(part)}里的循环或条件跨过了表格、段落的边界，填不出来。",
            "重复表格的行用 {%tr for … %}，整段用单独一段的 {% for … %}。",
        ) from error
    split_runs(root)
    for node in root.iter(w("t")):
        if node.text:
            node.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    tidy(root)
    if draft and part == form.package.main:
        mark_draft(root)
    return to_xml(root)


def _unbind(root: Any) -> None:
    """A content control bound to hidden data would be overwritten by Word on opening: cut the tie."""
    for binding in list(root.iter()):
        if isinstance(binding.tag, str) and etree.QName(binding).localname == "dataBinding":
            binding.getparent().remove(binding)


def _part_name(part: str) -> str:
    file = part.rpartition("/")[2]
    return next((name for kind, name in _PART_NAMES.items() if file.startswith(kind)), "")


def _readable(inner: str) -> str:
    """What stands in `{{ }}` when it is a label that is no identifier (brackets, slashes): the path it means."""
    if _IDENTIFIER.match(inner) or not plain(inner):
        return inner
    found = meant(inner)
    return (
        f"every({found[0]!r})"
        if len(found) == 1 and "[]" in found[0]
        else found[0]
        if len(found) == 1
        else inner
    )


__all__ = ["Filled", "FormCheck", "Place", "Placeholder", "check_form", "fill_form"]
