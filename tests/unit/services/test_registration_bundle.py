"""A registration (登记): the sample, calling a filed model unmodified, leaves as a folder under its own names."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from filingdesk.bootstrap import workspace
from filingdesk.services import bundling, papers
from filingdesk.services.demo import create_sample
from filingdesk.services.session import Session

CALLED = {
    "called_model": "示例云对话大模型",
    "called_provider": "示例云计算（上海）有限公司",
    "called_number": "Shanghai-ShiLiYun-20260115",
    "called_version": "2026-06 版",
    "way": "API",
    "place": "示例云 华东2（上海）",
    "use": "在“答复生成”环节调用：送入提问、最近 6 轮对话和检索到的知识库条目，返回文字答复。",
    "data_sent": "随请求发送提问和检索条目，不含账号信息；提供方不留存，不用于训练。",
    "contract": "SY-2026-031，2026-04-02 签订，有效期一年",
    "responsibility": "合同第 6 条约定：提供方对模型本身的安全负责，本公司对输入输出审核、投诉处理和对外服务负责。",
}


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    opened = create_sample(workspace(), tmp_path_factory.mktemp("registration") / "s.fdproj")
    opened.set("large_model.route", "登记")
    opened.set("large_model.development.origin", "直接调用已备案模型")
    opened.set("large_model.development.base", "示例云对话大模型 2026-06 版")
    opened.set("large_model.development.base_provider", CALLED["called_provider"])
    opened.set("large_model.development.base_number", CALLED["called_number"])
    for leaf, value in CALLED.items():
        opened.set(f"large_model.registration.{leaf}", value)
    opened.set("large_model.registration.proof", opened.facts.algorithm.models[3].proof)
    yield opened
    opened.close()


def test_the_folder_of_a_registration_has_its_own_names(session: Session, tmp_path: Path) -> None:
    written = bundling.export_bundle(session, "large-model", tmp_path)
    assert written.path.name.endswith("大模型登记提交包")
    assert bundling.verify(written.path).ok
    folders = {path.name for path in written.path.iterdir() if path.is_dir()}
    assert {
        "0 登记表",
        "1 附件1-调用已备案大模型情况说明及证明",
        "2 附件2-产品服务协议",
        "3 附件3-内容安全管理制度",
        "4 附件4-拦截关键词库",
        "5 附件5-评估测试题",
    } <= folders
    assert folders <= {
        "0 登记表",
        "1 附件1-调用已备案大模型情况说明及证明",
        "2 附件2-产品服务协议",
        "3 附件3-内容安全管理制度",
        "4 附件4-拦截关键词库",
        "5 附件5-评估测试题",
        "7 其他",
    }
    assert (written.path / "4 附件4-拦截关键词库" / "附件4-拦截关键词库.xlsx").is_file()
    called = {path.suffix for path in (written.path / "1 附件1-调用已备案大模型情况说明及证明").iterdir()}
    assert called == {".docx", ".pdf"}
    assert not list(written.path.rglob("*上线备案申请表*"))


def test_every_paper_of_the_registration_is_complete(session: Session) -> None:
    desk = papers.Desk(session)
    wanted = papers.wanted(desk.facts, "large-model")
    assert {p.title: [g.label for g in desk.status(p.id).gaps] for p in wanted} == {
        p.title: [] for p in wanted
    }


def test_test_access_goes_in_only_when_asked_for(session: Session) -> None:
    def names() -> set[str]:
        return {f.path for f in bundling.plan_bundle(session, "large-model").files}

    assert not any("测试通道" in name for name in names())
    session.set("large_model.trial_accounts.in_bundle", "是")
    assert "6 测试通道/测试通道说明.docx" in names()
    session.set("large_model.trial_accounts.in_bundle", "否")
    assert not any("测试通道" in name for name in names())


def test_without_an_agreement_of_ones_own_the_draft_goes_in(session: Session) -> None:
    def agreements() -> list[str]:
        files = bundling.plan_bundle(session, "large-model").files
        return [f.name for f in files if f.folder == "2 附件2-产品服务协议"]

    own = session.facts.large_model.service.agreement
    assert "2.1 产品服务协议.docx" not in agreements()
    session.set("large_model.service.agreement", [])
    assert {"2.1 产品服务协议.docx", "2.1 产品服务协议.pdf"} <= set(agreements())
    session.set("large_model.service.agreement", own)
    assert "2.1 产品服务协议.docx" not in agreements()
