"""Asks the fake, in the gateway's own dialect, which error a recorded request ends with.

The error says what a refusal was for: the same code, for a parameter, has other words, statuses and
bodies in other dialects. The fake has a job in each stage, to stand for the recorded ones.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from contract_tests.targets.fake import Fake, mocks_in_process, unwrapped
from contract_tests.targets.target import Target
from contract_tests.wire.exchange import BEARER, KEY, OTHER_KEY, Exchange, Request
from openapi.contract.error_kinds import ERROR_KINDS

_STAGES = {
    "queued": "stuck_queued",
    "running": "stuck_at_99",
    "completed": "instant",
    "failed": "fails_at_60",
    "expired": "content_expired",
    "empty": "completed_without_content",
}
_LATER_S = 3600.0
# The sent request has its own, and triggers of the fake are no part of what was asked.
_OF_TRANSPORT = frozenset({"content-length", "transfer-encoding", "host", "connection", "prefer"})
_REFUSED_KEY = frozenset({401, 403})
_BODY = {"model": "sora-2", "prompt": "A cat", "seconds": "4"}
# Headers of a response that belong to its error.
OWN_HEADERS = ("www-authenticate", "retry-after", "retry-after-ms", "allow", "x-should-retry")


@dataclass(frozen=True, slots=True)
class NativeError:
    """The error of a request in the gateway's own dialect; ``code`` is one of ``ERROR_KINDS``."""

    code: str
    status: int
    param: str | None
    type: str
    message: str
    headers: Mapping[str, str] = field(default_factory=dict)


class Reference:
    """A fake that is asked what it would have answered."""

    def __init__(self) -> None:
        """Start it, with a job in each stage."""
        self._target = mocks_in_process(Fake())(unwrapped)
        self._jobs = {stage: self._create(word) for stage, word in _STAGES.items()}
        if self._target.move is not None:
            self._target.move(KEY, _LATER_S)

    def error_of(self, exchange: Exchange, jobs: Mapping[str, str]) -> NativeError | None:
        """The error that a recorded request ends with here; None where it is not refused.

        Args:
            jobs: the stage of each recorded job when the request was sent.
        """
        request = exchange.request
        target, body = request.target, request.body
        for job, stage in jobs.items():
            own = self._jobs.get(stage, job)
            target, body = target.replace(job, own), body.replace(job.encode(), own.encode())
        headers = tuple(
            (name, self._credential(value, exchange) if name.lower() == "authorization" else value)
            for name, value in request.headers
            if name.lower() not in _OF_TRANSPORT
        )
        try:
            response = _sent(self._target, Request(request.method, target, headers, body))
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, ValueError):
            return None
        recorded = {self._jobs[stage]: job for job, stage in jobs.items() if stage in self._jobs}
        return _error_in(response, recorded)

    def _credential(self, value: str, exchange: Exchange) -> str:
        if value == BEARER:
            return f"Bearer {self._target.keys[KEY]}"
        if OTHER_KEY in value:
            return f"Bearer {self._target.keys[OTHER_KEY]}"
        if not value.lower().startswith("bearer ") or KEY in value:
            return value
        # A cassette hides other keys: whether the target knew it, its answer says.
        return "Bearer sk-invalid" if exchange.status in _REFUSED_KEY else "Bearer sk-somebody"

    def _create(self, scenario: str) -> str:
        headers = (
            ("authorization", f"Bearer {self._target.keys[KEY]}"),
            ("content-type", "application/json"),
            ("prefer", f"scenario={scenario}"),
        )
        request = Request("POST", "/v1/videos", headers, json.dumps(_BODY).encode())
        return str(_sent(self._target, request).json()["id"])


def _sent(target: Target, request: Request) -> httpx.Response:
    async def send() -> httpx.Response:
        async with httpx.AsyncClient(transport=target.transport, headers={}) as client:
            url = httpx.URL(target.url).copy_with(raw_path=request.target.encode("latin-1"))
            return await client.request(
                request.method, url, headers=request.headers, content=request.body or None
            )

    return asyncio.run(send())


def _error_in(response: httpx.Response, recorded: Mapping[str, str]) -> NativeError | None:
    """The error of a response; ``recorded`` are the jobs that those of this fake stood for."""
    text = response.text
    for own, job in recorded.items():
        text = text.replace(own, job)
    try:
        found: Any = json.loads(text)
    except ValueError:
        return None
    error = found.get("error") if isinstance(found, dict) else None
    if not isinstance(error, dict) or error.get("code") not in ERROR_KINDS:
        return None
    headers = {name: response.headers[name] for name in OWN_HEADERS if name in response.headers}
    param = error.get("param")
    return NativeError(
        code=str(error["code"]),
        status=response.status_code,
        param=None if param is None else str(param),
        type=str(error.get("type")),
        message=str(error.get("message")),
        headers=headers,
    )
