"""All facts as YAML or JSON, lossless both ways; every entry that is not a fact is listed, none is taken in silence."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from filingdesk.domain.errors import UserError
from filingdesk.domain.facts import Facts
from filingdesk.domain.flat import PlainProblem, from_plain, to_plain
from filingdesk.infra.files import atomic_write, telling
from filingdesk.services.changes import Changes
from filingdesk.services.session import Session

MAX_BYTES = 50_000_000
_MAX_DEPTH = 12
_MAX_NODES = 2_000_000

_LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DUMPER: type[Any] = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


@dataclass(frozen=True)
class FactsFile:
    """A facts file as read: the facts, and every entry that was not taken, with the reason."""

    facts: Facts
    problems: tuple[PlainProblem, ...]


def dump_facts(facts: Facts, *, as_json: bool = False) -> str:
    """Facts as YAML (or JSON) text. Blanks are left out."""
    plain = to_plain(facts)
    if as_json:
        return json.dumps(plain, ensure_ascii=False, indent=2) + "\n"
    text: str = yaml.dump(plain, Dumper=_DUMPER, allow_unicode=True, sort_keys=False, width=100)
    return text


def export_facts(session: Session, target: Path) -> None:
    """Write all facts to `target`; `.json` gives JSON, anything else YAML."""
    text = dump_facts(session.facts, as_json=target.suffix.lower() == ".json")
    atomic_write(target, text.encode("utf-8", "surrogatepass"))


def parse_facts(text: str, name: str) -> FactsFile:
    """Facts from YAML or JSON text. Raises `UserError` with the line where the text is neither."""
    try:
        data = _load(text, name)
    except json.JSONDecodeError as error:
        raise UserError(
            "facts.syntax", f"“{name}”第 {error.lineno} 行不是正确的 JSON:{error.msg}。", "请改正后重试。"
        ) from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise UserError(
            "facts.syntax",
            f"“{name}”第 {line} 行不是正确的 YAML（{error.problem}）。",
            "请检查缩进、冒号和引号。",
        ) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise UserError(
            "facts.syntax", f"“{name}”读不懂：{error}。", "请用 facts export 的结果作样本。"
        ) from None
    _check_size(data, name)
    facts, problems = from_plain(data)
    return FactsFile(facts, tuple(problems))


def _load(text: str, name: str) -> Any:
    if name.lower().endswith(".json"):
        return json.loads(text)
    return yaml.load(text, Loader=_LOADER)  # noqa: S506 - a safe loader, the C one where there is one


def _check_size(data: Any, name: str) -> None:
    """Refuse what YAML aliases blow up to or nest beyond what facts can be."""
    stack, seen = [(data, 0)], 0
    while stack:
        node, depth = stack.pop()
        seen += 1
        if depth > _MAX_DEPTH or seen > _MAX_NODES:
            raise UserError(
                "facts.too_large", f"“{name}”嵌套太深或内容过多，不像是事实文件。", "请检查文件。"
            )
        if isinstance(node, dict):
            stack.extend((value, depth + 1) for value in node.values())
        elif isinstance(node, list):
            stack.extend((value, depth + 1) for value in node)


def read_facts(source: Path) -> FactsFile:
    """Facts from a file in UTF-8 (with or without BOM)."""
    with telling(source, "读取"):
        if source.stat().st_size > MAX_BYTES:
            raise UserError("facts.too_large", f"“{source.name}”超过 50 MB，不像是事实文件。", "请检查文件。")
        data = source.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise UserError(
            "facts.encoding", f"“{source.name}”第 {line} 行不是 UTF-8 编码。", "请用 UTF-8 另存后重试。"
        ) from None
    return parse_facts(text, source.name)


def import_facts(
    session: Session, source: Path, *, replace: bool = False
) -> tuple[Changes | None, FactsFile]:
    """Take the facts of a file over as one edit. Blanks in the file leave the project's values alone unless `replace`.

    Raises `UserError` when the file holds entries that are no facts: then nothing is taken."""
    read = read_facts(source)
    refuse_problems(read, source.name)
    label = f"导入事实「{source.name}」"
    if replace:
        return session.replace_facts(read.facts, label), read
    return session.merge_facts(read.facts, label), read


def refuse_problems(read: FactsFile, name: str) -> None:
    """Raise `UserError` naming every entry that is no fact."""
    if not read.problems:
        return
    shown = ";".join(f"{p.path or '最外层'}：{p.message}" for p in read.problems[:10])
    more = f"；另有 {len(read.problems) - 10} 处" if len(read.problems) > 10 else ""
    raise UserError(
        "facts.entries",
        f"“{name}”有 {len(read.problems)} 处不能识别，没有导入任何内容。{shown}{more}。",
        "请改正后重试。",
    )
