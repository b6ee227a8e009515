"""Names of the 31 risks, in the spellings that lists in use have; and proposals for names that are none."""

import pytest

from filingdesk.domain.risk_lookup import RiskNames, find_risk, propose_risk
from filingdesk.services import checking

RISKS = checking.standard_pack().risks


@pytest.mark.parametrize("risk", RISKS, ids=lambda risk: risk.id)
def test_every_risk_is_known_by_id_name_and_short_name(risk: object) -> None:
    from filingdesk.domain.risks import Risk

    assert isinstance(risk, Risk)
    short = risk.name.removesuffix("内容").removesuffix("行为").removesuffix("的")
    for text in (
        risk.id,
        risk.id.lower().replace(".", ""),
        risk.name,
        short,
        f"{risk.id} {risk.name}",
        f"{risk.name}类",
    ):
        found = find_risk(text, RISKS)
        assert found is not None, text
        assert found.id == risk.id


@pytest.mark.parametrize(
    ("text", "risk"),
    [
        ("健康歧视", "A.2.h"),
        ("健康歧视类内容", "A.2.h"),
        ("其他方面歧视", "A.2.i"),
        ("A.2.h 健康歧视", "A.2.h"),
        ("A.2.h 年龄歧视", ""),
        ("歧视", ""),
        ("内容", ""),
        ("类", ""),
        ("", ""),
        ("色情", ""),
        ("包含歧视性内容", ""),
        ("商业违法违规", ""),
    ],
)
def test_short_names_and_no_guesses(text: str, risk: str) -> None:
    assert RiskNames(RISKS).find(text).risk == risk


@pytest.mark.parametrize(
    ("text", "risk"),
    [
        ("涉黄", "A.1.f"),
        ("暴恐信息", "A.1.d"),
        ("Gambling", "A.1.h"),
        ("地域黑", "A.2.d"),
        ("个人信息泄露", "A.4.f"),
        ("危害国家安全与利益", "A.1.b"),
        ("广告", ""),
        ("", ""),
    ],
)
def test_proposals(text: str, risk: str) -> None:
    found = propose_risk(text, RISKS)
    assert found.risk == risk
    assert bool(found.why) == bool(risk)
