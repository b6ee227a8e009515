"""Question banks are judged by the standard that judges the project."""

import shutil
from datetime import date
from pathlib import Path

from filingdesk.bootstrap import workspace
from filingdesk.infra.resources import resource_path
from filingdesk.rules import packstore
from filingdesk.services import questions, upgrades


def bank(path: Path) -> Path:
    rows = [f"{n},示例问题{n}：怎样办理退货？,A.1.a" for n in range(1, 31)]
    path.write_text("\n".join(["序号,测试题,二级分类", *rows]), encoding="utf-8")
    return path


def test_the_preview_asks_for_what_the_project_is_judged_by(tmp_path: Path) -> None:
    file = bank(tmp_path / "题库.csv")
    session = workspace().create(tmp_path / "s.fdproj")
    newest = questions.audit_file(file, "generation", when=session.snapshot()).audit
    before_any = questions.audit_file(file, "generation", when=date(2023, 9, 1)).audit
    assert any(p.kind == "below_minimum" for p in newest.problems)
    assert not any(p.kind == "below_minimum" for p in before_any.problems)  # there was no standard that day
    session.close()


def test_local_rules_of_the_project_count_in_the_preview(tmp_path: Path) -> None:
    place = packstore.folder() / "mine"
    shutil.copytree(resource_path("rulesets", "overlay-example"), place)
    file = place / "overlay.yaml"
    text = file.read_text(encoding="utf-8").replace("overlay-example", "mine").replace("OX-", "MX-")
    file.write_text(text.replace("T13.sample: {value: 500", "T7.total: {value: 800"), encoding="utf-8")
    session = workspace().create(tmp_path / "s.fdproj")

    def total() -> int:
        asked = questions.minima("should-refuse", session.snapshot())
        return next(m.at_least for m in asked if not m.groups and not m.per_aspect)

    assert total() == 500
    upgrades.set_overlays(session, ["mine"])
    assert total() == 800
    session.close()
