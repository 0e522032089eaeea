"""Calls of the control API over the standard library's HTTP client.

Tests often patch the transports of popular HTTP clients; these calls must still reach the fake.
"""

import json
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

# pytest then shows the calling line of the test, not this module.
__tracebackhide__ = True
_TIMEOUT_S = 30
_OK = 200
# Headers are sent in ISO 8859-1.
_LAST_LATIN = "\xff"
_NOT_FOUND = 404
_UNKNOWN_URL = "unknown_url"


class ControlError(ValueError):
    """The control API refused a call; the message is the server's reason."""


@dataclass(frozen=True, slots=True)
class Connection:
    """The fake's URL and an API key. Every call opens a connection of its own."""

    url: str
    api_key: str = field(repr=False)

    def call(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """Send a request to ``/_mock/{path}`` and return the JSON object of the response.

        Raises:
            ControlError: the server refuses the call, or has no control API.
            ConnectionError: there is no server at the URL.
        """
        status, answer = self._send(method, f"/_mock/{path}", body)
        if status == _OK:
            return answer
        problem = answer.get("error", {})
        if status == _NOT_FOUND and problem.get("code") == _UNKNOWN_URL:
            raise ControlError(
                f"{self.url} has no control API. A server that listens on other addresses than "
                "loopback needs --admin-token to enable it."
            )
        raise ControlError(problem.get("message", f"the control API answered {status}"))

    def _send(self, method: str, path: str, body: object) -> tuple[int, dict[str, Any]]:
        if not self.api_key.isprintable() or max(self.api_key, default="") > _LAST_LATIN:
            raise ControlError("the API key has characters that no header of a request can have")
        url = urlsplit(self.url)
        kind = HTTPSConnection if url.scheme == "https" else HTTPConnection
        try:
            connection = kind(url.hostname or "", url.port, timeout=_TIMEOUT_S)
        except (ValueError, HTTPException) as error:
            raise ConnectionError(f"{self.url} is no URL of a fake gateway: {error}") from error
        headers = {"Authorization": f"Bearer {self.api_key}"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            response = connection.getresponse()
            return response.status, _decoded(response.read())
        except (OSError, HTTPException) as error:
            raise ConnectionError(f"no fake gateway answers at {self.url}: {error}") from error
        finally:
            connection.close()


def _decoded(raw: bytes) -> dict[str, Any]:
    try:
        found = json.loads(raw)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
