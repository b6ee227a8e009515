"""Checks and fills forms in a process of their own, with a limit of time and memory: what a form does there harms nobody."""

import base64
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from filingdesk.documents.form_fill import Filled, FormCheck, Placeholder, check_form, fill_form
from filingdesk.domain.errors import UserError
from filingdesk.domain.facts import Facts
from filingdesk.domain.jobs import Cancel
from filingdesk.infra.safeparse import MEGABYTE, ParseLimits, run_limited

LIMITS = ParseLimits(seconds=20.0, memory=600 * MEGABYTE)


def check_apart(
    data: bytes, name: str, cancel: Cancel | None = None, limits: ParseLimits = LIMITS
) -> FormCheck:
    """`check_form` in another process. `UserError` when the file cannot be taken, is too slow or too large."""
    found = json.loads(_ask(name, limits, cancel, "check", name, _text(data))[0])
    return FormCheck(
        tuple(Placeholder(**{**p, "patterns": tuple(p["patterns"])}) for p in found["placeholders"]),
        tuple(found["problems"]),
        tuple(found["notes"]),
    )


def fill_apart(
    data: bytes,
    name: str,
    facts: Facts,
    extra: Mapping[str, Any],
    asked: Collection[str],
    *,
    draft: bool,
    trace: bool = False,
    cancel: Cancel | None = None,
    limits: ParseLimits = LIMITS,
) -> Filled:
    """`fill_form` in another process. `UserError` names what is wrong and where."""
    request = {"extra": plain_data(extra), "asked": sorted(asked), "draft": draft, "trace": trace}
    answer = _ask(
        name, limits, cancel, "fill", name, _text(data), facts.model_dump_json(), json.dumps(request)
    )
    told = json.loads(answer[0])
    return Filled(
        b"".join(answer[1:]),
        tuple((path, label) for path, label in told["gaps"]),
        tuple(told["used"]),
        tuple(told["warnings"]),
        tuple((path, label) for path, label in told["facts"]),
    )


def plain_data(value: Any) -> Any:
    """Computed data as JSON; what is no plain value is left out."""
    if isinstance(value, Mapping):
        return {str(k): made for k, v in value.items() if (made := plain_data(v)) is not None}
    if isinstance(value, (list, tuple)):
        return [made for v in value if (made := plain_data(v)) is not None]
    return value if isinstance(value, (str, int, float, bool)) else None


def work(send: Callable[[bytes], None], mode: str, name: str, *given: str) -> None:
    """The other process: one check or one filling."""
    data = base64.b64decode(given[0])
    if mode == "check":
        send(json.dumps(asdict(check_form(data, name))).encode())
        return
    request = json.loads(given[2])
    facts = Facts.model_validate_json(given[1])
    filled = fill_form(
        data,
        name,
        facts,
        request["extra"],
        set(request["asked"]),
        draft=request["draft"],
        trace=request["trace"],
    )
    told = {
        "gaps": filled.gaps,
        "used": filled.used,
        "warnings": filled.warnings,
        "facts": filled.facts,
    }
    send(json.dumps(told).encode())
    send(filled.data)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _ask(name: str, limits: ParseLimits, cancel: Cancel | None, *args: str) -> list[bytes]:
    try:
        return list(run_limited(work, *args, path=Path(name), limits=limits, cancel=cancel))
    except UserError as error:
        if error.code == "parse.too_slow":
            raise UserError(
                "form.too_slow",
                f"处理表单「{name}」超过 {limits.seconds:g} 秒，已停止。",
                "请检查循环，或把表单拆成几份。",
            ) from error
        if error.code in {"parse.too_big", "parse.crashed"}:
            raise UserError(
                "form.too_big", f"处理表单「{name}」用的内存超过了限额，已停止。", "请检查循环和里面的图片。"
            ) from error
        raise
