"""Two states of a paper side by side: what changed between exports, and a Word file that shows it as tracked changes."""

import io
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from filingdesk.documents.blocks import Document
from filingdesk.documents.docx_redline import redline
from filingdesk.documents.lines import Line
from filingdesk.documents.render import write
from filingdesk.documents.returned import ReturnedFile, read_package, read_returned
from filingdesk.documents.returned_compare import Difference, difference
from filingdesk.documents.styles import NO_DATE
from filingdesk.domain.errors import UserError
from filingdesk.services import exports
from filingdesk.services.papers import Desk
from filingdesk.services.session import Session

NOW = "now"
UNKNOWN_AUTHOR = "填报人"
_ROWS = 1 << 20
"""More rows than a table has, to number rows through a whole paper."""


@dataclass(frozen=True)
class Side:
    """One state of a paper: a name for people, its Word file, and what is read from it."""

    name: str
    data: bytes
    file: ReturnedFile
    paper: str
    made: date

    def lines(self) -> tuple[Line, ...]:
        """The lines as those of a base to compare with."""
        return tuple(
            Line(
                came.anchors[0] if came.anchors else f"?{n}",
                came.pieces,
                came.place,
                bool(came.table),
                # Lines of a row belong together: a row that is gone is marked as a row.
                block=came.table * _ROWS + came.row if came.table else 0,
            )
            for n, came in enumerate(self.file.lines)
        )


@dataclass(frozen=True)
class PaperDiff:
    """What changed from one state to the other."""

    old: Side
    new: Side
    difference: Difference


def side(which: str, session: Session | None = None, paper: str = "", desk: Desk | None = None) -> Side:
    """A state by its name: the path of a Word file, the number of an export on record, or `now`.

    Raises `UserError` for what is not there, and for a Word file that holds tracked changes.
    """
    if which == NOW or which.isdigit():
        if session is None or not paper:
            raise UserError(
                "papers.diff_what",
                f"“{which}”要指明项目和文书。",
                "请加 --project 项目文件 --paper 文书编号，或改用 Word 文件。",
            )
        desk = desk or Desk(session)
        return _now(session, desk, paper) if which == NOW else _kept(session, desk, paper, int(which))
    path = Path(which)
    file = read_returned(path)
    if file.revisions:
        raise UserError(
            "papers.diff_revisions",
            f"“{path.name}”里有修订标记，不知道该按修订前还是修订后比较。",
            "请先在 Word 里全部接受或拒绝修订，再比较。",
        )
    named = file.origin.paper if file.origin else ""
    if paper and named and named != paper:
        raise UserError("papers.diff_other", f"“{path.name}”是另一份文书（{named}）。", "请选对文件。")
    made = date.fromisoformat(file.origin.made) if file.origin and file.origin.made else NO_DATE
    return Side(path.name, path.read_bytes(), file, named, made)


def _now(session: Session, desk: Desk, paper: str) -> Side:
    found = desk.paper(paper)
    return _side(session, desk, desk.document(found.id), found.sha256, "现在的内容", desk.snapshot.as_of)


def _kept(session: Session, desk: Desk, paper: str, number: int) -> Side:
    known = exports.all_exports(session, desk.paper(paper).id)
    hits = [each for each in known if each.number == number]
    if not hits:
        raise UserError(
            "exports.unknown",
            f"《{desk.paper(paper).title}》没有第 {number} 次导出的记录。",
            f"现有 {len(known)} 次，用 papers exports 查看。" if known else "还没有导出过 Word。",
        )
    content = exports.content(session, hits[0])
    made = date.fromisoformat(hits[0].as_of)
    return _side(session, desk, content.document, content.template, f"第 {number} 次导出", made, content)


def _side(
    session: Session,
    desk: Desk,
    document: Document,
    template: str,
    name: str,
    made: date,
    content: exports.ExportContent | None = None,
) -> Side:
    if content is not None:
        origin = exports.origin_kept(content, document, made)
    else:
        origin, _export = exports.origin_of(document, desk.facts, template, made)
    data = write(
        document,
        "docx",
        images=session.attachment,
        made=made,
        author=desk.facts.subject.name,
        allow_gaps=True,
        origin=origin,
        look=desk.look,
    )
    return Side(name, data, read_package(io.BytesIO(data), name), document.id, made)


def compare(old: Side, new: Side) -> PaperDiff:
    """What changed. `UserError` when the two are different papers or share nothing."""
    if old.paper and new.paper and old.paper != new.paper:
        raise UserError(
            "papers.diff_other",
            f"“{old.name}”和“{new.name}”不是同一份文书。",
            "请选同一份文书的两个版本。",
        )
    found = difference(old.lines(), new.file)
    if old.file.lines and len(found.removed) == len(old.file.lines):
        raise UserError(
            "papers.diff_other", f"“{old.name}”和“{new.name}”没有一段相同。", "请选同一份文书的两个版本。"
        )
    return PaperDiff(old, new, found)


def marked(old: Side, new: Side, *, author: str = "", when: date | None = None) -> bytes:
    """The newer Word file with tracked changes against the older one, for 补正. Dated on the day the newer state is of."""
    compare(old, new)
    return redline(new.data, old.lines(), author or UNKNOWN_AUTHOR, when or new.made)
