"""A fake gateway for tests of any kind: a real server on loopback, and a hand on its controls."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread
from typing import Any
from uuid import uuid4

from starlette.types import ASGIApp

from mock_server.app import Server, build_server
from mock_server.domain.clock import TenantClock
from mock_server.faults import FAULTS
from mock_server.faults.active import ActiveFault, Match
from mock_server.server import bind, make_server, url_of
from mock_server.serving.security import tenant_of
from mock_server.settings import Settings

_START_SECONDS = 30
_MATCH = frozenset(Match.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Gateway:
    """A running fake and one key's world in it; nothing here reaches another key's."""

    base_url: str
    api_key: str
    server: Server

    @property
    def clock(self) -> TenantClock:
        """The world's clock: run, freeze, step, advance, move_to."""
        clock = self.server.worlds.clock_of(tenant_of(self.api_key))
        if not isinstance(clock, TenantClock):
            raise TypeError("this server was built with a clock of its own; move that one")
        return clock

    def scenario(self, name: str) -> None:
        """Give every new job of this world that scenario.

        Raises:
            ApiError: nobody knows it.
        """
        world = self.server.worlds.of(tenant_of(self.api_key))
        world.scenario = self.server.scenarios.named(name)

    def fault(self, kind: str, **settings: Any) -> ActiveFault:
        """Set a fault. ``operation``, ``model``, ``prompt``, ``nth``, ``first``, ``probability``
        and ``ttl_s`` say which requests it is for; all other settings are the fault's own.

        Raises:
            ValueError: there is no such kind, or it does not have such a setting.
        """
        if kind not in FAULTS:
            raise ValueError(f"no fault '{kind}'; known: {', '.join(FAULTS)}")
        match = Match(**{key: value for key, value in settings.items() if key in _MATCH})
        own = {key: value for key, value in settings.items() if key not in _MATCH}
        try:
            made = FAULTS[kind](**own)
        except TypeError as error:
            raise ValueError(f"the fault '{kind}' does not take {sorted(own)}: {error}") from error
        world = self.server.worlds.of(tenant_of(self.api_key))
        return world.faults.add(made, match, world.clock.now())

    def clear_faults(self) -> None:
        """End all faults of this world."""
        self.server.worlds.of(tenant_of(self.api_key)).faults.clear()

    def with_key(self, api_key: str) -> "Gateway":
        """The same server, another key's world."""
        return Gateway(self.base_url, api_key, self.server)


@contextmanager
def running_gateway(settings: Settings | None = None) -> Iterator[Gateway]:
    """A fake gateway on a free loopback port until the block ends; its world is new.

    ``base_url`` ends in ``/v1``, as OpenAI's clients want it.
    """
    server = build_server(settings or Settings())
    with serving(server.application) as url:
        yield Gateway(f"{url}/v1", f"sk-{uuid4().hex}", server)


@contextmanager
def serving(application: ASGIApp) -> Iterator[str]:
    """The base URL of an application served on a free loopback port, until the block ends.

    Raises:
        TimeoutError: it does not start.
    """
    ready = Event()
    with bind("127.0.0.1", 0) as listener:
        runner = make_server(application, ready.set)
        thread = Thread(target=runner.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        if not ready.wait(_START_SECONDS):
            raise TimeoutError("the server did not start")
        try:
            yield url_of(listener)
        finally:
            runner.should_exit = True
            thread.join()
