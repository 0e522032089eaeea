"""Fixed work in this process, cut into parts for counting their instructions.

`benchmarks.instructions` starts it under callgrind. Requests go straight to the ASGI application:
no sockets, no threads, ids from a seed and a frozen clock.
"""

import asyncio
import gc
import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Mapping
from itertools import count
from typing import Any

from starlette.types import ASGIApp, Message

from mock_server.app import create_app
from mock_server.domain.clock import ManualClock
from mock_server.journal.journal import JournalLimits
from mock_server.media import Clip, Media, Variant, render
from mock_server.settings import Settings

_START_MS = 1_767_225_600_000
_ORDER = {"model": "sora-2", "prompt": "A calico cat playing a piano on stage", "seconds": "12"}
_REFUSED = {**_ORDER, "seconds": "7"}
_BOUNDARY = "a-line-between-two-parts"
_JSON = "application/json"
_LISTED = 20
_NUMBERS = count(100_000)
_WARM_UP = 3
_OK, _BAD_REQUEST, _FAILED = 200, 400, 500

# The C function that ends a part: callgrind writes its counts at each call.
CUT = "getloadavg"
Work = Callable[[], Awaitable[object]]


def cut() -> None:
    """End a part."""
    os.getloadavg()


def count_from_here() -> None:
    """Make callgrind count from here on."""
    command = ["callgrind_control", "-i", "on", str(os.getpid())]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as control:
        # Callgrind receives the command only while this process runs.
        while control.poll() is None:
            pass


class Asker:
    """Sends requests to an application in this process."""

    def __init__(self, application: ASGIApp) -> None:
        self._application = application

    async def ask(
        self,
        target: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        status: int | None = _OK,
        method: str | None = None,
    ) -> bytes:
        """Return the body of the response. The default method is POST with a body, else GET.

        Raises:
            RuntimeError: the response has another status; None accepts any below 500.
        """
        sent: list[Message] = []
        usual = "GET" if body is None else "POST"
        scope = _scope(method or usual, target, headers or {}, len(body or b""))

        async def receive() -> Message:
            return {"type": "http.request", "body": body or b"", "more_body": False}

        async def send(message: Message) -> None:
            sent.append(message)

        await self._application(scope, receive, send)
        answer: bytes = b"".join(message.get("body", b"") for message in sent[1:])
        if sent[0]["status"] != status and (status is not None or sent[0]["status"] >= _FAILED):
            raise RuntimeError(f"{target}: {sent[0]['status']} {answer[:500]!r}")
        return answer


def _scope(method: str, target: str, more: Mapping[str, str], length: int) -> dict[str, Any]:
    path, _, query = target.partition("?")
    headers = {
        "host": "127.0.0.1",
        "authorization": "Bearer counted",
        **({"content-length": str(length)} if length else {}),
        **more,
    }
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "scheme": "http",
        "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 50000),
        "headers": [(name.encode(), text.encode()) for name, text in headers.items()],
        "state": {},
    }


def form(fields: Mapping[str, str]) -> bytes:
    """Fields as a form."""
    parts = "".join(
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'
        for name, text in fields.items()
    )
    return f"{parts}--{_BOUNDARY}--\r\n".encode()


async def reference() -> int:
    """Plain Python with a cost that depends on the interpreter only."""
    words: dict[str, int] = {}
    for number in range(300):
        text = f"word {number % 40}"
        words[text] = words.get(text, 0) + len(text.split())
    return sum(sorted(words.values())) + len(json.loads(json.dumps(words)))


async def film() -> Media:
    """The film of a new job, of a size and length that were ordered before."""
    return render(Clip(f"video_{next(_NUMBERS)}", 1280, 720, 12), Variant.VIDEO)


async def works(application: ASGIApp, unseeded: ASGIApp) -> Mapping[str, Work]:
    """What is counted, by name; the jobs that it needs are created here.

    ``unseeded`` is an application that draws ids without a seed, unlike ``application``.
    """
    asker, other = Asker(application), Asker(unseeded)
    as_json = {"content-type": _JSON}
    as_form = {"content-type": f"multipart/form-data; boundary={_BOUNDARY}"}
    order, refused = json.dumps(_ORDER).encode(), json.dumps(_REFUSED).encode()
    at_once = {**as_json, "prefer": "scenario=instant"}
    ended = json.loads(await asker.ask("/v1/videos", order, at_once))["id"]
    for _ in range(_LISTED):
        running = json.loads(await asker.ask("/v1/videos", order, as_json))["id"]
    return {
        "reference": reference,
        "create (JSON)": lambda: asker.ask("/v1/videos", order, as_json),
        "create (no seed)": lambda: other.ask("/v1/videos", order, as_json),
        "create (multipart)": lambda: asker.ask("/v1/videos", form(_ORDER), as_form),
        "create (refused)": lambda: asker.ask("/v1/videos", refused, as_json, status=_BAD_REQUEST),
        "poll": lambda: asker.ask(f"/v1/videos/{running}"),
        "list": lambda: asker.ask(f"/v1/videos?limit={_LISTED}"),
        "content": lambda: asker.ask(f"/v1/videos/{ended}/content?variant=thumbnail"),
        "a film of its own": film,
    }


async def run(times: int) -> None:
    """Do each work ``times`` times and cut; the first cut ends the start. Prints the names."""
    seeded, unseeded = (
        create_app(Settings(seed=seed, journal=JournalLimits(100)), ManualClock(_START_MS))
        for seed in (1, None)
    )
    todo = await works(seeded, unseeded)
    for work in todo.values():
        # The first requests create what is cached: compiled rules, tenant state, pictures.
        for _ in range(_WARM_UP):
            await work()
    # When the garbage collector runs would depend on everything created before.
    gc.disable()
    count_from_here()
    cut()
    for work in todo.values():
        for _ in range(times):
            await work()
        cut()
    print(json.dumps(list(todo)))


if __name__ == "__main__":
    asyncio.run(run(int(sys.argv[1])))
