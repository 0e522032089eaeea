"""Holds the control API to its own document with a plain Schemathesis run over HTTP."""

import subprocess
import sys
from pathlib import Path

import pytest

from mock_server.app import build_server
from mock_server.running import serving
from mock_server.settings import Settings
from tests.mock_server.control.conftest import ADMIN

# The coverage phase tries every limit of every number and text, whatever the seed is, which takes
# long: here of what has numbers.
NUMBERS = ("--include-path-regex", "^/_mock/(clock|scenario$|requests/verify)")
RUNS: list[tuple[str, int, str, tuple[str, ...]]] = [
    ("sk-schemathesis", 1, "coverage", NUMBERS),
    ("sk-schemathesis", 2, "examples,fuzzing,stateful", ()),
    (ADMIN, 3, "fuzzing", ()),
]


@pytest.mark.long
@pytest.mark.parametrize(("key", "seed", "phases", "which"), RUNS)
def test_a_plain_run_reports_nothing(
    *, key: str, seed: int, phases: str, which: tuple[str, ...], tmp_path: Path
) -> None:
    """Whatever the document allows is taken, whatever it forbids refused, and nothing fails."""
    with serving(build_server(Settings(admin_token=ADMIN))) as url:
        run = subprocess.run(
            [
                *(sys.executable, "-m", "schemathesis.cli", "run", f"{url}/_mock/openapi.yaml"),
                *("--url", url, "--header", f"Authorization: Bearer {key}", "--checks", "all"),
                *("--phases", phases, "--max-examples", "2", "--seed", str(seed), *which),
                # How fast examples are made depends on how busy the machine is.
                *("--suppress-health-check=too_slow", "--continue-on-failure"),
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )

    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
