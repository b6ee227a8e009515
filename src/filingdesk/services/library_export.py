"""Writes the library as 附件4 (xlsx), csv or txt, whole or split into files; what is written can be imported again unchanged."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal

from filingdesk.documents.sheets import MAX_ROWS, Sheet, keyword_sheet, write_xlsx
from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel, Progress, Report, silent
from filingdesk.domain.records import KeywordRecord
from filingdesk.domain.risk_lookup import RiskNames
from filingdesk.infra.files import atomic_dir, atomic_file, safe_file_name
from filingdesk.scan.library import NO_RISK
from filingdesk.scan.library_rows import without_unseen
from filingdesk.scan.normalize import fold_text
from filingdesk.services import checking
from filingdesk.services.library import KeywordSelection
from filingdesk.services.session import Session

Layout = Literal["annex", "full", "words"]
"""annex: the three columns of 附件4. full: also risk id, own categories, source, day added. words: one word a line."""

SplitBy = Literal["risk", "group", "source", "category"]
SPLIT_WORDS: dict[SplitBy, str] = {
    "risk": "风险",
    "group": "风险大类",
    "source": "来源",
    "category": "原分类",
}

FULL_COLUMNS = ("关键词", "风险", "一级分类", "二级分类", "来源", "加入日期")
ANNEX_COLUMNS = ("关键词", "一级分类", "二级分类")
SUFFIXES = (".xlsx", ".csv", ".txt")
MAX_FILES = 500
_WIDTHS = (28, 10, 24, 30, 24, 14)
_UNSORTED = "没有归类"
# A quote in front keeps spreadsheets from running the cell; the import takes one such quote off again.
_RUNNABLE = re.compile(r"'*[=+\-@\t\r]")


@dataclass(frozen=True)
class Exported:
    """One file written: where, how many rows, and how many words had to be altered (characters nobody can see, in xlsx)."""

    path: Path
    rows: int
    altered: int = 0


def export(
    session: Session,
    target: Path,
    layout: Layout | None = None,
    selection: KeywordSelection | None = None,
    cancel: Cancel | None = None,
    report: Report = silent,
) -> Exported:
    """Write the library (or the chosen words) to `target`: .xlsx, .csv (UTF-8 with BOM) or .txt (tab between cells).

    By default xlsx is 附件4 and the others hold everything, so that importing them gives the same library. "words" (txt only) is
    for other programs: risks are left out. Raises `UserError` (`library.format`, `library.empty`, `library.too_many`).
    """
    suffix = _suffix(target.suffix)
    layout = layout or ("annex" if suffix == ".xlsx" else "full")
    _check_layout(suffix, layout)
    chosen = selection or KeywordSelection()
    total = session.file.keyword_stats().total
    if not total:
        raise UserError("library.empty", "词库是空的，没有可导出的关键词。", "请先导入关键词。")
    counter = _Counter(total, cancel or Cancel(), report)
    rows = counter.rows(session.file.select_keywords(chosen))
    with atomic_file(target) as stream:
        _write(stream, suffix, layout, rows, counter)
        if not counter.done:
            raise UserError("library.empty", "没有符合条件的关键词，没有导出。", "请放宽条件后再试。")
    return Exported(target, counter.done, counter.altered)


def split(
    session: Session,
    folder: Path,
    by: SplitBy = "risk",
    suffix: str = ".csv",
    layout: Layout | None = None,
    cancel: Cancel | None = None,
    report: Report = silent,
) -> list[Exported]:
    """Write the library into a new folder, one file per risk, group of risks, source or own category; every word is in one file.

    `UserError` when the folder exists (`file.exists`), there is nothing to write, or there would be too many files.
    """
    suffix = _suffix(suffix)
    layout = layout or ("annex" if suffix == ".xlsx" else "full")
    _check_layout(suffix, layout)
    parts = _parts(session, by)
    if not parts:
        raise UserError("library.empty", "词库是空的，没有可拆分的关键词。", "请先导入关键词。")
    if len(parts) > MAX_FILES:
        raise UserError(
            "library.too_many_files",
            f"按{SPLIT_WORDS[by]}拆分会得到 {len(parts)} 个文件，超过 {MAX_FILES} 个。",
            "请换一种拆分方式。",
        )
    counter = _Counter(session.file.keyword_stats().total, cancel or Cancel(), report)
    written: list[Exported] = []
    names: set[str] = set()
    with atomic_dir(folder) as staging:
        for title, selections in parts:
            name = _unused(title, suffix, names)
            before, altered = counter.done, counter.altered
            records = (r for chosen in selections for r in session.file.select_keywords(chosen))
            with (staging / name).open("xb") as stream:
                _write(stream, suffix, layout, counter.rows(records), counter)
            written.append(Exported(folder / name, counter.done - before, counter.altered - altered))
    return written


def _parts(session: Session, by: SplitBy) -> list[tuple[str, list[KeywordSelection]]]:
    stats = session.file.keyword_stats()
    if by in ("risk", "group"):
        risks = {r.id: r for r in checking.standard_pack().risks}
        parts: dict[str, list[KeywordSelection]] = {}
        for risk_id in sorted(stats.by_risk):
            risk = risks.get(risk_id)
            if risk is None:
                title = risk_id or _UNSORTED
            else:
                title = f"{risk.id} {risk.name}" if by == "risk" else f"{risk.group} {risk.group_name}"
            parts.setdefault(title, []).append(KeywordSelection(risk=risk_id))
        return list(parts.items())
    if by == "source":
        return [
            (group.value or "没有来源", [KeywordSelection(source=group.value)])
            for group in session.file.keyword_sources()
        ]
    return [
        (group.value or _UNSORTED, [KeywordSelection(category=group.value)])
        for group in session.file.keyword_categories()
    ]


def _unused(title: str, suffix: str, names: set[str]) -> str:
    name, number = safe_file_name(f"{title[:40]}{suffix}"), 2
    while name.casefold() in names:
        name, number = safe_file_name(f"{title[:40]}（{number}）{suffix}"), number + 1
    names.add(name.casefold())
    return name


class _Counter:
    """Counts what goes through, reports it, and stops when asked to."""

    def __init__(self, total: int, cancel: Cancel, report: Report) -> None:
        self.total, self.cancel, self.report = total, cancel, report
        self.done = self.altered = 0

    def rows(self, records: Iterable[KeywordRecord]) -> Iterator[KeywordRecord]:
        for record in records:
            self.done += 1
            if not self.done % 5_000:
                self.cancel.check()
                self.report(Progress(self.done, max(self.total, self.done), "正在导出关键词"))
            yield record


def _write(
    stream: BinaryIO, suffix: str, layout: Layout, records: Iterator[KeywordRecord], counter: _Counter
) -> None:
    if suffix == ".xlsx":
        _write_xlsx(stream, layout, records, counter)
        return
    text = io.TextIOWrapper(stream, "utf-8-sig" if suffix == ".csv" else "utf-8", newline="")
    try:
        if layout == "words":
            for record in records:
                text.write(record.word + "\n")
        else:
            columns, cells = _columns(layout)
            writer = csv.writer(text, delimiter="," if suffix == ".csv" else "\t", lineterminator="\r\n")
            writer.writerow(columns)
            for record in records:
                writer.writerow([guarded(cell) for cell in cells(record)])
        text.flush()
    finally:
        text.detach()


def _write_xlsx(
    stream: BinaryIO, layout: Layout, records: Iterator[KeywordRecord], counter: _Counter
) -> None:
    columns, cells = _columns(layout)
    written = 0

    def rows() -> Iterator[Sequence[str]]:
        nonlocal written
        for record in records:
            written += 1
            if written > MAX_ROWS:
                raise UserError(
                    "library.too_many",
                    f"一张工作表最多放 {MAX_ROWS:,} 个词，词库放不下。",
                    "请导出为 csv，或先按风险拆分。",
                )
            counter.altered += without_unseen(record.word) != record.word
            yield cells(record)

    sheet = keyword_sheet(rows()) if layout == "annex" else Sheet("关键词库", columns, _WIDTHS, rows())
    stream.write(write_xlsx([sheet], title="拦截关键词列表", cancel=counter.cancel))


def _columns(layout: Layout) -> tuple[tuple[str, ...], Callable[[KeywordRecord], Sequence[str]]]:
    if layout == "annex":
        risks = {r.id: r for r in checking.standard_pack().risks}
        return ANNEX_COLUMNS, lambda record: annex_row(record, risks)
    names = RiskNames(checking.standard_pack().risks, fold_text)

    def full(record: KeywordRecord) -> Sequence[str]:
        risk = record.risk
        if not risk and any(names.find(text).risk for text in (record.category2, record.category1) if text):
            risk = NO_RISK  # left unsorted on purpose: the import must not sort it by its category
        day = record.added_on.isoformat() if record.added_on else ""
        return record.word, risk, record.category1, record.category2, record.source, day

    return FULL_COLUMNS, full


def annex_row(record: KeywordRecord, risks: dict[str, Any]) -> tuple[str, str, str]:
    """关键词, 一级分类, 二级分类 as 附件4 wants them: the group and the risk by name where there is a risk."""
    risk = risks.get(record.risk)
    if risk is None:
        return record.word, record.category1, record.category2
    return record.word, f"{risk.group} {risk.group_name}", f"{risk.id} {risk.name}"


def guarded(cell: str) -> str:
    """A cell that no spreadsheet runs."""
    return f"'{cell}" if _RUNNABLE.match(cell) else cell


def _suffix(text: str) -> str:
    suffix = text.lower()
    if suffix not in SUFFIXES:
        raise UserError(
            "library.format", f"不能导出为“{text or '无扩展名'}”。", "请用 .xlsx、.csv 或 .txt 结尾的文件名。"
        )
    return suffix


def _check_layout(suffix: str, layout: Layout) -> None:
    if layout == "words" and suffix != ".txt":
        raise UserError("library.format", "每行一个词的格式只用于 txt。", "请把文件名改为 .txt 结尾。")
