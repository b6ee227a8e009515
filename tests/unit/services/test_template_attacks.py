"""A hostile or broken template in the editor: nothing of it runs, hangs or crashes; each ends in a sentence with file and line."""

import time
from collections.abc import Iterator

import pytest

from filingdesk.bootstrap import workspace
from filingdesk.documents.sandbox import MAX_SECONDS
from filingdesk.domain.errors import UserError
from filingdesk.services import templates
from filingdesk.services.demo import create_sample
from filingdesk.services.papers import Desk
from filingdesk.services.session import Session
from filingdesk.services.templates import Text

PAPER = "commitment"
_GROW = "{% set n = namespace(s='x') %}{% for i in range(21) %}{% set n.s = n.s ~ n.s %}{% endfor %}"

BODIES = {
    "class chain": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "class of a fact": "{{ subject.__class__ }}",
    "private attribute": "{{ subject._model }}",
    "private attribute by filter": "{{ [subject] | map(attribute='_model') | first }}",
    "attr filter": "{{ subject | attr('__class__') }}",
    "globals of a helper": "{{ need.__globals__ }}",
    "code of a helper": "{{ need.__code__.co_consts }}",
    "address of a helper": "{{ sign(need) }}",
    "template reference": "{{ self._TemplateReference__context }}",
    "jinja's own globals": "{{ lipsum.__globals__['os'].popen('id') }}",
    "cycler": "{{ cycler.__init__.__globals__ }}",
    "builtins": "{{ __builtins__ }}",
    "import of a module": "{% import 'os' as os %}{{ os.getcwd() }}",
    "include of a file": "{% include '/etc/passwd' %}",
    "include of a parent": "{% include '../../../pyproject.toml' %}",
    "include of a paper": "{% include 'safety-report/body.md' %}",
    "include that hides itself": "{% include 'nothing.md' ignore missing %}",
    "include by a fact": "{% include subject.name %}",
    "extends": "{% extends 'base.html' %}",
    "missing variable": "{{ nobody }}",
    "missing field": "{{ subject.nmae }}",
    "missing field where no facts lead": "{% if subject.name == 'never' %}{{ subject.nmae }}{% endif %}",
    "missing field in a loop": "{% for p in algorithm.products %}{{ p.nmae }}{% endfor %}",
    "printing a group": "{{ subject }}",
    "printing a list": "{{ [1, 2] }}",
    "huge range": "{% for i in range(1000000000) %}x{% endfor %}",
    "loop in a loop": "{% for a in range(1000) %}{% for b in range(1000) %}{% endfor %}{% endfor %}",
    "loop that feeds itself": "{% for a in [[[1]]] recursive %}{{ loop([a, a]) }}{% endfor %}",
    "macro that calls itself": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "macros that multiply": "".join(
        f"{{% macro m{i}() %}}{f'{{{{ m{i - 1}() }}}}' * 9 if i else ''}{{% endmacro %}}" for i in range(12)
    )
    + "{{ m11() }}",
    "template that includes itself": "{% include 'commitment/body.md' %}",
    "huge string": "{{ 'a' * 1000000000 }}",
    "huge list": "{{ [1] * 1000000000 }}",
    "huge power": "{{ 9 ** 9 ** 9 ** 9 }}",
    "huge number": "{{ " + "9" * 6000 + " }}",
    "format": "{{ '{0.__class__}'.format(1) }}",
    "percent format": "{{ '%999999999d' % 1 }}",
    "batch that fills": "{{ [1] | batch(1000000000, 'x') | list | count }}",
    "round without end": "{{ 1 | round(1000000000, 'ceil') }}",
    "sum of lists": "{{ range(200000) | batch(1) | sum(start=[]) | count }}",
    "string that doubles": "{% set n = namespace(s='a') %}{% for i in range(60) %}{% set n.s = n.s ~ n.s %}{% endfor %}",
    "list that doubles": "{% set n = namespace(s=[1]) %}{% for i in range(60) %}{% set n.s = n.s + n.s %}{% endfor %}",
    "time": _GROW + "{% for i in range(190000) %}{% set t = n.s ~ 'y' %}{% endfor %}",
    "time by sorting": "{% for i in range(1900) %}{% set t = range(199000) | sort | list %}{% endfor %}",
    "brackets without end": "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
    "signs without end": "{{ " + "-" * 3000 + "1 }}",
    "sum without end": "{{ 1" + "+1" * 20000 + " }}",
    "filters without end": "{{ subject.name" + "|upper" * 3000 + " }}",
    "ifs without end": "{% if true %}" * 3000 + "{% endif %}" * 3000,
    "loops too deep for Python": "{% for a in [1] %}" * 30 + "{% endfor %}" * 30,
    "quotes without end": "> " * 500 + "x",
    "lists without end": "- " * 500 + "x",
    "lone surrogate": "{{ '\\ud800' }}",
    "null character": "{{ '\\x00' }}",
    "reserved character": "{{ '\\ue000' }}",
    "slice of a fact": "{{ (subject.name ~ '')[1:] }}",
    "picture from the disk": "{{ figure('/etc/passwd#0123456789abcdef') }}",
    "options without end": "{{ check(subject.name, range(200000)) }}",
    "columns without end": "::: table " + "9 " * 5000 + "\n| 甲 |\n:::",
    "table without width": "::: table 0 0\n| 甲 | 乙 |\n:::",
    "table never closed": "::: form 20*\n| 甲 |",
    "reference to nothing": "{{ ref('nowhere') }}",
    "unknown statement": "{% debug %}",
    "unknown filter": "{{ subject.name | truncate(3) }}",
    "statement never closed": "{% if true %}",
    "assignment to a fact": "{% set subject.name = 'x' %}",
    "division by zero": "{{ 1 / 0 }}",
}
_ANYWHERE = {"macros that multiply", "reserved character", "slice of a fact", "statement never closed"}
"""Told where the fault comes to light, which need not be the third line."""

YAMLS = {
    "object tag": "id: commitment\nstage: algorithm\ntitle: !!python/object/apply:os.system ['id']\n",
    "module tag": "id: commitment\nstage: algorithm\ntitle: !!python/name:os.system\n",
    "unknown tag": "id: commitment\nstage: algorithm\ntitle: !x 甲\n",
    "alias bomb": "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nid: commitment\nstage: algorithm\ntitle: 甲\nif: {any: *c}\n",
    "nested without end": "id: commitment\nstage: algorithm\ntitle: 甲\nif: "
    + "[" * 2000
    + "]" * 2000
    + "\n",
    "number without end": "id: commitment\nstage: algorithm\ntitle: 甲\norder: " + "9" * 6000 + "\n",
    "no number": "id: commitment\nstage: algorithm\ntitle: 甲\norder: .nan\n",
    "no such day": "id: commitment\nstage: algorithm\ntitle: 2026-13-45\n",
    "key twice": "id: commitment\nstage: algorithm\ntitle: 甲\ntitle: 乙\n",
    "unknown key": "id: commitment\nstage: algorithm\ntitle: 甲\nexec: rm\n",
    "another id": "id: safety-report\nstage: algorithm\ntitle: 甲\n",
    "another stage": "id: commitment\nstage: large-model\ntitle: 甲\n",
    "no title": "id: commitment\nstage: algorithm\ntitle: ' '\n",
    "another format": "id: commitment\nstage: algorithm\ntitle: 甲\nformats: [xlsx]\n",
    "condition in no language": "id: commitment\nstage: algorithm\ntitle: 甲\nif: {eval: '1'}\n",
    "condition on nothing": "id: commitment\nstage: algorithm\ntitle: 甲\nif: {path: nothing.here, filled: true}\n",
    "need of nothing": "id: commitment\nstage: algorithm\ntitle: 甲\nneeds: [subject.nmae]\n",
    "signature of nobody": "id: commitment\nstage: algorithm\ntitle: 甲\nsignatures: [{label: 某人, who: a.b}]\n",
    "code in the header": "id: commitment\nstage: algorithm\ntitle: 甲\nheader: \"{{ ''.__class__ }}\"\n",
    "file of another paper": "id: commitment\nstage: algorithm\ntitle: 甲\nfile_name: 附件1-安全评估报告\n",
    "not a mapping": "- 甲\n",
    "nothing": "",
    "null character": 'id: commitment\nstage: algorithm\ntitle: "a\\0b\x00"\n',
}


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    opened = create_sample(workspace(), tmp_path_factory.mktemp("attacks") / "s.fdproj")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def desk(session: Session) -> Desk:
    return Desk(session)


def test_there_are_enough_of_them() -> None:
    assert len(BODIES) + len(YAMLS) >= 80


@pytest.mark.parametrize("name", BODIES)
def test_a_hostile_body_is_never_taken(desk: Desk, name: str) -> None:
    text = Text(templates.shipped_text(PAPER).yaml, f"第一行\n\n{BODIES[name]}\n")
    started = time.thread_time()
    faults = templates.check(desk, PAPER, text)
    assert time.thread_time() - started < 4 * MAX_SECONDS
    assert faults
    assert faults[0].place in {f"{PAPER}/body.md", "pieces.md"}
    assert name in _ANYWHERE or faults[0].line == 3, faults
    for fault in faults:
        assert fault.line
        assert "object at 0x" not in fault.message
        assert any("\u4e00" <= char <= "\u9fff" for char in fault.message)


@pytest.mark.parametrize("name", YAMLS)
def test_a_hostile_yaml_is_never_taken(desk: Desk, name: str) -> None:
    faults = templates.check(desk, PAPER, Text(YAMLS[name], "正文\n"))
    assert faults
    assert any("paper.yaml" in fault.place for fault in faults), faults
    assert "object at 0x" not in str(faults)


@pytest.mark.parametrize(
    "name", ["class chain", "include of a file", "macro that calls itself", "sum without end"]
)
def test_the_preview_tells_the_same(desk: Desk, name: str) -> None:
    text = Text(templates.shipped_text(PAPER).yaml, f"第一行\n\n{BODIES[name]}\n")
    with pytest.raises(UserError, match=r"commitment/body\.md 第 3 行"):
        templates.preview(desk, PAPER, text)


def test_markup_of_the_web_is_printed_not_run(desk: Desk) -> None:
    body = "<script>alert(1)</script> <img src='file:///etc/passwd' onerror=x> [链接](javascript:x)\n"
    text = Text(templates.shipped_text(PAPER).yaml, body)
    assert templates.check(desk, PAPER, text) == ()
    html = templates.preview(desk, PAPER, text)
    assert "<script>" not in html
    assert "<img" not in html
    assert "&lt;script&gt;" in html


def test_a_hostile_text_is_kept_for_the_editor_and_no_paper_is_made_of_it(session: Session) -> None:
    before = Desk(session).preview(PAPER)
    text = Text(templates.shipped_text(PAPER).yaml, "第一行\n\n{{ ''.__class__ }}\n")
    saved = templates.save(session, PAPER, text)
    assert not saved.taken
    assert templates.state(session, PAPER).state == "shipped"
    assert templates.state(session, PAPER).draft
    assert templates.text_to_edit(session, PAPER) == text
    assert Desk(session).preview(PAPER) == before
    session.undo()
    assert not templates.state(session, PAPER).draft
