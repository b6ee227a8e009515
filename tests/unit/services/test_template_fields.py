"""What the field picker inserts is a template that renders."""

import pytest

from filingdesk.documents.faults import TemplateError
from filingdesk.documents.helpers import build_helpers
from filingdesk.documents.paper import assemble
from filingdesk.documents.proxies import Context
from filingdesk.documents.render import render
from filingdesk.domain.facts import Facts
from filingdesk.domain.specs import by_pattern, label_of
from filingdesk.infra.resources import resource_path
from filingdesk.services.sample import sample_facts
from filingdesk.services.template_fields import search, snippet

SPEC = "id: x\nstage: both\ntitle: 甲\n"


def test_every_field_gives_a_template_that_runs_with_full_and_blank_facts() -> None:
    body = "\n\n".join(snippet(field.pattern) for field in search("", 5000))
    paper = assemble("x", SPEC, body, ())
    for facts in (sample_facts(), Facts()):
        try:
            document = render(paper, facts, label_of)
        except TemplateError as error:
            pytest.fail(f"{error.message}: {body.split(chr(10))[(error.faults[0].line or 1) - 1]}")
        assert document.blocks


def test_kinds_are_written_as_their_kind_asks() -> None:
    assert snippet("subject.name") == "{{ subject.name }}"
    dates = [
        p
        for p, s in by_pattern().items()
        if getattr(getattr(s, "meta", None), "kind", "") == "date" and "[" not in p
    ]
    assert snippet(dates[0]) == f"{{{{ date_cn({dates[0]}) }}}}"


def test_a_field_of_a_list_uses_the_loop_that_is_open() -> None:
    loop = "{% for p in algorithm.products %}\n"
    assert snippet("algorithm.products[].name", loop) == "{{ p.name }}"
    assert snippet("algorithm.products[].name", loop + "{% endfor %}").startswith("{% for product in")
    nested = snippet("algorithm.products[].functions[].name", loop)
    assert nested.startswith("{% for function in p.functions %}")


def test_fields_are_found_by_their_chinese_label() -> None:
    assert search("产品名称")[0].pattern == "algorithm.products[].name"
    assert search("没有这个字段") == []


def test_the_guide_ships_and_names_every_helper() -> None:
    guide = resource_path("guide", "templates.md").read_text(encoding="utf-8")
    assert guide.startswith("# 模板说明")
    helpers = set(build_helpers(Context(label_of)))
    assert {name for name in helpers if f"{name}(" not in guide} <= {"architecture"}
