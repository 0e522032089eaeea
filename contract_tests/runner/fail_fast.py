"""Ends a run that has found what fails it, so that nothing more is sent than had to be."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from contract_tests.checks.check import Passive
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Finding
from contract_tests.runner.collected import further, seen_by
from contract_tests.wire.exchange import Exchange

Fails = Callable[[Iterable[Finding]], bool]
WHY = "ended at the first finding (--fail-fast)"


class EnoughError(Exception):
    """A run has found what fails it, and was asked to end then."""


@dataclass
class FailFast:
    """Knows when there is enough; without ``fails`` there never is."""

    fails: Fails | None = None
    _seen: int = field(default=0, init=False)
    # The exchanges that some check has found fault with.
    _faulty: set[int] = field(default_factory=set, init=False)

    def require_more(self, findings: Iterable[Finding]) -> None:
        """Go on unless there is enough.

        Raises:
            EnoughError: there is.
        """
        if self.fails is not None and self.fails(findings):
            raise EnoughError

    def wants_more(
        self,
        contract: TargetContract,
        exchanges: Sequence[Exchange],
        passive: Sequence[Passive],
        found: Iterable[Finding],
    ) -> bool:
        """Whether neither ``found`` nor exchanges since the last call have what fails a run."""
        if self.fails is None:
            return True
        fresh, self._seen = exchanges[self._seen :], len(exchanges)
        seen = [
            each
            for check in passive
            for exchange in fresh
            for each in seen_by(check, contract, exchange)
        ]
        self._faulty |= {each.exchange.number for each in seen if each.exchange}
        return not self.fails([*further(found, self._faulty), *seen])
