"""Where the parts of a picture are, in blocks of 16 x 16 pixels, and how its shapes move.

From top to bottom: a strip with the caption, rows of the mosaic with a lane between any two, and
a strip with the time. All arithmetic is on integers, so that it is the same on every machine.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from mock_server.media.h264 import BLOCK
from mock_server.media.scene import MOSAIC_ROWS, SHAPES

# After so long everything is where it was, but for the time that is shown.
LOOP_MS: Final = 3000
LETTER_WIDTH, LETTER_HEIGHT = 6, 9
# A lane has this part of the height between the strips, and a shape at most this of the width.
_LANES_OF_HEIGHT: Final = 8
_SHAPES_OF_WIDTH: Final = 4
_PIXELS_OF_DOT: Final = 240
# Letters of these cover whole blocks from the top, so that few blocks have detail.
_DOTS: Final = (4, 2)


@dataclass(frozen=True)
class Layout:
    """The places of the parts in a picture whose even sides are given in pixels."""

    width: int
    height: int

    @property
    def columns(self) -> int:
        """Blocks in a row; the last one may be cut off at the picture's edge."""
        return -(-self.width // BLOCK)

    @property
    def rows(self) -> int:
        """Rows of blocks, with one that is cut off."""
        return -(-self.height // BLOCK)

    @cached_property
    def dot(self) -> int:
        """The side of a dot of the letters, in pixels."""
        fitting = min(self.width, self.height) // _PIXELS_OF_DOT
        return next((dot for dot in _DOTS if dot <= fitting), 1)

    @property
    def text_rows(self) -> int:
        """Rows of blocks that a line of text takes."""
        return -(-LETTER_HEIGHT * self.dot // BLOCK)

    @property
    def margin_rows(self) -> int:
        """Rows of blocks above a line of text."""
        return int(self.dot > 1)

    @property
    def text_top(self) -> int:
        """The distance of a line of text from the top of its strip, in pixels."""
        return BLOCK if self.margin_rows else (BLOCK - LETTER_HEIGHT) // 2

    @property
    def footer(self) -> int:
        """The first row of the strip with the time, which takes the rest of the picture."""
        return self.height // BLOCK - self.text_rows - self.margin_rows

    @property
    def shape_size(self) -> int:
        """The side of a shape in blocks, and the height of a lane."""
        between = self.footer - self.text_rows - self.margin_rows
        return max(1, min(between // _LANES_OF_HEIGHT, self.columns // _SHAPES_OF_WIDTH))

    @cached_property
    def mosaic(self) -> tuple[tuple[int, int], ...]:
        """First and last row, exclusive, of each row of the mosaic; the lanes are between them."""
        top, size = self.text_rows + self.margin_rows, self.shape_size
        of_tiles = self.footer - top - SHAPES * size
        edges = [of_tiles * row // MOSAIC_ROWS for row in range(MOSAIC_ROWS + 1)]
        return tuple(
            (top + row * size + edges[row], top + row * size + edges[row + 1])
            for row in range(MOSAIC_ROWS)
        )

    def lane(self, shape: int) -> int:
        """The first row of a shape's lane."""
        return self.mosaic[shape][1]

    def left(self, shape: int, elapsed_ms: int) -> int:
        """The distance of a shape from the left edge, in pixels: even, and a whole block at 0 ms.

        Shapes stay clear of the edges by a block.
        """
        free = (self.width - (self.shape_size + 2) * BLOCK) // BLOCK * BLOCK
        # The second shape begins on the right and goes to and fro twice.
        turned = 2000 * (shape + 1) * elapsed_ms // LOOP_MS
        gone = free * (1000 - abs(turned % 2000 - 1000)) // 2000 * 2
        return BLOCK + (free - gone if shape % 2 else gone)
