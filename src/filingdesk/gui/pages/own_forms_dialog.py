"""What an own form is called, to which filing it belongs and where it lies in the bundle."""

from typing import cast

from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from filingdesk.domain.specs import STAGE_TITLES, Stage
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.dialog import Dialog
from filingdesk.gui.widgets.labels import Prose, label

_FOLDER = "自备表单"


class FormDialog(Dialog):
    """Title, filing, folder."""

    def __init__(
        self, words: str, title: str, stage: str, folder: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(words)
        self.setMinimumWidth(460)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        outer.setSpacing(Space.S)
        outer.addWidget(label(words, "cardTitle"))
        outer.addWidget(Prose("标题也是文件名；文件夹是提交包里的位置，没有就新建。", "secondary"))
        form = QFormLayout()
        form.setSpacing(Space.S)
        self.title_line = QLineEdit(title)
        self.title_line.setMaxLength(60)
        self.title_line.setAccessibleName("标题")
        form.addRow("标题", self.title_line)
        self.stages = QComboBox()
        self.stages.setAccessibleName("属于哪个备案")
        for key, name in STAGE_TITLES.items():
            self.stages.addItem(name, key)
        self.stages.setCurrentIndex(max(0, self.stages.findData(stage)))
        form.addRow("备案", self.stages)
        self.folder_line = QLineEdit(folder or _FOLDER)
        self.folder_line.setAccessibleName("提交包里的文件夹")
        form.addRow("文件夹", self.folder_line)
        outer.addLayout(form)
        buttons, self.ok = self.answers("确定")
        outer.addWidget(buttons)
        self.title_line.textChanged.connect(lambda text: self.ok.setEnabled(bool(text.strip())))

    def title(self) -> str:
        """The title as typed."""
        return self.title_line.text().strip()

    def stage(self) -> Stage:
        """The filing that is chosen."""
        return cast(Stage, self.stages.currentData())

    def folder(self) -> str:
        """The folder as typed."""
        return self.folder_line.text().strip()
