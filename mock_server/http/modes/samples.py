"""A small valid body of a media type, for a contract that documents no more than the type."""

import struct
import zlib
from collections.abc import Callable, Mapping
from functools import cache

from av import VideoFrame

from mock_server.media.encoding import Timing, blank_frame, canvas_on, jpeg, mp4, webp

# In pixels; of a grey picture.
_SIDE, _GREY = 16, 128
_CONCRETE = {
    "video/*": "video/mp4",
    "image/*": "image/png",
    "audio/*": "audio/wav",
    "text/*": "text/plain",
    "application/*": "application/octet-stream",
    "*/*": "application/octet-stream",
}


@cache
def sample_of(media_type: str) -> tuple[bytes, str]:
    """A body, and its media type without a wildcard: ``video/*`` is sent as ``video/mp4``.

    A type that is not known here gets a few bytes that are none of a format.
    """
    bare = media_type.partition(";")[0].strip().lower()
    concrete = _CONCRETE.get(bare)
    make = _MAKERS.get(concrete or bare)
    return make() if make else b"sample\n", concrete or media_type


def _picture(pixel_format: str) -> VideoFrame:
    frame = blank_frame(_SIDE, _SIDE, pixel_format)
    for plane in canvas_on(frame):
        plane.view[:] = bytes([_GREY]) * len(plane.view)
    return frame


def _mp4() -> bytes:
    return mp4(_picture("yuv420p"), Timing(1, 1, 1), lambda _: None)


def _png() -> bytes:
    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    data = zlib.compress(bytes([0, _GREY]))
    chunks = ((b"IHDR", header), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in chunks
    )


def _wav() -> bytes:
    samples = bytes([_GREY]) * 8
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, 8000, 8000, 1, 8)
    data = form + struct.pack("<4sI", b"data", len(samples)) + samples
    return struct.pack("<4sI4s", b"RIFF", len(data) + 4, b"WAVE") + data


def _zip() -> bytes:
    return b"PK\x05\x06" + bytes(18)


_MAKERS: Mapping[str, Callable[[], bytes]] = {
    "video/mp4": _mp4,
    "image/png": _png,
    "image/jpeg": lambda: jpeg(_picture("yuvj420p")),
    "image/webp": lambda: webp(_picture("yuv420p")),
    "audio/wav": _wav,
    "audio/x-wav": _wav,
    "application/zip": _zip,
}
