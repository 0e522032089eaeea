"""Writes the head of a response and its body with one system call.

uvicorn uses one call for each. Most responses are a head and one short body, and the system call is
the most expensive part of such a request.
"""

import asyncio


class JoiningTransport(asyncio.Transport):
    """A transport that joins the first write after ``begin`` with the next one.

    The first write is delayed by at most one iteration of the event loop.
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
