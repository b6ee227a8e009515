"""Turns files, folders and streams into records to scan: one line or row each, with what could not be read."""

import io
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel
from filingdesk.infra.decoding import guess_encoding
from filingdesk.infra.files import telling, user_error_from

TEXT_SUFFIXES = (".txt", ".text", ".md", ".log", "")
JSONL_SUFFIXES = (".jsonl", ".ndjson")
CSV_SUFFIXES = (".csv", ".tsv")
SHEET_SUFFIXES = (".xlsx", ".xlsm")
TABLE_SUFFIXES = (*CSV_SUFFIXES, *SHEET_SUFFIXES)
PARQUET_SUFFIXES = (".parquet",)
PACKED_SUFFIXES = (".gz", ".zst")
_KINDS = {
    **dict.fromkeys(TEXT_SUFFIXES, "text"),
    **dict.fromkeys(JSONL_SUFFIXES, "jsonl"),
    **dict.fromkeys(CSV_SUFFIXES, "csv"),
    **dict.fromkeys(SHEET_SUFFIXES, "sheet"),
    **dict.fromkeys(PARQUET_SUFFIXES, "parquet"),
}
HEAD = 1 << 16
READABLE = "可以检测 txt、jsonl、csv、xlsx、parquet 文件（txt、jsonl、csv 可以是 gz 或 zst 压缩的），或含有它们的文件夹。"


class Record(NamedTuple):
    """One record: its source, its line or row there (from 1), its text, the bytes consumed so far.

    `problem` says what was wrong with it ("" = nothing): undecodable, bad_json, field_missing, too_long; `message` in
    Chinese. What could be read of an undecodable record stands in `text`.

    A record too long to hold comes in pieces that overlap: `start` is the place of `text` in the record (code points),
    hits belong to the piece that owns their beginning (`own`: from, to, counted in `text`; None = all of it), and
    `goes_on` says that another piece follows.
    """

    source: str
    row: int
    text: str
    place: int = 0
    problem: str = ""
    message: str = ""
    start: int = 0
    own: tuple[int, int] | None = None
    goes_on: bool = False


@dataclass(frozen=True)
class Source:
    """Something that gives records: its name, its size in `Record.place` units (0 = unknown), how to read it.

    `optional`: found in a folder, so that its faults are listed and do not end the scan.
    """

    name: str
    size: int
    read: Callable[[Cancel], Iterator[Record]]
    optional: bool = False


class Found(NamedTuple):
    """A file among the inputs: where, its name in reports, the input or first-level folder it is counted under."""

    path: Path
    name: str
    group: str
    optional: bool


class Look(NamedTuple):
    """What a file is: `kind` text, jsonl, csv, sheet or parquet; `packing` "", gz or zst; `encoding` of text; bytes."""

    kind: str
    packing: str
    encoding: str
    size: int


def find_files(
    inputs: Sequence[Path], skipped: list[str], among: Sequence[Path] | None = None
) -> Iterator[Found]:
    """The files of `inputs`, folders walked in order; what is not read is named in `skipped`.

    A file in a folder is named by its place there, after the folder's own name where there are several inputs; inputs
    of the same name are told apart by their paths. `among`: all inputs, where these are but some of them.
    """
    among = inputs if among is None else among
    names = Counter(item.name for item in among)
    for item in inputs:
        home = (item.name if names[item.name] == 1 else item.as_posix()) or item.resolve().name
        if not item.is_dir():
            yield Found(item, home, home, False)
            continue
        before = f"{home}/" if len(among) > 1 else ""
        for name in _below(item, skipped):
            first, inside, _ = name.partition("/")
            last = name.rpartition("/")[2]
            if last.startswith((".", "~$")) or not kind_of(last)[0]:
                skipped.append(f"{before}{name}：不是可以检测的文件")
                continue
            yield Found(item / name, before + name, f"{home}/{first}" if inside else home, True)


def _below(folder: Path, skipped: list[str]) -> list[str]:
    """The names of all files below a folder, in order; folders that could not be entered are named in `skipped`."""
    names: list[str] = []

    def untold(error: OSError) -> None:
        path = Path(error.filename) if error.filename else folder
        inside = path.relative_to(folder).as_posix() if path != folder else folder.name
        skipped.append(f"{inside}：{user_error_from(error, path, '读取').message}")

    start = len(folder.parts)
    # A hundred thousand paths: strings are many times faster than `Path.rglob`, which also says nothing of faults.
    for root, folders, files in os.walk(folder, onerror=untold):
        parts = Path(root).parts[start:]
        prefix = "".join(f"{part}/" for part in parts)
        names.extend(prefix + name for name in files)
        skipped.extend(
            f"{prefix}{name}：是指向别处的链接，没有进入" for name in folders if Path(root, name).is_symlink()
        )
    names.sort()
    return names


def kind_of(name: str) -> tuple[str, str]:
    """(kind, packing) by the end of a file's name; kind "" where it is none that can be scanned."""
    stem, suffix = _parted(name.lower())
    packing = ""
    if suffix in PACKED_SUFFIXES:
        packing = suffix[1:]
        _, suffix = _parted(stem)
    kind = _KINDS.get(suffix, "")
    return (kind if not packing or kind in ("text", "jsonl", "csv") else ""), packing


def _parted(name: str) -> tuple[str, str]:
    """(stem, suffix with its dot); by hand, since there may be a hundred thousand."""
    dot = name.rfind(".")
    return (name[:dot], name[dot:]) if dot > 0 else (name, "")


def look_at(path: Path, name: str) -> Look:
    """What a file is, by its name and its first bytes. Raises `UserError` (`scan.format`, those of reading)."""
    kind, packing = kind_of(path.name)
    with telling(path, "读取"):
        size = path.stat().st_size
    with opened(path, packing) as stream:
        head = stream.read(HEAD)
    if not packing and head.startswith(b"PK\x03\x04"):
        return Look("sheet", "", "", size)
    if not packing and head.startswith(b"PAR1"):
        return Look("parquet", "", "", size)
    if kind in ("sheet", "parquet"):
        return Look(kind, packing, "", size)
    encoding = guess_encoding(head)
    if b"\0" in head and not encoding.startswith("utf-16") and _unreadable(head, encoding):
        raise UserError("scan.format", f"「{name}」不是文本文件。", READABLE)
    if encoding == "utf-16":
        encoding = "utf-16-be" if head.startswith(b"\xfe\xff") else "utf-16-le"
    return Look(kind or "text", packing, encoding, size)


def _unreadable(head: bytes, encoding: str) -> bool:
    """Whether a head with NUL bytes is no text; a stray NUL among words is but a character to look through."""
    rest = head.replace(b"\0", b"")
    if len(rest) * 2 < len(head):
        return True
    text = rest.decode(encoding, "replace")
    lost = text.count("\ufffd")
    strange = sum(1 for char in text if not (char.isprintable() or char.isspace()))
    return strange * 20 > len(text) or lost * 10 > len(text) * 3


def opened(path: Path, packing: str) -> AbstractContextManager[BinaryIO]:
    """The bytes of a file, unpacked where it is packed."""
    from filingdesk.scan import records_text

    return records_text.open_bytes(path, packing)


def read_file(
    path: Path,
    name: str,
    look: Look,
    field: str,
    skipped: list[str],
    cancel: Cancel,
    start: int = 0,
    stop: int | None = None,
) -> Iterator[Record]:
    """The records of a file, or of its part from `start` to `stop` (bytes of text, row groups of parquet).

    Of text, the part holds the lines that begin in it. Rows count from the beginning of the part.
    """
    from filingdesk.scan import records_table, records_text

    if look.kind == "sheet":
        return records_table.sheet_records(path, name, field, skipped, cancel)
    if look.kind == "parquet":
        return records_table.parquet_records(path, name, field, cancel, start, stop)
    if look.kind == "csv":
        return records_table.csv_records(path, name, look, field, skipped, cancel)
    return records_text.file_records(path, name, look, field, cancel, start, stop)


def find_sources(inputs: Sequence[Path | BinaryIO], field: str, skipped: list[str]) -> Iterator[Source]:
    """The sources in `inputs`, folders walked in order; what is not read is named in `skipped`."""
    paths = [item for item in inputs if isinstance(item, Path)]
    for item in inputs:
        if not isinstance(item, Path):
            yield Source("-", 0, partial(_stream_records, item))
            continue
        for path, name, _, optional in find_files([item], skipped, paths):
            try:
                look = look_at(path, name)
            except UserError as error:
                if not optional:
                    raise
                skipped.append(f"{name}：{error.message}")
                continue
            yield Source(name, look.size, partial(read_file, path, name, look, field, skipped), optional)


def _stream_records(stream: BinaryIO, cancel: Cancel) -> Iterator[Record]:
    """One record per line of a stream that cannot be read twice."""
    from filingdesk.scan import records_text

    buffered = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(cast(Any, stream), HEAD)
    encoding = guess_encoding(buffered.peek(HEAD))
    if encoding == "utf-16":
        encoding = "utf-16-be" if buffered.peek(HEAD).startswith(b"\xfe\xff") else "utf-16-le"
    return records_text.text_records("-", buffered, encoding, cancel)
