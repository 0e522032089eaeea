"""Runs the passive checks over the exchanges of a run, and ends a run that is to fail fast."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from contract_tests.checks.check import Passive
from contract_tests.findings.finding import Breach, Finding
from contract_tests.runner.confirmation import confirm_breaches
from contract_tests.runner.findings import Findings, finding_of, is_in
from contract_tests.wire.exchange import Exchange
from contract_tests.wire.session import Session

Fails = Callable[[Iterable[Finding]], bool]
FAIL_FAST = "ended at the first finding (--fail-fast)"


@dataclass
class ExchangeExaminer:
    """Runs checks over exchanges, each exchange once.

    ``exchanges`` is the guard's list, to which it appends while the run goes on.
    """

    checks: Sequence[Passive]
    exchanges: Sequence[Exchange]
    session: Session
    findings: Findings
    confirms: bool = True
    _examined: int = field(default=0, init=False)

    def examine_new(self) -> None:
        """Examine the exchanges since the last call, and repeat the request of each finding.

        Nothing is repeated without ``confirms``.

        The exchanges of those repetitions are not examined again.
        """
        new, self._examined = self.exchanges[self._examined :], len(self.exchanges)
        found: dict[tuple[str, str, str], Finding] = {}
        for check, exchange in ((check, each) for each in new for check in self.checks):
            if check.examines(exchange):
                results = check.run(self.session.contract, exchange)
                found |= {each.identity: each for each in self.findings.add(check, results)}
        if not self.confirms:
            return
        session = self.session.named("repeat")
        confirm_breaches(self.findings, self.checks, found.values(), session)
        self._examined = len(self.exchanges)

    def preview(self, exchanges: Iterable[Exchange]) -> list[Finding]:
        """What the checks find in some exchanges, without adding it to the findings."""
        return [
            finding_of(check, result)
            for check in self.checks
            for exchange in exchanges
            if check.examines(exchange)
            for result in check.run(self.session.contract, exchange)
            if isinstance(result, Breach)
        ]


class EnoughError(Exception):
    """The run is to fail fast, and has a finding that fails it."""


@dataclass
class FailFast:
    """Says when a run has failed; without ``fails`` it never does.

    ``fails`` decides whether some findings fail the run.
    """

    fails: Fails | None = None
    _previewed: int = field(default=0, init=False)
    _faulty: set[int] = field(default_factory=set, init=False)

    def require_more(self, findings: Iterable[Finding]) -> None:
        """Go on unless the findings fail the run.

        Raises:
            EnoughError: they do.
        """
        if self.fails is not None and self.fails(findings):
            raise EnoughError

    def wants_more(self, examiner: ExchangeExaminer, found: Iterable[Finding]) -> bool:
        """Whether neither ``found`` nor the exchanges since the last call fail the run."""
        if self.fails is None:
            return True
        new = examiner.exchanges[self._previewed :]
        self._previewed = len(examiner.exchanges)
        seen = examiner.preview(new)
        self._faulty |= {each.exchange.number for each in seen if each.exchange}
        # A finding in an exchange that a passive check has found fault with is the same problem.
        others = [each for each in found if not is_in(each, self._faulty)]
        return not self.fails([*others, *seen])
