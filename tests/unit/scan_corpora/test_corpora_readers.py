"""Every form of a corpus gives the same records, hits and places; what cannot be read is said."""

import csv
import gzip
import io
import json
import os
import random
from collections.abc import Callable
from pathlib import Path

import pyarrow
import pyarrow.parquet as parquet
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel
from filingdesk.scan import records_text
from filingdesk.scan.engine import Interceptor
from filingdesk.scan.records import Record, find_sources
from filingdesk.scan.records_text import text_records
from filingdesk.scan.runner import scan_inputs
from filingdesk.services.corpora import CorpusResult

Scan = Callable[..., CorpusResult]
TEXTS = ["没有", "去賭-博，买毒品", "", "😀末行赌博", "alphabet bet"]
PLACES = [(1, 1, 4, "賭-博"), (1, 6, 8, "毒品"), (3, 3, 5, "赌博"), (4, 9, 12, "bet")]


def _jsonl() -> bytes:
    return "\n".join(json.dumps({"id": n, "text": text}) for n, text in enumerate(TEXTS)).encode()


def _csv() -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerows([["id", "text"], *([str(n), text] for n, text in enumerate(TEXTS))])
    return out.getvalue().encode("gb18030")


def _parquet() -> bytes:
    out = io.BytesIO()
    table = pyarrow.table({"id": list(range(len(TEXTS))), "text": [text or None for text in TEXTS]})
    parquet.write_table(table, out, row_group_size=2)
    return out.getvalue()


FORMS = {
    "a.txt": "\r\n".join(TEXTS).encode("utf-16"),
    "b.txt": "\n".join(TEXTS).encode("gb18030"),
    "c.jsonl": _jsonl(),
    "d.csv": _csv(),
    "e.parquet": _parquet(),
    "f.txt.gz": gzip.compress("\n".join(TEXTS).encode()),
    "g.jsonl.gz": gzip.compress(_jsonl()),
    "h.csv.gz": gzip.compress(_csv()),
    "i.txt.zst": zstandard.compress("\n".join(TEXTS).encode("utf-16-le")),
    # Two frames and more: what parallel compressors write.
    "j.jsonl.zst": zstandard.compress(_jsonl()[:50]) + zstandard.compress(_jsonl()[50:]),
}


@pytest.mark.parametrize("name", FORMS)
def test_every_form_gives_the_same_hits(tmp_path: Path, scan: Scan, name: str) -> None:
    (tmp_path / name).write_bytes(FORMS[name])
    result = scan(tmp_path / name)
    assert [(h.record, h.start, h.end, h.surface) for h in result.scan.hits] == PLACES
    first = 2 if ".csv" in name else 1
    assert [h.row for h in result.scan.hits] == [1 + first, 1 + first, 3 + first, 4 + first]
    assert (result.scan.records, result.scan.chars) == (len(TEXTS), sum(map(len, TEXTS)))
    assert result.problem_counts == {}
    plain = scan_inputs(Interceptor(["赌博", "毒品", "bet"]), [tmp_path / name])
    assert [(h.record, h.start, h.end, h.surface) for h in plain.hits] == PLACES


def test_broken_packed_files_are_named(tmp_path: Path, scan: Scan) -> None:
    whole = "赌博\n" + ("好" * 500 + "\n") * 2_000
    for name, data in (
        ("短.txt.gz", gzip.compress(whole.encode())[:-20]),
        ("短.txt.zst", zstandard.compress(random.Random(1).randbytes(300_000).hex().encode())[:-20]),
        ("假.txt.gz", b"no gzip at all"),
        ("假.txt.zst", b"no zstd at all"),
    ):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(UserError) as caught:
            scan(tmp_path / name)
        assert (caught.value.code, name in caught.value.message) == ("scan.packed", True)
    (tmp_path / "好.txt").write_text("赌博", encoding="utf-8")
    result = scan(tmp_path)
    assert sorted(line.split("：")[0] for line in result.scan.skipped) == [
        "假.txt.gz",
        "假.txt.zst",
        "短.txt.gz",
        "短.txt.zst",
    ]
    # What could be read before the fault is counted, and scanned.
    assert {h.source for h in result.scan.hits} == {"好.txt", "短.txt.gz"}


def test_a_parquet_without_the_field_is_told_what_it_has(tmp_path: Path, scan: Scan) -> None:
    path = tmp_path / "a.parquet"
    parquet.write_table(pyarrow.table({"问": ["赌博"], "答": ["毒品"]}), path)
    for options, asked in (({}, "不知道"), ({"field": "正文"}, "「正文」")):
        with pytest.raises(UserError) as caught:
            scan(path, **options)
        assert caught.value.code == "scan.field"
        assert asked in caught.value.message
        assert "问、答" in caught.value.message
    assert [h.surface for h in scan(path, field="答").scan.hits] == ["毒品"]
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(UserError) as caught:
        scan(path)
    assert caught.value.code == "scan.broken"


def test_what_parquet_holds_besides_plain_text(tmp_path: Path, scan: Scan) -> None:
    path = tmp_path / "a.parquet"
    values = [[{"role": "user", "content": "赌博"}], None, [{"role": "user", "content": "好"}]]
    parquet.write_table(pyarrow.table({"messages": values, "n": [1, 2, 3]}), path)
    result = scan(path, field="messages")
    assert [(h.record, h.surface) for h in result.scan.hits] == [(0, "赌博")]
    broken = pyarrow.array(["好".encode(), b"\xff" + "毒品".encode()]).cast(pyarrow.binary())
    text = pyarrow.StringArray.from_buffers(2, *broken.buffers()[1:])
    parquet.write_table(pyarrow.table({"text": text}), path)
    result = scan(path)
    assert [(p.record, p.kind) for p in result.scan.problems] == [(1, "undecodable")]
    assert [(h.record, h.start) for h in result.scan.hits] == [(1, 1)]


def test_invalid_bytes_in_the_middle_are_listed_and_the_rest_is_scanned(tmp_path: Path, scan: Scan) -> None:
    path = tmp_path / "a.txt"
    lines = ["好赌博".encode()] * 1000
    lines[500] = b"\xff\xfe\xff" + "毒品".encode() + b"\x80"
    path.write_bytes(b"\n".join(lines))
    result = scan(path)
    assert [(p.record, p.row, p.kind) for p in result.scan.problems] == [(500, 501, "undecodable")]
    assert (result.scan.records, result.scan.records_hit, result.hit_count) == (1000, 1000, 1000)


def test_a_csv_with_a_stray_quote_keeps_its_rows(tmp_path: Path, scan: Scan) -> None:
    rows = "".join(f"{n},好赌博\n" for n in range(500))
    (tmp_path / "a.csv").write_text(f'id,text\n1,"没有收尾\n{rows}', encoding="utf-8")
    result = scan(tmp_path / "a.csv")
    assert (result.scan.records, result.hit_count) == (501, 500)
    assert "引号" in result.scan.skipped[0]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_line_longer_than_memory_loses_no_hit(
    interceptor: Interceptor, monkeypatch: pytest.MonkeyPatch, encoding: str, end: str
) -> None:
    monkeypatch.setattr(records_text, "BLOCK", 512)
    monkeypatch.setattr(records_text, "PIECE", 300)
    monkeypatch.setattr(records_text, "AROUND", 20)
    rnd = random.Random(7)
    long = (
        "".join(rnd.choice(["赌博", "毒 品", "好", "😀", "a", "赌", "bet", "\r"]) for _ in range(3000)) + "尾"
    )
    text = f"前\n{long}\n后赌博{end}"
    path_like = io.BytesIO(text.encode(encoding))
    plain = {"utf-16": "utf-16-le"}.get(encoding, encoding)
    records = list(text_records("-", path_like, plain, Cancel(), long_line=2000))
    assert len(records) > 15
    assert all(len(r.text) <= 340 for r in records)
    hits = set()
    for record in records:
        low, high = record.own or (0, len(record.text))
        for hit in interceptor.scan(record.text):
            if low <= hit.start < high:
                hits.add((record.row, hit.start + record.start, hit.end + record.start, hit.surface))
    wanted = {
        (row, hit.start, hit.end, hit.surface)
        for row, line in enumerate(["前", long, "后赌博"], 1)
        for hit in interceptor.scan(line)
    }
    assert hits == wanted
    assert _put_together([r for r in records if r.row == 2]) == long
    assert [r.goes_on for r in records if r.row == 2].count(False) == 1


def _put_together(parts: list[Record]) -> str:
    return "".join(part.text[slice(*part.own)] for part in parts if part.own is not None)


def test_a_long_record_is_one_record(tmp_path: Path, scan: Scan) -> None:
    long = "好" * 1_100_000 + "赌博" + "好" * 1_100_000 + "毒品"
    (tmp_path / "a.jsonl").write_text(
        json.dumps({"text": long}, ensure_ascii=False) + "\n" + json.dumps({"text": "赌博"}), encoding="utf-8"
    )
    result = scan(tmp_path / "a.jsonl")
    assert [(h.record, h.row, h.start) for h in result.scan.hits] == [
        (0, 1, 1_100_000),
        (0, 1, 2_200_002),
        (1, 2, 0),
    ]
    assert (result.scan.records, result.scan.records_hit, result.scan.chars) == (2, 2, len(long) + 2)


def test_a_json_line_too_long_to_hold_is_listed(
    tmp_path: Path, scan: Scan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records_text, "LONG_JSON", 1 << 20)
    (tmp_path / "a.jsonl").write_text(f'"赌博"\n{json.dumps("好" * 2_000_000)}\n"毒品"', encoding="utf-8")
    result = scan(tmp_path / "a.jsonl")
    assert [(p.record, p.row, p.kind) for p in result.scan.problems] == [(1, 2, "too_long")]
    assert [(h.record, h.surface) for h in result.scan.hits] == [(0, "赌博"), (2, "毒品")]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.text("赌博a\r\u0a0a\u0d00\u2028😀", max_size=6), min_size=1, max_size=12),
    st.sampled_from(["utf-8", "gb18030", "utf-16-le", "utf-16-be"]),
    st.integers(1, 40),
)
def test_parts_of_a_file_hold_each_line_once(lines: list[str], encoding: str, width: int) -> None:
    data = "\n".join(lines).encode(encoding)
    step = width * 2
    whole = [r.text for r in text_records("-", io.BytesIO(data), encoding, Cancel())]
    parts = [
        r.text
        for start in range(0, max(len(data), 1), step)
        for r in text_records("-", io.BytesIO(data), encoding, Cancel(), start, start + step)
    ]
    assert parts == whole
    assert whole == [line.rstrip("\r") for line in (lines if lines[-1] else lines[:-1])]


def test_a_folder_names_what_it_did_not_read(tmp_path: Path) -> None:
    (tmp_path / "图.png").write_bytes(b"\x89PNG")
    (tmp_path / "表.xlsx.gz").write_bytes(b"")
    (tmp_path / "好.TXT").write_text("好", encoding="utf-8")
    (tmp_path / "无后缀").write_text("好", encoding="utf-8")
    (tmp_path / "里").mkdir()
    (tmp_path / "里" / "又一.txt.GZ").write_bytes(gzip.compress(b"x"))
    skipped: list[str] = []
    assert [s.name for s in find_sources([tmp_path], "", skipped)] == ["好.TXT", "无后缀", "里/又一.txt.GZ"]
    assert [line.split("：")[0] for line in skipped] == ["图.png", "表.xlsx.gz"]


@pytest.mark.skipif(os.name == "nt", reason="Windows 上建立链接需要特别的权限")
def test_a_linked_folder_is_not_entered_but_named(tmp_path: Path) -> None:
    (tmp_path / "语料").mkdir()
    (tmp_path / "语料" / "链").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "语料" / "a.txt").write_text("好", encoding="utf-8")
    skipped: list[str] = []
    assert [s.name for s in find_sources([tmp_path / "语料"], "", skipped)] == ["a.txt"]
    assert [line.split("：")[0] for line in skipped] == ["链"]
