"""The guard: forwards one request at a time and records every exchange."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from threading import Event

from contract_tests.contract.described import described_state
from contract_tests.contract.target_contract import TargetContract
from contract_tests.guard.classification import (
    READS,
    RequestKind,
    classify,
    is_documented,
    named_id,
)
from contract_tests.guard.forwarding import GIVEN_UP, Forwarder, NoReply
from contract_tests.guard.halt import Halt
from contract_tests.guard.policy import Entry, Policy
from contract_tests.wire.exchange import Exchange, Reply, Request, id_of
from openapi.contract.contract import Operation

Pause = Callable[[float], Awaitable[None]]
Observe = Callable[[Exchange], None]
FUZZER = "Schemathesis"
_BAD_REQUEST = 400
_TOO_MANY = 429
_MOST_WAITS = 5
_LONGEST_WAIT_S = 60.0
# After so many requests with 429 as their last response, Retry-After is no longer obeyed.
_MOST_THROTTLED = 2
_MOST_RETRIES = 2


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request was not sent."""

    why: str


def _set() -> Event:
    event = Event()
    event.set()
    return event


def unobserved(_exchange: Exchange) -> None:
    """Do nothing with an exchange."""


@dataclass
class Guard:
    """Stands between a run and its target.

    Attributes:
        interval_s: the least time between two requests, in seconds.
        pause: waits some seconds.
        refusals: how many requests were not sent, by reason.
        transparent: the senders are clients, which decide themselves what they send again. Their
            reads may be on their way at the same time.
        observe: is called with each exchange as soon as it is complete, in the guard's thread.
        reached: whether there was ever a connection to the target.
        idle: is set while no request is in progress.
    """

    contract: TargetContract
    policy: Policy
    forwarder: Forwarder
    interval_s: float = 0.0
    pause: Pause = asyncio.sleep
    halt: Halt = field(default_factory=Halt)
    transparent: bool = False
    observe: Observe = unobserved
    exchanges: list[Exchange] = field(default_factory=list)
    refusals: dict[str, int] = field(default_factory=dict)
    reached: bool = False
    idle: Event = field(default_factory=_set)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _last_s: float = 0.0
    _throttled: int = 0
    _in_progress: int = 0

    def recorded(self, number: int) -> Exchange | None:
        """The exchange with that number; None when there is none."""
        known = self.exchanges
        return known[number - 1] if 0 < number <= len(known) else None

    async def handle(self, request: Request, sender: str) -> Exchange | Refusal:
        """Send a request if it may be sent, wait for its response, and record both.

        Args:
            sender: the name that the exchange is recorded under.
        """
        is_free = self.transparent and request.method in READS
        async with nullcontext() if is_free else self._turn:
            self._in_progress += 1
            self.idle.clear()
            try:
                return await self._handle(request, sender)
            except Exception as error:  # noqa: BLE001 (a bug in the guard is not the target's)
                return Refusal(f"the guard failed: {type(error).__name__}")
            finally:
                self._in_progress -= 1
                if not self._in_progress:
                    self.idle.set()

    async def _handle(self, request: Request, sender: str) -> Exchange | Refusal:
        kind = classify(self.contract, request)
        named = named_id(self.contract, request)
        if why := self._halted(kind, named) or self.policy.refusal(request, kind, named):
            self.refusals[why] = self.refusals.get(why, 0) + 1
            return Refusal(why)
        outcome = await self._patiently(request, kind)
        is_throttled = isinstance(outcome, Reply) and outcome.status == _TOO_MANY
        self._throttled = self._throttled + 1 if is_throttled else 0
        return self._record(request, kind, outcome, sender)

    def _halted(self, kind: RequestKind, named: str) -> str:
        """Why nothing more is sent; the run's own jobs may still be deleted for some seconds."""
        own = kind is RequestKind.DELETE and self.policy.ledger.has(named)
        return "" if own and self.halt.deletions_s > 0 else self.halt.why

    async def _send(self, request: Request, kind: RequestKind) -> Reply | NoReply:
        """Send it; after a halt only a response that may name a job is waited for."""
        sending = asyncio.ensure_future(self.forwarder.send(request))
        if not self.halt.why:
            await self.halt.first(sending)
        if self.halt.why:
            await asyncio.wait({sending}, timeout=self._patience_s(kind))
        if sending.done():
            return await sending
        sending.cancel()
        return NoReply(f"{GIVEN_UP}: {self.halt.why}")

    def _patience_s(self, kind: RequestKind) -> float:
        if kind is RequestKind.DELETE:
            return self.halt.deletions_s
        return 0.0 if self._is_harmless(kind) else self.halt.replies_s

    async def _patiently(self, request: Request, kind: RequestKind) -> Reply | NoReply:
        """Send it; again after 429, and after a broken connection if that does no harm."""
        waits = retries = 0
        most_retries = 0 if self.transparent else _MOST_RETRIES
        while True:
            await self._keep_pace()
            outcome = await self._send(request, kind)
            if isinstance(outcome, NoReply):
                self.reached = self.reached or outcome.connected
                if not outcome.broke or retries == most_retries or not self._is_harmless(kind):
                    return outcome
                retries += 1
            else:
                self.reached = True
                outcome = replace(outcome, broken=retries)
                delay = _retry_after(outcome)
                if outcome.status != _TOO_MANY or delay is None or waits == self._most_waits:
                    return outcome
                waits += 1
                await self.halt.pause(self.pause(delay))
            if not self._may_send_again():
                return outcome

    @property
    def _most_waits(self) -> int:
        is_patient = not self.transparent and self._throttled < _MOST_THROTTLED
        return _MOST_WAITS if is_patient else 0

    def _is_harmless(self, kind: RequestKind) -> bool:
        """Whether it can be sent twice; a create cannot: its response may have been lost."""
        refused = kind is RequestKind.MUST_BE_REFUSED and self.policy.is_strict
        return refused or kind in (RequestKind.READ, RequestKind.UNLISTED)

    def _may_send_again(self) -> bool:
        most = self.policy.limits.max_requests
        if self.halt.why or (most is not None and self.policy.requests >= most):
            return False
        self.policy.requests += 1
        return True

    async def _keep_pace(self) -> None:
        wait = self._last_s + self.interval_s - time.monotonic()
        if wait > 0:
            await self.halt.pause(self.pause(wait))
        self._last_s = time.monotonic()

    def _record(
        self, request: Request, kind: RequestKind, outcome: Reply | NoReply, sender: str
    ) -> Exchange:
        operation = self.contract.match(request.method, request.path)
        name = operation.id if operation else ""
        reply = outcome if isinstance(outcome, Reply) else None
        self.policy.received += len(reply.body) if reply else 0
        status = self._status(request, operation, reply)
        described = None
        if reply is not None and name in self.contract.roles:
            described = described_state(self.contract, name, reply.json)
        job = id_of(reply.object if described is None else described) if reply else ""
        number = len(self.exchanges) + 1
        exchange = Exchange(
            number=number,
            request=_without_connection_headers(request),
            reply_or_none=reply,
            operation=name,
            sender=sender,
            trouble=outcome.why if isinstance(outcome, NoReply) else "",
            at_s=time.time(),
            described=described,
        )
        self.exchanges.append(exchange)
        if self.policy.settle(kind, status, job, name):
            self.policy.ledger.add(Entry(job, name, number))
        self.observe(exchange)
        return exchange

    def _status(self, request: Request, operation: Operation | None, reply: Reply | None) -> int:
        """The status; a 5xx by which the dialect refuses the caller's mistakes counts as 400."""
        status = reply.status if reply else 0
        if operation is None or status not in self.contract.server_errors_for_requests(operation):
            return status
        return status if is_documented(self.contract, request) else _BAD_REQUEST


def _retry_after(reply: Reply) -> float | None:
    """How many seconds to wait; None when the response does not say."""
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        try:
            return min(_LONGEST_WAIT_S, max(0.0, float(reply.header(name) or "") / unit))
        except ValueError:
            continue
    return None


def _without_connection_headers(request: Request) -> Request:
    """The request without the headers that belong to the connection to the guard."""
    kept = tuple(
        (name, value)
        for name, value in request.headers
        if name.lower() not in ("host", "content-length", "accept-encoding", "connection")
    )
    return Request(request.method, request.target, kept, request.body)
