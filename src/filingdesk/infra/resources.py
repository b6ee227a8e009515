"""Finds the program's own data (rule packs, templates, fonts, samples) wherever the program was put."""

import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path, PurePosixPath, PureWindowsPath

from filingdesk.domain.errors import UserError


class ResourceMissing(UserError):
    """A file that ships with the program is not there: the installation is incomplete."""

    def __init__(self, name: str) -> None:
        super().__init__(
            "install.resource_missing",
            f"程序自带的文件缺失：{name}。",
            "请重新安装程序；如果是从源码运行，请检查 resources 文件夹是否完整。",
        )
        self.name = name


def _candidates() -> Iterator[Path]:
    """Where the resource folder may be, the surest place first."""
    bundle = getattr(sys, "_MEIPASS", None)
    if bundle is not None:
        yield Path(bundle, "filingdesk", "_resources")
    if getattr(sys, "frozen", False):
        beside = Path(sys.executable).resolve().parent
        yield beside / "resources"
    package = Path(__file__).resolve().parent.parent
    yield package / "_resources"
    checkout = package.parent.parent
    if (checkout / "pyproject.toml").is_file():
        yield checkout / "resources"


@lru_cache(maxsize=1)
def resource_root() -> Path:
    """The folder of all that the program ships besides code; its inside is the same in every installation."""
    for folder in _candidates():
        if folder.is_dir():
            return folder
    raise ResourceMissing("resources")


def resource_path(*parts: str) -> Path:
    """The absolute path of a shipped file or folder: `resource_path("fonts", "NotoSansSC-Regular.ttf")`.

    Raises `ResourceMissing` when it is not there, `ValueError` for a name that would leave the folder.
    """
    for part in parts:
        if ".." in PurePosixPath(part).parts or PureWindowsPath(part).is_absolute() or part.startswith("/"):
            raise ValueError(f"not a resource name: {part!r}")
    path = resource_root().joinpath(*parts)
    if not path.exists():
        raise ResourceMissing("/".join(parts))
    return path
