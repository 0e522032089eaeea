"""The checks as tests of pytest: what was not looked at is skipped, never passed."""

import subprocess
import sys

import pytest

from tests.contract_tests.commands import CANARY
from tests.contract_tests.gateways import journaled
from tests.contract_tests.hostile import EMPTY, hostile, saying
from tests.project.source import ROOT

BUSY = saying({"error": {"message": "busy"}}, "retry-after: 0", start="429 Too Many Requests")


def checks_as_tests(url: str, *options: str) -> "subprocess.CompletedProcess[str]":
    """Run some checks against a target that costs money."""
    command = [sys.executable, "-m", "contract_tests.cli.main", "pytest", "-q", "-rs"]
    reach = ["--target", url, "--live", "--api-key-env", "CANARY_KEY", *options]
    return subprocess.run(
        [*command, *reach],
        env={"CANARY_KEY": CANARY, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.long
def test_what_was_asked_of_a_throttled_gateway_is_skipped() -> None:
    """From the moment that a gateway throttles everything no test passes; the status is 3."""
    with hostile(lambda _method, _target: EMPTY if len(asked) <= 3 else BUSY) as (url, asked):
        done = checks_as_tests(
            url, "-k", "authentication or unknown_job or refusals or status_order"
        )

    assert done.returncode == 3, done.stdout + done.stderr
    assert " passed" not in done.stdout
    assert " failed" not in done.stdout
    assert "throttled" in done.stdout
    assert "the target is not available" in done.stdout


@pytest.mark.long
def test_jobs_and_money_are_said() -> None:
    """The summary names requests, jobs and money, and the jobs with their deletion."""
    with journaled() as (url, journal):
        done = checks_as_tests(url, "-k", "status_order", "--budget-jobs", "1")

    assert done.returncode == 0, done.stdout + done.stderr
    assert journal.accepted == 1
    assert "1 job of 1 planned, $0.40 of $0.40" in done.stdout
    assert "created: video_" in done.stdout
    assert "deleted: video_" in done.stdout
