"""Pictures made by code, the same bytes on every run: a PNG of several megabytes, JPEG and WebP."""

import struct
import zlib
from fractions import Fraction
from functools import cache
from typing import Any

import av

_WIDTH, _HEIGHT = 720, 1280
_RGBA = 6


@cache
def png(width: int = _WIDTH, height: int = _HEIGHT) -> bytes:
    """A PNG with four bytes a pixel that are not compressed, as a camera's are hardly."""
    rows = b"".join(
        b"\0" + bytes((x * 7 + y * 3) % 256 for x in range(width)) * 4 for y in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, _RGBA, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 0)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def jpeg() -> bytes:
    """A JPEG of the same size."""
    return _still("mjpeg", "yuvj420p")


def webp() -> bytes:
    """A WebP of the same size."""
    return _still("libwebp", "yuv420p")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


@cache
def _still(codec: str, pixels: str) -> bytes:
    # PyAV declares the class of what it creates as that of its base.
    encoder: Any = av.VideoCodecContext.create(codec, "w")
    encoder.width, encoder.height, encoder.pix_fmt = _WIDTH, _HEIGHT, pixels
    encoder.framerate = Fraction(1)
    encoder.options = {"threads": "1", "flags": "+bitexact"}
    frame = av.VideoFrame(_WIDTH, _HEIGHT, pixels)
    for plane in frame.planes:
        row = bytes((x * 5) % 256 for x in range(plane.line_size))
        plane.update(row * plane.height)
    frame.pts = 0
    return b"".join(bytes(packet) for packet in (*encoder.encode(frame), *encoder.encode(None)))
