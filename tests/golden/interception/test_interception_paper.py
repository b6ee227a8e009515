"""《关键词拦截测试报告》 over a real test of a small library, word for word.

After a wanted change of template, disguises or sentences run with `FILINGDESK_UPDATE_GOLDEN=1` and read the difference.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from filingdesk import __version__
from filingdesk.documents.listing import dump
from filingdesk.domain.records import KeywordRecord
from filingdesk.services.interception import TrialOptions, run_and_save
from filingdesk.services.papers import Desk
from filingdesk.services.session import Session
from filingdesk.services.workspace import Workspace

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
GOLDEN = Path(__file__).parent / "expected.txt"
# 大麻 strikes harmless near-misses, A+ cannot be found with its sign parted off, 门 has one form only.
WORDS = (
    ("赌博网站", "A.1.h"),
    ("代开发票", "A.1.h"),
    ("大麻", "A.1.f"),
    ("A+", "A.1.f"),
    ("门", "A.2.a"),
    ("bet365", ""),
)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    session: Session = Workspace(who=lambda: "示例操作员", clock=lambda: NOON).create(tmp_path / "示例")
    words = [KeywordRecord(word, risk) for word, risk in WORDS]
    session.library_changed(session.file.replace_keywords(words, label="导入", who="甲", at=NOON))
    session.set("subject.name", "示例智联科技有限公司")
    session.set("large_model.name", "示例大模型")
    own = tmp_path / "工单.txt"
    own.write_text("门口没有人。\n您好。\n", encoding="utf-8")
    channels = ("exact", "folded", "skip")
    options = TrialOptions(seed=1, channels=channels, engine="pyahocorasick", benign=(own,), output=(own,))
    run_and_save(session, options)
    yield Desk(session)
    session.close()


def test_the_report_word_for_word(desk: Desk) -> None:
    document = desk.document("interception-report", draft=False)
    assert document.gaps == ()
    text = "\n".join(dump(document)).replace(f"filingdesk {__version__}", "filingdesk VERSION") + "\n"
    if os.environ.get("FILINGDESK_UPDATE_GOLDEN") == "1":
        GOLDEN.write_text(text, encoding="utf-8", newline="\n")
    assert text == GOLDEN.read_text(encoding="utf-8")


def test_the_figures_agree_with_each_other(desk: Desk) -> None:
    data = desk.data["interception"]
    assert data["tested"] == data["caught"] + data["slipped"]
    assert sum(row["tested"] for row in data["channels"]) == data["tested"]
    assert sum(row["caught"] for row in data["risks"]) == data["caught"]
    assert sum(row["count"] for row in data["slips"]) == data["slipped"] > 0
    assert sum(row["hit"] for row in data["benign"]) == data["over_kill"]["hit"] > 0


@pytest.mark.parametrize("fmt", ["docx", "pdf"])
def test_final_files_are_whole_and_the_same_each_time(desk: Desk, fmt: str) -> None:
    made = desk.make("interception-report", fmt, draft=False)
    assert made == desk.make("interception-report", fmt, draft=False)
    if fmt == "docx":
        body = ZipFile(BytesIO(made)).read("word/document.xml").decode()
        assert "示例大模型" in body
        assert not any(word in body for word, _ in WORDS if len(word) > 2)
    else:
        assert made.startswith(b"%PDF")
