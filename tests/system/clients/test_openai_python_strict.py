"""How far answers satisfy the official client's own types when it checks them strictly.

Its type of a video knows four sizes; the gateway's pages know more. Nothing else differs.
"""

from typing import Any, get_args

import httpx
import openai
import pytest
from openai import omit
from openai.types import VideoSize
from pydantic import ValidationError

from tests.system.clients import pictures
from tests.system.clients.contract_requests import films, request_variants
from tests.system.clients.gateway import StillGateway
from tests.system.clients.sdk import Sdk

# Every size word of the contract with one request for it.
REQUESTS = {
    str(body.get("size") or body["aspect_ratio"]): (variant, body)
    for variant in request_variants()
    for body in films(variant)
}
KNOWN = get_args(VideoSize)
FOREIGN = sorted(set(REQUESTS) - set(KNOWN))
NO_FILE: Any = omit
# From one look to the next: queued, in progress, in progress, completed.
STEPS_S = (0, 20, 20, 400)


@pytest.fixture
def strict(sdk: Sdk, still_server: StillGateway, api_key: str) -> Sdk:
    """The official client, holding every answer to its types."""
    return sdk.connected(still_server.url, api_key, strict=True)


def created(http: httpx.Client, size: str) -> str:
    """The id of a new job of that size, made without the client."""
    variant, body = REQUESTS[size]
    job_id: str = variant.send(http, body).raise_for_status().json()["id"]
    return job_id


@pytest.mark.parametrize("size", KNOWN)
def test_a_job_of_a_known_size_satisfies_the_clients_types(
    strict: Sdk, http: httpx.Client, still_server: StillGateway, size: str
) -> None:
    """At every stage of its life the answer is what the client declares."""
    job_id = created(http, size)
    seen = []
    for seconds in STEPS_S:
        still_server.clock.advance(seconds)
        seen.append(strict(lambda videos: videos.retrieve(job_id)))

    assert {video.status for video in seen} == {"queued", "in_progress", "completed"}
    assert {video.size for video in seen} == {size}


@pytest.mark.parametrize("size", FOREIGN)
def test_only_the_size_of_a_gateway_job_is_foreign(
    strict: Sdk, http: httpx.Client, size: str
) -> None:
    """A size of the gateway's own, and nothing else in the answer, fails the client's check."""
    job_id = created(http, size)
    with pytest.raises(openai.APIResponseValidationError) as refused:
        strict(lambda videos: videos.retrieve(job_id))
    cause = refused.value.__cause__

    assert isinstance(cause, ValidationError)
    assert [error["loc"] for error in cause.errors()] == [("size",)]


def test_every_other_answer_satisfies_the_clients_types(
    strict: Sdk, still_server: StillGateway
) -> None:
    """Create, remix, edit, extend, list, delete and both character answers pass the check."""
    video = strict(lambda videos: videos.create(prompt="A cat", model="sora-2"))
    still_server.clock.advance(STEPS_S[-1])
    parent = {"video": {"id": video.id}}
    strict(lambda videos: videos.remix(video.id, prompt="At night"))
    strict(lambda videos: videos.edit(prompt="In snow", video=NO_FILE, extra_body=parent))
    strict(lambda videos: videos.extend(prompt="On", seconds="4", video=NO_FILE, extra_body=parent))
    made = strict(lambda videos: videos.create_character(name="Tom", video=pictures.mp4()))
    strict(lambda videos: videos.get_character(str(made.id)))

    assert len(strict.listed(limit=2)) == 4
    assert strict(lambda videos: videos.delete(video.id)).deleted
