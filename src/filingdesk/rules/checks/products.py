"""Checks on products and their numbers of users, and on the self-assessment's texts."""

import re
from collections.abc import Iterator
from decimal import Decimal

from filingdesk.domain.meta import Kind
from filingdesk.domain.specs import fields
from filingdesk.domain.values import narrow
from filingdesk.rules.checks.register import check
from filingdesk.rules.hits import Hit, NotApplicable
from filingdesk.rules.predicate import figure
from filingdesk.rules.view import View

PRODUCTS = "algorithm.products"
_URL = re.compile(r"https?://\S+|(?<![\w.@-])[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.IGNORECASE)
"""An address that can be opened: with or without http://."""


@check("product_url", f"{PRODUCTS}[].url", f"{PRODUCTS}[].forms")
def product_url(view: View) -> Iterator[Hit]:
    """A product that is a web site has a web address. practice/return-04."""
    sites = [r for r in view.records(PRODUCTS) if "网站" in view.terms(f"{r}.forms")]
    filled = [r for r in sites if view.filled(f"{r}.url")]
    if not filled:
        raise NotApplicable
    for record in filled:
        if not _URL.search(narrow(view.text(f"{record}.url"))):
            yield Hit(f"{record}.url", view.show(f"{record}.url"), "能打开的网址")


def _users(view: View, record: str, leaf: str) -> Decimal | None:
    return view.number(f"{record}.{leaf}")


@check("daily_within_monthly", f"{PRODUCTS}[].daily_active_users", f"{PRODUCTS}[].monthly_active_users")
def daily_within_monthly(view: View) -> Iterator[Hit]:
    """DAU is never above MAU. practice/return-12."""
    looked = False
    for record in view.records(PRODUCTS):
        daily = _users(view, record, "daily_active_users")
        monthly = _users(view, record, "monthly_active_users")
        if daily is None or monthly is None:
            continue
        looked = True
        if daily > monthly:
            yield Hit(f"{record}.daily_active_users", figure(daily), figure(monthly))
    if not looked:
        raise NotApplicable("用户数还没有填全")


@check("product_users_within_subject", f"{PRODUCTS}[].monthly_active_users", "subject.monthly_active_users")
def product_users_within_subject(view: View) -> Iterator[Hit]:
    """No product has more monthly users than the subject as a whole. practice/return-12."""
    whole = view.number("subject.monthly_active_users")
    if whole is None or not view.count(PRODUCTS):
        raise NotApplicable("用户数还没有填全")
    for record in view.records(PRODUCTS):
        monthly = _users(view, record, "monthly_active_users")
        if monthly is not None and monthly > whole:
            yield Hit(f"{record}.monthly_active_users", figure(monthly), figure(whole))


_LIVE = ("已上线", "内测", "公测", "已下线")


@check("launch_state", "algorithm.launched", f"{PRODUCTS}[].state")
def launch_state(view: View) -> Iterator[Hit]:
    """The algorithm's launch and its products' states do not contradict. practice/return-04."""
    launched = view.text("algorithm.launched")
    states = {r: view.text(f"{r}.state") for r in view.records(PRODUCTS) if view.filled(f"{r}.state")}
    if not launched or not states:
        raise NotApplicable("上线情况还没有填全")
    if launched == "是" and not any(state in _LIVE for state in states.values()):
        first = next(iter(states))
        yield Hit(f"{first}.state", states[first], launched)
    if launched == "否":
        for record, state in states.items():
            if state in {"已上线", "公测", "已下线"}:
                yield Hit(f"{record}.state", state, launched)


@check("risk_kinds", "algorithm.risks[].kind")
def risk_kinds(view: View) -> Iterator[Hit]:
    """Every kind of risk of the cover table is spoken of, 其他 aside. practice/form-algorithm."""
    demanded = fields()["algorithm.risks[].kind"].meta.choices
    present = {view.text(f"{record}.kind") for record in view.records("algorithm.risks")}
    if missing := [kind for kind in demanded if kind != "其他" and kind not in present]:
        yield Hit("algorithm.risks", "”“".join(missing), "每类风险都有研判")


def _repeated(view: View, places: list[str]) -> Iterator[Hit]:
    first_at: dict[str, str] = {}
    for place in places:
        text = "".join(view.text(place).split())
        if not text:
            continue
        if text in first_at:
            other = (view.item(place) and view.item(first_at[text])) or view.place(first_at[text])
            yield Hit(place, view.show(place), "各写各的", {"other": other})
        else:
            first_at[text] = place


@check("repeated_measures", "algorithm.risks[].measure")
def repeated_measures(view: View) -> Iterator[Hit]:
    """No two risks with the very same measures. practice/return-15."""
    places = view.expand("algorithm.risks[].measure")
    if len(places) < 2:
        raise NotApplicable
    yield from _repeated(view, places)


_PUBLICITY = tuple(
    f"algorithm.publicity.{leaf}" for leaf in ("principle", "mechanism", "scenario", "intention")
)


@check("repeated_publicity", *_PUBLICITY)
def repeated_publicity(view: View) -> Iterator[Hit]:
    """The four parts to be published differ. practice/return-15."""
    filled = [path for path in _PUBLICITY if view.filled(path)]
    if len(filled) < 2:
        raise NotApplicable("还没有填写")
    yield from _repeated(view, filled)


_PROMISE = re.compile(r"(?:详?见|参见|参阅|如)附件[一二三四五六七八九十\d]{0,3}")
_PROSE = tuple(
    pattern
    for pattern, spec in fields().items()
    if spec.meta.kind is Kind.LONG_TEXT and pattern.startswith(("algorithm.", "safety_office."))
)


@check("promised_attachments", *_PROSE, "evidence")
def promised_attachments(view: View) -> Iterator[Hit]:
    """A text points to an attachment, but the project's evidence holds none. practice/return-16."""
    has_files = any(view.filled(f"{record}.files") for record in view.records("evidence"))
    for pattern in _PROSE:
        for place in view.expand(pattern):
            if not has_files and view.visible(place) and (match := _PROMISE.search(view.text(place))):
                yield Hit(place, match.group(), "所说的附件在材料里")
