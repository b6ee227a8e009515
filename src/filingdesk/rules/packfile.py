"""Reads one YAML file of a rule pack; what is wrong with it is refused with file, line and reason."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from filingdesk.domain.errors import UserError
from filingdesk.rules.plainyaml import Document, parse

_MAX_BYTES = 4 * 2**20
_HINT = "规则包没有载入，请联系提供规则包的人修正后再放进来。"
_M = TypeVar("_M", bound=BaseModel)


def refuse(where: str, reason: str) -> UserError:
    """The complaint about a file of a rule pack."""
    return UserError("pack.invalid", f"规则包文件 {where}：{reason}。", _HINT)


@dataclass(frozen=True)
class PackFile:
    """One file of a pack, parsed."""

    name: str
    text: str
    document: Document

    @property
    def data(self) -> Any:
        return self.document.data

    def refuse(self, reason: str, *steps: str | int, what: str = "") -> UserError:
        """The complaint about the entry at these steps; `what` names the rule or clause."""
        named = f"{what} " if what else ""
        return refuse(f"{self.name} 第 {self.document.line(*steps)} 行", f"{named}{reason}")


def read_file(folder: Path, name: str) -> PackFile:
    """Read and parse one file; `UserError("pack.invalid")` when it cannot be read or is not written as packs are."""
    path = folder / name
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise refuse(f"{folder.name}/{name}", f"读不出来（{error.strerror}）") from error
    if len(raw) > _MAX_BYTES:
        raise refuse(f"{folder.name}/{name}", "大于 4 MB，不像规则包")
    where = f"{folder.name}/{name}"
    try:
        return parsed(where, raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise refuse(where, "不是 UTF-8 文字") from error


def parsed(where: str, text: str) -> PackFile:
    """The text of a file of a pack, which may be kept elsewhere than in a file; refused like `read_file`."""
    try:
        return PackFile(where, text, parse(text))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise refuse(f"{where} 第 {line} 行", f"YAML 写法不对（{error.problem or error}）") from error
    except yaml.YAMLError as error:
        raise refuse(where, f"YAML 写法不对（{error}）") from error


_SPOKEN = {
    "extra_forbidden": "不认识这个键",
    "missing": "缺少这一项",
    "model_type": "应是“名称: 值”的结构",
    "dict_type": "应是“名称: 值”的结构",
    "list_type": "应是一个列表",
    "string_type": "应是文字",
    "string_too_short": "不能空着",
    "too_short": "不能空着",
    "string_pattern_mismatch": "的写法不对",
    "date_from_datetime_parsing": "不是日期，请写成 2026-03-01 这样",
    "date_parsing": "不是日期，请写成 2026-03-01 这样",
    "date_type": "不是日期，请写成 2026-03-01 这样",
    "decimal_parsing": "不是数字",
    "decimal_type": "不是数字",
    "int_parsing": "不是整数",
    "bool_parsing": "只能是 true 或 false",
}
"""What pydantic finds wrong, as people say it."""


def reason_of(error: ValidationError) -> tuple[list[str | int], str]:
    """Where in the data, and what is wrong, in Chinese where we can."""
    errors = error.errors()
    # A misspelt key is both missing and too much; the latter names what was typed.
    first = next((e for e in errors if e["type"] == "extra_forbidden"), errors[0])
    place = list(first["loc"])
    message = _SPOKEN.get(first["type"], first["msg"].removeprefix("Value error, "))
    if first["type"] in ("literal_error", "enum"):
        message = f"只能是 {first.get('ctx', {}).get('expected', '').replace(' or ', '、').replace(', ', '、')} 之一"
    spoken = ".".join(str(part) for part in place)
    return place, f"“{spoken}”{message}" if spoken else message


def model(kind: type[_M], file: PackFile, data: Any, *steps: str | int) -> _M:
    """`data`, which stands at these steps of the file, as a model; refused with line and key."""
    what = str(data.get("id", "")) if isinstance(data, dict) else ""
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        place, reason = reason_of(error)
        raise file.refuse(reason, *steps, *place, what=what) from error
