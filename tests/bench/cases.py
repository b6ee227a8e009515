"""What the bench measures, and what each figure should reach.

A case of ours imports what it calls inside its functions: one process runs one case, and pays only for that.
"""

import sys
from pathlib import Path

from harness import Case, CommandCase, Target

FIRST_PAINT = "first-paint"
BARE_WINDOW = Path(__file__).with_name("bare_window.py")


def _filingdesk(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "filingdesk", *arguments]


CASES: list[Case] = [
    CommandCase(
        "cli-help",
        "filingdesk --help",
        lambda _scratch: _filingdesk("--help"),
        target=Target(0.5),
    ),
    CommandCase(
        "window-bare",
        "bare PySide6 window to first paint",
        lambda _scratch: [sys.executable, str(BARE_WINDOW)],
        until=FIRST_PAINT,
        gui=True,
    ),
    CommandCase(
        "window",
        "filingdesk window to first paint",
        lambda _scratch: _filingdesk("gui", "--selftest-first-paint"),
        until=FIRST_PAINT,
        target=Target(1.5, over="window-bare"),
        gui=True,
    ),
]
