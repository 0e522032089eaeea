"""Decodes the Content-Encoding of request bodies, within their limits."""

import asyncio
import zlib
from typing import Final

from mock_server.http.errors import BODY_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, ApiError, shown
from mock_server.transport.connections.bodies import State, make_room

_GZIP: Final = 16 + zlib.MAX_WBITS
_CODINGS: Final = {"gzip": _GZIP, "x-gzip": _GZIP, "deflate": zlib.MAX_WBITS}
_ACCEPTED: Final = {"Accept-Encoding": "gzip, deflate"}
# Bytes that are decoded before other tasks run: some milliseconds.
_STEP: Final = 1024 * 1024
# The low half of the first byte of a zlib stream, and the divisor of its first two bytes.
_DEFLATED: Final = 8
_CHECK: Final = 31


async def decoded(connection: State, raw: bytes, coding: bytes, limit: int) -> bytes:
    """The decoded body; ``connection`` accounts for its memory.

    Raises:
        ApiError: 415, the coding is unknown or the body is not in it; 413, the body exceeds
            ``limit`` bytes; 503, there is not enough memory for all bodies.
    """
    name = coding.decode("latin-1").strip().lower()
    if name in ("", "identity"):
        return raw
    if name not in _CODINGS:
        message = f"The Content-Encoding '{shown(name)}' is not supported; send gzip or deflate."
        raise ApiError(UNSUPPORTED_MEDIA_TYPE, message, headers=_ACCEPTED)
    bits = _CODINGS[name]
    if name == "deflate" and not _is_zlib(raw):
        # Many clients send deflate without the zlib header that it requires.
        bits = -zlib.MAX_WBITS
    try:
        return await _inflated(connection, raw, bits, limit)
    except (zlib.error, EOFError) as error:
        raise _broken(name) from error


async def _inflated(connection: State, raw: bytes, bits: int, limit: int) -> bytes:
    decoder = zlib.decompressobj(bits)
    pieces: list[bytes] = []
    size, rest = 0, raw
    while not decoder.eof:
        piece = decoder.decompress(rest, _STEP)
        rest = decoder.unconsumed_tail
        if not piece and not rest and not decoder.eof:
            raise EOFError
        size += len(piece)
        if size > limit:
            message = f"The decoded request body is over the limit of {limit} bytes."
            raise ApiError(BODY_TOO_LARGE, message)
        make_room(connection, len(piece))
        pieces.append(piece)
        await asyncio.sleep(0)
    if decoder.unused_data:
        raise EOFError
    return b"".join(pieces)


def _is_zlib(raw: bytes) -> bool:
    return raw[:1] != b"" and raw[0] & 0x0F == _DEFLATED and int.from_bytes(raw[:2]) % _CHECK == 0


def _broken(name: str) -> ApiError:
    message = f"The request body is not the {name} that its Content-Encoding says it is."
    return ApiError(UNSUPPORTED_MEDIA_TYPE, message, headers=_ACCEPTED)
