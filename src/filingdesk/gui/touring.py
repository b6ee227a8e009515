"""The five stops of the look round, and that it comes by itself only once."""

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtWidgets import QWidget

from filingdesk.gui.topbar import TopBar
from filingdesk.gui.tour import Step, Tour
from filingdesk.gui.windowstate import remember
from filingdesk.gui.workbench import Workbench
from filingdesk.infra import settings as user_settings

TITLE = QSize(420, 96)
"""The room in which a page says what it is, in pixels."""


def seen() -> bool:
    """Was the tour offered on this machine before?"""
    return user_settings.load().settings.window.get("tour") == "1"


def start(window: QWidget, bench: Workbench, top: TopBar) -> Tour:
    """Show the tour over the window and note that it was offered."""
    remember(tour="1")
    steps = (
        Step(
            "左边是全部页面",
            "从上往下填就是备案的顺序。圆点表示填了多少，红色数字是阻断项。点组名可以折叠。",
            lambda: bench.sidebar,
        ),
        Step(
            "中间填写，自动保存",
            "每项事实只填一次，所有文书共用。离开一栏就保存，Ctrl+Z 可以跨页撤销。",
            lambda: bench.stack,
        ),
        Step(
            "右边说明怎么填",
            "点进哪一栏，这里就说明它是什么、为什么问、依据哪一条，还有正反例子。F1 收起或展开。",
            lambda: bench.help,
        ),
        Step(
            "下面是查出的问题",
            "边填边查。按 F8 逐条走，光标会停在要改的那一栏；有确定改法的，按 Alt+回车改好。通过自查不等于通过审核。",
            lambda: bench.drawer,
        ),
        Step(
            "找东西，导出",
            "Ctrl+K 找页面、字段、文书和依据，可以打拼音首字母，如 zpg。填好后从右上角导出提交包。",
            lambda: top.finder,
        ),
    )
    tour = Tour(steps, lambda: QRect(bench.stack.mapTo(window, QPoint(0, 0)), TITLE), window)
    bench.destroyed.connect(tour.leave)
    tour.begin()
    return tour
