"""What a person may write between the braces of a Word form: paths, Chinese labels, labels with their section before them."""

import difflib
import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from filingdesk.domain.meta import Kind
from filingdesk.domain.specs import FieldSpec, ListSpec, Spec, by_pattern

_IGNORED = re.compile(r"[\s()\[\]{}<>【】《》〈〉、,。.:;·•/\\|—_›»→“”\"'‘’?!-]+")

SYNONYMS = {
    "单位名称": "subject.name",
    "单位全称": "subject.name",
    "企业名称": "subject.name",
    "公司名称": "subject.name",
    "申请单位": "subject.name",
    "申报单位": "subject.name",
    "备案主体": "subject.name",
    "信用代码": "subject.credit_code",
    "社会信用代码": "subject.credit_code",
    "法人": "legal_representative.name",
    "法人代表": "legal_representative.name",
    "注册地址": "subject.address",
}
"""What offices call a field in their own forms."""


@dataclass(frozen=True)
class Field:
    """One thing that a placeholder can name: its path (with `[]` in lists), its label, the way to it, and what to write."""

    pattern: str
    label: str
    trail: str
    is_list: bool
    """A list of records, to be walked by a loop."""
    placeholder: str
    """What the picker copies."""


def plain(text: str) -> str:
    """A label as it is compared: without spaces, brackets and punctuation, in one width and case."""
    return _IGNORED.sub("", unicodedata.normalize("NFKC", text)).casefold()


@cache
def _index() -> dict[str, tuple[str, ...]]:
    """plain label → patterns that may be meant by it."""
    found: dict[str, dict[str, None]] = {}

    def add(name: str, pattern: str) -> None:
        if key := plain(name):
            found.setdefault(key, {})[pattern] = None

    for pattern, spec in by_pattern().items():
        labels = [_own_label(spec)]
        add(labels[0], pattern)
        if isinstance(spec, ListSpec):
            add(spec.meta.item, pattern)
            add(f"{spec.meta.item}列表", pattern)
        holder = pattern
        before = ""
        while "." in holder:
            holder = holder.rpartition(".")[0].removesuffix("[]")
            above = by_pattern().get(holder)
            if above is None:
                break
            heads = [above.meta.label]
            if isinstance(above, ListSpec):
                heads.append(above.meta.item)
            for head in heads:
                add(f"{head}{labels[0]}", pattern)
                add(f"{head}的{labels[0]}", pattern)
                if before:
                    add(f"{head}{before}{labels[0]}", pattern)
            before = above.meta.label + before
    return {key: tuple(patterns) for key, patterns in found.items()}


def _own_label(spec: Spec) -> str:
    return spec.meta.label


def meant(text: str) -> tuple[str, ...]:
    """The patterns a label names, the plainest reading first: one value before a list, what lies higher before what lies deeper.

    One pattern: it is clear. Several: the reader has to say more. None: unknown.
    """
    if text.strip() in SYNONYMS:
        return (SYNONYMS[text.strip()],)
    patterns = _index().get(plain(text), ())
    if len(patterns) < 2:
        return patterns
    # A field goes before a section of the same name, and what stands alone before what a list repeats.
    leaves = [p for p in patterns if isinstance(by_pattern()[p], FieldSpec | ListSpec)] or list(patterns)
    fewest = min(p.count("[]") for p in leaves)
    flat = [p for p in leaves if p.count("[]") == fewest]
    if len(flat) > 1 and fewest == 0:
        exact = [p for p in flat if plain(_own_label(by_pattern()[p])) == plain(text)]
        flat = exact or flat
    return tuple(flat)


def child(pattern: str, name: str) -> str | None:
    """The pattern of `name` (a key or a label) below a record or section; None when there is none or it is not clear."""
    direct = f"{pattern}.{name}" if pattern else name
    if direct in by_pattern():
        return direct
    key = plain(name)
    depth = direct.count(".")
    hits = [
        known
        for known, spec in by_pattern().items()
        if known.startswith(f"{pattern}.") and known.count(".") == depth and plain(_own_label(spec)) == key
    ]
    if not hits:  # 产品.名称 for 产品名称
        holder = by_pattern().get(pattern.removesuffix("[]"))
        heads = [holder.meta.label] if holder else []
        if isinstance(holder, ListSpec):
            heads.append(holder.meta.item)
        hits = [
            known
            for known, spec in by_pattern().items()
            if known.startswith(f"{pattern}.")
            and known.count(".") == depth
            and any(plain(_own_label(spec)) == plain(f"{head}{name}") for head in heads)
        ]
    return hits[0] if len(hits) == 1 else None


def nearest(text: str, below: str = "", n: int = 3) -> list[Field]:
    """The fields whose label or path looks most like what was written."""
    wanted = plain(text)
    if not wanted:
        return []
    scored: dict[str, float] = {}
    for pattern, spec in by_pattern().items():
        if below and not pattern.startswith(f"{below}."):
            continue
        label = plain(_own_label(spec))
        tail = pattern.rpartition(".")[2]
        score = max(_alike(wanted, label), _alike(wanted, plain(pattern)), _alike(wanted, tail))
        if label and (label in wanted or wanted in label):
            score = max(score, 0.62 + 0.3 * min(len(label), len(wanted)) / max(len(label), len(wanted)))
        if score >= 0.5:
            scored[pattern] = score + (0.02 if "[]" not in pattern else 0)
    best = sorted(scored, key=lambda pattern: (-scored[pattern], pattern))[:n]
    return [field_of(pattern) for pattern in best]


def _alike(one: str, other: str) -> float:
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= 0.5 and matcher.quick_ratio() >= 0.5 else 0.0


def trail(pattern: str) -> str:
    """All labels on the way to a pattern: 算法备案 › 产品 › 产品名称."""
    labels = []
    steps = pattern.split(".")
    for end in range(1, len(steps) + 1):
        known = ".".join(steps[:end])
        spec = by_pattern().get(known.removesuffix("[]"))
        if spec is None:
            return pattern
        labels.append(spec.meta.item if isinstance(spec, ListSpec) and end < len(steps) else spec.meta.label)
    return " › ".join(labels)


def field_of(pattern: str) -> Field:
    """What the picker shows of a pattern."""
    spec = by_pattern()[pattern]
    is_list = isinstance(spec, ListSpec)
    return Field(pattern, spec.meta.label, trail(pattern), is_list, placeholder_of(pattern))


def placeholder_of(pattern: str) -> str:
    """What to write for a field: its label where that is clear, else its path; lists as the rows of a table."""
    spec = by_pattern()[pattern]
    if isinstance(spec, ListSpec):
        item = spec.meta.item
        return f"{{%tr for {item} in {pattern} %}} … {{%tr endfor %}}"
    head, _bracket, tail = pattern.rpartition("[].")
    if head:
        holder = by_pattern()[head]
        item = holder.meta.item if isinstance(holder, ListSpec) else "项"
        name = spec.meta.label if spec.meta.label.isidentifier() else tail
        return f"{{{{ {item}.{name} }}}}"
    clear = spec.meta.label if meant(spec.meta.label) == (pattern,) else ""
    name = clear or pattern
    if isinstance(spec, FieldSpec) and spec.meta.kind is Kind.ATTACHMENTS:
        return f"{{{{ 附件名({pattern}) }}}}"
    return f"{{{{ {name} }}}}"


def search(words: str, limit: int = 200) -> list[Field]:
    """Fields whose label, way or path holds every word, for the picker; all of them for blank words."""
    wanted = [plain(word) for word in words.split() if plain(word)]
    found = [field for field, text in _searched() if all(word in text for word in wanted)]
    if wanted:
        found.sort(key=lambda field: (plain(field.label) != wanted[0], wanted[0] not in plain(field.label)))
    return found[:limit]


@cache
def _searched() -> tuple[tuple[Field, str], ...]:
    """Every field of the picker with the text in which words are looked for."""
    fields = [
        field_of(known) for known, spec in by_pattern().items() if isinstance(spec, FieldSpec | ListSpec)
    ]
    return tuple((field, plain(field.trail) + plain(field.pattern)) for field in fields)
