"""How commands speak: Chinese text or one JSON document on stdout, progress on stderr, exit codes of the contract."""

import functools
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any, ParamSpec

import typer

from filingdesk.domain.errors import Cancelled, UserError
from filingdesk.domain.jobs import Progress, Report

OK, FINDINGS, USAGE, USER, BUG = 0, 1, 2, 3, 70
"""Exit codes: fine · findings or a failed verification · usage · the input or machine is at fault · a bug of ours."""
INTERRUPTED = 130

JsonFlag = Annotated[bool, typer.Option("--json", help="在标准输出给出一份 JSON，别无其他。")]

P = ParamSpec("P")


def say(text: str = "") -> None:
    """A line for people on stdout."""
    typer.echo(text)


def note(text: str) -> None:
    """A line for people on stderr."""
    typer.echo(text, err=True)


def emit(data: Any) -> None:
    """The one JSON document."""
    typer.echo(json.dumps(data, ensure_ascii=False, indent=1, default=str))


def command(function: Callable[P, int | None]) -> Callable[P, None]:
    """Turn the outcome of a command into its exit code: `UserError` → 3 in one sentence, any other exception → 70 with a report."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        wants_json = bool(kwargs.get("as_json"))
        try:
            code = function(*args, **kwargs)
        except UserError as error:
            tell(error, wants_json)
            raise typer.Exit(USER) from None
        except (Cancelled, KeyboardInterrupt):
            note("已中止，没有留下半截文件。")
            raise typer.Exit(INTERRUPTED) from None
        except (typer.Exit, SystemExit):
            raise
        except BrokenPipeError:
            raise
        except Exception as error:  # noqa: BLE001 - the last line of defence: a bug becomes a report, not a traceback
            _report_bug(error, wants_json)
            raise typer.Exit(BUG) from None
        raise typer.Exit(code or OK)

    return run


def tell(error: UserError, wants_json: bool) -> None:
    """A fault of the input or the machine, in one sentence (and as JSON when asked)."""
    if wants_json:
        emit({"error": {"code": error.code, "message": error.message, "hint": error.hint}})
    note(f"{error.message}{error.hint}")


def _report_bug(error: Exception, wants_json: bool) -> None:
    from filingdesk.infra.logs import write_crash_report

    try:
        place = f"错误报告在 {write_crash_report(error)}（不含您填写的内容），请发给我们。"
    except UserError as failed:
        place = f"错误报告没能写入：{failed.message}"
    if wants_json:
        emit({"error": {"code": "bug", "message": "程序内部出错", "hint": place}})
    note(f"程序内部出错，已停止，项目没有被改动。{place}")


@contextmanager
def progress(text: str, *, quiet: bool) -> Iterator[Report]:
    """A progress bar on stderr; only on a terminal, and not with `--json`."""
    if quiet or not sys.stderr.isatty():
        yield lambda _progress: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    with Bar(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:.0f}/{task.total:.0f}"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as bar:
        task = bar.add_task(text, total=None)

        def report(now: Progress) -> None:
            bar.update(task, completed=now.done, total=now.total or None, description=now.text or text)

        yield report


def table(rows: Sequence[tuple[str, ...]], head: tuple[str, ...]) -> None:
    """A plain table for people."""
    from rich.console import Console
    from rich.table import Table

    drawn = Table(*head, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        drawn.add_row(*(cell.replace("[", "\\[") for cell in row))
    Console(soft_wrap=False).print(drawn)
