"""A bundle is written whole or not at all, and its manifest names whatever was touched afterwards."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filingdesk.bundle.manifest import MANIFEST_NAME, Manifest
from filingdesk.bundle.plan import PlannedFile, unique
from filingdesk.bundle.verify import verify_bundle
from filingdesk.bundle.write import write_bundle
from filingdesk.domain.errors import Cancelled, UserError
from filingdesk.domain.jobs import Cancel

EMPTY = Manifest(
    stage="algorithm",
    title="算法备案",
    subject="示例公司",
    project_revision=3,
    as_of="2026-11-23",
    program="filingdesk 0.1.0",
    packs=(),
    files=(),
    disclaimer="通过自查不等于通过审核",
)


def _files() -> list[PlannedFile]:
    return unique(
        [
            PlannedFile("1 承诺书", "承诺书.docx", "承诺书", lambda: b"one" * 100),
            PlannedFile("1 承诺书", "承诺书.pdf", "承诺书", lambda: b"two" * 50),
            PlannedFile("", "材料清单.docx", "材料清单", lambda: b""),
        ]
    )


def _written(folder: Path) -> Path:
    return write_bundle(folder / "包", _files(), EMPTY).path


def test_a_fresh_bundle_verifies(tmp_path: Path) -> None:
    path = _written(tmp_path)
    result = verify_bundle(path)
    assert result.ok
    assert result.files == 4


@given(st.data())
def test_any_flipped_bit_in_any_file_is_named(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = _written(tmp_path_factory.mktemp("b"))
    victims = sorted(p for p in path.rglob("*") if p.is_file() and p.stat().st_size)
    victim = data.draw(st.sampled_from(victims))
    content = bytearray(victim.read_bytes())
    position = data.draw(st.integers(0, len(content) - 1))
    content[position] ^= 1 << data.draw(st.integers(0, 7))
    victim.write_bytes(content)
    assert [p.path for p in verify_bundle(path).problems] == [victim.relative_to(path).as_posix()]


def test_missing_and_added_files_are_named(tmp_path: Path) -> None:
    path = _written(tmp_path)
    (path / "材料清单.docx").unlink()
    (path / "1 承诺书" / "笔记.txt").write_text("x")
    assert {(p.path, p.kind) for p in verify_bundle(path).problems} == {
        ("材料清单.docx", "missing"),
        ("1 承诺书/笔记.txt", "added"),
    }


def test_a_foreign_folder_is_refused_and_untouched(tmp_path: Path) -> None:
    target = tmp_path / "包"
    target.mkdir()
    (target / "重要.txt").write_text("别动")
    with pytest.raises(UserError, match="不是本程序写的"):
        write_bundle(target, _files(), EMPTY, replace=True)
    assert [p.name for p in target.iterdir()] == ["重要.txt"]


def test_our_old_bundle_is_replaced_only_on_request_and_only_unchanged(tmp_path: Path) -> None:
    path = _written(tmp_path)
    with pytest.raises(UserError, match="已经存在"):
        write_bundle(path, _files(), EMPTY)
    assert write_bundle(path, _files()[:1], EMPTY, replace=True).path == path
    assert verify_bundle(path).files == 2
    (path / "手工加的.txt").write_text("x")
    with pytest.raises(UserError, match="被改动过"):
        write_bundle(path, _files(), EMPTY, replace=True)
    assert (path / "手工加的.txt").exists()


def test_an_empty_folder_may_be_used(tmp_path: Path) -> None:
    (tmp_path / "包").mkdir()
    assert verify_bundle(_written(tmp_path)).ok


def test_cancel_and_failure_leave_nothing(tmp_path: Path) -> None:
    cancel = Cancel()

    def stop() -> bytes:
        cancel.set()
        return b"x"

    files = [PlannedFile("", "a.txt", "a", stop), PlannedFile("", "b.txt", "b", lambda: b"y")]
    with pytest.raises(Cancelled):
        write_bundle(tmp_path / "包", files, EMPTY, cancel=cancel)
    assert list(tmp_path.iterdir()) == []


def test_two_files_of_one_name_are_told_apart() -> None:
    same = [PlannedFile("证据", n, "", lambda: b"") for n in ("合同.pdf", "合同.PDF", "CON.txt", "a/b?.txt")]
    assert [f.path for f in unique(same)] == [
        "证据/合同.pdf",
        "证据/合同(2).PDF",
        "证据/_CON.txt",
        "证据/a_b_.txt",
    ]


def test_same_content_same_manifest(tmp_path: Path) -> None:
    first = _written(tmp_path)
    (tmp_path / "x").mkdir()
    second = _written(tmp_path / "x")
    assert (first / MANIFEST_NAME).read_bytes() == (second / MANIFEST_NAME).read_bytes()
