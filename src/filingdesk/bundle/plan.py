"""What goes into a submission folder, in which order and under which names; data decides, this room only checks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from filingdesk.domain.errors import UserError
from filingdesk.infra.files import safe_file_name

MAX_RELATIVE = 180
"""Longest relative path in characters; Windows tools stumble over longer ones."""


@dataclass(frozen=True)
class PlannedFile:
    """One file to be written. `make` gives its bytes when its turn comes."""

    folder: str
    name: str
    title: str
    make: Callable[[], bytes]
    template: str = ""

    @property
    def path(self) -> str:
        return f"{self.folder}/{self.name}" if self.folder else self.name


def safe_folder(name: str) -> str:
    """A folder path with every segment made safe for Windows, macOS and Linux."""
    return "/".join(safe_file_name(part) for part in name.split("/") if part)


def _numbered(name: str, n: int) -> str:
    path = PurePosixPath(name)
    return safe_file_name(f"{path.stem}({n}){path.suffix}")


def unique(files: list[PlannedFile]) -> list[PlannedFile]:
    """The files with safe names, two of the same name told apart by (2), (3) …; case is ignored as Windows does."""
    seen: set[str] = set()
    return [_placed(file, seen) for file in files]


def _placed(file: PlannedFile, seen: set[str]) -> PlannedFile:
    folder = safe_folder(file.folder)
    for name in _names(safe_file_name(file.name)):
        placed = PlannedFile(folder, name, file.title, file.make, file.template)
        if placed.path.casefold() not in seen:
            break
    if len(placed.path) > MAX_RELATIVE:
        raise UserError(
            "bundle.path_too_long",
            f"提交包内的路径超过 {MAX_RELATIVE} 个字符：“{placed.path}”。",
            "请缩短文件名。",
        )
    seen.add(placed.path.casefold())
    return placed


def _names(name: str) -> Iterator[str]:
    yield name
    n = 2
    while True:
        yield _numbered(name, n)
        n += 1
