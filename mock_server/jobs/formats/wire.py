"""What both formats share: media links, and the reading of sizes, lengths and flags in requests.

No gateway documents how it reads sizes other than those it lists: that part is inferred.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from mock_server.domain.job import Character, Job
from mock_server.domain.truncation import kept
from openapi.catalogue.models import Catalogue, Model

_LONGEST_SECONDS = 600
_DIGITS = re.compile(r"\s*(\d{1,9})(?:[.]\d*)?\s*(?:s|sec|seconds)?\s*")
_REPEATED = ("enhance_prompt", "images", "orientation")
# The longest value that is shared between jobs.
_SHORT = 64
_USUAL_SIZE = "1280x720"


@dataclass(frozen=True, slots=True)
class Links:
    """Links to media below one base URL. They need no key; the job's token makes them private."""

    base_url: str

    def video(self, job: Job) -> str:
        """The link to the finished video."""
        return f"{self.base_url}/media/{job.tenant}/{job.id}/{job.token}.mp4"

    def thumbnail(self, job: Job) -> str:
        """The link to its thumbnail."""
        return f"{self.base_url}/media/{job.tenant}/{job.id}/{job.token}.webp"

    def portrait(self, character: Character) -> str:
        """The link to a character's picture; the character's id makes it private."""
        return f"{self.base_url}/media/{character.tenant}/characters/{character.id}.webp"


def pixels(
    catalogue: Catalogue, model: Model, size: str, fields: Mapping[str, Any]
) -> tuple[int, int]:
    """Width and height of a size: as in the catalogue, else as it can be read.

    If it cannot be read, the model's default size counts. The orientation and the aspect ratio are
    taken from ``fields``.
    """
    orientation, ratio = text(fields, "orientation"), text(fields, "aspect_ratio")
    known = catalogue.sizes.get(size)
    if known is not None:
        return known.turned(orientation)
    usual = model.default_size or _USUAL_SIZE
    read = frame(size, ratio, orientation) or frame(ratio or usual, None, orientation)
    return read or catalogue.sizes[usual].turned(orientation)


def text(fields: Mapping[str, Any], name: str) -> str | None:
    """The value of a text field; None if it is missing or not a text."""
    value = fields.get(name)
    return value if isinstance(value, str) else None


def is_true(value: object) -> bool:
    """Whether a flag is set; forms send it as text."""
    return value is True or value == "true"


def kept_fields(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """The fields of a request that responses repeat and the order itself does not have.

    Requests with the same short values share one mapping, which saves a third of a job's memory.
    Images in data URLs are cut.
    """
    rest = tuple((name, fields[name]) for name in _REPEATED if name in fields)
    if all(type(value) is str and len(value) <= _SHORT for _, value in rest):
        return _shared(rest)
    return kept(dict(rest))


@lru_cache(maxsize=1000)
def _shared(fields: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    return dict(fields)


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

Pair = tuple[int, int]


def frame(size: str, ratio: str | None = None, orientation: str | None = None) -> Pair | None:
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
    """How many lines a class of sizes has: ``720P``, ``hd``, ``large``."""
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


def seconds_of(asked: object, default: int) -> int:
    """The requested length in whole seconds, within the limits of a video.

    ``default`` is for values without a number; every documented value has one.
    """
    found = _DIGITS.fullmatch(str(asked)) if asked else None
    seconds = int(found[1]) if found else default
    return max(1, min(_LONGEST_SECONDS, seconds))
