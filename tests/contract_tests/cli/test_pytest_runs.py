"""The checks as tests of pytest: what was not looked at is skipped, never passed."""

import subprocess
import sys
from threading import Event

import pytest

from contract_tests.guard.halt import INTERRUPTED
from tests.contract_tests.commands import CANARY
from tests.contract_tests.gateways import journaled
from tests.contract_tests.hostile import EMPTY, hostile, saying
from tests.project.source import ROOT

BUSY = saying({"error": {"message": "busy"}}, "retry-after: 0", start="429 Too Many Requests")
PATIENT = saying({"error": {"message": "busy"}}, "retry-after: 50", start="429 Too Many Requests")


ENVIRONMENT = {"CANARY_KEY": CANARY, "PYTHONPATH": str(ROOT)}


def command(url: str, *options: str) -> list[str]:
    """Some checks against a target that costs money."""
    suite = [sys.executable, "-m", "contract_tests.cli.main", "pytest", "-q", "-rs"]
    return [*suite, "--target", url, "--live", "--api-key-env", "CANARY_KEY", *options]


def checks_as_tests(url: str, *options: str) -> "subprocess.CompletedProcess[str]":
    """Run some checks to their end."""
    return subprocess.run(
        command(url, *options), env=ENVIRONMENT, capture_output=True, text=True, check=False
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


@pytest.mark.long
def test_a_signal_to_the_command_ends_its_tests() -> None:
    """It is passed on to pytest: nothing more is sent, and what is left is skipped and reported."""
    throttled = Event()

    def answer(_method: str, _target: str) -> bytes:
        if len(asked) <= 3:
            return EMPTY
        throttled.set()
        return PATIENT

    with hostile(answer) as (url, asked):
        with subprocess.Popen(
            command(url, "-k", "authentication or unknown_job or refusals"),
            env=ENVIRONMENT,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert throttled.wait(60)
            before = len(asked)
            process.terminate()
            # A wait that is not ended takes 50 seconds.
            output, _ = process.communicate(timeout=48)

        assert len(asked) == before
    assert process.returncode == pytest.ExitCode.INTERRUPTED
    assert INTERRUPTED in output
    assert "gateway contract" in output
    assert " passed" not in output
