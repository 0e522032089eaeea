"""The money that a run or a client may spend, by list prices."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from contract_tests.wire.exchange import Request

MONEY: Final = "money"
Price = Callable[[Request], float | None]


@dataclass
class Purse:
    """What creates may cost and have cost, in US dollars. It is used by one request at a time.

    Attributes:
        price: the list price of a create; None is unknown.
        assumed_usd: the price of a create whose price is unknown; None refuses those.
        spent_usd: what was, or may have been, spent.
        unknown: how many jobs of unknown price were created by requests that were to be refused.
    """

    budget_usd: float
    price: Price
    assumed_usd: float | None = None
    spent_usd: float = 0.0
    unknown: int = 0
    _held_usd: float | None = 0.0
    _by_job: dict[str, float] = field(default_factory=dict)

    @property
    def by_job(self) -> Mapping[str, float]:
        """The price of each job that was created, by its id."""
        return self._by_job

    def hold(self, request: Request, named: str, *, certain: bool) -> str:
        """Put the price of a create aside; why it may not be sent, or empty.

        Args:
            named: the id of the job that it is made from, which has the same price.
            certain: whether nothing can be created from it, so that its price need not be known.
        """
        cost = self._cost(request, named)
        if self.unknown:
            return f"{MONEY}: the target made a job of unknown price of what it must refuse"
        if cost is None and not certain:
            return f"{MONEY}: the price of this create is unknown; --price gives one"
        free = self.budget_usd - self.spent_usd
        if (cost or 0.0) > free + 1e-9 and not certain:
            return f"{MONEY}: ${cost:.2f} is more than is left of ${self.budget_usd:.2f}"
        self._held_usd = cost
        self.spent_usd += 0.0 if certain else cost or 0.0
        return ""

    def settle(self, job: str, *, certain: bool, created: bool) -> None:
        """Spend what was put aside, or give it back, by whether a job was or may be created."""
        cost = self._held_usd
        if created and certain:
            self.unknown += cost is None
            self.spent_usd += cost or 0.0
        elif not created and not certain:
            self.spent_usd -= cost or 0.0
        if created and job and cost is not None:
            self._by_job[job] = cost

    def _cost(self, request: Request, named: str) -> float | None:
        known = self._by_job.get(named, self.price(request))
        return self.assumed_usd if known is None else known
