"""Faults and attacks in templates end in a sentence that names file and line; nothing of them runs."""

from pathlib import Path

import pytest

from filingdesk.documents.blocks import plain_text
from filingdesk.documents.paper import load_paper, load_papers, parse_spec
from filingdesk.documents.render import render
from filingdesk.domain.errors import UserError
from unit.documents.support import SmallFacts, filled, label_of, paper_of

ATTACKS = [
    "{{ ''.__class__ }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ algorithm.__class__ }}",
    "{{ algorithm._model }}",
    "{{ algorithm['_model'] }}",
    "{{ algorithm.name._raw }}",
    "{{ algorithm | attr('_model') }}",
    "{{ [algorithm] | map(attribute='_model') | list }}",
    "{{ [algorithm] | map(attribute='_model') | first }}",
    "{{ [algorithm, officer] | sort(attribute='_path') | first }}",
    "{{ [algorithm] | selectattr('_model') | list | count }}{{ algorithm._path }}",
    "{{ need.__globals__ }}",
    "{{ need.__code__.co_filename }}",
    "{{ need }}",
    "{{ range }}",
    "{{ self }}",
    "{{ self.__init__.__globals__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ lipsum.__globals__['os'] }}",
    "{{ cycler.__init__.__globals__ }}",
    "{{ joiner }}",
    "{{ dict(a=1) }}",
    "{{ config }}",
    "{{ namespace.__init__ }}",
    "{{ namespace().__class__ }}",
    "{% for i in [1] %}{{ loop.__class__ }}{% endfor %}",
    "{% for i in [1] %}{{ loop._iterable }}{% endfor %}",
    "{% macro m() %}{% endmacro %}{{ m.__globals__ }}",
    "{{ data.__class__ }}",
    "{{ data._values }}",
    "{% include '/etc/passwd' %}",
    "{% include '../paper.yaml' %}",
    "{% import 'os' as os %}{{ os }}",
    "{% extends 'base' %}",
    "{{ 'a' * 1000000000 }}",
    "{{ [1] * 1000000000 }}",
    "{{ 9 ** 999999 }}",
    "{{ 9 ** 9 ** 9 ** 9 }}",
    "{{ '%999999999d' % 1 }}",
    "{{ '{0.__class__}'.format(1) }}",
    "{{ 'x'.join(['a']) }}",
    "{{ '%s' | format(need) }}",
    "{{ [1, 2] | tojson }}",
    "{{ [1, 2] | random }}",
    "{{ [1, 2] }}",
    "{{ none }}",
    "{{ true }}",
    "{% for i in range(1000000000) %}x{% endfor %}",
    "{% for a in range(1000) %}{% for b in range(1000) %}{% endfor %}{% endfor %}",
    "{% for a in range(500) %}{% for b in range(300) %}{{ 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' }}{% endfor %}{% endfor %}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{% set n = namespace(s='aaaa') %}{% for i in range(60) %}{% set n.s = n.s ~ n.s %}{% endfor %}",
    "{% set n = namespace(s='aaaa') %}{% for i in range(60) %}{% set n.s = n.s + n.s %}{% endfor %}",
    "{% set n = namespace(s='aaaa') %}{% for i in range(60) %}{% set n.s = [n.s, n.s] | join %}{% endfor %}",
    "{% set n = namespace(s=[1]) %}{% for i in range(60) %}{% set n.s = n.s + n.s %}{% endfor %}",
    "{% set n = namespace(s='aaaa') %}{% for i in range(60) %}{% set n.s %}{{ n.s }}{{ n.s }}{% endset %}{% endfor %}",
    "".join(f"{{% macro m{i}() %}}{f'{{{{ m{i - 1}() }}}}' * 9 if i else ''}{{% endmacro %}}" for i in range(20)) + "{{ m19() }}",
    "{% for a in [[[1]]] recursive %}{{ loop([a, a]) }}{% endfor %}",
    "{{ algorithm.name | truncate(3) }}",
    "{{ (algorithm.name | string)[:3] }}",
    "{{ (algorithm.name ~ '')[1:] }}",
    "{{ algorithm.name ~ '' | trim | reverse }}",
    "{{ algorithm }}",
    "{{ products }}",
    "{% do 1 %}",
    "{% set algorithm.name = 'x' %}",
    "{% debug %}",
]  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_attacks_are_refused_with_a_sentence(attack: str) -> None:
    with pytest.raises(UserError) as caught:
        render(paper_of(f"第一行\n{attack}\n"), filled(), label_of)
    assert caught.value.code.startswith("template.")
    assert "test/body.md" in caught.value.message or caught.value.code == "template.token"
    assert "object at 0x" not in str(caught.value)


def test_an_unknown_name_is_told_with_file_and_line() -> None:
    with pytest.raises(UserError, match=r"test/body.md 第 3 行写了不存在的名字.*nmae") as caught:
        render(paper_of("一\n\n{{ algorithm.nmae }}"), filled(), label_of)
    assert caught.value.code == "template.undefined"


def test_a_fault_in_a_shared_piece_names_the_piece() -> None:
    with pytest.raises(UserError, match=r"pieces\.md 第 1 行"):
        render(
            paper_of("{% from 'pieces.md' import closing %}\n\n{{ closing(products) }}"), filled(), label_of
        )


def test_a_syntax_error_is_told_with_its_line() -> None:
    with pytest.raises(UserError, match=r"第 2 行语法不对"):
        render(paper_of("一\n{% if %}"), filled(), label_of)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("::: form 20* 80\n| 甲 | 乙 | 丙 |\n:::", "有 3 格，列宽写了 2 列"),
        ("::: form\n| 甲 |\n:::", "没有写列宽"),
        ("::: form 20*\n| 甲 |\n", "没有收尾"),
        (":::\n", "多出一个 :::"),
        ("::: form 10\n::: table 10\n:::\n:::", "还没有用 ::: 结束"),
        ("::: poem\n甲\n:::", "不认识的「::: poem」"),
        ("::: table 2o\n| 甲 |\n:::", "列宽「2o」看不懂"),
        ("::: keyvalue\n没有\n:::", "没有冒号"),
        ("##### 太深", "层级太深"),
        ("| 甲 |\n|---|\n| {{ figure(algorithm.shots) }} |", ""),
    ],
)
def test_faults_of_the_markup_are_told(body: str, words: str) -> None:
    if not words:
        # A picture cannot stand in a table: the table is left, the picture stands behind it, nothing is lost.
        document = render(paper_of(body), filled(), label_of)
        assert "图 1" in plain_text(document)
        return
    with pytest.raises(UserError, match=words):
        render(paper_of(body), filled(), label_of)


def test_unknown_and_wrong_keys_of_paper_yaml_are_named_with_their_line() -> None:
    with pytest.raises(UserError) as caught:
        parse_spec("id: x\nstage: algoritm\ntitle: 甲\nfilename: y\n")
    assert "第 2 行「stage」只能是" in caught.value.message
    assert "第 4 行「filename」不是可用的键" in caught.value.message
    with pytest.raises(UserError, match="缺少「title」"):
        parse_spec("id: x\nstage: both\n")
    with pytest.raises(UserError, match="第 2 行不是有效的 YAML"):
        parse_spec("id: x\n  title: [")


def test_needs_that_name_no_field_are_refused() -> None:
    paper = paper_of("甲", needs="[algorithm.nothing]")
    with pytest.raises(UserError, match=r"algorithm\.nothing"):
        render(paper, SmallFacts(), label_of)


def test_broken_template_folders_are_told(tmp_path: Path) -> None:
    folder = tmp_path / "paper"
    folder.mkdir()
    with pytest.raises(UserError, match=r"缺少文件 paper/paper\.yaml"):
        load_paper(folder)
    (folder / "paper.yaml").write_text("id: x\nstage: both\ntitle: 甲\n", encoding="utf-8")
    (folder / "body.md").write_bytes("甲".encode("gb18030"))
    with pytest.raises(UserError, match=r"body\.md 不是 UTF-8"):
        load_paper(folder)
    (folder / "body.md").write_text("甲\n乙\ue001", encoding="utf-8")
    with pytest.raises(UserError, match="第 2 行有保留字符 U\\+E001"):
        load_paper(folder)
    (folder / "body.md").write_text("甲", encoding="utf-8")
    twin = tmp_path / "twin"
    twin.mkdir()
    for name in ("paper.yaml", "body.md"):
        (twin / name).write_bytes((folder / name).read_bytes())
    with pytest.raises(UserError, match="同一个编号「x」"):
        load_papers(tmp_path)


def test_the_hash_of_a_paper_changes_with_body_yaml_and_pieces(tmp_path: Path) -> None:
    folder, shared = tmp_path / "p", tmp_path / "_shared"
    folder.mkdir()
    shared.mkdir()
    (folder / "paper.yaml").write_text("id: x\nstage: both\ntitle: 甲\n", encoding="utf-8")
    (folder / "body.md").write_text("甲", encoding="utf-8")
    seen = {load_paper(folder).sha256}
    for path, text in (
        (folder / "body.md", "乙"),
        (folder / "paper.yaml", "id: x\nstage: both\ntitle: 乙\n"),
        (shared / "a.md", "丙"),
    ):
        path.write_text(text, encoding="utf-8")
        seen.add(load_paper(folder).sha256)
    assert len(seen) == 4
