"""A scan that is interrupted or killed leaves no process and no half file, and goes on to the same result."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from filingdesk.scan.resume import folder_for
from filingdesk.services.corpora import CorpusResult, report_file

SHARD = 20_000
_SCRIPT = """
import sys
from pathlib import Path
from filingdesk.scan.shards import KeywordSource
from filingdesk.services.corpora import scan_corpus
from filingdesk.scan.entries import Keyword

words = [Keyword("赌博", "A.1.h"), Keyword("毒品", "A.1.f"), Keyword("bet", "A.1.h")]
corpus, out, workers, size = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
try:
    scan_corpus(KeywordSource.make(words, {}), [corpus], out=out, workers=workers, shard_bytes=size)
except KeyboardInterrupt:
    sys.exit(130)
"""


def _run(corpus: Path, out: Path, workers: int) -> "subprocess.Popen[bytes]":
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path), PYTHONUTF8="1")
    command = [sys.executable, "-c", _SCRIPT, str(corpus), str(out), str(workers), str(SHARD)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def _wait_until_under_way(process: "subprocess.Popen[bytes]", out: Path) -> list[psutil.Process]:
    """Until some shards are done; gives the processes that scan."""
    done = folder_for(out) / "done.jsonl"
    while process.poll() is None:
        if done.exists() and done.read_bytes().count(b"\n") > 3:
            return psutil.Process(process.pid).children(recursive=True)
        time.sleep(0.01)  # a poll for something that must come, not a guess how long it takes
    raise AssertionError((process.stderr.read() if process.stderr else b"").decode())


@pytest.mark.skipif(os.name == "nt", reason="Windows 没有可以这样发送的信号")
@pytest.mark.parametrize(
    ("number", "workers"), [(signal.SIGINT, 2), (signal.SIGKILL, 2), (signal.SIGKILL, 1)]
)
def test_a_scan_cut_short_is_taken_up_again(
    tmp_path: Path, scan: Callable[..., CorpusResult], number: signal.Signals, workers: int
) -> None:
    corpus, wanted, out = tmp_path / "语料.txt", tmp_path / "原.jsonl", tmp_path / "命中.jsonl"
    corpus.write_bytes(
        b"\n".join(("普通的一句话，买毒品。" + "好" * (n % 60)).encode() for n in range(10_000))
    )
    scan(corpus, out=wanted, shard_bytes=SHARD)
    process = _run(corpus, out, workers)
    scanning = _wait_until_under_way(process, out)
    assert len(scanning) == (workers if workers > 1 else 0)
    process.send_signal(number)
    _told, said = process.communicate(timeout=30)
    if number == signal.SIGINT:
        assert (process.returncode, said) == (130, b"")
    # A killed parent cannot end its children, but they end with their pipe.
    _gone, alive = psutil.wait_procs(scanning, timeout=30)
    assert not alive
    assert not out.exists()
    assert folder_for(out).is_dir()
    scan(corpus, out=out, shard_bytes=SHARD, resume=True)
    assert out.read_bytes() == wanted.read_bytes()
    assert report_file(out).read_bytes() == report_file(wanted).read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith((".", "命中"))) == [
        "命中.jsonl",
        "命中.jsonl.report.json",
    ]
