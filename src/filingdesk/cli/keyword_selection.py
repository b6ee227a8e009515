"""The options by which commands choose keywords of a library."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from filingdesk.services.library import KeywordSelection

UNSORTED = ("无", "未归类", "不归类")
"""What people write for "no risk"."""

Risk = Annotated[
    str | None, typer.Option("--risk", help="只选这类风险的词（如 A.1.a）；写“无”选没有归类的词。")
]
Category = Annotated[
    str | None, typer.Option("--category", help="只选原分类是它的词（“一级”或“一级/二级”）。")
]
Source = Annotated[str | None, typer.Option("--source", help="只选来自这份词表或来源的词。")]
Search = Annotated[str | None, typer.Option("--search", help="只选词或分类里含有这段文字的。")]


def selection_of(
    risk: str | None, category: str | None, source: str | None, search: str | None
) -> "KeywordSelection":
    """The words that the options choose."""
    from filingdesk.services import library

    if risk in UNSORTED:
        risk = ""
    elif risk:
        library.check_risk(risk)
    return library.KeywordSelection(risk=risk, category=category, source=source, search=search)
