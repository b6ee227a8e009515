"""A full-text index in memory (SQLite FTS5) for mixed Chinese and Latin text: one character of Chinese is one token.

The trigram tokenizer of SQLite finds nothing for words of one or two characters, which most Chinese words are; with single
characters as tokens a word of any length is a phrase.
"""

import re
import sqlite3
import threading
import unicodedata
import weakref
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

_CJK = re.compile(r"([⺀-〇〡-〩㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff])")
_TOKEN = re.compile(r"[⺀-〇〡-〩㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff]|\w+")
_MAX_WORDS, _MAX_CHARS = 12, 200


def spread(text: str) -> str:
    """Text as the index holds it: one form of every character, Chinese characters apart."""
    return _CJK.sub(r" \1 ", unicodedata.normalize("NFKC", text).casefold())


def tokens(word: str) -> list[str]:
    """The tokens of one word of a query."""
    return _TOKEN.findall(spread(word).replace("_", " "))


@dataclass(frozen=True)
class Found:
    """A document and how well it fits (lower is better). `all_words` is False when it only shares a part of the query."""

    key: str
    rank: float
    all_words: bool = True


class FullText:
    """Documents by key, each with a title (weighs more) and a body, in named groups. Safe to ask from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._db = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        weakref.finalize(self, self._db.close)
        # Without content: only the tokens are kept here, the texts are the caller's.
        self._db.execute(
            "CREATE VIRTUAL TABLE doc USING fts5("
            "title, body, content='', tokenize='unicode61 remove_diacritics 0')"
        )
        self._rows: dict[int, tuple[str, str]] = {}
        self._held: dict[str, tuple[int, str, str]] = {}
        self._next = 1

    def close(self) -> None:
        """Give the memory back."""
        with self._lock:
            self._db.close()

    def __len__(self) -> int:
        return len(self._held)

    def put(self, group: str, documents: Iterable[tuple[str, str, str]]) -> None:
        """Add or replace documents (key, title, body) of a group; one that is unchanged costs nothing."""
        with self._lock:
            self._db.execute("BEGIN")
            for key, title, body in documents:
                spread_title, spread_body = spread(title), spread(body)
                old = self._held.get(key)
                if old is not None:
                    if old[1:] == (spread_title, spread_body):
                        continue
                    self._drop(key)
                row = self._next
                self._next += 1
                self._db.execute(
                    "INSERT INTO doc(rowid, title, body) VALUES (?, ?, ?)", (row, spread_title, spread_body)
                )
                self._rows[row] = (group, key)
                self._held[key] = (row, spread_title, spread_body)
            self._db.execute("COMMIT")

    def keep_only(self, group: str, keys: Collection[str]) -> None:
        """Drop the documents of a group that are not among these."""
        gone = [key for g, key in self._rows.values() if g == group and key not in keys]
        with self._lock:
            self._db.execute("BEGIN")
            for key in gone:
                self._drop(key)
            self._db.execute("COMMIT")

    def _drop(self, key: str) -> None:
        row, title, body = self._held.pop(key)
        del self._rows[row]
        # A table without content forgets a document only when told what it was.
        self._db.execute(
            "INSERT INTO doc(doc, rowid, title, body) VALUES ('delete', ?, ?, ?)", (row, title, body)
        )

    def search(self, query: str, *, groups: Collection[str] | None = None, limit: int = 50) -> list[Found]:
        """Documents that hold every word of the query, the best first; when there is none, those that share most
        of it."""
        words = [w for w in (tokens(part) for part in query[:_MAX_CHARS].split()) if w][:_MAX_WORDS]
        if not words:
            return []
        exact = self._ask(" AND ".join(_phrase(w) for w in words), groups, limit)
        if exact:
            return [Found(key, rank) for key, rank in exact]
        pairs = [pair for word in words for pair in _pairs(word)]
        if len(pairs) == len(words):  # nothing longer than a pair, so nothing can be loosened
            return []
        return [
            Found(key, rank, False)
            for key, rank in self._ask(" OR ".join(_phrase(p) for p in dict.fromkeys(pairs)), groups, limit)
        ]

    def _ask(self, match: str, groups: Collection[str] | None, limit: int) -> Sequence[tuple[str, float]]:
        with self._lock:
            rows = self._db.execute(
                "SELECT rowid, bm25(doc, 6.0, 1.0) AS fit FROM doc WHERE doc MATCH ? ORDER BY fit", (match,)
            )
            found = []
            for row, fit in rows:
                group, key = self._rows[row]
                if groups is None or group in groups:
                    found.append((key, float(fit)))
                    if len(found) == limit:
                        break
            return found


def _pairs(word: Sequence[str]) -> list[tuple[str, ...]]:
    """The word in overlapping pairs of tokens; a short one as it is."""
    if len(word) <= 2:
        return [tuple(word)]
    return [tuple(word[i : i + 2]) for i in range(len(word) - 1)]


def _phrase(word: Sequence[str]) -> str:
    """The tokens side by side; a Latin word or number may go on."""
    quoted = f'"{" ".join(word)}"'
    return quoted if _CJK.search(word[-1]) else f"{quoted} *"


def excerpt(text: str, query: str, *, width: int = 60) -> tuple[str, tuple[tuple[int, int], ...]]:
    """A piece of the text around the first word that stands in it, and where the query's words stand in the piece."""
    flat = " ".join(text.split())
    low = _same_length(flat)
    words = [_same_length(w) for w in query.split() if w]
    places = [p for p in (low.find(w) for w in words) if p >= 0]
    start = max(0, min(places, default=0) - width // 8)
    end = min(len(flat), start + width)
    piece = ("…" if start else "") + flat[start:end] + ("…" if end < len(flat) else "")
    return piece, marks_in(piece, query)


def marks_in(text: str, query: str) -> tuple[tuple[int, int], ...]:
    """Where the words of a query stand in a text."""
    low = _same_length(text)
    marks = []
    for word in (_same_length(w) for w in query.split() if w):
        at = low.find(word)
        while at >= 0:
            marks.append((at, at + len(word)))
            at = low.find(word, at + len(word))
    return _merged(marks)


def _same_length(text: str) -> str:
    """Folded like the index, but character by character, so that places stay where they are."""
    return "".join(
        c if len(c) == 1 else o for o, c in ((o, unicodedata.normalize("NFKC", o).casefold()) for o in text)
    )


def _merged(marks: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    done: list[tuple[int, int]] = []
    for start, end in sorted(marks):
        if done and start <= done[-1][1]:
            done[-1] = (done[-1][0], max(done[-1][1], end))
        else:
            done.append((start, end))
    return tuple(done)
