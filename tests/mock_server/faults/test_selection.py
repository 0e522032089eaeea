"""Which faults strike a request is found out in one pass, however many are set."""

import asyncio
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from starlette.types import Message

from mock_server.app import build_server
from mock_server.domain.clock import ManualClock
from mock_server.faults import FAULTS
from mock_server.faults.active import (
    MOST_AT_ONCE,
    MOST_FAULTS,
    MOST_PATTERNS,
    MOST_USED_UP,
    ActiveFaults,
    Match,
    TooManyFaultsError,
)
from mock_server.faults.fault import Fault, FaultContext, Subject
from mock_server.faults.latency import Latency
from mock_server.faults.quota import Quota
from mock_server.faults.status import Status
from mock_server.http.errors import ApiError
from mock_server.http.security import tenant_of
from mock_server.settings import Settings
from mock_server.tenants import TenantState
from tests.mock_server.inprocess import START_MS, Fake

KEY = "sk-selection"
CREATE, LIST = Subject("createVideo", "sora-2", "A cat"), Subject("listModels")
VARIED: dict[str, tuple[dict[str, Any], ...]] = {
    "disconnect": ({"after_work": True}, {"after_work": False}),
    "latency": ({"ms": 0},),
    "slow_drip": ({"pause_ms": 0},),
    "quota": ({"limit": 0}, {"limit": 1}),
}
SETTINGS = [(kind, settings) for kind in FAULTS for settings in VARIED.get(kind, ({},))]


@pytest.fixture
def fake() -> Iterator[Fake]:
    """A server on which tests set faults."""
    clock = ManualClock(START_MS)
    with asyncio.Runner() as runner:
        yield Fake(build_server(Settings(), clock), clock, runner)


def draw() -> random.Random:
    """A random source."""
    return random.Random(1)


def add(fake: Fake, fault: Fault, times: int = 1, **match: Any) -> None:
    """Set a fault so many times."""

    def update(state: TenantState) -> TenantState:
        for _ in range(times):
            state = replace(state, faults=state.faults.add(fault, Match(**match), START_MS))
        return state

    fake.runner.run(fake.server.tenants.update(tenant_of(KEY), update))


async def goes_on(fault: Fault, subject: Subject, *, spared: bool, facts: dict[str, int]) -> bool:
    """Whether a fault lets a request through when it strikes."""
    seen: list[str] = []

    async def proceed(send: Any) -> None:
        seen.append("handled")
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b'{"data": []}'})

    async def nothing(_message: Message | None = None) -> None:
        """Nobody listens."""

    context = FaultContext(
        subject=subject,
        send=nothing,
        proceed=proceed,
        now=START_MS,
        wall_ms=lambda span: span,
        chance=draw(),
        facts=facts,
        spared=spared,
        turn_back=lambda _instant: None,
        drop=nothing,
    )
    try:
        await fault(context)
    except ApiError:
        return bool(seen)
    return bool(seen)


@pytest.mark.parametrize("subject", [CREATE, LIST], ids=lambda subject: subject.operation)
@pytest.mark.parametrize(("kind", "settings"), SETTINGS)
def test_a_fault_knows_whether_it_lets_a_request_through(
    kind: str, settings: dict[str, Any], subject: Subject
) -> None:
    """What a fault says beforehand is what it does: later faults are counted by that."""
    fault = FAULTS[kind](**settings)
    facts: dict[str, int] = {}
    spared = fault.spares(facts, START_MS)

    went_on = asyncio.run(goes_on(fault, subject, spared=spared, facts=facts))

    assert fault.proceeds(subject, spared) == went_on


def test_a_fault_behind_one_that_answers_is_not_used() -> None:
    """Turns end with the fault that answers; those behind it have not seen the request."""
    faults = ActiveFaults()
    for fault in (Quota(limit=1), Status(), Status()):
        faults = faults.add(fault, Match(), START_MS)

    fitting = {active.id for active in faults.fitting(CREATE, START_MS)}
    used, turns = faults.use({}, fitting, subject=CREATE, now=START_MS, draw=draw)

    assert [turn.id for turn in turns] == [1, 2]
    assert {active.seen for active in faults.faults} == {0}
    assert [(active.seen, active.fired) for active in used.faults] == [(1, 0), (1, 1), (0, 0)]


def test_a_create_changes_its_tenant_once_for_all_faults(
    fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many faults are set, one request changes the tenant's state once."""
    changes: list[str] = []
    touch = fake.server.tenants.store.touch_tenant

    async def counted(tenant: str, change: Any) -> Any:
        changes.append(tenant)
        return await touch(tenant, change)

    with fake.client(KEY) as client:
        # The first request of a key changes its state once more: it keeps the end of the key.
        client.get("/v1/models")
        add(fake, Latency(ms=0), 40)
        monkeypatch.setattr(fake.server.tenants.store, "touch_tenant", counted)
        answer = client.get("/v1/models")

    assert (answer.status_code, len(changes)) == (200, 1)
    state = fake.runner.run(fake.server.tenants.read(tenant_of(KEY)))
    assert {active.fired for active in state.faults.faults} == {1}


def test_faults_nest_within_a_bound(fake: Fake) -> None:
    """Of hundreds that all change one answer the first so many do, and it is answered."""
    add(fake, FAULTS["wrong_content_type"](), 300)
    with fake.client(KEY) as client:
        answer = client.get("/v1/models")
    state = fake.runner.run(fake.server.tenants.read(tenant_of(KEY)))

    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain")
    assert sum(active.fired for active in state.faults.faults) == MOST_AT_ONCE


@pytest.mark.parametrize("match", [{"nth": 1}, {"first": 1}])
def test_a_used_up_fault_is_listed_and_then_forgotten(fake: Fake, match: dict[str, int]) -> None:
    """The newest used-up faults say what they did; older ones go, and none is in the way."""
    for _ in range(3):
        add(fake, Status(), MOST_USED_UP, **match)
        with fake.client(KEY) as client:
            statuses = [client.get("/v1/models").status_code for _ in range(MOST_USED_UP + 1)]
        assert statuses == [500] * MOST_USED_UP + [200]
    add(fake, Status(), 1, **match)
    with fake.client(KEY) as client:
        client.get("/v1/models")
        listed = client.get("/_mock/faults").json()["faults"]

    assert len(listed) <= MOST_USED_UP + 1
    assert {(one["seen"], one["fired"]) for one in listed} == {(1, 1)}
    assert listed[-1]["id"] == str(3 * MOST_USED_UP + 1)


@pytest.mark.long
def test_one_fault_too_many_is_refused(fake: Fake) -> None:
    """One fault too many is refused with what to do; what was used up does not count."""
    add(fake, Status(), MOST_FAULTS - 1)
    with fake.client(KEY) as client:
        taken = client.post("/_mock/faults", json={"kind": "html", "operation": "listModels"})
        refused = client.post("/_mock/faults", json={"kind": "html"})

    assert (taken.status_code, refused.status_code) == (200, 409)
    assert f"at most {MOST_FAULTS} faults" in refused.json()["error"]["message"]
    with pytest.raises(TooManyFaultsError):
        add(fake, Status())


def test_fewer_may_search_prompts(fake: Fake) -> None:
    """Searching costs more than comparing, so that there is a bound of its own for it."""
    add(fake, Status(), MOST_PATTERNS, prompt="cat")
    with fake.client(KEY) as client:
        refused = client.post("/_mock/faults", json={"kind": "html", "prompt": "dog"})
        taken = client.post("/_mock/faults", json={"kind": "html"})

    assert (refused.status_code, taken.status_code) == (409, 200)
    assert "at most 100 faults with a prompt" in refused.json()["error"]["message"]


@pytest.mark.long
def test_a_fault_for_all_skips_a_tenant_without_room(fake: Fake) -> None:
    """A tenant with the maximum of faults is unchanged; the others get the fault."""
    add(fake, Status(), MOST_FAULTS, model="none")
    with fake.client("sk-other") as other:
        other.get("/v1/models")
    with fake.client(fake.server.admin_token) as admin:
        done = admin.post("/_mock/server/faults", json={"kind": "html"})
    read = fake.server.tenants.read
    full, other_tenant = (
        fake.runner.run(read(tenant_of(key))).faults.faults for key in (KEY, "sk-other")
    )

    assert (done.status_code, len(full), len(other_tenant)) == (200, MOST_FAULTS, 1)
