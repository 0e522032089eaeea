"""Holds the fake to the contract with a plain Schemathesis run over HTTP."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import openapi
from mock_server.domain.clock import Pace
from mock_server.settings import Settings
from tests.clients.gateway import running
from tests.project.source import ROOT

EXAMPLES = 10


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A server on which a job ends within a tenth of a second, so that all answers occur."""
    with running(Settings(pace=Pace(speed=1000))) as address:
        yield address


@pytest.mark.parametrize("seed", [1, 2])
def test_a_plain_run_reports_nothing(url: str, seed: int, tmp_path: Path) -> None:
    """Every check of Schemathesis holds: no server error, no undocumented answer, no wrong verdict
    on a valid or an invalid request."""
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "run", str(openapi.CONTRACT)),
        *("--url", url, "--header", "Authorization: Bearer sk-schemathesis", "--checks", "all"),
        *("--max-examples", str(EXAMPLES), "--seed", str(seed), "--continue-on-failure"),
        # How fast examples are made depends on how busy the machine is.
        "--suppress-health-check=too_slow",
    ]
    environment = {
        "SCHEMATHESIS_HOOKS": "contract_tests.schemathesis_hooks",
        "PYTHONPATH": str(ROOT),
    }

    run = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )

    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
