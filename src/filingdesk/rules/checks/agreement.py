"""Checks that two places of the facts say the same: user numbers, model names, addresses, signatures."""

import re
from collections.abc import Iterator

from filingdesk.domain.values import narrow, parse_quantity
from filingdesk.rules.checks.register import check
from filingdesk.rules.hits import Hit, NotApplicable
from filingdesk.rules.predicate import figure
from filingdesk.rules.view import View

_MONTHLY = re.compile(r"月活[^\d。;；]{0,12}?(\d[\d,.]*\s*[千万亿]?)")
_ADDRESS = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")


@check("report_users", "algorithm.assessment.users", "subject.monthly_active_users")
def report_users(view: View) -> Iterator[Hit]:
    """The monthly users told in the report are those of the form. practice/return-12."""
    path = "algorithm.assessment.users"
    whole = view.number("subject.monthly_active_users")
    match = _MONTHLY.search(narrow(view.text(path)))
    told = parse_quantity(match[1].rstrip(",.")) if match else None
    if whole is None or told is None:
        raise NotApplicable("两处没有都写月活")
    products = [view.number(p) for p in view.expand("algorithm.products[].monthly_active_users")]
    if told != whole and told not in products:
        yield Hit(path, figure(told), figure(whole))


@check("model_named_in_algorithm", "large_model.name", "algorithm.models[].name")
def model_named_in_algorithm(view: View) -> Iterator[Hit]:
    """The model of the second filing is among the models of the first, by the same name. practice/return-01."""
    path = "large_model.name"
    names = [view.text(p) for p in view.expand("algorithm.models[].name") if view.filled(p)]
    if not view.filled(path) or not names:
        raise NotApplicable("模型名称还没有填全")
    if "".join(view.text(path).split()) not in {"".join(name.split()) for name in names}:
        yield Hit(path, view.show(path), "”“".join(names[:5]))


@check(
    "same_addresses",
    "large_model.compute.inference_place",
    "algorithm.assessment.deployment",
)
def same_addresses(view: View) -> Iterator[Hit]:
    """The IP addresses of both filings are the same. practice/return-06."""
    path, other = "large_model.compute.inference_place", "algorithm.assessment.deployment"
    here = _ADDRESS.findall(narrow(view.text(path)))
    there = _ADDRESS.findall(narrow(view.text(other)))
    if not here or not there:
        raise NotApplicable("两处没有都写 IP")
    if set(here) != set(there):
        yield Hit(path, "、".join(dict.fromkeys(here)), "、".join(dict.fromkeys(there)))


def _signs_as(view: View, role: str, person: str) -> Iterator[Hit]:
    name = "".join(view.text(person).split())
    signing = [
        f"{record}.name"
        for record in view.records("signatories", {"path": ".role", "is": role})
        if view.filled(f"{record}.name")
    ]
    if not name or not signing:
        raise NotApplicable("姓名还没有填全")
    for place in signing:
        if "".join(view.text(place).split()) != name:
            yield Hit(place, view.show(place), view.show(person))


@check("legal_representative_signs", "signatories[].name", "legal_representative.name")
def legal_representative_signs(view: View) -> Iterator[Hit]:
    """Who signs as 法定代表人 is the one of the subject. gbt-45654-2025/assessment, practice."""
    yield from _signs_as(view, "法定代表人", "legal_representative.name")


@check("safety_officer_signs", "signatories[].name", "safety_officer.name")
def safety_officer_signs(view: View) -> Iterator[Hit]:
    """Who signs as 算法安全责任人 is the one of the form. practice/return-13."""
    yield from _signs_as(view, "算法安全责任人", "safety_officer.name")
