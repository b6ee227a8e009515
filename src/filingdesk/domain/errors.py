"""Errors split by who is to blame: `UserError` for the user or the machine, anything else is a bug of ours."""


class UserError(Exception):
    """Something the user or the machine did; told in one Chinese sentence of what and where, and a hint what to do.

    `code` is a stable English identifier ("project.newer", "keywords.columns"); the command line exits with 3.
    """

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}{self.hint}"


class Cancelled(Exception):
    """Raised inside a job when its `Cancel` was set."""
