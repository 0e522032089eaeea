"""Draws the parts of a picture with Pillow; the film and the stills are made of them.

Importing this module loads Pillow, which takes tens of milliseconds, so nothing imports it at
start-up. Images here have an ink a pixel, an index into `inks_of`; in all but lines of text a pixel
stands for a block.
"""

from functools import cache
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from mock_server.media.h264 import BLOCK
from mock_server.media.layout import LETTER_HEIGHT, LETTER_WIDTH, Layout
from mock_server.media.scene import BLACK, WHITE, Colour, Outline, Scene, Shape

_BLACK, _WHITE, _DARK, _LIGHT, _FIRST_LANE = range(5)
# The inks that are those of every scene.
STRIP_INKS: Final = (BLACK, WHITE)
# The first row of the font's letters that has dots.
_LETTER_TOP: Final = 2
_MARGIN_DOTS: Final = 4
# The bar ends so many blocks before the counter.
_BAR_GAP: Final = 1


def inks_of(scene: Scene) -> tuple[Colour, ...]:
    """The colours of a scene's inks."""
    of_shapes = (colour for shape in scene.shapes for colour in (shape.lane, shape.colour))
    return *STRIP_INKS, scene.dark, scene.light, *of_shapes


def ink_of_shape(number: int) -> int:
    """The ink of a shape."""
    return _FIRST_LANE + 2 * number + 1


def ground_of(scene: Scene, layout: Layout) -> Image.Image:
    """All that does not move, without the text: strips, mosaic, lanes."""
    columns = layout.columns
    image = Image.new("L", (columns, layout.rows), _BLACK)
    for tiles, (top, end) in zip(scene.mosaic, layout.mosaic, strict=True):
        edges = [columns * number // len(tiles) for number in range(len(tiles) + 1)]
        for number, is_light in enumerate(tiles):
            box = (edges[number], top, edges[number + 1], end)
            image.paste(_LIGHT if is_light else _DARK, box)
    for number in range(len(scene.shapes)):
        top = layout.lane(number)
        box = (0, top, columns, top + layout.shape_size)
        image.paste(_FIRST_LANE + 2 * number, box)
    return image


def mask_of(shape: Shape, layout: Layout) -> Image.Image:
    """What a shape covers of its square."""
    size = layout.shape_size
    image = Image.new("1", (size, size), shape.outline is Outline.SQUARE)
    if shape.outline is Outline.DISC:
        ImageDraw.Draw(image).ellipse((0, 0, size - 1, size - 1), fill=1)
    return image


def bar_of(layout: Layout, second: int, seconds: int) -> Image.Image:
    """The strip with the time, without the text: the bar counts the second that runs."""
    image = Image.new("L", (layout.columns, layout.rows - layout.footer), _BLACK)
    left, _ = counter_place(layout, seconds)
    end = (left // BLOCK - _BAR_GAP) * (second + 1) // seconds
    top = layout.margin_rows
    image.paste(_WHITE, (0, top, end, top + max(1, layout.dot // 2)))
    return image


def caption_of(scene: Scene, layout: Layout) -> Image.Image:
    """The caption as far as it fits, in pixels."""
    fitting = (layout.width - 2 * _MARGIN_DOTS * layout.dot) // (LETTER_WIDTH * layout.dot)
    return _line(scene.caption[:fitting], layout)


def counter_of(layout: Layout, second: int, seconds: int) -> Image.Image:
    """The second that runs and their number, in pixels."""
    total = str(seconds)
    return _line(f"{second:>{len(total)}}/{total}", layout)


def caption_place(layout: Layout) -> tuple[int, int]:
    """The caption's corner above on the left, in pixels."""
    return _MARGIN_DOTS * layout.dot, layout.text_top


def counter_place(layout: Layout, seconds: int) -> tuple[int, int]:
    """The counter's corner within the strip with the time, in pixels."""
    width = (2 * len(str(seconds)) + 1) * LETTER_WIDTH + _MARGIN_DOTS
    return layout.width - width * layout.dot, layout.text_top


def _line(text: str, layout: Layout) -> Image.Image:
    """A line of text, white on black; what the font lacks is a question mark."""
    letters = text.encode("ascii", "replace").decode() or " "
    width, bottom = len(letters) * LETTER_WIDTH, _LETTER_TOP + LETTER_HEIGHT
    image = Image.new("L", (width, bottom), _BLACK)
    draw = ImageDraw.Draw(image)
    draw.text((0, 0), letters, fill=_WHITE, font=_font())
    size = (width * layout.dot, LETTER_HEIGHT * layout.dot)
    return image.resize(size, Image.Resampling.NEAREST, box=(0, _LETTER_TOP, width, bottom))


@cache
def _font() -> ImageFont.ImageFont:
    # Dots, which are the same with every release of FreeType, and without it.
    return ImageFont.load_default_imagefont()
