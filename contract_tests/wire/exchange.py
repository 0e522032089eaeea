"""What goes over the wire: a request, the reply to it, and both together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from contract_tests.wire.json_values import read_json

# Stand in for the real keys, which only the guard holds and puts in.
KEY = "contract-tests-key"
OTHER_KEY = "contract-tests-other-key"
BEARER = f"Bearer {KEY}"

_LONGEST_ID = 1000
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
        """The first header of that name, whatever its case."""
        return _first(self.headers, name)

    def with_headers(self, **headers: str | None) -> "Request":
        """The same request with headers set, or with None left out; ``_`` in a name is ``-``."""
        named = {name.replace("_", "-").lower(): value for name, value in headers.items()}
        kept = tuple(pair for pair in self.headers if pair[0].lower() not in named)
        new = tuple((name, value) for name, value in named.items() if value is not None)
        return Request(self.method, self.target, kept + new, self.body)


@dataclass(frozen=True)
class Reply:
    """A reply; ``elapsed_s`` is until its last byte.

    ``body`` is without a transfer or content coding; ``undecoded`` says why a content coding that
    the reply names could not be undone, and the body is as it came then.
    """

    status: int
    headers: Headers
    body: bytes
    elapsed_s: float = 0.0
    undecoded: str = ""

    def header(self, name: str) -> str | None:
        """The first header of that name, whatever its case."""
        return _first(self.headers, name)

    @property
    def media_type(self) -> str:
        """The Content-Type without its parameters, in lower case; empty when there is none."""
        return (self.header("content-type") or "").partition(";")[0].strip().lower()

    @cached_property
    def json(self) -> Any:
        """The body read as JSON; None when it is none."""
        try:
            return read_json(self.body)
        except (ValueError, RecursionError):
            return None

    @property
    def job(self) -> str:
        """The id that the body has at its top; empty when it has none that can be used."""
        return id_of(self.object)

    @property
    def object(self) -> Mapping[str, Any]:
        """The body as a JSON object; empty when it is none."""
        return self.json if isinstance(self.json, dict) else {}


@dataclass(frozen=True)
class Exchange:
    """One request and what came of it.

    ``operation`` is the operation id the request belongs to, empty when the contract has none for
    it; ``sender`` is who sent it (a check, a job of the life cycle, a Schemathesis phase).
    ``trouble`` says why there is no reply, and is empty when there is one; ``at_s`` is when the
    reply was there, in seconds since 1970.
    """

    number: int
    request: Request
    answer: Reply | None
    operation: str = ""
    sender: str = ""
    trouble: str = ""
    at_s: float = field(default=0.0, compare=False)

    @property
    def reply(self) -> Reply:
        """The reply.

        Raises:
            LookupError: there is none.
        """
        if self.answer is None:
            raise LookupError(f"no reply: {self.trouble}")
        return self.answer

    @property
    def status(self) -> int:
        """The status of the reply; 0 when there is none."""
        return self.answer.status if self.answer else 0

    @property
    def entries(self) -> Sequence[Mapping[str, Any]]:
        """The objects in the list that the reply shows; none when it shows no list."""
        data = self.answer.object.get("data") if self.answer else None
        return [each for each in data if isinstance(each, dict)] if isinstance(data, list) else []


def id_of(entry: Mapping[str, Any]) -> str:
    """The id of an object; empty when it has none that can stand in an address."""
    found = entry.get("id")
    if isinstance(found, bool) or not isinstance(found, str | int):
        return ""
    return text if len(text := str(found)) <= _LONGEST_ID else ""


def _first(headers: Headers, name: str) -> str | None:
    wanted = name.lower()
    return next((value for key, value in headers if key.lower() == wanted), None)
