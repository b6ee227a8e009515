"""Scanning files, folders and streams: records, places, what could not be read, progress, cancel."""

import io
import json
from pathlib import Path

import openpyxl
import pytest

from filingdesk.domain.errors import Cancelled, UserError
from filingdesk.domain.jobs import Cancel, Progress
from filingdesk.scan.engine import Interceptor
from filingdesk.scan.runner import ScanHit, ScanResult, scan_inputs


@pytest.fixture(scope="module")
def interceptor() -> Interceptor:
    return Interceptor([("赌博", "A.1.h"), ("毒品", "A.1.f"), ("★", "")])


def places(result: ScanResult) -> list[tuple[int, int, int, str]]:
    return [(hit.record, hit.start, hit.end, hit.surface) for hit in result.hits]


def write(path: Path, data: str | bytes) -> Path:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
def test_one_line_is_one_record(tmp_path: Path, interceptor: Interceptor, encoding: str) -> None:
    path = write(tmp_path / "a.txt", "一行\r\n\r\n去賭-博，买毒品\n末行赌博".encode(encoding))
    result = scan_inputs(interceptor, [path])
    assert places(result) == [(2, 1, 4, "賭-博"), (2, 6, 8, "毒品"), (3, 2, 4, "赌博")]
    assert (result.records, result.chars, result.records_hit) == (4, 2 + 0 + 8 + 4, 2)
    assert result.by_category == {"A.1.f": 1, "A.1.h": 2}
    assert result.by_channel == {"exact": 2, "skip": 1}
    assert result.unmatchable == ["★"]


def test_the_json_shape(tmp_path: Path, interceptor: Interceptor) -> None:
    result = scan_inputs(interceptor, [write(tmp_path / "a.txt", "赌博\n")])
    shape = json.loads(json.dumps(result.as_dict(), ensure_ascii=False))
    assert shape["hits"] == [
        {
            "record": 0,
            "start": 0,
            "end": 2,
            "surface": "赌博",
            "keyword": "赌博",
            "category": "A.1.h",
            "channel": "exact",
            "source": "a.txt",
            "row": 1,
        }
    ]
    assert (shape["keywords"], shape["records"], shape["chars"], shape["records_hit"]) == (3, 1, 2, 1)
    assert shape["engine"] == "bulk"
    assert shape["by_category"] == {"A.1.h": 1}


def test_undecodable_records_are_listed_and_still_scanned(tmp_path: Path, interceptor: Interceptor) -> None:
    path = write(
        tmp_path / "a.txt", "赌博\n".encode() + b"\xff\xff" + "毒品\n".encode() + "赌博".encode("gb18030")
    )
    result = scan_inputs(interceptor, [path])
    assert [(p.record, p.row, p.kind) for p in result.problems] == [(1, 2, "undecodable")]
    assert [hit.surface for hit in result.hits] == ["赌博", "毒品", "赌博"]
    assert result.records == 3


def test_jsonl_takes_the_named_field(tmp_path: Path, interceptor: Interceptor) -> None:
    lines = [
        json.dumps({"id": 1, "text": "第一行\n赌博"}),
        json.dumps({"id": 2, "text": "x", "answer": "毒品"}),
        '{"broken": ',
        json.dumps({"id": 3}),
        json.dumps("赌博"),
        json.dumps({"text": ["毒品"]}),
        '{"text": "\\ud83d赌博"}',
    ]
    path = write(tmp_path / "a.jsonl", "\n".join(lines))
    result = scan_inputs(interceptor, [path], "text")
    assert [(hit.record, hit.surface) for hit in result.hits] == [(0, "赌博"), (5, "毒品"), (6, "赌博")]
    assert (result.hits[0].start, result.hits[0].row) == (4, 1)
    assert [(p.record, p.kind) for p in result.problems] == [
        (2, "bad_json"),
        (3, "field_missing"),
        (4, "field_missing"),
    ]
    assert [hit.surface for hit in scan_inputs(interceptor, [path], "answer").hits] == ["毒品"]


def test_a_jsonl_without_a_known_field_asks_for_it(tmp_path: Path, interceptor: Interceptor) -> None:
    path = write(tmp_path / "a.jsonl", '{"body": "赌博", "n": 1}')
    with pytest.raises(UserError) as caught:
        scan_inputs(interceptor, [path])
    assert caught.value.code == "scan.field"
    assert "body" in caught.value.message
    assert [hit.surface for hit in scan_inputs(interceptor, [path], "body").hits] == ["赌博"]


def test_tables_are_scanned_by_column(tmp_path: Path, interceptor: Interceptor) -> None:
    path = write(tmp_path / "a.csv", "编号,问题,备注\n1,什么是赌博,毒品\n2,你好,\n")
    result = scan_inputs(interceptor, [path])
    assert [(hit.record, hit.row, hit.start, hit.surface) for hit in result.hits] == [(0, 2, 3, "赌博")]
    assert result.records == 2
    assert [hit.surface for hit in scan_inputs(interceptor, [path], "备注").hits] == ["毒品"]
    with pytest.raises(UserError) as caught:
        scan_inputs(interceptor, [path], "正文")
    assert "编号、问题、备注" in caught.value.message
    book = openpyxl.Workbook()
    book.active.append(["内容"])
    book.active.append(["一句赌博"])
    book.save(tmp_path / "b.xlsx")
    assert places(scan_inputs(interceptor, [tmp_path / "b.xlsx"])) == [(0, 2, 4, "赌博")]


def test_folders_are_walked_in_order_and_what_is_left_out_is_listed(
    tmp_path: Path, interceptor: Interceptor
) -> None:
    folder = tmp_path / "语料"
    (folder / "子").mkdir(parents=True)
    write(folder / "子" / "b.txt", "毒品")
    write(folder / "a.txt", "赌博\n没有")
    write(folder / "c.pdf", "%PDF")
    write(folder / ".hidden.txt", "赌博")
    result = scan_inputs(interceptor, [folder])
    assert [(hit.source, hit.record) for hit in result.hits] == [("a.txt", 0), ("子/b.txt", 2)]
    assert [line.split("：")[0] for line in result.skipped] == [".hidden.txt", "c.pdf"]
    assert result.sources == 2


def test_one_bad_file_of_a_folder_does_not_end_the_scan(tmp_path: Path, interceptor: Interceptor) -> None:
    write(tmp_path / "a.xlsx", b"PK\x03\x04 broken")
    write(tmp_path / "b.txt", b"\x89PNG\0\0\0\0\x01\x02")
    with pytest.raises(UserError) as caught:
        scan_inputs(interceptor, [tmp_path])
    assert caught.value.code == "zip.broken"
    write(tmp_path / "c.txt", "赌博")
    result = scan_inputs(interceptor, [tmp_path])
    assert [hit.source for hit in result.hits] == ["c.txt"]
    assert [line.split("：")[0] for line in result.skipped] == ["b.txt", "a.xlsx"]


def test_what_a_table_could_not_give_is_listed(tmp_path: Path, interceptor: Interceptor) -> None:
    path = write(tmp_path / "a.csv", "内容\n赌博\n".encode() + b"\xff\xff\n" + "毒品\n".encode())
    result = scan_inputs(interceptor, [path])
    assert [(p.record, p.row, p.kind) for p in result.problems] == [(1, 3, "undecodable")]
    assert [(hit.record, hit.row) for hit in result.hits] == [(0, 2), (2, 4)]
    book = openpyxl.Workbook()
    book.active.append(["内容"])
    book.create_sheet("另一张").append(["赌博"])
    book.save(tmp_path / "b.xlsx")
    assert "另一张" in scan_inputs(interceptor, [tmp_path / "b.xlsx"]).skipped[0]


def test_a_stream_is_read_like_a_text_file(interceptor: Interceptor) -> None:
    result = scan_inputs(interceptor, [io.BytesIO("没有\n赌博".encode())])
    assert [(hit.record, hit.source) for hit in result.hits] == [(1, "-")]
    assert scan_inputs(interceptor, [io.BytesIO(b"")]).records == 0


@pytest.mark.parametrize(
    ("name", "data"), [("a.txt", b"\x89PNG\0\0\0\0\x01\x02"), ("a.bin", bytes(range(256)))]
)
def test_a_binary_file_is_refused(tmp_path: Path, interceptor: Interceptor, name: str, data: bytes) -> None:
    with pytest.raises(UserError) as caught:
        scan_inputs(interceptor, [write(tmp_path / name, data)])
    assert caught.value.code == "scan.format"


def test_missing_and_empty_inputs_are_told(tmp_path: Path, interceptor: Interceptor) -> None:
    with pytest.raises(UserError):
        scan_inputs(interceptor, [tmp_path / "没有.txt"])
    with pytest.raises(UserError) as caught:
        scan_inputs(interceptor, [tmp_path])
    assert caught.value.code == "scan.nothing"


def test_long_files_report_progress_hand_over_hits_and_stop_when_told(
    tmp_path: Path, interceptor: Interceptor
) -> None:
    path = write(tmp_path / "a.txt", "普通的一句话\n" * 12_000 + "赌博\n" + "又一句\n" * 12_000)
    told: list[Progress] = []
    taken: list[ScanHit] = []
    result = scan_inputs(interceptor, [path], report=told.append, sink=taken.extend)
    assert [(hit.record, hit.row) for hit in taken] == [(12_000, 12_001)]
    assert (result.hits, result.records, result.records_hit) == ([], 24_001, 1)
    assert told
    assert all(0 < progress.done <= progress.total == path.stat().st_size for progress in told)
    cancel = Cancel()
    cancel.set()
    with pytest.raises(Cancelled):
        scan_inputs(interceptor, [path], cancel=cancel)
