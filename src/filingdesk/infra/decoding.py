"""Turns bytes of unknown encoding into text: UTF-8, UTF-16, GB18030 or Big5, and says which lines did not fit."""

import codecs
import re
from dataclasses import dataclass
from functools import cache

_IDEOGRAPH = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_CHINESE = re.compile("[\u4e00-\u9fff\u2010-\u2030\u3000-\u303f\uff00-\uffef\t\r\n -~]")
_LATIN = re.compile("[\u0080-\u00ff]")
_LATIN_PAIRS = (("cp1252", "utf-8"), ("latin-1", "utf-8"), ("latin-1", "gb18030"))
BIG5 = "big5hkscs"
_PAIRS = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")
_FEW_PAIRS = 4
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
    """The likely encoding of the beginning of a file: utf-8-sig, utf-16, utf-16-le, utf-16-be, utf-8, gb18030 or `BIG5`."""
    for bom, name in _BOMS:
        if data.startswith(bom):
            return name
    head = data[:65536]
    nuls = head.count(0)
    if nuls * 5 <= len(head) and _decodes(data, "utf-8"):
        return "utf-8"
    plain = head.replace(b"\0", b"") if nuls else head
    if nuls:
        # Chinese text in UTF-16 has its NUL bytes in line ends, commas, digits and Latin letters.
        even, odd = head[0::2].count(0), head[1::2].count(0)
        likely = "utf-16-le" if odd > even else "utf-16-be"
        stray = nuls * 5 <= len(head) and (_of_most_lines(plain) == "utf-8" or _gb_share(plain) > 0.8)
        if not stray and max(even, odd) > 4 * min(even, odd) and _reads_like_text(head, likely):
            return likely
        if not stray and (chinese := _chinese_utf16(head)):
            return chinese
    if _decodes(plain, "utf-8"):
        return "utf-8"
    return BIG5 if _is_big5(plain) else _of_most_lines(plain)


def _chinese_utf16(head: bytes) -> str:
    """The form of UTF-16 in which nearly all of a head is Chinese, where few NUL bytes tell; "" for none."""
    for name in ("utf-16-le", "utf-16-be"):
        text = head[: len(head) // 2 * 2].decode(name, "replace")
        if len(_CHINESE.findall(text)) * 20 >= len(text) * 19:
            return name
    return ""


def _gb_share(head: bytes) -> float:
    """Of the pairs of bytes that may be a character those that are a common one in GB 2312; 0 if it cannot be GB18030."""
    if not _decodes(head, "gb18030"):
        return 0.0
    pairs = _PAIRS.findall(head)
    common = sum(1 for first, second in pairs if (first < 0xA4 or 0xB0 <= first <= 0xD7) and second > 0xA0)
    return common / len(pairs) if pairs else 0.0


def _is_big5(head: bytes) -> bool:
    """Whether nearly all characters are common ones in Big5 and few are in GB 2312: the two share most byte pairs."""
    pairs = _PAIRS.findall(head)
    common = sum(1 for first, _ in pairs if 0xA1 <= first <= 0xC6)
    if len(pairs) < _FEW_PAIRS or common * 10 < len(pairs) * 9 or _gb_share(head) > 0.65:
        return False
    return head.decode(BIG5, "replace").count("\ufffd") * 20 <= len(pairs)


def _decodes(head: bytes, encoding: str) -> bool:
    try:
        # A piece may end inside a character: `final` is false.
        codecs.getincrementaldecoder(encoding)().decode(head, final=False)
    except UnicodeDecodeError:
        return False
    return True


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
    """One line of a file that is mostly `encoding` (utf-8, gb18030 or `BIG5`): its text and encoding, "" if none fits."""
    utf8 = _try(raw, "utf-8")
    if encoding == BIG5 and (utf8 is None or not _IDEOGRAPH.search(utf8)):
        big5 = _try(raw, BIG5)
        return (big5, BIG5) if big5 is not None else (raw.decode(BIG5, "replace"), "")
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
    if encoding == BIG5:
        lines = data.decode(BIG5, "replace").split("\n")
        return Decoded("\n".join(lines), BIG5, (), tuple(n for n, x in enumerate(lines, 1) if "\ufffd" in x))
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
