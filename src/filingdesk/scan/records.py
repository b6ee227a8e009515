"""Turns files, folders and streams into records to scan: one line or row each, with what could not be read."""

import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel
from filingdesk.infra.decoding import decode_line, guess_encoding
from filingdesk.infra.files import telling
from filingdesk.infra.tabular import Table, read_table
from filingdesk.scan.normalize import fold_text

TEXT_SUFFIXES = (".txt", ".text", ".md", ".log", "")
JSONL_SUFFIXES = (".jsonl", ".ndjson")
TABLE_SUFFIXES = (".csv", ".tsv", ".xlsx", ".xlsm")
_TEXT_FIELDS = (
    "text",
    "content",
    "正文",
    "文本",
    "内容",
    "语料",
    "问题",
    "题目",
    "回答",
    "question",
    "answer",
    "prompt",
)
_HEAD = 1 << 16


class Record(NamedTuple):
    """One record: its source, its line or row there (from 1), its text, the bytes consumed so far.

    `problem` says what was wrong with it ("" = nothing): undecodable, bad_json, field_missing; `message` in
    Chinese. What could be read of an undecodable record stands in `text`.
    """

    source: str
    row: int
    text: str
    place: int = 0
    problem: str = ""
    message: str = ""


@dataclass(frozen=True)
class Source:
    """Something that gives records: its name, its size in `Record.place` units (0 = unknown), how to read it.

    `optional`: found in a folder, so that its faults are listed and do not end the scan.
    """

    name: str
    size: int
    read: Callable[[Cancel], Iterator[Record]]
    optional: bool = False


def find_sources(inputs: Sequence[Path | BinaryIO], field: str, skipped: list[str]) -> Iterator[Source]:
    """The sources in `inputs`, folders walked in order; what is not read is named in `skipped`."""
    for item in inputs:
        if not isinstance(item, Path):
            yield Source("-", 0, partial(_lines, "-", item))
        elif item.is_dir():
            for path in sorted(item.rglob("*")):
                if path.is_dir():
                    continue
                name = path.relative_to(item).as_posix()
                known = path.suffix.lower() in (*TEXT_SUFFIXES, *JSONL_SUFFIXES, *TABLE_SUFFIXES)
                if not known or path.name.startswith((".", "~$")):
                    skipped.append(f"{name}：不是可以检测的文件")
                    continue
                try:
                    yield replace(_file_source(path, name, field, skipped), optional=True)
                except UserError as error:
                    skipped.append(f"{name}：{error.message}")
        else:
            yield _file_source(item, item.name, field, skipped)


def _file_source(path: Path, name: str, field: str, skipped: list[str]) -> Source:
    with telling(path, "读取"):
        size = path.stat().st_size
        with path.open("rb") as stream:
            head = stream.read(_HEAD)
    suffix = path.suffix.lower()
    if suffix in TABLE_SUFFIXES or head.startswith(b"PK\x03\x04"):
        return Source(name, size, partial(_table_records, path, name, field, skipped))
    if b"\0" in head and not guess_encoding(head).startswith("utf-16"):
        raise UserError(
            "scan.format",
            f"「{name}」不是文本文件。",
            "可以检测 txt、jsonl、csv、xlsx 文件，或含有它们的文件夹。",
        )
    if suffix in JSONL_SUFFIXES:
        return Source(name, size, lambda cancel: _jsonl(_open_lines(path, name, cancel), field))
    return Source(name, size, partial(_open_lines, path, name))


def _open_lines(path: Path, name: str, cancel: Cancel) -> Iterator[Record]:
    with telling(path, "读取"), path.open("rb", buffering=_HEAD) as stream:
        yield from _lines(name, stream, cancel)


def _lines(name: str, stream: BinaryIO, cancel: Cancel) -> Iterator[Record]:
    """One record per line; UTF-8 (with or without BOM), GB18030, also mixed, or UTF-16."""
    buffered = (
        stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(cast(Any, stream), _HEAD)
    )
    encoding = guess_encoding(buffered.peek(_HEAD))
    if encoding.startswith("utf-16"):
        data = buffered.read()
        text = data[: len(data) // 2 * 2].decode(encoding, "replace").removeprefix("\ufeff")
        for row, line in enumerate(text.removesuffix("\n").split("\n") if text else (), 1):
            yield _decoded(name, row, line.removesuffix("\r"), row, "\ufffd" not in line)
        return
    place, row, raw = 0, 0, buffered.readline()
    while raw:
        row += 1
        place += len(raw)
        if not row % 1000:
            cancel.check()
        raw = raw.removeprefix(b"\xef\xbb\xbf") if row == 1 else raw
        line, used = decode_line(raw.rstrip(b"\r\n"), "utf-8")
        yield _decoded(name, row, line, place, bool(used))
        raw = buffered.readline()


def _decoded(name: str, row: int, line: str, place: int, good: bool) -> Record:
    if good:
        return Record(name, row, line, place)
    return Record(name, row, line, place, "undecodable", "编码无法识别，只检测了能读出的部分")


def _jsonl(lines: Iterator[Record], field: str) -> Iterator[Record]:
    """The text of one field of each JSON line; a line that is a plain JSON string is its own text."""
    for line in lines:
        if not line.text.strip():
            yield line
            continue
        try:
            value = json.loads(line.text)
        except (json.JSONDecodeError, RecursionError):
            yield line._replace(text="", problem="bad_json", message="这一行不是完整的 JSON，没有检测")
            continue
        if isinstance(value, str) and not field:
            yield line._replace(text=value)
            continue
        keys = list(value) if isinstance(value, dict) else []
        wanted = field or next((name for name in _TEXT_FIELDS if name in keys), "")
        if wanted not in keys:
            if not field and keys:
                raise _which_field(line.source, keys)
            yield line._replace(
                text="", problem="field_missing", message=f"没有「{wanted or 'text'}」这个字段，没有检测"
            )
            continue
        content = value[wanted]
        text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
        yield line._replace(text="" if content is None else text)


def _table_records(path: Path, name: str, field: str, skipped: list[str], cancel: Cancel) -> Iterator[Record]:
    """One cell of each row: the column named `field`, or one that is plainly the text, or the only one."""
    table = read_table(path, cancel)
    header_row, column = _text_column(table, name, field)
    skipped.extend(f"{name}：{problem.message}" for problem in table.problems if not problem.row)
    bad = {problem.row: problem.message for problem in table.problems if problem.kind == "undecodable"}
    size = path.stat().st_size
    for row in range(header_row + 1, len(table.rows) + 1):
        if not row % 1000:
            cancel.check()
        cells = table.rows[row - 1]
        text = cells[column] if column < len(cells) else ""
        place = size * row // len(table.rows)
        if row in bad:
            yield Record(name, row, text, place, "undecodable", bad[row])
        else:
            yield Record(name, row, text, place)


def _text_column(table: Table, name: str, field: str) -> tuple[int, int]:
    """(header row from 1 or 0, column from 0)."""
    head_row = next((n for n, row in enumerate(table.rows, 1) if any(cell.strip() for cell in row)), 0)
    header = [cell.strip() for cell in table.rows[head_row - 1]] if head_row else []
    if field:
        if field in header:
            return head_row, header.index(field)
        raise _which_field(name, [cell for cell in header if cell], field)
    folded = [fold_text(cell) for cell in header]
    for wanted in _TEXT_FIELDS:
        if wanted in folded:
            return head_row, folded.index(wanted)
    filled = {place for row in table.rows[:1000] for place, cell in enumerate(row) if cell.strip()}
    if len(filled) <= 1:
        return 0, filled.pop() if filled else 0
    raise _which_field(name, [cell for cell in header if cell])


def _which_field(name: str, seen: Sequence[str], field: str = "") -> UserError:
    listed = "、".join(key[:20] for key in seen[:10])
    missing = f"没有「{field}」这一列" if field else "不知道该检测哪一列"
    return UserError(
        "scan.field", f"「{name}」里{missing}；有的是：{listed}。", "请用 --field 写明要检测的字段（列名）。"
    )
