"""forms: looked at, taken in, filled and removed from the command line; own forms among the papers and in the bundle."""

import hashlib
import json
from pathlib import Path

import pytest
from docx import Document

from cli.helpers import Cli
from filingdesk.bootstrap import workspace
from unit.forms.word import form_of


@pytest.fixture
def form(tmp_path: Path) -> Path:
    path = tmp_path / "示范省补充信息表.docx"
    path.write_bytes(
        form_of(
            "单位：{{ 单位名称 }}（{{ 统一社会信用代码 }}）",
            "类型：{{ 勾选(算法类型) }}",
            rows=[
                ["序号", "产品"],
                ["{%tr for 产品 in 产品列表 %}{{ loop.index }}", "{{ 产品.产品名称 }}{%tr endfor %}"],
            ],
            header="示范省网信办（虚构）",
        )
    )
    return path


def test_a_form_is_looked_at_before_it_is_taken_in(cli: Cli, form: Path, tmp_path: Path) -> None:
    ran = cli("forms", "check", form, "--json")
    assert ran.code == 0
    assert ran.json["ok"]
    assert [p["text"] for p in ran.json["placeholders"]][:2] == ["{{ 单位名称 }}", "{{ 统一社会信用代码 }}"]
    bad = tmp_path / "坏.docx"
    bad.write_bytes(form_of("{{ 算法名子 }}"))
    ran = cli("forms", "check", bad)
    assert ran.code == 1
    assert "不认识" in ran.out
    assert "算法名称（algorithm.name）" in ran.out


def test_a_form_lives_among_the_papers(cli: Cli, sample: Path, form: Path, tmp_path: Path) -> None:
    ran = cli("forms", "add", sample, form, "--title", "补充信息表", "--folder", "07 属地材料", "--json")
    assert ran.code == 0
    assert ran.json["sha256"] == hashlib.sha256(form.read_bytes()).hexdigest()
    assert cli("forms", "list", sample, "--json").json["forms"][0]["title"] == "补充信息表"
    assert cli("forms", "add", sample, form, "--title", "补充信息表").code == 3
    out = tmp_path / "出"
    assert cli("forms", "fill", sample, "1", "--out", out).code == 0
    document = Document(str(out / "补充信息表.docx"))
    assert "示例智联科技" in document.paragraphs[0].text
    assert [c.text for c in document.tables[0].rows[1].cells] == ["1", "智能客服助手网页版"]
    again = tmp_path / "再出"
    assert cli("build", sample, "--doc", "form-1", "--out", again).code == 0
    assert (again / "补充信息表.docx").read_bytes() == (out / "补充信息表.docx").read_bytes()


def test_the_bundle_holds_the_form_and_names_its_template(
    cli: Cli, sample: Path, form: Path, tmp_path: Path
) -> None:
    assert cli("forms", "add", sample, form, "--folder", "07 属地材料").code == 0
    ran = cli("bundle", sample, "--stage", "algorithm", "--out", tmp_path / "包", "--json")
    assert ran.code == 0, ran.err
    folder = Path(ran.json["path"])
    assert (folder / "07 属地材料" / "示范省补充信息表.docx").is_file()
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    digest = hashlib.sha256(form.read_bytes()).hexdigest()
    entry = next(f for f in manifest["files"] if f["path"].endswith("示范省补充信息表.docx"))
    assert entry["template"] == digest
    assert {"paper": "form-1", "sha256": digest, "origin": "own"} in manifest["templates"]
    assert cli("verify", folder).code == 0


def test_an_unknown_placeholder_keeps_a_form_out(cli: Cli, sample: Path, tmp_path: Path) -> None:
    bad = tmp_path / "坏.docx"
    bad.write_bytes(form_of("甲", "{{ 算法名子 }}"))
    ran = cli("forms", "add", sample, bad)
    assert ran.code == 3
    assert "第 2 段" in ran.err
    bad.write_bytes(form_of("没有要填的"))
    assert "没有占位符" in cli("forms", "add", sample, bad).err
    assert cli("forms", "list", sample, "--json").json["forms"] == []


def test_a_removed_form_comes_back_with_undo(cli: Cli, sample: Path, form: Path) -> None:
    assert cli("forms", "add", sample, form).code == 0
    assert cli("forms", "remove", sample, "form-1").code == 0
    assert cli("forms", "remove", sample, "form-1").code == 3
    from filingdesk.services import forms

    session = workspace().open(sample)
    assert forms.listed(session) == []
    session.undo()
    assert [f.title for f in forms.listed(session)] == ["示范省补充信息表"]
    session.undo()
    assert forms.listed(session) == []
    session.close()


def test_gaps_stand_in_the_draft_and_forbid_the_final(
    cli: Cli, sample: Path, form: Path, tmp_path: Path
) -> None:
    assert cli("forms", "add", sample, form).code == 0
    assert cli("facts", "set", sample, "subject.credit_code", "").code == 0
    ran = cli("forms", "fill", sample, "1", "--out", tmp_path, "--draft", "--json")
    assert ran.code == 0
    assert ran.json["files"][0]["gaps"] == 1
    text = Document(ran.json["files"][0]["path"]).paragraphs[1].text
    assert "【待补充：统一社会信用代码】" in text
    ran = cli("forms", "fill", sample, "1", "--out", tmp_path / "正式")
    assert ran.code == 3
    assert ran.err
    assert list(tmp_path.glob("正式/*")) == []


def test_the_original_is_never_written_over(cli: Cli, sample: Path, form: Path) -> None:
    before = form.read_bytes()
    assert cli("forms", "add", sample, form).code == 0
    ran = cli("forms", "fill", sample, "1", "--out", form.parent)
    assert ran.code == 3
    assert "原件" in ran.err
    assert form.read_bytes() == before


def test_fields_are_found_by_their_chinese_name(cli: Cli) -> None:
    ran = cli("forms", "fields", "算法名称", "--json")
    assert ran.json["fields"][0]["placeholder"] == "{{ 算法名称 }}"
    assert "没有找到" in cli("forms", "fields", "不存在的东西").out
