"""Collects breaches as findings: equal ones once, with the smallest request that shows each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import inf

from contract_tests.checks.check import Check
from contract_tests.findings.finding import Breach, Certainty, Finding, NotChecked, Skipped
from contract_tests.wire.exchange import Exchange
from openapi.contract.evidence import Evidence


@dataclass
class Findings:
    """What a run has found so far, in the order in which it was first seen.

    Attributes:
        by_identity: the findings, by what equal findings share.
        not_checked: by check and operation.
        faulty: the numbers of the exchanges with a finding.
        examined: the names of the checks that have examined all that they were to examine.
        outage: the number of the first exchange since which the target was out of service, and why.
    """

    by_identity: dict[tuple[str, str, str], Finding] = field(default_factory=dict)
    not_checked: dict[tuple[str, str], NotChecked] = field(default_factory=dict)
    faulty: set[int] = field(default_factory=set)
    examined: set[str] = field(default_factory=set)
    outage: tuple[float, str] = (inf, "")

    def add(self, check: Check, results: Iterable[Breach | Skipped]) -> list[Finding]:
        """Add what a check yields; the findings that its breaches belong to."""
        added = []
        for result in results:
            if isinstance(result, Skipped):
                self.skip(check.name, result.operation, result.reason)
            elif result.exchange is not None and result.exchange.number >= self.outage[0]:
                self.skip(check.name, result.operation, self.outage[1])
            else:
                added.append(self.add_finding(finding_of(check, result)))
        return added

    def add_finding(self, found: Finding) -> Finding:
        """Add a finding, or count it as a further occurrence of an equal one."""
        known = self.by_identity.get(found.identity)
        if found.exchange is not None:
            self.faulty.add(found.exchange.number)
        if known is None:
            self.by_identity[found.identity] = found
            return found
        best = min(known, found, key=lambda each: each.request_bytes)
        count = known.occurrences + found.occurrences
        self.by_identity[found.identity] = replace(
            best, occurrences=count, certainty=known.certainty
        )
        return self.by_identity[found.identity]

    def leave_out(self, outage: Sequence[Exchange], why: str) -> None:
        """Leave out what was seen while the target was out of service, also from now on."""
        self.outage = outage[0].number, why
        numbers = {each.number for each in outage}
        for found in [each for each in self.by_identity.values() if is_in(each, numbers)]:
            del self.by_identity[found.identity]
            self.skip(found.check.partition(".")[0], found.operation, why)

    def skip(self, check: str, operation: str, reason: str) -> None:
        """Note what could not be examined; the first reason is kept."""
        gap = NotChecked(check, operation, reason)
        self.not_checked.setdefault((check, operation), gap)

    def mark(self, found: Finding, certainty: Certainty, other_answer: str = "") -> None:
        """Note what came of repeating the request of a finding."""
        known = self.by_identity[found.identity]
        marked = replace(known, certainty=certainty, other_answer=other_answer)
        self.by_identity[found.identity] = marked

    def of(self, name: str) -> list[Finding]:
        """The findings of a check, or of all checks that Schemathesis runs."""
        found = self.by_identity.values()
        return [each for each in found if each.check.partition(".")[0] == name]

    def gaps(self, name: str) -> list[NotChecked]:
        """What a check could not examine."""
        return [each for each in self.not_checked.values() if each.check == name]

    def outside_faulty(self, found: Iterable[Finding]) -> list[Finding]:
        """The findings with an exchange that has no other finding yet."""
        return [each for each in found if not is_in(each, self.faulty)]


def finding_of(check: Check, breach: Breach) -> Finding:
    """A breach with the name of its check, and the check's source where it has none of its own."""
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


def is_in(found: Finding, numbers: set[int]) -> bool:
    """Whether a finding's exchange is one of these."""
    return found.exchange is not None and found.exchange.number in numbers
