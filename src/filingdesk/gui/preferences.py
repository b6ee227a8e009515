"""Preferences: few, searched by name or pinyin, each in force the moment it is chosen."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QKeyEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from filingdesk.domain.errors import UserError
from filingdesk.gui.icons import icon
from filingdesk.gui.jobs import JobRunner
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.cards import Card, hairline
from filingdesk.gui.widgets.chips import ChipGroup
from filingdesk.gui.widgets.dialog import Dialog
from filingdesk.gui.widgets.labels import ElidedLabel, Prose, label
from filingdesk.infra import settings as user_settings
from filingdesk.infra.paths import config_dir
from filingdesk.infra.preferences import GROUPS, PREFERENCES, Preference
from filingdesk.services import palette
from filingdesk.services.palette import Found, Palette

PRIVACY = "程序自己不联网：没有上传，没有使用统计，也不检查更新。项目在您选的位置；设置、日志和单位档案在这台电脑上您的用户文件夹里。"
CHIP_GAP = 6
BESIDE = "项目所在的文件夹"
NOTHING = "没有这样的设置。可以换一个词，或打拼音首字母。"


class PreferenceRow(QWidget):
    """One preference: what it is, its choices, the way back to its default."""

    chosen = Signal(str, str)

    def __init__(self, declared: Preference, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.declared = declared
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, Space.XS, 0, Space.XS)
        outer.setSpacing(Space.XXS)
        row = QHBoxLayout()
        row.setSpacing(Space.L)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(label(declared.title, "section"))
        words.addWidget(Prose(declared.help, "small"))
        words.addStretch(1)
        row.addLayout(words, 1)
        side = QHBoxLayout()
        side.setSpacing(Space.S)
        self.back = QPushButton("恢复默认")
        self.back.setProperty("role", "link")
        self.back.setAutoDefault(False)
        self.back.setAccessibleName(f"{declared.title}：恢复默认")
        self.back.clicked.connect(lambda: self.chosen.emit(declared.key, declared.default))
        held = self.back.sizePolicy()
        held.setRetainSizeWhenHidden(True)
        self.back.setSizePolicy(held)
        self.chips: ChipGroup | None = None
        if declared.kind == "choice":
            self.chips = ChipGroup([choice.title for choice in declared.choices], multiple=False)
            self.chips.set_label(declared.title)
            self.chips.changed.connect(self._picked)
        side.addWidget(self.back, 0, Qt.AlignmentFlag.AlignTop)
        if self.chips is not None:
            side.addWidget(self.chips, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(side)
        outer.addLayout(row)
        if declared.kind == "folder":
            outer.addLayout(self._make_folder())
        self.show_value(user_settings.preference(declared.key))

    def _make_folder(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(Space.XS)
        self.folder = ElidedLabel("", mode=Qt.TextElideMode.ElideMiddle)
        row.addWidget(self.folder, 1)
        self.choose = QPushButton("选择文件夹…")
        self.choose.setAutoDefault(False)
        self.choose.setAccessibleName(f"{self.declared.title}：选择文件夹")
        self.choose.clicked.connect(lambda: self._ask_folder())
        row.addWidget(self.choose)
        return row

    def fit(self) -> None:
        """As wide as the choices are side by side, at the size of text that is shown."""
        if self.chips is not None:
            chips = self.chips.chips()
            self.chips.setFixedWidth(sum(chip.sizeHint().width() + CHIP_GAP for chip in chips) - CHIP_GAP)

    def _ask_folder(self) -> None:
        begin = user_settings.preference(self.declared.key) or str(Path.home())
        name = QFileDialog.getExistingDirectory(self, self.declared.title, begin)
        if name:
            self.chosen.emit(self.declared.key, name)

    def _picked(self, titles: list[str]) -> None:
        for choice in self.declared.choices:
            if choice.title in titles:
                self.chosen.emit(self.declared.key, choice.value)
                return
        self.show_value(
            user_settings.preference(self.declared.key)
        )  # a choice cannot be given up, only changed

    def show_value(self, value: str) -> None:
        """Show what holds now."""
        if self.chips is not None:
            self.chips.set_values([c.title for c in self.declared.choices if c.value == value])
        else:
            gone = bool(value) and not Path(value).is_dir()
            self.folder.setText(f"{value}（现在找不到，先放在{BESIDE}）" if gone else value or BESIDE)
        self.back.setVisible(value != self.declared.default)
        self.fit()

    def take_focus(self) -> None:
        """Put the cursor on what is chosen now."""
        if self.chips is None:
            self.choose.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        on = [chip for chip in self.chips.chips() if chip.isChecked()]
        (on or list(self.chips.chips()))[0].setFocus(Qt.FocusReason.OtherFocusReason)


class PreferencesDialog(Dialog):
    """All preferences beside the window, which follows at once; `changed` tells the key."""

    changed = Signal(str)
    forgotten = Signal()

    def __init__(
        self, jobs: JobRunner, fault: Callable[[BaseException], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._jobs, self._fault = jobs, fault
        self.setWindowTitle("设置")
        self.resize(720, 660)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(Space.L, Space.L, Space.L, Space.M)
        outer.setSpacing(Space.S)
        self.search = QLineEdit()
        self.search.setPlaceholderText("查找设置：名称或拼音首字母")
        self.search.setAccessibleName("查找设置")
        self.search.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        outer.addWidget(self.search)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        inside.setProperty("role", "content")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, Space.XS, 0)
        column.setSpacing(Space.S)
        self.rows: dict[str, PreferenceRow] = {}
        self._lines: dict[str, QWidget] = {}
        self._cards: dict[str, Card] = {}
        for group in GROUPS:
            column.addWidget(self._make_card(group, inside))
        self.nothing = label(NOTHING, "secondary", wrap=True, parent=inside)
        self.nothing.hide()
        column.addWidget(self.nothing)
        self.privacy = self._make_privacy()
        column.addWidget(self.privacy)
        column.addStretch(1)
        self.area.setWidget(inside)
        outer.addWidget(self.area, 1)
        foot = QHBoxLayout()
        foot.addWidget(label("选了就生效，不用保存。", "muted"))
        foot.addStretch(1)
        self.all_back = QPushButton("全部恢复默认")
        self.all_back.setAutoDefault(False)
        self.all_back.clicked.connect(lambda: self.restore_all())
        foot.addWidget(self.all_back)
        self.shut = QPushButton("关闭")
        self.shut.setAutoDefault(False)
        self.shut.clicked.connect(self.close)
        foot.addWidget(self.shut)
        outer.addLayout(foot)
        self._palette = Palette()
        self._palette.fill(self._searchable())
        self._refresh()

    def _make_card(self, group: str, inside: QWidget) -> Card:
        self._cards[group] = card = Card(group, parent=inside)
        for declared in PREFERENCES:
            if declared.group != group:
                continue
            if card.body.count():
                self._lines[declared.key] = hairline(card)
                card.body.addWidget(self._lines[declared.key])
            self.rows[declared.key] = row = PreferenceRow(declared, card)
            row.chosen.connect(self.choose)
            card.body.addWidget(row)
        return card

    def _make_privacy(self) -> Card:
        card = Card("只在这台电脑")
        card.body.addWidget(Prose(PRIVACY, "secondary"))
        row = QHBoxLayout()
        row.setSpacing(Space.XS)
        self.where = QPushButton("打开设置所在的文件夹")
        self.where.clicked.connect(lambda: self._open_config())
        self.forget = QPushButton("清空最近打开的记录")
        self.forget.setToolTip("只清空列表和上次看到的位置，项目文件不受影响")
        self.forget.clicked.connect(lambda: self._forget())
        for button in (self.where, self.forget):
            button.setAutoDefault(False)
            row.addWidget(button)
        self.forgot = label("", "muted", parent=card)
        row.addWidget(self.forgot)
        row.addStretch(1)
        card.body.addLayout(row)
        return card

    # Choosing

    def choose(self, key: str, value: str) -> None:
        """Keep a choice and let it hold at once."""
        if value == user_settings.preference(key):
            return
        if self._kept(lambda: user_settings.choose(key, value)):
            self.changed.emit(key)
        self._refresh()

    def restore_all(self) -> None:
        """Every preference as it was at first."""
        for declared in PREFERENCES:
            self.choose(declared.key, declared.default)

    def _forget(self) -> None:
        if self._kept(lambda: user_settings.save(user_settings.load().settings.without_traces())):
            self.forgot.setText("已清空")
            self.forgotten.emit()

    def _open_config(self) -> None:
        try:
            folder = config_dir()
        except UserError as error:
            self._fault(error)
            return
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def _kept(self, act: Callable[[], None]) -> bool:
        try:
            act()
        except UserError as error:
            self._fault(error)
            return False
        return True

    def _refresh(self) -> None:
        kept = user_settings.load().settings
        for key, row in self.rows.items():
            row.show_value(kept.preference(key))
        self.all_back.setEnabled(any(kept.preference(d.key) != d.default for d in PREFERENCES))

    # Finding

    def open_at(self, key: str = "") -> None:
        """Show the dialog, all of it, with the cursor in the search or on one preference."""
        self.search.clear()
        self.forgot.setText("")
        self._refresh()
        self.show()
        self.raise_()
        self.activateWindow()
        row = self.rows.get(key)
        if row is None:
            self.search.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            row.take_focus()
            self.area.ensureWidgetVisible(row, 0, Space.XL)
        if not palette.is_warm():
            self._jobs.start(
                lambda _cancel, _report: palette.warm_up(),
                on_done=lambda _done: self._filter(self.search.text()),
            )

    def shown(self) -> list[str]:
        """The keys of the preferences that the search leaves."""
        return [key for key, row in self.rows.items() if not row.isHidden()]

    @staticmethod
    def _searchable() -> list[Found]:
        found = []
        for declared in PREFERENCES:
            titles = [declared.title, *(choice.title for choice in declared.choices), *declared.words.split()]
            where = f"{declared.group} {declared.help}"
            found += [Found("命令", title, where, declared.key) for title in titles]
        found += [Found("命令", word, PRIVACY, "") for word in ("只在这台电脑", "隐私", "联网", "最近打开")]
        return found

    def _filter(self, text: str) -> None:
        searched = bool(text.strip())
        found = {item.address for item in self._palette.search(text)} if searched else {"", *self.rows}
        for key, row in self.rows.items():
            row.setVisible(key in found)
        for group, card in self._cards.items():
            shown = [d.key for d in PREFERENCES if d.group == group and d.key in found]
            card.setVisible(bool(shown))
            for key, line in self._lines.items():
                if key in shown or self.rows[key].declared.group == group:
                    line.setVisible(key in shown and key != shown[0])
        self.privacy.setVisible("" in found)
        self.nothing.setVisible(not found)
        self.area.verticalScrollBar().setValue(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.search.text():
            self.search.clear()
            self.search.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().keyPressEvent(event)
