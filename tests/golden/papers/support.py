"""The full filing with changes, and as a registration: what the tests of the papers' words are fed with."""

import copy
from collections.abc import Callable
from typing import Any

from filingdesk.documents.blocks import Document
from filingdesk.documents.paper import Paper
from filingdesk.domain.completeness import lookup
from filingdesk.domain.conditions import holds
from filingdesk.domain.facts import Facts
from filingdesk.domain.flat import from_plain

Change = dict[str, Any]
Say = Callable[..., Document]

REGISTERED: Change = {
    "large_model.route": "登记",
    "large_model.development.origin": "直接调用已备案模型",
}
"""What turns the full filing into a registration."""


def full_facts(paper: Paper, plain: dict[str, Any]) -> Facts:
    """The full filing, as a registration where the paper belongs to one."""
    facts = facts_with(plain, {})
    if holds(paper.spec.condition, lookup(facts)):
        return facts
    registered = facts_with(plain, REGISTERED)
    assert holds(paper.spec.condition, lookup(registered)), f"{paper.id} belongs to no filing"
    return registered


def facts_with(plain: dict[str, Any], changes: Change) -> Facts:
    """The filing with the value at each path replaced; a number in the path picks a record."""
    tree = copy.deepcopy(plain)
    for path, value in changes.items():
        node: Any = tree
        *way, last = path.split(".")
        for step in way:
            node = node[int(step)] if step.isdigit() else node[step]
        if last.isdigit():
            node[int(last)] = value
        else:
            node[last] = value
    facts, problems = from_plain(tree)
    assert not problems
    return facts
