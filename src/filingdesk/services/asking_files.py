"""Open questions as a list for colleagues (Excel, Word), and their answers read back, compared field by field, and taken."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from filingdesk.documents.paper import Paper, load_paper
from filingdesk.documents.render import render, write
from filingdesk.documents.sheets import Sheet, write_xlsx
from filingdesk.domain.errors import UserError
from filingdesk.domain.flat import Value
from filingdesk.domain.meta import Kind
from filingdesk.domain.specs import FieldSpec, label_of, spec_of
from filingdesk.domain.values import date_cn, problem_of
from filingdesk.infra.files import atomic_write
from filingdesk.infra.resources import resource_path
from filingdesk.services import asking
from filingdesk.services.asking import Note
from filingdesk.services.changes import Changes
from filingdesk.services.session import Session
from filingdesk.services.table_paste import value_of_cell

COLUMNS = ("编号", "位置", "问题", "现在的内容", "填写说明", "问谁", "提问人", "回答", "回答人")
_WIDTHS = (10.0, 34.0, 44.0, 44.0, 40.0, 12.0, 12.0, 50.0, 12.0)
ID, OLD, ANSWER, BY = "编号", "现在的内容", "回答", "回答人"
FORMATS = (".xlsx", ".docx")

Status = Literal["clean", "filled", "conflict", "same", "text", "answered", "unknown", "blank"]
STATUS_WORDS: dict[Status, str] = {
    "clean": "可以放入：现在是空的",
    "filled": "已有内容，与导出时相同",
    "conflict": "有冲突：导出之后内容改过",
    "same": "与现在的内容相同",
    "text": "只能记下：放不进这个字段",
    "answered": "已经答过，回答不同",
    "unknown": "没有这个编号",
    "blank": "没有回答",
}


def rows(session: Session, questions: Sequence[Note]) -> list[tuple[str, ...]]:
    """One row per question under `COLUMNS`; the last two are for the colleague to fill."""
    found: list[tuple[str, ...]] = []
    for note in questions:
        spec = spec_of(note.key)
        meta = spec.meta if isinstance(spec, FieldSpec) else None
        hints = [meta.help, f"可选：{'、'.join(meta.choices)}" if meta.choices else ""] if meta else []
        unit = f"单位：{meta.unit}" if meta and meta.unit else ""
        now = asking.shown(note.key, asking.current(session, note))
        hint = "".join(hint if hint.endswith("。") else f"{hint}。" for hint in [*hints, unit] if hint)
        place = asking.place_of(session, note)
        found.append((note.id, place, note.text, now, hint, note.to, note.who, "", ""))
    return found


def workbook(session: Session, questions: Sequence[Note]) -> bytes:
    """The list as xlsx."""
    sheet = Sheet("待答问题", COLUMNS, _WIDTHS, rows(session, questions))
    return write_xlsx([sheet], title="待答问题")


@cache
def _template() -> Paper:
    return load_paper(resource_path("templates", "_reports", "questions"))


def word(session: Session, questions: Sequence[Note]) -> bytes:
    """The list as docx, a table to be filled in."""
    keys = ("id", "place", "text", "now", "hint", "to", "who")
    data: dict[str, Any] = {
        "subject": session.facts.subject.name.strip() or "（主体名称未填）",
        "as_of_cn": date_cn(session.today.isoformat()),
        "rows": [dict(zip(keys, row, strict=False)) for row in rows(session, questions)],
    }
    document = render(_template(), session.facts, label_of, data, draft=False)
    return write(document, "docx", made=session.today, author=session.facts.subject.name)


def export(session: Session, path: Path, questions: Sequence[Note] | None = None) -> int:
    """Write the open questions (or these) where the name's end says how; gives how many. `UserError` when there are none."""
    asked = asking.open_questions(session) if questions is None else questions
    if path.suffix.lower() not in FORMATS:
        raise UserError("ask.format", f"“{path.name}”的格式写不了。", "文件名请以 .xlsx 或 .docx 结尾。")
    if not asked:
        raise UserError("ask.none", "没有待答的问题。", "先在字段上右键选“问同事”。")
    make = workbook if path.suffix.lower() == ".xlsx" else word
    atomic_write(path, make(session, asked))
    return len(asked)


@dataclass(frozen=True)
class Answer:
    """One answer that came back: the row of the file, and how it stands to the field. `old` is what the field held when the
    list was exported, `now` what it holds; both as other people may see them. `problem` says why the answer does not fit."""

    row: int
    id: str
    note: Note | None
    place: str
    old: str
    text: str
    by: str
    now: str
    status: Status
    value: Value = ""
    problem: str = ""

    @property
    def usable(self) -> bool:
        """Can the answer be put into its field?"""
        return self.status in ("clean", "filled", "conflict")

    @property
    def proposed(self) -> bool:
        """Is it safe to put in without a look: the field is empty and the answer fits it?"""
        return self.status == "clean" and not self.problem


def read_answers(session: Session, path: Path) -> list[Answer]:
    """The answers in a list that came back, compared with the project; nothing is stored."""
    known = {note.id.casefold(): note for note in asking.notes(session)}
    found: list[Answer] = []
    for number, row in _rows(path):
        if row.get(ID, "").strip():
            found.append(_compare(session, known.get(row[ID].strip().casefold()), number, row))
            twice = next((a for a in found[:-1] if a.id == found[-1].id), None)
            if twice is not None:
                raise UserError(
                    "ask.twice",
                    f"“{path.name}”里 {twice.id} 出现了两次（第 {twice.row} 行和第 {number} 行）。",
                    "请只留一行再导入。",
                )
    if not found:
        raise UserError(
            "ask.no_answers", f"“{path.name}”里没有认出问题。", "要有“编号”和“回答”两列，编号不要改。"
        )
    return found


def apply(session: Session, answers: Sequence[Answer], take: Iterable[str]) -> Changes | None:
    """Note the answers, and put those whose ids are in `take` into their fields, as one edit that one undo takes back."""
    wanted = {identity.casefold() for identity in take}
    values: dict[str, Value | None] = {}
    noted = []
    for given in answers:
        if given.note is None or not given.text:
            continue
        if given.status == "answered" and given.id.casefold() not in wanted:
            continue  # an earlier answer stays unless the new one is chosen
        noted.append(asking.answered(session, given.note, given.text, by=given.by))
        if given.id.casefold() in wanted and given.status not in ("answered", "same"):
            if not given.usable:
                raise UserError(
                    "ask.not_usable", f"{given.id} 的回答不能放入字段：{STATUS_WORDS[given.status]}。"
                )
            values[given.note.key] = given.value
    if not noted:
        return None
    label = f"导入回答：{len(noted)} 条" + (f"，放入 {len(values)} 项" if values else "")
    return session.edit(values, label, asking.marks_with(session, noted))


def _compare(session: Session, note: Note | None, number: int, row: Mapping[str, str]) -> Answer:
    text, old = row.get(ANSWER, "").strip(), row.get(OLD, "").strip()
    identity, by = row[ID].strip(), row.get(BY, "").strip()
    if note is None:
        return Answer(number, identity, None, "", old, text, by, "", "unknown")
    current = asking.current(session, note)
    now = asking.shown(note.key, current)
    place = asking.place_of(session, note)
    base = (number, note.id, note, place, old, text, by, now)
    spec = spec_of(note.key)
    if not text:
        return Answer(*base, "blank")
    if note.state == "answered" and note.answer != text:
        return Answer(*base, "answered")
    gone = not asking.path_of_note(session, note)
    if gone or not isinstance(spec, FieldSpec) or spec.meta.kind is Kind.ATTACHMENTS:
        return Answer(*base, "text")
    value = value_of_cell(spec, text)
    problem = problem_of(spec.meta, value)
    if value == current:
        return Answer(*base, "same", value)
    status: Status = "clean" if not current and not old else "filled" if _same(old, now) else "conflict"
    return Answer(*base, status, value, problem)


def _same(one: str, other: str) -> bool:
    return " ".join(one.split()) == " ".join(other.split())


def _rows(path: Path) -> Iterable[tuple[int, dict[str, str]]]:
    """The rows below a head that names 编号 and 回答, with their number in the file."""
    if path.suffix.lower() == ".docx":
        from filingdesk.infra.docx_tables import read_docx_tables

        tables: Sequence[Sequence[tuple[str, ...]]] = read_docx_tables(path, keep_breaks=True).tables
    else:
        from filingdesk.infra.tabular import read_table

        tables = [read_table(path).rows]
    for table in tables:
        head: list[str] | None = None
        for number, cells in enumerate(table, 1):
            plain = ["".join(cell.split()) for cell in cells]
            if ID in plain and ANSWER in plain:
                head = plain
            elif head is not None:
                yield number, {name: cell for name, cell in zip(head, cells, strict=False) if name}
