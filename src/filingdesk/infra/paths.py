"""Where this user's settings, logs and caches live; FILINGDESK_HOME moves them all (portable use, tests)."""

import os
from pathlib import Path

import platformdirs

from filingdesk.infra.files import telling

APP_NAME = "filingdesk"
HOME_VARIABLE = "FILINGDESK_HOME"


def _folder(kind: str) -> Path:
    home = os.environ.get(HOME_VARIABLE)
    if home:
        folder = Path(home).expanduser().absolute() / kind
    elif kind == "config":
        folder = platformdirs.user_config_path(APP_NAME, appauthor=False)
    elif kind == "state":
        folder = platformdirs.user_state_path(APP_NAME, appauthor=False)
    elif kind == "data":
        folder = platformdirs.user_data_path(APP_NAME, appauthor=False)
    else:
        folder = platformdirs.user_cache_path(APP_NAME, appauthor=False)
    with telling(folder, "建立"):
        folder.mkdir(parents=True, exist_ok=True)
    return folder


def config_dir() -> Path:
    """The folder of the settings file; made when missing. Raises `UserError` when it cannot be made."""
    return _folder("config")


def state_dir() -> Path:
    """The folder of logs and crash reports; made when missing. Raises `UserError` when it cannot be made."""
    return _folder("state")


def data_dir() -> Path:
    """The folder of what the user entered outside projects: company profile, public lists, own cards; made when missing.

    Raises `UserError` when it cannot be made."""
    return _folder("data")


def cache_dir() -> Path:
    """The folder of what can be computed again; made when missing. Raises `UserError` when that fails."""
    return _folder("cache")
