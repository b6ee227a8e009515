"""A system that asks for less movement is heard; one that says nothing has no wish."""

from pathlib import Path

import pytest

from filingdesk.infra.motion import kde_wants_less


@pytest.mark.parametrize(
    ("text", "less"),
    [
        ("[KDE]\nAnimationDurationFactor=0\n", True),
        ("[General]\nx=1\n[KDE]\nAnimationDurationFactor=0.0\n", True),
        ("[KDE]\nAnimationDurationFactor=0.5\n", False),
        ("[Other]\nAnimationDurationFactor=0\n", False),
        ("", False),
    ],
)
def test_kde_says_it_by_a_factor_of_nothing(tmp_path: Path, text: str, less: bool) -> None:
    path = tmp_path / "kdeglobals"
    path.write_text(text, encoding="utf-8")
    assert kde_wants_less(path) is less


def test_a_file_that_is_not_there_says_nothing(tmp_path: Path) -> None:
    assert not kde_wants_less(tmp_path / "kdeglobals")
