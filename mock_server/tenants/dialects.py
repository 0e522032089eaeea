"""The dialects that a server knows, and the one that every tenant begins with."""

from collections.abc import Mapping
from dataclasses import dataclass

from mock_server.http.errors import UNKNOWN_DIALECT, ApiError
from openapi.dialects.dialect import Dialect


class DialectError(Exception):
    """A dialect that was asked for at start-up and that nobody knows."""


@dataclass(frozen=True, slots=True)
class Dialects:
    """All known dialects and the server's own."""

    known: Mapping[str, Dialect]
    default: Dialect

    def named(self, name: str) -> Dialect:
        """A dialect by name.

        Raises:
            ApiError: 400, there is none.
        """
        if name not in self.known:
            known = ", ".join(sorted(self.known))
            raise ApiError(UNKNOWN_DIALECT, f"No dialect '{name[:80]}'; known: {known}.")
        return self.known[name]
