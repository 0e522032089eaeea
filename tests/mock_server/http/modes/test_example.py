"""Example: an SDK's own suite is answered, from the contract where nothing else is known."""

from collections.abc import Iterator

import httpx
import orjson
import pytest

import openapi
from mock_server.domain.tenant import RequestsMode
from mock_server.http.exchange import JsonReply
from mock_server.http.modes.examples import ExampleReplies
from mock_server.settings import Settings
from openapi.contract.contract import Contract
from openapi.contract.document import load_contract
from openapi.contract.schemas import SchemaCompiler
from openapi.dialects import names
from openapi.dialects.contract import contract_for
from openapi.dialects.loading import load_dialects
from openapi.documents.places import operations
from tests.mock_server.inprocess import Fake, fake_gateway
from tests.mock_server.samples import SORA, create, error_of, form

INFERRED, STRICT = "x-mock-inferred", "x-mock-strict"


@pytest.fixture(scope="module")
def exemplary() -> Iterator[Fake]:
    """A fake for the suites of SDKs that holds its own answers to the contract."""
    settings = Settings(requests=RequestsMode.EXAMPLE, validate_responses=True)
    with fake_gateway(settings) as fake:
        yield fake


@pytest.fixture
def client(exemplary: Fake) -> Iterator[httpx.Client]:
    """A caller with the key of OpenAI's suites."""
    with exemplary.client("My API Key") as client:
        yield client


UNKNOWN: tuple[tuple[str, str, object, str], ...] = (
    ("GET", "/v1/videos/video_123", None, "retrieveVideo"),
    ("GET", "/v1/video/query?id=video_123", None, "queryUnifiedVideo"),
    ("GET", "/v1/videos?after=after&limit=0&order=asc", None, "listVideos"),
    ("GET", "/v1/videos/video_123/content", None, "downloadVideoContent"),
    ("DELETE", "/v1/videos/video_123", None, "deleteVideo"),
    ("POST", "/v1/videos/video_123/remix", {"prompt": "x"}, "remixVideo"),
    ("POST", "/v1/videos/edits", {"prompt": "x", "video": {"id": "video_123"}}, "editVideo"),
    ("GET", "/v1/videos/characters/char_123", None, "getVideoCharacter"),
    ("GET", "/v1/webhook_endpoints/we_123", None, "retrieveWebhookEndpoint"),
    ("POST", "/v1/webhook_endpoints/we_123", {}, "updateWebhookEndpoint"),
    ("DELETE", "/v1/webhook_endpoints/we_123", None, "deleteWebhookEndpoint"),
    (
        *("POST", "/v1/webhook_endpoints"),
        {"event_types": ["batch.completed"], "name": "x", "url": "https://"},
        "createWebhookEndpoint",
    ),
)


@pytest.mark.parametrize("asked", UNKNOWN)
def test_what_nobody_has_is_answered_with_an_example(
    client: httpx.Client, asked: tuple[str, str, object, str]
) -> None:
    """The answer conforms, is the same each time, and says that it is inferred and of what."""
    method, path, body, operation = asked
    answers = [client.request(method, path, json=body) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200], answers[0].text
    assert answers[0].content == answers[1].content
    assert answers[0].headers[INFERRED] == f"example of {operation}"


def test_an_example_has_the_id_that_was_asked_for(client: httpx.Client) -> None:
    """A client that looks its jobs up by their ids finds them."""
    answer = client.get("/v1/videos/video_123")

    assert answer.json()["id"] == "video_123"
    assert answer.headers[STRICT].startswith("404 video_not_found id: ")


def test_an_example_film_plays(client: httpx.Client) -> None:
    """The content of an unknown job is a film."""
    answer = client.get("/v1/videos/video_123/content")

    assert answer.headers["content-type"] == "video/mp4"
    assert answer.content[4:8] == b"ftyp"


def test_what_is_there_is_no_example(exemplary: Fake, client: httpx.Client) -> None:
    """A job that was made lives as ever."""
    job = create(client)
    answer = client.get(f"/v1/videos/{job['id']}")

    assert answer.json() == job
    assert INFERRED not in answer.headers


def test_uploads_are_not_looked_into(client: httpx.Client) -> None:
    """The suites of SDKs upload a text as a picture and as a film."""
    picture = client.post("/v1/videos", files=form({**SORA, "input_reference": b"Example data"}))
    clip = client.post("/v1/videos/characters", files=form({"name": "x", "video": b"Example data"}))

    assert (picture.status_code, clip.status_code) == (200, 200)
    assert INFERRED not in picture.headers


def test_a_create_may_say_no_more_than_its_prompt(client: httpx.Client) -> None:
    """OpenAI's clients leave the model to the server."""
    assert client.post("/v1/videos", json={"prompt": "x"}).status_code == 200


@pytest.mark.parametrize("path", ["/videos", "/models", "/webhook_endpoints"])
def test_paths_may_lack_their_version(client: httpx.Client, path: str) -> None:
    """The suites of SDKs call an address without it; elsewhere such a path is unknown."""
    assert client.get(path).status_code == 200
    with fake_gateway(Settings()) as strict:
        assert strict.client("k").get(path).status_code == 404


def test_what_is_wrong_in_other_ways_stays_wrong(client: httpx.Client) -> None:
    """Types, required fields without a stand-in, and unknown paths are refused."""
    wrong = client.post("/v1/videos", json={"prompt": 5})
    missing = client.post("/v1/webhook_endpoints", json={"name": "x"})
    unknown = client.get("/_stainless_unknown_path")

    assert [each.status_code for each in (wrong, missing, unknown)] == [400, 400, 404]
    assert error_of(unknown)["code"] == "unknown_url"


@pytest.mark.parametrize("dialect", names())
def test_every_operation_has_an_example_that_conforms(dialect: str) -> None:
    """Whether a contract shows one or only describes it, in whichever dialect."""
    contract = contract_for(load_contract(openapi.CONTRACT), load_dialects()[dialect])
    compiler, examples = SchemaCompiler(contract), ExampleReplies(Contract(contract))
    for _, operation in operations(contract):
        for media_type, media in operation["responses"]["200"].get("content", {}).items():
            if media_type == "application/json":
                reply = examples.reply(operation["operationId"], {})
                assert isinstance(reply, JsonReply)
                validator = compiler.compile(media["schema"])
                assert list(validator.iter_errors(orjson.loads(reply.body))) == []
