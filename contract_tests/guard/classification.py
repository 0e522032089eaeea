"""Classifies a request by the contract before it is sent: a read, a refusal, or a create.

A request that can be read in more than one way counts as a create, which is the cheaper mistake.
Of the requests that the contract forbids, those that break a single rule may be accepted by a
target that does not hold it, and so may a request for an unknown model, or for none, that has a
prompt; from the others (an unknown job, no key, a body that cannot be read, neither a known model
nor a prompt) nothing can be created.
"""

import json
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from random import Random
from typing import Any
from urllib.parse import unquote
from uuid import UUID

from multipart import MultipartSegment, PushMultipartParser, parse_options_header

from contract_tests.contract.target_contract import TargetContract
from contract_tests.wire.exchange import Request
from openapi.contract.contract import Operation
from openapi.contract.requests import FORM, JSON
from openapi.contract.schemas import FILE
from openapi.dialects.dialect import IdForm

READS = frozenset({"GET", "HEAD", "OPTIONS"})
# No service has a model of that name; one that does not look may take it for its default.
NO_MODEL = "__no_such_model__"
# The size of a film without a pixel. A create of one without a second and without anything to show
# breaks three rules, and no service can make it.
NOTHING = "0x0"
_OF_NOTHING = ({"model", "size", "seconds"}, {"model", "size", "duration"})
# Marks an id as one of `absent_id`; the rest of the id is random.
_MARK = UUID("ab5e47ab-5e47-4ab5-8e47-000000000000").hex[:20]
_ABSENT = re.compile(rf"\w*{_MARK}[0-9a-f]{{12,}}")
_DRAWN = 12
# What a target makes a job of that looks at nothing else.
_PROMPT = "prompt"
# All placeholders of the account's keys begin alike.
_WITH_KEY = re.compile("bearer contract-tests-", re.IGNORECASE)


class RequestKind(StrEnum):
    """What a request can do to the account."""

    READ = "read"
    MUST_BE_REFUSED = "nothing can be created from it"
    MAY_BE_ACCEPTED = "the contract forbids it, but a target that does not look may accept it"
    MAY_CREATE = "it may create something"
    DELETE = "delete"
    WEBHOOKS = "it changes where a gateway sends events"
    UNLISTED = "the contract has no such operation"


def absent_id(chance: Random, ids: IdForm) -> str:
    """The id of a job that never existed, in a dialect's form; ``is_absent`` recognises it."""
    drawn = max(_DRAWN, ids.length - len(_MARK))
    letters = _MARK + "".join(chance.choices("0123456789abcdef", k=drawn))
    return ids.prefix + (str(UUID(letters)) if ids.form == "uuid" else letters)


def is_absent(job: str) -> bool:
    """Whether an id was made by ``absent_id``."""
    return bool(_ABSENT.fullmatch(job.replace("-", "")))


def classify(contract: TargetContract, request: Request) -> RequestKind:
    """What a request can do, by the contract.

    A create that only violates an inferred list of values may be accepted.
    """
    if request.method in READS:
        return RequestKind.READ if contract.find(request.path)[0] else RequestKind.UNLISTED
    operation = contract.match(request.method, request.path)
    if operation is None:
        return (
            RequestKind.MUST_BE_REFUSED if _is_harmless(contract, request) else RequestKind.UNLISTED
        )
    if operation.is_of_webhooks:
        return RequestKind.WEBHOOKS
    if request.method == "DELETE":
        return RequestKind.DELETE
    try:
        return _classify_create(contract.without_inferred, operation, request)
    except (ValueError, RecursionError):
        # It cannot be read here, but another server may be able to.
        return RequestKind.MAY_CREATE


def is_documented(contract: TargetContract, request: Request) -> bool:
    """Whether a create is valid by the contract, as far as it can be read."""
    operation = contract.match(request.method, request.path)
    try:
        return operation is not None and (
            _classify_create(contract, operation, request) is RequestKind.MAY_CREATE
        )
    except (ValueError, RecursionError):
        return False


def fields_of(contract: TargetContract, request: Request) -> Mapping[str, Any]:
    """The fields of a create, as the most lenient server reads them; empty where it reads none."""
    operation = contract.match(request.method, request.path)
    kind, options = parse_options_header(request.header("content-type") or "")
    try:
        body = _read(kind.lower(), request.body, options) if operation else None
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, Mapping) else {}


def referenced_id(contract: TargetContract, request: Request) -> str:
    """The id of the job that a request is about, in its path or its body; empty when none is."""
    fields = fields_of(contract, request)
    return named_id(contract, request) or next(iter(_texts(fields)), "")


def named_id(contract: TargetContract, request: Request) -> str:
    """The job id in a request's path; empty when there is none."""
    _, parameters = contract.find(request.path)
    return unquote(next(iter(parameters.values()), ""))


def _is_harmless(contract: TargetContract, request: Request) -> bool:
    """Whether it has an undocumented method, at a known path without the id of a possible job."""
    named = named_id(contract, request)
    known = bool(contract.find(request.path)[0])
    return known and request.method not in ("POST", "DELETE") and (not named or is_absent(named))


def _classify_create(
    contract: TargetContract, operation: Operation, request: Request
) -> RequestKind:
    if is_absent(named_id(contract, request)):
        return RequestKind.MUST_BE_REFUSED
    kind, options = parse_options_header(request.header("content-type") or "")
    media = operation.content.get(kind.lower())
    # A contract that lists no models may take any.
    lists_models = any(each.models for each in operation.variants)
    has_no_model = lists_models and NO_MODEL.encode() in request.body
    if media is None:
        return RequestKind.MUST_BE_REFUSED if has_no_model else _refused(request)
    body = _read(kind.lower(), request.body, options)
    if not isinstance(body, Mapping) or _is_refused_by_any(body):
        return RequestKind.MUST_BE_REFUSED
    if not has_no_model and (_REPEATED in body or _may_be_valid(contract, media["schema"], body)):
        return RequestKind.MAY_CREATE
    lacks_model = lists_models and (has_no_model or "model" not in body)
    if lacks_model and not body.get(_PROMPT):
        return RequestKind.MUST_BE_REFUSED
    return _refused(request)


def _is_refused_by_any(body: Mapping[str, Any]) -> bool:
    """Whether it names a job that never existed, or asks for a film of nothing."""
    length = str(body.get("seconds", body.get("duration")))
    is_nothing = set(body) in _OF_NOTHING and body["size"] == NOTHING and length == "0"
    return is_nothing or any(is_absent(text) for text in _texts(body))


def _refused(request: Request) -> RequestKind:
    """The kind of a create that breaks one rule: without a key it breaks two."""
    has_key = _WITH_KEY.match(request.header("authorization") or "")
    return RequestKind.MAY_BE_ACCEPTED if has_key else RequestKind.MUST_BE_REFUSED


def _may_be_valid(contract: TargetContract, schema: Mapping[str, Any], body: Any) -> bool:
    """Whether a body is documented, or cannot be held to the schema (lone surrogates)."""
    try:
        return contract.validator(schema).is_valid(body)
    except ValueError:
        return True


# Marks a form that names a field twice, so that servers may differ in reading it.
_REPEATED = "\0repeated"


def _read(media_type: str, content: bytes, options: Mapping[str, str]) -> Any:
    """The body as a server reads it; None when it cannot be read."""
    if media_type == JSON:
        try:
            return json.loads(content.decode(options.get("charset", "utf-8")))
        except (ValueError, LookupError, RecursionError):
            return None
    return _form(content, options.get("boundary", "")) if media_type == FORM else None


def _form(content: bytes, boundary: str) -> dict[str, Any] | None:
    """The fields of a form, as the most lenient server reads them.

    Raises:
        ValueError: the form, or a text in it, cannot be decoded.
    """
    if not boundary or f"--{boundary}--".encode() not in content:
        return None
    fields: dict[str, Any] = {}
    for part, text in form_parts(content, boundary):
        # Many servers ignore a part without a name.
        name = (part.name or "").encode("latin-1").decode()
        if not name:
            continue
        if name in fields:
            fields[_REPEATED] = True
        fields[name] = text.decode() if part.filename is None else FILE
    return fields


def form_parts(content: bytes, boundary: str) -> Iterator[tuple[MultipartSegment, bytes]]:
    """The parts of a form, each with its content.

    Raises:
        ValueError: it is not a form with that boundary.
    """
    parser = PushMultipartParser(boundary.encode("latin-1"), header_charset="latin-1", strict=False)
    part: MultipartSegment | None = None
    text = b""
    for event in parser.parse(content):
        if isinstance(event, MultipartSegment):
            part, text = event, b""
        elif event is not None:
            text += event
        elif part is not None:
            yield part, text


def _texts(body: Any) -> Iterator[str]:
    """Every text in a body that may be the id of a job."""
    if isinstance(body, Mapping):
        for name, value in body.items():
            if name in ("id", "video[id]", "video") and isinstance(value, str):
                yield value
            elif name == "video":
                yield from _texts(value)
