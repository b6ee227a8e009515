"""Forms of strangers: whatever they try, nothing runs, nothing hangs, and a sentence says what was wrong."""

import io
import re
import struct
import time
import zipfile
import zlib

import pytest

from filingdesk.documents.form_fill import check_form, fill_form
from filingdesk.documents.form_work import check_apart, fill_apart
from filingdesk.domain.errors import UserError
from filingdesk.domain.facts import Facts
from filingdesk.infra.safeparse import ParseLimits
from unit.forms.word import field, form_of, logo, names, read, related, repacked, with_xml

EXPRESSIONS = [
    "{{ ''.__class__.__mro__ }}",
    "{{ algorithm.__class__ }}",
    "{{ algorithm._model }}",
    "{{ algorithm._context.tokens }}",
    '{{ algorithm|attr("_model") }}',
    "{{ (1).__class__ }}",
    "{{ self }}",
    "{{ self.__init__.__globals__ }}",
    "{{ lipsum.__globals__.os }}",
    "{{ cycler.__init__.__globals__ }}",
    "{{ joiner() }}",
    "{{ namespace.__init__ }}",
    "{{ config }}",
    "{{ request.application }}",
    '{{ open("/etc/passwd").read() }}',
    '{{ __import__("os").system("true") }}',
    "{{ dict(a=1) }}",
    "{{ algorithm.types.pop() }}",
    "{{ algorithm.name.upper() }}",
    "{{ data.__init__ }}",
    "{{ algorithm.products[0].__dict__ }}",
    '{{ every("__class__") }}',
    '{{ every("algorithm.name._raw") }}',
    '{{ every("algorithm.name.__class__") }}',
    "{{ check.__globals__ }}",
    "{{ check.__code__ }}",
    '{{ "a" * 1000000000 }}',
    '{{ "%09999999d" % 1 }}',
    '{{ "{0.__class__}".format(algorithm) }}',
    "{{ 9 ** 9 ** 9 ** 9 }}",
    "{% for a in range(100000000) %}x{% endfor %}",
    "{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}",
    "{% set a = 'x' * 100000000 %}",
    "{% for a in range(199999) %}{{ '" + "长" * 400 + "' }}{% endfor %}",
    '{% include "/etc/passwd" %}',
    '{% include "word/document.xml" %}',
    '{% import "os" as os %}',
    '{% from "os" import system %}',
    '{% extends "a" %}',
    "{% macro a() %}{{ a() }}{% endmacro %}",
    "{% call check() %}{% endcall %}",
    "{% filter upper %}a{% endfilter %}",
    "{% raw %}{{ x }}{% endraw %}",
    "{% with a = 1 %}{% endwith %}",
    "{% autoescape true %}{% endautoescape %}",
    "{% block a %}{% endblock %}",
    "{% for a in algorithm.products recursive %}{{ loop(algorithm.products) }}{% endfor %}",
    "{% do algorithm %}",
    "{{ 不存在的字段 }}",
    "{{ algorithm.nothing }}",
    "{{ 算法类型.名称 }}",
    "{{ algorithm }}",
    "{{ [1, 2] }}",
    "{{ 1 / 0 }}",
    "{{ 勾选(算法名称) }}",
    "{{ 算法名称",
    "{{ }}",
    "{{ 算法名称 | nosuchfilter }}",
    "{% if 算法名称 %}",
    "{% endfor %}",
    "{% for %}{% endfor %}",
    "{{ " + "(" * 400 + "1" + ")" * 400 + " }}",
]


@pytest.mark.parametrize("payload", EXPRESSIONS)
def test_no_expression_gets_out(payload: str) -> None:
    data = form_of("第一段", f"第二段 {payload}")
    began = time.monotonic()
    with pytest.raises(UserError) as told:
        fill_form(data, "坏表单.docx", Facts(), {}, frozenset(), draft=True)
    assert time.monotonic() - began < 6
    assert "坏表单.docx" in told.value.message
    assert told.value.hint
    assert re.search("[\u4e00-\u9fff]", told.value.message)
    assert "Traceback" not in str(told.value)
    assert "0x" not in str(told.value)


@pytest.mark.parametrize("payload", EXPRESSIONS)
def test_looking_at_a_form_runs_nothing(payload: str) -> None:
    began = time.monotonic()
    found = check_form(form_of(f"段落 {payload}"), "坏表单.docx")
    assert time.monotonic() - began < 2
    for placeholder in found.placeholders:
        assert placeholder.where == "第 1 段"


def _entities(doctype: str, name: str) -> bytes:
    data = form_of("{{ 算法名称 }}")
    text = read(data, "word/document.xml")
    head, body = text.split("?>", 1)
    body = body.replace("{{ 算法名称 }}", f"&{name};")
    return repacked(data, {"word/document.xml": f"{head}?>{doctype}{body}".encode()})


def _bomb() -> bytes:
    data = form_of("{{ 算法名称 }}")
    return repacked(data, {"word/media/zeros.bin": bytes(180 * 1024 * 1024)})


def _many() -> bytes:
    return repacked(form_of("x"), {f"word/media/{n}.txt": b"" for n in range(900)})


def _lying_picture() -> bytes:
    """A PNG that says it is 60,000 × 60,000."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    size = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", zlib.compress(bytes(100)))
    return repacked(form_of("{{ 算法名称 }}"), {"word/media/image1.png": data})


def _encrypted() -> bytes:
    data = bytearray(form_of("x"))
    at = 0
    while (at := data.find(b"PK\x01\x02", at)) >= 0:
        data[at + 8] |= 1
        at += 4
    return bytes(data)


def _typed(old: str, new: str) -> bytes:
    data = form_of("{{ 算法名称 }}")
    return repacked(
        data, {"[Content_Types].xml": read(data, "[Content_Types].xml").replace(old, new).encode()}
    )


def _doubled() -> bytes:
    data = form_of("{{ 算法名称 }}")
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("word/Document.xml", b"<a/>")
    return out.getvalue()


def _deep() -> bytes:
    inner = "<w:p>" + "<w:smartTag>" * 20_000 + "</w:smartTag>" * 20_000 + "</w:p>"
    return with_xml(form_of("{{ 算法名称 }}"), inner)


PLAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
MACRO = "application/vnd.ms-word.document.macroEnabled.main+xml"
LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
PACKAGES = {
    "macro part": (lambda: repacked(form_of("x"), {"word/vbaProject.bin": b"\xd0\xcf"}), "宏"),
    "macro relation": (lambda: related(form_of("x"), "vbaProject", "code.bin"), "宏"),
    "docm": (lambda: _typed(PLAIN, MACRO), "宏"),
    "activex": (lambda: repacked(form_of("x"), {"word/activeX/activeX1.xml": b"<a/>"}), "控件"),
    "activex relation": (lambda: related(form_of("x"), "control", "activeX1.xml"), "控件"),
    "ole object": (lambda: related(form_of("x"), "oleObject", "embeddings/oleObject1.bin"), "嵌入的对象"),
    "linked ole": (
        lambda: related(form_of("x"), "oleObject", "file:///c:/a.xls", external=True),
        "嵌入的对象",
    ),
    "embedded file": (lambda: related(form_of("x"), "package", "embeddings/a.xlsx"), "嵌入的文件"),
    "merged document": (lambda: related(form_of("x"), "aFChunk", "evil.html"), "并入的外部文档"),
    "sub document": (
        lambda: related(form_of("x"), "subDocument", "http://example.invalid/a.docx", external=True),
        "子文档",
    ),
    "remote picture": (
        lambda: related(form_of("x"), "image", "http://example.invalid/t.png", external=True),
        "外部的图片",
    ),
    "frame": (lambda: related(form_of("x"), "frame", "http://example.invalid/", external=True), "框架"),
    "dde": (
        lambda: with_xml(form_of("x"), field('DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe "/k calc"')),
        "DDEAUTO",
    ),
    "dde in pieces": (
        lambda: with_xml(form_of("x"), field("DD</w:instrText></w:r><w:r><w:instrText>E excel a")),
        "DDE",
    ),
    "include text": (
        lambda: with_xml(form_of("x"), field('INCLUDETEXT "file:///etc/passwd"')),
        "INCLUDETEXT",
    ),
    "include picture": (
        lambda: with_xml(form_of("x"), field('INCLUDEPICTURE "http://example.invalid/x"')),
        "INCLUDEPICTURE",
    ),
    "simple field": (
        lambda: with_xml(
            form_of("x"), '<w:p><w:fldSimple w:instr="LINK Excel.Sheet a"><w:r/></w:fldSimple></w:p>'
        ),
        "LINK",
    ),
    "link field": (
        lambda: with_xml(form_of("x"), field('HYPERLINK "\\\\\\\\example.invalid\\\\a"')),
        "HYPERLINK",
    ),
    "macro button": (lambda: with_xml(form_of("x"), field("MACROBUTTON Run x")), "MACROBUTTON"),
    "xxe": (lambda: _entities('<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "x"), "实体"),
    "remote dtd": (lambda: _entities('<!DOCTYPE d SYSTEM "http://example.invalid/d.dtd">', "amp"), "实体"),
    "billion laughs": (lambda: _entities(f'<!DOCTYPE d [<!ENTITY a0 "ha">{LAUGHS}]>', "a11"), "实体"),
    "entities elsewhere": (
        lambda: repacked(form_of("x"), {"word/styles.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
        "实体",
    ),
    "zip bomb": (_bomb, "压缩炸弹"),
    "too many parts": (_many, "压缩炸弹"),
    "way out": (lambda: repacked(form_of("x"), {"../../evil.txt": b"x"}), "不正常的文件名"),
    "absolute": (lambda: repacked(form_of("x"), {"/etc/evil": b"x"}), "不正常的文件名"),
    "device": (lambda: repacked(form_of("x"), {"word/CON.xml": b"x"}), "不正常的文件名"),
    "encrypted zip": (_encrypted, "密码"),
    "old or locked": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "密码"),
    "text": (lambda: b"{{ 7*7 }}", "已损坏"),
    "empty": (lambda: b"", "已损坏"),
    "truncated": (lambda: form_of("x")[:9000], "已损坏"),
    "other zip": (lambda: repacked(form_of("x"), {"[Content_Types].xml": None}), "不是 Word"),
    "no main part": (lambda: repacked(form_of("x"), {"word/document.xml": None}), "不是 Word"),
    "spreadsheet": (
        lambda: _typed("wordprocessingml.document.main", "spreadsheetml.sheet.main"),
        "不是 Word",
    ),
    "same name twice": (_doubled, "同名"),
    "broken xml": (lambda: repacked(form_of("x"), {"word/document.xml": b"<w:document"}), "不是完好的 XML"),
    "deep xml": (_deep, "不是完好的 XML"),
    "lying picture": (_lying_picture, "百万像素"),
    "private letters": (lambda: form_of("\ue000\ue100\ue001 {{ 算法名称 }}"), ""),
}


@pytest.mark.parametrize("name", PACKAGES)
def test_no_package_gets_in(name: str) -> None:
    make, word = PACKAGES[name]
    data = make()
    began = time.monotonic()
    with pytest.raises(UserError) as told:
        fill_form(data, "坏表单.docx", Facts(), {}, frozenset(), draft=True)
    assert time.monotonic() - began < 3
    assert word in told.value.message
    assert "坏表单.docx" in told.value.message
    assert told.value.hint


def test_there_are_enough_of_them() -> None:
    assert len(EXPRESSIONS) + len(PACKAGES) >= 100


def test_links_and_foreign_templates_are_cut_and_named() -> None:
    data = form_of("官网 {{ 算法名称 }}")
    data = related(data, "hyperlink", "https://example.invalid/a?b=1", external=True)
    data = with_xml(
        data,
        '<w:p><w:hyperlink r:id="rIdBad" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships"><w:r><w:t>点这里</w:t></w:r></w:hyperlink></w:p>',
    )
    data = related(
        data, "attachedTemplate", "http://example.invalid/t.dotm", external=True, part="word/settings.xml"
    )
    found = check_form(data, "表单.docx")
    assert any("example.invalid/a?b=1" in note for note in found.notes)
    assert any("t.dotm" in note for note in found.notes)
    filled = fill_form(data, "表单.docx", Facts(), {}, frozenset(), draft=True)
    everything = "".join(
        read(filled.data, name) for name in names(filled.data) if name.endswith((".xml", ".rels"))
    )
    assert "example.invalid" not in everything
    assert "点这里" in read(filled.data, "word/document.xml")


def test_a_control_bound_to_hidden_data_is_cut_loose() -> None:
    inner = (
        '<w:sdt><w:sdtPr><w:dataBinding w:xpath="/a" w:storeItemID="{1}"/></w:sdtPr>'
        "<w:sdtContent><w:p><w:r><w:t>{{ 算法名称 }}</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    )
    filled = fill_form(with_xml(form_of("x"), inner), "表单.docx", Facts(), {}, frozenset(), draft=True)
    assert "dataBinding" not in read(filled.data, "word/document.xml")


def test_facts_are_never_read_as_code_or_markup() -> None:
    facts = Facts()
    facts.algorithm.name = "{{ 7*7 }} {% for %} <w:t>&amp; ]]> \ue000\x07"
    data = form_of("名称：{{ 算法名称 }}")
    filled = fill_form(data, "表单.docx", facts, {}, frozenset(), draft=False)
    from docx import Document

    assert (
        Document(io.BytesIO(filled.data))
        .paragraphs[0]
        .text.startswith("名称：{{ 7*7 }} {% for %} <w:t>&amp; ]]>")
    )


def test_words_of_an_expression_are_no_markup() -> None:
    filled = fill_form(
        form_of('{{ "</w:t></w:r><w:br/>&" }}'), "表单.docx", Facts(), {}, frozenset(), draft=False
    )
    from docx import Document

    assert Document(io.BytesIO(filled.data)).paragraphs[0].text == "</w:t></w:r><w:br/>&"


def test_a_slow_form_is_ended_from_outside() -> None:
    began = time.monotonic()
    with pytest.raises(UserError, match=r"超过 0\.01 秒"):
        check_apart(form_of("{{ 算法名称 }}"), "慢.docx", limits=ParseLimits(seconds=0.01))
    assert time.monotonic() - began < 5


def test_a_greedy_form_is_ended_from_outside() -> None:
    picture = logo()
    with pytest.raises(UserError, match="内存"):
        check_apart(
            repacked(form_of("x"), {"word/media/a.png": picture * 800}),
            "大.docx",
            limits=ParseLimits(memory=1024),
        )


def test_the_other_process_tells_the_same_faults() -> None:
    with pytest.raises(UserError, match="不认识「不存在的字段」"):
        fill_apart(form_of("{{ 不存在的字段 }}"), "坏.docx", Facts(), {}, (), draft=True)
