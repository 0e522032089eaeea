"""A create without a field that its page requires is refused."""

from collections.abc import Iterator

from contract_tests.checks import faults
from contract_tests.checks.check import Probe
from contract_tests.checks.reading import breach, is_refusal, is_success, path_of_job
from contract_tests.findings import Breach, Standing
from contract_tests.session import Session


def _probe(session: Session) -> Iterator[Breach]:
    yield from refused(session, faults.missing)


def refused(session: Session, kind: faults.Kind) -> Iterator[Breach]:
    """Hold the target to refusing each fault; ends where one is accepted, which made something.

    Faults in requests that have no chance without them are left to the check ``refusals``.
    """
    job = session.absent_id()
    for operation in session.contract.operations:
        for fault in faults.once(kind(session.contract, operation, job)):
            if faults.is_hopeless(fault, job):
                continue
            exchange = session.send(fault.request(path_of_job(operation, job)))
            told = faults.told(session.contract, fault)
            if not is_refusal(exchange, told):
                yield breach(exchange, f"{told}, since {fault.rule}", key=fault.key,
                             source=fault.source, standing=fault.standing)  # fmt: skip
            if is_success(exchange):
                return


CHECK = Probe(
    name="required_fields",
    holds="A create without a required field is refused, for every field of every documented page.",
    source="the required list of each page",
    standing=Standing.DOCUMENTED,
    probe=_probe,
    acceptance=True,
)
