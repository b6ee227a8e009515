"""People and companies that were entered once: offered wherever a form asks for a person or a company again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from filingdesk.domain.facts import Facts
from filingdesk.domain.flat import Value, get
from filingdesk.domain.paths import parent_of, pattern_of
from filingdesk.domain.specs import label_of
from filingdesk.services.changes import Changes
from filingdesk.services.session import Session

_ID = {"id_kind": "id_kind", "id_number": "id_number"}
_REACH = {"position": "position", "mobile": "mobile", "email": "email"}
PERSON_FIELDS: dict[str, Mapping[str, str]] = {
    "legal_representative.name": _ID,
    "safety_officer.name": {**_ID, **_REACH},
    "contacts[].name": _REACH,
    "signatories[].name": {"position": "position"},
    "safety_office.head": {"position": "head_position"},
    "large_model.governance.ip_owner": {},
}
"""Field that names a person → what else of a person stands beside it (attribute → name of the field)."""
COMPANY_FIELDS = (
    "subject.name",
    "subject.icp_holder",
    "algorithm.rights.agreement_subject",
    "algorithm.models[].provider",
    "large_model.development.base_provider",
    "large_model.corpus[].provider",
    "large_model.registration.called_provider",
)
"""Fields that name a company; the subject's own name is a source, not asked for again."""
_ROLES = {
    "legal_representative.name": "法定代表人",
    "safety_officer.name": "算法安全责任人",
    "contacts[].name": "联系人",
    "signatories[].name": "签字人",
    "safety_office.head": "专职机构负责人",
    "large_model.governance.ip_owner": "知识产权负责人",
}


@dataclass(frozen=True)
class Person:
    """A person by name, with all that is known of them; `roles` says where they stand."""

    name: str
    details: Mapping[str, str] = field(default_factory=dict, hash=False)
    roles: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """王样本 · 信息安全总监（签字人）."""
        position = self.details.get("position", "")
        head = f"{self.name} · {position}" if position else self.name
        return f"{head}（{'、'.join(self.roles)}）" if self.roles else head


def asks_person(path: str) -> bool:
    """Does this field ask for a person?"""
    return pattern_of(path) in PERSON_FIELDS


def asks_company(path: str) -> bool:
    """Does this field ask for a company that may be known already?"""
    pattern = pattern_of(path)
    return pattern in COMPANY_FIELDS and pattern != "subject.name"


def people(sources: Sequence[tuple[Facts, str]]) -> list[Person]:
    """Everybody named in these facts (each with a word such as 单位档案, blank for the project), merged by name; what stands
    first wins."""
    details: dict[str, dict[str, str]] = {}
    roles: dict[str, list[str]] = {}
    for facts, origin in sources:
        for pattern, beside in PERSON_FIELDS.items():
            for path, name in _values(facts, pattern):
                known = details.setdefault(name, {})
                for attribute, sibling in beside.items():
                    text = str(_look(facts, f"{parent_of(path)}.{sibling}") or "").strip()
                    if text:
                        known.setdefault(attribute, text)
                role = f"{origin}{_ROLES[pattern]}" if origin else _ROLES[pattern]
                if role not in roles.setdefault(name, []):
                    roles[name].append(role)
    return [Person(name, known, tuple(roles[name])) for name, known in details.items()]


def companies(sources: Sequence[Facts]) -> list[str]:
    """Every company named in these facts, in the order of the forms, each once."""
    found = [
        name for facts in sources for pattern in COMPANY_FIELDS for _path, name in _values(facts, pattern)
    ]
    return list(dict.fromkeys(found))


@dataclass(frozen=True)
class Picked:
    """What choosing a person did: labels that were filled in, and labels that still hold something of their own."""

    changes: Changes | None
    filled: tuple[str, ...]
    left: tuple[str, ...]


def pick(session: Session, path: str, person: Person) -> Picked:
    """Fill a person in: the name, and beside it what is known of them, as one edit. What is not known is left as it is and told,
    for it may belong to whoever stood there before."""
    values: dict[str, Value] = {path: person.name}
    left = []
    for attribute, sibling in PERSON_FIELDS[pattern_of(path)].items():
        place = f"{parent_of(path)}.{sibling}"
        if text := person.details.get(attribute):
            values[place] = text
        elif session.value(place):
            left.append(label_of(place))
    changes = session.set_many(values, f"选用人员：{person.name}")
    return Picked(changes, tuple(label_of(place) for place in values), tuple(left))


def _values(facts: Facts, pattern: str) -> Iterator[tuple[str, str]]:
    """path and text of every filled field of a pattern."""
    list_path, brackets, rest = pattern.partition("[]")
    if brackets:
        for index in range(len(_look(facts, list_path) or [])):
            path = f"{list_path}[{index}]{rest}"
            if text := str(_look(facts, path) or "").strip():
                yield path, text
    elif text := str(_look(facts, pattern) or "").strip():
        yield pattern, text


def _look(facts: Facts, path: str) -> Any:
    try:
        return get(facts, path)
    except KeyError:
        return None
