"""Operations on a tenant's bill: show it, and compare it with what is expected.

They are put together in a thread, because there may be thousands of jobs and requests.
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mock_server.control import records
from mock_server.control.access import target_tenant
from mock_server.control.tenants import described
from mock_server.domain.bill import (
    MOST_REMOVED,
    Removed,
    Totals,
    dollars,
    duplicates,
    micros,
    parts_at,
    removed_at,
    state_of,
)
from mock_server.domain.job import Job, view_at
from mock_server.http.exchange import Handler, Inbound, JsonReply
from mock_server.journal import Journal, request_line
from mock_server.stores.protocol import Store
from mock_server.tenants import TenantRepository
from video_gateway_mock.records import Bill, BillEntry, Duplicate

_USUAL_WINDOW_S = 900
# Jobs among which duplicates are looked for, the newest, and how many a message lists.
_MOST_JOBS, _LISTED = 10_000, 50
_PAGE = 1000
# Jobs that are read before other requests get a turn.
_AT_ONCE = 200
_AMOUNTS = ("accepted", "reserved", "charged", "refunded")


class BillHandlers:
    """``getBill``, ``verifyBill`` and ``setBudget``."""

    def __init__(self, tenants: TenantRepository) -> None:
        self._tenants = tenants

    def operations(self) -> dict[str, Handler]:
        """The handlers by operation id."""
        return {"getBill": self.get, "verifyBill": self.verify, "setBudget": self.set_budget}

    async def get(self, request: Inbound) -> JsonReply:
        """The bill, with the newest entries."""
        facts = await self._facts(request)
        bill = await asyncio.to_thread(facts.bill, int(request.query["window_s"]))
        limit = request.query["limit"]
        return JsonReply(records.bill(replace(bill, entries=bill.entries[-limit:])))

    async def verify(self, request: Inbound) -> JsonReply:
        """Whether the bill is as expected, and how it differs."""
        facts, fields = await self._facts(request), request.body.fields
        window_s = int(fields.get("window_s", _USUAL_WINDOW_S))
        bill = await asyncio.to_thread(facts.bill, window_s)
        differences = list(_differences(bill, fields["expected"]))
        message = "\n".join((*differences, *facts.lines(bill))) if differences else "it is"
        shown = records.bill(replace(bill, entries=bill.entries[-_PAGE:]))
        return JsonReply({"holds": not differences, "message": message, "bill": shown})

    async def set_budget(self, request: Inbound) -> JsonReply:
        """Set what the tenant's jobs may cost."""
        tenant = await target_tenant(request, self._tenants)
        usd = request.body.fields["usd"]
        budget = None if usd is None else micros(usd)
        await self._tenants.update(tenant, lambda state: replace(state, budget=budget))
        return JsonReply(await described(self._tenants, tenant))

    async def _facts(self, request: Inbound) -> "_Facts":
        tenant = await target_tenant(request, self._tenants)
        store, state = self._tenants.store, await self._tenants.read(tenant)
        now = state.clock.now()
        totals, present = await store.bill(tenant, now), await _newest(store, tenant)
        jobs = _in_order(present, await store.removed(tenant))
        return _Facts(now, state.budget, totals, jobs, await store.journal(tenant))


@dataclass(frozen=True, slots=True)
class _Facts:
    """What a bill is made from: the newest jobs in order of creation, the journal, the budget.

    Each job is with the instant at which it was removed, or None.
    """

    now: int
    budget: int | None
    totals: Totals
    jobs: Sequence[tuple[Job, int | None]]
    journal: Journal

    def bill(self, window_s: int) -> Bill:
        totals = self.totals
        numbers = {entry.request_id: entry.number for entry in self.journal}
        return Bill(
            now_ms=self.now,
            accepted=dollars(totals.accepted),
            reserved=dollars(totals.reserved),
            charged=dollars(totals.charged),
            refunded=dollars(totals.refunded),
            accepted_micros=totals.accepted,
            reserved_micros=totals.reserved,
            charged_micros=totals.charged,
            refunded_micros=totals.refunded,
            budget=None if self.budget is None else dollars(self.budget),
            budget_micros=self.budget,
            jobs=totals.jobs,
            unpriced=totals.unpriced,
            window_s=window_s,
            duplicates=tuple(
                _duplicate(first, again)
                for first, again in duplicates((job for job, _ in self.jobs), window_s * 1000)
            ),
            entries=tuple(
                self._entry(job, removed_ms, numbers.get(job.request_id))
                for job, removed_ms in self.jobs
            ),
        )

    def lines(self, bill: Bill) -> Iterator[str]:
        """The newest entries of a bill and the requests behind them."""
        requests = {entry.number: request_line(entry) for entry in self.journal}
        repeats = {each.job: each for each in bill.duplicates}
        shown = bill.entries[-_LISTED:]
        for entry in shown:
            price = "no known price" if entry.price is None else f"{entry.state} ${entry.price}"
            repeat = repeats.get(entry.job)
            same = (
                f"; the same request as {repeat.first_job}, {repeat.after_ms / 1000:g} s later"
                if repeat
                else ""
            )
            yield (
                f"  job {entry.job} ({entry.kind}, {entry.model}, {entry.seconds} s, {entry.size}, "
                f"{entry.status}{'' if entry.removed_ms is None else ', removed'}): {price}{same}"
            )
            sent = requests.get(entry.request or 0, "no longer in the journal")
            number = "" if entry.request is None else f"#{entry.request} "
            yield f"    {number}{sent}; request {entry.request_id}, retry {entry.retry}"
        if more := bill.jobs - len(shown):
            yield f"  and {more} more: older jobs, and all but the {MOST_REMOVED} removed last"

    def _entry(self, job: Job, removed_ms: int | None, number: int | None) -> BillEntry:
        price, order = job.cost.price, job.order
        at_ms, parts_of = (self.now, parts_at) if removed_ms is None else (removed_ms, removed_at)
        return BillEntry(
            job=job.id,
            kind=order.kind,
            model=order.model,
            size=order.size,
            seconds=order.seconds,
            status=str(view_at(job, at_ms).stage),
            created_ms=job.created_ms,
            state=state_of(parts_of(job, at_ms)),
            price=None if price is None else dollars(price),
            price_micros=price,
            request=number,
            request_id=job.request_id,
            retry=job.retry,
            removed_ms=removed_ms,
        )


def _duplicate(first: Job, again: Job) -> Duplicate:
    return Duplicate(
        job=again.id,
        request_id=again.request_id,
        retry=again.retry,
        after_ms=again.created_ms - first.created_ms,
        first_job=first.id,
        first_request_id=first.request_id,
        first_retry=first.retry,
    )


async def _newest(store: Store, tenant: str) -> Sequence[Job]:
    """The newest jobs in order of creation."""
    found: list[Job] = []
    after = None
    while len(found) < _MOST_JOBS:
        page = await store.page(tenant, after=after, limit=_AT_ONCE, newest_first=True)
        # None: the last job was deleted meanwhile.
        found += page.jobs if page else ()
        if page is None or not page.has_more:
            break
        after = found[-1].id
    return found[::-1]


def _in_order(
    present: Iterable[Job], removed: Iterable[Removed]
) -> Sequence[tuple[Job, int | None]]:
    """All of these jobs in order of creation, each with the instant of its removal, or None."""
    found: dict[str, tuple[Job, int | None]] = {job.id: (job, None) for job in present}
    # A job that was removed between both readings is in both.
    found.update({job.id: (job, at_ms) for job, at_ms in removed})
    return sorted(found.values(), key=lambda each: each[0].created_ms)


def _differences(bill: Bill, expected: Mapping[str, Any]) -> Iterator[str]:
    """What is not as expected, each as a line."""
    for name, value in expected.items():
        if name in _AMOUNTS:
            is_same = micros(value) == getattr(bill, f"{name}_micros")
            wanted, found = f"${value}", f"${getattr(bill, name)}"
        else:
            count = len(bill.duplicates) if name == "duplicates" else getattr(bill, name)
            is_same, wanted, found = count == value, str(value), str(count)
        if not is_same:
            yield f"the bill is not as expected: {name} is {found}, not {wanted}"
    if bill.unpriced and "unpriced" not in expected and set(_AMOUNTS) & set(expected):
        yield (
            f"the amounts are not known: {bill.unpriced} of {bill.jobs} jobs have no known price; "
            "expect unpriced=N to compare the others, or give prices with --models"
        )
