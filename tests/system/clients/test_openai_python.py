"""The official Python client, blocking and asynchronous, goes through the whole life of a job."""

from io import BytesIO
from pathlib import Path
from typing import Any

import av
import pytest
from openai import omit
from openai.types import Video

from tests.system.clients import pictures
from tests.system.clients.gateway import StillGateway
from tests.system.clients.sdk import Sdk

# The client refuses an object where a file may stand; its `extra_body` takes it.
NO_FILE: Any = omit
LONGEST_JOB_S = 400


@pytest.fixture
def finished(sdk: Sdk, still_server: StillGateway) -> Video:
    """A completed job of the test's key."""
    video = sdk(lambda videos: videos.create(prompt="A calico cat", model="sora-2"))
    still_server.clock.advance(LONGEST_JOB_S)
    return video


def test_create_and_poll_ends_with_the_finished_video(hasty_sdk: Sdk) -> None:
    """The client's own loop asks until the job is completed, and creates one job only."""
    video = hasty_sdk(lambda videos: videos.create_and_poll(prompt="A cat", model="sora-2"))

    assert (video.status, video.progress) == ("completed", 100)
    assert video.completed_at is not None
    assert video.completed_at - video.created_at in (67, 68)
    assert [sent.method for sent in hasty_sdk.sent].count("POST") == 1
    assert all(sent.polling for sent in hasty_sdk.sent[1:])


def test_a_job_waits_then_runs_then_is_completed(sdk: Sdk, still_server: StillGateway) -> None:
    """Retrieve shows the state of the moment, with progress while the job runs."""
    made = sdk(lambda videos: videos.create(prompt="A cat", model="sora-2", seconds="4"))
    seen = []
    for seconds in (0, 9, 30, 30):
        still_server.clock.advance(seconds)
        video = sdk(lambda videos: videos.retrieve(made.id))
        seen.append((video.status, video.progress))

    assert seen == [("queued", 0), ("queued", 0), ("in_progress", 50), ("completed", 100)]


def test_waiting_answers_pace_the_poll_loop(sdk: Sdk, still_server: StillGateway) -> None:
    """While a job waits, a header says after how many milliseconds to ask again; then no more."""
    made = sdk(lambda videos: videos.create(prompt="A cat", model="sora-2"))
    waiting = sdk(lambda videos: videos.with_raw_response.retrieve(made.id))
    still_server.clock.advance(LONGEST_JOB_S)
    ended = sdk(lambda videos: videos.with_raw_response.retrieve(made.id))

    assert int(waiting.headers["openai-poll-after-ms"]) > 0
    assert "openai-poll-after-ms" not in ended.headers


def test_paging_yields_every_job_once_and_in_order(sdk: Sdk) -> None:
    """Over 250 jobs made in one instant the client's paging skips none and repeats none."""
    made = [
        sdk(lambda videos: videos.create(prompt="A cat", model="sora-2")).id for _ in range(250)
    ]
    newest_first = [video.id for video in sdk.listed()]
    oldest_first = [video.id for video in sdk.listed(order="asc", limit=100)]

    assert newest_first == made[::-1]
    assert oldest_first == made


def test_the_downloaded_video_is_the_one_ordered(sdk: Sdk, finished: Video) -> None:
    """The bytes open as H.264 of the job's size and length."""
    content = sdk(lambda videos: videos.download_content(finished.id))

    with av.open(BytesIO(content.read())) as container:
        stream = container.streams.video[0]
        assert stream.codec_context.name == "h264"
        assert f"{stream.width}x{stream.height}" == finished.size
        assert stream.duration is not None
        assert stream.duration * (stream.time_base or 0) == int(finished.seconds)


@pytest.mark.parametrize(("variant", "codec"), [("thumbnail", "webp"), ("spritesheet", "mjpeg")])
def test_the_pictures_of_a_video_can_be_downloaded(
    sdk: Sdk, finished: Video, variant: Any, codec: str
) -> None:
    """Thumbnail and spritesheet are a WebP and a JPEG image."""
    content = sdk(lambda videos: videos.download_content(finished.id, variant=variant))

    with av.open(BytesIO(content.read())) as container:
        assert container.streams.video[0].codec_context.name == codec


def test_a_remix_is_a_job_of_its_own(sdk: Sdk, finished: Video) -> None:
    """A remix is queued with its parent's size and length and names its parent."""
    remix = sdk(lambda videos: videos.remix(finished.id, prompt="At night"))

    assert remix.id != finished.id
    assert (remix.status, remix.remixed_from_video_id) == ("queued", finished.id)
    assert (remix.size, remix.seconds) == (finished.size, finished.seconds)


def test_an_edit_refers_to_a_video_by_its_id(sdk: Sdk, finished: Video) -> None:
    """The id goes in `extra_body`, because the client takes only files as `video`."""
    reference = {"video": {"id": finished.id}}
    edit = sdk(lambda videos: videos.edit(prompt="In snow", video=NO_FILE, extra_body=reference))

    assert (edit.status, edit.remixed_from_video_id) == ("queued", finished.id)


def test_an_uploaded_video_can_be_edited_and_extended(sdk: Sdk) -> None:
    """The client has no argument for a model there, and there is no parent to name."""
    clip = pictures.mp4()
    edit = sdk(lambda videos: videos.edit(prompt="In snow", video=clip))
    longer = sdk(lambda videos: videos.extend(prompt="On", video=clip, seconds="8"))

    assert (edit.model, edit.remixed_from_video_id) == ("sora-2", None)
    assert (longer.model, longer.remixed_from_video_id) == ("sora-2", None)


def test_an_extension_is_as_long_as_both_parts(sdk: Sdk, finished: Video) -> None:
    """The length of an extension is the parent's and the new part's together."""
    reference = {"video": {"id": finished.id}}
    longer = sdk(
        lambda videos: videos.extend(
            prompt="Onwards", seconds="8", video=NO_FILE, extra_body=reference
        )
    )

    assert int(longer.seconds) == int(finished.seconds) + 8


def test_a_character_can_be_read_back(sdk: Sdk) -> None:
    """A character made from an uploaded clip has an id that finds it again."""
    clip = ("cat.mp4", pictures.mp4(), "video/mp4")
    made = sdk(lambda videos: videos.create_character(name="Tom", video=clip))
    found = sdk(lambda videos: videos.get_character(str(made.id)))

    assert (found.id, found.name, found.created_at) == (made.id, "Tom", made.created_at)


def test_a_deleted_job_is_gone(sdk: Sdk, finished: Video) -> None:
    """Deleting confirms the id, and no listing shows it any more."""
    deleted = sdk(lambda videos: videos.delete(finished.id))

    assert (deleted.id, deleted.deleted, deleted.object) == (finished.id, True, "video.deleted")
    assert sdk.listed() == []


@pytest.mark.parametrize("form", ["bytes", "path", "tuple"])
def test_a_reference_image_can_be_sent_in_every_form(sdk: Sdk, tmp_path: Path, form: str) -> None:
    """Bytes without a name, a path and a tuple with name and type are all taken."""
    path = tmp_path / "cat.webp"
    path.write_bytes(pictures.webp())
    image: Any = {
        "bytes": pictures.webp(),
        "path": path,
        "tuple": ("cat.jpg", pictures.jpeg(), "image/jpeg"),
    }[form]
    video = sdk(lambda videos: videos.create(prompt="A cat", model="sora-2", input_reference=image))

    assert video.status == "queued"


def test_a_reference_image_can_be_sent_by_address(sdk: Sdk) -> None:
    """The object form leaves the client as a bracketed form field, which is taken."""
    reference = {"input_reference": {"image_url": "https://example.com/cat.png"}}
    video = sdk(lambda videos: videos.create(prompt="A cat", model="sora-2", extra_body=reference))

    assert video.status == "queued"
