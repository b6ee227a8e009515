"""People and companies entered once are offered again, with what is known of them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from filingdesk.domain.facts import Facts
from filingdesk.domain.specs import FieldSpec, spec_of
from filingdesk.services import picking
from filingdesk.services.session import Session
from filingdesk.services.workspace import Workspace


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    made = Workspace(who=lambda: "测试员").create(tmp_path / "项目")
    made.set("safety_officer.name", "李示范")
    made.set("safety_officer.mobile", "13800000001")
    made.set("safety_officer.position", "副总经理")
    made.add_item("contacts", {"name": "李示范", "email": "li@example.cn"})
    made.add_item("contacts", {"name": "陈样例"})
    yield made
    made.close()


def test_every_field_named_here_exists() -> None:
    for pattern, beside in picking.PERSON_FIELDS.items():
        assert isinstance(spec_of(pattern), FieldSpec)
        for sibling in beside.values():
            assert isinstance(spec_of(f"{pattern.rpartition('.')[0]}.{sibling}"), FieldSpec), sibling
    assert all(isinstance(spec_of(pattern), FieldSpec) for pattern in picking.COMPANY_FIELDS)


def test_people_are_merged_by_name_and_say_where_they_stand(session: Session) -> None:
    profile = Facts()
    profile.legal_representative.name = "张示例"
    li, chen, zhang = picking.people([(session.facts, ""), (profile, "单位档案：")])
    assert li.details == {"position": "副总经理", "mobile": "13800000001", "email": "li@example.cn"}
    assert li.words == "李示范 · 副总经理（算法安全责任人、联系人）"
    assert (chen.name, zhang.words) == ("陈样例", "张示例（单位档案：法定代表人）")


def test_picking_fills_name_and_details_as_one_edit_and_tells_what_is_left(session: Session) -> None:
    session.set("contacts[1].mobile", "13900000000")
    li = picking.people([(session.facts, "")])[0]
    done = picking.pick(session, "contacts[1].name", li)
    contact = session.facts.contacts[1]
    assert (contact.name, contact.mobile, contact.email) == ("李示范", "13800000001", "li@example.cn")
    assert done.left == ()
    session.undo()
    assert (session.facts.contacts[1].name, session.facts.contacts[1].mobile) == ("陈样例", "13900000000")
    chen = picking.people([(session.facts, "")])[1]
    done = picking.pick(session, "safety_officer.name", chen)
    assert session.facts.safety_officer.position == "副总经理"
    assert done.left == ("职务", "电子邮箱") or "职务" in done.left


def test_companies_are_offered_once_in_the_order_of_the_forms(session: Session) -> None:
    session.set("subject.name", "示例公司")
    session.add_item("algorithm.models", {"name": "甲", "provider": "示例云"})
    session.add_item("algorithm.models", {"name": "乙", "provider": "示例公司"})
    assert picking.companies([session.facts]) == ["示例公司", "示例云"]
    assert picking.asks_company("subject.icp_holder")
    assert not picking.asks_company("subject.name")
