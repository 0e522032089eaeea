"""Takes what strict refuses where the documented types allow it."""

from collections.abc import Mapping
from math import inf
from typing import Any

from mock_server.faults.operations import CREATES
from mock_server.http.errors import INVALID_VALUE, ApiError
from mock_server.http.exchange import Body
from mock_server.http.modes.readings import read
from mock_server.http.modes.types_only import TypeRules
from mock_server.jobs.models import LONGEST_NAME
from openapi.contract.requests import QueryParameter, RequestBody
from openapi.contract.schemas import FILE

# What a page shows a request for. Webhook endpoints are this server's own business, and what it
# sends there hangs on every word of them.
_TAKEN = frozenset({*CREATES, "createVideoCharacter", "createSoraCharacter"})


def takes(operation_id: str) -> bool:
    """Whether requests of an operation are taken by their types."""
    return operation_id in _TAKEN


def take(
    types: TypeRules,
    rule: RequestBody,
    body: Body,
    *,
    problem: ApiError | None,
    usual_model: str | None,
) -> Body:
    """The body as its handler can take it.

    Raises:
        ApiError: the ``problem``; the types do not allow it either, or nothing can stand in for
            what is missing.
    """
    read_body = read(body, rule, usual_model or _first_model(rule))
    if problem is None:
        return read_body
    fields = sent(read_body)
    model = fields.get("model")
    long = isinstance(model, str) and len(model) > LONGEST_NAME
    if long or not types.allow(rule, fields, whole=False):
        raise problem
    return read_body


def sent(body: Body) -> Mapping[str, Any]:
    """The fields as schemas see them: a file is a value of its own."""
    return {**body.fields, **dict.fromkeys(body.files, FILE)} if body.files else body.fields


def nearest(rule: QueryParameter, text: str, problem: ApiError) -> Any:
    """What stands in for a query parameter that strict refuses: the nearest number, or the default.

    Raises:
        ApiError: the ``problem``; it is not about the value, but about its type or number.
    """
    if problem.error_kind is not INVALID_VALUE:
        raise problem
    if not rule.integer:
        return rule.default
    number = max(rule.schema.get("minimum", -inf), min(rule.schema.get("maximum", inf), int(text)))
    return int(number)


def _first_model(rule: RequestBody) -> str:
    return next((str(model) for variant in rule.variants for model in variant.models), "")
