"""Reads a downloaded video file: whether it opens, its size and its length."""

import io
from dataclasses import dataclass
from typing import Any

import av


@dataclass(frozen=True, slots=True)
class VideoFile:
    """A video: width and height in pixels, length in seconds."""

    width: int
    height: int
    seconds: float


class NotAVideoError(Exception):
    """The bytes do not open as a video; the message says why."""


def read_video(content: bytes) -> VideoFile:
    """Open a file and decode its first picture.

    Raises:
        NotAVideoError: it is no video container, has no pictures, or is truncated.
    """
    try:
        with av.open(io.BytesIO(content)) as container:
            return _read(container)
    except (av.FFmpegError, ValueError, IndexError) as error:
        raise NotAVideoError(f"does not open as a video: {error}"[:160]) from error


def _read(container: Any) -> VideoFile:
    if not container.streams.video:
        raise NotAVideoError("has no pictures")
    stream = container.streams.video[0]
    end_s, count = 0.0, 0
    for packet in container.demux(stream):
        if packet.pts is not None and stream.time_base is not None:
            end_s = max(end_s, float((packet.pts + (packet.duration or 0)) * stream.time_base))
            count += packet.size > 0
    container.seek(0)
    frame = next(container.decode(stream), None)
    if frame is None or not count:
        raise NotAVideoError("has no picture that can be decoded")
    return VideoFile(frame.width, frame.height, end_s)
