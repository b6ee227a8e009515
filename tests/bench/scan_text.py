"""The text and the keyword lists of the scan bench: the same on every machine, shaped like Chinese text, no one's data."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.uint32]

SEED = 20261123
_ENGLISH_TEXT = (
    "the of and to in is for that with this app user model data file test open source windows network server code "
    "pro max plus ok hello online video game phone email vip page web token agent prompt service update login"
)
_ENGLISH = _ENGLISH_TEXT.split()
_TRADITIONAL = str.maketrans("国发开贝马车门见东书长万与专业习", "國發開貝馬車門見東書長萬與專業習")


@dataclass(frozen=True)
class Words:
    """Words as one array of code points; word i is `codes[starts[i]:starts[i] + lengths[i]]`."""

    codes: Codes
    starts: npt.NDArray[np.int64]
    lengths: npt.NDArray[np.int64]

    @staticmethod
    def of(words: list[str]) -> "Words":
        lengths = np.array([len(word) for word in words])
        return Words(_codes("".join(words)), np.cumsum(lengths) - lengths, lengths)

    def written(self, chosen: npt.NDArray[np.int64]) -> Codes:
        """The chosen words one after the other."""
        lengths = self.lengths[chosen]
        shift = np.repeat(self.starts[chosen] - (np.cumsum(lengths) - lengths), lengths)
        written: Codes = self.codes[shift + np.arange(len(shift))]
        return written


def _codes(text: str) -> Codes:
    return np.frombuffer(text.encode("utf-32-le"), dtype="<u4")


def _common_characters() -> list[str]:
    """The 3,755 characters of GB 2312 level 1."""
    found = []
    for high in range(0xB0, 0xD8):
        for low in range(0xA1, 0xFF):
            if not (high == 0xD7 and low > 0xF9):
                found.append(bytes([high, low]).decode("gb2312"))
    return found


def vocabulary() -> tuple[list[str], npt.NDArray[np.float64]]:
    """Words and how often each comes: characters and words after Zipf, two-character words the most."""
    rng = np.random.default_rng(SEED)
    characters = np.array(_common_characters())[rng.permutation(3755)]
    weight = 1 / (np.arange(3755) + 8) ** 0.95
    weight /= weight.sum()
    sizes = rng.choice([1, 2, 3, 4], size=60_000, p=[0.02, 0.7, 0.18, 0.1])
    letters = rng.choice(characters, size=int(sizes.sum()), p=weight)
    ends = np.cumsum(sizes)
    words = ["".join(letters[end - size : end]) for end, size in zip(ends, sizes, strict=True)]
    words = list(dict.fromkeys([*characters[:400], *words]))
    chance = 1 / (np.arange(len(words)) + 3)
    return words, chance / chance.sum()


def keywords(count: int) -> list[str]:
    """`count` distinct keywords: mostly two words of the vocabulary joined, some short, some Latin; the longer lists hold the shorter."""
    words, _ = vocabulary()
    rng = np.random.default_rng(SEED + 1)
    total = 1_100_000
    # Lists are about few subjects: one word in four of the vocabulary occurs in keywords, beside words of their own.
    subjects = words[400::4]
    first, second, third = (rng.integers(0, len(words), total) for _ in range(3))
    letters = _common_characters()
    shape = rng.random(total)
    known = set(words)
    made: dict[str, None] = {}
    for number in range(total):
        if len(made) == count:
            break
        kind = shape[number]
        head = subjects[first[number] % len(subjects)]
        own = words[second[number]][0] + words[third[number]][-1]
        if kind < 0.08:
            word = letters[first[number] % 3755] + letters[third[number] % 3755]
        elif kind < 0.45:
            word = head + words[second[number]]
        elif kind < 0.85:
            word = own + words[first[number]][-1] + (words[third[number]] if kind < 0.7 else "")
        elif kind < 0.97:
            word = own + words[first[number]] + head
        else:
            word = f"{_ENGLISH[first[number] % len(_ENGLISH)]}{_ENGLISH[second[number] % len(_ENGLISH)]}{number % 97}"
        if len(word) > 1 and word not in known:
            made[word] = None
    return list(made)


def _obfuscated(word: str, kind: int) -> str:
    match kind % 6:
        case 0:
            return " ".join(word)
        case 1:
            return "*".join(word)
        case 2:
            return "\u200b".join(word)
        case 3:
            return word.translate(_TRADITIONAL).upper()
        case 4:
            return word[0] + "".join(char * 2 for char in word[1:])
        case _:
            return "，".join((word[: len(word) // 2], word[len(word) // 2 :]))


def text(characters: int, planted: list[str], density: float) -> str:
    """About `characters` characters of sentences; `density` is planted keywords per character, 30 % of them obfuscated."""
    words, chance = vocabulary()
    rng = np.random.default_rng(SEED + 2)
    latin = len(words)
    marks = latin + len(_ENGLISH)
    ends = ["，", "，", "。", "、", "；", "！", "：", "\u3000", "，2026年", "（3）", "。“", "”，"]
    first_planted = marks + len(ends)
    sample = [planted[i] for i in rng.integers(0, len(planted), 20_000)] if density and planted else []
    sample = [_obfuscated(w, i) if rng.random() < 0.3 else w for i, w in enumerate(sample)]
    table = Words.of([*words, *(f" {word} " for word in _ENGLISH), *ends, *sample])
    pieces: list[Codes] = []
    size = 0
    while size < characters:
        chosen = rng.choice(len(words), size=400_000, p=chance)
        dice = rng.random(len(chosen))
        chosen[dice < 0.16] = marks + rng.integers(0, len(ends), int((dice < 0.16).sum()))
        in_latin = (dice >= 0.16) & (dice < 0.19)
        chosen[in_latin] = latin + rng.integers(0, len(_ENGLISH), int(in_latin.sum()))
        if sample:
            share = density * 1.9  # characters per word of the vocabulary
            hit = dice > 1 - share
            chosen[hit] = first_planted + rng.integers(0, len(sample), int(hit.sum()))
        pieces.append(table.written(chosen))
        size += len(pieces[-1])
    return np.concatenate(pieces)[:characters].tobytes().decode("utf-32-le")


def records(whole: str, length: int) -> list[str]:
    """The text cut into records of `length` characters."""
    return [whole[place : place + length] for place in range(0, len(whole), length)]
