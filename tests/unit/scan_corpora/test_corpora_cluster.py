"""The same shards on a real dask cluster of two worker processes, one of which is killed during the scan."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import psutil
import pytest

from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Progress
from filingdesk.services.corpora import CorpusResult, report_file

# `dev.py` installs the extra `scale`: where it is missing this must fail, not be passed over.
assert find_spec("distributed") is not None

_CLUSTER = """
import json, logging, sys
from distributed import LocalCluster
logging.disable()
if __name__ == "__main__":
    cluster = LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", protocol="tcp", dashboard_address=None
    )
    workers = [info["id"] for info in cluster.scheduler_info["workers"].values()]
    pids = [nanny.pid for nanny in cluster.workers.values()]
    print(json.dumps({"address": cluster.scheduler_address, "pids": pids}), flush=True)
    sys.stdin.read()
    cluster.close()
"""


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[int]]]:
    """The scheduler's address and the process ids of its two workers."""
    script = tmp_path / "cluster.py"
    script.write_text(_CLUSTER, "utf-8")
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path), PYTHONUTF8="1")
    process = subprocess.Popen(
        [sys.executable, str(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        cwd=tmp_path,
    )
    try:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        yield told["address"], told["pids"]
    finally:
        family = [process, *psutil.Process(process.pid).children(recursive=True)]
        for member in family:
            member.kill()
        process.communicate()


def _corpus(path: Path) -> Path:
    lines = [("普通的一句话。" * (n % 7) + ("去赌-博" if n % 50 == 0 else "")) for n in range(60_000)]
    path.write_bytes("\n".join(lines).encode())
    return path


@pytest.mark.filterwarnings("default")  # of the library's own
def test_a_worker_killed_during_the_scan_changes_nothing(
    tmp_path: Path, scan: Callable[..., CorpusResult], cluster: tuple[str, list[int]]
) -> None:
    address, pids = cluster
    corpus = _corpus(tmp_path / "语料.txt")
    here, there = tmp_path / "本机.jsonl", tmp_path / "集群.jsonl"
    scan(corpus, out=here, workers=1, shard_bytes=30_000)
    killed = threading.Event()
    after: list[int] = []

    def kill_midway(now: Progress) -> None:
        if killed.is_set():
            after.append(now.done)
        if now.done > now.total // 5 and not killed.is_set():
            killed.set()
            psutil.Process(pids[0]).kill()

    result = scan(corpus, out=there, scheduler=address, shard_bytes=30_000, report=kill_midway)
    assert killed.is_set()
    assert len(after) > 50
    assert result.shards > 100
    assert there.read_bytes() == here.read_bytes()
    assert report_file(there).read_bytes() == report_file(here).read_bytes()


@pytest.mark.filterwarnings("default")
def test_a_scheduler_that_is_not_there_is_told(
    tmp_path: Path, scan: Callable[..., CorpusResult], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("filingdesk.scan.distribute._WAIT", 1)
    with pytest.raises(UserError) as caught:
        scan(_corpus(tmp_path / "语料.txt"), scheduler="tcp://127.0.0.1:9")
    assert caught.value.code == "scan.scheduler"
    assert "127.0.0.1:9" in caught.value.message
