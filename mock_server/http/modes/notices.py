"""Says in a header, and in the journal, what is out of the ordinary in an answer."""

from collections.abc import Mapping

from starlette.types import Message, Send

from mock_server.http.errors import ApiError
from openapi.dialects.dialect import Dialect

# What strict would have answered, and that an answer is an example.
STRICT_HEADER = "x-mock-strict"
INFERRED_HEADER = "x-mock-inferred"
# The name under which a checked request holds the first of them for the journal.
STRICT = "strict"
_LONGEST = 500


def strict_notice(error: ApiError, dialect: Dialect, operation: str) -> str:
    """What strict would have answered, in printable ASCII: ``400 invalid_value size: ...``."""
    status = error.status
    if not error.keeps_status:
        status = dialect.rule(error.error_kind, operation, error.param).status or status
    param = f" {error.param}" if error.param else ""
    said = f"{status} {error.error_kind.code}{param}: {error.message}"
    return _header_text(said)


def _header_text(text: str) -> str:
    """A text as a header can hold it: every other character is escaped, and what is long is cut."""
    shown = text[:_LONGEST].encode("unicode_escape").decode("ascii")
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 3]}..."


def with_headers(send: Send, headers: Mapping[str, str]) -> Send:
    """``send`` that adds headers to the answer."""
    lines = [(name.encode("ascii"), value.encode("ascii")) for name, value in headers.items()]

    async def add(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], *lines]}
        await send(message)

    return add
