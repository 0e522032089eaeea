"""What a create, a retrieve and a list take with 1,000 jobs in a store and with 1,000,000.

Run it from the project's folder: `python -m benchmarks.many_jobs --help`. All jobs are one key's,
and requests are answered in this process, so that nothing but the server is measured.
"""

import asyncio
import json
import resource
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import Any

import click
from starlette.types import ASGIApp, Message

from benchmarks.crash import opened
from mock_server.app import Server, build_server
from mock_server.domain.ids import SYSTEM, IdSource
from mock_server.domain.job import Order
from mock_server.http.security import tenant_of
from mock_server.jobs.service import JobPlan
from mock_server.settings import Settings
from mock_server.transport import process

_KEY = "benchmark"
_TENANT = tenant_of(_KEY)
_BODY = {"model": "sora-2", "prompt": "A calico cat playing a piano on stage", "seconds": "12"}
_FEW = 1000
# Jobs that are added at the same time while a store is filled.
_AT_ONCE = 500
_ROUNDS = 15


@dataclass(frozen=True, slots=True)
class Figures:
    """Milliseconds of each call, half of all within the first and 99 in 100 within the second."""

    p50_ms: float
    p99_ms: float


class Asker:
    """Puts requests to an application in this process."""

    def __init__(self, application: ASGIApp) -> None:
        """Ask ``application``."""
        self._application = application

    async def ask(self, method: str, path: str, body: bytes = b"", query: str = "") -> Any:
        """The JSON of an answer.

        Raises:
            RuntimeError: it is no success.
        """
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": body}

        async def send(message: Message) -> None:
            sent.append(message)

        await self._application(_scope(method, path, query, len(body)), receive, send)
        if sent[0]["status"] != 200:  # noqa: PLR2004
            raise RuntimeError(sent[1]["body"].decode())
        return json.loads(sent[1]["body"])


def _scope(method: str, path: str, query: str, length: int) -> dict[str, Any]:
    headers = {
        "host": "127.0.0.1",
        "authorization": f"Bearer {_KEY}",
        "content-type": "application/json",
        "content-length": str(length),
    }
    return {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "scheme": "http",
        "server": ("127.0.0.1", 80),
        "headers": [(name.encode(), text.encode()) for name, text in headers.items()],
        "state": {},
    }


async def measured(server: Server, calls: int) -> dict[str, Figures]:
    """What each kind of call takes now."""
    asker = Asker(server.application)
    body = json.dumps(_BODY).encode()
    made = [(await asker.ask("POST", "/v1/videos", body))["id"] for _ in range(_ROUNDS)]

    def retrieve(number: int) -> Awaitable[Any]:
        return asker.ask("GET", f"/v1/videos/{made[number % len(made)]}")

    kinds: dict[str, Callable[[int], Awaitable[Any]]] = {
        "create": lambda _: asker.ask("POST", "/v1/videos", body),
        "retrieve": retrieve,
        "list": lambda _: asker.ask("GET", "/v1/videos", query="limit=20"),
        "list on": lambda n: asker.ask(
            "GET", "/v1/videos", query=f"limit=20&order=asc&after={made[n % 5]}"
        ),
    }
    found: dict[str, list[float]] = {kind: [] for kind in kinds}
    # In turns, so that whatever else the machine does falls on all alike.
    for number in range(calls):
        for kind, call in kinds.items():
            began = perf_counter()
            await call(number)
            found[kind].append((perf_counter() - began) * 1e3)
    return {kind: Figures(median(t), quantiles(t, n=100)[98]) for kind, t in found.items()}


async def fill(server: Server, count: int) -> None:
    """Make jobs as creates do, without a request for each."""
    plan = JobPlan(server.scenarios.known["happy"], server.dialects.default)

    ids = IdSource(SYSTEM)

    async def make(number: int) -> None:
        request = {**_BODY, "prompt": f"{_BODY['prompt']}, take {number}"}
        order = Order(
            family="videos",
            kind="create",
            model="sora-2",
            prompt=request["prompt"],
            size="720x1280",
            seconds=12,
            width=720,
            height=1280,
            request=request,
        )
        await server.jobs.create(
            *(_TENANT, 1_762_336_916_000 + number, order),
            plan=plan,
            new_id=f"video_{ids.uuid()}",
            ids=ids,
        )

    for start in range(0, count, _AT_ONCE):
        await asyncio.gather(*(make(start + number) for number in range(_AT_ONCE)))


def kept_bytes(address: str) -> int:
    """How much room everything takes where it is kept."""
    if address.startswith("sqlite"):
        return Path(address.removeprefix("sqlite:///")).stat().st_size
    if address.startswith("redis"):
        import redis

        with redis.Redis.from_url(address) as client:
            return int(client.info("memory")["used_memory"])
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


async def compare(address: str, jobs: int, calls: int) -> None:
    """Measure with few jobs and with many, and print both with their ratio."""
    server = build_server(Settings(store=address))
    await fill(server, _FEW)
    process.spare()
    await measured(server, calls // 5)
    few, before = await measured(server, calls), kept_bytes(address)
    began = perf_counter()
    await fill(server, jobs - _FEW)
    rate = (jobs - _FEW) / (perf_counter() - began)
    process.spare()
    room = (kept_bytes(address) - before) / (jobs - _FEW)
    await measured(server, calls // 5)
    many = await measured(server, calls)
    click.echo(f"{address.partition(':')[0]}: {jobs:,} jobs, {room:,.0f} bytes each")
    click.echo(f"  filled with {rate:,.0f} jobs a second, {_AT_ONCE} at the same time")
    for kind, now in many.items():
        then = few[kind]
        click.echo(
            f"  {kind:<9} p50 {then.p50_ms:.3f} -> {now.p50_ms:.3f} ms"
            f"  ratio {now.p50_ms / then.p50_ms:.2f}"
            f"  (p99 {then.p99_ms:.3f} -> {now.p99_ms:.3f} ms)"
        )
    await server.tenants.store.close()


@click.command(context_settings={"show_default": True})
@click.option("--store", "stores", multiple=True, default=("memory", "sqlite", "redis"))
@click.option("--jobs", default=1_000_000, type=click.IntRange(2 * _FEW))
@click.option("--calls", default=1000, type=click.IntRange(50), help="Of each kind, measured.")
def main(stores: tuple[str, ...], jobs: int, calls: int) -> None:
    """Compare a store with few jobs and the same store with many."""
    for store in stores:
        if store == "memory":
            asyncio.run(compare(store, jobs, calls))
            continue
        with opened(store) as address:
            asyncio.run(compare(address, jobs, calls))


if __name__ == "__main__":
    main()
