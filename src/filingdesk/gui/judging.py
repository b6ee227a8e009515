"""Asks for the reason of a waiver or for a person's statement, and stores it."""

from PySide6.QtWidgets import QDialog, QWidget

from filingdesk.domain.report import RuleResult
from filingdesk.gui.desk import Desk
from filingdesk.gui.dialogs import AttestDialog, WaiveDialog


def waive(desk: Desk, rule: str, message: str, fingerprint: str, parent: QWidget | None = None) -> bool:
    """Ask for a reason and set the finding aside; False when the user changed their mind."""
    dialog = WaiveDialog(rule, message, parent)
    if dialog.exec() != QDialog.DialogCode.Accepted:
        return False
    return desk.attempt(lambda: desk.session.waive(rule, dialog.text(), fingerprint=fingerprint)) is not None


def attest(desk: Desk, result: RuleResult, parent: QWidget | None = None) -> bool:
    """Ask a person what they found and keep it; False when the user changed their mind."""
    given = desk.session.attestations.get(result.id)
    dialog = AttestDialog(
        result.id,
        result.title,
        result.note,
        desk.session.today,
        name=given.name if given else "",
        answer=given.answer if given else "",
        statement=given.statement if given else "",
        parent=parent,
    )
    if dialog.exec() != QDialog.DialogCode.Accepted:
        return False
    done = desk.attempt(
        lambda: desk.session.attest(
            result.id,
            dialog.result_answer(),
            dialog.statement.toPlainText().strip(),
            dialog.name.text().strip(),
            day=dialog.day.text().strip(),
        )
    )
    return done is not None
