"""The company profile without a project: opened from the start page to look at, mend, seal, and see what runs out."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from filingdesk.domain.errors import UserError
from filingdesk.gui.jobs import JobRunner
from filingdesk.gui.pages.profile_content import ContentCard
from filingdesk.gui.pages.profile_password import PasswordDialog
from filingdesk.gui.profilekeeper import ProfileKeeper
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.dialog import Dialog
from filingdesk.gui.widgets.labels import Prose, label, set_look
from filingdesk.infra.user import current_user
from filingdesk.services import profile as profiles
from filingdesk.services.profile import Profile
from filingdesk.services.session import system_clock
from filingdesk.store.journal import CHINA

EMPTY = "还没有单位档案。打开一个填好的项目，在“单位档案”页存一次，以后每个新项目一步放入。"
NOTHING_DUE = "没有要到期的证照。有效期写“长期”的不提醒。"


class ProfileDialog(Dialog):
    """Locked, empty, or open, as the page in a project is; without what concerns a project."""

    def __init__(self, jobs: JobRunner, keeper: ProfileKeeper, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.jobs = jobs
        self.keeper = keeper
        self.setWindowTitle("单位档案")
        self.resize(860, 620)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        outer.setSpacing(Space.S)
        outer.addWidget(label("单位档案", "pageTitle"))
        self.told = Prose("", "secondary")
        outer.addWidget(self.told)
        self.lock = QWidget()
        row = QHBoxLayout(self.lock)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.XS)
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setAccessibleName("档案密码")
        self.password.setPlaceholderText("密码")
        self.password.setMaximumWidth(320)
        self.unlock_button = QPushButton("打开")
        self.unlock_button.setAccessibleName("打开档案")
        self.unlock_button.setDefault(True)
        self.unlock_button.clicked.connect(lambda: self.unlock())
        row.addWidget(self.password, 1)
        row.addWidget(self.unlock_button)
        row.addStretch(1)
        outer.addWidget(self.lock)
        self.fault = label("", "error", wrap=True)
        self.fault.hide()
        outer.addWidget(self.fault)
        self.expiry = Prose("")
        outer.addWidget(self.expiry)
        self.content = ContentCard()
        self.content.edited.connect(self._edit)
        self.content.removed.connect(self._remove)
        outer.addWidget(self.content)
        outer.addStretch(1)
        buttons = QDialogButtonBox()
        self.seal_button = buttons.addButton("密码…", QDialogButtonBox.ButtonRole.ActionRole)
        self.seal_button.clicked.connect(lambda: self._ask_password())
        shut = buttons.addButton("关闭", QDialogButtonBox.ButtonRole.RejectRole)
        for button in (self.seal_button, shut):
            button.setAutoDefault(False)
        buttons.rejected.connect(self.reject)
        outer.addWidget(buttons)
        self._show()
        self._read()

    def _read(self) -> None:
        if self.keeper.current or (not self.keeper.password and self._attempt(profiles.needs_password)):
            return
        self.keeper.read(self, self._show, self._failed)

    def unlock(self) -> None:
        """Open the profile with what was typed."""
        if self.password.text():
            self.fault.hide()
            self.unlock_button.setEnabled(False)
            self.keeper.read(self, self._show, self._failed, self.password.text())

    def _attempt(self, ask: Callable[[], bool]) -> bool:
        try:
            return ask()
        except UserError as error:
            self._failed(error)
            return False

    def _failed(self, error: BaseException) -> None:
        if not isinstance(error, UserError):
            self.jobs.unhandled.emit(error)
            return
        self._show()
        self.fault.setText(error.message + error.hint)
        self.fault.show()
        self.password.selectAll()
        self.password.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self) -> None:
        profile = self.keeper.profile
        locked = profile is None and profiles.exists()
        filled = profile is not None and not profile.blank
        self.lock.setVisible(locked)
        self.unlock_button.setEnabled(True)
        for widget in (self.expiry, self.content, self.seal_button):
            widget.setVisible(filled)
        if profile is None or not filled:
            self.told.set_prose("档案已加密，输入密码后打开。" if locked else EMPTY)
            return
        self.password.clear()
        sealed = "硬盘上的档案已加密" if self.keeper.password else "档案没有加密，可以设一个密码"
        self.told.set_prose(
            f"{profile.saved_words} 由 {profile.who} 保存；{sealed}。已放入项目的内容不会随这里改变。"
        )
        found = profiles.expiries(profile.facts, system_clock().astimezone(CHINA).date())
        over = any(e.days is not None and e.days < 0 for e in found)
        set_look(self.expiry, tone="blocker" if over else "warning" if any(e.urgent for e in found) else "")
        self.expiry.set_prose("\n".join(e.sentence for e in found) or NOTHING_DUE)
        self.content.show_profile(profile)

    def _write(self, profile: Profile, password: str | None = None) -> None:
        self.fault.hide()
        self.keeper.write(self, profile, self._show, self._failed, password=password)

    def _changed(self, make: Callable[..., Profile]) -> None:
        profile = self.keeper.profile
        if profile is None:
            return
        at: datetime = system_clock()
        try:
            after = make(profile, at=at, who=current_user())
        except UserError as error:
            self._failed(error)
            return
        if after.flat() != profile.flat():
            self._write(after)

    def _edit(self, path: str, value: object) -> None:
        given = (
            value if isinstance(value, str) else [str(v) for v in value] if isinstance(value, list) else ""
        )
        self._changed(partial(_with_value, path=path, value=given))

    def _remove(self, record: str) -> None:
        self._changed(partial(_without_record, record=record))

    def _ask_password(self) -> None:
        dialog = PasswordDialog(self)
        if dialog.exec() and self.keeper.profile is not None:
            self._write(self.keeper.profile, dialog.password())


def _with_value(profile: Profile, *, path: str, value: str | list[str], at: datetime, who: str) -> Profile:
    return profiles.with_value(profile, path, value, at=at, who=who)


def _without_record(profile: Profile, *, record: str, at: datetime, who: str) -> Profile:
    return profiles.without_record(profile, record, at=at, who=who)
