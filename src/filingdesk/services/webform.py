"""The walk through a web form: what goes into which place, what was pasted when, and what changed since."""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from filingdesk.domain.completeness import lookup, questions
from filingdesk.domain.conditions import holds
from filingdesk.domain.errors import UserError
from filingdesk.domain.facts import Facts
from filingdesk.domain.flat import flatten, get, key_of
from filingdesk.domain.meta import Kind, SourceMark
from filingdesk.domain.paths import pattern_of
from filingdesk.domain.specs import FieldSpec, ListSpec, by_pattern, label_of
from filingdesk.domain.values import mask, parse_attachment
from filingdesk.services.changes import FORMAT, OVERRIDE, PASTED, TEMPLATE, Changes
from filingdesk.services.formatting import plain_words
from filingdesk.services.session import Session
from filingdesk.services.webform_data import FormItem, WebForm, forms

StepKind = Literal["text", "file", "paper", "list"]
State = Literal["todo", "done", "changed", "blank"]
STATE_WORDS: dict[State, str] = {"todo": "未填", "done": "已填", "changed": "已改", "blank": "没有内容"}
PAPER = "paper:"
LIBRARY_PAPERS = ("keywords-list", "question-bank")


@dataclass(frozen=True)
class Pasted:
    """That something was pasted: a digest of what it was, when (ISO, China) and by whom. `patterns` are the fields that a
    paper shows; blank for everything else."""

    digest: str
    at: str
    who: str
    patterns: tuple[str, ...] = ()

    @property
    def when(self) -> str:
        """11-23 14:05."""
        return self.at[5:16].replace("T", " ")


@dataclass(frozen=True)
class Step:
    """One place of the form. `key` names it in the project; `path` is where its fact is edited (blank for papers); `value` is
    exactly what is copied; `record` says in words which record of a list it belongs to. `kind` "list" stands for records that
    are still missing."""

    key: str
    kind: StepKind
    part: str
    block: str
    label: str
    record: str
    value: str
    path: str = ""
    reference: str = ""
    paper: str = ""
    digest: str = ""
    personal: bool = False
    unit: str = ""
    choices: bool = False
    note: str = ""
    source: SourceMark = SourceMark.PRACTICE
    limit: int = 0
    pasted: Pasted | None = None

    @property
    def state(self) -> State:
        if self.pasted is not None:
            return "done" if self.pasted.digest == self.digest else "changed"
        return "todo" if self.value else "blank"

    @property
    def count(self) -> int:
        """Characters that would be pasted, blanks and line breaks included."""
        return len(self.value)

    @property
    def shown(self) -> str:
        """The value for screens and lists: personal data is masked."""
        return mask(self.value) if self.personal and self.kind == "text" else self.value

    @property
    def title(self) -> str:
        """Label with its record: `产品 1 · 示例 › 访问地址`."""
        return f"{self.record} › {self.label}" if self.record else self.label


@dataclass(frozen=True)
class Gone:
    """Something that was pasted and is not asked for any more: its record was removed, or another answer hides it."""

    key: str
    label: str
    pasted: Pasted


@dataclass(frozen=True)
class Walk:
    """One form as the facts stand."""

    form: WebForm
    steps: tuple[Step, ...]
    gone: tuple[Gone, ...]

    def having(self, *states: State) -> list[Step]:
        """The steps in these states, in order."""
        return [step for step in self.steps if step.state in states]

    @property
    def done(self) -> int:
        return len(self.having("done"))

    @property
    def stale(self) -> int:
        """How many places on the web no longer say what the project says."""
        return len(self.having("changed")) + len(self.gone)

    def step(self, key: str) -> Step | None:
        """The step of a key; None when it is not (or no longer) asked."""
        return next((step for step in self.steps if step.key == key), None)


def clipboard_text(value: str) -> str:
    """What is copied of a text: its lines as typed, without blanks at line ends and empty lines around."""
    lines = value.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def fitting(facts: Facts) -> list[WebForm]:
    """The forms that the facts call for."""
    look = lookup(facts)
    return [form for form in forms() if holds(form.condition, look)]


def walk(session: Session, form: WebForm) -> Walk:
    """All places of a form in its order, with what was pasted."""
    marks = _marks(session, form)
    steps = tuple(_Walker(session, form, marks).steps())
    known = {step.key for step in steps}
    gone = tuple(Gone(key, _words(key), marks[key]) for key in marks if key not in known)
    return Walk(form, steps, gone)


def walks(session: Session) -> list[Walk]:
    """The walks of all forms that the facts call for."""
    return [walk(session, form) for form in fitting(session.facts)]


def steps(session: Session, form: WebForm) -> tuple[Step, ...]:
    """The places of a form in its order."""
    return walk(session, form).steps


def changed_since(session: Session, form: WebForm) -> list[Step | Gone]:
    """What was changed, removed or hidden after it was pasted."""
    found = walk(session, form)
    return [*found.having("changed"), *found.gone]


def mark(
    session: Session, form: WebForm, done: Sequence[Step], *, patterns: Collection[str] = ()
) -> Changes | None:
    """Note that these were pasted just now; it is a record of what happened, which undo passes over. `patterns`: the fields
    that an uploaded paper shows, so that only a change of those is told later; without them any change of a fact is."""
    notes: dict[str, Any] = {}
    for step in done:
        shown = tuple(sorted(patterns)) if step.paper else ()
        digest = _paper_digest(session, step.paper, shown) if step.paper else step.digest
        note: dict[str, Any] = {"hash": digest, "at": session.stamp, "who": session.who}
        notes[f"{form.id}/{step.key}"] = {**note, "patterns": list(shown)} if shown else note
    return session.set_marks(PASTED, notes, _label("填到网页", [step.label for step in done]), undoable=False)


def unmark(session: Session, form: WebForm, keys: Sequence[str]) -> Changes | None:
    """Take the notes back."""
    return session.set_marks(
        PASTED,
        {f"{form.id}/{key}": None for key in keys},
        _label("取消勾选", [_words(key) for key in keys]),
        undoable=False,
    )


def find(session: Session, form: WebForm, key: str) -> Step:
    """The step of a key or path; `UserError` when the form has no such place now."""
    found = walk(session, form)
    step = found.step(key) or next((s for s in found.steps if s.path == key), None)
    if step is None:
        raise UserError(
            "webform.no_step", f"「{form.title}」里现在没有“{key}”这一项。", "用 webform list 查看全部。"
        )
    return step


def _label(verb: str, labels: Sequence[str]) -> str:
    first = labels[0] if labels else ""
    return f"{verb}：{first}" + (f"等 {len(labels)} 项" if len(labels) > 1 else "")


def _marks(session: Session, form: WebForm) -> dict[str, Pasted]:
    prefix = f"{form.id}/"
    found = {}
    for key, note in session.marks(PASTED).items():
        if key.startswith(prefix) and isinstance(note, Mapping):
            patterns = note.get("patterns") or ()
            found[key.removeprefix(prefix)] = Pasted(
                str(note.get("hash", "")),
                str(note.get("at", "")),
                str(note.get("who", "")),
                tuple(str(p) for p in patterns) if isinstance(patterns, Sequence) else (),
            )
    return found


def _words(key: str) -> str:
    return (
        f"上传的文书（{key.removeprefix(PAPER)}）" if key.startswith(PAPER) else label_of(key.split("/")[0])
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _paper_digest(session: Session, paper: str, patterns: Collection[str]) -> str:
    """What a paper says, as far as it can be told without making it: the facts it shows, its wording in this project, and for
    the two spreadsheets the library they are made of."""
    if paper in LIBRARY_PAPERS:
        state = session.snapshot()
        return _digest(
            state.keywords.digest if paper == "keywords-list" else repr(sorted(state.banks.items()))
        )
    wanted = set(patterns)
    flat = flatten(session.facts)
    parts = [f"{k}={v!r}" for k, v in sorted(flat.items()) if not wanted or pattern_of(k) in wanted]
    own = [sorted(session.marks(prefix).items()) for prefix in (TEMPLATE, OVERRIDE)]
    return _digest("\n".join([*parts, *(repr(each) for each in own if each)]))


class _Walker:
    def __init__(self, session: Session, form: WebForm, marks: Mapping[str, Pasted]) -> None:
        self._session, self._form, self._marks = session, form, marks
        self._facts = facts = session.facts
        self._formatted = frozenset(session.marks(FORMAT))
        self._asked = {question.path: question.value for question in questions(facts)}
        self._look = lookup(facts)
        self._part = self._block = ""

    def steps(self) -> Iterator[Step]:
        for block in self._form.blocks:
            self._part, self._block = block.part, block.title
            yield from self._items(block.items, "", "")

    def _items(self, items: Sequence[FormItem], base: str, record: str) -> Iterator[Step]:
        for item in items:
            if item.paper:
                yield from self._paper(item)
                continue
            place = item.path or item.list_path
            path = f"{base}{place}" if place.startswith(".") else place
            spec = by_pattern()[pattern_of(path)]
            if isinstance(spec, ListSpec):
                yield from self._records(item, spec, path, record)
            elif isinstance(spec, FieldSpec) and path in self._asked:
                yield from self._field(item, spec, path, record)

    def _records(self, item: FormItem, spec: ListSpec, path: str, record: str) -> Iterator[Step]:
        found = get(self._facts, path)
        if not found and path in self._asked:
            key = key_of(self._facts, path)
            yield self._step(key, "list", item.label or spec.meta.label, record, "", path=path)
        for index, each in enumerate(found):
            name = getattr(each, spec.meta.title, "")
            personal = by_pattern()[f"{spec.pattern}[].{spec.meta.title}"].meta
            if getattr(personal, "personal", False):
                name = ""
            words = f"{spec.meta.item} {index + 1}" + (f" · {name}" if name else "")
            inner = f"{record} › {words}" if record else words
            yield from self._items(item.items, f"{path}[{index}]", inner)

    def _field(self, item: FormItem, spec: FieldSpec, path: str, record: str) -> Iterator[Step]:
        value, meta, key = self._asked[path], spec.meta, key_of(self._facts, path)
        label = item.label or meta.label
        if meta.kind is Kind.ATTACHMENTS:
            references = list(value) or [""]
            for place, reference in enumerate(references):
                more = f"（{place + 1}/{len(references)}）" if len(references) > 1 else ""
                name = parse_attachment(reference).name
                yield self._step(
                    f"{key}/{place}", "file", label + more, record, name, item, path=path, reference=reference
                )
            return
        if isinstance(value, str) and key in self._formatted:  # a web form shows no marks
            value = plain_words(value)
        text = clipboard_text(value) if isinstance(value, str) else "、".join(value)
        yield self._step(
            key,
            "text",
            label,
            record,
            text,
            item,
            path=path,
            personal=meta.personal,
            unit=meta.unit,
            choices=bool(meta.choices),
        )

    def _paper(self, item: FormItem) -> Iterator[Step]:
        from filingdesk.services import papers
        from filingdesk.services.catalogue import catalogue

        paper = catalogue(self._session).paper(item.paper)
        if not holds(paper.spec.condition, self._look):
            return
        paper = paper.placed(self._look)
        fmt = "pdf" if "pdf" in paper.spec.formats else paper.spec.formats[0]
        name = papers.file_name(paper, fmt)
        key = f"{PAPER}{item.paper}"
        mark = self._marks.get(key)
        digest = _paper_digest(self._session, item.paper, mark.patterns) if mark else ""
        yield self._step(key, "paper", f"《{paper.title}》", "", name, item, paper=item.paper, digest=digest)

    def _step(
        self,
        key: str,
        kind: StepKind,
        label: str,
        record: str,
        value: str,
        item: FormItem | None = None,
        *,
        digest: str = "",
        **more: Any,
    ) -> Step:
        return Step(
            key,
            kind,
            self._part,
            self._block,
            label,
            record,
            value,
            digest=digest or _digest(more.get("reference") or value),
            note=item.note if item else "",
            source=self._form.source,
            limit=item.limit if item else 0,
            pasted=self._marks.get(key),
            **more,
        )
