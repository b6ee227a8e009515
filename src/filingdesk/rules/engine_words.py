"""The words that a rule's message and fix may hold in braces."""

from filingdesk.domain.specs import label_of, page_of
from filingdesk.rules.hits import Hit
from filingdesk.rules.view import View

PLACEHOLDERS = frozenset(
    {"found", "expected", "label", "item", "place", "page", "problem", "other", "ratio", "what"}
)


def page_title(path: str) -> str:
    """The page on which a finding is mended."""
    if path.startswith("@keywords"):
        return "关键词库"
    if path.startswith("@questions"):
        return "测试题库"
    page = page_of(path) if path else None
    return page.title if page else "自查"


def words_of(hit: Hit, view: View) -> dict[str, str]:
    """Every placeholder with its word for this hit; those that do not fit it are blank."""
    words = dict.fromkeys(PLACEHOLDERS, "")
    at_fact = bool(hit.path) and not hit.path.startswith("@")
    item = view.item(hit.path)
    words.update(
        found=hit.found,
        expected=hit.expected,
        label=label_of(hit.path) if at_fact else "",
        item=f"{item} " if item[-1:].isdigit() else item,
        place=view.place(hit.path) if hit.path else "",
        page=page_title(hit.path),
    )
    words.update(hit.args)
    return words
