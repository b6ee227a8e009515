"""Is a company's name ours with a slip in it? How alike two names are, and what of a run of characters is the name."""

import re
from difflib import SequenceMatcher

from filingdesk.materials.indexed import core


def alike(key: str, right: str) -> float:
    """How alike the end of a run of characters is to a company's name."""
    ends = {key[-length:] for length in range(max(6, len(right) - 3), len(right) + 4)}
    return max((SequenceMatcher(None, end, right).ratio() for end in ends), default=0.0)


def own_part(run: str, right: str) -> str:
    """The company's name without the words before it: from our brand on, or the ending most like our name."""
    at = run.casefold().rfind(brand(right)) if brand(right) else -1
    if at > 0:
        return run[at:]
    cut = core(run)
    if len(cut) < len(run):
        return cut
    lengths = range(max(6, len(right) - 3), min(len(run), len(right) + 3) + 1)
    best = max(
        lengths, key=lambda n: SequenceMatcher(None, run[-n:].casefold(), right).ratio(), default=len(run)
    )
    return run[-best:]


def is_nearly(key: str, right: str) -> bool:
    """Is it our name with a slip, or another company of our brand?"""
    own = brand(right)
    return bool(own and own in key) or alike(key, right) >= 0.82


def brand(right: str) -> str:
    """The distinctive beginning of a company's name; blank when it is too short to tell."""
    bare = re.sub(r"\([^)]*\)|(股份|有限|责任|公司|集团|科技|技术|信息|网络)+", "", right)
    return right[:4] if len(bare) >= 4 and len(right) >= 8 else ""
