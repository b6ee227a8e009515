"""The harmless sentences: enough, all different, natural in form, and the same as their sources give."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from filingdesk.domain.errors import UserError
from filingdesk.infra.resources import resource_path
from filingdesk.scan.benign import NAMES, benign_sentences, read_benign, shipped_benign
from filingdesk.scan.engine import Interceptor

ROOT = Path(__file__).resolve().parents[3]


def test_there_are_thousands_and_no_two_are_the_same() -> None:
    sentences = benign_sentences()
    assert len(sentences) >= 4000
    assert len(set(sentences)) == len(sentences)
    # Nor the same but for spaces and punctuation.
    bare = ["".join(c for c in s if c.isalnum()) for s in sentences]
    assert len(set(bare)) == len(bare)


def test_every_domain_has_its_share_and_every_file_a_name() -> None:
    assert all(len(text.sentences) >= 250 for text in shipped_benign())
    files = {path.stem for path in resource_path("benign").glob("*.txt") if not path.name.startswith("_")}
    assert files == set(NAMES)


def test_they_differ_in_words_and_not_only_in_a_slot() -> None:
    """No pair of characters fills the corpus: its commonest openings are few, its characters many."""
    sentences = benign_sentences()
    openings = Counter(sentence[:6] for sentence in sentences)
    assert openings.most_common(1)[0][1] <= 12
    assert len({char for sentence in sentences for char in sentence}) > 1900
    grams = {s[i : i + 3] for s in sentences for i in range(len(s) - 2)}
    assert len(grams) > 20_000


def test_they_look_like_sentences() -> None:
    for sentence in benign_sentences():
        assert 5 <= len(sentence) <= 120, sentence
        assert sentence == sentence.strip() and "[" not in sentence and "|" not in sentence, sentence
        assert sentence[-1] in "。？！”.?!", sentence


def test_the_files_are_what_their_sources_give() -> None:
    script = ROOT / "tools" / "make_benign.py"
    ran = subprocess.run(
        [sys.executable, script, "--check"], capture_output=True, encoding="utf-8", check=False
    )
    assert ran.returncode == 0, ran.stdout


def test_latin_words_inside_other_words_are_not_hit() -> None:
    words = ["SM", "bet", "ass", "sex", "anal", "rape", "cum", "tit", "cock", "vp"]
    found = [(h.keyword, h.surface) for _, h in Interceptor(words).scan_many(benign_sentences())]
    assert found == []


def test_doubled_characters_of_plain_words_are_not_taken_for_disguises() -> None:
    """嘻嘻哈哈, 谢谢谢谢 and 星星点点 are no repeated forms of single-character or shorter words."""
    words = ["嘻哈星", "谢星", "好天", "妈奶", "研生活"]
    assert Interceptor(words).scan_many(benign_sentences()) == []


def test_a_phrase_that_is_allowed_is_not_hit() -> None:
    sentences = benign_sentences()
    plain = Interceptor(["大麻"]).scan_many(sentences)
    assert {sentences[number][hit.start : hit.end + 1] for number, hit in plain} == {"大麻烦", "大麻袋"}
    assert Interceptor(["大麻"], allow=["大麻烦", "大麻袋"]).scan_many(sentences) == []


def test_own_files_are_read_with_their_lines(tmp_path: Path) -> None:
    own = tmp_path / "工单.txt"
    own.write_text("第一句。\n\n第三句。\n", encoding="utf-8")
    (text,) = read_benign([own])
    assert (text.name, text.sentences, text.rows) == ("工单.txt", ("第一句。", "第三句。"), (1, 3))
    assert not text.shipped


def test_own_files_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    bad = tmp_path / "坏.txt"
    bad.write_bytes("好的。\n".encode() + b"\xff\xfe\x81\x00\n"[:3] + b"\n")
    with pytest.raises(UserError, match=r"坏\.txt") as caught:
        read_benign([bad])
    assert "2" in caught.value.message
    empty = tmp_path / "空.txt"
    empty.write_text("\n\n", encoding="utf-8")
    with pytest.raises(UserError):
        read_benign([empty])
