"""Every test here has a key in the environment and a folder of its own."""

from pathlib import Path

import pytest

from tests.contract_tests.commands import CANARY


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Sets the key in the environment and changes to a folder of the test."""
    monkeypatch.setenv("CANARY_KEY", CANARY)
    monkeypatch.chdir(tmp_path)
