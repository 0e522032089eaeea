"""Renders the variants of a clip: frame rate, picture sizes, moments shown.

Importing this module loads FFmpeg.
"""

from typing import Final

from mock_server.media.canvas import Canvas
from mock_server.media.clip import SMALLEST_SIDE, Clip
from mock_server.media.encoding import BLOCK, Timing, blank_frame, canvas_on, jpeg, mp4, webp
from mock_server.media.painter import Painter
from mock_server.media.scene import LOOP_MS, scene_of

FRAME_RATE: Final = 8
SHEET_COLUMNS: Final = 4
SHEET_ROWS: Final = 4
_TILE_SIDE: Final = 240


def video(clip: Clip) -> bytes:
    """An MP4 of the clip's exact size and length."""
    frame = blank_frame(clip.width, clip.height)
    painter = _painter(clip, canvas_on(frame), grain=BLOCK)
    timing = Timing(FRAME_RATE, clip.seconds, LOOP_MS // 1000)
    return mp4(frame, timing, lambda number: painter.paint(number * 1000 // FRAME_RATE))


def thumbnail(clip: Clip) -> bytes:
    """A WebP of the moment at a third of the clip, at half the clip's size."""
    frame = blank_frame(*_divided(clip, 2))
    _painter(clip, canvas_on(frame), grain=BLOCK // 2).paint(clip.seconds * 1000 // 3)
    return webp(frame)


def spritesheet(clip: Clip) -> bytes:
    """A JPEG of sixteen evenly spaced moments, left to right, then top to bottom."""
    width, height = _divided(clip, max(clip.width, clip.height) // _TILE_SIDE)
    frame = blank_frame(width * SHEET_COLUMNS, height * SHEET_ROWS, "yuvj420p")
    sheet, tile = canvas_on(frame), Canvas.blank(width, height)
    painter = _painter(clip, tile, grain=2)
    tiles = SHEET_COLUMNS * SHEET_ROWS
    for number in range(tiles):
        painter.paint(clip.seconds * 1000 * number // tiles)
        row, column = divmod(number, SHEET_COLUMNS)
        sheet.paste(tile, column * width, row * height)
    return jpeg(frame)


def _painter(clip: Clip, canvas: Canvas, *, grain: int) -> Painter:
    return Painter(scene_of(clip.seed), clip.seconds, canvas, grain=grain)


def _divided(clip: Clip, divisor: int) -> tuple[int, int]:
    """The clip's size divided, rounded down to even, and at least the size of the smallest clip."""
    fitting = min(divisor, min(clip.width, clip.height) // SMALLEST_SIDE)
    width, height = (side // max(1, fitting) // 2 * 2 for side in (clip.width, clip.height))
    return width, height
