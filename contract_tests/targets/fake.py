"""Starts the fake as a target; the only module of ``contract_tests`` that imports it."""

import asyncio
import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

import httpx
from starlette.types import ASGIApp

import openapi
from contract_tests.targets.pace import MovedPace
from contract_tests.targets.target import FUZZ_KEY, MACHINE_KEY, Capability, Target
from contract_tests.wire.exchange import KEY, OTHER_KEY
from openapi.dialects import DEFAULT

if TYPE_CHECKING:
    from mock_server.app import Server

Wrap = Callable[[ASGIApp], ASGIApp]
_FUZZ_STEP_S = 20.0
# When the fake's clocks start, so that runs are repeatable: 2026-01-01 in UTC, in milliseconds.
_START_MS = 1_767_225_600_000
_FAST = 1000


def unwrapped(app: ASGIApp) -> ASGIApp:
    """The application itself."""
    return app


@dataclass(frozen=True, slots=True)
class Fake:
    """The fake that a run starts.

    ``dialects`` are files with further dialects, ``contract`` and ``models`` those that it serves.
    """

    seed: int = 1
    dialect: str = DEFAULT
    dialects: tuple[Path, ...] = ()
    contract: Path = openapi.CONTRACT
    models: Path = openapi.MODELS

    def build(self) -> "Server":
        """Build the fake; it is not served yet."""
        from mock_server.app import build_server
        from mock_server.domain.clock import Pace
        from mock_server.settings import Settings

        return build_server(
            Settings(
                seed=self.seed,
                dialect=self.dialect,
                dialects=self.dialects,
                contract=self.contract,
                models=self.models,
                pace=Pace(speed=0, start_ms=_START_MS),
            )
        )


@contextmanager
def mock_in_process(fake: Fake, wrap: Wrap = unwrapped) -> Iterator[Target]:
    """The fake in this process, without a socket, with ``wrap`` around its application."""
    yield mocks_in_process(fake)(wrap)


def mocks_in_process(fake: Fake) -> Callable[[Wrap], Target]:
    """A factory of targets that share one fake; each has its own keys, and so its own tenants."""
    server = fake.build()
    numbers = itertools.count(1)

    def target(wrap: Wrap) -> Target:
        transport = httpx.ASGITransport(wrap(server.application), raise_app_exceptions=False)
        started = _Started(server, "mock, in this process", "http://gateway.test", next(numbers))
        return _target(started, transport)

    return target


@contextmanager
def mock_over_http(fake: Fake, wrap: Wrap = unwrapped) -> Iterator[Target]:
    """The fake on a free loopback port of this process."""
    from mock_server.running import serving

    server = fake.build()
    with serving(replace(server, application=wrap(server.application))) as url:
        yield _target(_Started(server, "mock, over HTTP", url), None)


@contextmanager
def fast_mock_over_http(wrap: Wrap = unwrapped) -> Iterator[str]:
    """The URL of a fake for other tools; its jobs end within a tenth of a second."""
    from mock_server.app import build_server
    from mock_server.domain.clock import Pace
    from mock_server.running import serving
    from mock_server.settings import Settings

    server = build_server(Settings(pace=Pace(speed=_FAST)))
    with serving(replace(server, application=wrap(server.application))) as url:
        yield url


@dataclass(frozen=True, slots=True)
class _Started:
    """A started fake; ``number`` distinguishes the targets that share it."""

    server: "Server"
    name: str
    url: str
    number: int = 1

    def key(self, placeholder: str) -> str:
        """The key for a placeholder, the same in each run."""
        return f"sk-{uuid5(NAMESPACE_URL, f'{placeholder}/{self.number}').hex}"


def _target(started: _Started, transport: httpx.AsyncBaseTransport | None) -> Target:
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
        move=lambda key, seconds: set_clock(key, lambda clock: clock.advance(seconds)),
    )
