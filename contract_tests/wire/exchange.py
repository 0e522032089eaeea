"""HTTP as the harness sends and records it: requests, responses, and the JSON in them."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

# Stand in for the real keys, which only the guard holds and puts in.
KEY = "contract-tests-key"
OTHER_KEY = "contract-tests-other-key"
BEARER = f"Bearer {KEY}"

_LONGEST_ID = 1000
_DEEPEST_JSON = 100
_LARGEST_NUMBER = 2.0**64
Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it is sent: ``target`` is the path with its query."""

    method: str
    target: str
    headers: Headers = (("authorization", BEARER),)
    body: bytes = b""

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """What follows the question mark."""
        return self.target.partition("?")[2]

    def header(self, name: str) -> str | None:
        """The first header of that name, in any case."""
        return _first(self.headers, name)

    def with_headers(self, **headers: str | None) -> "Request":
        """The same request with headers set, or with None left out; ``_`` in a name is ``-``."""
        named = {name.replace("_", "-").lower(): value for name, value in headers.items()}
        kept = tuple(pair for pair in self.headers if pair[0].lower() not in named)
        new = tuple((name, value) for name, value in named.items() if value is not None)
        return Request(self.method, self.target, kept + new, self.body)


@dataclass(frozen=True)
class Reply:
    """The response to a request.

    Attributes:
        body: the content, with transfer and content coding undone.
        elapsed_s: the seconds until its last byte.
        first_s: the seconds until its head; 0 where that is not known.
        broken: how often the connection broke before, so that the request was sent again.
        undecoded: why the content coding could not be undone; ``body`` is then still coded.
        reconnected: whether the request before had come by another connection.
    """

    status: int
    headers: Headers
    body: bytes
    elapsed_s: float = 0.0
    first_s: float = field(default=0.0, compare=False)
    broken: int = field(default=0, compare=False)
    undecoded: str = ""
    reconnected: bool = field(default=False, compare=False)

    def header(self, name: str) -> str | None:
        """The first header of that name, in any case."""
        return _first(self.headers, name)

    @property
    def media_type(self) -> str:
        """The Content-Type without its parameters, in lower case; empty when there is none."""
        return (self.header("content-type") or "").partition(";")[0].strip().lower()

    @cached_property
    def json(self) -> Any:
        """The body read as JSON; None when it is not JSON."""
        try:
            return read_json(self.body)
        except (ValueError, RecursionError):
            return None

    @property
    def job(self) -> str:
        """The id at the top of the body; empty when there is no usable one."""
        return id_of(self.object)

    @property
    def object(self) -> Mapping[str, Any]:
        """The body as a JSON object; empty when it is something else."""
        return self.json if isinstance(self.json, dict) else {}


@dataclass(frozen=True)
class Exchange:
    """One request and its response.

    Attributes:
        reply_or_none: the response; None when there is none.
        operation: the id of the request's operation; empty when the contract has none for it.
        sender: what sent it: a check, a job of the life cycle, or a phase of Schemathesis.
        trouble: why there is no response; empty when there is one.
        at_s: when the response was complete, in seconds since 1970.
        described: the job in the response, if the contract describes where its facts are.
    """

    number: int
    request: Request
    reply_or_none: Reply | None
    operation: str = ""
    sender: str = ""
    trouble: str = ""
    at_s: float = field(default=0.0, compare=False)
    described: Mapping[str, Any] | None = field(default=None, compare=False)

    @property
    def state(self) -> Mapping[str, Any]:
        """What the response shows of a job, by the names of ``/v1/videos``; else its JSON object.

        Raises:
            LookupError: there is no response.
        """
        return self.reply.object if self.described is None else self.described

    @property
    def reply(self) -> Reply:
        """The response.

        Raises:
            LookupError: there is none.
        """
        if self.reply_or_none is None:
            raise LookupError(f"no reply: {self.trouble}")
        return self.reply_or_none

    @property
    def status(self) -> int:
        """The status of the response; 0 when there is none."""
        return self.reply_or_none.status if self.reply_or_none else 0

    @property
    def entries(self) -> Sequence[Mapping[str, Any]]:
        """The objects in the list of the response; empty when it is not a list."""
        data = self.reply_or_none.object.get("data") if self.reply_or_none else None
        return [each for each in data if isinstance(each, dict)] if isinstance(data, list) else []


def id_of(entry: Mapping[str, Any]) -> str:
    """The id of an object; empty when there is none that can be put into a URL."""
    found = entry.get("id")
    if isinstance(found, bool) or not isinstance(found, str | int):
        return ""
    return text if len(text := str(found)) <= _LONGEST_ID else ""


def _first(headers: Headers, name: str) -> str | None:
    wanted = name.lower()
    return next((value for key, value in headers if key.lower() == wanted), None)


def read_json(body: bytes) -> Any:
    """The value of a JSON document; lone surrogates in strings become escape sequences.

    Raises:
        ValueError: it is not JSON, or has an integer of more digits than Python reads.
        RecursionError: it is nested too deep.
    """
    return _plain(json.loads(body), _DEEPEST_JSON)


def _plain(value: Any, left: int) -> Any:
    if not left:
        raise RecursionError(f"nested deeper than {_DEEPEST_JSON} levels")
    if isinstance(value, str):
        return _encodable(value)
    if isinstance(value, list):
        return [_plain(each, left - 1) for each in value]
    if isinstance(value, dict):
        return {_encodable(name): _plain(each, left - 1) for name, each in value.items()}
    return value


def _encodable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


def number(value: Any) -> float | None:
    """A JSON number, infinite where it is too large for a float; None for anything else."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return value if abs(value) < _LARGEST_NUMBER else math.copysign(math.inf, value > 0 or -1)
