"""Editing the architecture's description: places, numbers that are named elsewhere, drafts with errors, back to the facts."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filingdesk.domain.architecture import FORMAT, Architecture, check
from filingdesk.services import architecture, architecture_edit
from filingdesk.services import architecture_tree as trees
from filingdesk.services.architecture_tree import Field, Listing
from filingdesk.services.demo import create_sample
from filingdesk.services.session import Session
from filingdesk.services.workspace import Workspace

TREE: dict[str, Any] = {
    "format": FORMAT,
    "algorithm": "示例算法",
    "components": [
        {"id": "web", "name": "网页端", "layer": "接入层", "deployment": "room"},
        {"id": "core", "name": "模型服务", "layer": "模型层"},
    ],
    "flows": [{"source": "web", "target": "core", "data": "提问"}],
    "models": [{"id": "m1", "name": "模型", "version": "1", "component": "core"}],
    "safety_layers": [{"name": "关键词", "position": "输入", "component": "web"}],
    "deployment": [{"id": "room", "name": "机房"}],
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("architecture") / "s.fdproj"
    create_sample(Workspace(who=lambda: "测试员"), path).close()
    return path


@pytest.fixture
def session(made: Path, tmp_path: Path) -> Iterator[Session]:
    path = tmp_path / "s.fdproj"
    path.write_bytes(made.read_bytes())
    opened = Workspace(who=lambda: "测试员").open(path)
    yield opened
    opened.close()


def keys(model: Any) -> set[str]:
    return set(model.model_fields)


def test_the_form_asks_for_everything_the_schema_knows_with_chinese_names() -> None:
    parts = {part.key: part for part in trees.form()}
    assert set(parts) == keys(Architecture) - {"format"}
    models = parts["models"]
    assert isinstance(models, Listing)
    training = next(part for part in models.parts if part.key == "training")
    assert isinstance(training, Listing)
    assert {part.key for part in training.parts} == {"stage", "data", "method", "hardware", "result"}

    def titles(found: tuple[trees.Part, ...]) -> Iterator[str]:
        for part in found:
            yield part.title
            if isinstance(part, Listing):
                yield part.item
                yield from titles(part.parts)

    assert [t for t in titles(trees.form()) if not t or any(c.isascii() for c in t)] == []
    flows = parts["flows"]
    assert isinstance(flows, Listing)
    assert {p.key: p.refers for p in flows.parts if isinstance(p, Field) and p.refers} == {
        "source": "components",
        "target": "components",
    }


def test_a_changed_number_is_followed_wherever_it_is_named() -> None:
    tree = trees.put(TREE, ("components", 0, "id"), "page")
    assert tree["flows"][0]["source"] == "page"
    assert tree["safety_layers"][0]["component"] == "page"
    assert tree["models"][0]["component"] == "core"
    assert check(trees.to_text(tree)).problems == ()
    assert TREE["components"][0]["id"] == "web"  # nothing is changed in place
    moved = trees.put(TREE, ("deployment", 0, "id"), "hall")
    assert moved["components"][0]["deployment"] == "hall"


def test_a_number_that_stands_twice_is_changed_in_one_place_only() -> None:
    twice = {**TREE, "components": [*TREE["components"], {"id": "web", "name": "另一个", "layer": "接入层"}]}
    tree = trees.put(twice, ("components", 2, "id"), "app")
    assert tree["flows"][0]["source"] == "web"
    assert check(trees.to_text(tree)).errors == ()


def test_entries_are_added_copied_moved_and_removed() -> None:
    tree = trees.add(TREE, ("components",))
    assert tree["components"][2] == {"id": "c1", "name": "", "layer": ""}
    tree = trees.duplicate(TREE, ("components", 0))
    assert [c["id"] for c in tree["components"]] == ["web", "c1", "core"]
    assert trees.move(TREE, ("components", 0), 1)["components"][1]["id"] == "web"
    assert trees.remove(TREE, ("flows", 0))["flows"] == []
    trained = trees.add(TREE, ("models", 0, "training"))
    trained = trees.put(trained, ("models", 0, "training", 0, "stage"), "评测")
    assert trained["models"][0]["training"] == [{"stage": "评测"}]
    assert trees.title_of(TREE, ("flows", 0)) == "网页端 → 模型服务"


@settings(max_examples=60, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=6),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["components", "flows", "models", "id", "name", "source", "training"]),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_a_form_can_be_laid_over_any_json(value: Any) -> None:
    tree = trees.read(json.dumps(value))
    if tree is None:
        assert not isinstance(value, dict)
        return
    for part in trees.form():
        assert isinstance(trees.words_at(tree, (part.key,)), str)
        if isinstance(part, Listing):
            for index in range(trees.entries(tree, (part.key,))):
                assert isinstance(trees.title_of(tree, (part.key, index)), str)
                changed = trees.put(tree, (part.key, index, "name"), "新名称")
                assert changed[part.key][index]["name"] == "新名称"
            assert trees.entries(trees.add(tree, (part.key,)), (part.key,)) >= 1
    trees.named(tree, "components")


def test_edits_are_kept_and_used_and_taken_back(session: Session) -> None:
    kept = architecture_edit.current(session)
    assert kept.origin == "facts"
    tree = trees.read(kept.text)
    assert tree is not None
    tree = trees.put(tree, ("components", 0, "name"), "改过名的网页端")
    assert architecture_edit.keep(session, trees.to_text(tree), "改名").architecture is not None
    used, given_ = architecture.of_project(session, session.facts)
    assert used is not None
    assert given_
    assert used.components[0].name == "改过名的网页端"
    assert any(line.kind == "added" for line in architecture_edit.compare(session, trees.to_text(tree)))

    broken = trees.put(tree, ("flows", 0, "source"), "nowhere")
    assert architecture_edit.keep(session, trees.to_text(broken), "改起点").errors
    assert architecture_edit.current(session).origin == "draft"
    used, _given = architecture.of_project(session, session.facts)
    assert used is not None  # papers go on using what had no errors
    assert used.flows[0].source != "nowhere"

    assert architecture_edit.reset(session)
    assert architecture_edit.current(session).origin == "facts"
    session.undo()
    assert architecture_edit.current(session).origin == "draft"
    session.undo()
    assert "改过名的网页端" in architecture_edit.current(session).text
    session.undo()
    assert architecture_edit.current(session).origin == "facts"
    assert not architecture_edit.reset(session)


def test_a_draft_waits_in_the_project_file(session: Session) -> None:
    architecture_edit.keep(session, "{ 不是 JSON", "手写")
    path = session.path
    session.close()
    again = Workspace(who=lambda: "测试员").open(path)
    kept = architecture_edit.current(again)
    again.close()
    assert (kept.text, kept.origin) == ("{ 不是 JSON", "draft")


def test_mended_drafts_take_effect(session: Session) -> None:
    text = architecture_edit.of_facts(session)
    architecture_edit.keep(session, text.replace('"layer": "接入层"', '"layer": "外层"', 1), "改层次")
    assert architecture_edit.current(session).origin == "draft"
    mended = text.replace('"version": ""', '"version": "2.0"', 1)
    architecture_edit.keep(session, mended, "改好")
    assert architecture_edit.current(session) == architecture_edit.Kept(mended, "given")
