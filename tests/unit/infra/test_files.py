"""Files are whole or untouched, names are safe everywhere, and the machine's refusals are told in a sentence."""

import errno
import os
import subprocess
import sys
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from filingdesk.domain.errors import UserError
from filingdesk.infra import files
from filingdesk.infra.files import (
    MAX_NAME_LENGTH,
    UNNAMED,
    atomic_dir,
    atomic_file,
    atomic_write,
    safe_file_name,
    telling,
    user_error_from,
)


class Stop(Exception):
    """Raised inside a block to break it off."""


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_write_and_overwrite(tmp_path: Path) -> None:
    target = tmp_path / "报告.docx"
    atomic_write(target, b"one")
    atomic_write(target, b"two")
    assert target.read_bytes() == b"two"
    assert names(tmp_path) == {"报告.docx"}


def test_a_broken_off_write_changes_nothing(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_bytes(b"old")
    with pytest.raises(Stop), atomic_file(target) as stream:
        stream.write(b"half of the n")
        raise Stop
    assert target.read_bytes() == b"old"
    assert names(tmp_path) == {"a.txt"}


@pytest.mark.skipif(os.name == "nt", reason="permissions are a POSIX matter")
def test_an_overwritten_file_keeps_its_permissions(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_bytes(b"old")
    target.chmod(0o640)
    atomic_write(target, b"new")
    assert target.stat().st_mode & 0o777 == 0o640


@pytest.mark.skipif(os.name == "nt", reason="symlinks need a privilege on Windows")
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real.txt", tmp_path / "link.txt"
    real.write_bytes(b"old")
    link.symlink_to(real)
    atomic_write(link, b"new")
    assert link.is_symlink()
    assert real.read_bytes() == b"new"


def test_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        atomic_write(tmp_path / "没有" / "a.txt", b"x")
    assert caught.value.code == "file.missing"
    assert "没有" in caught.value.message


def test_a_folder_in_the_way_is_told(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(UserError) as caught:
        atomic_write(tmp_path / "a", b"x")
    assert caught.value.code == "file.is_a_folder"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's always full device")
def test_a_full_disk_is_told() -> None:
    device = Path("/dev/full")
    with pytest.raises(UserError) as caught, telling(device, "写入"), device.open("wb") as stream:
        stream.write(b"x")
        stream.flush()
    assert caught.value.code == "disk.full"
    assert "磁盘空间不足" in str(caught.value)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "disk.full"),
        (errno.EROFS, "disk.read_only"),
        (errno.EACCES, "file.permission"),
        (errno.EBUSY, "file.busy"),
        (errno.EIO, "disk.io"),
        (errno.ENXIO, "file.os_error"),
    ],
)
def test_every_refusal_names_path_reason_and_mend(number: int, code: str) -> None:
    error = user_error_from(OSError(number, os.strerror(number)), Path("/某处/项目.fdproj"), "打开")
    assert error.code == code
    assert error.message.startswith(f"无法打开“{Path('/某处/项目.fdproj')}”")
    assert error.hint.endswith("。")


def test_the_file_that_failed_is_named_and_not_the_target(tmp_path: Path) -> None:
    attachment = tmp_path / "附件.pdf"
    with pytest.raises(UserError) as caught, atomic_dir(tmp_path / "包") as staging:
        (staging / "a").write_bytes(attachment.read_bytes())
    assert "附件.pdf" in caught.value.message
    assert names(tmp_path) == set()


def test_folder_appears_whole(tmp_path: Path) -> None:
    target = tmp_path / "深" / "材料"
    with atomic_dir(target) as staging:
        (staging / "sub").mkdir()
        (staging / "sub" / "a.txt").write_bytes(b"a")
        assert not target.exists()
    assert (target / "sub" / "a.txt").read_bytes() == b"a"
    assert names(target.parent) == {"材料"}


def test_a_broken_off_folder_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(Stop), atomic_dir(tmp_path / "材料") as staging:
        (staging / "a.txt").write_bytes(b"a")
        raise Stop
    assert names(tmp_path) == set()


def test_an_existing_folder_is_refused_and_untouched(tmp_path: Path) -> None:
    target = tmp_path / "材料"
    target.mkdir()
    (target / "mine.txt").write_bytes(b"mine")
    with pytest.raises(UserError) as caught, atomic_dir(target):
        pytest.fail("the block must not start")
    assert caught.value.code == "file.exists"
    assert names(target) == {"mine.txt"}


def test_a_folder_made_meanwhile_is_not_taken_over(tmp_path: Path) -> None:
    target = tmp_path / "材料"
    with pytest.raises(UserError) as caught, atomic_dir(target) as staging:
        (staging / "a.txt").write_bytes(b"a")
        target.mkdir()
    assert caught.value.code == "file.exists"
    assert names(tmp_path) == {"材料"}
    assert names(target) == set()


def test_replacing_a_folder(tmp_path: Path) -> None:
    target = tmp_path / "材料"
    target.mkdir()
    (target / "old.txt").write_bytes(b"old")
    with atomic_dir(target, replace=True) as staging:
        (staging / "new.txt").write_bytes(b"new")
        assert names(target) == {"old.txt"}
    assert names(target) == {"new.txt"}
    assert names(tmp_path) == {"材料"}


def test_leftovers_of_a_killed_run_are_cleared_but_only_old_ones_of_ours(tmp_path: Path) -> None:
    old, young = (
        tmp_path / ".filingdesk-0123456789abcdef.part",
        tmp_path / ".filingdesk-fedcba9876543210.part",
    )
    other = tmp_path / ".filingdesk-notes.part"
    for folder in (old, young, other):
        folder.mkdir()
        (folder / "x").write_bytes(b"x")
    long_ago = time.time() - 3 * 24 * 3600
    for folder in (old, other):
        os.utime(folder, (long_ago, long_ago))
    with atomic_dir(tmp_path / "材料"):
        pass
    assert names(tmp_path) == {young.name, other.name, "材料"}


def test_a_kill_in_the_middle_leaves_no_half_folder(tmp_path: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path; from filingdesk.infra.files import atomic_dir\n"
        "with atomic_dir(Path(sys.argv[1])) as staging:\n"
        "    (staging / 'a').write_bytes(b'a'); os._exit(9)\n"
    )
    target = tmp_path / "材料"
    done = subprocess.run([sys.executable, "-c", script, str(target)], check=False)
    assert done.returncode == 9
    assert not target.exists()


@pytest.mark.parametrize(
    ("given_name", "expected"),
    [
        ("安全自评估报告.docx", "安全自评估报告.docx"),
        ("a/b\\c:d?.pdf", "a_b_c_d_.pdf"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("CON", "_CON"),
        ("con.txt", "_con.txt"),
        ("COM1.tar.gz", "_COM1.tar.gz"),
        ("COM¹", "_COM¹"),
        ("console.txt", "console.txt"),
        ("报告.  ", "报告"),
        (".hidden", "hidden"),
        ("一\t二\n三", "一 二 三"),
        ("零\u200b宽\u202e反.txt", "零宽反.txt"),
        ("e\u0301.txt", "\u00e9.txt"),
        ("䶮🙂.pdf", "䶮🙂.pdf"),
        ("", UNNAMED),
        ("...", UNNAMED),
        ("报" * 80 + ".docx", "报" * 55 + ".docx"),
        ("报" * 80, "报" * 60),
    ],
)
def test_names(given_name: str, expected: str) -> None:
    assert safe_file_name(given_name) == expected


@given(st.text(max_size=120) | st.text(alphabet='CONcom1. <>:"/\\|?*\u0301e一\u00a0', max_size=90))
@example("x" * 59 + " .txt")
@example("CON " + "." * 70)
@example("e\u0301" * 70)
def test_any_name_becomes_safe_and_stays_so(text: str) -> None:
    name = safe_file_name(text)
    assert 1 <= len(name) <= MAX_NAME_LENGTH
    assert len(name.encode("utf-8")) <= 255
    assert name == unicodedata.normalize("NFC", name)
    assert not set(name) & set('<>:"/\\|?*')
    assert all(unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Zl", "Zp"} for char in name)
    assert name[0] not in " ." and name[-1] not in " ."
    assert name.split(".")[0].rstrip().upper() not in files._DEVICE_NAMES
    assert safe_file_name(name) == name
