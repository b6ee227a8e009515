"""Files of every encoding that Chinese text comes in are read as what they are; a stray NUL is no reason to refuse one."""

from pathlib import Path

import pytest

from filingdesk.infra.decoding import decode_bytes, guess_encoding
from filingdesk.scan.engine import Interceptor
from filingdesk.scan.runner import scan_inputs

SIMPLE = "今天天气很好，我们去公园散步。上海的价格是12元。\n第二行：上下左右，有人赌博。"
TRADITIONAL = "今天天氣很好，我們去公園散步。上海的價格是12元。\n第二行：上下左右，有人賭博。"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (SIMPLE, "utf-8"),
        (SIMPLE, "utf-8-sig"),
        (SIMPLE, "gb18030"),
        (SIMPLE, "gbk"),
        (SIMPLE, "utf-16"),
        (SIMPLE, "utf-16-le"),
        (SIMPLE, "utf-16-be"),
        (TRADITIONAL, "utf-8"),
        (TRADITIONAL, "gb18030"),
        (TRADITIONAL, "big5"),
        (TRADITIONAL, "big5hkscs"),
        ("plain words\nbet on it", "utf-16-le"),
    ],
)
def test_the_encoding_is_recognised(tmp_path: Path, text: str, encoding: str) -> None:
    data = text.encode(encoding)
    decoded = decode_bytes(data)
    assert decoded.text.removeprefix("\ufeff") == text
    assert decoded.undecodable == ()
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    result = scan_inputs(Interceptor(["赌博", "bet"]), [path])
    assert [(hit.record, text.split("\n")[1][hit.start : hit.end]) for hit in result.hits] == [
        (1, result.hits[0].surface)
    ]
    assert result.problems == []


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("text", ["赌\0博\n", SIMPLE.replace("赌博", "赌\0博"), "\0" + SIMPLE])
def test_a_stray_nul_does_not_turn_text_into_something_else(tmp_path: Path, text: str, encoding: str) -> None:
    data = text.encode(encoding)
    assert decode_bytes(data).text == text
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    hits = scan_inputs(Interceptor(["赌博"]), [path]).hits
    assert [hit.surface.replace("\0", "") for hit in hits] == ["赌博"]


def test_rare_characters_of_names_are_not_taken_for_big5() -> None:
    for text in ("囍燊喆 鑫\n", "赌博", "饕餮、魑魅魍魉、龘靐齉爩", "張三與李四"):
        assert guess_encoding(text.encode("gb18030")) == "gb18030"


def test_lines_of_big5_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(TRADITIONAL.encode("big5") * 3 + b"\n\xff\xff\xff\n" + "賭博".encode("big5"))
    result = scan_inputs(Interceptor(["赌博"]), [path])
    assert [problem.kind for problem in result.problems] == ["undecodable"]
    assert result.hits[-1].surface == "賭博"
