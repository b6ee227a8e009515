"""The ledger of library updates and the differences of two versions as tables for papers: xlsx and csv."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from filingdesk.documents.sheets import Sheet, write_xlsx
from filingdesk.domain.errors import UserError
from filingdesk.infra.files import atomic_write
from filingdesk.services.library_export import guarded
from filingdesk.services.library_versions import (
    CHANGE_WORDS,
    Label,
    LibraryDiff,
    LibraryUpdate,
    UpdateLedger,
)

PERIOD_COLUMNS = ("序号", "起", "止", "更新次数", "新增", "删除", "改风险", "期末词数", "经办人", "情况")
UPDATE_COLUMNS = ("序号", "时间", "版本", "内容", "新增", "删除", "改风险", "更新后词数", "经办人")
DIFF_COLUMNS = ("变动", "关键词", "原归类", "现归类")
_PERIOD_WIDTHS = (6, 12, 12, 10, 8, 8, 8, 10, 16, 22)
_UPDATE_WIDTHS = (6, 18, 8, 50, 8, 8, 8, 12, 16)
_NOT_COUNTED = "未统计"

Rows = list[tuple[str, ...]]


def period_rows(book: UpdateLedger) -> Rows:
    """One row per period: what was updated in it, or that nothing was."""
    rows: Rows = []
    total = 0
    for number, period in enumerate(book.periods, 1):
        if period.updates:
            total = period.updates[-1].total
        state = "没有更新" if period.missed else "尚未结束" if period.open else ""
        if period.open and not period.updates:
            state = "尚未结束，还没有更新"
        people = dict.fromkeys(update.who for update in period.updates)
        rows.append(
            (
                str(number),
                period.first.isoformat(),
                period.last.isoformat(),
                str(len(period.updates)),
                *(_sum(period.updates, kind) for kind in ("added", "removed", "risk")),
                str(total),
                "、".join(people),
                state,
            )
        )
    return rows


def update_rows(book: UpdateLedger) -> Rows:
    """One row per update."""
    return [
        (
            str(number),
            update.at.strftime("%Y-%m-%d %H:%M"),
            str(update.version),
            update.label,
            *(_sum([update], kind) for kind in ("added", "removed", "risk")),
            str(update.total),
            update.who,
        )
        for number, update in enumerate(book.updates, 1)
    ]


def _sum(updates: Sequence[LibraryUpdate], kind: str) -> str:
    counts: list[Mapping[str, int]] = [u.counts for u in updates if u.counts is not None]
    if len(counts) < len(updates):
        return _NOT_COUNTED
    return str(sum(one.get(kind, 0) for one in counts))


def ledger_words(book: UpdateLedger) -> str:
    """The ledger in one or two sentences."""
    if not book.updates:
        return "还没有更新过关键词库。"
    first, last = book.updates[0].at.date(), book.updates[-1].at.date()
    words = [f"自 {first.isoformat()} 建库以来更新 {len(book.updates)} 次，最近一次 {last.isoformat()}"]
    if book.longest_gap:
        words.append(f"最长 {book.longest_gap} 天没有更新")
    if book.days is not None:
        ended = [period for period in book.periods if not period.open]
        unit = "周" if book.days == 7 else f"个 {book.days} 天的周期"
        words.append(
            f"{len(ended)} {unit}中有 {len(book.missed)} {unit}没有更新" if ended else "首个周期尚未结束"
        )
    text = "，".join(words) + "。"
    if book.overdue:
        text += f"距上次更新已 {book.since_last} 天，超过 {book.days} 天。"
    return text


def diff_rows(found: LibraryDiff) -> Rows:
    """One row per word that differs."""
    return [
        (CHANGE_WORDS[c.kind], c.word, labels_words(c.before), labels_words(c.after)) for c in found.changes
    ]


def labels_words(labels: Sequence[Label]) -> str:
    """How a word is sorted, for people."""
    return "；".join(
        label.risk or "/".join(part for part in (label.category1, label.category2) if part) or "没有归类"
        for label in labels
    )


def export_ledger(book: UpdateLedger, target: Path) -> None:
    """Write the ledger: .xlsx with both tables, .csv with the table of periods (of updates where T4 names no interval)."""
    if not book.updates:
        raise UserError("library.empty", "还没有更新过关键词库，没有台账。", "请先导入关键词。")
    periods = Sheet("更新台账", PERIOD_COLUMNS, _PERIOD_WIDTHS, period_rows(book))
    updates = Sheet("各次更新", UPDATE_COLUMNS, _UPDATE_WIDTHS, update_rows(book))
    _export([periods, updates] if book.periods else [updates], target, "关键词库更新台账")


def export_diff(found: LibraryDiff, target: Path) -> None:
    """Write the words that differ: .xlsx or .csv. Take the difference without `limit`."""
    sheet = Sheet("词库变动", DIFF_COLUMNS, (12, 28, 28, 28), diff_rows(found))
    _export([sheet], target, f"关键词库第 {found.before} 版至第 {found.after} 版的变动")


def _export(sheets: Sequence[Sheet], target: Path, title: str) -> None:
    suffix = target.suffix.lower()
    if suffix == ".xlsx":
        atomic_write(target, write_xlsx(sheets, title=title))
        return
    if suffix != ".csv":
        raise UserError(
            "library.format", f"不能写成“{target.suffix or '无扩展名'}”。", "请用 .xlsx 或 .csv。"
        )
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(sheets[0].columns)
    writer.writerows([guarded(cell) for cell in row] for row in sheets[0].rows)
    atomic_write(target, ("\ufeff" + out.getvalue()).encode("utf-8", "replace"))
