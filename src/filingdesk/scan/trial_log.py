"""What an interrupted interception test has finished, so that the same test goes on there the next time.

A line per batch, in the user's cache folder, each with a keyed digest: rates go into papers that someone signs, so nothing is
taken up that this program did not write. The name covers all that the outcome depends on; another seed is another test.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from filingdesk.domain.errors import UserError
from filingdesk.infra.paths import cache_dir
from filingdesk.scan import cache
from filingdesk.scan.entries import Keyword

_KEPT = 4  # unfinished tests; the oldest goes first


@dataclass(frozen=True)
class Batch:
    """What one batch of disguised words gave: by category, how many were tested and caught; what slipped
    (category, word, surface, method); what could not be disguised (category, word)."""

    tested: dict[str, int] = field(default_factory=dict)
    caught: dict[str, int] = field(default_factory=dict)
    shorter: int = 0
    slips: list[tuple[str, str, str, str]] = field(default_factory=list)
    unmutable: list[tuple[str, str]] = field(default_factory=list)


class TrialLog:
    """The finished batches of one test, by channel and number of the first word. A disk that fails only costs the memory."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._known: dict[tuple[str, int], Batch] = {}
        if path is not None:
            self._load(path)

    @staticmethod
    def of(keywords: Sequence[Keyword], seed: int, settings: Iterable[str]) -> "TrialLog":
        """The log of the test of these words in this order with these settings."""
        name = cache.fingerprint(keywords, "trial", str(seed), *settings)
        try:
            folder = cache_dir() / "trials"
            folder.mkdir(exist_ok=True)
            for old in sorted(folder.glob("*.jsonl"), key=lambda path: path.stat().st_mtime)[:-_KEPT]:
                old.unlink(missing_ok=True)
            return TrialLog(folder / f"{name}.jsonl")
        except (OSError, UserError):
            return TrialLog()

    def get(self, channel: str, first: int) -> Batch | None:
        """What a finished batch gave."""
        return self._known.get((channel, first))

    def add(self, channel: str, first: int, batch: Batch) -> None:
        """Keep what a batch gave."""
        self._known[channel, first] = batch
        if self._path is None:
            return
        body = json.dumps([channel, first, asdict(batch)], ensure_ascii=True).encode()
        try:
            with self._path.open("ab") as stream:
                stream.write(cache.signed(self._path.stem, body).hex().encode() + b" " + body + b"\n")
        except (OSError, UserError):
            self._path = None

    def remove(self) -> None:
        """The test is complete."""
        if self._path is not None:
            self._path.unlink(missing_ok=True)

    def _load(self, path: Path) -> None:
        try:
            lines = path.read_bytes().split(b"\n")
        except OSError:
            return
        whole = [line for line in lines[:-1] if self._take(path.stem, line)]
        if len(whole) + 1 != len(lines) or lines[-1]:
            # A torn or foreign line: what follows would be lost behind it.
            try:
                path.write_bytes(b"".join(line + b"\n" for line in whole))
            except OSError:
                self._path = None

    def _take(self, name: str, line: bytes) -> bool:
        digest, _, body = line.partition(b" ")
        if not cache.is_signed(name, body, digest):
            return False
        channel, first, plain = json.loads(body)
        plain["slips"] = [tuple(row) for row in plain["slips"]]
        plain["unmutable"] = [tuple(row) for row in plain["unmutable"]]
        self._known[channel, first] = Batch(**plain)
        return True
