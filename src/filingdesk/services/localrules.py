"""Local rules without YAML: a draft of what the editor page offers, checked as the packs are, and packs taken into the folder."""

import re
import shutil
import tempfile
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import yaml

from filingdesk.domain.errors import UserError
from filingdesk.domain.meta import SourceMark
from filingdesk.domain.report import Severity
from filingdesk.domain.values import parse_date
from filingdesk.infra.files import atomic_dir, atomic_write, telling
from filingdesk.rules import packstore, registry
from filingdesk.rules.overlay import FILE, Overlay, check_overlay, load_overlay
from filingdesk.rules.pack import Pack

Kind = Literal["required", "attached", "mentions", "forbids", "attest"]
KIND_WORDS: dict[Kind, str] = {
    "required": "必须填写",
    "attached": "必须有附件",
    "mentions": "要写到其中一个词",
    "forbids": "不能出现这些词",
    "attest": "由人核查",
}
_PACK_FILES = ("pack.yaml", "clauses.yaml", "rules.yaml", "risks.yaml", FILE)
_MAX_MEMBER = 4 * 2**20
_RULE_PREFIX = "DQ-LOC-"


@dataclass(frozen=True)
class SeverityDraft:
    """Another severity for a rule of the pack below, and why."""

    rule: str
    severity: Severity
    why: str


@dataclass(frozen=True)
class ParameterDraft:
    """Another value for a parameter of the pack below, as typed, with its own source and note."""

    name: str
    value: str
    source: SourceMark
    note: str = ""


@dataclass(frozen=True)
class RuleDraft:
    """A simple rule. `words`: for the kinds about words; `path` blank and `question` given: for a rule that a person judges."""

    title: str
    kind: Kind
    path: str
    severity: Severity
    words: tuple[str, ...] = ()
    question: str = ""
    fix: str = ""
    id: str = ""


@dataclass(frozen=True)
class Draft:
    """Local rules as the editor knows them: one text of the office or company that everything cites."""

    title: str
    overlay_of: str
    law: str
    text: str
    source: SourceMark
    effective_from: str
    checked_on: str
    id: str = ""
    severities: tuple[SeverityDraft, ...] = ()
    parameters: tuple[ParameterDraft, ...] = ()
    rules: tuple[RuleDraft, ...] = field(default=())


def new_id() -> str:
    """An id that no pack or overlay here has."""
    taken = {pack.id for pack in registry.load_all()} | {o.id for o in _overlays()}
    taken |= {entry.name for entry in packstore.folder().iterdir()}
    return next(name for n in range(1, 10_000) if (name := f"local-{n}") not in taken)


def _overlays() -> list[Overlay]:
    return [
        *packstore.shipped_overlays(),
        *(user.overlay for user in packstore.user_packs() if user.overlay is not None),
    ]


def written(draft: Draft) -> str:
    """The draft as an overlay.yaml. Rules without an id are given one."""
    clause = f"{draft.id}/text"
    mark = draft.source.value
    data: dict[str, Any] = {
        "id": draft.id,
        "title": draft.title.strip(),
        "version": draft.checked_on.replace("-", "."),
        "summary": draft.text.strip(),
        "overlay_of": draft.overlay_of,
        "effective_from": day.isoformat()
        if (day := parse_date(draft.effective_from))
        else draft.effective_from,
        "checked_on": draft.checked_on,
        "clauses": [
            {
                "id": clause,
                "title": draft.law.strip(),
                "law": draft.law.strip(),
                "text": draft.text.strip(),
                "source": mark,
                **({"to_verify": True} if draft.source is SourceMark.STANDARD_UNCHECKED else {}),
            }
        ],
    }
    if draft.severities:
        data["severities"] = [
            {"rule": s.rule, "severity": s.severity, "source": mark, "clause": clause, "why": s.why.strip()}
            for s in draft.severities
        ]
    if draft.parameters:
        data["set_parameters"] = {
            p.name: {
                "value": p.value.strip(),
                "source": p.source.value,
                "clause": clause,
                **({"note": p.note.strip()} if p.note.strip() else {}),
            }
            for p in draft.parameters
        }
    if draft.rules:
        ids = _rule_ids(draft)
        data["rules"] = [_rule(r, i, clause, mark) for r, i in zip(draft.rules, ids, strict=True)]
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=120)


def _rule_ids(draft: Draft) -> list[str]:
    """Ids of the rules; a rule keeps its own, so that waivers and statements stay with it."""
    taken = {rule.id for o in _overlays() if o.id != draft.id for rule in o.data.rules}
    taken |= {rule.id for rule in draft.rules}
    free = (name for n in range(1, 1000) if (name := f"{_RULE_PREFIX}{n:03}") not in taken)
    return [rule.id or next(free) for rule in draft.rules]


def _rule(rule: RuleDraft, identity: str, clause: str, mark: str) -> dict[str, Any]:
    if rule.kind == "attest":
        arguments: dict[str, Any] = {
            "question": rule.question.strip(),
            **({"about": [rule.path]} if rule.path else {}),
        }
    else:
        arguments = {"paths": [rule.path]}
        if rule.kind in ("mentions", "forbids"):
            arguments["words"] = list(rule.words)
    return {
        "id": identity,
        "title": rule.title.strip(),
        "why": "本地要求，见依据。",
        "clause": clause,
        "source": mark,
        "severity": rule.severity,
        "check": {rule.kind: arguments},
        **({"fix": rule.fix.strip().replace("{", "｛").replace("}", "｝")} if rule.fix.strip() else {}),
    }


def problem_of(draft: Draft) -> str:
    """The first thing that is missing, in words of the editor; blank when it can be tried."""
    for name, value in (("名称", draft.title), ("出处的文件名称", draft.law), ("出处的内容", draft.text)):
        if not value.strip():
            return f"请写{name}。"
    if parse_date(draft.effective_from) is None:
        return "“从哪一天起”不是日期，请写成 2026-03-01 这样。"
    for severity in draft.severities:
        if not severity.rule:
            return "请选要调整哪一条规则的级别。"
        if not severity.why.strip():
            return f"请写明为什么调整 {severity.rule} 的级别。"
    for parameter in draft.parameters:
        if not parameter.value.strip():
            return f"请写参数 {parameter.name} 的新值。"
        if not re.fullmatch(r"-?\d+(\.\d+)?", parameter.value.strip()):
            return f"参数 {parameter.name} 的新值“{parameter.value.strip()}”不是数字。"
    for rule in draft.rules:
        if not rule.title.strip():
            return "请写新增规则的标题。"
        if rule.kind == "attest" and not rule.question.strip():
            return f"请写“{rule.title}”要核查的问题。"
        if rule.kind != "attest" and not rule.path:
            return f"请选“{rule.title}”检查的字段。"
        if rule.kind in ("mentions", "forbids") and not rule.words:
            return f"请写“{rule.title}”要看的词。"
    if not (draft.severities or draft.parameters or draft.rules):
        return "还没有任何调整：改一条规则的级别、改一个参数，或者加一条规则。"
    return ""


def check(draft: Draft) -> Overlay:
    """Read and try the draft as a pack would be. `UserError("localrules.invalid")` names what is missing or the entry at fault."""
    if problem := problem_of(draft):
        raise UserError("localrules.invalid", problem)
    with tempfile.TemporaryDirectory(prefix="filingdesk-rules-") as temporary:
        folder = Path(temporary) / draft.id
        folder.mkdir()
        (folder / FILE).write_text(written(draft), encoding="utf-8")
        overlay = load_overlay(folder)
        check_overlay(
            overlay,
            registry.load_all(),
            lambda name: overlay if name == overlay.id else packstore.find_overlay(name),
        )
    return overlay


def save(draft: Draft) -> Path:
    """Check and write into the user's folder; gives the file. Nothing is written when it is no good."""
    check(draft)
    target = packstore.folder() / draft.id
    with telling(target, "建立"):
        target.mkdir(exist_ok=True)
    atomic_write(target / FILE, written(draft).encode())
    return target / FILE


def draft_of(identity: str) -> Draft:
    """An overlay of the user as a draft. `UserError` when it says more than the editor can show, so that nothing is lost."""
    found = next((u.overlay for u in packstore.user_packs() if u.overlay and u.overlay.id == identity), None)
    if found is None:
        raise UserError("localrules.unknown", f"规则包文件夹里没有可以编辑的本地规则“{identity}”。")
    draft = _as_draft(found)
    if draft is None:
        raise UserError(
            "localrules.by_hand",
            f"“{found.data.title}”用了编辑页显示不了的写法，在这里改会丢内容。",
            f"请直接修改 {found.folder / FILE}，改好后回到这一页会重新检查。",
        )
    return draft


def _as_draft(overlay: Overlay) -> Draft | None:
    data = overlay.data
    if len(data.clauses) != 1 or data.parameters or data.effective_to or data.example:
        return None
    clause = data.clauses[0]
    rules: list[RuleDraft] = []
    for rule in data.rules:
        kind, arguments = next(iter(rule.check.items()))
        paths = arguments.get("about" if kind == "attest" else "paths", [])
        if (
            kind not in KIND_WORDS
            or len(paths) > 1
            or set(arguments) - {"paths", "words", "question", "about"}
        ):
            return None
        rules.append(
            RuleDraft(
                rule.title,
                kind,
                paths[0] if paths else "",
                rule.severity,
                tuple(arguments.get("words", ())),
                arguments.get("question", ""),
                rule.fix,
                rule.id,
            )
        )
    draft = Draft(
        data.title,
        data.overlay_of,
        clause.law,
        clause.text,
        clause.source,
        data.effective_from.isoformat(),
        data.checked_on.isoformat(),
        data.id,
        tuple(SeverityDraft(s.rule, s.severity, s.why) for s in data.severities),
        tuple(
            ParameterDraft(name, format(p.value, "f"), p.source, p.note)
            for name, p in data.set_parameters.items()
            if p.value is not None
        ),
        tuple(rules),
    )
    return draft if _same(draft, overlay) else None


def _same(draft: Draft, overlay: Overlay) -> bool:
    """Would writing the draft say the same as the file? Only then may the editor write over it."""
    made = yaml.safe_load(written(draft))
    kept = overlay.data.model_dump(mode="json", exclude_defaults=True)
    mine = type(overlay.data).model_validate(made).model_dump(mode="json", exclude_defaults=True)
    for each in (kept, mine):
        for key in ("version", "summary"):
            each.pop(key, None)
        for clause in each.get("clauses", ()):
            for key in ("id", "title"):
                clause.pop(key, None)
        for rule in each.get("rules", ()):
            rule.pop("why", None)
            rule.pop("clause", None)
        for entry in (*each.get("severities", ()), *each.get("set_parameters", {}).values()):
            entry.pop("clause", None)
    return bool(kept == mine)


def remove(identity: str) -> None:
    """Take an overlay of the user out of the folder."""
    for user in packstore.user_packs():
        if user.overlay is not None and user.overlay.id == identity:
            with telling(user.folder, "删除"):
                if user.folder.is_dir():
                    shutil.rmtree(user.folder)
                else:
                    user.folder.unlink()


@dataclass(frozen=True)
class TakenIn:
    """A pack or overlay that was taken into the folder."""

    id: str
    title: str
    version: str
    kind: Literal["overlay", "pack", "kept"]


def take_in(path: Path, *, replace: bool = False) -> TakenIn:
    """Check a pack that the user dropped in (folder, overlay file, zip) and copy it into the folder. `UserError` with file, line
    and reason when it is no good, or `localrules.exists` when there is one of this id and `replace` is not wanted."""
    if path.suffix.lower() == ".zip" and path.is_file():
        with tempfile.TemporaryDirectory(prefix="filingdesk-rules-") as temporary:
            return _take_folder(_unpacked(path, Path(temporary)), replace=replace)
    if path.is_dir():
        return _take_folder(path, replace=replace)
    if path.suffix.lower() in (".yaml", ".yml") and path.is_file():
        return _take_overlay(load_overlay(path), replace=replace)
    raise UserError(
        "localrules.kind",
        f"“{path.name}”不是规则包。",
        "规则包是一个文件夹或 zip（里面有 pack.yaml 或 overlay.yaml），本地规则也可以是单个 .yaml 文件。",
    )


def _take_folder(folder: Path, *, replace: bool) -> TakenIn:
    if (folder / FILE).is_file():
        return _take_overlay(load_overlay(folder), replace=replace)
    if not (folder / "pack.yaml").is_file():
        raise UserError(
            "localrules.kind",
            f"“{folder.name}”里没有 pack.yaml 或 {FILE}，不是规则包。",
            "请选规则包所在的文件夹。",
        )
    pack = registry.load_pack(folder)
    if any(shipped.id == pack.id for shipped in registry.load_all()):
        packstore.keep(pack)
        return TakenIn(pack.id, pack.title, pack.version, "kept")
    _copy(folder, packstore.folder() / pack.id, pack.title, replace=replace)
    return TakenIn(pack.id, pack.title, pack.version, "pack")


def _take_overlay(overlay: Overlay, *, replace: bool) -> TakenIn:
    if packstore.shipped_overlay(overlay.id) or overlay.id in registry.shipped_ids():
        raise overlay.file.refuse(f"编号“{overlay.id}”是程序自带的，请换一个", "id")
    check_overlay(
        overlay,
        registry.load_all(),
        lambda name: overlay if name == overlay.id else packstore.find_overlay(name),
    )
    target = packstore.folder() / overlay.id
    _refuse_double(target, overlay.data.title, replace=replace)
    with telling(target, "建立"):
        target.mkdir(exist_ok=True)
    atomic_write(target / FILE, overlay.file.text.encode())
    return TakenIn(overlay.id, overlay.data.title, overlay.data.version, "overlay")


def _refuse_double(target: Path, title: str, *, replace: bool) -> None:
    if target.exists() and not replace:
        raise UserError(
            "localrules.exists", f"规则包文件夹里已经有编号相同的“{title}”。", "要换成这一份，请选“替换”。"
        )


def _copy(folder: Path, target: Path, title: str, *, replace: bool) -> None:
    _refuse_double(target, title, replace=replace)
    with atomic_dir(target, replace=replace) as staging:
        for name in _PACK_FILES:
            if (folder / name).is_file():
                shutil.copyfile(folder / name, staging / name)


def _unpacked(path: Path, into: Path) -> Path:
    """The pack's files out of a zip; anything else in it is left aside, anything too large is refused."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = [
                m for m in archive.infolist() if Path(m.filename).name in _PACK_FILES and not m.is_dir()
            ]
            holders = {str(Path(m.filename).parent) for m in members}
            if not members or len(holders) > 1:
                raise UserError(
                    "localrules.kind",
                    f"“{path.name}”里{'有不止一个规则包' if members else '没有规则包'}。",
                    "一个 zip 只放一个规则包（pack.yaml 或 overlay.yaml 和同一文件夹里的文件）。",
                )
            for member in members:
                with archive.open(member) as source:
                    data = source.read(_MAX_MEMBER + 1)
                if len(data) > _MAX_MEMBER:
                    raise UserError(
                        "localrules.large", f"“{path.name}”里的 {member.filename} 大于 4 MB，不像规则包。"
                    )
                (into / Path(member.filename).name).write_bytes(data)
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError) as error:
        raise UserError(
            "localrules.zip", f"“{path.name}”读不出来：不是完好的 zip。", "请重新取得文件。"
        ) from error
    return into


def targets() -> list[Pack]:
    """The packs that local rules may lie over: those in force today or later."""
    return [pack for pack in registry.load_all() if not pack.data.overlay_of]
