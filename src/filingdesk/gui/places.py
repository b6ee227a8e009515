"""Where a path leads: facts to the page that asks for them, `@keywords` and `@questions` to the libraries, rules to the report."""

from filingdesk.domain.records import BANKS
from filingdesk.domain.report import Status
from filingdesk.domain.specs import page_of, trail_of

RULE = "rule:"
UNCHECKED = "rule:?"
"""The part of the report that tells what was not checked."""
BLOCKERS, WARNINGS, MANUAL = "rule:?blocker", "rule:?warning", "rule:?manual"
"""The part of the report that blocks, reminds, waits for a person."""
NOT_JUDGED: tuple[Status, ...] = ("error", "manual", "not_applicable")
"""What becomes of a rule that gave no verdict."""
ARCHITECTURE = "algorithm.architecture"
_KEYWORDS = ("@keywords", "@library/keywords")
_BANKS = ("@questions/", "@library/")


def home(path: str) -> tuple[str, str]:
    """The page behind a path and what that page calls the place; ("", path) when no page shows it.

    `@keywords/A.2.c` and `@questions/generation/A.5.a` are how rules name the libraries, `@library/…` how papers do.
    """
    if path.startswith(RULE):
        return "check", path
    if path.startswith(_KEYWORDS):
        return "keywords", path
    for prefix in _BANKS:
        bank, slash, group = path.removeprefix(prefix).partition("/")
        if path.startswith(prefix) and bank in BANKS:
            return "questions", f"@library/{bank}{slash}{group}"
    if path.startswith(ARCHITECTURE):
        return "architecture", path
    page = page_of(path) if path and not path.startswith("@") else None
    return (page.key, path) if page else ("", path)


def place_words(path: str) -> str:
    """The place in words, short: `产品及功能信息 › 访问地址`; blank for a rule without a place."""
    if not path or path.startswith(RULE):
        return ""
    if path.startswith("@"):
        from filingdesk.services.questions import BANK_NAMES

        key, _inside = home(path)
        parts = path.split("/")
        if key == "keywords":
            return " › ".join(["关键词库", *(part for part in parts[1:] if part != "keywords")])
        if key == "questions":
            names = {str(bank): name for bank, name in BANK_NAMES.items()}
            return " › ".join([names[parts[1]], *parts[2:]])
        return ""
    page = page_of(path)
    trail = trail_of(path).split(" › ")
    return " › ".join([page.title, trail[-1]] if page else trail[-2:])
