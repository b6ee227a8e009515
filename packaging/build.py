"""Builds dist/filingdesk: the program with its own Python, and lets the result test itself.

Called by `python3 dev.py package`; PyInstaller comes into `.venv` on first use, at its pinned version.
"""

import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "dist" / "filingdesk"


def step(text: str, command: list[str], env: dict[str, str] | None = None) -> None:
    """One command; the build ends with its failure."""
    print(f"package: {text}", flush=True)
    started = time.monotonic()
    code = subprocess.call(command, cwd=ROOT, env=env)
    if code != 0:
        sys.exit(f"package: {text} failed with exit code {code}")
    print(f"package: {text}: {time.monotonic() - started:.1f} s", flush=True)


def size_of(folder: Path) -> int:
    """Bytes of all files below a folder, links not followed."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def main() -> None:
    python = sys.executable
    if importlib.util.find_spec("PyInstaller") is None:
        pip = [python, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input"]
        step("installing PyInstaller", [*pip, "-c", str(ROOT / "constraints.txt"), "pyinstaller"])
    step("licence notices", [python, str(ROOT / "packaging" / "notices.py"), str(ROOT / "build" / "notices")])
    step(
        "PyInstaller",
        [
            *(python, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN"),
            *("--distpath", str(ROOT / "dist"), "--workpath", str(ROOT / "build" / "pyinstaller")),
            str(ROOT / "packaging" / "filingdesk.spec"),
        ],
    )
    program = DIST / ("filingdesk.exe" if os.name == "nt" else "filingdesk")
    with tempfile.TemporaryDirectory(prefix="filingdesk-selftest-") as home:
        # Nothing of this machine's Python may help: a program that needs it would fail at the user's.
        hidden = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}
        env = {name: value for name, value in os.environ.items() if name not in hidden}
        env.update(FILINGDESK_HOME=home)
        if sys.platform == "linux" and not os.environ.get("DISPLAY"):
            env["QT_QPA_PLATFORM"] = "offscreen"
        step("self-test of the built program", [str(program), "selftest"], env)
        window = program.with_name(program.name.replace("filingdesk", "filingdesk-gui"))
        step("first paint of the built window, in ms", [str(window), "--selftest-first-paint"], env)
    print(f"package: {DIST} is ready, {size_of(DIST) / 1_000_000:.0f} MB")


if __name__ == "__main__":
    main()
