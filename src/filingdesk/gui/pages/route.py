"""适用判定: a short guided intake, the judgement beside it as it is answered, and the way through the decision tree."""

from collections.abc import Iterator

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from filingdesk.domain.conditions import holds
from filingdesk.domain.paths import pattern_of
from filingdesk.domain.specs import FieldSpec, by_pattern
from filingdesk.gui.desk import Desk
from filingdesk.gui.forms.rows import FieldRow, label_width
from filingdesk.gui.page import Page
from filingdesk.gui.pages.route_questions import UNSURE_KEY, QuestionRow
from filingdesk.gui.pages.route_result import ResultPane, tree_rows, trees_of
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.cards import Card
from filingdesk.gui.widgets.chips import ChipGroup
from filingdesk.gui.widgets.decisiontree import DecisionTree
from filingdesk.gui.widgets.labels import Prose, label
from filingdesk.rules.route import RouteResult, Scope
from filingdesk.services import routing

RESULT, TREE = "判定结果", "判定树"
_LATER = ("intake.changed_on", "intake.change_submitted_on", "intake.cancelled_on")
_MATERIAL = ("intake.data_sources", "intake.personal_data", "intake.prepared")
_IN_VIEW, _PAINTED_MS, _ROWS_PER_STEP, _STEP_MS = 8, 80, 3, 15
"""Questions made before the page is shown; the time in which it is painted; questions made at each step after that."""
_SELDOM = "上线、终止等日期用来算期限；其余的回答另有页面，改一处两边都变。"


class RoutePage(Page):
    """The page; its key is that of the intake, so that paths of the intake lead here."""

    key = "intake"
    title = "适用判定"
    shows_problems = False

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._rows: dict[str, QuestionRow] = {}
        self._fields: dict[str, FieldRow] = {}
        self._result: RouteResult | None = None
        self._trees: list[tuple[str, Scope, str]] = []
        self._last_key = ""
        outer = QVBoxLayout(self)
        outer.setContentsMargins(Space.XL, Space.L, Space.M, 0)
        outer.setSpacing(Space.S)
        outer.addLayout(self._make_head())
        both = QHBoxLayout()
        both.setSpacing(Space.M)
        self._questions = Card("问题", "只问与前面回答有关的；不清楚也是回答")
        self._column, self._question_area = _column_for(self._questions)
        both.addWidget(self._question_area, 9)
        self.stack = QStackedWidget()
        self.result = ResultPane(self.go_to)
        self._result_area = _scrolled(self.result)
        self.stack.addWidget(self._result_area)
        self.stack.addWidget(self._make_tree())
        both.addWidget(self.stack, 11)
        outer.addLayout(both, 1)
        desk.field_focused.connect(self._remember)
        self._read_only = desk.read_only
        self._later: Card | None = None
        self._builder = self._build()
        self._built = False
        self._rest = QTimer(self)
        self._rest.timeout.connect(self._step)

    # Building

    def build_step(self) -> bool:
        # No more than what is in view: whatever else stands on the page makes the first look at it longer.
        if len(self._rows) >= _IN_VIEW:
            return False
        self._step()
        if len(self._rows) >= _IN_VIEW:
            self.refresh(frozenset())
        return True

    def build(self) -> None:
        """What is in view at once; the questions below follow while the page is looked at already."""
        while len(self._rows) < _IN_VIEW and self._step():
            pass
        if not self._built:
            self.refresh(frozenset())
            self._rest.start(_PAINTED_MS)

    def _step(self) -> bool:
        self._built = self._built or next(self._builder, None) is None
        if self._built:
            self._rest.stop()
        elif self._rest.isActive():
            self._rest.start(_STEP_MS)
        return not self._built

    def _finish(self) -> None:
        while self._step():
            pass

    def _build(self) -> Iterator[int]:
        """The questions, a few at a time, yielding how many there are."""
        for question in routing.table().data.questions:
            spec = by_pattern()[question.path]
            if isinstance(spec, FieldSpec):
                row = QuestionRow(self.desk, spec, question.how, question.unsure)
                row.setVisible(False)
                row.set_read_only(self._read_only)
                self._rows[question.path] = row
                self._questions.body.addWidget(row)
                if len(self._rows) % _ROWS_PER_STEP == 0:
                    yield len(self._rows)
        self._column.addWidget(
            self._form("所属行业", "选了才多问这个行业的问题，可以以后再选", ("industry.sectors",))
        )
        later = self._form("备案之后的日期", "变更和注销的期限从这些日子算", _LATER)
        self._column.addWidget(later)
        self._column.addWidget(self._form("手上有什么", "只供资料没填时的风险诊断参考", _MATERIAL))
        self._column.addWidget(Prose(_SELDOM, "muted"))
        self._column.addStretch(1)
        self._later = later
        yield len(self._rows)
        self.refresh(frozenset())

    def _make_head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(label("适用判定", "pageTitle"))
        self.intro = label("", "secondary", wrap=True)
        words.addWidget(self.intro)
        head.addLayout(words, 1)
        self.views = ChipGroup((RESULT, TREE), multiple=False)
        self.views.set_label("右侧显示")
        self.views.set_values([RESULT])
        self.views.changed.connect(self._switch)
        self.views.setFixedWidth(170)
        head.addWidget(self.views, 0, Qt.AlignmentFlag.AlignBottom)
        head.addSpacing(Space.S)
        return head

    def _form(self, title: str, hint: str, patterns: tuple[str, ...]) -> Card:
        card = Card(title, hint)
        specs = [spec for p in patterns if isinstance(spec := by_pattern()[p], FieldSpec)]
        width = label_width([spec.meta.label for spec in specs])
        for spec in specs:
            row = FieldRow(self.desk, spec, spec.pattern, width)
            row.set_read_only(self._read_only)
            self._fields[spec.pattern] = row
            card.body.addWidget(row)
        return card

    def _make_tree(self) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, Space.XS, Space.L)
        card = Card("判定树", "粗线是走过的路，虚线是还没定的路；点一步可回到它的问题")
        self._tree_choice = QVBoxLayout()
        card.body.addLayout(self._tree_choice)
        self._chooser: ChipGroup | None = None
        self.tree = DecisionTree()
        self.tree.chosen.connect(self.go_to)
        card.body.addWidget(self.tree, 1)
        self.tree_words = Prose("", "muted")
        card.body.addWidget(self.tree_words)
        column.addWidget(card, 1)
        return holder

    # Showing

    def refresh(self, keys: frozenset[str] | None) -> None:
        for key, row in {**self._rows, **self._fields}.items():
            if keys is None or key in keys or UNSURE_KEY in keys:
                row.refresh()
            else:
                row.refresh_visible()
        day = self.desk.session.today
        facts = self.desk.facts
        asked = {question.path: question for question in routing.intake(facts, day)}
        for path, row in self._rows.items():
            row.setVisible(path in asked)
            if path in asked:
                row.show_state(answered=asked[path].answered, unsure=asked[path].unsure)
        open_, unsure = (
            sum(not q.answered and not q.unsure for q in asked.values()),
            sum(q.unsure for q in asked.values()),
        )
        done = f"{len(asked)} 个问题都回答了" if not open_ else f"还有 {open_} 个问题没有回答"
        self.intro.setText(f"先弄清要办哪些备案。{done}" + (f"，{unsure} 个待弄清。" if unsure else "。"))
        if self._later is not None:
            shown = [holds(row.spec.meta.visible_when, self.desk.lookup) for row in self._of(_LATER)]
            self._later.setVisible(any(shown))
        self._result = self.desk.route() or routing.route(facts, day)
        begun = self._later is None  # what is not in view follows with the last questions
        self.result.show_result(self._result, whole=not begun)
        if not begun:
            self._show_tree()

    def _of(self, patterns: tuple[str, ...]) -> list[FieldRow]:
        return [self._fields[pattern] for pattern in patterns]

    def refresh_findings(self) -> None:
        for row in (*self._rows.values(), *self._fields.values()):
            row.refresh_findings()

    def _switch(self, values: list[str]) -> None:
        if not values:  # a second press on the chosen chip
            self.views.set_values([RESULT if self.stack.currentIndex() == 0 else TREE])
            return
        self.show_tree(values[0] == TREE)

    def show_tree(self, wanted: bool) -> None:
        """Show the decision tree instead of the judgement."""
        self._finish()
        self.views.set_values([TREE if wanted else RESULT])
        self.stack.setCurrentIndex(int(wanted))

    def _show_tree(self) -> None:
        if self._result is None:
            return
        trees = trees_of(self._result)
        if trees != self._trees or self._chooser is None:
            before = self._chooser.values() if self._chooser is not None else []
            if self._chooser is not None:
                self._chooser.hide()
                self._chooser.deleteLater()
            self._trees = trees
            self._chooser = ChipGroup([title for title, _scope, _about in trees], multiple=False)
            self._chooser.set_label("哪一棵树")
            self._chooser.changed.connect(lambda _values: self._show_tree())
            self._tree_choice.addWidget(self._chooser)
            titles = [title for title, _scope, _about in trees]
            self._chooser.set_values([before[0] if before and before[0] in titles else titles[0]])
        chosen = self._chooser.values() or [self._trees[0][0]]
        self._chooser.set_values(chosen)
        title, scope, about = next((t for t in self._trees if t[0] == chosen[0]), self._trees[0])
        rows = tree_rows(self._result, scope, about, self._is_asked)
        self.tree.show_rows(rows, f"判定树：{title}")
        ends = [row for row in rows if row.end and row.way]
        if not any(row.way for row in rows):
            words = "这一天规定还没有施行，没有走这棵树。"
        elif len(ends) == 1:
            words = f"走到：{ends[0].title}。"
        else:
            words = f"还有 {len(ends)} 种可能：{'、'.join(dict.fromkeys(row.title for row in ends))}。"
        self.tree_words.set_prose(words)

    def _is_asked(self, path: str) -> bool:
        row = self._rows.get(path)
        return row is not None and not row.isHidden()

    # Places

    def question(self, path: str) -> QuestionRow | None:
        """The row of a question, asked now or not."""
        self._finish()
        return self._rows.get(path)

    def asked(self) -> list[str]:
        """The paths of the questions that are shown, in order."""
        self._finish()
        return [path for path, row in self._rows.items() if not row.isHidden()]

    def go_to(self, path: str) -> None:
        """To the question when it is asked here, else to the page that holds the field."""
        if not self.reveal(path):
            self.desk.go_to(path)

    def reveal(self, path: str) -> bool:
        self._finish()
        pattern = pattern_of(path)
        if pattern == UNSURE_KEY:
            pattern = next((p for p, row in self._rows.items() if row.state.text() == "待弄清"), "")
            pattern = pattern or next(iter(self.asked()), "")
        row: FieldRow | None = self._rows.get(pattern) or self._fields.get(pattern)
        if row is None and pattern == "intake":
            row = next((self._rows[p] for p in self.asked()), None)
        if row is None:
            return False
        if row.isHidden():
            return self._say_hidden(row)
        self._last_key = row.key
        row.focus()
        QTimer.singleShot(0, row, lambda: self._question_area.ensureWidgetVisible(row, 0, 80))
        return True

    def _say_hidden(self, row: FieldRow) -> bool:
        if not row.key.startswith("intake."):
            return False
        self.desk.tell(f"按现在的回答，不用回答「{row.spec.meta.label}」。")
        return True

    def place(self) -> str:
        return self._last_key

    def _remember(self, key: str) -> None:
        if key in self._rows or key in self._fields:
            self._last_key = key

    def set_read_only(self, read_only: bool) -> None:
        self._read_only = read_only
        for row in (*self._rows.values(), *self._fields.values()):
            row.set_read_only(read_only)

    def flush(self) -> bool:
        rows = [*self._rows.values(), *self._fields.values()]
        for row in rows:
            row.commit()
        return not any(row.unsaved() for row in rows)


def _scrolled(widget: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(widget)
    return area


def _column_for(card: Card) -> tuple[QVBoxLayout, QScrollArea]:
    """A scrolled column that begins with a card."""
    holder = QWidget()
    holder.setProperty("role", "content")
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, Space.XS, Space.L)
    column.setSpacing(Space.S)
    column.addWidget(card)
    return column, _scrolled(holder)
