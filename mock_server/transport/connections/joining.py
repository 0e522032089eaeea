"""Writes the head of an answer together with what follows it, in one call to the system.

uvicorn writes each by itself. Nearly all answers here are a head and one short body, and nothing
that is done for such a request costs more than a call to the system.
"""

import asyncio


class JoiningTransport(asyncio.Transport):
    """A connection's transport; what is written first after ``begin`` waits for the next write.

    It waits no longer than for what runs now, so that an answer whose body comes later is begun.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        """Write to ``transport``."""
        super().__init__()
        self._transport = transport
        self._loop = loop
        self._beginning = False
        self._head: bytes | bytearray | memoryview | None = None
        # Called for every request: as good as calling the transport itself.
        self.is_closing = transport.is_closing  # type: ignore[method-assign]
        self.get_extra_info = transport.get_extra_info  # type: ignore[method-assign]

    def begin(self) -> None:
        """What is written next begins an answer."""
        self._beginning = True

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Write, now or with what is written next."""
        if self._beginning:
            self._beginning, self._head = False, data
            self._loop.call_soon(self._flush)
        elif self._head is None:
            self._transport.write(data)
        else:
            head, self._head = self._head, None
            self._transport.writelines((head, data))

    def write_eof(self) -> None:
        """Close the sending half once everything is written."""
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
        """Take nothing more for now."""
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Take what comes."""
        self._transport.resume_reading()

    def _flush(self) -> None:
        if self._head is not None:
            head, self._head = self._head, None
            self._transport.write(head)
