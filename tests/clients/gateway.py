"""Runs the real server on a loopback port, in a thread, for clients that speak HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread

from mock_server.app import create_app
from mock_server.domain.clock import Clock, ManualClock
from mock_server.server import bind, make_server, url_of
from mock_server.settings import Settings

START_SECONDS = 60
# The instant of the documented veo example, in milliseconds.
EPOCH_MS = 1762336916000


@dataclass(frozen=True, slots=True)
class StillGateway:
    """A running server whose time moves only when a test moves it."""

    url: str
    clock: ManualClock


@contextmanager
def running(settings: Settings, clock: Clock | None = None) -> Iterator[str]:
    """The base URL of a server with these settings; it stops at the end of the block."""
    ready = Event()
    with bind("127.0.0.1", 0) as listener:
        server = make_server(create_app(settings, clock), ready.set)
        thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        if not ready.wait(START_SECONDS):
            raise TimeoutError("the server did not start")
        try:
            yield url_of(listener)
        finally:
            server.should_exit = True
            thread.join()
