"""Lets faults strike between a checked request and its handler: those asked for, then those set."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from starlette.types import ASGIApp, Receive, Scope, Send

from mock_server.faults.active import ActiveFault, ActiveFaults, Turn
from mock_server.faults.fault import Fault, FaultContext, Subject
from mock_server.faults.operations import CREATES
from mock_server.http.errors import ApiError
from mock_server.http.exchange import (
    DELIBERATE,
    FAULT,
    INBOUND,
    OPERATION,
    STANDING,
    Inbound,
    Struck,
)
from mock_server.http.middleware.failures import Render
from mock_server.jobs.formats import videos
from mock_server.jobs.service import JobService
from mock_server.tenants import TenantRepository, TenantState
from mock_server.tenants.triggers import Triggers

TRANSPORT = "transport"
_TURNS_TO_DROP = 3

# Characters of prompts that are searched while everybody waits; more are searched in a thread.
_SEARCHED_AT_ONCE = 100_000
# What a pattern that has to be compiled first takes, as if it were so many characters.
_A_PATTERN = 5000


class DroppedError(ConnectionError):
    """The connection was to be dropped, and there is none to drop: the server runs in process."""


def fault_injection(
    tenants: TenantRepository, jobs: JobService, words: Triggers, render: Render
) -> Callable[[ASGIApp], ASGIApp]:
    """The middleware class for the worlds of one server."""

    class FaultInjection:
        """Strikes or passes on."""

        def __init__(self, app: ASGIApp) -> None:
            self._app = app

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            """Answer one request, unless a fault is to."""
            request: Inbound | None = scope.get(INBOUND)
            world: TenantState | None = scope.get(STANDING)
            if request is None or world is None or not (request.words or world.faults.faults):
                await self._app(scope, receive, send)
                return
            operation = scope[OPERATION]
            subject = await _subject(jobs, operation, request)
            now = request.now
            asked = {
                word: fault
                for word, fault in words.faults(request.words).items()
                if fault.concerns(subject)
            }
            selection = _Selection(tenants, request.tenant, subject, now)
            passage = _Passage(
                app=self._app,
                scope=scope,
                receive=receive,
                world=world,
                subject=subject,
                now=now,
                turns=iter(await selection.turns(asked, world.faults)),
                render=render,
            )
            await passage.go_on(send)

    return FaultInjection


async def _subject(jobs: JobService, operation: str, request: Inbound) -> Subject:
    """What a request is about; a create from another video is about that one's model."""
    fields = request.body.fields
    model = fields.get("model")
    if model is None and operation in CREATES:
        parent = request.path.get("video_id") or videos.read_parent(fields)
        job = await jobs.store.get(request.tenant, parent) if parent else None
        model = job.order.model if job else None
    prompt = fields.get("prompt")
    return Subject(operation, model, prompt if isinstance(prompt, str) else "")


@dataclass(frozen=True, slots=True)
class _Selection:
    """Which faults of a tenant's world strike a request, found out in one change of that world."""

    tenants: TenantRepository
    tenant: str
    subject: Subject
    now: int

    async def turns(self, asked: Mapping[str, Fault], known: ActiveFaults) -> Sequence[Turn]:
        """The turns of the faults that words ask for, then of those that are set."""
        fitting = {active.id for active in await self._fitting(known)}
        if not asked and not fitting and not known.any_ended(self.now):
            return ()

        return await self.tenants.touch(
            self.tenant,
            lambda state: state.use_faults(asked, fitting, subject=self.subject, now=self.now),
        )

    async def _fitting(self, known: ActiveFaults) -> Sequence[ActiveFault]:
        if known.patterns() * (_A_PATTERN + len(self.subject.prompt)) <= _SEARCHED_AT_ONCE:
            return known.fitting(self.subject, self.now)
        return await asyncio.to_thread(known.fitting, self.subject, self.now)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Passage:
    """One request on its way past the faults that are for it, each in its turn.

    ``now`` is the instant it came at, whatever earlier one it may be answered as of.
    """

    app: ASGIApp
    scope: Scope
    receive: Receive
    world: TenantState
    subject: Subject
    now: int
    turns: Iterator[Turn]
    render: Render

    async def go_on(self, send: Send) -> None:
        """Let the next fault strike, or the handler answer."""
        turn = next(self.turns, None)
        if turn is not None:
            await turn.fault(self._context(turn, send))
            return
        await self.app(self.scope, self.receive, send)

    async def _proceed(self, send: Send) -> None:
        """Go on, and render an error, which a fault may want to change like any other answer."""
        try:
            await self.go_on(send)
        except ApiError as error:
            await self.render(error, self.scope, send)

    def _context(self, turn: Turn, send: Send) -> FaultContext:
        scope, clock = self.scope, self.world.clock
        if not turn.spared:
            struck = Struck(turn.fault.kind, turn.id)
            scope[FAULT], scope[DELIBERATE] = (*scope.get(FAULT, ()), struck), True

        def turn_back(instant_ms: int) -> None:
            scope[INBOUND] = scope[INBOUND]._replace(now=instant_ms)

        return FaultContext(
            subject=self.subject,
            send=send,
            proceed=self._proceed,
            now=self.now,
            wall_ms=clock.wall_span_ms,
            chance=turn.chance,
            facts=turn.facts,
            spared=turn.spared,
            turn_back=turn_back,
            drop=_dropper(scope),
        )


def _dropper(scope: Scope) -> Callable[[], Awaitable[None]]:
    transport = scope.get("state", {}).get(TRANSPORT)

    async def drop() -> None:
        if transport is None:
            raise DroppedError
        transport.abort()
        # Until the server knows that nobody is there, it takes a missing answer for a defect.
        for _ in range(_TURNS_TO_DROP):
            await asyncio.sleep(0)

    return drop
