"""Parts a corpus into shards that any process on any machine can scan alone."""

import hashlib
import json
import threading
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel
from filingdesk.infra.files import telling
from filingdesk.scan.engine import Interceptor
from filingdesk.scan.entries import Keyword
from filingdesk.scan.records import Found, Look, find_files, kind_of, look_at
from filingdesk.scan.records_sample import Sample
from filingdesk.scan.runner import nothing_to_scan

SHARD_BYTES = 8 << 20
_MOST_FILES = 1_000  # in a shard: of tiny files, opening them is the work
_FORMAT = (
    1  # of the plan and of the part files: a scan begun by a program with another number is not continued
)


@dataclass(frozen=True)
class Segment:
    """A file or a part of it: bytes `start` to `stop` of text, row groups of parquet; `stop` None = to the end.

    `kind` "" is found out when the file is opened. `size` and `changed` (ns) tell whether the file is still the same.
    """

    path: str
    name: str
    group: str
    optional: bool
    size: int
    changed: int
    start: int = 0
    stop: int | None = None
    kind: str = ""
    encoding: str = ""


@dataclass(frozen=True)
class Shard:
    """A piece of work: `number` in the plan, what to read, which column, how to sample."""

    number: int
    segments: tuple[Segment, ...]
    field: str = ""
    sample: Sample | None = None

    def as_json(self) -> str:
        # By hand: `asdict` copies every value, and there may be a hundred thousand files.
        sample = asdict(self.sample) if self.sample is not None else None
        return json.dumps(
            {**vars(self), "segments": [vars(segment) for segment in self.segments], "sample": sample}
        )

    @staticmethod
    def from_json(text: str | bytes) -> "Shard":
        given = json.loads(text)
        given["segments"] = tuple(Segment(**segment) for segment in given["segments"])
        given["sample"] = Sample(**given["sample"]) if given["sample"] else None
        return Shard(**given)

    @property
    def weight(self) -> int:
        """Bytes to read, roughly."""
        return sum(
            (segment.size if segment.stop is None or segment.kind == "parquet" else segment.stop)
            - (0 if segment.kind == "parquet" else segment.start)
            for segment in self.segments
        )

    @property
    def told(self) -> str:
        """What it is, for people."""
        first = self.segments[0]
        part = f"（从第 {first.start} 字节起）" if first.start and first.kind != "parquet" else ""
        more = f"等 {len(self.segments)} 个文件" if len(self.segments) > 1 else ""
        return f"「{first.name}」{part}{more}"


@dataclass(frozen=True)
class Plan:
    """All shards in order; `digest` changes with the corpus, the column, the sample and the keywords."""

    shards: tuple[Shard, ...]
    files: int
    size: int
    skipped: tuple[str, ...]
    digest: str


@dataclass(frozen=True)
class PartResult:
    """What a segment gave: all its `records`, of these `scanned`; `rows` read; `fault` ended the reading before its time."""

    records: int = 0
    scanned: int = 0
    rows: int = 0
    chars: int = 0
    records_hit: int = 0
    hits: int = 0
    by_category: dict[str, int] = field(default_factory=dict)
    by_channel: dict[str, int] = field(default_factory=dict)
    problems: dict[str, int] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()
    fault: tuple[str, str, str] | None = None


@dataclass(frozen=True)
class ShardResult:
    """What a shard gave, one `PartResult` per segment.

    The hits and the problems themselves stand in part files, or here (zlib) where there is no common folder.
    """

    number: int
    parts: tuple[PartResult, ...]
    hits: bytes = b""
    problems: bytes = b""

    def as_json(self) -> str:
        return json.dumps({"number": self.number, "parts": [vars(part) for part in self.parts]})

    @staticmethod
    def from_json(text: str | bytes) -> "ShardResult":
        given = json.loads(text)
        parts = []
        for part in given["parts"]:
            fault = part.pop("fault")
            skipped = tuple(part.pop("skipped"))
            parts.append(PartResult(**part, skipped=skipped, fault=tuple(fault) if fault else None))
        return ShardResult(given["number"], tuple(parts))


@dataclass(frozen=True)
class KeywordSource:
    """A keyword library with its options as bytes that travel; each process builds it once.

    `data`: the options as JSON, a line end, and the words (JSON, zlib), which are read only where no compiled library is
    kept under this `digest`.
    """

    data: bytes
    digest: str

    @staticmethod
    def make(keywords: Iterable[Keyword], options: Mapping[str, Any]) -> "KeywordSource":
        """`options` as `Interceptor` takes them."""
        head = json.dumps(dict(options), sort_keys=True).encode()
        words = json.dumps([[k.word, k.category] for k in keywords]).encode()
        digest = hashlib.sha256(head + b"\n" + words).hexdigest()
        return KeywordSource(head + b"\n" + zlib.compress(words, 1), digest)

    def _words(self) -> Iterator[Keyword]:
        packed = self.data.partition(b"\n")[2]
        for word, category in json.loads(zlib.decompress(packed)):
            yield Keyword(word, category)

    def interceptor(self) -> Interceptor:
        """Ready to scan; the last one is kept."""
        with _building:
            if self.digest not in _built:
                options = json.loads(self.data.partition(b"\n")[0])
                _built.clear()
                _built[self.digest] = Interceptor(self._words(), **options, digest=self.digest)
            return _built[self.digest]


_built: dict[str, Interceptor] = {}
_building = threading.Lock()


def plan_shards(
    inputs: Sequence[Path],
    keywords: KeywordSource,
    field: str = "",
    sample: Sample | None = None,
    shard_bytes: int = SHARD_BYTES,
    cancel: Cancel | None = None,
) -> Plan:
    """Part the inputs into shards of about `shard_bytes`: the same files give the same plan.

    Text and jsonl are parted at byte ranges, parquet at row groups; packed files, csv and spreadsheets are not.
    Raises `UserError` (`scan.nothing`, those of reading) and `Cancelled`.
    """
    cancel = cancel or Cancel()
    skipped: list[str] = []
    shards: list[Shard] = []
    waiting: list[Segment] = []
    weight = files = size = 0
    digest = hashlib.sha256(f"{_FORMAT} {keywords.digest} {field!r} {sample} {shard_bytes}".encode())
    for found in find_files(inputs, skipped):
        cancel.check()
        try:
            segments = _segments(found, shard_bytes)
        except UserError as error:
            if not found.optional:
                raise
            skipped.append(f"{found.name}：{error.message}")
            continue
        files += 1
        size += segments[0].size
        digest.update(repr(segments).encode("utf-8", "surrogatepass"))
        step = segments[0].size // len(segments)
        for segment in segments:
            if waiting and (weight + step > shard_bytes or len(waiting) >= _MOST_FILES):
                shards.append(Shard(len(shards), tuple(waiting), field, sample))
                waiting, weight = [], 0
            waiting.append(segment)
            weight += step
    if waiting:
        shards.append(Shard(len(shards), tuple(waiting), field, sample))
    if not shards:
        raise nothing_to_scan()
    return Plan(tuple(shards), files, size, tuple(skipped), digest.hexdigest())


def _segments(found: Found, shard_bytes: int) -> list[Segment]:
    with telling(found.path, "读取"):
        status = found.path.stat()
    path = str(found.path.absolute())
    whole = Segment(path, found.name, found.group, found.optional, status.st_size, status.st_mtime_ns)
    kind, packing = kind_of(found.path.name)
    if status.st_size <= shard_bytes or packing or kind in ("csv", "sheet"):
        return [whole]
    look = look_at(found.path, found.name)
    if look.kind == "parquet":
        return list(_row_groups(whole, found.path, shard_bytes))
    if look.kind not in ("text", "jsonl"):
        return [whole]
    # Even, so that UTF-16 is not cut inside a unit.
    step = shard_bytes + shard_bytes % 2
    starts = range(0, status.st_size, step)
    return [
        _part(whole, start, start + step if start + step < status.st_size else None, look) for start in starts
    ]


def _part(whole: Segment, start: int, stop: int | None, look: Look) -> Segment:
    given = {**asdict(whole), "start": start, "stop": stop, "kind": look.kind, "encoding": look.encoding}
    return Segment(**given)


def _row_groups(whole: Segment, path: Path, shard_bytes: int) -> Iterator[Segment]:
    from filingdesk.scan.records_table import open_parquet

    with open_parquet(path) as file:
        groups = file.num_row_groups
    per_part = max(1, groups * shard_bytes // max(whole.size, 1))
    for start in range(0, groups, per_part):
        yield _part(whole, start, min(start + per_part, groups), Look("parquet", "", "", whole.size))
    if not groups:
        yield whole
