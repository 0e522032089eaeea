"""Bearer keys: the key is the tenant. Plugs into Connexion's security map."""

import hashlib
import hmac
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from connexion.lifecycle import ConnexionRequest

from mock_server.errors import MALFORMED_KEY, MISSING_KEY, UNKNOWN_KEY, ApiError
from mock_server.exchange import CALLER
from mock_server.magic import Vocabulary

_REFUSED = b"invalid"

Verify = Callable[[ConnexionRequest], Awaitable[dict[str, Any]]]


class Keys(Protocol):
    """Knows whose a key is."""

    def admit(self, key: str) -> tuple[str, tuple[str, ...]]:
        """The tenant of a key, and the words after it; raises ApiError when it is not known."""


class KeyRing:
    """Knows which keys are good and which tenant a key stands for.

    A tenant's name is a digest, so that nothing kept or shown can be used as a key.
    """

    def __init__(self, keys: frozenset[str] | None, words: Vocabulary | None = None) -> None:
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

    def admit(self, key: str) -> tuple[str, tuple[str, ...]]:
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
        ApiError: 401 when the header is missing or is not ``Bearer KEY``; the scheme's case does
            not matter (RFC 9110, 11.1).
    """
    if not authorization:
        raise ApiError(MISSING_KEY, "No API key: send the header 'Authorization: Bearer YOUR_KEY'.")
    scheme, _, key = authorization.partition(" ")
    key = key.strip()
    if scheme.lower() != "bearer" or not key or " " in key:
        raise ApiError(
            MALFORMED_KEY, "The Authorization header must read 'Bearer YOUR_KEY', one key."
        )
    return key


def bearer_handler(ring: Keys) -> type[Any]:
    """The handler class Connexion makes for every ``bearer`` scheme."""

    class BearerHandler:
        """Verifies the key of a request without inspecting signatures each time."""

        def get_fn(self, _scheme: dict[str, Any], _scopes: list[str]) -> Verify:
            """The function Connexion awaits for each request."""
            return verify

    async def verify(request: ConnexionRequest) -> dict[str, Any]:
        # The caller of a good key is known by now; for the others it is found out what is wrong.
        caller = request.scope.get(CALLER)
        tenant, words = caller or ring.admit(read_key(request.headers.get("authorization")))
        return {"sub": tenant, "words": words}

    return BearerHandler
