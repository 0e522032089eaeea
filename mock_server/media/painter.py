"""Draws a scene on a canvas: mosaic, caption, moving shapes, progress bar.

Shapes move in every picture; bar and counter change once a second. All sizes are relative to the
canvas, so that a small canvas shows the same picture.
"""

from math import isqrt
from typing import Final

from mock_server.media import glyphs
from mock_server.media.canvas import Box, Canvas, Plane, Runs, boxes
from mock_server.media.scene import Colour, Outline, Scene, Shape

_BLACK: Final = Colour(24, 128, 128)
_WHITE: Final = 235
# Grains between the shapes and the strips, so that a codec does not predict one from the other.
_CLEARANCE: Final = 2
_CAPTION_DOTS: Final = 160
_DOTS_OF_HEIGHT: Final = 40


class Painter:
    """Paints ``scene`` on ``canvas``, changing only what differs from the previous picture.

    Tiles and strips end at multiples of ``grain`` pixels, an even number.
    """

    def __init__(self, scene: Scene, seconds: int, canvas: Canvas, *, grain: int) -> None:
        self._canvas = canvas
        self._seconds = seconds
        self._layout = _Layout(canvas.y.width, canvas.y.height, grain)
        self._sprites = [_Sprite(shape, self._layout) for shape in scene.shapes]
        self._shown_second = -1
        self._lay_ground(scene)

    def paint(self, elapsed_ms: int) -> None:
        """Paint the picture at ``elapsed_ms`` after the start."""
        for sprite in self._sprites:
            sprite.lift(self._canvas)
        for sprite in self._sprites:
            sprite.drop(self._canvas, elapsed_ms)
        self._show_second(elapsed_ms // 1000)

    def _lay_ground(self, scene: Scene) -> None:
        for index, plane in enumerate(self._canvas):
            samples = [[colour[index] for colour in band] for band in scene.mosaic]
            plane.lay_ground(samples, self._layout.grain // (2 if index else 1))
        for strip in (self._layout.header, self._layout.footer):
            for plane, box, sample in zip(self._canvas, boxes(strip), _BLACK, strict=True):
                plane.fill(box, sample)
        layout = self._layout
        fitting = scene.caption[: layout.letters - len(self._counter(self._seconds)) - 1]
        _write(self._canvas.y, fitting, layout.dot, (layout.dot * 2, layout.dot * 2))

    def _show_second(self, second: int) -> None:
        if second != self._shown_second:
            self._shown_second = second
            self._fill_bar(second + 1)
            self._write_counter(second)

    def _fill_bar(self, begun: int) -> None:
        left, top, width, height = self._layout.footer
        done = width * begun // self._seconds
        self._canvas.y.fill(Box(left, top, done, height), _WHITE)
        self._canvas.y.fill(Box(left + done, top, width - done, height), _BLACK.y)

    def _write_counter(self, second: int) -> None:
        text = self._counter(second)
        dot = self._layout.dot
        left = self._canvas.y.width - dot * (1 + len(text) * (glyphs.WIDTH + 1))
        if left >= 0:
            _write(self._canvas.y, text, dot, (left, dot * 2))

    def _counter(self, second: int) -> str:
        total = str(self._seconds)
        return f"{second:>{len(total)}}/{total}"


class _Layout:
    """The places of the parts on a canvas of a given size, in multiples of ``grain``."""

    def __init__(self, width: int, height: int, grain: int) -> None:
        self.grain = grain
        self.dot = max(1, min(width // _CAPTION_DOTS, height // _DOTS_OF_HEIGHT))
        self.letters = (width // self.dot - 3) // (glyphs.WIDTH + 1)
        self.unit = min(width, height)
        top = self.dot * (glyphs.HEIGHT + 4)
        top += -top % grain
        end = (height - max(2, self.unit // 30)) // grain * grain
        self.header = Box(0, 0, width, top)
        clear = _CLEARANCE * grain
        self.stage = Box(0, top + clear, width, end - top - 2 * clear)
        self.footer = Box(0, end, width, height - end)


class _Sprite:
    """One shape: its samples, prepared in runs, and its last place on the canvas."""

    def __init__(self, shape: Shape, layout: _Layout) -> None:
        self._shape = shape
        self._stage = layout.stage
        self._size = _even(layout.unit * shape.size // 1000)
        brightness, *tint = shape.colour
        self._runs = [
            _runs(shape.outline, self._size, brightness),
            *(_runs(shape.outline, self._size // 2, sample) for sample in tint),
        ]
        self._at: tuple[Box, Box, Box] | None = None

    def lift(self, canvas: Canvas) -> None:
        """Remove the shape from the canvas."""
        for plane, box in zip(canvas, self._at or (), strict=False):
            plane.restore(box)

    def drop(self, canvas: Canvas, elapsed_ms: int) -> None:
        """Draw the shape at its place after ``elapsed_ms``."""
        size, stage = self._size, self._stage
        x = self._shape.across.position(elapsed_ms, stage.width - size)
        y = self._shape.down.position(elapsed_ms, stage.height - size)
        self._at = boxes(Box(stage.left + _even(x), stage.top + _even(y), size, size))
        for plane, box, runs in zip(canvas, self._at, self._runs, strict=True):
            plane.stamp(box, runs)


def _runs(outline: Outline, size: int, sample: int) -> Runs:
    if outline is Outline.SQUARE:
        return [(0, bytes([sample]) * size)] * size
    # Rows and columns are counted in halves, so that the centre of an even disc is exact.
    chords = (isqrt(size**2 - (2 * row + 1 - size) ** 2) for row in range(size))
    return [((size - chord) // 2, bytes([sample]) * chord) for chord in chords]


def _write(plane: Plane, text: str, dot: int, at: tuple[int, int]) -> None:
    left, top = at
    for number, flags in enumerate(glyphs.dot_rows(text)):
        run = b"".join(bytes([_WHITE if flag else _BLACK.y]) * dot for flag in flags)
        plane.stamp(Box(left, top + number * dot, len(run), dot), [(0, run)] * dot)


def _even(length: int) -> int:
    return length - length % 2
