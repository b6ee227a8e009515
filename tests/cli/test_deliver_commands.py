"""build, bundle and verify as an officer types them: what leaves is whole, and a change of one byte is named."""

from pathlib import Path

import pytest

from cli.helpers import Cli


@pytest.fixture
def bundles(cli: Cli, sample: Path, tmp_path: Path) -> list[Path]:
    made = []
    for stage in ("algorithm", "large-model"):
        ran = cli("bundle", sample, "--stage", stage, "--out", tmp_path / "OUT", "--json")
        assert ran.code == 0, ran.out
        made.append(Path(ran.json["path"]))
        assert all((made[-1] / name).is_file() for name in ran.json["files"])
    return made


def test_both_bundles_verify_in_one_call_and_a_flipped_byte_is_named(
    cli: Cli, bundles: list[Path], sample: Path
) -> None:
    whole = cli("verify", *bundles, sample)
    assert whole.code == 0
    assert whole.out.count("完好：") == 3
    victim = sorted(bundles[1].rglob("*.docx"))[0]
    data = bytearray(victim.read_bytes())
    data[500] ^= 1
    victim.write_bytes(bytes(data))
    broken = cli("verify", *bundles)
    assert broken.code == 1
    assert "完好：" in broken.out, "the other one is still said to be whole"
    assert victim.name in broken.out
    alone = cli("verify", bundles[1], "--json")
    assert (alone.code, alone.json["ok"]) == (1, False)
    assert [Path(problem["path"]).name for problem in alone.json["problems"]] == [victim.name]
    together = cli("verify", *bundles, "--json").json
    assert together["files"] > alone.json["files"]
    assert Path(together["problems"][0]["path"]) == victim


def test_a_bundle_that_was_changed_is_never_overwritten(
    cli: Cli, bundles: list[Path], sample: Path, tmp_path: Path
) -> None:
    letter = bundles[0] / "致审核老师.txt"
    letter.write_text("我另外写的说明", encoding="utf-8")
    again = cli("bundle", sample, "--stage", "algorithm", "--out", tmp_path / "OUT", "--replace")
    assert again.code == 3
    assert letter.read_text(encoding="utf-8") == "我另外写的说明"


def test_a_blocked_filing_gives_drafts_but_no_bundle(cli: Cli, sample: Path, tmp_path: Path) -> None:
    assert cli("facts", "set", sample, "algorithm.name", "").code == 0
    refused = cli("bundle", sample, "--stage", "algorithm", "--out", tmp_path / "OUT")
    assert refused.code in (1, 3)
    assert not (tmp_path / "OUT").exists() or not any((tmp_path / "OUT").iterdir()), "nothing half written"
    final = cli("build", sample, "--doc", "self-assessment", "--format", "docx", "--out", tmp_path / "papers")
    assert final.code in (1, 3)
    draft = cli(
        "build",
        sample,
        "--doc",
        "self-assessment",
        "--format",
        "docx",
        "--out",
        tmp_path / "papers",
        "--draft",
    )
    assert draft.code == 0
    assert "缺 1 项" in draft.out
    assert [file.suffix for file in (tmp_path / "papers").iterdir()] == [".docx"]
