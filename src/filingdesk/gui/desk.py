"""What every page works with: the open project, its facts and findings, and the few things a page may ask of the window."""

import contextlib
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QImage

from filingdesk.domain import flat
from filingdesk.domain.errors import UserError
from filingdesk.domain.facts import Facts
from filingdesk.domain.flat import Value
from filingdesk.domain.paths import pattern_of
from filingdesk.domain.report import CheckReport, Finding
from filingdesk.domain.specs import FieldSpec, ListSpec, spec_of
from filingdesk.domain.values import parse_attachment
from filingdesk.gui.completeness import Tally
from filingdesk.gui.jobs import JobRunner, Ticket
from filingdesk.gui.knowledge import Knowledge, PapersView
from filingdesk.gui.saving import Saving
from filingdesk.infra.files import atomic_write, safe_file_name
from filingdesk.services import openings
from filingdesk.services.changes import Changes
from filingdesk.services.session import Session

if TYPE_CHECKING:
    from filingdesk.rules.route import RouteResult

T = TypeVar("T")
LARGE_FILE = 4 << 20
"""Bytes from which a file is stored beside the window, which would stand still otherwise."""
CHECK_PAUSE_MS = 150
REST_MS = 120_000
"""Work has rested: what the check says then is put on record."""
PAPERS_PAUSE_MS = 1200
"""Papers are rendered anew when nothing happened for so long."""


class Desk(QObject):
    """One open project as the window sees it.

    Views refresh from `changed` and `checked`; widgets do not signal each other. A fault of the user or the machine met on
    the way goes out by `failed` and the asking method says False or blank.
    """

    changed = Signal(object)
    """The storage keys that changed, as a frozenset; None when anything may have changed."""
    checked = Signal()
    """A new report is in `report`."""
    papers_known = Signal()
    """`papers` tells anew how far the papers are and which of them use a field."""
    field_focused = Signal(str)
    typed = Signal(str, object)
    """What is being typed into a field and not stored yet: key, value."""
    preview_toggled = Signal()
    """The paper beside the form is wanted, or no longer."""
    saved = Signal(str)
    """The words of the quiet note in the top bar."""
    told = Signal(str, str, str)
    """A sentence for the notice bar: text, tone, and an action (`undo`) or blank."""
    going = Signal(str, str)
    """Wants a page (blank: the one that holds the path) and a path on it."""
    failed = Signal(object)
    webform_wanted = Signal(str)
    """Wants the small window for web forms, at a form (blank: where it was)."""
    closing = Signal()
    """The project is about to be closed: end whatever runs beside the jobs."""

    def __init__(
        self, session: Session, jobs: JobRunner, knowledge: Knowledge, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.session = session
        self.opened_before = openings.note(session.path, session.clock())
        """When this person last had the project open on this machine; None the first time."""
        self.jobs = jobs
        self.knowledge = knowledge
        self.report: CheckReport | None = None
        self._findings: dict[str, list[Finding]] = {}
        self._tally: Tally | None = None
        self._route: RouteResult | None = None
        self.papers = PapersView()
        self._saving = Saving(lambda: session.file.settled, self.saved.emit, self)
        self._papers_pause = QTimer(self)
        self._papers_pause.setSingleShot(True)
        self._papers_pause.setInterval(PAPERS_PAUSE_MS)
        self._papers_pause.timeout.connect(self._ask_papers)
        self._papers_job: Ticket | None = None
        self._papers_revision = -1
        self._check_pause = QTimer(self)
        self._check_pause.setSingleShot(True)
        self._check_pause.setInterval(CHECK_PAUSE_MS)
        self._check_pause.timeout.connect(self.check_now)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._checkpoint)
        self._edited = False
        self._checking = False
        self._check_again = False
        self.focused_key = ""
        self.typed.connect(lambda _key, _value: self._put_papers_off())
        self._unsubscribe = session.subscribe(self._on_changes)

    def close(self) -> None:
        """Stop listening, drop what runs, give the project back."""
        self.closing.emit()
        self._check_pause.stop()
        self._papers_pause.stop()
        self._rest.stop()
        self._unsubscribe()
        self._checkpoint()
        self.jobs.drop_all()
        self.session.close()

    # Reading

    @property
    def facts(self) -> Facts:
        """The facts as they stand."""
        return self.session.facts

    @property
    def read_only(self) -> bool:
        """Whether nothing can be changed."""
        return self.session.read_only

    def lookup(self, path: str) -> Any:
        """The value at a path or key; None when there is none."""
        try:
            return flat.get(self.facts, path)
        except KeyError:
            return None

    def value(self, key: str) -> Value:
        """The value of a leaf; blank when its record is gone."""
        found = self.lookup(key)
        return found if isinstance(found, str | list) else ""

    def record_ids(self, key: str) -> list[str]:
        """The ids of the records of a list, in order."""
        return [item.id for item in self.lookup(key) or []]

    def folder(self) -> str:
        """Where file dialogs begin."""
        return str(self.session.path.parent)

    def completeness(self) -> Tally:
        """How much is filled, counted once per change."""
        if self._tally is None:
            self._tally = Tally(self.facts)
        return self._tally

    def route(self) -> "RouteResult | None":
        """Which filings are due by the facts as they stand, judged once per change; None until the table is read."""
        today = self.session.snapshot().as_of
        if self.knowledge.ready and (self._route is None or self._route.as_of != today):
            self._route = self.knowledge.route(self.facts, today)
        return self._route

    def fraction_below(self, key: str) -> float | None:
        """How much of a record is filled; None when nothing is asked."""
        counted = self.completeness().below(key)
        return counted.ratio if counted.asked else None

    # Findings

    def findings_at(self, key: str) -> list[Finding]:
        """What the last report says of exactly this field."""
        return self._findings.get(key, [])

    def finding_count_below(self, key: str) -> int:
        """How many findings lie in a record."""
        return sum(len(found) for known, found in self._findings.items() if known.startswith(f"{key}."))

    def key_of(self, path: str) -> str:
        """The storage key of a path; the path itself when a record is missing."""
        return _key_in(self.facts, path)

    def check_soon(self) -> None:
        """Check again after a short pause."""
        self._check_pause.start()

    def check_now(self) -> None:
        """Check in the background; the outcome comes by `checked`."""
        if self._checking:
            self._check_again = True
            return
        snapshot = self.session.snapshot()
        self._checking, self._check_again = True, False
        self.jobs.start(
            lambda cancel, report: self.knowledge.check(snapshot),
            on_done=lambda report: self._take_report(report, snapshot.facts),
            on_error=self._check_failed,
        )

    def _take_report(self, report: CheckReport, facts: Facts) -> None:
        self._checking = False
        self.report = report
        self._findings = {}
        for finding in report.findings:
            if finding.path:  # by storage key: a record that moves meanwhile keeps its findings
                self._findings.setdefault(_key_in(facts, finding.path), []).append(finding)
        self.checked.emit()
        if self._check_again:
            self.check_now()
        else:
            self._papers_pause.start()

    def _checkpoint(self) -> None:
        """Record which findings stand, once work has rested or ends; a later return of one that is gone is then told."""
        report = self.report
        if self._edited and report is not None and report.revision >= self.session.content_revision:
            from filingdesk.services import upgrades  # the rules are loaded by now

            # Not worth a dialog, least of all while closing: the next checkpoint records it.
            with contextlib.suppress(UserError):
                upgrades.note_findings(self.session, report)
            # The record was a change too, but none that a person made.
            self._edited = False
            self._rest.stop()

    def _check_failed(self, error: BaseException) -> None:
        self._checking = False
        self.failed.emit(error)

    def _ask_papers(self) -> None:
        if self._papers_job is not None:
            self._papers_job.cancel()
        session, snapshot, report = self.session, self.session.snapshot(), self.report
        if report is not None and self.knowledge.ready and report.revision != self._papers_revision:
            self._papers_revision = report.revision
            self._papers_job = self.jobs.start(
                lambda cancel, _report: self.knowledge.papers_view(session, snapshot, report, cancel),
                on_done=self._take_papers,
                on_error=self.failed.emit,
            )

    def _put_papers_off(self) -> None:
        """While somebody types, the preview of one paper goes before the state of all of them."""
        if self._papers_job is not None:
            self._papers_job.cancel()
            self._papers_job = None
            self._papers_revision = -1
            self._papers_pause.start()
        elif self._papers_pause.isActive():
            self._papers_pause.start()

    def _take_papers(self, view: PapersView) -> None:
        self._papers_job = None
        if view != self.papers:
            self.papers = view
            self.papers_known.emit()

    def take_back_waiver(self, rule: str, fingerprint: str) -> None:
        """Let a finding count again, however it was set aside."""
        for key in (fingerprint, ""):
            if (f"{rule}:{key}" if key else rule) in self.session.waivers:
                self._try(lambda key=key: self.session.unwaive(rule, fingerprint=key))  # type: ignore[misc]

    # Editing

    def commit(self, key: str, value: Value) -> bool:
        """Store a leaf; False when that failed (told already)."""
        return self._try(lambda: self.session.set(key, value)) is not _FAILED

    def add_record(self, key: str) -> str:
        """A new blank record at the end; gives its id, blank on failure."""
        path = self._try(lambda: self.session.add_item(key))
        return self._identity(path)

    def duplicate_record(self, key: str, identity: str) -> str:
        """A copy right behind; gives its id, blank on failure."""
        path = self._try(lambda: self.session.duplicate_item(f"{key}[#{identity}]"))
        return self._identity(path)

    def _identity(self, path: object) -> str:
        record = self.lookup(path) if isinstance(path, str) else None
        return str(getattr(record, "id", ""))

    def remove_record(self, key: str, spec: ListSpec, identity: str) -> bool:
        """Take a record away and offer to undo."""
        name = self.value(f"{key}[#{identity}].{spec.meta.title}")
        if self._try(lambda: self.session.remove_item(f"{key}[#{identity}]")) is _FAILED:
            return False
        self.told.emit(f"已删除{spec.meta.item}{f'「{name}」' if name else ''}。", "accent", "undo")
        return True

    def move_record(self, key: str, identity: str, by: int) -> bool:
        """Move a record up (-1) or down (1)."""
        place = self.record_ids(key).index(identity) + by
        return self._try(lambda: self.session.move_item(f"{key}[#{identity}]", place)) is not _FAILED

    def undo(self) -> None:
        """Take back the last edit and lead to it."""
        self._lead_to(self._try(self.session.undo))

    def redo(self) -> None:
        """Repeat the edit that was taken back and lead to it."""
        self._lead_to(self._try(self.session.redo))

    def _lead_to(self, changes: object) -> None:
        if isinstance(changes, Changes):
            fields = sorted(
                key for key in changes.keys if not key.startswith("@") and self.lookup(key) is not None
            )
            leaves = [key for key in fields if isinstance(spec_of(key), FieldSpec)] or fields
            if leaves:
                self.going.emit("", leaves[0])

    # Attachments

    def attachment_size(self, digest: str) -> int | None:
        """The size in bytes of an attachment of the project; None when it is not there."""
        info = self.session.snapshot().attachments.get(digest)
        return info.size if info is not None else None

    def attach(self, key: str, files: list[Path]) -> None:
        """Take files into the project and add them to a field; large ones beside the window, one after the other."""
        for place, file in enumerate(files):
            if _size(file) > LARGE_FILE:
                self._attach_beside(key, files[place:])
                return
            if self._try(lambda file=file: self.session.attach_file(key, file)) is _FAILED:  # type: ignore[misc]
                return

    def _attach_beside(self, key: str, files: list[Path]) -> None:
        self.saved.emit(f"正在添加 {files[0].name}…")

        def done(reference: str) -> None:
            if self._try(lambda: self.session.add_reference(key, reference)) is not _FAILED:
                self.attach(key, files[1:])

        self.jobs.start(
            lambda cancel, report: self.session.store_file(files[0]), on_done=done, on_error=self.failed.emit
        )

    def attach_image(self, key: str, image: QImage) -> None:
        """Take a picture from the clipboard as a PNG file."""
        data = QByteArray()
        buffer = QBuffer(data)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        image.save(buffer, "PNG")  # type: ignore[call-overload]
        name = f"截图 {datetime.now().astimezone():%Y-%m-%d %H%M%S}.png"
        self._try(lambda: self.session.attach(key, name, bytes(data.data())))

    def open_attachment(self, reference: str) -> None:
        """Open a copy of an attachment with the program that the machine has for it."""
        data = self._try(lambda: self.session.attachment(reference))
        if data is _FAILED:
            return
        name = safe_file_name(parse_attachment(reference).name)
        if not isinstance(data, bytes):
            self.failed.emit(
                UserError("attachment.missing", f"项目里没有“{name}”的内容。", "请重新添加这个文件。")
            )
            return

        def write_copy() -> Path:
            folder = Path(tempfile.mkdtemp(prefix="filingdesk-"))
            atomic_write(folder / name, data)
            return folder / name

        copy = self._try(write_copy)
        if isinstance(copy, Path):
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(copy)))

    # The window

    def focus_field(self, spec: FieldSpec, key: str) -> None:
        """The cursor is in this field: the help pane follows."""
        self.focused_key = key
        self.field_focused.emit(key)

    def go(self, page: str, path: str = "") -> None:
        """Show a page, and a place on it."""
        self.going.emit(page, path)

    def go_to(self, path: str) -> None:
        """Show the place of a path or key, wherever it is edited."""
        self.going.emit("", path)

    def tell(self, text: str, tone: str = "accent") -> None:
        """Say a sentence in the notice bar."""
        self.told.emit(text, tone, "")

    def usage_count(self, key: str) -> int:
        """How many papers use a field."""
        return len(self.papers.uses.get(pattern_of(key), ()))

    def attempt(self, act: Callable[[], T]) -> T | None:
        """Do something that a user or the machine may make fail; a fault is told, None is given."""
        done = self._try(act)
        return None if done is _FAILED else done  # type: ignore[return-value]

    def _try(self, act: Callable[[], T]) -> "T | _Failed":
        try:
            return act()
        except UserError as error:
            self._saving.refused()
            self.failed.emit(error)
            return _FAILED

    def _on_changes(self, changes: Changes) -> None:
        if changes.only_typed:
            return
        if changes.only_marks:
            self.changed.emit(changes.keys)
            return
        self._tally = None
        self._route = None
        self._edited = True
        self._rest.start()
        for key in changes.keys:  # spoken of the old value; the next report speaks of the new one
            self._findings.pop(key, None)
        self._saving.edited()
        self.changed.emit(changes.keys)
        self.check_soon()


class _Failed:
    """The outcome of something that failed and was told."""


_FAILED = _Failed()


def _key_in(facts: Facts, path: str) -> str:
    try:
        return flat.key_of(facts, path)
    except KeyError:
        return path


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0  # storing it says what is wrong
