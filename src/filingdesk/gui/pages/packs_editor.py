"""The editor of local rules: severities, parameters, simple rules, one source for all; nothing of YAML to be seen."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from pydantic import TypeAdapter
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from filingdesk.domain.errors import UserError
from filingdesk.domain.meta import SourceMark
from filingdesk.domain.report import SEVERITY_WORDS
from filingdesk.domain.specs import fields, page_of, trail_of
from filingdesk.gui.forms.choices import QuietCombo
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.badge import SOURCE_MEANINGS
from filingdesk.gui.widgets.dialog import Dialog
from filingdesk.gui.widgets.labels import Prose, label
from filingdesk.rules.pack import Pack
from filingdesk.services import localrules
from filingdesk.services.localrules import KIND_WORDS, Draft, ParameterDraft, RuleDraft, SeverityDraft

_SOURCES = (
    SourceMark.PRACTICE,
    SourceMark.LAW,
    SourceMark.STANDARD,
    SourceMark.STANDARD_UNCHECKED,
    SourceMark.VENDOR,
)
DRAFT = TypeAdapter(Draft)
"""Local rules as a text and back."""
_SEPARATORS = str.maketrans("，,；;\n", "、、、、、")


def combo(name: str, entries: Sequence[tuple[str, object]], *, searchable: bool = False) -> QComboBox:
    """A list to choose from: (words, what they stand for)."""
    made = QComboBox() if searchable else QuietCombo()
    made.setView(QListView())
    made.setAccessibleName(name)
    for words, value in entries:
        made.addItem(words, value)
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    made.setMinimumContentsLength(8)
    if searchable:
        made.setEditable(True)
        made.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        completer = made.completer()
        if completer is not None:
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        made.setMaxVisibleItems(14)
    return made


def choose(box: QComboBox, value: object) -> None:
    """Show a value; one that is not offered is added as it is."""
    place = box.findData(value)
    if place < 0:
        box.addItem(str(value), value)
        place = box.count() - 1
    box.setCurrentIndex(place)


def field_entries() -> list[tuple[str, object]]:
    """Every field that a simple rule may look at: 页面 › 字段."""
    found: list[tuple[str, object]] = []
    for pattern in fields():
        page = page_of(pattern)
        if page is not None:
            found.append((" › ".join([page.title, *trail_of(pattern).split(" › ")[1:]]) or pattern, pattern))
    return found


class _Entry(QFrame):
    """One adjustment with a way to take it out."""

    def __init__(self, on_remove: Callable[["_Entry"], None]) -> None:
        super().__init__()
        self.setProperty("role", "subCard")
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.S, Space.XS, Space.XS, Space.XS)
        row.setSpacing(Space.XS)
        self.form = QVBoxLayout()
        self.form.setSpacing(Space.XXS)
        row.addLayout(self.form, 1)
        out = QPushButton("去掉")
        out.setProperty("role", "link")
        out.setAccessibleName("去掉这一项")
        out.clicked.connect(lambda _checked=False: on_remove(self))
        row.addWidget(out, 0, Qt.AlignmentFlag.AlignTop)

    def line(self, *widgets: QWidget) -> None:
        """Widgets side by side, the first taking the room."""
        row = QHBoxLayout()
        row.setSpacing(Space.XS)
        for number, widget in enumerate(widgets):
            row.addWidget(widget, 0 if number else 1)
        self.form.addLayout(row)


def _text(name: str, hint: str, value: str = "") -> QLineEdit:
    made = QLineEdit(value)
    made.setAccessibleName(name)
    made.setPlaceholderText(hint)
    return made


def _severities() -> list[tuple[str, object]]:
    return [(word, key) for key, word in SEVERITY_WORDS.items()]


def _sources() -> list[tuple[str, object]]:
    return [(f"{mark.badge}：{SOURCE_MEANINGS[mark]}", mark.value) for mark in _SOURCES]


class SeverityEntry(_Entry):
    """Another severity for one rule."""

    def __init__(
        self, pack: Pack, on_remove: Callable[[_Entry], None], given: SeverityDraft | None = None
    ) -> None:
        super().__init__(on_remove)
        entries: list[tuple[str, object]] = [
            (f"{r.id} {r.title}（现为{SEVERITY_WORDS[r.severity]}）", r.id) for r in pack.rules
        ]
        self.rule = combo("哪一条规则", entries, searchable=True)
        self.severity = combo("调为", _severities())
        self.why = _text("为什么", "为什么调整，例：通知要求必须达到")
        self.line(self.rule, self.severity)
        self.line(self.why)
        if given is not None:
            choose(self.rule, given.rule)
            choose(self.severity, given.severity)
            self.why.setText(given.why)

    def draft(self) -> SeverityDraft:
        return SeverityDraft(_chosen(self.rule), self.severity.currentData(), self.why.text())


class ParameterEntry(_Entry):
    """Another value for one parameter."""

    def __init__(
        self, pack: Pack, on_remove: Callable[[_Entry], None], given: ParameterDraft | None = None
    ) -> None:
        super().__init__(on_remove)
        entries: list[tuple[str, object]] = []
        for name, parameter in pack.parameters.items():
            now = (
                f"{parameter.value:f} {parameter.unit}".strip() if parameter.value is not None else "没有定值"
            )
            entries.append((f"{name} {parameter.title}（现为 {now}）", name))
        self.name = combo("哪一个参数", entries, searchable=True)
        self.value = _text("新的值", "新的值")
        self.value.setFixedWidth(110)
        self.source = combo("这个值的来源", _sources())
        self.note = _text("备注", "备注，可不填")
        self.line(self.name, self.value)
        self.line(self.source, self.note)
        self.note.setMinimumWidth(200)
        if given is not None:
            choose(self.name, given.name)
            self.value.setText(given.value)
            choose(self.source, given.source.value)
            self.note.setText(given.note)

    def draft(self) -> ParameterDraft:
        source = SourceMark(self.source.currentData())
        return ParameterDraft(_chosen(self.name), self.value.text(), source, self.note.text())


class RuleEntry(_Entry):
    """One simple rule."""

    def __init__(self, on_remove: Callable[[_Entry], None], given: RuleDraft | None = None) -> None:
        super().__init__(on_remove)
        self._id = given.id if given is not None else ""
        self.title = _text("规则的标题", "标题，例：评估团队写明人数")
        self.severity = combo("级别", _severities())
        self.kind = combo("怎样检查", [(word, key) for key, word in KIND_WORDS.items()])
        self.path = combo("检查的字段", field_entries(), searchable=True)
        self.words = _text("要看的词", "词，用、隔开")
        self.question = _text("要核查的问题", "要人核查的问题，例：是否经过内部复核？")
        self.fix = _text("怎样改", "怎样改，可不填")
        self.line(self.title, self.severity)
        self.line(self.path, self.kind)
        self.line(self.words)
        self.line(self.question)
        self.line(self.fix)
        choose(self.severity, "warning")
        if given is not None:
            self.title.setText(given.title)
            choose(self.severity, given.severity)
            choose(self.kind, given.kind)
            if given.path:
                choose(self.path, given.path)
            self.words.setText("、".join(given.words))
            self.question.setText(given.question)
            self.fix.setText(given.fix)
        self.kind.currentIndexChanged.connect(lambda _index: self._fit())
        self._fit()

    def _fit(self) -> None:
        kind = self.kind.currentData()
        self.words.setVisible(kind in ("mentions", "forbids"))
        self.question.setVisible(kind == "attest")
        self.path.setVisible(kind != "attest")

    def draft(self) -> RuleDraft:
        kind = self.kind.currentData()
        parts = (part.strip() for part in self.words.text().translate(_SEPARATORS).split("、"))
        words = tuple(part for part in parts if part)
        return RuleDraft(
            self.title.text(),
            kind,
            _chosen(self.path) if kind != "attest" else "",
            self.severity.currentData(),
            words if kind in ("mentions", "forbids") else (),
            self.question.text() if kind == "attest" else "",
            self.fix.text(),
            self._id,
        )


def _chosen(box: QComboBox) -> str:
    """What the words stand for; blank when what was typed is none of the entries."""
    if box.isEditable() and box.findText(box.currentText()) < 0:
        return ""
    index = box.findText(box.currentText()) if box.isEditable() else box.currentIndex()
    return str(box.itemData(index) or "")


class LocalRulesDialog(Dialog):
    """The editor. `saved` holds what was written when the dialog was accepted."""

    asks_before_leaving = True

    def __init__(self, today: date, draft: Draft | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.saved: Draft | None = None
        self._today = today
        self._id = draft.id if draft is not None else localrules.new_id()
        self._packs = localrules.targets()
        self._entries: list[_Entry] = []
        self.setWindowTitle("本地规则")
        self.resize(820, 720)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        outer.setSpacing(Space.S)
        outer.addWidget(label("编辑本地规则" if draft else "新建本地规则", "cardTitle"))
        outer.addWidget(
            Prose(
                "属地或公司另有要求时用。每一项都按下面的出处引用；法定和标准里“应”“不应”的要求不能调轻。",
                "secondary",
            )
        )
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = QWidget()
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(0, 0, Space.S, 0)
        self._column.setSpacing(Space.S)
        area.setWidget(inner)
        outer.addWidget(area, 1)
        self._make_head(draft)
        self._severity_box = self._section("调整级别", "加一条", self.add_severity)
        self._parameter_box = self._section("调整参数", "加一个", self.add_parameter)
        self._rule_box = self._section("增加规则", "加一条", self.add_rule)
        self._column.addStretch(1)
        self.problem = label("", "error", wrap=True)
        self.problem.hide()
        outer.addWidget(self.problem)
        buttons, _save = self.answers("保存", self.save)
        check = QPushButton("检查")
        check.clicked.connect(lambda _checked=False: self.check())
        row = QHBoxLayout()
        row.addWidget(check)
        row.addStretch(1)
        row.addWidget(buttons)
        outer.addLayout(row)
        if draft is not None:
            self._fill(draft)

    def _make_head(self, draft: Draft | None) -> None:
        form = QFormLayout()
        form.setSpacing(Space.XS)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.title = _text("名称", "例：某市材料要求（2026）")
        self.pack = combo("叠加在", [(f"{p.title} {p.version}", p.id) for p in self._packs])
        choose(self.pack, "gbt-45654-2025")
        self.pack.activated.connect(lambda _index: self._other_pack())
        self.law = _text("出处", "文件名称，例：某市网信办《……材料要求》")
        self.text = QPlainTextEdit()
        self.text.setAccessibleName("出处的内容")
        self.text.setPlaceholderText("用自己的话写这份文件要求了什么。")
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(64)
        self.source = combo("来源", _sources())
        self.since = _text("从哪一天起", "2026-03-01", self._today.isoformat())
        self.since.setFixedWidth(140)
        for name, widget in (
            ("名称", self.title),
            ("叠加在", self.pack),
            ("出处", self.law),
            ("内容", self.text),
            ("来源", self.source),
            ("从哪一天起", self.since),
        ):
            form.addRow(label(name, "fieldLabel"), widget)
        self._column.addLayout(form)
        if draft is not None:
            self._fill_head(draft)

    def _fill_head(self, draft: Draft) -> None:
        self.title.setText(draft.title)
        choose(self.pack, draft.overlay_of)
        self.law.setText(draft.law)
        self.text.setPlainText(draft.text)
        choose(self.source, draft.source.value)
        self.since.setText(draft.effective_from)

    def _section(self, title: str, action: str, add: Callable[[], object]) -> QVBoxLayout:
        head = QHBoxLayout()
        head.addWidget(label(title, "section"))
        button = QPushButton(action)
        button.setProperty("role", "link")
        button.setAutoDefault(False)
        button.setAccessibleName(f"{title}：{action}")
        button.clicked.connect(lambda _checked=False: add())
        head.addWidget(button)
        head.addStretch(1)
        self._column.addLayout(head)
        box = QVBoxLayout()
        box.setSpacing(Space.XS)
        self._column.addLayout(box)
        return box

    def _fill(self, draft: Draft) -> None:
        for severity in draft.severities:
            self.add_severity(severity)
        for parameter in draft.parameters:
            self.add_parameter(parameter)
        for rule in draft.rules:
            self.add_rule(rule)

    def _target(self) -> Pack:
        """The pack below; for rules over other local rules, the pack that those stand upon."""
        wanted = self.pack.currentData()
        return next((p for p in self._packs if p.id == wanted), self._packs[0])

    def _other_pack(self) -> None:
        """Rules and parameters belong to their pack; those of another one are taken out."""
        for entry in list(self._entries):
            if isinstance(entry, SeverityEntry | ParameterEntry):
                self._drop(entry)

    def _add(self, box: QVBoxLayout, entry: _Entry) -> None:
        self._entries.append(entry)
        box.addWidget(entry)

    def _drop(self, entry: _Entry) -> None:
        self._entries.remove(entry)
        entry.hide()
        entry.deleteLater()

    def add_severity(self, given: SeverityDraft | None = None) -> SeverityEntry:
        """One more changed severity."""
        entry = SeverityEntry(self._target(), self._drop, given)
        self._add(self._severity_box, entry)
        return entry

    def add_parameter(self, given: ParameterDraft | None = None) -> ParameterEntry:
        """One more changed parameter."""
        entry = ParameterEntry(self._target(), self._drop, given)
        self._add(self._parameter_box, entry)
        return entry

    def add_rule(self, given: RuleDraft | None = None) -> RuleEntry:
        """One more rule."""
        entry = RuleEntry(self._drop, given)
        self._add(self._rule_box, entry)
        return entry

    def draft(self) -> Draft:
        """What the dialog holds."""
        made = Draft(
            title=self.title.text(),
            overlay_of=str(self.pack.currentData()),
            law=self.law.text(),
            text=self.text.toPlainText(),
            source=SourceMark(self.source.currentData()),
            effective_from=self.since.text().strip(),
            checked_on=self._today.isoformat(),
            id=self._id,
            severities=tuple(e.draft() for e in self._entries if isinstance(e, SeverityEntry)),
            parameters=tuple(e.draft() for e in self._entries if isinstance(e, ParameterEntry)),
            rules=tuple(e.draft() for e in self._entries if isinstance(e, RuleEntry)),
        )
        return replace(made, title=made.title.strip())

    def typed(self) -> str:
        """All that is typed, for `type_again`."""
        return DRAFT.dump_json(self.draft()).decode()

    def type_again(self, typed: str) -> None:
        """Put back what was typed."""
        draft = DRAFT.validate_json(typed)
        for entry in list(self._entries):
            self._drop(entry)
        self._fill_head(draft)
        self._fill(draft)

    def check(self) -> bool:
        """Try what is written; says what is wrong, or that it is good."""
        try:
            localrules.check(self.draft())
        except UserError as error:
            self._say(error.message, good=False)
            return False
        self._say("没有问题，可以保存。", good=True)
        return True

    def _say(self, text: str, *, good: bool) -> None:
        self.problem.setProperty("role", "small" if good else "error")
        self.problem.setText(text)
        self.problem.style().unpolish(self.problem)
        self.problem.style().polish(self.problem)
        self.problem.show()

    def save(self) -> None:
        """Write it when it is good."""
        draft = self.draft()
        try:
            localrules.save(draft)
        except UserError as error:
            self._say(error.message, good=False)
            return
        self.saved = draft
        self.accept()
