"""Turns bytes of unknown encoding into text: UTF-8, UTF-16 or GB18030, and says which lines did not fit."""

import codecs
import re
from dataclasses import dataclass
from functools import cache

_IDEOGRAPH = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_LATIN = re.compile("[\u0080-\u00ff]")
_LATIN_PAIRS = (("cp1252", "utf-8"), ("latin-1", "utf-8"), ("latin-1", "gb18030"))
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True)
class Decoded:
    """The text; `encoding` of most of it; lines (from 1) in another encoding; lines that fit none.

    In an undecodable line, what could not be read is U+FFFD.
    """

    text: str
    encoding: str
    mixed: tuple[int, ...] = ()
    undecodable: tuple[int, ...] = ()


def guess_encoding(data: bytes) -> str:
    """The likely encoding of the beginning of a file: utf-8-sig, utf-16, utf-16-le, utf-16-be, utf-8 or gb18030."""
    for bom, name in _BOMS:
        if data.startswith(bom):
            return name
    head = data[:65536]
    if b"\0" in head:
        # Chinese text in UTF-16 has its NUL bytes in line ends, commas, digits and Latin letters.
        even, odd = head[0::2].count(0), head[1::2].count(0)
        likely = "utf-16-le" if odd > even else "utf-16-be"
        if max(even, odd) > 4 * min(even, odd) and _reads_like_text(head, likely):
            return likely
    try:
        # A piece may end inside a character: `final` is false.
        codecs.getincrementaldecoder("utf-8")().decode(data, final=False)
    except UnicodeDecodeError:
        return _of_most_lines(head)
    return "utf-8"


def _of_most_lines(head: bytes) -> str:
    """Some damaged bytes do not make a file GB18030: utf-8 where more lines with Chinese are that than only GB18030."""
    chinese = other = 0
    for raw in head.split(b"\n")[:-1]:
        text = _try(raw, "utf-8")
        if text is not None:
            chinese += _IDEOGRAPH.search(text) is not None
        else:
            other += _try(raw, "gb18030") is not None
    return "utf-8" if chinese > other else "gb18030"


def _reads_like_text(head: bytes, encoding: str) -> bool:
    text = head.decode(encoding, "replace")
    strange = sum(1 for char in text if not char.isprintable() and not char.isspace())
    return strange * 20 <= len(text)


def decode_line(raw: bytes, encoding: str) -> tuple[str, str]:
    """One line of a file that is mostly `encoding` (utf-8 or gb18030): its text and encoding, "" if none fits."""
    utf8 = _try(raw, "utf-8")
    if utf8 is not None and (encoding != "gb18030" or utf8.isascii() or _IDEOGRAPH.search(utf8)):
        return utf8, "utf-8"
    gb = _try(raw, "gb18030")
    if gb is not None:
        return gb, "gb18030"
    if utf8 is not None:
        return utf8, "utf-8"
    return raw.decode("utf-8" if encoding != "gb18030" else encoding, "replace"), ""


def _try(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


def decode_bytes(data: bytes) -> Decoded:
    """Decode a whole file; a file that mixes UTF-8 and GB18030 is decoded line by line and says so."""
    encoding = guess_encoding(data)
    if encoding.startswith("utf-16"):
        if len(data) % 2:
            data += b"\0"
        text = data.decode(encoding, "replace").removeprefix("\ufeff")
        lines = text.split("\n") if "\ufffd" in text else []
        return Decoded(text, encoding, (), tuple(n for n, line in enumerate(lines, 1) if "\ufffd" in line))
    whole = _try(data, encoding)
    if whole is not None and encoding != "gb18030":
        return Decoded(whole, encoding)
    data = data.removeprefix(codecs.BOM_UTF8)
    out: list[str] = []
    places: dict[str, list[int]] = {"utf-8": [], "gb18030": [], "": []}
    for number, raw in enumerate(data.split(b"\n"), 1):
        if raw.isascii():
            out.append(raw.decode("ascii"))
            continue
        line, used = decode_line(raw, "gb18030")
        out.append(line)
        places[used].append(number)
    main, other = (
        ("gb18030", "utf-8") if len(places["gb18030"]) >= len(places["utf-8"]) else ("utf-8", "gb18030")
    )
    return Decoded("\n".join(out), main, tuple(places[other]), tuple(places[""]))


def damaged(text: str) -> bool:
    """Whether characters of the original are lost for good."""
    return "\ufffd" in text or "锟斤拷" in text or "烫烫烫" in text


@cache
def _gb_signs() -> re.Pattern[str]:
    """Characters that the first two of the three UTF-8 bytes of an ideograph become when read as GB18030."""
    pairs = (bytes((lead, trail)) for lead in range(0xE3, 0xEA) for trail in range(0x80, 0xC0))
    return re.compile(f"[{''.join(pair.decode('gb18030') for pair in pairs)}]")


def mojibake(text: str) -> str | None:
    """What `text` should probably have been, if it looks like text read in the wrong encoding; else None."""
    accented = len(_LATIN.findall(text))
    if not accented and not _gb_signs().search(text):
        return None
    # Read as Latin-1, nearly every byte of Chinese text becomes an accented letter; café and Straße are words.
    pairs = _LATIN_PAIRS if accented > 3 and accented * 2 >= len(text) else ()
    for written, meant in (("gb18030", "utf-8"), *pairs):
        try:
            original = text.encode(written).decode(meant)
        except UnicodeError:
            continue
        foreign = [char for char in original if not char.isascii()]
        if foreign and len(original) < len(text) and all(_IDEOGRAPH.match(char) for char in foreign):
            return original
    return None
