"""The scene of a seed: colours, mosaic and moving shapes, independent of the size in pixels.

The motion repeats every ``LOOP_MS``, so that the encoder can reuse its output. All arithmetic is on
integers, because floating point may round differently on another machine.
"""

from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from typing import Final, NamedTuple

MOSAIC_COLUMNS: Final = 6
MOSAIC_ROWS: Final = 4
CAPTION_LENGTH: Final = 18
SHAPES: Final = 3
LOOP_MS: Final = 3000


class Colour(NamedTuple):
    """One colour in limited-range YCbCr, each part 16..240."""

    y: int
    u: int
    v: int


class Outline(StrEnum):
    """The outline of a moving shape."""

    SQUARE = "square"
    DISC = "disc"


@dataclass(frozen=True, slots=True)
class Swing:
    """Motion along one axis and back; lengths are in 1/1000 of the free distance.

    ``cycles`` is the number of full swings in one loop, ``phase`` (0 to 2000) where the first
    begins.
    """

    nearest: int
    reach: int
    phase: int
    cycles: int

    def position(self, elapsed_ms: int, free: int) -> int:
        """The distance from the near edge after ``elapsed_ms``, of ``free`` pixels."""
        turned = self.phase + 2000 * self.cycles * elapsed_ms // LOOP_MS
        return (1000 * self.nearest + self.reach * bounce(turned)) * free // 1_000_000


@dataclass(frozen=True, slots=True)
class Shape:
    """A moving shape; ``size`` is in 1/1000 of the picture's shorter side."""

    outline: Outline
    colour: Colour
    size: int
    across: Swing
    down: Swing


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that a seed determines: a mosaic of two colours, some shapes, a caption."""

    mosaic: tuple[tuple[Colour, ...], ...]
    shapes: tuple[Shape, ...]
    caption: str


def bounce(travelled: int) -> int:
    """Map a distance to 0..1000 and back, like a ball that bounces between two walls."""
    return 1000 - abs(travelled % 2000 - 1000)


def scene_of(seed: str) -> Scene:
    """The scene of ``seed``: the same in every process and version."""
    # A lone surrogate is legal in JSON, so a seed may contain one.
    digest = blake2b(seed.encode("utf-8", "surrogatepass"), digest_size=64).digest()
    dark, light = _ground(digest[0:6])
    tiles = int.from_bytes(digest[6:9])
    return Scene(
        mosaic=tuple(
            tuple(
                light if tiles >> (row * MOSAIC_COLUMNS + column) & 1 else dark
                for column in range(MOSAIC_COLUMNS)
            )
            for row in range(MOSAIC_ROWS)
        ),
        shapes=tuple(_shape(index, digest[16 + 8 * index :]) for index in range(SHAPES)),
        caption=seed[:CAPTION_LENGTH],
    )


def _ground(octets: bytes) -> tuple[Colour, Colour]:
    """A dark and a clearly lighter colour of the mosaic, both darker than every shape."""
    dark = Colour(36 + octets[0] % 32, 88 + octets[1] % 80, 88 + octets[2] % 80)
    light = Colour(92 + octets[3] % 40, 80 + octets[4] % 96, 80 + octets[5] % 96)
    return dark, light


def _shape(index: int, octets: bytes) -> Shape:
    return Shape(
        outline=Outline.DISC if index % 2 else Outline.SQUARE,
        colour=Colour(170 + octets[0] % 56, 48 + octets[1] % 160, 48 + octets[2] % 160),
        size=140 + octets[3] % 90,
        across=_swing(octets[4], octets[5], 1),
        down=_swing(octets[6], octets[7], 1 + octets[7] % 2),
    )


def _swing(place: int, phase: int, cycles: int) -> Swing:
    reach = 300 + place % 200
    return Swing((1000 - reach) * place // 255, reach, 2000 * phase // 256, cycles)
