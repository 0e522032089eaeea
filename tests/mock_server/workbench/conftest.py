"""A running fake with a page, and a browser's requests without a browser."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from uuid import uuid4

import httpx
import pytest

from mock_server.domain.clock import Pace
from mock_server.http.security import tenant_of
from mock_server.running import running_gateway
from mock_server.settings import Settings
from tests.mock_server.wire import PATIENCE_S
from video_gateway_mock.handle import Gateway

ADMIN = "admin-token-of-the-tests"
START_MS = 1_767_225_600_000
HTML = {"Accept": "text/html"}
JSON = {"Accept": "application/json"}


@dataclass(frozen=True, slots=True)
class Browser:
    """Somebody who has signed in and looks at one key."""

    http: httpx.Client
    gateway: Gateway
    tenant: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "tenant", tenant_of(self.gateway.api_key))

    def page(self, **query: str | int) -> httpx.Response:
        """The whole page."""
        return self.http.get("/", params={"key": self.tenant, **query}, headers=HTML)

    def part(self, name: str, **query: str | int) -> httpx.Response:
        """A part of it."""
        return self.http.get(f"/_mock/workbench/part/{name}", params={"key": self.tenant, **query})

    def act(self, name: str, /, *, script: bool = True, **form: str) -> httpx.Response:
        """Press a button, as the script sends it or as the browser does without one."""
        return self.send(name, form, script=script)

    def send(self, name: str, form: Mapping[str, str], *, script: bool) -> httpx.Response:
        """Send a form."""
        return self.http.post(
            f"/_mock/workbench/act/{name}",
            params={"key": self.tenant, "tab": "jobs"},
            data=dict(form),
            headers={**(JSON if script else HTML), "Origin": str(self.http.base_url).rstrip("/")},
        )


@pytest.fixture(scope="session")
def page_url() -> Iterator[str]:
    """A server with frozen clocks."""
    pace = Pace(speed=0, start_ms=START_MS)
    with running_gateway(Settings(pace=pace, admin_token=ADMIN)) as gateway:
        yield gateway.url


@pytest.fixture
def gateway(page_url: str) -> Gateway:
    """The handle of a new key."""
    return Gateway(page_url, f"sk-{uuid4().hex}")


@pytest.fixture
def stranger(page_url: str) -> Iterator[httpx.Client]:
    """A browser that has not signed in."""
    with httpx.Client(base_url=page_url, timeout=PATIENCE_S, trust_env=False) as client:
        yield client


@pytest.fixture
def browser(page_url: str, gateway: Gateway) -> Iterator[Browser]:
    """A browser that has signed in with the admin token."""
    with httpx.Client(base_url=page_url, timeout=PATIENCE_S, trust_env=False) as client:
        signed = client.get("/", params={"token": ADMIN}, headers=HTML)
        assert signed.status_code == 200
        yield Browser(client, gateway)


@pytest.fixture
def client(gateway: Gateway) -> Iterator[httpx.Client]:
    """A client of the gateway with that key."""
    headers = {"Authorization": f"Bearer {gateway.api_key}"}
    with httpx.Client(base_url=gateway.url, headers=headers, trust_env=False) as made:
        yield made


def create(client: httpx.Client, **fields: str) -> str:
    """The id of a new job."""
    body = {"model": "sora-2", "prompt": "A cat", "seconds": "4", **fields}
    created = client.post("/v1/videos", json=body)
    job: str = created.json()["id"]
    return job
