"""A test that was stopped goes on where it was, gives what it would have given, and believes nothing it did not write."""

from pathlib import Path

import pytest

from filingdesk.domain.errors import Cancelled
from filingdesk.domain.jobs import Cancel, Progress
from filingdesk.infra.paths import cache_dir
from filingdesk.scan.engine import Interceptor
from filingdesk.scan.entries import Keyword
from filingdesk.scan.trial import run_trial
from filingdesk.scan.trial_log import Batch, TrialLog
from filingdesk.scan.trial_result import TrialResult

CHANNELS = ("exact", "skip", "pinyin")
# 5,000 words are three batches a channel; short ones slip or cannot be disguised.
WORDS = [
    Keyword(f"{chr(0x4E00 + n)}{chr(0x6000 + 7 * n % 5000)}", f"A.1.{'abc'[n % 3]}") for n in range(5_000)
]


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FILINGDESK_HOME", str(tmp_path))


@pytest.fixture(scope="module")
def interceptor() -> Interceptor:
    return Interceptor(WORDS, CHANNELS)


def _log(seed: int = 1) -> TrialLog:
    return TrialLog.of(WORDS, seed, CHANNELS)


def _run(
    interceptor: Interceptor, stop_after: int = 0, seed: int = 1
) -> tuple[TrialResult | None, list[Progress]]:
    cancel, told = Cancel(), []

    def report(progress: Progress) -> None:
        told.append(progress)
        if len(told) == stop_after:
            cancel.set()

    try:
        return run_trial(
            interceptor, WORDS, seed=seed, shipped=False, log=_log(seed), cancel=cancel, report=report
        ), told
    except Cancelled:
        return None, told


def _again(told: list[Progress]) -> int:
    return sum("接着上次" in progress.text for progress in told)


def test_a_stopped_test_goes_on_and_gives_the_same(interceptor: Interceptor) -> None:
    whole = run_trial(interceptor, WORDS, seed=1, shipped=False)
    stopped, _ = _run(interceptor, stop_after=4)
    assert stopped is None
    result, told = _run(interceptor)
    assert result == whole
    assert (_again(told), len(told)) == (4, 9)
    assert told[-1].done == told[-1].total == 3 * len(WORDS)


def test_a_finished_test_leaves_nothing_behind(interceptor: Interceptor) -> None:
    _run(interceptor)
    assert list((cache_dir() / "trials").iterdir()) == []


def test_another_seed_is_another_test(interceptor: Interceptor) -> None:
    _run(interceptor, stop_after=4)
    _, told = _run(interceptor, seed=2)
    assert _again(told) == 0


def test_what_was_tampered_with_or_torn_is_tested_anew(interceptor: Interceptor) -> None:
    whole = run_trial(interceptor, WORDS, seed=1, shipped=False)
    _run(interceptor, stop_after=4)
    (path,) = (cache_dir() / "trials").iterdir()
    lines = path.read_bytes().split(b"\n")
    lines[1] = lines[1].replace(b'"caught": {"A.1.c": 667', b'"caught": {"A.1.c": 600')
    assert lines[1] != path.read_bytes().split(b"\n")[1]
    path.write_bytes(b"\n".join(lines)[:-40])  # and the last line is torn
    result, told = _run(interceptor)
    assert result == whole
    assert _again(told) == 2


def test_a_line_of_another_test_is_not_taken(interceptor: Interceptor) -> None:
    _run(interceptor, stop_after=4)
    (path,) = (cache_dir() / "trials").iterdir()
    other = _log(seed=2)
    other.add("exact", 0, Batch(tested={"A.1.a": 1}))
    (foreign,) = set((cache_dir() / "trials").iterdir()) - {path}
    foreign.write_bytes(path.read_bytes())
    assert _log(seed=2).get("exact", 0) is None
    assert _log(seed=1).get("exact", 0) is not None


def test_a_disk_that_cannot_be_written_only_costs_the_memory(interceptor: Interceptor) -> None:
    (cache_dir() / "trials").write_text("a file where the folder should be")
    stopped, _ = _run(interceptor, stop_after=4)
    result, told = _run(interceptor)
    assert stopped is None
    assert result is not None
    assert _again(told) == 0
