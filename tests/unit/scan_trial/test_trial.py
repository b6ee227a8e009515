"""The interception test: what slips is listed, harmless text that is hit is named, and it can be done again."""

import json
import os
import subprocess
import sys

import pytest

from filingdesk.domain.errors import Cancelled, UserError
from filingdesk.domain.jobs import Cancel, Progress
from filingdesk.scan.benign import BenignText, shipped_benign
from filingdesk.scan.engine import Interceptor
from filingdesk.scan.entries import Keyword
from filingdesk.scan.mutate import carriers
from filingdesk.scan.trial import library_digest, run_on_answers, run_trial
from filingdesk.scan.trial_result import Answer, AnswerResult, TrialResult

LIBRARY = [
    Keyword("赌博网站", "A.1.h"),
    Keyword("代开发票", "A.1.h"),
    Keyword("大麻", "A.1.f"),
    Keyword("SM", "A.1.f"),
    Keyword("售", "A.2.a"),
    Keyword("无类词"),
]
CHANNELS = ("exact", "folded", "skip")


def trial(words: list[Keyword] = LIBRARY, seed: int = 3, **options: object) -> TrialResult:
    interceptor = Interceptor(words, channels=CHANNELS, **options)  # type: ignore[arg-type]
    return run_trial(interceptor, words, seed=seed)


def test_all_disguises_are_accounted_for() -> None:
    result = trial()
    assert [c.channel for c in result.channels] == list(CHANNELS)
    for channel in result.channels:
        assert channel.tested + channel.unmutable == result.keywords == len(LIBRARY)
        slipped = [slip for slip in result.slips if slip.channel == channel.channel]
        assert channel.tested - channel.caught == len(slipped)
    assert {(u.channel, u.keyword) for u in result.unmutable} == {("folded", "售"), ("skip", "售")} | {
        (u.channel, u.keyword) for u in result.unmutable if u.channel == "folded"
    }
    by_risk = {risk.risk: risk for risk in result.risks}
    assert sum(risk.words for risk in result.risks) == len(LIBRARY)
    assert by_risk["A.1.h"].rate.total == result_total(result, "A.1.h")
    assert sum(r.rate.total for r in result.risks) == result.rate.total


def result_total(result: TrialResult, risk: str) -> int:
    missing = sum(1 for u in result.unmutable if u.risk == risk)
    words = sum(1 for k in LIBRARY if k.category == risk)
    return words * len(CHANNELS) - missing


def test_a_word_that_slips_is_named_with_its_disguise() -> None:
    """The allow-list lets the word itself pass, as a mistaken one would."""
    result = trial(allow=["赌博网站"])
    slips = [slip for slip in result.slips if slip.channel == "exact"]
    assert [(s.keyword, s.risk, s.surface, s.method) for s in slips] == [
        ("赌博网站", "A.1.h", "赌博网站", "exact")
    ]
    exact = next(c for c in result.channels if c.channel == "exact")
    assert (exact.caught, exact.tested) == (5, 6)
    assert exact.rate.low < 5 / 6 < exact.rate.high
    assert result.slipped_by_channel()["exact"] == 1


def test_a_disguise_caught_only_by_a_shorter_word_is_counted_apart() -> None:
    words = [Keyword("A+", "A.1.a"), Keyword("A", "A.1.a")]
    result = run_trial(Interceptor(words, channels=("exact", "skip")), words, seed=5)
    exact, skip = result.channels
    assert (exact.caught, exact.by_shorter) == (2, 0)
    assert (skip.tested, skip.caught, skip.by_shorter, skip.unmutable) == (1, 1, 1, 1)


def test_a_disguise_that_runs_on_into_its_sentence_is_caught() -> None:
    """Half of these end as some sentence goes on: 写着的的 … 的书签."""
    words = [Keyword(f"{a}和{b}") for a in "上下里了着个给" for b in "的上里了吗是看"]
    result = run_trial(Interceptor(words, channels=("exact", "repeat")), words, shipped=False)
    assert result.rate.successes == result.rate.total


def test_sentences_that_hold_a_word_of_the_library_carry_nothing() -> None:
    words = [Keyword("请问"), Keyword("备注"), Keyword("赌博网站")]
    result = run_trial(Interceptor(words, channels=("exact",)), words)
    assert 0 < result.carriers < len(carriers())
    every = [Keyword(char) for char in sorted({c for pair in carriers() for half in pair for c in half})]
    bare = run_trial(Interceptor(every, channels=("exact",)), every)
    assert bare.carriers == 1
    assert bare.rate.total + len(bare.slips) >= bare.rate.successes > 0


def test_harmless_text_that_is_hit_is_named_with_its_line() -> None:
    result = trial()
    hits = [hit for hit in result.benign_hits if hit.keyword == "大麻"]
    lines = {text.name: dict(zip(text.rows, text.sentences, strict=True)) for text in shipped_benign()}
    assert hits
    for hit in hits:
        assert lines[hit.source][hit.row][hit.start : hit.end] == hit.surface
    struck = {(hit.source, hit.row) for hit in result.benign_hits}
    assert result.over_kill.successes == len(struck) == sum(text.hit for text in result.benign)
    by_channel = {
        channel: len({(h.source, h.row) for h in result.benign_hits if h.channel == channel})
        for channel in CHANNELS
    }
    assert result.benign_by_channel() == {name: count for name, count in by_channel.items() if count}
    assert result.over_kill.total == sum(len(text.sentences) for text in shipped_benign())


def test_own_texts_are_added_and_their_hits_not_kept() -> None:
    own = BenignText("工单.txt", ("我们不卖大麻。", "您好。"), (1, 4))
    interceptor = Interceptor(LIBRARY, channels=CHANNELS)
    result = run_trial(interceptor, LIBRARY, benign=[own])
    assert (result.benign[-1].name, result.benign[-1].sentences, result.benign[-1].hit) == ("工单.txt", 2, 1)
    kept = result.capped(2000, 200)
    assert "工单.txt" not in {hit.source for hit in kept.benign_hits}
    assert kept.left_out["benign_hits"] == 1
    assert kept.benign == result.benign
    assert kept.over_kill == result.over_kill


def test_shortening_counts_what_it_leaves_out() -> None:
    result = trial(allow=[keyword.word for keyword in LIBRARY])
    assert len(result.slips) > 3
    kept = result.capped(2, 1)
    assert len(kept.slips) == 2
    assert kept.left_out["slips"] == len(result.slips) - 2
    again = kept.capped(1, 1)
    assert again.left_out["slips"] == len(result.slips) - 1


def test_json_there_and_back() -> None:
    result = trial(allow=["赌博网站"]).capped(1, 1)
    assert TrialResult.from_json(json.loads(json.dumps(result.to_json()))) == result


def test_another_process_finds_the_same() -> None:
    code = (
        "import json, sys\n"
        "from filingdesk.scan.engine import Interceptor\n"
        "from filingdesk.scan.entries import Keyword\n"
        "from filingdesk.scan.trial import run_trial\n"
        "words = [Keyword(*pair) for pair in json.loads(sys.argv[1])]\n"
        "interceptor = Interceptor(words, channels=('exact', 'folded', 'skip'))\n"
        "print(json.dumps(run_trial(interceptor, words, seed=3).to_json()))\n"
    )
    given = json.dumps([[keyword.word, keyword.category] for keyword in LIBRARY])
    ran = subprocess.run(
        [sys.executable, "-c", code, given],
        env={**os.environ, "PYTHONHASHSEED": "5", "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert TrialResult.from_json(json.loads(ran.stdout)) == trial()


def test_the_digest_knows_the_words_and_not_their_order() -> None:
    assert library_digest(LIBRARY) == library_digest(LIBRARY[::-1]) == trial().library_digest
    assert library_digest(LIBRARY) != library_digest([*LIBRARY, Keyword("新词")])
    assert library_digest([Keyword("词", "A.1.a")]) != library_digest([Keyword("词", "A.1.b")])


def test_it_can_be_stopped_and_says_how_far_it_is() -> None:
    seen: list[Progress] = []
    run_trial(Interceptor(LIBRARY, channels=CHANNELS), LIBRARY, report=seen.append)
    assert seen[-1].done == seen[-1].total > 4000
    assert [p.done for p in seen] == sorted(p.done for p in seen)
    cancel = Cancel()
    with pytest.raises(Cancelled):
        run_trial(
            Interceptor(LIBRARY, channels=CHANNELS),
            LIBRARY,
            cancel=cancel,
            report=lambda progress: cancel.set() if progress.done > len(LIBRARY) else None,
        )


def test_an_empty_library_is_refused() -> None:
    with pytest.raises(UserError) as caught:
        run_trial(Interceptor([]), [])
    assert caught.value.code == "trial.no_words"


def test_answers_are_counted_per_category() -> None:
    answers = [
        Answer("这里有赌博网站", "A.1.h", "回答.jsonl", 1),
        Answer("没有什么", "A.1.h", "回答.jsonl", 2),
        Answer("大 麻和赌博网站", "A.1.f", "回答.jsonl", 3),
        Answer("  ", "A.1.f", "回答.jsonl", 4),
    ]
    seen: list[Progress] = []
    result = run_on_answers(Interceptor(LIBRARY, channels=CHANNELS), iter(answers), report=seen.append)
    assert (result.records, result.records_hit, result.blank) == (3, 2, 1)
    assert result.categories == {"A.1.f": (1, 1), "A.1.h": (1, 2)}
    assert result.risks == {"A.1.f": 1, "A.1.h": 2}
    assert (result.passed.successes, result.passed.total) == (1, 3)
    assert {(hit.row, hit.keyword) for hit in result.hits} == {(1, "赌博网站"), (3, "大麻"), (3, "赌博网站")}
    assert AnswerResult.from_json(json.loads(json.dumps(result.to_json()))) == result
    assert result.capped(0).left_out == 3
    assert seen
