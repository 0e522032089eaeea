"""The request headers that a journal keeps: an allow-list, and never a credential."""

import re
from collections.abc import Iterable, Mapping

# What tests ask about: retries, idempotency, conditional and partial requests, kinds of content.
USUAL = (
    *("accept", "accept-encoding", "content-encoding", "content-length", "content-type"),
    *("idempotency-key", "if-match", "if-none-match", "if-range", "prefer", "range"),
    *("user-agent", "x-client-request-id", "x-request-id"),
    *("x-stainless-custom-poll-interval", "x-stainless-poll-helper", "x-stainless-retry-count"),
)
_NAME = re.compile(r"[a-z0-9!#$%&'*+.^_`|~-]{1,256}")
# Names of headers that carry credentials; `idempotency-key` is none.
_SECRET = re.compile(r"auth|cookie|token|secret|passw|credential|signature|session|api-?key|-key$")
_NO_SECRET = frozenset({"idempotency-key"})
_LONGEST_VALUE = 1000
# A shorter key is no secret, and would be found in many values.
_SHORTEST_KEY = 8
_REDACTED = "[redacted]"


class HeaderError(Exception):
    """A header cannot be kept in the journal."""


class KeptHeaders:
    """The headers that a journal keeps: the usual ones, and those in ``more``."""

    def __init__(self, more: Iterable[str] = ()) -> None:
        """Keep the headers named in ``more``, too, however they are capitalised.

        Raises:
            HeaderError: one is no name of a header, or carries credentials.
        """
        names = (*USUAL, *(_checked(name) for name in more))
        self._names = {name.encode(): name for name in names}

    def of(self, headers: Mapping[bytes, bytes]) -> dict[str, str]:
        """The kept ones of a request's headers, given by lower-case name.

        A value that contains the API key is redacted.
        """
        names = self._names
        key = headers.get(b"authorization", b"").rpartition(b" ")[2]
        return {names[name]: _shown(value, key) for name, value in headers.items() if name in names}


def _shown(value: bytes, key: bytes) -> str:
    if len(key) >= _SHORTEST_KEY and key in value:
        return _REDACTED
    return value[:_LONGEST_VALUE].decode("latin-1")


def _checked(text: str) -> str:
    name = text.lower()
    if not _NAME.fullmatch(name):
        raise HeaderError(f"--journal-header: {text[:80]!r} is no name of a header")
    if _SECRET.search(name) and name not in _NO_SECRET:
        raise HeaderError(
            f"--journal-header: '{name}' may carry a credential, and the journal keeps none"
        )
    return name
