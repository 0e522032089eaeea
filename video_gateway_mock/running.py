"""A running fake gateway for code without pytest."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from video_gateway_mock.handle import Gateway
from video_gateway_mock.server import Option, ServerProcess, arguments_of


@contextmanager
def running_gateway(**options: Option) -> Iterator[Gateway]:
    """Run a fake gateway in its own process, on a free loopback port, until the block ends.

    ``options`` are the options of ``gateway-mock``: ``running_gateway(dialect="openai", speed=60,
    fault=["latency ms=5"])``. The handle has a new API key and so starts without state. Jobs take
    exactly their model's times; with ``exact=False`` each draws its own.

    Raises:
        ServerError: the server does not start; the message says why.
        AssertionError: a strict fault was never used.
        TypeError: the value of an option is not a text, number, path, flag or list of these.
    """
    exact = "exact" if options.pop("exact", True) else "no_exact"
    server = ServerProcess(arguments_of({**options, exact: True}))
    try:
        gateway = Gateway(server.url, f"sk-{uuid4().hex}")
        yield gateway
        gateway.verify_faults()
    finally:
        server.stop()
