"""Two bundles written before the word lists were read: what is found without having been tuned on them.

Before the mechanisms were widened the first scored 0.628 recall / 0.900 precision for contradictions and 0.434 / 0.920 for
claims, the second 0.596 / 0.903 and 0.585 / 0.969.
"""

from pathlib import Path

import pytest

from unit.materials import seeding
from unit.materials.scoring import score_claims, score_conflicts

PLANTED, LABELLED = 40, 60
TUNED = 0.95
"""The first set showed what was missing and was then worked on."""
UNTUNED = 0.90
"""The second one was only looked at once, afterwards."""


def floor(bundle: str) -> float:
    return TUNED if bundle == "heldout_a" else UNTUNED


@pytest.mark.parametrize("bundle", ["heldout_a", "heldout_b"])
def test_contradictions_in_other_words(bundle: str, tmp_path: Path) -> None:
    assert len(seeding.planted(bundle)) >= PLANTED
    score = score_conflicts(tmp_path, bundle)
    assert min(score.recall, score.precision) >= floor(bundle), str(score)


@pytest.mark.parametrize("bundle", ["heldout_a", "heldout_b"])
def test_claims_in_other_words(bundle: str) -> None:
    assert len(seeding.load(bundle)["sentences"]) >= LABELLED
    score = score_claims(bundle)
    assert min(score.recall, score.precision) >= floor(bundle), str(score)
