"""Predicates over what stands in leaves: filled, well formed, among some values, the same, attached, wording."""

from collections.abc import Iterator
from typing import ClassVar

from filingdesk.domain.meta import Kind
from filingdesk.domain.paths import parent_of, pattern_of
from filingdesk.domain.specs import FieldSpec, by_pattern
from filingdesk.domain.values import narrow, parse_attachment, parse_quantity, problem_of
from filingdesk.rules.hits import Hit, NotApplicable
from filingdesk.rules.predicate import Fields, Predicate, field_problem
from filingdesk.rules.view import BLANK_WORD, View


class Required(Fields):
    """All these leaves hold something (with `at_least_one`: one of them does)."""

    message: ClassVar[str] = "{place}没有填写"
    fix: ClassVar[str] = "到「{page}」页填写“{label}”。"
    at_least_one: bool = False

    def expected(self) -> str:
        return "至少填写一项" if self.at_least_one else "都要填写"

    def judge(self, view: View) -> Iterator[Hit]:
        places = self.places(view)
        if self.at_least_one:
            if not any(view.filled(place) for place in places):
                yield Hit(places[0], BLANK_WORD, "至少填写一项")
            return
        for place in places:
            if not view.filled(place):
                yield Hit(place, BLANK_WORD, "填写")


class Valid(Fields):
    """What is written in these leaves is what its kind demands (a date, a credit code …). Blank ones are not looked at."""

    message: ClassVar[str] = "{place}不正确：{problem}"
    fix: ClassVar[str] = "到「{page}」页改正“{label}”。"

    def judge(self, view: View) -> Iterator[Hit]:
        places = [place for place in self.places(view) if view.filled(place)]
        if not places:
            raise NotApplicable("还没有填写")
        for place in places:
            spec = by_pattern()[pattern_of(place)]
            if not isinstance(spec, FieldSpec):
                continue
            value: str | list[str] = view.terms(place) if spec.is_list else view.text(place)
            id_kind = view.text(f"{parent_of(place)}.id_kind") if spec.meta.kind is Kind.ID_NUMBER else ""
            if problem := problem_of(spec.meta, value, id_kind=id_kind or "居民身份证"):
                yield Hit(place, view.show(place), "格式正确", {"problem": problem})


class OneOf(Fields):
    """These leaves hold one of the values (a list holds only such). Blank fails unless `blank: true`."""

    message: ClassVar[str] = "{place}为“{found}”，应为{expected}"
    fix: ClassVar[str] = "到「{page}」页核对“{label}”；实际没有做到的，先整改再填。"
    values: list[str]
    blank: bool = False

    def expected(self) -> str:
        return "、".join(f"“{value}”" for value in self.values)

    def judge(self, view: View) -> Iterator[Hit]:
        for place in self.places(view):
            terms = view.terms(place)
            if (not terms and not self.blank) or any(term not in self.values for term in terms):
                yield Hit(place, view.show(place), self.expected())


class Same(Predicate):
    """All these leaves that are filled say the same, spaces and width of characters aside; numbers by their value."""

    message: ClassVar[str] = "{place}是“{found}”，而{other}是“{expected}”"
    fix: ClassVar[str] = "核对以哪一处为准，到「{page}」页改成一致。"
    paths: list[str]

    def patterns(self) -> tuple[str, ...]:
        return tuple(self.paths)

    def problems(self) -> Iterator[str]:
        if len(self.paths) < 2:
            yield "same 至少要两个路径"
        yield from (problem for path in self.paths if (problem := field_problem(path)))

    def expected(self) -> str:
        return "写法一致"

    @staticmethod
    def _plain(text: str) -> str:
        number = parse_quantity(text)
        return str(number.normalize()) if number is not None else "".join(narrow(text).split()).casefold()

    def judge(self, view: View) -> Iterator[Hit]:
        places = [p for path in self.paths for p in view.expand(path) if view.visible(p) and view.filled(p)]
        if len(places) < 2:
            raise NotApplicable("没有可以比较的两处")
        first, *others = places
        for place in others:
            if self._plain(view.text(place)) != self._plain(view.text(first)):
                yield Hit(place, view.show(place), view.show(first), {"other": view.place(first)})


class Attached(Fields):
    """Each of these leaves holds an attachment whose bytes are in the project; with `optional`, each that holds any."""

    message: ClassVar[str] = "{place}：{found}"
    fix: ClassVar[str] = "到「{page}」页为“{label}”添加文件。"
    optional: bool = False

    def problems(self) -> Iterator[str]:
        yield from super().problems()
        for pattern in self.patterns():
            spec = by_pattern().get(pattern)
            if isinstance(spec, FieldSpec) and spec.meta.kind is not Kind.ATTACHMENTS:
                yield f"“{pattern}”不是附件"

    def expected(self) -> str:
        return "附上的文件完好" if self.optional else "附上文件"

    def judge(self, view: View) -> Iterator[Hit]:
        blobs = view.snapshot.attachments
        if self.optional and not any(view.terms(place) for place in self.places(view)):
            raise NotApplicable("没有附文件")
        for place in self.places(view):
            references = view.terms(place)
            if not references and not self.optional:
                yield Hit(place, "没有附件", self.expected())
            for reference in references:
                attachment = parse_attachment(reference)
                blob = blobs.get(attachment.digest)
                if blob is None:
                    yield Hit(place, f"附件“{attachment.name}”的内容不在项目里，请重新添加", self.expected())
                elif blob.size == 0:
                    yield Hit(place, f"附件“{attachment.name}”是空文件", self.expected())


class Mentions(Fields):
    """Each of these texts speaks of one of the words. Blank texts are left to `required`."""

    message: ClassVar[str] = "{place}没有写到{expected}"
    fix: ClassVar[str] = "到「{page}」页补写{expected}；实际没有做到的，先整改再写。"
    words: list[str]

    def expected(self) -> str:
        return " / ".join(self.words)

    def judge(self, view: View) -> Iterator[Hit]:
        places = [place for place in self.places(view) if view.filled(place)]
        if not places:
            raise NotApplicable("还没有填写")
        for place in places:
            text = narrow(view.text(place)).casefold()
            if not any(word.casefold() in text for word in self.words):
                yield Hit(place, view.show(place), self.expected())


class Forbids(Fields):
    """None of these texts holds one of the words."""

    message: ClassVar[str] = "{place}里有“{found}”"
    fix: ClassVar[str] = "到「{page}」页改写“{label}”。"
    words: list[str]

    def expected(self) -> str:
        return f"不出现：{'、'.join(self.words)}"

    def judge(self, view: View) -> Iterator[Hit]:
        places = [place for place in self.places(view) if view.filled(place)]
        if not places:
            raise NotApplicable("还没有填写")
        for place in places:
            text = narrow(view.text(place)).casefold()
            if found := [word for word in self.words if word.casefold() in text]:
                yield Hit(place, "”“".join(found), self.expected())
