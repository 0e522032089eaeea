"""Undoes the content coding of a reply, within a bound: what a few bytes unpack to has no end."""

import zlib
from collections.abc import Mapping

# What zlib calls them; with both `deflate` is a zlib stream, and some servers send a bare one.
_WINDOWS: Mapping[str, tuple[int, ...]] = {"gzip": (31,), "x-gzip": (31,), "deflate": (15, -15)}
_MOST_CODINGS = 3


class CodingError(ValueError):
    """A body is not what its Content-Encoding says; the message says why."""


def decoded(body: bytes, codings: str, most_bytes: int) -> bytes:
    """A body without the codings of its Content-Encoding.

    Raises:
        CodingError: it is not so coded, is coded in a way nobody asked for, or has no end.
    """
    named = [name for each in codings.split(",") if (name := each.strip().lower())]
    applied = [name for name in named if name != "identity"]
    if len(applied) > _MOST_CODINGS:
        raise CodingError(f"{len(applied)} codings, one on another")
    for name in reversed(applied):
        body = _undone(body, name, most_bytes)
    return body


def _undone(body: bytes, coding: str, most_bytes: int) -> bytes:
    if coding not in _WINDOWS:
        raise CodingError(f"the coding '{coding[:40]}' was not asked for")
    why = ""
    for window in _WINDOWS[coding]:
        try:
            return _unpacked(body, window, most_bytes)
        except zlib.error as error:
            why = why or str(error)
    raise CodingError(f"the body is not {coding}: {why}")


def _unpacked(body: bytes, window: int, most_bytes: int) -> bytes:
    unpacker = zlib.decompressobj(window)
    found = unpacker.decompress(body, most_bytes)
    if unpacker.unconsumed_tail:
        raise CodingError(f"it unpacks to more than {most_bytes} bytes")
    if not unpacker.eof:
        raise zlib.error("it breaks off")
    return found
