"""A create with an Idempotency-Key, in a dialect that honours the header, and in others."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from mock_server.settings import Settings
from openapi.dialects.loading import load_dialect
from openapi.errors import SpecError
from tests.mock_server.inprocess import Fake, fake_gateway
from tests.mock_server.samples import LONG_ENOUGH_S, SORA, finished, form

DAY_S = 86_400
HONOURED = """
summary: A gateway that honours the header.
idempotency: {{source: a test, standing: inferred, same_body: repeated, kept_s: 86400{more}}}
"""
MODES = {"conflict": "", "repeated": ", other_body: repeated"}


@pytest.fixture(scope="module", params=MODES)
def mode(request: pytest.FixtureRequest) -> str:
    """What the same key with another body gets."""
    return str(request.param)


@pytest.fixture(scope="module")
def careful(mode: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fake]:
    """A fake in a dialect that honours the header."""
    path = tmp_path_factory.mktemp("dialects") / "careful.yaml"
    path.write_text(HONOURED.format(more=MODES[mode]), encoding="utf-8")
    settings = Settings(dialects=(path,), dialect="careful", validate_responses=True)
    with fake_gateway(settings) as fake:
        yield fake


@pytest.fixture
def client(careful: Fake, request: pytest.FixtureRequest) -> Iterator[httpx.Client]:
    """A client of it with a key of its own."""
    with careful.client(f"key-{request.node.name}") as client:
        yield client


def ordered(client: httpx.Client, key: str, prompt: str = "A cat") -> httpx.Response:
    """The answer to a create with that header."""
    sent = form({**SORA, "prompt": prompt})
    return client.post("/v1/videos", files=sent, headers={"Idempotency-Key": key})


def jobs(client: httpx.Client) -> int:
    """How many jobs there are."""
    return len(client.get("/v1/videos").json()["data"])


def test_the_same_request_gets_the_same_answer(careful: Fake, client: httpx.Client) -> None:
    """The first answer is repeated to the letter, though the job has completed meanwhile."""
    first = ordered(client, "one")
    careful.clock.advance(LONG_ENOUGH_S)
    again = ordered(client, "one")
    bill = client.get("/_mock/bill").json()

    assert again.content == first.content
    assert (jobs(client), bill["jobs"], bill["duplicates"]) == (1, 1, [])
    journal = client.get("/_mock/requests").json()["requests"]
    assert [each["job"] for each in journal[:2]] == [first.json()["id"]] * 2


def test_another_key_is_another_job(client: httpx.Client) -> None:
    """So is a request without the header."""
    ordered(client, "one")
    ordered(client, "two")
    client.post("/v1/videos", files=form(SORA))

    assert jobs(client) == 3


def test_the_same_key_with_another_body(client: httpx.Client, mode: str) -> None:
    """It is refused with 409, or gets the first answer, as the dialect has it."""
    first, other = ordered(client, "one"), ordered(client, "one", "A dog")

    assert jobs(client) == 1
    if mode == "repeated":
        assert other.content == first.content
    else:
        assert (other.status_code, other.json()["error"]["code"]) == (409, "idempotency_conflict")
        assert first.json()["id"] in other.json()["error"]["message"]
        assert other.headers["x-should-retry"] == "false"


def test_a_key_is_forgotten_in_time(careful: Fake, client: httpx.Client) -> None:
    """On the clock of the API key."""
    first = ordered(client, "one").json()["id"]
    careful.clock.advance(DAY_S - 1)
    second = ordered(client, "one").json()["id"]
    careful.clock.advance(1)
    third = ordered(client, "one").json()["id"]

    assert first == second != third


def test_derived_jobs_are_covered(careful: Fake, client: httpx.Client, mode: str) -> None:
    """A remix of another video under the same key is another request."""
    parents = [finished(client, careful.clock)["id"] for _ in range(2)]
    answers = [
        client.post(
            f"/v1/videos/{parent}/remix",
            json={"prompt": "Rain"},
            headers={"Idempotency-Key": "one"},
        )
        for parent in (parents[0], parents[0], parents[1])
    ]

    assert answers[0].content == answers[1].content
    assert answers[2].status_code == (409 if mode == "conflict" else 200)
    assert jobs(client) == 3


@pytest.mark.parametrize("dialect", ["gateway", "openai", "new-api"])
def test_the_shipped_dialects_ignore_the_header(dialect: str) -> None:
    """Nothing on record says otherwise: a client that relies on it pays twice."""
    with fake_gateway(Settings(dialect=dialect)) as fake, fake.client("key") as client:
        ordered(client, "one")
        ordered(client, "one")
        bill = client.get("/_mock/bill").json()

    assert (bill["jobs"], len(bill["duplicates"])) == (2, 1)


@pytest.mark.parametrize(
    "facts", ["same_body: repeated", "same_body: ignored, kept_s: 60", "same_body: maybe"]
)
def test_a_dialect_says_how_long_keys_count(tmp_path: Path, facts: str) -> None:
    """Where keys count, and only there."""
    path = tmp_path / "wrong.yaml"
    said = f"summary: x\nidempotency: {{source: x, standing: inferred, {facts}}}\n"
    path.write_text(said, encoding="utf-8")
    with pytest.raises(SpecError, match="idempotency"):
        load_dialect(path)
