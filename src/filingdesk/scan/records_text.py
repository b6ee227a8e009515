"""Reads lines of text and of JSON from files of any size, in blocks; a line too long to hold comes in pieces."""

import codecs
import contextlib
import gzip
import json
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel
from filingdesk.infra.decoding import BIG5, decode_line, guess_encoding
from filingdesk.infra.files import telling
from filingdesk.scan.records import Look, Record

_GENERAL_FIELDS = ("text", "content", "正文", "文本", "内容", "语料")
_QUESTION_FIELDS = ("问题", "题目", "测试题", "题面", "question", "prompt", "instruction")
_ANSWER_FIELDS = ("回答", "模型回答", "答复", "answer", "response", "output")
BLOCK = 1 << 20
LONG_LINE = 8 << 20
"""Bytes of a line from which on it is read in pieces."""
LONG_JSON = 64 << 20
"""Bytes of a JSON line or a csv row that is still read: it must be held as a whole."""
PIECE = 1 << 20
"""Code points that a piece of a long record owns."""
AROUND = 1 << 16
"""Code points of context on both sides of a piece: no hit up to this length is lost at a border."""
_UNDECODABLE = "编码无法识别，只检测了能读出的部分"


@contextlib.contextmanager
def open_bytes(path: Path, packing: str) -> Iterator[BinaryIO]:
    """The bytes of a file, unpacked as they are read.

    Raises `UserError` (`scan.packed`, `scan.extra`, those of reading).
    """
    with contextlib.ExitStack() as stack:
        stack.enter_context(telling(path, "读取"))
        stream: Any = stack.enter_context(path.open("rb", buffering=0 if not packing else BLOCK))
        if packing == "gz":
            broken: tuple[type[Exception], ...] = (gzip.BadGzipFile, EOFError, zlib.error)
            stream = stack.enter_context(gzip.GzipFile(fileobj=stream))
        elif packing == "zst":
            broken = (zstd().ZstdError, EOFError)
            stream = _Zst(stream)
        else:
            broken = ()
        try:
            yield stream
        except broken as error:
            raise _packed(path) from error


def _packed(path: Path) -> UserError:
    return UserError(
        "scan.packed", f"「{path.name}」的压缩数据不完整或已损坏。", "请检查文件，或解压后再检测。"
    )


class _Zst:
    """Unpacks zstd frames; raises EOFError where the file ends inside one, on which the library's own reader is silent."""

    def __init__(self, packed: BinaryIO) -> None:
        self._packed = packed
        self._frame: Any = None
        self._ready = b""

    def read(self, size: int) -> bytes:
        parts = [self._ready]
        have = len(self._ready)
        while have < size:
            # Little at a time: four bytes of a frame may unpack to 128 kB.
            packed = self._frame.unused_data if self._frame is not None and self._frame.eof else b""
            packed = packed or self._packed.read(2048)
            if not packed:
                if self._frame is not None and not self._frame.eof:
                    raise EOFError
                break
            if self._frame is None or self._frame.eof:
                self._frame = zstd().ZstdDecompressor().decompressobj()
            more = self._frame.decompress(packed)
            parts.append(more)
            have += len(more)
        whole = b"".join(parts)
        self._ready = whole[size:]
        return whole[:size]


def zstd() -> Any:
    """The zstandard library; raises `UserError` (`scan.extra`) where it is not installed."""
    try:
        import zstandard
    except ImportError:
        raise missing_extra("zst 压缩文件") from None
    return zstandard


def missing_extra(what: str) -> UserError:
    """The sentence for somebody without the optional parts."""
    return UserError(
        "scan.extra",
        f"读写{what}需要可选组件，这里没有安装。",
        '请运行 pip install "filingdesk[scale]" 后再试。',
    )


def file_records(
    path: Path, name: str, look: Look, field: str, cancel: Cancel, start: int = 0, stop: int | None = None
) -> Iterator[Record]:
    """The lines of a text or jsonl file that begin from byte `start` on and before `stop`."""
    with open_bytes(path, look.packing) as stream:
        if look.kind == "jsonl":
            lines = text_records(name, stream, look.encoding, cancel, start, stop, LONG_JSON)
            for record in jsonl_records(lines, field):
                yield from pieces(record)
        else:
            yield from text_records(name, stream, look.encoding, cancel, start, stop)


def text_records(
    name: str,
    stream: BinaryIO,
    encoding: str,
    cancel: Cancel,
    start: int = 0,
    stop: int | None = None,
    long_line: int = LONG_LINE,
) -> Iterator[Record]:
    """One record per line; UTF-8 (with or without BOM), GB18030, also mixed, or UTF-16."""
    row = 0
    for lines in line_blocks(stream, encoding, start, stop, long_line):
        cancel.check()
        if lines.long is not None:
            row += 1
            for piece in _long_line(name, row, lines.place, lines.long, encoding):
                cancel.check()
                yield piece
            continue
        for text, good in decoded_lines(lines.data, encoding):
            row += 1
            if good:
                yield Record(name, row, text, lines.place)
            else:
                yield Record(name, row, text, lines.place, "undecodable", _UNDECODABLE)


class Lines(NamedTuple):
    """Whole lines with their ends, or (`long`) one line that is too long to hold."""

    data: bytes
    place: int
    long: "_LongLine | None" = None


def line_blocks(
    stream: BinaryIO, encoding: str, start: int = 0, stop: int | None = None, long_line: int = LONG_JSON
) -> Iterator[Lines]:
    """The lines that begin from byte `start` on and before `stop`, many at a time; a long one must be read to its end."""
    ends = _Ends(encoding)
    if start:
        # The line that reaches into this part belongs to the part where it begins.
        found = _first_line(stream, ends, start, stop)
        if found is None:
            return
        place, data = found
    else:
        data = _fill(stream)
        place = _bom(data, encoding)
        data = data[place:]
        if stop is not None:
            stop = max(stop, place + 1)  # nobody else looks for the first line
    while stop is None or place < stop:
        if stop is not None and place + len(data) >= stop:
            # The last of our lines ends at the first line end from `stop` on, its own included.
            cut = ends.first(data, max(0, stop - ends.width - place))
            if cut:
                yield Lines(data[:cut], place + cut)
                return
        cut = ends.last(data)
        if cut:
            yield Lines(data[:cut], place + cut)
            place, data = place + cut, data[cut:]
        elif len(data) >= long_line:
            line = _LongLine(data, stream, ends)
            yield Lines(b"", place + len(data), line)
            place, data = place + line.length, line.beyond
            continue
        block = _fill(stream)
        if not block:
            if data:
                yield Lines(data, place + len(data))
            return
        data += block


def _first_line(stream: BinaryIO, ends: "_Ends", start: int, stop: int | None) -> tuple[int, bytes] | None:
    """Where the first line that begins from `start` on stands, and the bytes from there; None if it is beyond `stop`."""
    place = start - ends.width
    stream.seek(place)
    while (block := _fill(stream)) and (stop is None or place < stop):
        cut = ends.first(block, 0)
        if cut:
            return place + cut, block[cut:]
        place += len(block)
    return None


def _fill(stream: BinaryIO) -> bytes:
    """A full block, unless the stream ends: half a UTF-16 unit would shift all that follows."""
    block = stream.read(BLOCK)
    if not block or len(block) == BLOCK:
        return block
    parts = [block]
    missing = BLOCK - len(block)
    while missing and (more := stream.read(missing)):
        parts.append(more)
        missing -= len(more)
    return b"".join(parts)


def _bom(block: bytes, encoding: str) -> int:
    if encoding.startswith("utf-16"):
        return 2 if block[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else 0
    return 3 if block.startswith(codecs.BOM_UTF8) else 0


class _Ends:
    """Finds line ends; in UTF-16 the bytes of one may also stand across two characters. Gives 0 where there is none."""

    def __init__(self, encoding: str) -> None:
        wide = encoding.startswith("utf-16")
        self.width = 2 if wide else 1
        self._sign = "\n".encode(encoding if wide else "ascii")

    def first(self, data: bytes, begin: int) -> int:
        begin -= begin % self.width
        while (found := data.find(self._sign, begin)) >= 0:
            if found % self.width == 0:
                return found + self.width
            begin = found + 1
        return 0

    def last(self, data: bytes) -> int:
        end = len(data)
        while (found := data.rfind(self._sign, 0, end)) >= 0:
            if found % self.width == 0:
                return found + self.width
            end = found + self.width - 1
        return 0


class _LongLine:
    """The bytes of a line, block by block; once read to its end, its `length` and what was read `beyond` it."""

    def __init__(self, begun: bytes, stream: BinaryIO, ends: _Ends) -> None:
        self._begun, self._stream, self._ends = begun, stream, ends
        self.length = len(begun)
        self.beyond = b""

    def __iter__(self) -> Iterator[bytes]:
        yield self._begun
        self._begun = b""
        while block := _fill(self._stream):
            cut = self._ends.first(block, 0)
            self.length += cut or len(block)
            if cut:
                self.beyond = block[cut:]
                yield block[:cut]
                return
            yield block


def _long_line(name: str, row: int, place: int, line: _LongLine, encoding: str) -> Iterator[Record]:
    """A long line in pieces. Nobody can see all of it, so its beginning decides on its encoding."""
    made = _Pieces(Record(name, row, "", place))
    decoder: codecs.IncrementalDecoder | None = None
    for block in line:
        if decoder is None:
            used = encoding if encoding.startswith("utf-16") else guess_encoding(block).replace("-sig", "")
            decoder = codecs.getincrementaldecoder(used)("replace")
        yield from made.add(decoder.decode(block))
    yield from made.end(decoder.decode(b"", final=True) if decoder else "", line_end=True)


class _Pieces:
    """Cuts a text that comes bit by bit into pieces that overlap."""

    def __init__(self, plain: Record) -> None:
        self._plain = plain
        self._text = ""
        self._begin = 0  # the place of `_text` in the record
        self._own = 0  # the place in the record up to which all is owned

    def add(self, text: str) -> Iterator[Record]:
        self._text += text
        # What might be a line end (two characters) is left for `end`.
        while len(self._text) > self._own - self._begin + PIECE + AROUND + 2:
            own = self._own - self._begin
            yield self._record(self._text[: own + PIECE + AROUND], own, own + PIECE, True)
            self._own += PIECE
            begin = max(0, self._own - AROUND)
            self._text = self._text[begin - self._begin :]
            self._begin = begin

    def end(self, text: str, line_end: bool) -> Iterator[Record]:
        yield from self.add(text)
        last = self._text.removesuffix("\n").rstrip("\r") if line_end else self._text
        own = self._own - self._begin
        yield self._record(last, own, max(len(last), own), False)

    def _record(self, text: str, own: int, to: int, goes_on: bool) -> Record:
        record = self._plain._replace(text=text, start=self._begin, own=(own, to), goes_on=goes_on)
        if not record.problem and "\ufffd" in text[own:to]:
            return record._replace(problem="undecodable", message=_UNDECODABLE)
        return record


def pieces(record: Record) -> Iterator[Record]:
    """A record as it is, or in pieces where its text is very long."""
    if len(record.text) <= PIECE + AROUND:
        yield record
        return
    made = _Pieces(record._replace(text=""))
    yield from made.add(record.text)
    yield from made.end("", line_end=False)


def decoded_lines(data: bytes, encoding: str) -> Iterator[tuple[str, bool]]:
    """The lines of `data` without their ends, and whether each could be decoded; one that ends `data` needs no end."""
    if encoding.startswith("utf-16"):
        even = data + b"\0" if len(data) % 2 else data
        wide = even.decode(encoding, "replace")
        for line in wide.removesuffix("\n").split("\n"):
            yield line.rstrip("\r"), "\ufffd" not in line
        return
    text = whole_utf8(data, encoding)
    if text is None:
        for raw in data.removesuffix(b"\n").split(b"\n"):
            line, used = decode_line(raw.rstrip(b"\r"), encoding)
            yield line, bool(used)
        return
    for line in text.removesuffix("\n").split("\n"):
        yield (line.rstrip("\r") if line.endswith("\r") else line), True


def whole_utf8(data: bytes, encoding: str) -> str | None:
    """A block of lines at once, many times faster than line by line; None where that may not be done."""
    if encoding in ("gb18030", BIG5):
        return None  # a line of one character may look like UTF-8
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def jsonl_records(lines: Iterator[Record], field: str) -> Iterator[Record]:
    """The text of one field of each JSON line; a line that is a plain JSON string is its own text."""
    for line in lines:
        if line.own is not None:
            if not line.goes_on:
                message = f"这一行超过 {LONG_JSON >> 20} MB，没有检测"
                yield Record(line.source, line.row, "", line.place, "too_long", message)
            continue
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
        wanted = field or text_field(keys)
        if wanted not in keys:
            if not field and keys:
                raise which_field(line.source, keys)
            yield line._replace(
                text="", problem="field_missing", message=f"没有「{wanted or 'text'}」这个字段，没有检测"
            )
            continue
        yield line._replace(text=plain_text(value[wanted]))


def plain_text(value: object) -> str:
    """A value as text: what is nested (messages, lists) as JSON."""
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False, default=str)


def text_field(names: Sequence[str]) -> str:
    """The field that is plainly the text; "" where none is, or where both a question and its answer are there."""
    general = next((name for name in _GENERAL_FIELDS if name in names), "")
    if general:
        return general
    asked = [name for name in _QUESTION_FIELDS if name in names]
    answered = [name for name in _ANSWER_FIELDS if name in names]
    chosen = asked or answered
    return chosen[0] if len(chosen) == 1 and not (asked and answered) else ""


def which_field(name: str, seen: list[str], field: str = "") -> UserError:
    """The sentence for a table whose column is not known."""
    listed = "、".join(key[:20] for key in seen[:10])
    missing = f"没有「{field}」这一列" if field else "不知道该检测哪一列"
    return UserError(
        "scan.field", f"「{name}」里{missing}；有的是：{listed}。", "请用 --field 写明要检测的字段（列名）。"
    )
