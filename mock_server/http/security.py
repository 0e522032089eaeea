"""Bearer keys: the key is the tenant."""

import hashlib
import hmac
import re
from typing import Protocol

from mock_server.cli.keys_file import is_sendable
from mock_server.http.errors import MALFORMED_KEY, MISSING_KEY, UNKNOWN_KEY, ApiError
from mock_server.http.exchange import Caller
from mock_server.tenants.triggers import Triggers

# Without a list of keys, a key that contains this is refused.
_REFUSED = b"invalid"
# A scheme inside the key: it was sent twice, or two headers were joined by a comma.
_SECOND_SCHEME = re.compile(r"(?:^|[\s,])bearer\s", re.IGNORECASE)
# Characters of a key that are shown.
_END = 4
_HOW_TO_SEND = "The Authorization header must read 'Bearer YOUR_KEY', one key"


class Keys(Protocol):
    """Looks keys up."""

    def admit(self, key: str) -> Caller:
        """The tenant of a key and the triggers after it; raises ApiError if it is unknown."""


class KeyRing:
    """The keys that are accepted, and the tenant of each.

    The name of a tenant is a digest of its key, so that nothing that is kept or shown can be used
    as a key.
    """

    def __init__(self, keys: frozenset[str] | None, triggers: Triggers | None = None) -> None:
        """Accept ``keys``; None accepts every key that does not contain ``invalid``.

        With that exception a client can test how it handles a refused key on a server without a
        list. ``triggers`` may be appended to a key.
        """
        self._keys = None if keys is None else [key.encode() for key in keys]
        self._triggers = triggers

    def tenant(self, key: str) -> str:
        """The tenant of a key, whatever triggers are appended to it.

        Raises:
            ApiError: 401, the key is unknown.
        """
        return self.admit(key)[0]

    def admit(self, key: str) -> Caller:
        """The tenant of a key, and the triggers appended to it: ``KEY+429``.

        Raises:
            ApiError: 401, the key is unknown.
        """
        for known, triggers in self._readings(key):
            if self._knows(known.encode()):
                return tenant_of(known), triggers
        raise ApiError(UNKNOWN_KEY, "The API key is not one this server knows.")

    def _readings(self, key: str) -> list[tuple[str, tuple[str, ...]]]:
        """Every split into key and triggers; without a list of keys, that with most triggers."""
        if self._triggers is None or "+" not in key:
            return [(key, ())]
        found = list(self._triggers.readings(key))
        return found[-1:] if self._keys is None else found

    def _knows(self, offered: bytes) -> bool:
        if self._keys is None:
            return _REFUSED not in offered.lower()
        # Every known key is compared, in constant time, so that timing reveals nothing.
        return sum(hmac.compare_digest(known, offered) for known in self._keys) > 0


def tenant_of(key: str) -> str:
    """The name of a key's tenant."""
    return hashlib.blake2b(key.encode(), digest_size=12).hexdigest()


def read_key(authorization: str | None) -> str:
    """The key of an Authorization header.

    It may contain blanks, and the scheme may be in upper or lower case (RFC 9110, 11.1).

    Raises:
        ApiError: 401, the header is missing, is not ``Bearer KEY``, or the key is not printable
            ASCII.
    """
    if not authorization:
        raise ApiError(MISSING_KEY, "No API key: send the header 'Authorization: Bearer YOUR_KEY'.")
    scheme, _, key = authorization.partition(" ")
    key = key.strip(" \t")
    if scheme.lower() != "bearer" or not key:
        raise ApiError(MALFORMED_KEY, f"{_HOW_TO_SEND}.")
    if _SECOND_SCHEME.search(key):
        raise ApiError(MALFORMED_KEY, f"{_HOW_TO_SEND}; it says 'Bearer' more than once.")
    if not is_sendable(key):
        raise ApiError(
            MALFORMED_KEY,
            f"{_HOW_TO_SEND} of printable ASCII characters and blanks; this one has others, which "
            "clients and proxies send in different ways.",
        )
    return key


def admit_header(authorization: bytes | None, keys: Keys) -> Caller:
    """The caller with an Authorization header.

    Raises:
        ApiError: 401, there is no valid key.
    """
    return keys.admit(read_key(None if authorization is None else authorization.decode("latin-1")))


def key_end(authorization: bytes, caller: Caller) -> str:
    """How the key of a caller ends: up to four characters, a quarter of it at most.

    The triggers after the key are left out.
    """
    key = read_key(authorization.decode("latin-1"))
    key = key.partition("+")[0] if caller[1] else key
    shown = min(_END, len(key) // 4)
    return f"…{key[len(key) - shown :]}"
