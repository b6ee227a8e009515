"""Reads records out of tables: csv of any size, spreadsheets, parquet; one cell of each row is the text."""

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any

from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel
from filingdesk.infra.decoding import decode_line
from filingdesk.infra.files import telling
from filingdesk.infra.tabular import guess_delimiter, read_table, unquote
from filingdesk.scan.normalize import fold_text
from filingdesk.scan.records import Look, Record
from filingdesk.scan.records_text import (
    LONG_JSON,
    line_blocks,
    missing_extra,
    open_bytes,
    pieces,
    plain_text,
    text_field,
    which_field,
    whole_utf8,
)

_HEAD_ROWS = 1000
_BATCH_ROWS = 256
_NOT_DECODED = "编码无法识别，只检测了能读出的部分"


class _Row:
    """A row of a csv file: its cells, how far the file is read, and whether all of it could be decoded."""

    __slots__ = ("cells", "good", "place")

    def __init__(self, cells: Sequence[str], place: int, good: bool) -> None:
        self.cells, self.place, self.good = cells, place, good


class _CsvLines:
    """The decoded lines of a csv file with their ends; `place` and `good` speak of what was handed out since the last look."""

    def __init__(self, path: Path, look: Look, cancel: Cancel) -> None:
        self._path, self._look, self._cancel = path, look, cancel
        self.place = 0
        self.good = True

    def __iter__(self) -> Iterator[str]:
        encoding = self._look.encoding
        with open_bytes(self._path, self._look.packing) as stream:
            for lines in line_blocks(stream, encoding):
                self._cancel.check()
                self.place = lines.place
                if lines.long is not None:
                    raise UserError(
                        "scan.row_too_long",
                        f"「{self._path.name}」有一行超过 {LONG_JSON >> 20} MB，读不了。",
                        "请检查文件，或另存为一行一条的 jsonl。",
                    )
                for text, good in _with_ends(lines.data, encoding):
                    self.good &= good
                    yield text


def _with_ends(data: bytes, encoding: str) -> Iterator[tuple[str, bool]]:
    """The lines as csv sees them (also a bare \\r ends one), with their ends, and whether each could be decoded."""
    if encoding.startswith("utf-16"):
        text = (data + b"\0" if len(data) % 2 else data).decode(encoding, "replace")
    else:
        whole = whole_utf8(data, encoding)
        if whole is None:
            for raw in data.splitlines(keepends=True):
                line, used = decode_line(raw, encoding)
                yield line, bool(used)
            return
        text = whole
    for line in io.StringIO(text, newline=""):
        yield line, "\ufffd" not in line or not encoding.startswith("utf-16")


def csv_records(
    path: Path, name: str, look: Look, field: str, skipped: list[str], cancel: Cancel
) -> Iterator[Record]:
    """One cell of each row: the column named `field`, or one that is plainly the text, or the only one."""
    suffix = Path(path.name.removesuffix(f".{look.packing}") if look.packing else path.name).suffix.lower()
    delimiter = guess_delimiter("".join(islice(_CsvLines(path, look, cancel), 200)), suffix)
    quoted = bool(delimiter) and _quotes_pair(path, look, delimiter, cancel)
    if delimiter and not quoted:
        skipped.append(f"{name}：文件里有不成对的引号，已改为一行一条来读，请核对含引号的行。")
    rows = _csv_rows(_CsvLines(path, look, cancel), delimiter, quoted)
    head = list(islice(rows, _HEAD_ROWS))
    header_row, column = _text_column([row.cells for row in head], name, field)
    for number, row in enumerate(chain(head, rows), 1):
        if number > header_row:
            text = row.cells[column] if column < len(row.cells) else ""
            record = Record(name, number, text, row.place)
            if not row.good:
                record = record._replace(problem="undecodable", message=_NOT_DECODED)
            yield from pieces(record)


def _quotes_pair(path: Path, look: Look, delimiter: str, cancel: Cancel) -> bool:
    """Whether the quotes of the whole file fit; one stray quote would draw all that follows into a single cell."""
    csv.field_size_limit(LONG_JSON)
    try:
        for _ in csv.reader(_CsvLines(path, look, cancel), delimiter=delimiter, strict=True):
            pass
    except csv.Error:
        return False
    return True


def _csv_rows(lines: _CsvLines, delimiter: str, quoted: bool) -> Iterator[_Row]:
    if not delimiter:
        for line in lines:
            text = line.rstrip("\r\n")
            yield _Row((text,) if text else (), lines.place, lines.good)
            lines.good = True
        return
    csv.field_size_limit(LONG_JSON)
    quoting: Any = csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    for cells in csv.reader(lines, delimiter=delimiter, quoting=quoting, strict=True):
        yield _Row(cells if quoted else [unquote(cell) for cell in cells], lines.place, lines.good)
        lines.good = True


def sheet_records(path: Path, name: str, field: str, skipped: list[str], cancel: Cancel) -> Iterator[Record]:
    """One cell of each row of the first sheet that holds anything; see `csv_records`."""
    table = read_table(path, cancel)
    header_row, column = _text_column(table.rows, name, field)
    skipped.extend(f"{name}：{problem.message}" for problem in table.problems if not problem.row)
    with telling(path, "读取"):
        size = path.stat().st_size
    for row in range(header_row + 1, len(table.rows) + 1):
        if not row % 1000:
            cancel.check()
        cells = table.rows[row - 1]
        yield Record(name, row, cells[column] if column < len(cells) else "", size * row // len(table.rows))


def _text_column(rows: Sequence[Sequence[str]], name: str, field: str) -> tuple[int, int]:
    """(header row from 1 or 0, column from 0)."""
    head_row = next((n for n, row in enumerate(rows, 1) if any(cell.strip() for cell in row)), 0)
    header = [cell.strip() for cell in rows[head_row - 1]] if head_row else []
    if field:
        if field in header:
            return head_row, header.index(field)
        raise which_field(name, [cell for cell in header if cell], field)
    folded = [fold_text(cell) for cell in header]
    if plain := text_field(folded):
        return head_row, folded.index(plain)
    filled = {place for row in rows[:_HEAD_ROWS] for place, cell in enumerate(row) if cell.strip()}
    if len(filled) <= 1:
        return 0, filled.pop() if filled else 0
    raise which_field(name, [cell for cell in header if cell])


def parquet() -> Any:
    """The parquet module of pyarrow; raises `UserError` (`scan.extra`) where it is not installed."""
    try:
        import pyarrow.parquet
    except ImportError:
        raise missing_extra(" parquet 文件") from None
    return pyarrow.parquet


def open_parquet(path: Path) -> Any:
    """A `ParquetFile`; raises `UserError` (`scan.extra`, `scan.broken`, those of reading)."""
    library = parquet()
    import pyarrow

    with telling(path, "读取"):
        path.stat()
        try:
            return library.ParquetFile(path, memory_map=False, pre_buffer=False)
        except pyarrow.ArrowException as error:
            raise _broken(path) from error


def _broken(path: Path) -> UserError:
    return UserError(
        "scan.broken", f"「{path.name}」不是完好的 parquet 文件。", "请向提供者要一份完好的文件。"
    )


def parquet_records(
    path: Path, name: str, field: str, cancel: Cancel, start: int = 0, stop: int | None = None
) -> Iterator[Record]:
    """One column of the row groups from `start` to `stop`; rows count from the first of them."""
    with open_parquet(path) as file:
        import pyarrow

        column = _parquet_column(file.schema_arrow, name, field)
        stop = file.num_row_groups if stop is None else min(stop, file.num_row_groups)
        size = path.stat().st_size
        before = sum(file.metadata.row_group(number).num_rows for number in range(start))
        total = max(file.metadata.num_rows, 1)
        row = 0
        try:
            batches = file.iter_batches(_BATCH_ROWS, row_groups=list(range(start, stop)), columns=[column])
            for batch in batches:
                cancel.check()
                for text, good in _cells(batch.column(0)):
                    row += 1
                    record = Record(name, row, text, size * (before + row) // total)
                    if not good:
                        record = record._replace(problem="undecodable", message=_NOT_DECODED)
                    yield from pieces(record)
        except (pyarrow.ArrowException, OSError) as error:
            raise _broken(path) from error


def _parquet_column(schema: Any, name: str, field: str) -> str:
    names: list[str] = list(schema.names)
    if field:
        if field not in names:
            raise which_field(name, names, field)
        return field
    folded = [fold_text(column) for column in names]
    if plain := text_field(folded):
        return names[folded.index(plain)]
    if len(names) == 1:
        return names[0]
    raise which_field(name, names)


def _cells(column: Any) -> Iterator[tuple[str, bool]]:
    import pyarrow

    if not pyarrow.types.is_binary(column.type) and not pyarrow.types.is_large_binary(column.type):
        try:
            for value in column.to_pylist():
                yield plain_text(value), True
            return
        except UnicodeDecodeError:
            wide = pyarrow.types.is_large_string(column.type)
            column = column.cast(pyarrow.large_binary() if wide else pyarrow.binary())
    for raw in column.to_pylist():
        text, used = decode_line(raw, "utf-8") if raw is not None else ("", "utf-8")
        yield text, bool(used)
