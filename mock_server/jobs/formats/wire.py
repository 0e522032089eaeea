"""What both formats share: media links, and the reading of sizes, lengths and flags in requests."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from mock_server.domain.job import Character, Job, Order
from mock_server.domain.truncation import kept
from openapi.catalogue.models import Catalogue, Model
from openapi.catalogue.sizes import read_size

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


def order_of(
    fields: Mapping[str, Any],
    model: Model,
    catalogue: Catalogue,
    *,
    family: str,
    size: str,
    length: str,
) -> Order:
    """The order of a checked create request; ``length`` is the name of the field with seconds."""
    width, height = pixels(catalogue, model, size, fields)
    return Order(
        family=family,
        kind="create",
        model=model.name,
        prompt=fields["prompt"],
        size=size,
        seconds=seconds_of(fields.get(length), model.default_seconds),
        width=width,
        height=height,
        private=is_true(fields.get("private")),
        request=kept_fields(fields),
    )


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
    read = read_size(size, ratio, orientation) or read_size(ratio or usual, None, orientation)
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


def seconds_of(asked: object, default: int) -> int:
    """The requested length in whole seconds, within the limits of a video.

    ``default`` is for values without a number; every documented value has one.
    """
    found = _DIGITS.fullmatch(str(asked)) if asked else None
    seconds = int(found[1]) if found else default
    return max(1, min(_LONGEST_SECONDS, seconds))
