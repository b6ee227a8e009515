"""The channels of interception as people choose and read them."""

from collections.abc import Iterable

from PySide6.QtWidgets import QWidget

from filingdesk.gui.pages.keywords_finder import SUSPICIONS
from filingdesk.gui.widgets.chips import ChipGroup
from filingdesk.scan.channels import CHANNEL_NAMES, CHANNELS, DEFAULT_CHANNELS
from filingdesk.services.interception_words import CHANNEL_WORDS


def way_words(channel: str) -> str:
    """How a word was found; a suspicion says so."""
    name = CHANNEL_NAMES.get(channel, channel)
    return f"{name} · 疑似" if channel in SUSPICIONS else name


def tone_of(channel: str) -> str:
    """The tone of a hit: suspicions are for a person to look at."""
    return "warning" if channel in SUSPICIONS else "blocker"


class ChannelChips(ChipGroup):
    """One chip for each channel; the ones that only suspect are off at first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__([CHANNEL_NAMES[name] for name in CHANNELS], multiple=True, parent=parent)
        self.set_label("检测通道")
        self.choose(DEFAULT_CHANNELS)
        for chip, name in zip(self.chips(), CHANNELS, strict=True):
            note = "；只是疑似，命中要由人判断，默认关闭" if name in SUSPICIONS else ""
            chip.setToolTip(f"{CHANNEL_WORDS[name]}{note}")

    def chosen(self) -> list[str]:
        """The channels that are on, in their order."""
        on = set(self.values())
        return [name for name in CHANNELS if CHANNEL_NAMES[name] in on]

    def choose(self, channels: Iterable[str]) -> None:
        """Switch exactly these on."""
        self.set_values(CHANNEL_NAMES[name] for name in channels)
