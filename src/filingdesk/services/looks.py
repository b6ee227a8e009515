"""The company's own look of a project: a reference .docx taken in, explained, put on every paper, taken back by undo."""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filingdesk.documents.look import Look
from filingdesk.documents.look_read import read_look
from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel
from filingdesk.domain.values import parse_attachment
from filingdesk.infra.files import telling
from filingdesk.infra.safeparse import MEGABYTE, ParseLimits, run_limited
from filingdesk.services.changes import LOOK, Changes
from filingdesk.services.session import Session

MAX_FILE = 40_000_000
_READ: dict[str, Look] = {}
"""SHA-256 → look: every preview makes a desk, and the bytes behind a hash do not change."""
_PICTURE_SCALE = 1.6
_LIMITS = ParseLimits(seconds=20.0, memory=700 * MEGABYTE)


@dataclass(frozen=True)
class KeptLook:
    """The reference file of a project: its name, where its bytes lie, its SHA-256."""

    reference: str
    sha256: str

    @property
    def file(self) -> str:
        """The name of the file that was brought."""
        return parse_attachment(self.reference).name


def kept(session: Session) -> KeptLook | None:
    """Which reference file the project has; None: papers look as they ship."""
    entry = session.marks(LOOK).get("")
    if not isinstance(entry, Mapping):
        return None
    return KeptLook(str(entry.get("reference", "")), str(entry.get("sha256", "")))


def of_project(session: Session) -> Look | None:
    """The look that papers of this project wear. `UserError` when its file is lost or was changed."""
    found = kept(session)
    if found is None:
        return None
    if found.sha256 in _READ:
        return _READ[found.sha256]
    data = session.attachment(found.reference)
    if data is None or hashlib.sha256(data).hexdigest() != found.sha256:
        raise UserError(
            "look.lost",
            f"本单位格式的文件“{found.file}”不在项目里，或已被改动。",
            "请重新选择这份文件，或恢复自带格式。",
        )
    _READ[found.sha256] = read_look(data, found.file)
    return _READ[found.sha256]


def look_at(path: Path, cancel: Cancel | None = None) -> tuple[bytes, Look]:
    """The bytes of a reference file and the look in it; read in a process of its own first, as it may be anybody's."""
    with telling(path, "读取"):
        if path.stat().st_size > MAX_FILE:
            raise UserError(
                "docx.too_big", f"「{path.name}」超过 40 MB。", "请删去正文里的大图再试，格式不需要它们。"
            )
        data = path.read_bytes()
    return data, read_safely(data, path.name, cancel)


def read_safely(data: bytes, name: str, cancel: Cancel | None = None) -> Look:
    """`read_look` after a process of its own came through with it."""
    try:
        for _answer in run_limited(
            try_out,
            name,
            base64.b64encode(data).decode("ascii"),
            path=Path(name),
            limits=_LIMITS,
            cancel=cancel,
        ):
            pass
    except UserError as error:
        if error.code in {"parse.too_slow", "parse.too_big", "parse.crashed"}:
            raise UserError(
                "look.too_big",
                f"读取「{name}」用的时间或内存超过了限额，已停止。",
                "请删去正文里的大图和长表格再试。",
            ) from error
        raise
    return read_look(data, name)


def try_out(send: Callable[[bytes], None], name: str, data: str) -> None:
    """The other process: read the look, and put it on a small paper."""
    look = read_look(base64.b64decode(data), name)
    send(json.dumps(len(look.taken)).encode())


def picture(data: bytes, name: str, cancel: Cancel | None = None) -> bytes:
    """The first page of the example as PNG: what the pdf takes of this look. Drawn in a process of its own."""
    answers = run_limited(
        draw, name, base64.b64encode(data).decode("ascii"), path=Path(name), limits=_LIMITS, cancel=cancel
    )
    return b"".join(answers)


def draw(send: Callable[[bytes], None], name: str, data: str) -> None:
    """The other process: PDFium must not share one with anything else."""
    import io

    import pypdfium2

    pdf = pypdfium2.PdfDocument(example_pdf(read_look(base64.b64decode(data), name)))
    out = io.BytesIO()
    pdf[0].render(scale=_PICTURE_SCALE).to_pil().save(out, "PNG")
    send(out.getvalue())


def put_on(session: Session, name: str, data: bytes, look: Look | None = None) -> Changes | None:
    """Let every paper wear this look; one undoable edit. `look`: what was read from these very bytes already."""
    require_something(look or read_safely(data, name))
    return wear(session, name, store(session, name, data))


def store(session: Session, name: str, data: bytes) -> dict[str, str]:
    """Keep the bytes of a reference file that was looked at; any thread may."""
    return {"reference": session.store_blob(name, data), "sha256": hashlib.sha256(data).hexdigest()}


def wear(session: Session, name: str, stored: dict[str, str]) -> Changes | None:
    """Make stored bytes the look of the project."""
    return session.set_marks(LOOK, {"": {**stored}}, f"采用本单位格式「{name}」")


def require_something(look: Look) -> None:
    """`UserError` when a file brings nothing that could be taken over."""
    if not look.texts and look.page is None and look.header is None and look.footer is None:
        raise UserError(
            "look.empty",
            f"「{look.name}」里没有可以采用的格式。",
            "请选一份本单位平时用的 Word 文件，带页眉、标题和正文。",
        )


def clear(session: Session) -> Changes | None:
    """Let papers look as they ship again; None when they do already."""
    if kept(session) is None:
        return None
    return session.set_marks(LOOK, {"": None}, "恢复自带格式")


def example(look: Look, *, draft: bool = False) -> bytes:
    """A short paper of invented words in this look, to be opened in Word before it is chosen."""
    from filingdesk.documents.render import write

    return write(sample_document(draft), "docx", look=look)


def example_pdf(look: Look, *, draft: bool = False) -> bytes:
    """The same as pdf."""
    from filingdesk.documents.render import write

    return write(sample_document(draft), "pdf", look=look)


def sample_document(draft: bool) -> Any:
    """What the example says: every kind of block once."""
    from filingdesk.documents.blocks import (
        Cell,
        Column,
        Document,
        Heading,
        ListBlock,
        ListItem,
        Paragraph,
        Run,
        SignaturePlace,
        Table,
        Title,
    )
    from filingdesk.documents.numbering import number_blocks

    def runs(text: str) -> tuple[Run, ...]:
        return (Run(text),)

    def row(*texts: str, kind: Any = "body") -> tuple[Cell, ...]:
        return tuple(Cell((runs(text),), kind=kind) for text in texts)

    words = "这里是正文示例，用来看字体、字号、行距和首行缩进。内容与备案无关，所有名称均为虚构。"
    blocks = (
        Title(runs("格式示例")),
        Heading(1, runs("一级标题示例")),
        Paragraph(runs(words * 2)),
        Heading(2, runs("二级标题示例")),
        Paragraph(runs(words)),
        Heading(3, runs("三级标题示例")),
        ListBlock((ListItem((runs("第一项"),), ordered=True), ListItem((runs("第二项"),), ordered=True))),
        Table(
            (Column(20), Column(50), Column(30)),
            (row("序号", "名称", "勾选", kind="head"),),
            (row("1", "示例产品", "☑是　☐否"), row("2", "示例模型", "☐是　☑否")),
            caption=runs("表格示例"),
        ),
        SignaturePlace(runs("单位（盖章）"), seal=True, date=True),
    )
    return Document(
        id="look-example", title="格式示例", blocks=number_blocks(blocks), draft=draft, style="report"
    )


def for_manifest(look: Look | None) -> list[dict[str, Any]]:
    """Which look the papers of a bundle wear, beside their templates; nothing for the shipped one."""
    return [{"paper": LOOK, "sha256": look.sha256, "origin": "own"}] if look else []
