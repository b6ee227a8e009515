"""The page 规则与版本: which packs judge on a day, what differs, the upgrade with its effect, local rules without YAML."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from filingdesk.gui.pages.packs import COMPARE, LOCAL, PacksPage
from filingdesk.gui.pages.packs_editor import LocalRulesDialog, choose
from filingdesk.gui.shell import Shell
from filingdesk.gui.widgets.badge import Badge
from filingdesk.infra.resources import resource_path
from filingdesk.rules import packstore
from filingdesk.rules.registry import load_pack
from filingdesk.services import checking, localrules, upgrades
from filingdesk.services.changes import TYPED
from gui.delivery import desk_of, open_sample, ready, settle, show


def packs_page(shell: Shell) -> PacksPage:
    page = show(shell, "packs")
    assert isinstance(page, PacksPage)
    return page


def said(widget: QWidget) -> str:
    return "\n".join(child.accessibleName() or child.text() for child in widget.findChildren(QLabel))


def fresh(shell: Shell, qtbot: QtBot) -> None:
    """Wait until the report speaks of the project as it stands."""
    desk = desk_of(shell)
    qtbot.waitUntil(
        lambda: desk.report is not None and desk.report.revision == desk.session.revision, timeout=30_000
    )
    settle(shell, qtbot)


def record_older(shell: Shell, folder: Path, *, drop: str) -> None:
    """Put on record an older version of a pack: one that did not have the rule `drop`."""
    desk = desk_of(shell)
    old = folder / "algo-2022"
    shutil.copytree(resource_path("rulesets", "algo-2022"), old)
    file = old / "pack.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(re.sub(r"(?m)^version: .*$", "version: 2025.1.1", text), encoding="utf-8")
    rules = old / "rules.yaml"
    parts = re.split(r"(?m)^(?=- id: )", rules.read_text(encoding="utf-8"))
    rules.write_text("".join(p for p in parts if not p.startswith(f"- id: {drop}\n")), encoding="utf-8")
    pack = load_pack(old)
    packstore.keep(pack)
    report = checking.check(desk.session)
    refs = tuple(pack.ref if ref.id == pack.id else ref for ref in report.packs)
    upgrades._save(desk.session, refs, report.as_of, stay=False, label="记录")


def test_the_packs_of_a_day_and_what_they_would_find(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    open_sample(shell, qtbot, tmp_path, "incomplete")
    page = packs_page(shell)
    today = {line._pack.id: line for line in page.packs.lines()}
    assert "适用" in {b.text() for b in today["gbt-45654-2025"].findChildren(Badge)}
    assert "已停用" in {b.text() for b in today["tc260-003"].findChildren(Badge)}
    page.packs.picker.show_value("2025-06-01")
    page.packs.picker.finished.emit()
    settle(shell, qtbot)
    then = {line._pack.id: line for line in page.packs.lines()}
    assert "适用" in {b.text() for b in then["tc260-003"].findChildren(Badge)}
    assert "尚未施行" in {b.text() for b in then["gbt-45654-2025"].findChildren(Badge)}
    assert re.search(r"按这一天检查：阻断 \d+、提醒 \d+；今天是", page.packs.told.accessibleName())
    page.packs.picker.show_value("哪一天")
    page.packs.picker.finished.emit()
    assert "看不懂" in page.packs.told.accessibleName()


def test_a_pack_opens_to_its_clauses_with_their_rules(project: Shell) -> None:
    page = packs_page(project)
    line = next(line for line in page.packs.lines() if line._pack.id == "algo-2022")
    line.set_open(True)
    text = said(line)
    assert "第二十四条" in text
    assert "AL-ALG-001" in text
    assert "没有规则能判断" in text


def test_two_packs_are_compared_clause_by_clause(project: Shell) -> None:
    page = packs_page(project)
    page.show_view(COMPARE)
    assert page.compare.lines()
    assert "处不同" in page.compare.words.accessibleName()
    line = page.compare.lines()[0]
    line.set_open(True)
    assert "→" in said(line)
    page.compare.choose("algo-2022", "algo-2022")
    assert "没有差别" in page.compare.words.accessibleName()


def test_an_upgrade_is_offered_with_its_effect_and_taken(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    desk = open_sample(shell, qtbot, tmp_path, "incomplete")
    found = next(f for f in checking.check(desk.session).findings if f.rule.startswith("AL-"))
    page = packs_page(shell)
    assert page.offer.isHidden()
    before = desk.facts
    record_older(shell, tmp_path, drop=found.rule)
    fresh(shell, qtbot)
    assert page.offer.isVisible()
    assert page.offer.effect is not None
    assert found.rule in {f.rule for f in page.offer.effect.appear}
    assert "2025.1.1" in page.offer.words.accessibleName()
    assert "多出" in page.offer.words.accessibleName()
    QTest.mouseClick(page.offer.upgrade, Qt.MouseButton.LeftButton)
    fresh(shell, qtbot)
    assert page.offer.isHidden()
    assert desk.facts == before
    assert not upgrades.is_pending(desk.session)


def test_a_project_can_stay_with_the_old_packs_and_is_judged_by_them(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    desk = open_sample(shell, qtbot, tmp_path, "incomplete")
    found = next(f for f in checking.check(desk.session).findings if f.rule.startswith("AL-"))
    page = packs_page(shell)
    record_older(shell, tmp_path, drop=found.rule)
    fresh(shell, qtbot)
    assert desk.report is not None
    assert found.rule in {f.rule for f in desk.report.findings}
    QTest.mouseClick(page.offer.stay, Qt.MouseButton.LeftButton)
    fresh(shell, qtbot)
    assert found.rule not in {f.rule for f in desk.report.findings}
    assert not page.offer.stay.isEnabled()
    assert page.offer.isVisible()
    desk.undo()
    fresh(shell, qtbot)
    assert found.rule in {f.rule for f in desk.report.findings}


def test_the_window_says_so_when_the_rules_have_moved_on(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    desk = open_sample(shell, qtbot, tmp_path, "incomplete")
    found = next(f for f in checking.check(desk.session).findings if f.rule.startswith("AL-"))
    record_older(shell, tmp_path, drop=found.rule)
    path = desk.session.path
    settle(shell, qtbot)
    shell.close_project()
    assert shell.open_project(path)
    fresh(shell, qtbot)
    assert shell.workbench is not None
    notice = shell.workbench.rules_notice
    assert notice.isVisible()
    assert "规则包有更新" in notice.text()
    notice.action_clicked.emit()
    current = shell.workbench.current()
    assert current is not None
    assert current.key == "packs"


def test_switching_local_rules_on_checks_anew_and_changes_what_the_counts_ask(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    desk = open_sample(shell, qtbot, tmp_path, "incomplete")
    fresh(shell, qtbot)
    assert desk.report is not None
    blockers = desk.report.count("blocker")
    page = packs_page(shell)
    page.show_view(LOCAL)
    row = page.local.row("overlay-example")
    assert row is not None
    row.box.click()
    settle(shell, qtbot)
    fresh(shell, qtbot)
    assert desk.session.snapshot().overlays == ("overlay-example",)
    assert desk.report.count("blocker") == blockers + 2  # one raised, one by the larger sample
    assert "OX-ASM-001" in {r.id for r in desk.report.results}
    assert "变严 1 处" in page.local.told.accessibleName()
    desk.undo()
    fresh(shell, qtbot)
    assert desk.report.count("blocker") == blockers
    page.show_view(LOCAL)
    again = page.local.row("overlay-example")
    assert again is not None
    assert not again.box.isChecked()


def new_rules(page: PacksPage) -> LocalRulesDialog:
    """The editor for new local rules, as the page opens it."""
    before = set(page.local.findChildren(LocalRulesDialog))
    page.local.edit(None)
    [dialog] = set(page.local.findChildren(LocalRulesDialog)) - before
    return dialog


def filled(page: PacksPage) -> LocalRulesDialog:
    dialog = new_rules(page)
    dialog.title.setText("示例区要求")
    dialog.law.setText("示例区通知（虚构）")
    dialog.text.setPlainText("关键词总量必须达到。")
    severity = dialog.add_severity()
    choose(severity.rule, "LM-KW-001")
    choose(severity.severity, "blocker")
    severity.why.setText("通知要求")
    parameter = dialog.add_parameter()
    choose(parameter.name, "T13.sample")
    parameter.value.setText("400")
    rule = dialog.add_rule()
    rule.title.setText("写明评估团队")
    choose(rule.path, "large_model.evaluation.team")
    choose(rule.kind, "mentions")
    rule.words.setText("人，名")
    return dialog


def test_local_rules_are_written_without_yaml(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    desk = open_sample(shell, qtbot, tmp_path, "incomplete")
    page = packs_page(shell)
    page.show_view(LOCAL)
    dialog = filled(page)
    assert dialog.check()
    assert "可以保存" in dialog.problem.text()
    dialog.save()
    assert dialog.result() == QDialog.DialogCode.Accepted
    assert dialog.saved is not None
    identity = dialog.saved.id
    assert "示例区要求" in said(page.local) + "".join(r.box.text() for r in page.local._rows.values())
    assert "勾上才" in page.local.told.accessibleName()
    page.local.switch(identity, True)
    settle(shell, qtbot)
    fresh(shell, qtbot)
    assert desk.report is not None
    assert "DQ-LOC-001" in {r.id for r in desk.report.results}
    assert checking.threshold("T13.sample", desk.session.snapshot()) == 400
    # Saved anew while it is on: judged anew.
    draft = localrules.draft_of(identity)
    page.local.edit(identity)
    again = next(d for d in page.local.findChildren(LocalRulesDialog) if d.isVisible())
    assert again.draft() == replace(draft, rules=draft.rules)
    again._drop(next(e for e in again._entries if type(e).__name__ == "RuleEntry"))
    again.save()
    qtbot.waitUntil(
        lambda: desk.report is not None and "DQ-LOC-001" not in {r.id for r in desk.report.results},
        timeout=30_000,
    )
    settle(shell, qtbot)


def test_the_editor_says_why_it_does_not_save(project: Shell) -> None:
    page = packs_page(project)
    dialog = filled(page)
    dialog.title.setText("")
    dialog.save()
    assert dialog.problem.text() == "请写名称。"
    dialog.title.setText("示例")
    dialog.since.setText("某天")
    dialog.save()
    assert "不是日期" in dialog.problem.text()
    assert dialog.saved is None
    assert not any(u.overlay for u in packstore.user_packs())
    dialog.reject()


@pytest.mark.parametrize("good", [True, False])
def test_a_dropped_file_is_taken_in_or_refused_with_its_line(
    project: Shell, tmp_path: Path, good: bool
) -> None:
    page = packs_page(project)
    page.show_view(LOCAL)
    text = (resource_path("rulesets", "overlay-example") / "overlay.yaml").read_text(encoding="utf-8")
    text = text.replace("overlay-example", "qu-2026").replace("OX-ASM", "QU-ASM")
    file = tmp_path / "区里.yaml"
    file.write_text(text if good else text.replace("severity: blocker", "severity: 很重"), encoding="utf-8")
    page.local.take_in(file)
    told = page.local.told.accessibleName()
    if good:
        assert "已导入" in told
        assert page.local.row("qu-2026") is not None
    else:
        assert re.search(r"没有导入：.*第 \d+ 行.*只能是", told)
        assert "Input" not in told
        assert page.local.row("qu-2026") is None


def test_what_lies_in_the_folder_and_is_no_good_is_listed_with_the_reason(project: Shell) -> None:
    bad = packstore.folder() / "bad"
    bad.mkdir()
    (bad / "overlay.yaml").write_text("id: bad\n", encoding="utf-8")
    page = packs_page(project)
    page.show_view(LOCAL)
    text = said(page.local)
    assert "bad" in text
    assert "缺少这一项" in text


def test_local_rules_that_are_missing_here_can_be_switched_off(project: Shell, qtbot: QtBot) -> None:
    draft = localrules.Draft(
        "某区",
        "gbt-45654-2025",
        "某区通知（虚构）",
        "要求",
        localrules.SourceMark.PRACTICE,
        "2025-11-01",
        "2026-11-23",
        localrules.new_id(),
        (localrules.SeverityDraft("LM-KW-001", "blocker", "通知"),),
    )
    localrules.save(draft)
    desk = desk_of(project)
    upgrades.set_overlays(desk.session, [draft.id])
    localrules.remove(draft.id)
    page = packs_page(project)
    page.show_view(LOCAL)
    assert "这台电脑上没有" in said(page.local)
    page.local.switch(draft.id, False)
    settle(project, qtbot)
    assert desk.session.snapshot().overlays == ()


def test_half_written_local_rules_outlive_the_program(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    desk = open_sample(shell, qtbot, tmp_path, "incomplete")
    page = packs_page(shell)
    page.show_view(LOCAL)
    half = filled(page)
    typed = replace(half.draft(), id="")
    qtbot.waitUntil(lambda: any("示例区要求" in str(mark) for mark in desk.session.marks(TYPED).values()))
    path = desk.session.path
    half.deleteLater()  # as if it had never been answered
    shell.close_project()
    assert shell.open_project(path)
    desk = ready(shell, qtbot)
    page = packs_page(shell)
    page.show_view(LOCAL)
    again = new_rules(page)
    assert replace(again.draft(), id="") == typed
    assert any("放回来" in words.text() for words in again.findChildren(QLabel)), "and says so"
    again.reject()
    leave(again)
    assert again.result() == QDialog.DialogCode.Rejected
    assert not desk.session.marks(TYPED), "given up means given up"
    fresh_one = new_rules(page)
    assert not fresh_one.title.text()
    fresh_one.reject()


def leave(dialog: QDialog) -> None:
    """Press 放弃 in the question of a dialog."""
    box = dialog.findChildren(QMessageBox)[-1]
    next(button for button in box.buttons() if button.text() == "放弃").click()
