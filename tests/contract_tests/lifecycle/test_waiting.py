"""A job that has broken the contract beyond doubt is not waited for, and the others are."""

from collections.abc import Callable
from typing import Any

import pytest

from contract_tests.checks.state_changes import jobs_end
from contract_tests.defects.defect import changing_success
from contract_tests.defects.wrapping import wrapped
from contract_tests.findings.finding import Breach, Skipped
from contract_tests.lifecycle.trace import Life, Moment
from contract_tests.lifecycle.waiting import Wait
from contract_tests.runner.progress import Progress
from tests.contract_tests.checks.bench import bench, contract

Change = Callable[[dict[str, Any], int], None]


def status(word: str) -> Change:
    """Every poll shows that status."""
    return lambda state, _poll: state.update(status=word, progress=0)


def back(state: dict[str, Any], poll: int) -> None:
    """The status goes back to queued after the third poll."""
    state.update(status="in_progress" if poll <= 3 else "queued", progress=0)


def fall(state: dict[str, Any], poll: int) -> None:
    """The progress falls from 50 to 20."""
    state.update(status="in_progress", progress=50 if poll <= 3 else 20)


def other_id(state: dict[str, Any], _poll: int) -> None:
    """The job shows another id."""
    state.update(id="video_other", status="queued")


def observed(change: Change) -> Life:
    """The lives of two jobs, the first of which is changed in each poll; a third is the remix."""
    polls: dict[str, int] = {}

    def on_poll(state: dict[str, Any]) -> None:
        job = str(state["id"])
        polls[job] = polls.get(job, 0) + 1
        if job == next(iter(polls)):
            change(state, polls[job])

    mutation = changing_success(("retrieveVideo",), on_poll)
    with bench(lambda app: wrapped(app, mutation())) as on:
        return on.live(3)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (status("thinking"), "its status is 'thinking', which the contract does not know"),
        (back, "its status went back from 'in_progress' to 'queued'"),
        (fall, "its progress fell from 50 to 20"),
        (other_id, "its id changed to 'video_other'"),
    ],
    ids=["unknown", "back", "fall", "id"],
)
def test_a_broken_job_is_not_waited_for(change: Change, why: str) -> None:
    """It is polled for a tenth of the bound at most, the reason is kept, and the other job ends."""
    first, second, *_ = observed(change).traces

    assert first.given_up == f"J1 was not waited for to its end: {why}"
    assert len(first.at(Moment.POLL)) <= 12
    assert (second.ended, second.given_up) == (True, "")
    assert [type(each) for each in jobs_end.run(contract(), Life((first, second)))] == [Skipped]


def test_a_job_that_only_takes_too_long_is_waited_for() -> None:
    """A status that may still change is waited for until the bound, and is a finding then."""
    first, *_ = observed(status("queued")).traces

    assert first.given_up == ""
    assert len(first.at(Moment.POLL)) == 60
    assert [type(each) for each in jobs_end.run(contract(), Life((first,)))] == [Breach]


def test_what_a_run_waits_for_is_escaped() -> None:
    """A status from outside never commands a terminal."""
    wait = Wait(job="J1 \x1b[2J", status="\x1b]0;x\x07", progress=40.0, left=lambda: 612.0)
    lines: list[str] = []
    progress = Progress(lambda each: lines.append(each.line))
    progress.begin("Observing")
    progress.wait((wait,))
    progress.wait((wait,))

    assert len(lines) == 2
    assert "\x1b" not in lines[1]
    assert "40 %, 612 s left" in lines[1]
