"""属地或公司要求: local rules to switch on for the project, to write, to take in; refused ones with file, line and reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel, Report
from filingdesk.domain.report import SEVERITY_WORDS
from filingdesk.gui.boxes import ask, question_box
from filingdesk.gui.desk import Desk
from filingdesk.gui.forms.storing import HeldForm
from filingdesk.gui.pages.packs_editor import DRAFT, LocalRulesDialog
from filingdesk.gui.pages.packs_offer import effect_words
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.badge import Badge, SourceBadge
from filingdesk.gui.widgets.cards import Card, EmptyState, hairline
from filingdesk.gui.widgets.labels import Prose, label
from filingdesk.rules import packstore
from filingdesk.rules.overlay import Overlay
from filingdesk.rules.packstore import UserPack
from filingdesk.services import localrules, upgrades
from filingdesk.services.upgrades import UpgradeEffect


@dataclass(frozen=True)
class Listed:
    """What lies in the folder and what ships."""

    overlays: tuple[Overlay, ...]
    own: frozenset[str]
    others: tuple[UserPack, ...]
    refused: tuple[UserPack, ...]


def read_all() -> Listed:
    """Read the folder anew."""
    users = packstore.user_packs()
    own = [u.overlay for u in users if u.overlay is not None]
    return Listed(
        (*own, *packstore.shipped_overlays()),
        frozenset(o.id for o in own),
        tuple(u for u in users if u.pack is not None),
        tuple(u for u in users if u.state == "refused"),
    )


def changes_of(overlay: Overlay) -> list[str]:
    """What local rules change, line by line."""
    data = overlay.data
    lines = [
        f"{s.rule} 调为{SEVERITY_WORDS[s.severity]}：{s.why}〔{s.source.badge}〕" for s in data.severities
    ]
    lines += [
        f"参数 {name} 改为 {p.value}〔{p.source.badge}〕" + (f"，{p.note}" if p.note else "")
        for name, p in data.set_parameters.items()
    ]
    return lines + [
        f"增加 {r.id} {r.title}（{SEVERITY_WORDS[r.severity]}）〔{r.source.badge}〕" for r in data.rules
    ]


class _OverlayRow(QFrame):
    switched = Signal(str, bool)
    edit = Signal(str)
    remove = Signal(str)

    def __init__(self, overlay: Overlay, *, on: bool, own: bool, read_only: bool) -> None:
        super().__init__()
        data = overlay.data
        below = next((p.title for p in localrules.targets() if p.id == data.overlay_of), data.overlay_of)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, Space.XS, 0, Space.XS)
        column.setSpacing(Space.XXS)
        head = QHBoxLayout()
        head.setSpacing(Space.XS)
        self.box = QCheckBox(data.title)
        self.box.setChecked(on)
        self.box.setEnabled(not read_only)
        self.box.setAccessibleName(f"为这个项目启用 {data.title}")
        self.box.clicked.connect(lambda checked: self.switched.emit(overlay.id, checked))
        head.addWidget(self.box)
        if data.example:
            head.addWidget(Badge("示例", "neutral"))
        head.addWidget(label(data.version, "muted"))
        head.addWidget(label(f"叠加在 {below} 上", "muted"))
        head.addStretch(1)
        if own:
            for text, signal in (("编辑…", self.edit), ("删除…", self.remove)):
                button = QPushButton(text)
                button.setProperty("role", "link")
                button.setAccessibleName(f"{text.rstrip('…')} {data.title}")
                button.clicked.connect(lambda _checked=False, signal=signal: signal.emit(overlay.id))
                head.addWidget(button)
        column.addLayout(head)
        column.addWidget(Prose(data.summary, "secondary"))
        column.addWidget(Prose("\n".join(changes_of(overlay)), "small"))
        for clause in data.clauses:
            cited = QHBoxLayout()
            cited.setSpacing(Space.XS)
            cited.addWidget(SourceBadge(clause.source))
            cited.addWidget(Prose(f"{clause.law}：{clause.text}", "muted"), 1)
            column.addLayout(cited)


class LocalView(QWidget):
    """The list with its actions; dropping a file or folder takes it in."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._rows: dict[str, _OverlayRow] = {}
        self._shown: object = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.M)
        self._card = Card(
            "属地或公司要求", "勾上的对这个项目起作用；也可以把规则包的文件夹、zip 或 .yaml 拖到这一页"
        )
        row = QHBoxLayout()
        row.setSpacing(Space.XS)
        self.new = QPushButton("新建…")
        self.new.clicked.connect(lambda: self.edit(None))
        self.take = QPushButton("导入…")
        self.take.clicked.connect(self.choose_file)
        folder = QPushButton("打开规则包文件夹")
        folder.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(packstore.folder()))))
        for button, name in (
            (self.new, "新建本地规则"),
            (self.take, "导入规则包"),
            (folder, "打开规则包文件夹"),
        ):
            button.setAccessibleName(name)
            row.addWidget(button)
        row.addStretch(1)
        self._card.body.addLayout(row)
        self.told = Prose("", "secondary")
        self.told.hide()
        self._card.body.addWidget(self.told)
        self._list = QWidget()
        self._card.body.addWidget(self._list)
        column.addWidget(self._card)
        self._other = Card("没有载入的和留作复核的")
        self._other_rows = QWidget()
        self._other.body.addWidget(self._other_rows)
        column.addWidget(self._other)

    def row(self, identity: str) -> _OverlayRow | None:
        """The row of an overlay."""
        return self._rows.get(identity)

    def refresh(self) -> None:
        """Read the folder and the project anew."""
        listed = self._desk.attempt(read_all)
        on = self._desk.session.snapshot().overlays
        if listed is None:
            return
        state = (
            [o.sha256 for o in listed.overlays],
            on,
            [(u.folder, u.reason) for u in listed.refused + listed.others],
        )
        if state == self._shown:
            return
        self._shown = state
        self._show(listed, on)
        self._show_others(listed)

    def _show(self, listed: Listed, on: Sequence[str]) -> None:
        old, self._list = self._list, QWidget()
        column = QVBoxLayout(self._list)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._rows = {}
        for number, overlay in enumerate(listed.overlays):
            if number:
                column.addWidget(hairline())
            row = _OverlayRow(
                overlay, on=overlay.id in on, own=overlay.id in listed.own, read_only=self._desk.read_only
            )
            row.switched.connect(self.switch)
            row.edit.connect(self.edit)
            row.remove.connect(self._remove)
            self._rows[overlay.id] = row
            column.addWidget(row)
        for identity in on:
            if identity not in self._rows:
                words = f"项目启用了“{identity}”，这台电脑上没有，或者没有载入。自检会报错，不会悄悄略过。"
                column.addWidget(label(words, "", tone="blocker", wrap=True))
                off = QPushButton(f"停用“{identity}”")
                off.setAccessibleName(f"停用 {identity}")
                off.setEnabled(not self._desk.read_only)
                off.clicked.connect(lambda _checked=False, identity=identity: self.switch(identity, False))
                column.addWidget(off, 0, Qt.AlignmentFlag.AlignLeft)
        if not listed.overlays:
            column.addWidget(EmptyState("还没有本地规则", "属地网信办或公司有另外的要求时，在这里加上。"))
        self._card.body.replaceWidget(old, self._list)
        old.hide()
        old.deleteLater()

    def _show_others(self, listed: Listed) -> None:
        old, self._other_rows = self._other_rows, QWidget()
        column = QVBoxLayout(self._other_rows)
        column.setContentsMargins(0, 0, 0, 0)
        for user in listed.refused:
            line = QHBoxLayout()
            line.setSpacing(Space.XS)
            line.addWidget(Badge("没有载入", "blocker"), 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(Prose(f"{user.folder.name}：{user.reason}"), 1)
            column.addLayout(line)
        for user in listed.others:
            line = QHBoxLayout()
            line.setSpacing(Space.XS)
            line.addWidget(Badge(packstore.STATE_WORDS[user.state], "neutral"), 0, Qt.AlignmentFlag.AlignTop)
            ref = user.ref
            line.addWidget(
                Prose(f"{ref.title} {ref.version}（{ref.id}）" if ref else user.folder.name, "secondary"), 1
            )
            column.addLayout(line)
        self._other.body.replaceWidget(old, self._other_rows)
        old.hide()
        old.deleteLater()
        self._other.setVisible(bool(listed.refused or listed.others))

    # Switching

    def switch(self, identity: str, wanted: bool) -> None:
        """Switch local rules on or off for the project, and say what that changes."""
        snapshot = self._desk.session.snapshot()
        now = snapshot.overlays
        ids = [*now, identity] if wanted else [each for each in now if each != identity]

        def job(_cancel: Cancel, _report: Report) -> UpgradeEffect | None:
            try:
                return upgrades.overlay_effect(snapshot, ids)
            except UserError:
                if wanted:
                    raise
                return None  # another one is broken; that must not keep this one on

        def done(effect: UpgradeEffect | None) -> None:
            if self._desk.attempt(lambda: self._set(ids)) is None:
                self._again()
                return
            row = self._rows.get(identity)
            name = row.box.text() if row is not None else identity
            words = f"：{effect_words(effect)}" if effect is not None else ""
            self._tell(f"已{'启用' if wanted else '停用'}“{name}”{words}。可以用撤销退回。")

        def failed(error: BaseException) -> None:
            self._again()
            self._desk.failed.emit(error)

        self._desk.jobs.start(job, on_done=done, on_error=failed)

    def _set(self, ids: Sequence[str]) -> bool:
        upgrades.set_overlays(self._desk.session, ids, lenient=True)
        return True

    def _again(self) -> None:
        self._shown = None
        self.refresh()

    def _tell(self, text: str) -> None:
        self.told.set_prose(text)
        self.told.show()

    # Writing

    def edit(self, identity: str | None) -> None:
        """Open the editor on local rules of one's own, or on new ones."""
        draft = self._desk.attempt(lambda: localrules.draft_of(identity)) if identity else None
        if identity and draft is None:
            return
        dialog = LocalRulesDialog(self._desk.session.today, draft, self)
        base = DRAFT.dump_json(draft).decode() if draft else ""
        held = HeldForm(
            dialog, self._desk, f"rules/{identity or ''}", dialog.typed, dialog.type_again, base=base
        )
        dialog.finished.connect(
            lambda code: self._edited(dialog, held) if code == QDialog.DialogCode.Accepted else None
        )
        dialog.open()

    def _edited(self, dialog: LocalRulesDialog, held: HeldForm) -> None:
        saved = dialog.saved
        if saved is None:
            return
        held.over(saved)
        self._again()
        on = saved.id in self._desk.session.snapshot().overlays
        if on:
            self._desk.check_soon()
        self._tell(
            f"已保存“{saved.title}”。" + ("正在按新的规则重新检查。" if on else "勾上才对这个项目起作用。")
        )

    def _remove(self, identity: str) -> None:
        row = self._rows.get(identity)
        if row is None:
            return
        if row.box.isChecked():
            self._tell("请先停用，再删除。")
            return
        box, gone = question_box(
            self,
            "删除本地规则",
            f"删除“{row.box.text()}”？",
            "文件会从规则包文件夹里删掉，不能撤销；启用了它的别的项目会报缺少这份规则。",
            go="删除",
            stay="保留",
        )
        ask(box, gone, lambda: self.remove(identity))

    def remove(self, identity: str) -> None:
        """Take local rules of one's own out of the folder."""
        self._desk.attempt(lambda: localrules.remove(identity))
        self._again()

    # Taking in

    def choose_file(self) -> None:
        """Ask for a file to take in."""
        name, _filter = QFileDialog.getOpenFileName(
            self, "导入规则包", self._desk.folder(), "规则包 (overlay.yaml pack.yaml *.yaml *.yml *.zip)"
        )
        if name:
            path = Path(name)
            self.take_in(path.parent if path.name == "pack.yaml" else path)

    def take_in(self, path: Path, *, replace: bool = False) -> None:
        """Check a pack and take it in; a bad one is refused with line and reason."""
        try:
            taken = localrules.take_in(path, replace=replace)
        except UserError as error:
            if error.code == "localrules.exists":
                self._ask_replace(path, error)
            else:
                self._tell(f"没有导入：{error.message}{error.hint}")
            return
        self._again()
        words = {
            "overlay": "勾上才对这个项目起作用。",
            "pack": "可以在“比较”里看它，用命令行 check --pack 使用它。",
            "kept": "这是自带规则包的另一版，留作复核和比较。",
        }
        self._tell(f"已导入“{taken.title}” {taken.version}。{words[taken.kind]}")
        if taken.id in self._desk.session.snapshot().overlays:
            self._desk.check_soon()

    def _ask_replace(self, path: Path, error: UserError) -> None:
        box, over = question_box(
            self,
            "已经有了",
            error.message,
            "用新的替换原来的？启用了它的项目会按新的检查。",
            go="替换",
            stay="保留原来的",
        )
        ask(box, over, lambda: self.take_in(path, replace=True))
