"""The window stays live: keys go into a field, one after the other, while a real scan and a real bundle build run."""

from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from filingdesk.gui.forms.lines import LineEditor
from filingdesk.gui.jobtray_board import State, Work
from filingdesk.gui.pages.bundle import BundlePage
from filingdesk.gui.pages.formpage import FormPage
from filingdesk.gui.pages.keywords import KeywordsPage
from filingdesk.gui.shell import Shell
from gui.delivery import LONG, open_sample, settle, show

KEYS = "abcdefghij"
AT_LEAST = 20
"""So many keys must have been taken while both ran; a window that waits for either takes one at most."""
AT_MOST = 3000
LINES = 30_000


def corpus(folder: Path) -> Path:
    folder.mkdir()
    (folder / "语料.txt").write_text("平平常常的一句话，没有什么好说的。\n" * LINES, encoding="utf-8")
    return folder


def test_keys_are_taken_while_a_scan_and_a_bundle_build_run(
    shell: Shell, app: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    desk = open_sample(shell, qtbot, tmp_path)
    board = shell.jobs.board
    keywords = show(shell, "keywords")
    assert isinstance(keywords, KeywordsPage)
    bundle = show(shell, "bundle")
    assert isinstance(bundle, BundlePage)
    qtbot.waitUntil(lambda: not bundle.hindrance(), timeout=LONG)
    form = show(shell, "subject")
    assert isinstance(form, FormPage)
    row = form.row("subject.address")
    assert row is not None
    assert isinstance(row.editor, LineEditor)
    line: QLineEdit = row.editor.line
    settle(shell, qtbot)

    beats: list[int] = []
    heart = QTimer()
    heart.setInterval(5)
    heart.timeout.connect(lambda: beats.append(len(beats)))
    heart.start()
    order: list[str] = []
    board.ended.connect(lambda work: order.append(work.title))
    keywords.scan.scan_paths([corpus(tmp_path / "语料")])
    bundle.export()
    assert len(board.running()) == 2, [work.title for work in board.works()]
    line.clear()
    row.focus()
    typed = ""
    while board.running() and len(typed) < AT_MOST:
        key = KEYS[len(typed) % len(KEYS)]
        before = len(beats)
        QTest.keyClick(line, key)
        typed += key
        if len(board.running()) == 2:
            order.append("key")
        qtbot.waitUntil(lambda before=before: len(beats) > before, timeout=LONG)  # type: ignore[misc]
    heart.stop()
    qtbot.waitUntil(lambda: not board.running(), timeout=LONG)
    ended: list[Work] = board.works()
    assert {work.state for work in ended} == {State.DONE}, [work.fault for work in ended]
    assert line.text() == typed, "no key was lost, none came out of order"
    first_end = next(place for place, what in enumerate(order) if what != "key")
    assert first_end >= AT_LEAST, f"{first_end} keys before the first of both ended"
    row.commit()
    assert desk.facts.subject.address == typed
