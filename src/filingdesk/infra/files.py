"""Writes files so that a reader finds the old or the new one, never a half; names them for every system."""

import contextlib
import errno
import os
import re
import secrets
import shutil
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from filingdesk.domain.errors import UserError

MAX_NAME_LENGTH = 60
"""Characters of one file name with its extension: short enough for file systems and most upload forms."""

UNNAMED = "未命名"

_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_UNSEEN_CATEGORIES = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_DEVICE_NAMES = (
    {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"}
    | {f"COM{digit}" for digit in "0123456789¹²³"}
    | {f"LPT{digit}" for digit in "0123456789¹²³"}
)
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,9}$")

_PART_NAME = re.compile(r"\.filingdesk-[0-9a-f]{16}\.part")
_PART_MAX_AGE_SECONDS = 24 * 3600
_ASIDE = "0" * 8

_WINDOWS_ERRNO = {
    19: errno.EROFS,
    32: errno.EBUSY,  # another program has the file open
    33: errno.EBUSY,
    112: errno.ENOSPC,
    206: errno.ENAMETOOLONG,
}

_TELL: dict[int, tuple[str, str, str]] = {
    errno.ENOSPC: ("disk.full", "磁盘空间不足", "请清理磁盘，或换一个位置后再试；原有文件没有改动。"),
    errno.EFBIG: ("disk.full", "文件超过了这个磁盘允许的大小", "请换一个位置后再试。"),
    errno.EROFS: ("disk.read_only", "这个位置是只读的", "请换一个可以写入的文件夹。"),
    errno.EACCES: (
        "file.permission",
        "没有权限，或文件正被其他程序打开",
        "请关闭打开它的程序，或换一个有权限的文件夹。",
    ),
    errno.EPERM: (
        "file.permission",
        "没有权限，或文件正被其他程序打开",
        "请关闭打开它的程序，或换一个有权限的文件夹。",
    ),
    errno.EBUSY: ("file.busy", "文件正被其他程序使用", "请关闭打开它的程序（例如 Word、WPS）后再试。"),
    errno.ENOENT: ("file.missing", "找不到这个文件或文件夹", "请检查路径；移动硬盘或网络盘是否已断开？"),
    errno.ENOTDIR: ("file.not_a_folder", "路径中有一段不是文件夹", "请检查路径。"),
    errno.EISDIR: ("file.is_a_folder", "这里已有一个同名的文件夹", "请换一个名字。"),
    errno.EEXIST: ("file.exists", "已经存在", "请换一个名字，或先移走原来的。"),
    errno.ENOTEMPTY: ("file.exists", "已经存在且不是空文件夹", "请换一个名字，或先移走原来的。"),
    errno.ENAMETOOLONG: ("file.name_too_long", "文件名或路径太长", "请缩短名字，或换一个层级更浅的文件夹。"),
    errno.EIO: ("disk.io", "磁盘读写出错", "请检查磁盘或网络盘，换一个位置后再试。"),
}
if hasattr(errno, "EDQUOT"):  # not on Windows
    _TELL[errno.EDQUOT] = ("disk.full", "磁盘配额已用完", "请清理空间，或换一个位置后再试。")


def user_error_from(error: OSError, path: Path, doing: str = "处理") -> UserError:
    """The machine's refusal in one Chinese sentence: what was being done to which path, why not, what to do.

    Where the system itself names another file (not one of our temporary ones), that one is told.
    """
    named = error.filename
    if isinstance(named, str) and Path(named) != path and not _PART_NAME.search(named):
        path, doing = Path(named), "处理"
    number = _WINDOWS_ERRNO.get(getattr(error, "winerror", None) or 0, error.errno or 0)
    code, reason, hint = _TELL.get(
        number, ("file.os_error", f"系统报告：{error.strerror or error}", "请换一个位置后再试。")
    )
    return UserError(code, f"无法{doing}“{path}”：{reason}。", hint)


@contextlib.contextmanager
def telling(path: Path, doing: str = "处理") -> Iterator[None]:
    """Turns any `OSError` of the block into a `UserError` about `path`; `doing` is a verb like 读取."""
    try:
        yield
    except OSError as error:
        raise user_error_from(error, path, doing) from error


def fsync_file(path: Path) -> None:
    """Asks the disk to really hold the bytes of one file."""
    # Windows flushes only through a handle that may write.
    descriptor = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def fsync_dir(path: Path) -> None:
    """Asks the disk to hold a folder's list of names; Windows has no such call and needs none."""
    if os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Some network file systems cannot sync a folder and say so; the rename itself was done.
        if error.errno not in {errno.EINVAL, errno.ENOTSUP}:
            raise
    finally:
        os.close(descriptor)


def fsync_tree(folder: Path) -> None:
    """Syncs every file below `folder`, then every folder, the deepest first, and `folder` itself last."""
    for root, _folders, names in os.walk(folder, topdown=False):
        for name in names:
            fsync_file(Path(root, name))
        fsync_dir(Path(root))


class _Mark:
    """What the names of this process's unfinished files begin with; blank: they begin with nothing known."""

    text = ""


def mark_parts(mark: str) -> None:
    """Have everything unfinished that this process writes from now on be known by `mark` (8 hex digits), so that whoever ends the
    process can take it away (`clear_marked`)."""
    _Mark.text = mark


def clear_marked(target: Path, mark: str) -> None:
    """Take away what a process with this mark left unfinished beside `target` when it was ended. An old folder that had just been
    set aside for the new one is put back."""
    with contextlib.suppress(OSError):
        aside = target.with_name(_part_name(mark + _ASIDE))
        if aside.exists() and not target.exists():
            aside.rename(target)
        for path in target.parent.glob(f".filingdesk-{mark}*.part"):
            _remove(path)


def _part_beside(target: Path, *, aside: bool = False) -> Path:
    if _Mark.text and aside:
        return target.with_name(_part_name(_Mark.text + _ASIDE))
    return target.with_name(_part_name(_Mark.text + secrets.token_hex(8 - len(_Mark.text) // 2)))


def _part_name(digits: str) -> str:
    return f".filingdesk-{digits}.part"


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _clear_old_parts(folder: Path) -> None:
    """Removes what a killed run of ours left behind; young ones may belong to a run that is still writing."""
    oldest = time.time() - _PART_MAX_AGE_SECONDS
    for path in folder.iterdir():
        if _PART_NAME.fullmatch(path.name) and path.lstat().st_mtime < oldest:
            _remove(path)


@contextlib.contextmanager
def atomic_file(path: Path) -> Iterator[BinaryIO]:
    """Yields an empty binary stream; what was written becomes `path` if the block ends well.

    Otherwise nothing changes. The folder must exist. An existing file is replaced and keeps its permissions;
    a symlink is followed. Raises `UserError` when the disk is full, read-only, or the file is open elsewhere.
    """
    with telling(path, "写入"):
        target = path.resolve()
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, "is a directory")
        part = _part_beside(target)
        try:
            with part.open("xb") as stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            if target.exists():
                shutil.copymode(target, part)
            part.replace(target)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        fsync_dir(target.parent)


def atomic_write(path: Path, data: bytes) -> None:
    """Puts `data` at `path`, all of it or nothing; see `atomic_file`."""
    with atomic_file(path) as stream:
        stream.write(data)


@contextlib.contextmanager
def atomic_dir(target: Path, *, replace: bool = False) -> Iterator[Path]:
    """Yields an empty staging folder beside `target`; it becomes `target` if the block ends well.

    Otherwise it is gone. The parent is made when missing. An existing `target` is refused (`file.exists`)
    unless `replace`: then the old folder is set aside first and put back if the rename fails. Whether it may
    be replaced is the caller's judgement.
    """
    with telling(target, "写入"):
        final = target.absolute()
        final.parent.mkdir(parents=True, exist_ok=True)
        _clear_old_parts(final.parent)
        if not replace and (final.exists() or final.is_symlink()):
            raise FileExistsError(errno.EEXIST, "exists")
        staging = _part_beside(final)
        staging.mkdir()
        try:
            yield staging
            fsync_tree(staging)
            _swap_in(staging, final, replace=replace)
        except BaseException:
            shutil.rmtree(staging, ignore_errors=True)
            raise
        fsync_dir(final.parent)


def _swap_in(staging: Path, final: Path, *, replace: bool) -> None:
    if not (final.exists() or final.is_symlink()):
        staging.rename(final)
        return
    if not replace:
        # Made by someone else while we wrote: an empty folder would be silently taken over by rename.
        raise FileExistsError(errno.EEXIST, "exists")
    aside = _part_beside(final, aside=True)
    final.rename(aside)
    try:
        staging.rename(final)
    except BaseException:
        aside.rename(final)
        raise
    _remove(aside)


def safe_file_name(name: str) -> str:
    """A name that Windows, macOS, Linux and mail programs take as it is; unchanged when it is one.

    NFC, at most `MAX_NAME_LENGTH` characters with the extension kept, none of `<>:"/\\|?*`, no control or
    invisible characters, no device name (CON, NUL, COM1 …), no leading dot, no space or dot
    at the end, never empty.
    """
    text = unicodedata.normalize("NFC", name)
    text = "".join(
        " " if unicodedata.category(char) == "Zs" or char in "\t\r\n" else char
        for char in text
        if char in "\t\r\n" or unicodedata.category(char) not in _UNSEEN_CATEGORIES
    )
    text = _FORBIDDEN.sub("_", unicodedata.normalize("NFC", text))
    text = text.lstrip(" .").rstrip(" .")
    if text.split(".")[0].rstrip().upper() in _DEVICE_NAMES:
        text = f"_{text}"
    if len(text) > MAX_NAME_LENGTH:
        found = _EXTENSION.search(text)
        extension = found.group() if found else ""
        text = text[: MAX_NAME_LENGTH - len(extension)].rstrip(" .") + extension
    return text or UNNAMED
