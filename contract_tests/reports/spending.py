"""What a run was to create and has created, and what that costs at list price."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job that is planned or was created.

    Attributes:
        usd: the list price in US dollars; None is unknown.
        id: its id; empty while it is only planned, or where the response had none.
        sender: what requested it: a job of the plan or a check.
    """

    request: str
    usd: float | None
    id: str = ""
    sender: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """The jobs of a run.

    Attributes:
        billable: whether a job may cost money.
        budget: how many jobs may be created; None is without limit.
        more: the job that a budget of one more would add; None where there is none.
        has_plan: whether jobs were to be created; clients behind the guard have no plan.
    """

    billable: bool = True
    budget: int | None = None
    planned: tuple[Job, ...] = ()
    made: tuple[Job, ...] = ()
    more: Job | None = None
    has_plan: bool = True

    @property
    def planned_usd(self) -> float | None:
        """The list price of the plan; None if the price of a job is unknown."""
        return total(self.planned)

    @property
    def made_usd(self) -> float | None:
        """The list price of what was created; None if the price of a job is unknown."""
        return total(self.made)

    @property
    def text(self) -> str:
        """Jobs and money in one line, as created and as planned."""
        jobs = counted(len(self.made), "job")
        if not self.has_plan:
            return f"{jobs}, {money(self.made) if self.billable else 'free'}"
        jobs = f"{jobs} of {len(self.planned)} planned"
        if not self.billable:
            return f"{jobs}, free"
        return f"{jobs}, {money(self.made)} of {money(self.planned)}"


def total(jobs: Iterable[Job]) -> float | None:
    """The sum of the list prices; None if one is unknown."""
    prices = [job.usd for job in jobs]
    known = [price for price in prices if price is not None]
    return round(sum(known), 4) if len(known) == len(prices) else None


def money(jobs: Iterable[Job]) -> str:
    """The sum of the list prices as text, with how many are unknown."""
    prices = [job.usd for job in jobs]
    known = [price for price in prices if price is not None]
    unknown = len(prices) - len(known)
    if not unknown:
        return f"${sum(known):.2f}"
    if not known:
        return f"an unknown price ({counted(unknown, 'job')})"
    return f"${sum(known):.2f} and {counted(unknown, 'job')} of unknown price"


def counted(number: int, noun: str) -> str:
    """A number with its noun, in the plural unless it is one."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
