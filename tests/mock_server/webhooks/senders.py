"""A sender on a store in memory with a manual clock; its receiver is a list of answers."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from mock_server.domain.clock import ManualClock
from mock_server.domain.webhooks import Delivery, Endpoint
from mock_server.scenarios.selection import shipped
from mock_server.stores import MemoryStore
from mock_server.tenants import TenantDefaults, TenantRepository
from mock_server.tenants.defaults import Dialects
from mock_server.webhooks import Attempts, Endpoints, Poster, Sender, Targets, WakeUps
from mock_server.webhooks.post import Answer
from openapi.dialects import DEFAULT
from openapi.dialects.loading import load_dialects
from tests.mock_server.facts import BORN_MS, endpoint

DIALECTS = load_dialects()


class ScriptedPoster(Poster):
    """Answers in turn, the last one for all that follow; ``held`` keeps answers back."""

    def __init__(self, answers: Sequence[Answer]) -> None:
        super().__init__(Targets())
        self.answers = list(answers)
        self.heard: list[tuple[str, Mapping[str, str]]] = []
        self.arrived = asyncio.Event()
        self.held: asyncio.Event | None = None
        self.most_at_once = self._under_way = 0

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """The next answer."""
        self.heard.append((url, headers))
        self.arrived.set()
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        self._under_way += 1
        self.most_at_once = max(self.most_at_once, self._under_way)
        if self.held is not None:
            await self.held.wait()
        self._under_way -= 1
        return answer

    async def release(self) -> None:
        """Let answers go that were kept back."""
        assert self.held is not None
        self.held.set()


@dataclass(slots=True)
class SenderUnderTest:
    """The state of the tenant ``tenant`` and its sender."""

    clock: ManualClock
    tenants: TenantRepository
    endpoints: Endpoints
    poster: ScriptedPoster
    sender: Sender
    counted: Counter[str] = field(default_factory=Counter)

    async def deliver(self) -> Sequence[Delivery]:
        """Send what is due."""
        return await self.sender.deliver("tenant")

    async def records(self) -> Sequence[Delivery]:
        """What is over, the newest first."""
        return await self.tenants.store.outbox.records("tenant", 100)

    async def pending(self) -> Sequence[Delivery]:
        """What is to be sent."""
        return await self.tenants.store.outbox.pending("tenant", 100)


@asynccontextmanager
async def sending(
    *answers: Answer, store: MemoryStore | None = None, endpoints: Sequence[Endpoint] = ()
) -> AsyncIterator[SenderUnderTest]:
    """A tenant with an endpoint; its clock is stopped when jobs are created."""
    clock = ManualClock(BORN_MS)
    defaults = TenantDefaults(
        clock=lambda: clock, scenarios=shipped(), dialects=Dialects(DIALECTS, DIALECTS[DEFAULT])
    )
    schedule = WakeUps()
    tenants = TenantRepository(store or MemoryStore(), defaults, changed=schedule.wake)
    known = Endpoints(tenants)
    poster = ScriptedPoster(answers or [Answer(status=200)])
    counted: Counter[str] = Counter()
    sender = Sender(
        *(tenants, Attempts(tenants, known, poster, lambda result: counted.update((result,)))),
        schedule,
    )
    for each in endpoints or (endpoint(),):
        await known.add("tenant", lambda state, each=each: (state, each))  # type: ignore[misc]
    yield SenderUnderTest(clock, tenants, known, poster, sender, counted)
    await sender.close()
