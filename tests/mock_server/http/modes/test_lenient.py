"""Lenient: what the documented types allow is taken, with a notice of what strict would say."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.domain.tenant import RequestsMode
from mock_server.settings import Settings
from tests.mock_server.http.modes.client_requests import CLIENT_REQUESTS, ClientRequest
from tests.mock_server.inprocess import Fake, fake_gateway
from tests.mock_server.samples import LONG_ENOUGH_S, PNG, SORA, UNIFIED, error_of, form

NOTICE = "x-mock-strict"


@pytest.fixture(scope="module")
def lenient() -> Iterator[Fake]:
    """A lenient fake that holds its own answers to the contract."""
    settings = Settings(requests=RequestsMode.LENIENT, validate_responses=True)
    with fake_gateway(settings) as fake:
        yield fake


@pytest.fixture(scope="module")
def strict() -> Iterator[Fake]:
    """A strict fake."""
    with fake_gateway(Settings(validate_responses=True)) as fake:
        yield fake


@pytest.fixture
def client(lenient: Fake) -> Iterator[httpx.Client]:
    """A caller of the lenient fake."""
    with lenient.client("My API Key") as client:
        yield client


def requests_of(client: httpx.Client) -> list[dict[str, Any]]:
    """What the journal has of a caller."""
    found: list[dict[str, Any]] = client.get("/_mock/requests").json()["requests"]
    return found


@pytest.mark.parametrize("asked", CLIENT_REQUESTS, ids=lambda asked: asked.name)
def test_a_public_client_gets_its_film(
    lenient: Fake, client: httpx.Client, asked: ClientRequest
) -> None:
    """A create is taken, and polling, status words, size, length and download are as it reads."""
    answer = asked.send(client)
    assert answer.status_code == 200, answer.text
    job_id, waiting = answer.json()["id"], answer.json()["status"]
    lenient.clock.advance(LONG_ENOUGH_S)
    unified = client.get("/v1/video/query", params={"id": job_id}).json()
    video = client.get(f"/v1/videos/{job_id}").json()

    assert waiting in ("pending", "queued")
    assert (unified["status"], video["status"]) == ("completed", "completed")
    assert (unified["width"], unified["height"], int(video["seconds"])) == asked.film
    assert client.get(unified["video_url"]).content[4:8] == b"ftyp"
    assert client.get(f"/v1/videos/{job_id}/content").content[4:8] == b"ftyp"


@pytest.mark.parametrize("asked", CLIENT_REQUESTS, ids=lambda asked: asked.name)
def test_the_notice_is_what_strict_says(
    client: httpx.Client, strict: Fake, asked: ClientRequest
) -> None:
    """Header and journal say what strict answers to the same request; nothing where it agrees."""
    notice = asked.send(client).headers.get(NOTICE)
    with strict.client("k") as other:
        refused = asked.send(other)

    assert requests_of(client)[-1]["strict"] == notice
    if asked.strict is None:
        assert (refused.status_code, notice) == (200, None)
        return
    error = error_of(refused)
    assert error["param"] == asked.strict
    assert notice is not None
    assert notice.startswith(f"{refused.status_code} {error['code']} {asked.strict}: ")


WRONG_TYPES = (
    ("/v1/videos", {"json": {**SORA, "prompt": 5}}),
    ("/v1/videos", {"json": {**SORA, "size": ["720x1280"]}}),
    ("/v1/videos", {"json": {**SORA, "model": 2}}),
    ("/v1/videos", {"json": {**SORA, "input_reference": 5}}),
    ("/v1/videos", {"files": form({**SORA, "input_reference": "a.png"})}),
    ("/v1/videos", {"files": form({**SORA, "prompt": PNG})}),
    ("/v1/video/create", {"json": {**UNIFIED, "images": "one"}}),
    ("/v1/video/create", {"json": {**UNIFIED, "duration": "fifteen"}}),
    ("/v1/video/create", {"json": {**UNIFIED, "orientation": None}}),
    ("/v1/videos/edits", {"json": {"prompt": "again", "video": "video_1"}}),
    ("/v1/videos", {"content": b"{", "headers": {"Content-Type": "application/json"}}),
)


@pytest.mark.parametrize(("path", "sent"), WRONG_TYPES)
def test_a_wrong_type_is_refused_as_strict_does(
    client: httpx.Client, strict: Fake, path: str, sent: dict[str, Any]
) -> None:
    """The types are the pages' own: what breaks them has the same answer in both modes."""
    answer = client.post(path, **sent)
    with strict.client("k") as other:
        refused = other.post(path, **sent)

    assert (answer.status_code, error_of(answer)) == (refused.status_code, error_of(refused))
    assert answer.status_code == 400
    assert NOTICE not in answer.headers


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/v1/videos/edits", {"prompt": "again"}),
        ("/v1/videos/characters", {"name": "Tom"}),
        (
            "/v1/webhook_endpoints",
            {"name": "x", "url": "http://127.0.0.1:9/", "event_types": ["a"]},
        ),
    ],
)
def test_what_nothing_can_stand_in_for_is_refused(
    client: httpx.Client, path: str, fields: dict[str, Any]
) -> None:
    """There is no default for the video to edit, nor for the events of a webhook."""
    assert client.post(path, json=fields).status_code in (400, 415)


def test_a_model_that_is_retired_stays_so(client: httpx.Client) -> None:
    """That a model cannot be had is no question of how requests are held."""
    error = error_of(client.post("/v1/videos", json={**SORA, "model": "sora-2-2025-10-06"}))

    assert error["code"] == "model_retired"


def test_only_a_valid_key_gets_a_notice(lenient: Fake) -> None:
    """Without a good key a request is refused as ever."""
    with lenient.client("an-invalid-key") as client:
        answer = client.post("/v1/videos", json={"model": "sora-9"})

    assert (answer.status_code, NOTICE in answer.headers) == (401, False)


@given(model=st.text(max_size=200), size=st.text(max_size=40), length=st.text(max_size=12))
def test_any_words_make_a_job_that_can_be_polled(
    lenient: Fake, model: str, size: str, length: str
) -> None:
    """Whatever a model, a size and a length say, there is an answer, no failure of the server."""
    with lenient.client("any words") as client:
        for path in ("/v1/videos", "/v1/video/create"):
            fields = {"prompt": "x", "model": model, "size": size, "seconds": length}
            answer = client.post(path, json=fields)
            assert answer.status_code in (200, 400, 404), answer.text
            assert answer.headers.get(NOTICE, "").isascii()
            if answer.status_code == 200:
                assert client.get(f"/v1/videos/{answer.json()['id']}").status_code == 200


def test_a_number_out_of_bounds_becomes_the_nearest(client: httpx.Client) -> None:
    """A page of 1,000 jobs is a page of as many as there can be; what is no number is refused."""
    answer = client.get("/v1/videos", params={"limit": 1000})

    assert answer.status_code == 200
    assert answer.headers[NOTICE].startswith("400 invalid_value limit: ")
    assert client.get("/v1/videos", params={"limit": "many"}).status_code == 400


def test_models_that_nobody_lists_are_counted_as_one(lenient: Fake, client: httpx.Client) -> None:
    """Metrics do not grow with the names that callers make up."""
    for name in ("sora-7", "sora-8"):
        assert client.post("/v1/videos", json={**SORA, "model": name}).status_code == 200
    metrics = client.get("/_mock/metrics").text

    assert 'model="unlisted"' in metrics
    assert "sora-7" not in metrics


def test_a_tenant_has_a_mode_of_its_own(strict: Fake) -> None:
    """The control API sets it for one key, which reads it back and can put it back."""
    with strict.client("mode-1") as one, strict.client("mode-2") as other:
        answer = one.put("/_mock/requests-mode", json={"requests_mode": "lenient"}).json()
        codes = [
            each.post("/v1/videos", json={**SORA, "seconds": "5"}).status_code
            for each in (one, other)
        ]
        reset = one.post("/_mock/reset", json={"scopes": ["requests_mode"]}).json()
        unknown = one.put("/_mock/requests-mode", json={"requests_mode": "lax"})

    assert (answer["requests_mode"], reset["requests_mode"]) == ("lenient", "strict")
    assert codes == [200, 400]
    assert unknown.status_code == 400
