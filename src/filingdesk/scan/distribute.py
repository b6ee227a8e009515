"""Scans shards on the machines of a dask.distributed scheduler: the same function, the same results."""

import logging
import queue
import warnings
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel
from filingdesk.scan.pool import Died, Outcome
from filingdesk.scan.records_text import missing_extra
from filingdesk.scan.shards import KeywordSource, Shard

_PER_THREAD = 4  # shards under way for each thread of the cluster: enough to keep it busy, few enough to hold
_WAIT = 20


def run_distributed(
    shards: Sequence[Shard], keywords: KeywordSource, address: str, cancel: Cancel
) -> Iterator[Outcome]:
    """Scan the shards on the cluster at `address`, results as they come.

    The workers need this program and must see the corpus under the same paths. A worker that is lost costs its
    shards one more try elsewhere, as the scheduler decides. Raises `UserError` (`scan.extra`, `scan.scheduler`).
    """
    try:
        import distributed as library
    except ImportError:
        raise missing_extra("分布式检测的数据") from None
    # What it loses and fetches again it would tell on the terminal.
    logging.getLogger("distributed").setLevel(logging.ERROR)
    distributed: Any = library  # it has hints, but not for everything
    try:
        client = distributed.Client(address, timeout=_WAIT, set_as_default=False, name="filingdesk")
    except (OSError, ValueError) as error:
        raise UserError(
            "scan.scheduler", f"连不上调度器“{address}”。", "请检查地址（例如 tcp://主机:8786）和网络。"
        ) from error
    try:
        yield from _run(distributed, client, shards, keywords, cancel)
    finally:
        client.close(timeout=5)


def _run(
    distributed: Any, client: Any, shards: Sequence[Shard], keywords: KeywordSource, cancel: Cancel
) -> Iterator[Outcome]:
    from filingdesk.scan.shards_scan import scan_shard

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that the library is large; it travels once to each worker
        # A task, not scattered data: when the worker that holds it is lost, the scheduler makes it again.
        library = client.submit(
            KeywordSource, keywords.data, keywords.digest, key=f"keywords-{keywords.digest}"
        )
    threads = sum(client.nthreads().values()) or 1
    waiting = iter(shards)
    under_way: dict[str, Shard] = {}

    finished: queue.Queue[Any] = queue.Queue()

    def submit(shard: Shard) -> None:
        future = client.submit(scan_shard, shard, library, pure=False)
        under_way[future.key] = shard
        future.add_done_callback(finished.put)

    for shard in islice(waiting, threads * _PER_THREAD):
        submit(shard)
    while under_way:
        cancel.check()
        try:
            future = finished.get(timeout=0.2)
        except queue.Empty:
            continue
        shard = under_way.pop(future.key)
        try:
            outcome: Outcome = (shard, future.result())
        except distributed.KilledWorker:
            outcome = (shard, Died(shard))
        following = next(waiting, None)
        if following is not None:
            submit(following)
        yield outcome
