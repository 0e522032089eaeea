"""Relays: a transparent one, and for each rule one that breaks it."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

_BAD_GATEWAY = 502
_OURS = frozenset({"host", "authorization", "content-length", "connection", "accept-encoding"})
_THEIRS = frozenset({"content-length", "transfer-encoding", "connection", "content-encoding"})
PRICE = 0.4


class Relay:
    """Passes each request and each response on as it is, with its own key upstream."""

    def __init__(self, upstream: str, key: str) -> None:
        """``upstream`` is the base URL without ``/v1``."""
        self.upstream, self.key = upstream, key

    async def __call__(self, request: Request) -> Response:
        """Answer a caller."""
        try:
            answer = await self.ask(request)
        except httpx.HTTPError:
            return JSONResponse({"error": {"message": "upstream is away"}}, _BAD_GATEWAY)
        return await self.passed(request, answer)

    async def ask(self, request: Request) -> httpx.Response:
        """The upstream's response."""
        headers = {name: value for name, value in request.headers.items() if name not in _OURS}
        headers["authorization"] = f"Bearer {self.key}"
        url = f"{self.upstream}{request.url.path}"
        async with httpx.AsyncClient(trust_env=False) as client:
            return await client.request(
                request.method, url, headers=headers, content=await request.body()
            )

    async def passed(self, _request: Request, answer: httpx.Response) -> Response:
        """What the caller gets of it."""
        headers = {name: value for name, value in answer.headers.items() if name not in _THEIRS}
        return Response(answer.content, answer.status_code, headers)


class Changing(Relay):
    """Changes the JSON of successes."""

    def changed(self, _request: Request, content: dict[str, Any]) -> Mapping[str, Any]:
        """What the caller gets of a JSON object."""
        return content

    async def passed(self, request: Request, answer: httpx.Response) -> Response:
        """The changed JSON, or the response as it is."""
        is_json = answer.headers.get("content-type", "").startswith("application/json")
        if not is_json or not answer.is_success:
            return await super().passed(request, answer)
        try:
            content = answer.json()
        except ValueError:
            return await super().passed(request, answer)
        return JSONResponse(self.changed(request, content), answer.status_code)


class Resending(Relay):
    """Sends a create again when its answer is lost, as many HTTP clients do."""

    async def ask(self, request: Request) -> httpx.Response:
        """The response to the second attempt, where there is none to the first."""
        try:
            answer = await super().ask(request)
            answer.json()
        except (httpx.HTTPError, ValueError):
            return await super().ask(request)
        return answer


class Optimist(Changing):
    """Knows no failures."""

    def changed(self, _request: Request, content: dict[str, Any]) -> Mapping[str, Any]:
        """A job that has completed."""
        failed = content.get("status") == "failed"
        return {**content, "status": "completed", "error": None} if failed else content


class Buffering(Relay):
    """Hands out as much of a film as has arrived, as if it were all."""

    async def __call__(self, request: Request) -> Response:
        """The beginning of a film."""
        if not request.url.path.endswith("/content"):
            return await super().__call__(request)
        pieces: list[bytes] = []
        headers = {"authorization": f"Bearer {self.key}"}
        async with (
            httpx.AsyncClient(trust_env=False) as client,
            client.stream("GET", f"{self.upstream}{request.url.path}", headers=headers) as answer,
        ):
            try:
                async for piece in answer.aiter_bytes():
                    pieces.append(piece)
            except httpx.HTTPError:
                pass
        return Response(b"".join(pieces), answer.status_code, media_type="video/mp4")


class Caching(Changing):
    """Shows each job as it first was."""

    def __init__(self, upstream: str, key: str) -> None:
        """Nothing is known yet."""
        super().__init__(upstream, key)
        self._first: dict[str, Mapping[str, Any]] = {}

    def changed(self, _request: Request, content: dict[str, Any]) -> Mapping[str, Any]:
        """What was seen first, except of jobs that went well."""
        if content.get("status") == "completed":
            return content
        return self._first.setdefault(str(content.get("id")), content)


class Charging(Changing):
    """Charges its callers for each job; a fair one gives back what has failed."""

    def __init__(self, upstream: str, key: str, *, fair: bool) -> None:
        """Nobody owes anything yet."""
        super().__init__(upstream, key)
        self._fair = fair
        self._charged: dict[str, float] = {}

    async def __call__(self, request: Request) -> Response:
        """Answer a caller, or say what was spent."""
        if request.url.path == "/key/info":
            return JSONResponse({"info": {"spend": sum(self._charged.values())}})
        return await super().__call__(request)

    def changed(self, request: Request, content: dict[str, Any]) -> Mapping[str, Any]:
        """The job as it is, and its price in the books."""
        if request.method == "POST":
            self._charged[content["id"]] = PRICE
        elif content.get("status") == "failed" and self._fair:
            self._charged[content["id"]] = 0
        return content


class Hiding(Changing):
    """Gives jobs ids of its own, and forgets to do so in one field."""

    def changed(self, request: Request, content: dict[str, Any]) -> Mapping[str, Any]:
        """The job under another id."""
        if "id" not in content:
            return content
        return {**content, "id": f"relay_{content['id'][6:]}", "upstream_task": content["id"]}

    async def ask(self, request: Request) -> httpx.Response:
        """The response about the job that the caller means."""
        request.scope["path"] = request.url.path.replace("relay_", "video_")
        return await super().ask(Request(request.scope, request.receive))


class Revealing(Relay):
    """Adds a header that is of use to itself alone."""

    def __init__(self, upstream: str, key: str, header: Callable[["Revealing"], str]) -> None:
        """``header`` makes the header's value."""
        super().__init__(upstream, key)
        self._header = header

    async def passed(self, request: Request, answer: httpx.Response) -> Response:
        """The response with one more header."""
        response = await super().passed(request, answer)
        response.headers["x-relay-debug"] = self._header(self)
        return response


class Generous(Relay):
    """Sends the key of its caller upstream."""

    async def ask(self, request: Request) -> httpx.Response:
        """The response to the caller's own key."""
        self.key = request.headers["authorization"].removeprefix("Bearer ")
        return await super().ask(request)


class Wandering(Relay):
    """Asks the vendor about jobs that its upstream does not know."""

    def __init__(self, upstream: str, key: str, proxy: str) -> None:
        """``proxy`` is the one of its environment."""
        super().__init__(upstream, key)
        self._proxy = proxy

    async def passed(self, request: Request, answer: httpx.Response) -> Response:
        """The vendor's answer to a 404, if it can be reached."""
        if answer.status_code == 404:
            async with httpx.AsyncClient(proxy=self._proxy, trust_env=False) as client:
                await client.get(f"http://vendor.example{request.url.path}")
        return await super().passed(request, answer)


def as_json(text: str) -> Any:
    """What a program reads of a report."""
    return json.loads(text)
