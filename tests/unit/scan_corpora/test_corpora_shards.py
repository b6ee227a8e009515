"""A corpus scanned in shards gives what one pass gives, whatever dies, stops or fills up on the way."""

import gzip
import json
import random
import sys
import threading
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from filingdesk.domain.errors import Cancelled, UserError
from filingdesk.domain.jobs import Cancel, Progress
from filingdesk.scan.engine import Interceptor
from filingdesk.scan.resume import folder_for
from filingdesk.scan.runner import scan_inputs
from filingdesk.scan.shards import KeywordSource, Shard, ShardResult, plan_shards
from filingdesk.scan.shards_scan import scan_shard
from filingdesk.services.corpora import CorpusResult, problems_file, record_at, report_file, scan_corpus

Scan = Callable[..., CorpusResult]
Lines = Callable[[Path], list[dict[str, Any]]]


def _corpus(folder: Path, lines: int = 2000, seed: int = 5) -> Path:
    """Text, jsonl, csv and packed files, in two sub-folders, with hits and with damage."""
    rnd = random.Random(seed)
    texts = [rnd.choice(["好好的一句话", "去赌-博", "买毒品", "", "说说 bet"]) for _ in range(lines)]
    texts[49] = texts[-1] = "尾"
    (folder / "甲").mkdir(parents=True)
    (folder / "乙").mkdir()
    (folder / "甲" / "a.txt").write_bytes("\n".join(texts).encode() + b"\n\xff\xff\n")
    (folder / "甲" / "b.jsonl").write_text(
        "\n".join(json.dumps({"text": t}) for t in texts) + '\n{"bad', "utf-8"
    )
    (folder / "乙" / "c.csv").write_text(
        "id,text\n" + "".join(f"{n},{t}\n" for n, t in enumerate(texts)), "utf-8"
    )
    (folder / "乙" / "d.txt.gz").write_bytes(gzip.compress("\r\n".join(texts).encode("gb18030")))
    (folder / "e.txt").write_bytes("\n".join(texts[:50]).encode("utf-16"))
    return folder


def _same(one: CorpusResult, other: CorpusResult) -> bool:
    return one.as_dict() == {**other.as_dict(), "plan": one.plan, "shards": one.shards}


def test_shards_give_what_one_pass_gives(tmp_path: Path, scan: Scan, interceptor: Interceptor) -> None:
    folder = _corpus(tmp_path / "语料")
    plain = scan_inputs(interceptor, [folder])
    for size in (1 << 30, 5000, 1500):
        result = scan(folder, shard_bytes=size)
        assert result.scan.as_dict() == plain.as_dict()
    assert result.shards > 50
    assert result.problem_counts == {"bad_json": 1, "undecodable": 1}
    assert {s.name: s.records for s in result.sources} == {"语料/乙": 4000, "语料": 50, "语料/甲": 4002}


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.text("赌博毒品 bet\r\u0a0a😀", max_size=8), min_size=1, max_size=15),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]),
    st.integers(2, 60),
)
@example(lines=["", ""], encoding="utf-16", size=2)  # the first part is but the mark of the byte order
def test_any_cut_gives_the_same_hits(
    tmp_path_factory: pytest.TempPathFactory,
    library: KeywordSource,
    lines: list[str],
    encoding: str,
    size: int,
) -> None:
    path = tmp_path_factory.mktemp("cut") / "a.txt"
    path.write_bytes("\n".join(lines).encode(encoding))
    if not path.stat().st_size:
        return
    whole = scan_corpus(library, [path], keep=None)
    parted = scan_corpus(library, [path], keep=None, shard_bytes=size)
    assert parted.scan.hits == whole.scan.hits
    assert _same(parted, whole)


def test_a_shard_is_a_function_of_itself(tmp_path: Path, library: KeywordSource) -> None:
    plan = plan_shards([_corpus(tmp_path / "语料")], library, shard_bytes=2000)
    shards = list(plan.shards)
    results = {shard.number: scan_shard(shard, library) for shard in shards}
    random.Random(3).shuffle(shards)
    for shard in shards[:20]:
        travelled = Shard.from_json(shard.as_json())
        assert travelled == shard
        again = scan_shard(travelled, KeywordSource(library.data, library.digest))
        assert again == results[shard.number]
        assert ShardResult.from_json(again.as_json()).parts == again.parts
    assert plan_shards([tmp_path / "语料"], library, shard_bytes=2000) == plan


def test_more_processes_write_the_same_file(tmp_path: Path, scan: Scan, lines_of: Lines) -> None:
    folder = _corpus(tmp_path / "语料")
    one, many = tmp_path / "一.jsonl", tmp_path / "多.jsonl"
    first = scan(folder, out=one, workers=1, shard_bytes=9000)
    second = scan(folder, out=many, workers=3, shard_bytes=9000)
    assert second.workers == 3
    assert one.read_bytes() == many.read_bytes()
    assert report_file(one).read_bytes() == report_file(many).read_bytes()
    assert problems_file(one).read_bytes() == problems_file(many).read_bytes()
    assert lines_of(one) == [hit._asdict() for hit in first.scan.hits]
    assert [p["kind"] for p in lines_of(problems_file(one))] == ["undecodable", "bad_json"]
    assert not folder_for(one).exists()
    assert not folder_for(many).exists()


def test_parquet_output_holds_the_same_hits(tmp_path: Path, scan: Scan) -> None:
    from pyarrow import parquet

    folder = _corpus(tmp_path / "语料", 200)
    out = tmp_path / "命中.parquet"
    result = scan(folder, out=out, shard_bytes=900)
    rows = parquet.read_table(out).to_pylist()
    assert rows == [{name: getattr(hit, name) for name in rows[0]} for hit in result.scan.hits]
    before = out.read_bytes()
    scan(folder, out=out)
    assert out.read_bytes() == before


def test_a_sample_is_never_less_than_asked_and_always_the_same(tmp_path: Path, scan: Scan) -> None:
    from filingdesk.scan.records_sample import Sample

    folder = _corpus(tmp_path / "语料")
    options = {"sample": Sample("10", 42), "shard_bytes": 9000}
    first = scan(folder, **options)
    assert scan(folder, workers=2, **options).as_dict() == first.as_dict()
    other = scan(folder, sample=Sample("10", 43), shard_bytes=9000)
    assert [h.record for h in other.scan.hits] != [h.record for h in first.scan.hits]
    assert first.population == 8_052
    for source in first.sources:
        assert source.records <= source.rate.total * 10 <= source.records + 10 * (first.shards + 1)
    assert (first.t11_sample, first.t11_rate) == (True, False)
    assert [s.within_t1 for s in first.sources] == [False] * 3
    assert first.summary()["sample"] == {"percent": "10", "seed": 42}
    # The draw is among all records: what it hits, the whole scan hits at the same places.
    assert set(first.scan.hits) < set(scan(folder).scan.hits)
    less = scan(folder, sample=Sample("9.9", 1))
    assert less.t11_sample is False


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 400), st.sampled_from(["100", "50", "33.3", "10", "7", "1", "0.5"]), st.integers(0, 5))
def test_a_draw_is_exact(count: int, percent: str, seed: int) -> None:
    from filingdesk.scan.records import Record
    from filingdesk.scan.records_sample import Sample, Sampler

    sample = Sample(percent, seed)
    sampler = Sampler(sample, "x")
    drawn = [n for number in range(count) for n, _ in sampler.feed(number, Record("a", number + 1, ""))]
    drawn += [n for n, _ in sampler.end()]
    assert drawn == sorted(set(drawn))
    assert sample.share * count <= len(drawn) < sample.share * count + 1


def test_each_hit_can_be_looked_up_again(tmp_path: Path, scan: Scan) -> None:
    folder = _corpus(tmp_path / "语料", 60)
    (folder / "f.txt").write_text("好\n" + "好" * 3_000_000 + "赌博" + "好" * 10, "utf-8")
    for hit in scan(folder).scan.hits[::7] + scan(folder / "f.txt", folder).scan.hits[:1]:
        inputs = [folder / "f.txt", folder] if hit.start > 1000 else [folder]
        text, begin = record_at(inputs, hit.record, hit.start)
        assert text[hit.start - begin : hit.end - begin] == hit.surface
        assert len(text) < 2_000_000
    with pytest.raises(UserError):
        record_at([folder], 10**9)


def test_a_scan_that_finished_nothing_leaves_nothing(tmp_path: Path, scan: Scan) -> None:
    path, out = tmp_path / "a.jsonl", tmp_path / "命中.jsonl"
    path.write_text('{"body": "赌博"}', "utf-8")
    with pytest.raises(UserError) as caught:
        scan(path, out=out)
    assert caught.value.code == "scan.field"
    assert [p.name for p in tmp_path.iterdir()] == ["a.jsonl"]
    assert scan(path, out=out, field="body", apart=True).hit_count == 1


def test_sources_of_the_same_name_are_told_apart(
    tmp_path: Path, scan: Scan, interceptor: Interceptor
) -> None:
    for part in ("甲/语料", "乙/语料", "丙"):
        (tmp_path / part).mkdir(parents=True)
        (tmp_path / part / "a.txt").write_text("赌博", "utf-8")
    inputs = [tmp_path / "甲/语料", tmp_path / "乙/语料", tmp_path / "丙", tmp_path / "丙/a.txt"]
    result = scan(*inputs)
    names = [(tmp_path / "甲/语料").as_posix(), (tmp_path / "乙/语料").as_posix(), "丙", "a.txt"]
    assert [s.name for s in result.sources] == names
    assert [h.source for h in result.scan.hits] == [f"{name}/a.txt" for name in names[:3]] + ["a.txt"]
    assert scan_inputs(interceptor, inputs).hits == result.scan.hits


def test_the_output_may_not_stand_in_the_corpus(tmp_path: Path, scan: Scan) -> None:
    (tmp_path / "a.txt").write_text("赌博", "utf-8")
    for inputs in ([tmp_path], [tmp_path / "命中.jsonl"]):
        with pytest.raises(UserError) as caught:
            scan(*inputs, out=tmp_path / "命中.jsonl")
        assert caught.value.code == "scan.output_inside"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


@pytest.mark.parametrize(
    ("module", "name", "options"),
    [
        ("zstandard", "a.txt.zst", {}),
        ("pyarrow.parquet", "a.parquet", {}),
        ("pyarrow.parquet", "a.txt", {"out": "命中.parquet"}),
        ("distributed", "a.txt", {"scheduler": "tcp://127.0.0.1:9"}),
    ],
)
def test_a_missing_extra_is_named(
    tmp_path: Path,
    scan: Scan,
    monkeypatch: pytest.MonkeyPatch,
    module: str,
    name: str,
    options: dict[str, Any],
) -> None:
    (tmp_path / name).write_bytes(b"PAR1" if name.endswith("parquet") else b"x")
    monkeypatch.setitem(sys.modules, module, None)  # as if it were not installed
    if "out" in options:
        options = {"out": tmp_path / "命中.parquet"}
    with pytest.raises(UserError) as caught:
        scan(tmp_path / name, **options)
    assert caught.value.code == "scan.extra"
    assert "filingdesk[scale]" in caught.value.hint
    assert [p.name for p in tmp_path.iterdir()] == [name]


def test_clean_sources_are_within_the_limits(tmp_path: Path, scan: Scan) -> None:
    good, bad = tmp_path / "好.txt", tmp_path / "坏.txt"
    good.write_text("好\n" * 95 + "赌博\n" * 5, "utf-8")
    bad.write_text("好\n" * 94 + "赌博\n" * 6, "utf-8")
    result = scan(good, bad)
    assert [(s.name, s.within_t1) for s in result.sources] == [("好.txt", True), ("坏.txt", False)]
    assert (result.t11_sample, result.t11_rate) == (True, False)
    good.write_text("好\n" * 98 + "赌博\n" * 2, "utf-8")
    assert scan(good).t11_rate is True


def _killer(stop: threading.Event, once: bool) -> None:
    """Kill the scanning processes of this one as they appear."""
    me, seen = psutil.Process(), set()
    while not stop.is_set():
        for child in me.children():
            try:
                if child.pid not in seen and "filingdesk.scan.pool" in " ".join(child.cmdline()):
                    seen.add(child.pid)
                    child.kill()
                    if once:
                        return
            except psutil.NoSuchProcess:
                continue
        stop.wait(0.01)


def _scan_while_killing(run: Callable[[], CorpusResult], once: bool) -> CorpusResult:
    stop = threading.Event()
    killer = threading.Thread(target=_killer, args=(stop, once))
    killer.start()
    try:
        return run()
    finally:
        stop.set()
        killer.join()


def test_a_process_that_dies_changes_nothing(tmp_path: Path, scan: Scan) -> None:
    folder = _corpus(tmp_path / "语料")
    wanted = scan(folder, shard_bytes=9000)
    result = _scan_while_killing(lambda: scan(folder, workers=2, shard_bytes=9000), once=True)
    assert result.as_dict() == wanted.as_dict()


def test_what_kills_every_process_is_named_and_the_rest_is_kept(tmp_path: Path, scan: Scan) -> None:
    folder, out = _corpus(tmp_path / "语料", 500), tmp_path / "命中.jsonl"
    with pytest.raises(UserError) as caught:
        _scan_while_killing(lambda: scan(folder, out=out, workers=2, shard_bytes=9000), once=False)
    assert caught.value.code == "scan.worker_died"
    assert any(name in caught.value.message for name in ("a.txt", "b.jsonl", "c.csv", "d.txt.gz", "e.txt"))
    assert not out.exists()
    scan(folder, out=out, shard_bytes=9000, resume=True)
    other = tmp_path / "另.jsonl"
    scan(folder, out=other, shard_bytes=9000)
    assert out.read_bytes() == other.read_bytes()


def test_a_stopped_scan_goes_on_to_the_same_result(tmp_path: Path, scan: Scan) -> None:
    folder, out, wanted = _corpus(tmp_path / "语料"), tmp_path / "命中.jsonl", tmp_path / "原.jsonl"
    scan(folder, out=wanted, shard_bytes=4000)
    for workers in (1, 2):
        cancel = Cancel()

        def stop_midway(now: Progress, cancel: Cancel = cancel) -> None:
            if now.done > now.total // 3:
                cancel.set()

        with pytest.raises(Cancelled):
            scan(folder, out=out, workers=workers, shard_bytes=4000, cancel=cancel, report=stop_midway)
        assert not out.exists()
        done = (folder_for(out) / "done.jsonl").read_bytes()
        assert 2 < done.count(b"\n") < 90
        with pytest.raises(UserError) as caught:
            scan(folder, out=out, shard_bytes=4000)
        assert caught.value.code == "scan.unfinished"
        # A line torn by the power cut that ended the scan.
        (folder_for(out) / "done.jsonl").write_bytes(done + b'{"number": 9')
        first: list[int] = []
        scan(
            folder,
            out=out,
            shard_bytes=4000,
            resume=True,
            report=lambda now, seen=first: seen.append(now.done),
        )
        assert out.read_bytes() == wanted.read_bytes()
        assert report_file(out).read_bytes() == report_file(wanted).read_bytes()
        assert problems_file(out).read_bytes() == problems_file(wanted).read_bytes()
        assert not folder_for(out).exists()
        assert next(done for done in first if done) > 4000 * 3
        out.unlink()


def test_a_scan_of_other_things_is_not_continued(tmp_path: Path, scan: Scan) -> None:
    folder, out = _corpus(tmp_path / "语料", 300), tmp_path / "命中.jsonl"
    cancel = Cancel()
    with pytest.raises(Cancelled):
        scan(folder, out=out, shard_bytes=4000, cancel=cancel, report=lambda now: now.done and cancel.set())
    (folder / "e.txt").write_text("改过了", "utf-8")
    with pytest.raises(UserError) as caught:
        scan(folder, out=out, shard_bytes=4000, resume=True)
    assert caught.value.code == "scan.changed"
    assert scan(folder, out=out, shard_bytes=4000, resume=False).population > 0


def test_memory_does_not_grow_with_the_corpus(tmp_path: Path, library: KeywordSource) -> None:
    peaks = []
    for size in (8, 24):  # the first already fills a batch
        path = tmp_path / f"{size}.txt"
        line = ("普通的一句话，没有什么。" * 50 + "\n").encode()
        with path.open("wb") as stream:
            for _ in range(size):
                stream.write(line * ((1 << 20) // len(line)) + "买毒品\n".encode())
        shard = plan_shards([path], library, shard_bytes=1 << 40).shards[0]
        library.interceptor()
        tracemalloc.start()
        result = scan_shard(shard, library, str(tmp_path))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert result.parts[0].hits == size
    assert peaks[1] < peaks[0] * 1.2 + 2**20


def test_a_full_disk_is_told_and_leaves_the_output_as_it_was(tmp_path: Path, scan: Scan) -> None:
    resource = pytest.importorskip("resource", reason="Windows 没有文件大小限额")
    folder, out = _corpus(tmp_path / "语料"), tmp_path / "命中.jsonl"
    wanted = tmp_path / "原.jsonl"
    scan(folder, out=wanted, shard_bytes=9000)
    out.write_text("原来的", "utf-8")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
        with pytest.raises(UserError) as caught:
            scan(folder, out=out, shard_bytes=9000, workers=2)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert caught.value.code == "disk.full"
    assert out.read_text("utf-8") == "原来的"
    assert not [path for path in tmp_path.rglob("*") if path.suffix == ".part"]
    scan(folder, out=out, shard_bytes=9000, resume=True)
    assert out.read_bytes() == wanted.read_bytes()
