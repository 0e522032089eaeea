"""A file that is no picture is not taken for one: the job would fail later, and be paid for."""

from collections.abc import Iterator, Mapping

from contract_tests.checks.check import Probe, having
from contract_tests.checks.reading import breach, is_refusal, is_success
from contract_tests.contract.bodies import VIDEO, File, body_of, request_of
from contract_tests.findings.finding import Breach
from contract_tests.wire.session import Session
from openapi.contract.evidence import Evidence
from openapi.contract.requests import FORM

_FILES: Mapping[str, File] = {
    "a text that is called a picture": File(b"This is no picture.", "image/png", "scene.png"),
    "a film in a picture's place": VIDEO,
    "an empty file": File(b"", "image/png", "scene.png"),
}
_FIELD = "input_reference"


def _probe(session: Session) -> Iterator[Breach]:
    operation = session.contract.operation("createVideo")
    fitting = [
        variant
        for variant in operation.variants
        if variant.media_type == FORM and _FIELD in variant.fields
    ]
    # The variant that asks for least is broken by the file alone.
    for variant in sorted(fitting, key=lambda each: len(each.required))[:1]:
        for what, file in _FILES.items():
            exchange = session.send(request_of(variant, body_of(variant, **{_FIELD: file})))
            if not is_refusal(exchange):
                yield breach(exchange, f"400 for {what}", key=what)
            if is_success(exchange):
                return


CHECK = Probe(
    name="reference_image",
    holds="input_reference is a JPEG, PNG or WebP picture; any other file is refused.",
    source="OpenAI video guide, image formats of input_reference",
    evidence=Evidence.VERIFIED,
    applies=having("createVideo"),
    probe=_probe,
    acceptance=True,
)
