"""The page 自检: statements with evidence, what has gone stale, what came back after it was mended."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from PySide6.QtWidgets import QDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from filingdesk.gui.dialogs import AttestDialog
from filingdesk.gui.judging import attest
from filingdesk.gui.pages.checkreport import BACK, STALE, CheckPage
from filingdesk.gui.shell import Shell
from filingdesk.services.checking import rule
from gui.delivery import answer, desk_of, settle, show


def check_page(shell: Shell) -> CheckPage:
    page = show(shell, "check")
    assert isinstance(page, CheckPage)
    return page


def texts(page: CheckPage) -> str:
    return "\n".join(w.accessibleName() or w.text() for w in page._detail.findChildren(QLabel))


def attested_rule(shell: Shell) -> str:
    """A rule that a person judges and that looks at a field, so that its statement can go stale."""
    report = desk_of(shell).report
    assert report is not None
    for result in report.with_status("manual"):
        found = rule(result.id)
        if found is not None and "algorithm.name" in found[1].patterns:
            return result.id
    raise AssertionError("no such rule")


def test_a_statement_holds_its_evidence_and_its_day(
    project: Shell, tmp_path: Path, checked: Callable[[], None]
) -> None:
    desk = desk_of(project)
    page = check_page(project)
    assert desk.report is not None
    result = desk.report.with_status("manual")[0]
    proof = tmp_path / "核查记录.txt"
    proof.write_text("逐份核对", encoding="utf-8")
    problems: list[str] = []

    def fill(dialog: AttestDialog) -> None:
        dialog.answer.chips()[0].click()
        dialog.statement.setPlainText("逐份打开核对。")
        dialog.name.setText("张示例")
        dialog.day.setText((desk.session.today + timedelta(days=2)).isoformat())
        problems.append(dialog.day_problem.text())
        assert not dialog.ok.isEnabled()
        dialog.day.setText("2026年11月2日")
        dialog.evidence.add([proof])
        assert dialog.ok.isEnabled()
        dialog.accept()

    answer(AttestDialog, fill)
    assert attest(desk, result, page)
    checked()
    assert problems == ["核查日期在今天以后"]
    given = desk.session.attestations[result.id]
    assert given.day == "2026-11-02"
    assert desk.session.attachment(given.evidence[0]) == proof.read_bytes()
    page.select(result.id)
    assert "张示例（2026-11-02）：符合" in texts(page)
    assert any(b.text() == "证据：核查记录.txt" for b in page._detail.findChildren(QPushButton))
    # Changing it keeps the evidence, unless it is taken out.
    answer(AttestDialog, QDialog.accept)
    assert attest(desk, result, page)
    assert desk.session.attestations[result.id].evidence == given.evidence


def test_a_statement_goes_stale_when_its_facts_change(
    project: Shell, qtbot: QtBot, checked: Callable[[], None]
) -> None:
    desk = desk_of(project)
    page = check_page(project)
    desk.commit("algorithm.name", "示例算法")
    checked()
    identity = attested_rule(project)
    desk.session.attest(identity, "符合", "逐页看过", "张示例")
    checked()
    page.select(identity)
    assert page._filter.values() == ["全部"]
    assert STALE not in texts(page)
    desk.commit("algorithm.name", "示例算法改名")
    checked()
    page._filter.set_values([STALE])
    page._fill()
    assert [item.id for item in page.model.items] == [identity]
    assert "已失效，请重新核查" in texts(page)
    assert any(b.text() == "重新核查…" for b in page._detail.findChildren(QPushButton))
    back = next(b for b in page._detail.findChildren(QPushButton) if b.text() == "撤回核查结果")
    back.click()
    checked()
    assert identity not in desk.session.attestations
    settle(project, qtbot)


def test_a_finding_that_comes_back_says_so(project: Shell, qtbot: QtBot, checked: Callable[[], None]) -> None:
    desk = desk_of(project)
    page = check_page(project)
    page.check_again()
    checked()
    settle(project, qtbot)
    assert not page.model.mended
    finding = next(f for f in desk.report.findings if f.path == "subject.name") if desk.report else None
    assert finding is not None
    desk.commit("subject.name", "示例科技（杭州）有限公司")
    checked()
    page.check_again()
    qtbot.waitUntil(lambda: finding.fingerprint in desk.session.snapshot().mended, timeout=20_000)
    checked()
    assert not any(item for item in page.model.items if page.model.mark(item) == BACK)
    desk.commit("subject.name", "")
    checked()
    page._filter.set_values([BACK])
    page._fill()
    assert finding.rule in [item.id for item in page.model.items]
    assert "又出现" in texts(page)
    settle(project, qtbot)


def test_a_return_is_told_without_having_asked_for_a_check(
    project: Shell, qtbot: QtBot, checked: Callable[[], None]
) -> None:
    desk = desk_of(project)
    page = check_page(project)
    finding = next(f for f in desk.report.findings if f.path == "subject.name") if desk.report else None
    assert finding is not None

    def rest() -> None:
        """Work rests; what the check said is put on record, once."""
        desk._rest.start(1)
        qtbot.waitUntil(lambda: not desk._rest.isActive() and not desk._edited, timeout=20_000)
        checked()

    desk.commit("subject.province", "浙江省")
    checked()
    rest()
    desk.commit("subject.name", "示例科技（杭州）有限公司")
    checked()
    assert finding.fingerprint not in desk.session.snapshot().mended  # still typing
    rest()
    assert finding.fingerprint in desk.session.snapshot().mended
    steps = desk.session.undo_step
    assert steps is not None and "自检" not in steps.label  # a record is nothing to undo
    desk.commit("subject.name", "")
    checked()
    page._filter.set_values([BACK])
    page._fill()
    assert finding.rule in [item.id for item in page.model.items]
    settle(project, qtbot)


def test_a_waiver_is_shown_with_reason_name_and_day(
    project: Shell, qtbot: QtBot, checked: Callable[[], None]
) -> None:
    desk = desk_of(project)
    page = check_page(project)
    assert desk.report is not None
    finding = desk.report.findings[0]
    desk.session.waive(finding.rule, "属地已口头确认，记录在案。", fingerprint=finding.fingerprint)
    checked()
    page.select(finding.rule)
    said = texts(page)
    assert "已豁免：属地已口头确认，记录在案。（测试员，20" in said
    settle(project, qtbot)
