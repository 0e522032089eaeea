"""Lets faults strike between a checked request and its handler: those asked for, then those set."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace

from connexion.middleware.abstract import ROUTING_CONTEXT
from starlette.types import ASGIApp, Receive, Scope, Send

from mock_server.desk import Desk
from mock_server.errors import ApiError
from mock_server.exchange import DELIBERATE, FAULT, INBOUND, Inbound, Struck
from mock_server.families import videos
from mock_server.faults.active import ActiveFault
from mock_server.faults.fault import Exchange, Subject
from mock_server.faults.operations import CREATES
from mock_server.magic import Vocabulary
from mock_server.serving.failures import Render
from mock_server.worlds import World, Worlds

TRANSPORT = "transport"
_TURNS_TO_DROP = 3


class DroppedError(ConnectionError):
    """The connection was to be dropped, and there is none to drop: the server runs in process."""


def fault_injection(
    worlds: Worlds, desk: Desk, words: Vocabulary, render: Render
) -> Callable[[ASGIApp], ASGIApp]:
    """The middleware class for the worlds of one server."""

    class FaultInjection:
        """Strikes or passes on."""

        def __init__(self, app: ASGIApp) -> None:
            self._app = app

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            """Answer one request, unless a fault is to."""
            request: Inbound | None = scope.get(INBOUND)
            world = worlds.of(request.tenant) if request else None
            if request is None or world is None or not (request.words or world.faults.faults):
                await self._app(scope, receive, send)
                return
            operation = scope["extensions"][ROUTING_CONTEXT]["operation_id"]
            subject = await _subject(desk, operation, request)
            now = request.now
            asked = [
                world.faults.asked(word, fault, now)
                for word, fault in words.faults(request.words).items()
                if fault.concerns(subject)
            ]
            passage = _Passage(
                app=self._app,
                scope=scope,
                receive=receive,
                world=world,
                subject=subject,
                now=now,
                turns=iter([*asked, *world.faults.fitting(subject, now)]),
                render=render,
            )
            await passage.go_on(send)

    return FaultInjection


async def _subject(desk: Desk, operation: str, request: Inbound) -> Subject:
    """What a request is about; a create from another video is about that one's model."""
    fields = request.body.fields
    model = fields.get("model")
    if model is None and operation in CREATES:
        parent = request.path.get("video_id") or videos.read_parent(fields)
        job = await desk.store.get(request.tenant, parent) if parent else None
        model = job.order.model if job else None
    return Subject(operation, model, fields.get("prompt", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Passage:
    """One request on its way past the faults that are for it, each in its turn.

    ``now`` is the instant it came at, whatever earlier one it may be answered as of.
    """

    app: ASGIApp
    scope: Scope
    receive: Receive
    world: World
    subject: Subject
    now: int
    turns: Iterator[ActiveFault]
    render: Render

    async def go_on(self, send: Send) -> None:
        """Let the next fault strike, or the handler answer."""
        for active in self.turns:
            if active.strikes(self.world.chance):
                await active.fault(self._exchange(active, send))
                return
        await self.app(self.scope, self.receive, send)

    async def _proceed(self, send: Send) -> None:
        """Go on, and render an error, which a fault may want to change like any other answer."""
        try:
            await self.go_on(send)
        except ApiError as error:
            await self.render(error, self.scope, send)

    def _exchange(self, active: ActiveFault, send: Send) -> Exchange:
        scope, clock = self.scope, self.world.clock
        struck = Struck(active.fault.kind, active.id)
        earlier = scope.get(FAULT, ())
        scope[FAULT], scope[DELIBERATE] = (*earlier, struck), True

        def spare() -> None:
            active.fired -= 1
            scope[FAULT], scope[DELIBERATE] = earlier, bool(earlier)

        def turn_back(instant_ms: int) -> None:
            scope[INBOUND] = replace(scope[INBOUND], now=instant_ms)

        return Exchange(
            subject=self.subject,
            send=send,
            proceed=self._proceed,
            now=self.now,
            wall_ms=clock.wall_ms,
            chance=self.world.chance,
            facts=active.facts,
            spare=spare,
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
