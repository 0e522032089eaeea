"""Errors rendered without a server."""

from typing import Any

import orjson

from mock_server.http.error_responses import Occasion, tell
from mock_server.http.errors import ApiError
from openapi.dialects import DEFAULT
from openapi.dialects.dialect import Dialect
from openapi.dialects.loading import load_dialects

OCCASION = Occasion("createVideo", "POST", "/v1/videos", "req_1")
DIALECTS = load_dialects()


def error_body(
    error: ApiError, dialect: Dialect = DIALECTS[DEFAULT], occasion: Occasion = OCCASION
) -> Any:
    """The body of an error in a dialect."""
    return orjson.loads(tell(error, dialect, occasion).body)
