"""A guard for clients in this process: a client runs in a thread, and the guard ends after it."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

import httpx

from contract_tests.guard.guard import Guard, Refusal
from contract_tests.guard.halt import Halt
from contract_tests.runner.guarding import Guarded, Proxy, guard_clients
from contract_tests.runner.options import Options
from contract_tests.runner.run import Recorder, unrecorded
from contract_tests.wire.exchange import Exchange, Request

T = TypeVar("T")


@dataclass
class Lines:
    """What was shown of the requests."""

    shown: list[tuple[str, str]] = field(default_factory=list)

    def of(self, _guard: Guard) -> Callable[[Request, Exchange | Refusal], None]:
        """What takes each request."""

        def show(request: Request, outcome: Exchange | Refusal) -> None:
            text = outcome.why if isinstance(outcome, Refusal) else str(outcome.status)
            self.shown.append((request.method, text))

        return show


def guarded(
    options: Options,
    client: Callable[[str], T],
    *,
    lines: Lines | None = None,
    recorder: Recorder = unrecorded,
) -> tuple[T, Guarded]:
    """What a client returns that is given the guard's address, and what the guard reports."""
    halt = Halt()
    results: list[Future[T]] = []

    def work(url: str) -> T:
        try:
            return client(url)
        finally:
            halt.now("the client is done")

    with ThreadPoolExecutor(1) as pool:
        proxy = Proxy(
            started=lambda url: results.append(pool.submit(work, url)),
            lines=(lines or Lines()).of,
        )
        found = guard_clients(options, proxy, halt, recorder=recorder)
        return results[0].result(), found


def client(url: str, key: str = "sk-of-the-client") -> httpx.Client:
    """An HTTP client with a key of its own."""
    headers = {"Authorization": f"Bearer {key}"}
    return httpx.Client(base_url=url, headers=headers, trust_env=False)
