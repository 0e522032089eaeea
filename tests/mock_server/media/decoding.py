"""Pictures as they come out of a decoder, sample by sample."""

from dataclasses import dataclass
from io import BytesIO

import av
from av.video.frame import VideoFrame
from PIL import Image, ImageChops


@dataclass(frozen=True)
class Planes:
    """A picture in YCbCr 4:2:0: brightness, and both colours at half the size."""

    y: Image.Image
    u: Image.Image
    v: Image.Image

    def differs_in(self, other: "Planes") -> list[tuple[int, int, int, int]]:
        """The box in which each plane that differs does so; of equal sizes only."""
        boxes = (
            ImageChops.difference(one, beside).getbbox()
            for one, beside in zip(self.planes, other.planes, strict=True)
        )
        return [box for box in boxes if box]

    @property
    def planes(self) -> tuple[Image.Image, Image.Image, Image.Image]:
        """All three of them."""
        return self.y, self.u, self.v


def decoded(body: bytes) -> list[Planes]:
    """Every picture of a film or picture; fails if the decoder finds anything to warn of."""
    av.logging.set_level(av.logging.WARNING)
    try:
        with av.logging.Capture() as messages, av.open(BytesIO(body), "r") as container:
            pictures = [_planes(frame) for frame in container.decode(video=0)]
    finally:
        av.logging.set_level(None)
    assert messages == []
    return pictures


def drawn(painted: Image.Image) -> Planes:
    """An RGB image whose three bands hold Y, Cb and Cr, as a decoder gives it."""
    y, *colours = painted.split()
    half = painted.width // 2, painted.height // 2
    u, v = (band.resize(half, Image.Resampling.NEAREST) for band in colours)
    return Planes(y, u, v)


def _planes(frame: VideoFrame) -> Planes:
    return Planes(
        *(
            Image.frombytes(
                "L", (plane.width, plane.height), bytes(plane), "raw", "L", plane.line_size, 1
            )
            for plane in frame.planes
        )
    )
