"""What the control API's documentation page shows succeeds when it is sent as it stands."""

from collections.abc import Iterator

import httpx
import pytest

from mock_server.domain.clock import Pace
from mock_server.running import running_gateway
from mock_server.settings import Settings
from openapi.documents.places import operations
from tests.mock_server.control.conftest import ADMIN
from tests.mock_server.samples import SORA
from tests.mock_server.shown_requests import Page, shown_requests

PLACE = "/webhooks"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A server of its own, since some requests of the page act on all keys."""
    # A job ends with its first poll.
    with running_gateway(Settings(admin_token=ADMIN, pace=Pace(speed=0, step_s=3600))) as gateway:
        yield gateway.url


def test_every_request_of_the_page_succeeds(url: str) -> None:
    """With an API key, or the admin token for what the page says needs it.

    The page has no ids of what only a client can have made: those of paths are typed in.
    """
    with httpx.Client(base_url=url, trust_env=False) as client:
        page: Page = client.get("/_mock/docs/contract.json").json()
        server = {op["operationId"] for _, op in operations(page) if op["tags"] == ["Server"]}
        sent = set()
        for number, (operation, request) in enumerate(shown_requests(page, url)):
            key = ADMIN if operation in server else f"key-{number}"
            client.headers["authorization"] = f"Bearer {key}"
            request.headers["authorization"] = f"Bearer {key}"
            request.url = httpx.URL(with_ids(str(request.url), client))
            answer = client.send(request)
            assert answer.is_success, f"{operation}: {answer.text}"
            sent.add(operation)

    assert sent == {operation["operationId"] for _, operation in operations(page)}


def with_ids(address: str, client: httpx.Client) -> str:
    """The address with ids that exist in the place of those that the page has no example for."""
    makers = {
        "fault_id": fault,
        "endpoint_id": endpoint,
        "delivery_id": delivery,
        # Only a job that has not ended can be ended by hand.
        "job_id": new_job if address.endswith("/end") else finished_job,
    }
    for name, make in makers.items():
        place = f"%7B{name}%7D"
        if place in address:
            address = address.replace(place, make(client))
    return address


def fault(client: httpx.Client) -> str:
    """The id of a new fault."""
    answer = client.post("/_mock/faults", json={"kind": "status", "status": 500})
    return str(answer.json()["id"])


def endpoint(client: httpx.Client) -> str:
    """The id of a new endpoint, where nobody listens."""
    answer = client.post("/_mock/webhooks/endpoints", json={"url": "http://127.0.0.1:9/"})
    return str(answer.json()["id"])


def new_job(client: httpx.Client) -> str:
    """The id of a job that was just created."""
    return str(client.post("/v1/videos", json=SORA).json()["id"])


def finished_job(client: httpx.Client) -> str:
    """The id of a job that has completed."""
    job = new_job(client)
    client.get(f"/v1/videos/{job}")
    return job


def delivery(client: httpx.Client) -> str:
    """The id of a delivery about a job that has ended."""
    endpoint(client)
    finished_job(client)
    [delivery] = client.get("/_mock/webhooks/deliveries").json()["deliveries"]
    return str(delivery["id"])
