"""A documented request under another content type is refused."""

from collections.abc import Iterator

from contract_tests.checks import faults
from contract_tests.checks.check import Probe
from contract_tests.checks.reading import breach, is_refusal, is_success, path_of_job
from contract_tests.contract.bodies import request_of
from contract_tests.findings.finding import Breach
from contract_tests.wire.session import Session
from openapi.contract.evidence import Evidence
from openapi.contract.requests import FORM, JSON

_OTHER_TYPES = ("text/plain", "application/xml")


def _probe(session: Session) -> Iterator[Breach]:
    job = session.absent_id()
    for operation in session.contract.operations:
        variants = [each for each in operation.variants if each.media_type == JSON]
        forms = [each for each in operation.variants if each.media_type == FORM]
        for variant in (variants or forms)[-1:]:
            whole = request_of(
                variant, faults.documented(variant, job), path_of_job(operation, job)
            )
            documented = operation.evidence is Evidence.DOCUMENTED
            for kind in _OTHER_TYPES if documented else _OTHER_TYPES[:1]:
                exchange = session.send(whole.with_headers(content_type=kind))
                if not is_refusal(exchange):
                    yield breach(exchange, f"415 or 400 for a body of type {kind}", key=kind)
                if is_success(exchange):
                    return


CHECK = Probe(
    name="body_types",
    holds="A body of a type that the operation does not take is refused.",
    source="RFC 9110, 15.5.16; the operations' documented content types",
    evidence=Evidence.VERIFIED,
    probe=_probe,
    acceptance=True,
)
