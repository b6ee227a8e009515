"""What the top bar says of an edit: 已保存 is said when the disk has it, and not before."""

import time
from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QObject, QTimer

LOOK_MS, SLOW_S, LONG_S = 20, 0.3, 5.0
SAVED = "已保存"
SLOW, LONG, REFUSED = "正在保存…", "还没有写到磁盘上，请先不要关机", "未保存"


class Saving(QObject):
    """`settled` tells whether all that was edited is on the disk, `say` shows words; nothing ticks once that is so."""

    def __init__(self, settled: Callable[[], bool], say: Callable[[str], object], parent: QObject) -> None:
        super().__init__(parent)
        self._settled, self._say = settled, say
        self._since = 0.0
        self._said = ""
        self._look = QTimer(self)
        self._look.setInterval(LOOK_MS)
        self._look.timeout.connect(self._see)

    def edited(self) -> None:
        """Something was saved just now."""
        if not self._look.isActive():
            self._since, self._said = time.monotonic(), ""
            self._look.start()
        self._see()

    def refused(self) -> None:
        """Something could not be saved, which what was saved before does not take back."""
        self._look.stop()
        self._say(REFUSED)

    def _see(self) -> None:
        if self._settled():
            self._look.stop()
            self._say(f"{SAVED} {datetime.now().astimezone():%H:%M}")
            return
        waited = time.monotonic() - self._since
        words = LONG if waited > LONG_S else SLOW if waited > SLOW_S else ""
        if words != self._said:
            self._said = words
            self._say(words)
