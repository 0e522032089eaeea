"""Checks of what a create may carry: large pictures of every format, and each field once."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from contract_tests.checks.aspects import Aspect, only
from contract_tests.checks.breaches import breach, is_refusal, is_success
from contract_tests.checks.broken_requests import invalid_fields, share, with_changes
from contract_tests.checks.check import Results, having, probe
from contract_tests.contract.bodies import File, body_of, encode, request_of
from contract_tests.contract.pictures import jpeg, png, webp
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach, Skipped
from contract_tests.targets.target import Capability
from contract_tests.wire.exchange import Exchange, Request
from contract_tests.wire.session import Session
from openapi.contract.evidence import Evidence
from openapi.contract.requests import FORM, JSON, RequestVariant

_CREATE, _UNIFIED, _PICTURE = "createVideo", "createUnifiedVideo", "input_reference"
_PLACE = "__odd__"
# Values as JSON that no page allows in any field, each with what it is.
_ODD: Mapping[str, str] = {
    "null": "null",
    "an object": '{"a": [1]}',
    "a list": '["A cat"]',
    "true": "true",
    "a number beyond all limits": "1e999",
    "a number of 400 digits": "1" * 400,
    "half of a surrogate pair": r'"\ud800"',
    "control characters": r'"\u0000\u0007"',
}
# The statuses by which a server refuses a body for its size, its type, or in failing over it.
_ABOUT_BODY = frozenset({413, 415, 422})
_MAY_BE_VALID = "a server may take a field that is sent twice, and that would make a job"


@probe(
    aspect=Aspect.DOCUMENTED,
    at=only(_CREATE),
    source="OpenAI video guide, image formats of input_reference; RFC 7578, 4.2",
    evidence=Evidence.VERIFIED,
    applies=having(_CREATE),
)
def legal_pictures(session: Session) -> Iterator[Breach]:
    """A JPEG, a WebP, a PNG of megabytes, and a name in any script are not what is refused."""
    variant = _form_with_picture(session.contract)
    invalid = invalid_fields(session.contract, variant) if variant else None
    if variant is None or invalid is None:
        return
    usual = session.send(_with_picture(variant, invalid, File()))
    for what, file in _legal_pictures().items():
        exchange = session.send(_with_picture(variant, invalid, file))
        if _blames_picture(exchange) or _refusal(exchange) != _refusal(usual):
            yield breach(exchange, f"the refusal for a small PNG, and not one of {what}", key=what)


def _with_picture(variant: RequestVariant, invalid: Mapping[str, Any], file: File) -> Request:
    """A create with a picture, but with no model that exists.

    It has no prompt either: a target that takes any model must not make a job of it.
    """
    body = body_of(variant, **{_PICTURE: file})
    return request_of(variant, with_changes(body, {**invalid, "prompt": None}))


def _refusal(exchange: Exchange) -> tuple[int, object, object]:
    """What a refusal says, without its words."""
    found = exchange.reply.object.get("error")
    error = found if isinstance(found, Mapping) else exchange.reply.object
    return exchange.status, error.get("code"), error.get("param")


def _legal_pictures() -> Mapping[str, File]:
    return {
        f"a PNG of {len(png()) // 1_000_000} MB": File(png(), "image/png", "scene.png"),
        "a JPEG": File(jpeg(), "image/jpeg", "scene.jpeg"),
        "a WebP": File(webp(), "image/webp", "scene.webp"),
        "a file with a name in Chinese": File(jpeg(), "image/jpeg", "场景1.jpeg"),
    }


def _form_with_picture(contract: TargetContract) -> RequestVariant | None:
    """The form with the fewest required fields that takes a picture."""
    variants = contract.operation(_CREATE).variants
    forms = [each for each in variants if each.media_type == FORM and _PICTURE in each.fields]
    return min(forms, key=lambda each: len(each.required), default=None)


def _blames_picture(exchange: Exchange) -> bool:
    error = exchange.reply.object.get("error")
    param = error.get("param") if isinstance(error, Mapping) else None
    code = str(error.get("code")) if isinstance(error, Mapping) else ""
    is_about_file = param == _PICTURE or "image" in code or "file" in code
    return exchange.status in _ABOUT_BODY or is_about_file or exchange.status == 500


@probe(
    aspect=Aspect.RULES,
    at=only(_CREATE, _UNIFIED),
    source="RFC 9110, 15.5 and 15.6: what is wrong with a request is no failure of the server",
    evidence=Evidence.VERIFIED,
    acceptance=True,
)
def odd_values(session: Session) -> Iterator[Breach]:
    """A value of any kind is refused: null, a list, a number or a letter that does not exist."""
    creates = [each for each in (_CREATE, _UNIFIED) if session.contract.has(each)]
    for place, operation in enumerate(map(session.contract.operation, creates)):
        variant = next((each for each in operation.variants if each.media_type == JSON), None)
        invalid = invalid_fields(session.contract, variant) if variant else None
        if variant is None or invalid is None:
            continue
        odd = dict.fromkeys(sorted(set(variant.fields) - set(invalid)), _PLACE)
        body = json.dumps(with_changes(odd, invalid))
        refused = session.contract.server_errors_for_requests(operation)
        for what, value in share(session, list(_ODD.items()), place, len(creates)):
            text = body.replace(json.dumps(_PLACE), value).encode()
            exchange = session.send(replace(request_of(variant, {}), body=text))
            if not is_refusal(exchange, *refused):
                yield breach(exchange, f"a refusal of {what} in each field", key=what)
            if is_success(exchange):
                return


@probe(
    aspect=Aspect.RULES,
    at=only(_CREATE, "listVideos"),
    source="good practice: a field that is sent twice is read in two ways",
    evidence=Evidence.INFERRED,
    applies=having(_CREATE),
    acceptance=True,
)
def repeated_fields(session: Session) -> Results:
    """A field, a key, a file or a parameter that is sent twice is refused."""
    yield from _repeated_parameter(session)
    if Capability.FREE not in session.capabilities:
        yield Skipped(_CREATE, _MAY_BE_VALID)
        return
    for what, request in _repeated(session.contract):
        exchange = session.send(request)
        if not is_refusal(exchange):
            yield breach(exchange, f"400 for {what}", key=what)
        if is_success(exchange):
            return


def _repeated_parameter(session: Session) -> Iterator[Breach]:
    if not session.contract.has("listVideos"):
        return
    path = session.contract.operation("listVideos").path
    exchange = session.send(Request("GET", f"{path}?limit=1&limit=2"))
    if not is_refusal(exchange):
        yield breach(exchange, "400 for a limit that is sent twice", key="limit")


def _repeated(contract: TargetContract) -> Iterator[tuple[str, Request]]:
    variant = _form_with_picture(contract)
    if variant is not None:
        body: dict[str, Any] = body_of(variant)
        whole = request_of(variant, body)
        for what, name, value in (
            ("a prompt that is sent twice", "prompt", "The drums"),
            ("two files for one field", _PICTURE, File()),
        ):
            pairs = [*body.items(), *([(name, value)] if name in body else [(name, value)] * 2)]
            yield what, Request("POST", whole.target, whole.headers, encode(pairs))
    for variant in contract.operation(_CREATE).variants:
        if variant.media_type == JSON:
            whole = request_of(variant, body_of(variant))
            twice = whole.body[:-1] + b', "prompt": ' + json.dumps("The drums").encode() + b"}"
            yield "JSON with a key twice", Request("POST", whole.target, whole.headers, twice)
            return
