"""How long the window stands still at most while somebody types, a corpus is scanned and a bundle is built."""

import time
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest

LINES = 60_000
KEY_MS = 60
MOST_SECONDS = 120
_WAITS = Path("/proc/thread-self/schedstat")
Row = tuple[str, float, float, str, bool, str]
"""Title, value, limit, unit, whether more is better, note."""


def live(shell: Any, folder: Path) -> list[Row]:
    """The gaps between two turns of the event loop, by a timer that fires as often as it can; milliseconds."""
    corpus = folder / "live.txt"
    corpus.write_text("平平常常的一句话，没有什么好说的。\n" * LINES, encoding="utf-8")
    bench = shell.workbench
    keywords = bench.show_page("keywords")
    bundle = bench.show_page("bundle")
    _until(lambda: not shell.jobs.busy() and not bundle.hindrance())
    row = bench.show_page("subject").row("subject.address")
    _until(lambda: not shell.jobs.busy())
    row.focus()
    board = shell.jobs.board
    gaps: list[tuple[float, float]] = []
    last = [time.perf_counter(), without_core()]
    keys = [0]

    def beat() -> None:
        now, waited = time.perf_counter(), without_core()
        gaps.append(((now - last[0]) * 1000, waited - last[1]))
        last[:] = now, waited

    def key() -> None:
        keys[0] += 1
        QTest.keyClicks(row.editor.target(), "abcdefgh"[keys[0] % 8])

    # Beginning is a part of it: a click that holds the window up is felt as well.
    heart, hand = QTimer(), QTimer()
    heart.setTimerType(Qt.TimerType.PreciseTimer)
    heart.setInterval(1)
    heart.timeout.connect(beat)
    hand.setInterval(KEY_MS)
    hand.timeout.connect(key)
    begun = time.perf_counter()
    last[:] = begun, without_core()
    heart.start()
    hand.start()
    keywords.scan.scan_paths([corpus])
    bundle.set_folder(folder / f"live-{time.time_ns()}")
    _until(lambda: not bundle.hindrance())
    bundle.export()
    _until(lambda: not board.running())
    heart.stop()
    hand.stop()
    gaps.sort()
    took = time.perf_counter() - begun
    failed = [work.fault for work in board.works() if work.fault]
    note = f"{keys[0]} keys in {took:.0f} s, {len(gaps)} turns{f', failed: {failed}' if failed else ''}"
    own = max(gap - waited for gap, waited in gaps)
    note += f"; no core was free for {gaps[-1][1]:.0f} ms of it, longest without such waits {own:.0f} ms"
    return [
        ("longest gap, typing while a scan and a build run", gaps[-1][0], 50, "ms", False, note),
        ("the same, 99 % of the gaps", gaps[int(len(gaps) * 0.99)][0], 50, "ms", False, ""),
    ]


def without_core() -> float:
    """Milliseconds that this thread was ready to run and the system ran others; 0 where the system does not tell."""
    if not _WAITS.exists():
        return 0.0
    return int(_WAITS.read_text().split()[1]) / 1e6


def _until(true: Any) -> None:
    """A real event loop until something holds: `qWait` keeps Python's lock from the jobs."""
    loop = QEventLoop()
    look = QTimer()
    look.setInterval(20)
    ends = time.perf_counter() + MOST_SECONDS
    look.timeout.connect(lambda: loop.quit() if true() or time.perf_counter() > ends else None)
    look.start()
    loop.exec()
    look.stop()
