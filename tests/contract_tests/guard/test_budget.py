"""The guard keeps the budget, for any sender and any response of the target."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from starlette.requests import Request as Asked
from starlette.responses import Response

from contract_tests.contract.bodies import body_of, request_of
from contract_tests.guard.classification import NO_MODEL
from contract_tests.guard.connection import GuardedConnection, RunLimits
from contract_tests.guard.policy import JobSlots
from contract_tests.guard.server import REFUSED, VERDICT
from contract_tests.wire.exchange import Request
from contract_tests.wire.session import RefusedError, UnansweredError
from tests.contract_tests.connections import CREATE, FORM, INVALID, JSON, READ, connected, live
from tests.contract_tests.gateways import Dropping, job, stub

# Breaks one rule only.
SLOPPY = request_of(JSON, body_of(JSON, prompt=None))
REFUSAL = Response('{"error": {"message": "no", "type": "t", "param": null, "code": null}}', 400)


@dataclass
class Counting:
    """A target that counts what reaches it; creates get ``status``."""

    lenient: bool = False
    status: int = 200
    seen: Counter[str] = field(default_factory=Counter)

    async def __call__(self, asked: Asked) -> Response:
        """Accept every create, a poisoned one only when lenient."""
        self.seen[asked.method] += 1
        if asked.method != "POST":
            return Response("{}", media_type="application/json")
        if NO_MODEL.encode() in await asked.body() and not self.lenient:
            return REFUSAL
        return job(self.seen["POST"]) if self.status < 300 else Response(status_code=self.status)


def post_raw(found: GuardedConnection, case: str) -> httpx.Response:
    """A create as Schemathesis sends it: its own header names the case."""
    headers = [*CREATE.headers, ("X-Schemathesis-TestCaseId", case)]
    return httpx.post(f"{found.url}{CREATE.target}", headers=headers, content=CREATE.body)


@pytest.mark.parametrize("budget", [1, 2, 5])
def test_a_budget_is_kept_by_concurrent_senders(budget: int) -> None:
    """Of forty creates sent at once exactly as many reach the target as the budget allows."""
    target = Counting()
    with connected(stub(target), live(budget)) as found, ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda n: post_raw(found, f"case-{n}"), range(40)))

    assert target.seen["POST"] == budget
    assert sum(each.status_code == 200 for each in answers) == budget
    assert all("budget" in each.headers[VERDICT] for each in answers if each.status_code == REFUSED)


def test_without_a_budget_only_what_must_be_refused_passes() -> None:
    """With a budget of 0 a documented create is not sent; reads and invalid creates are."""
    target = Counting()
    with connected(stub(target), live(0)) as found:
        with pytest.raises(RefusedError, match="budget"):
            found.session.send(CREATE)
        assert found.session.send(INVALID).status == 400
        assert found.session.send(READ).status == 200

    assert target.seen == {"POST": 1, "GET": 1}


@pytest.mark.parametrize(("budget", "most"), [(0, 1), (1, 1), (2, 2)])
def test_a_target_that_accepts_what_it_must_refuse_is_stopped(budget: int, most: int) -> None:
    """What is accepted counts although it had to be refused, and at the cap nothing more goes."""
    target = Counting(lenient=True)
    with connected(stub(target), live(budget)) as found:
        for _ in range(5):
            try:
                found.session.send(INVALID)
            except RefusedError:
                continue
        assert found.guard.policy.ledger.ids == tuple(f"video_{n + 1}" for n in range(most))

    assert target.seen["POST"] == most


@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_create_that_may_have_been_made_counts(status: int) -> None:
    """After an answer that leaves open whether something was made the slot is used."""
    target = Counting(status=status)
    with connected(stub(target), live(1)) as found:
        found.session.send(CREATE)
        with pytest.raises(RefusedError, match="budget"):
            found.session.send(CREATE)

    assert target.seen["POST"] == 1


def test_a_refused_create_gives_its_slot_back() -> None:
    """A documented create that the target refuses leaves the budget as it was."""
    target = Counting(status=429)
    with connected(stub(target), live(1)) as found:
        assert found.session.send(CREATE).status == 429
        assert found.guard.policy.jobs_left == 1


def test_the_same_case_is_never_sent_twice() -> None:
    """A create that a client sends again after a dropped connection is kept back."""
    target = Counting()
    with connected(stub(target), live(5)) as found:
        first, again = post_raw(found, "one"), post_raw(found, "one")

    assert (first.status_code, again.status_code) == (200, REFUSED)
    assert target.seen["POST"] == 1


def test_only_what_the_run_made_is_deleted() -> None:
    """A delete of a job that the run did not make is kept back, and of its own passes."""
    target = Counting()
    with connected(stub(target), live(1)) as found:
        found.session.send(CREATE)
        found.session.send(Request("DELETE", "/v1/videos/video_1"))
        found.session.send(Request("DELETE", f"/v1/videos/{found.session.absent_id()}"))
        with pytest.raises(RefusedError, match="not ours"):
            found.session.send(Request("DELETE", "/v1/videos/video_2"))

    assert target.seen["DELETE"] == 2


@pytest.mark.parametrize(
    "request_",
    [
        Request("DELETE", "/v1/videos"),
        Request("GET", "/v1/account"),
        Request("POST", "/v1/images/generations"),
        Request("PUT", "/v1/videos/video_1"),
    ],
    ids=lambda each: f"{each.method} {each.target}",
)
def test_what_the_contract_does_not_list_is_kept_back(request_: Request) -> None:
    """On a target that costs money nothing passes that could do what nobody has described."""
    target = Counting()
    with connected(stub(target), live(3)) as found, pytest.raises(RefusedError, match="not listed"):
        found.session.send(request_)

    assert not target.seen


def test_the_number_of_requests_is_kept() -> None:
    """At the limit of requests reads are kept back too."""
    target = Counting()
    with connected(stub(target), live(0, max_requests=3)) as found:
        for _ in range(3):
            found.session.send(READ)
        with pytest.raises(RefusedError, match="limit is 3"):
            found.session.send(READ)

    assert target.seen["GET"] == 3


def test_what_was_made_is_on_disk_at_once(tmp_path: Path) -> None:
    """The ledger's file holds a job's id as soon as its create was answered."""
    path = tmp_path / "deep" / "ledger.jsonl"
    run_limits = RunLimits(limits=live(2), ledger=path)
    with connected(stub(Counting()), live(2), run_limits) as found:
        found.session.send(CREATE)
        first = [json.loads(each) for each in path.read_text().splitlines()]
        found.session.send(request_of(FORM, body_of(FORM)))

    assert first == [{"id": "video_1", "operation": "createVideo"}]
    assert len(path.read_text().splitlines()) == 2


def test_jobs_of_the_plan_are_kept_for_it() -> None:
    """What is accepted by mistake takes the place of the last planned job, and of one only."""
    target = Counting(lenient=True)
    with connected(stub(target), live(3)) as found:
        slots = found.guard.policy.plan = JobSlots(2)
        assert found.session.send(SLOPPY).status == 200
        with pytest.raises(RefusedError, match="1 of 3 jobs used, 2 kept for the plan"):
            found.session.send(SLOPPY)
        with slots.taking():
            assert found.session.send(CREATE).status == 200
        with slots.taking(), pytest.raises(RefusedError, match="budget"):
            found.session.send(CREATE)

    assert target.seen["POST"] == 2


@pytest.mark.parametrize("planned", [0, 1])
def test_the_only_job_of_a_plan_is_not_at_stake(planned: int) -> None:
    """What a target may accept by mistake is not sent where it would be a job more than planned."""
    target = Counting(lenient=True)
    with connected(stub(target), live(planned)) as found:
        found.guard.policy.plan = JobSlots(planned)
        with pytest.raises(RefusedError, match="budget"):
            found.session.send(SLOPPY)

    assert target.seen["POST"] == 0


def test_a_dropped_create_is_sent_once() -> None:
    """A create with a broken connection is neither sent again nor forgotten."""
    dropping = Dropping()
    with connected(dropping, live(1)) as found:
        with pytest.raises(UnansweredError, match="dropped"):
            found.session.send(CREATE)
        with pytest.raises(RefusedError, match="budget"):
            found.session.send(CREATE)

    assert dropping.seen == ["POST"]
