"""Notices in headers and the journal: strict validation would refuse, or it is an example."""

from collections.abc import Mapping

from starlette.types import Message, Send

from mock_server.http.errors import ApiError
from openapi.dialects.dialect import Dialect

# The error of strict validation, and that the response is an example.
STRICT_HEADER = "x-mock-strict"
INFERRED_HEADER = "x-mock-inferred"
# The key of `Inbound.noted` with the first of them, for the journal.
STRICT = "strict"
_LONGEST = 500


def strict_notice(error: ApiError, dialect: Dialect, operation: str) -> str:
    """The error of strict validation in printable ASCII: ``400 invalid_value size: ...``."""
    status = error.status
    if not error.keeps_status:
        status = dialect.rule(error.error_kind, operation, error.param).status or status
    param = f" {error.param}" if error.param else ""
    said = f"{status} {error.error_kind.code}{param}: {error.message}"
    return _header_text(said)


def _header_text(text: str) -> str:
    """A text with all but printable ASCII escaped, cut to the length of a notice."""
    shown = text[:_LONGEST].encode("unicode_escape").decode("ascii")
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 3]}..."


def with_headers(send: Send, headers: Mapping[str, str]) -> Send:
    """A ``send`` that adds headers to the response."""
    lines = [(name.encode("ascii"), value.encode("ascii")) for name, value in headers.items()]

    async def add(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], *lines]}
        await send(message)

    return add
