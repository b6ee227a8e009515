"""Composition root: builds the services with their real parts and hands them to the window or the command line."""

from filingdesk.services.workspace import Workspace


def workspace() -> Workspace:
    """The workspace of this machine's user."""
    return Workspace()
