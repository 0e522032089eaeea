"""What a run is held against: the fake in this process, the fake over HTTP, or any URL."""

import asyncio
import itertools
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

import httpx
from starlette.types import ASGIApp

from contract_tests.runner.capabilities import Capability
from contract_tests.runner.pace import MovedPace, Pace, WaitedPace
from contract_tests.wire.exchange import KEY, OTHER_KEY
from openapi.dialects import DEFAULT

if TYPE_CHECKING:
    from contract_tests.contract.target_contract import TargetContract
    from mock_server.app import Server

# Schemathesis' requests have a world of their own where a key is a world.
FUZZ_KEY = "contract-tests-fuzz-key"
# What the state machine sends has one too, so that its many jobs are in nobody's list.
MACHINE_KEY = "contract-tests-machine-key"
Wrap = Callable[[ASGIApp], ASGIApp]
_FUZZ_STEP_S = 20.0
# When the fake's clocks begin, so that a run can be repeated: 2026-01-01 in UTC, in milliseconds.
_START_MS = 1_767_225_600_000
_FAST = 1000


@dataclass(frozen=True)
class Target:
    """One target. ``keys`` are the real keys by their placeholders; only the guard gets them.

    ``transport`` is set where the target is no address but an application in this process.
    ``move`` moves the clock of a placeholder's world.
    """

    name: str
    url: str
    capabilities: frozenset[Capability]
    pace: Pace
    keys: Mapping[str, str]
    transport: httpx.AsyncBaseTransport | None = None
    move: Callable[[str, float], None] | None = None

    def __repr__(self) -> str:
        """Its name; the keys are nobody's business."""
        return f"Target({self.name})"

    @property
    def billable(self) -> bool:
        """Whether what is made there may cost money."""
        return Capability.FREE not in self.capabilities

    def held_to(self, contract: "TargetContract") -> "TargetContract":
        """The part of a contract that it is held to.

        An account's webhooks are left alone where something may hang on them.
        """
        return contract.without_webhooks() if self.billable else contract


@dataclass(frozen=True, slots=True)
class Fake:
    """Which fake a run starts: ``dialects`` are files with more of them."""

    seed: int = 1
    dialect: str = DEFAULT
    dialects: tuple[Path, ...] = ()

    def build(self) -> "Server":
        """The fake, served by nobody yet."""
        from mock_server.app import build_server
        from mock_server.domain.clock import Pace
        from mock_server.settings import Settings

        return build_server(
            Settings(
                seed=self.seed,
                dialect=self.dialect,
                dialects=self.dialects,
                pace=Pace(speed=0, start_ms=_START_MS),
            )
        )


@contextmanager
def mock_in_process(fake: Fake, wrap: Wrap = lambda app: app) -> Iterator[Target]:
    """The fake inside this process, without a socket; ``wrap`` can put something around it."""
    yield mocks_in_process(fake)(wrap)


def mocks_in_process(fake: Fake) -> Callable[[Wrap], Target]:
    """Makes targets that share one fake; each has keys, and so worlds, of its own."""
    server = fake.build()
    numbers = itertools.count(1)

    def target(wrap: Wrap) -> Target:
        application = wrap(server.application)
        transport = httpx.ASGITransport(application, raise_app_exceptions=False)
        started = _Started(server, "mock, in this process", "http://gateway.test", next(numbers))
        return _mock(started, transport)

    return target


@contextmanager
def mock_over_http(fake: Fake, wrap: Wrap = lambda app: app) -> Iterator[Target]:
    """The fake on a free loopback port of this process."""
    from mock_server.running import serving

    server = fake.build()
    with serving(replace(server, application=wrap(server.application))) as url:
        yield _mock(_Started(server, "mock, over HTTP", url), None)


@contextmanager
def fast_mock_over_http(wrap: Wrap = lambda app: app) -> Iterator[str]:
    """The address of a fake whose jobs end within a tenth of a second, for other tools."""
    from mock_server.app import build_server
    from mock_server.domain.clock import Pace
    from mock_server.running import serving
    from mock_server.settings import Settings

    settings = Settings(pace=Pace(speed=_FAST))
    server = build_server(settings)
    with serving(replace(server, application=wrap(server.application))) as url:
        yield url


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A target by its address, and what its user knows of it."""

    url: str
    key: str
    other_key: str | None = None
    live: bool = False
    longest_job_s: float = 900.0
    sleep: Callable[[float], None] = time.sleep


def address(where: Address) -> Target:
    """Any gateway by its URL; free only on loopback, and there not with ``live``.

    Raises:
        ValueError: it is no HTTP address.
    """
    url = httpx.URL(where.url)
    if url.scheme not in ("http", "https") or not url.host:
        raise ValueError(f"'{where.url}' is neither 'mock', 'mock-http' nor like https://host")
    keys = {KEY: where.key, FUZZ_KEY: where.key, MACHINE_KEY: where.key}
    allowed = set()
    if where.other_key:
        keys[OTHER_KEY] = where.other_key
        allowed.add(Capability.OTHER_KEY)
    if is_loopback(url.host) and not where.live:
        allowed.add(Capability.FREE)
    root = str(url).rstrip("/").removesuffix("/v1")
    pace = WaitedPace(longest_s=where.longest_job_s, sleep=where.sleep)
    return Target(root, root, frozenset(allowed), pace, keys)


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@dataclass(frozen=True, slots=True)
class _Started:
    """A fake that answers; ``number`` tells the targets apart that share it."""

    server: "Server"
    name: str
    url: str
    number: int = 1

    def key(self, placeholder: str) -> str:
        """The key of a world that is the same in each run."""
        return f"sk-{uuid5(NAMESPACE_URL, f'{placeholder}/{self.number}').hex}"


def _mock(started: _Started, transport: httpx.AsyncBaseTransport | None) -> Target:
    from mock_server.domain.clock import TenantClock
    from mock_server.http.security import tenant_of
    from mock_server.tenants import TenantState

    keys = {each: started.key(each) for each in (KEY, OTHER_KEY, FUZZ_KEY, MACHINE_KEY)}

    def set_clock(placeholder: str, change: Callable[[TenantClock], TenantClock]) -> None:
        def update(state: TenantState) -> TenantState:
            assert isinstance(state.clock, TenantClock)
            return replace(state, clock=change(state.clock))

        asyncio.run(started.server.tenants.update(tenant_of(keys[placeholder]), update))

    for each in (KEY, OTHER_KEY, MACHINE_KEY):
        set_clock(each, TenantClock.freeze)
    set_clock(FUZZ_KEY, lambda clock: clock.step(_FUZZ_STEP_S))
    return Target(
        name=started.name,
        url=started.url,
        capabilities=frozenset(Capability),
        pace=MovedPace(lambda seconds: set_clock(KEY, lambda clock: clock.advance(seconds))),
        keys=keys,
        transport=transport,
        move=lambda who, seconds: set_clock(who, lambda clock: clock.advance(seconds)),
    )
