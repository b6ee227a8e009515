"""Checks on the subject, its papers, its office and its systems."""

from collections.abc import Iterator
from datetime import date

from filingdesk.domain.values import narrow, parse_date
from filingdesk.rules.checks.register import check
from filingdesk.rules.hits import Hit, NotApplicable
from filingdesk.rules.view import View

_FOREVER = ("长期", "永久", "无固定期限", "长期有效")


@check("licence_valid", "licence.valid_until")
def licence_valid(view: View) -> Iterator[Hit]:
    """The licence has not run out on the day of the check; 长期 never does. practice/form-algorithm."""
    path = "licence.valid_until"
    text = narrow(view.text(path))
    if not text:
        raise NotApplicable("还没有填写")
    until, readable = _end_of(text)
    today = view.snapshot.as_of
    if not readable:
        yield Hit(path, f"“{view.show(path)}”（认不出日期）", today.isoformat())
    elif until is not None and until < today:
        yield Hit(path, until.isoformat(), today.isoformat())


@check("permits_valid", "permits[].valid_until")
def permits_valid(view: View) -> Iterator[Hit]:
    """No permit has run out on the day of the check; 长期 never does. practice/form-algorithm."""
    places = [p for p in view.expand("permits[].valid_until") if view.visible(p) and view.filled(p)]
    if not places:
        raise NotApplicable
    today = view.snapshot.as_of.isoformat()
    for place in places:
        until, readable = _end_of(view.text(place))
        if not readable:
            yield Hit(place, view.show(place), today, {"problem": "认不出日期，应写成 2028-05-31 或“长期”"})
        elif until is not None and until < view.snapshot.as_of:
            yield Hit(place, until.isoformat(), today, {"problem": f"已经过期，检查当天是 {today}"})


def _end_of(typed: str) -> tuple[date | None, bool]:
    """The last day of a period as typed, None for 长期; and whether it could be read."""
    text = narrow(typed)
    if any(word in text for word in _FOREVER):
        return None, True
    # A span (2020-01-01 至 2040-01-01) counts by its end.
    for separator in ("至", "到", "~", "—"):
        text = text.rpartition(separator)[2] or text
    until = parse_date(text)
    return until, until is not None


@check("staff_enough", "safety_office.staff_required", "safety_office.staff_actual")
def staff_enough(view: View) -> Iterator[Hit]:
    """As many people as the company's own rule demands. algo-2022/art7."""
    required = view.number("safety_office.staff_required")
    actual = view.number("safety_office.staff_actual")
    if required is None or actual is None:
        raise NotApplicable("人数还没有填全")
    if actual < required:
        yield Hit("safety_office.staff_actual", str(actual), str(required))


@check("policies_issued", "policies[].issued_on", "policies[].state")
def policies_issued(view: View) -> Iterator[Hit]:
    """The day of issue of each system is a day, and not in the future. practice/return-16."""
    places = [p for p in view.expand("policies[].issued_on") if view.visible(p) and view.filled(p)]
    if not places:
        raise NotApplicable
    for place in places:
        day = parse_date(view.text(place))
        if day is None:
            yield Hit(
                place, view.show(place), "日期", {"problem": "写法不对，应写成 2026-03-01 或 2026年3月1日"}
            )
        elif day > view.snapshot.as_of:
            today = view.snapshot.as_of.isoformat()
            yield Hit(place, day.isoformat(), f"不晚于 {today}", {"problem": f"晚于检查当天 {today}"})
