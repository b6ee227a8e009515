"""The command line: `filingdesk COMMAND`. Heavy rooms are opened by the commands that need them, never for --help."""

import sys
from typing import Annotated, Any, cast

from filingdesk.cli import chinese

chinese.speak()

import typer  # noqa: E402 - after our words are in place

from filingdesk import __version__  # noqa: E402
from filingdesk.cli import (  # noqa: E402
    architecture_commands,
    ask_commands,
    boilerplate_commands,
    consistency_commands,
    deliver_commands,
    facts_commands,
    forms_commands,
    gui_command,
    industry_commands,
    interception_commands,
    judge_commands,
    library_commands,
    look_commands,
    profile_commands,
    reference_commands,
    registry_commands,
    returned_commands,
    route_commands,
    scan_command,
    status_commands,
    template_commands,
    webform_commands,
)

# The library does not export the base class of its usage errors.
_FAULT = cast(type[Exception], typer.BadParameter.__mro__[2])

app = typer.Typer(
    name="filingdesk",
    help="算法备案与大模型备案工作台。通过自查不等于通过审核。",
    no_args_is_help=False,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"filingdesk {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _start(
    context: typer.Context,
    verbose: Annotated[int, typer.Option("--verbose", "-v", count=True, help="在标准错误输出运行记录。")] = 0,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="显示版本。")
    ] = False,
) -> None:
    from filingdesk.infra.logs import setup_logging

    setup_logging(verbose=verbose)
    if context.invoked_subcommand is None:
        gui_command.open_window(None)


for room in (
    facts_commands,
    route_commands,
    status_commands,
    judge_commands,
    library_commands,
    scan_command,
    interception_commands,
    consistency_commands,
    deliver_commands,
    template_commands,
    forms_commands,
    look_commands,
    architecture_commands,
    profile_commands,
    reference_commands,
    registry_commands,
    industry_commands,
    boilerplate_commands,
    returned_commands,
    webform_commands,
    ask_commands,
    gui_command,
):
    room.register(app)
chinese.dress(app)


def main() -> None:
    """Entry point of the console script."""
    for stream in (sys.stdout, sys.stderr):
        # A Windows console in another code page, or a pipe under LANG=C, must not turn Chinese into a crash.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        code = app(standalone_mode=False)
    except typer.Abort:
        sys.exit(130)
    except _FAULT as error:
        _usage_error(error)
        sys.exit(2)
    sys.exit(code if isinstance(code, int) else 0)


def _usage_error(error: Any) -> None:
    context = getattr(error, "ctx", None)
    if context is not None and type(error).__name__ != "NoArgsIsHelpError":
        typer.echo(chinese.help_text(context.get_usage()), err=True)
        typer.echo(f"用“{context.command_path} --help”查看用法。", err=True)
    typer.echo(chinese.error_text(error.format_message()), err=True)
