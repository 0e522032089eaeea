"""An outbox beside plain dictionaries: whatever is done, both say the same."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
)

from mock_server.domain.webhooks import Attempt, Delivery, DeliveryState
from mock_server.stores import Store
from tests.mock_server.facts import delivery

Open = Callable[[], AbstractAsyncContextManager[Store]]
TENANTS = st.sampled_from(("ann", "bob"))
EVENTS = st.sampled_from(("evt_1", "evt_2", "evt_3"))
ENDPOINTS = st.sampled_from(("we_1", "we_2"))
MOMENTS = st.integers(0, 20)
TRIED = (
    Attempt(at_ms=4, took_ms=12, status=503),
    Attempt(at_ms=9, took_ms=15_000, error="no answer within 15 s"),
)
SETTLED = st.builds(
    delivery,
    tenant=TENANTS,
    event_id=EVENTS,
    endpoint_id=ENDPOINTS,
    state=st.sampled_from(DeliveryState),
    due_ms=MOMENTS,
    attempts=st.just(TRIED),
)


class OutboxModel(RuleBasedStateMachine):
    """Does everything to an outbox and to plain dictionaries, and compares what each says."""

    opened: Open

    def __init__(self) -> None:
        super().__init__()
        self._runner = asyncio.Runner()
        self._stack = AsyncExitStack()
        store = self._runner.run(self._stack.enter_async_context(type(self).opened()))
        self._outbox = store.outbox
        self._pending: dict[tuple[str, str], Delivery] = {}
        self._claims: dict[tuple[str, str], int] = {}
        self._records: list[Delivery] = []

    def teardown(self) -> None:
        """Close the store."""
        self._runner.run(self._stack.aclose())
        self._runner.close()

    def _of(self, tenant: str, wall_ms: int | None = None) -> list[Delivery]:
        """What is pending for a tenant and not claimed at an instant, in order."""
        found = [
            kept
            for key, kept in self._pending.items()
            if key[0] == tenant and (wall_ms is None or self._claims.get(key, 0) <= wall_ms)
        ]
        return sorted(found, key=lambda kept: (kept.due_ms, kept.id))

    @rule(tenant=TENANTS, event=EVENTS, endpoint=ENDPOINTS, due=MOMENTS)
    def add(self, tenant: str, event: str, endpoint: str, due: int) -> None:
        """One that is pending already stays as it is."""
        new = delivery(tenant=tenant, event_id=event, endpoint_id=endpoint, due_ms=due)
        self._runner.run(self._outbox.add(tenant, [new]))
        self._pending.setdefault((tenant, new.id), new)

    @rule(
        tenant=TENANTS,
        moments=st.tuples(MOMENTS, MOMENTS, MOMENTS),
        limit=st.integers(1, 4),
    )
    def claim(self, tenant: str, moments: tuple[int, int, int], limit: int) -> None:
        """Nobody gets what another has claimed, before the claim ends."""
        due, wall, span = moments
        claimed = self._runner.run(
            self._outbox.claim(tenant, due_ms=due, wall_ms=wall, until_ms=wall + span, limit=limit)
        )
        free = [kept for kept in self._of(tenant, wall) if kept.due_ms <= due][:limit]

        assert list(claimed) == free
        self._claims.update(((tenant, kept.id), wall + span) for kept in free)

    @rule(settled=SETTLED)
    def settle(self, settled: Delivery) -> None:
        """What is pending is replaced or becomes a record; what is not is left alone."""
        key = (settled.tenant, settled.id)

        assert self._runner.run(self._outbox.settle(settled)) is (key in self._pending)
        if self._pending.pop(key, None) is not None:
            self._claims.pop(key, None)
            self._end(settled)

    def _end(self, settled: Delivery) -> None:
        if settled.state is DeliveryState.PENDING:
            self._pending[settled.tenant, settled.id] = settled
        else:
            self._records.append(settled)

    @rule(tenant=TENANTS, endpoint=ENDPOINTS)
    def drop(self, tenant: str, endpoint: str) -> None:
        """All that is pending for an endpoint becomes records with the reason."""
        self._runner.run(self._outbox.drop(tenant, endpoint, "gone"))
        for kept in self._of(tenant):
            if kept.endpoint_id == endpoint:
                del self._pending[tenant, kept.id]
                self._claims.pop((tenant, kept.id), None)
                self._end(replace(kept, state=DeliveryState.DROPPED, reason="gone"))

    @rule(tenant=TENANTS, event=EVENTS)
    def withdraw(self, tenant: str, event: str) -> None:
        """What is withdrawn leaves nothing behind."""
        ids = [f"{event}.we_1", f"{event}.we_2"]
        self._runner.run(self._outbox.withdraw(tenant, ids))
        for delivery_id in ids:
            self._pending.pop((tenant, delivery_id), None)
            self._claims.pop((tenant, delivery_id), None)

    @invariant()
    def pending_deliveries_are_listed(self) -> None:
        """Everything pending is listed in order, and so is who has any."""
        names = self._runner.run(self._outbox.tenants())

        assert sorted(names) == sorted({tenant for tenant, _ in self._pending})
        for tenant in ("ann", "bob"):
            listed = self._runner.run(self._outbox.pending(tenant, 100))

            assert list(listed) == self._of(tenant)

    @invariant()
    def records_are_listed(self) -> None:
        """Records are complete; records of the same instant may come in any order."""
        for tenant in ("ann", "bob"):
            listed = self._runner.run(self._outbox.records(tenant, 1000))
            kept = [record for record in self._records if record.tenant == tenant]

            assert sorted(map(repr, listed)) == sorted(map(repr, kept))

    @invariant()
    def the_next_due_time_is_known(self) -> None:
        """The next one due is the first that nobody claims, or of all."""
        for tenant in ("ann", "bob"):
            for wall in (None, 0, 10, 30):
                free = self._of(tenant, wall)
                due = self._runner.run(self._outbox.due(tenant, wall))

                assert due == (free[0].due_ms if free else None)
