"""Stills of a clip: its thumbnail and its spritesheet."""

from collections.abc import Sequence
from io import BytesIO
from itertools import chain
from typing import Final

from PIL import Image

from mock_server.media import drawing
from mock_server.media.clip import SMALLEST_SIDE, Clip
from mock_server.media.h264 import BLOCK
from mock_server.media.layout import Layout
from mock_server.media.scene import scene_of

SHEET_COLUMNS: Final = 4
SHEET_ROWS: Final = 4
_TILE_SIDE: Final = 240
Paint = tuple[int, int, int]


class Pictures:
    """The pictures of a clip, drawn at a size of one's own, each ink in its paint."""

    def __init__(self, clip: Clip, size: tuple[int, int], paints: Sequence[Paint]) -> None:
        self._layout = Layout(clip.width, clip.height)
        self._scene = scene_of(clip.seed)
        self._seconds = clip.seconds
        self._size = size
        self._paints = paints
        self._ground = self._enlarged(drawing.ground_of(self._scene, self._layout), 0)
        self._write(
            self._ground,
            drawing.caption_of(self._scene, self._layout),
            drawing.caption_place(self._layout),
        )

    def at(self, elapsed_ms: int) -> Image.Image:
        """The picture at ``elapsed_ms`` after the start."""
        layout, image = self._layout, self._ground.copy()
        for number, shape in enumerate(self._scene.shapes):
            left, top = layout.left(number, elapsed_ms), layout.lane(number) * BLOCK
            side = layout.shape_size * BLOCK
            box = (*self._place(left, top), *self._place(left + side, top + side))
            mask = drawing.mask_of(shape, layout).resize((box[2] - box[0], box[3] - box[1]))
            image.paste(self._paints[drawing.ink_of_shape(number)], box, mask)
        self._show_time(image, elapsed_ms // 1000)
        return image

    def _show_time(self, image: Image.Image, second: int) -> None:
        layout, seconds = self._layout, self._seconds
        bar = self._enlarged(drawing.bar_of(layout, second, seconds), layout.footer)
        image.paste(bar, self._place(0, layout.footer * BLOCK))
        left, top = drawing.counter_place(layout, seconds)
        place = left, top + layout.footer * BLOCK
        self._write(image, drawing.counter_of(layout, second, seconds), place)

    def _enlarged(self, blocks: Image.Image, first_row: int) -> Image.Image:
        """An image of blocks from ``first_row`` on, at the size of the pictures."""
        shown = self._layout.height - first_row * BLOCK
        box = (0, 0, self._layout.width / BLOCK, shown / BLOCK)
        width, height = self._size
        _, top = self._place(0, first_row * BLOCK)
        return self._painted(blocks).resize((width, height - top), Image.Resampling.NEAREST, box)

    def _write(self, image: Image.Image, text: Image.Image, place: tuple[int, int]) -> None:
        left, top = self._place(*place)
        right, bottom = self._place(place[0] + text.width, place[1] + text.height)
        size = right - left, bottom - top
        image.paste(self._painted(text).resize(size, Image.Resampling.BOX), (left, top))

    def _painted(self, inked: Image.Image) -> Image.Image:
        inked.putpalette(bytes(chain.from_iterable(self._paints)))
        return inked.convert("RGB")

    def _place(self, x: int, y: int) -> tuple[int, int]:
        """A place in the film's picture as one in these."""
        width, height = self._size
        return x * width // self._layout.width, y * height // self._layout.height


def thumbnail(clip: Clip) -> bytes:
    """A WebP of the moment at a third of the clip, at half the clip's size."""
    picture = _pictures(clip, _divided(clip, 2)).at(clip.seconds * 1000 // 3)
    return _saved(picture, "WEBP", quality=80, method=0)


def spritesheet(clip: Clip) -> bytes:
    """A JPEG of sixteen evenly spaced moments, left to right, then top to bottom."""
    width, height = _divided(clip, max(clip.width, clip.height) // _TILE_SIDE)
    sheet = Image.new("RGB", (width * SHEET_COLUMNS, height * SHEET_ROWS))
    pictures = _pictures(clip, (width, height))
    tiles = SHEET_COLUMNS * SHEET_ROWS
    for number in range(tiles):
        row, column = divmod(number, SHEET_COLUMNS)
        picture = pictures.at(clip.seconds * 1000 * number // tiles)
        sheet.paste(picture, (column * width, row * height))
    return _saved(sheet, "JPEG", quality=75)


def _pictures(clip: Clip, size: tuple[int, int]) -> Pictures:
    return Pictures(clip, size, [ink.rgb for ink in drawing.inks_of(scene_of(clip.seed))])


def _saved(image: Image.Image, form: str, **options: int) -> bytes:
    file = BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def _divided(clip: Clip, divisor: int) -> tuple[int, int]:
    """The clip's size divided, rounded down to even, and at least the size of the smallest clip."""
    fitting = min(divisor, min(clip.width, clip.height) // SMALLEST_SIDE)
    width, height = (side // max(1, fitting) // 2 * 2 for side in (clip.width, clip.height))
    return width, height
