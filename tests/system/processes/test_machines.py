"""Two machines on one Redis, and what they say while it is gone."""

import pytest

from benchmarks.machines import machine
from benchmarks.redis_server import RedisServer
from tests.system.processes.test_workers import ORDER, as_tenant

pytestmark = pytest.mark.needs("redis-server")


@pytest.mark.long
def test_two_machines_are_one_server(redis_server: RedisServer) -> None:
    """A job made on one machine is polled, downloaded (the same bytes) and deleted on the other."""
    options = ("--store", redis_server.address, "--speed", "100000")
    with machine(*options) as one, machine(*options) as other:
        job = as_tenant(one.url, "POST", "/v1/videos", ORDER).json()
        path = f"/v1/videos/{job['id']}"
        polled = as_tenant(other.url, "GET", path).json()
        while polled["status"] != "completed":
            polled = as_tenant(other.url, "GET", path).json()
        media = [as_tenant(it.url, "GET", f"{path}/content").content for it in (one, other)]
        listed = as_tenant(other.url, "GET", "/v1/videos").json()["data"]
        deleted = as_tenant(other.url, "DELETE", path).status_code
        gone = [as_tenant(it.url, "GET", path).status_code for it in (one, other)]

    assert polled["id"] == job["id"]
    assert media[0] == media[1]
    assert media[0][4:8] == b"ftyp"
    assert [each["id"] for each in listed] == [job["id"]]
    assert (deleted, gone) == (200, [404, 404])
