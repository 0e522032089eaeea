"""What the documentation page shows succeeds when it is sent as it stands."""

from collections.abc import Iterator

import pytest

from mock_server.settings import Settings
from openapi.dialects.loading import load_dialects
from openapi.documents.places import operations
from tests.mock_server.inprocess import URL, Fake, fake_gateway
from tests.mock_server.shown_requests import Page, shown_requests
from tests.mock_server.webhooks.receiver import Receiver, receiving

TEST_ENDPOINT = "testWebhookEndpoint"


@pytest.fixture(scope="module", params=load_dialects())
def dialect(request: pytest.FixtureRequest) -> Iterator[Fake]:
    """A server of each dialect: its page shows its contract."""
    with fake_gateway(Settings(dialect=request.param, seed=7, validate_responses=True)) as fake:
        yield fake


@pytest.fixture
def page(dialect: Fake) -> Page:
    """The document that the page is made from."""
    with dialect.client(None) as client:
        document: Page = client.get("/docs/contract.json").json()
    return document


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    """A receiver of webhooks."""
    with receiving() as receiver:
        yield receiver


def test_every_request_of_the_page_succeeds(dialect: Fake, page: Page, receiver: Receiver) -> None:
    """Parameters, JSON and inputs of forms, once the objects of the examples are created.

    Every operation is on the page. Only a test of a webhook endpoint needs more: a receiver that
    listens.
    """
    sent = set()
    for number, (operation, request) in enumerate(shown_requests(page, URL)):
        with dialect.client(f"key-{number}") as client:
            client.post("/_mock/examples").raise_for_status()
            if operation == TEST_ENDPOINT:
                endpoint = request.url.path.removesuffix("/test")
                client.post(endpoint, json={"url": receiver.url}).raise_for_status()
            request.headers["authorization"] = client.headers["authorization"]
            answer = client.send(request)
        assert answer.is_success, f"{operation}: {answer.text}"
        sent.add(operation)

    assert sent == {operation["operationId"] for _, operation in operations(page)}


def test_the_page_says_how_the_ids_of_its_examples_come_to_exist(page: Page) -> None:
    """Somebody who gets 404 for the id of an example finds the reason above it."""
    assert "/_mock/examples" in page["info"]["description"]
