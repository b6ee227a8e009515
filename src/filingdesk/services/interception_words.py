"""What people read about an interception test: names of channels and methods, and the data of its paper."""

from collections import Counter
from fractions import Fraction
from typing import Any

from filingdesk.domain.intervals import Rate
from filingdesk.domain.values import date_cn
from filingdesk.scan.channels import CHANNEL_NAMES
from filingdesk.scan.trial_result import TrialResult
from filingdesk.services import checking
from filingdesk.services.interception import ANSWER_NAMES, HIT_IS_WANTED, StoredTrial

METHOD_NAMES = {
    "exact": "原样",
    "case": "大小写",
    "width": "全角半角",
    "circled": "带圈字母",
    "bold": "数学字母",
    "lookalike": "形近的外文字母",
    "traditional": "繁体字",
    "radical": "部首字符",
    "space": "夹空格",
    "punctuation": "夹标点",
    "invisible": "夹不可见字符",
    "mark": "加组合符号",
    "emoji": "夹表情",
    "repeat": "重复",
    "letters": "拼音连写",
    "spaced": "拼音分写",
    "toned": "带声调的拼音",
    "mixed": "汉字夹拼音",
    "homophone": "同音字",
    "split": "拆字",
}
"""How a word was disguised, for people; the keys are those of `scan.mutate`."""

CHANNEL_WORDS = {
    "exact": "原词照抄",
    "folded": "改变大小写、全角半角，换用带圈或数学字母、形近的外文字母、繁体字、部首字符",
    "skip": "在字间夹入空格、标点、不可见字符、组合符号、表情",
    "repeat": "把一个字重复写两三遍",
    "pinyin": "换成拼音，或换成读音相同的字",
    "split": "把一个字拆成左右两个部件",
}
SUSPICIONS = frozenset({"pinyin", "split"})
"""Channels whose hits a person must look at: they strike much that is harmless."""
UNCLASSIFIED = "未归类"


def percent(rate: Rate) -> str:
    """A rate that is better high, cut off after two decimals and never rounded up."""
    return "—" if rate.share is None else _percent(rate.share * 10_000 // 1)


def percent_up(rate: Rate) -> str:
    """A rate that is better low, rounded up to two decimals."""
    return "—" if rate.share is None else _percent(-(-rate.share * 10_000 // 1))


def _percent(hundredths: Fraction | int) -> str:
    whole, rest = divmod(int(hundredths), 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") + "%"


def interval(rate: Rate) -> str:
    """The 95 % Wilson interval, rounded outwards."""
    if rate.share is None:
        return "—"
    low, high = int(rate.low * 10_000), -int(-rate.high * 10_000 // 1)
    return f"{_percent(low)}～{_percent(high)}"


def over_kill_text(rate: Rate) -> str:
    """误拦率 0.03%（95% 置信区间 0.01%～0.18%）."""
    return f"误拦率 {percent_up(rate)}（95% 置信区间 {interval(rate)}）"


def paper_data(stored: StoredTrial | None) -> dict[str, Any]:
    """`data.interception` of the test's paper: plain values, no word of the library; empty when nothing was tested."""
    if stored is None:
        return {}
    trial = stored.trial
    names = {risk.id: risk.name for risk in checking.standard_pack().risks}
    return {
        "interception": {
            "day": date_cn(stored.at.date().isoformat()),
            "time": stored.at.strftime("%H:%M"),
            "who": stored.who,
            "stale": stored.stale,
            "seed": str(trial.seed),
            "program": trial.program,
            "engine": trial.engine,
            "digest": trial.library_digest,
            "version": str(stored.run.library_version),
            "words": trial.keywords,
            "carriers": trial.carriers,
            "untested": "、".join(CHANNEL_NAMES.get(c, c) for c in trial.untested_channels),
            "rate": percent(trial.rate),
            "interval": interval(trial.rate),
            "tested": trial.rate.total,
            "caught": trial.rate.successes,
            "slipped": trial.rate.total - trial.rate.successes,
            "channels": _channels(trial),
            "risks": _risks(trial, names),
            "slips": _slips(trial, names),
            "benign": [
                {
                    "name": text.name,
                    "own": not text.shipped,
                    "sentences": text.sentences,
                    "hit": text.hit,
                    "rate": percent_up(text.rate),
                    "interval": interval(text.rate),
                }
                for text in trial.benign
            ],
            "suspicions": any(each.channel in SUSPICIONS for each in trial.channels),
            "over_kill": {
                "sentences": trial.over_kill.total,
                "hit": trial.over_kill.successes,
                "rate": percent_up(trial.over_kill),
                "interval": interval(trial.over_kill),
                "channels": "，".join(
                    f"{CHANNEL_NAMES.get(channel, channel)}{count}句"
                    for channel, count in trial.benign_by_channel().items()
                ),
            },
            "answers": _answers(stored),
        }
    }


def _channels(trial: TrialResult) -> list[dict[str, Any]]:
    return [
        {
            "name": CHANNEL_NAMES.get(each.channel, each.channel),
            "words": CHANNEL_WORDS.get(each.channel, each.channel),
            "tested": each.tested,
            "caught": each.caught,
            "slipped": each.tested - each.caught,
            "by_shorter": each.by_shorter,
            "unmutable": each.unmutable,
            "rate": percent(each.rate),
            "interval": interval(each.rate),
        }
        for each in trial.channels
    ]


def _risks(trial: TrialResult, names: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "id": each.risk if each.risk in names else "—",
            "name": names.get(each.risk, each.risk or UNCLASSIFIED),
            "words": each.words,
            "tested": each.rate.total,
            "caught": each.rate.successes,
            "slipped": each.rate.total - each.rate.successes,
            "rate": percent(each.rate),
            "interval": interval(each.rate),
        }
        for each in trial.risks
    ]


def _slips(trial: TrialResult, names: dict[str, str]) -> list[dict[str, Any]]:
    """How many disguises slipped, per risk and channel: no words. Taken from the rates, which are never shortened."""
    counts: Counter[tuple[str, str]] = Counter()
    for each in trial.risks:
        for channel, (caught, tested) in each.channels.items():
            counts[each.risk, channel] += tested - caught
    return [
        {
            "id": risk if risk in names else "—",
            "name": names.get(risk, risk or UNCLASSIFIED),
            "channel": CHANNEL_NAMES.get(channel, channel),
            "count": count,
        }
        for (risk, channel), count in counts.items()
        if count
    ]


def _answers(stored: StoredTrial) -> list[dict[str, Any]]:
    rows = []
    for use, result in stored.run.answers.items():
        if not result.records:
            continue
        hit = Rate(result.records_hit, result.records)
        rows.append(
            {
                "kind": ANSWER_NAMES[use],
                "wanted": use in HIT_IS_WANTED,
                "name": result.name,
                "records": result.records,
                "blank": result.blank,
                "hit": result.records_hit,
                "rate": percent(hit) if use in HIT_IS_WANTED else percent_up(hit),
                "interval": interval(hit),
            }
        )
    return rows
