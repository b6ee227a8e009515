"""Work in a process of its own: results, faults and progress come back, it can be stopped and paused, and its death is told."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from filingdesk.domain.errors import Cancelled, UserError
from filingdesk.domain.jobs import Cancel, Progress
from filingdesk.domain.records import KeywordRecord
from filingdesk.services.apart import DIED, Helper, Pause, run_apart
from filingdesk.services.workspace import Workspace

TASKS = "filingdesk.services.keyword_tasks:"


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Path]:
    """A project that stays open, as in a window, with a library of its own."""
    session = Workspace(who=lambda: "测试员").create(tmp_path / "试点.fdproj")
    rows = [KeywordRecord(f"示例词语{number:04d}", "A.1.a") for number in range(3000)]
    rows.append(KeywordRecord("12345", "A.1.a"))
    session.file.replace_keywords(rows, label="导入", who="测试员", at=session.clock())
    yield session.path
    session.close()


def test_a_result_comes_back_while_the_project_is_open_elsewhere(project: Path) -> None:
    answer = run_apart(f"{TASKS}audit", {"project": str(project)})
    assert answer["total"] == 3001
    assert answer["problems"]["all_digits"][0][:2] == [3001, "12345"]


def test_a_fault_of_the_user_comes_back_as_it_was_raised(tmp_path: Path) -> None:
    with pytest.raises(UserError) as told:
        run_apart(f"{TASKS}audit", {"project": str(tmp_path / "没有.fdproj")})
    assert told.value.code == "project.missing"
    assert "没有.fdproj" in told.value.message


def test_only_tasks_of_this_program_are_run(project: Path) -> None:
    with pytest.raises(RuntimeError, match="not a task"):
        run_apart("os:getcwd", {})


def test_work_that_is_stopped_ends_as_cancelled(project: Path) -> None:
    cancel = Cancel()
    seen: list[Progress] = []

    def report(progress: Progress) -> None:
        seen.append(progress)
        cancel.set()

    arguments = {"project": str(project), "options": {"seed": 1, "banks": False}}
    with pytest.raises(Cancelled):
        run_apart(f"{TASKS}trial", arguments, cancel, report)
    assert seen


def test_paused_work_tells_nothing_and_goes_on_to_the_same_result(project: Path) -> None:
    arguments = {"project": str(project), "options": {"seed": 1, "banks": False}}
    straight = run_apart(f"{TASKS}trial", arguments)
    pause, told = Pause(), threading.Event()
    pause.turn(True)
    results: list[object] = []

    def work() -> None:
        results.append(run_apart(f"{TASKS}trial", arguments, None, lambda _p: told.set(), pause))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(2.0)
    assert thread.is_alive()
    assert not results
    pause.turn(False)
    thread.join(60)
    assert results == [straight]


def test_a_helper_that_dies_is_told(project: Path) -> None:
    helper = Helper(f"{TASKS}try_words", {"project": str(project)})
    messages = helper.messages()
    assert next(messages)["kind"] == "ready"
    helper.kill()
    with pytest.raises(UserError) as told:
        next(messages)
    assert told.value.code == DIED
    helper.close()
    helper.release()


def test_only_the_newest_question_is_answered_when_several_wait(project: Path) -> None:
    helper = Helper(f"{TASKS}try_words", {"project": str(project)})
    try:
        messages = helper.messages()
        assert next(messages)["body"]["size"] == 3001
        for number in range(50):
            helper.send({"text": "示例词语0007", "channels": ["exact"], "number": number})
        answers = []
        begun = time.monotonic()
        while not answers or answers[-1]["number"] != 49:
            answers.append(next(messages)["body"])
            assert time.monotonic() - begun < 30
        assert [hit[3] for hit in answers[-1]["hits"]] == ["示例词语0007"]
        assert [answer["number"] for answer in answers] == sorted({a["number"] for a in answers})
    finally:
        helper.close()
        helper.release()
