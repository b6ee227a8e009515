"""Who is sitting here: the name that the journal notes beside each edit."""

import getpass

UNKNOWN_USER = "本机用户"


def current_user() -> str:
    """The account name of this machine, or `UNKNOWN_USER` where the system tells none."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError, ImportError):
        return UNKNOWN_USER
    name = "".join(char for char in name if char.isprintable()).strip()
    return name or UNKNOWN_USER
