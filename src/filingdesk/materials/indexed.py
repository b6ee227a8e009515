"""A file made ready for matching: normal text of each piece, one squashed text of all, company names, table layout."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from filingdesk.materials.normal import normal, squash
from filingdesk.materials.pieces import FileText, Piece

_COMPANY_END = re.compile(r"(?:有限责任公司|股份有限公司|有限公司|集团公司)")
_NAME_RUN = re.compile(r"[\u4e00-\u9fffA-Za-z0-9()·&]{2,36}\Z")
_LEAD = re.compile(
    r"^.*?(?:委托|授权|由|与|和|及|向|系|是|为|对|给|经|被|在|指|即|方|乙|甲|名称|本合同|我司|我们|单位|主体|提供|许可|采购|者|的)(?=[\u4e00-\u9fffA-Z(])"
)


@dataclass(frozen=True)
class Company:
    """A company's name in a text: `run` is the stretch of characters that ends with it and may begin before it."""

    start: int
    end: int
    run: str


@dataclass
class Indexed:
    """One file. `texts[i]` is the normal text of `pieces[i]`; in rows the cells are parted by tabs."""

    source: FileText
    pdf: bool = False
    pieces: tuple[Piece, ...] = ()
    texts: list[str] = field(default_factory=list)
    sentences: list[tuple[int, int, str]] | None = None
    """Cut by whoever needs them first: piece, start in its text, sentence."""

    def __post_init__(self) -> None:
        # What reviewers wrote into the margin is told as such; it is no statement of the paper.
        self.pieces = tuple(p for p in self.source.pieces if p.shape != "note")
        for piece in self.pieces:
            if piece.shape == "row":
                # Line ends inside a cell stay as a mark: a label may stand on the first line, its value on the second.
                cells = (
                    "\n".join(normal(line).replace("\t", " ") for line in cell.split("\n"))
                    for cell in piece.text.split("\t")
                )
                self.texts.append("\t".join(cells))
            else:
                self.texts.append(normal(piece.text, cells=self.pdf))

    @cached_property
    def _squashed(self) -> tuple[str, list[int]]:
        parts = [squash(text) for text in self.texts]
        starts, at = [], 0
        for part in parts:
            starts.append(at)
            at += len(part) + 1
        # A value that a pdf breaks over two lines must still be found: there the pieces follow each other directly.
        if self.pdf:
            starts, at = [], 0
            for part in parts:
                starts.append(at)
                at += len(part)
            return "".join(parts), starts
        return "\n".join(parts), starts

    def find(self, key: str) -> int | None:
        """The number of the first piece that holds a squashed text; in a pdf it may run on into the next."""
        text, starts = self._squashed
        at = text.find(key) if key else -1
        # A number inside a longer number is another number.
        while at >= 0 and _inside_word(text, at, len(key)):
            at = text.find(key, at + 1)
        return bisect_right(starts, at) - 1 if at >= 0 else None

    @cached_property
    def companies(self) -> list[list[Company]]:
        """Per piece, the companies named in it."""
        return [list(_companies(text)) for text in self.texts]

    def nearest_company(self, piece: int, position: int) -> Company | None:
        """The last company named before a position, in its piece or a few pieces before."""
        for number in range(piece, max(-1, piece - 5), -1):
            before = [c for c in self.companies[number] if number != piece or c.start < position]
            if before:
                return before[-1]
        return None

    @cached_property
    def tables(self) -> dict[int, list[int]]:
        """Number of a table → its rows, as numbers of pieces."""
        found: dict[int, list[int]] = {}
        for number, piece in enumerate(self.pieces):
            if piece.table:
                found.setdefault(piece.table, []).append(number)
        return found

    def cells(self, piece: int) -> list[str]:
        """The cells of a row."""
        return self.texts[piece].split("\t")


def _inside_word(text: str, at: int, length: int) -> bool:
    first, last = text[at], text[at + length - 1]
    before = text[at - 1] if at else " "
    after = text[at + length] if at + length < len(text) else " "
    return (_word(first) and _word(before)) or (_word(last) and _word(after))


def _word(char: str) -> bool:
    return char.isascii() and char.isalnum()


def _companies(text: str) -> Iterator[Company]:
    for match in _COMPANY_END.finditer(text):
        run = _NAME_RUN.search(text[max(0, match.start() - 36) : match.start()])
        if run:
            name = run[0] + match[0]
            yield Company(match.end() - len(name), match.end(), name)


def core(run: str) -> str:
    """The company's name without the words before it, as far as that can be told: for showing."""
    cut = _LEAD.sub("", run)
    return cut if len(cut) >= 6 else run
