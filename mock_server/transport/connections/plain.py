"""uvicorn's connection, where an offer to upgrade is passed over and HTTP/1.0 can be kept alive."""

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from mock_server.transport.connections.heads import Head, without_offer


class PlainProtocol(HttpToolsProtocol):
    """One connection, on which only HTTP/1 is ever spoken.

    To the parser everything behind the head of a request that offers an upgrade is another
    protocol's, its body too. Such a head is read once more, without the offer.
    """

    _offer: Head | None = None

    @property
    def offering(self) -> bool:
        """Whether the request that is being read is going to be read once more."""
        return self._offer is not None

    def head(self) -> Head:
        """The head that was just read."""
        method = self.parser.get_method().decode("ascii")
        return Head(method, self.url, self.parser.get_http_version(), self.headers)

    def feed(self, data: bytes) -> None:
        """Parse what came.

        Raises:
            httptools.HttpParserError: it is no HTTP, or was refused.
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
                # As uvicorn has it: what follows the last request is passed over.
                self.parser.set_dangerous_leniencies(lenient_data_after_close=True)

    def on_headers_complete(self) -> None:
        """Hand a request on, unless it is to be read once more."""
        if self.parser.should_upgrade():
            self._offer = self.head()
            return
        super().on_headers_complete()
        if self.scope["http_version"] == "1.0":
            # It knows no 100 (RFC 9110, 10.1.1), and has to be told that its connection is kept.
            self.cycle.waiting_for_100_continue = False
            if self.parser.should_keep_alive():
                self.cycle.keep_alive = True
                kept = (b"connection", b"keep-alive")
                self.cycle.default_headers = [*self.cycle.default_headers, kept]

    def on_message_complete(self) -> None:
        """The request is here."""
        if not self.offering:
            super().on_message_complete()
