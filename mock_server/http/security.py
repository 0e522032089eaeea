"""Bearer keys: the key is the tenant."""

import hashlib
import hmac
import re
from typing import Protocol

from starlette.types import Scope

from mock_server.cli.keys_file import is_sendable
from mock_server.http.errors import MALFORMED_KEY, MISSING_KEY, UNKNOWN_KEY, ApiError
from mock_server.http.exchange import CALLER, Caller
from mock_server.http.headers import header
from mock_server.tenants.triggers import Triggers

_REFUSED = b"invalid"
# A scheme inside of what should be one key: sent twice, or two headers joined by a comma.
_SECOND_SCHEME = re.compile(r"(?:^|[\s,])bearer\s", re.IGNORECASE)
_HOW_TO_SEND = "The Authorization header must read 'Bearer YOUR_KEY', one key"


class Keys(Protocol):
    """Knows whose a key is."""

    def admit(self, key: str) -> Caller:
        """The tenant of a key, and the words after it; raises ApiError when it is not known."""


class KeyRing:
    """Knows which keys are good and which tenant a key stands for.

    A tenant's name is a digest, so that nothing kept or shown can be used as a key.
    """

    def __init__(self, keys: frozenset[str] | None, words: Triggers | None = None) -> None:
        """Accept ``keys``; when None, any key that does not say ``invalid``.

        The exception lets a client try its answer to a refused key on a server without keys. To a
        key the ``words`` may be added that ask for a situation.
        """
        self._keys = None if keys is None else [key.encode() for key in keys]
        self._words = words

    def tenant(self, key: str) -> str:
        """The tenant of a key, whatever words follow it.

        Raises:
            ApiError: 401 when the key is not known.
        """
        return self.admit(key)[0]

    def admit(self, key: str) -> Caller:
        """The tenant of a key, and the words that follow it: ``KEY+429``.

        Raises:
            ApiError: 401 when the key is not known.
        """
        for known, words in self._readings(key):
            if self._knows(known.encode()):
                return tenant_of(known), words
        raise ApiError(UNKNOWN_KEY, "The API key is not one this server knows.")

    def _readings(self, key: str) -> list[tuple[str, tuple[str, ...]]]:
        """What the key can be; where none is listed, every word that can be one is one."""
        if self._words is None or "+" not in key:
            return [(key, ())]
        found = list(self._words.readings(key))
        return found[-1:] if self._keys is None else found

    def _knows(self, offered: bytes) -> bool:
        if self._keys is None:
            return _REFUSED not in offered.lower()
        # Every known key is compared, in constant time, so that timing tells nothing.
        return sum(hmac.compare_digest(known, offered) for known in self._keys) > 0


def tenant_of(key: str) -> str:
    """The name of a key's tenant: a digest, so that it cannot be used as a key."""
    return hashlib.blake2b(key.encode(), digest_size=12).hexdigest()


def read_key(authorization: str | None) -> str:
    """The key of an Authorization header.

    Raises:
        ApiError: 401 when the header is missing, is not ``Bearer KEY``, or the key is not printable
            ASCII. It may hold blanks; the scheme's case does not matter (RFC 9110, 11.1).
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


def caller_of(scope: Scope, keys: Keys) -> Caller:
    """Who asks; the key is the tenant, so that every operation needs one.

    Raises:
        ApiError: 401, there is no key, or it is not known.
    """
    caller: Caller | None = scope.get(CALLER)
    if caller is None:
        # Admission passes on who has no good key; here it is found out what is wrong with it.
        authorization = header(scope, b"authorization") or b""
        caller = keys.admit(read_key(authorization.decode("latin-1")))
    return caller
