"""Slices in which blocks are copies from the picture before."""

from collections.abc import Mapping
from typing import Final

from mock_server.media.h264.bits import ended, se, ue
from mock_server.media.h264.slices import SliceHead

# mb_type of a block with one motion vector (table 7-13).
_P_L0_16X16: Final = 0
# The code of coded_block_pattern 0 in such a slice (table 9-4): nothing is added to the copy.
_EXACT_COPY: Final = 0
_QUARTERS_OF_PIXEL: Final = 4


def moving_slice(head: SliceHead, columns: int, size: int, shifts: Mapping[int, int]) -> bytes:
    """``size`` blocks, ``columns`` a row, that stay as they were but for those in ``shifts``.

    ``shifts`` says by block how many pixels to the right its content comes from: an even number,
    so that no sample is interpolated. Such blocks form rectangles that neither touch each other nor
    are in the first row, with one shift in each: then all others are taken for unmoved (8.4.1.1).
    """
    vectors = _Vectors(columns, shifts)
    bits, following = [head.bits(moving=True)], 0
    for place in sorted(shifts):
        vector = vectors.of(place)
        if vector != vectors.of_skipped(place):
            bits.append(ue(place - following) + ue(_P_L0_16X16))  # mb_skip_run, mb_type
            bits.append(se(vector - vectors.predicted(place)) + se(0) + ue(_EXACT_COPY))
            following = place + 1
    if following < size:
        bits.append(ue(size - following))
    return head.unit(ended("".join(bits)))


class _Vectors:
    """The horizontal motion vectors of a slice; the vertical ones are all 0."""

    def __init__(self, columns: int, shifts: Mapping[int, int]) -> None:
        self._columns = columns
        self._shifts = shifts

    def of(self, place: int) -> int:
        """A block's own vector."""
        return self._shifts.get(place, 0) * _QUARTERS_OF_PIXEL

    def predicted(self, place: int) -> int:
        """What a vector is coded as a difference from: the median of its neighbours' (8.4.1.3)."""
        column, above = place % self._columns, place - self._columns
        # The one above to the left stands in for one that is outside on the right (8.4.1.3.2).
        corner = above + 1 if column < self._columns - 1 else above - 1
        return sorted((self._left(place), self.of(above), self.of(corner)))[1]

    def of_skipped(self, place: int) -> int:
        """The vector of a block of which nothing is coded (8.4.1.1)."""
        if self._left(place) and self.of(place - self._columns):
            return self.predicted(place)
        return 0

    def _left(self, place: int) -> int:
        return self.of(place - 1) if place % self._columns else 0
