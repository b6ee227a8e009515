"""Facts leave and come back unchanged; what is not a fact is named with its place."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filingdesk.domain.errors import UserError
from filingdesk.domain.facts import Facts
from filingdesk.domain.flat import Flat, flatten, unflatten
from filingdesk.domain.specs import FieldSpec, GroupSpec, Spec, root
from filingdesk.services.facts_io import dump_facts, import_facts, parse_facts
from filingdesk.services.workspace import Workspace

TEXT = st.text(st.characters(blacklist_categories=("Cs",)), min_size=1, max_size=12)


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    flat: Flat = {}

    def fill(specs: tuple[Spec, ...], prefix: str) -> None:
        for spec in specs:
            name = spec.pattern.rpartition(".")[2]
            key = f"{prefix}.{name}" if prefix else name
            if isinstance(spec, GroupSpec):
                fill(spec.children, key)
            elif draw(st.integers(0, 9)):
                continue
            elif isinstance(spec, FieldSpec):
                flat[key] = draw(st.lists(TEXT, min_size=1, max_size=3)) if spec.is_list else draw(TEXT)
            else:
                ids = draw(
                    st.lists(
                        st.from_regex(r"[a-z0-9]{1,6}", fullmatch=True), min_size=1, max_size=2, unique=True
                    )
                )
                flat[key] = ids
                for identity in ids:
                    fill(spec.children, f"{key}[#{identity}]")

    fill(root().children, "")
    return unflatten(flat)


@given(facts(), st.booleans())
def test_export_then_import_is_lossless(given_facts: Facts, as_json: bool) -> None:
    text = dump_facts(given_facts, as_json=as_json)
    read = parse_facts(text, "x.json" if as_json else "x.yaml")
    assert read.problems == ()
    assert flatten(read.facts) == flatten(given_facts)


@given(facts())
def test_flat_and_tree_are_each_others_inverse(given_facts: Facts) -> None:
    assert unflatten(flatten(given_facts)) == given_facts


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("algorithm:\n  nam: x\n", "algorithm.name"),
        ("algorithm:\n  name: [a, b]\n", "algorithm.name"),
        ("algorithm:\n  products: 3\n", "algorithm.products"),
        ("algorithm:\n  products: [3]\n", "algorithm.products[0]"),
        ("algorithm:\n  types: [{a: 1}]\n", "algorithm.types"),
        ("algorithm: 5\n", "algorithm"),
        ("- 1\n", "最外层"),
        ("algorithm:\n\tname: x\n", "第 2 行"),
        ("a: &a [x]\nb: &b [*a,*a,*a,*a]\nc: [*b,*b,*b,*b]\n", "a"),
    ],
)
def test_what_is_not_a_fact_is_named_and_nothing_is_taken(tmp_path: Path, text: str, where: str) -> None:
    source = tmp_path / "facts.yaml"
    source.write_text(text, encoding="utf-8")
    session = Workspace().create(tmp_path / "p")
    with pytest.raises(UserError) as caught:
        import_facts(session, source)
    assert where in caught.value.message
    assert session.facts == Facts()
    session.close()


def test_numbers_dates_and_booleans_of_yaml_become_text() -> None:
    read = parse_facts(
        "subject: {monthly_active_users: 120000}\nalgorithm: {launched: true, launched_on: 2026-03-01}\n", "f"
    )
    assert read.problems == ()
    assert read.facts.subject.monthly_active_users == "120000"
    assert (read.facts.algorithm.launched, read.facts.algorithm.launched_on) == ("是", "2026-03-01")


def test_a_bomb_of_aliases_is_refused(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x,x]"] + [
        f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)
    ]
    with pytest.raises(UserError, match="过多"):
        parse_facts("\n".join(lines), "bomb.yaml")


def test_a_file_in_another_encoding_says_which_line(tmp_path: Path) -> None:
    source: Any = tmp_path / "f.yaml"
    source.write_bytes("subject:\n  name: 示例公司\n".encode("gb18030"))
    session = Workspace().create(tmp_path / "p")
    with pytest.raises(UserError, match="第 2 行不是 UTF-8"):
        import_facts(session, source)
    session.close()
