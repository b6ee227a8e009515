"""Bytes under a password: scrypt makes the key, AES-256-GCM seals; a checksum tells damage from a wrong password."""

import base64
import hashlib
import json
import os
from typing import Any

from filingdesk.domain.errors import UserError

_N, _R, _P = 2**17, 8, 1
_MAX_N, _MAX_R, _MAX_P = 2**18, 16, 4
"""A damaged or hostile header must not ask for more than half a gigabyte."""
_VERSION = 1


class WrongPassword(UserError):
    """The file is whole, but this password does not open it."""

    def __init__(self, name: str) -> None:
        super().__init__(
            "sealed.password",
            f"密码不对，“{name}”没有打开。",
            "请注意大小写和输入法；密码忘了无法找回，只能重新建立。",
        )


class PasswordNeeded(UserError):
    """The file is sealed and no password was given."""

    def __init__(self, name: str) -> None:
        super().__init__("sealed.needs_password", f"“{name}”设了密码。", "请输入密码后再打开。")


def damaged(name: str, why: str) -> UserError:
    """The fault of a file that is not what was written."""
    return UserError(
        "sealed.damaged",
        f"“{name}”已损坏（{why}），没有读取任何内容。",
        "请换回备份；同一文件夹里带 previous 的是上一次保存的版本。",
    )


def wrap(body: bytes, *, kind: str, password: str = "") -> bytes:
    """The file around `body`: sealed when there is a password, plain otherwise."""
    header: dict[str, Any] = {"format": kind, "version": _VERSION, "sealed": bool(password)}
    if password:
        salt, nonce = os.urandom(16), os.urandom(12)
        header |= {"kdf": "scrypt", "n": _N, "r": _R, "p": _P, "salt": _text(salt), "nonce": _text(nonce)}
        stored = _cipher(password, header).encrypt(nonce, body, _canonical(header))
    else:
        stored = body
    content = {**header, "body": _text(stored)}
    return json.dumps({**content, "sha256": _digest(content)}, indent=0).encode()


def unwrap(data: bytes, *, kind: str, name: str, password: str = "") -> bytes:
    """The body of a file that `wrap` made; `name` is told in errors.

    Raises `PasswordNeeded`, `WrongPassword`, and `UserError` (`sealed.damaged`, `sealed.newer`).
    """
    content = _read(data, name)
    if content.get("format") != kind:
        raise damaged(name, "不是本程序写的这一类文件")
    if content.get("version") != _VERSION:
        raise UserError("sealed.newer", f"“{name}”由更新版本的程序写成。", "请升级程序后再打开。")
    if content.pop("sha256", None) != _digest(content):
        raise damaged(name, "内容与校验和不符")
    try:
        stored = base64.b64decode(content.pop("body"), validate=True)
        if not content["sealed"]:
            return stored
        nonce = base64.b64decode(content["nonce"], validate=True)
        n, r, p = (int(content[k]) for k in ("n", "r", "p"))
    except (KeyError, TypeError, ValueError) as error:
        raise damaged(name, "缺少必要的部分") from error
    if not (
        1 < n <= _MAX_N and n & (n - 1) == 0 and 0 < r <= _MAX_R and 0 < p <= _MAX_P and len(nonce) == 12
    ):
        raise damaged(name, "加密参数不合理")
    if not password:
        raise PasswordNeeded(name)
    from cryptography.exceptions import InvalidTag

    try:
        body: bytes = _cipher(password, content).decrypt(nonce, stored, _canonical(content))
        return body
    except InvalidTag as error:
        raise WrongPassword(name) from error
    except (TypeError, ValueError) as error:
        raise damaged(name, "加密参数不合理") from error


def is_sealed(data: bytes, name: str) -> bool:
    """Whether a file asks for a password; raises `UserError` when it is damaged beyond reading."""
    return bool(_read(data, name).get("sealed"))


def _read(data: bytes, name: str) -> dict[str, Any]:
    try:
        content = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise damaged(name, "读不出结构") from error
    if not isinstance(content, dict):
        raise damaged(name, "读不出结构")
    return content


def _cipher(password: str, header: dict[str, Any]) -> Any:
    import unicodedata

    # Loaded here: a program that never opens a sealed file should not pay for OpenSSL.
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    salt = base64.b64decode(header["salt"], validate=True)
    kdf = Scrypt(salt=salt, length=32, n=header["n"], r=header["r"], p=header["p"])
    return AESGCM(kdf.derive(unicodedata.normalize("NFC", password).encode()))


def _canonical(header: dict[str, Any]) -> bytes:
    return json.dumps(header, sort_keys=True).encode()


def _digest(content: dict[str, Any]) -> str:
    return hashlib.sha256(_canonical(content)).hexdigest()


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
