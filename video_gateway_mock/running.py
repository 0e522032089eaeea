"""A running fake gateway for code without pytest."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from video_gateway_mock.handle import Gateway
from video_gateway_mock.server import Option, ServerProcess, arguments_of


@contextmanager
def running_gateway(**options: Option) -> Iterator[Gateway]:
    """A fake gateway in a process of its own, on a free loopback port, until the block ends.

    ``options`` are those of ``gateway-mock``, by their names: ``running_gateway(dialect="openai",
    speed=60, fault=["latency ms=5"])``. The handle has a new key, so its state is new, too.

    Raises:
        ServerError: the server does not start; the message says why.
        TypeError: the value of an option is no text, number, path, flag or list of these.
    """
    server = ServerProcess(arguments_of(options))
    try:
        yield Gateway(server.url, f"sk-{uuid4().hex}")
    finally:
        server.stop()
