"""A template of which only the words changed takes the code of the one before, and says the same as one compiled from nothing."""

import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import TemplateRuntimeError

from filingdesk.documents import sandbox, template_shapes
from filingdesk.documents.sandbox import Sandbox
from filingdesk.services.catalogue import shipped

BODY = """# 一 {{ name }}
{# 说明 #}
{% if name %}
有名字：{{ name }}。
{% else %}
没有名字。
{% endif %}
{% for each in range(3) %}
第 {{ each }} 段
{%- endfor %}
{% raw %}原样 {{ x }}{% endraw %}
{% macro say(word) %}说“{{ word }}”{% endmacro %}
{{ say("甲" ~ name) }}
结束。
"""
FAULT = "{{ nothing_here }}\n"


@pytest.fixture(autouse=True)
def _afresh() -> Iterator[None]:
    template_shapes.forget()
    sandbox.forget()
    yield
    template_shapes.forget()
    sandbox.forget()


def printed(body: str) -> str:
    environment = Sandbox({"a/body.md": body})
    template = environment.get_template("a/body.md")
    environment.globals["name"] = "某某"
    return template.render()


def from_nothing(body: str) -> str:
    template_shapes.forget()
    sandbox.forget()
    return printed(body)


EDITS = [
    ("有名字：", "有名字，叫做："),
    ("没有名字。", "没有。\n\n另起一段。"),
    ("结束。", "结束。\n再加一行，“引号”、\\反斜杠、'单引号' 和 %百分号。"),
    ("第 {{", "\n第{{"),
    ("{# 说明 #}", "{# 别的\n说明 #}"),
    ("原样", "原样 {{ 不动 }}"),
    ("# 一 ", "# 二 "),
]


@pytest.mark.parametrize(("old", "new"), EDITS)
def test_new_words_say_what_a_fresh_template_says(old: str, new: str) -> None:
    printed(BODY)
    edited = BODY.replace(old, new)
    assert edited != BODY
    assert printed(edited) == from_nothing(edited)


def test_only_words_do_not_compile_again(monkeypatch: pytest.MonkeyPatch) -> None:
    printed(BODY)
    monkeypatch.setattr(Sandbox, "_generate", lambda *_a, **_k: pytest.fail("compiled again"))
    assert "叫做：某某" in printed(BODY.replace("有名字：", "叫做："))
    assert "多一行" in printed(BODY.replace("结束。", "多一行\n结束。"))


def test_another_tag_is_another_template() -> None:
    printed(BODY)
    assert "说“乙某某”" in printed(BODY.replace('"甲"', '"乙"'))
    assert "第 3 段" in printed(BODY.replace("range(3)", "range(4)"))


def test_faults_are_told_with_the_lines_of_the_text_they_are_in() -> None:
    def line_of_fault(body: str) -> int | None:
        with pytest.raises(TemplateRuntimeError) as caught:
            printed(body)
        frames = [e for e in caught.traceback if str(e.path).endswith("body.md")]
        return frames[-1].lineno + 1 if frames else None

    body = BODY + FAULT
    first = line_of_fault(body)
    assert first == body.count("\n")
    longer = body.replace("没有名字。", "没有名字。\n\n\n再说。")
    assert line_of_fault(longer) == longer.count("\n") == first + 3


def test_a_stand_in_spelled_in_the_template_is_no_stand_in() -> None:
    body = '甲{{ "\\ue0300\\ue031" }}乙{{ name }}'
    assert printed(body) == "甲\ue0300\ue031乙某某"
    assert printed(body.replace("甲", "丙")) == "丙\ue0300\ue031乙某某"


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text("甲乙 \n#|-:{}%'\"\\", max_size=12), min_size=14, max_size=14))
def test_any_words_between_the_tags(words: list[str]) -> None:
    tags = [part for part in re.split(r"(\{[{%#].*?[}%#]\})", BODY) if part.startswith("{")]
    safe = [re.sub(r"[{}]", "", word) for word in words]
    body = "".join(f"{word}{tag}" for word, tag in zip(safe * 2, tags, strict=False))
    printed(BODY)
    assert printed(body) == from_nothing(body)


def test_every_shipped_template_has_a_shape() -> None:
    """None of them falls back to being compiled on every edit."""
    for paper in shipped():
        environment = Sandbox({paper.place: paper.body, **dict(paper.partials)})
        environment.get_template(paper.place)
    assert {where[0] for where in template_shapes.places()} >= {paper.place for paper in shipped()}
