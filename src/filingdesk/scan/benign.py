"""Everyday sentences in which nothing should be intercepted: our own, and the user's files."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel
from filingdesk.infra.resources import resource_path
from filingdesk.scan.records import find_sources

NAMES = {
    "daily": "日常生活",
    "business": "商务办公",
    "medical": "医疗健康",
    "legal": "法律",
    "news": "新闻",
    "education": "教育",
    "service": "客户服务",
    "technology": "科技与数码",
    "travel": "旅行与文化",
    "prompts": "向助手提问",
    "chat": "聊天口语",
    "nature": "自然、体育与农事",
    "nearmiss": "近似难例",
}
"""The shipped files (without .txt) and what people call them. 近似难例 (hard near-misses) hold, on purpose, pieces
that look like sensitive words: 大麻烦, 反诈骗宣传, 戒毒所, Smoking."""


@dataclass(frozen=True)
class BenignText:
    """Harmless sentences of one file; `rows[i]` is the line of sentence i, from 1."""

    name: str
    sentences: tuple[str, ...]
    rows: tuple[int, ...]
    shipped: bool = False


@cache
def shipped_benign() -> tuple[BenignText, ...]:
    """The corpus that comes with the program, one text a domain."""
    texts = []
    for file, name in NAMES.items():
        lines = resource_path("benign", f"{file}.txt").read_text(encoding="utf-8").splitlines()
        kept = [(row, line) for row, line in enumerate(lines, 1) if line and not line.startswith("#")]
        texts.append(BenignText(name, tuple(x for _, x in kept), tuple(r for r, _ in kept), True))
    return tuple(texts)


def benign_sentences() -> Sequence[str]:
    """Every sentence of the shipped corpus, all different."""
    return [sentence for text in shipped_benign() for sentence in text.sentences]


def read_benign(paths: Iterable[Path], field: str = "", cancel: Cancel | None = None) -> list[BenignText]:
    """The user's own harmless texts, one sentence a line or row (txt, jsonl, csv, xlsx; folders are walked).

    Raises `UserError` when a file cannot be read to its end or a line of it cannot be decoded: what was not
    read cannot be called free of hits.
    """
    cancel = cancel or Cancel()
    texts = []
    for path in paths:
        skipped: list[str] = []
        for source in find_sources([path], field, skipped):
            kept: list[tuple[int, str]] = []
            for record in source.read(cancel):
                if record.problem:
                    raise UserError(
                        "benign.unreadable",
                        f"正常文本「{source.name}」第 {record.row} 行：{record.message}。",
                        "请改正这一行，或另存为 UTF-8 后重试。",
                    )
                if record.text.strip():
                    kept.append((record.row, record.text))
            texts.append(BenignText(source.name, tuple(x for _, x in kept), tuple(r for r, _ in kept)))
        if skipped:
            raise UserError(
                "benign.unreadable",
                f"正常文本里有没有读的文件：{skipped[0]}。",
                "请移走它，或换成可以读的格式。",
            )
    if texts and not any(text.sentences for text in texts):
        raise UserError("benign.empty", "所给的正常文本里没有内容。", "请每行写一句。")
    return texts
