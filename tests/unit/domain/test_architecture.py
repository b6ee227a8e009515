"""The description of an architecture: every fault with its own line, nothing that cannot be drawn gets through."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filingdesk.domain.architecture import FORMAT, check, schema
from filingdesk.domain.json_lines import JsonFault, read_json

GOOD: dict[str, Any] = {
    "format": FORMAT,
    "algorithm": "示例算法",
    "components": [
        {"id": "web", "name": "网页端", "layer": "接入层"},
        {"id": "model", "name": "模型", "layer": "模型层", "deployment": "room"},
    ],
    "flows": [{"source": "web", "target": "model", "data": "提问"}],
    "models": [{"id": "m1", "name": "模型", "version": "1", "component": "model"}],
    "safety_layers": [{"name": "关键词", "position": "输入", "component": "web"}],
    "deployment": [{"id": "room", "name": "机房"}],
}


def text_of(**changes: Any) -> str:
    return json.dumps({**GOOD, **changes}, ensure_ascii=False, indent=1)


def test_a_good_description_has_no_problems() -> None:
    assert check(text_of(), "示例算法").problems == ()
    assert check("\ufeff" + text_of()).architecture is not None


@pytest.mark.parametrize(
    ("changes", "pointer", "words"),
    [
        ({"format": "x/9"}, "/format", "只能是"),
        ({"colour": "red"}, "/colour", "没有“colour”这个键"),
        ({"components": "web"}, "/components", "要写成列表"),
        ({"components": [{"id": "web", "name": "网页端"}]}, "/components/0/layer", "缺少“layer”"),
        ({"components": [{"id": "1x", "name": "甲", "layer": "接入层"}]}, "/components/0/id", "不合格式"),
        ({"components": [{"id": "x", "name": "", "layer": "接入层"}]}, "/components/0/name", "不能是空的"),
        ({"components": [{"id": "x", "name": "甲", "layer": "地下层"}]}, "/components/0/layer", "只能是"),
        ({"components": [{"id": "x", "name": 7, "layer": "接入层"}]}, "/components/0/name", "要写成文字"),
        ({"components": ["x"]}, "/components/0", "一组键和值"),
        (
            {"flows": [{"source": "web", "target": "nowhere", "data": "x"}]},
            "/flows/0/target",
            "没有编号为“nowhere”",
        ),
        ({"flows": [{"source": "web", "target": "web", "data": "x"}]}, "/flows/0", "同一个组件"),
        (
            {"deployment": [{"id": "web", "name": "机房"}, {"id": "room", "name": "乙"}]},
            "/deployment/0/id",
            "用了两次",
        ),
        (
            {"safety_layers": [{"name": "甲", "component": "x"}]},
            "/safety_layers/0/component",
            "没有编号为“x”",
        ),
        ({"algorithm": "别名"}, "/algorithm", "不一致"),
    ],
)
def test_every_fault_is_told_where_it_stands(changes: dict[str, Any], pointer: str, words: str) -> None:
    text = text_of(**changes)
    checked = check(text, "示例算法")
    assert checked.architecture is None
    fault = next(p for p in checked.errors if words in p.message)
    assert fault.pointer == pointer
    lines = text.split("\n")
    last = pointer.rpartition("/")[2]
    if not last.isdigit() and f'"{last}"' in text:
        assert f'"{last}"' in lines[fault.line - 1]


def test_doubts_do_not_stop_the_drawing() -> None:
    checked = check(
        text_of(
            flows=[{"source": "web", "target": "model"}],
            models=[{"id": "m1", "name": "模型", "origin": "自研"}],
            components=[*GOOD["components"], {"id": "alone", "name": "孤岛", "layer": "数据层"}],
        )
    )
    assert checked.architecture is not None
    messages = " ".join(p.message for p in checked.problems)
    for words in ("没有写传的是什么数据", "没有写版本", "没有写训练阶段", "“孤岛”没有任何数据流"):
        assert words in messages


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "没有写完"),
        ('{\n "a": 1,\n}', 3, "最后一项后面不能有逗号"),
        ('{\n "a" 1}', 2, "缺少英文冒号"),
        ('{"a": 1\n "b": 2}', 2, "英文逗号"),
        ('{"a": “1”}', 1, "英文双引号"),
        ('{"a": "1\n"}', 1, "收尾"),
        ('{"a": "\\q"}', 1, "反斜杠"),
        ("[1] 2", 1, "多余"),
        ("[" * 100, 1, "嵌套太深"),
        ("{'a': 1}", 1, "英文双引号"),
    ],
)
def test_what_is_no_json_is_told_with_its_line(text: str, line: int, words: str) -> None:
    with pytest.raises(JsonFault, match=words) as caught:
        read_json(text)
    assert caught.value.line == line
    assert check(text).errors[0].line == line


def test_a_key_that_stands_twice_is_a_fault() -> None:
    text = text_of().replace('"algorithm":', '"algorithm": "甲",\n "algorithm":')
    assert any("写了两次" in p.message and p.line == 4 for p in check(text).errors)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None)
@given(JSON, st.sampled_from([None, 1]))
def test_reading_gives_what_the_standard_library_gives(value: object, indent: int | None) -> None:
    text = json.dumps(value, indent=indent)
    assert read_json(text).value == json.loads(text)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet='{}[]",:1a\\ \n', max_size=30))
def test_rubbish_ends_well(text: str) -> None:
    checked = check(text)
    assert checked.architecture is None
    assert checked.errors


def test_the_schema_describes_every_key_in_chinese() -> None:
    described = schema()
    parts = [described, *described["$defs"].values()]
    for part in parts:
        assert part["description"]
        for name, key in part["properties"].items():
            assert key.get("description") or "$ref" in key, name
