"""Reads code ahead, in jobs, once the window is painted: what projects need, then what each page needs.

A module is read in one go but in a thread of its own, so the window answers meanwhile; whoever needs one before waits for
just that one.
"""

from importlib import import_module

from filingdesk.domain.jobs import Cancel, Report
from filingdesk.gui.garbage import bulk

_PROJECT_SIDE = (
    "filingdesk.store.project",
    "filingdesk.services.session",
    "filingdesk.gui.project_side",
)
_CHECKS_AND_PAPERS = (
    "filingdesk.documents.html_writer",
    "filingdesk.services.bundling",
    "filingdesk.services.questions",
    "filingdesk.gui.paperstate",
    "filingdesk.services.upgrades",
    "filingdesk.services.quickfixes",
)
_PAGES_SIDE = (
    "PIL.PngImagePlugin",
    "filingdesk.documents.formatted",
    "filingdesk.documents.docx_writer",
    "filingdesk.documents.drawing_png",
    "filingdesk.documents.pdf_writer",
    "filingdesk.services.architecture",
    "filingdesk.services.forms",
    "filingdesk.services.sample",
    "filingdesk.gui.pages.profile_refer",
)


@bulk
def read_project_side(cancel: Cancel, _report: Report) -> None:
    """What it takes to open a project and to judge it."""
    _read(cancel, (*_PROJECT_SIDE, *_CHECKS_AND_PAPERS))


@bulk
def read_pages(cancel: Cancel, _report: Report) -> None:
    """What each page is made of, and what is worked out once in a run."""
    from filingdesk.gui import registry

    _read(cancel, (*registry.modules(), *_PAGES_SIDE))
    _work_out(cancel)


def _work_out(cancel: Cancel) -> None:
    """What is remembered once it was asked for; asked for here, no page waits for it."""
    from filingdesk.domain import specs
    from filingdesk.rules.route_diagnosis import shipped_diagnosis
    from filingdesk.services import architecture_tree, cards, forms, reuse, webform_data

    for each in (
        architecture_tree.form,
        reuse.pairs,
        webform_data.forms,
        shipped_diagnosis,
        cards.clause_cards,
        cards.risk_cards,
        lambda: forms.find_fields(""),
    ):
        cancel.check()
        each()
    for pattern in specs.fields():
        specs.page_of(pattern)


def _read(cancel: Cancel, names: tuple[str, ...]) -> None:
    for name in names:
        cancel.check()
        import_module(name)
