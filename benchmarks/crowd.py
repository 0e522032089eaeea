"""A crowd of clients that create and poll at the same time, each on a connection of its own."""

import asyncio
import json
import random
import re
from collections import Counter
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

ORDER = json.dumps({"model": "sora-2", "prompt": "A calico cat", "seconds": "12"}).encode()
_OK = 200
_PAGE = 100
_KEY = "Authorization: Bearer pollers-{}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How many ask, how long, and how many seconds each pauses between two requests."""

    pollers: int
    creators: int
    tenants: int
    seconds: float
    pause: float


@dataclass(slots=True)
class Seen:
    """What came of it: milliseconds by kind of request, errors by kind, jobs by tenant."""

    took: dict[str, list[float]] = field(default_factory=lambda: {"create": [], "poll": []})
    errors: Counter[str] = field(default_factory=Counter)
    jobs: dict[int, list[str]] = field(default_factory=dict)


class Client:
    """One connection that asks as one tenant."""

    def __init__(self, netloc: str, tenant: int) -> None:
        """``netloc`` is host and port."""
        self._host, _, port = netloc.rpartition(":")
        self._port = int(port)
        self._key = _KEY.format(tenant)
        self.tenant = tenant

    async def connect(self) -> None:
        """Open the connection."""
        self._reader, self._writer = await asyncio.open_connection(self._host, self._port)

    async def ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, dict[str, Any]]:
        """Status and content of an answer."""
        head = f"{method} {path} HTTP/1.1\r\nHost: {self._host}\r\n{self._key}\r\n"
        if body:
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        self._writer.write(head.encode() + b"\r\n" + body)
        found = await self._reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"\r\ncontent-length: *(\d+)", found, re.IGNORECASE)
        content = await self._reader.readexactly(int(length[1]) if length else 0)
        return int(found[9:12]), json.loads(content)

    def close(self) -> None:
        """Close the connection."""
        self._writer.close()


class Crowd:
    """All clients of one run."""

    def __init__(self, netloc: str, load: Load) -> None:
        self._netloc = netloc
        self._load = load
        self._until = 0.0
        self.seen = Seen()

    async def run(self) -> None:
        """Start everybody, let them ask, and wait until the last has its answer."""
        load, seen = self._load, self.seen
        for tenant in range(load.tenants):
            # Nobody polls before there is something to ask about.
            await self._one(tenant, self._create, once=True)
        self._until = perf_counter() + load.seconds
        await asyncio.gather(
            *(self._one(number % load.tenants, self._create) for number in range(load.creators)),
            *(self._one(number % load.tenants, self._poll) for number in range(load.pollers)),
        )
        seen.errors["lost or doubled"] = 0
        for tenant, made in seen.jobs.items():
            await self._look_for(tenant, made)
        seen.errors = +seen.errors

    async def _one(self, tenant: int, step: Any, *, once: bool = False) -> None:
        client = Client(self._netloc, tenant)
        try:
            if not once:
                # Spread over a pause, as clients that started at different times are.
                await asyncio.sleep(random.random() * self._load.pause)
            await client.connect()
            while once or perf_counter() < self._until:
                await step(client)
                if once:
                    break
                await asyncio.sleep(self._load.pause * random.uniform(0.5, 1.5))
            client.close()
        except (OSError, EOFError) as error:
            self.seen.errors[type(error).__name__] += 1

    async def _create(self, client: Client) -> None:
        answer = await self._timed("create", client, "POST", "/v1/videos", ORDER)
        if answer:
            self.seen.jobs.setdefault(client.tenant, []).append(answer["id"])

    async def _poll(self, client: Client) -> None:
        job_id = random.choice(self.seen.jobs[client.tenant])
        answer = await self._timed("poll", client, "GET", f"/v1/videos/{job_id}")
        if answer and answer["id"] != job_id:
            self.seen.errors["another job's answer"] += 1

    async def _timed(self, kind: str, client: Client, *request: Any) -> dict[str, Any] | None:
        started = perf_counter()
        status, content = await client.ask(*request)
        self.seen.took[kind].append((perf_counter() - started) * 1000)
        if status == _OK:
            return content
        self.seen.errors[f"{kind} {status}"] += 1
        return None

    async def _look_for(self, tenant: int, made: list[str]) -> None:
        client = Client(self._netloc, tenant)
        await client.connect()
        listed: Counter[str] = Counter()
        after = ""
        while True:
            _, page = await client.ask("GET", f"/v1/videos?limit={_PAGE}{after}")
            listed.update(job["id"] for job in page["data"])
            if not page["has_more"]:
                break
            after = f"&after={page['last_id']}"
        wrong = listed - Counter(made) + (Counter(made) - listed)
        self.seen.errors["lost or doubled"] += wrong.total()
        client.close()
