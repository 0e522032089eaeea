"""A create with a value that no page allows is refused; where no page lists any, that is advice."""

from contract_tests.checks import faults
from contract_tests.checks.check import Probe, Results
from contract_tests.checks.required_fields import refused
from contract_tests.wire.session import Session
from openapi.contract.evidence import Evidence


def _probe(session: Session) -> Results:
    yield from refused(session, faults.disallowed)


CHECK = Probe(
    name="allowed_values",
    holds="A value outside a field's list, pattern, length or type is refused.",
    source="the allowed values of each page, or of the model catalogue",
    evidence=Evidence.DOCUMENTED,
    probe=_probe,
    acceptance=True,
)
