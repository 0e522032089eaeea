"""What a downloaded file is: whether it opens as a video, how large it is and how long."""

import io
from dataclasses import dataclass
from typing import Any

import av


@dataclass(frozen=True, slots=True)
class Film:
    """A video: width and height in pixels, length in seconds."""

    width: int
    height: int
    seconds: float


class NoFilmError(Exception):
    """The bytes do not open as a video; the message says why."""


def read_film(content: bytes) -> Film:
    """Open a file and decode its first picture.

    Raises:
        NoFilmError: it is no video container, has no pictures, or breaks off.
    """
    try:
        with av.open(io.BytesIO(content)) as container:
            return _read(container)
    except (av.FFmpegError, ValueError, IndexError) as error:
        raise NoFilmError(f"does not open as a video: {error}"[:160]) from error


def _read(container: Any) -> Film:
    if not container.streams.video:
        raise NoFilmError("has no pictures")
    stream = container.streams.video[0]
    end, count = 0.0, 0
    for packet in container.demux(stream):
        if packet.pts is not None and stream.time_base is not None:
            end = max(end, float((packet.pts + (packet.duration or 0)) * stream.time_base))
            count += packet.size > 0
    container.seek(0)
    frame = next(container.decode(stream), None)
    if frame is None or not count:
        raise NoFilmError("has no picture that can be decoded")
    return Film(frame.width, frame.height, end)
