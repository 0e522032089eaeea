"""Requests with two faults are refused as the caller's mistake; nothing can come of them."""

from collections.abc import Iterator

from contract_tests.checks import faults
from contract_tests.checks.check import Probe
from contract_tests.checks.reading import breach, is_refusal, is_success, path_of_job
from contract_tests.findings.finding import Breach
from contract_tests.wire.session import Session
from openapi.contract.contract import Operation
from openapi.contract.evidence import Evidence


def _probe(session: Session) -> Iterator[Breach]:
    job = session.absent_id()
    for operation in session.contract.operations:
        for fault in _hopeless(session, operation, job):
            exchange = session.send(fault.request(path_of_job(operation, job)))
            told = faults.told(session.contract, fault)
            if not is_refusal(exchange, told):
                expected = f"{told}, since {fault.rule} and the rest is wrong besides"
                yield breach(exchange, expected, key=fault.key, source=fault.source,
                             evidence=fault.evidence)  # fmt: skip
            if is_success(exchange):
                return


def _hopeless(session: Session, operation: Operation, job: str) -> Iterator[faults.Fault]:
    """One fault a keyword and media type, in requests that have no chance without it either."""
    seen: set[tuple[str, str]] = set()
    for kind in (faults.missing, faults.disallowed):
        for fault in kind(session.contract, operation, job):
            sort = fault.variant.media_type, fault.keyword
            hopeless = faults.is_hopeless(fault, job)
            sure = fault if hopeless else faults.poisoned(session.contract, fault)
            if sure is not None and sort not in seen:
                seen.add(sort)
                yield sure


CHECK = Probe(
    name="refusals",
    holds="A request that breaks two rules at once is refused with 4xx, and breaks nothing.",
    source="the documented requests; RFC 9110, 15.5.1",
    evidence=Evidence.DOCUMENTED,
    probe=_probe,
)
