"""What every store does with tenant states and journals; part of the store suite."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import TypeVar

import pytest

from mock_server.domain.clock import TenantClock
from mock_server.domain.tenant import Storable, StoredFault, StoredTenant
from mock_server.journal import JournalLimits
from mock_server.journal.entry import Entry, File
from mock_server.stores import Store
from mock_server.stores.protocol import SERVER
from tests.mock_server.facts import character, endpoint, job

T = TypeVar("T")
FAULT = StoredFault(
    kind="quota",
    settings={"limit": 3, "window_s": 1.5},
    match={"operation": "createVideo"},
    set_ms=1_762_336_916_000,
    id=1,
    seen=4,
    fired=1,
    facts={"used": 3},
)
STATE = StoredTenant(
    clock=TenantClock(fixed_ms=1_762_336_916_000, wall_ms=17, speed=0.5, step_ms=30),
    course={"happy": 8.0, "slow": 0.5},
    dialect="openai",
    faults=(FAULT, replace(FAULT, id=2, kind="html", settings={}, facts={})),
    made=7,
    by_word={"429": replace(FAULT, id=None, kind="rate_limit")},
    draws={"ids": 12},
    begun=2,
    webhooks=(
        endpoint(),
        endpoint(id="we_2", old_secret="whsec_b2xk", old_until_ms=17, disabled="410 Gone"),
    ),
)
ENTRY = Entry(
    at_ms=1_762_336_916_000,
    duration_us=12,
    method="POST",
    path="/v1/videos",
    query="a=b",
    operation="createVideo",
    status=200,
    faults=("latency",),
    scenario="happy",
    job="video_1",
    retry=2,
    request_id="req_1",
    user_agent="Ünïcode",
    headers={"idempotency-key": "ä-1", "content-type": "text/plain"},
    fields={"prompt": "Grüße", "seconds": 4, "nested": {"list": [1, None, True]}},
    files={"input_reference": File("cat.jpg", "image/jpeg", 3)},
)


def counted(kept: Storable | None, _server: Storable | None) -> tuple[StoredTenant, int]:
    """Counts one more fault."""
    facts = kept.stored() if kept else StoredTenant()
    return replace(facts, made=facts.made + 1), facts.made + 1


class TenantStateSuite:
    """What a store does with the states of tenants."""

    opened: Callable[[], AbstractAsyncContextManager[Store]]

    def with_store(self, body: Callable[[Store], Awaitable[T]]) -> T:
        """What ``body`` finds out about an empty store."""

        async def run() -> T:
            async with type(self).opened() as store:
                return await body(store)

        return asyncio.run(run())

    @pytest.mark.parametrize("state", [STATE, StoredTenant()])
    def test_a_state_comes_back_unchanged(self, state: StoredTenant) -> None:
        """Everything that is set is read as it was set, and of nobody else."""

        async def body(store: Store) -> list[Storable | None]:
            await store.change_tenant("ann", lambda *_: (state, None))
            return [await store.tenant_state(tenant) for tenant in ("ann", "bob")]

        assert self.with_store(body) == [state, None]

    def test_a_change_sees_what_is_there(self) -> None:
        """A change gets the states of the tenant and of the server, or None if there is none."""

        async def body(store: Store) -> list[object]:
            seen: list[object] = []
            for number, tenant in enumerate((SERVER, "ann", "ann")):
                new = replace(STATE, made=number)
                found = await store.change_tenant(tenant, lambda *facts, new=new: (new, facts))
                seen.append(found)
            return seen

        first, second = replace(STATE, made=0), replace(STATE, made=1)
        assert self.with_store(body) == [(None, None), (None, first), (second, first)]

    def test_changes_at_the_same_time_are_all_made(self) -> None:
        """Of fifty changes begun at once none is lost, and each finds a state of its own."""

        async def body(store: Store) -> tuple[list[int], Storable | None]:
            changes = (store.change_tenant("ann", counted) for _ in range(50))
            return sorted(await asyncio.gather(*changes)), await store.tenant_state("ann")

        assert self.with_store(body) == (list(range(1, 51)), StoredTenant(made=50))

    def test_a_check_changes_nothing(self) -> None:
        """A store that works says so by saying nothing, and has no tenant more."""

        async def body(store: Store) -> tuple[object, ...]:
            await store.check()
            return tuple(await store.tenants())

        assert self.with_store(body) == ()

    def test_a_touch_is_a_change(self) -> None:
        """Touching a tenant stores its new state, whether it had one before or not."""

        async def body(store: Store) -> tuple[list[int], list[Storable | None]]:
            await store.change_tenant("ann", counted)
            tenants = ("ann", "bob", "bob")
            numbers = [await store.touch_tenant(tenant, counted) for tenant in tenants]
            return numbers, [await store.tenant_state(tenant) for tenant in ("ann", "bob")]

        assert self.with_store(body) == ([2, 1, 2], [StoredTenant(made=2), StoredTenant(made=2)])

    def test_a_change_that_fails_changes_nothing(self) -> None:
        """An exception of a change is passed on, the state is kept, and the store works on."""

        def failing(_kept: Storable | None, _server: Storable | None) -> tuple[StoredTenant, int]:
            raise ValueError("no")

        async def body(store: Store) -> Storable | None:
            await store.change_tenant("ann", counted)
            with pytest.raises(ValueError, match="no"):
                await store.change_tenant("ann", failing)
            await store.change_tenant("bob", counted)
            return await store.tenant_state("ann")

        assert self.with_store(body) == StoredTenant(made=1)

    def test_the_state_of_the_server_is_not_listed(self) -> None:
        """Every tenant with a state is listed once, and the server is not."""

        async def body(store: Store) -> list[str]:
            for tenant in (SERVER, "ann", "bob", "ann"):
                await store.change_tenant(tenant, counted)
            return sorted(await store.tenants())

        assert self.with_store(body) == ["ann", "bob"]

    def test_an_entry_comes_back_unchanged(self) -> None:
        """A journal keeps an entry whole, under the next number, for its tenant alone."""

        async def body(store: Store) -> list[list[Entry]]:
            await store.note("ann", replace(ENTRY), JournalLimits(10))
            await store.note("ann", Entry(method="GET", path="/"), JournalLimits(10))
            return [list(await store.journal(tenant)) for tenant in ("ann", "bob")]

        kept = [replace(ENTRY, number=1), Entry(method="GET", path="/", number=2)]
        assert self.with_store(body) == [kept, []]

    def test_a_journal_keeps_the_newest(self) -> None:
        """The oldest entries make room, are counted, and clearing begins anew."""

        async def body(store: Store) -> list[object]:
            found: list[object] = []
            for number in range(7):
                await store.note("ann", Entry(method="GET", path=f"/{number}"), JournalLimits(3))
            journal = await store.journal("ann")
            found += [[entry.number for entry in journal], journal.dropped]
            found.append(await store.noted("ann"))
            await store.clear_journal("ann")
            found.append(await store.noted("ann"))
            await store.note("ann", Entry(method="GET", path="/"), JournalLimits(3))
            return [*found, [entry.number for entry in await store.journal("ann")]]

        assert self.with_store(body) == [[5, 6, 7], 4, 3, 0, [1]]

    def test_a_journal_is_bounded_in_bytes(self) -> None:
        """The oldest entries make room where a journal takes too many bytes, but for the newest."""

        async def body(store: Store) -> list[object]:
            for _ in range(9):
                await store.note("ann", _large(10_000), JournalLimits(1000, 50_000))
            kept = [entry.number for entry in await store.journal("ann")]
            await store.note("ann", _large(100_000), JournalLimits(1000, 50_000))
            return [kept, [entry.number for entry in await store.journal("ann")]]

        kept, newest = self.with_store(body)
        assert kept == [6, 7, 8, 9]
        assert newest == [10]

    def test_all_journals_together_are_bounded_in_bytes(self) -> None:
        """The largest journal makes room for others, however often some are cleared."""

        async def body(store: Store) -> tuple[list[int], int, int]:
            limits = JournalLimits(1000, 10**9, 200_000)
            await store.note("bob", _large(10), limits)
            for tenant in ("eve", "dan"):
                await store.note(tenant, _large(90_000), limits)
                await (store.clear_journal if tenant == "eve" else store.forget)(tenant)
            most = 0
            for _ in range(60):
                await store.note("ann", _large(10_000), limits)
                most = max(most, await store.noted("ann"))
            numbers = [entry.number for entry in await store.journal("ann")]
            return numbers, most, await store.noted("bob")

        numbers, most, others = self.with_store(body)
        assert numbers[-1] == 60
        assert 17 <= most <= 19
        assert others == 1

    @pytest.mark.parametrize("jobs_only", [True, False])
    def test_forgetting_reaches_one_tenant(self, jobs_only: bool) -> None:
        """A tenant's jobs go alone or with everything else, and another's stay."""

        async def fill(store: Store, tenant: str) -> None:
            await store.add(job(tenant=tenant))
            await store.add_character(character(tenant=tenant))
            await store.change_tenant(tenant, counted)
            await store.note(tenant, Entry(method="GET", path="/"), JournalLimits(3))

        async def kept(store: Store, tenant: str) -> list[bool]:
            return [
                await store.get(tenant, job().id) is not None,
                await store.get_character(tenant, "char_1") is not None,
                await store.tenant_state(tenant) is not None,
                await store.noted(tenant) > 0,
            ]

        async def body(store: Store) -> list[list[bool]]:
            for tenant in ("ann", "bob"):
                await fill(store, tenant)
            await (store.forget_jobs if jobs_only else store.forget)("ann")
            return [await kept(store, tenant) for tenant in ("ann", "bob")]

        assert self.with_store(body) == [[False, False, jobs_only, jobs_only], [True] * 4]


def _large(size: int) -> Entry:
    return Entry(method="GET", path="/", fields={"prompt": "x" * size})
