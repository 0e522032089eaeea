"""Checks raise no false alarm where time passes between their requests."""

import json
from collections.abc import Sequence

import pytest

from contract_tests.checks.jobs import families_agree
from contract_tests.checks.state_changes import reading_changes_nothing
from contract_tests.checks.video_file import NotAVideoError, VideoFile, read_video
from contract_tests.defects.content import mp4
from contract_tests.lifecycle.trace import Life, Moment, Trace
from contract_tests.wire.exchange import Exchange, Reply, Request
from tests.contract_tests.checks.bench import contract

JOB = "video_1"


def poll(at_s: float, status: str, progress: int, operation: str = "retrieveVideo") -> Exchange:
    """A job as it was seen at one moment."""
    body = json.dumps({"id": JOB, "status": status, "progress": progress}).encode()
    reply = Reply(200, (("content-type", "application/json"),), body)
    return Exchange(1, Request("GET", f"/v1/videos/{JOB}"), reply, operation, at_s=at_s)


def breaches(*steps: tuple[Moment, Exchange]) -> int:
    """How many breaches the two checks find in these exchanges, with a clock that runs."""
    trace = Trace(JOB, JOB, "videos", None, {}, steps)
    life = Life((trace,))
    checks = (reading_changes_nothing, families_agree)
    return sum(len(list(check.run(contract(), life))) for check in checks)


def burst(*states: tuple[float, str, int]) -> Sequence[tuple[Moment, Exchange]]:
    """Reads in quick succession."""
    return [(Moment.BURST, poll(*state)) for state in states]


def test_a_fast_job_may_move_in_a_burst() -> None:
    """A job that goes on as fast after a burst of reads as during it is no finding."""
    moving = [(0.0, "in_progress", 0), (0.01, "in_progress", 5), (0.02, "in_progress", 10)]
    later = (Moment.POLL, poll(0.18, "in_progress", 88))

    assert breaches(*burst(*moving), later) == 0


def test_a_job_that_moves_only_when_it_is_read_is_found() -> None:
    """A job that moves during a burst and hardly afterwards is moved by reading."""
    moving = [(0.0, "in_progress", 0), (0.01, "in_progress", 5), (0.02, "in_progress", 10)]
    later = (Moment.POLL, poll(5.0, "in_progress", 15))

    assert breaches(*burst(*moving), later) == 1


def test_a_job_that_ends_within_a_few_reads_is_found() -> None:
    """A job that ends within the milliseconds of a few reads was moved by them."""
    moving = [(0.0, "queued", 0), (0.01, "in_progress", 50), (0.02, "completed", 100)]

    assert breaches(*burst(*moving)) == 1


@pytest.mark.parametrize(("later", "found"), [("in_progress", 0), ("queued", 1)])
def test_the_family_that_is_read_second_may_be_ahead(later: str, found: int) -> None:
    """The state of a later request may be ahead of an earlier one, but not behind it."""
    first, then = ("queued", later) if found == 0 else ("in_progress", later)
    retrieve = (Moment.RETRIEVE, poll(0.0, first, 0))
    query = (Moment.QUERY, poll(0.1, then, 0, "queryUnifiedVideo"))

    assert breaches(retrieve, query) == found


def test_a_video_is_measured() -> None:
    """Width, height and length are read from the decoded pictures."""
    assert read_video(mp4(320, 240, 3)) == VideoFile(320, 240, 3.0)


@pytest.mark.parametrize("content", [b"", b"<!DOCTYPE html>", mp4(320, 240, 3)[:2000]])
def test_a_file_that_is_no_video_does_not_open(content: bytes) -> None:
    """An empty file, a web page and half a file are not videos."""
    with pytest.raises(NotAVideoError):
        read_video(content)
