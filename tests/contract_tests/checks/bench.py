"""Runs checks against an application in this process, without a guard and without waiting."""

import asyncio
import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from random import Random

import httpx
from starlette.types import ASGIApp

import openapi
from contract_tests.checks.check import Check, LifeCycle, Passive, Probe
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.guard.classification import absent_id
from contract_tests.lifecycle.job_options import with_options
from contract_tests.lifecycle.observer import Extent, Observer
from contract_tests.lifecycle.planned_jobs import PlannedJob, plan_jobs, within
from contract_tests.lifecycle.trace import Life
from contract_tests.runner.options import Options
from contract_tests.targets.pace import MovedPace
from contract_tests.targets.target import Capability
from contract_tests.wire.exchange import Exchange, Reply, Request
from contract_tests.wire.session import RefusedError, UnansweredError
from mock_server.app import build_server
from mock_server.domain.clock import ManualClock
from mock_server.settings import Settings
from openapi.catalogue.models import load_catalogue

EPOCH_MS = 1762336916000
ORIGIN = "http://gateway.test"
MAKES = ("createVideo", "createUnifiedVideo", "remixVideo", "editVideo", "extendVideo")


@cache
def contract() -> TargetContract:
    """The shipped contract."""
    return Options().read_contract()


@cache
def planned_jobs() -> Sequence[PlannedJob]:
    """The jobs that a run would create, in its order."""
    return with_options(plan_jobs(contract(), load_catalogue(openapi.MODELS)), contract())


@dataclass
class Bench:
    """A session, and every exchange over it."""

    client: httpx.AsyncClient
    loop: asyncio.AbstractEventLoop
    clock: ManualClock
    budget: int
    bound_s: float = 10.0
    exchanges: list[Exchange] = field(default_factory=list)
    made: list[str] = field(default_factory=list)
    capabilities: frozenset[Capability] = frozenset(Capability)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def contract(self) -> TargetContract:
        """The contract."""
        return contract()

    def named(self, _sender: str) -> "Bench":
        """The same bench; senders are not recorded."""
        return self

    def absent_id(self) -> str:
        """An id of no job."""
        return absent_id(Random(0), contract().dialect.ids)

    def send(self, request: Request) -> Exchange:
        """Send it, unless it would create a job above the budget."""
        found = self.contract.match(request.method, request.path)
        operation = found.id if found else ""
        if operation in MAKES and len(self.made) >= self.budget:
            raise RefusedError("budget")
        exchange = self._exchange(request, operation)
        self.exchanges.append(exchange)
        if exchange.reply_or_none is None:
            raise UnansweredError(exchange)
        if operation in MAKES and exchange.status < 300:
            self.made.append(str(exchange.reply.object.get("id")))
        return exchange

    def _exchange(self, request: Request, operation: str) -> Exchange:
        number = next(self.numbers)
        headers = [(name.encode(), value.encode()) for name, value in request.headers]
        sent = self.client.build_request(
            request.method, request.target, headers=headers, content=request.body
        )
        for name in {"accept", "user-agent", "accept-encoding"} - {n for n, _ in request.headers}:
            sent.headers.pop(name, None)
        try:
            answer = self.loop.run_until_complete(
                asyncio.wait_for(self.client.send(sent), self.bound_s)
            )
        except TimeoutError:
            return Exchange(number, request, None, operation, trouble="no end within the bound")
        pairs = tuple(answer.headers.multi_items())
        reply = Reply(answer.status_code, pairs, answer.content, answer.elapsed.total_seconds())
        return Exchange(number, request, reply, operation)

    @contextmanager
    def at_most(self, jobs: int) -> Iterator[None]:
        """A smaller budget until the block ends."""
        whole, self.budget = self.budget, jobs
        yield
        self.budget = whole

    def live(self, most: int) -> Life:
        """Create the first jobs that a run would create, and observe their lives."""
        pace = MovedPace(self.clock.advance)
        observer = Observer(self, pace, Extent(closed=True), ORIGIN)
        left = max(0, most - len(self.made))
        observer.observe(within(planned_jobs(), contract(), left))
        return observer.life()


@contextmanager
def bench(
    wrap: Callable[[ASGIApp], ASGIApp] = lambda app: app, *, budget: int = 2, seed: int = 1
) -> Iterator[Bench]:
    """A bench with a new fake of its own, wrapped."""
    clock = ManualClock(EPOCH_MS)
    app = wrap(build_server(Settings(seed=seed), clock).application)
    loop = asyncio.new_event_loop()
    transport = httpx.ASGITransport(app)
    client = httpx.AsyncClient(transport=transport, base_url=ORIGIN)
    try:
        yield Bench(client, loop, clock, budget)
    finally:
        loop.run_until_complete(client.aclose())
        loop.close()


@dataclass(frozen=True)
class Seen:
    """A breach and the check that yielded it."""

    check: str
    breach: Breach


def run(on: Bench, checks: Sequence[Check], *, jobs: int = 2) -> list[Seen]:
    """Everything that some checks find, in the order of a run."""
    seen: list[Seen] = []
    seen += _probes(on, checks, acceptance=False)
    with on.at_most(jobs - 1):
        seen += _probes(on, checks, acceptance=True)
    life = on.live(jobs) if any(isinstance(each, LifeCycle) for each in checks) else Life()
    for check in checks:
        if isinstance(check, LifeCycle):
            seen += [Seen(check.name, found) for found in breaches(check.run(contract(), life))]
        elif isinstance(check, Passive):
            for exchange in on.exchanges:
                if check.examines(exchange):
                    found = breaches(check.run(contract(), exchange))
                    seen += [Seen(check.name, each) for each in found]
    return seen


def _probes(on: Bench, checks: Sequence[Check], *, acceptance: bool) -> Iterator[Seen]:
    for check in checks:
        if isinstance(check, Probe) and check.acceptance is acceptance:
            try:
                for found in check.run(on):
                    if isinstance(found, Breach):
                        yield Seen(check.name, found)
            except (RefusedError, UnansweredError):
                continue


def breaches(results: Iterator[object]) -> list[Breach]:
    """The breaches among the results of a check."""
    return [each for each in results if isinstance(each, Breach)]
