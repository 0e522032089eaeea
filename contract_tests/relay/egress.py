"""A proxy that forwards nothing: what a relay sends to other hosts ends here, and is named."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

_LONGEST = 200
_BAD_GATEWAY = 502


@dataclass(frozen=True, slots=True)
class Egress:
    """The proxy's address, and the hosts that were asked for, in order."""

    url: str
    hosts: list[str] = field(default_factory=list)


@contextmanager
def egress(port: int) -> Iterator[Egress]:
    """Serve as a proxy on loopback until the block ends; port 0 takes a free one.

    Raises:
        OSError: the port is taken.
    """
    hosts: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        """Notes the host and refuses the request."""

        timeout = 10

        def refuse(self) -> None:
            host = self.path if self.command == "CONNECT" else urlsplit(self.path).netloc
            hosts.append(host[:_LONGEST])
            self.send_error(_BAD_GATEWAY, "this drill lets nothing leave the machine")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        do_CONNECT = do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = refuse  # noqa: N815

    with ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield Egress(f"http://127.0.0.1:{server.server_port}", hosts)
        finally:
            server.shutdown()
            thread.join()
