"""Scenarios from polls: lengths as intervals, one length where one fits all, else a spread."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.deriving.histories import scenarios_of
from contract_tests.deriving.traffic import Traffic
from contract_tests.wire.exchange import Exchange, Reply, Request

END = {"completed": 100, "failed": 60}


def exchange(number: int, at_s: float, data: dict[str, Any]) -> Exchange:
    """A create (at 0 s) or a poll that shows a job."""
    operation = "createVideo" if at_s == 0 else "retrieveVideo"
    reply = Reply(200, (("content-type", "application/json"),), json.dumps(data).encode())
    request = Request("POST" if at_s == 0 else "GET", f"/v1/videos/{data['id']}")
    return Exchange(number, request, reply, operation, at_s=at_s)


def job(
    name: str,
    queued_s: float,
    running_s: float,
    polls_s: Sequence[float],
    *,
    end: str = "completed",
) -> list[Exchange]:
    """The exchanges of one job that is polled at some instants, and once long after its end."""
    found = []
    for number, at_s in enumerate([0.0, *sorted(polls_s), queued_s + running_s + 1000]):
        share = (at_s - queued_s) / running_s
        data: dict[str, Any] = {"id": name, "status": "queued", "progress": 0}
        if share >= 1:
            data |= {"status": end, "progress": END[end]}
            if end == "failed":
                data["error"] = {"code": "broken", "message": "It broke."}
        elif share >= 0:
            data |= {"status": "in_progress", "progress": int(99 * share)}
        found.append(exchange(number + 1, at_s, data))
    return found


def traffic(*jobs: list[Exchange]) -> Traffic:
    """The exchanges of some jobs as a recording."""
    return Traffic("rec", tuple(each for found in jobs for each in found))


POLLS = st.lists(st.floats(0.5, 400), min_size=5, max_size=40)


@given(st.floats(1, 50), st.floats(10, 200), st.lists(POLLS, min_size=1, max_size=4))
def test_a_length_that_fits_all_jobs_is_taken(
    queued_s: float, running_s: float, polls: list[list[float]]
) -> None:
    """Jobs that took the same time have no spread, whenever they were polled."""
    jobs = [job(f"job{place}", queued_s, running_s, each) for place, each in enumerate(polls)]
    found, counts = scenarios_of(traffic(*jobs))

    assert counts == {"recorded": len(jobs)}
    assert all("spread" not in step for step in found["recorded"]["steps"][:1])


def test_dense_polls_show_the_lengths() -> None:
    """What is polled every half second is known to half a second, and its progress too."""
    polls = [each / 2 for each in range(1, 200)]
    found, _ = scenarios_of(traffic(job("a", 10, 60, polls)))
    queued, running = found["recorded"]["steps"]

    assert queued["seconds"] == pytest.approx(10, abs=0.5)
    assert running["seconds"] == pytest.approx(60, abs=0.5)
    assert (running["progress"][0], running["progress"][1]) == (0, pytest.approx(99, abs=1))


def test_jobs_of_different_lengths_have_a_spread() -> None:
    """The median is the length, and the shortest and the longest are its spread."""
    polls = [each / 2 for each in range(1, 300)]
    lengths = (40, 50, 100)
    jobs = [job(f"job{each}", 10, each, polls) for each in lengths]
    found, _ = scenarios_of(traffic(*jobs))
    running = found["recorded"]["steps"][1]

    assert running["seconds"] == pytest.approx(50, abs=0.6)
    assert running["spread"] == [
        pytest.approx(0.8, abs=0.02), 1, pytest.approx(2, abs=0.03)
    ]  # fmt: skip


def test_jobs_that_end_differently_follow_scenarios_of_their_own() -> None:
    """The most frequent one is `recorded`; a failure has its code, message and progress."""
    polls = [float(each) for each in range(1, 90)]
    jobs = [job(name, 10, 60, polls) for name in ("a", "b")]
    found, counts = scenarios_of(traffic(*jobs, job("c", 10, 30, polls, end="failed")))

    assert counts == {"recorded": 2, "recorded_failed": 1}
    failed = found["recorded_failed"]
    assert (failed["ends"], failed["error"]["code"]) == ("failed", "broken")
    assert failed["steps"][1]["progress"][0] == 0


def test_each_scenario_names_its_exchanges() -> None:
    """The summary says from which exchanges of which cassette it was derived."""
    found, _ = scenarios_of(traffic(job("a", 10, 60, [5, 30])))

    assert "cassette rec #1, #2, #3" in found["recorded"]["summary"]
