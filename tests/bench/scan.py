"""The interception bench: `python3 dev.py bench scan [--json] [--megabytes N] [--sizes 10000 100000 1000000]`.

Everything runs in turn in this one process on the same text; each figure is the best of a few rounds, since a busy
machine can only make a run slower; what is compared with each other of ours takes turns, so that a slow minute meets all
of it. Speeds are million characters per second of one thread's processor time (waiting for other programs does not
count); building, loading and the two processes are timed by the clock.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import scan_text
from harness import own_peak_bytes
from rich.console import Console
from rich.table import Table
from scan_peers import PEERS, missing

from filingdesk.scan.engine import Interceptor
from filingdesk.scan.entries import Keyword
from filingdesk.scan.normalize import fold_text
from filingdesk.scan.runner import BATCH_CHARS

BATCH = BATCH_CHARS  # characters handed over at a time, as the commands do
RECORD = 2_000
_TOLD = Console(stderr=True)


def _best(work: Callable[[], Any], rounds: int, clock: Callable[[], float] = time.process_time) -> float:
    """Seconds of the fastest round."""
    return _best_of_each([work], rounds, clock)[0]


def _best_of_each(
    works: Sequence[Callable[[], Any]], rounds: int, clock: Callable[[], float] = time.process_time
) -> list[float]:
    """Seconds of the fastest round of each; they take turns."""
    best = [float("inf")] * len(works)
    for _ in range(rounds):
        for number, work in enumerate(works):
            started = clock()
            work()
            best[number] = min(best[number], clock() - started)
    return best


def _batches(records: list[str]) -> list[list[str]]:
    per_batch = max(1, BATCH // max(1, len(records[0]))) if records else 1
    return [records[place : place + per_batch] for place in range(0, len(records), per_batch)]


def _find(interceptor: Interceptor, batches: Iterable[list[str]]) -> int:
    return sum(len(interceptor.find(batch)) for batch in batches)


@dataclass
class _Run:
    """A figure of ours: what is found in `batches`, which hold `chars` code points, by `work`."""

    name: str
    chars: int
    work: Callable[[], int]
    hits: str = ""
    found: int = 0

    def __call__(self) -> None:
        self.found = self.work()


def _runs(usual: Interceptor, every: Interceptor, texts: dict[str, str]) -> list[_Run]:
    """What is measured of one list; `usual` has the default channels, `every` all."""
    text = texts["usual"]
    part = text[:8_000_000]
    records = _batches(scan_text.records(part, RECORD))

    def run(name: str, interceptor: Interceptor, text: str, length: int, hits: str = "") -> _Run:
        batches = _batches(scan_text.records(text, length))
        return _Run(name, len(text), lambda: _find(interceptor, batches), hits)

    return [
        run("pipeline", usual, text, BATCH, "hits per char"),
        _Run(
            "pipeline, with hit objects",
            len(part),
            lambda: sum(len(usual.scan_many(batch)) for batch in records),
        ),
        run("2,000-character records", usual, text, RECORD),
        run("no hits", usual, texts["none"], BATCH),
        run("dense", usual, texts["dense"], BATCH, "dense hits per char"),
        run("all channels", every, part, BATCH, "all hits per char"),
    ]


def _measure_lists(
    lists: dict[int, list[str]], texts: dict[str, str], rounds: int
) -> dict[int, dict[str, Any]]:
    """The figures of all lists (their size → words), ours of all lists taking turns."""
    figures: dict[int, dict[str, Any]] = {}
    runs: list[tuple[dict[str, Any], _Run]] = []
    with tempfile.TemporaryDirectory(prefix="filingdesk-bench-") as home:
        os.environ["FILINGDESK_HOME"] = home
        for key, words in lists.items():
            _TOLD.print(f"{len(words):,} words: building")
            items = [Keyword(word, "A.1.a") for word in words]
            own: dict[str, Any] = {"words": len(words)}
            figures[key] = own
            own["build and keep s"] = _best(lambda items=items: Interceptor(items), 1, time.perf_counter)
            own["cached load s"] = _best(lambda items=items: Interceptor(items), 5, time.perf_counter)
            runs += [(own, run) for run in _runs(Interceptor(items), Interceptor(items, ["all"]), texts)]
    _TOLD.print("the interceptor")
    for (own, run), seconds in zip(runs, _best_of_each([run for _own, run in runs], rounds), strict=True):
        own[run.name] = run.chars / seconds / 1e6
        if run.hits:
            own[run.hits] = run.found / run.chars
    runs.clear()
    for key, words in lists.items():
        figures[key]["peers"] = _measure_peers(words, texts["usual"], rounds)
    return figures


def _measure_peers(words: list[str], text: str, rounds: int) -> dict[str, Any]:
    peers: dict[str, Any] = {}
    for peer in PEERS:
        reason = missing(peer)
        if not reason and len(words) > peer.most_words:
            reason = f"{peer.name}: left out above {peer.most_words:,} words (it would take minutes to build)"
        if reason:
            _TOLD.print(f"skipped: {reason}")
            continue
        _TOLD.print(f"{len(words):,} words: {peer.name}")
        started = time.perf_counter()
        search = peer.build(words)
        built = time.perf_counter() - started
        parts = scan_text.records(text[: peer.most_chars], BATCH)
        seconds = _best(lambda parts=parts, search=search: [search(p) for p in parts], rounds)
        peers[peer.name] = {"speed": sum(map(len, parts)) / seconds / 1e6, "build s": built}
    return peers


def _list_of(path: Path) -> list[str]:
    """Distinct words of a file, one a line, that have something to match."""
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    return [word for word in dict.fromkeys(line.strip() for line in lines) if fold_text(word)]


def _memory(count: int) -> dict[str, float]:
    """Peak megabytes of a process of its own that scans with a list, over one that only has numpy and the folding table."""
    code = (
        "import sys; sys.path.insert(0, {folder!r})\n"
        "from harness import own_peak_bytes; import scan_text\n"
        "from filingdesk.scan.engine import Interceptor; from filingdesk.scan.entries import Keyword\n"
        "Interceptor(['x']).scan('x'); words = open({words!r}, encoding='utf-8').read().split('\\n')\n"
        "text = open({text!r}, encoding='utf-8').read(); before = own_peak_bytes()\n"
        "i = Interceptor(Keyword(w, 'a') for w in words)\n"
        "n = sum(len(i.scan_many([text[p:p+200000]])) for p in range(0, len(text), 200000))\n"
        "print(before, own_peak_bytes())\n"
    )
    with tempfile.TemporaryDirectory(prefix="filingdesk-bench-") as folder:
        words, text = Path(folder, "words"), Path(folder, "text")
        words.write_text("\n".join(scan_text.keywords(count)), encoding="utf-8")
        text.write_text(scan_text.text(4_000_000, scan_text.keywords(10_000), 0.003), encoding="utf-8")
        script = code.format(folder=str(Path(__file__).parent), words=str(words), text=str(text))
        env = dict(os.environ, FILINGDESK_HOME=folder)
        answer = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=env
        )
    before, after = (int(number) for number in answer.stdout.split())
    return {"over the interpreter MB": (after - before) / 1e6, "all MB": after / 1e6}


def _two_processes(text: str, count: int) -> float:
    """How many times as fast two processes are as one: the scan of a corpus as the program does it, from file to hits."""
    from filingdesk.services.corpora import list_keywords, scan_corpus

    with tempfile.TemporaryDirectory(prefix="filingdesk-bench-") as folder:
        os.environ["FILINGDESK_HOME"] = folder
        words, corpus = Path(folder, "words.txt"), Path(folder, "corpus.txt")
        words.write_text("\n".join(scan_text.keywords(count)), encoding="utf-8")
        corpus.write_text("\n".join(scan_text.records(text, RECORD)), encoding="utf-8")
        source = list_keywords(words)

        def scan(workers: int) -> object:
            return scan_corpus(source, [corpus], workers=workers, keep=0, apart=True)

        one, two = _best_of_each([lambda: scan(1), lambda: scan(2)], 8, time.perf_counter)
    return one / two


def _verdicts(
    lists: dict[int, dict[str, Any]], memory: dict[str, float], processes: float
) -> list[tuple[str, float, float, bool]]:
    """Each target of the house: what, figure, target, whether more is better."""
    found: list[tuple[str, float, float, bool]] = []
    own = lists.get(100_000)
    if own is not None:
        speed, peers = own["pipeline"], own["peers"]

        def against(peer: str, times: float) -> None:
            if peer in peers:
                found.append((f"pipeline / {peer}", speed / peers[peer]["speed"], times, True))

        against("raw ahocorasick_rs", 2)
        against("raw daachorse", 0.7)
        against("translate + pyahocorasick", 20)
        floor = peers["floor: table, drop, index"]["speed"]
        found.append(("no-hit text / floor", own["no hits"] / floor, 0.1, True))
        found.append(("2,000-character records / bulk", own["2,000-character records"] / speed, 0.6, True))
        found.append(("all channels / default", own["all channels"] / speed, 0.4, True))
        found.append(("build and keep 100k, s", own["build and keep s"], 1, False))
        found.append(("cached load 100k, s", own["cached load s"], 0.05, False))
        if 1_000_000 in lists:
            found.append(("1M words / 100k words", lists[1_000_000]["pipeline"] / speed, 0.5, True))
    found.append(("memory at 100k, MB", memory["over the interpreter MB"], 300, False))
    found.append(("two processes / one", processes, 1.6, True))
    return found


def _tables(document: dict[str, Any]) -> Iterable[Table]:
    lists = document["lists"]
    table = Table(title=f"million characters per second, {document['megabytes']} MB of text")
    table.add_column("")
    for item in lists:
        table.add_column(f"{item.get('list', '')} {item['words']:,} words".strip(), justify="right")
    for name in (name for name in lists[0] if name not in ("words", "peers", "list")):
        digits = ".4f" if "per char" in name else ".3f" if name.endswith(" s") else ".1f"
        table.add_row(name, *(format(item[name], digits) for item in lists))
    for peer in PEERS:
        cells = [
            f"{item['peers'][peer.name]['speed']:.1f} ({item['peers'][peer.name]['build s']:.2f} s)"
            if peer.name in item["peers"]
            else "–"
            for item in lists
        ]
        table.add_row(f"{peer.name} (build)", *cells)
    yield table
    table = Table(title="targets")
    for heading in ("", "figure", "target", "met"):
        table.add_column(heading, justify="left" if not heading else "right")
    for item in document["targets"]:
        sign = "≥" if item["more_is_better"] else "≤"
        met = "[green]yes[/]" if item["met"] else "[red]no[/]"
        table.add_row(item["name"], f"{item['figure']:.3g}", f"{sign} {item['target']:g}", met)
    yield table


def main(arguments: list[str]) -> int:
    """Exit code 0; with --strict 1 when a target is missed."""
    parser = argparse.ArgumentParser(
        prog="dev.py bench scan", description="Speed of interception beside its peers."
    )
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout, nothing else")
    parser.add_argument("--megabytes", type=int, default=100, help="size of the text in UTF-8 (default 100)")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--list", type=Path, help="a list of your own (one word a line) to measure as well")
    parser.add_argument("--strict", action="store_true", help="exit 1 when a target is missed")
    given = parser.parse_args(arguments)

    chars = int(given.megabytes * 1_000_000 / 2.66)
    planted = scan_text.keywords(10_000)
    _TOLD.print("writing the text")
    texts = {
        "usual": scan_text.text(chars, planted, 0.003),
        "none": "".join(chr(0x4E00 + n % 97) + "，" * (n % 9 == 0) for n in range(200_000))
        * max(1, chars // 8_000_000),
        "dense": scan_text.text(max(400_000, chars // 20), planted, 0.06),
    }
    wanted = {count: scan_text.keywords(count) for count in given.sizes}
    if given.list is not None:
        # Under its own name: a list that happens to hold 100,000 words must not replace ours.
        wanted[-1] = _list_of(given.list)
    lists = _measure_lists(wanted, texts, given.rounds)
    if given.list is not None:
        lists[-1]["list"] = given.list.name
    _TOLD.print("memory, two processes")
    memory = _memory(100_000)
    processes = _two_processes(texts["usual"], 100_000)
    targets = [
        {
            "name": name,
            "figure": figure,
            "target": target,
            "more_is_better": more,
            "met": figure >= target if more else figure <= target,
        }
        for name, figure, target, more in _verdicts(lists, memory, processes)
    ]
    document = {
        "machine": {
            "system": platform.platform(),
            "python": platform.python_version(),
            "cpus": os.cpu_count(),
            "load": os.getloadavg() if hasattr(os, "getloadavg") else None,
        },
        "megabytes": given.megabytes,
        "bytes": len(texts["usual"].encode()),
        "peak_mb_of_bench": own_peak_bytes() / 1e6,
        "lists": list(lists.values()),
        "memory": memory,
        "targets": targets,
    }
    if given.json:
        print(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        console = Console()
        for table in _tables(document):
            Console(width=None if console.is_terminal else 130).print(table)
    return 1 if given.strict and not all(item["met"] for item in targets) else 0
