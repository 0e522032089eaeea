"""What an open workbench costs the clients of the fake: the p99 of 200 polls a second.

Run it from the project's folder: `python -m benchmarks.workbench --help`. Rounds with and without
an open page alternate. The page is what a browser does: an event stream for each tab, and each part
that has changed is fetched.
"""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.synchronize import Event
from statistics import median
from typing import Any

import click
import httpx

from benchmarks.pollers import p99, serving

TOKEN, KEY = "admin-token-of-the-benchmark", "sk-of-the-benchmark"
_CONNECTIONS = 8
_TABS = ("keys,status,jobs", "keys,status,requests")
_JOBS = 50
_OPENED_S = 60


@dataclass(frozen=True, slots=True)
class Poller:
    """Polls a job at a fixed pace, whatever the answers take; ``took`` are milliseconds."""

    address: str
    job: str
    took: list[float] = field(default_factory=list)

    async def run(self, seconds: float, pause: float, first: float) -> None:
        """Poll over one connection."""
        host, _, port = self.address.partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        head = f"GET /v1/videos/{self.job} HTTP/1.1\r\nHost: {self.address}\r\n"
        request = f"{head}Authorization: Bearer {KEY}\r\n\r\n".encode()
        clock = asyncio.get_running_loop().time
        due, end = clock() + first, clock() + seconds
        while due < end:
            await asyncio.sleep(max(0.0, due - clock()))
            began = clock()
            writer.write(request)
            answer = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = int(answer.partition(b"content-length: ")[2].partition(b"\r\n")[0])
            await reader.readexactly(length)
            self.took.append((clock() - began) * 1000)
            due += pause
        writer.close()


async def _look(client: httpx.AsyncClient, parts: str) -> None:
    """One tab of a browser, until it is closed."""
    async with client.stream("GET", "/_mock/workbench/events", params={"parts": parts}) as stream:
        async for line in stream.aiter_lines():
            if line.startswith("data: "):
                for name in json.loads(line.removeprefix("data: ")):
                    await client.get(f"/_mock/workbench/part/{name}")


async def _browse(address: str, tenant: str, opened: Event) -> None:
    params = {"key": tenant}
    async with httpx.AsyncClient(base_url=f"http://{address}", params=params, timeout=60) as client:
        await client.get("/", params={"token": TOKEN}, headers={"Accept": "text/html"})
        opened.set()
        await asyncio.gather(*(_look(client, parts) for parts in _TABS))


def _browser(address: str, tenant: str, opened: Event) -> None:
    asyncio.run(_browse(address, tenant, opened))


@contextmanager
def page(address: str, tenant: str) -> Iterator[None]:
    """A page with several tabs open, in a process of its own, as a browser is."""
    context = get_context("spawn")
    opened = context.Event()
    browser = context.Process(target=_browser, args=(address, tenant, opened), daemon=True)
    browser.start()
    try:
        if not opened.wait(_OPENED_S):
            raise TimeoutError("the page does not open")
        yield
    finally:
        browser.terminate()
        browser.join()


async def round_of(address: str, job: str, seconds: float, rate: int) -> float:
    """The p99 of one round in milliseconds."""
    poller, pause = Poller(address, job), _CONNECTIONS / rate
    await asyncio.gather(
        *(poller.run(seconds, pause, number / rate) for number in range(_CONNECTIONS))
    )
    return p99(poller.took)


async def measure(address: str, *, rounds: int, seconds: float, rate: int) -> dict[str, Any]:
    """The p99 of each round, without and with the page."""
    headers = {"Authorization": f"Bearer {KEY}"}
    body = {"model": "sora-2", "prompt": "A cat", "seconds": "4"}
    async with httpx.AsyncClient(base_url=f"http://{address}", headers=headers) as client:
        jobs = [(await client.post("/v1/videos", json=body)).json()["id"] for _ in range(_JOBS)]
        tenant = (await client.get("/_mock/world")).json()["tenant"]
    alone: list[float] = []
    watched: list[float] = []
    await round_of(address, jobs[0], seconds, rate)
    for _ in range(rounds):
        alone.append(await round_of(address, jobs[0], seconds, rate))
        with page(address, tenant):
            watched.append(await round_of(address, jobs[0], seconds, rate))
    ratios = [with_page / without for without, with_page in zip(alone, watched, strict=True)]
    return {
        "rate": rate,
        "rounds": rounds,
        "p99_ms": round(median(alone), 3),
        "p99_ms_with_page": round(median(watched), 3),
        "growth": round(median(ratios) - 1, 3),
        "growths": [round(ratio - 1, 3) for ratio in ratios],
    }


@click.command(context_settings={"show_default": True})
@click.option("--rounds", default=7, type=click.IntRange(1), help="Rounds of each kind.")
@click.option("--seconds", default=5.0, type=click.FloatRange(1), help="Length of a round.")
@click.option("--rate", default=200, type=click.IntRange(1), help="Polls per second.")
def main(rounds: int, seconds: float, rate: int) -> None:
    """Measure what an open workbench adds to the p99 of polls."""
    with serving(("--admin-token", TOKEN)) as address:
        found = asyncio.run(measure(address, rounds=rounds, seconds=seconds, rate=rate))
    click.echo(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
