"""What was touched since a moment: one row per key, with its first and last value, whoever and however often."""

import tempfile
from datetime import timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from filingdesk.store.model import Change
from filingdesk.store.project import ProjectFile
from filingdesk.store.recent import LARGEST
from store.helpers import NOW, WHO, edit

LATER = NOW + timedelta(hours=20)


def test_first_and_last_value_are_told_once_per_key(tmp_path: Path) -> None:
    with ProjectFile.create(tmp_path / "x.fdproj", who=WHO, at=NOW) as project:
        edit(project, "a", "旧")
        edit(project, "a", "中", LATER)
        edit(project, "a", "新", LATER)
        edit(project, "b", "甲", LATER)
        edit(project, "b", None, LATER)
        found = {one.key: one for one in project.touched_since(LATER)}
        assert set(found) == {"a", "b"}
        assert (found["a"].old, found["a"].new, found["a"].times, found["a"].same) == ("旧", "新", 2, False)
        assert found["b"].same, "filled and cleared: as it was"
        assert project.touched_since(LATER + timedelta(milliseconds=1)) == []


def test_everybody_who_touched_it_is_named_in_order_and_prefixes_are_left_out(tmp_path: Path) -> None:
    with ProjectFile.create(tmp_path / "x.fdproj", who=WHO, at=NOW) as project:
        for number, who in enumerate(["李四", "张三", "李四"]):
            project.apply(
                [Change("a", number or None, number + 1)],
                label="改",
                who=who,
                at=LATER + timedelta(seconds=number),
            )
        project.apply([Change("@meta/seen", None, {})], label="记", who=WHO, at=LATER, kind="note")
        project.apply([Change("@tally_x", None, 1)], label="记", who=WHO, at=LATER, kind="note")
        found = project.touched_since(LATER, ["@meta/seen", "@tally/"])
        assert [one.key for one in found] == ["@tally_x", "a"], (
            "the last touched first; _ in a prefix is no wildcard"
        )
        assert found[1].who == ("李四", "张三")


def test_a_value_too_long_to_hand_over_says_so(tmp_path: Path) -> None:
    with ProjectFile.create(tmp_path / "x.fdproj", who=WHO, at=NOW) as project:
        edit(project, "long", "字" * LARGEST, LATER)
        (one,) = project.touched_since(LATER)
        assert one.long
        assert one.new == "…"
        assert not one.same


@given(steps=st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["x", "y", None])), max_size=12))
def test_it_agrees_with_a_walk_through_the_journal(steps: list[tuple[str, str | None]]) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        ProjectFile.create(Path(folder, "x.fdproj"), who=WHO, at=NOW) as project,
    ):
        for place, (key, new) in enumerate(steps):
            if project.entries().get(key) != new:
                edit(project, key, new, NOW + timedelta(minutes=place))
        since = NOW + timedelta(minutes=len(steps) // 2)
        rows = [row for row in project.journal() if row.at >= since]
        found = {one.key: one for one in project.touched_since(since)}
        assert set(found) == {row.key for row in rows}
        for key, one in found.items():
            mine = [row for row in rows if row.key == key]
            assert (one.old, one.new, one.times) == (mine[0].old, mine[-1].new, len(mine))
            assert one.same == (one.old == one.new)
