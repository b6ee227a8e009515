"""Which annex A risk a text means: by its id in any common spelling, or by its Chinese name."""

import re
import unicodedata
from collections.abc import Sequence

from filingdesk.domain.risks import Risk

_SIGNS = re.compile(r"[\W_]+")
_ID = re.compile(r"(?:附录)?A([1-9])([A-Z])(?![A-Z0-9])(.*)", re.DOTALL)


def plain_form(text: str) -> str:
    """Half width, upper case, without punctuation and space: the form in which names are compared."""
    return _SIGNS.sub("", unicodedata.normalize("NFKC", text)).upper()


def find_risk(text: str, risks: Sequence[Risk]) -> Risk | None:
    """The risk that `text` names: "A.1.a", "Ａ１ａ", "A.1 a)", "A.1.a 煽动…" or the Chinese name alone.

    None when there is no such risk, when only a group is named, or when id and name are of two different risks.
    """
    form = plain_form(text)
    if not form:
        return None
    by_name = {plain_form(risk.name): risk for risk in risks}
    if match := _ID.fullmatch(form):
        risk_id = f"A.{match[1]}.{match[2].lower()}"
        found = next((risk for risk in risks if risk.id == risk_id), None)
        named = by_name.get(match[3])
        return None if named is not None and named is not found else found
    return by_name.get(form)


def find_aspect(text: str, aspects: Sequence[str]) -> str:
    """The aspect of the non-refuse bank that `text` names ("文化", "文化方面", "我国文化"); "" when none or several do."""
    form = plain_form(text)
    if form in aspects:
        return form
    named = [aspect for aspect in aspects if aspect in form]
    return named[0] if len(named) == 1 and len(form) <= len(named[0]) + 6 else ""
