"""Where what is written for the user goes when nothing else was chosen."""

from pathlib import Path

from filingdesk.gui.desk import Desk
from filingdesk.infra import settings as user_settings
from filingdesk.infra.preferences import OUT_FOLDER


def out_folder(desk: Desk) -> Path:
    """The folder that the user prefers; the project's own while none is preferred or it cannot be reached."""
    preferred = user_settings.preference(OUT_FOLDER)
    return Path(preferred) if preferred and Path(preferred).is_dir() else Path(desk.folder())
