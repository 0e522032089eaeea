"""What to draw, in which form, and the finished bytes.

The values that all modules of this package share.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

SMALLEST_SIDE: Final = 128
LARGEST_SIDE: Final = 4096
LONGEST_SECONDS: Final = 600


class Variant(StrEnum):
    """The files in which one clip can be downloaded, by their values on the wire."""

    VIDEO = "video"
    THUMBNAIL = "thumbnail"
    SPRITESHEET = "spritesheet"


@dataclass(frozen=True, slots=True)
class Clip:
    """A video to draw: ``seed`` determines the picture, sides are in pixels.

    Raises `ValueError` for a side that is odd (H.264 in 4:2:0 halves both sides for colour) or
    outside 128..4096, and for a length outside 1..600 seconds.
    """

    seed: str
    width: int
    height: int
    seconds: int

    def __post_init__(self) -> None:
        for name, side in (("width", self.width), ("height", self.height)):
            if side % 2 or not SMALLEST_SIDE <= side <= LARGEST_SIDE:
                raise ValueError(
                    f"clip {name} is {side}: must be an even number of pixels"
                    f" from {SMALLEST_SIDE} to {LARGEST_SIDE}"
                )
        if not 1 <= self.seconds <= LONGEST_SECONDS:
            raise ValueError(f"clip seconds is {self.seconds}: must be 1 to {LONGEST_SECONDS}")


@dataclass(frozen=True, slots=True)
class Media:
    """Finished bytes; ``etag`` is a strong, quoted entity tag that depends on the bytes alone."""

    body: bytes
    content_type: str
    etag: str
