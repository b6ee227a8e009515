"""The tools of the keyword page: audit, interception test, scans that can be taken up again, versions."""

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from filingdesk.domain.records import KeywordRecord
from filingdesk.gui.pages.keywords import AUDIT, SCAN, TRIAL, VERSIONS, WORDS, KeywordsPage
from filingdesk.gui.pages.keywords_edit import PlanDialog
from filingdesk.gui.pages.keywords_scan_model import RecordDialog
from filingdesk.gui.pages.keywords_trial_result import RATES, SLIPS, UNTESTED
from filingdesk.gui.shell import Shell
from filingdesk.gui.widgets.context import CONTEXT_ROLE
from filingdesk.scan.resume import folder_for
from filingdesk.services import interception, keywords
from gui.delivery import LONG, desk_of, settle, show

LIST = "关键词,风险\n甲类示例词,A.1.a\n乙类示例词,A.2.c\n丙类示例词,A.2.c\n"


def filled(shell: Shell, tmp_path: Path, text: str = LIST) -> KeywordsPage:
    """The page over a library of these words."""
    path = tmp_path / "词表.csv"
    path.write_text(text, encoding="utf-8")
    keywords.import_list(desk_of(shell).session, path)
    shown = show(shell, "keywords")
    assert isinstance(shown, KeywordsPage)
    return shown


@pytest.fixture
def page(project: Shell, tmp_path: Path) -> KeywordsPage:
    return filled(project, tmp_path)


def corpus(folder: Path) -> Path:
    """A small corpus of two sources, one of them with many hits."""
    (folder / "网页").mkdir(parents=True)
    (folder / "论坛").mkdir()
    (folder / "网页" / "一.txt").write_text("没有\n前面的话甲类示例词后面的话\n", encoding="utf-8")
    (folder / "论坛" / "二.txt").write_text("平常话\n" * 99 + "乙*类*示例词\n", encoding="utf-8")
    (folder / "图.png").write_bytes(b"\x89PNG")
    return folder


# Audit


def test_the_audit_lists_doubts_by_kind_and_leads_to_the_word(
    project: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    text = "关键词,风险\n词,A.1.a\n12345,A.1.a\nABC词,A.1.b\nabc词,A.1.b\n"
    shown = filled(project, tmp_path, text)
    shown.run_audit()
    qtbot.waitUntil(lambda: shown.audit.answer is not None, timeout=LONG)
    audit = shown.audit
    assert shown.tabs.currentIndex() == AUDIT
    assert "总量 4 个（要求 10,000）" in audit.summary.accessibleName()
    kinds = {item.kind.key: item.count for item in audit.kinds.rows}
    assert {"one_char", "all_digits", "folded_duplicate"} <= kinds.keys()
    assert shown.tabs.tabText(AUDIT) == f"体检 {sum(kinds.values())}"
    audit.choose_kind("all_digits")
    assert [(doubt.row, doubt.word) for doubt in audit.doubts.rows] == [(2, "12345")]
    target = tmp_path / "体检.csv"
    audit.save_to(target)
    qtbot.waitUntil(lambda: not audit.strip.busy, timeout=LONG)
    lines = target.read_text("utf-8-sig").splitlines()
    assert [line.split(",")[:3] for line in lines[1:]] == [["2", "12345", "全是数字"]]
    audit.look.click()
    qtbot.waitUntil(lambda: shown.words_tab.words.rowCount() == 1, timeout=LONG)
    assert shown.tabs.currentIndex() == WORDS
    assert shown.words_tab.table.currentIndex().data() == "12345"


def test_an_audit_of_an_earlier_library_says_so(page: KeywordsPage, project: Shell, qtbot: QtBot) -> None:
    page.run_audit()
    qtbot.waitUntil(lambda: page.audit.answer is not None, timeout=LONG)
    assert page.audit.outdated.isHidden()
    desk_of(project).undo()
    settle(project, qtbot)
    assert page.audit.answer is None  # nothing is left to be doubted
    desk_of(project).redo()
    settle(project, qtbot)
    assert not page.audit.stack.currentIndex()


def test_what_is_certain_is_mended_with_one_click_and_undone(
    project: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    shown = filled(project, tmp_path)
    session = desk_of(project).session
    # A list may have come in by an earlier program that took such rows.
    twice = [
        KeywordRecord("甲类示例词", "A.1.a"),
        KeywordRecord("乙类示例词", "A.2.c"),
        KeywordRecord("甲类示例词", "A.1.a"),
    ]
    session.library_changed(
        session.file.replace_keywords(twice, label="旧词表", who="测试员", at=session.clock())
    )
    shown.run_audit()
    qtbot.waitUntil(lambda: shown.audit.answer is not None, timeout=LONG)
    assert shown.audit.certain.text() == "一键处理（1）…"
    shown.audit.certain.click()
    qtbot.waitUntil(lambda: isinstance(shown.editor.dialog, PlanDialog), timeout=LONG)
    assert isinstance(shown.editor.dialog, PlanDialog)
    assert session.snapshot().keywords.total == 3  # nothing is done before it has been seen
    shown.editor.dialog.accept()
    qtbot.waitUntil(lambda: session.snapshot().keywords.total == 2, timeout=LONG)
    assert not shown.audit.certain.isEnabled()  # what was found is of the library before
    desk_of(project).undo()
    assert session.snapshot().keywords.total == 3


# Lists that come and go


def test_categories_of_a_foreign_list_are_asked_for_once_and_remembered(
    project: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    shown = show(project, "keywords")
    assert isinstance(shown, KeywordsPage)
    path = tmp_path / "外来词表.csv"
    path.write_text("关键词,一级分类\n外来示例词,某厂商的怪类\n别的示例词,某厂商的怪类\n", encoding="utf-8")
    shown.import_path(path)
    qtbot.waitUntil(lambda: shown.importer.asked is not None, timeout=LONG)
    asked = shown.importer.asked
    assert asked is not None
    assert [question.category for question in asked.questions] == ["某厂商的怪类"]
    asked.boxes[0].setCurrentIndex(asked.boxes[0].findData("A.1.f"))
    asked.accept()
    qtbot.waitUntil(lambda: shown.importer.dialog is not None, timeout=LONG)
    assert shown.importer.dialog is not None
    shown.importer.dialog.accept()
    counts = desk_of(project).session.snapshot
    qtbot.waitUntil(lambda: counts().keywords.by_risk.get("A.1.f") == 2, timeout=LONG)
    settle(project, qtbot)
    before = shown.importer.dialog
    shown.import_path(path)  # the same source again: nothing is asked
    qtbot.waitUntil(lambda: shown.importer.dialog is not before, timeout=LONG)
    assert shown.importer.asked is asked
    shown.importer.dialog.reject()


def test_a_list_is_merged_and_words_that_both_sort_differently_are_shown(
    page: KeywordsPage, project: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "另一份.csv"
    path.write_text("关键词,风险\n甲类示例词,A.1.b\n新来示例词,A.1.b\n", encoding="utf-8")
    page.import_path(path)
    qtbot.waitUntil(lambda: page.importer.dialog is not None, timeout=LONG)
    dialog = page.importer.dialog
    assert dialog is not None
    assert not dialog.policies.isEnabled()
    dialog.add.setChecked(True)
    dialog.policies.setCurrentIndex(dialog.policies.findData("theirs"))
    dialog.accept()
    qtbot.waitUntil(lambda: isinstance(page.editor.dialog, PlanDialog), timeout=LONG)
    assert isinstance(page.editor.dialog, PlanDialog)
    page.editor.dialog.accept()
    file = desk_of(project).session.file
    qtbot.waitUntil(lambda: file.keyword_stats().total == 4, timeout=LONG)
    assert {row.word: row.risk for row in file.keyword_page(0, 9)} == {
        "甲类示例词": "A.1.b",
        "乙类示例词": "A.2.c",
        "丙类示例词": "A.2.c",
        "新来示例词": "A.1.b",
    }


def test_the_library_is_written_whole_filtered_and_split(
    page: KeywordsPage, project: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    settle(project, qtbot)
    strip = page.exporter.strip
    page.exporter.export(tmp_path / "全部.csv", "full", {})
    qtbot.waitUntil(lambda: not strip.busy, timeout=LONG)
    assert len((tmp_path / "全部.csv").read_text("utf-8-sig").splitlines()) == 4
    page.words_tab.show_risk("A.2.c")
    assert page.words_tab.filtered() == {"risk": "A.2.c"}
    page.exporter.export(tmp_path / "筛选.csv", "full", page.words_tab.filtered())
    qtbot.waitUntil(lambda: not strip.busy, timeout=LONG)
    assert len((tmp_path / "筛选.csv").read_text("utf-8-sig").splitlines()) == 3
    page.exporter.split(tmp_path / "拆分", "risk")
    qtbot.waitUntil(lambda: not strip.busy, timeout=LONG)
    assert len(list((tmp_path / "拆分").iterdir())) == 2


# Interception test


def test_the_test_is_run_kept_and_shown_with_its_seed(
    page: KeywordsPage, project: Shell, qtbot: QtBot
) -> None:
    page.tabs.setCurrentIndex(TRIAL)
    page.trial.seed.setText("77")
    page.run_trial()
    qtbot.waitUntil(lambda: page.trial.stored is not None, timeout=LONG)
    stored = interception.latest(desk_of(project).session)
    assert stored is not None
    assert stored.trial.seed == 77
    result = page.trial.result
    assert "种子 77" in result.facts.text()
    assert result.rate.number.text() == "100%"
    assert [row.risk for row in result.rates.rows] == ["A.1.a", "A.2.c"]
    assert result.rate_table.isColumnHidden(6)  # pinyin was not tested
    desk_of(project).undo()
    settle(project, qtbot)
    assert interception.latest(desk_of(project).session) is None
    qtbot.waitUntil(lambda: page.trial.stored is None, timeout=LONG)


def test_slips_are_filtered_by_risk_and_channel_and_lead_to_the_word(
    page: KeywordsPage, project: Shell, qtbot: QtBot
) -> None:
    page.tabs.setCurrentIndex(TRIAL)
    page.trial.channels.choose(["exact", "split"])
    page.run_trial()
    qtbot.waitUntil(lambda: page.trial.stored is not None, timeout=LONG)
    result = page.trial.result
    assert result.view() == RATES
    result.views.changed.emit([UNTESTED])
    untested = {line.word for line in result.models[UNTESTED].rows}
    result.risk.setCurrentIndex(result.risk.findData("A.1.a"))
    assert {line.risk for line in result.models[UNTESTED].rows} <= {"A.1.a"}
    result.show_slips("A.1.a", "split")
    assert result.view() == SLIPS
    assert all(line.channel == "split" for line in result.models[SLIPS].rows)
    if untested:
        result.word_wanted.emit("甲类示例词")
        qtbot.waitUntil(lambda: page.words_tab.table.currentIndex().data() == "甲类示例词", timeout=LONG)


def test_what_slipped_is_exported_as_it_is_filtered(project: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    # More characters taken apart than are put together again.
    page = filled(project, tmp_path, LIST + "铃画栅阳挫湘眯蚕,A.1.a\n抖滔眯铝材凌召,A.2.c\n")
    page.tabs.setCurrentIndex(TRIAL)
    page.trial.channels.choose(["exact", "split"])
    page.run_trial()
    qtbot.waitUntil(lambda: page.trial.stored is not None, timeout=LONG)
    result = page.trial.result
    assert result.export.isHidden()
    result.show_slips(None, "split")
    assert not result.export.isHidden()
    target = tmp_path / "漏过的词.csv"
    page.trial.export_to(target)
    qtbot.waitUntil(lambda: target.exists() and not page.trial.strip.busy, timeout=LONG)
    lines = target.read_text("utf-8-sig").splitlines()
    assert [line.partition(",")[0] for line in lines] == ["关键词", "铃画栅阳挫湘眯蚕", "抖滔眯铝材凌召"]
    result.show_slips("A.2.c")
    page.trial.export_to(tmp_path / "一类.csv")
    qtbot.waitUntil(lambda: (tmp_path / "一类.csv").exists() and not page.trial.strip.busy, timeout=LONG)
    assert "铃画" not in (tmp_path / "一类.csv").read_text("utf-8-sig")


def test_a_test_that_is_stopped_keeps_the_result_before(
    page: KeywordsPage, project: Shell, qtbot: QtBot
) -> None:
    page.run_trial()
    page.trial.strip.cancel.click()
    qtbot.waitUntil(lambda: not page.trial.strip.busy, timeout=LONG)
    assert interception.latest(desk_of(project).session) is None
    assert page.trial_button.isEnabled()


def test_a_paused_test_waits_and_goes_on_to_the_same_result(
    page: KeywordsPage, project: Shell, qtbot: QtBot
) -> None:
    page.run_trial()
    strip = page.trial.strip
    strip.pause.click()
    assert strip.pause.text() == "继续"
    assert strip.words.text().startswith("已暂停")
    strip.pause.click()
    qtbot.waitUntil(lambda: page.trial.stored is not None, timeout=LONG)
    assert page.trial.result.rate.number.text() == "100%"


# Scans


def scanned(page: KeywordsPage, qtbot: QtBot, folder: Path) -> None:
    page.scan_paths([folder])
    qtbot.waitUntil(lambda: page.scan.result.scan is not None and not page.scan.strip.busy, timeout=LONG)


def test_a_folder_is_scanned_by_source_with_context_and_all_hits_in_a_file(
    page: KeywordsPage, project: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    scanned(page, qtbot, corpus(tmp_path / "语料"))
    assert page.tabs.currentIndex() == SCAN
    result = page.scan.result
    assert "102 条" in result.share.note.text()
    rates = {
        source.name: (source.rate.successes, source.rate.total, source.within)
        for source in result.sources.rows
    }
    assert {name.rpartition("/")[2]: rate for name, rate in rates.items()} == {
        "网页": (1, 2, False),
        "论坛": (1, 100, True),
    }
    assert result.t1.number.text() == "1 个来源超过"
    seen = {
        hit.keyword: result.model.index(row, 0).data(CONTEXT_ROLE)
        for row, hit in enumerate(result.model.rows)
    }
    assert seen["甲类示例词"][:3] == ("前面的话", "甲类示例词", "后面的话")
    assert seen["乙类示例词"][1] == "乙*类*示例词"
    assert [remark.text for remark in result.scan.unread] == ["图.png"] if result.scan else False
    out = page.scan.out_of([tmp_path / "语料"])
    lines = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert sorted(line["keyword"] for line in lines) == ["乙类示例词", "甲类示例词"]
    result.channel.setCurrentIndex(result.channel.findData("skip"))
    assert [hit.keyword for hit in result.model.rows] == ["乙类示例词"]
    result.look.click()
    qtbot.waitUntil(lambda: isinstance(result.dialog, RecordDialog), timeout=LONG)
    assert isinstance(result.dialog, RecordDialog)
    assert result.dialog.box.toPlainText() == "乙*类*示例词"
    assert len(result.dialog.box.extraSelections()) == 1


def test_files_dropped_on_the_page_are_scanned(
    page: KeywordsPage, project: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    text = tmp_path / "拖进来.txt"
    text.write_text("丙类示例词\n", encoding="utf-8")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(text))])
    copy, left, plain = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    page.dropEvent(QDropEvent(QPointF(QPoint(9, 9)), copy, data, left, plain))
    qtbot.waitUntil(lambda: page.scan.result.scan is not None, timeout=LONG)
    assert [hit.keyword for hit in page.scan.result.model.rows] == ["丙类示例词"]
    assert page.scan.result.outdated.isHidden()
    desk_of(project).undo()
    settle(project, qtbot)
    assert not page.scan.result.outdated.isHidden()


def test_an_unfinished_scan_is_offered_and_taken_up_again(
    page: KeywordsPage, project: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    folder = corpus(tmp_path / "语料")
    scanned(page, qtbot, folder)
    out = page.scan.out_of([folder])
    first = out.read_bytes()
    out.unlink()
    folder_for(out).mkdir()  # as a scan leaves it that was killed before its first part
    page.scan_paths([folder])
    assert not page.scan.left_over.isHidden()
    assert not page.scan.strip.busy
    page.scan.anew.click()
    qtbot.waitUntil(lambda: out.exists() and not page.scan.strip.busy, timeout=LONG)
    assert out.read_bytes() == first
    assert page.scan.left_over.isHidden()
    assert not folder_for(out).exists()


def test_the_results_never_go_into_the_corpus(
    page: KeywordsPage, project: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    folder = corpus(tmp_path / "语料")
    page.scan.set_home(folder)
    faults: list[BaseException] = []
    desk_of(project).failed.disconnect()
    desk_of(project).failed.connect(faults.append)
    page.scan_paths([folder])
    qtbot.waitUntil(lambda: bool(faults), timeout=LONG)
    assert "里面" in str(faults[0])
    assert sorted(path.name for path in folder.iterdir()) == ["图.png", "网页", "论坛"]


# Versions


def test_versions_are_listed_compared_and_brought_back(
    page: KeywordsPage, project: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    other = tmp_path / "另一份.csv"
    other.write_text("关键词,风险\n甲类示例词,A.1.b\n丁类示例词,A.1.a\n丙类示例词,A.2.c\n", encoding="utf-8")
    keywords.import_list(desk_of(project).session, other)
    page.tabs.setCurrentIndex(VERSIONS)
    versions = page.versions
    qtbot.waitUntil(lambda: len(versions.model.rows) == 2, timeout=LONG)
    assert [update.in_force for update in versions.model.rows] == [True, False]
    versions.diff()
    qtbot.waitUntil(lambda: bool(versions.changes.rows), timeout=LONG)
    changes = {change.word: change.kind for change in versions.changes.rows}
    assert changes == {"甲类示例词": "risk", "丁类示例词": "added", "乙类示例词": "removed"}
    versions.table.selectRow(1)
    assert versions.restore.isEnabled()
    versions.restore.click()
    qtbot.waitUntil(lambda: len(versions.model.rows) == 3, timeout=LONG)
    rows = desk_of(project).session.file.keyword_page(0, 9)
    assert [row.word for row in rows] == ["甲类示例词", "乙类示例词", "丙类示例词"]


def test_the_ledger_says_when_the_library_was_last_updated(
    page: KeywordsPage, project: Shell, qtbot: QtBot
) -> None:
    page.tabs.setCurrentIndex(VERSIONS)
    qtbot.waitUntil(lambda: page.versions.ledger_card.ledger is not None, timeout=LONG)
    assert "距今 0 天" in page.versions.ledger_card.rhythm.text()
    assert "1 期" in page.versions.ledger_card.periods.accessibleName()
