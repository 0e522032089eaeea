"""A create with a value that no page allows is refused."""

from collections.abc import Iterator

from contract_tests.checks import faults
from contract_tests.checks.check import Probe
from contract_tests.checks.required_fields import refused
from contract_tests.findings import Breach, Standing
from contract_tests.session import Session


def _probe(session: Session) -> Iterator[Breach]:
    yield from refused(session, faults.disallowed)


CHECK = Probe(
    name="allowed_values",
    holds="A value outside a field's list, pattern, length or type is refused.",
    source="the allowed values of each page",
    standing=Standing.DOCUMENTED,
    probe=_probe,
    acceptance=True,
)
