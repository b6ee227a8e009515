"""The search index as the window holds it: made once in a job, kept for every project that is opened."""

from collections.abc import Callable
from weakref import WeakKeyDictionary

from filingdesk.gui.desk import Desk
from filingdesk.gui.knowledge import Knowledge
from filingdesk.services.knowledge_search import KnowledgeBase

_kept: WeakKeyDictionary[Knowledge, KnowledgeBase] = WeakKeyDictionary()


def base_of(desk: Desk) -> KnowledgeBase | None:
    """The index of this window; None until it is made."""
    return _kept.get(desk.knowledge)


def make_base(desk: Desk, on_done: Callable[[], None], on_error: Callable[[BaseException], None]) -> None:
    """Make the index beside the window."""

    def done(base: KnowledgeBase) -> None:
        _kept[desk.knowledge] = base
        on_done()

    desk.jobs.start(lambda _cancel, _report: KnowledgeBase(), on_done=done, on_error=on_error)
