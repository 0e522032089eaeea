"""Reads sizes: pixels (``1280x720``), ratios (``16:9``), lines (``720p``) and classes (``hd``).

No gateway documents how it reads sizes other than those it lists: that is inferred.
"""

import re

_PAIR = re.compile(r"(\d{1,5})\s*[xX*:×]\s*(\d{1,5})")
_LINES = re.compile(r"(\d{3,4})\s*[pP]")
_CLASSES = {
    "small": 720, "medium": 720, "sd": 480, "hd": 720, "large": 1080, "fhd": 1080, "1k": 1080,
    "2k": 1440, "qhd": 1440, "4k": 2160, "uhd": 2160,
}  # fmt: skip
_USUAL_LINES, _USUAL_RATIO = 720, (16, 9)
# A pair of smaller numbers is a ratio.
_SMALLEST_PIXELS = 64
_SMALLEST_SIDE, _LARGEST_SIDE = 128, 3840
_LONGEST_WORD = 32

# Width and height.
Pair = tuple[int, int]


def read_size(size: str, ratio: str | None = None, orientation: str | None = None) -> Pair | None:
    """Width and height of a size, in the shape of the ratio and the orientation, if given.

    None if the size cannot be read.
    """
    pair = _pair(size)
    if pair is not None and min(pair) >= _SMALLEST_PIXELS:
        return _turned(_fitted(*pair), orientation)
    lines = _USUAL_LINES if pair else _lines(size)
    if lines is None:
        return None
    across, up = pair or _pair(ratio or "") or _USUAL_RATIO
    scale = lines / min(across, up)
    return _turned(_fitted(across * scale, up * scale), orientation)


def is_upright(ratio: str) -> bool | None:
    """Whether a ratio is higher than wide; None for a square, and if it cannot be read."""
    pair = _pair(ratio)
    return None if pair is None or pair[0] == pair[1] else pair[1] > pair[0]


def _pair(text: str) -> Pair | None:
    found = _PAIR.fullmatch(text.strip()) if len(text) <= _LONGEST_WORD else None
    pair = (int(found[1]), int(found[2])) if found else (0, 0)
    return pair if min(pair) else None


def _lines(size: str) -> int | None:
    """How many lines a size has: ``720P``, ``hd``, ``large``."""
    word = size.strip().lower() if len(size) <= _LONGEST_WORD else ""
    found = _LINES.fullmatch(word)
    return int(found[1]) if found else _CLASSES.get(word)


def _turned(pair: Pair, orientation: str | None) -> Pair:
    long, short = max(pair), min(pair)
    return {"portrait": (short, long), "landscape": (long, short)}.get(orientation or "", pair)


def _fitted(width: float, height: float) -> Pair:
    """The nearest size that a video can have: even sides within the limits."""
    scale = min(1.0, _LARGEST_SIDE / max(width, height))
    return _side(width * scale), _side(height * scale)


def _side(pixels: float) -> int:
    return max(_SMALLEST_SIDE, min(_LARGEST_SIDE, 2 * round(pixels / 2)))
