"""Writes `resources/benign/*.txt` from the sentences and patterns in `tools/benign`, the same each time.

A line of a source is a sentence; `[a|b|c]` in it is a choice. A pattern gives at most `PER_PATTERN` sentences,
chosen so that they share as few choices as possible. Run: `python tools/make_benign.py` (`--check` compares).
"""

import hashlib
import itertools
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "tools" / "benign"
TARGET = ROOT / "resources" / "benign"
PER_PATTERN = 12
HEADER = (
    "# 正常文本（{name}）：本程序作者自己编写的例句，随程序以同一许可（Apache-2.0）提供；人名、单位均为虚构。\n"
    "# 由 tools/make_benign.py 生成，请改 tools/benign 里的句式，不要直接改这个文件。\n"
)
_CHOICE = re.compile(r"\[([^\[\]]*)\]")


def _order(parts: tuple[int, ...], pattern: str) -> bytes:
    """A fixed shuffle that no Python version changes."""
    return hashlib.blake2b(f"{pattern}{parts}".encode(), digest_size=8).digest()


def expand(pattern: str, limit: int = PER_PATTERN) -> list[str]:
    """Up to `limit` sentences of a pattern, each as unlike those before it as can be."""
    choices = [match.split("|") for match in _CHOICE.findall(pattern)]
    left = sorted(itertools.product(*(range(len(c)) for c in choices)), key=lambda p: _order(p, pattern))
    chosen: list[tuple[int, ...]] = []
    while left and len(chosen) < limit:
        used = [
            [sum(c[place] == value for c in chosen) for value in range(len(options))]
            for place, options in enumerate(choices)
        ]
        best = min(left, key=lambda parts: sum(used[place][value] ** 2 for place, value in enumerate(parts)))
        left.remove(best)
        chosen.append(best)
    sentences = []
    for parts in chosen:
        values = iter([choices[place][value] for place, value in enumerate(parts)])
        sentences.append(_CHOICE.sub(lambda _m, values=values: next(values), pattern))
    return sentences


def build(source: Path, seen: set[str]) -> str:
    """The text of one shipped file; a sentence that another file has is left out."""
    lines = source.read_text(encoding="utf-8").splitlines()
    name = lines[0].lstrip("# ").split(":")[0]
    kept = []
    for pattern in lines:
        if not pattern or pattern.startswith("#"):
            continue
        for sentence in expand(pattern):
            if sentence not in seen:
                seen.add(sentence)
                kept.append(sentence)
    return HEADER.format(name=name) + "\n".join(kept) + "\n"


def main() -> int:
    """0 when the files were written, or are as they should be."""
    seen: set[str] = set()
    stale = []
    for source in sorted(SOURCES.glob("*.txt")):
        text = build(source, seen)
        target = TARGET / source.name
        if "--check" not in sys.argv:
            target.write_text(text, encoding="utf-8", newline="\n")
        elif not target.is_file() or target.read_text(encoding="utf-8") != text:
            stale.append(target.name)
    print(f"{len(seen)} sentences" if not stale else f"stale: {', '.join(stale)}")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
