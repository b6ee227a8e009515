"""webform: the sequence listed and written, marks kept, changes told by the exit code."""

from pathlib import Path

from python_calamine import CalamineWorkbook

from cli.helpers import Cli


def test_list_tells_what_changed_after_pasting(cli: Cli, sample: Path) -> None:
    listed = cli("webform", "list", sample, "--form", "algorithm", "--json")
    assert listed.code == 0
    (found,) = listed.json["forms"]
    assert found["steps"][0]["key"] == "subject.name"
    assert (found["source"], found["done"], found["changed"]) == ("practice", 0, 0)
    assert cli("webform", "mark", sample, "subject.name", "--json").json["state"] == "done"
    assert cli("webform", "list", sample).code == 0
    cli("facts", "set", sample, "subject.name", "示例另一家公司")
    after = cli("webform", "list", sample, "--json")
    assert after.code == 1
    assert after.json["forms"][0]["changed"] == 1
    assert cli("webform", "mark", sample, "subject.name", "--undo", "--json").json["state"] == "todo"


def test_export_masks_personal_data_unless_asked(cli: Cli, sample: Path, tmp_path: Path) -> None:
    number = cli("facts", "get", sample, "legal_representative.id_number").out.strip()
    out = tmp_path / "填报.xlsx"
    assert cli("webform", "export", sample, "--out", out).code == 0
    book = CalamineWorkbook.from_path(str(out))
    assert book.sheet_names == ["算法备案", "大模型备案"]
    cells = [str(c) for row in book.get_sheet_by_index(0).to_python() for c in row]
    assert "统一社会信用代码" in cells
    assert number not in cells
    plain = tmp_path / "填报.txt"
    assert cli("webform", "export", sample, "--out", plain, "--with-personal").code == 0
    assert number in plain.read_text(encoding="utf-8-sig")
    assert "【主体备案 · 主体信息】" in cli("webform", "copy-sheet", sample).out


def test_wrong_format_form_and_key_are_told(cli: Cli, sample: Path, tmp_path: Path) -> None:
    assert cli("webform", "export", sample, "--out", tmp_path / "a.pdf").code == 3
    assert cli("webform", "list", sample, "--form", "nope").code == 3
    missing = cli("webform", "mark", sample, "subject.nope")
    assert missing.code == 3
    assert "没有" in missing.err
