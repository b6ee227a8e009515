"""What to write into a template for a field: the right `{{ … }}` for its kind, in a loop where it stands in a list."""

import re

from filingdesk.documents.form_names import Field, search
from filingdesk.domain.meta import Kind
from filingdesk.domain.specs import FieldSpec, ListSpec, spec_of

__all__ = ["Field", "search", "snippet"]

_OPEN = re.compile(r"\{%-?\s*for\s+(?P<name>\w+)\s+in\s+(?P<list>[\w.]+)")
_CLOSE = re.compile(r"\{%-?\s*endfor\b")
_BLOCK_TAG = re.compile(r"\{%.*?%\}", re.DOTALL)
_WRAPPED = {
    Kind.DATE: "date_cn({})",
    Kind.MOBILE: "mask({})",
    Kind.ATTACHMENTS: "attached({})",
}


def snippet(pattern: str, before: str = "") -> str:
    """The text to insert for a field or list, `pattern` with `[]` for records; `before` is the template up to the cursor: a loop
    that is open there is used. Unknown patterns give themselves, so that nothing is inserted silently wrong."""
    spec = spec_of(pattern)
    if not isinstance(spec, (FieldSpec, ListSpec)):
        return f"{{{{ {pattern} }}}}"
    lists, leaf = _split(pattern if isinstance(spec, FieldSpec) else f"{pattern}[]")
    names = _open_loops(before)
    path, opened, used = "", [], set(names.values())
    for step in lists:
        whole = f"{path}.{step}" if path else step
        if whole in names:
            path = names[whole]
            continue
        name = _name_of(step, used)
        used.add(name)
        opened.append((name, whole))
        path = name
    inside = f"{path}.{leaf}" if path and leaf else leaf or path
    if isinstance(spec, FieldSpec):
        line = f"{{{{ {_WRAPPED.get(spec.meta.kind, '{}').format(inside)} }}}}"
    else:
        first = next(
            (child.pattern.rpartition(".")[2] for child in spec.children if isinstance(child, FieldSpec)), ""
        )
        line = f"{{{{ {path}.{first} }}}}" if first else ""
    for name, whole in reversed(opened):
        line = f"{{% for {name} in {whole} %}}\n{line}\n\n{{% else %}}\n{{{{ need({whole}) }}}}\n{{% endfor %}}\n"
    return line


def _split(pattern: str) -> tuple[list[str], str]:
    """`a.b[].c[].d` → ([`a.b`, `c`], `d`)."""
    *lists, leaf = pattern.split("[]")
    return [part.lstrip(".") for part in lists], leaf.lstrip(".")


def _open_loops(before: str) -> dict[str, str]:
    """list → name of its records, for the loops that are open at the end of this text."""
    stack: list[tuple[str, str]] = []
    for tag in _BLOCK_TAG.findall(before):
        if match := _OPEN.match(tag):
            stack.append((match["list"], match["name"]))
        elif _CLOSE.match(tag) and stack:
            stack.pop()
    return dict(stack)


def _name_of(step: str, used: set[str]) -> str:
    """A name for the records of a list: products → product."""
    word = step.rpartition(".")[2]
    name = word[:-3] + "y" if word.endswith("ies") else word[:-1] if word.endswith("s") else f"{word}_item"
    while name in used:
        name += "_"
    return name
