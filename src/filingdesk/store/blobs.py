"""Attachments inside the project file, stored once under the SHA-256 of their bytes."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Connection, insert, select

from filingdesk.domain.errors import UserError
from filingdesk.store.model import BlobInfo
from filingdesk.store.schema import blob, blob_part

PART = 1 << 20
"""Bytes per stored part: the most that SQLite holds in memory of one attachment at a time."""


def digest_of(stream: BinaryIO) -> tuple[str, int]:
    """SHA-256 (hex) and size of what the stream still holds."""
    sha, size = hashlib.sha256(), 0
    while block := stream.read(PART):
        sha.update(block)
        size += len(block)
    return sha.hexdigest(), size


def exists(connection: Connection, sha256: str) -> bool:
    return connection.execute(select(blob.c.size).where(blob.c.sha256 == sha256)).first() is not None


def put(connection: Connection, sha256: str, size: int, stream: BinaryIO) -> None:
    """Store the stream's bytes part by part; `ValueError` if they are not the announced ones."""
    connection.execute(insert(blob).values(sha256=sha256, size=size))
    sha, part = hashlib.sha256(), 0
    while block := stream.read(PART):
        sha.update(block)
        connection.execute(insert(blob_part).values(sha256=sha256, part=part, data=block))
        part += 1
    if sha.hexdigest() != sha256:
        raise ValueError("the file changed while it was being stored")


def find(connection: Connection, reference: str, path: Path) -> BlobInfo:
    """The attachment whose hash begins with `reference` (16 to 64 hex digits)."""
    reference = reference.lower()
    if len(reference) < 16 or not set(reference) <= set("0123456789abcdef"):
        raise ValueError(f"not a blob reference: {reference!r}")
    rows = connection.execute(
        select(blob).where(blob.c.sha256 >= reference, blob.c.sha256 < reference + "g").limit(2)
    ).all()
    if not rows:
        raise UserError(
            "project.blob_missing",
            f"项目“{path.name}”里没有指纹以 {reference[:16]} 开头的附件。",
            "请重新添加这个附件，或从备份恢复。",
        )
    if len(rows) > 1:
        raise ValueError(f"ambiguous blob reference: {reference!r}")
    return BlobInfo(rows[0].sha256, rows[0].size)


def parts(connection: Connection, info: BlobInfo) -> Iterator[bytes]:
    """The bytes of an attachment in parts of at most `PART`."""
    number = 0
    while True:
        data = connection.execute(
            select(blob_part.c.data).where(blob_part.c.sha256 == info.sha256, blob_part.c.part == number)
        ).scalar()
        if data is None:
            return
        yield data
        number += 1


def broken(path: Path, info: BlobInfo) -> UserError:
    return UserError(
        "project.blob_damaged",
        f"项目“{path.name}”里的附件 {info.sha256[:16]} 已损坏：内容与指纹不符。",
        "请重新添加这个附件，或从备份恢复。",
    )


def infos(connection: Connection) -> list[BlobInfo]:
    return [
        BlobInfo(row.sha256, row.size) for row in connection.execute(select(blob).order_by(blob.c.sha256))
    ]
