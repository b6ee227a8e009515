"""A run that was killed or broke leaves a mark, once; one that ends in order or is still at work leaves none."""

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filingdesk.infra import lastrun
from filingdesk.infra.lastrun import RunMark, unfinished

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SECRET = "张三110101199003070011"

_RUN = """
import os, signal, sys
from datetime import UTC, datetime
from filingdesk.infra.lastrun import RunMark
mark = RunMark("1.2", datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
mark.catch_faults()
mark.note("/项目/甲.fdproj", "subject|subject.name", "主体与人员", datetime(2026, 11, 23, 9, 30, tzinfo=UTC))
print("ready", flush=True)
def innermost(typed):
    if sys.argv[1] == "abort":
        os.abort()
    sys.stdin.read()
innermost("张三110101199003070011")
"""


def child(how: str) -> subprocess.Popen[str]:
    made = subprocess.Popen(
        [sys.executable, "-c", _RUN, how],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUTF8": "1"},
    )
    assert made.stdout is not None
    assert made.stdout.readline() == "ready\n"
    return made


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL")
def test_a_killed_run_says_what_was_open_and_where_once() -> None:
    run = child("wait")
    assert unfinished() == [], "it is still at work"
    run.send_signal(signal.SIGKILL)
    run.communicate()
    (found,) = unfinished()
    assert found.project == "/项目/甲.fdproj"
    assert (found.place, found.page) == ("subject|subject.name", "主体与人员")
    assert found.seen == datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    assert found.trace == "", "nobody could say anything"
    assert unfinished() == []


@pytest.mark.skipif(os.name == "nt", reason="aborts differently")
def test_a_run_that_broke_says_where_in_the_code_and_no_value(filingdesk_home: Path) -> None:
    run = child("abort")
    run.communicate()
    kept = [path for path in (filingdesk_home / "state" / "running").iterdir() if path.suffix == ".trace"]
    assert kept, "the interpreter wrote it"
    (found,) = unfinished()
    assert "Fatal Python error: Aborted" in found.trace
    assert "innermost" in found.trace
    assert SECRET not in found.trace
    assert list((filingdesk_home / "state" / "running").iterdir()) == []


def test_a_run_that_ends_in_order_leaves_nothing(filingdesk_home: Path) -> None:
    mark = RunMark("1.2", NOW)
    assert mark.alive
    mark.note("/x.fdproj", "overview|", "总览", NOW + timedelta(minutes=1))
    assert unfinished() == [], "this very process holds it"
    mark.end()
    mark.end()
    assert unfinished() == []
    assert list((filingdesk_home / "state" / "running").iterdir()) == []


def test_without_a_place_to_write_there_is_no_mark_and_no_fault(
    filingdesk_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (filingdesk_home / "state").write_text("in the way")
    mark = RunMark("1.2", NOW)
    assert not mark.alive
    mark.note("/x.fdproj", "", "", NOW)
    mark.catch_faults()
    mark.end()
    assert unfinished() == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["started", "seen", "project", "place", "version"]), inner, max_size=4
        )
    ),
    max_leaves=6,
).map(json.dumps)


@given(st.text(max_size=30) | JSON, st.text(max_size=80))
def test_a_damaged_mark_still_tells_that_a_run_ended(mark: str, trace: str) -> None:
    folder = lastrun._folder()
    (folder / "run-1.json").write_text(mark, encoding="utf-8", errors="replace")
    (folder / "run-1.trace").write_text(f"{trace}\nvalue: {SECRET}\n", encoding="utf-8", errors="replace")
    (found,) = unfinished()
    assert SECRET not in found.trace
    assert all(moment is None or moment.tzinfo is not None for moment in (found.started, found.seen))
    assert unfinished() == []
