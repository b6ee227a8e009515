"""单位档案: what is the same in every filing of the company, kept outside projects, put into this one field by field."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QWidget

from filingdesk.gui.desk import Desk
from filingdesk.gui.page import ScrollPage
from filingdesk.gui.pages.impact_dialog import ImpactDialog
from filingdesk.gui.pages.profile_content import ContentCard
from filingdesk.gui.pages.profile_differences import DifferencesCard, told_value
from filingdesk.gui.pages.profile_password import PasswordDialog
from filingdesk.gui.profilekeeper import keeper
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.badge import Badge
from filingdesk.gui.widgets.cards import Card, EmptyState
from filingdesk.gui.widgets.labels import Prose, label, set_look
from filingdesk.infra.sealing import WrongPassword
from filingdesk.services import profile as profiles
from filingdesk.services import profile_exchange, reuse
from filingdesk.services.profile import Profile
from filingdesk.services.profile_exchange import Difference

INTRO = "主体、人员、资质和制度只填一次，存在本机，放进每个项目。档案不随项目文件走。"


class ProfilePage(ScrollPage):
    """Locked, empty, or open; open it shows expiry, differences to this project, and the content."""

    key = "profile"
    title = "单位档案"
    shows_problems = False

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, self.title, INTRO, parent)
        self.keeper = keeper(desk)
        self._busy = False
        self.save_button = self.add_action("存入档案…", self.collect)
        self.save_button.setToolTip("把本项目填好的主体、人员、资质和制度存入档案")
        self.password_button = self.add_action("密码…", self._ask_password)
        self.empty = Card()
        self.empty.body.addWidget(
            EmptyState(
                "还没有单位档案",
                "在填好的项目里存一次，以后每个新项目一步放入；证照快到期会提醒。",
                picture="person",
                action="用本项目建立档案",
                on_action=self.collect,
            )
        )
        self.column.addWidget(self.empty)
        self._make_lock()
        self._make_expiry()
        self.differences = DifferencesCard(desk)
        self.differences.take_wanted.connect(self._ask_take)
        self.differences.leave_wanted.connect(self._leave)
        self.column.addWidget(self.differences)
        self.content_card = ContentCard()
        self.content_card.edited.connect(self._edit)
        self.content_card.removed.connect(self._remove)
        self.column.addWidget(self.content_card)
        self.column.addStretch(1)
        self._show()

    def _make_lock(self) -> None:
        self.lock = Card("档案已加密", "输入密码后，这次打开程序期间不再问")
        row = QHBoxLayout()
        row.setSpacing(Space.XS)
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setAccessibleName("档案密码")
        self.password.setPlaceholderText("密码")
        self.password.setMaximumWidth(320)
        self.password.returnPressed.connect(self.unlock)
        self.unlock_button = QPushButton("打开")
        self.unlock_button.setAccessibleName("打开档案")
        self.unlock_button.clicked.connect(lambda: self.unlock())
        row.addWidget(self.password, 1)
        row.addWidget(self.unlock_button)
        row.addStretch(1)
        self.lock.body.addLayout(row)
        self.lock_told = label("", "error", wrap=True)
        self.lock_told.hide()
        self.lock.body.addWidget(self.lock_told)
        self.column.addWidget(self.lock)

    def _make_expiry(self) -> None:
        self.expiry = Card("证照有效期", f"到期前 {profiles.WARN_DAYS} 天起提醒")
        self.sealed_badge = Badge("", "neutral")
        self.expiry.head.addWidget(self.sealed_badge)
        self.saved_label = label("", "muted")
        self.expiry.head.addWidget(self.saved_label)
        self.expiry_list = Prose("")
        self.expiry.body.addWidget(self.expiry_list)
        self.column.addWidget(self.expiry)

    # Showing

    def build(self) -> None:
        self.read()

    def refresh(self, keys: frozenset[str] | None) -> None:
        self._show()

    def read(self) -> None:
        """Read the profile when it is not read yet or another program changed it."""
        if self._busy or self.keeper.current:
            self._show()
            return
        sealed = self.desk.attempt(profiles.needs_password)
        if sealed is None:
            return
        if sealed and not self.keeper.password:
            self.keeper.profile = None
            self._show()
            return
        self._begin()
        self.keeper.read(self.desk, self._done, self._failed)

    def unlock(self) -> None:
        """Open the profile with what was typed."""
        if self._busy or not self.password.text():
            return
        self._begin()
        self.lock_told.hide()
        self.keeper.read(self.desk, self._done, self._unlock_failed, self.password.text())

    def _unlock_failed(self, error: BaseException) -> None:
        self._busy = False
        if isinstance(error, WrongPassword):
            self.lock_told.setText(error.message + error.hint)
            self.lock_told.show()
            self.password.selectAll()
            self.password.setFocus(Qt.FocusReason.OtherFocusReason)
            self._show()
        else:
            self._failed(error)

    def _begin(self) -> None:
        self._busy = True
        self.unlock_button.setEnabled(False)
        self.save_button.setEnabled(False)

    def _done(self) -> None:
        self._busy = False
        self.password.clear()
        self._show()

    def _failed(self, error: BaseException) -> None:
        self._busy = False
        self._show()
        self.desk.failed.emit(error)

    def _show(self) -> None:
        profile = self.keeper.profile
        locked = profile is None and profiles.exists()
        filled = profile is not None and not profile.blank
        self.lock.setVisible(locked)
        self.empty.setVisible(not locked and not filled)
        for card in (self.expiry, self.differences, self.content_card):
            card.setVisible(filled)
        self.unlock_button.setEnabled(not self._busy)
        self.save_button.setVisible(filled)
        self.save_button.setEnabled(not self._busy)
        self.password_button.setVisible(filled)
        if profile is not None and filled:
            self._show_profile(profile)

    def _show_profile(self, profile: Profile) -> None:
        sealed = bool(self.keeper.password)
        self.sealed_badge.set_text("已加密" if sealed else "未加密", "done" if sealed else "warning")
        self.sealed_badge.setToolTip(
            "硬盘上的档案已加密" if sealed else "能读您文件的人就能读到档案；可以设一个密码"
        )
        self.saved_label.setText(f"{profile.saved_words} 由 {profile.who} 保存")
        found = profiles.expiries(profile.facts, self.desk.session.today)
        words = "\n".join(e.sentence for e in found)
        over = any(e.days is not None and e.days < 0 for e in found)
        tone = "blocker" if over else "warning" if any(e.urgent for e in found) else ""
        set_look(self.expiry_list, tone=tone)
        self.expiry_list.set_prose(
            words or "没有要到期的证照。有效期写“长期”的不提醒；资质在“主体与人员”页添加。"
        )
        self.differences.show_profile(profile)
        self.content_card.show_profile(profile)

    def set_read_only(self, read_only: bool) -> None:
        self.differences.setEnabled(not read_only)

    # From this project into the profile

    def collect(self) -> None:
        """Put what this project has into the profile, after telling what that changes."""
        if self._busy:
            return
        before = self.keeper.profile or Profile()
        found = self.desk.attempt(lambda: profile_exchange.collect(self.desk.session, before))
        if found is None:
            return
        after, changes = found
        if not changes:
            self.desk.tell("档案与项目相同，没有变化。")
            return
        if not before.blank:
            dialog = ImpactDialog(
                "存入单位档案",
                "项目里空白的，不会清掉档案里已有的。其他项目不会自动改变，打开时会提示有更新。",
                [(d.label, told_value(d, d.offers)) for d in changes],
                reuse.Impact((), (), ()),
                "存入",
                self,
            )
            dialog.sentence.hide()
            if not dialog.exec():
                return
        self._write(after, f"已存入单位档案，{len(changes)} 处有变化。")

    def _write(self, profile: Profile, words: str, password: str | None = None) -> None:
        self._begin()

        def done() -> None:
            self._done()
            self.desk.tell(words, "done")

        self.keeper.write(self.desk, profile, done, self._failed, password=password)

    def _ask_password(self) -> None:
        dialog = PasswordDialog(self)
        if dialog.exec() and self.keeper.profile is not None:
            self.set_password(dialog.password())

    def set_password(self, password: str) -> None:
        """Seal the profile with another password; blank takes it away."""
        if self.keeper.profile is not None:
            words = "档案已加密。密码忘了无法找回，请妥善保管。" if password else "密码已去掉，档案不再加密。"
            self._write(self.keeper.profile, words, password)

    def _changed(self, make: Callable[[Profile], Profile], words: str) -> None:
        profile = self.keeper.profile
        if profile is None or self._busy:
            return
        after = self.desk.attempt(lambda: make(profile))
        if after is not None and after.flat() != profile.flat():
            self._write(after, words)

    def _edit(self, path: str, value: object) -> None:
        session = self.desk.session
        given = (
            value if isinstance(value, str) else [str(v) for v in value] if isinstance(value, list) else ""
        )
        self._changed(
            lambda p: profiles.with_value(p, path, given, at=session.clock(), who=session.who), "档案已保存。"
        )

    def _remove(self, record: str) -> None:
        session = self.desk.session
        self._changed(
            lambda p: profiles.without_record(p, record, at=session.clock(), who=session.who),
            "已从档案里去掉；已放入项目的不受影响。",
        )

    # From the profile into this project

    def _ask_take(self, chosen: list[Difference]) -> None:
        uses = {p: [i for i, _t in papers] for p, papers in self.desk.papers.uses.items()}
        touched = reuse.impact(
            [d.path for d in chosen], uses, reuse.papers_of(self.desk.facts), self.desk.report
        )
        dialog = ImpactDialog(
            "放入本项目",
            "一次撤销即可全部退回。",
            [(d.label, told_value(d, d.offers)) for d in chosen],
            touched,
            f"放入 {len(chosen)} 项",
            self,
        )
        if dialog.exec():
            self.take([d.key for d in chosen])

    def take(self, keys: list[str]) -> None:
        """Put these fields of the profile into the project, as one edit."""
        profile = self.keeper.profile
        if profile is None:
            return
        done = self.desk.attempt(lambda: profile_exchange.insert(self.desk.session, profile, keys))
        if done is not None:
            missing = (
                f" 档案里没有{'、'.join(done.without_file)}的内容，没有放入。" if done.without_file else ""
            )
            self.desk.told.emit(f"已放入 {len(done.taken)} 项。{missing}", "done", "undo")

    def _leave(self) -> None:
        profile = self.keeper.profile
        if profile is not None:
            self.desk.attempt(lambda: profile_exchange.leave(self.desk.session, profile))
            self._show()
