"""What a check answers: hits (where, and what was found), or that it does not apply, or that a person must judge."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Hit:
    """One thing that is wrong. `path` for people, may be blank; `args` are more words for the rule's message.

    `found` must never hold personal data in full: take it from `View.show`.
    """

    path: str = ""
    found: str = ""
    expected: str = ""
    args: Mapping[str, str] = field(default_factory=dict)


class NotApplicable(Exception):
    """There is nothing to judge; the text (Chinese, may be blank) says why."""


class NeedsPerson(Exception):
    """Only a person can judge, and nobody has yet (or not completely); the text says what is asked."""
