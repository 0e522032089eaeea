"""Runs that end early report what was not checked, send nothing more, and are never green."""

import json
import signal
import socket
import subprocess
import sys
from pathlib import Path
from threading import Event
from xml.etree import ElementTree as ET

import pytest
from click.testing import Result

from contract_tests.checks import CHECKS
from contract_tests.checks.check import Probe
from contract_tests.guard.halt import INTERRUPTED, Halt
from tests.contract_tests.commands import CANARY, OWN, live
from tests.contract_tests.hostile import EMPTY, FORMS, hostile, reply, saying, video
from tests.project.source import ROOT

BUSY = saying({"error": {"message": "busy"}}, "retry-after: 0", start="429 Too Many Requests")
# What says that nothing can be tested at present, in any envelope.
OUTAGES = {
    "429": BUSY,
    "429 without a body": reply(b"", start="429 Slow Down", kind=""),
    "403 quota": FORMS["no quota"],
    "400 quota, flat": saying({"code": "insufficient_user_quota", "msg": "x"}, start="400 Bad"),
    "200 quota": saying({"error": {"code": "insufficient_quota", "message": "x"}}),
    "401 quota, text": reply(
        "用户额度不足".encode(), start="401 No", kind="content-type: text/plain\r\n"
    ),
    "502": FORMS["broken"],
    "hanging up": FORMS["nothing"],
}
PATIENT = saying({"error": {"message": "busy"}}, "retry-after: 50", start="429 Too Many Requests")
PROBES = tuple(w for c in CHECKS if isinstance(c, Probe) for w in ("--checks", c.name))
FILES = ("--report", "r.json", "--junit", "r.xml")


def reported() -> tuple[dict[str, str], ET.Element]:
    """The reasons of checks that examined nothing, and the JUnit suite."""
    report = json.loads(Path("r.json").read_text())
    reasons = {n["check"]: n["reason"] for n in report["not_checked"] if not n["operation"]}
    suite = ET.parse("r.xml").find("testsuite")
    assert suite is not None
    return reasons, suite


def green(suite: ET.Element) -> set[str]:
    """The names of the test cases that count as passed."""
    bad = ("skipped", "failure", "error")
    return {case.get("name", "") for case in suite if all(case.find(each) is None for each in bad)}


def free_port() -> int:
    """A port where nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_nothing_is_green_where_nothing_listens() -> None:
    """A run that reached nothing skips every check, has an error, and says why for each."""
    result = live(f"http://127.0.0.1:{free_port()}", *FILES)
    reasons, suite = reported()

    assert result.exit_code == 3
    assert green(suite) == set()
    assert suite.get("errors") == "1"
    stages = {"plan", "schemathesis", "state-machine"}
    assert set(reasons) == {check.name for check in CHECKS} | stages
    assert all("no connection" in reasons[check.name] for check in CHECKS)


@pytest.mark.parametrize("answer", OUTAGES.values(), ids=OUTAGES)
def test_a_gateway_that_cannot_work_is_unavailable(answer: bytes) -> None:
    """429, no quota or server errors to everything say nothing of the contract: status 3."""
    with hostile(lambda _method, _target: answer) as (url, asked):
        result = live(url, *FILES)
    _, suite = reported()

    assert result.exit_code == 3
    assert len(asked) < 40
    assert green(suite) == set()


@pytest.mark.parametrize("answer", OUTAGES.values(), ids=OUTAGES)
def test_a_gateway_that_stops_working_is_unavailable(answer: bytes) -> None:
    """Where every answer is an outage from some moment on, nothing is green and nothing is broken.

    A check that expects refusals does not take "too many requests" for one.
    """
    with hostile(lambda _method, _target: EMPTY if len(asked) <= 3 else answer) as (url, asked):
        result = live(url, *FILES, *PROBES, "--checks", "schemathesis")
    reasons, suite = reported()

    assert result.exit_code == 3, result.output
    assert len(asked) < 150
    assert "schemathesis" in reasons
    assert green(suite) == set()


def test_a_gateway_that_is_throttled_while_a_job_runs_is_unavailable() -> None:
    """A job whose polls are all throttled is given up, and no rule counts as kept."""

    def answer(method: str, _target: str) -> bytes:
        if len(asked) <= 3:
            return EMPTY
        return video(status="queued", progress=0) if method == "POST" else BUSY

    few = ("--checks", "status_order", "--checks", "jobs_end", "--checks", "content")
    with hostile(answer) as (url, asked):
        result = live(url, *FILES, *few, "--budget-jobs", "1", "--longest-job", "1")
    reasons, suite = reported()

    assert result.exit_code == 3, result.output
    assert set(reasons) >= {"content"}
    assert green(suite) == set()


@pytest.mark.parametrize("most", ["1", "2"])
def test_a_run_of_hardly_any_requests_ends_well(most: str) -> None:
    """Even a limit below what the first look needs ends with reports, not with a crash."""
    with hostile(lambda _method, _target: EMPTY) as (url, asked):
        result = live(url, *FILES, *PROBES, "--max-requests", most)
    _, suite = reported()

    assert result.exit_code == 0, result.output
    assert len(asked) <= int(most)
    assert green(suite) == set()


def test_a_run_has_a_longest_time() -> None:
    """With --max-time nothing is sent after it, and the report says what was not looked at."""
    with hostile(lambda _method, _target: EMPTY if len(asked) <= 3 else PATIENT) as (url, asked):
        result = live(url, *FILES, *OWN, "--max-time", "1.5")
        before = len(asked)
    reasons, suite = reported()

    assert result.exit_code in (1, 130)
    assert len(asked) == before
    assert "time: the limit is 1.5 s" in reasons.values()
    assert "latency" not in green(suite)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_waits_is_ended_by_a_signal(number: int, tmp_path: Path) -> None:
    """A signal ends the wait that a gateway asked for: nothing more is sent but the report."""
    throttled = Event()

    def answer(_method: str, _target: str) -> bytes:
        if len(asked) <= 3:
            return EMPTY
        throttled.set()
        return PATIENT

    command = [sys.executable, "-m", "contract_tests.cli.main", "run", "--live", *OWN, *FILES]
    environment = {"CANARY_KEY": CANARY, "PYTHONPATH": str(ROOT)}
    with hostile(answer) as (url, asked):
        reach = ["--target", url, "--api-key-env", "CANARY_KEY"]
        process = subprocess.Popen([*command, *reach], cwd=tmp_path, env=environment)
        assert throttled.wait(60)
        before = len(asked)
        process.send_signal(number)
        # A wait that is not ended takes 50 seconds.
        status = process.wait(48)

        assert len(asked) == before
    reasons, suite = reported()
    assert status == 130
    assert INTERRUPTED in reasons.values()
    assert "latency" not in green(suite)


def test_what_a_run_was_paid_for_is_deleted_when_a_check_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A fault of the suite's own ends with 70, and the job is deleted and reported all the same."""

    def fail(*_: object) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr("contract_tests.runner.passive.ExchangeExaminer.examine_new", fail)
    with hostile(lambda method, _: video() if method == "POST" else EMPTY) as (url, asked):
        result = _paid(url)
    report = json.loads(Path("r.json").read_text())

    assert result.exit_code == 70
    assert report["jobs_deleted"] == report["jobs_created"]
    assert any(each.startswith("DELETE ") for each in asked) == bool(report["jobs_created"])
    assert green(reported()[1]) == set()


def _paid(url: str) -> Result:
    few = ("--checks", "status_order", "--budget-jobs", "1", "--longest-job", "0.1")
    return live(url, *few, *FILES)


def test_a_halt_ends_every_wait_from_then_on() -> None:
    """What is halted waits no longer, however long it was to wait, and keeps its first reason."""
    halt = Halt()
    halt.now("first")
    halt.now("second")
    for _ in range(3):
        halt.wait(3600)

    assert halt.why == "first"
    assert 0 < halt.replies_s < halt.deletions_s
