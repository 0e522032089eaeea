"""Remixes, edits and extensions: made from a finished video or from an uploaded one."""

from typing import Any

import httpx
import pytest

from mock_server.domain.clock import ManualClock
from tests.mock_server.samples import (
    LONG_ENOUGH_S,
    MP4,
    create,
    create_unified,
    error_of,
    finished,
    form,
)

PROMPT = {"prompt": "Now in the rain"}
EDITS, EXTENSIONS = "/v1/videos/edits", "/v1/videos/extensions"


def ways(job_id: str) -> dict[str, tuple[str, dict[str, Any]]]:
    """Every way to derive a job from another."""
    by_id = {**PROMPT, "video": {"id": job_id}}
    return {
        "remix": (f"/v1/videos/{job_id}/remix", {"json": PROMPT}),
        "remix as form": (f"/v1/videos/{job_id}/remix", {"files": form(PROMPT)}),
        "edit": (EDITS, {"json": by_id}),
        "edit as form": (EDITS, {"files": form({**PROMPT, "video[id]": job_id})}),
        "extension": (EXTENSIONS, {"json": {**by_id, "seconds": "8"}}),
        "extension as form": (
            EXTENSIONS,
            {"files": form({**PROMPT, "video[id]": job_id, "seconds": "8"})},
        ),
    }


WAYS = tuple(ways(""))


def extend(client: httpx.Client, job_id: str, seconds: str) -> httpx.Response:
    """The answer to an extension of a job."""
    sent = {**PROMPT, "seconds": seconds, "video": {"id": job_id}}
    return client.post(EXTENSIONS, json=sent)


@pytest.mark.parametrize("way", WAYS)
def test_a_derived_job_is_a_new_one_of_the_same_kind(
    client: httpx.Client, clock: ManualClock, way: str
) -> None:
    """It is queued now, names its parent and keeps the parent's model and size."""
    parent = finished(client, clock, size="1280x720")
    path, sent = ways(parent["id"])[way]
    answer = client.post(path, **sent)
    job = answer.json()

    assert answer.status_code == 200, answer.text
    assert job["remixed_from_video_id"] == parent["id"] != job["id"]
    assert (job["status"], job["created_at"]) == ("queued", clock.now() // 1000)
    assert (job["model"], job["size"]) == ("sora-2", "1280x720")
    assert job["seconds"] == ("12" if "extension" in way else "4")


def test_a_derived_job_has_a_life_and_a_prompt_of_its_own(
    client: httpx.Client, clock: ManualClock
) -> None:
    """It waits while its parent stays completed, and shows the new prompt."""
    parent = finished(client, clock)
    child = client.post(f"/v1/videos/{parent['id']}/remix", json=PROMPT).json()
    states = [client.get(f"/v1/videos/{job['id']}").json()["status"] for job in (parent, child)]
    query = client.get("/v1/video/query", params={"id": child["id"]}).json()

    assert states == ["completed", "queued"]
    assert query["detail"]["input"]["prompt"] == PROMPT["prompt"]


@pytest.mark.parametrize("way", WAYS)
def test_an_unfinished_parent_is_a_conflict(client: httpx.Client, way: str) -> None:
    """409, a header against repeating the request, and no job."""
    parent = create(client)
    path, sent = ways(parent["id"])[way]
    answer = client.post(path, **sent)

    assert (answer.status_code, error_of(answer)["code"]) == (409, "video_not_completed")
    assert answer.headers["x-should-retry"] == "false"
    assert len(client.get("/v1/videos").json()["data"]) == 1


@pytest.mark.parametrize("way", WAYS)
def test_a_parent_without_content_cannot_be_used(
    client: httpx.Client, clock: ManualClock, way: str
) -> None:
    """What has expired is 404."""
    parent = finished(client, clock)
    clock.advance(7 * 24 * 3600)
    path, sent = ways(parent["id"])[way]
    answer = client.post(path, **sent)

    assert (answer.status_code, error_of(answer)["code"]) == (404, "video_expired")


def test_a_private_job_cannot_be_remixed(client: httpx.Client, clock: ManualClock) -> None:
    """403 for the remix of a job that was made with private set."""
    parent = finished(client, clock, private="true")
    answer = client.post(f"/v1/videos/{parent['id']}/remix", json=PROMPT)

    assert (answer.status_code, error_of(answer)["code"]) == (403, "video_private")


def test_a_unified_job_can_be_remixed(client: httpx.Client, clock: ManualClock) -> None:
    """The child speaks the OpenAI format, has its id form, and keeps size and length."""
    parent = create_unified(client)
    clock.advance(LONG_ENOUGH_S)
    job = client.post(f"/v1/videos/{parent['id']}/remix", json=PROMPT).json()

    assert job["id"].startswith("video_")
    assert (job["model"], job["size"], job["seconds"]) == ("sora-2-all", "large", "15")


@pytest.mark.parametrize(("path", "more"), [(EDITS, {}), (EXTENSIONS, {"seconds": "16"})])
def test_an_uploaded_video_has_no_parent(
    client: httpx.Client, path: str, more: dict[str, str | bytes]
) -> None:
    """A file is enough: its job has the model of a create that names none, and no parent."""
    answer = client.post(path, files=form({**PROMPT, "video": MP4, **more}))

    assert answer.status_code == 200, answer.text
    assert answer.json()["model"] == "sora-2"
    assert "remixed_from_video_id" not in answer.json()


@pytest.mark.parametrize(
    ("named", "model"), [("sora-2-pro", "sora-2-pro"), ("sora-9", "sora-2"), ("", "sora-2")]
)
def test_a_known_model_named_with_an_upload_is_taken(
    client: httpx.Client, named: str, model: str
) -> None:
    """No specification has the field, so it demands nothing: what is not known is let pass."""
    answer = client.post(EDITS, files=form({**PROMPT, "video": MP4, "model": named}))

    assert answer.json()["model"] == model


def test_an_upload_without_a_video_is_refused_for_the_video(client: httpx.Client) -> None:
    """The error names the file or the id as missing, and no model."""
    error = error_of(client.post(EDITS, files=form({**PROMPT, "seconds": "4"})))

    assert (error["code"], error["param"]) == ("missing_required_parameter", "video[id]")
    assert "model" not in error["message"]


def test_lengths_add_up_to_120_seconds(client: httpx.Client, clock: ManualClock) -> None:
    """An extension is as long as all its parts, and 120 seconds is where it ends."""
    job = finished(client, clock)
    lengths = []
    for seconds in ("20", "20", "20", "20", "20", "16"):
        job = extend(client, job["id"], seconds).json()
        lengths.append(job["seconds"])
        clock.advance(4 * LONG_ENOUGH_S)

    assert lengths == ["24", "44", "64", "84", "104", "120"]


def test_beyond_120_seconds_is_refused(client: httpx.Client, clock: ManualClock) -> None:
    """400 with the reason, though there were fewer than six extensions."""
    job = finished(client, clock, seconds="12")
    for _ in range(5):
        job = extend(client, job["id"], "20").json()
        clock.advance(4 * LONG_ENOUGH_S)
    answer = extend(client, job["id"], "12")

    assert (answer.status_code, error_of(answer)["code"]) == (400, "extension_limit")
    assert "124 and 6" in error_of(answer)["message"]


def test_a_seventh_extension_is_refused(client: httpx.Client, clock: ManualClock) -> None:
    """Six are the most, however short."""
    job = finished(client, clock)
    for _ in range(6):
        job = extend(client, job["id"], "4").json()
        clock.advance(LONG_ENOUGH_S)
    answer = extend(client, job["id"], "4")

    assert (answer.status_code, error_of(answer)["code"]) == (400, "extension_limit")
    assert "32 and 7" in error_of(answer)["message"]
