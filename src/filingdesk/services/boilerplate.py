"""Does a filing read like boilerplate? For every paragraph of every paper what it is nearest to, how near, and which facts would change that.

Nothing here says anything about the office's own check; nothing that is read of other files is written into the project.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from filingdesk.documents import blocks
from filingdesk.documents.blocks import Document, Runs
from filingdesk.domain.errors import UserError
from filingdesk.domain.flat import get
from filingdesk.domain.jobs import Cancel, Progress, Report, silent
from filingdesk.domain.meta import Kind
from filingdesk.domain.paths import pattern_of
from filingdesk.domain.specs import FieldSpec, fields, label_of
from filingdesk.services import papers, shingles
from filingdesk.services.boilerplate_sources import KIND_WORDS, Passage, Skipped, SourceKind, collect
from filingdesk.services.session import Session
from filingdesk.services.workspace import Workspace

DISCLAIMER = "这里只比较文字，不是主管部门的查重；高低都不代表备案结果。"
LEVELS: tuple[tuple[float, str], ...] = (
    (0.9, "几乎相同"),
    (0.6, "大部分相同"),
    (0.3, "部分相同"),
    (0.0, "基本是自己的话"),
)
"""Lower bound of each level; the bounds are ours and rest on no rule."""
SHORTEST = 20
"""Characters; a shorter paragraph is not looked at."""
_OWN_SHINGLES, _OWN_SHARE = 12, 0.25
"""A paragraph needs so many shingles of the project's own words, and that share of all, to be compared with other people's."""
_SHORT_ANSWER = 30
_MOST_FACTS = 4
_TABLES_OF_ROWS = frozenset({"keywords-list", "question-bank"})


@dataclass(frozen=True)
class Match:
    """What a paragraph is nearest to. `spans` are places of the paragraph that stand there too, `text` the other text."""

    kind: SourceKind
    where: str
    place: str
    text: str
    score: float
    spans: tuple[tuple[int, int], ...]

    @property
    def kind_word(self) -> str:
        return KIND_WORDS[self.kind]


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of one paper. `score` 0…1 is that of its nearest source, 0 when there is none; `template` the share of
    the program's own words in it. `facts` (path, label) would make it specific; `advice` says so."""

    paper: str
    title: str
    section: str
    number: int
    text: str
    score: float
    template: float
    match: Match | None
    facts: tuple[tuple[str, str], ...]
    advice: str

    @property
    def level(self) -> str:
        return level_of(self.score)

    @property
    def place(self) -> str:
        """Where it stands, for people."""
        return f"{self.section} · 第 {self.number} 段" if self.section else f"第 {self.number} 段"


@dataclass(frozen=True)
class HeatMap:
    """All paragraphs in reading order; `sources` (kind, name, passages) that were read, `skipped` those that were not."""

    paragraphs: tuple[Paragraph, ...]
    sources: tuple[tuple[SourceKind, str, int], ...]
    skipped: tuple[Skipped, ...]

    def count(self, level: str) -> int:
        return sum(paragraph.level == level for paragraph in self.paragraphs)


def level_of(score: float) -> str:
    """The word for a score."""
    return next(word for bound, word in LEVELS if score >= bound)


@dataclass(frozen=True)
class _Found:
    """A paragraph on its way. `marks`, one a character: T the program's words, O the project's own, N a name, number or choice
    (which are nobody's style). `facts` are those in it, `around` those of its section."""

    paper: str
    title: str
    section: str
    number: int
    text: str
    marks: str
    facts: tuple[str, ...]
    around: tuple[str, ...]


def examine(
    session: Session,
    workspace: Workspace,
    against: Sequence[Path] = (),
    *,
    desk: papers.Desk | None = None,
    cancel: Cancel | None = None,
    report: Report = silent,
) -> HeatMap:
    """Compare every paragraph of the wanted papers. `against`: projects, files and folders to read besides the samples.

    Free of the window, so a job may run it; writes nothing anywhere. Same facts and same sources, same result.
    """
    cancel = cancel or Cancel()
    desk = desk or papers.Desk(session)
    sources = collect(workspace, session.path, against, cancel, report)
    found: list[_Found] = []
    wanted = [paper for paper in desk.wanted() if paper.id not in _TABLES_OF_ROWS]
    skipped = list(sources.skipped)
    for number, paper in enumerate(wanted):
        cancel.check()
        report(Progress(number, len(wanted), f"正在看《{paper.title}》"))
        try:
            plain = desk.plain_document(paper.id)
            found += _paragraphs(desk.document(paper.id), plain)
        except (
            UserError
        ) as error:  # the officer's own template may be at fault: told, the others are still examined
            skipped.append(Skipped(f"《{paper.title}》", error.message))
    report(Progress(len(wanted), len(wanted), "正在比较"))
    passages = (*sources.passages, *_template_passages(found))
    made = tuple(_compared(found, passages, desk, cancel))
    return HeatMap(made, sources.names, tuple(skipped))


# Paragraphs of a paper


def _paragraphs(document: Document, plain: Document) -> Iterator[_Found]:
    fixed = {
        run.text for block in plain.blocks for para in blocks.paras_of(block) for run in para if not run.fact
    }
    sections = list(_by_section(document))
    number = 0
    for heading, part in sections:
        around = tuple(dict.fromkeys(fact for block in part for fact in blocks.facts_of(block)))
        for block in part:
            for para in _lines_of(block):
                text = "".join(run.text for run in para if not run.gap)
                number += bool(text.strip())
                if len(text.strip()) < SHORTEST:
                    continue
                facts = tuple(dict.fromkeys(run.fact for run in para if run.fact))
                yield _Found(
                    document.id, document.title, heading, number, text, _marks(para, fixed), facts, around
                )


def _by_section(document: Document) -> Iterator[tuple[str, list[blocks.Block]]]:
    heading, part = "", list[blocks.Block]()
    for block in document.blocks:
        if isinstance(block, blocks.Heading):
            if part:
                yield heading, part
            heading, part = block.number + blocks.text_of(block.runs), []
        else:
            part.append(block)
    if part:
        yield heading, part


def _lines_of(block: blocks.Block) -> Iterator[Runs]:
    """The running text of a block: no headings, captions, labels or signature places."""
    match block:
        case blocks.Paragraph():
            yield block.runs
        case blocks.ListBlock():
            for item in block.items:
                yield from item.paras
        case blocks.KeyValue():
            for _label, value in block.pairs:
                yield from value
        case blocks.Table():
            for row in block.rows:
                for cell in row:
                    if cell.kind == "body":
                        yield from cell.paras
        case _:
            return


def _marks(para: Runs, known: set[str]) -> str:
    """See `_Found.marks`. What the project rewrote in its own words is its own."""
    marks = []
    for run in para:
        if run.gap:
            continue
        if run.fact is None:
            mark = "T" if run.text in known else "O"
        else:
            spec = fields().get(pattern_of(run.fact))
            mark = "O" if isinstance(spec, FieldSpec) and spec.meta.kind is Kind.LONG_TEXT else "N"
        marks.append(mark * len(run.text))
    return "".join(marks)


def _template_passages(found: Sequence[_Found]) -> Iterator[Passage]:
    """The program's own words in every paper, so that an answer that takes them over is found too."""
    seen: set[str] = set()
    for each in found:
        for stretch in re.finditer(r"T{20,}", each.marks):
            text = each.text[stretch.start() : stretch.end()]
            if text not in seen:
                seen.add(text)
                yield Passage("template", f"《{each.title}》的模板", each.section, text)


# Comparing


def _compared(
    found: Sequence[_Found], passages: Sequence[Passage], desk: papers.Desk, cancel: Cancel
) -> Iterator[Paragraph]:
    mine = [shingles.shingled(each.text) for each in found]
    own = [_window(each, text, "O") for each, text in zip(found, mine, strict=True)]
    theirs = [shingles.shingled(passage.text).hashes for passage in passages]
    index = shingles.Index(theirs)
    asked = [
        text.hashes[mask]
        if int(mask.sum()) >= max(_OWN_SHINGLES, _OWN_SHARE * len(text))
        else text.hashes[:0]
        for text, mask in zip(mine, own, strict=True)
    ]
    for number, near in enumerate(index.near(asked)):
        if number % 200 == 0:
            cancel.check()
        each, text, mask = found[number], mine[number], own[number]
        template = _template_match(each, text)
        best = _best(each, text, mask, near, passages, theirs)
        match = max((m for m in (best, template) if m is not None), key=lambda m: m.score, default=None)
        share = template.score if template else 0.0
        yield _advised(each, match, share, desk)


def _window(each: _Found, text: shingles.Shingled, mark: str) -> NDArray[np.bool_]:
    """Which shingles lie wholly in words of one kind."""
    inside = np.array([each.marks[int(place)] == mark for place in text.places], dtype=np.int64)
    total = np.concatenate(([0], np.cumsum(inside)))
    count = len(text)
    return np.asarray(
        total[shingles.SIZE : shingles.SIZE + count] - total[:count] == shingles.SIZE, dtype=np.bool_
    )


def _template_match(each: _Found, text: shingles.Shingled) -> Match | None:
    """How much of the paragraph the paper's own template says."""
    mask = _window(each, text, "T")
    if not len(text) or not mask.any():
        return None
    spans = _spans(text, mask)
    said = "……".join(each.text[a:b] for a, b in spans)
    score = round(float(mask.mean()), 4)
    return Match("template", f"《{each.title}》的模板", each.section, said, score, spans)


def _best(
    each: _Found,
    text: shingles.Shingled,
    mask: NDArray[np.bool_],
    near: Iterable[int],
    passages: Sequence[Passage],
    theirs: Sequence[shingles.Hashes],
) -> Match | None:
    """The candidate that holds the largest share of the paragraph's own words; of equals the first."""
    top: tuple[float, int, NDArray[np.bool_]] | None = None
    total = int(mask.sum())
    for number in near:
        both = shingles.shared(text.hashes, theirs[number]) & mask
        score = float(both.sum()) / total
        if top is None or score > top[0]:
            top = (score, number, both)
    if top is None or top[0] == 0.0:
        return None
    passage = passages[top[1]]
    spans = _spans(text, top[2])
    return Match(passage.kind, passage.where, passage.place, passage.text, round(top[0], 4), spans)


def _spans(text: shingles.Shingled, mask: NDArray[np.bool_]) -> tuple[tuple[int, int], ...]:
    """The stretches of the text that the marked shingles cover."""
    spans: list[tuple[int, int]] = []
    for i in np.flatnonzero(mask):
        start, end = int(text.places[i]), int(text.places[i + shingles.SIZE - 1]) + 1
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return tuple(spans)


# Advice


def _advised(each: _Found, match: Match | None, template: float, desk: papers.Desk) -> Paragraph:
    made = Paragraph(
        each.paper, each.title, each.section, each.number, each.text,
        match.score if match else 0.0, template, match, (), "",
    )  # fmt: skip
    if match is None or match.score < LEVELS[2][0]:
        return made
    if match.kind == "template" and match.score > template:
        facts = _named(each.facts)
        names = "、".join(f"「{label}」" for _path, label in facts) or "这一段"
        return replace(made, facts=facts, advice=f"{names}用的是模板里的话。请写本单位实际怎么做。")
    if match.kind == "template":
        thin = _thin(each.facts, desk) or _thin(each.around, desk)
        facts = _named(thin)
        if facts:
            names = "、".join(f"「{label}」" for _path, label in facts)
            return replace(made, facts=facts, advice=f"多数是模板的话。把{names}写具体，这里就会说到本项目。")
        word = "这一段是模板的固定文字，没有可填的字段；不合本项目的，到「模板」页改。"
        return replace(made, advice=word)
    facts = _named(each.facts)
    names = "、".join(f"「{label}」" for _path, label in facts) or "这一段"
    told = {
        "sample": f"{names}与填写示例很像。示例只示范写法，请换成本单位的做法、数字和名称。",
        "earlier": f"{names}与以前的材料很像。请核对是否仍然属实，写上这次不同的地方。",
        "project": f"{names}与另一个项目很像。请写上本项目自己的做法、数字和名称。",
    }
    return replace(made, facts=facts, advice=told[match.kind])


def _thin(paths: Iterable[str], desk: papers.Desk) -> list[str]:
    """Of these facts those that are blank, or hold a few words where paragraphs are expected."""
    thin = []
    for path in paths:
        spec = fields().get(pattern_of(path))
        if not isinstance(spec, FieldSpec) or spec.meta.kind not in (Kind.TEXT, Kind.LONG_TEXT):
            continue
        try:
            value = str(get(desk.facts, path)).strip()
        except KeyError:
            continue
        if not value or (spec.meta.kind is Kind.LONG_TEXT and len(value) < _SHORT_ANSWER):
            thin.append(path)
    return thin


def _named(paths: Iterable[str]) -> tuple[tuple[str, str], ...]:
    known = [path for path in dict.fromkeys(paths) if isinstance(fields().get(pattern_of(path)), FieldSpec)]
    return tuple((path, label_of(path)) for path in known[:_MOST_FACTS])


def as_json(found: HeatMap) -> dict[str, Any]:
    """The map for a script."""
    return {
        "disclaimer": DISCLAIMER,
        "counts": {word: found.count(word) for _bound, word in LEVELS},
        "sources": [{"kind": k, "name": n, "passages": c} for k, n, c in found.sources],
        "skipped": [{"name": s.name, "reason": s.reason} for s in found.skipped],
        "paragraphs": [
            {
                "paper": p.paper,
                "place": p.place,
                "score": p.score,
                "template": p.template,
                "level": p.level,
                "text": p.text,
                "nearest": None if p.match is None else _match_json(p.match),
                "facts": [{"path": path, "label": label} for path, label in p.facts],
                "advice": p.advice,
            }
            for p in found.paragraphs
        ],
    }


def _match_json(match: Match) -> dict[str, Any]:
    return {
        "kind": match.kind,
        "where": match.where,
        "place": match.place,
        "text": match.text,
        "spans": [list(span) for span in match.spans],
    }
