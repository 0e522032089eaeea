"""Makes the film of a clip, in H.264 written by this package.

Every picture has two slices: the upper one with caption, mosaic and shapes, and the strip with the
time. Of the upper ones only the key picture's depends on the seed: in the others, shapes are moved
by copying from the picture before. All else is shared by the films of a size and length.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock
from typing import Final

from cachetools import LRUCache, cached
from PIL import Image

from mock_server.media import drawing
from mock_server.media.clip import Clip
from mock_server.media.h264 import (
    BLOCK,
    PICTURE_PARAMETERS,
    Blocks,
    SliceHead,
    flat_slice,
    moving_slice,
    sequence_parameters,
)
from mock_server.media.layout import LOOP_MS, Layout
from mock_server.media.mp4 import Stream, mp4, unit_of_sample
from mock_server.media.scene import SHAPES, Colour, scene_of

FRAME_RATE: Final = 8
_MS_PER_PICTURE: Final = 1000 // FRAME_RATE
# Each loop of the shapes begins with a key picture, and so do the players that jump into a film.
_LOOP: Final = LOOP_MS // _MS_PER_PICTURE
_SHARED_BYTES: Final = 32 * 1024 * 1024


def film(clip: Clip) -> bytes:
    """An MP4 of the clip's exact size and length."""
    upper = _upper_key(clip)
    shared = _shared(clip.width, clip.height, clip.seconds)
    data: list[bytes] = []
    sizes: list[int] = []
    for loop in shared.loops:
        data += (upper, loop.key_clock, loop.others)
        sizes += (len(upper) + len(loop.key_clock), *loop.sizes)
    return mp4(shared.stream, sizes, range(0, len(sizes), _LOOP), data)


def film_of_one_colour(width: int, height: int, colour: Colour) -> bytes:
    """An MP4 of one picture, which is shown for a second; the sides are even."""
    layout = Layout(width, height)
    blocks = Blocks([bytes(layout.columns)] * layout.rows, [colour], {})
    picture = unit_of_sample(flat_slice(SliceHead(0, 0), blocks))
    return mp4(_stream(layout, rate=1), [len(picture)], [0], [picture])


@dataclass(frozen=True, slots=True)
class _Loop:
    """What films share of a loop: the lower part of its key picture, and its other pictures."""

    key_clock: bytes
    others: bytes
    sizes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Shared:
    """What all films of a size and length have in common."""

    stream: Stream
    loops: tuple[_Loop, ...]


def _bytes_of(shared: _Shared) -> int:
    return sum(len(loop.key_clock) + len(loop.others) for loop in shared.loops)


@cached(LRUCache(_SHARED_BYTES, getsizeof=_bytes_of), lock=Lock())
def _shared(width: int, height: int, seconds: int) -> _Shared:
    layout = Layout(width, height)
    upper = [_upper_other(layout, number) for number in range(1, _LOOP)]
    count = seconds * FRAME_RATE
    return _Shared(
        _stream(layout, FRAME_RATE),
        tuple(
            _loop(layout, seconds, range(first, min(first + _LOOP, count)), upper)
            for first in range(0, count, _LOOP)
        ),
    )


def _stream(layout: Layout, rate: int) -> Stream:
    width, height = layout.width, layout.height
    return Stream(width, height, rate, sequence_parameters(width, height), PICTURE_PARAMETERS)


def _loop(layout: Layout, seconds: int, pictures: range, upper: list[bytes]) -> _Loop:
    key_clock, *clocks = (_clock(layout, number, seconds) for number in pictures)
    others = [one + other for one, other in zip(upper, clocks, strict=False)]
    return _Loop(key_clock, b"".join(others), tuple(map(len, others)))


def _upper_key(clip: Clip) -> bytes:
    layout, scene = Layout(clip.width, clip.height), scene_of(clip.seed)
    image = drawing.ground_of(scene, layout)
    for number, shape in enumerate(scene.shapes):
        place = layout.left(number, 0) // BLOCK, layout.lane(number)
        image.paste(drawing.ink_of_shape(number), place, drawing.mask_of(shape, layout))
    caption = drawing.caption_of(scene, layout)
    part = image.crop((0, 0, layout.columns, layout.footer))
    blocks = _blocks(part, drawing.inks_of(scene), caption, drawing.caption_place(layout))
    return unit_of_sample(flat_slice(SliceHead(0, 0), blocks))


def _upper_other(layout: Layout, number: int) -> bytes:
    """The upper part of a picture within a loop: the shapes move on."""
    shifts = {
        place: shift for shape in range(SHAPES) for place, shift in _shifts(layout, shape, number)
    }
    size = layout.columns * layout.footer
    return unit_of_sample(moving_slice(SliceHead(number, 0), layout.columns, size, shifts))


def _shifts(layout: Layout, shape: int, number: int) -> Iterator[tuple[int, int]]:
    """The blocks that a shape covers before or after its step, and how far it goes."""
    before, after = (layout.left(shape, each * _MS_PER_PICTURE) for each in (number - 1, number))
    pixels = layout.shape_size * BLOCK
    first, end = min(before, after) // BLOCK, -(-(max(before, after) + pixels) // BLOCK)
    for row in range(layout.lane(shape), layout.lane(shape) + layout.shape_size):
        for column in range(first, end):
            yield row * layout.columns + column, before - after


def _clock(layout: Layout, number: int, seconds: int) -> bytes:
    """The strip with the time, which changes once a second."""
    second, within = divmod(number, FRAME_RATE)
    head = SliceHead(number % _LOOP, layout.columns * layout.footer)
    if within:
        size = layout.columns * (layout.rows - layout.footer)
        return unit_of_sample(moving_slice(head, layout.columns, size, {}))
    counter = drawing.counter_of(layout, second, seconds)
    place = drawing.counter_place(layout, seconds)
    bar = drawing.bar_of(layout, second, seconds)
    return unit_of_sample(flat_slice(head, _blocks(bar, drawing.STRIP_INKS, counter, place)))


def _blocks(
    image: Image.Image, inks: tuple[Colour, ...], text: Image.Image, place: tuple[int, int]
) -> Blocks:
    """An image of blocks, and a line of text with its place in pixels."""
    columns, count = image.size
    data = image.tobytes()
    rows = [data[at : at + columns] for at in range(0, columns * count, columns)]
    brightness = bytes(ink.y for ink in inks).ljust(256)
    details = {
        row * columns + column: samples.translate(brightness)
        for column, row, samples in _blocks_of(text, place)
    }
    return Blocks(rows, inks, details)


def _blocks_of(text: Image.Image, place: tuple[int, int]) -> Iterator[tuple[int, int, bytes]]:
    """Column, row and samples of the blocks in which a line of text has dots."""
    left, top = place
    first, above = left // BLOCK, top // BLOCK
    end, below = -(-(left + text.width) // BLOCK), -(-(top + text.height) // BLOCK)
    strip = Image.new("L", ((end - first) * BLOCK, (below - above) * BLOCK))
    strip.paste(text, (left - first * BLOCK, top - above * BLOCK))
    for column in range(end - first):
        stack = strip.crop((column * BLOCK, 0, (column + 1) * BLOCK, strip.height)).tobytes()
        for row in range(below - above):
            samples = stack[row * BLOCK**2 : (row + 1) * BLOCK**2]
            if any(samples):
                yield first + column, above + row, samples
