"""Pictures of every page, light and dark, as the officer sees them: `xvfb-run -a python tools/gallery.py [--out DIR] [--only KEY]`.

A window's scale is fixed when it starts, so `--scale 1.5` is a second run. The projects are the shipped samples.
"""

import argparse
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

SIZE = (1440, 900)
BRIEF_MS, LONG_S = 400, 60.0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Pictures of every page of the window.")
    parser.add_argument("--out", type=Path, default=Path("docs/img/gallery"))
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--only", action="append", default=[], help="the key of a page; may be repeated")
    parser.add_argument("--sample", choices=("complete", "incomplete"), default="complete")
    parser.add_argument("--look", choices=("light", "dark", "both"), default="both")
    return parser.parse_args()


def main() -> None:
    """Open a sample, walk through all pages in both looks, keep a picture of each."""
    chosen = _arguments()
    os.environ["QT_SCALE_FACTOR"] = str(chosen.scale)
    with tempfile.TemporaryDirectory() as home:
        os.environ["FILINGDESK_HOME"] = home
        _draw(chosen, Path(home))


def _draw(chosen: argparse.Namespace, home: Path) -> None:
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QTabBar

    from filingdesk.bootstrap import workspace
    from filingdesk.gui import registry, theme
    from filingdesk.gui.app import make_app
    from filingdesk.gui.shell import Shell
    from filingdesk.services.demo import create_sample

    app = make_app()
    project = home / "示例备案.fdproj"
    create_sample(workspace(), project, chosen.sample).close()
    shell = Shell(workspace())
    shell.resize(round(SIZE[0] / chosen.scale**0.5), round(SIZE[1] / chosen.scale**0.5))
    shell.show()
    chosen.out.mkdir(parents=True, exist_ok=True)

    def settle() -> None:
        waited = 0.0
        QTest.qWait(BRIEF_MS)
        while shell.jobs.busy() and waited < LONG_S:
            QTest.qWait(50)
            waited += 0.05
        QTest.qWait(BRIEF_MS)

    def keep(name: str) -> None:
        _save(
            shell.grab().toImage(),
            chosen.out / f"{name}{'' if chosen.scale == 1 else f'@{chosen.scale:g}'}.png",
        )

    settle()
    for look in ("light", "dark") if chosen.look == "both" else (chosen.look,):
        theme.apply(app, dark=look == "dark")
        if not chosen.only and shell.desk is None:
            keep(f"start-{look}")
        if shell.desk is None:
            shell.open_project(project)
            settle()
        assert shell.workbench is not None
        for entry in registry.entries():
            if not chosen.only or entry.key in chosen.only:
                shell.workbench.show_page(entry.key)
                settle()
                keep(f"{entry.key}-{look}")
                for bar in shell.workbench.current().findChildren(QTabBar):
                    for number in range(1, bar.count() if bar.isVisible() else 0):
                        bar.setCurrentIndex(number)
                        settle()
                        keep(f"{entry.key}-{number + 1}-{look}")
    shell.close()


def _save(image: "QImage", path: Path) -> None:
    """As a small PNG: pictures of a window have few colours."""
    import io

    from PIL import Image
    from PySide6.QtCore import QBuffer, QIODevice

    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    picture = Image.open(io.BytesIO(bytes(buffer.data().data()))).convert("RGB")
    small = picture.quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    small.save(path, optimize=True)


if __name__ == "__main__":
    main()
