"""What every store does with deliveries; a part of the store suite."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from mock_server.domain.webhooks import KEPT, DeliveryState
from mock_server.stores import Store
from tests.mock_server.facts import BORN_MS, FAILING, delivery, job
from tests.mock_server.stores.outbox_model import Open, OutboxModel
from tests.properties import examples


class OutboxSuite:
    """What a store does with deliveries."""

    opened: Open

    with_store: Callable[[Callable[[Store], Awaitable[Any]]], Any]

    def test_it_does_what_dictionaries_do(self) -> None:
        """Adding, claiming, settling, dropping and withdrawing agree with a model in memory."""

        class Model(OutboxModel):
            opened = staticmethod(type(self).opened)

        run_state_machine_as_test(
            Model, settings=settings(max_examples=examples(25), stateful_step_count=25)
        )

    @pytest.mark.parametrize("added_twice", [False, True])
    def test_a_job_and_its_deliveries_are_kept_together(self, added_twice: bool) -> None:
        """What comes with a job is pending as soon as there is the job, and once."""

        async def body(store: Store) -> list[object]:
            await store.add(job(), [delivery(), delivery(endpoint_id="we_2")])
            if added_twice:
                await store.outbox.add("tenant", [delivery(due_ms=0)])
            return [await store.get("tenant", job().id), await store.outbox.pending("tenant", 9)]

        kept = [delivery(), delivery(endpoint_id="we_2")]
        assert self.with_store(body) == [job(), kept]

    @pytest.mark.parametrize("job_id", [job().id, "another"])
    def test_a_replaced_job_replaces_its_deliveries(self, job_id: str) -> None:
        """Those of its old end go and those of its new one come, or nothing changes."""
        sooner = delivery(due_ms=1, event_type="video.failed")

        async def body(store: Store) -> list[object]:
            await store.add(job(), [delivery(), delivery(event_id="evt_2")])
            changed = job(timeline=FAILING, id=job_id)
            replaced = await store.replace(changed, [sooner], [delivery().id, "evt_9.we_1"])
            return [replaced, *await store.outbox.pending("tenant", 9)]

        known = job_id == job().id
        first = sooner if known else delivery()
        assert self.with_store(body) == [known, first, delivery(event_id="evt_2")]

    @pytest.mark.parametrize("job_id", [job().id, "another"])
    def test_a_deleted_job_withdraws_its_deliveries(self, job_id: str) -> None:
        """They go with the job, or stay if there was no such job."""

        async def body(store: Store) -> list[object]:
            await store.add(job(), [delivery(), delivery(event_id="evt_2")])
            deleted = await store.delete("tenant", job_id, BORN_MS, [delivery().id])
            return [deleted, [kept.event_id for kept in await store.outbox.pending("tenant", 9)]]

        known = job_id == job().id
        assert self.with_store(body) == [known, ["evt_2"] if known else ["evt_1", "evt_2"]]

    def test_of_claims_at_once_one_succeeds(self) -> None:
        """Ten who ask at the same time get each delivery once among them."""

        async def body(store: Store) -> list[str]:
            new = [delivery(event_id=f"evt_{number}") for number in range(25)]
            await store.outbox.add("tenant", new)
            asked = [
                store.outbox.claim("tenant", due_ms=2**41, wall_ms=1, until_ms=2, limit=5)
                for _ in range(10)
            ]
            return sorted(found.id for claim in await asyncio.gather(*asked) for found in claim)

        assert self.with_store(body) == sorted(f"evt_{number}.we_1" for number in range(25))

    def test_records_make_room(self) -> None:
        """The newest records stay, the newest first, and another tenant's are not counted."""

        async def body(store: Store) -> list[int]:
            ended = DeliveryState.DELIVERED
            new = [delivery(event_id=f"evt_{number}") for number in range(KEPT + 5)]
            other = delivery(tenant="other")
            await store.outbox.add("other", [other])
            await store.outbox.settle(replace(other, state=ended))
            await store.outbox.add("tenant", new)
            for each in new:
                await store.outbox.settle(replace(each, state=ended))
            found = await store.outbox.records("tenant", KEPT + 100)
            others = await store.outbox.records("other", 10)
            return [len(others), *(int(record.event_id[4:]) for record in found)]

        assert self.with_store(body) == [1, *range(KEPT + 4, 4, -1)]

    @pytest.mark.parametrize(
        ("how", "left"),
        [("forget_jobs", (0, 1)), ("forget", (0, 0)), ("clear", (0, 0))],
    )
    def test_forgetting(self, how: str, left: tuple[int, int]) -> None:
        """Removing jobs removes pending deliveries, removing a tenant also its records only."""

        async def body(store: Store) -> list[tuple[int, int]]:
            outbox = store.outbox
            for tenant in ("ann", "bob"):
                over = delivery(tenant=tenant, event_id="evt_2")
                await outbox.add(tenant, [delivery(tenant=tenant), over])
                await outbox.settle(replace(over, state=DeliveryState.FAILED))
            forget = outbox.clear if how == "clear" else getattr(store, how)
            await forget("ann")
            return [
                (len(await outbox.pending(tenant, 9)), len(await outbox.records(tenant, 9)))
                for tenant in ("ann", "bob")
            ]

        assert self.with_store(body) == [left, (1, 1)]
