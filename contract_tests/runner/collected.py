"""Gathers breaches into findings: equal ones once, each with the smallest request that shows it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

from contract_tests.checks.check import Check, Passive
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import (
    Breach,
    Certainty,
    Finding,
    NotChecked,
    Skipped,
)
from contract_tests.wire.exchange import Exchange
from openapi.contract.evidence import Evidence


@dataclass
class Findings:
    """Everything found so far, in the order in which it was first seen."""

    findings: dict[tuple[str, str, str], Finding] = field(default_factory=dict)
    not_checked: dict[tuple[str, str], NotChecked] = field(default_factory=dict)
    # The exchanges that some check has found fault with.
    faulty: set[int] = field(default_factory=set)

    def add(self, check: Check, results: Iterable[Breach | Skipped]) -> list[Finding]:
        """Take what a check yields; the findings it belongs to."""
        taken = []
        for result in results:
            if isinstance(result, Skipped):
                self.skip(check.name, result.operation, result.reason)
            else:
                taken.append(self.take(finding(check, result)))
        return taken

    def take(self, found: Finding) -> Finding:
        """Take a finding, or count it to the equal one there is."""
        held = self.findings.get(found.identity)
        if found.exchange is not None:
            self.faulty.add(found.exchange.number)
        if held is None:
            self.findings[found.identity] = found
            return found
        best = found if _size(found.exchange) < _size(held.exchange) else held
        count = held.occurrences + found.occurrences
        self.findings[found.identity] = replace(best, occurrences=count, certainty=held.certainty)
        return self.findings[found.identity]

    def skip(self, check: str, operation: str, reason: str) -> None:
        """Note what could not be looked at; the first reason counts."""
        held = NotChecked(check, operation, reason)
        self.not_checked.setdefault((check, operation), held)

    def certain(self, found: Finding, certainty: Certainty, other: str = "") -> None:
        """Note what became of a finding when it was looked at again."""
        held = self.findings[found.identity]
        marked = replace(held, certainty=certainty, other_answer=other)
        self.findings[found.identity] = marked


def finding(check: Check, breach: Breach) -> Finding:
    """A breach with the name, source and evidence of its check."""
    return Finding(
        check=check.name,
        operation=breach.operation,
        evidence=Evidence(breach.evidence or check.evidence),
        source=breach.source or check.source,
        expected=breach.expected,
        received=breach.received,
        exchange=breach.exchange,
        key=breach.key,
    )


def seen_by(check: Passive, contract: TargetContract, exchange: Exchange) -> list[Finding]:
    """What a passive check finds in one exchange."""
    if not check.examines(exchange):
        return []
    results = check.run(contract, exchange)
    return [finding(check, each) for each in results if isinstance(each, Breach)]


def further(findings: Iterable[Finding], faulty: Collection[int]) -> list[Finding]:
    """The findings in exchanges that are not known to be faulty: two in one exchange are one."""
    return [each for each in findings if not each.exchange or each.exchange.number not in faulty]


def _size(exchange: Exchange | None) -> int:
    """How much there is to read in a request."""
    if exchange is None:
        return 1 << 30
    return len(exchange.request.target) + len(exchange.request.body)
