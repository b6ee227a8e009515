"""What pages begin and end with: paragraphs that only lead in what follows, breaks after which nothing comes."""

import re

from filingdesk.documents.blocks import Block, PageBreak, Paragraph, Turn, text_of

_ENDS = re.compile(r"(如下|(以下|下列|下表)[^，。；]{0,12})[。：]$|：$")


def leads_in(block: Block) -> bool:
    """Does a paragraph end by announcing what comes next?"""
    return isinstance(block, Paragraph) and _ENDS.search(text_of(block.runs).rstrip()) is not None


def without_last_breaks(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """The blocks without the breaks at their end, which would make an empty page."""
    end = len(blocks)
    while end and isinstance(blocks[end - 1], (PageBreak, Turn)):
        end -= 1
    return blocks[:end]
