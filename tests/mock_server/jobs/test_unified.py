"""The unified format: integer durations, milliseconds, its own words and ids."""

import random
import re
from datetime import datetime
from typing import Any

import orjson
import pytest

import openapi
from mock_server.domain.ids import IdSource
from mock_server.domain.job import view_at
from mock_server.jobs.described.bodies import JobBody
from mock_server.jobs.described.facts import Shown, fact_of
from mock_server.jobs.described.orders import NewId, OrderReader
from openapi.catalogue.models import load_catalogue
from openapi.contract.contract import Contract
from openapi.contract.document import load_contract
from openapi.dialects.dialect import IdForm
from openapi.jobs.roles import read_roles
from tests.mock_server.facts import (
    BORN_MS,
    ENDS_MS,
    FAILING,
    HAPPY,
    QUEUED_MS,
    RETENTION_MS,
    RUNNING_MS,
    job,
    order,
)

CATALOGUE = load_catalogue(openapi.MODELS)
CONTRACT = Contract(load_contract(openapi.CONTRACT))
ROLES = read_roles(CONTRACT)
CREATE = "createUnifiedVideo"
HEAD = {"id", "status", "status_update_time"}
ASKED = order(
    family="unified",
    model="sora-2-all",
    size="large",
    seconds=15,
    width=1080,
    height=1920,
    request={"images": ["https://host/a.png"], "orientation": "portrait"},
)


def written(operation: str, subject: Any, now: int) -> dict[str, Any]:
    """The response of an operation that shows a job at an instant."""
    role = ROLES[operation]
    body = JobBody(CONTRACT, role, lambda place: fact_of(place, role.words, None, None))
    shown = body.write(Shown(subject, view_at(subject, now), "http://host"))
    found: dict[str, Any] = orjson.loads(orjson.dumps(shown))
    return found


def wire(now: int, **changed: Any) -> dict[str, Any]:
    """The unified object of a job at an instant."""
    subject = job(**{"timeline": HAPPY, "order": ASKED, **changed})
    return written("queryUnifiedVideo", subject, now)


def new_id(model: str) -> str:
    """The id of a new job."""
    form = IdForm("uuid", "", 0)
    return NewId(ROLES[CREATE]).draw(
        IdSource(random.Random(1)), CATALOGUE.models[model], form, BORN_MS
    )


def read(model: str = "sora-2-all", **fields: Any) -> Any:
    """The order that a request for a model stands for."""
    fields = {"model": model, "prompt": "A cow", **fields}
    return OrderReader(ROLES[CREATE])(fields, CATALOGUE.models[model], CATALOGUE)


def test_a_create_is_answered_with_three_fields() -> None:
    """The answer on record has an id, the word pending and an instant in milliseconds."""
    subject = job(HAPPY, order=ASKED)

    assert written(CREATE, subject, BORN_MS) == {
        "id": subject.id,
        "status": "pending",
        "status_update_time": BORN_MS,
    }


@pytest.mark.parametrize(("requested", "sent"), [(True, True), (False, False), (None, False)])
def test_an_enhanced_prompt_is_sent_if_requested(requested: object, sent: bool) -> None:
    """The veo request can ask for a better prompt and gets one back."""
    subject = job(HAPPY, order=order(request={"enhance_prompt": requested}))
    found = written(CREATE, subject, BORN_MS)

    assert found.get("enhanced_prompt") == (subject.order.prompt if sent else None)


@pytest.mark.parametrize("now", [BORN_MS, BORN_MS + QUEUED_MS])
def test_a_waiting_job_has_no_address_and_no_progress_at_the_top(now: int) -> None:
    """In recorded responses the top level has three fields and `detail`, which has the rest."""
    found = wire(now)

    assert set(found) == {*HEAD, "detail"}
    assert set(found["detail"]) == {"id", "input", "status", "pending_info"}
    assert found["detail"]["status"] == found["status"]


def test_status_words_and_their_instants() -> None:
    """The words are the gateway's, and each comes with the millisecond it began at."""
    instants = (BORN_MS + 1, BORN_MS + QUEUED_MS + 1, ENDS_MS + 1)
    found = [wire(now) for now in instants]

    assert [(job["status"], job["status_update_time"]) for job in found] == [
        ("pending", BORN_MS),
        ("processing", BORN_MS + QUEUED_MS),
        ("completed", ENDS_MS),
    ]


def test_progress_is_a_share_inside_pending_info() -> None:
    """Progress runs from 0 to 1 there; sizes, frames and an ISO date stand beside it."""
    found = wire(BORN_MS + QUEUED_MS + RUNNING_MS // 2)["detail"]["pending_info"]

    assert found["progress_pct"] == 0.49
    assert (found["type"], found["n_frames"]) == ("video_gen", 450)
    assert (found["width"], found["height"]) == (1080, 1920)
    assert datetime.fromisoformat(found["created_at"]).timestamp() == BORN_MS / 1000


def test_a_completed_job_has_addresses_and_sizes() -> None:
    """Video, thumbnail and draft point below one base, and progress is no longer sent."""
    found = wire(ENDS_MS)
    video = f"http://host/media/tenant/{job().id}/{job().token}.mp4"

    assert set(found) == {*HEAD, "width", "height", "video_url", "thumbnail_url", "detail"}
    assert (found["video_url"], found["thumbnail_url"]) == (video, video.replace("mp4", "webp"))
    assert set(found["detail"]) == {"id", "input", "status", "url", "thumbnail_url", "draft_info"}
    assert found["detail"]["url"] == found["detail"]["draft_info"]["downloadable_url"] == video


def test_the_draft_has_its_own_id_and_float_seconds() -> None:
    """`draft_info` names the generation, refers to the job and counts seconds with fractions."""
    found = wire(ENDS_MS)["detail"]["draft_info"]

    assert re.fullmatch(r"gen_[0-9a-f]{26}", found["id"])
    assert (found["task_id"], found["created_at"]) == (job().id, ENDS_MS / 1000)


def test_an_expired_job_points_nowhere() -> None:
    """All addresses are null once the content is gone; the job stays completed."""
    found = wire(ENDS_MS + RETENTION_MS)
    detail = found["detail"]

    assert found["status"] == "completed"
    assert {found["video_url"], found["thumbnail_url"]} == {None}
    assert {detail["url"], detail["thumbnail_url"], detail["draft_info"]["url"]} == {None}


def test_a_failed_job_says_why_twice() -> None:
    """The reason is in `error` and, as in recorded responses, in `detail`."""
    found = wire(ENDS_MS, timeline=FAILING)

    assert found["error"] == {"code": "moderation_blocked", "message": "The prompt was refused."}
    assert found["detail"]["failure_reason"] == "The prompt was refused."
    assert found["status"] == "failed"


def test_the_request_is_repeated_as_input() -> None:
    """`detail.input` is what was asked for, in the words it was asked in."""
    assert wire(BORN_MS)["detail"]["input"] == {
        "size": "large",
        "model": "sora-2-all",
        "images": ["https://host/a.png"],
        "prompt": "A cat plays the piano",
        "orientation": "portrait",
    }


@pytest.mark.parametrize(("height", "word"), [(1280, "portrait"), (300, "landscape")])
def test_a_job_of_the_other_family_has_an_input_too(height: int, word: str) -> None:
    """Without a requested orientation, it follows from the pixels."""
    found = wire(BORN_MS, order=order(height=height))["detail"]["input"]

    assert (found["orientation"], found["images"]) == (word, [])


def test_sora_ids_are_model_and_ulid() -> None:
    """The form on record; its ULID holds the instant of creation."""
    assert re.fullmatch(r"sora-2-all:task_[0-9a-hjkmnp-tv-z]{26}", new_id("sora-2-all"))


def test_veo_ids_are_model_second_and_ten_letters() -> None:
    """The form on record for veo."""
    found = new_id("veo3.1-fast")

    assert re.fullmatch(rf"veo3\.1-fast:{BORN_MS // 1000}-[0-9A-Za-z]{{10}}", found)


@pytest.mark.parametrize(
    ("fields", "pixels"),
    [
        ({"size": "small", "orientation": "portrait"}, (720, 1280)),
        ({"size": "small", "orientation": "landscape"}, (1280, 720)),
        ({"size": "large", "orientation": "portrait"}, (1080, 1920)),
        ({"size": "large", "orientation": "landscape"}, (1920, 1080)),
        ({"orientation": "portrait"}, (720, 1280)),
    ],
)
def test_orientation_turns_a_size_class(fields: dict[str, str], pixels: tuple[int, int]) -> None:
    """Small is 720p and large 1080p, upright or flat as asked."""
    found = read(**fields)

    assert (found.width, found.height) == pixels


@pytest.mark.parametrize(("ratio", "pixels"), [("16:9", (1280, 720)), ("9:16", (720, 1280))])
def test_veo_says_aspect_ratio(ratio: str, pixels: tuple[int, int]) -> None:
    """The veo request has no size; its ratio takes the size's place."""
    found = read("veo3.1-fast", aspect_ratio=ratio)

    assert ((found.width, found.height), found.size, found.seconds) == (pixels, ratio, 8)


def test_duration_is_whole_seconds() -> None:
    """The duration asked for counts, and the model's default where none is."""
    assert [read(duration=15).seconds, read().seconds] == [15, 10]
