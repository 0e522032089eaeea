"""Tenants that only sent requests can be forgotten; tenants with objects or settings never are."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.app import build_server
from mock_server.domain.tenant import StoredTenant
from mock_server.journal import JournalLimits
from mock_server.journal.entry import Entry
from mock_server.running import serving
from mock_server.settings import Settings
from mock_server.stores import MemoryStore
from mock_server.stores.memory import SnapshotStore
from tests.mock_server.facts import character, job

MOST, NOTES = 3, 5
# What a tenant can do, each in one letter: touch, note and read are what one who only asks does.
ASKING, DOING = "tnr", "jcw"


async def do(store: MemoryStore, tenant: str, what: str) -> None:
    """Let a tenant do something."""
    match what:
        case "t":
            await store.touch_tenant(tenant, lambda old, _: (old or StoredTenant(made=1), None))
        case "n":
            await store.note(tenant, Entry(method="GET", path="/"), JournalLimits(NOTES))
        case "r":
            await store.tenant_state(tenant)
        case "j":
            await store.add(job(tenant=tenant))
        case "c":
            await store.add_character(character(tenant=tenant))
        case "w":
            await store.change_tenant(tenant, lambda *_: (StoredTenant(made=2), None))


def done(*steps: Sequence[str]) -> MemoryStore:
    """A store in which tenants of one letter did something of one letter, in that order."""
    store = MemoryStore(passing=MOST)

    async def run() -> None:
        for tenant, what in steps:
            await do(store, tenant, what)

    asyncio.run(run())
    return store


def known(store: MemoryStore) -> str:
    """The tenants with a state that is kept."""
    return "".join(sorted(asyncio.run(store.tenants())))


def test_the_one_not_seen_for_the_longest_time_goes() -> None:
    """A tenant that sends requests is kept; one that is forgotten loses its state and journal."""
    store = done("at", "an", "bt", "bn", "ct", "ar", "dt")

    assert known(store) == "acd"
    assert [asyncio.run(store.noted(tenant)) for tenant in "abcd"] == [1, 0, 0, 0]


def test_a_journal_alone_is_forgotten_too() -> None:
    """A journal entry of a tenant without a state is not kept forever."""
    store = done(*(f"{tenant}n" for tenant in "abcde"))

    assert [asyncio.run(store.noted(tenant)) for tenant in "abcde"] == [0, 0, 1, 1, 1]


@pytest.mark.parametrize("what", DOING)
def test_who_did_something_stays(what: str) -> None:
    """A job, a character or a change keeps the tenant's state and journal, however many follow."""
    store = done("at", "an", f"a{what}", *(f"{tenant}t" for tenant in "bcdefgh"))

    assert known(store) == "afgh"
    assert asyncio.run(store.noted("a")) == 1


STEPS = st.tuples(st.sampled_from("abcdefghij"), st.sampled_from(ASKING * 3 + DOING))


@given(st.lists(STEPS, max_size=60))
def test_the_rule_holds_for_every_order(steps: list[tuple[str, str]]) -> None:
    """Whatever is done in whatever order, nobody who did anything loses what was set or made."""
    store = done(*steps)
    lasting: set[str] = set()
    tenants: set[str] = set()
    notes: Counter[str] = Counter()
    for tenant, what in steps:
        if what in DOING:
            lasting.add(tenant)
        if tenant in lasting and what in "tw":
            tenants.add(tenant)
        notes[tenant] += tenant in lasting and what == "n"

    assert tenants <= set(known(store))
    assert len(set(known(store)) - lasting) <= MOST
    for tenant, count in notes.items():
        assert asyncio.run(store.noted(tenant)) >= min(count, NOTES)


def test_who_passes_still_does_after_a_restart(tmp_path: Path) -> None:
    """A snapshot knows who has only asked, or each restart would let more of them stay."""

    async def run() -> MemoryStore:
        store = SnapshotStore(tmp_path / "snapshot", passing=MOST)
        for step in ("at", "an", "bw", "ct"):
            await do(store, *step)
        await store.close()
        again = SnapshotStore(tmp_path / "snapshot", passing=MOST)
        for step in ("dt", "et"):
            await do(again, *step)
        return again

    assert known(asyncio.run(run())) == "bcde"


def test_keys_that_only_poll_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Over HTTP, also where faults are counted for them; not the one that chose a scenario."""
    monkeypatch.setattr("mock_server.app.open_store", lambda *_: MemoryStore(passing=MOST))
    made = build_server(Settings(faults=("status status=418 nth=2",)))
    with serving(made) as url, httpx.Client(base_url=url, trust_env=False) as client:
        selector = {"Authorization": "Bearer chooser"}
        client.put("/_mock/scenario", json={"scenario": "slow"}, headers=selector)
        for number in range(10):
            polling = {"Authorization": f"Bearer sk-{number}"}
            statuses = [client.get("/v1/models", headers=polling).status_code for _ in range(2)]
            assert statuses == [200, 418]
        chosen = client.get("/_mock/world", headers=selector).json()["scenario"]

    assert chosen == {"slow": 1}
    assert len(asyncio.run(made.tenants.tenants())) == MOST + 1
