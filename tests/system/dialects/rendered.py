"""Errors rendered without a server."""

from typing import Any

import orjson

from mock_server.http.error_responses import render_error
from mock_server.http.errors import ApiError
from openapi.dialects import DEFAULT
from openapi.dialects.dialect import Dialect
from openapi.dialects.loading import load_dialects
from tests.mock_server.exchanges import exchange_at

DIALECTS = load_dialects()


def error_body(
    error: ApiError, dialect: Dialect = DIALECTS[DEFAULT], operation: str = "createVideo"
) -> Any:
    """The body of an error in a dialect."""
    return orjson.loads(render_error(error, exchange_at(operation, dialect)).body)
