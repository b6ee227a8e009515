"""Undo and redo go through the journal, so they survive closing and can be looked up later."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filingdesk.store.journal import UndoStack, inverse
from filingdesk.store.model import Change
from filingdesk.store.project import ProjectFile
from store.helpers import NOW, WHO, edit


def test_undo_and_redo_survive_closing(project: ProjectFile, path: Path) -> None:
    edit(project, "a", "一")
    edit(project, "a", "二")
    project.undo(who=WHO, at=NOW)
    project.close()
    with ProjectFile.open(path, now=NOW) as again:
        assert again.entries() == {"a": "一"}
        redoable, undoable = again.last_redoable(), again.last_undoable()
        assert redoable and redoable.revision == 2
        assert undoable and undoable.revision == 1
        again.redo(who=WHO, at=NOW)
        assert again.entries() == {"a": "二"}
        assert again.last_redoable() is None
        again.undo(who=WHO, at=NOW)
        again.undo(who=WHO, at=NOW)
        assert again.entries() == {}
        assert again.undo(who=WHO, at=NOW) is None
        assert again.verify() == []
        assert [row.kind for row in again.journal()] == [
            *("create", "edit", "edit", "undo", "redo", "undo", "undo")
        ]


def test_a_new_edit_clears_redo(project: ProjectFile) -> None:
    edit(project, "a", "一")
    project.undo(who=WHO, at=NOW)
    edit(project, "b", "二")
    assert project.last_redoable() is None
    assert project.redo(who=WHO, at=NOW) is None
    assert project.entries() == {"b": "二"}


def test_a_transaction_is_undone_as_a_whole(project: ProjectFile) -> None:
    edit(project, "a", "一")
    done = project.apply(
        [Change("a", "一", "二"), Change("a", "二", "三"), Change("b", None, ["x"])],
        label="三处修改",
        who=WHO,
        at=NOW,
    )
    assert project.entries() == {"a": "三", "b": ["x"]}
    undone = project.undo(who=WHO, at=NOW + timedelta(minutes=1))
    assert undone and undone.label == "撤销：三处修改"
    assert undone.undo_of == done.revision
    assert list(undone.changes) == inverse(done)
    assert project.entries() == {"a": "一"}


def test_only_the_next_step_can_be_undone(project: ProjectFile) -> None:
    first = edit(project, "a", "一")
    edit(project, "b", "二")
    with pytest.raises(ValueError, match="not the next one"):
        project.apply(inverse(first), label="x", who=WHO, at=NOW, undo_of=first.revision, kind="undo")
    with pytest.raises(ValueError, match="undo_of"):
        project.apply([Change("c", None, "x")], label="x", who=WHO, at=NOW, undo_of=1)
    assert project.entries() == {"a": "一", "b": "二"}


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(["edit", "undo", "redo"]), max_size=25))
def test_undo_walks_a_history_like_any_editor(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    """Model: a list of states and a place in it."""
    with ProjectFile.create(tmp_path_factory.mktemp("u") / "x.fdproj", who=WHO, at=NOW) as project:
        states: list[str | None] = [None]
        place = 0
        for number, step in enumerate(steps):
            if step == "edit":
                edit(project, "k", str(number))
                states = [*states[: place + 1], str(number)]
                place += 1
            elif step == "undo":
                project.undo(who=WHO, at=NOW)
                place = max(0, place - 1)
            else:
                project.redo(who=WHO, at=NOW)
                place = min(len(states) - 1, place + 1)
            assert project.entries().get("k") == states[place]
            assert (project.last_undoable() is not None) == (place > 0)
            assert (project.last_redoable() is not None) == (place < len(states) - 1)
        assert project.verify() == []


def test_migrations_and_creation_cannot_be_undone() -> None:
    stack = UndoStack(iter([(0, "create", None), (1, "migrate", None)]))
    assert stack.done == []
