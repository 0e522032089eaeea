"""What the contract's examples name exists: filled by the control API, or when it is asked for."""

from collections.abc import Iterator

import httpx
import pytest

import openapi
from openapi.contract.document import load_contract
from openapi.editions.named import NamedExamples
from video_gateway_mock.handle import Gateway

NAMED = NamedExamples(load_contract(openapi.CONTRACT))
VIDEO = NAMED.parameter("retrieveVideo", "video_id")
UNIFIED = NAMED.parameter("queryUnifiedVideo", "id")
CHARACTER = NAMED.parameter("getVideoCharacter", "character_id")
ENDPOINT = NAMED.parameter("retrieveWebhookEndpoint", "webhook_endpoint_id")
READS = (
    f"/videos/{VIDEO}",
    f"/videos/{VIDEO}/content",
    f"/videos?after={VIDEO}",
    f"/video/query?id={UNIFIED}",
    f"/videos/characters/{CHARACTER}",
    f"/webhook_endpoints/{ENDPOINT}",
    f"/webhook_endpoints?after={ENDPOINT}",
)


@pytest.fixture
def http(gateway: Gateway) -> Iterator[httpx.Client]:
    """A client of the gateway with the key of the test."""
    headers = {"Authorization": f"Bearer {gateway.api_key}"}
    with httpx.Client(base_url=gateway.base_url, headers=headers, trust_env=False) as client:
        yield client


def test_a_filled_tenant_has_what_the_examples_name(gateway: Gateway, http: httpx.Client) -> None:
    """Every id of an example is found, and its job has content."""
    ids = gateway.fill_examples()

    assert ids.jobs == (VIDEO, UNIFIED)
    assert ids.characters == (CHARACTER,)
    assert ids.webhook_endpoints == (ENDPOINT,)
    assert [http.get(path).status_code for path in READS] == [200] * len(READS)
    assert http.get(f"/videos/{VIDEO}").json()["status"] == "completed"


def test_filling_again_creates_only_what_is_missing(gateway: Gateway, http: httpx.Client) -> None:
    """Objects that exist are left as they are; a deleted one is created anew."""
    first = gateway.fill_examples()
    http.delete(f"/videos/{VIDEO}")
    before = [job.id for job in gateway.jobs]

    assert gateway.fill_examples() == first
    assert before == [UNIFIED]
    assert [job.id for job in gateway.jobs] == [UNIFIED, VIDEO]


@pytest.mark.parametrize("dialect", ["openai", "new-api"])
def test_only_what_a_dialect_names_is_created(gateway: Gateway, dialect: str) -> None:
    """A dialect without an operation has no example id for it."""
    gateway.dialect(dialect)
    ids = gateway.fill_examples()

    assert ids.jobs == (VIDEO,)
    assert ids.webhook_endpoints == ((ENDPOINT,) if dialect == "openai" else ())


def test_a_filled_video_can_be_remixed(gateway: Gateway, http: httpx.Client) -> None:
    """The request bodies of the examples refer to jobs that can be used."""
    gateway.fill_examples()
    remixed = http.post(f"/videos/{VIDEO}/remix", json=NAMED.request("remixVideo"))
    form = {name: (None, text) for name, text in NAMED.request("editVideo").items()}

    assert remixed.status_code == 200
    assert http.post("/videos/edits", files=form).status_code == 200


def test_in_the_mode_example_they_are_created_when_asked_for(
    gateway: Gateway, http: httpx.Client
) -> None:
    """The answer is a real job's, and comes back after a delete; it is not marked as inferred."""
    gateway.requests_mode("example")
    found = http.get(f"/videos/{VIDEO}")
    http.delete(f"/videos/{VIDEO}")
    again = http.get(f"/videos/{VIDEO}")

    assert found.json()["status"] == again.json()["status"] == "completed"
    assert "x-mock-inferred" not in found.headers
    assert {job.id for job in gateway.jobs} == {VIDEO, UNIFIED}


def test_an_id_that_no_example_names_creates_nothing(gateway: Gateway, http: httpx.Client) -> None:
    """It is answered with an example, as before."""
    gateway.requests_mode("example")

    assert http.get("/videos/unknown").status_code == 200
    assert gateway.jobs == []


def test_in_the_mode_example_a_silent_endpoint_counts_as_tested(
    gateway: Gateway, http: httpx.Client
) -> None:
    """The examples' endpoint is an address where nobody listens."""
    gateway.requests_mode("example")
    tested = http.post(
        f"/webhook_endpoints/{ENDPOINT}/test", json=NAMED.request("testWebhookEndpoint")
    )

    assert tested.status_code == 200
