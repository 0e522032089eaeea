"""Creating jobs in both families: what is answered, kept, and shown to whom."""

import httpx
import pytest

from mock_server.domain.clock import ManualClock
from mock_server.settings import Settings
from tests.mock_server.inprocess import fake_gateway
from tests.mock_server.samples import (
    JPEG,
    PNG,
    SORA,
    UNIFIED,
    UNIFIED_VEO,
    VEO,
    WEBP,
    create,
    create_unified,
    error_of,
    form,
)


def test_a_form_makes_a_queued_job(client: httpx.Client, clock: ManualClock) -> None:
    """The answer has the eight fields of the pages' examples and nothing else."""
    job = create(client, seconds="8", size="1280x720")

    assert job.pop("id").startswith("video_")
    assert job == {
        "object": "video",
        "model": "sora-2",
        "status": "queued",
        "progress": 0,
        "created_at": clock.now() // 1000,
        "seconds": "8",
        "size": "1280x720",
    }


def test_json_makes_the_same_job(client: httpx.Client) -> None:
    """A JSON body stands beside the form and means the same."""
    answer = client.post("/v1/videos", json=SORA)
    job, other = answer.json(), create(client)

    assert answer.status_code == 200
    assert {**job, "id": ""} == {**other, "id": ""}
    assert job["id"] != other["id"]


def test_unified_is_answered_with_three_fields(client: httpx.Client, clock: ManualClock) -> None:
    """The id begins with the model, the status is pending, the instant is in milliseconds."""
    job = create_unified(client)

    assert job.pop("id").startswith("sora-2-all:task_")
    assert job == {"status": "pending", "status_update_time": clock.now()}


def test_unified_veo_has_an_id_of_its_own(client: httpx.Client, clock: ManualClock) -> None:
    """The veo request needs two fields, and its id holds the second of creation."""
    job = client.post("/v1/video/create", json={**UNIFIED_VEO, "enhance_prompt": True}).json()

    assert job["id"].startswith(f"veo3.1-fast:{clock.now() // 1000}-")
    assert job["enhanced_prompt"] == UNIFIED_VEO["prompt"]


@pytest.mark.parametrize("path", ["/v1/videos", "/v1/video/create"])
def test_a_waiting_answer_says_when_to_ask_again(client: httpx.Client, path: str) -> None:
    """The header that steers the official clients' poll loop is a positive integer."""
    answer = client.post(path, json=SORA if path == "/v1/videos" else UNIFIED)

    assert int(answer.headers["openai-poll-after-ms"]) > 0


@pytest.mark.parametrize("image", [PNG, JPEG, WEBP], ids=["png", "jpeg", "webp"])
def test_an_image_is_taken_as_reference(client: httpx.Client, image: bytes) -> None:
    """A file of each of the three formats is accepted where the page demands one."""
    answer = client.post("/v1/videos", files=form({**VEO, "input_reference": image}))

    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    "reference",
    [
        "https://host/a.png",
        "data:image/png;base64,iVBOR",
        {"image_url": "https://host/a.png"},
        {"file_id": "file_1"},
    ],
)
def test_json_refers_to_an_image(client: httpx.Client, reference: object) -> None:
    """An address, a data URL and OpenAI's two object forms are accepted in JSON."""
    answer = client.post("/v1/videos", json={**VEO, "input_reference": reference})

    assert answer.status_code == 200, answer.text


def test_an_unknown_field_is_echoed_nowhere(client: httpx.Client) -> None:
    """What no page documents is accepted, and no answer shows it again."""
    sent: dict[str, str | bytes] = {**SORA, "nobody_knows": "needle", "a_file": b"needle"}
    first = client.post("/v1/videos", files=form(sent))
    second = client.post("/v1/video/create", json={**UNIFIED, "nobody_knows": ["needle"]})
    shown = [first, second, client.get("/v1/videos")]
    for job_id in (first.json()["id"], second.json()["id"]):
        shown += [
            client.get(f"/v1/videos/{job_id}"),
            client.get("/v1/video/query", params={"id": job_id}),
        ]

    assert [answer.status_code for answer in shown] == [200] * 7
    assert [answer.text for answer in shown if "needle" in answer.text] == []


def test_two_jobs_of_one_request_are_two(client: httpx.Client) -> None:
    """Nothing makes a repeated request the same job: no key of idempotency is documented."""
    ids = {create(client)["id"] for _ in range(3)}

    assert len(ids) == len(client.get("/v1/videos").json()["data"]) == 3


def test_a_refused_request_makes_no_job(client: httpx.Client) -> None:
    """An error leaves the list as it was."""
    refused = client.post("/v1/videos", files=form({**SORA, "seconds": "7"}))

    assert (refused.status_code, error_of(refused)["param"]) == (400, "seconds")
    assert client.get("/v1/videos").json()["data"] == []


def test_the_same_seed_gives_the_same_ids() -> None:
    """Two servers with one seed answer the same requests with the same ids."""
    answers = []
    for _ in range(2):
        with fake_gateway(Settings(seed=3)) as fake, fake.client("key") as client:
            answers.append([create(client), create_unified(client), create(client)])

    assert answers[0] == answers[1]
    assert answers[0][0] != answers[0][2]
