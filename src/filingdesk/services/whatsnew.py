"""What changed in a project since a moment, in words, each with the place it leads to; read from the journal."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Literal

from filingdesk.domain.facts import Facts
from filingdesk.domain.flat import get, path_of
from filingdesk.domain.paths import pattern_of
from filingdesk.domain.records import BANKS
from filingdesk.domain.specs import FieldSpec, ListSpec, Spec, label_of, page_of, spec_of, trail_of
from filingdesk.services.changes import (
    ARCHITECTURE_DRAFT,
    ATTEST,
    COMMENT,
    EXPORT,
    FORM,
    FORMAT,
    LIBRARY,
    LOOK,
    META,
    OVERRIDE,
    PASTED,
    TALLY,
    TEMPLATE,
    TEMPLATE_DRAFT,
    TYPED,
    WAIVER,
)
from filingdesk.services.rulesets import LISTED, OVERLAYS, PACKS, SEEN
from filingdesk.services.session import Session
from filingdesk.store.model import CHINA, Json
from filingdesk.store.recent import LastTouch, Touched

How = Literal["填写", "修改", "清空", "新增", "删除", "调整顺序"]
OWN_RECORDS = (SEEN, TALLY, TYPED, "@schema")
"""What the program notes by itself after a check or while somebody types: nobody changed anything."""
_BANK_NAMES = {
    "generation": "生成内容测试题库",
    "should-refuse": "应拒答测试题库",
    "non-refuse": "非拒答测试题库",
}


@dataclass(frozen=True)
class Moved:
    """One thing that changed. `target` is a door: a key or path of a fact, `@library/…`, `rule:ID`, `paper:ID` or `page:KEY`.

    `place` is where it belongs, in words; `who` in the order in which they touched it; `at` in UTC; `times`: how often.
    """

    target: str
    title: str
    place: str
    how: How
    who: tuple[str, ...]
    at: datetime
    times: int = 1

    @property
    def when(self) -> str:
        """11-23 14:05, in China."""
        return self.at.astimezone(CHINA).strftime("%m-%d %H:%M")


@dataclass(frozen=True)
class News:
    """Everything since a moment, the last touched first. `settled`: places that were touched and are again as they were.

    `last`: the last edit of all, also when it lies before the moment.
    """

    since: datetime
    things: tuple[Moved, ...] = ()
    settled: int = 0
    last: LastTouch | None = None

    @property
    def people(self) -> tuple[tuple[str, int], ...]:
        """Who changed how many of them, the busiest first."""
        return tuple(Counter(who for thing in self.things for who in thing.who).most_common())

    @property
    def places(self) -> tuple[tuple[str, int], ...]:
        """How many changes belong to which place, the most first."""
        return tuple(Counter(thing.place for thing in self.things).most_common())

    def papers(self, uses: Mapping[str, Sequence[tuple[str, str]]]) -> tuple[tuple[str, str, int], ...]:
        """The papers whose facts changed: id, title, how many of the changes; the most first. `uses`: field pattern → papers."""
        titles: dict[str, str] = {}
        counts: Counter[str] = Counter()
        below: Counter[str] = Counter()
        for thing in self.things:
            if thing.target.startswith("paper:"):
                paper = thing.target.removeprefix("paper:")
                titles[paper] = thing.title
                counts[paper] += 1
            else:
                below[pattern_of(thing.target)] += 1
        for pattern, times in below.items():
            # A record or a list counts for every paper that uses a field in it.
            users = uses.get(pattern) or [
                user
                for known in uses
                if known.startswith((f"{pattern}[", f"{pattern}."))
                for user in uses[known]
            ]
            hit = dict(users)
            titles |= hit
            counts.update(dict.fromkeys(hit, times))
        return tuple((paper, titles[paper], count) for paper, count in counts.most_common())


def day_start(day: date) -> datetime:
    """Midnight in China, with which a day begins."""
    return datetime.combine(day, time(), CHINA)


def yesterday(today: date) -> date:
    """The day before."""
    return today - timedelta(days=1)


def last_working_day(today: date) -> date:
    """The last working day before today, by the arranged holidays where they are known, else by Mondays to Fridays."""
    from filingdesk.rules import workdays

    calendar, day = workdays.china(), yesterday(today)
    while not calendar.is_working(day):
        day = yesterday(day)
    return day


def since(session: Session, moment: datetime) -> News:
    """What changed at or after a moment (with a zone). Reads the whole journal: ask in a job."""
    touched = session.file.touched_since(moment, OWN_RECORDS)
    return replace(told(session.facts, touched, moment), last=session.file.last_touch(OWN_RECORDS))


def told(facts: Facts, touched: Sequence[Touched], moment: datetime) -> News:
    """The same from what was touched: records that came or went are told once, not by each of their fields."""
    moved = [one for one in touched if not one.same]
    gone = {one.key: one for one in moved}
    whole = [record for one in moved for record in _records(one, gone, facts)]
    inside = tuple(f"{key}." for key, _thing in whole)
    things = [thing for key, thing in whole if not _below(key, inside)]
    for one in moved:
        if one.key.startswith("@") or _below(one.key, inside):
            continue
        if (thing := _field(one, facts)) is not None:
            things.append(thing)
    things += _notes([one for one in moved if one.key.startswith("@")], facts)
    things.sort(key=lambda thing: thing.at, reverse=True)
    return News(moment, tuple(things), len(touched) - len(moved))


def _below(key: str, records: tuple[str, ...]) -> bool:
    return key.startswith(records)


def _ids(value: Json) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []


def _list_spec(key: str) -> ListSpec | None:
    spec: Spec | None = None if key.startswith("@") or key.endswith("]") else spec_of(key)
    return spec if isinstance(spec, ListSpec) else None


def _records(one: Touched, all_moved: Mapping[str, Touched], facts: Facts) -> Iterator[tuple[str, Moved]]:
    """The records that a list gained or lost, each with its storage key."""
    spec = _list_spec(one.key)
    if spec is None or one.long:
        return
    before, after = _ids(one.old), _ids(one.new)
    for identity in [*(i for i in after if i not in before), *(i for i in before if i not in after)]:
        key, new = f"{one.key}[#{identity}]", identity in after
        named = all_moved.get(f"{key}.{spec.meta.title}")
        name = named and (named.new if new else named.old)
        title = spec.meta.item + (f"「{name}」" if isinstance(name, str) and name else "")
        target = key if new else one.key
        yield key, Moved(target, title, _place(target), "新增" if new else "删除", one.who, one.at)


def _field(one: Touched, facts: Facts) -> Moved | None:
    """A field that changed, or a list whose records changed places; None for a list of which the records tell all."""
    if _list_spec(one.key) is not None:
        if not one.long and sorted(_ids(one.old)) != sorted(_ids(one.new)):
            return None
        how: How = "修改" if one.long else "调整顺序"
        return Moved(one.key, label_of(one.key), _place(one.key), how, one.who, one.at, one.times)
    how = "填写" if one.old is None else "清空" if one.new is None else "修改"
    return Moved(_door(one.key), _name(one.key, facts), _place(one.key), how, one.who, one.at, one.times)


def _door(key: str) -> str:
    """The key itself, or that of the list when the field is not declared any more (an older program wrote it)."""
    return key if spec_of(key) is not None else key.partition("[")[0]


def _name(key: str, facts: Facts) -> str:
    """The label, behind the record it belongs to: `产品 1 › 访问地址`; a record with a name of its own by that."""
    *_way, last = trail_of(key).split(" › ")
    head, bracket, _rest = key.rpartition("]")
    if not bracket:
        return last
    record = head + bracket
    spec = spec_of(record)
    try:
        item = get(facts, record)
        name = str(getattr(item, spec.meta.title, "")) if isinstance(spec, ListSpec) else ""
        number = path_of(facts, record).rpartition("[")[2].rstrip("]")
    except KeyError:
        return last
    word = spec.meta.item if isinstance(spec, ListSpec) else ""
    return f"{f'{word}「{name}」' if name else f'{word} {int(number) + 1}'} › {last}"


def _place(key: str) -> str:
    page = page_of(key)
    return page.title if page else trail_of(key).partition(" › ")[0]


def _notes(touched: Sequence[Touched], facts: Facts) -> Iterator[Moved]:
    """What is no fact: libraries, reasons, statements, questions, papers, settings; many of one kind are told as one."""
    piles: dict[tuple[str, str, str], list[Touched]] = {}
    for one in touched:
        piles.setdefault(_heading(one, facts), []).append(one)
    for (target, title, place), pile in piles.items():
        who = tuple(dict.fromkeys(name for one in reversed(pile) for name in one.who))
        gone = all(one.new is None for one in pile)
        new = all(one.old is None for one in pile)
        how: How = "删除" if gone else "新增" if new else "修改"
        yield Moved(target, title, place, how, who, pile[0].at, sum(one.times for one in pile))


_PREFIXES: tuple[tuple[str, str, str, str], ...] = (
    (PASTED, "page:bundle", "已粘贴的记录", "填报小窗"),
    (TEMPLATE, "page:templates", "本项目的模板", "模板"),
    (TEMPLATE_DRAFT, "page:templates", "没有改好的模板", "模板"),
    (FORM, "page:own-forms", "自备表单", "文书"),
    (LOOK, "page:own-look", "本单位格式", "文书"),
    (ARCHITECTURE_DRAFT, "page:architecture", "架构描述（草稿）", "架构描述"),
    (PACKS, "page:packs", "沿用的规则包", "规则与版本"),
    (OVERLAYS, "page:packs", "启用的本地规则", "规则与版本"),
    (LISTED, "page:library", "公开名单核对结果", "资料"),
    (f"{META}interception", "page:keywords", "拦截测试结果", "关键词库"),
    (f"{META}category-map/", "page:keywords", "分类对照", "关键词库"),
    (f"{META}profile", "page:profile", "单位档案的引用", "单位档案"),
)


def _heading(one: Touched, facts: Facts) -> tuple[str, str, str]:
    """(door, title, place) of an entry that is no fact."""
    key = one.key
    if key == "@project":
        return "page:overview", "新建项目", "项目"
    if key.startswith(LIBRARY):
        return key, *_library(key.removeprefix(LIBRARY))
    if key.startswith((WAIVER, ATTEST)):
        rule = key.partition("/")[2].partition(":")[0]
        return f"rule:{rule}", f"{'豁免理由' if key.startswith(WAIVER) else '人工核查'} {rule}", "自检"
    if key.startswith((COMMENT, FORMAT)):
        prefix = COMMENT if key.startswith(COMMENT) else FORMAT
        field = key.removeprefix(prefix)
        title = f"{label_of(field)}的{'批注与提问' if prefix == COMMENT else '格式'}"
        known = isinstance(spec_of(field), FieldSpec) and _there(facts, field)
        return field if known else "page:asks", title, _place(field)
    if key.startswith((EXPORT, OVERRIDE)):
        paper = key.split("/")[1]
        return f"paper:{paper}", paper, "导出 Word" if key.startswith(EXPORT) else "文书措辞"
    for prefix, target, title, place in _PREFIXES:
        if key.startswith(prefix):
            return target, title, place
    return "page:overview", "项目设置", "项目"


def _library(name: str) -> tuple[str, str]:
    if name not in BANKS:
        return "关键词库", "关键词库"
    from filingdesk.services.questions import BANK_NAMES

    return next(title for bank, title in BANK_NAMES.items() if bank == name), "测试题库"


def _there(facts: Facts, key: str) -> bool:
    try:
        get(facts, key)
    except KeyError:
        return False
    return True


def named(news: News, papers: Mapping[str, str], rules: Mapping[str, str]) -> News:
    """The same with papers and rules by their titles instead of their ids."""

    def with_name(thing: Moved) -> Moved:
        kind, _colon, identity = thing.target.partition(":")
        if kind == "paper" and identity in papers:
            return replace(thing, title=papers[identity])
        if kind == "rule" and identity in rules:
            return replace(thing, title=thing.title.replace(identity, f"「{rules[identity]}」"))
        return thing

    return replace(news, things=tuple(with_name(thing) for thing in news.things))
