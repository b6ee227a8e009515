"""Counts what the consistency check finds in a seeded bundle: right, missed, false."""

from dataclasses import dataclass
from pathlib import Path

from filingdesk.materials.claims import ClaimContext, find_claims
from filingdesk.materials.expected import bound_numbers, expectations
from filingdesk.materials.indexed import Indexed
from filingdesk.materials.match import Matcher
from filingdesk.materials.matrix import claims, matrix
from filingdesk.materials.normal import name_key, squash
from filingdesk.materials.pieces import FileText, Piece
from filingdesk.materials.reading import read_file
from filingdesk.services.sample import sample_facts
from unit.materials import seeding


@dataclass(frozen=True)
class Score:
    """How many were right, what was missed, what was a false alarm (both in words for the failing test)."""

    right: int
    missed: tuple[str, ...]
    false: tuple[str, ...]

    @property
    def recall(self) -> float:
        return self.right / (self.right + len(self.missed))

    @property
    def precision(self) -> float:
        return self.right / (self.right + len(self.false))

    def __str__(self) -> str:
        lines = [f"recall {self.recall:.3f}, precision {self.precision:.3f}"]
        lines += [f"missed {each}" for each in self.missed] + [f"false {each}" for each in self.false]
        return "\n".join(lines)


def score_conflicts(folder: Path, bundle: str) -> Score:
    """The planted contradictions of a bundle. One alarm that points at a planted paragraph finds it."""
    matcher = Matcher(expectations(sample_facts(), matrix()), matrix())
    planted = seeding.planted(bundle)
    hit: set[int] = set()
    false = []
    for path in seeding.write_files(folder, bundle):
        text = read_file(path)
        assert text.readable, text.failed
        cells = matcher.match(Indexed(text, pdf=path.suffix == ".pdf"), proof="合同" in path.name)
        for row, cell in cells.items():
            for place in cell.places if cell.state == "conflict" else ():
                meant = {
                    n
                    for n, each in enumerate(planted)
                    if (each.file, each.row) == (path.name, row)
                    and squash(place.found.split("、")[0]) in name_key(each.text)
                }
                hit |= meant
                # The wrong value of one row may be told under a second one too; that is no false alarm.
                again = any(p.file == path.name and squash(place.found) in name_key(p.wrong) for p in planted)
                if not meant and not again:
                    false.append(f"{path.name} {row} {place.found} | {place.quote}")
    missed = tuple(f"{p.file} {p.row} {p.text}" for n, p in enumerate(planted) if n not in hit)
    return Score(len(hit), missed, tuple(false))


def score_claims(bundle: str) -> Score:
    """The labelled sentences of a bundle, each a file of its own."""
    facts = sample_facts()
    names = ((None, "附件4-拦截关键词列表"), (None, "附件5-评估测试题"))
    policies = tuple((policy.title, policy.state) for policy in facts.policies)
    context = ClaimContext(names, bound_numbers(facts), policies)
    right, missed, false = 0, [], []
    for label, text in seeding.load(bundle)["sentences"]:
        file = Indexed(FileText((Piece(text, "第 1 段"),)))
        found = {claim.rule.id for claim in find_claims(file, context, claims())}
        right += label in found
        if label not in found | {"none"}:
            missed.append(f"{label}: {text}")
        false += [f"{each} for {label}: {text}" for each in sorted(found - {label})]
    return Score(right, tuple(missed), tuple(false))
