"""The folder of a scan under way: what each finished shard gave, so that a killed scan goes on where it stopped."""

import contextlib
import json
import os
import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from filingdesk.domain.errors import UserError
from filingdesk.infra.files import atomic_write, telling
from filingdesk.scan.shards import Plan, ShardResult
from filingdesk.scan.shards_scan import part_file

SUFFIX = ".scanning"
_HEAD = "plan.json"
_DONE = "done.jsonl"


def folder_for(out: Path) -> Path:
    """Where a scan that writes `out` keeps its state: beside it."""
    return out.with_name(out.name + SUFFIX)


class WorkFolder:
    """Part files of finished shards and one line per shard; only one scan works in it."""

    def __init__(self, path: Path, lock: FileLock) -> None:
        self.path = path
        self.done: dict[int, ShardResult] = {}
        self._lock = lock

    def record(self, result: ShardResult) -> None:
        """Keep a result for good; its part files are written here when it carries their lines itself."""
        for what, packed in (("hits", result.hits), ("problems", result.problems)):
            if packed:
                atomic_write(part_file(self.path, result.number, what), zlib.decompress(packed))
        result = ShardResult(result.number, result.parts)
        with telling(self.path / _DONE, "写入"), (self.path / _DONE).open("ab") as stream:
            stream.write(result.as_json().encode() + b"\n")
            stream.flush()
            os.fsync(stream.fileno())
        self.done[result.number] = result

    def load(self, plan: Plan) -> None:
        """Take up what an earlier scan of the same plan finished. Raises `UserError` (`scan.changed`)."""
        try:
            head = json.loads((self.path / _HEAD).read_bytes())
        except (OSError, ValueError):
            head = {}
        if head.get("digest") != plan.digest:
            raise UserError(
                "scan.changed",
                f"“{self.path.name}”里未完成的检测，用的语料、词库或选项和这次不同，不能接着做。",
                "请换回原来的语料和选项；或加 --no-resume 重新开始。",
            )
        lines = b""
        with contextlib.suppress(FileNotFoundError):
            lines = (self.path / _DONE).read_bytes()
        whole = lines[: lines.rfind(b"\n") + 1]  # the last line may be torn
        for line in whole.splitlines():
            result = ShardResult.from_json(line)
            self.done[result.number] = result
        if len(whole) != len(lines):
            atomic_write(self.path / _DONE, whole)

    def begin(self, plan: Plan) -> None:
        """Start anew: nothing of an earlier scan stays."""
        for path in self.path.iterdir():
            if path.name != "lock":
                path.unlink()
        atomic_write(self.path / _HEAD, json.dumps({"digest": plan.digest}).encode())

    def remove(self) -> None:
        """The scan is complete and its output stands."""
        self._lock.release()
        shutil.rmtree(self.path, ignore_errors=True)


@contextlib.contextmanager
def work_folder(path: Path, plan: Plan, resume: bool | None) -> Iterator[WorkFolder]:
    """The folder of a scan of `plan`. `resume` None: an unfinished scan that is found there is an error, so that nobody loses it.

    Raises `UserError` (`scan.unfinished`, `scan.changed`, `scan.running`, those of writing).
    """
    with telling(path, "写入"):
        unfinished = (path / _HEAD).exists()
        path.mkdir(exist_ok=True)
    if unfinished and resume is None:
        raise UserError(
            "scan.unfinished",
            f"“{path.name}”里有一次没做完的检测。",
            "加 --resume 接着做；要重新开始请加 --no-resume。",
        )
    lock = FileLock(path / "lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise UserError(
            "scan.running", f"另一个检测正在写“{path.name}”。", "请等它做完，或换一个输出文件。"
        ) from None
    try:
        folder = WorkFolder(path, lock)
        with telling(path, "写入"):
            if unfinished and resume:
                folder.load(plan)
            else:
                folder.begin(plan)
        yield folder
    finally:
        lock.release()
        if not unfinished and path.is_dir() and not (path / _DONE).exists():
            shutil.rmtree(path, ignore_errors=True)  # nothing was finished: there is nothing to take up again
