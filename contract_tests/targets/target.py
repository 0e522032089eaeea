"""A target: its URL, what it allows, and how time passes there."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address

import httpx

from contract_tests.contract.target_contract import TargetContract
from contract_tests.targets.pace import Pace, WaitedPace
from contract_tests.wire.exchange import KEY, OTHER_KEY

# The placeholders of the keys that Schemathesis and the state machine use. In the fake each key is
# a tenant, so their jobs are in no other list.
FUZZ_KEY = "contract-tests-fuzz-key"
MACHINE_KEY = "contract-tests-machine-key"


class Capability(StrEnum):
    """Something that a target allows. Checks ask for these, never for which target it is."""

    FREE = "creating jobs costs nothing"
    CONTROL = "its clock stands still and is moved by the run"
    FAILURES = "jobs can be made to fail"
    OTHER_KEY = "there is a second key with an account of its own"


@dataclass(frozen=True)
class Target:
    """A target of a run.

    Attributes:
        keys: the real API keys by placeholder; only the guard reads them.
        transport: reaches an application in this process; None for a target with an address.
        move: moves the clock of a placeholder's tenant by some seconds, where that is possible.
    """

    name: str
    url: str
    capabilities: frozenset[Capability]
    pace: Pace
    keys: Mapping[str, str]
    transport: httpx.AsyncBaseTransport | None = None
    move: Callable[[str, float], None] | None = None

    def __repr__(self) -> str:
        """The target's name, without its keys."""
        return f"Target({self.name})"

    @property
    def billable(self) -> bool:
        """Whether a job may cost money."""
        return Capability.FREE not in self.capabilities

    def tested_part(self, contract: TargetContract) -> TargetContract:
        """The part of a contract that the target is tested against.

        The webhook endpoints of an account are left out where they may be in use.
        """
        return contract.without_webhooks() if self.billable else contract


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A gateway as the options describe it: its URL, its keys, and whether a job costs money."""

    url: str
    key: str
    other_key: str | None = None
    live: bool = False
    longest_job_s: float = 900.0
    sleep: Callable[[float], None] = time.sleep


def target_at(address: Address) -> Target:
    """A gateway by its URL. Jobs are free only on loopback, and only if it is not ``live``.

    Raises:
        ValueError: it is not an HTTP URL.
    """
    url = httpx.URL(address.url)
    if url.scheme not in ("http", "https") or not url.host:
        raise ValueError(f"'{address.url}' is neither 'mock', 'mock-http' nor like https://host")
    keys = {KEY: address.key, FUZZ_KEY: address.key, MACHINE_KEY: address.key}
    allowed = set()
    if address.other_key:
        keys[OTHER_KEY] = address.other_key
        allowed.add(Capability.OTHER_KEY)
    if is_loopback(url.host) and not address.live:
        allowed.add(Capability.FREE)
    root = str(url).rstrip("/").removesuffix("/v1")
    pace = WaitedPace(longest_s=address.longest_job_s, sleep=address.sleep)
    return Target(root, root, frozenset(allowed), pace, keys)


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
