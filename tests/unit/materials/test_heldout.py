"""Bundles written apart from the mechanisms: what is found of contradictions and claims in words nobody had in mind.

First figures (recall / precision), before anything was mended with a bundle's failures: a 0.628 / 0.900 for contradictions
and 0.434 / 0.920 for claims, before the mechanisms were widened with them; b after that 0.957 / 1.000 and 0.943 / 1.000
(before: 0.596 / 0.903 and 0.585 / 0.969); c, after b's few failures were mended too, 0.952 / 0.976 and 0.939 / 0.979.
"""

from pathlib import Path

import pytest

from unit.materials import seeding
from unit.materials.scoring import score_claims, score_conflicts

FLOORS = {"heldout_a": 0.95, "heldout_b": 0.95, "heldout_c": 0.93}
"""The failures of c stay as they are: it is what the next change is measured with."""


@pytest.mark.parametrize("bundle", FLOORS)
def test_contradictions_in_other_words(bundle: str, tmp_path: Path) -> None:
    assert len(seeding.planted(bundle)) >= 40
    score = score_conflicts(tmp_path, bundle)
    assert min(score.recall, score.precision) >= FLOORS[bundle], str(score)


@pytest.mark.parametrize("bundle", FLOORS)
def test_claims_in_other_words(bundle: str) -> None:
    assert len(seeding.load(bundle)["sentences"]) >= 60
    score = score_claims(bundle)
    assert min(score.recall, score.precision) >= FLOORS[bundle], str(score)
