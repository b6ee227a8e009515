"""What every test stands on: a settings folder of its own, a quiet Qt, no thread left behind."""

import atexit
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Before anything imports Qt. `dev.py test` sets the same; this is for a bare `pytest` call or an editor.
if sys.platform == "linux":
    if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if "XDG_RUNTIME_DIR" not in os.environ:
        # Qt warns where it is unset, and a Qt warning fails a test.
        os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="filingdesk-tests-")
        atexit.register(shutil.rmtree, os.environ["XDG_RUNTIME_DIR"], ignore_errors=True)
    if "utf" not in (os.environ.get("LC_ALL") or os.environ.get("LANG") or "").lower():
        os.environ["LC_ALL"] = "C.UTF-8"

# The machine may be busy: a slow example is no failure. `FILINGDESK_HYPOTHESIS=thorough` searches longer.
settings.register_profile(
    "ci", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.register_profile("thorough", settings.get_profile("ci"), max_examples=2000)
settings.load_profile(os.environ.get("FILINGDESK_HYPOTHESIS", "ci"))


@pytest.fixture(autouse=True)
def filingdesk_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A settings folder of the test's own: no test touches what belongs to the person here."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("FILINGDESK_HOME", str(home))
    return home


@pytest.fixture(autouse=True)
def no_thread_left_behind() -> Iterator[None]:
    """A thread that outlives its test keeps writing into the next one."""
    before = set(threading.enumerate())
    yield
    left = [thread for thread in threading.enumerate() if thread not in before and not thread.daemon]
    for thread in left:
        thread.join(timeout=5)
    still = [thread.name for thread in left if thread.is_alive()]
    assert not still, f"threads still running after the test: {still}"
