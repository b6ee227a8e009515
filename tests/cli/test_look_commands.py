"""look: the company's own look set, shown, worn by papers and bundles, taken back."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from docx import Document

from cli.helpers import Cli
from filingdesk.bootstrap import workspace
from unit.forms.word import company_look, logo, repacked


@pytest.fixture
def reference(tmp_path: Path) -> Path:
    path = tmp_path / "范本公司公文.docx"
    path.write_bytes(company_look(logo()))
    return path


def head(path: Path) -> str:
    return "".join(p.text for p in Document(str(path)).sections[0].header.paragraphs)


def test_papers_wear_the_look_until_it_is_cleared(
    cli: Cli, sample: Path, reference: Path, tmp_path: Path
) -> None:
    assert cli("look", "show", sample).out.startswith("用的是自带格式")
    ran = cli("look", "set", sample, reference, "--json")
    assert ran.code == 0
    assert {"页边距", "页眉", "正文"} <= {entry["what"] for entry in ran.json["taken"]}
    assert cli("look", "show", sample, "--json").json["sha256"] == ran.json["sha256"]
    out = tmp_path / "出"
    assert cli("build", sample, "--doc", "responsibility", "--format", "docx", "--out", out).code == 0
    file = next(out.glob("*.docx"))
    assert "范本科技（虚构）有限公司" in head(file)
    again = tmp_path / "再出"
    assert cli("build", sample, "--doc", "responsibility", "--format", "docx", "--out", again).code == 0
    assert next(again.glob("*.docx")).read_bytes() == file.read_bytes()
    assert cli("look", "clear", sample, "--json").json["changed"]
    assert not cli("look", "clear", sample, "--json").json["changed"]
    plain = tmp_path / "自带"
    assert cli("build", sample, "--doc", "responsibility", "--format", "docx", "--out", plain).code == 0
    assert "范本科技" not in head(next(plain.glob("*.docx")))


def test_the_bundle_wears_it_and_names_it(cli: Cli, sample: Path, reference: Path, tmp_path: Path) -> None:
    digest = cli("look", "set", sample, reference, "--json").json["sha256"]
    ran = cli("bundle", sample, "--stage", "algorithm", "--out", tmp_path / "包", "--json")
    assert ran.code == 0, ran.err
    folder = Path(ran.json["path"])
    made = [file for file in folder.rglob("*.docx") if "附件" not in file.name]
    assert made
    assert all("范本科技（虚构）有限公司" in head(file) for file in made)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert {"paper": "@look", "sha256": digest, "origin": "own"} in manifest["templates"]
    assert cli("verify", folder).code == 0


def test_a_reference_with_macros_is_refused(cli: Cli, sample: Path, tmp_path: Path) -> None:
    bad = tmp_path / "带宏.docx"
    bad.write_bytes(repacked(company_look(), {"word/vbaProject.bin": b"x"}))
    ran = cli("look", "set", sample, bad)
    assert ran.code == 3
    assert "宏" in ran.err
    assert cli("look", "show", sample, "--json").json == {"file": None}


def test_undo_takes_the_look_back(cli: Cli, sample: Path, reference: Path) -> None:
    from filingdesk.services import looks

    assert cli("look", "set", sample, reference).code == 0
    session = workspace().open(sample)
    assert looks.of_project(session) is not None
    session.undo()
    assert looks.of_project(session) is None
    session.redo()
    assert looks.of_project(session) is not None
    session.close()


def test_an_example_shows_it_before_anything_is_changed(cli: Cli, reference: Path, tmp_path: Path) -> None:
    for suffix in ("docx", "pdf"):
        out = tmp_path / f"样子.{suffix}"
        assert cli("look", "example", reference, "--out", out).code == 0
        assert out.stat().st_size > 5000
        assert cli("look", "example", reference, "--out", out).code == 3
    assert zipfile.is_zipfile(io.BytesIO((tmp_path / "样子.docx").read_bytes()))
    assert cli("look", "example", reference, "--out", tmp_path / "x.odt").code == 3


def test_the_diagnosis_wears_the_look_too(cli: Cli, sample: Path, reference: Path, tmp_path: Path) -> None:
    report = tmp_path / "诊断.docx"
    assert cli("diagnose", sample, "--out", report).code == 0
    assert "范本科技" not in head(report)
    assert cli("look", "set", sample, reference).code == 0
    assert cli("diagnose", sample, "--out", report).code == 0
    assert "范本科技（虚构）有限公司" in head(report)
