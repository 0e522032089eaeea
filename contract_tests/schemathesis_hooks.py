"""Hooks that keep Schemathesis from reporting failures that its own test data causes.

Use them with any run over the contract::

    SCHEMATHESIS_HOOKS=contract_tests.schemathesis_hooks schemathesis run openapi/gateway.yaml ...

Schemathesis sends random bytes, GIF images and ZIP archives as images and clips and takes them for
valid, since OpenAPI cannot describe the content of a file. In a form with a file it does not notice
that a form which is invalid for one documented request is valid for another. It generates URLs for
webhooks, to which a fake sends nothing unless they are on its own machine. And it takes a pattern
that is to be found somewhere in a text of limited length for one of the whole text.
"""

import json
from collections.abc import Mapping
from typing import Any, cast

import schemathesis
from schemathesis import Case, GenerationMode, HookContext, SerializationContext
from schemathesis.core.parameters import ParameterLocation
from schemathesis.transport.serialization import Binary

from openapi.contract.requests import FORM
from openapi.contract.schemas import FILE, SchemaCompiler
from openapi.documents.places import parts

# The smallest PNG, and the box that every MP4 file starts with.
_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010800000000"
    "3a7e9b550000000a49444154789c636000000002000148afa4710000000049454e44ae426082"
)
_MP4 = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp41"
_IMAGE_STARTS = (b"\x89PNG", b"\xff\xd8\xff")
_SAMPLES = {"input_reference": _PNG, "video": _MP4}
# Nothing listens at this port: it is the discard service's (RFC 863).
_NOBODY = "http://127.0.0.1:9/webhooks"
_WEBHOOK = "url"


@schemathesis.hook
def before_load_schema(context: HookContext, raw_schema: dict[str, Any]) -> None:
    """Write patterns of limited texts as a choice, which Schemathesis leaves as it is.

    It builds the limit into other patterns: "one letter that is no blank" becomes "1 to 32,000
    letters, none of them a blank". No prompt has two words then, and each use of such a pattern
    takes a quarter of a second to compile.
    """
    for _, node in parts(raw_schema):
        pattern = node.get("pattern")
        is_limited = node.get("type") == "string" and "maxLength" in node
        if is_limited and isinstance(pattern, str) and not pattern.startswith("^"):
            cast(dict[str, Any], node)["pattern"] = f"{pattern}|{pattern}"


@schemathesis.serializer("image/png", "video/mp4")
def part_of_file_type(context: SerializationContext, value: Any) -> bytes:
    """Serialize any value in the place of a file, so that such a case can be sent."""
    return value.data if isinstance(value, Binary) else json.dumps(value).encode()


@schemathesis.hook
def map_body(context: HookContext, body: Any) -> Any:
    """Replace random bytes by an image or clip, and the URL of a webhook by one of no server."""
    if not isinstance(body, Mapping):
        return body
    if _is_webhook(context.operation, body) and _is_url(context.operation, body[_WEBHOOK]):
        return {**body, _WEBHOOK: _NOBODY}
    return {
        name: Binary(_SAMPLES[name]) if name in _SAMPLES and _is_bytes(value) else value
        for name, value in body.items()
    }


@schemathesis.hook
def filter_case(context: HookContext, case: "Case[Any]") -> bool:
    """Drop a positive case with random bytes or a real URL, and a negative case that is valid.

    A body can only be changed while it is generated; the ready-made cases of the coverage phase
    are dropped instead.
    """
    if case.meta is None:
        return True
    form = _form(case)
    if case.meta.generation.mode is GenerationMode.POSITIVE:
        real = all(_is_real(name, value) for name, value in (form or {}).items())
        return real and not _has_real_url(case)
    if form is None:
        return True
    return not (_only_the_body_is_broken(case) and _is_valid_as_sent(case, form))


def _is_real(name: str, value: object) -> bool:
    if name not in _SAMPLES or not isinstance(value, Binary):
        return True
    return value.data == _MP4 if name == "video" else value.data.startswith(_IMAGE_STARTS)


def _has_real_url(case: "Case[Any]") -> bool:
    body: Any = case.body
    return _is_webhook(case.operation, body) and body[_WEBHOOK] != _NOBODY


def _is_webhook(operation: Any, body: object) -> bool:
    """Whether a body has the URL of a webhook."""
    named = isinstance(body, Mapping) and _WEBHOOK in body
    return named and operation is not None and "webhook" in operation.path


def _is_url(operation: Any, value: object) -> bool:
    """Whether a value is a valid URL by the contract."""
    contract: dict[str, Any] = operation.schema.raw_schema
    schema = contract["components"]["schemas"]["WebhookEndpointRequest"]["properties"][_WEBHOOK]
    return SchemaCompiler(contract).compile(schema).is_valid(value)


def _form(case: "Case[Any]") -> Mapping[str, Any] | None:
    """The fields of a case's form; None when it sends something else."""
    body: Any = case.body
    return body if case.media_type == FORM and isinstance(body, Mapping) else None


def _is_bytes(value: object) -> bool:
    return isinstance(value, Binary | bytes)


def _only_the_body_is_broken(case: "Case[Any]") -> bool:
    assert case.meta is not None
    others = [place for place in ParameterLocation if place is not ParameterLocation.BODY]
    return not any(case.meta.is_negative_at(place) for place in others)


def _is_valid_as_sent(case: "Case[Any]", form: Mapping[str, Any]) -> bool:
    """Whether the form, read as a server reads it, is valid by the contract."""
    contract: dict[str, Any] = case.operation.schema.raw_schema
    operation = contract["paths"][case.operation.path][case.operation.method.lower()]
    schema = operation["requestBody"]["content"][FORM]["schema"]
    sent = {name: _as_text(value) for name, value in form.items()}
    return SchemaCompiler(contract).compile(schema).is_valid(sent)


def _as_text(value: object) -> object:
    if _is_bytes(value):
        return FILE
    return value if isinstance(value, str) else json.dumps(value)
