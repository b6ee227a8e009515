"""Which paragraphs only lead in what follows, so that they do not stand alone at the foot of a page."""

import re

from filingdesk.documents.blocks import Block, Paragraph, text_of

_ENDS = re.compile(r"(如下|(以下|下列|下表)[^，。；]{0,12})[。：]$|：$")


def leads_in(block: Block) -> bool:
    """Does a paragraph end by announcing what comes next?"""
    return isinstance(block, Paragraph) and _ENDS.search(text_of(block.runs).rstrip()) is not None
