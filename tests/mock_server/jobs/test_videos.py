"""The OpenAI video format: fields, types, units, status words and ids."""

import random
import re
from typing import Any

import pytest

import openapi
from mock_server.domain.ids import IdSource
from mock_server.domain.job import view_at
from mock_server.domain.truncation import MOST_KEPT, weight
from mock_server.jobs.formats import videos
from mock_server.jobs.formats.wire import Links
from openapi.catalogue.models import load_catalogue
from openapi.dialects import DEFAULT
from openapi.dialects.loading import load_dialects
from tests.mock_server.facts import (
    BORN_MS,
    ENDS_MS,
    FAILING,
    HAPPY,
    QUEUED_MS,
    RETENTION_MS,
    job,
    order,
)

CATALOGUE = load_catalogue(openapi.MODELS)
LINKS = Links("http://host")
GATEWAY = load_dialects()[DEFAULT]
# What every Video object has on the pages' examples.
ALWAYS = {
    "id": str,
    "object": str,
    "model": str,
    "status": str,
    "progress": int,
    "created_at": int,
    "seconds": str,
    "size": str,
}


def wire(now: int, **changed: Any) -> dict[str, Any]:
    """The Video object of a job at an instant."""
    subject = job(**{"timeline": HAPPY, **changed})
    return videos.write(subject, view_at(subject, now), LINKS, GATEWAY)


def read(model: str = "sora-2", **fields: Any) -> Any:
    """The order that a request for a model stands for."""
    return videos.read_order(
        {"model": model, "prompt": "A cat", **fields}, CATALOGUE.models[model], CATALOGUE
    )


@pytest.mark.parametrize("now", [BORN_MS, BORN_MS + QUEUED_MS, ENDS_MS])
def test_the_eight_fields_are_always_there(now: int) -> None:
    """Every stage has the fields of the pages' examples, with their types."""
    found = wire(now)

    assert {name: type(found[name]) for name in ALWAYS} == ALWAYS
    assert found["object"] == "video"


def test_a_waiting_job_has_nothing_more() -> None:
    """What does not apply yet is left out, not null."""
    assert set(wire(BORN_MS)) == set(wire(BORN_MS + QUEUED_MS)) == set(ALWAYS)


def test_status_words_and_progress() -> None:
    """The words are OpenAI's, and progress is a whole percentage."""
    instants = (BORN_MS, BORN_MS + QUEUED_MS, ENDS_MS - 1, ENDS_MS)
    found = [wire(now) for now in instants]

    assert [(job["status"], job["progress"]) for job in found] == [
        ("queued", 0),
        ("in_progress", 0),
        ("in_progress", 98),
        ("completed", 100),
    ]


def test_instants_are_seconds() -> None:
    """Creation and completion are whole seconds; length is seconds as text."""
    found = wire(ENDS_MS, created_ms=BORN_MS + 999)

    assert (found["created_at"], found["seconds"]) == (BORN_MS // 1000, "4")
    assert wire(ENDS_MS)["completed_at"] == ENDS_MS // 1000


def test_a_completed_job_points_to_its_video() -> None:
    """The address needs no key: the job's token is in it, the key's name is not."""
    found = wire(ENDS_MS)

    assert set(found) == {*ALWAYS, "completed_at", "video_url"}
    assert found["video_url"] == f"http://host/media/tenant/{job().id}/{job().token}.mp4"


def test_an_expired_job_points_nowhere() -> None:
    """The job stays completed, its address is null."""
    found = wire(ENDS_MS + RETENTION_MS)

    assert (found["status"], found["video_url"]) == ("completed", None)


def test_a_failed_job_says_why() -> None:
    """Code and message stand in `error`; there is no completion and no address."""
    found = wire(ENDS_MS, timeline=FAILING)

    assert found["error"] == {"code": "moderation_blocked", "message": "The prompt was refused."}
    assert set(found) == {*ALWAYS, "error"}
    assert (found["status"], found["progress"]) == ("failed", 40)


def test_a_derived_job_names_its_parent() -> None:
    """The parent's id is sent unchanged."""
    assert wire(BORN_MS, order=order(parent="video_1"))["remixed_from_video_id"] == "video_1"


def test_an_id_is_video_and_a_uuid() -> None:
    """The form of all ids on record for this family."""
    form = r"video_[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"

    assert re.fullmatch(form, videos.new_id(IdSource(random.Random(1)), GATEWAY.ids, BORN_MS))


def test_what_is_left_out_is_the_models_default() -> None:
    """The pages' defaults for sora-2 are four seconds and 720x1280."""
    found = read()

    assert (found.seconds, found.size, found.width, found.height) == (4, "720x1280", 720, 1280)
    assert (found.family, found.kind, found.private, found.parent) == (
        "videos",
        "create",
        False,
        None,
    )


@pytest.mark.parametrize(
    ("size", "pixels"),
    [("16x9", (1280, 720)), ("9x16", (720, 1280)), ("1024x1792", (1024, 1792))],
)
def test_a_size_word_is_pixels(size: str, pixels: tuple[int, int]) -> None:
    """Ratios stand for 720p, pairs for themselves, and the word is kept as it was said."""
    found = read("veo_3_1", size=size, seconds="8")

    assert ((found.width, found.height), found.size, found.seconds) == (pixels, size, 8)


@pytest.mark.parametrize(
    ("said", "private"), [("true", True), ("false", False), (True, True), (None, False)]
)
def test_privacy_is_text_or_a_flag(said: object, private: bool) -> None:
    """A form can only say it in words."""
    assert read(private=said).private is private


def test_only_what_answers_repeat_is_kept_of_a_request() -> None:
    """Fields that nobody knows are no part of a job, and pictures in its fields are cut."""
    found = read(style="anime", nobody_knows="x" * MOST_KEPT, images=["a", "b" * MOST_KEPT])

    assert found.prompt == "A cat"
    assert found.request["images"][0] == "a"
    assert weight(found.request) < MOST_KEPT
    assert set(found.request) == {"images"}
