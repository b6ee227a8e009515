"""What a scan gave, as the window holds it, and a record looked at as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QDialogButtonBox, QVBoxLayout, QWidget

from filingdesk.domain.intervals import Rate
from filingdesk.gui.pages.keywords_channels import way_words
from filingdesk.gui.pages.keywords_finder import Hit
from filingdesk.gui.pages.keywords_try import TryBox
from filingdesk.gui.pages.listings import Remark
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.dialog import Dialog
from filingdesk.gui.widgets.labels import label

_SHOWN_CHARS = 20_000


@dataclass(frozen=True)
class SeenHit:
    """A hit with the text around it; `record`, `start`, `end` as in `scan.runner.ScanHit`."""

    record: int
    start: int
    end: int
    surface: str
    keyword: str
    category: str
    channel: str
    source: str
    row: int
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class SourceLine:
    """One source of the corpus: its records, those scanned and hit, and whether T1 is kept."""

    name: str
    records: int
    rate: Rate
    within: bool | None


@dataclass(frozen=True)
class Scan:
    """What a scan gave, as `services.keyword_tasks.scan` tells it."""

    inputs: Sequence[Path]
    text_field: str
    plain: dict[str, Any]
    hits: Sequence[SeenHit]
    sources: Sequence[SourceLine]
    unread: Sequence[Remark] = ()

    @staticmethod
    def of(plain: dict[str, Any], inputs: Sequence[Path], text_field: str) -> "Scan":
        """From the result of the task."""
        unread = []
        for line in plain["skipped"]:
            name, colon, why = line.partition("：")
            unread.append(Remark("", name, why if colon else line))
        unread += [
            Remark(f"{row:,}", source, told) for _record, source, row, _kind, told in plain["problems"]
        ]
        return Scan(
            inputs,
            text_field,
            plain,
            [SeenHit(*hit) for hit in plain["hits"]],
            [
                SourceLine(s["source"], s["records"], Rate(s["records_hit"], s["scanned"]), s["T1"])
                for s in plain["sources"]
            ],
            unread,
        )

    @property
    def rate(self) -> Rate:
        """Records with hits, of those scanned."""
        return Rate(self.plain["records_hit"], self.plain["records"])

    @property
    def unread_count(self) -> int:
        """Files, sheets and records that were not read or only in part."""
        return len(self.plain["skipped"]) + sum(int(n) for n in self.plain["problem_counts"].values())


class RecordDialog(Dialog):
    """The whole record around a hit, with all its hits marked."""

    def __init__(
        self, hit: SeenHit, text: str, begins: int, hits: Sequence[SeenHit], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("命中所在的整条文字")
        self.resize(760, 460)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        column.setSpacing(Space.S)
        column.addWidget(label(f"{hit.source} 第 {hit.row:,} 行", "cardTitle"))
        column.addWidget(label(f"{hit.keyword} · {hit.category} · {way_words(hit.channel)}", "secondary"))
        # A record may be very long: the piece around the hit is shown.
        first = max(0, hit.start - begins - _SHOWN_CHARS // 2)
        shown, begins = text[first : first + _SHOWN_CHARS], begins + first
        self.box = TryBox()
        self.box.setReadOnly(True)
        self.box.setAccessibleName("整条文字，命中已标出")
        self.box.setPlainText(shown)
        marks = [
            Hit(h.start - begins, h.end - begins, h.surface, h.keyword, h.category, h.channel)
            for h in hits
            if h.record == hit.record and begins <= h.start and h.end - begins <= len(shown)
        ]
        self.box.show_marks(shown, marks, {})
        cursor = self.box.textCursor()
        cursor.setPosition(min(max(hit.start - begins, 0), max(self.box.document().characterCount() - 1, 0)))
        self.box.setTextCursor(cursor)
        self.box.ensureCursorVisible()
        column.addWidget(self.box, 1)
        buttons = QDialogButtonBox()
        close = buttons.addButton("关闭", QDialogButtonBox.ButtonRole.RejectRole)
        close.setDefault(True)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
