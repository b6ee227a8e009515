"""Names of the detection channels, from the plainest to the boldest, and which of them are on unless said otherwise."""

from collections.abc import Iterable

from filingdesk.domain.errors import UserError

CHANNELS = ("exact", "folded", "skip", "repeat", "pinyin", "split")
"""Weakest sufficient first: a hit is named after the first of these that explains it."""

CHANNEL_NAMES = {
    "exact": "完全一致",
    "folded": "变体字符",
    "skip": "夹杂字符",
    "repeat": "重复字符",
    "pinyin": "拼音同音",
    "split": "拆分字形",
}
"""What people call them."""

DEFAULT_CHANNELS = CHANNELS[:4]
"""`pinyin` and `split` are suspicions for a person to look at; they are added by `all`."""

EXACT, FOLDED, SKIP, REPEAT, PINYIN, SPLIT = range(6)


def choose_channels(names: Iterable[str]) -> frozenset[str]:
    """The channels that `names` stand for; `all` is every one. Raises `UserError` (`scan.channel_unknown`)."""
    chosen: set[str] = set()
    for name in names:
        if name == "all":
            chosen.update(CHANNELS)
        elif name in CHANNELS:
            chosen.add(name)
        else:
            raise UserError(
                "scan.channel_unknown",
                f"没有名为「{name}」的检测通道。",
                f"可用的有：{'、'.join(CHANNELS)}，或 all（全部）。",
            )
    return frozenset(chosen)
