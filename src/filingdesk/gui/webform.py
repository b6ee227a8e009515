"""The small window beside a browser: walks the web form place by place, copies, ticks, warns of what changed since."""

from contextlib import suppress

from PySide6.QtCore import QByteArray, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QListView,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from filingdesk.domain.errors import UserError
from filingdesk.gui.desk import Desk
from filingdesk.gui.forms.choices import QuietCombo
from filingdesk.gui.icons import icon
from filingdesk.gui.theme import Space
from filingdesk.gui.webform_card import StepCard
from filingdesk.gui.webform_list import StepList
from filingdesk.gui.webform_upload import Uploads, memory, open_place
from filingdesk.gui.webform_where import WhereBar
from filingdesk.gui.widgets.chips import ChipGroup
from filingdesk.gui.widgets.labels import ElidedLabel, set_look
from filingdesk.infra import settings as user_settings
from filingdesk.services import webform
from filingdesk.services.webform import State, Step, Walk
from filingdesk.services.webform_files import LaidOut

SIZE = (348, 540)
LINE_HEIGHT = 52
REMEMBER_MS = 400
FILTERS: dict[str, tuple[State, ...]] = {
    "全部": ("todo", "done", "changed", "blank"),
    "未填": ("todo", "blank"),
    "已改": ("changed",),
}
KEYS = "回车 复制并到下一项 · ↑↓ 换项 · 1–9 换栏目\nT 勾选 · C 只复制 · A 下一个附件 · O 打开文件夹 · F 筛选 · Esc 收成一行"
NEXT = {Qt.Key.Key_Down, Qt.Key.Key_Right}
BACK = {Qt.Key.Key_Up, Qt.Key.Key_Left}
COPY = {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}


class WebFormWindow(QWidget):
    """The window; it belongs to an open project and stands above all others. `jumped` asks to bring the main window up."""

    jumped = Signal()

    def __init__(self, desk: Desk) -> None:
        # No parent: an owned window is hidden when its owner is minimised to make room for the browser.
        super().__init__(None, Qt.WindowType.Tool | Qt.WindowType.WindowStaysOnTopHint)
        self.setAttribute(Qt.WidgetAttribute.WA_MacAlwaysShowToolWindow)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, on=False)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("role", "content")
        self.setWindowTitle("填报小窗")
        self.desk = desk
        self.walk: Walk | None = None
        self.walks: list[Walk] = []
        self.current: Step | None = None
        self._collapsed = False
        self._tall = SIZE[1]
        self.uploads = Uploads(desk, self.say)
        self._remember_soon = QTimer(self)
        self._remember_soon.setSingleShot(True)
        self._remember_soon.setInterval(REMEMBER_MS)
        self._remember_soon.timeout.connect(self._remember)
        self._build()
        desk.changed.connect(self._changed)
        desk.closing.connect(self.close)
        self._restore()

    # Building

    def _build(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(Space.XS, Space.XS, Space.XS, Space.XS)
        outer.setSpacing(Space.XS)
        outer.addLayout(self._top_line())
        self.body = QWidget()
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        self.where = WhereBar()
        self.blocks, self.counts = self.where.blocks, self.where.counts
        self.blocks.activated.connect(self._block_chosen)
        column.addWidget(self.where)
        self.card = StepCard()
        self.card.jump.connect(self.jump)
        self.card.show_file.connect(self.show_file)
        self.card.copy_path.connect(lambda: self.uploads.take(self.current, self._path_ready))
        column.addWidget(self.card)
        self.filter = ChipGroup(tuple(FILTERS), multiple=False)
        self.filter.set_label("筛选")
        self.filter.set_values(["全部"])
        self.filter.changed.connect(self._filtered)
        column.addWidget(self.filter)
        self.list = StepList()
        self.list.clicked.connect(lambda index: self.go(self.list.steps.steps[index.row()].key))
        self.list.doubleClicked.connect(lambda _index: self.copy_and_advance())
        self.list.setToolTip(KEYS)
        column.addWidget(self.list, 1)
        # Below everything that grows with its content: the hand finds the button where it was.
        self.copy_button = QPushButton()
        self.copy_button.setProperty("role", "primary")
        self.copy_button.setMinimumHeight(42)
        self.copy_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.copy_button.clicked.connect(lambda _checked=False: self.copy_and_advance())
        column.addWidget(self.copy_button)
        column.addLayout(self._step_line())
        self.status = ElidedLabel("", "muted")
        column.addWidget(self.status)
        outer.addWidget(self.body, 1)

    def _top_line(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(Space.XXS)
        self.form_box = QuietCombo()
        self.form_box.setView(QListView())
        self.form_box.setAccessibleName("哪一种表单")
        self.form_box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.form_box.activated.connect(lambda place: self.show_form(str(self.form_box.itemData(place))))
        line.addWidget(self.form_box, 1)
        self.short = ElidedLabel("", "section")
        self.short.hide()
        line.addWidget(self.short, 1)
        self.short_copy = QPushButton("复制")
        self.short_copy.setProperty("role", "primary")
        self.short_copy.setAccessibleName("复制并到下一项")
        self.short_copy.clicked.connect(lambda _checked=False: self.copy_and_advance())
        self.short_copy.hide()
        line.addWidget(self.short_copy)
        self.more = self._tool("menu", "更多", self._menu)
        line.addWidget(self.more)
        self.fold = self._tool(
            "chevron-up", "收成一行（Esc）", lambda: self.set_collapsed(not self._collapsed)
        )
        line.addWidget(self.fold)
        return line

    def _step_line(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(Space.XS)
        self.back = QPushButton("上一项")
        self.forward = QPushButton("下一项")
        for button, by in ((self.back, -1), (self.forward, 1)):
            button.setAccessibleName(button.text())
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _checked=False, by=by: self.step(by))
        self.tick = QCheckBox("已填到网页")
        self.tick.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.tick.clicked.connect(lambda on: self.set_ticked(on=on))
        line.addWidget(self.back)
        line.addStretch(1)
        line.addWidget(self.tick)
        line.addStretch(1)
        line.addWidget(self.forward)
        return line

    def _tool(self, picture: str, words: str, act: object) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(picture))
        button.setToolTip(words)
        button.setAccessibleName(words)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda _checked=False: act())  # type: ignore[operator]
        return button

    def _menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("下一个附件（A）").triggered.connect(self.next_file)
        menu.addSeparator()
        menu.addAction("附件放到别的文件夹…").triggered.connect(lambda: self.uploads.choose(self))
        menu.addAction("打开附件文件夹").triggered.connect(lambda: open_place(self.uploads.folder))
        gone = menu.addAction("清掉已删除记录的提醒")
        gone.setEnabled(bool(self.walk and self.walk.gone and not self.desk.read_only))
        gone.triggered.connect(self.forget_gone)
        menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    # Where we are

    def _restore(self) -> None:
        kept = user_settings.load().settings
        self.resize(*SIZE)
        if "webform" in kept.window:
            self.restoreGeometry(QByteArray.fromBase64(kept.window["webform"].encode("ascii", "ignore")))
        form, _bar, key = (kept.place(memory(self.desk.session.path, "place")) or "").partition("|")
        self.reload(form)
        if key and self.walk and self.walk.step(key):
            self.go(key)
        if kept.window.get("webform_folded") == "1":
            self.set_collapsed(True)

    def _remember(self) -> None:
        if self.walk is None:
            return
        place = f"{self.walk.form.id}|{self.current.key if self.current else ''}"
        geometry = "" if self._collapsed else bytes(self.saveGeometry().toBase64().data()).decode("ascii")
        with suppress(UserError):  # a place that cannot be kept must not hinder the work
            kept = user_settings.load().settings.with_place(memory(self.desk.session.path, "place"), place)
            kept = kept.with_window(webform_folded="1" if self._collapsed else "0")
            user_settings.save(kept.with_window(webform=geometry) if geometry else kept)

    def reload(self, form_id: str = "") -> None:
        """Read the walks anew and show the form of this id (the first by default)."""
        wanted = form_id or (self.walk.form.id if self.walk else "")
        self.walks = webform.walks(self.desk.session)
        self.walk = next((w for w in self.walks if w.form.id == wanted), self.walks[0])
        self.form_box.clear()
        for found in self.walks:
            self.form_box.addItem(found.form.title, found.form.id)
        self.form_box.setCurrentIndex(self.walks.index(self.walk))
        key = self.current.key if self.current else ""
        self.current = self.walk.step(key) or self.walk.steps[0]
        self._show()

    def show_form(self, form_id: str) -> None:
        """Turn to another form, to its first place that is not filled in."""
        self.current = None
        self.reload(form_id)
        if self.walk and (open_steps := self.walk.having("todo", "changed")):
            self.go(open_steps[0].key)

    def go(self, key: str) -> None:
        """Turn to a place of the form."""
        if self.walk is not None and (step := self.walk.step(key)):
            self.current = step
            self._show()
            self._remember_soon.start()

    def matching(self) -> list[Step]:
        """The steps that pass the filter."""
        chosen = self.filter.values()
        return self.walk.having(*FILTERS[chosen[0] if chosen else "全部"]) if self.walk else []

    def step(self, by: int) -> None:
        """The next or previous place that passes the filter."""
        if self.walk is None or self.current is None:
            return
        order = [step.key for step in self.walk.steps]
        here = order.index(self.current.key)
        matching = {step.key for step in self.matching()}
        places = range(here + 1, len(order)) if by > 0 else range(here - 1, -1, -1)
        found = next((order[place] for place in places if order[place] in matching), None)
        if found is not None:
            self.go(found)
        elif by > 0:
            self.say("后面没有了。", "done" if not self.walk.having("todo", "changed") else "")

    def next_file(self) -> None:
        """The next place where a file is uploaded, from the beginning again after the last."""
        if self.walk is None or self.current is None:
            return
        order = list(self.walk.steps)
        here = order.index(self.current) if self.current in order else -1
        after = [*order[here + 1 :], *order[: here + 1]]
        found = next((step for step in after if step.kind in ("file", "paper")), None)
        if found is not None:
            if found not in self.matching():
                self.filter.set_values(["全部"])
            self.go(found.key)

    def go_to_block(self, number: int) -> None:
        """The first place of the n-th block (from 0)."""
        if 0 <= number < self.blocks.count():
            self.go(str(self.blocks.itemData(number)))

    def _block_chosen(self, place: int) -> None:
        self.go_to_block(place)
        self.list.setFocus()

    def _filtered(self, _values: list[str]) -> None:
        matching = self.matching()
        if matching and self.current not in matching:
            self.current = matching[0]
        self._show()
        self.list.setFocus()

    def _changed(self, _keys: object) -> None:
        if self.isVisible():
            self.reload()

    # Showing

    def _show(self) -> None:
        walk, step = self.walk, self.current
        if walk is None:
            return
        matching = self.matching()
        self.list.steps.show(matching)
        keys = [each.key for each in matching]
        here = keys.index(step.key) if step and step.key in keys else -1
        if here >= 0:
            index = self.list.steps.index(here)
            self.list.setCurrentIndex(index)
            self.list.scrollTo(index)
        else:
            self.list.clearSelection()
        self.card.show_step(step)
        self.where.show_walk(walk, step)
        ready = bool(step and step.value)
        is_file = bool(step and step.kind in ("file", "paper"))
        words = "复制文件名，下一项" if is_file else "复制，下一项"
        self.copy_button.setText(words if ready else "还没填，没有可复制的")
        self.copy_button.setAccessibleName(self.copy_button.text())
        self.copy_button.setEnabled(ready)
        self.short_copy.setEnabled(ready)
        self.short.setText(f"{step.label}：{' '.join(step.value.split())}" if step else "")
        self.tick.setChecked(bool(step and step.pasted))
        self.tick.setEnabled(bool(step and (ready or step.pasted)) and not self.desk.read_only)

    def say(self, text: str, tone: str = "") -> None:
        """A word at the lower edge."""
        self.status.setText(text)
        self.status.setAccessibleName(text)
        set_look(self.status, tone=tone)
        if self._collapsed:
            self.short.setToolTip(text)

    # What the user does

    def copy(self) -> bool:
        """Copy the content of this place and stay; False when there is none."""
        step = self.current
        if step is None or not step.value:
            self.say(f"没有复制：「{step.label}」还没填。" if step else "", "blocker")
            return False
        QGuiApplication.clipboard().setText(step.value)
        self.say(f"剪贴板里是：{step.label}", "done")
        return True

    def copy_and_advance(self) -> None:
        """Copy, tick, and go on; a file is laid out first, so that the browser's dialog finds it."""
        step = self.current
        if step is not None and step.kind in ("file", "paper") and step.value:
            self.uploads.take(step, self._file_ready)
        elif self.copy() and step is not None:
            self._done_with(step)
        self.list.setFocus()

    def _done_with(self, step: Step, patterns: tuple[str, ...] = ()) -> None:
        said = self.status.text()
        walk = self.walk
        if walk is not None and not self.desk.read_only:
            self.desk.attempt(lambda: webform.mark(self.desk.session, walk.form, [step], patterns=patterns))
        self.step(1)
        self.say(said, "done")

    def set_ticked(self, *, on: bool) -> None:
        """Tick or untick this place by hand."""
        step, walk = self.current, self.walk
        if step is None or walk is None or self.desk.read_only or (on and not step.value):
            return
        session = self.desk.session
        if on:
            shown = [p for p, found in self.desk.papers.uses.items() if step.paper in dict(found)]
            self.desk.attempt(lambda: webform.mark(session, walk.form, [step], patterns=shown))
        else:
            self.desk.attempt(lambda: webform.unmark(session, walk.form, [step.key]))
        self.reload()

    def forget_gone(self) -> None:
        """Take back the notes of places that are not asked any more."""
        walk = self.walk
        if walk is not None and walk.gone:
            keys = [gone.key for gone in walk.gone]
            self.desk.attempt(lambda: webform.unmark(self.desk.session, walk.form, keys))

    def jump(self) -> None:
        """Show the field of this place in the main window."""
        step = self.current
        if step is not None and (step.path or step.paper):
            self.desk.go("papers", f"paper:{step.paper}") if step.paper else self.desk.go_to(step.path)
            self.jumped.emit()

    # Files

    def show_file(self) -> None:
        """Lay the file out and open its folder."""
        self.uploads.take(self.current, lambda _step, laid: self._shown(laid))

    def _shown(self, laid: LaidOut) -> None:
        self.say(f"已放到 {laid.path}", "done")
        open_place(laid.path.parent)

    def _file_ready(self, step: Step, laid: LaidOut) -> None:
        QGuiApplication.clipboard().setText(laid.path.name)
        self.say(f"剪贴板里是文件名，文件在 {laid.path.parent}", "done")
        self._done_with(step, laid.patterns)

    def _path_ready(self, _step: Step, laid: LaidOut) -> None:
        QGuiApplication.clipboard().setText(str(laid.path))
        self.say(f"剪贴板里是：{laid.path}", "done")

    # The window itself

    def set_collapsed(self, collapsed: bool) -> None:
        """One line, or all of it."""
        if collapsed == self._collapsed:
            return
        if collapsed:
            self._tall = self.height()
        self._collapsed = collapsed
        self.body.setVisible(not collapsed)
        self.form_box.setVisible(not collapsed)
        self.short.setVisible(collapsed)
        self.short_copy.setVisible(collapsed)
        self.fold.setIcon(icon("chevron-down" if collapsed else "chevron-up"))
        words = "展开（Esc）" if collapsed else "收成一行（Esc）"
        self.fold.setToolTip(words)
        self.fold.setAccessibleName(words)
        self.setMaximumHeight(LINE_HEIGHT if collapsed else 16_777_215)
        self.setMinimumSize(300, LINE_HEIGHT if collapsed else 420)
        self.resize(self.width(), LINE_HEIGHT if collapsed else self._tall)
        (self.short_copy if collapsed else self.list).setFocus()
        self._remember_soon.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if held:
            super().keyPressEvent(event)
        elif key in COPY:
            self.copy_and_advance()
        elif key in NEXT or key in BACK:
            self.step(1 if key in NEXT else -1)
        elif key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            self.go_to_block(self.blocks.currentIndex() + (1 if key == Qt.Key.Key_PageDown else -1))
        elif Qt.Key.Key_1 <= key <= Qt.Key.Key_9:
            self.go_to_block(key - Qt.Key.Key_1)
        elif key == Qt.Key.Key_T:
            self.set_ticked(on=not (self.current and self.current.pasted))
        elif key == Qt.Key.Key_C:
            self.copy()
        elif key == Qt.Key.Key_O:
            self.show_file()
        elif key == Qt.Key.Key_A:
            self.next_file()
        elif key == Qt.Key.Key_F:
            names = list(FILTERS)
            self.filter.set_values([names[(names.index(self.filter.values()[0]) + 1) % len(names)]])
            self._filtered([])
        elif key == Qt.Key.Key_Escape:
            self.set_collapsed(not self._collapsed)
        else:
            super().keyPressEvent(event)

    def open(self, form_id: str = "") -> None:
        """Bring the window up, at a form when one is named."""
        if form_id and (self.walk is None or self.walk.form.id != form_id):
            self.show_form(form_id)
        else:
            self.reload()
        self.show()
        self.raise_()
        self.activateWindow()
        self.list.setFocus()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._remember_soon.stop()
        self._remember()
        super().closeEvent(event)
