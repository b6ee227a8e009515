"""The matrix: every expectation against every file, by labels, by form, by plain presence."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal

from filingdesk.domain.values import credit_code_problem, id_number_problem
from filingdesk.materials.alike import alike, brand, is_nearly, own_part
from filingdesk.materials.anchors import Anchor, Labels
from filingdesk.materials.expected import Expectation, icp_key, versions
from filingdesk.materials.indexed import Indexed
from filingdesk.materials.judge import ALGORITHM_NUMBER, ICP, MODEL_NUMBER, Judge, Judged, Value
from filingdesk.materials.matrix import Matrix
from filingdesk.materials.normal import days, name_key, normal, squash

_Note = Callable[[Expectation, Judged, int, int, int], None]
State = Literal["same", "absent", "conflict", "unread", "none"]
_QUOTE = 26
_LINES_ABOVE = 4
_SHORT_LINE = 60
_MOST = 0.6
"""A file that names so large a part of a list is meant to give the list."""
_CODE_FORM = re.compile(
    r"(?<![0-9A-Za-z])[1-9A-Y][0-9A-HJ-NP-RTUWXY]\d{6}[0-9A-HJ-NP-RTUWXY]{10}(?![0-9A-Za-z])"
)
_SELF = r"\((?:以下|下)(?:简)?称[^)]{0,12}(?:我们|本公司|我司|公司|平台|运营方|服务提供者)[^)]{0,4}\)"
_NAME_CHARS = r"[^,，。;；:：、\s\"'()《》\t/\n]"
_AFTER_NAME = re.compile(
    r"安全|备案|推荐|自评估|机制|责任|管理|公示|服务提供|情况|类型|名称|研发|部|原理|流程|的"
)


@dataclass(frozen=True)
class Place:
    """Where in a file: words for people, the text around, the value as it stands there."""

    where: str
    quote: str
    found: str
    piece: int = 0


@dataclass(frozen=True)
class Cell:
    """One fact in one file. `places` are those of the conflicts, or the first where it stands right."""

    state: State
    places: tuple[Place, ...] = ()


class Matcher:
    """Holds what is the same for all files of a run."""

    def __init__(self, expectations: Sequence[Expectation], matrix: Matrix) -> None:
        self.expectations = tuple(expectations)
        self.matrix = matrix
        self._labels = Labels(self.expectations)
        self._judge = Judge(matrix, self._labels.is_label)

    @cached_property
    def _names(self) -> frozenset[str]:
        """Every name of our own that is known: products, models, algorithms."""
        return frozenset(
            key
            for each in self.expectations
            if each.row.kind in {"name", "company", "text"}
            for key in (*each.allowed, *each.also, *each.proof_also)
        )

    @cached_property
    def _ours(self) -> frozenset[str]:
        return frozenset(
            key
            for each in self.expectations
            if each.row.id in {"subject-name", "icp-holder", "agreement-subject"}
            for key in (*each.allowed, *each.also)
        )

    def match(self, file: Indexed, *, proof: bool = False) -> dict[str, Cell]:
        """Expectation key → what the file says of it. `proof`: a file in which other companies speak of themselves."""
        if not file.source.readable:
            return {each.key: Cell("unread") for each in self.expectations}
        found: dict[str, dict[tuple[int, str], Judged]] = {each.key: {} for each in self.expectations}
        at: dict[tuple[str, int, str], tuple[int, int]] = {}

        def note(each: Expectation, judged: Judged, piece: int, start: int, end: int) -> None:
            if judged.outcome == "conflict" and proof and not each.row.everywhere:
                return
            if judged.outcome == "conflict" and proof and self._is_known_other(each, judged.found):
                return
            key = (piece, squash(judged.found))
            earlier = found[each.key].get(key)
            if earlier is None or judged.outcome == "conflict":
                found[each.key][key] = judged
                at[(each.key, *key)] = (start, end)

        for anchor in self._labels.find(file):
            self._anchored(file, anchor, note)
        for each in self.expectations:
            for judged, piece, start, end in self._by_form(file, each, proof=proof):
                note(each, judged, piece, start, end)
        self._leave_to_records(found)
        return {each.key: self._cell(file, each, found[each.key], at) for each in self.expectations}

    def _leave_to_records(self, found: dict[str, dict[tuple[int, str], Judged]]) -> None:
        """What was compared with the value of one record is not compared with the general row once more."""
        for special in self.expectations:
            if not special.context:
                continue
            for each in self.expectations:
                if not each.context and each.row.kind == special.row.kind:
                    for key in found[special.key]:
                        found[each.key].pop(key, None)

    def _is_known_other(self, each: Expectation, found: str) -> bool:
        return any(other in name_key(found) for other in each.proof_also)

    def _cell(
        self,
        file: Indexed,
        each: Expectation,
        found: dict[tuple[int, str], Judged],
        at: dict[tuple[str, int, str], tuple[int, int]],
    ) -> Cell:
        def place(key: tuple[int, str], judged: Judged) -> Place:
            start, end = at[(each.key, *key)]
            return Place(
                file.pieces[key[0]].place, quote(file.texts[key[0]], start, end), judged.found, key[0]
            )

        conflicts = [place(k, j) for k, j in sorted(found.items()) if j.outcome == "conflict"]
        if conflicts:
            return Cell("conflict", tuple(conflicts))
        right = [place(k, j) for k, j in sorted(found.items()) if j.outcome == "same"]
        if right:
            return Cell("same", tuple(right[:1]))
        if each.row.kind == "all":
            return _whole_list(file, each)
        for key in _findable(each):
            piece = file.find(key)
            if piece is not None:
                text = file.texts[piece]
                return Cell("same", (Place(file.pieces[piece].place, quote(text, 0, 0), each.shown, piece),))
        if not each.allowed:
            return Cell("none")
        # In a file of which a part could not be read, what is not found is not known to be absent.
        return Cell("unread" if file.source.partly else "absent")

    def _anchored(self, file: Indexed, anchor: Anchor, note: _Note) -> None:
        text = file.texts[anchor.piece]
        before = text[max(0, anchor.start - 7) : anchor.start]
        before = re.split(r"[,，。;；:：、\s()]", before)[-1]
        judged_by_context = False
        value = Value(anchor.region, anchor.cell, anchor.more)
        rows = sorted(self._labels.by_label[anchor.label], key=lambda e: not e.context)
        loose = self._nearest(rows, anchor, text)
        for each in rows:
            if any(word in before for word in each.row.not_after):
                continue
            if each.row.near and anchor.label in self._loose[each.row.id] and each not in loose:
                continue
            if each.context and not _in_context(file, anchor, each):
                continue
            if not each.context and judged_by_context:
                continue
            if each.row.whose == "subject" and not self._is_ours(file, anchor.piece, anchor.start):
                continue
            judged = self._judge.judge(each, value)
            if judged is None:
                continue
            judged_by_context = bool(each.context)
            if judged.outcome == "conflict" and self._of_others(file, each, anchor.piece, anchor.start):
                continue
            note(each, judged, anchor.piece, anchor.start, anchor.end + min(len(anchor.region), 40))

    @cached_property
    def _loose(self) -> dict[str, frozenset[str]]:
        return {e.row.id: frozenset(map(name_key, e.row.loose)) for e in self.expectations}

    def _nearest(self, rows: Sequence[Expectation], anchor: Anchor, text: str) -> list[Expectation]:
        """Of the rows that a loose label may mean, those whose word stands nearest to it in its sentence."""
        first, last = _sentence(text, anchor.start)
        found: list[tuple[int, Expectation]] = []
        for each in rows:
            if anchor.label in self._loose[each.row.id]:
                before = max((text.rfind(word, first, anchor.start) for word in each.row.near), default=-1)
                behind = [at for word in each.row.near if (at := text.find(word, anchor.end, last)) >= 0]
                # What was said before counts first.
                if before >= 0:
                    found.append((anchor.start - before, each))
                elif behind:
                    found.append((1000 + min(behind) - anchor.end, each))
        least = min((distance for distance, _each in found), default=0)
        return [each for distance, each in found if distance == least]

    def _of_others(self, file: Indexed, each: Expectation, piece: int, start: int) -> bool:
        """Does the sentence, before this place, turn to somebody else or to something that is over?"""
        if each.row.everywhere or each.context:
            return False
        text = file.texts[piece]
        first, _last = _sentence(text, start)
        if any(word in text[first:start] for word in self.matrix.others):
            return True
        companies = [c for c in file.companies[piece] if first <= c.start < start and c.end <= start]
        return bool(companies) and each.row.kind != "company" and not self._means_us(companies[-1].run)

    def _means_us(self, run: str) -> bool:
        key = name_key(run)
        return any(name in key or is_nearly(key, name) for name in self._ours)

    def _said(self, file: Indexed, each: Expectation) -> Iterator[tuple[Judged, int, int, int]]:
        """Turns of speech that give a value without its label."""
        for phrase in each.row.phrases:
            pattern = _phrase(phrase)
            for number, text in enumerate(file.texts):
                for match in pattern.finditer(text):
                    if any(
                        word in text[max(0, match.start() - 10) : match.end()] for word in each.row.not_after
                    ):
                        continue
                    judged = self._judge.judge(each, Value(match["v"], cell=True))
                    if judged is None:
                        continue
                    if judged.outcome == "conflict" and self._of_others(file, each, number, match.start()):
                        continue
                    yield judged, number, match.start("v"), match.end("v")

    def _is_ours(self, file: Indexed, piece: int, position: int) -> bool:
        company = file.nearest_company(piece, position)
        if company is None:
            return True
        # Our own name written wrongly is told elsewhere; here it still means us.
        return self._means_us(company.run)

    # -- by form ---------------------------------------------------------------------------------------------------

    def _by_form(
        self, file: Indexed, each: Expectation, *, proof: bool
    ) -> Iterator[tuple[Judged, int, int, int]]:
        kind = each.row.kind
        if each.context:
            return
        if kind in {"code", "icp", "algorithm_number", "model_number"}:
            yield from self._numbers(file, each)
        if each.row.phrases and not proof:
            yield from self._said(file, each)
        if kind == "date" and each.row.after_date:
            yield from self._days_before(file, each)
        elif kind == "version" and each.row.after_name:
            yield from self._versions_after(file, each)
        elif not proof and each.row.near_miss:
            yield from self._near_names(file, each) if kind == "name" else self._near_companies(file, each)

    def _numbers(self, file: Indexed, each: Expectation) -> Iterator[tuple[Judged, int, int, int]]:
        pattern = {"code": _CODE_FORM, "icp": ICP, "algorithm_number": ALGORITHM_NUMBER}.get(
            each.row.kind, MODEL_NUMBER
        )
        for number, text in enumerate(file.texts):
            for match in pattern.finditer(text):
                key = icp_key(match[0]) if each.row.kind == "icp" else name_key(match[0])
                if each.row.kind == "algorithm_number":
                    key = key.rstrip("号") + "号"
                if key in each.allowed | each.also:
                    outcome = Judged("same", match[0]) if key in each.allowed else None
                elif self._counts(file, each, match, number):
                    outcome = Judged("conflict", match[0])
                else:
                    outcome = None
                if outcome:
                    yield outcome, number, match.start(), match.end()

    def _counts(self, file: Indexed, each: Expectation, match: re.Match[str], piece: int) -> bool:
        """Is a number of this form that is not ours meant to be ours?"""
        if each.row.kind == "code":
            if credit_code_problem(match[0]) or not id_number_problem(match[0]):
                return False
            return self._is_ours(file, piece, match.start())
        if each.row.kind == "icp":
            return self._is_ours(file, piece, match.start())
        if each.row.kind == "model_number":
            return match[0].split("-")[0].lower() in self.matrix.model_number_places
        return True

    def _days_before(self, file: Indexed, each: Expectation) -> Iterator[tuple[Judged, int, int, int]]:
        """2026年8月3日正式上线: a date that a word follows at once."""
        words = "|".join(each.row.after_date)
        follows = re.compile(
            rf"\s*(?:之?[日起]|开始|当日)?[,，]?(?:正式|全面|对外|面向[^,，。;；]{{2,8}}|向[^,，。;；]{{2,8}}|发布)*(?:{words})(?!备案|申请|审|评估|登记)"
        )
        for number, text in enumerate(file.texts):
            if not any(word in text for word in each.row.after_date):
                continue
            for day in days(text):
                if not follows.match(text, day.end):
                    continue
                sentence = re.split(r"[。;；\t\n]", text[: day.start])[-1]
                if any(word in sentence[-16:] for word in (*each.row.not_after, *self.matrix.others)):
                    continue
                judged = Judge.compare_day(each, text[day.start : day.end], (day.year, day.month, day.day))
                yield judged, number, day.start, day.end + 4

    def _versions_after(self, file: Indexed, each: Expectation) -> Iterator[tuple[Judged, int, int, int]]:
        """示例智联客服大模型 V1.2.0: a version right behind the name."""
        names = [
            re.escape(normal(value))
            for other in self.expectations
            if other.row.paths == each.row.after_name
            for value in other.values
        ]
        if not names:
            return
        pattern = re.compile(rf"(?:{'|'.join(names)})[\"'》]?\s*\(?(?:版本)?[:\s]*([Vv]\s?\d+(?:\.\d+)+)")
        for number, text in enumerate(file.texts):
            for match in pattern.finditer(text):
                right = versions(match[1].replace(" ", ""))[0] in each.allowed
                yield Judged("same" if right else "conflict", match[1]), number, match.start(), match.end()

    def _near_names(self, file: Indexed, each: Expectation) -> Iterator[tuple[Judged, int, int, int]]:
        """Names that begin like ours and end alike, but are another one."""
        for right in each.allowed:
            begin = right[:4]
            if len(right) < 7 or not each.row.tails:
                continue
            pattern = re.compile(
                rf"{re.escape(begin)}{_NAME_CHARS}{{0,{len(right)}}}?(?:{'|'.join(each.row.tails)})",
                re.IGNORECASE,
            )
            for number, text in enumerate(file.texts):
                if begin not in text.casefold():
                    continue
                for match in pattern.finditer(text):
                    key = squash(match[0])
                    if key in self._names or right.startswith(key) or _strange(match[0]):
                        continue
                    if any(name.startswith(key) for name in self._names) or _AFTER_NAME.match(
                        text[match.end() :]
                    ):
                        continue
                    yield Judged("conflict", match[0]), number, match.start(), match.end()

    def _near_companies(self, file: Indexed, each: Expectation) -> Iterator[tuple[Judged, int, int, int]]:
        """Companies that are called nearly like us, and whoever a text calls 我们 or 本公司."""
        others = {
            key for e in self.expectations for key in (*e.proof_also, *e.also) if e.row.kind == "company"
        }
        for number, companies in enumerate(file.companies):
            for company in companies:
                key = name_key(company.run)
                if any(name in key for name in each.allowed):
                    continue
                own = each.row.signed and re.match(_SELF, file.texts[number][company.end :])
                if any(other in key for other in others) and not own:
                    continue
                likeness = max((alike(key, right) for right in each.allowed), default=0.0)
                if (
                    own
                    or likeness >= 0.82
                    or any(brand(right) in key for right in each.allowed if brand(right))
                ):
                    shown = own_part(normal(company.run), next(iter(each.allowed)))
                    yield Judged("conflict", shown), number, company.start, company.end


def _whole_list(file: Indexed, each: Expectation) -> Cell:
    """A list that a file either does not give, gives whole, or gives with holes."""
    found = {value: file.find(name_key(value)) for value in each.values}
    there = [piece for piece in found.values() if piece is not None]
    missing = [value for value, piece in found.items() if piece is None]
    if len(there) < max(3, _MOST * len(found)):
        return Cell("unread" if file.source.partly else "absent")
    where = file.pieces[there[0]].place
    if not missing:
        return Cell("same", (Place(where, quote(file.texts[there[0]], 0, 0), each.shown, there[0]),))
    if file.source.partly:
        return Cell("unread")
    return Cell(
        "conflict", (Place(where, quote(file.texts[there[0]], 0, 0), f"缺：{'、'.join(missing)}", there[0]),)
    )


def quote(text: str, start: int, end: int) -> str:
    """The text around a place, in one line."""
    first, last = max(0, start - _QUOTE), min(len(text), max(end, start) + _QUOTE)
    cut = " ".join(text[first:last].replace("\t", " │ ").split())
    return f"{'…' if first else ''}{cut}{'…' if last < len(text) else ''}"


def _findable(each: Expectation) -> Iterable[str]:
    """The squashed texts whose plain presence shows that the fact stands in a file."""
    if each.row.kind in {"number", "terms", "date", "person"}:
        return
    if each.row.kind == "version":
        yield from (f"v{key}" for key in each.allowed)
    elif each.row.kind == "place":
        for key in each.allowed:
            yield key
            yield from (part for part in re.split(r"[,、;]", key) if len(part) > 5)
    else:
        yield from (key for key in each.allowed if len(key) > 2)


@cache
def _phrase(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _sentence(text: str, at: int) -> tuple[int, int]:
    """Where the sentence or table row around a place begins and ends."""
    first = max(text.rfind(mark, 0, at) for mark in "。;；!！?？\n") + 1
    ends = [end for mark in "。;；!！?？\n" if (end := text.find(mark, at)) >= 0]
    return first, min(ends, default=len(text))


def _in_context(file: Indexed, anchor: Anchor, each: Expectation) -> bool:
    """Does the label stand behind its record's name (in a row: anywhere in it), with no sibling's name between?

    Where neither is named in a paragraph, the lines right above it decide, as in 产品名称：… / 访问地址：….
    """
    text = file.texts[anchor.piece]
    line = text.casefold()
    if anchor.cell:
        cells = squash(line)
        return each.context in cells and not any(r in cells.replace(each.context, "") for r in each.rivals)
    before = squash(line[: anchor.start])
    names = (each.context, *each.rivals)
    number = anchor.piece
    while not any(name in before for name in names) and number > 0 and anchor.piece - number < _LINES_ABOVE:
        number -= 1
        if file.pieces[number].shape != "text" or len(file.texts[number]) > _SHORT_LINE:
            break
        above = squash(file.texts[number].casefold())
        # Only a line that is nothing but the name, or a label and the name, begins a list about it.
        if any(above == name or above.endswith(":" + name) for name in names):
            before = above
    at = before.rfind(each.context)
    return at >= 0 and not any(before.rfind(rival) > at for rival in each.rivals)


def _strange(name: str) -> bool:
    return re.search(r"公司|集团|中心|制度|委员会|办法|和|与|及|是|为|将|由|对|在", name[4:]) is not None
