"""Asks for the reason of a waiver or for a person's statement, and stores it."""

from pathlib import Path

from PySide6.QtWidgets import QDialog, QWidget

from filingdesk.domain.report import RuleResult
from filingdesk.domain.values import parse_date
from filingdesk.gui.desk import Desk
from filingdesk.gui.dialogs import AttestDialog, WaiveDialog
from filingdesk.gui.forms.storing import HeldText
from filingdesk.infra.files import telling
from filingdesk.services.changes import Changes


def waive(desk: Desk, rule: str, message: str, fingerprint: str, parent: QWidget | None = None) -> bool:
    """Ask for a reason and set the finding aside; False when the user changed their mind."""
    dialog = WaiveDialog(rule, message, parent)
    held = HeldText(dialog.reason, desk, f"waive/{rule}:{fingerprint}")
    if dialog.exec() != QDialog.DialogCode.Accepted:
        held.store()
        return False
    done = desk.attempt(lambda: desk.session.waive(rule, dialog.text(), fingerprint=fingerprint))
    return held.over(done)


def attest(desk: Desk, result: RuleResult, parent: QWidget | None = None) -> bool:
    """Ask a person what they found and keep it with its evidence; False when the user changed their mind."""
    given = desk.session.attestations.get(result.id)
    dialog = AttestDialog(
        result.id,
        result.title,
        result.note,
        desk.session.today,
        name=given.name if given else "",
        answer=given.answer if given else "",
        statement=given.statement if given else "",
        evidence=given.evidence if given else (),
        parent=parent,
    )
    held = HeldText(dialog.statement, desk, f"attest/{result.id}")
    if dialog.exec() != QDialog.DialogCode.Accepted:
        held.store()
        return False

    def store() -> Changes:
        new = [_taken(desk, file) for file in dialog.evidence.files]
        day = parse_date(dialog.day.text())
        return desk.session.attest(
            result.id,
            dialog.result_answer(),
            dialog.statement.toPlainText().strip(),
            dialog.name.text().strip(),
            day=day.isoformat() if day else "",
            evidence=tuple(dict.fromkeys([*dialog.evidence.references, *new])),
        )

    return held.over(desk.attempt(store))


def _taken(desk: Desk, file: Path) -> str:
    """Store a file in the project; gives its reference."""
    with telling(file, "读取"):
        data = file.read_bytes()
    return desk.session.store_blob(file.name, data)
