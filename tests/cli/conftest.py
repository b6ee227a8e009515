"""Runs the command line in this process and gives what a user would see."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.helpers import Cli, Ran
from filingdesk.bootstrap import workspace
from filingdesk.cli.main import app
from filingdesk.services.demo import create_sample


@pytest.fixture
def cli() -> Cli:
    runner = CliRunner()

    def run(*arguments: object, stdin: bytes | None = None) -> Ran:
        result = runner.invoke(app, [str(a) for a in arguments], input=stdin)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Ran(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture(scope="session")
def sample_bytes(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The complete sample as a project file, built once."""
    path = tmp_path_factory.mktemp("sample") / "sample.fdproj"
    create_sample(workspace(), path).close()
    return path.read_bytes()


@pytest.fixture
def sample(tmp_path: Path, sample_bytes: bytes) -> Path:
    """A fresh copy of the complete sample."""
    path = tmp_path / "示例.fdproj"
    path.write_bytes(sample_bytes)
    return path
