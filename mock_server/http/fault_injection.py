"""Injects faults between a validated request and its handler."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from starlette.types import ASGIApp, Receive, Scope, Send

from mock_server.faults.active import ActiveFault, ActiveFaults, Turn
from mock_server.faults.fault import (
    COUNTERPARTS,
    CREATES,
    OPERATIONS,
    Fault,
    FaultContext,
    NoAnswerError,
    Subject,
)
from mock_server.http.error_responses import render_error
from mock_server.http.errors import ApiError
from mock_server.http.exchange import EXCHANGE, Exchange, Inbound, Struck
from mock_server.jobs.formats import videos
from mock_server.stores.protocol import Jobs
from mock_server.tenants import TenantRepository
from mock_server.tenants.triggers import Triggers
from openapi.contract.contract import Operation

# Characters of prompts that are searched in the event loop; more are searched in a thread.
_SEARCHED_AT_ONCE = 100_000
# The cost of compiling a pattern, in characters that are searched.
_A_PATTERN = 5000


class FaultInjection:
    """Uses the faults that a request's triggers ask for, then those that are set for its tenant."""

    def __init__(
        self, app: ASGIApp, *, tenants: TenantRepository, jobs: Jobs, triggers: Triggers
    ) -> None:
        self._app = app
        self._tenants = tenants
        self._jobs = jobs
        self._triggers = triggers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request, or let a fault answer it."""
        exchange: Exchange | None = scope.get(EXCHANGE)
        if exchange is None or exchange.request is None or exchange.state is None:
            await self._app(scope, receive, send)
            return
        request, faults = exchange.request, exchange.state.faults
        if not (request.triggers or faults.faults):
            await self._app(scope, receive, send)
            return
        subject = await self._subject(exchange.operation, request)
        triggered = {
            trigger: fault
            for trigger, fault in self._triggers.faults(request.triggers).items()
            if fault.concerns(subject)
        }
        selection = _Selection(self._tenants, request.tenant, subject, request.now)
        turns = await selection.turns(triggered, faults)
        passage = _Passage(
            app=self._app,
            scope=scope,
            receive=receive,
            exchange=exchange,
            subject=subject,
            now=request.now,
            wall_ms=exchange.state.clock.wall_span_ms,
            turns=iter(turns),
        )
        # A connection that a fault or a scenario has dropped needs nothing more.
        with suppress(NoAnswerError):
            await passage.proceed(send)

    async def _subject(self, operation: Operation | None, request: Inbound) -> Subject:
        """What a request is about; a create from another video is about that one's model.

        A described operation counts as the one of this gateway that has its role.
        """
        fields = request.body.fields
        if operation is None:
            return Subject("")
        operation_id = operation.id
        if operation_id not in OPERATIONS:
            operation_id = COUNTERPARTS.get(operation.role or "", operation_id)
        model = fields.get(operation.asks.get("model", "model"))
        if model is None and operation_id in CREATES:
            parent = request.path.get("video_id") or videos.read_parent(fields)
            job = await self._jobs.get(request.tenant, parent) if parent else None
            model = job.order.model if job else None
        prompt = fields.get(operation.asks.get("prompt", "prompt"))
        return Subject(operation_id, model, prompt if isinstance(prompt, str) else "")


@dataclass(frozen=True, slots=True)
class _Selection:
    """Selects the faults for one request, in one change of the tenant's state."""

    tenants: TenantRepository
    tenant: str
    subject: Subject
    now: int

    async def turns(self, triggered: Mapping[str, Fault], active: ActiveFaults) -> Sequence[Turn]:
        """The turns of the triggered faults, then of the active ones."""
        fitting = {fault.id for fault in await self._fitting(active)}
        if not triggered and not fitting and not active.any_ended(self.now):
            return ()
        return await self.tenants.touch(
            self.tenant,
            lambda state: state.use_faults(triggered, fitting, subject=self.subject, now=self.now),
        )

    async def _fitting(self, active: ActiveFaults) -> Sequence[ActiveFault]:
        if active.patterns() * (_A_PATTERN + len(self.subject.prompt)) <= _SEARCHED_AT_ONCE:
            return active.fitting(self.subject, self.now)
        return await asyncio.to_thread(active.fitting, self.subject, self.now)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Passage:
    """One request on its way through its faults to the handler.

    ``now`` is the instant it arrived at, even if a fault answers it as of an earlier one.
    """

    app: ASGIApp
    scope: Scope
    receive: Receive
    exchange: Exchange
    subject: Subject
    now: int
    wall_ms: Callable[[int], int]
    turns: Iterator[Turn]

    async def proceed(self, send: Send) -> None:
        """Let the next fault act, or the handler answer after the last one."""
        turn = next(self.turns, None)
        if turn is None:
            await self.app(self.scope, self.receive, send)
        else:
            await turn.fault(self._context(turn, send))

    async def _rendered(self, send: Send) -> None:
        """Proceed, and render an error, which faults change like any other response."""
        try:
            await self.proceed(send)
        except ApiError as error:
            await render_error(error, self.exchange)(self.scope, self.receive, send)

    def _context(self, turn: Turn, send: Send) -> FaultContext:
        exchange = self.exchange
        if not turn.spared:
            exchange.faults = (*exchange.faults, Struck(turn.fault.kind, turn.id))
            exchange.deliberate = True
        return FaultContext(
            subject=self.subject,
            send=send,
            proceed=self._rendered,
            now=self.now,
            wall_ms=self.wall_ms,
            chance=turn.chance,
            facts=turn.facts,
            spared=turn.spared,
            turn_back=self._turn_back,
            drop=exchange.drop,
        )

    def _turn_back(self, instant_ms: int) -> None:
        exchange = self.exchange
        exchange.request = exchange.request and exchange.request._replace(now=instant_ms)
