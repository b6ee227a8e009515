"""Measures cases fairly: each run in a process of its own, all cases in turn, the median of several rounds."""

import contextlib
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

RUN_FILE = Path(__file__).with_name("run.py")
TIME_LIMIT_SECONDS = 600
SAMPLE_NAME = "sample.fdproj"


@dataclass(frozen=True)
class Target:
    """What a case should reach: `seconds`, counted from another case's median where `over` names one."""

    seconds: float
    over: str | None = None


@dataclass(frozen=True)
class CommandCase:
    """A command, timed from its start to the line that `until` (a pattern) matches, or to its end.

    `command(shared, scratch)` gives its words; `shared` and `scratch` as for `CallCase`.
    """

    name: str
    title: str
    command: Callable[[Path, Path], list[str]]
    until: str | None = None
    target: Target | None = None
    gui: bool = False
    needs_sample: bool = False


@dataclass(frozen=True)
class CallCase:
    """A function of ours: `prepare(shared, scratch)` is not timed, `run(prepared)` is.

    `shared` is a folder that lasts for the whole bench and holds `SAMPLE_NAME`, a project that nobody may change;
    `scratch` is an empty folder for this run.
    `run` may return figures of its own (name → number), shown beside the time.
    """

    name: str
    title: str
    prepare: Callable[[Path, Path], Any]
    run: Callable[[Any], dict[str, float] | None]
    target: Target | None = None
    needs_sample: bool = True


Case = CommandCase | CallCase


@dataclass(frozen=True)
class Sample:
    """One run of a case: seconds, peak resident memory in bytes, figures of its own."""

    seconds: float
    peak_bytes: int
    figures: dict[str, float] = field(default_factory=dict)


@dataclass
class Result:
    """All runs of a case; `problem` says why there is no figure."""

    case: Case
    samples: list[Sample] = field(default_factory=list)
    problem: str = ""

    @property
    def median(self) -> float | None:
        return statistics.median(sample.seconds for sample in self.samples) if self.samples else None

    @property
    def peak_bytes(self) -> int:
        return max((sample.peak_bytes for sample in self.samples), default=0)

    def limit(self, results: dict[str, "Result"]) -> float | None:
        """The seconds this case may take, with the other case's median of this very bench added."""
        target = self.case.target
        if target is None:
            return None
        if target.over is None:
            return target.seconds
        base = results[target.over].median if target.over in results else None
        return None if base is None else base + target.seconds

    def meets(self, results: dict[str, "Result"]) -> bool | None:
        limit = self.limit(results)
        return None if limit is None or self.median is None else self.median <= limit


class BenchProblem(Exception):
    """A case could not be measured; told in its row."""


def measure(case: Case, shared: Path) -> Sample:
    """One run of one case. Raises `BenchProblem` with the end of what the case said."""
    with tempfile.TemporaryDirectory(prefix="filingdesk-bench-") as scratch:
        if isinstance(case, CommandCase):
            return _measure_command(case, shared, Path(scratch))
        return _measure_call(case, shared, Path(scratch))


def _environment(scratch: Path) -> dict[str, str]:
    return dict(os.environ, FILINGDESK_HOME=str(scratch / "home"), PYTHONUTF8="1")


def _measure_call(case: CallCase, shared: Path, scratch: Path) -> Sample:
    answer = subprocess.run(
        [sys.executable, str(RUN_FILE), "--measure-one", case.name, str(shared), str(scratch)],
        capture_output=True,
        text=True,
        timeout=TIME_LIMIT_SECONDS,
        env=_environment(scratch),
        check=False,
    )
    if answer.returncode != 0:
        raise BenchProblem(_last_words(answer.stderr))
    document = json.loads(answer.stdout.splitlines()[-1])
    return Sample(document["seconds"], document["peak_bytes"], document["figures"])


def measure_here(case: CallCase, shared: Path, scratch: Path) -> dict[str, Any]:
    """The inside of `_measure_call`: runs in the process made for this one run."""
    prepared = case.prepare(shared, scratch)
    started = time.perf_counter()
    figures = case.run(prepared)
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "peak_bytes": own_peak_bytes(), "figures": figures or {}}


def own_peak_bytes() -> int:
    """The most memory this process ever held (preparing the case counts, as it does for a user)."""
    if sys.platform == "win32":
        return int(psutil.Process().memory_info().peak_wset)
    if sys.platform == "linux":
        # Not ru_maxrss: that one starts at what the parent held when it started this process.
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _measure_command(case: CommandCase, shared: Path, scratch: Path) -> Sample:
    started = time.perf_counter()
    process = subprocess.Popen(
        case.command(shared, scratch),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=_environment(scratch),
    )
    watcher = _PeakWatcher(process.pid)
    watchdog = threading.Timer(TIME_LIMIT_SECONDS, process.kill)
    watchdog.start()
    seen_at: float | None = None
    words: list[str] = []
    try:
        assert process.stdout is not None
        for line in process.stdout:
            words.append(line)
            if case.until is not None and seen_at is None and re.fullmatch(case.until, line.strip()):
                seen_at = time.perf_counter()
        process.stdout.close()
        code = process.wait()
        ended = time.perf_counter()
    finally:
        watchdog.cancel()
        if process.poll() is None:
            process.kill()
            process.wait()
        peak = watcher.stop()
    if code != 0:
        raise BenchProblem(_last_words("".join(words)) or f"exit code {code}")
    if case.until is not None and seen_at is None:
        raise BenchProblem(f"no line came that matches {case.until!r}")
    return Sample((seen_at or ended) - started, peak)


class _PeakWatcher:
    """Looks every few milliseconds at how much memory a process and its children hold."""

    def __init__(self, pid: int) -> None:
        self._done = threading.Event()
        self._peak = 0
        self._thread = threading.Thread(target=self._watch, args=(pid,), daemon=True)
        self._thread.start()

    def _watch(self, pid: int) -> None:
        while not self._done.wait(0.01):
            with contextlib.suppress(psutil.Error):
                process = psutil.Process(pid)
                family = [process, *process.children(recursive=True)]
                self._peak = max(self._peak, sum(member.memory_info().rss for member in family))

    def stop(self) -> int:
        self._done.set()
        self._thread.join()
        return self._peak


def _last_words(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip(" ╭╮╰╯│─")]
    return lines[-1][:200] if lines else ""


def make_sample(shared: Path, tell: Callable[[str], None]) -> None:
    """The sample project, made once. Raises `BenchProblem`."""
    tell("making the sample project")
    answer = subprocess.run(
        [sys.executable, "-m", "filingdesk", "new", str(shared / SAMPLE_NAME), "--sample"],
        capture_output=True,
        text=True,
        timeout=TIME_LIMIT_SECONDS,
        env=_environment(shared),
        check=False,
    )
    if answer.returncode != 0:
        raise BenchProblem(f"no sample project: {_last_words(answer.stderr or answer.stdout)}")


def run_all(cases: list[Case], rounds: int, tell: Callable[[str], None]) -> dict[str, Result]:
    """Every case once per round, so that a machine that is busy for a while slows all of them alike."""
    results = {case.name: Result(case) for case in cases}
    with tempfile.TemporaryDirectory(prefix="filingdesk-bench-shared-") as shared:
        in_need = [case for case in cases if case.needs_sample]
        try:
            if in_need:
                make_sample(Path(shared), tell)
        except (BenchProblem, subprocess.TimeoutExpired) as problem:
            for case in in_need:
                results[case.name].problem = str(problem)
        for number in range(1, rounds + 1):
            for case in cases:
                result = results[case.name]
                if result.problem:
                    continue
                tell(f"{number}/{rounds} {case.name}")
                try:
                    result.samples.append(measure(case, Path(shared)))
                except (BenchProblem, subprocess.TimeoutExpired, OSError) as problem:
                    result.problem = str(problem) or type(problem).__name__
                    result.samples.clear()
    return results
