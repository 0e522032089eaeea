"""A pytest plugin that writes how long the setup and the end of each test took, in seconds."""

import json
from collections import defaultdict
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare where it is written."""
    parser.addoption("--phases", type=Path, help="File for the seconds around each test.")


def pytest_configure(config: pytest.Config) -> None:
    """Listen from the start."""
    config.pluginmanager.register(Phases(config.getoption("--phases")))


class Phases:
    """Seconds by test."""

    def __init__(self, path: Path) -> None:
        """Write to ``path`` at the end."""
        self._path = path
        self._seconds: dict[str, float] = defaultdict(float)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add up everything but the test itself."""
        if report.when != "call":
            self._seconds[report.nodeid] += report.duration

    def pytest_sessionfinish(self) -> None:
        """Write."""
        self._path.write_text(json.dumps(self._seconds), encoding="utf-8")
