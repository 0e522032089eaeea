"""A picture as three planes of writable bytes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple, Self

Runs = Sequence[tuple[int, bytes]]


class Box(NamedTuple):
    """A rectangle; in pixels of the picture unless said otherwise."""

    left: int
    top: int
    width: int
    height: int

    def halved(self) -> "Box":
        """The same rectangle on a colour plane, which has half the columns and half the rows."""
        return Box(self.left // 2, self.top // 2, self.width // 2, self.height // 2)


@dataclass(slots=True)
class Plane:
    """Rows of samples in ``view``, ``stride`` bytes apart; the end of each row may be unused.

    Whole slices are written at a time: a loop over samples in Python would cost more than
    the encoder.
    """

    view: memoryview
    stride: int
    width: int
    height: int
    ground: list[bytes] = field(default_factory=list, init=False)

    @classmethod
    def blank(cls, width: int, height: int) -> Self:
        """A new plane with every sample zero."""
        return cls(memoryview(bytearray(width * height)), width, width, height)

    def lay_ground(self, bands: Sequence[Sequence[int]], grain: int) -> None:
        """Cover the plane with a mosaic of nearly equal tiles, and keep it for ``restore``.

        Tiles begin at multiples of ``grain`` samples.
        """
        rows = [self._band_row(band, grain) for band in bands]
        edges = pairwise(_edges(self.height, len(bands), grain))
        self.ground = [
            row for row, (top, end) in zip(rows, edges, strict=True) for _ in range(top, end)
        ]
        self.view[:] = b"".join(self.ground)

    def _band_row(self, band: Sequence[int], grain: int) -> bytes:
        edges = pairwise(_edges(self.width, len(band), grain))
        row = b"".join(
            bytes([sample]) * (end - left) for sample, (left, end) in zip(band, edges, strict=True)
        )
        return row.ljust(self.stride, row[-1:])

    def fill(self, box: Box, sample: int) -> None:
        """Fill ``box`` with one sample value."""
        run = bytes([sample]) * box.width
        self.stamp(box, [(0, run)] * box.height)

    def stamp(self, box: Box, runs: Runs) -> None:
        """Write one run of samples for each row of ``box``, shifted right by its offset."""
        view, stride = self.view, self.stride
        start = box.top * stride + box.left
        for shift, run in runs:
            at = start + shift
            view[at : at + len(run)] = run
            start += stride

    def restore(self, box: Box) -> None:
        """Restore the mosaic in ``box``."""
        view, stride, left, right = self.view, self.stride, box.left, box.left + box.width
        start = box.top * stride
        for row in self.ground[box.top : box.top + box.height]:
            view[start + left : start + right] = row[left:right]
            start += stride

    def rows(self) -> Iterator[bytes]:
        """The samples of each row, without the unused end."""
        for start in range(0, self.height * self.stride, self.stride):
            yield bytes(self.view[start : start + self.width])


class Canvas(NamedTuple):
    """A picture in YCbCr 4:2:0: full brightness, both colour planes at half size."""

    y: Plane
    u: Plane
    v: Plane

    @classmethod
    def blank(cls, width: int, height: int) -> Self:
        """A new canvas; both sides must be even."""
        colour = width // 2, height // 2
        return cls(Plane.blank(width, height), Plane.blank(*colour), Plane.blank(*colour))

    def paste(self, other: "Canvas", left: int, top: int) -> None:
        """Copy ``other`` to ``left``, ``top``, which are even."""
        box = Box(left, top, other.y.width, other.y.height)
        for plane, source, place in zip(self, other, boxes(box), strict=True):
            plane.stamp(place, [(0, row) for row in source.rows()])


def boxes(box: Box) -> tuple[Box, Box, Box]:
    """``box`` in the samples of each of the three planes of a canvas."""
    halved = box.halved()
    return box, halved, halved


def _edges(length: int, parts: int, grain: int) -> list[int]:
    """The starts of ``parts`` nearly equal parts of ``length``, and the end of the last one."""
    inner = (length * part // parts // grain * grain for part in range(parts))
    return [*inner, length]
