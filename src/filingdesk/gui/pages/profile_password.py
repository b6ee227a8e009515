"""Setting, changing or taking away the password of the company profile."""

from PySide6.QtWidgets import QFormLayout, QLineEdit, QVBoxLayout, QWidget

from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.dialog import Dialog
from filingdesk.gui.widgets.labels import Prose, label

INTRO = (
    "设了密码，档案在硬盘上就是加密的，每次打开程序后要输入一次。密码不保存在任何地方，忘了无法找回；"
    "已经放进项目的内容不受影响。两个框都留空，就是不设密码。"
)


class PasswordDialog(Dialog):
    """Asks for a new password twice."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("档案密码")
        self.setMinimumWidth(480)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        outer.setSpacing(Space.S)
        outer.addWidget(label("档案密码", "cardTitle"))
        outer.addWidget(Prose(INTRO, "secondary"))
        form = QFormLayout()
        form.setSpacing(Space.S)
        self.first, self.second = QLineEdit(), QLineEdit()
        for line, name in ((self.first, "新密码"), (self.second, "再输入一次")):
            line.setEchoMode(QLineEdit.EchoMode.Password)
            line.setAccessibleName(name)
            line.textChanged.connect(lambda _text: self._compare())
            form.addRow(name, line)
        outer.addLayout(form)
        self.told = label("", "error")
        outer.addWidget(self.told)
        buttons, self.ok = self.answers("确定")
        outer.addWidget(buttons)
        self._compare()

    def _compare(self) -> None:
        same = self.first.text() == self.second.text()
        self.told.setText("" if same or not self.second.text() else "两次输入的不同")
        self.ok.setEnabled(same)

    def password(self) -> str:
        """The password; blank for none."""
        return self.first.text()
