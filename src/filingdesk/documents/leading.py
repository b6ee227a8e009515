"""Which paragraphs only lead in what follows, so that they do not stand alone at the foot of a page."""

from filingdesk.documents.blocks import Block, Paragraph, text_of

_ENDS = ("如下。", "如下：", "：", "以下内容。")


def leads_in(block: Block) -> bool:
    """Does a paragraph end by announcing what comes next?"""
    return isinstance(block, Paragraph) and text_of(block.runs).rstrip().endswith(_ENDS)
