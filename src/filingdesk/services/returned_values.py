"""From what stands in a returned paper back to what is typed into a field: dates, choices, lists, lines of a longer text."""

import re
from collections.abc import Sequence

from filingdesk.documents.cleaning import clean_text
from filingdesk.documents.helpers import chinese_date, grouped
from filingdesk.documents.returned_compare import FactEdit
from filingdesk.domain.flat import Value
from filingdesk.domain.meta import Kind
from filingdesk.domain.specs import FieldSpec
from filingdesk.domain.values import parse_date

COMMA = "、"
_BOX = re.compile(r"([☑☒■√✓✔☐□])\s*([^☑☒■√✓✔☐□]*)")
_OPEN = "☐□"
_MARK = re.compile(r"\s*(?:#{1,4}|[-*+]|\d{1,3}[.)])\s+")

AMBIGUOUS = "文书里几处改得不一样，请先在 Word 里改成一样，或在页面里填写"
UNREADABLE = "文书里显示的不是原样的填写内容，没法自动改回字段，请在页面里填写"
ATTACHED = "这里是附件的名称，附件要在页面里更换"


def read_back(spec: FieldSpec, raw: Value, edits: Sequence[FactEdit]) -> tuple[Value | None, str]:
    """(the new value, ""), or (None, why not). `raw` is the value as it was when the paper left the house."""
    if spec.meta.kind is Kind.ATTACHMENTS:
        return None, ATTACHED
    distinct = list(dict.fromkeys((e.old, e.new) for e in edits))
    values = [_one(spec, raw, old, new) for old, new in distinct]
    if all(value is not None for value in values) and all(value == values[0] for value in values):
        return values[0], ""
    by_old: dict[str, set[str]] = {}
    for old, new in distinct:
        by_old.setdefault(old, set()).add(new)
    if any(len(news) > 1 for news in by_old.values()):
        return None, AMBIGUOUS
    if len(values) == 1:
        return None, UNREADABLE
    return _in_turn(spec, raw, distinct)


def _in_turn(spec: FieldSpec, raw: Value, distinct: Sequence[tuple[str, str]]) -> tuple[Value | None, str]:
    """Several places show parts of one value: boxes, items of a list, lines of a text."""
    value: Value = raw
    for old, new in distinct:
        if not isinstance(raw, list) and not _BOX.search(old) and old.strip() == _shown(raw):
            return None, AMBIGUOUS
        step = _one(spec, value, old, new)
        if step is None:
            return None, AMBIGUOUS
        value = step
    return value, ""


def _shown(raw: Value) -> str:
    return clean_text(raw)[0].strip() if isinstance(raw, str) else COMMA.join(x.strip() for x in raw)


def _one(spec: FieldSpec, raw: Value, old: str, new: str) -> Value | None:
    """One place: what was shown (blank for a gap), what stands there now."""
    old, new = old.strip(), new.strip()
    if _BOX.match(old) or _BOX.match(new):
        return _ticked(spec, raw, old, new)
    if spec.is_list:
        return _list(raw if isinstance(raw, list) else [], old, new)
    text = raw if isinstance(raw, str) else ""
    shown = _shown(text)
    if not shown or old == shown:
        # A blank field shows a gap or a word of the template in its place (无).
        return new
    if old == chinese_date(shown):
        day = parse_date(new)
        return day.isoformat() if day else ("" if not new else None)
    if old == grouped(shown):
        return new.replace(",", "").replace("，", "")
    lines = text.split("\n")
    same = [n for n, line in enumerate(lines) if clean_text(line)[0].strip() == old]
    if len(lines) > 1 and len(same) == 1:
        return _put(lines, same[0], new)
    # A field that is set with format: the mark before the words (- 1. ##) stays; words with marks inside are left alone.
    marked = [n for n, line in enumerate(lines) if _MARK.match(line) and _MARK.sub("", line).strip() == old]
    if not same and len(marked) == 1:
        mark = _MARK.match(lines[marked[0]])
        return _put(lines, marked[0], f"{mark[0] if mark else ''}{new}" if new else "")
    return None


def _put(lines: list[str], at: int, new: str) -> str:
    """The text with another line `at`; an emptied one goes."""
    lines[at] = new
    return "\n".join(line for n, line in enumerate(lines) if line or n != at)


def _list(raw: list[str], old: str, new: str) -> list[str] | None:
    shown = [item.strip() for item in raw]
    if not raw or old == COMMA.join(shown):
        return [part.strip() for part in re.split("[、，,；;\n]", new) if part.strip()]
    if shown.count(old) == 1:
        out = [new if item == old else item for item in shown]
        return [item for item in out if item]
    return None


def _ticked(spec: FieldSpec, raw: Value, old: str, new: str) -> Value | None:
    """Boxes: what was ticked or unticked between the two."""
    before = {name.strip(): box not in _OPEN for box, name in _BOX.findall(old)}
    after = {name.strip(): box not in _OPEN for box, name in _BOX.findall(new)}
    if set(before) - set(after) or "" in after:
        return None  # an option's own words were changed
    value = list(raw) if isinstance(raw, list) else [raw] if raw else []
    for name, on in after.items():
        if on and not before.get(name, False) and name not in value:
            value.append(name)
        elif not on and before.get(name, False):
            value = [item for item in value if item != name]
    if spec.is_list:
        return value
    if len(value) > 1:
        # The new tick of a single choice goes before the old one only when that one was taken away.
        return None
    return value[0] if value else ""
