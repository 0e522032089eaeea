"""Holds a contract of another gateway: every operation is served, by its role or as documented."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from mock_server.http.modes.samples import sample_of
from mock_server.settings import Settings
from openapi.building.workspace import contract_of
from tests.mock_server.inprocess import fake_gateway

INFERRED = "x-mock-inferred"
PAGE = """\
openapi: 3.0.1
info: {title: '', version: 1.0.0}
paths:
  /studio/v1/clips:
    post:
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties: {prompt: {type: string}, length: {type: integer, maximum: 10}}
              required: [prompt]
      responses:
        '201':
          description: Queued
          content:
            application/json:
              schema: {type: object, properties: {task: {type: string}}}
              example: {task: t-1}
  /studio/v1/clips/{task}:
    get:
      parameters: [{name: task, in: path, required: true, schema: {type: string}}]
      responses:
        '200':
          description: The clip
          content:
            application/json:
              schema:
                type: object
                required: [id, state, share]
                properties:
                  id: {type: string}
                  state: {type: string, enum: [waiting, done]}
                  share: {type: number, minimum: 0}
    delete:
      parameters: [{name: task, in: path, required: true, schema: {type: string}}]
      responses: {'204': {description: Gone}}
  /studio/v1/clips/{task}/log:
    get:
      parameters: [{name: task, in: path, required: true, schema: {type: string}}]
      responses:
        '200':
          description: The log
          content: {text/plain: {schema: {type: string}, example: "all is well"}}
  /v2/videos:
    post:
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties: {model: {type: string, example: reel-1}, prompt: {type: string}}
              required: [model, prompt]
      responses: {'200': {description: Queued}}
  /v2/videos/{id}:
    get:
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {'200': {description: The job}}
"""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a fake that serves the page and nothing else."""
    page = tmp_path_factory.mktemp("pages") / "studio.yaml"
    page.write_text(PAGE, encoding="utf-8")
    with (
        contract_of([page]) as contract,
        fake_gateway(Settings(contract=Path(contract), validate_responses=True)) as fake,
        fake.client("sk-studio") as client,
    ):
        yield client


def test_a_documented_example_is_the_answer(client: httpx.Client) -> None:
    """With the documented status, and marked as nothing that the gateway was seen to do."""
    answer = client.post("/studio/v1/clips", json={"prompt": "A kite"})

    assert (answer.status_code, answer.json()) == (201, {"task": "t-1"})
    assert answer.headers[INFERRED] == "documented response of post_studio_v1_clips"


def test_without_an_example_a_value_is_made_from_the_schema(client: httpx.Client) -> None:
    """It is the same each time, fits the schema, and has the id that was asked for."""
    first, second = (client.get("/studio/v1/clips/abc") for _ in range(2))

    assert first.json() == second.json()
    assert first.json()["id"] == "abc"
    assert first.json()["state"] == "waiting"


def test_a_response_may_have_no_body_or_be_text(client: httpx.Client) -> None:
    """Status and content type are as documented."""
    gone = client.delete("/studio/v1/clips/abc")
    log = client.get("/studio/v1/clips/abc/log")

    assert (gone.status_code, gone.content) == (204, b"")
    assert (log.headers["content-type"].partition(";")[0], log.text) == (
        "text/plain",
        "all is well",
    )


@pytest.mark.parametrize(
    ("media_type", "start", "sent"),
    [
        ("video/mp4", b"\x00\x00\x00 ftyp", "video/mp4"),
        ("video/*", b"\x00\x00\x00 ftyp", "video/mp4"),
        ("image/png", b"\x89PNG\r\n", "image/png"),
        ("image/jpeg", b"\xff\xd8\xff", "image/jpeg"),
        ("image/webp", b"RIFF", "image/webp"),
        ("audio/wav", b"RIFF", "audio/wav"),
        ("application/zip", b"PK", "application/zip"),
        ("application/x-unknown", b"sample", "application/x-unknown"),
    ],
)
def test_bytes_are_a_small_body_of_their_type(media_type: str, start: bytes, sent: str) -> None:
    """A client that downloads gets something of the documented kind."""
    body, concrete = sample_of(media_type)

    assert body.startswith(start)
    assert concrete == sent
    assert len(body) < 3000


@pytest.mark.parametrize(
    ("body", "param"), [({}, "prompt"), ({"prompt": "x", "length": 11}, "length")]
)
def test_requests_are_checked_like_any_other(
    client: httpx.Client, body: dict[str, object], param: str
) -> None:
    """A request that the page refuses is refused, with the page and the line."""
    answer = client.post("/studio/v1/clips", json=body)

    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == param
    assert "studio:" in answer.json()["error"]["message"]


def test_another_method_and_path_are_unknown(client: httpx.Client) -> None:
    """What the page does not document is not served."""
    assert client.put("/studio/v1/clips", json={}).status_code == 405
    assert client.get("/studio/v1/films").status_code == 404


def test_a_moved_path_is_served_by_its_role(client: httpx.Client) -> None:
    """Creating and reading a job work at another version of the path as they do at ours."""
    created = client.post("/v2/videos", json={"model": "reel-1", "prompt": "A kite"})
    found = client.get(f"/v2/videos/{created.json()['id']}")

    assert created.status_code == 200, created.text
    assert INFERRED not in created.headers
    assert found.json()["id"] == created.json()["id"]
    assert client.get("/v2/videos/none").status_code == 404


def test_what_was_answered_from_the_contract_is_recorded_as_such(client: httpx.Client) -> None:
    """The journal says which responses the gateway was never seen to give."""
    client.get("/studio/v1/clips/recorded")
    journal = client.get("/_mock/requests").json()["requests"]

    (entry,) = (each for each in journal if each["path"].endswith("/recorded"))
    assert entry["inferred"] == "documented response of get_studio_v1_clips_by_task"
