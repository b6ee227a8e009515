"""Claims without proof: absolute words, numbers from nowhere, promised files and pictures that are not there, placeholders."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from filingdesk.domain.specs import Stage
from filingdesk.materials.expected import Bound, unit_class
from filingdesk.materials.indexed import Indexed
from filingdesk.materials.match import quote
from filingdesk.materials.matrix import ClaimRule, Claims
from filingdesk.materials.normal import chinese_number, name_key, normal, quantities, squash

_SENTENCE = re.compile(r"[^。!！?？;；\n]+[。!！?？;；]*")
_NUMBER = r"(?P<n>(?<![\d.,])(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?\s*(?:千万|百万|十万|万|亿|千)?)"
_ROUGH = re.compile(r"约|近|超|余|多|突破|左右|以上")
_ATTACHMENT = re.compile(
    r"(?P<lead>(?:详见|参见|另见|请见|可见|见|后附|随附|附后的?|参阅|查阅|请阅|列于|作为|载于)(?:本(?:报告|材料|文|申请))?\s*)?"
    r"[《\"(]?(?P<what>附件|附表)\s*(?P<n>\d{1,2}|[一二三四五六七八九十]{1,3})?(?:-\d+)?\s*[:\-]?\s*"
    r"(?:《(?P<t>[^》]{2,40})》|\"(?P<q>[^\"]{2,40})\")?"
)
# 《办法》附件1 is an attachment of that text, not of ours.
_ELSEWHERE = re.compile(r"(?:》|规定|办法|标准|协议|合同|通知|指南|国标)(?:的|之)?\s*\Z")
_DIGIT = re.compile(r"\d")
_CAPTION = re.compile(r"\s*图\s*\d")
_UNDERLINE = re.compile(r"_{3,}")
_SIGNING = re.compile(r"签|章|日期|年|月|姓名|电话|经办")
_FILLER = re.compile(r"相关|有关|专门的?|完善的?|健全的?|了|的|《|》|\"|一套|起")
_SMALL = Decimal(2)
_MANY_ROWS = 1000
_NEAR_AFTER, _NEAR_BEFORE = 6, 2


@dataclass(frozen=True)
class ClaimContext:
    """What claims are held against: `names` of everything that goes along with its filing (None: both), bound numbers,
    the policies as (title, state)."""

    names: tuple[tuple[Stage | None, str], ...]
    bound: Bound
    policies: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Claim:
    """One finding: rule, place, the words, the text around, the sentence for people."""

    rule: ClaimRule
    where: str
    found: str
    quote: str
    message: str
    piece: int = 0


def find_claims(
    file: Indexed, context: ClaimContext, claims: Claims, stage: Stage | None = None
) -> Iterator[Claim]:
    """All unproved claims of one file, kind by kind, each words once per paragraph. Long lists (keywords, questions) are
    no statements and are left alone."""
    rules = {rule.id: rule for rule in claims.rules}
    yield from _leftovers(file, rules["leftover"])
    if sum(piece.shape == "row" for piece in file.pieces) > _MANY_ROWS:
        return
    for name in ("absolute", "boilerplate"):
        yield from _worded(file, rules[name])
    yield from _placeholders(file, rules["placeholder"])
    yield from _attachments(file, context, rules["attachment"], stage)
    yield from _screenshots(file, rules["screenshot"])
    yield from _plans(file, context, rules["plan"], rules["contradiction"])
    yield from _numbers(file, context, rules["number"])


@cache
def _compiled(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """The patterns as one; a named group may stand in several of them."""
    seen: dict[str, int] = {}

    def distinct(match: re.Match[str]) -> str:
        seen[match[1]] = seen.get(match[1], 0) + 1
        return f"(?P<{match[1]}{seen[match[1]]}>"

    whole = "|".join(f"(?:{p.replace('{N}', _NUMBER)})" for p in patterns)
    return re.compile(re.sub(r"\(\?P<(\w+)>", distinct, whole), re.IGNORECASE)


def _group(match: re.Match[str], name: str) -> str:
    return next((v for k, v in match.groupdict().items() if k.rstrip("0123456789") == name and v), "")


_Sentence = tuple[int, int, str]
"""The piece, where in its text the sentence begins, the sentence."""


def _sentences(file: Indexed) -> list[_Sentence]:
    """All sentences of a file, cut once. Cells of a row are sentences of their own."""
    if file.sentences is None:
        file.sentences = []
        for number, text in enumerate(file.texts):
            at = 0
            for cell in text.split("\t") if file.pieces[number].shape == "row" else [text]:
                file.sentences += [(number, at + m.start(), m[0]) for m in _SENTENCE.finditer(cell)]
                at += len(cell) + 1
    return file.sentences


def _hits(file: Indexed, rule: ClaimRule) -> Iterator[tuple[int, int, str, re.Match[str]]]:
    """piece, where the sentence begins in it, the sentence, the hit."""
    pattern = _compiled(rule.written_out)
    # The patterns are costly; a sentence without a digit has no number.
    numbers = all("{N}" in each for each in rule.patterns)
    for number, start, sentence in _sentences(file):
        if numbers and not _DIGIT.search(sentence):
            continue
        for match in pattern.finditer(sentence):
            before = sentence[max(0, match.start() - 6) : match.start()]
            if any(word in before for word in rule.not_before) or any(
                word in sentence for word in rule.not_in
            ):
                continue
            yield number, start, sentence, match


def _claim(
    file: Indexed, rule: ClaimRule, piece: int, start: int, end: int, found: str, message: str = ""
) -> Claim:
    text = file.texts[piece]
    shown = " ".join(found.split())[:40]
    return Claim(
        rule,
        file.pieces[piece].place,
        shown,
        quote(text, start, end),
        message or rule.message.replace("{found}", shown),
        piece,
    )


def _worded(file: Indexed, rule: ClaimRule) -> Iterator[Claim]:
    yield from _weak(file, rule)
    for number, start, _sentence, match in _hits(file, rule):
        yield _claim(file, rule, number, start + match.start(), start + match.end(), match[0])


def _weak(file: Indexed, rule: ClaimRule) -> Iterator[Claim]:
    """Sentences in which two things are said that say nothing, and no number."""
    if not rule.weak:
        return
    strong, pairs = _compiled(rule.written_out), [re.compile(pattern) for pattern in rule.weak]
    for number, start, sentence in _sentences(file):
        if _DIGIT.search(sentence) or strong.search(sentence):
            continue
        found = [match for pattern in pairs if (match := pattern.search(sentence))]
        if len(found) > 1:
            first, last = min(m.start() for m in found), max(m.end() for m in found)
            yield _claim(file, rule, number, start + first, start + last, sentence[first:last])


def _placeholders(file: Indexed, rule: ClaimRule) -> Iterator[Claim]:
    yield from _worded(file, rule)
    for number, text in enumerate(file.texts):
        match = _UNDERLINE.search(text)
        # A line to sign on is meant to be blank.
        if match and not _SIGNING.search(text):
            yield _claim(file, rule, number, match.start(), match.end(), match[0][:6])


def _attachments(
    file: Indexed, context: ClaimContext, rule: ClaimRule, stage: Stage | None
) -> Iterator[Claim]:
    names = [squash(normal(name)) for of, name in context.names if stage is None or of in (None, stage)]
    heads = {
        name_key(match[0]): number
        for number, text in enumerate(file.texts)
        if (match := re.match(r"\s*(?:附件|附表)\s*(?:\d{1,2}|[一二三四五六七八九十]{1,3})", text))
    }
    for number, text in enumerate(file.texts):
        for match in _ATTACHMENT.finditer(text):
            title = match["t"] or match["q"] or ""
            if not match["n"] and not (title and match["lead"]):
                continue
            before = text[: match.start()]
            # 附件二为授权书: a list that says what they are.
            if not match["lead"] and re.match(r"\s*(?:为|是)", text[match.end() :]):
                continue
            # At the beginning of a line or cell it is the attachment's own heading, or a list of what is attached.
            if not match["lead"] and (
                not before.strip() or before[-1] in "\t\n" or _ELSEWHERE.search(before)
            ):
                continue
            wanted = _numbered(match["what"], match["n"]) if match["n"] else ()
            there = any(heads.get(key, number) != number for key in wanted)
            there = there or any(_has(name, key) for name in names for key in wanted)
            there = there or (bool(title) and any(squash(title) in name for name in names))
            if not there:
                yield _claim(file, rule, number, match.start(), match.end(), match[0])


def _numbered(what: str, number: str) -> tuple[str, ...]:
    value = int(number) if number.isdigit() else int(chinese_number(number) or 0)
    chinese = "零一二三四五六七八九十"
    names = [f"{what}{value}"]
    if 0 < value <= 10:
        names.append(f"{what}{chinese[value]}")
    elif value < 20:
        names.append(f"{what}十{chinese[value - 10]}")
    return tuple(names)


def _has(name: str, key: str) -> bool:
    """附件1 is not in 附件12."""
    return re.search(re.escape(key) + r"(?![\d一二三四五六七八九十])", name) is not None


def _screenshots(file: Indexed, rule: ClaimRule) -> Iterator[Claim]:
    for number, start, _sentence, match in _hits(file, rule):
        if not _has_numbered(file, match[0]) and not _has_picture(file, number, above="上" in match[0]):
            yield _claim(file, rule, number, start + match.start(), start + match.end(), match[0])


def _has_picture(file: Indexed, piece: int, *, above: bool) -> bool:
    pieces = file.pieces
    if file.pdf:
        # Where on a page a picture stands is not known; the promise may be kept overleaf.
        page = _page(pieces[piece].place)
        return any(
            (p.images or _CAPTION.match(text)) and _page(p.place) in (page - 1, page, page + 1)
            for p, text in zip(pieces, file.texts, strict=True)
        )
    before, after = (_NEAR_AFTER, _NEAR_BEFORE) if above else (_NEAR_BEFORE, _NEAR_AFTER)
    return any(p.images for p in pieces[max(0, piece - before) : piece + after + 1])


def _has_numbered(file: Indexed, words: str) -> bool:
    """图 3: a caption of that number beside a picture, or at least so many pictures in all."""
    number = re.search(r"图\s*(\d+)", words)
    if number is None:
        return False
    caption = re.compile(rf"\s*图\s*{number[1]}(?!\d)")
    for index, text in enumerate(file.texts):
        if not caption.match(text):
            continue
        # A chart of a pdf is drawn with lines like a table; its caption must do.
        if file.pdf or any(p.images for p in file.pieces[max(0, index - 2) : index + 3]):
            return True
    return sum(piece.images for piece in file.pieces) >= int(number[1])


def _page(place: str) -> int:
    found = re.search(r"\d+", place)
    return int(found[0]) if found else 0


def _plans(
    file: Indexed, context: ClaimContext, plan: ClaimRule, contradiction: ClaimRule
) -> Iterator[Claim]:
    done: list[tuple[int, str, str]] = []
    for number, start, _sentence, match in _hits(file, contradiction):
        thing = _bare(_group(match, "object"))
        done.append((number, thing, match[0]))
        for title, state in context.policies:
            if state == "拟建立" and name_key(title) in squash(_group(match, "object")):
                message = f"写着“{match[0][:30]}”，事实里《{title}》的状态是拟建立。"
                yield _claim(
                    file, contradiction, number, start + match.start(), start + match.end(), match[0], message
                )
    for number, start, _sentence, match in _hits(file, plan):
        thing = _bare(_group(match, "object"))
        place = (number, start + match.start(), start + match.end())
        policy = next(
            (
                t
                for t, s in context.policies
                if s == "已发布" and name_key(t) in squash(_group(match, "object"))
            ),
            "",
        )
        twin = next(((n, words) for n, other, words in done if _same_thing(thing, other)), None)
        if policy:
            message = f"写着“{match[0][:30]}”，事实里《{policy}》已经发布。"
            yield _claim(file, contradiction, *place, match[0], message)
        elif twin:
            message = f"这里写“{match[0][:24]}”，{file.pieces[twin[0]].place}写“{twin[1][:24]}”。"
            yield _claim(file, contradiction, *place, match[0], message)
        else:
            yield _claim(file, plan, *place, match[0])


def _bare(thing: str) -> str:
    return squash(_FILLER.sub("", normal(thing)))


def _same_thing(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) >= 4 and short in long


def _numbers(file: Indexed, context: ClaimContext, rule: ClaimRule) -> Iterator[Claim]:
    seen: set[tuple[int, Decimal]] = set()
    for number, start, sentence, match in _hits(file, rule):
        written = _group(match, "n")
        found = next(quantities(written), None)
        if (
            found is None
            or (number, found.value) in seen
            or any(word in match[0][1:] for word in rule.not_before)
        ):
            continue
        behind = sentence[match.start() + match[0].index(written) + len(written) :]
        unit = unit_class(behind)
        # One or two of something is said without counting.
        if found.value <= _SMALL and unit != "rate":
            continue
        seen.add((number, found.value))
        around = sentence[max(0, match.start() - 3) : match.end() + 3]
        if not context.bound.holds(found.value, unit, rough=_ROUGH.search(around) is not None):
            yield _claim(file, rule, number, start + match.start(), start + match.end(), match[0])


def _leftovers(file: Indexed, rule: ClaimRule) -> Iterator[Claim]:
    told: tuple[tuple[str, Callable[[int], str]], ...] = (
        ("comments", lambda n: f"文件里还有 {n} 条批注。"),
        ("revisions", lambda n: f"文件里还有 {n} 处没有接受的修订。"),
    )
    for key, words in told:
        count = file.source.notes.get(key, 0)
        if count:
            yield Claim(rule, "整个文件", words(count), "", words(count))
