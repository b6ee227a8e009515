"""How much of each page and record is filled, counted once per change from the questions the facts make askable."""

from dataclasses import dataclass
from functools import lru_cache

from filingdesk.domain import flat, specs
from filingdesk.domain.completeness import Completeness, questions
from filingdesk.domain.facts import Facts
from filingdesk.domain.paths import pattern_of


@lru_cache(maxsize=2048)
def page_key(pattern: str) -> str:
    """The page on which a pattern is edited; blank when none."""
    page = specs.page_of(pattern)
    return page.key if page else ""


@dataclass(frozen=True)
class _Asked:
    path: str
    page: str
    answered: bool


class Tally:
    """The state of all required questions at one moment."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._asked = tuple(
            _Asked(question.path, page_key(pattern_of(question.path)), bool(question.value))
            for question in questions(facts)
            if question.required
        )
        self._below: dict[str, tuple[int, int]] | None = None
        self.pages: dict[str, Completeness] = {}
        for one in self._asked:
            known = self.pages.get(one.page, Completeness(0, 0))
            self.pages[one.page] = known + Completeness(int(one.answered), 1)

    def below(self, key: str) -> Completeness:
        """The questions below a record."""
        try:
            path = flat.path_of(self._facts, key)
        except KeyError:
            return Completeness(0, 0)
        return Completeness(*self._records().get(path, (0, 0)))

    def _records(self) -> dict[str, tuple[int, int]]:
        """Path of every record → (filled, asked) below it; counted in one go, for a page asks of every card it shows."""
        if self._below is None:
            below: dict[str, tuple[int, int]] = {}
            for one in self._asked:
                end = one.path.find("]")
                while end >= 0:
                    filled, asked = below.get(one.path[: end + 1], (0, 0))
                    below[one.path[: end + 1]] = (filled + one.answered, asked + 1)
                    end = one.path.find("]", end + 1)
            self._below = below
        return self._below

    def blanks(self, page: str) -> tuple[str, ...]:
        """The paths of the unanswered questions of a page, in its order."""
        return tuple(one.path for one in self._asked if not one.answered and one.page == page)
