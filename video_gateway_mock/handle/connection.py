"""Calls of the control API, over the standard library's client.

Tests replace the transports of the popular clients; this one must get through to the fake.
"""

import json
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

# pytest shows the line of the test that asked, and not what is asked for it here.
__tracebackhide__ = True
_TIMEOUT_S = 30
_OK = 200
_NOT_FOUND = 404
_NO_CONTROL = "unknown_url"


class ControlError(ValueError):
    """What the fake does not do, and why."""


@dataclass(frozen=True, slots=True)
class Connection:
    """Where the fake is, and the key whose world is meant. A connection is made for each call."""

    url: str
    api_key: str = field(repr=False)

    def call(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """The answer of the control API.

        Raises:
            ControlError: it refuses, or there is none.
            ConnectionError: nobody listens there.
        """
        status, answer = self._exchange(method, f"/_mock/{path}", body)
        if status == _OK:
            return answer
        problem = answer.get("error", {})
        if status == _NOT_FOUND and problem.get("code") == _NO_CONTROL:
            raise ControlError(
                f"{self.url} has no control API: off loopback it takes --admin-token to have one"
            )
        raise ControlError(problem.get("message", f"the control API answered {status}"))

    def _exchange(self, method: str, path: str, body: object) -> tuple[int, dict[str, Any]]:
        where = urlsplit(self.url)
        kind = HTTPSConnection if where.scheme == "https" else HTTPConnection
        connection = kind(where.hostname or "", where.port, timeout=_TIMEOUT_S)
        headers = {"Authorization": f"Bearer {self.api_key}"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            return answer.status, _decoded(answer.read())
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
