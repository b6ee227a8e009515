"""Any sequence of imports, edits, undo, redo and reopening gives what a plain list of states gives."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from filingdesk.domain.records import KeywordRecord
from filingdesk.store.project import ProjectFile
from store.helpers import NOW, WHO, edit

_WORDS = st.lists(st.sampled_from("甲乙丙丁戊"), max_size=4)


def test_library_history_is_like_a_list_of_states(tmp_path_factory: pytest.TempPathFactory) -> None:
    class Machine(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.path: Path = tmp_path_factory.mktemp("m") / "x.fdproj"
            self.project = ProjectFile.create(self.path, who=WHO, at=NOW)
            self.states: list[tuple[list[str], int]] = [([], 0)]
            self.place = 0
            self.count = 0

        @property
        def state(self) -> tuple[list[str], int]:
            return self.states[self.place]

        def push(self, words: list[str], fact: int) -> None:
            self.states = [*self.states[: self.place + 1], (words, fact)]
            self.place += 1

        @rule(words=_WORDS)
        def replace_all(self, words: list[str]) -> None:
            rows = [KeywordRecord(word) for word in words]
            self.project.replace_keywords(rows, label="换", who=WHO, at=NOW)
            self.push(words, self.state[1])

        @rule(words=_WORDS)
        def add(self, words: list[str]) -> None:
            rows = [KeywordRecord(word) for word in words]
            self.project.add_keywords(rows, label="加", who=WHO, at=NOW)
            self.push(self.state[0] + words, self.state[1])

        @precondition(lambda self: self.state[0])
        @rule(data=st.data())
        def remove(self, data: st.DataObject) -> None:
            index = data.draw(st.integers(0, len(self.state[0]) - 1))
            row = self.project.keyword_page(index, 1)[0]
            self.project.remove_keywords([row.id], label="删", who=WHO, at=NOW)
            self.push(self.state[0][:index] + self.state[0][index + 1 :], self.state[1])

        @precondition(lambda self: self.state[0])
        @rule(data=st.data())
        def change(self, data: st.DataObject) -> None:
            index = data.draw(st.integers(0, len(self.state[0]) - 1))
            row = self.project.keyword_page(index, 1)[0]
            self.project.update_keywords([replace(row, word="改")], label="改", who=WHO, at=NOW)
            self.push([*self.state[0][:index], "改", *self.state[0][index + 1 :]], self.state[1])

        @rule()
        def edit_fact(self) -> None:
            self.count += 1
            edit(self.project, "fact", self.count)
            self.push(self.state[0], self.count)

        @rule()
        def undo(self) -> None:
            assert (self.project.undo(who=WHO, at=NOW) is not None) == (self.place > 0)
            self.place = max(0, self.place - 1)

        @rule()
        def redo(self) -> None:
            assert (self.project.redo(who=WHO, at=NOW) is not None) == (self.place + 1 < len(self.states))
            self.place = min(len(self.states) - 1, self.place + 1)

        @rule()
        def reopen(self) -> None:
            self.project.close()
            self.project = ProjectFile.open(self.path, now=NOW)

        @invariant()
        def same_as_the_model(self) -> None:
            words, fact = self.state
            assert [row.word for row in self.project.iter_keywords()] == words
            stats = self.project.keyword_stats()
            assert (stats.total, stats.distinct) == (len(words), len(set(words)))
            assert self.project.entries().get("fact", 0) == fact

        def teardown(self) -> None:
            try:
                assert self.project.verify() == []
            finally:
                self.project.close()

    run_state_machine_as_test(Machine, settings=settings(max_examples=10, stateful_step_count=20))
