"""The few dialogs: a waiver with its reason, a person's statement."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from filingdesk.domain.snapshot import Answer
from filingdesk.domain.values import parse_attachment, parse_date
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.chips import ChipGroup
from filingdesk.gui.widgets.dialog import Dialog
from filingdesk.gui.widgets.labels import Prose, label

ANSWERS: tuple[Answer, ...] = ("符合", "不符合", "不适用")


class _Form(Dialog):
    """A small form that can be accepted when it is complete."""

    def __init__(self, title: str, intro: str, accept: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(520)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        outer.setSpacing(Space.S)
        outer.addWidget(label(title, "cardTitle"))
        outer.addWidget(Prose(intro, "secondary"))
        self.form = QFormLayout()
        self.form.setSpacing(Space.S)
        self.form.setLabelAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        outer.addLayout(self.form)
        self.buttons, self.ok = self.answers(accept)
        outer.addWidget(self.buttons)


class WaiveDialog(_Form):
    """The written reason for setting a finding aside."""

    def __init__(self, rule: str, message: str, parent: QWidget | None = None) -> None:
        super().__init__(
            "豁免并写明理由",
            f"{rule}：{message}\n豁免会记入项目日志和自检报告，提交前请再看一遍。",
            "豁免",
            parent,
        )
        self.reason = QPlainTextEdit()
        self.reason.setAccessibleName("豁免理由")
        self.reason.setTabChangesFocus(True)
        self.reason.setFixedHeight(90)
        self.reason.setPlaceholderText("例：算法备案已于 2026-10-20 提交，等待审核。")
        self.reason.textChanged.connect(self._complete)
        self.form.addRow("理由", self.reason)
        self._complete()
        self.reason.setFocus()

    def _complete(self) -> None:
        self.ok.setEnabled(bool(self.text()))

    def text(self) -> str:
        """The reason."""
        return self.reason.toPlainText().strip()


class EvidenceList(QWidget):
    """The files that a statement rests on: those kept already (`references`) and new ones (`files`), each to take out."""

    def __init__(self, references: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.references = list(references)
        self.files: list[Path] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(Space.XXS)
        self.add_button = QPushButton("添加文件…")
        self.add_button.setAutoDefault(False)
        self.add_button.setAccessibleName("添加证据文件")
        self.add_button.clicked.connect(lambda: self._ask())
        self._rows: list[QWidget] = []
        self._show()

    def _ask(self) -> None:
        names, _filter = QFileDialog.getOpenFileNames(self, "添加证据文件")
        self.add([Path(name) for name in names])

    def add(self, files: Sequence[Path]) -> None:
        """Take files along; they are stored when the statement is."""
        self.files += [file for file in files if file not in self.files]
        self._show()

    def _show(self) -> None:
        for row in self._rows:
            row.hide()
            row.deleteLater()
        kept: list[str | Path] = [*self.references, *self.files]
        self._rows = [self._row(entry) for entry in kept]
        for row in self._rows:
            self._column.addWidget(row)
        self._column.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)

    def _row(self, entry: str | Path) -> QWidget:
        name = entry.name if isinstance(entry, Path) else parse_attachment(entry).name
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(Space.XS)
        line.addWidget(label(name, "secondary"), 1)
        out = QPushButton("去掉")
        out.setProperty("role", "link")
        out.setAutoDefault(False)
        out.setAccessibleName(f"去掉证据 {name}")
        out.clicked.connect(lambda: self.take_out(entry))
        line.addWidget(out)
        return row

    def take_out(self, entry: str | Path) -> None:
        """Leave one of them out."""
        if isinstance(entry, Path):
            self.files.remove(entry)
        else:
            self.references.remove(entry)
        self._show()


class AttestDialog(_Form):
    """A person's statement on something that only a person can judge."""

    def __init__(
        self,
        rule: str,
        title: str,
        message: str,
        today: date,
        name: str = "",
        answer: str = "",
        statement: str = "",
        evidence: Sequence[str] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("人工核查", f"{rule}：{title}\n{message}".strip(), "记下核查结果", parent)
        self._today = today
        self.answer = ChipGroup(ANSWERS, multiple=False)
        self.answer.set_label("核查结果")
        self.answer.set_values([answer])
        self.answer.changed.connect(lambda _values: self._complete())
        self.form.addRow("结果", self.answer)
        self.statement = QPlainTextEdit(statement)
        self.statement.setAccessibleName("核查说明")
        self.statement.setTabChangesFocus(True)
        self.statement.setFixedHeight(90)
        self.statement.setPlaceholderText("看了什么、在哪里看到、结论是什么。")
        self.statement.textChanged.connect(self._complete)
        self.form.addRow("说明", self.statement)
        self.name = QLineEdit(name)
        self.name.setAccessibleName("核查人")
        self.name.textChanged.connect(lambda _text: self._complete())
        self.form.addRow("核查人", self.name)
        self.day = QLineEdit(today.isoformat())
        self.day.setAccessibleName("核查日期")
        self.day.textChanged.connect(lambda _text: self._complete())
        self.day_problem = label("", "error")
        self.form.addRow("日期", self.day)
        self.form.addRow("", self.day_problem)
        self.evidence = EvidenceList(evidence)
        self.form.addRow("证据", self.evidence)
        self._complete()

    def _complete(self) -> None:
        day = parse_date(self.day.text())
        late = day is not None and day > self._today
        problem = (
            "日期看不懂，请写成 2026-03-01 这样" if day is None else "核查日期在今天以后" if late else ""
        )
        self.day_problem.setText(problem)
        self.day_problem.setVisible(bool(problem))
        said = self.answer.values() and self.statement.toPlainText().strip() and self.name.text().strip()
        self.ok.setEnabled(bool(said) and not problem)

    def result_answer(self) -> Answer:
        """The chosen answer."""
        chosen = self.answer.values()[0]
        return next(answer for answer in ANSWERS if answer == chosen)
