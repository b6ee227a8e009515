"""Fixture cases of the 适用判定: filings, clauses, open questions, contradictions, clocks."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from filingdesk.domain.flat import from_plain
from filingdesk.domain.values import parse_date
from filingdesk.services import routing

HERE = Path(__file__).parent


def _cases() -> list[Any]:
    found = []
    for file in sorted(HERE.glob("*.yaml")):
        for case in yaml.safe_load(file.read_text(encoding="utf-8")):
            found.append(pytest.param(case, id=case["name"]))
    return found


CASES = _cases()


def _day(value: Any) -> date:
    day = value if isinstance(value, date) else parse_date(str(value))
    assert day is not None
    return day


def _judged(case: dict[str, Any]) -> dict[str, Any]:
    facts, problems = from_plain(case["answers"])
    assert problems == []
    return routing.as_json(routing.route(facts, _day(case["as_of"])))


def test_there_are_enough_cases_with_names_of_their_own() -> None:
    names = [case.id for case in CASES]
    assert len(set(names)) == len(names) >= 50


@pytest.mark.parametrize("case", CASES)
def test_case(case: dict[str, Any]) -> None:
    found = _judged(case)
    shown = [
        {
            "kind": f["kind"],
            "about": f["about"],
            "required": f["required"],
            "action": f["action"],
            "done": f["done"],
        }
        for f in found["filings"]
    ]
    wanted = [{"about": "", "action": "file", "done": False, **f} for f in case["filings"]]
    assert shown == wanted
    assert all(f["reasons"] for f in found["filings"])
    cited = {r["clause"] for f in found["filings"] for r in f["reasons"]}
    assert set(case["clauses"]) <= cited
    asked = [q for q in found["questions_open"] if q["kind"] != "confirm"]
    assert [q["path"] for q in asked] == case["open"]
    assert [q["path"] for q in asked if q["kind"] == "unsure"] == case.get("unsure", [])
    assert [q["path"] for q in asked if q["kind"] == "unreadable"] == case.get("unreadable", [])
    assert len(found["questions_open"]) - len(asked) == case["confirm"]
    assert {c["id"] for c in found["contradictions"]} == set(case["contradictions"])
    assert {d["id"] for d in found["deadlines"]} == set(case["deadlines"])
    for clock in found["deadlines"]:
        expected = {
            k: v.isoformat() if isinstance(v, date) else v for k, v in case["deadlines"][clock["id"]].items()
        }
        note = expected.pop("note", "")
        assert {k: clock[k] for k in expected} == expected, clock
        assert note in clock["note"]
    states = {a["id"]: a["state"] for a in found["also"]}
    assert {a for a, s in states.items() if s == "later"} == set(case.get("later", []))
    assert {a: states.get(a) for a in case.get("also", [])} == dict.fromkeys(case.get("also", []), "applies")
    if "also" in case and not case["also"]:
        assert states == {}
    assert len(found["assumed"]) == case.get("assumed", len(found["assumed"]))
