"""Pictures of every page as the officer sees them: `xvfb-run -a -s "-screen 0 2400x1600x24" python tools/gallery.py --all`.

That draws the gallery of the documentation: every page, light and dark, at 100 and 150 %, small, with an index. Without `--all`
pictures of full size, for looking at: `[--out DIR] [--only KEY] [--scale 1.5] [--look light] [--sample incomplete]`. A
window's scale is fixed when it starts, so each scale is a run of its own. The projects are the shipped samples.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

SIZE = (1440, 900)
BRIEF_MS, LONG_S = 400, 60.0
GALLERY = Path("docs/img/gallery")
SCALES = (1.0, 1.5)
SMALL = 840  # pixels wide


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Pictures of every page of the window.")
    parser.add_argument("--all", action="store_true", help="the small gallery with its index, at every scale")
    parser.add_argument("--out", type=Path, default=GALLERY)
    parser.add_argument("--small", action="store_true", help="small pictures (WebP)")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--only", action="append", default=[], help="the key of a page; may be repeated")
    parser.add_argument("--sample", choices=("complete", "incomplete"), default="complete")
    parser.add_argument("--look", choices=("light", "dark", "both"), default="both")
    return parser.parse_args()


def main() -> None:
    """Open a sample, walk through all pages in both looks, keep a picture of each."""
    chosen = _arguments()
    if chosen.all:
        _draw_gallery(chosen.out)
        return
    os.environ["QT_SCALE_FACTOR"] = str(chosen.scale)
    os.environ["LOGNAME"] = "示例经办人"
    with tempfile.TemporaryDirectory(prefix="filingdesk-") as home:
        os.environ["FILINGDESK_HOME"] = home
        _draw(chosen, Path(home))


def _draw_gallery(out: Path) -> None:
    """Anew, so that no picture of a page that is gone stays."""
    out.mkdir(parents=True, exist_ok=True)
    for old in out.glob("*.webp"):
        old.unlink()
    for scale in SCALES:
        command = [sys.executable, __file__, "--out", str(out), "--small", "--scale", str(scale)]
        subprocess.run(command, check=True)
    _index(out)


def _index(out: Path) -> None:
    """A page that shows all pictures, one row for each page of the window."""
    from filingdesk.gui import registry

    titles = {"start": "开始", **{entry.key: entry.title for entry in registry.entries()}}
    stems = {path.stem for path in out.glob("*.webp")}
    names = sorted({stem.partition("@")[0].rsplit("-", 1)[0] for stem in stems})
    order = {key: number for number, key in enumerate(titles)}
    lines = [
        "# 界面一览",
        "",
        "由 `tools/gallery.py --all` 画出，示例项目中的人和公司都是虚构的。每页依次为：浅色 100%、深色 100%、浅色 150%、深色 150%。",
    ]
    keys = {name: name if name in titles else name.rsplit("-", 1)[0] for name in names}
    for name in sorted(names, key=lambda name: (order.get(keys[name], len(order)), name)):
        tab = "" if keys[name] == name else f"（标签 {name.rsplit('-', 1)[1]}）"
        lines += ["", f"## {titles.get(keys[name], name)}{tab}", ""]
        shown = [f"{name}-{look}{at}" for at in ("", "@1.5") for look in ("light", "dark")]
        lines += [f'<img src="{stem}.webp" width="49%" alt="{stem}">' for stem in shown if stem in stems]
    (out / "README.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _draw(chosen: argparse.Namespace, home: Path) -> None:
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QLabel, QTabBar

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

    def working() -> bool:
        """Whether some part of the page says that it is still at work."""
        return any(each.text().startswith("正在") for each in shell.findChildren(QLabel) if each.isVisible())

    def settle() -> None:
        waited = 0.0
        QTest.qWait(BRIEF_MS)
        while waited < LONG_S and (shell.jobs.busy() or shell.ahead.busy() or working()):
            QTest.qWait(50)
            waited += 0.05
        QTest.qWait(BRIEF_MS)

    def keep(name: str) -> None:
        at = "" if chosen.scale == 1 else f"@{chosen.scale:g}"
        _save(shell.grab().toImage(), chosen.out / f"{name}{at}.{'webp' if chosen.small else 'png'}")

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
                bars = shell.workbench.current().findChildren(QTabBar)
                for bar in bars:
                    bar.setCurrentIndex(0)  # where the first look left the last
                settle()
                keep(f"{entry.key}-{look}")
                for bar in bars:
                    for number in range(1, bar.count() if bar.isVisible() else 0):
                        bar.setCurrentIndex(number)
                        settle()
                        keep(f"{entry.key}-{number + 1}-{look}")
    shell.close()


def _save(image: "QImage", path: Path) -> None:
    """As a PNG of few colours, which is all that a window has; or scaled down, as WebP."""
    import io

    from PIL import Image
    from PySide6.QtCore import QBuffer, QIODevice

    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    picture = Image.open(io.BytesIO(bytes(buffer.data().data()))).convert("RGB")
    if path.suffix == ".webp":
        size = (SMALL, round(picture.height * SMALL / picture.width))
        picture.resize(size, Image.Resampling.LANCZOS).save(path, quality=45, method=6)
        return
    small = picture.quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    small.save(path, optimize=True)


if __name__ == "__main__":
    main()
