"""What both families share: the addresses an answer may point to and how a size becomes pixels."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from mock_server.domain.character import Character
from mock_server.domain.job import Job
from mock_server.domain.kept import kept
from mock_server.jobs.formats.frames import frame
from openapi.catalogue.models import Catalogue, Model

_REPEATED = ("enhance_prompt", "images", "orientation")
# Characters of a value that others may well send, too.
_SHORT = 64
_USUAL_SIZE = "1280x720"


@dataclass(frozen=True, slots=True)
class Links:
    """Key-less addresses below one base URL; the job's token is what makes them private."""

    base_url: str

    def video(self, job: Job) -> str:
        """Where the finished video can be fetched."""
        return f"{self.base_url}/media/{job.tenant}/{job.id}/{job.token}.mp4"

    def thumbnail(self, job: Job) -> str:
        """Where its thumbnail can be fetched."""
        return f"{self.base_url}/media/{job.tenant}/{job.id}/{job.token}.webp"

    def portrait(self, character: Character) -> str:
        """Where a character's picture can be fetched; its id is what makes that private."""
        return f"{self.base_url}/media/{character.tenant}/characters/{character.id}.webp"


def pixels(
    catalogue: Catalogue, model: Model, size: str, fields: Mapping[str, Any]
) -> tuple[int, int]:
    """Width and height of a size, as the catalogue knows it or as it reads.

    Of the model's default where it says nothing. The other ``fields`` say which side is long.
    """
    orientation, ratio = text(fields, "orientation"), text(fields, "aspect_ratio")
    known = catalogue.sizes.get(size)
    if known is not None:
        return known.turned(orientation)
    usual = model.default_size or _USUAL_SIZE
    read = frame(size, ratio, orientation) or frame(ratio or usual, None, orientation)
    return read or catalogue.sizes[usual].turned(orientation)


def text(fields: Mapping[str, Any], name: str) -> str | None:
    """A field that is a text; None where it is something else, or is not there."""
    value = fields.get(name)
    return value if isinstance(value, str) else None


def is_true(value: object) -> bool:
    """Whether a flag is set; forms send it as text."""
    return value is True or value == "true"


def kept_fields(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """What answers repeat of a request, and the order does not hold itself; never more than that.

    Requests that say the same in a few words share it: a third of a job's memory. Pictures that
    were sent as data URLs are cut, so that a job stays small.
    """
    rest = tuple((name, fields[name]) for name in _REPEATED if name in fields)
    if all(type(value) is str and len(value) <= _SHORT for _, value in rest):
        return _shared(rest)
    return kept(dict(rest))


@lru_cache(maxsize=1000)
def _shared(fields: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    return dict(fields)
