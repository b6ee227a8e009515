"""The seeded bundle, which the mechanisms were made with: planted contradictions and claims found, and no false alarms."""

from pathlib import Path

from unit.materials import seeding
from unit.materials.scoring import score_claims, score_conflicts

TARGET = 0.95


def test_planted_contradictions_are_found_and_nothing_else(tmp_path: Path) -> None:
    assert len(seeding.planted()) >= 40
    score = score_conflicts(tmp_path, "seeded")
    print(f"contradictions: {score}")
    assert min(score.recall, score.precision) >= TARGET, str(score)


def test_labelled_sentences_get_their_claims_and_the_others_none() -> None:
    assert len(seeding.load()["sentences"]) >= 60
    score = score_claims("seeded")
    print(f"claims: {score}")
    assert min(score.recall, score.precision) >= TARGET, str(score)
