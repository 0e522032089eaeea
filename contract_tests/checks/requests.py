"""Checks of requests: what is documented is accepted, and what breaks a rule is refused."""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from contract_tests.checks.aspects import Aspect, is_open_read, only, takes_body, those
from contract_tests.checks.breaches import (
    breach,
    is_refusal,
    is_success,
    other_refusal,
    path_of_job,
    quoted,
)
from contract_tests.checks.broken_requests import (
    BreakRule,
    BrokenRequest,
    documented_body,
    doubly_broken,
    invalid_fields,
    names_absent_job,
    one_per_rule,
    refusal_status,
    with_changes,
    with_disallowed_values,
    without_required_fields,
)
from contract_tests.checks.check import Results, having, life_cycle, probe
from contract_tests.contract.bodies import VIDEO, File, body_of, encode, request_of
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach, Skipped
from contract_tests.lifecycle.trace import Life, Moment
from contract_tests.targets.target import Capability
from contract_tests.wire.exchange import BEARER, Request
from contract_tests.wire.session import RefusedError, Session
from openapi.contract.contract import Operation
from openapi.contract.evidence import Evidence, source_of
from openapi.contract.requests import FORM, JSON

_Body = tuple[str, tuple[tuple[str, str], ...], bytes]
_MALFORMED_JSON = {
    "broken JSON": b'{"prompt": "A cat", "model": ',
    "no body": b"",
    "JSON that is no object": b'["A cat"]',
    "JSON null": b"null",
    "JSON in bytes that are no UTF-8": b'{"prompt": "\xff\xfe"}',
    "deeply nested JSON": b"[" * 20_000,
}
_NOT_IMAGES: Mapping[str, File] = {
    "a text that is called a picture": File(b"This is no picture.", "image/png", "scene.png"),
    "a film in a picture's place": VIDEO,
    "an empty file": File(b"", "image/png", "scene.png"),
}
# Why a request that breaks only an inferred rule is not sent to a target that costs money.
_MAY_BE_VALID = "values outside an inferred list may be accepted, and that would make a job"
# The statuses that blame the request; others are about quota, permission or the service.
_INVALID_REQUEST = frozenset({400, 405, 406, 411, 413, 415, 422})


def _is_open_read(operation: Operation) -> bool:
    """Whether it is a GET with parameters that names no job in its path.

    Where the path has an id that does not exist, a 404 would say nothing of the parameters.
    """
    return operation.method == "GET" and "{" not in operation.path and bool(operation.parameters)


@probe(
    aspect=Aspect.RULES,
    at=those(_is_open_read),
    source="the operations' documented parameters",
    evidence=Evidence.VERIFIED,
)
def parameters(session: Session) -> Iterator[Breach]:
    """A missing query parameter, or one outside its list or limits, is refused, and no other."""
    for operation in filter(_is_open_read, session.contract.operations):
        yield from _parameters_of(session, operation)
        if is_open_read(operation):
            yield from _documented_parameters(session, operation)


def _documented_parameters(session: Session, operation: Operation) -> Iterator[Breach]:
    """Breaches where the ends of a limit, or a listed value, are refused."""
    if not is_success(session.send(Request("GET", operation.path))):
        return
    for node in operation.parameters:
        name, schema = node["name"], session.contract.resolve(node["schema"])
        ends = (schema[each] for each in ("minimum", "maximum") if each in schema)
        for value in map(str, schema.get("enum", ends)):
            exchange = session.send(Request("GET", f"{operation.path}?{urlencode({name: value})}"))
            if is_refusal(exchange):
                source, evidence = source_of(node)
                yield breach(exchange, f"200 for {name} {value}, which is documented",
                             key=f"{name} {value}", source=source, evidence=evidence)  # fmt: skip


def _parameters_of(session: Session, operation: Operation) -> Iterator[Breach]:
    for node in operation.parameters:
        name, schema = node["name"], session.contract.resolve(node["schema"])
        source, evidence = source_of(node)
        for rule, value in _bad_values(schema, bool(node.get("required"))):
            query = "" if value is None else f"?{urlencode({name: value})}"
            exchange = session.send(Request("GET", operation.path + query))
            if not is_refusal(exchange):
                yield breach(exchange, f"400, since '{name}' {rule}", key=f"{name} {rule}",
                             source=source, evidence=evidence)  # fmt: skip
            code = "missing_required_parameter" if value is None else "invalid_value"
            wanted = session.contract.status_of(code, operation.id, name)
            what = f"since '{name}' {rule}"
            yield from other_refusal(exchange, [wanted], what, f"{name} {rule}")


def _bad_values(schema: Mapping[str, Any], required: bool) -> Iterator[tuple[str, str | None]]:
    if required:
        yield "is required", None
        yield "is not empty", ""
    if "enum" in schema:
        yield f"is one of {quoted(schema['enum'])}", "__none_of_these__"
    if schema.get("type") == "integer":
        yield "is a whole number", "ten"
    if "minimum" in schema:
        yield f"is at least {schema['minimum']}", str(schema["minimum"] - 1)
    if "maximum" in schema:
        yield f"is at most {schema['maximum']}", str(schema["maximum"] + 1)


@probe(
    aspect=Aspect.UNREADABLE,
    at=those(takes_body),
    source="RFC 9110, 15.5.1; RFC 7578, 4.1",
    evidence=Evidence.VERIFIED,
)
def malformed_bodies(session: Session) -> Iterator[Breach]:
    """A body that cannot be read is refused with 4xx: broken JSON or form, no body, no type."""
    for operation in session.contract.operations:
        path = path_of_job(operation, session.absent_id())
        # A server has one parser for most of its operations: two bodies of each type are enough
        # for those that no page documents.
        thoroughly = operation.evidence is Evidence.DOCUMENTED
        for what, headers, body in _malformed(session.contract, operation, thoroughly=thoroughly):
            request = Request("POST", path, (("authorization", BEARER), *headers), body)
            exchange = session.send(request)
            if not is_refusal(exchange):
                yield breach(exchange, f"400 or 415 for {what}", key=what)
            statuses = _statuses(session.contract, operation, headers)
            yield from other_refusal(exchange, statuses, f"for {what}", what)
            if is_success(exchange):
                return


def _statuses(
    contract: TargetContract, operation: Operation, headers: tuple[tuple[str, str], ...]
) -> list[int]:
    """The statuses for a body that cannot be read, by what it says it is."""
    codes = ["invalid_json", "invalid_multipart", "missing_required_parameter", "invalid_type"]
    if not headers:
        codes.insert(0, "unsupported_media_type")
    if "{" in operation.path:
        codes += ["video_not_found", "webhook_endpoint_not_found"]
    return [contract.status_of(code, operation.id) for code in codes]


def _malformed(
    contract: TargetContract, operation: Operation, *, thoroughly: bool
) -> Iterator[_Body]:
    """Malformed bodies with invalid fields, so that no server creates a job from one."""
    types = {variant.media_type for variant in operation.variants}
    invalid = [invalid_fields(contract, variant) for variant in operation.variants]
    fields = with_changes({"prompt": "A cat"}, next(filter(None, invalid), {}))
    if JSON in types:
        for what, body in list(_MALFORMED_JSON.items())[: None if thoroughly else 2]:
            yield what, (("content-type", JSON),), body
    if FORM in types:
        form = encode(fields)
        yield "a form without a boundary", (("content-type", FORM),), form
        if thoroughly:
            other = f"{FORM}; boundary=another"
            yield "a form with another boundary", (("content-type", other),), form
            yield "a form without a Content-Type", (), form
    if JSON in types and thoroughly:
        yield "JSON without a Content-Type", (), json.dumps(fields).encode()


@probe(
    aspect=Aspect.RULES,
    at=those(takes_body),
    source="the documented requests; RFC 9110, 15.5.1",
    evidence=Evidence.DOCUMENTED,
)
def refusals(session: Session) -> Results:
    """A request that breaks two rules at once is refused with 4xx, and breaks nothing."""
    job, free = session.absent_id(), Capability.FREE in session.capabilities
    # Where jobs cost money requests are few: for all that no page documents each kind once.
    shared: set[tuple[str, str]] = set()
    for operation in session.contract.operations:
        is_documented = operation.evidence is Evidence.DOCUMENTED
        seen = set() if free or is_documented else shared
        for broken in _doubly_broken(session, operation, job, seen):
            try:
                exchange = session.send(broken.request(path_of_job(operation, job)))
            except RefusedError as error:
                yield Skipped(operation.id, str(error))
                continue
            status = refusal_status(session.contract, broken)
            if not is_refusal(exchange, status):
                expected = f"{status}, since {broken.rule} and another rule is broken as well"
                yield breach(exchange, expected, key=broken.key, source=broken.source,
                             evidence=broken.evidence)  # fmt: skip
            if is_success(exchange):
                return


def _doubly_broken(
    session: Session, operation: Operation, job: str, seen: set[tuple[str, str]]
) -> Iterator[BrokenRequest]:
    """Requests that break two rules, one for each keyword and media type not in ``seen``."""
    for break_rule in (without_required_fields, with_disallowed_values):
        for broken in break_rule(session.contract, operation, job):
            kind = broken.variant.media_type, broken.keyword
            is_about_absent_job = names_absent_job(broken, job)
            twice = broken if is_about_absent_job else doubly_broken(session.contract, broken)
            if twice is not None and kind not in seen:
                seen.add(kind)
                yield twice


@probe(
    aspect=Aspect.RULES,
    at=only("createVideo", "createUnifiedVideo"),
    source="the required list of each page",
    evidence=Evidence.DOCUMENTED,
    acceptance=True,
)
def required_fields(session: Session) -> Results:
    """A create without a required field is refused, for every field of every documented page."""
    yield from _accepted(session, without_required_fields)


@probe(
    aspect=Aspect.RULES,
    at=only("createVideo", "createUnifiedVideo"),
    source="the allowed values of each page, or of the model catalogue",
    evidence=Evidence.DOCUMENTED,
    acceptance=True,
)
def allowed_values(session: Session) -> Results:
    """A value outside a field's list, pattern, length or type is refused."""
    yield from _accepted(session, with_disallowed_values)


def _accepted(session: Session, break_rule: BreakRule) -> Results:
    """Breaches for requests that are not refused; stops when one was accepted and made a job.

    Requests about a job that does not exist are left to the check ``refusals``. Requests that break
    only an inferred rule may be valid, so they are sent only where a job costs nothing.
    """
    job, free = session.absent_id(), Capability.FREE in session.capabilities
    for operation in session.contract.operations:
        for broken in one_per_rule(break_rule(session.contract, operation, job)):
            if names_absent_job(broken, job):
                continue
            if not broken.certain and not free:
                yield Skipped(operation.id, _MAY_BE_VALID)
                break
            exchange = session.send(broken.request(path_of_job(operation, job)))
            status = refusal_status(session.contract, broken)
            if not is_refusal(exchange, status):
                yield breach(exchange, f"{status}, since {broken.rule}", key=broken.key,
                             source=broken.source, evidence=broken.evidence)  # fmt: skip
            yield from other_refusal(exchange, [status], f"since {broken.rule}", broken.key)
            if is_success(exchange) and broken.certain:
                return


@probe(
    aspect=Aspect.UNREADABLE,
    at=those(takes_body),
    source="RFC 9110, 15.5.16; the operations' documented content types",
    evidence=Evidence.VERIFIED,
    acceptance=True,
)
def body_types(session: Session) -> Iterator[Breach]:
    """A body of a type that the operation does not take is refused."""
    job = session.absent_id()
    for operation in session.contract.operations:
        in_json = [each for each in operation.variants if each.media_type == JSON]
        forms = [each for each in operation.variants if each.media_type == FORM]
        for variant in (in_json or forms)[-1:]:
            path = path_of_job(operation, job)
            valid = request_of(variant, documented_body(variant, job), path)
            documented = operation.evidence is Evidence.DOCUMENTED
            for kind in ("text/plain", "application/xml") if documented else ("text/plain",):
                exchange = session.send(valid.with_headers(content_type=kind))
                if not is_refusal(exchange):
                    yield breach(exchange, f"415 or 400 for a body of type {kind}", key=kind)
                if "{" not in operation.path:
                    wanted = session.contract.status_of("unsupported_media_type", operation.id)
                    yield from other_refusal(exchange, [wanted], f"for a body of {kind}", kind)
                if is_success(exchange):
                    return


@probe(
    aspect=Aspect.RULES,
    at=only("createVideo"),
    source="OpenAI video guide, image formats of input_reference",
    evidence=Evidence.VERIFIED,
    applies=having("createVideo"),
    acceptance=True,
)
def reference_image(session: Session) -> Iterator[Breach]:
    """input_reference is a JPEG, PNG or WebP picture; any other file is refused."""
    forms = [
        variant
        for variant in session.contract.operation("createVideo").variants
        if variant.media_type == FORM and "input_reference" in variant.fields
    ]
    # The variant with the fewest required fields, so that the file alone makes it invalid.
    for variant in sorted(forms, key=lambda each: len(each.required))[:1]:
        for what, file in _NOT_IMAGES.items():
            exchange = session.send(request_of(variant, body_of(variant, input_reference=file)))
            if not is_refusal(exchange):
                yield breach(exchange, f"400 for {what}", key=what)
            if is_success(exchange):
                return


@life_cycle(
    aspect=Aspect.DOCUMENTED,
    at=only("createVideo"),
    source="the documented requests",
    evidence=Evidence.DOCUMENTED,
)
def documented_requests(_contract: TargetContract, life: Life) -> Iterator[Breach]:
    """A create that a page documents is accepted, as a form and as JSON."""
    for trace in life.having(Moment.CREATE):
        exchange = trace.at(Moment.CREATE)[0]
        variant = trace.variant
        if exchange.status in _INVALID_REQUEST and variant is not None:
            expected = f"200 for the request of {variant.name} as {variant.media_type}"
            yield breach(exchange, expected, key=f"{variant.name} {variant.media_type}",
                         source=variant.source, evidence=variant.evidence)  # fmt: skip
