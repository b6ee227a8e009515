"""Whether this machine's user asked for less movement on the screen; asks the system, so call it beside the window."""

import ctypes
import os
import shutil
import subprocess
import sys
from pathlib import Path

_PATIENCE = 2.0
_CLIENT_AREA_ANIMATION = 0x1042


def system_wants_less() -> bool:
    """True only when the system says so; a system that cannot be asked has no wish."""
    if sys.platform == "win32":
        return _windows()
    if sys.platform == "darwin":
        return _said("/usr/bin/defaults", "read", "com.apple.universalaccess", "reduceMotion") == "1"
    gnome = shutil.which("gsettings")
    if gnome and _said(gnome, "get", "org.gnome.desktop.interface", "enable-animations") == "false":
        return True
    home = os.environ.get("XDG_CONFIG_HOME")
    return kde_wants_less((Path(home) if home else Path.home() / ".config") / "kdeglobals")


def kde_wants_less(settings: Path) -> bool:
    """KDE keeps a factor for the length of animations; 0 is none."""
    try:
        text = settings.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    section = ""
    for line in text.splitlines():
        if line.startswith("["):
            section = line.strip()
        name, _equals, value = line.partition("=")
        if section == "[KDE]" and name.strip() == "AnimationDurationFactor":
            return value.strip() in ("0", "0.0")
    return False


def _windows() -> bool:
    if sys.platform != "win32":
        return False
    moves = ctypes.c_int(1)
    known = ctypes.windll.user32.SystemParametersInfoW(_CLIENT_AREA_ANIMATION, 0, ctypes.byref(moves), 0)
    return bool(known) and not moves.value


def _said(*command: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command of the system
            command, capture_output=True, text=True, timeout=_PATIENCE, check=False, errors="replace"
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
