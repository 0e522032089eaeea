"""One request and its answer, where nothing is measured."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

from benchmarks.load import Call, LoadError

_PATIENCE_S = 60
_SHOWN = 300


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said."""

    status: int
    body: bytes

    def json(self) -> Any:
        """The body as JSON, empty where it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return {}


class Line:
    """A connection over which one request follows the other."""

    def __init__(self, connection: HTTPConnection) -> None:
        self._connection = connection

    def ask(self, call: Call) -> Answer:
        """The answer to a request, whatever it is.

        Raises:
            LoadError: there is none.
        """
        try:
            self._connection.request(call.method, call.path, call.body or None, dict(call.headers))
            answer = self._connection.getresponse()
            return Answer(answer.status, answer.read())
        except (OSError, HTTPException) as error:
            raise LoadError(f"{call.name}: no answer: {error}") from error

    def demand(self, call: Call) -> Answer:
        """The answer to a request.

        Raises:
            LoadError: it is not the one that the call should have.
        """
        answer = self.ask(call)
        if answer.status != call.answered:
            said = answer.body[:_SHOWN].decode(errors="replace")
            raise LoadError(f"{call.name} answers {answer.status}\n{said}")
        return answer


@contextmanager
def line(url: str) -> Iterator[Line]:
    """A connection that ends with the block."""
    with closing(HTTPConnection(urlsplit(url).netloc, timeout=_PATIENCE_S)) as connection:
        yield Line(connection)


def ask(url: str, call: Call) -> Answer:
    """The answer to one request, over a connection of its own.

    Raises:
        LoadError: there is none.
    """
    with line(url) as one:
        return one.ask(call)


def demand(url: str, call: Call) -> Answer:
    """The answer to one request, over a connection of its own.

    Raises:
        LoadError: it is not the one that the call should have.
    """
    with line(url) as one:
        return one.demand(call)
