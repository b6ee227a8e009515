"""Starts the window: fonts, palette, Chinese dialogs, crash hook; or measures its first paint."""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QLibraryInfo, QLocale, Qt, QTimer, QTranslator
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from filingdesk import bootstrap
from filingdesk.gui.ending import Ending
from filingdesk.gui.garbage import Collector
from filingdesk.gui.rescue import Rescuer
from filingdesk.gui.shell import Shell
from filingdesk.gui.wearing import wear
from filingdesk.infra import settings as user_settings
from filingdesk.infra.logs import setup_logging
from filingdesk.infra.preferences import START
from filingdesk.services.workspace import Workspace


def make_app() -> QApplication:
    """The application object, dressed: Fusion, palette, fonts, Qt's own texts in Chinese."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        app = existing
    else:
        QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
        app = QApplication(sys.argv[:1])
    app.setApplicationName("filingdesk")
    app.setApplicationDisplayName("")
    QLocale.setDefault(QLocale(QLocale.Language.Chinese, QLocale.Country.China))
    # Native dialogs follow the system's language, which need not be Chinese; Qt's own are translated below.
    if sys.platform.startswith("linux"):
        app.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    install_chinese(app)
    wear(app)
    # A job that computes hands over often: otherwise whatever Qt asks of Python while it lays out and paints waits up to 5 ms
    # for its turn, each time.
    sys.setswitchinterval(0.0001)
    if app.findChild(Collector) is None:
        Collector(app)
    return app


def install_chinese(app: QApplication) -> bool:
    """Load Qt's Chinese texts (standard dialogs, context menus); False when the file is not there."""
    translator = QTranslator(app)
    loaded = translator.load("qtbase_zh_CN", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    if loaded:
        app.installTranslator(translator)
    return loaded


def install_crash_hook(shell: Shell) -> None:
    """Tell an unexpected error in a dialog that names its report; the window goes on."""

    def hook(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        if isinstance(error, KeyboardInterrupt):
            QApplication.quit()
        else:
            shell.tell_error(error)

    sys.excepthook = hook


def run(project: Path | None = None, *, first_paint: bool = False) -> int:
    """Open the window, with a project when given, until it is closed; gives the exit code.

    `first_paint`: instead, print the milliseconds to the first paint and leave.
    """
    if first_paint:
        first_paint_ms(_say)
        return 0
    app = make_app()
    setup_logging()
    shell = Shell(bootstrap.workspace())
    install_crash_hook(shell)
    shell.offers_tour = True
    rescuer = Rescuer(shell)
    rescuer.begin()
    shell.first_painted.connect(rescuer.watch)
    ending = Ending(app, shell, rescuer)
    shell.show()
    project = project or last_project(shell.workspace)
    if project is not None:
        QTimer.singleShot(0, shell, lambda: shell.open_project(project))
    code = app.exec()
    ending.close()
    shell.close_at_once()
    rescuer.end()
    return code


def last_project(workspace: Workspace) -> Path | None:
    """The project that was open last, when the user wants to go on with it and it is still there."""
    if user_settings.preference(START) != "last":
        return None
    latest = workspace.recent()[:1]
    return latest[0].path if latest and latest[0].exists else None


def first_paint_ms(tell: Callable[[float], None]) -> None:
    """Tell, at the first paint of the window, the milliseconds since the application is built (after imports); then close it."""
    begun = time.perf_counter()
    app = make_app()
    shell = Shell(bootstrap.workspace())

    def painted() -> None:
        tell((time.perf_counter() - begun) * 1000)
        shell.close()
        app.quit()

    shell.first_painted.connect(painted)
    shell.show()
    app.exec()


def _say(milliseconds: float) -> None:
    sys.stdout.write(f"{milliseconds:.1f}\n")
    sys.stdout.flush()


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of `filingdesk-gui`."""
    parser = argparse.ArgumentParser(prog="filingdesk-gui", description="备案工作台")
    parser.add_argument("project", nargs="?", type=Path, help="要打开的 .fdproj 文件")
    parser.add_argument("--selftest-first-paint", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    return run(options.project, first_paint=options.selftest_first_paint)


if __name__ == "__main__":
    raise SystemExit(main())
