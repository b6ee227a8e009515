"""The menu and the shortcuts of the window, named in Chinese; undo and redo name what they do."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from filingdesk.gui.icons import icon
from filingdesk.services.workspace import RecentProject


class Actions:
    """All actions; added to the window so that their shortcuts work without the menu being open."""

    def __init__(self, window: QWidget) -> None:
        self._window = window
        self.menu = QMenu(window)
        self.menu.setAccessibleName("菜单")
        file = self._menu("文件(&F)")
        self.new = self._add(file, "新建(&N)…", "Ctrl+N")
        self.open = self._add(file, "打开(&O)…", "Ctrl+O")
        self.recent = QMenu("最近打开(&R)", window)
        file.addMenu(self.recent)
        self.sample = self._add(file, "打开示例(&S)")
        self.save = self._add(file, "立即保存(&V)", "Ctrl+S")
        file.addSeparator()
        self.export = self._add(file, "导出提交包(&E)…", "Ctrl+E")
        file.addSeparator()
        self.close = self._add(file, "关闭项目(&W)", "Ctrl+W")
        self.quit = self._add(file, "退出(&Q)", "Ctrl+Q")
        edit = self._menu("编辑(&E)")
        self.undo = self._add(edit, "撤销(&U)", "Ctrl+Z", picture="undo")
        self.redo = self._add(edit, "重做(&R)", "Ctrl+Shift+Z", picture="redo")
        self.redo.setShortcuts([QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")])
        edit.addSeparator()
        self.find = self._add(edit, "查找(&F)", "Ctrl+K")
        self.find_here = self._add(edit, "在这一页的列表中查找(&L)", "Ctrl+F")
        edit.addSeparator()
        self.ask = self._add(edit, "问同事或写批注(&A)…", "Ctrl+Shift+A")
        self.history = self._add(edit, "这个字段的修改历史(&H)…", "Ctrl+Shift+H")
        view = self._menu("视图(&V)")
        self.next_problem = self._add(view, "下一条问题(&N)", "F8")
        self.previous_problem = self._add(view, "上一条问题(&P)", "Shift+F8")
        self.mend = self._add(view, "修正这一条(&X)", "Alt+Return")
        self.next_page = self._add(view, "下一页(&D)", "Ctrl+PgDown")
        self.previous_page = self._add(view, "上一页(&A)", "Ctrl+PgUp")
        self.next_pane = self._add(view, "下一个区域(&R)", "Shift+F6")
        self.previous_pane = self._add(view, "上一个区域(&T)", "Ctrl+Shift+F6")
        view.addSeparator()
        self.show_help = self._add(view, "填写帮助(&H)", "F1", checkable=True)
        self.show_preview = self._add(view, "文书预览(&W)", "F7", checkable=True)
        self.show_problems = self._add(view, "问题(&J)", "Ctrl+J", checkable=True)
        self.tray = self._add(view, "进行中的工作(&G)", "Ctrl+Shift+J")
        view.addSeparator()
        looks = QMenu("外观(&L)", window)
        view.addMenu(looks)
        self.look_system = self._add(looks, "跟随系统(&S)", checkable=True)
        self.look_light = self._add(looks, "浅色(&L)", checkable=True)
        self.look_dark = self._add(looks, "深色(&D)", "Ctrl+Shift+D", checkable=True)
        sizes = QMenu("文字大小(&Z)", window)
        view.addMenu(sizes)
        self.text_larger = self._add(sizes, "放大文字(&L)", "Ctrl+=")
        self.text_larger.setShortcuts([QKeySequence("Ctrl+="), QKeySequence("Ctrl++")])
        self.text_smaller = self._add(sizes, "缩小文字(&S)", "Ctrl+-")
        self.text_normal = self._add(sizes, "标准文字大小(&N)", "Ctrl+0")
        tools = self._menu("检查(&C)")
        self.check = self._add(tools, "自检报告(&C)", "F9")
        self.webform = self._add(tools, "填报小窗(&W)", "F6")
        self.preferences = self._add(self.menu, "设置(&G)…", "Ctrl+,")
        self.tour = self._add(self.menu, "带我看一遍(&T)")
        self.about = self._add(self.menu, "关于(&B)")

    def _menu(self, title: str) -> QMenu:
        menu = QMenu(title, self._window)
        self.menu.addMenu(menu)
        return menu

    def _add(
        self, menu: QMenu, text: str, shortcut: str = "", *, checkable: bool = False, picture: str = ""
    ) -> QAction:
        action = QAction(text, self._window)
        if shortcut:
            action.setShortcut(QKeySequence(shortcut))
        action.setCheckable(checkable)
        if picture:
            action.setIcon(icon(picture))
        menu.addAction(action)
        self._window.addAction(action)
        return action

    def named(self) -> dict[str, QAction]:
        """All actions by name."""
        return {name: value for name, value in vars(self).items() if isinstance(value, QAction)}

    def set_project_open(self, is_open: bool) -> None:
        """Enable what needs a project."""
        for action in (
            self.save,
            self.export,
            self.close,
            self.find,
            self.find_here,
            self.next_problem,
            self.previous_problem,
            self.mend,
            self.next_page,
            self.previous_page,
            self.next_pane,
            self.previous_pane,
            self.show_help,
            self.show_preview,
            self.show_problems,
            self.tray,
            self.check,
            self.tour,
            self.webform,
            self.ask,
            self.history,
        ):
            action.setEnabled(is_open)
        if not is_open:
            self.set_steps("", "")

    def offer_recent(self, projects: Sequence[RecentProject], open_path: Callable[[Path], object]) -> None:
        """The projects that were open lately; one whose file is gone can be seen and not opened."""
        self.recent.clear()
        for project in projects[:10]:
            action = self.recent.addAction(f"{project.path.stem}    {project.path.parent}")
            action.setEnabled(project.exists)
            action.triggered.connect(lambda _checked=False, path=project.path: open_path(path))
        if self.recent.isEmpty():
            self.recent.addAction("还没有").setEnabled(False)

    def set_look(self, look: str) -> None:
        """Tick the look that is worn: `system`, `light` or `dark`."""
        for name, action in (
            ("system", self.look_system),
            ("light", self.look_light),
            ("dark", self.look_dark),
        ):
            action.setChecked(name == look)

    def set_steps(self, undo: str, redo: str) -> None:
        """Name what undo takes back and redo repeats; blank disables."""
        self.undo.setText(f"撤销：{undo}" if undo else "撤销(&U)")
        self.undo.setEnabled(bool(undo))
        self.redo.setText(f"重做：{redo}" if redo else "重做(&R)")
        self.redo.setEnabled(bool(redo))

    def connect_all(self, wishes: dict[str, Callable[[], object]]) -> None:
        """Connect actions by name to what they do."""
        for name, act in wishes.items():
            action: QAction = getattr(self, name)
            action.triggered.connect(lambda _checked=False, act=act: act())
