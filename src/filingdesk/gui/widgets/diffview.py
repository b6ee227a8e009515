"""Two texts compared by line: what is gone, what was added, and a little of what stands around."""

from collections.abc import Iterator, Mapping, Sequence

from PySide6.QtGui import QTextCursor, QTextFormat
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from filingdesk.gui.theme import Size, color, mono_font
from filingdesk.services.template_merge import DiffLine

AROUND = 3
_SIGNS = {"same": " ", "gone": "−", "added": "＋"}


class DiffView(QPlainTextEdit):
    """Read only; one heading line per file."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setFont(mono_font(Size.BODY))
        self.setAccessibleName("逐行比较")
        self._kinds: list[str] = []

    def show_changes(self, changes: Mapping[str, Sequence[DiffLine]], nothing: str) -> None:
        """Show the changes by file, or a sentence when there are none."""
        self._kinds = []
        rows: list[str] = []
        for name, lines in changes.items():
            rows.append(name)
            self._kinds.append("file")
            for kind, text in _folded(lines):
                rows.append(text)
                self._kinds.append(kind)
        self.setPlainText("\n".join(rows) or nothing)
        self._ground()

    def text(self) -> str:
        """What is shown."""
        return self.toPlainText()

    def _ground(self) -> None:
        grounds = {"gone": "blocker_soft", "added": "done_soft", "file": "hover"}
        marks = []
        block = self.document().firstBlock()
        for kind in self._kinds:
            if kind in grounds:
                mark = QTextEdit.ExtraSelection()
                mark.format.setBackground(color(grounds[kind]))  # type: ignore[attr-defined]
                mark.format.setProperty(QTextFormat.Property.FullWidthSelection, True)  # type: ignore[attr-defined]
                mark.cursor = QTextCursor(block)  # type: ignore[attr-defined]
                marks.append(mark)
            block = block.next()
        self.setExtraSelections(marks)


def _folded(lines: Sequence[DiffLine]) -> Iterator[tuple[str, str]]:
    """(kind, text) of the lines near a change; longer stretches that are the same are told by their number."""
    near: set[int] = set()
    for at, line in enumerate(lines):
        if line.kind != "same":
            near.update(range(at - AROUND, at + AROUND + 1))
    skipped = 0
    for at, line in enumerate(lines):
        if at not in near:
            skipped += 1
            continue
        if skipped:
            yield "fold", f"      …… 相同 {skipped} 行 ……"
            skipped = 0
        yield line.kind, f"{_SIGNS[line.kind]} {line.new or line.old or 0:>4} {line.text}"
    if skipped:
        yield "fold", f"      …… 相同 {skipped} 行 ……"
