"""The bundle page: says what is in the way, writes a folder as a whole, verifies it, replaces only what is ours and unchanged."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from filingdesk.gui.pages.bundle import BundlePage
from filingdesk.gui.shell import Shell
from filingdesk.services import upgrades
from gui.delivery import LONG, desk_of, open_sample, settle, show, told_faults


def page(shell: Shell, qtbot: QtBot) -> BundlePage:
    shown = show(shell, "bundle")
    assert isinstance(shown, BundlePage)
    desk = desk_of(shell)
    qtbot.waitUntil(lambda: bool(desk.papers.statuses) and shell.jobs.busy() == 0, timeout=LONG)
    return shown


def planned(shown: BundlePage) -> list[str]:
    names = []
    for place in range(shown.tree.topLevelItemCount()):
        item = shown.tree.topLevelItem(place)
        assert item is not None
        names.append(item.text(0))
        names += [item.child(row).text(0) for row in range(item.childCount())]
    return names


def test_an_unfinished_filing_says_what_blocks_and_leads_there(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    desk = open_sample(shell, qtbot, tmp_path, "incomplete")
    shown = page(shell, qtbot)
    assert not shown.export_button.isEnabled()
    assert "项阻断" in shown.export_button.toolTip()
    report = desk.report
    assert report is not None
    blockers = [f for f in report.for_stage("algorithm").findings if f.severity == "blocker"]
    texts = [item.text for item in shown.obstacles.items]
    assert [finding.message for finding in blockers] == texts[: len(blockers)]
    assert len(texts) > len(blockers)  # papers with gaps stand there too
    shown.export()  # also not by another way
    assert not shown.strip.busy
    first = next(item for item in shown.obstacles.items if item.path and not item.page)
    shown.obstacles.wanted.emit(first.page, first.path)
    assert shell.workbench is not None
    current = shell.workbench.current()
    assert current is not None
    assert current.key != "bundle"
    settle(shell, qtbot)


def test_a_bundle_is_written_verified_replaced_and_its_changes_found(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    desk = open_sample(shell, qtbot, tmp_path)
    shown = page(shell, qtbot)
    out = tmp_path / "提交"
    out.mkdir()
    shown.set_folder(out)
    settle(shell, qtbot)
    assert shown.hindrance() == ""
    assert planned(shown)[0] == "材料清单.docx"
    shown.export()
    qtbot.waitUntil(lambda: not shown.strip.busy, timeout=2 * LONG)
    settle(shell, qtbot)
    assert shown.result_badge.text() == "校验通过"
    assert shown.result_card.isVisible()
    kept = upgrades.pins(
        desk.session
    )  # by which packs it was judged is on record, and no change of the project
    assert kept is not None
    assert {ref.id for ref in kept.packs} >= {"algo-2022", "gbt-45654-2025"}
    assert not upgrades.is_pending(desk.session)
    assert "不是最新" not in shown.result_words.accessibleName()
    bundle = next(out.iterdir())
    assert str(bundle) in shown.result_words.accessibleName()
    assert sorted(file.name for file in bundle.rglob("*") if file.suffix == ".docx") == sorted(
        name for name in planned(shown) if name.endswith(".docx")
    )
    # An untouched one of ours may be replaced, but only when that is wanted.
    assert shown.replace.isVisible()
    assert not shown.export_button.isEnabled()
    shown.replace.setChecked(True)
    assert shown.export_button.isEnabled()
    # A changed one may not, and every difference is named.
    (bundle / "材料清单.docx").write_bytes(b"changed")
    (bundle / "多余.txt").write_text("x", encoding="utf-8")
    shown.set_folder(out)
    settle(shell, qtbot)
    assert not shown.replace.isVisible()
    assert not shown.export_button.isEnabled()
    assert "被改动过" in shown.where_words.accessibleName()
    shown.verify_folder(bundle)
    settle(shell, qtbot)
    assert shown.verify_card.badge.text() == "2 处不一致"
    assert {(remark.place, remark.text) for remark in shown.verify_card.table.model.rows} == {
        ("被改动", "材料清单.docx"),
        ("多出", "多余.txt"),
    }


def test_a_cancelled_export_leaves_nothing(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    open_sample(shell, qtbot, tmp_path)
    shown = page(shell, qtbot)
    out = tmp_path / "提交"
    out.mkdir()
    shown.set_folder(out)
    settle(shell, qtbot)
    shown.export()
    qtbot.waitUntil(lambda: shown.strip.words.text().startswith("正在生成"), timeout=LONG)
    shown.strip.stop()
    qtbot.waitUntil(lambda: not shown.strip.busy, timeout=LONG)
    settle(shell, qtbot)
    assert list(out.iterdir()) == []
    assert not shown.result_card.isVisible()
    assert shown.export_button.isEnabled()


def test_a_folder_of_others_is_neither_written_nor_verified(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    open_sample(shell, qtbot, tmp_path)
    shown = page(shell, qtbot)
    out = tmp_path / "别人的"
    target = out / Path(shown.where.text()).name
    target.mkdir(parents=True)
    (target / "合同.txt").write_text("x", encoding="utf-8")
    shown.set_folder(out)
    settle(shell, qtbot)
    assert not shown.export_button.isEnabled()
    assert "不是本程序写的" in shown.where_words.accessibleName()
    assert "不是提交包" in told_faults(qtbot, lambda: shown.verify_folder(target))
