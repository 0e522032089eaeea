"""Tells an error in a dialect: which status, which body, which headers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from mock_server.http.errors import ApiError
from openapi.dialects.dialect import Dialect


@dataclass(frozen=True, slots=True)
class Occasion:
    """The exchange that an error ends; ``operation`` is None where there is no such route."""

    operation: str | None
    method: str
    path: str
    request_id: str


@dataclass(frozen=True, slots=True)
class ErrorResponse:
    """An error as it is sent."""

    status: int
    headers: dict[str, str]
    body: bytes


def tell(error: ApiError, dialect: Dialect, occasion: Occasion) -> ErrorResponse:
    """The answer that a gateway of that dialect gives to an error."""
    error_kind = error.error_kind
    rule = dialect.rule(error_kind, occasion.operation, error.param)
    status = error.status if error.keeps_status else rule.status or error_kind.status
    facts: dict[str, Any] = {
        **error.facts,
        "message": error.message,
        "message_zh": error_kind.message_zh,
        "type": error_kind.type,
        "param": error.param,
        "code": error_kind.code,
        "status": status,
        "request_id": occasion.request_id,
        "method": occasion.method,
        "path": occasion.path,
        "operation": occasion.operation,
    }
    if "stage" in facts:
        facts["stage"] = dialect.stages[facts["stage"]]
    for word, template in rule.words.items():
        if template and "upstream" in template.places:
            facts["upstream"] = _as_openai_says(error)
        filled = template.filled(facts) if template else None
        if filled is not None or template is None:
            facts[word] = filled
    body = orjson.dumps(rule.envelope.fill(facts))
    return ErrorResponse(status, _headers(error.headers, rule.headers), body)


def _as_openai_says(error: ApiError) -> str:
    """The error in OpenAI's envelope, as a text: what a gateway in front of it may hand on."""
    kind = error.error_kind
    said = {"message": error.message, "type": kind.type, "param": error.param, "code": kind.code}
    return orjson.dumps({"error": said}).decode()


def _headers(own: Mapping[str, str], changed: Mapping[str, str | None]) -> dict[str, str]:
    if not changed:
        return dict(own)
    names = {name.lower() for name in changed}
    kept = {name: value for name, value in own.items() if name.lower() not in names}
    return kept | {name: value for name, value in changed.items() if value is not None}
