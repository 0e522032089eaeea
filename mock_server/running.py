"""The fake gateway in a thread of this process; the project's own tests use it.

Client projects use ``video_gateway_mock.running_gateway``, which runs the server in a process of
its own and imports nothing of it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from uuid import uuid4

from mock_server.app import Server, build_server
from mock_server.settings import Settings
from mock_server.transport.process import paused
from mock_server.transport.server import bind, make_server, url_of
from video_gateway_mock.handle import Gateway

__all__ = ("Gateway", "running_gateway", "serving")

_START_SECONDS = 30


@contextmanager
def running_gateway(settings: Settings | None = None) -> Iterator[Gateway]:
    """A fake gateway on a free loopback port until the block ends; its tenant is new.

    Raises:
        TimeoutError: it does not start.
    """
    with paused():
        made = build_server(settings or Settings())
    with serving(made) as url:
        yield Gateway(url, f"sk-{uuid4().hex}")


@contextmanager
def serving(made: Server) -> Iterator[str]:
    """The base URL of a server on a free loopback port, until the block ends.

    Raises:
        TimeoutError: it does not start.
    """
    ready = Event()
    with bind("127.0.0.1", 0) as listener:
        runner = make_server(made.application, ready.set, made.guard)
        thread = Thread(target=runner.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        if not ready.wait(_START_SECONDS):
            raise TimeoutError("the server did not start")
        try:
            yield url_of(listener)
        finally:
            runner.stop()
            thread.join()
