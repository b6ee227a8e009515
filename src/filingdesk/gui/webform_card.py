"""The place that is filled in now, as the small window shows it: where it stands, what is copied, what to know about it."""

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.badge import Badge
from filingdesk.gui.widgets.labels import ElidedLabel, set_look
from filingdesk.services.webform import STATE_WORDS, Step

BADGES = {"todo": "neutral", "done": "done", "changed": "warning", "blank": "blocker"}
LEAST_LINES, MOST_LINES = 1, 6


class StepCard(QFrame):
    """One step; `jump` asks for its field in the main window, `show_file` and `copy_path` for its file."""

    jump = Signal()
    show_file = Signal()
    copy_path = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.S, Space.XS, Space.S, Space.XS)
        column.setSpacing(Space.XXS)
        self.record = ElidedLabel("", "muted", mode=Qt.TextElideMode.ElideMiddle)
        column.addWidget(self.record)
        head = QHBoxLayout()
        self.name = ElidedLabel("", "cardTitle")
        head.addWidget(self.name, 1)
        self.badge = Badge("", pill=True)
        head.addWidget(self.badge)
        column.addLayout(head)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName("要复制的内容")
        self.text.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.text.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column.addWidget(self.text)
        # One line each, cut off with a tool tip: wrapped words would push what stands below.
        self.since = ElidedLabel("", "muted")
        self.facts = ElidedLabel("", "muted")
        self.note = ElidedLabel("", "muted")
        for words in (self.since, self.facts, self.note):
            column.addWidget(words)
        row = QHBoxLayout()
        row.setSpacing(Space.XS)
        self.jump_button = self._link("去填写", self.jump)
        self.file_button = self._link("在文件夹中显示", self.show_file)
        self.path_button = self._link("复制完整路径", self.copy_path)
        for button in (self.jump_button, self.file_button, self.path_button):
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)

    def _fit(self) -> None:
        """As high as the content, within reason. Measured from the words and the width alone: asking the editor, whose width
        depends on its scroll bar, would never come to rest."""
        metrics = QFontMetrics(self.text.font())
        room = QRect(0, 0, max(self.width() - 2 * Space.S - 30, 80), 100_000)
        flags = int(Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextWrapAnywhere)
        high = metrics.boundingRect(room, flags, self.text.toPlainText()[:2000]).height()
        lines = max(LEAST_LINES, min(round(high / metrics.lineSpacing()), MOST_LINES))
        self.text.setFixedHeight(lines * metrics.lineSpacing() + 22)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def _link(self, text: str, signal: object) -> QPushButton:
        button = QPushButton(text, self)
        button.setProperty("role", "link")
        button.setAccessibleName(text)
        button.clicked.connect(lambda _checked=False: signal.emit())  # type: ignore[attr-defined]
        return button

    def _tell(self, *lines: str) -> None:
        for words, line in zip((self.since, self.facts, self.note), lines, strict=True):
            words.setText(line)
            words.setVisible(bool(line))

    def show_step(self, step: Step | None) -> None:
        """Show this one; None when the filter leaves nothing."""
        self.record.setText(step.record if step else "")
        self.record.setVisible(bool(step and step.record))
        self.name.setText(step.label if step else "没有符合的项")
        self.badge.setVisible(step is not None)
        is_file = bool(step and step.kind in ("file", "paper") and step.value)
        self.file_button.setVisible(is_file)
        self.path_button.setVisible(is_file)
        self.jump_button.setVisible(bool(step and (step.path or step.paper)))
        if step is None:
            self.text.setPlainText("")
            self._tell("", "换一个筛选再看。", "")
            return
        self.badge.set_text(STATE_WORDS[step.state], BADGES[step.state])
        if self.text.toPlainText() != step.value:
            self.text.setPlainText(step.value)
            self._fit()
        self.text.setPlaceholderText("还没填" if step.state == "blank" else "现在是空的")
        set_look(self.text, invalid="true" if step.state == "blank" else "false")
        set_look(self.since, tone="warning" if step.state == "changed" else "")
        self._tell(since_of(step), " · ".join(facts_of(step)), step.note)
        if step.paper:
            self.jump_button.setText("看这份文书")
        elif step.state == "blank":
            self.jump_button.setText("去填写")
        else:
            self.jump_button.setText("去修改")


def since_of(step: Step) -> str:
    """When it was pasted, and whether the web has to follow; blank when it was not."""
    if step.pasted is None:
        return ""
    if step.state == "changed":
        return f"{step.pasted.when} 填过，之后改了，请更新网页"
    return f"{step.pasted.when} 由{step.pasted.who}填"


def facts_of(step: Step) -> list[str]:
    """What to know beside the content, as short sentences."""
    told = []
    if step.kind == "text" and step.value:
        if step.choices:
            told.append("网页上多为选项，对照选择")
        elif step.limit:
            over = step.count - step.limit
            told.append(f"{step.count} / {step.limit} 字" + (f"，超出 {over} 字" if over > 0 else ""))
        else:
            told.append(f"{step.count} 字（含标点和空格），上限以系统提示为准")
        if step.unit:
            told.append(f"单位：{step.unit}")
    return told
