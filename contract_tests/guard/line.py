"""Opens the one line to a target: a guard in front of it, and a client of that guard."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from contract_tests.contract.target_contract import TargetContract
from contract_tests.guard.forwarding import Forwarder, keep_headers
from contract_tests.guard.guard import Guard
from contract_tests.guard.halt import Halt
from contract_tests.guard.keys import Keys
from contract_tests.guard.ledger import Ledger
from contract_tests.guard.policy import Limits, Policy
from contract_tests.guard.server import serving
from contract_tests.runner.targets import Target, is_loopback
from contract_tests.wire.client import Wire, WireSession, guard_client
from contract_tests.wire.exchange import Exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLimits:
    """The terms on which a target is spoken to; ``rate`` is requests a second, None any."""

    limits: Limits
    rate: float | None = None
    timeout_s: float = 30.0
    most_bytes: int = 256 * 1024 * 1024
    ledger: Path | None = None
    seed: int = 0


@dataclass(frozen=True)
class GuardedConnection:
    """An open line: the guard, its address, and a session for own requests."""

    guard: Guard
    url: str
    session: WireSession

    def settle(self) -> None:
        """Wait for a request that is on its way: it may be the one that makes a job."""
        halt = self.guard.halt
        # A halted guard gives it up in time by itself.
        self.guard.idle.wait(halt.deletions_s if halt.why else self.guard.forwarder.timeout_s)

    def recorded(self, number: int) -> Exchange | None:
        """The exchange of that number; None when there is none."""
        return self.guard.recorded(number)


@contextmanager
def opened(
    target: Target, contract: TargetContract, run_limits: RunLimits, halt: Halt | None = None
) -> Iterator[GuardedConnection]:
    """A line to a target, until the block ends; ``halt`` ends all sending earlier."""
    contract = target.held_to(contract)
    host = httpx.URL(target.url).host
    client = httpx.AsyncClient(
        base_url=target.url,
        transport=target.transport,
        timeout=httpx.Timeout(run_limits.timeout_s + 1, connect=min(10.0, run_limits.timeout_s)),
        event_hooks={"response": [keep_headers]},
        # A company's proxy is for what lies beyond this machine.
        trust_env=not is_loopback(host),
    )
    keys = Keys(target.keys)
    guard = Guard(
        contract=contract,
        policy=Policy(run_limits.limits, Ledger(run_limits.ledger)),
        forwarder=Forwarder(client, keys, run_limits.timeout_s, run_limits.most_bytes),
        interval_s=1 / run_limits.rate if run_limits.rate else 0.0,
        halt=halt or Halt(),
    )
    with serving(guard) as url, guard_client(url) as http:
        wire = Wire(http, guard.recorded)
        yield GuardedConnection(
            guard, url, WireSession(contract, target.capabilities, wire, "run", run_limits.seed)
        )
