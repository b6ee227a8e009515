"""scan, from the command line: every form of input, options that change what is found, and what happens when it is cut short."""

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pyarrow
import pyarrow.parquet
import pytest
import xlsxwriter
import zstandard

from cli.helpers import Cli
from filingdesk.scan.resume import folder_for

TEXTS = ["普通一句", "去赌*博吧", "𠮷😀卖毒品", "没有"]
PLACES = [(1, 1, 4, "赌*博", "skip"), (2, 3, 5, "毒品", "exact")]


def words(folder: Path) -> Path:
    path = folder / "词.csv"
    path.write_text(
        "关键词,风险\n赌博,A.1.h\n毒品,A.1.f\n毒品,A.1.f\n★★,A.1.h\n六四,A.1.a\n", encoding="utf-8"
    )
    return path


def written(folder: Path, name: str) -> Path:
    """The same four texts in one of the forms."""
    path = folder / name
    lines = ("\n".join(TEXTS) + "\n").encode()
    rows = "".join(json.dumps({"id": n, "正文字段": text}) + "\n" for n, text in enumerate(TEXTS)).encode()
    table = ("id,正文字段\n" + "".join(f"{n},{text}\n" for n, text in enumerate(TEXTS))).encode()
    plain = {".txt": lines, ".jsonl": rows, ".csv": table}
    stem, packing = name, ""
    for ending in (".gz", ".zst"):
        if name.endswith(ending):
            stem, packing = name.removesuffix(ending), ending
    suffix = Path(stem).suffix
    if suffix in plain:
        data = plain[suffix]
        data = gzip.compress(data) if packing == ".gz" else data
        path.write_bytes(zstandard.compress(data) if packing == ".zst" else data)
    elif suffix == ".xlsx":
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, ["id", "正文字段"])
            for number, text in enumerate(TEXTS):
                sheet.write_row(number + 1, 0, [number, text])
    else:
        pyarrow.parquet.write_table(pyarrow.table({"id": [0, 1, 2, 3], "正文字段": TEXTS}), path)
    return path


@pytest.mark.parametrize(
    "name",
    [
        *("a.txt", "a.txt.gz", "a.txt.zst", "a.jsonl", "a.jsonl.gz", "a.jsonl.zst"),
        *("a.csv", "a.csv.gz", "a.csv.zst", "a.xlsx", "a.parquet"),
    ],
)
def test_every_form_of_input_gives_the_same_places(cli: Cli, tmp_path: Path, name: str) -> None:
    source = written(tmp_path, name)
    ran = cli("scan", "--keywords", words(tmp_path), "--field", "正文字段", source, "--json")
    assert ran.code == 0
    found = [(h["record"], h["start"], h["end"], h["surface"], h["channel"]) for h in ran.json["hits"]]
    assert found == PLACES
    for record, start, end, surface, _ in found:
        assert TEXTS[record][start:end] == surface
    assert (ran.json["records"], ran.json["records_hit"], ran.json["by_category"]) == (
        *(4, 2),
        {"A.1.f": 1, "A.1.h": 1},
    )


@pytest.mark.parametrize("suffix", [".jsonl", ".parquet"])
def test_files_folders_and_standard_input_write_the_same_hits(cli: Cli, tmp_path: Path, suffix: str) -> None:
    folder = tmp_path / "语料"
    folder.mkdir()
    written(folder, "a.txt")
    outs = [tmp_path / f"{n}{suffix}" for n in range(3)]
    list_ = words(tmp_path)
    assert cli("scan", "--keywords", list_, folder, "--out", outs[0]).code == 0
    assert cli("scan", "--keywords", list_, folder / "a.txt", "--out", outs[1], "--workers", 2).code == 0
    assert cli("scan", "--keywords", list_, "-", "--out", outs[2], stdin="\n".join(TEXTS).encode()).code == 0

    def hits(path: Path) -> list[dict[str, object]]:
        if suffix == ".parquet":
            rows = pyarrow.parquet.read_table(path).to_pylist()
        else:
            rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        return [{key: value for key, value in row.items() if key != "source"} for row in rows]

    assert [(h["record"], h["start"], h["end"]) for h in hits(outs[0])] == [p[:3] for p in PLACES]
    assert hits(outs[0]) == hits(outs[1]) == hits(outs[2])


def test_words_that_are_not_looked_for_are_named(cli: Cli, tmp_path: Path) -> None:
    ran = cli("scan", "--keywords", words(tmp_path), written(tmp_path, "a.txt"), "--json")
    assert len(ran.json["keywords_rejected"]) == 1  # the one of symbols; the second 毒品 is the first one
    assert "★★" in ran.json["keywords_rejected"][0]
    assert "1 行没有采用" in ran.err


def test_number_styles_and_neighbouring_digits_are_options(cli: Cli, tmp_path: Path) -> None:
    source = tmp_path / "a.txt"
    source.write_text("64 陆肆 1964 ⑥④", encoding="utf-8")
    command = ("scan", "--keywords", words(tmp_path), source, "--json")

    def surfaces(*more: str) -> list[str]:
        return [hit["surface"] for hit in cli(*command, *more).json["hits"]]

    assert surfaces() == []
    assert surfaces("--numbers") == ["64", "陆肆", "64", "⑥④"]
    assert surfaces("--numbers", "--digit-bounds") == ["64", "陆肆", "⑥④"]


def test_suspicions_are_added_by_all_and_overlaps_left_out_on_demand(cli: Cli, tmp_path: Path) -> None:
    source, list_ = tmp_path / "a.txt", tmp_path / "词.txt"
    source.write_text("du博 貝者博 网络赌博网站", encoding="utf-8")
    list_.write_text("赌博\n网络赌博\n", encoding="utf-8")
    command = ("scan", "--keywords", list_, source, "--json")
    assert [h["surface"] for h in cli(*command).json["hits"]] == ["网络赌博", "赌博"]
    assert [h["surface"] for h in cli(*command, "--match", "longest").json["hits"]] == ["网络赌博"]
    every = cli(*command, "--channels", "all").json["hits"]
    assert [(h["surface"], h["channel"]) for h in every[:2]] == [("du博", "pinyin"), ("貝者博", "split")]
    assert cli(*command, "--channels", "声音").code == 3


def test_nothing_in_a_text_steers_the_terminal(cli: Cli, tmp_path: Path) -> None:
    source = tmp_path / "a.txt"
    source.write_text("赌\x1b[31m\x07博 赌\x1b]0;x\x07博 赌\u202e博", encoding="utf-8")
    told = cli("scan", "--keywords", words(tmp_path), source, "--channels", "all").out
    assert "\\u202e" in told
    assert not {"\x1b", "\x07", "\u202e"} & set(told)


def test_what_could_not_be_read_is_counted_and_the_rest_is_scanned(cli: Cli, tmp_path: Path) -> None:
    source = tmp_path / "a.txt"
    source.write_bytes("好\n赌博\n".encode() + b"ab\xff\xfe\xc3( \n" + "毒品\n赌\0博\n".encode())
    ran = cli("scan", "--keywords", words(tmp_path), source, "--json")
    assert [(p["row"], p["kind"]) for p in ran.json["problems"]] == [(3, "undecodable")]
    assert [h["row"] for h in ran.json["hits"]] == [2, 4, 5]
    people = cli("scan", "--keywords", words(tmp_path), source)
    assert "没有读全的 1 条" in people.out
    assert "第 3 行" in people.out


def test_a_parquet_without_the_field_names_what_it_has(cli: Cli, tmp_path: Path) -> None:
    ran = cli("scan", "--keywords", words(tmp_path), written(tmp_path, "a.parquet"), "--field", "没有这列")
    assert ran.code == 3
    assert "没有这列" in ran.err
    assert "正文字段" in ran.err


def test_thousands_of_small_files_are_parted_among_processes(cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "语料"
    folder.mkdir()
    for number in range(2_500):
        (folder / f"{number}.txt").write_bytes("去赌博".encode() if number % 100 == 0 else b"")
    ran = cli("scan", "--keywords", words(tmp_path), folder, "--workers", 2, "--json")
    assert ran.json["shards"] == 3
    assert len(ran.json["hits"]) == 25


@pytest.mark.skipif(os.name == "nt", reason="Windows 没有可以这样发送的信号")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_scan_cut_short_goes_on_to_the_same_result(
    cli: Cli, tmp_path: Path, number: signal.Signals
) -> None:
    list_, corpus, out = words(tmp_path), tmp_path / "语料", tmp_path / "命中.jsonl"
    corpus.mkdir()
    for name in range(24):
        text = "".join(
            f"第{n}句，{'普通的话' * 20}{'，赌-博' if n % 90 == 0 else ''}。\n" for n in range(3_600)
        )
        (corpus / f"{name:02}.txt").write_text(text, encoding="utf-8")
    command = ["scan", "--keywords", str(list_), str(corpus), "--workers", "2", "--out", str(out)]
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path), PYTHONUTF8="1")
    process = subprocess.Popen(
        [sys.executable, "-m", "filingdesk", *command], env=environment, stderr=subprocess.PIPE
    )
    done = folder_for(out) / "done.jsonl"
    while process.poll() is None and not (done.exists() and done.read_bytes().count(b"\n") >= 1):
        time.sleep(0.005)  # a poll for something that must come
    family = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    assert not psutil.wait_procs(family, timeout=60)[1]
    assert not out.exists()
    if number == signal.SIGINT:
        assert process.returncode == 130
        assert "--resume" in said.decode()
    asked = cli(*command)
    assert asked.code == 3
    assert "--resume" in asked.err
    assert cli(*command, "--resume").code == 0
    whole = tmp_path / "一次做完.jsonl"
    assert cli(*command[:-1], whole).code == 0
    assert out.read_bytes() == whole.read_bytes()
    assert out.read_bytes().count(b"\n") == 24 * 40
    assert not folder_for(out).exists()
