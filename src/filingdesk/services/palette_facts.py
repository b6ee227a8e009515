"""What the finder finds of the facts: what was typed into the fields."""

from filingdesk.domain.facts import Facts
from filingdesk.domain.flat import iter_leaves
from filingdesk.domain.meta import Kind
from filingdesk.domain.specs import trail_of
from filingdesk.services.palette import Found

_LONGEST = 48


def facts_found(facts: Facts) -> list[Found]:
    """What was typed into the fields, short texts only; personal data and attachments stay out."""
    found = []
    for path, spec, value in iter_leaves(facts):
        meta = spec.meta
        if not value or not isinstance(value, str) or meta.personal or meta.choices:
            continue
        text = " ".join(value.split())
        if meta.kind is not Kind.ATTACHMENTS and 2 <= len(text) <= _LONGEST:
            found.append(Found("内容", text, trail_of(path), f"field:{path}"))
    return found
