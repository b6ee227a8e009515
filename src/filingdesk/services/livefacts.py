"""Facts with what is being typed in them, for a preview before anything is saved."""

from collections.abc import Mapping

from filingdesk.domain.facts import Facts
from filingdesk.domain.flat import Value, flatten, unflatten


def with_typed(facts: Facts, typed: Mapping[str, Value]) -> Facts:
    """The same facts with these leaves (by storage key) in place of the stored ones; a blank clears. A leaf of a record that is
    gone meanwhile is left out."""
    if not typed:
        return facts
    flat = flatten(facts)
    for key, value in typed.items():
        if value:
            flat[key] = value
        else:
            flat.pop(key, None)
    return unflatten(flat)
