"""A page of forms, generated from the declarations of the parts it shows."""

from collections.abc import Iterator

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from filingdesk.domain import specs
from filingdesk.domain.conditions import holds
from filingdesk.domain.flat import key_of
from filingdesk.domain.paths import pattern_of
from filingdesk.domain.specs import FieldSpec, GroupSpec, ListSpec, Spec
from filingdesk.gui.desk import Desk
from filingdesk.gui.findsources import PlaceSource, Source
from filingdesk.gui.forms.finding import places_of
from filingdesk.gui.forms.records import RecordsView
from filingdesk.gui.forms.rows import FieldRow, label_width
from filingdesk.gui.page import ScrollPage
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.cards import Card
from filingdesk.gui.widgets.labels import label
from filingdesk.services.changes import COMMENT

ROWS_PER_STEP = 3


class FormPage(ScrollPage):
    """One page of `domain.specs.PAGES`."""

    shows_help = True
    shows_preview = True

    def __init__(self, desk: Desk, page: specs.Page, parent: QWidget | None = None) -> None:
        super().__init__(desk, page.title, page.intro, parent)
        self.key = page.key
        self._page = page
        self._rows: dict[str, FieldRow] = {}
        self._lists: dict[str, RecordsView] = {}
        self._groups: list[tuple[GroupSpec, QWidget]] = []
        self._last_key = ""
        self._parts: list[QWidget] = []
        for number in range(1, 10):
            keys = QShortcut(QKeySequence(f"Alt+{number}"), self)
            keys.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            keys.activated.connect(lambda number=number: self.go_to_part(number - 1))
        self._builder = self._build()
        desk.field_focused.connect(self._remember)
        self.add_action("文书预览", desk.preview_toggled.emit).setToolTip("在旁边看着文书填写（F7）")

    # Building

    def build_step(self) -> bool:
        """Build a few more rows; False when all are built. A form of thirty rows takes longer than a frame, so the workbench
        builds the pages that are not shown yet while nothing else happens."""
        return next(self._builder, None) is not None

    def build(self) -> None:
        while self.build_step():
            pass

    def _build(self) -> Iterator[int]:
        for part in self._page.parts:
            yield from self._build_part(part)
        self.column.addStretch(1)
        self._refresh_groups()

    def _build_part(self, part: str) -> Iterator[int]:
        """Build one part as a card at the end of the page."""
        built = 0
        spec = specs.by_pattern()[part]
        if isinstance(spec, GroupSpec):
            own = [child for child in spec.children if self._belongs(child)]
            title = self._page.title if spec.pattern in ("algorithm", "large_model") else spec.meta.label
            card = Card(title, spec.meta.help)
            card.body.setSpacing(Space.XXS)
            self.column.addWidget(card)
            self._parts.append(card)
            self._groups.append((spec, card))
            for _row in self._fill(card.body, own, spec.pattern):
                built += 1
                if built % ROWS_PER_STEP == 0:
                    yield built
        elif isinstance(spec, ListSpec):
            view = self._make_list(spec, part, nested=False)
            self._parts.append(view)
            self.column.addWidget(view)
            yield 1

    def _belongs(self, child: Spec) -> bool:
        """Whether a child of a part is shown inside the part: its leaves, and sub-parts that no page lists by themselves."""
        if isinstance(child, FieldSpec):
            return True
        return not any(child.pattern in page.parts for page in specs.PAGES)

    def _fill(self, column: QVBoxLayout, children: list[Spec], base: str) -> Iterator[str]:
        """Build the form below `base`, yielding the key after each row."""
        width = label_width([child.meta.label for child in children if isinstance(child, FieldSpec)])
        for child in children:
            name = child.pattern.rpartition(".")[2]
            key = f"{base}.{name}"
            if isinstance(child, FieldSpec):
                row = FieldRow(self.desk, child, key, width)
                self._rows[key] = row
                column.addWidget(row)
            elif isinstance(child, ListSpec):
                column.addWidget(self._make_list(child, key, nested=True))
            else:
                heading = label(child.meta.label, "section")
                heading.setContentsMargins(0, Space.S, 0, 0)
                column.addWidget(heading)
                self._groups.append((child, heading))
                yield from self._fill(column, list(child.children), key)
            yield key

    def _make_list(self, spec: ListSpec, key: str, *, nested: bool) -> RecordsView:
        def make_body(column: QVBoxLayout, record: str) -> None:
            for _row in self._fill(column, list(spec.children), record):
                pass
            for row_key, row in self._rows.items():
                if row_key.startswith(f"{record}."):
                    row.refresh_visible()

        view = RecordsView(self.desk, spec, key, make_body, self._drop, nested=nested)
        self._lists[key] = view
        return view

    def _drop(self, record: str) -> None:
        """Forget rows and lists of a record that is gone."""
        for key in [known for known in self._rows if known.startswith(f"{record}.")]:
            del self._rows[key]
        for key in [known for known in self._lists if known.startswith(f"{record}.")]:
            del self._lists[key]

    # Showing

    def row(self, path: str) -> FieldRow | None:
        """The row of a path or key, when its record is open."""
        try:
            return self._rows.get(key_of(self.desk.facts, path))
        except KeyError:
            return None

    def list_view(self, key: str) -> RecordsView | None:
        """The list at a key."""
        return self._lists.get(key)

    def refresh(self, keys: frozenset[str] | None) -> None:
        for view in list(self._lists.values()):
            if keys is None or view.key in keys:
                view.sync()
            else:
                view.refresh_visible()
        for key, row in list(self._rows.items()):
            if keys is None or key in keys:
                row.refresh()
            elif f"{COMMENT}{key}" in keys:
                row.refresh_marker()
            else:
                row.refresh_visible()
        for view in self._lists.values():
            if keys is None or any(key.startswith(view.key) for key in keys):
                view.refresh_heads()
        self._refresh_groups()

    def refresh_findings(self) -> None:
        for row in self._rows.values():
            row.refresh_findings()
        for view in self._lists.values():
            view.refresh_heads()

    def refresh_papers(self) -> None:
        for row in self._rows.values():
            row.refresh_usage()

    def _refresh_groups(self) -> None:
        for spec, widget in self._groups:
            base = spec.pattern.rpartition(".")[0]
            shown = holds(spec.meta.visible_when, self.desk.lookup, base)
            asked = any(
                row.asked()
                for key, row in self._rows.items()
                if pattern_of(key).rpartition(".")[0] == spec.pattern
            )
            widget.setVisible(shown and (asked or not isinstance(widget, Card)))

    def set_read_only(self, read_only: bool) -> None:
        for row in self._rows.values():
            row.set_read_only(read_only)
        for view in self._lists.values():
            view.sync()

    def find_source(self) -> Source | None:
        self.flush()
        parts = []
        for part in self._page.parts:
            spec = specs.by_pattern()[part]
            own = [] if isinstance(spec, FieldSpec) else [c for c in spec.children if self._belongs(c)]
            parts.append((part, own))
        return PlaceSource(
            self,
            lambda: places_of(self.desk, parts),
            lambda: self.desk.session.content_revision,
            self._bring,
            self.reveal,
        )

    def _bring(self, key: str) -> FieldRow | None:
        """Open the records around a row and bring it into view; the cursor stays where it is."""
        row = self._uncover(key)
        if row is not None:
            QTimer.singleShot(0, row, lambda: self.bring_into_view(row))
        return row

    def _uncover(self, key: str) -> FieldRow | None:
        """The row of a key, the records that hold it opened."""
        for _round in range(2):  # a nested list appears when its record is opened
            for list_key in sorted(self._lists, key=len):
                if key.startswith(f"{list_key}["):
                    self._lists[list_key].open_for(key)
            if key in self._rows or "[" not in key:
                break
        return self._rows.get(key)

    def reveal(self, path: str) -> bool:
        try:
            key = key_of(self.desk.facts, path)
        except KeyError:
            key = path
        row = self._uncover(key)
        if row is not None:
            self._last_key = key
            row.focus()
            QTimer.singleShot(0, row, lambda: self.bring_into_view(row))
            return True
        view = self._lists.get(key)
        if view is not None:
            view.add_button.setFocus()
            QTimer.singleShot(0, view, lambda: self.bring_into_view(view.add_button))
            return True
        below = next(
            (
                known
                for known in self._rows
                if known.startswith(f"{key}.") and not self._rows[known].isHidden()
            ),
            None,
        )
        if below is not None:
            return self.reveal(below)
        return False

    def go_to_part(self, number: int) -> None:
        """Alt+1 … Alt+9: the first field of the n-th part that is asked."""
        shown = [part for part in self._parts if not part.isHidden()]
        if number >= len(shown):
            return
        part = shown[number]
        if isinstance(part, RecordsView):
            target = part.cards()[0].head if part.cards() else part.add_button
            target.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.bring_into_view(target)
            return
        row = next((r for r in self._rows.values() if part.isAncestorOf(r) and not r.isHidden()), None)
        if row is not None:
            row.focus()
            self.bring_into_view(row)

    def place(self) -> str:
        return self._last_key

    def _remember(self, key: str) -> None:
        if key in self._rows:
            self._last_key = key

    def flush(self) -> bool:
        for row in list(self._rows.values()):
            row.commit()
        return not any(row.unsaved() for row in self._rows.values())
