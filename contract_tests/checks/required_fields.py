"""A create without a field that its page requires is refused."""

from contract_tests.checks import faults
from contract_tests.checks.check import Probe, Results
from contract_tests.checks.reading import breach, is_refusal, is_success, path_of_job
from contract_tests.findings.finding import Skipped
from contract_tests.runner.capabilities import Capability
from contract_tests.wire.session import Session
from openapi.contract.evidence import Evidence

# Why a request that breaks an inferred rule alone is not sent where it would be paid for.
_MAY_BE_RIGHT = "values outside an inferred list may be accepted, and that would make a job"


def _probe(session: Session) -> Results:
    yield from refused(session, faults.missing)


def refused(session: Session, kind: faults.Kind) -> Results:
    """Hold the target to refusing each fault; ends where one is accepted, which made something.

    Faults in requests that have no chance without them are left to the check ``refusals``. What
    breaks nothing but an inferred rule may be accepted, so it is sent only where that is free.
    """
    job, free = session.absent_id(), Capability.FREE in session.capabilities
    for operation in session.contract.operations:
        for fault in faults.once(kind(session.contract, operation, job)):
            if faults.is_hopeless(fault, job):
                continue
            if not fault.firm and not free:
                yield Skipped(operation.id, _MAY_BE_RIGHT)
                break
            exchange = session.send(fault.request(path_of_job(operation, job)))
            told = faults.told(session.contract, fault)
            if not is_refusal(exchange, told):
                yield breach(exchange, f"{told}, since {fault.rule}", key=fault.key,
                             source=fault.source, evidence=fault.evidence)  # fmt: skip
            if is_success(exchange) and fault.firm:
                return


CHECK = Probe(
    name="required_fields",
    holds="A create without a required field is refused, for every field of every documented page.",
    source="the required list of each page",
    evidence=Evidence.DOCUMENTED,
    probe=_probe,
    acceptance=True,
)
