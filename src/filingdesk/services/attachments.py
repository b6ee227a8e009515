"""Files inside the project: storing them and reading them back by the reference `NAME#HASH16` that stands in a fact."""

from pathlib import Path

from filingdesk.domain.errors import UserError
from filingdesk.domain.meta import Kind
from filingdesk.domain.specs import FieldSpec, spec_of
from filingdesk.domain.values import Attachment, parse_attachment
from filingdesk.store.project import ProjectFile


def require_field(path: str) -> None:
    """`UserError("facts.type")` unless `path` is an attachment field."""
    spec = spec_of(path)
    if not isinstance(spec, FieldSpec) or spec.meta.kind is not Kind.ATTACHMENTS:
        raise UserError("facts.type", f"“{path}”不是附件字段。", "请选择一个附件字段。")


def store_bytes(file: ProjectFile, name: str, data: bytes) -> str:
    """Store bytes in the project; gives the reference to put into a fact. Empty ones are refused."""
    if not data:
        raise _empty(name)
    return _reference(name, file.put_blob(data))


def store_file(file: ProjectFile, source: Path) -> str:
    """`store_bytes` for a file on disk, which is never held in memory whole; may be called from any thread."""
    from filingdesk.infra.files import telling

    with telling(source, "读取"):
        size = source.stat().st_size
    if not size:
        raise _empty(source.name)
    return _reference(source.name, file.put_blob_file(source))


def read(file: ProjectFile, reference: str) -> bytes | None:
    """The bytes behind a reference, or None when the project does not hold them."""
    digest = parse_attachment(reference).digest
    return file.get_blob(digest) if digest and file.has_blob(digest) else None


def _reference(name: str, sha256: str) -> str:
    return Attachment(name.replace("#", "_"), sha256[:16]).reference


def _empty(name: str) -> UserError:
    return UserError("attachment.empty", f"文件“{name}”是空的，没有添加。", "请检查文件后重新选择。")
