"""What one caller can have is bounded; what is too much is refused and changes nothing."""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from mock_server.app import build_server
from mock_server.domain.tenant import StoredTenant
from mock_server.faults.active import MOST_FAULTS, MOST_TEXT
from mock_server.faults.fault import LONGEST_TEXT
from mock_server.faults.parse import FaultError
from mock_server.http.errors import ApiError
from mock_server.running import serving
from mock_server.settings import Settings
from mock_server.stores import MemoryStore
from mock_server.stores.protocol import MOST_CHARACTERS, Store
from mock_server.tenants import TenantRepository
from tests.mock_server.control.conftest import ADMIN, Call
from tests.mock_server.facts import character
from video_gateway_mock.handle import Gateway


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    """Calls without the environment's proxies."""
    with httpx.Client(trust_env=False) as client:
        yield client


def test_a_key_has_so_many_faults(http: httpx.Client) -> None:
    """One more than the most is refused with the limit and the way out, and is not set."""
    settings = Settings(faults=("latency ms=0 probability=0",) * MOST_FAULTS)
    headers = {"Authorization": "Bearer sk-many"}
    with serving(build_server(settings)) as url:
        faults = f"{url}/_mock/faults"
        refused = http.post(faults, headers=headers, json={"kind": "latency"})
        known = http.get(faults, headers=headers).json()["faults"]

    assert refused.status_code == 409
    assert refused.json()["error"]["code"] == "fault_limit"
    assert f"at most {MOST_FAULTS}" in refused.json()["error"]["message"]
    assert len(known) == MOST_FAULTS


def test_a_server_begins_with_so_many_faults() -> None:
    """What is given at the start is held to the same limit."""
    with pytest.raises(FaultError, match=f"at most {MOST_FAULTS} faults"):
        build_server(Settings(faults=("latency",) * (MOST_FAULTS + 1)))


def test_faults_say_so_much_in_all(call: Call) -> None:
    """Long texts count, however few faults there are."""
    fault = {"kind": "status", "status": 500, "message": "m" * LONGEST_TEXT}
    statuses = [
        call("POST", "/faults", json=fault).status_code for _ in range(MOST_TEXT // LONGEST_TEXT)
    ]

    assert statuses[-1] == 409
    assert statuses[0] == 200


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/faults", {"kind": "latency", "ms": 1, "nth": 1e300}),
        ("/faults", {"kind": "latency", "ms": 1, "first": 2**80}),
        ("/faults", {"kind": "latency", "ms": 1, "ttl_s": 1e308}),
        ("/faults", {"kind": "latency", "ms": True}),
        ("/faults", {"kind": "quota", "window_s": 1e308}),
        ("/faults", {"kind": "status", "status": 503, "retry_after_ms": 2**70}),
        ("/faults", {"kind": "status"}),
        ("/faults", {"kind": "status", "code": "c" * 257}),
        ("/clock/advance", {"seconds": 1e308}),
        ("/clock/advance", {"seconds": True}),
        ("/clock/move_to", {"instant_ms": 2**63}),
        ("/requests/search", {"limit": 1e300}),
        ("/requests/search", {"where": {"status": 2**80}}),
        ("/requests/verify", {"exactly": 1e300}),
        ("/requests/verify", {"at_most": 2**64}),
    ],
)
def test_a_number_out_of_range_changes_nothing(call: Call, path: str, body: Any) -> None:
    """It is refused with 400, and everything is as it was."""
    before = call("GET", "/world").json()

    assert call("POST", path, json=body).status_code == 400
    assert call("GET", "/world").json() | {"requests": 0} == before | {"requests": 0}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/clock", {"mode": "running", "speed": 1e-320}),
        ("/clock", {"mode": "running", "speed": 1e6}),
        ("/clock", {"mode": "stepping", "step_s": 1e-9}),
        ("/scenario", {"scenario": {"happy": 1e308, "slow": 1e308}}),
        ("/scenario", {"scenario": {"happy": 1e-320}}),
        ("/scenario", {"scenario": {"happy": True}}),
        ("/scenario", {"scenario": {}}),
    ],
)
def test_a_setting_out_of_range_changes_nothing(call: Call, path: str, body: Any) -> None:
    """Speeds, steps and weights are held to their ranges."""
    before = call("GET", "/world").json()

    assert call("PUT", path, json=body).status_code == 400
    assert call("GET", "/world").json() == before


def test_whole_numbers_may_be_written_with_a_point(call: Call, gateway: Gateway) -> None:
    """JSON has one kind of number, so 2.0 is a whole one wherever that is asked for."""
    now = gateway.clock.now()

    assert call("POST", "/requests/search", json={"limit": 2.0}).status_code == 200
    assert call("POST", "/requests/verify", json={"at_most": 2.0}).status_code == 200
    assert call("POST", "/clock/move_to", json={"instant_ms": now + 1000.0}).json() == (
        call("GET", "/clock").json()
    )
    assert type(gateway.clock.now()) is int


def test_what_is_at_odds_with_the_clock_is_a_conflict(call: Call) -> None:
    """An instant that has passed is right in itself, so the answer is 409."""
    assert call("POST", "/clock/move_to", json={"instant_ms": 0}).status_code == 409


def test_no_other_fault_ends_for_a_number_that_is_too_long(call: Call) -> None:
    """A number is compared whole, and in the digits that numbers are written in here."""
    fault_id = call("POST", "/faults", json={"kind": "latency"}).json()["id"]

    for wanted in (f"{fault_id:0>9}00", fault_id.translate({49: 0x661}) + "\u0661"):
        assert call("DELETE", f"/faults/{wanted}").status_code == 404
    assert len(call("GET", "/faults").json()["faults"]) == 1


def test_a_key_has_so_many_characters() -> None:
    """What is one too many is refused, on the store in memory as on others."""

    async def fill(store: Store) -> list[bool]:
        return [
            await store.add_character(character(id=f"char_{number}"))
            for number in range(MOST_CHARACTERS + 1)
        ]

    kept = asyncio.run(fill(MemoryStore()))

    assert kept == [True] * MOST_CHARACTERS + [False]


def test_a_server_keeps_what_so_many_keys_made() -> None:
    """Beyond the limit a new key is refused, and known keys still work."""
    server = build_server(Settings())
    store = MemoryStore()
    tenants = TenantRepository(store, server.tenants.defaults, most=2)

    async def run() -> None:
        for tenant in ("ann", "bob"):
            await tenants.read(tenant)
            await store.change_tenant(tenant, lambda *_: (StoredTenant(made=1), None))
        await tenants.read("ann")
        with pytest.raises(ApiError, match="keeps the state of at most 2 keys") as caught:
            await tenants.read("eve")
        assert caught.value.status == 409
        assert list(await store.tenants()) == ["ann", "bob"]

    asyncio.run(run())


def test_the_refusal_of_a_key_is_rendered_like_every_other(
    http: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Gateway and control API answer it in their envelope, and the admin token still works."""
    monkeypatch.setattr(MemoryStore, "lasting", _full)
    with serving(build_server(Settings(admin_token=ADMIN))) as url:
        headers = {"Authorization": "Bearer sk-new"}
        answers = [http.get(url + path, headers=headers) for path in ("/v1/models", "/_mock/world")]
        server = http.get(f"{url}/_mock/server", headers={"Authorization": f"Bearer {ADMIN}"})

    assert [answer.status_code for answer in answers] == [409, 409]
    assert {answer.json()["error"]["code"] for answer in answers} == {"key_limit"}
    assert server.json()["worlds"] == []


async def _full(_store: MemoryStore) -> int:
    return 10**9
