"""What hangs on a field beside its value: questions to colleagues, comments, and the history of its values."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from filingdesk.domain.flat import Value
from filingdesk.domain.specs import FieldSpec, label_of, spec_of, trail_of
from filingdesk.gui.desk import Desk
from filingdesk.gui.forms.storing import HeldText
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.badge import Badge
from filingdesk.gui.widgets.buttons import button
from filingdesk.gui.widgets.chips import ChipGroup
from filingdesk.gui.widgets.dialog import Dialog
from filingdesk.gui.widgets.labels import Prose, label
from filingdesk.services import asking
from filingdesk.services.asking import Note
from filingdesk.services.changes import FieldHistory

ASK, COMMENT = "问同事", "只是批注"


class _Sheet(Dialog):
    """A dialog with a title, a line of introduction, a scrolled column and a row of buttons."""

    def __init__(self, desk: Desk, key: str, title: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.desk, self.key = desk, key
        spec = spec_of(key)
        self.meta = spec.meta if isinstance(spec, FieldSpec) else None
        self.setWindowTitle(title)
        self.resize(560, 560)
        self.outer = QVBoxLayout(self)
        self.outer.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        self.outer.setSpacing(Space.S)
        self.outer.addWidget(label(title, "cardTitle"))
        trail = label(trail_of(desk.session.human_path(key)), "muted", wrap=True)
        self.outer.addWidget(trail)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setAccessibleName(f"{title}，上下键滚动")
        self.outer.addWidget(self.area, 1)

    def fill(self, cards: list[QWidget], nothing: str) -> None:
        """Show these one below the other; `nothing` is said when there are none."""
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        for card in cards:
            column.addWidget(card)
        if not cards:
            column.addWidget(Prose(nothing, "muted"))
        column.addStretch(1)
        self.area.setWidget(inner)


class NotesDialog(_Sheet):
    """The questions and comments of a field, and a place to write another."""

    def __init__(self, desk: Desk, key: str, parent: QWidget | None = None) -> None:
        super().__init__(desk, key, f"提问与批注：{label_of(key)}", parent)
        self.kind = ChipGroup((ASK, COMMENT), multiple=False)
        self.kind.set_label("写什么")
        self.kind.set_values([ASK])
        self.kind.changed.connect(self._kind_changed)
        self.text = QPlainTextEdit()
        self.text.setAccessibleName("要问的话或批注")
        self.text.setPlaceholderText("例：训练用了几张卡？请写品牌、型号、数量。")
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(72)
        self.text.textChanged.connect(self._complete)
        self._held = HeldText(self.text, desk, f"note/{key}")
        self.finished.connect(lambda _code: self._held.store())
        self.to = QLineEdit()
        self.to.setAccessibleName("问谁")
        self.to.setPlaceholderText("问谁（可不填），如：算法研发部周样张")
        buttons, self.add_button = self.answers("提问", self.add, no="关闭")
        for widget in (self.kind, self.text, self.to):
            widget.setEnabled(not desk.read_only)
            self.outer.addWidget(widget)
        self.outer.addWidget(buttons)
        self._complete()
        self.show_notes()
        self.text.setFocus()

    def _kind_changed(self, values: list[str]) -> None:
        if not values:
            self.kind.set_values([ASK])
        asks = self.kind.values() == [ASK]
        self.to.setVisible(asks)
        self.add_button.setText("提问" if asks else "写下批注")

    def _complete(self) -> None:
        ready = bool(self.text.toPlainText().strip()) and not self.desk.read_only
        self.add_button.setEnabled(ready)

    def add(self) -> None:
        """Store what is written."""
        asks = self.kind.values() == [ASK]
        text, to = self.text.toPlainText(), self.to.text() if asks else ""
        session = self.desk.session
        path = session.human_path(self.key)
        if self.desk.attempt(lambda: asking.add(session, path, text, ask=asks, to=to)) is not None:
            self.text.clear()
            self._held.store()
            self.show_notes()

    def show_notes(self) -> None:
        """Show what hangs on the field now."""
        cards: list[QWidget] = [self._card(note) for note in asking.at(self.desk.session, self.key)]
        self.fill(cards, "还没有提问或批注。写下要问的话，之后在「待问事项」里一起导出给同事填写。")

    def _card(self, note: Note) -> QWidget:
        card = QFrame()
        card.setProperty("role", "subCard")
        column = QVBoxLayout(card)
        column.setContentsMargins(Space.S, Space.XS, Space.S, Space.XS)
        column.setSpacing(Space.XXS)
        head = QHBoxLayout()
        word = asking.STATE_WORDS[note.state] if note.kind == "ask" else "批注"
        tone = "neutral" if note.kind == "comment" else "warning" if note.is_open else "done"
        head.addWidget(Badge(word, tone, pill=True))
        whom = f" · 问{note.to}" if note.to else ""
        head.addWidget(label(f"{note.who} {note.when}{whom} · {note.id}", "muted"))
        head.addStretch(1)
        column.addLayout(head)
        column.addWidget(Prose(note.text))
        if note.answer:
            column.addWidget(Prose(f"{note.answered_by}答：{note.answer}", "secondary"))
        if not self.desk.read_only:
            row = QHBoxLayout()
            session = self.desk.session
            if note.is_open:
                row.addWidget(
                    button("记下回答…", lambda: self._answer(note), name=f"记下回答：{note.id}", role="link")
                )
            elif note.kind == "ask":
                again = button(
                    "重新提问",
                    lambda: self._do(lambda: asking.reopen(session, note)),
                    name=f"重新提问：{note.id}",
                    role="link",
                )
                row.addWidget(again)
            row.addWidget(
                button(
                    "删除",
                    lambda: self._do(lambda: asking.remove(session, note)),
                    name=f"删除：{note.id}",
                    role="link",
                )
            )
            row.addStretch(1)
            column.addLayout(row)
        return card

    def _do(self, act: Callable[[], object]) -> object:
        done = self.desk.attempt(act)
        self.show_notes()
        return done

    def _answer(self, note: Note) -> None:
        dialog = AnswerDialog(note, self)
        held = HeldText(dialog.text, self.desk, f"answer/{note.id}")
        if dialog.exec() == QDialog.DialogCode.Accepted:
            by, text = dialog.by.text(), dialog.text.toPlainText()
            held.over(self._do(lambda: asking.answer(self.desk.session, note, text, by=by)))
        else:
            held.store()
        dialog.deleteLater()


class AnswerDialog(Dialog):
    """What a colleague answered, by mouth or by mail."""

    def __init__(self, note: Note, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("记下回答")
        self.setMinimumWidth(460)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        column.setSpacing(Space.S)
        column.addWidget(label("记下回答", "cardTitle"))
        column.addWidget(Prose(f"{note.text}\n只记下回答；字段的内容由您自己改。", "secondary"))
        self.text = QPlainTextEdit()
        self.text.setAccessibleName("回答")
        self.text.setFixedHeight(90)
        self.text.setTabChangesFocus(True)
        self.by = QLineEdit(note.to)
        self.by.setAccessibleName("谁答的")
        self.by.setPlaceholderText("谁答的")
        column.addWidget(self.text)
        column.addWidget(self.by)
        buttons, ok = self.answers("记下")
        ok.setEnabled(False)
        self.text.textChanged.connect(lambda: ok.setEnabled(bool(self.text.toPlainText().strip())))
        column.addWidget(buttons)


class HistoryDialog(_Sheet):
    """Every value a field has had: who, when, what it was; any of them can be put back, as an edit like others."""

    def __init__(self, desk: Desk, key: str, parent: QWidget | None = None) -> None:
        super().__init__(desk, key, f"修改历史：{label_of(key)}", parent)
        row = QHBoxLayout()
        row.addStretch(1)
        close = QPushButton("关闭")
        close.clicked.connect(self.accept)
        row.addWidget(close)
        self.outer.addLayout(row)
        self.restores: list[QPushButton] = []
        self.show_history()

    def show_history(self) -> None:
        """Show the values, the newest first."""
        self.restores = []
        entries = self.desk.session.history(self.desk.session.human_path(self.key))
        now = self.desk.value(self.key)
        self.fill([self._card(entry, now) for entry in entries], "还没有修改过。")

    def _card(self, entry: FieldHistory, now: Value) -> QWidget:
        card = QFrame()
        card.setProperty("role", "subCard")
        column = QVBoxLayout(card)
        column.setContentsMargins(Space.S, Space.XS, Space.S, Space.XS)
        column.setSpacing(Space.XXS)
        head = QHBoxLayout()
        head.addWidget(label(f"{entry.when}　{entry.who}", "section"))
        head.addWidget(label(entry.label, "muted"))
        head.addStretch(1)
        column.addLayout(head)
        blank: Value = [] if isinstance(now, list) else ""
        for words, value in (("改成", entry.new), ("原来", entry.old)):
            shown = asking.shown(self.key, value or blank, personal=True) or "（空）"
            column.addWidget(Prose(f"{words}：{shown}", "" if words == "改成" else "secondary"))
        old = entry.old or blank
        if old != now and not self.desk.read_only:
            words = "恢复成原来的内容" if old else "恢复成空白"
            name = f"{words}：{entry.when} 之前"
            restore = button(words, lambda: self.restore(old), name=name, role="link")
            self.restores.append(restore)
            column.addWidget(restore, 0, Qt.AlignmentFlag.AlignLeft)
        return card

    def restore(self, value: Value) -> None:
        """Put an earlier value back; that is an edit too, and undo takes it back."""
        path = self.desk.session.human_path(self.key)
        name = f"恢复「{label_of(self.key)}」"
        self.desk.attempt(lambda: self.desk.session.set_many({path: value}, name))
        self.show_history()


def ask_about(desk: Desk, key: str, parent: QWidget) -> None:
    """Open the questions and comments of a field."""
    dialog = NotesDialog(desk, key, parent.window())
    dialog.exec()
    dialog.deleteLater()


def show_history_of(desk: Desk, key: str, parent: QWidget) -> None:
    """Open the history of a field."""
    dialog = HistoryDialog(desk, key, parent.window())
    dialog.exec()
    dialog.deleteLater()


def add_actions(menu: QMenu, desk: Desk, key: str, parent: QWidget) -> list[QAction]:
    """What a field's context menu offers beside cut and paste."""
    ask = menu.addAction("问同事或写批注…")
    ask.triggered.connect(lambda: ask_about(desk, key, parent))
    history = menu.addAction("修改历史…")
    history.triggered.connect(lambda: show_history_of(desk, key, parent))
    return [ask, history]


def marker_words(found: list[Note]) -> tuple[str, str]:
    """What the marker beside a field says, and its tone; blank when nothing hangs on it."""
    if waiting := sum(note.is_open for note in found):
        return f"待答 {waiting}", "warning"
    if answered := sum(note.kind == "ask" for note in found):
        return f"已答 {answered}", "done"
    return (f"批注 {len(found)}", "neutral") if found else ("", "")
