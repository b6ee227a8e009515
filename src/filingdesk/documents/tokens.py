"""Opaque tokens: a fact travels through Jinja and Markdown as private-use characters and is put back as a run afterwards.

So no fact can act as markup, as a table border or as template code, whatever was typed into it.
"""

import re
from collections.abc import Iterator

from filingdesk.documents.blocks import Block, Run, Runs
from filingdesk.domain.errors import UserError

_OPEN, _CLOSE, _DIGIT = "\ue000", "\ue001", 0xE100
TOKEN = re.compile(f"{_OPEN}([\ue100-\ue10f]+){_CLOSE}")
RESERVED = re.compile("[\ue000-\ue10f]")


class Marker(str):
    """A clause id attached to the block it stands in; it prints nothing."""

    __slots__ = ()


class Formatted(tuple[Run, ...]):
    """A text that its writer formatted: its words where it stands in a line, `blocks` where it stands alone."""

    blocks: tuple[Block, ...]

    @classmethod
    def of(cls, words: Runs, blocks: tuple[Block, ...]) -> "Formatted":
        made = cls(words)
        made.blocks = blocks
        return made


Entry = Runs | Block | Marker


class TokenTable:
    """Hands out tokens and gives back what they stand for."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []

    def put(self, entry: Entry) -> str:
        """Keep an entry and return its token."""
        self._entries.append(entry)
        digits = f"{len(self._entries) - 1:x}"
        return _OPEN + "".join(chr(_DIGIT + int(digit, 16)) for digit in digits) + _CLOSE

    def _get(self, digits: str) -> Entry:
        return self._entries[int("".join(f"{ord(char) - _DIGIT:x}" for char in digits), 16)]

    def split(self, text: str) -> Iterator[str | Entry]:
        """Cut text into plain pieces and entries, in order."""
        at = 0
        for match in TOKEN.finditer(text):
            if match.start() > at:
                yield _plain(text[at : match.start()])
            yield self._get(match.group(1))
            at = match.end()
        if at < len(text):
            yield _plain(text[at:])

    def words(self, text: str) -> str:
        """Text with every token replaced by the words it stands for; blocks and markers print nothing."""
        out = []
        for piece in self.split(text):
            if isinstance(piece, tuple):
                out.append("".join(run.text for run in piece))
            elif isinstance(piece, str) and not isinstance(piece, Marker):
                out.append(piece)
        return "".join(out)

    def sole_formatted(self, text: str) -> tuple[Formatted, tuple[str, ...]] | None:
        """The formatted text and the clauses beside it, when a paragraph is nothing else."""
        pieces = list(self.split(text.strip()))
        found = [piece for piece in pieces if isinstance(piece, Formatted)]
        clauses = tuple(str(piece) for piece in pieces if isinstance(piece, Marker))
        return (found[0], clauses) if len(found) == 1 and len(pieces) == 1 + len(clauses) else None

    def sole_block(self, text: str) -> Block | None:
        """The block, when text is nothing but one block token."""
        pieces = [piece for piece in self.split(text.strip()) if not isinstance(piece, Marker)]
        if len(pieces) == 1 and not isinstance(pieces[0], (str, tuple)):
            return pieces[0]
        return None


def _plain(text: str) -> str:
    if RESERVED.search(text):
        raise UserError(
            "template.token",
            "模板把一个字段的内容切开了（例如用了截断、切片或倒序）。",
            "字段内容只能整个放进文书；请去掉模板里对它的截取。",
        )
    return text


def literal(text: str) -> Runs:
    """One run of the template's own or computed words."""
    return (Run(text),)
