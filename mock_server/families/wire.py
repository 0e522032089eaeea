"""What both families share: the addresses an answer may point to and how a size becomes pixels."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from mock_server.domain.character import Character
from mock_server.domain.job import Job
from mock_server.domain.kept import kept
from openapi.catalogue import Catalogue, Model

_REPEATED = ("enhance_prompt", "images", "orientation")
# Characters of a value that others may well send, too.
_SHORT = 64


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
    catalogue: Catalogue, model: Model, size: str, orientation: str | None = None
) -> tuple[int, int]:
    """Width and height of a size word; of the model's default where the word has none."""
    known = catalogue.sizes.get(size) or catalogue.sizes[model.default_size or "1280x720"]
    return known.turned(orientation)


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
