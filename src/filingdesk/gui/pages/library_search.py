"""资料: clauses, penalties, policies, rules and help at hand, searched as one types; public filing lists beside them."""

from collections.abc import Sequence

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QTabBar, QVBoxLayout, QWidget

from filingdesk.gui.desk import Desk
from filingdesk.gui.forms.storing import HeldForm
from filingdesk.gui.page import Page, PageHead
from filingdesk.gui.pages.lazy_rows import Column, PlainRows, table_view
from filingdesk.gui.pages.library_search_card import CardPane
from filingdesk.gui.pages.library_search_lists import ListsTab
from filingdesk.gui.pages.library_search_policy import PolicyDialog
from filingdesk.gui.searchkeeper import base_of, make_base
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.buttons import button
from filingdesk.gui.widgets.cards import Card, EmptyState
from filingdesk.gui.widgets.chips import ChipGroup
from filingdesk.gui.widgets.labels import label
from filingdesk.services import cards
from filingdesk.services.knowledge_search import KIND_WORDS, Entry, Hit, KnowledgeBase

SEARCH, LISTS = range(2)
PAUSE_MS = 120
LIMIT = 200
_SHOWN_AT_REST = ("risk", "policy", "clause")


class LibrarySearchPage(Page):
    """One box over everything that is known, and the card of what is chosen."""

    key = "library"
    title = "资料"
    shows_problems = False

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._facts_revision = -1
        self._making = False
        self._asked = ""
        outer = QVBoxLayout(self)
        outer.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        outer.setSpacing(Space.S)
        head = PageHead(self.title, "条款、法律责任、政策、规则、填写帮助和本项目内容，一处检索，全部离线。")
        self.new_button = button("新建政策卡片…", lambda: self.edit_policy(None))
        head.add_actions(self.new_button)
        outer.addLayout(head)
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        for title in ("检索", "公示清单"):
            self.tabs.addTab(title)
        self.tabs.setAccessibleName("资料的两部分")
        outer.addWidget(self.tabs)
        self.search_part = self._make_search()
        outer.addWidget(self.search_part, 1)
        self.lists = ListsTab(desk)
        self.lists.hide()
        outer.addWidget(self.lists, 1)
        self.tabs.currentChanged.connect(self._show_tab)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.search)

    def _make_search(self) -> QWidget:
        part = QWidget()
        row = QHBoxLayout(part)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.M)
        left = Card()
        self.query = QLineEdit()
        self.query.setProperty("role", "search")
        self.query.setPlaceholderText("输入字词，一个字也可以；空格隔开的都要有")
        self.query.setAccessibleName("检索")
        self.query.setClearButtonEnabled(True)
        self.query.textChanged.connect(lambda _text: self._pause.start())
        self.query.returnPressed.connect(self.search)
        left.body.addWidget(self.query)
        self.kinds = ChipGroup(tuple(KIND_WORDS.values()), multiple=True)
        self.kinds.set_label("只看")
        self.kinds.changed.connect(lambda _values: self.search())
        left.body.addWidget(self.kinds)
        columns = (
            Column[Hit]("", lambda h: KIND_WORDS[h.entry.kind], 76, tone=lambda _h: "secondary"),
            Column[Hit]("标题", lambda h: h.entry.title, 190),
            Column[Hit]("内容", lambda h: h.piece or h.entry.where),
        )
        self.model = PlainRows(columns, self)
        self.table = table_view(self.model, columns, "检索结果，回车前往")
        self.table.selectionModel().currentRowChanged.connect(lambda now, _old: self._choose(now.row()))
        self.table.activated.connect(lambda index: self._open(index.row()))
        left.body.addWidget(self.table, 1)
        self.nothing = EmptyState("没有找到", "换个说法，或少写几个字再试。", picture="search")
        self.nothing.hide()
        left.body.addWidget(self.nothing, 1)
        self.told = label("", "muted")
        left.body.addWidget(self.told)
        row.addWidget(left, 3)
        self.pane = CardPane()
        self.pane.go_wanted.connect(self._go)
        self.pane.edit_wanted.connect(self.edit_policy)
        self.pane.remove_wanted.connect(self._remove_policy)
        row.addWidget(self.pane, 2)
        return part

    # Showing

    def build(self) -> None:
        if base_of(self.desk) is not None:
            self.search()
        elif not self._making:
            self._making = True
            self.told.setText("正在准备…")
            make_base(self.desk, self._made, self._failed)
        self.lists.read()

    def _made(self) -> None:
        self._making = False
        self.search()

    def _failed(self, error: BaseException) -> None:
        self._making = False
        self.told.setText("没有准备好")
        self.desk.failed.emit(error)

    def refresh(self, keys: frozenset[str] | None) -> None:
        if base_of(self.desk) is not None and self.query.text().strip():
            self.search()

    def _show_tab(self, tab: int) -> None:
        self.search_part.setVisible(tab == SEARCH)
        self.lists.setVisible(tab == LISTS)
        self.new_button.setVisible(tab == SEARCH)

    def search(self) -> None:
        """Show what the words lead to; without words the cards."""
        self._pause.stop()
        base = base_of(self.desk)
        if base is None:
            return
        if self._facts_revision != self.desk.session.revision:
            base.set_facts(self.desk.facts)
            self._facts_revision = self.desk.session.revision
        words = {word: kind for kind, word in KIND_WORDS.items()}
        kinds = [words[value] for value in self.kinds.values() if value in words]
        query = self.query.text().strip()
        if query:
            found = base.search(query, kinds=kinds or None, limit=LIMIT)
            hits, loose = list(found.hits), found.loose
        else:
            hits, loose = _at_rest(base, kinds), False
        before = self._chosen_key() if query == self._asked else ""
        self._asked = query
        self.model.show(hits)
        self.table.setVisible(bool(hits))
        self.nothing.setVisible(not hits)
        count = f"{len(hits)} 条" if len(hits) < LIMIT else f"前 {LIMIT} 条，请再写几个字"
        self.told.setText(f"没有完全一致的，以下只有部分相同（{count}）" if loose else f"共 {count}")
        place = next((i for i, h in enumerate(hits) if h.entry.key == before), 0)
        if hits:
            self.table.setCurrentIndex(self.model.index(place, 0))
        self._choose(place if hits else -1)

    def _chosen_key(self) -> str:
        place = self.table.currentIndex().row()
        return self.model.rows[place].entry.key if 0 <= place < len(self.model.rows) else ""

    def _choose(self, place: int) -> None:
        inside = 0 <= place < len(self.model.rows)
        self.pane.show_hit(self.model.rows[place] if inside else None, self.query.text())

    def _open(self, place: int) -> None:
        if 0 <= place < len(self.model.rows):
            self._go(self.model.rows[place].entry)

    def _go(self, entry: Entry) -> None:
        if not entry.place:
            return
        path = entry.place
        while (
            "[]" in path
        ):  # help of a record's field: to the first record, or to the list when there is none
            head = path.partition("[]")[0]
            path = path.replace("[]", "[0]", 1) if self.desk.lookup(f"{head}[0]") is not None else head
        self.desk.go_to(path)

    # Policies of one's own

    def edit_policy(self, card: cards.Card | None) -> None:
        """Write a policy card, or rewrite one."""
        dialog = PolicyDialog(card, self.desk.session.today, self)
        name = f"policy/{card.id if card else ''}"
        base = dialog.typed() if card else ""
        held = HeldForm(dialog, self.desk, name, dialog.typed, dialog.type_again, base=base)
        if dialog.exec() and (data := dialog.data()) is not None:
            held.over(self._store(data))

    def _store(self, data: cards.PolicyData) -> bool | None:
        def save() -> bool:
            cards.save_policy(data)
            return True

        if saved := self.desk.attempt(save):
            self._policies_changed("政策卡片已保存。")
        return saved

    def _remove_policy(self, card: cards.Card) -> None:
        def remove() -> bool:
            cards.remove_policy(card.id)
            return True

        if self.desk.attempt(remove):
            self._policies_changed("政策卡片已去掉。")

    def _policies_changed(self, words: str) -> None:
        base = base_of(self.desk)
        if base is not None:
            self.desk.attempt(base.refresh_policies)
            self.search()
        self.desk.tell(words, "done")

    def reveal(self, path: str) -> bool:
        """`清单` or words to search for."""
        if path == "@lists":
            self.tabs.setCurrentIndex(LISTS)
            return True
        self.tabs.setCurrentIndex(SEARCH)
        self.query.setText(path)
        self.search()
        return True


def _at_rest(base: KnowledgeBase, kinds: Sequence[str]) -> list[Hit]:
    """The cards to leaf through while nothing is asked for."""
    entries = [e for kind in (kinds or _SHOWN_AT_REST) for e in base.entries(kind)]
    return [Hit(e, e.body[:80], ()) for e in entries]
