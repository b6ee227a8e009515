"""Puts on what the user prefers: light or dark, the size of text, how much moves."""

from PySide6.QtWidgets import QApplication

from filingdesk.domain.jobs import Cancel, Report
from filingdesk.gui import theme
from filingdesk.gui.jobs import JobRunner
from filingdesk.infra import settings as user_settings
from filingdesk.infra.preferences import MOTION, TEXT, THEME

_ASKED_PROPERTY = "filingdesk.system-still"


def wear(app: QApplication) -> None:
    """Dress the application as the settings say; at once, in every window."""
    kept = user_settings.load().settings
    theme.apply(app, dark=theme.wants_dark(kept.preference(THEME)), text=int(kept.preference(TEXT)) / 100)
    wear_motion(app)


def wear_motion(app: QApplication) -> None:
    """Let things move, or not; what the system wants is known once `ask_system` was answered."""
    wish = user_settings.preference(MOTION)
    still = bool(app.property(_ASKED_PROPERTY)) if wish == "system" else wish == "less"
    if still != theme.is_still() or app.property(_ASKED_PROPERTY) is None:
        theme.set_still(app, still)


def ask_system(app: QApplication, jobs: JobRunner) -> None:
    """Ask the system beside the window whether it wants less movement; asking takes some time on some systems."""

    def job(_cancel: Cancel, _report: Report) -> bool:
        from filingdesk.infra.motion import system_wants_less

        return system_wants_less()

    def answered(less: bool) -> None:
        app.setProperty(_ASKED_PROPERTY, less)
        wear_motion(app)

    jobs.start(job, on_done=answered, on_error=lambda _error: None)
