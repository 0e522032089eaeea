"""A server that has ended leaves nothing behind in the process it ran in."""

import gc

import httpx

from mock_server.domain.clock import Pace
from mock_server.running import running_gateway
from mock_server.settings import Settings
from mock_server.tenants import TenantRepository
from tests.mock_server.samples import SORA

WITH_ALL = Settings(
    pace=Pace(speed=1000),
    scenario="instant",
    validate_responses=True,
    cors=("https://studio.example",),
)


def tenant_states_alive() -> int:
    """Count the repositories of tenant states that still exist."""
    gc.collect()
    return sum(isinstance(each, TenantRepository) for each in gc.get_objects())


def test_a_server_that_has_ended_is_let_go() -> None:
    """Jobs, films and journals of a server go when it has ended and nobody holds it."""
    before = tenant_states_alive()

    with running_gateway(WITH_ALL) as gateway:
        gateway.fault("latency", ms=1)
        with httpx.Client(base_url=gateway.base_url) as http:
            http.headers["Authorization"] = f"Bearer {gateway.api_key}"
            job = http.post("/videos", json=SORA).json()["id"]
            film = http.get(f"/videos/{job}/content")
    del gateway

    assert film.status_code == 200
    assert tenant_states_alive() == before
