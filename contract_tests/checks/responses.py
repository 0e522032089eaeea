"""Checks of every response: status, content type, headers and body are as documented."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from contract_tests.checks.aspects import Aspect, every, only, succeeds, those
from contract_tests.checks.breaches import (
    breach,
    is_success,
    operation_of,
    path_of,
    place_of,
    quoted,
    schema_below,
    source_at,
    videos_in,
)
from contract_tests.checks.check import passive
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.wire.exchange import Exchange, number
from openapi.contract.contract import Operation
from openapi.contract.evidence import Evidence, Source, source_of
from openapi.contract.requests import JSON
from openapi.contract.schemas import Schema

_MOST_ERRORS = 5
_INTEGER = re.compile(r"-?[0-9]{1,18}")
# Headers that another check is about.
_CHECKED_ELSEWHERE = frozenset({"www-authenticate", "allow"})
_UNITS: Mapping[str, str] = {
    "created_at": "seconds",
    "completed_at": "seconds",
    "expires_at": "seconds",
    "status_update_time": "milliseconds",
}
# From 2001 to 2100, in seconds since 1970.
_FIRST_S, _LAST_S = 1_000_000_000, 4_102_444_800


@passive(
    aspect=Aspect.BODIES,
    at=those(succeeds),
    source="the contract's responses; error statuses follow OpenAI and new-api",
    evidence=Evidence.INFERRED,
)
def documented_answers(contract: TargetContract, exchange: Exchange) -> Iterator[Breach]:
    """Status, content type and body of every answer are documented for its operation."""
    operation = operation_of(contract, exchange)
    if operation is None:
        return
    response = operation.response(exchange.status)
    if response is None and operation.leaves_open(exchange.status):
        return
    if response is None:
        yield _undocumented_status(operation, exchange)
        return
    content = response.get("content", {})
    kind = exchange.reply.media_type
    if content and kind not in content and not _is_of_ranges(exchange):
        expected = f"content type {' or '.join(content)} for a {exchange.status}"
        yield breach(exchange, expected, key=f"type {exchange.status}",
                     source=operation.source, evidence=operation.evidence)  # fmt: skip
    elif kind == JSON and exchange.status < 400:
        yield from _schema_errors(contract, exchange, content[JSON]["schema"])


def _is_of_ranges(exchange: Exchange) -> bool:
    """Whether a response has several ranges in the form that HTTP has for them."""
    return exchange.status == 206 and exchange.reply.media_type == "multipart/byteranges"


def _undocumented_status(operation: Operation, exchange: Exchange) -> Breach:
    if exchange.status >= 400:
        known = ", ".join(operation.responses)
        return breach(exchange, f"one of the statuses {known}", key="status")
    known = " or ".join(status for status in operation.responses if status.startswith("2"))
    return breach(exchange, f"one of the statuses {known}", key="status",
                  source=operation.source, evidence=operation.evidence)  # fmt: skip


def _schema_errors(
    contract: TargetContract, exchange: Exchange, schema: Schema
) -> Iterator[Breach]:
    data = exchange.reply.json
    if data is None and exchange.reply.body.strip() != b"null":
        yield breach(exchange, "a body that is one JSON document", key="json")
        return
    for error in islice(contract.validator(schema).iter_errors(data), _MOST_ERRORS):
        steps = list(error.instance_path)
        keyword = str(error.schema_path[-1]) if error.schema_path else ""
        source, evidence = source_at(contract, schema, steps, keyword)
        where = path_of(steps)
        yield breach(
            exchange,
            f"{where}: {_rule(contract, schema, steps, keyword)}",
            f"{exchange.status} with {where}: {error.message[:160]}",
            key=f"schema {where} {keyword}",
            source=source,
            evidence=evidence,
        )


def _rule(
    contract: TargetContract, schema: Schema, steps: Sequence[str | int], keyword: str
) -> str:
    """A schema's keyword at a location with its value, such as ``maximum 100``."""
    node = contract.resolve(schema)
    for step in steps:
        below = schema_below(node, step)
        if below is None:
            return f"as the schema's '{keyword}' says"
        node = contract.resolve(below)
    return f"{keyword} {quoted(node[keyword])}" if keyword in node else f"'{keyword}' holds"


@passive(
    aspect=Aspect.HEADERS,
    at=every,
    source="RFC 9110; error kinds from OpenAI and new-api",
    evidence=Evidence.INFERRED,
)
def documented_headers(contract: TargetContract, exchange: Exchange) -> Iterator[Breach]:
    """An answer has the headers that the contract requires of it, in their documented form."""
    operation = operation_of(contract, exchange)
    response = operation.response(exchange.status) if operation else None
    for name, node in (response or {}).get("headers", {}).items():
        if name.lower() in _CHECKED_ELSEWHERE or name == contract.dialect.headers.request_id:
            continue
        header = contract.resolve(node)
        value = exchange.reply.header(name)
        if value is None:
            if header.get("required"):
                yield breach(exchange, f"the header {name}", f"{exchange.status} without it",
                             key=name)  # fmt: skip
        elif not contract.validator(header["schema"]).is_valid(_typed(value, header["schema"])):
            source, evidence = source_of(header)
            expected = f"{name} as {quoted(dict(header['schema']))}"
            yield breach(exchange, expected, f"{name}: {value}", key=name,
                         source=source, evidence=evidence)  # fmt: skip


def _typed(value: str, schema: Schema) -> object:
    is_number = schema.get("type") == "integer" and _INTEGER.fullmatch(value)
    return int(value) if is_number else value


@passive(
    aspect=Aspect.ERRORS,
    at=every,
    source="OpenAI API spec, Error; message_zh from chainhub 363040669",
    evidence=Evidence.VERIFIED,
)
def error_envelope(contract: TargetContract, exchange: Exchange) -> Iterator[Breach]:
    """Every error is a JSON object in the envelope that the contract has for it."""
    place = place_of(contract, exchange)
    if exchange.status < 400 or not contract.has(place) or exchange.request.method == "HEAD":
        return
    operation = contract.operation(place)
    if exchange.reply.json is None:
        yield breach(exchange, "an error as JSON in the contract's envelope", key="json",
                     operation=place)  # fmt: skip
        return
    schema = _envelope(operation, exchange.status)
    for error in islice(contract.validator(schema).iter_errors(exchange.reply.json), 1):
        where = path_of(list(error.instance_path))
        source, evidence = _envelope_source(contract, schema)
        yield breach(
            exchange,
            f"an error as {_shape(contract, schema)}",
            f"{exchange.status} with {where}: {error.message[:160]}",
            key=f"{exchange.status} {where}",
            source=source,
            evidence=evidence,
            operation=place,
        )


def _envelope(operation: Operation, status: int) -> Schema:
    """The documented body of an error status; any error's where the status is undocumented."""
    known: dict[int, Schema] = {
        int(each): response["content"][JSON]["schema"]
        for each, response in operation.responses.items()
        if int(each) >= 400 and JSON in response.get("content", {})
    }
    if status in known:
        return known[status]
    different = list({repr(schema): schema for schema in known.values()}.values())
    return {"anyOf": different} if different else {}


def _envelope_source(contract: TargetContract, schema: Schema) -> Source:
    node = contract.resolve(schema)
    return source_of(contract.resolve(next(iter(node.get("anyOf", ())), node)))


def _shape(contract: TargetContract, schema: Schema) -> str:
    """The required keys of a schema's objects, such as {"error": {"message", "code"}}."""
    node = contract.resolve(schema)
    if "anyOf" in node:
        return " or ".join(_shape(contract, each) for each in node["anyOf"])
    keys = []
    for name in node.get("required", ()):
        below = contract.resolve(node.get("properties", {}).get(name, {}))
        keys.append(f'"{name}"' + (f": {_shape(contract, below)}" if below.get("required") else ""))
    return "{" + ", ".join(keys) + "}"


@passive(
    aspect=Aspect.BODIES,
    at=those(succeeds),
    source="good practice: an unknown field is drift of the contract or a leak",
    evidence=Evidence.INFERRED,
)
def unknown_fields(contract: TargetContract, exchange: Exchange) -> Iterator[Breach]:
    """An answer has no field besides the documented ones."""
    operation = operation_of(contract, exchange)
    if operation is None or not is_success(exchange):
        return
    response = operation.response(exchange.status) or {}
    schema = response.get("content", {}).get(exchange.reply.media_type, {}).get("schema")
    for where, value in _unknown(contract, schema, exchange.reply.json) if schema else ():
        yield breach(exchange, "documented fields only", f"{where}: {quoted(value)}",
                     key=where)  # fmt: skip


def _unknown(
    contract: TargetContract, schema: Schema, data: Any, where: str = ""
) -> Iterator[tuple[str, Any]]:
    """The location and value of each field that is not among a schema's properties, if any."""
    node = _merged(contract, contract.resolve(schema))
    if isinstance(data, list) and "items" in node:
        for each in data:
            yield from _unknown(contract, node["items"], each, f"{where}*/")
    elif isinstance(data, Mapping) and "properties" in node:
        for name, value in data.items():
            if name in node["properties"]:
                below = node["properties"][name]
                yield from _unknown(contract, below, value, f"{where}{name}/")
            elif "additionalProperties" not in node:
                yield f"{where}{name}", value


def _merged(contract: TargetContract, node: Schema) -> Schema:
    """A schema with the properties of all parts of its ``allOf``."""
    parts = [contract.resolve(each) for each in node.get("allOf", ())]
    if not parts:
        return node
    fields = [each.get("properties", {}) for each in reversed(parts)]
    return {**node, "properties": {name: each[name] for each in fields for name in each}}


@passive(
    aspect=Aspect.BODIES,
    at=only("createVideo", "retrieveVideo", "queryUnifiedVideo", "listVideos"),
    source="sora-character:100, sora-image:110, veo-image:100 show seconds; "
    "vectorengine 373137985 shows milliseconds",
    evidence=Evidence.VERIFIED,
)
def time_units(contract: TargetContract, exchange: Exchange) -> Iterator[Breach]:
    """created_at and its like count seconds, status_update_time counts milliseconds."""
    if not is_success(exchange) or not contract.has(exchange.operation):
        return
    for video in videos_in(exchange.reply.json):
        for name, unit in _UNITS.items():
            value = number(video.get(name))
            factor = 1 if unit == "seconds" else 1000
            if value is not None and not _FIRST_S * factor <= value <= _LAST_S * factor:
                yield breach(exchange, f"{name} in {unit} since 1970", f"{name}: {value}", key=name)


@passive(
    aspect=Aspect.HEADERS,
    at=every,
    source="openai-python reads x-request-id; good practice",
    evidence=Evidence.INFERRED,
)
def request_id(contract: TargetContract, exchange: Exchange) -> Iterator[Breach]:
    """Every answer names its exchange: in x-request-id, or in the dialect's own header."""
    name = contract.dialect.headers.request_id
    if operation_of(contract, exchange) and not exchange.reply.header(name):
        yield breach(exchange, f"the header {name}", f"{exchange.status} without it", key=name)
