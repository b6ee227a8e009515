"""A paper that came back from the lawyer: three-way comparison of the export, the returned file and the project as it is now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, cast

from filingdesk.documents.lines import Line, lines_of
from filingdesk.documents.origin import short_hash
from filingdesk.documents.returned import ReadOrigin, ReturnedFile, read_returned
from filingdesk.documents.returned_body import Comment, Revision
from filingdesk.documents.returned_compare import Difference, FactEdit, difference
from filingdesk.domain.errors import UserError
from filingdesk.domain.flat import Flat, Value, flatten, path_of
from filingdesk.domain.jobs import Cancel, Progress, Report, silent
from filingdesk.domain.specs import FieldSpec, label_of, spec_of, trail_of
from filingdesk.services import exports, overrides, roundtrip_words
from filingdesk.services.changes import Changes
from filingdesk.services.exports import keys_in, words_of
from filingdesk.services.papers import Desk
from filingdesk.services.returned_values import read_back
from filingdesk.services.roundtrip_words import StructureChange, WordsChange
from filingdesk.services.session import Session
from filingdesk.store.model import Change, Json

State = Literal["new", "same", "conflict", "refused"]
"""new: can be taken over; same: the project says so already; conflict: both sides changed it; refused: told only."""
STATE_WORDS: Mapping[str, str] = {
    "new": "可采用",
    "same": "已一致",
    "conflict": "两边都改了",
    "refused": "只作提示",
}


@dataclass(frozen=True)
class FactChange:
    """A field that reads differently. `old` as exported, `new` as returned (what will be typed in; None when that cannot be
    told), `now` as the project has it. `shown_old` and `shown_new` are the words in the paper; `elsewhere` places still show
    the old ones."""

    key: str
    path: str
    label: str
    old: Value
    new: Value | None
    now: Value
    shown_old: str
    shown_new: str
    state: State
    note: str
    places: tuple[str, ...]
    elsewhere: int

    @property
    def id(self) -> str:
        return self.path


@dataclass(frozen=True)
class Returned:
    """The comparison. `base` says with what it was compared: the export on record (its number), the hashes in the file, or
    nothing but the project as it is."""

    path: Path
    paper: str
    title: str
    base: Literal["record", "hashes", "now"]
    export: int
    revision: int
    facts: tuple[FactChange, ...]
    words: tuple[WordsChange, ...]
    structure: tuple[StructureChange, ...]
    revisions: tuple[Revision, ...]
    comments: tuple[Comment, ...]
    notices: tuple[str, ...]
    same: int

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def every(self) -> "tuple[FactChange | WordsChange | StructureChange, ...]":
        """All changes, in the order in which they are shown."""
        return (*self.facts, *self.words, *self.structure)

    @property
    def takeable(self) -> tuple[str, ...]:
        """Ids of everything that `accept_all` takes: clear changes of fields and words, added paragraphs. What would empty a
        field or leave a paragraph out is taken only by name."""
        return tuple(each.id for each in self.every if each.state == "new" and not _takes_away(each))

    @property
    def nothing(self) -> bool:
        return not (self.facts or self.words or self.structure)


def _takes_away(each: "FactChange | WordsChange | StructureChange") -> bool:
    if isinstance(each, FactChange):
        return not each.new
    return isinstance(each, StructureChange) and each.kind == "removed"


def read(
    session: Session,
    path: Path,
    *,
    paper: str = "",
    anyway: bool = False,
    desk: Desk | None = None,
    cancel: Cancel | None = None,
    report: Report = silent,
) -> Returned:
    """Compare a returned file. Changes nothing.

    `paper` names the paper when the file does not; `anyway` goes on though it seems to come from another project. Raises
    `UserError` `returned.*`.
    """
    cancel = cancel or Cancel()
    report(Progress(0, 3, "正在读取退回稿"))
    file = read_returned(path)
    cancel.check()
    report(Progress(1, 3, "正在生成现在的文书"))
    desk = desk or Desk(session)
    paper_id = _paper(desk, file, paper)
    flat = flatten(desk.facts)
    draft = file.origin.draft if file.origin else True
    plain = desk.plain_document(paper_id, draft=draft)
    now = lines_of(overrides.apply(plain, desk.overrides(paper_id), desk.facts).document, keys_in(desk.facts))
    cancel.check()
    report(Progress(2, 3, "正在比较"))
    kept = _kept(session, file.origin)
    notices = [*file.notices]
    values: Flat | None
    if kept is not None:
        content = exports.content(session, kept)
        base = lines_of(content.document, lambda p: content.keys.get(p, p))
        values, basis = dict(content.values), "record"
        later = len(exports.all_exports(session, paper_id)) - kept.number
        if later:
            notices.append(
                f"这是第 {kept.number} 次导出的稿子，之后又导出过 {later} 次；按当时导出的内容比较。"
            )
        if content.template != desk.paper(paper_id).sha256:
            notices.append("导出之后，这份文书的模板改过。")
    elif file.origin is not None and file.origin.lines:
        _same_project(file.origin, flat, file.name, anyway)
        base, values, basis = _rebuilt(file, now), None, "hashes"
        notices.append(
            "项目里没有这次导出的记录，原稿的文字按文件里的指纹推断；推断不出的，按现在的文书比较。"
        )
    else:
        base, values, basis = tuple(now), dict(flat), "now"
        notices.append("文件里的导出信息不在了，只能与现在的文书比较。")
    found = difference(base, file)
    if not found.found:
        raise UserError(
            "returned.empty",
            f"“{file.name}”里没有一段还是《{plain.title}》原来的内容，没有采用任何东西。",
            "请确认选对了文件；内容如果真的全部删掉了，请在项目里处理。",
        )
    facts = _facts(found, desk, flat, values, file.origin)
    words, structure = roundtrip_words.changes(found, now, lines_of(plain, keys_in(desk.facts)))
    report(Progress(3, 3, "比较完成"))
    return Returned(
        path,
        paper_id,
        plain.title,
        cast(Literal["record", "hashes", "now"], basis),
        kept.number if kept else 0,
        desk.snapshot.revision,
        facts,
        words,
        structure,
        file.revisions,
        file.comments,
        tuple(notices),
        found.same,
    )


def _paper(desk: Desk, file: ReturnedFile, paper: str) -> str:
    named = file.origin.paper if file.origin else ""
    if paper and named and paper != named:
        raise UserError(
            "returned.other_paper",
            f"“{file.name}”是《{_title(desk, named)}》，不是《{_title(desk, paper)}》。",
            "请选对文件，或不要指定文书。",
        )
    if not (paper or named):
        raise UserError(
            "returned.not_ours",
            f"“{file.name}”里没有本程序导出时留下的标记，不知道是哪份文书。",
            "请用 --paper 指明文书编号；标记全部丢失时，只能按文字逐段比较。",
        )
    return desk.paper(paper or named).id


def _title(desk: Desk, paper: str) -> str:
    try:
        return desk.paper(paper).title
    except UserError:
        return paper


def _kept(session: Session, origin: ReadOrigin | None) -> exports.KeptExport | None:
    if origin is None or not origin.export:
        return None
    hits = [e for e in exports.all_exports(session, origin.paper) if e.digest == origin.export]
    return hits[-1] if hits else None


def _same_project(origin: ReadOrigin, flat: Flat, name: str, anyway: bool) -> None:
    """Refuse a file that another project made: none of its records is here, or its subject is another one."""
    marks = {part.split("]")[0] for key, _hash in origin.facts for part in key.split("[#")[1:]}
    here = {part.split("]")[0] for key in flat for part in key.split("[#")[1:]}
    subject = dict(origin.facts).get("subject.name", "")
    other = bool(marks) and not (marks & here)
    renamed = bool(subject) and subject != short_hash(words_of(flat.get("subject.name", "")))
    if (other or renamed) and not anyway:
        raise UserError(
            "returned.other_project",
            f"“{name}”像是另一个项目导出的：{'里面的记录这里一条也没有' if other else '主体名称与本项目不同'}。",
            "请打开导出它的项目；确实要在这里比较，请加 --anyway。",
        )


def _rebuilt(file: ReturnedFile, now: Sequence[Line]) -> tuple[Line, ...]:
    """The exported lines as far as their hashes tell: the project's or the returned ones, whichever fits."""
    if file.origin is None:
        return tuple(now)
    ours = {line.anchor: line for line in now}
    theirs = {anchor: line for line in file.lines for anchor in line.anchors}
    base = []
    for anchor, digest in file.origin.lines:
        mine, came = ours.get(anchor), theirs.get(anchor)
        shown = "".join(piece.text for piece in came.pieces) if came else ""
        if mine is not None and short_hash(mine.shown) == digest:
            base.append(mine)
        elif came is not None and short_hash(shown) == digest:
            loose = mine.loose if mine else False
            block = mine.block if mine else 0
            base.append(Line(anchor, came.pieces, came.place, bool(came.table), loose, block))
        elif mine is not None:
            base.append(mine)
    return tuple(base)


def _facts(
    found: Difference, desk: Desk, flat: Flat, values: Flat | None, origin: ReadOrigin | None
) -> tuple[FactChange, ...]:
    by_key: dict[str, list[FactEdit]] = {}
    for edit in found.facts:
        by_key.setdefault(edit.key, []).append(edit)
    hashes = dict(origin.facts) if origin else {}
    out = []
    for key, edits in by_key.items():
        each = _fact(key, edits, desk, flat, values, hashes, found.unchanged_facts.get(key, 0))
        untouched = each.new is not None and short_hash(words_of(each.new)) == hashes.get(key)
        # Without the record a line is compared with today's: what is as it was exported, the project changed, not the lawyer.
        if values is not None or not untouched:
            out.append(each)
    return tuple(out)


def _fact(
    key: str,
    edits: Sequence[FactEdit],
    desk: Desk,
    flat: Flat,
    values: Flat | None,
    hashes: Mapping[str, str],
    elsewhere: int,
) -> FactChange:
    spec = None if key.startswith("@") else spec_of(key)
    places = tuple(dict.fromkeys(e.place for e in edits if e.place))
    shown_old, shown_new = edits[0].old, "／".join(dict.fromkeys(e.new.strip() for e in edits))
    if not isinstance(spec, FieldSpec):
        note = "这一处由程序汇总而成，请在对应页面里修改"
        label = edits[0].label or key
        return FactChange(
            key, key, label, "", None, "", shown_old, shown_new, "refused", note, places, elsewhere
        )
    blank: Value = [] if spec.is_list else ""
    now = flat.get(key, blank)
    old = values.get(key, blank) if values is not None else now
    # Without the record and without a hash (facts about people leave none) nobody knows: it is shown as a conflict.
    moved = now != old if values is not None else short_hash(words_of(now)) != hashes.get(key, "")
    try:
        path = path_of(desk.facts, key)
    except KeyError:
        note = "这条记录已经从项目里删掉了"
        return FactChange(
            key,
            key,
            label_of(key),
            old,
            None,
            blank,
            shown_old,
            shown_new,
            "refused",
            note,
            places,
            elsewhere,
        )
    new, why = read_back(spec, old, edits)
    state: State = "new"
    if new is None:
        state = "refused"
    elif new == now:
        state, why = "same", "项目里已经是这样"
    elif moved:
        unsure = values is None and not hashes.get(key)
        why = "没有导出记录，不知道项目里有没有改过，请核对" if unsure else "导出之后项目里也改过"
        state = "conflict"
    elif not new:
        why = "采用后这个字段会清空"
    elif elsewhere:
        why = f"文书里另有 {elsewhere} 处仍是原来的写法，采用后会一起变"
    return FactChange(
        key, path, trail_of(path), old, new, now, shown_old, shown_new, state, why, places, elsewhere
    )


def accept(session: Session, returned: Returned, ids: Sequence[str]) -> Changes:
    """Take over the changes named by `ids`, as one edit that one undo takes back; conflicts are decided for the returned file.

    Raises `UserError` for an id that is unknown or told only, and when the project was edited since the comparison.
    """
    chosen = [_chosen(returned, wanted) for wanted in dict.fromkeys(ids)]
    if not chosen:
        raise UserError("returned.nothing", "没有选中任何改动。", "请写明要采用哪些，或用 --accept-all。")
    entries = session.file.entries()
    flat = flatten(session.facts)
    changes: dict[str, Change] = {}
    for each in chosen:
        if isinstance(each, FactChange):
            if flat.get(each.key, [] if isinstance(each.now, list) else "") != each.now:
                raise _edited_since(returned)
            changes[each.key] = Change(each.key, entries.get(each.key), cast(Json, each.new or None))
    source = f"退回稿 {returned.name}"
    at = session.clock().isoformat(timespec="seconds")
    words = [each for each in chosen if not isinstance(each, FactChange)]
    edited = {each.key: each.shown_new for each in chosen if isinstance(each, FactChange)}
    current = overrides.kept(session).get(returned.paper, {})
    for anchor, override in roundtrip_words.merged(current, words, edited).items():
        key = overrides.key_for(returned.paper, anchor)
        signed = replace(override, source=returned.name, who=session.who, at=at) if override else None
        changes[key] = overrides.put(returned.paper, signed, anchor, entries.get(key))
    real = [c for c in changes.values() if c.old != c.new]
    if not real:
        raise UserError("returned.nothing", "选中的改动项目里都已经有了。", "不需要再采用。")
    first = chosen[0]
    what = f"修改「{label_of(first.key)}」" if len(chosen) == 1 and isinstance(first, FactChange) else ""
    return session.apply_meta(real, f"{source}：{what or f'采用 {len(chosen)} 处'}")


def _chosen(returned: Returned, wanted: str) -> FactChange | WordsChange | StructureChange:
    hits = [each for each in returned.every if each.id == wanted]
    if not hits:
        raise UserError(
            "returned.unknown",
            f"“{returned.name}”里没有编号为“{wanted}”的改动。",
            "不带 --accept 运行一次，会列出全部改动的编号。",
        )
    if hits[0].state == "refused":
        raise UserError("returned.refused", f"“{wanted}”不能自动采用：{hits[0].note}。", "请在项目里处理。")
    return hits[0]


def _edited_since(returned: Returned) -> UserError:
    return UserError(
        "returned.edited_since",
        f"比较“{returned.name}”之后，项目又改过。",
        "请重新比较一次，再决定采用哪些。",
    )
