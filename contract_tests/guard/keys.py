"""Holds the real API keys: replaces placeholders in requests, and removes keys from responses."""

import json
from collections.abc import Mapping
from urllib.parse import quote

from contract_tests.wire.exchange import Headers

TAKEN_OUT = "[key]"
_SHORTEST = 4


class Keys:
    """The real API key for each placeholder."""

    def __init__(self, keys: Mapping[str, str]) -> None:
        """Take the keys by placeholder; the longest placeholder is replaced first."""
        self._keys = dict(sorted(keys.items(), key=lambda pair: -len(pair[0])))
        real = {key for key in self._keys.values() if len(key) >= _SHORTEST}
        forms = {form for key in real for form in (key, quote(key, safe=""), json.dumps(key)[1:-1])}
        self._secret = sorted(forms - set(self._keys), key=len, reverse=True)

    def __repr__(self) -> str:
        """The placeholders, without the keys."""
        return f"Keys({list(self._keys)})"

    def put_in(self, headers: Headers) -> Headers:
        """The headers with each placeholder replaced by its key."""
        return tuple((name, self._real(name, value)) for name, value in headers)

    def take_out(self, text: str) -> str:
        """A text with every key removed."""
        for secret in self._secret:
            text = text.replace(secret, TAKEN_OUT)
        return text

    def take_out_of_bytes(self, content: bytes) -> bytes:
        """A body with every key removed."""
        for secret in self._secret:
            content = content.replace(secret.encode(), TAKEN_OUT.encode())
        return content

    def _real(self, name: str, value: str) -> str:
        if name.lower() != "authorization":
            return value
        credentials = value.rpartition(" ")[2]
        scheme = value[: len(value) - len(credentials)]
        return scheme + self._keys.get(credentials, credentials)
