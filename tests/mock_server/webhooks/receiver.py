"""A webhook receiver on loopback: records requests and answers by a script."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import SimpleQueue
from threading import Event, Thread

# A failing test ends; a passing one never waits so long.
PATIENCE_S = 30


@dataclass(frozen=True, slots=True)
class ReceivedEvent:
    """One received request."""

    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class Script:
    """How to answer: statuses in turn, the last one for all that follow."""

    statuses: list[int] = field(default_factory=lambda: [200])
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    # An answer waits for it.
    release: Event | None = None


class Receiver:
    """Records requests in order; ``url`` is its address."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/hooks"
        self.script = Script()
        self.heard: list[ReceivedEvent] = []
        self._new: SimpleQueue[ReceivedEvent] = SimpleQueue()

    def next(self) -> ReceivedEvent:
        """The next request that nobody has asked for yet; waits for it."""
        return self._new.get(timeout=PATIENCE_S)

    def take(self, event: ReceivedEvent) -> int:
        """Note a request; the status to answer with."""
        self.heard.append(event)
        self._new.put(event)
        if self.script.release is not None:
            self.script.release.wait(PATIENCE_S)
        statuses = self.script.statuses
        return statuses.pop(0) if len(statuses) > 1 else statuses[0]


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver on a free port, until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("content-length", 0))
            body = self.rfile.read(length)
            # Keys in lower case, as a framework would hand them on.
            headers = {name.lower(): value for name, value in self.headers.items()}
            status = receiver.take(ReceivedEvent(self.path, headers, body))
            try:
                self.send_response(status)
                for name, value in receiver.script.headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(receiver.script.body)))
                self.end_headers()
                self.wfile.write(receiver.script.body)
            except ConnectionError:
                # The client did not wait for the response, or had read enough of it.
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        receiver = Receiver(server.server_port)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield receiver
        finally:
            if receiver.script.release is not None:
                receiver.script.release.set()
            server.shutdown()
            thread.join()
