"""The notices over the pages: what was just done and can be undone, why nothing can be edited, that the rules have moved on."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from filingdesk.gui.desk import Desk
from filingdesk.gui.widgets.cards import NoticeBar

TOLD_MS = 8000


class Notices(QObject):
    """`told`, `lock` and `rules` are the bars; `see_rules` leads to what newer rules would change."""

    def __init__(self, desk: Desk, see_rules: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self.told, self.lock, self.rules = NoticeBar(), NoticeBar(), NoticeBar()
        self.told.action_clicked.connect(self._undo)
        self.rules.action_clicked.connect(self.rules.hide)
        self.rules.action_clicked.connect(lambda: see_rules())
        self._rules_asked = False
        self._edit: int | None = None  # which the sentence speaks of
        self._out = QTimer(self)
        self._out.setSingleShot(True)
        self._out.setInterval(TOLD_MS)
        self._out.timeout.connect(self.told.hide)
        desk.told.connect(self._tell)
        desk.changed.connect(self._changed)
        desk.checked.connect(self._tell_rules)
        self._tell_lock()

    def _tell(self, text: str, tone: str, action: str) -> None:
        self._edit = self._last_edit() if action == "undo" else None
        self.told.tell(text, tone=tone, action="撤销" if self._edit is not None else "")
        self._out.start()

    def _changed(self, _keys: object) -> None:
        if self._edit is not None and self._edit != self._last_edit():
            # Something else was edited since: the sentence may stay, its undo would take back that.
            self._edit = None
            self.told.drop_action()

    def _undo(self) -> None:
        self.told.hide()
        if self._edit is not None and self._edit == self._last_edit():
            self._desk.undo()

    def _last_edit(self) -> int | None:
        step = self._desk.session.undo_step
        return step.revision if step is not None else None

    def _tell_rules(self) -> None:
        """Once after opening: the rules have moved on since the project was last exported."""
        if self._rules_asked or not self._desk.knowledge.ready:
            return
        self._rules_asked = True
        from filingdesk.services import upgrades

        found = upgrades.pins(self._desk.session)
        if found is not None and not found.stay and upgrades.is_pending(self._desk.session):
            self.rules.tell(
                "规则包有更新：现行的与项目上次用的不同。填写的内容不受影响，可以先看会多出和消失哪些问题。",
                action="查看影响",
            )

    def _tell_lock(self) -> None:
        if not self._desk.read_only:
            return
        holder = self._desk.session.locked_by
        if holder is not None:
            who = f"{holder.who or '其他人'}（{holder.host}）" if holder.host else holder.who or "其他人"
            since = f"从 {holder.since.astimezone():%m-%d %H:%M} 起" if holder.since else ""
            text = f"{who}{since}打开着这个项目，现在只能查看。对方关闭后重新打开即可修改。"
        else:
            text = "这个项目以只读方式打开，只能查看，不能修改。"
        self.lock.tell(text, tone="warning", closable=False)
