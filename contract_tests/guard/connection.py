"""Opens the guarded connection to a target: a guard in front of it, and sessions through it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import httpx

from contract_tests.contract.target_contract import TargetContract
from contract_tests.guard.classification import absent_id, named_id
from contract_tests.guard.forwarding import Forwarder, keep_headers
from contract_tests.guard.guard import Guard, Observe, Refusal, unobserved
from contract_tests.guard.halt import Halt
from contract_tests.guard.keys import Keys
from contract_tests.guard.policy import Ledger, Limits, Policy
from contract_tests.guard.purse import Price, Purse
from contract_tests.guard.server import GuardApp, ServedGuard, serving
from contract_tests.targets.target import Capability, Target, is_loopback
from contract_tests.wire.exchange import Exchange, Request
from contract_tests.wire.session import RefusedError, UnansweredError

_ANY_HOST = "http://target"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLimits:
    """The limits of a run.

    Attributes:
        rate: requests a second; None is without limit.
        timeout_s: how long a response may take, in seconds.
        most_bytes: how long a response may be.
        ledger: a file for the ids of the jobs that are created.
        budget_usd: how much the jobs may cost in US dollars; None is without limit.
        assumed_usd: the price of a job whose price is unknown; None refuses to create it.
    """

    limits: Limits
    rate: float | None = None
    timeout_s: float = 30.0
    most_bytes: int = 256 * 1024 * 1024
    ledger: Path | None = None
    seed: int = 0
    budget_usd: float | None = None
    assumed_usd: float | None = None

    def purse(self, price: Price) -> Purse | None:
        """The money that may be spent; None is without limit."""
        if self.budget_usd is None:
            return None
        return Purse(self.budget_usd, price, self.assumed_usd)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """How requests come to the guard.

    Attributes:
        application: answers them; by default that for Schemathesis.
        port: on loopback; 0 is any that is free.
        transparent: whether the senders are clients of their own, see ``Guard``.
    """

    application: Callable[[Guard], GuardApp] = GuardApp
    port: int = 0
    transparent: bool = False


ENTRANCE = Entrance()


def unpriced(_request: Request) -> float | None:
    """No create has a known price."""
    return None


@dataclass(frozen=True)
class GuardedSession:
    """A ``Session`` through a guard of this process; ``sender`` is recorded for its exchanges."""

    contract: TargetContract
    capabilities: frozenset[Capability]
    served: ServedGuard
    sender: str
    seed: int = 0

    def named(self, sender: str) -> "GuardedSession":
        """The same session for another sender."""
        return replace(self, sender=sender)

    def absent_id(self) -> str:
        """The id of a job that never existed."""
        return absent_id(Random(self.seed), self.contract.dialect.ids)

    def send(self, request: Request) -> Exchange:
        """Send a request and wait for the response.

        Raises:
            RefusedError: the guard did not send it.
            UnansweredError: there is no response.
        """
        try:
            outcome = self.served.send(_sendable(request), self.sender)
        except (httpx.InvalidURL, UnicodeError) as error:
            raise RefusedError(f"it cannot be sent: {error}") from error
        if isinstance(outcome, Refusal):
            raise RefusedError(outcome.why)
        exchange = replace(outcome, request=request)
        if outcome.reply_or_none is None:
            raise UnansweredError(exchange)
        return exchange


def _sendable(request: Request) -> Request:
    """The request as it reaches the guard, with header names in lower case.

    Raises:
        InvalidURL: its target is no part of a URL.
        UnicodeError: it has characters that HTTP cannot send.
    """
    httpx.URL(_ANY_HOST).copy_with(raw_path=request.target.encode("latin-1"))
    headers = tuple((name.lower(), value) for name, value in request.headers)
    for _, value in headers:
        value.encode("latin-1")
    return replace(request, headers=headers)


@dataclass(frozen=True)
class GuardedConnection:
    """An open connection: the guard, the guard's URL, and a session through it."""

    guard: Guard
    url: str
    session: GuardedSession

    def settle(self) -> None:
        """Wait for a request on its way: its response may name a job that was created."""
        halt = self.guard.halt
        # A halted guard stops waiting in time.
        self.guard.idle.wait(halt.deletions_s if halt.why else self.guard.forwarder.timeout_s)


@contextmanager
def open_connection(
    target: Target,
    contract: TargetContract,
    run_limits: RunLimits,
    halt: Halt | None = None,
    *,
    observe: Observe = unobserved,
    price: Price = unpriced,
    entrance: Entrance = ENTRANCE,
) -> Iterator[GuardedConnection]:
    """A connection to a target, until the block ends.

    Args:
        halt: ends all sending earlier.
        price: the list price of a create, where money is limited.
        observe: is called with each exchange as soon as it is complete.
    """
    contract = target.tested_part(contract)
    client = httpx.AsyncClient(
        base_url=target.url,
        transport=target.transport,
        timeout=httpx.Timeout(run_limits.timeout_s + 1, connect=min(10.0, run_limits.timeout_s)),
        event_hooks={"response": [keep_headers]},
        # A proxy in the environment is for other machines.
        trust_env=not is_loopback(httpx.URL(target.url).host),
    )
    guard = Guard(
        contract=contract,
        policy=Policy(run_limits.limits, Ledger(run_limits.ledger), purse=run_limits.purse(price)),
        forwarder=Forwarder(client, Keys(target.keys), run_limits.timeout_s, run_limits.most_bytes),
        interval_s=1 / run_limits.rate if run_limits.rate else 0.0,
        halt=halt or Halt(),
        transparent=entrance.transparent,
        observe=observe,
    )
    with serving(guard, entrance.application, entrance.port) as served:
        session = GuardedSession(
            contract=contract,
            capabilities=target.capabilities,
            served=served,
            sender="run",
            seed=run_limits.seed,
        )
        yield GuardedConnection(guard, served.url, session)


def clean_up(connection: GuardedConnection) -> None:
    """Delete every job that the run created and knows the id of, if jobs cost money."""
    contract, policy = connection.session.contract, connection.guard.policy
    if not policy.limits.billable or not contract.has("deleteVideo"):
        return
    policy.held_back_requests = 0
    operation = contract.operation("deleteVideo")
    session = connection.session.named("clean-up")
    gone = deleted(connection)
    for job in policy.ledger.ids:
        if job not in gone:
            try:
                session.send(Request("DELETE", operation.fill(video_id=job)))
            except (RefusedError, UnansweredError):
                continue


def deleted(connection: GuardedConnection) -> tuple[str, ...]:
    """The jobs that the run created and has deleted, in whatever stage."""
    guard, contract = connection.guard, connection.session.contract
    deletes = [each for each in guard.exchanges if each.request.method == "DELETE"]
    gone = {named_id(contract, each.request) for each in deletes if each.status == 200}
    return tuple(job for job in guard.policy.ledger.ids if job in gone)
