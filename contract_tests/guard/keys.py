"""Holds the real API keys: replaces placeholders in requests, and removes keys from responses."""

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from urllib.parse import quote

from contract_tests.wire.exchange import Request

TAKEN_OUT = "[key]"
_SHORTEST = 4
# A shorter key in another coding could be a part of some id by chance.
_SHORTEST_CODED = 8
_BASIC = "basic "
# Where the text of a key begins in base64, by the bytes before it in a group of three.
_FIRST_LETTERS = (0, 2, 3)


class Keys:
    """The real API key for each placeholder."""

    def __init__(self, keys: Mapping[str, str]) -> None:
        """Take the keys by placeholder; the longest placeholder is replaced first."""
        self._keys = dict(sorted(keys.items(), key=lambda pair: -len(pair[0])))
        forms = {form for key in self._keys.values() for form in forms_of(key)}
        self._secret = sorted(forms - set(self._keys), key=len, reverse=True)

    def __repr__(self) -> str:
        """The placeholders, without the keys."""
        return f"Keys({list(self._keys)})"

    def put_in(self, request: Request) -> Request:
        """The request with each placeholder replaced by its key, wherever it stands."""
        return replace(
            request,
            target=self._real(request.target, safe=""),
            headers=tuple((name, self._real_header(value)) for name, value in request.headers),
            body=self._real(request.body.decode("latin-1")).encode("latin-1", "replace"),
        )

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

    def _real(self, text: str, safe: str | None = None) -> str:
        for placeholder, key in self._keys.items():
            text = text.replace(placeholder, key if safe is None else quote(key, safe=safe))
        return text

    def _real_header(self, value: str) -> str:
        if value[: len(_BASIC)].lower() != _BASIC:
            return self._real(value)
        try:
            inside = base64.b64decode(value[len(_BASIC) :], validate=True).decode("latin-1")
        except (binascii.Error, ValueError):
            return self._real(value)
        coded = base64.b64encode(self._real(inside).encode("latin-1", "replace"))
        return value[: len(_BASIC)] + coded.decode()


def forms_of(key: str) -> set[str]:
    """The forms in which a key is recognised in a response; none of a very short key."""
    if len(key) < _SHORTEST:
        return set()
    plain = {key, quote(key, safe=""), json.dumps(key)[1:-1]}
    if len(key) < _SHORTEST_CODED:
        return plain
    encoded = key.encode()
    digits = encoded.hex()
    return {*plain, key.upper(), key.lower(), digits, digits.upper(), *_in_base64(encoded)}


def _in_base64(key: bytes) -> Iterator[str]:
    """The letters of base64 that depend on a key alone, by its place in the coded text."""
    for before, first in enumerate(_FIRST_LETTERS):
        padded = bytes(before) + key
        whole = len(padded) * 8 // 6
        for code in (base64.b64encode, base64.urlsafe_b64encode):
            yield code(padded).decode()[first:whole]
