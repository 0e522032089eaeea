"""uvicorn's HTTP protocol, without upgrades and with keep-alive for HTTP/1.0.

The only module of this package that imports uvicorn. What it and its subclass use of uvicorn's
internals is listed, and checked against the installed release, in ``test_uvicorn.py``.
"""

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from mock_server.transport.connections.refusals import Head, without_offer

__all__ = ("PlainProtocol", "RequestResponseCycle")


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
