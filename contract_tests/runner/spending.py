"""What a run has created so far, and what that costs at list price."""

from collections.abc import Sequence
from dataclasses import dataclass

from contract_tests.contract.target_contract import TargetContract
from contract_tests.guard.classification import fields_of, referenced_id
from contract_tests.guard.policy import Entry
from contract_tests.lifecycle.planned_jobs import list_price
from contract_tests.reports.spending import Job
from contract_tests.wire.exchange import Exchange, Request
from openapi.catalogue.models import Catalogue

_REMIX = "remixVideo"


@dataclass(frozen=True, slots=True)
class PriceList:
    """The list prices of creates."""

    contract: TargetContract
    catalogue: Catalogue

    def of(self, request: Request) -> float | None:
        """The list price of a create by its own fields; None is unknown."""
        return list_price(fields_of(self.contract, request), self.catalogue)

    def jobs_made(self, entries: Sequence[Entry], exchanges: Sequence[Exchange]) -> tuple[Job, ...]:
        """The jobs of a ledger; ``exchanges`` are those of the run."""
        made: list[Job] = []
        for entry in entries:
            exchange = exchanges[entry.number - 1]
            price = self._price(exchange.request, entry.operation, made)
            kind = (exchange.request.header("content-type") or "").partition(";")[0]
            text = f"{entry.operation} {kind.strip()}".strip()
            made.append(Job(request=text, usd=price, id=entry.job, sender=exchange.sender))
        return tuple(made)

    def _price(self, request: Request, operation: str, made: Sequence[Job]) -> float | None:
        """The price of a create; a remix costs as much as the job it is made from."""
        if operation != _REMIX:
            return self.of(request)
        parent = referenced_id(self.contract, request)
        return next((each.usd for each in made if each.id == parent), None)
