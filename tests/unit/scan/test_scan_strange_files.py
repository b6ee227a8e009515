"""Files that mean harm or are broken: zip bombs, hostile names, parsers that hang, starve or die."""

import importlib
import os
import struct
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filingdesk.domain.errors import Cancelled, UserError
from filingdesk.domain.jobs import Cancel
from filingdesk.infra.decoding import decode_bytes, mojibake
from filingdesk.infra.safeparse import ParseLimits, ZipLimits, check_zip, run_limited
from filingdesk.infra.tabular import parse_delimited, read_table

PIECES = [
    *(b"\n", b"\r\n", b",", b'"', b"\t", b" ", b"a", b"\0", b"\xff", b"\xd6"),
    "词".encode(),
    "词".encode("gb18030"),
]


def code_of(error: pytest.ExceptionInfo[UserError]) -> str:
    return error.value.code


def make_zip(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return path


def test_a_bomb_is_not_opened(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "词库.xlsx", {"xl/worksheets/sheet1.xml": bytes(30 << 20)})
    assert path.stat().st_size < 100_000
    with pytest.raises(UserError) as caught:
        read_table(path)
    assert code_of(caught) == "zip.bomb"
    assert "词库.xlsx" in caught.value.message


@pytest.mark.parametrize(
    ("limits", "members"),
    [
        (ZipLimits(total=1000), {"a": os.urandom(1001)}),
        (ZipLimits(members=2), {"a": b"", "b": b"", "c": b""}),
        (ZipLimits(ratio=5), {"a": bytes(100_000)}),
    ],
)
def test_each_limit_holds(tmp_path: Path, limits: ZipLimits, members: dict[str, bytes]) -> None:
    path = make_zip(tmp_path / "x.zip", members)
    check_zip(path, ZipLimits(ratio=1000))
    with pytest.raises(UserError) as caught:
        check_zip(path, limits)
    assert code_of(caught) == "zip.bomb"


def test_members_that_share_their_bytes_are_a_bomb(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "x.zip", {"a": os.urandom(5000)})
    data = path.read_bytes()
    start = data.index(b"PK\x01\x02")
    end = data.index(b"PK\x05\x06")
    entry = data[start:end]
    record = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 9, 9, len(entry) * 9, start, 0)
    path.write_bytes(data[:start] + entry * 9 + record)
    with pytest.raises(UserError) as caught:
        check_zip(path)
    assert code_of(caught) == "zip.bomb"


@pytest.mark.parametrize(
    "name", ["../up.xml", "/etc/passwd", "C:/x", "a/../../b", "a\\..\\b", "xl/CON.xml", "nul"]
)
def test_hostile_names_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UserError) as caught:
        check_zip(make_zip(tmp_path / "x.zip", {"fine.xml": b"", name: b""}))
    assert code_of(caught) == "zip.names"


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("x.xlsx", b"", "table.empty"),
        ("x.xlsx", b"PK\x03\x04 not a zip", "zip.broken"),
        ("x.xlsx", b"hello", "table.format"),
        ("x.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "table.format"),
        ("x.pdf", b"%PDF-1.7", "table.format"),
    ],
)
def test_broken_and_foreign_files_are_told(tmp_path: Path, name: str, data: bytes, code: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(UserError) as caught:
        read_table(path)
    assert code_of(caught) == code
    assert name in caught.value.message
    assert caught.value.hint


def test_a_zip_that_is_no_workbook_is_told(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "x.xlsx", {"readme.txt": b"hello"})
    with pytest.raises(UserError) as caught:
        read_table(path)
    assert code_of(caught) == "table.broken"


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        read_table(tmp_path / "没有.csv")
    assert "没有.csv" in caught.value.message


WORKERS = """
import os, time
from filingdesk.domain.errors import UserError

def send_three(send, text):
    for number in range(3):
        send(f"{text}{number}".encode())

def hang(send):
    send(b"begun")
    time.sleep(60)

def starve(send):
    send(str(len(bytearray(3 << 30))).encode())

def die(send):
    send(b"begun")
    os._exit(9)

def abort(send):
    os.abort()

def complain(send):
    raise UserError("some.code", "这里不对。", "改一下。")

def fail(send):
    raise ZeroDivisionError("ours")
"""


@pytest.fixture
def workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A module that the child process can import too: parsers that behave in their own ways."""
    name = f"workers_{tmp_path.name}"
    (tmp_path / f"{name}.py").write_text(WORKERS, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    return importlib.import_module(name)


def run(worker: Callable[..., None], *args: object, seconds: float = 20) -> list[bytes]:
    limits = ParseLimits(seconds=seconds, memory=512 << 20)
    return list(run_limited(worker, *args, path=Path("文件.xlsx"), limits=limits))


def test_what_the_child_sends_arrives_in_order(workers: ModuleType) -> None:
    assert run(workers.send_three, "词") == ["词0".encode(), "词1".encode(), "词2".encode()]


NO_LIMIT = pytest.mark.skipif(os.name == "nt" or sys.platform == "darwin", reason="no memory limit there")


@pytest.mark.parametrize(
    ("worker", "seconds", "code"),
    [
        ("hang", 1.5, "parse.too_slow"),
        pytest.param("starve", 20, "parse.too_big", marks=NO_LIMIT),
        pytest.param("abort", 20, "parse.too_big", marks=NO_LIMIT),
        ("die", 20, "parse.crashed"),
        ("complain", 20, "some.code"),
    ],
)
def test_a_parser_that_misbehaves_ends_in_a_sentence(
    workers: ModuleType, worker: str, seconds: float, code: str
) -> None:
    with pytest.raises(UserError) as caught:
        run(getattr(workers, worker), seconds=seconds)
    assert code_of(caught) == code
    assert caught.value.message


@pytest.mark.skipif(os.name == "nt", reason="needs a script that can be started like a program")
def test_a_frozen_program_is_its_own_parser(workers: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    program = Path(str(workers.__file__)).with_name("program")
    paths = [entry for entry in sys.path if entry]
    program.write_text(
        f"#!{sys.executable}\nimport sys\nsys.path[:] = {paths!r}\n"
        "from filingdesk.infra.safeparse import run_if_child\nrun_if_child()\nsys.exit('the window opened')\n"
    )
    program.chmod(0o755)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(program))
    assert run(workers.send_three, "词") == ["词0".encode(), "词1".encode(), "词2".encode()]


def test_a_bug_of_ours_stays_a_bug(workers: ModuleType) -> None:
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        run(workers.fail)


def test_the_user_need_not_wait(workers: ModuleType) -> None:
    cancel = Cancel()
    with pytest.raises(Cancelled):
        for _ in run_limited(workers.hang, path=Path("x"), cancel=cancel):
            cancel.set()


@pytest.mark.parametrize("stray", ['"示例0,A.1.a', '示例0,"A.1.a', '"示例"0,A.1.a'])
def test_the_rows_after_a_stray_quote_are_kept(stray: str) -> None:
    table = parse_delimited(f'词,风险\n{stray}\n"示例1","A.1.a"\n示例2,A.1.a\n'.encode(), "x.csv")
    assert table.rows[2:] == [("示例1", "A.1.a"), ("示例2", "A.1.a")]
    assert [problem.kind for problem in table.problems] == ["stray_quote"]


def test_long_answers_of_many_lines_are_one_cell() -> None:
    answer = "\n".join(f"第{n}点，如此" for n in range(50))
    table = parse_delimited(f'题,答\n问,"{answer}"\n再问,好\n'.encode(), "x.csv")
    assert table.rows[1:] == [("问", answer), ("再问", "好")]
    assert not table.problems


def test_a_stray_quote_does_not_swallow_the_list() -> None:
    lines = ["词,风险", '"示例0,A.1.a', *(f"示例{n},A.1.a" for n in range(1, 100))]
    table = parse_delimited("\n".join(lines).encode(), "x.csv")
    assert len(table.rows) == 101
    assert table.rows[1] == ('"示例0', "A.1.a")
    assert [problem.kind for problem in table.problems] == ["stray_quote"]


@pytest.mark.parametrize("sign", ["\t", ";", "|", "，", ","])
def test_the_sign_between_cells_is_found(sign: str) -> None:
    text = "\n".join(sign.join(row) for row in [("词", "风险"), ("示例甲", "A.1.a"), ("示例乙", "A.1.f")])
    for suffix in (".csv", ".txt"):
        assert parse_delimited(text.encode(), f"x{suffix}", suffix).rows[1] == ("示例甲", "A.1.a")


@given(
    st.one_of(st.binary(max_size=60), st.lists(st.sampled_from(PIECES), max_size=25).map(b"".join)),
    st.sampled_from([".csv", ".tsv", ".txt"]),
)
def test_no_bytes_break_the_reader_and_no_row_vanishes(data: bytes, suffix: str) -> None:
    table = parse_delimited(data, f"x{suffix}", suffix)
    taken = sum(1 for row in table.rows if row) + len(table.problems)
    assert taken or not data.strip(b'\r\n\0\xef\xbb\xbf\xff\xfe"')
    assert all(0 <= problem.row <= len(table.rows) for problem in table.problems)


def test_a_cell_longer_than_any_is_still_read() -> None:
    table = parse_delimited(f"词,风险\n{'长' * 300_000},A.1.a\n".encode(), "x.csv")
    assert len(table.rows[1][0]) == 300_000


def test_row_numbers_count_records_and_blank_lines() -> None:
    table = parse_delimited('词,注\n\n甲,"a\nb"\n乙,\n'.encode(), "x.csv")
    assert table.rows == [("词", "注"), (), ("甲", "a\nb"), ("乙", "")]


def test_an_undecodable_line_after_a_cell_of_two_lines_is_named_by_its_row() -> None:
    table = parse_delimited('词,注\n甲,"a\nb"\n'.encode() + b"\xff\xff,x\n" + "丙,y\n".encode(), "x.csv")
    assert [(problem.row, problem.kind) for problem in table.problems] == [(3, "undecodable")]
    assert table.rows[2:] == [(), ("丙", "y")]


@pytest.mark.parametrize("text", ["你好世界", "关键词", "淫秽色情"])
def test_mojibake_is_recognised_and_undone(text: str) -> None:
    assert mojibake(text.encode().decode("latin-1")) == text
    assert mojibake(text.encode("gb18030").decode("latin-1")) == text
    assert mojibake(text) is None


@pytest.mark.parametrize("text", ["茅台", "café", "Straße", "한국어", "がぎぐ", "赌", "плохо"])
def test_good_words_are_not_called_mojibake(text: str) -> None:
    assert mojibake(text) is None


def test_text_of_one_encoding_is_never_called_mixed() -> None:
    for encoding in ("utf-8", "gb18030"):
        decoded = decode_bytes("一\n中国\n茅台\nabc\n赌博网站".encode(encoding))
        assert (decoded.encoding, decoded.mixed, decoded.undecodable) == (encoding, (), ())
