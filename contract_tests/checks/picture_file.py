"""Reads pictures, and says how alike a picture and the pictures of a film are."""

import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import mul
from typing import Any

import av

from contract_tests.checks.video_file import NotAVideoError

# Pictures are compared as so many squares of grey a side.
_SIDE = 10
_MOST_FRAMES = 600
_MOST_TILES = 12
_FEWEST_TILES = 4
_RATIO_TOLERANCE = 0.05
# Squares of grey less their mean, scaled to length 1; all 0 for a picture without contrast.
Greys = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A decoded picture; width and height in pixels."""

    width: int
    height: int
    frame: Any

    def greys(self, columns: int = 1, rows: int = 1) -> list[Greys]:
        """The picture as tiles, row by row."""
        lines = _lines(self.frame, columns, rows)
        return [
            _scaled(
                [
                    grey
                    for line in lines[row * _SIDE : (row + 1) * _SIDE]
                    for grey in line[column * _SIDE : (column + 1) * _SIDE]
                ]
            )
            for row in range(rows)
            for column in range(columns)
        ]


def read_picture(content: bytes) -> Picture:
    """Decode a picture.

    Raises:
        NotAVideoError: it does not open as a picture, or is cut off.
    """
    for frame in _frames(content, keys_only=False):
        return Picture(frame.width, frame.height, frame)
    raise NotAVideoError("has no picture")


def greys_of_film(content: bytes, *, keys_only: bool) -> list[Greys]:
    """The pictures of a film, or only those that are coded without reference to others.

    Raises:
        NotAVideoError: the film cannot be decoded.
    """
    frames = islice(_frames(content, keys_only=keys_only), _MOST_FRAMES)
    return [Picture(each.width, each.height, each).greys()[0] for each in frames]


def likeness(pictures: Sequence[Greys], film: Sequence[Greys]) -> float:
    """How alike some pictures are to those of a film: 1 is equal, 0 is nothing in common.

    Of each picture the likeness to the most similar one of the film counts, and of all the mean.
    """
    best = [max((sum(map(mul, each, other)) for other in film), default=0.0) for each in pictures]
    return sum(best) / len(best) if best else 0.0


def grids(sheet: Picture, ratio: float) -> Iterator[tuple[int, int]]:
    """The columns and rows by which a sheet can have tiles of a ratio of width to height."""
    for columns in range(1, _MOST_TILES + 1):
        for rows in range(1, _MOST_TILES + 1):
            tile = sheet.width / columns / (sheet.height / rows)
            if columns * rows >= _FEWEST_TILES and abs(tile - ratio) <= _RATIO_TOLERANCE * ratio:
                yield columns, rows


def _lines(frame: Any, columns: int, rows: int) -> list[bytes]:
    width, height = columns * _SIDE, rows * _SIDE
    plane = frame.reformat(width=width, height=height, format="gray").planes[0]
    data, step = bytes(plane), plane.line_size
    return [data[y * step : y * step + width] for y in range(height)]


def _scaled(greys: Sequence[int]) -> Greys:
    mean = sum(greys) / len(greys)
    length = math.sqrt(sum((grey - mean) ** 2 for grey in greys))
    return tuple((grey - mean) / length if length else 0.0 for grey in greys)


def _decoded(container: Any, *, keys_only: bool) -> Iterator[Any]:
    stream = container.streams.video[0]
    if keys_only:
        stream.codec_context.skip_frame = "NONKEY"
    yield from container.decode(stream)


def _frames(content: bytes, *, keys_only: bool) -> Iterator[Any]:
    try:
        with av.open(io.BytesIO(content)) as container:
            if not container.streams.video:
                return
            yield from _decoded(container, keys_only=keys_only)
    except (av.FFmpegError, ValueError, IndexError) as error:
        raise NotAVideoError(f"cannot be decoded: {error}"[:160]) from error
