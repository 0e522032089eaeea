"""The scene of a seed: colours, mosaic, shapes and caption, whatever the size in pixels."""

from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from typing import Final, NamedTuple

MOSAIC_COLUMNS: Final = 6
MOSAIC_ROWS: Final = 3
CAPTION_LENGTH: Final = 18
SHAPES: Final = 2


class Colour(NamedTuple):
    """One colour in limited-range YCbCr, each part 16..240."""

    y: int
    u: int
    v: int

    @property
    def rgb(self) -> tuple[int, int, int]:
        """The colour as a player shows it (ITU-R BT.601), each part 0..255."""
        y, u, v = 298 * (self.y - 16) + 128, self.u - 128, self.v - 128
        red, green, blue = y + 409 * v, y - 100 * u - 208 * v, y + 516 * u
        return _octet(red >> 8), _octet(green >> 8), _octet(blue >> 8)


BLACK: Final = Colour(24, 128, 128)
WHITE: Final = Colour(235, 128, 128)


class Outline(StrEnum):
    """The outline of a moving shape."""

    SQUARE = "square"
    DISC = "disc"


@dataclass(frozen=True, slots=True)
class Shape:
    """A moving shape, and the lane on which it goes to and fro."""

    outline: Outline
    colour: Colour
    lane: Colour


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that a seed determines: a mosaic of two colours, some shapes, a caption.

    ``mosaic`` has a truth value for each tile: whether it is ``light``.
    """

    dark: Colour
    light: Colour
    mosaic: tuple[tuple[bool, ...], ...]
    shapes: tuple[Shape, ...]
    caption: str


def scene_of(seed: str) -> Scene:
    """The scene of ``seed``: the same in every process and version."""
    # A lone surrogate is legal in JSON, so a seed may contain one.
    digest = blake2b(seed.encode("utf-8", "surrogatepass"), digest_size=64).digest()
    tiles = int.from_bytes(digest[6:9])
    return Scene(
        dark=Colour(32 + digest[0] % 24, 88 + digest[1] % 80, 88 + digest[2] % 80),
        light=Colour(136 + digest[3] % 40, 80 + digest[4] % 96, 80 + digest[5] % 96),
        mosaic=tuple(
            tuple(
                bool(tiles >> (row * MOSAIC_COLUMNS + column) & 1)
                for column in range(MOSAIC_COLUMNS)
            )
            for row in range(MOSAIC_ROWS)
        ),
        shapes=tuple(_shape(index, digest[16 + 8 * index :]) for index in range(SHAPES)),
        caption=seed[:CAPTION_LENGTH],
    )


def _shape(index: int, octets: bytes) -> Shape:
    return Shape(
        outline=Outline.DISC if (index + octets[0]) % 2 else Outline.SQUARE,
        colour=Colour(200 + octets[1] % 30, 48 + octets[2] % 160, 48 + octets[3] % 160),
        lane=Colour(32 + octets[4] % 110, 96 + octets[5] % 64, 96 + octets[6] % 64),
    )


def _octet(number: int) -> int:
    return min(255, max(0, number))
