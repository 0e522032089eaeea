"""ffprobe measures what every model of the catalogue delivers, size by size, length by length."""

import asyncio
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

import openapi
from mock_server.app import create_app
from mock_server.domain.clock import ManualClock
from mock_server.settings import MediaSettings, Settings
from openapi.catalogue.models import Model, load_catalogue
from tests.ffprobe import probe
from tests.properties import is_thorough
from tests.system.clients.contract_requests import RequestVariant, films, request_variants
from tests.system.clients.gateway import EPOCH_MS

CATALOGUE = load_catalogue(openapi.MODELS)
MODELS = [model for model in CATALOGUE.models.values() if model.status == "available"]
LONGEST_JOB_S = 400
# Encoder and probe are processes and threads of their own: the next is drawn while one is probed.
AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Film:
    """What one order asks for, in the catalogue's words."""

    size: str
    seconds: int
    orientation: str | None

    @property
    def picture(self) -> tuple[str, int, int, float]:
        """The codec, width, height and seconds that must come of it."""
        width, height = CATALOGUE.sizes[self.size].turned(self.orientation)
        return "h264", width, height, float(self.seconds)


def few(films: Iterable[Film]) -> Iterator[Film]:
    """The films that have every size in its shortest length, and every length in its first size."""
    sizes: set[tuple[str, str | None]] = set()
    lengths: set[int] = set()
    for film in sorted(films, key=lambda film: film.seconds):
        picture = film.size, film.orientation
        if picture not in sizes or film.seconds not in lengths:
            yield film
        sizes.add(picture)
        lengths.add(film.seconds)


def orders(model: Model) -> dict[Film, tuple[RequestVariant, dict[str, Any]]]:
    """Each film that some request variant offers for the model, with a request for it."""
    found = {}
    for variant in request_variants():
        for body in films(variant):
            if body["model"] == model.name:
                size = body.get("size") or body["aspect_ratio"]
                seconds = int(body.get("seconds") or body.get("duration") or model.default_seconds)
                found[Film(size, seconds, body.get("orientation"))] = variant, body
    return found


class Cinema:
    """Orders films through the API of a server in this process, and measures them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._clock = ManualClock(EPOCH_MS)
        application = create_app(Settings(media=MediaSettings(workers=AT_ONCE)), self._clock)
        self._http = httpx.AsyncClient(
            transport=httpx.ASGITransport(application),
            base_url="http://gateway.test",
            headers={"Authorization": "Bearer test"},
        )
        self._seats = asyncio.Semaphore(AT_ONCE)

    async def measure(self, model: Model) -> dict[Film, tuple[str, int, int, float]]:
        """Codec, width, height and seconds of every film of the model."""
        async with self._http:
            films = orders(model)
            if not is_thorough():
                films = {film: films[film] for film in few(films)}
            jobs = [await self._order(*request) for request in films.values()]
            self._clock.advance(LONGEST_JOB_S)
            pictures = await asyncio.gather(*map(self._measure, jobs))
        return dict(zip(films, pictures, strict=True))

    async def _order(self, variant: RequestVariant, body: dict[str, Any]) -> str:
        answer = await self._http.send(variant.request(self._http, body))
        job_id: str = answer.raise_for_status().json()["id"]
        return job_id

    async def _measure(self, job_id: str) -> tuple[str, int, int, float]:
        async with self._seats:
            answer = await self._http.get(f"/v1/videos/{job_id}/content")
            path = self._folder / f"{job_id.rpartition(':')[2]}.mp4"
            path.write_bytes(answer.raise_for_status().content)
            found = await asyncio.to_thread(probe, path)
            assert found.stream_seconds == found.container_seconds
            return found.codec, found.width, found.height, found.container_seconds


@pytest.mark.long
@pytest.mark.needs("ffprobe")
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
async def test_every_film_of_a_model_is_as_ordered(model: Model, tmp_path: Path) -> None:
    """Codec, pixels and length are the order's, for each size and length on offer."""
    filmed = await Cinema(tmp_path).measure(model)

    assert filmed == {film: film.picture for film in filmed}
    assert {film.size for film in filmed} == set(model.sizes)
    assert {film.seconds for film in filmed} == set(model.seconds)


@pytest.mark.parametrize("word", [word for word in CATALOGUE.sizes if re.match(r"\d", word)])
def test_a_size_word_with_numbers_means_them(word: str) -> None:
    """Pixels are those pixels, and a ratio like 16x9 is that ratio."""
    wide, high = map(int, re.split("[x:]", word))
    size = CATALOGUE.sizes[word]

    assert size.width * high == size.height * wide
    assert (size.width, size.height) == (wide, high) or wide + high == 16 + 9


def test_small_and_large_turn_with_the_orientation() -> None:
    """Both words stand upright as portrait, and lie flat as landscape or without orientation."""
    turning = [
        (film.orientation, film.picture[1:3])
        for model in MODELS
        for film in orders(model)
        if CATALOGUE.sizes[film.size].turns
    ]

    assert set(turning) == {
        ("portrait", (720, 1280)),
        ("landscape", (1280, 720)),
        ("portrait", (1080, 1920)),
        ("landscape", (1920, 1080)),
        (None, (1280, 720)),
        (None, (1920, 1080)),
    }
