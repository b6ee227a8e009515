"""The kinds of risk that keywords and questions are sorted into (annex A of the generative-AI standard)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Risk:
    """One risk: `id` such as "A.1.a", its Chinese `name`, the `group` id ("A.1") and the `group_name`.

    How many keywords or questions a risk needs is said by the rule pack, not here.
    """

    id: str
    name: str
    group: str
    group_name: str
