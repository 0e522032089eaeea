"""uvicorn's HTTP protocol without upgrades and with keep-alive for HTTP/1.0, and its transport.

The only module of this package that imports uvicorn. What it and its subclass use of uvicorn's
internals is listed, and checked against the installed release, in ``test_uvicorn.py``.
"""

import asyncio

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from mock_server.transport.connections.refusals import Head, without_offer

__all__ = ("PlainProtocol", "RequestResponseCycle")


class JoiningTransport(asyncio.Transport):
    """A transport that joins the first write after ``begin`` with the next one.

    uvicorn writes the head of a response and its body with a system call each, which are the most
    expensive part of a request with a short response. The first write is delayed by at most one
    iteration of the event loop.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        """Wrap ``transport``."""
        super().__init__()
        self._transport = transport
        self._loop = loop
        self._at_head = False
        self._head: bytes | bytearray | memoryview | None = None
        # Called for every request, so they skip the wrapper.
        self.is_closing = transport.is_closing  # type: ignore[method-assign]
        self.get_extra_info = transport.get_extra_info  # type: ignore[method-assign]

    def begin(self) -> None:
        """The next write is the head of a response."""
        self._at_head = True

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Write the data, or keep it for the next write."""
        if self._at_head:
            self._at_head, self._head = False, data
            self._loop.call_soon(self._flush)
        elif self._head is None:
            self._transport.write(data)
        else:
            head, self._head = self._head, None
            self._transport.writelines((head, data))

    def write_eof(self) -> None:
        """Close the sending side once everything is written."""
        self._flush()
        self._transport.write_eof()

    def close(self) -> None:
        """Close once everything is written."""
        self._flush()
        self._transport.close()

    def abort(self) -> None:
        """Close at once."""
        self._head = None
        self._transport.abort()

    def pause_reading(self) -> None:
        """Stop reading."""
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Read again."""
        self._transport.resume_reading()

    def _flush(self) -> None:
        if self._head is not None:
            head, self._head = self._head, None
            self._transport.write(head)


class PlainProtocol(HttpToolsProtocol):
    """A connection that speaks HTTP/1 only.

    The parser treats everything after the head of an upgrade request as another protocol, even the
    request's own body. Such a head is parsed a second time without the offer to upgrade.
    """

    _offer: Head | None = None

    @property
    def offering(self) -> bool:
        """Whether the current request offers an upgrade and will be parsed again."""
        return self._offer is not None

    def head(self) -> Head:
        """The head of the current request."""
        method = self.parser.get_method().decode("ascii")
        return Head(method, self.url, self.parser.get_http_version(), self.headers)

    def feed(self, data: bytes) -> None:
        """Parse received data.

        Raises:
            httptools.HttpParserError: it is not HTTP, or the request was refused.
        """
        while True:
            try:
                self.parser.feed_data(data)
                return
            except httptools.HttpParserUpgrade as upgrade:
                offer, self._offer = self._offer, None
                if offer is None:
                    raise
                data = without_offer(offer) + data[upgrade.args[0] :]
                self.parser = httptools.HttpRequestParser(self)
                # As in uvicorn: data after the last request is ignored.
                self.parser.set_dangerous_leniencies(lenient_data_after_close=True)

    def on_headers_complete(self) -> None:
        """Start the request, unless its head is going to be parsed again."""
        if self.parser.should_upgrade():
            self._offer = self.head()
            return
        super().on_headers_complete()
        if self.scope["http_version"] == "1.0":
            # HTTP/1.0 has no 100 (RFC 9110, 10.1.1), and keep-alive must be confirmed.
            self.cycle.waiting_for_100_continue = False
            if self.parser.should_keep_alive():
                self.cycle.keep_alive = True
                kept = (b"connection", b"keep-alive")
                self.cycle.default_headers = [*self.cycle.default_headers, kept]

    def on_message_complete(self) -> None:
        """End the request, unless its head is going to be parsed again."""
        if not self.offering:
            super().on_message_complete()
