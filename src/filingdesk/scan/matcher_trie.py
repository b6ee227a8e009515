"""A trie that many places of a text walk down together, one level per round."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from filingdesk.scan.matcher_tables import (
    Codes,
    Ints,
    SlotTable,
    Text,
    concatenated,
    pair_key,
    pick,
    triple_key,
)

HEAD = 3
"""Characters that the first level holds; shorter patterns do not belong here."""

_LEAF = -2


@dataclass(frozen=True)
class _Level:
    """The nodes of one depth, each in the slot of its key.

    `kinds`, by slot: `_LEAF` - n for leaf n, under which there is but one pattern; else the pattern that ends here + 1,
    0 where none does, and the node leads on.
    """

    table: SlotTable
    kinds: npt.NDArray[np.int32]


@dataclass(frozen=True)
class Trie:
    """Patterns of at least three characters: by the first three, then by (node, character).

    A branch ends where only one pattern is left. The rest of the pattern, `tails[firsts[n]:firsts[n + 1]]` of leaf n, is
    compared at once: most leaves are told apart after four characters and hardly any place gets that far.
    """

    levels: Sequence[_Level]
    leaf_patterns: npt.NDArray[np.int32]
    leaf_depths: npt.NDArray[np.int32]
    firsts: Ints
    tails: Codes

    @staticmethod
    def build(codes: Codes, offsets: Ints, active: Ints) -> "Trie":
        """Over the patterns `active` of those that stand in `codes` at `offsets`."""
        starts, lengths = offsets[:-1], np.diff(offsets)
        begin = starts[active]
        keys = triple_key(codes[begin], codes[begin + 1], codes[begin + 2])
        levels: list[_Level] = []
        leaves: list[Ints] = []
        rests: list[Ints] = []
        depth = HEAD
        count = 0
        while len(active) or not levels:
            distinct, node, times = np.unique(keys, return_inverse=True, return_counts=True)
            table, slots = SlotTable.build(distinct)
            kinds = np.zeros(len(table.slots), dtype=np.int32)
            alone = times[node] == 1
            kinds[slots[node[alone]]] = _LEAF - np.arange(count, count + int(alone.sum()))
            leaves.append(active[alone])
            rests.append(np.full(len(leaves[-1]), depth))
            count += len(leaves[-1])
            ended = ~alone & (lengths[active] == depth)
            kinds[slots[node[ended]]] = active[ended] + 1
            levels.append(_Level(table, kinds))
            further = ~alone & ~ended
            active = active[further]
            keys = pair_key(slots[node[further]], codes[starts[active] + depth])
            depth += 1
        patterns, depths = np.concatenate(leaves), np.concatenate(rests)
        sizes = lengths[patterns] - depths
        firsts = np.zeros(len(patterns) + 1, dtype=np.int64)
        np.cumsum(sizes, out=firsts[1:])
        tails = codes[concatenated(starts[patterns] + depths, sizes)]
        return Trie(levels, patterns.astype(np.int32), depths.astype(np.int32), firsts, tails)

    def find(self, text: Text, places: Ints, starts: list[Ints], numbers: list[Ints]) -> None:
        """Adds (starts, pattern numbers) of the patterns that begin at `places`, each with two characters after it."""
        keys = triple_key(
            pick(text, places),
            pick(text, places + 1),
            pick(text, places + 2),
        )
        ends: list[tuple[Ints, Ints]] = []
        depth = HEAD
        for level in self.levels:
            known, slots = level.table.get(keys)
            places = pick(places, known)
            kinds = pick(level.kinds, slots)
            leaf = np.flatnonzero(kinds < 0)
            if len(leaf):
                leaves = _LEAF - pick(kinds, leaf).astype(np.int64)
                ends.append((pick(places, leaf) + depth, leaves))
                inner = np.flatnonzero(kinds >= 0)
                places, slots, kinds = (
                    pick(places, inner),
                    pick(slots, inner),
                    pick(kinds, inner),
                )
            whole = np.flatnonzero(kinds)
            if len(whole):
                starts.append(pick(places, whole))
                numbers.append(pick(kinds, whole).astype(np.int64) - 1)
            if len(places) and int(places.max()) + depth >= len(text):
                inside = np.flatnonzero(places < len(text) - depth)
                places, slots = pick(places, inside), pick(slots, inside)
            if not len(places):
                break
            keys = pair_key(slots, pick(text, places + depth))
            depth += 1
        if ends:
            self._compare(text, ends, starts, numbers)

    def _compare(
        self, text: Text, ends: list[tuple[Ints, Ints]], starts: list[Ints], numbers: list[Ints]
    ) -> None:
        """Adds those leaves whose rest stands in the text from where the branch ended."""
        places, leaves = (np.concatenate(column) for column in zip(*ends, strict=True))
        first = self.firsts.take(leaves)
        sizes = self.firsts.take(leaves + 1) - first
        good = places + sizes <= len(text)
        # One character of the rest dismisses nearly all.
        more = np.flatnonzero(good & (sizes > 0))
        good[more] = pick(text, pick(places, more)) == pick(self.tails, pick(first, more))
        more = np.flatnonzero(good & (sizes > 1))
        if len(more):
            rest = sizes.take(more)
            same = pick(text, concatenated(pick(places, more), rest)) == pick(
                self.tails, concatenated(pick(first, more), rest)
            )
            good[more] = np.logical_and.reduceat(same, np.cumsum(rest) - rest)
        chosen = np.flatnonzero(good)
        leaves = leaves.take(chosen)
        patterns = self.leaf_patterns.take(leaves).astype(np.int64)
        numbers.append(patterns)
        starts.append(pick(places, chosen) - self.leaf_depths.take(leaves).astype(np.int64))

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """All that `load` needs, by name."""
        tables = [level.table for level in self.levels]
        return {
            "trie_slots": np.concatenate([table.slots for table in tables]),
            "trie_kinds": np.concatenate([level.kinds for level in self.levels]),
            "trie_levels": np.array([end for table in tables for end in table.levels]),
            "trie_counts": np.array([len(table.levels) for table in tables]),
            "leaf_patterns": self.leaf_patterns,
            "leaf_depths": self.leaf_depths,
            "leaf_firsts": self.firsts,
            "leaf_tails": self.tails,
        }

    @staticmethod
    def load(arrays: Mapping[str, npt.NDArray[np.generic]]) -> "Trie":
        """From what `arrays` gave."""
        slots, kinds = arrays["trie_slots"].view(np.uint64), arrays["trie_kinds"].view(np.int32)
        ends: list[int] = arrays["trie_levels"].tolist()
        levels: list[_Level] = []
        low = at = 0
        for count in arrays["trie_counts"].tolist():
            bounds = ends[at : at + count]
            high = low + bounds[-1]
            levels.append(_Level(SlotTable(slots[low:high], bounds), kinds[low:high]))
            low, at = high, at + count
        return Trie(
            levels,
            arrays["leaf_patterns"].view(np.int32),
            arrays["leaf_depths"].view(np.int32),
            arrays["leaf_firsts"].view(np.int64),
            arrays["leaf_tails"].view(np.uint32),
        )
