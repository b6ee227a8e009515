"""单位档案: made from one project, put into the next after telling whom it touches, locked by a password, newer things told."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from filingdesk.domain.facts import Facts
from filingdesk.domain.facts_holdings import Permit
from filingdesk.gui.pages.formpage import FormPage
from filingdesk.gui.pages.impact_dialog import ImpactDialog
from filingdesk.gui.pages.profile import ProfilePage
from filingdesk.gui.pages.profile_dialog import ProfileDialog
from filingdesk.gui.pages.profile_refer import ReferDialog
from filingdesk.gui.profilekeeper import keeper
from filingdesk.gui.shell import Shell
from filingdesk.services import profile as profiles
from filingdesk.services.profile import Profile
from gui.delivery import desk_of, settle, show, told_faults

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)


def profile_page(shell: Shell, qtbot: QtBot) -> ProfilePage:
    page = show(shell, "profile")
    assert isinstance(page, ProfilePage)
    settle(shell, qtbot)
    return page


def fill(shell: Shell) -> None:
    session = desk_of(shell).session
    session.set_many(
        {
            "subject.name": "示例甲公司",
            "subject.website": "https://a.example.cn",
            "safety_officer.name": "示例一",
        },
        "填写",
    )
    path = session.add_item("permits", {"kind": "ICP 备案", "valid_until": "2020-01-01"})
    session.attach(f"{path}.scan", "证照.pdf", b"%PDF-1.4 example")


def answered(page: ProfilePage) -> list[str]:
    """Accepts the next dialog and gives what it told."""
    told: list[str] = []

    def answer() -> None:
        dialog = page.window().findChild(QDialog)
        assert isinstance(dialog, ImpactDialog)
        told.extend(row[1] for row in dialog.model.rows)
        told.append(dialog.sentence.accessibleName())
        dialog.accept()

    QTimer.singleShot(0, answer)
    return told


def make(shell: Shell, qtbot: QtBot) -> ProfilePage:
    fill(shell)
    page = profile_page(shell, qtbot)
    assert page.empty.isVisible()
    page.collect()
    settle(shell, qtbot)
    return page


def test_from_one_project_into_the_next(project: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    page = make(project, qtbot)
    assert not page.empty.isVisible()
    assert "已过期" in page.expiry_list.accessibleName()
    assert page.differences.model.rows == []
    assert "示例一" not in [line.text for line in page.content_card.model.rows]  # a person's name is masked
    assert project.create_project(tmp_path / "第二个.fdproj")
    desk = desk_of(project)
    desk.session.set("subject.website", "https://b.example.cn")
    page = profile_page(project, qtbot)
    rows = {d.path: d for d in page.differences.model.rows}
    assert rows["subject.website"].kind == "differs"
    chosen = {d.path for d in page.differences.chosen()}
    assert "subject.name" in chosen
    assert "subject.website" not in chosen  # what the project has is never ticked by itself
    told = answered(page)
    page.differences.take_button.click()
    assert "示例甲公司" in told
    assert "规则" in told[-1]
    assert desk.facts.subject.name == "示例甲公司"
    assert desk.facts.subject.website == "https://b.example.cn"
    assert desk.session.attachment(desk.facts.permits[0].scan[0]) == b"%PDF-1.4 example"
    assert [d.path for d in page.differences.model.rows] == ["subject.website"]
    desk.undo()
    assert desk.facts.subject.name == ""
    assert desk.facts.permits == []


def test_a_password_locks_and_a_wrong_one_is_told_in_place(project: Shell, qtbot: QtBot) -> None:
    page = make(project, qtbot)
    page.set_password("口令")
    settle(project, qtbot)
    assert profiles.needs_password()
    assert page.sealed_badge.text() == "已加密"
    keeper(desk_of(project)).forget()
    page = profile_page(project, qtbot)
    page.read()
    assert page.lock.isVisible()
    assert not page.content_card.isVisible()
    page.password.setText("错的")
    page.unlock()
    settle(project, qtbot)
    assert "密码不对" in page.lock_told.text()
    page.password.setText("口令")
    page.unlock()
    settle(project, qtbot)
    assert not page.lock.isVisible()
    assert page.content_card.isVisible()
    page.set_password("")
    settle(project, qtbot)
    assert not profiles.needs_password()


def test_lines_are_changed_and_records_dropped(project: Shell, qtbot: QtBot) -> None:
    page = make(project, qtbot)
    page.content_card.edited.emit("subject.name", "示例乙公司")
    settle(project, qtbot)
    assert profiles.load().facts.subject.name == "示例乙公司"
    assert [d.path for d in page.differences.model.rows] == ["subject.name"]
    page.content_card.removed.emit("permits[0]")
    settle(project, qtbot)
    assert profiles.load().facts.permits == []
    assert len(desk_of(project).facts.permits) == 1


def test_opening_a_project_tells_what_is_newer_until_it_is_left(
    project: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    page = make(project, qtbot)
    page.content_card.edited.emit("subject.name", "示例乙公司")
    settle(project, qtbot)
    path = desk_of(project).session.path
    assert project.open_project(path)
    settle(project, qtbot)
    assert project.workbench is not None
    assert "1 处比本项目新" in project.workbench.notice.text()
    page = profile_page(project, qtbot)
    assert page.differences.leave_button.isVisible()
    page.differences.leave_button.click()
    assert not page.differences.leave_button.isVisible()
    assert len(page.differences.model.rows) == 1


def test_the_page_of_the_subject_leads_there(project: Shell) -> None:
    page = show(project, "subject")
    assert isinstance(page, FormPage)
    (button,) = (b for b in page.findChildren(QPushButton) if b.accessibleName() == "单位档案…")
    button.click()
    assert project.workbench is not None
    current = project.workbench.current()
    assert current is not None
    assert current.key == "profile"


def test_another_filed_algorithm_is_referred_to(project: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    session = desk_of(project).session
    session.set_many(
        {"algorithm.name": "示例甲算法", "algorithm.result.number": "网信算备330106000000000000001号"}, "填写"
    )
    make(project, qtbot)
    first = session.path
    assert project.create_project(tmp_path / "第二个.fdproj")
    desk = desk_of(project)
    page = show(project, "model")
    dialog = ReferDialog(desk, page)
    assert [a.name for a in dialog.model.rows] == ["示例甲算法"]
    dialog.take_chosen()
    assert desk.facts.large_model.algorithms[0].number == "网信算备330106000000000000001号"
    again = ReferDialog(desk, page)
    again.take_file(first)
    assert len(desk.facts.large_model.algorithms) == 1
    desk.undo()
    assert desk.facts.large_model.algorithms == []


def test_a_new_project_begins_at_the_profile_when_there_is_one(
    project: Shell, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(project, qtbot)
    path = tmp_path / "第二个.fdproj"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_more: (str(path), ""))
    project.new_project()
    settle(project, qtbot)
    assert project.workbench is not None
    current = project.workbench.current()
    assert isinstance(current, ProfilePage)
    assert current.differences.chosen()


def test_what_another_program_saved_is_not_overwritten(
    project: Shell,
    qtbot: QtBot,
) -> None:
    page = make(project, qtbot)
    held = profiles.load()
    profiles.save(profiles.with_value(held, "subject.city", "别处改的", at=NOW, who="另一个"))
    words = told_faults(qtbot, lambda: page.content_card.edited.emit("subject.name", "示例乙公司"))
    assert "没有保存" in words
    assert profiles.load().facts.subject.city == "别处改的"
    assert profiles.load().facts.subject.name == "示例甲公司"
    page = profile_page(project, qtbot)  # coming back reads what is new
    assert "别处改的" in [line.text for line in page.content_card.model.rows]


def test_the_profile_is_opened_from_the_start_page_without_a_project(
    shell: Shell, app: QApplication, qtbot: QtBot
) -> None:
    facts = Facts()
    facts.subject.name = "示例甲公司"
    facts.permits = [Permit(id="p", kind="ICP 备案", valid_until="2020-01-01")]
    profiles.save(Profile(facts=facts, saved_at=NOW.isoformat(), who="甲"), "1234")
    seen: list[str] = []

    def look() -> None:
        dialog = app.activeModalWidget()
        if not isinstance(dialog, ProfileDialog):
            QTimer.singleShot(20, look)
            return
        assert dialog.lock.isVisible() and not dialog.content.isVisible()
        dialog.password.setText("wrong")
        dialog.unlock()
        qtbot.waitUntil(lambda: dialog.fault.isVisible(), timeout=20_000)
        dialog.password.setText("1234")
        dialog.unlock()
        qtbot.waitUntil(lambda: dialog.content.isVisible(), timeout=20_000)
        seen.append(dialog.expiry.text())
        dialog.content.edited.emit("subject.name", "示例乙公司")
        qtbot.waitUntil(lambda: not shell.jobs.busy(), timeout=20_000)
        dialog.reject()

    QTimer.singleShot(0, look)
    assert shell.desk is None
    shell.start.profile_button.click()
    assert "2020-01-01" in seen[0] or "2020" in seen[0]
    assert profiles.load("1234").facts.subject.name == "示例乙公司"
