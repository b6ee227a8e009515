"""Logs and crash reports tell where it happened and never what somebody typed."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from filingdesk.infra import logs
from filingdesk.infra.paths import state_dir

SECRET = "张三110101199003070011"


def broken(secret: str) -> None:
    local = secret
    try:
        int(local)
    except ValueError as error:
        raise KeyError(f"no such person {local}") from error


def caught() -> KeyError:
    try:
        broken(SECRET)
    except KeyError as error:
        return error
    raise AssertionError


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    logs.close_logging()


def test_crash_report_has_places_and_causes_and_no_values(filingdesk_home: Path) -> None:
    path = logs.write_crash_report(caught())
    text = path.read_text(encoding="utf-8")
    assert path.is_relative_to(filingdesk_home)
    assert "builtins.KeyError" in text
    assert "builtins.ValueError" in text
    assert "test_logs.py" in text
    assert "broken" in text
    assert "张三" not in text
    assert "110101" not in text


def test_only_the_latest_reports_are_kept() -> None:
    for _ in range(logs.KEPT_REPORTS + 3):
        path = logs.write_crash_report(caught())
    kept = list(path.parent.iterdir())
    assert len(kept) == logs.KEPT_REPORTS


def test_log_file_gets_the_event_but_not_the_message_of_an_exception(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.setup_logging()
    logging.getLogger("filingdesk.store").error("could not save", exc_info=caught())
    text = (state_dir() / logs.FILE_NAME).read_text(encoding="utf-8")
    assert "could not save" in text
    assert "builtins.KeyError" in text
    assert "张三" not in text
    assert capsys.readouterr().err == ""


def test_verbose_tells_stderr_too(capsys: pytest.CaptureFixture[str]) -> None:
    logs.setup_logging(verbose=1)
    logging.getLogger("filingdesk.cli").info("opened")
    logging.getLogger("filingdesk.cli").debug("detail")
    err = capsys.readouterr().err
    assert "opened" in err
    assert "detail" not in err


def test_setting_up_twice_writes_once() -> None:
    logs.setup_logging()
    logs.setup_logging()
    logging.getLogger("filingdesk.x").warning("once")
    assert (state_dir() / logs.FILE_NAME).read_text(encoding="utf-8").count("once") == 1


def test_a_state_folder_that_cannot_be_made_does_not_hinder(
    filingdesk_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (filingdesk_home / "state").write_bytes(b"a file in the way")
    logs.setup_logging(verbose=1)
    logging.getLogger("filingdesk.x").warning("still heard")
    assert "still heard" in capsys.readouterr().err
