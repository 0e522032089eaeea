"""Encodes frames with PyAV: MP4, WebP, JPEG.

Importing this module loads FFmpeg, which takes tens of milliseconds, so nothing imports it at
start-up. Every encoder runs in one thread and is bit-exact: the same frames give the same bytes on
every machine.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO
from typing import Final, Literal

import av
from av.packet import Packet
from av.stream import Stream
from av.video.frame import PictureType, VideoFrame
from av.video.stream import VideoStream

from mock_server.media.canvas import Canvas, Plane

# The side of H.264's blocks. Parts of a picture that share no block are coded independently, and
# what is flat up to the edge of its block costs next to no bytes.
BLOCK: Final = 16
_H264: Final = {
    "preset": "ultrafast",
    # Every player and browser decodes it, and it has no reordering to shift the first timestamp.
    "profile": "baseline",
    "tune": "zerolatency",
    # A fixed quantiser needs no look-ahead: a quarter less time than rate control.
    "qp": "24",
    # Blocks are predicted from at most two blocks away, so that ``mp4`` can reuse the differences.
    "x264-params": "mvrange=32",
    "threads": "1",
    "flags": "+bitexact",
}
# Index cost in bytes: fixed boxes, then size, offset and chunk entry of each frame.
_INDEX_FIXED: Final = 2048
_INDEX_PER_FRAME: Final = 24


def blank_frame(width: int, height: int, pixel_format: str = "yuv420p") -> VideoFrame:
    """A frame to paint on; its content is undefined until all of it has been painted."""
    return VideoFrame(width, height, pixel_format)


def canvas_on(frame: VideoFrame) -> Canvas:
    """A canvas over the frame's memory: what is painted on it is encoded."""
    y, u, v = (
        Plane(memoryview(plane), plane.line_size, plane.width, plane.height)
        for plane in frame.planes
    )
    return Canvas(y, u, v)


@dataclass(frozen=True, slots=True)
class Timing:
    """The length and the loop of a video in seconds, at ``rate`` frames per second."""

    rate: int
    seconds: int
    loop_seconds: int


def mp4(frame: VideoFrame, timing: Timing, paint: Callable[[int], None]) -> bytes:
    """A video; ``paint(n)`` draws picture n on ``frame``, which is reused for every picture.

    Every second starts with a key frame. Between key frames a picture may differ from the previous
    one only in what repeats after ``loop_seconds``: after the first loop, the encoded differences
    are reused.
    """
    target = BytesIO()
    # Space kept at the front puts the index before the data, as "faststart" does, in one pass.
    reserved = str(_INDEX_FIXED + _INDEX_PER_FRAME * timing.seconds * timing.rate)
    options = {"moov_size": reserved, "fflags": "+bitexact"}
    with av.open(target, "w", format="mp4", options=options) as container:
        codec = {**_H264, "g": str(timing.rate)}
        stream = container.add_stream("libx264", rate=timing.rate, options=codec)
        stream.width, stream.height, stream.pix_fmt = frame.width, frame.height, "yuv420p"
        for packet in _packets(stream, frame, timing, paint):
            container.mux(packet)
    return target.getvalue()


def _packets(
    stream: VideoStream, frame: VideoFrame, timing: Timing, paint: Callable[[int], None]
) -> Iterator["Packet[Stream]"]:
    loop: list[bytes] = []
    turn = timing.loop_seconds * timing.rate
    for number in range(timing.seconds * timing.rate):
        starts_second = number % timing.rate == 0
        if number >= turn and not starts_second:
            yield _repeated(stream, loop[number % turn], number)
            continue
        paint(number)
        packet = _encoded(stream, frame, number, starts_second)
        if number < turn:
            loop.append(bytes(packet))
        yield packet


def _encoded(stream: VideoStream, frame: VideoFrame, number: int, as_key: bool) -> "Packet[Stream]":
    frame.pts = number
    frame.pict_type = PictureType.I if as_key else PictureType.NONE
    # With this tuning the encoder delays no picture: each gives one packet, and the frame can be
    # painted on again.
    (packet,) = stream.encode(frame)
    return packet


def _repeated(stream: VideoStream, coded: bytes, number: int) -> "Packet[Stream]":
    packet = Packet(coded)
    packet.stream = stream
    packet.time_base = stream.codec_context.time_base
    packet.pts = packet.dts = number
    packet.duration = 1
    return packet


def webp(frame: VideoFrame) -> bytes:
    """A lossy WebP image of a ``yuv420p`` frame."""
    return _still(frame, "libwebp", {"quality": "80", "compression_level": "2"})


def jpeg(frame: VideoFrame) -> bytes:
    """A JPEG image of a ``yuvj420p`` frame."""
    # Transforms that are optimised for a processor round differently on another one.
    return _still(frame, "mjpeg", {"qmin": "3", "qmax": "3", "dct": "int"})


def _still(frame: VideoFrame, codec: Literal["libwebp", "mjpeg"], options: dict[str, str]) -> bytes:
    encoder = av.VideoCodecContext.create(codec, "w")
    encoder.width, encoder.height = frame.width, frame.height
    encoder.pix_fmt = frame.format.name
    encoder.framerate = Fraction(1)
    encoder.options = {"threads": "1", "flags": "+bitexact", **options}
    frame.pts = 0
    return b"".join(bytes(packet) for packet in (*encoder.encode(frame), *encoder.encode(None)))
