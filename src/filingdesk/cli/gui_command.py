"""`filingdesk gui`: the one door from the command line into the window."""

from pathlib import Path
from typing import Annotated

import typer

from filingdesk.cli.output import command


def open_window(project: Path | None, *, first_paint: bool = False) -> int:
    """Open the window and stay until it is closed; gives its exit code."""
    from filingdesk.gui.app import run

    return run(project, first_paint=first_paint)


@command
def gui(
    project: Annotated[Path | None, typer.Argument(help="要打开的项目文件。")] = None,
    selftest_first_paint: Annotated[
        bool, typer.Option("--selftest-first-paint", hidden=True, help="量到首次绘制为止。")
    ] = False,
) -> int:
    """打开工作台。"""
    return open_window(project, first_paint=selftest_first_paint)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("gui")(gui)
