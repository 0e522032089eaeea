"""The bill of a tenant: what its jobs cost, in whole millionths of a US dollar.

What a job costs is fixed when it is accepted, and whether that is reserved, charged or refunded
follows from the job and the clock, as its state does. Jobs that were removed leave a total, and the
newest of them stay for the bill alone.
"""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

from mock_server.domain.job import Job, Stage, ends_ms

MICROS = 1_000_000
# Removed jobs that a bill still lists for each tenant, the newest; of all others it has the sums.
MOST_REMOVED = 100
_DOLLARS = re.compile(r"[0-9]{1,9}([.][0-9]{1,6})?")


class Totals(NamedTuple):
    """How many jobs were accepted, how many without a known price, and what the others cost.

    ``reserved`` is not charged yet and may be refunded; the three sums together are what was
    accepted.
    """

    jobs: int = 0
    unpriced: int = 0
    reserved: int = 0
    charged: int = 0
    refunded: int = 0

    @property
    def accepted(self) -> int:
        """The sum of all prices."""
        return self.reserved + self.charged + self.refunded

    def plus(self, other: "Totals") -> "Totals":
        """The sums of both."""
        return Totals(*map(sum, zip(self, other, strict=True)))


NOTHING = Totals()


class Removed(NamedTuple):
    """A job that was removed at the instant ``at_ms``, which only the bill still shows."""

    job: Job
    at_ms: int


class OverBudgetError(Exception):
    """A job costs more than what is left of its tenant's budget, of which ``spent`` is used."""

    def __init__(self, spent: int) -> None:
        super().__init__(f"{spent} millionths of a dollar are used")
        self.spent = spent


class Once(NamedTuple):
    """Marks a request that creates one job, however often it is sent until ``until_ms``."""

    mark: str
    until_ms: int


class Terms(NamedTuple):
    """On which terms a job is accepted: within a budget, and once for all equal requests."""

    budget: int | None = None
    once: Once | None = None


UNBOUND = Terms()


def parts_at(job: Job, now_ms: int) -> Totals:
    """What one job costs at the instant ``now_ms``."""
    price, waiting, _, _ = job.cost
    if price is None:
        return Totals(jobs=1, unpriced=1)
    if has_ended(job, now_ms):
        charged = charged_at_end(job)
        return Totals(jobs=1, charged=charged, refunded=price - charged)
    return Totals(jobs=1, reserved=price - waiting, charged=waiting)


def removed_at(job: Job, now_ms: int) -> Totals:
    """What one job has cost that is removed at the instant ``now_ms``; nothing stays reserved."""
    price, _, _, removed = job.cost
    if price is None:
        return Totals(jobs=1, unpriced=1)
    charged = charged_at_end(job) if has_ended(job, now_ms) else removed
    return Totals(jobs=1, charged=charged, refunded=price - charged)


def charged_at_end(job: Job) -> int:
    """How much of its price a job is charged once it has ended."""
    if job.timeline.outcome is Stage.FAILED:
        return job.cost.failed
    return job.cost.price or 0


def totals(jobs: Iterable[Job], now_ms: int, removed: Totals = NOTHING) -> Totals:
    """What some jobs cost at the instant ``now_ms``, besides those that were removed."""
    sums = [*removed]
    for job in jobs:
        for place, amount in enumerate(parts_at(job, now_ms)):
            sums[place] += amount
    return Totals(*sums)


def state_of(parts: Totals) -> str:
    """Whether one job's price is reserved, charged or refunded, or the job is unpriced."""
    if parts.unpriced:
        return "unpriced"
    if parts.reserved:
        return "reserved"
    return "refunded" if parts.refunded else "charged"


def duplicates(jobs: Iterable[Job], window_ms: int) -> Iterator[tuple[Job, Job]]:
    """Each job whose request was the same as an earlier one's, with that earlier job.

    ``jobs`` are in order of creation. A job counts if it was created at most ``window_ms`` after
    the previous one with the same request.
    """
    before: dict[tuple[str, str | None, str], Job] = {}
    for job in jobs:
        if not job.digest:
            continue
        request = (job.order.kind, job.order.parent, job.digest)
        previous = before.get(request)
        if previous is not None and job.created_ms - previous.created_ms <= window_ms:
            yield previous, job
        before[request] = job


def require_affordable(job: Job, found: Totals, budget: int | None) -> None:
    """Require that a new job is paid for by what is left of a budget.

    Raises:
        OverBudgetError: it costs more, or nothing is left.
    """
    spent = found.reserved + found.charged
    if budget is not None and (spent >= budget or spent + (job.cost.price or 0) > budget):
        raise OverBudgetError(spent)


def has_ended(job: Job, now_ms: int) -> bool:
    """Whether the job has completed or failed at the instant ``now_ms``."""
    end = ends_ms(job)
    return end is not None and end <= now_ms


def dollars(micros: int) -> str:
    """An amount as text, to the cent and further where it has fractions: ``0.40``, ``0.0025``."""
    whole, rest = divmod(micros, MICROS)
    digits = f"{rest:06d}".rstrip("0")
    return f"{whole}.{digits:0<2}"


def micros(usd: str) -> int:
    """The amount of a text such as ``0.40`` or ``12``.

    Raises:
        ValueError: it is no amount of dollars with at most six decimals.
    """
    if not _DOLLARS.fullmatch(usd):
        raise ValueError(f"{usd[:40]!r} is no amount of dollars; write it as 0.40")
    return int(Decimal(usd) * MICROS)
