"""Every response has the id of its exchange."""

import re

import httpx
import pytest

ASKED = (
    ("GET", "/v1/videos"),
    ("GET", "/v1/videos/none"),
    ("GET", "/nowhere"),
    ("PUT", "/v1/videos"),
    ("OPTIONS", "/v1/videos"),
    ("POST", "/v1/videos"),
    ("GET", "/docs/"),
    ("GET", "/openapi.yaml"),
    ("GET", "/media/a/b/c.mp4"),
)


@pytest.mark.parametrize(("method", "path"), ASKED)
def test_every_answer_has_an_id(client: httpx.Client, method: str, path: str) -> None:
    """Successes, errors of every layer and pages have one."""
    assert re.fullmatch("req_[0-9a-f]{24}", client.request(method, path).headers["x-request-id"])


def test_a_refused_key_has_an_id_too(keyless: httpx.Client) -> None:
    """A client without a valid key can quote the exchange."""
    assert keyless.get("/v1/videos").headers["x-request-id"].startswith("req_")


def test_ids_differ(client: httpx.Client) -> None:
    """Two exchanges never share one."""
    ids = {client.get("/v1/videos").headers["x-request-id"] for _ in range(20)}

    assert len(ids) == 20
