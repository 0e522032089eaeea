"""The relay's caller: sends each request once, and keeps what came back."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx

from contract_tests.relay.spending import Spending

# Bytes of a response that are kept; of a longer one only the beginning is searched.
_MOST_BYTES = 64 * 1024 * 1024
_SEARCHED = 256 * 1024
_OK, _REDIRECTS = 200, 300


@dataclass(frozen=True, slots=True)
class Answer:
    """A response of the relay; ``status`` is 0 if there was none, and ``trouble`` says why.

    ``request`` is what was asked: create, retrieve, download or spending.
    """

    request: str
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    trouble: str = ""

    @property
    def ok(self) -> bool:
        """Whether it is a success, and complete."""
        return _OK <= self.status < _REDIRECTS and not self.trouble

    @property
    def json(self) -> Mapping[str, Any]:
        """Its JSON object; empty if it is none."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def text(self) -> str:
        """Headers and body as text in which something can be looked for."""
        head = "\n".join(f"{name}: {value}" for name, value in self.headers.items())
        return f"{head}\n\n{self.body[:_SEARCHED].decode('utf-8', 'replace')}"

    def __str__(self) -> str:
        return f"the relay's answer to the {self.request} was {self.status or 'none'}"


@dataclass(frozen=True, slots=True)
class Caller:
    """A client of the relay. ``url`` is the relay's, with or without ``/v1``."""

    url: str
    api_key: str = field(repr=False)
    model: str
    timeout_s: float

    def create(self, prompt: str) -> Answer:
        """Order a film, once."""
        fields = {"model": self.model, "prompt": prompt, "seconds": "4"}
        return self._send("create", "POST", "/v1/videos", json=fields)

    def retrieve(self, job: str) -> Answer:
        """Ask for a job's status."""
        return self._send("retrieve", "GET", f"/v1/videos/{quote(job, safe='')}")

    def content(self, job: str) -> Answer:
        """Download a film."""
        return self._send("download", "GET", f"/v1/videos/{quote(job, safe='')}/content")

    def spent(self, spending: Spending) -> float | None:
        """What the relay says that the key has spent; None if it does not say."""
        return spending.read(self._send("spending", "GET", spending.path).json)

    def _send(self, request: str, method: str, path: str, **more: Any) -> Answer:
        base = self.url.rstrip("/").removesuffix("/v1")
        headers = {"Authorization": f"Bearer {self.api_key}"}
        try:
            # No connection is kept: a dropped one must not be tried again.
            with (
                httpx.Client(timeout=self.timeout_s, trust_env=False) as client,
                client.stream(method, base + path, headers=headers, **more) as response,
            ):
                return _answer(request, response)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return Answer(request, trouble=f"{type(error).__name__}: {error}")


def _answer(request: str, response: httpx.Response) -> Answer:
    body = bytearray()
    trouble = ""
    try:
        for piece in response.iter_bytes():
            body += piece
            if len(body) > _MOST_BYTES:
                trouble = f"more than {_MOST_BYTES} bytes"
                break
    except httpx.HTTPError as error:
        trouble = f"{type(error).__name__}: {error}"
    headers = dict(response.headers)
    return Answer(request, response.status_code, headers, bytes(body), trouble)


def answers(*parts: Answer | None) -> Iterator[Answer]:
    """Those that there are."""
    return (part for part in parts if part is not None)
