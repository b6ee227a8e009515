"""Judges a template that the officer changed: its yaml, its names, and renderings with full, present and blank facts."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache

from filingdesk.documents.faults import Fault, TemplateError
from filingdesk.documents.helpers import build_helpers
from filingdesk.documents.html_writer import write_html
from filingdesk.documents.paper import Paper, PaperSpec
from filingdesk.documents.plain_yaml import check_characters, line_of_key
from filingdesk.documents.proxies import Context
from filingdesk.documents.render import no_images
from filingdesk.documents.template_names import check_names
from filingdesk.domain.completeness import lookup
from filingdesk.domain.conditions import paths_in
from filingdesk.domain.errors import UserError
from filingdesk.domain.facts import Facts
from filingdesk.domain.specs import label_of, spec_of
from filingdesk.infra.files import safe_file_name
from filingdesk.services.catalogue import own_paper, plain, shared_pieces
from filingdesk.services.papers import Desk

MAX_SOURCE = 400_000
"""Characters of a body; the longest shipped one has 9,000."""
_FILES = {"body": "body.md", "yaml": "paper.yaml"}


def check_template(desk: Desk, paper_id: str, yaml_text: str, body: str) -> tuple[Fault, ...]:
    """Everything that is wrong with these texts as the template of a paper; empty when papers may be made of it. Renders the
    paper three times, some hundred milliseconds."""
    faults = _characters(paper_id, {"yaml": yaml_text, "body": body})
    if faults:
        return tuple(faults)
    try:
        found = own_paper(paper_id, yaml_text, body)
    except TemplateError as error:
        faults.extend(error.faults)
        found = replace(plain().paper(paper_id), body=body)
    else:
        faults.extend(_spec_faults(desk, found))
    pieces = [name for name, _text in shared_pieces()]
    unknown = check_names(body, found.place, Facts, _helper_names(), pieces)
    # Running it would only repeat what reading it found, and with less exact lines.
    faults.extend(unknown or _rendered(desk, found))
    return tuple(sorted(dict.fromkeys(faults), key=lambda f: (f.file != "paper.yaml", f.file, f.line or 0)))


def _characters(paper_id: str, texts: Mapping[str, str]) -> list[Fault]:
    faults = []
    for key, text in texts.items():
        place = f"{paper_id}/{_FILES[key]}"
        if len(text) > MAX_SOURCE:
            words = f"有 {len(text):,} 个字符，太长了"
            hint = f"最多 {MAX_SOURCE:,} 个字符；图片请作为附件。"
            faults.append(Fault(place, None, words, hint, "template.too_big"))
            continue
        try:
            check_characters(text, place)
        except TemplateError as error:
            faults.extend(error.faults)
    return faults


def _spec_faults(desk: Desk, found: Paper) -> Iterator[Fault]:
    """What the officer's paper.yaml says that it must not, or that cannot be true."""
    spec, base = found.spec, plain().paper(found.id).spec

    def fault(key: str, words: str, hint: str = "") -> Fault:
        place = found.place.replace("body.md", "paper.yaml")
        return Fault(place, line_of_key(found.yaml, key), words, hint, "template.spec")

    for key in ("id", "stage"):
        if getattr(spec, key) != getattr(base, key):
            yield fault(key, f"「{key}」不能改", f"请写回 {getattr(base, key)}。")
    if not spec.title.strip():
        yield fault("title", "「title」是空的", "请写上文书的标题。")
    allowed = tuple(dict.fromkeys((*base.formats, "html")))
    if not spec.formats or not set(spec.formats) <= set(allowed):
        yield fault("formats", "「formats」写了这份文书没有的格式", f"可用：{'、'.join(allowed)}。")
    for path in _paths(spec):
        if spec_of(path) is None:
            key = "signatures" if any(plan.who == path for plan in spec.signatures) else "if"
            yield fault(key, f"写了不存在的字段“{path}”", "请对照字段清单修改。")
    others = {
        _file(each).casefold(): each.title
        for each in desk.catalogue.placed(
            desk.facts, [p.id for p in desk.catalogue.papers if p.id != found.id]
        )
    }
    name = _file(found.placed(lookup(desk.facts)))
    if name.casefold() in others:
        words = f"文件名“{name}”与《{others[name.casefold()]}》相同，会互相覆盖"
        yield fault("file_name" if spec.file_name else "title", words, "请改成另一个文件名。")


def _file(found: Paper) -> str:
    return safe_file_name(found.file_name)


def _paths(spec: PaperSpec) -> Iterator[str]:
    bundle = None if isinstance(spec.bundle, bool) else spec.bundle
    for condition in (spec.condition, bundle, *(variant.condition for variant in spec.variants)):
        yield from paths_in(condition)
    yield from (plan.who for plan in spec.signatures if plan.who)


@cache
def _helper_names() -> tuple[str, ...]:
    return tuple(build_helpers(Context(label_of)))


@cache
def _full_facts() -> Facts:
    from filingdesk.services.sample import sample_facts

    return sample_facts(drawn=False)


def _rendered(desk: Desk, found: Paper) -> Iterator[Fault]:
    """What running the template brings to light: with the facts of the project, with those of the sample, with none."""
    for facts in (desk.facts, _full_facts(), Facts()):
        try:
            write_html(desk.document_of(found.placed(lookup(facts)), facts=facts), no_images)
        except TemplateError as error:
            yield from error.faults
            return
        except UserError as error:
            yield Fault(found.place, None, f"：{error.message.removesuffix('。')}", error.hint, error.code)
            return
