"""What goes wrong reaches users of the official Python client as the right exception, once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import openai
import pytest
from openai import omit

from mock_server.http.limits import BodyLimits
from mock_server.settings import Settings
from tests.system.clients import pictures
from tests.system.clients.gateway import StillGateway, running
from tests.system.clients.sdk import Sdk

NO_FILE: Any = omit
GIF = b"GIF89a not a picture of a supported kind"
LONGEST_JOB_S = 400
SMALL_BODY = 1024
# More than the buffers between client and server hold.
LARGE_BODY = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Refusal:
    """Fields of a create, and how the client shows that they are refused."""

    fields: dict[str, Any]
    kind: type[openai.APIStatusError]
    code: str
    param: str


CREATE = [
    Refusal({"seconds": "7"}, openai.BadRequestError, "invalid_value", "seconds"),
    Refusal({"size": "1x1"}, openai.BadRequestError, "invalid_value", "size"),
    Refusal({"prompt": ""}, openai.BadRequestError, "empty_string", "prompt"),
    Refusal({"prompt": "p" * 32001}, openai.BadRequestError, "string_above_max_length", "prompt"),
    Refusal({"model": omit}, openai.BadRequestError, "missing_required_parameter", "model"),
    Refusal({"model": "sora-9"}, openai.BadRequestError, "model_not_found", "model"),
    Refusal({"model": "sora-2-2025-10-06"}, openai.NotFoundError, "model_retired", "model"),
    Refusal({"input_reference": GIF}, openai.BadRequestError, "invalid_image", "input_reference"),
]
UNKNOWN: list[tuple[Callable[[Any], Any], str, str]] = [
    (lambda videos: videos.retrieve("video_none"), "video_not_found", "id"),
    (lambda videos: videos.delete("video_none"), "video_not_found", "id"),
    (lambda videos: videos.download_content("video_none"), "video_not_found", "id"),
    (lambda videos: videos.remix("video_none", prompt="p"), "video_not_found", "id"),
    (lambda videos: videos.get_character("char_none"), "character_not_found", "character_id"),
]
DERIVING: dict[str, Callable[[Any, str], Any]] = {
    "remix": lambda videos, parent: videos.remix(parent, prompt="p"),
    "edit": lambda videos, parent: videos.edit(
        prompt="p", video=NO_FILE, extra_body={"video": {"id": parent}}
    ),
    "extend": lambda videos, parent: videos.extend(
        prompt="p", seconds="4", video=NO_FILE, extra_body={"video": {"id": parent}}
    ),
}


@pytest.fixture(scope="module")
def narrow_url() -> Iterator[str]:
    """A server that takes bodies of a kilobyte at most."""
    with running(Settings(body=BodyLimits(size=SMALL_BODY), validate_responses=True)) as url:
        yield url


@pytest.mark.parametrize("refusal", CREATE, ids=lambda refusal: f"{refusal.code}-{refusal.param}")
def test_a_refused_create_says_why_and_is_not_sent_again(sdk: Sdk, refusal: Refusal) -> None:
    """Class, code, parameter and request id are there, and nothing was created or repeated."""
    asked: Any = {"prompt": "A cat", "model": "sora-2", **refusal.fields}
    with pytest.raises(refusal.kind) as refused:
        sdk(lambda videos: videos.create(**asked))

    assert type(refused.value) is refusal.kind
    assert (refused.value.code, refused.value.param) == (refusal.code, refusal.param)
    assert (refused.value.request_id or "").startswith("req_")
    assert [sent.retry for sent in sdk.sent] == ["0"]
    assert sdk.listed() == []


@pytest.mark.parametrize(
    ("use", "code", "param"), UNKNOWN, ids=["get", "delete", "content", "remix", "character"]
)
def test_an_unknown_id_is_not_found(
    sdk: Sdk, use: Callable[[Any], Any], code: str, param: str
) -> None:
    """Whatever is asked of an id that never was, the client says NotFoundError."""
    with pytest.raises(openai.NotFoundError) as refused:
        sdk(use)

    assert (refused.value.code, refused.value.param) == (code, param)
    assert len(sdk.sent) == 1


def test_content_before_its_time_is_not_found(sdk: Sdk) -> None:
    """Downloading an unfinished video fails with NotFoundError, as with OpenAI, without retry."""
    video = sdk(lambda videos: videos.create(prompt="A cat", model="sora-2"))
    with pytest.raises(openai.NotFoundError) as refused:
        sdk(lambda videos: videos.download_content(video.id))

    assert refused.value.code == "video_not_ready"
    assert len(sdk.sent) == 2


@pytest.mark.parametrize("operation", DERIVING)
def test_deriving_from_an_unfinished_video_is_not_retried(sdk: Sdk, operation: str) -> None:
    """The client repeats a 409 twice unless it is set otherwise; here it is."""
    video = sdk(lambda videos: videos.create(prompt="A cat", model="sora-2"))
    with pytest.raises(openai.ConflictError) as refused:
        sdk(lambda videos: DERIVING[operation](videos, video.id))

    assert refused.value.code == "video_not_completed"
    assert [sent.retry for sent in sdk.sent] == ["0", "0"]


def test_a_private_video_cannot_be_remixed(sdk: Sdk, still_server: StillGateway) -> None:
    """A flag sent in `extra_body` is kept, and its refusal is a PermissionDeniedError."""
    private = {"private": True}
    video = sdk(lambda videos: videos.create(prompt="A cat", model="sora-2", extra_body=private))
    still_server.clock.advance(LONGEST_JOB_S)
    with pytest.raises(openai.PermissionDeniedError) as refused:
        sdk(lambda videos: videos.remix(video.id, prompt="At night"))

    assert refused.value.code == "video_private"


def test_an_upload_of_no_video_is_refused_for_its_content(sdk: Sdk) -> None:
    """Of the two forms of an edit the message is about the one the caller meant."""
    with pytest.raises(openai.BadRequestError) as refused:
        sdk(lambda videos: videos.edit(prompt="In snow", video=pictures.jpeg()))

    assert refused.value.param == "video"


def test_a_bad_key_is_an_authentication_error(sdk: Sdk, still_server: StillGateway) -> None:
    """A key that says invalid is refused everywhere."""
    refused_sdk = sdk.connected(still_server.url, "invalid-key")
    with pytest.raises(openai.AuthenticationError) as refused:
        refused_sdk(lambda videos: videos.create(prompt="A cat", model="sora-2"))

    assert refused.value.code == "invalid_api_key"


def test_another_keys_job_looks_like_none(sdk: Sdk, still_server: StillGateway) -> None:
    """A job is found with the key that made it and with no other."""
    video = sdk(lambda videos: videos.create(prompt="A cat", model="sora-2"))
    stranger = sdk.connected(still_server.url, "test-stranger")
    with pytest.raises(openai.NotFoundError) as refused:
        stranger(lambda videos: videos.retrieve(video.id))

    assert refused.value.code == "video_not_found"


def test_a_body_over_the_limit_is_refused_once(
    official: Sdk, narrow_url: str, api_key: str
) -> None:
    """The answer comes before the body is read, and still reaches the client as a status."""
    narrow = official.connected(narrow_url, api_key)
    picture = pictures.jpeg() + bytes(LARGE_BODY)
    with pytest.raises(openai.APIStatusError) as refused:
        narrow(lambda videos: videos.create(prompt="p", model="sora-2", input_reference=picture))

    assert (refused.value.status_code, refused.value.code) == (413, "request_too_large")
    assert len(narrow.sent) == 1
    assert narrow.listed() == []
