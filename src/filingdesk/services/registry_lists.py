"""Public filing lists kept outside projects: imported with date and source, searched offline, and asked about a number."""

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from filingdesk.domain.errors import UserError
from filingdesk.domain.facts import Facts
from filingdesk.domain.jobs import Cancel, Report, silent
from filingdesk.domain.numbers import parse_number
from filingdesk.infra.files import atomic_write, telling
from filingdesk.infra.paths import data_dir
from filingdesk.services.changes import Changes
from filingdesk.services.registry_import import Entry, date_in, holder_key, number_key, read_list
from filingdesk.services.rulesets import LISTED
from filingdesk.services.session import Session
from filingdesk.store.model import Change, Json

NOT_FOUND_IS_NOT_UNFILED = "未查到不等于未备案"
_FORMAT = 1

Status = Literal["found", "cancelled", "other_holder", "not_found", "bad_number", "no_lists"]


@dataclass(frozen=True)
class PublicList:
    """One imported list. `date` is the list's own (2026-06 or 2026-06-12), never the day of import."""

    id: str
    title: str
    file: str
    date: str
    source: str
    imported_at: str
    entries: tuple[Entry, ...]
    left_out: tuple[tuple[str, str], ...] = ()

    @property
    def cancelled(self) -> int:
        return sum(entry.cancelled for entry in self.entries)


@dataclass(frozen=True)
class Imported:
    """The outcome of an import."""

    list: PublicList
    repeated: int
    replaced: bool
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hit:
    """An entry and the list it stands in."""

    entry: Entry
    list_id: str
    title: str
    date: str
    source: str


@dataclass(frozen=True)
class Verdict:
    """What the lists say of a number. `sentence` is complete: it names the lists' dates, and says what not finding means."""

    number: str
    status: Status
    hits: tuple[Hit, ...]
    sentence: str
    warnings: tuple[str, ...] = ()

    @property
    def alarming(self) -> bool:
        """Must somebody look at this?"""
        return self.status in {"cancelled", "other_holder", "bad_number"}


def folder() -> Path:
    """Where the lists lie."""
    place = data_dir() / "registry"
    with telling(place, "建立"):
        place.mkdir(parents=True, exist_ok=True)
    return place


def import_list(
    path: Path,
    *,
    at: datetime,
    day: str = "",
    source: str = "",
    skip_bad: bool = False,
    cancel: Cancel | None = None,
    report: Report = silent,
) -> Imported:
    """Import a list. `day` is the list's own date; without it the date is read from its title or file name. A row that cannot
    be taken refuses the whole file, unless `skip_bad`: then it is left out and remembered. The same file again replaces itself."""
    read = read_list(path, cancel, report)
    if read.left_out and not skip_bad:
        shown = "；".join(f"{place}：{why}" for place, why in read.left_out[:5])
        more = f"；另有 {len(read.left_out) - 5} 处" if len(read.left_out) > 5 else ""
        raise UserError(
            "registry.rows",
            f"「{path.name}」有 {len(read.left_out)} 行不能识别，没有导入。{shown}{more}。",
            "请对照原清单改正；确认这些行可以不要的，可以选择跳过它们（--skip-bad），跳过的会列出来。",
        )
    if not read.entries:
        raise UserError("registry.empty", f"「{path.name}」里没有一行备案信息。", "请检查是否选对了文件。")
    listed = _day(day, path) if day else read.date
    if not listed:
        raise UserError(
            "registry.date",
            f"看不出「{path.name}」是哪一天的清单。",
            "请写明清单公布的日期（--date 2026-06-12），查询结果会带上它。",
        )
    with telling(path, "读取"):
        identity = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    made = PublicList(
        identity,
        read.title,
        path.name,
        listed,
        source.strip(),
        at.isoformat(timespec="seconds"),
        read.entries,
        read.left_out,
    )
    target = folder() / f"{identity}.json"
    replaced = target.exists()
    document = {"format": _FORMAT, **asdict(made)}
    atomic_write(target, json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    return Imported(made, read.repeated, replaced, read.notes)


def _day(text: str, path: Path) -> str:
    found = date_in(text.strip())
    if not found:
        raise UserError(
            "registry.date", f"“{text}”不是日期，「{path.name}」没有导入。", "请写成 2026-06-12 或 2026-06。"
        )
    return found


def remove(identity: str) -> PublicList:
    """Forget a list; `UserError` when there is none of this id."""
    for known in lists():
        if known.id == identity:
            target = folder() / f"{identity}.json"
            with telling(target, "删除"):
                target.unlink(missing_ok=True)
            return known
    raise UserError("registry.unknown", f"没有编号为“{identity}”的清单。", "用 registry list 看现有的清单。")


class _Held:
    """A list as read, with what makes asking quick: entries by number, and the text of each as a search looks at it."""

    def __init__(self, stamp: tuple[int, int], each: PublicList) -> None:
        self.stamp = stamp
        self.each = each
        self.by_number: dict[str, list[Entry]] = {}
        for entry in each.entries:
            self.by_number.setdefault(number_key(entry.number), []).append(entry)

    @cached_property
    def texts(self) -> list[str]:
        return [
            unicodedata.normalize("NFKC", f"{e.number} {e.name} {e.holder} {e.product} {e.place}").casefold()
            for e in self.each.entries
        ]

    def hit(self, entry: Entry) -> Hit:
        return Hit(entry, self.each.id, self.each.title, self.each.date, self.each.source)


_kept: dict[Path, _Held] = {}
"""Lists as read, by file: what another program changes is read again."""


def lists() -> list[PublicList]:
    """Every imported list, the latest first. `UserError` names a file that is damaged."""
    return [held.each for held in _held()]


def _stamp(path: Path) -> tuple[int, int]:
    with telling(path, "读取"):
        state = path.stat()
    return state.st_mtime_ns, state.st_size


def _held() -> list[_Held]:
    found = []
    for path in sorted(folder().glob("*.json")):
        stamp = _stamp(path)
        held = _kept.get(path)
        if held is None or held.stamp != stamp:
            held = _kept[path] = _Held(stamp, _load(path))
        found.append(held)
    return sorted(found, key=lambda held: (held.each.date, held.each.imported_at), reverse=True)


def at_hand() -> bool:
    """Is every list in memory, so that asking takes no time? (Reading thousands of rows does.)"""
    return all(
        (held := _kept.get(path)) is not None and held.stamp == _stamp(path)
        for path in folder().glob("*.json")
    )


def _load(path: Path) -> PublicList:
    with telling(path, "读取"):
        data = path.read_bytes()
    try:
        document = json.loads(data.decode("utf-8", "surrogatepass"))
        if document.pop("format") != _FORMAT:
            raise ValueError("format")
        entries = tuple(Entry(**row) for row in document.pop("entries"))
        left_out = tuple((str(a), str(b)) for a, b in document.pop("left_out"))
        return PublicList(**document, entries=entries, left_out=left_out)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise UserError(
            "registry.damaged", f"公示清单“{path}”已损坏。", "请删除这个文件，再重新导入清单。"
        ) from error


def search(words: str, limit: int = 200) -> list[Hit]:
    """Entries that hold every word, anywhere in number, name, holder, product or place; the latest lists first."""
    wanted = unicodedata.normalize("NFKC", words).casefold().split()
    found: list[Hit] = []
    if not wanted:
        return found
    for held in _held():
        for entry, text in zip(held.each.entries, held.texts, strict=True):
            if all(word in text for word in wanted):
                found.append(held.hit(entry))
                if len(found) == limit:
                    return found
    return found


def dates_told(every: Sequence[PublicList]) -> str:
    """The lists that were asked, with their dates: 《…》（2026-06-12）."""
    named = [f"《{each.title}》（{each.date}）" for each in every[:4]]
    return "、".join(named) + (f"等 {len(every)} 份" if len(every) > 4 else "")


def verify(number: str, holder: str = "") -> Verdict:
    """What the imported lists say of a number, and whether its holder is the one expected."""
    parsed = parse_number(unicodedata.normalize("NFKC", number))
    if not parsed.valid:
        why = parsed.warnings[0] if parsed.warnings else "看不懂这个编号"
        return Verdict(number, "bad_number", (), f"编号格式不对：{why}。")
    held = _held()
    every = [each.each for each in held]
    if not every:
        return Verdict(
            number,
            "no_lists",
            (),
            f"还没有导入公示清单，无法核对。{NOT_FOUND_IS_NOT_UNFILED}。",
            parsed.warnings,
        )
    key = number_key(number)
    hits = tuple(each.hit(entry) for each in held for entry in each.by_number.get(key, ()))
    if not hits:
        return Verdict(
            number,
            "not_found",
            (),
            f"在{dates_told(every)}中没有查到。{NOT_FOUND_IS_NOT_UNFILED}：清单可能不全或早于备案，请以官网公示为准。",
            parsed.warnings,
        )
    over = [h for h in hits if h.entry.cancelled]
    first = (over or list(hits))[0]
    told = f"《{first.title}》（{first.date}）"
    if over:
        later = [h for h in hits if not h.entry.cancelled and h.date > first.date]
        more = f"；但{later[0].date} 的清单里没有注销标记，请以官网公示为准" if later else ""
        return Verdict(
            number,
            "cancelled",
            hits,
            f"{told}写明这个编号已注销或撤销（{first.entry.holder}）{more}。不能作为已备案的证明。",
            parsed.warnings,
        )
    if holder and all(holder_key(h.entry.holder) != holder_key(holder) for h in hits):
        return Verdict(
            number,
            "other_holder",
            hits,
            f"{told}中这个编号属于“{first.entry.holder}”，与填写的“{holder}”不同。请核对提供方全称。",
            parsed.warnings,
        )
    name = f"，{first.entry.name}" if first.entry.name else ""
    return Verdict(number, "found", hits, f"在{told}中查到：{first.entry.holder}{name}。", parsed.warnings)


@dataclass(frozen=True)
class Called:
    """A number that a project relies on: where it stands, and who should hold it."""

    path: str
    number: str
    holder: str


def called(facts: Facts) -> list[Called]:
    """Every number of a called model or another filed algorithm in the facts."""
    found = []
    for i, model in enumerate(facts.algorithm.models):
        for leaf in ("algorithm_number", "model_number"):
            found.append(Called(f"algorithm.models[{i}].{leaf}", getattr(model, leaf), model.provider))
    large = facts.large_model
    base, registered = large.development, large.registration
    found.append(Called("large_model.development.base_number", base.base_number, base.base_provider))
    found.append(
        Called("large_model.registration.called_number", registered.called_number, registered.called_provider)
    )
    for i, algorithm in enumerate(large.algorithms):
        found.append(Called(f"large_model.algorithms[{i}].number", algorithm.number, facts.subject.name))
    found.append(Called("algorithm.result.number", facts.algorithm.result.number, facts.subject.name))
    found.append(Called("large_model.result.number", large.result.number, facts.subject.name))
    return [each for each in found if each.number.strip()]


def verify_called(facts: Facts) -> list[tuple[Called, Verdict]]:
    """The verdict on each number that a project relies on."""
    return [(each, verify(each.number, each.holder)) for each in called(facts)]


def keep(session: Session, verdicts: Iterable[tuple[Called, Verdict]]) -> Changes | None:
    """Put into the project what lists say against its numbers (cancelled, somebody else's), so that the self-check, which reads
    no files, can tell it. What is no longer said is taken out. None when nothing changed."""
    wanted: Json = {
        called.number.strip(): verdict.sentence
        for called, verdict in verdicts
        if verdict.status in {"cancelled", "other_holder"}
    }
    old = session.note(LISTED)
    if (old or {}) == wanted:
        return None
    return session.apply_meta([Change(LISTED, old, wanted or None)], "记录清单核对结果", undoable=False)


def verdict_json(verdict: Verdict) -> dict[str, Any]:
    """A verdict for a script."""
    return {
        "number": verdict.number,
        "status": verdict.status,
        "message": verdict.sentence,
        "warnings": list(verdict.warnings),
        "entries": [hit_json(h) for h in verdict.hits],
    }


def hit_json(hit: Hit) -> dict[str, Any]:
    """An entry for a script."""
    return {
        **asdict(hit.entry),
        "list": {"id": hit.list_id, "title": hit.title, "date": hit.date, "source": hit.source},
    }


def age_in_days(each: PublicList, today: date) -> int:
    """How old a list is; a month counts from its last possible day, so the age is never overstated."""
    parts = [int(p) for p in each.date.split("-")]
    if len(parts) == 3:
        return max(0, (today - date(*parts)).days)
    year, month = parts
    end = date(year + month // 12, month % 12 + 1, 1)
    return max(0, (today - end).days)
