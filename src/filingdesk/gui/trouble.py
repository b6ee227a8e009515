"""What becomes of a bug of ours: logged without anybody's data, its report named."""

import logging
from pathlib import Path

from filingdesk.domain.errors import UserError
from filingdesk.infra.logs import write_crash_report


def report_bug(error: BaseException) -> Path | None:
    """Log a bug of ours without anybody's data and write its report; None when even that fails."""
    logging.getLogger("filingdesk.gui").error("unexpected error", exc_info=error)
    try:
        return write_crash_report(error)
    except (OSError, UserError):
        return None
