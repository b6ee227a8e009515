"""Edits of many keywords at once: planned and shown first, then saved as one transaction that one undo takes back.

Every `plan_…` only reads, so a job may call it; `save_plan` may run in a job too, and its result goes to
`Session.library_changed` in the thread that edits. `apply_plan` does both at once.
"""

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel, Progress, Report, silent
from filingdesk.domain.records import KeywordRecord
from filingdesk.scan.library import check_word
from filingdesk.services import checking
from filingdesk.services.changes import Changes
from filingdesk.services.keywords import identity
from filingdesk.services.session import Session
from filingdesk.store.keyword_file import ChangeRow, KeywordSelection
from filingdesk.store.model import Transaction

__all__ = [
    "EditLine",
    "EditPlan",
    "KeywordSelection",
    "apply_plan",
    "plan_add",
    "plan_delete",
    "plan_replace",
    "plan_set_category",
    "plan_set_risk",
    "plan_word",
    "save_plan",
]

PREVIEW = 200
"""How many single changes a plan names; the counts are always complete."""

_STEP = 20_000


@dataclass(frozen=True)
class EditLine:
    """One row as it is and as it would become, in words for people; `after` "" = the row goes; `note` says why."""

    word: str
    before: str
    after: str
    note: str = ""


@dataclass(frozen=True)
class EditPlan:
    """An edit worked out and not yet saved.

    `changed`, `removed`, `added`, `skipped` count rows; `merged` are those of `removed` that go because the same word
    stands in the same risk already. `ids` are the rows that change or go. `lines` show the first of what happens, `left` the first of what was skipped.
    `base` is the version it was planned on: when the library has moved on, saving is refused.
    """

    label: str
    base: int
    ids: Sequence[int] = ()
    change: ChangeRow = lambda row: row
    add: tuple[KeywordRecord, ...] = ()
    changed: int = 0
    removed: int = 0
    merged: int = 0
    skipped: int = 0
    lines: tuple[EditLine, ...] = ()
    left: tuple[EditLine, ...] = ()

    @property
    def added(self) -> int:
        return len(self.add)

    @property
    def empty(self) -> bool:
        """Whether nothing would happen."""
        return not (self.changed or self.removed or self.add)

    def summary(self) -> str:
        """One sentence for people."""
        merged = f"（其中 {self.merged:,} 个因同一风险下已有同一个词）" if self.merged else ""
        parts = [
            f"修改 {self.changed:,} 个" if self.changed else "",
            f"新增 {self.added:,} 个" if self.add else "",
            f"删除 {self.removed:,} 个{merged}" if self.removed else "",
            f"跳过 {self.skipped:,} 个" if self.skipped else "",
        ]
        return "，".join(part for part in parts if part) + "。" if any(parts) else "没有要改的。"


def save_plan(
    session: Session, plan: EditPlan, cancel: Cancel | None = None, report: Report = silent
) -> Transaction | None:
    """Save a plan; None when it is empty. Raises `UserError` (`library.moved`) and `Cancelled`: then nothing has changed."""
    if plan.empty:
        return None
    return session.file.edit_keywords(
        plan.ids,
        plan.change,
        add=plan.add,
        base=plan.base,
        label=plan.label,
        who=session.who,
        at=session.clock(),
        cancel=cancel,
        report=report,
    )


def apply_plan(
    session: Session, plan: EditPlan, cancel: Cancel | None = None, report: Report = silent
) -> Changes | None:
    """`save_plan` and tell the views; from the thread that edits."""
    done = save_plan(session, plan, cancel, report)
    return None if done is None else session.library_changed(done)


def plan_set_risk(
    session: Session,
    selection: KeywordSelection,
    risk: str,
    cancel: Cancel | None = None,
    report: Report = silent,
) -> EditPlan:
    """Sort the chosen words into a risk ("" = into none). `UserError` when there is no such risk."""
    check_risk(risk)
    return plan_rows(
        session,
        selection,
        lambda row: replace(row, risk=risk),
        f"把{{n}} 个关键词归到 {risk}" if risk else "取消{n} 个关键词的风险",
        cancel,
        report,
    )


def plan_set_category(
    session: Session,
    selection: KeywordSelection,
    category1: str | None = None,
    category2: str | None = None,
    cancel: Cancel | None = None,
    report: Report = silent,
) -> EditPlan:
    """Write the own categories of the chosen words; None leaves one as it is."""
    texts = {
        name: text.strip()
        for name, text in (("category1", category1), ("category2", category2))
        if text is not None
    }
    return plan_rows(
        session,
        selection,
        lambda row: replace(row, **texts),  # type: ignore[arg-type]
        "修改{n} 个关键词的分类",
        cancel,
        report,
    )


def plan_delete(
    session: Session, selection: KeywordSelection, cancel: Cancel | None = None, report: Report = silent
) -> EditPlan:
    """Take the chosen words out."""
    return plan_rows(session, selection, lambda _row: None, "删除{n} 个关键词", cancel, report)


def plan_replace(
    session: Session,
    selection: KeywordSelection,
    old: str,
    new: str,
    cancel: Cancel | None = None,
    report: Report = silent,
) -> EditPlan:
    """Write `new` for `old` inside the chosen words; words that would be no keyword any more are skipped and named."""
    if not old:
        raise UserError("library.replace", "没有写要替换什么。", "请写明原来的文字。")
    return plan_rows(
        session,
        selection,
        lambda row: replace(row, word=row.word.replace(old, new)),
        f"替换{{n}} 个关键词里的「{old}」",
        cancel,
        report,
    )


def plan_word(session: Session, row_id: int, word: str) -> EditPlan:
    """Write another word in one row. `UserError` when it is no keyword."""
    cleaned, problem = check_word(word)
    if problem:
        raise UserError("library.word", f"「{word[:40]}」不能作关键词：{problem}。", "请改正后再保存。")
    chosen = KeywordSelection(ids=(row_id,))
    return plan_rows(session, chosen, lambda row: replace(row, word=cleaned), f"改写关键词「{cleaned}」")


def plan_add(session: Session, words: Iterable[tuple[str, str]], source: str = "手工添加") -> EditPlan:
    """Add single words, each with its risk or "". Words that stand there already or are no keywords are skipped and named."""
    base = session.file.keyword_version()
    records: dict[tuple[str, ...], KeywordRecord] = {}
    left: list[EditLine] = []
    for text, risk in words:
        check_risk(risk)
        word, problem = check_word(text)
        record = KeywordRecord(word, risk, source=source, added_on=session.today)
        if problem or identity(record) in records:
            left.append(EditLine(text[:40], "", "", problem or "写了两次"))
        else:
            records[identity(record)] = record
    for row in session.file.iter_keywords() if records else ():
        if records.pop(identity(row), None) is not None:
            left.append(EditLine(row.word, "", "", "词库里已有"))
    label = (
        f"添加关键词「{next(iter(records.values())).word}」"
        if len(records) == 1
        else f"添加关键词 {len(records)} 个"
    )
    return EditPlan(
        label,
        base,
        add=tuple(records.values()),
        skipped=len(left),
        lines=tuple(EditLine(r.word, "", sorting(r), "新增") for r in list(records.values())[:PREVIEW]),
        left=tuple(left[:PREVIEW]),
    )


def plan_rows(
    session: Session,
    selection: KeywordSelection | None,
    change: ChangeRow,
    label: str,
    cancel: Cancel | None = None,
    report: Report = silent,
    *,
    add: Sequence[KeywordRecord] = (),
    note: Callable[[KeywordRecord], str] | None = None,
) -> EditPlan:
    """Work out what `change` does to the chosen rows (None = to none); `{n}` in `label` becomes how many.

    A row whose new word is no keyword is skipped. A row that becomes another row's double (same word, same risk) goes.
    """
    cancel = cancel or Cancel()
    base = session.file.keyword_version()
    repeated = session.file.repeated_keywords() if selection else frozenset()
    ids = array("q")
    doubtful: set[str] = set()  # words that could come to stand twice
    gone = skipped = 0
    lines: list[EditLine] = []
    left: list[EditLine] = []
    total = session.file.keyword_stats().total
    for number, row in enumerate(session.file.select_keywords(selection) if selection else ()):
        if not number % _STEP:
            cancel.check()
            report(Progress(number, max(number, total), "正在核对选中的词"))
        new = change(row)
        if new == row:
            continue
        if new is None:
            gone += 1
        else:
            problem = check_word(new.word)[1] if new.word != row.word else ""
            if problem:
                skipped += 1
                if len(left) < PREVIEW:
                    left.append(EditLine(row.word, sorting(row), "", f"改后不能作关键词：{problem}"))
                continue
            if new.word != row.word or new.word in repeated:
                doubtful.add(new.word)
        ids.append(row.id)
        if len(lines) < PREVIEW:
            after = "" if new is None else _after(row, new)
            lines.append(EditLine(row.word, sorting(row), after, note(row) if note else ""))
    merged = _doubles(session, ids, change, doubtful, cancel) if doubtful else frozenset()

    def settled(row: KeywordRecord) -> KeywordRecord | None:
        return None if row.id in merged else change(row)

    return EditPlan(
        label.replace("{n}", f" {len(ids):,}"),
        base,
        ids,
        settled,
        tuple(add),
        len(ids) - gone - len(merged),
        gone + len(merged),
        len(merged),
        skipped,
        tuple(lines),
        tuple(left),
    )


def _doubles(
    session: Session, ids: Sequence[int], change: ChangeRow, words: set[str], cancel: Cancel
) -> frozenset[int]:
    """Ids of changed rows that would say the same as a row that stays, or as an earlier changed one."""
    changing = frozenset(ids)
    taken: set[tuple[str, ...]] = set()
    changed: list[tuple[int, tuple[str, ...]]] = []
    for number, row in enumerate(session.file.iter_keywords()):
        if not number % _STEP:
            cancel.check()
        if row.id not in changing:
            if row.word in words:
                taken.add(identity(row))
        elif (new := change(row)) is not None and new.word in words:
            changed.append((row.id, identity(new)))
    merged = set()
    for row_id, one in changed:
        if one in taken:
            merged.add(row_id)
        taken.add(one)
    return frozenset(merged)


def sorting(row: KeywordRecord) -> str:
    """How a word is sorted, in one text: the risk, or the list's own category."""
    return row.risk or "/".join(part for part in (row.category1, row.category2) if part) or "没有归类"


def _after(row: KeywordRecord, new: KeywordRecord) -> str:
    if row.word != new.word:
        return new.word
    if row.risk != new.risk:
        return sorting(new)
    return "/".join(part for part in (new.category1, new.category2) if part) or "（无分类）"


def check_risk(risk: str) -> None:
    """Refuse a risk that annex A does not have; "" is fine."""
    known = {r.id for r in checking.standard_pack().risks}
    if risk and risk not in known:
        raise UserError(
            "library.risk",
            f"没有编号为「{risk}」的风险。",
            "请写附录 A 的编号，如 A.1.a；用 filingdesk keywords audit 可以看到全部编号。",
        )
