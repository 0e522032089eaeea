"""What concerns all worlds, and who may say it."""

from uuid import uuid4

import pytest
from openai import OpenAI

from tests.mock_server.control.conftest import ADMIN, Call, video
from video_gateway_mock.handle import Gateway


@pytest.mark.parametrize(
    ("key", "status"), [("invalid", 401), ("other", 403), (ADMIN, 404)], ids=["bad", "key", "admin"]
)
def test_a_world_is_named_by_the_admin_only(
    gateway: Gateway, call: Call, key: str, status: int
) -> None:
    """A key cannot reach another world by naming it, nor the admin one that is not there."""
    answer = call("GET", "/world", key, params={"tenant": "nobody"})

    assert answer.status_code == status
    assert answer.json()["error"]["message"]


def test_the_admin_token_acts_on_any_world(gateway: Gateway, call: Call) -> None:
    """A world that the server lists can be looked at and set with the admin token."""
    mine = call("GET", "/world").json()["tenant"]
    listed = [world["tenant"] for world in call("GET", "/server", ADMIN).json()["worlds"]]
    call("PUT", "/scenario", ADMIN, params={"tenant": mine}, json={"scenario": "slow"})

    assert mine in listed
    assert call("GET", "/world").json()["scenario"] == {"slow": 1}


SERVER_CALLS = (
    ("GET", "/server", None),
    ("POST", "/server/reset", {"scopes": ["faults"]}),
    ("PUT", "/server/scenario", {"scenario": "happy"}),
    ("POST", "/server/faults", {"kind": "latency", "ms": 0, "ttl_s": 0}),
    ("DELETE", "/server/faults", None),
)


@pytest.mark.parametrize(("method", "path", "body"), SERVER_CALLS)
def test_what_concerns_all_worlds_takes_the_admin_token(
    call: Call, method: str, path: str, body: object
) -> None:
    """A key gets 403 where the admin token gets 200."""
    refused = call(method, path, json=body)

    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "admin_token_required")
    assert call(method, path, ADMIN, json=body).status_code == 200


def test_what_is_set_for_all_holds_for_worlds_to_come(gateway: Gateway, call: Call) -> None:
    """A fault and a scenario of the server meet keys that nobody has used yet, until cleared."""
    call("POST", "/server/faults", ADMIN, json={"kind": "status", "status": 503})
    call("PUT", "/server/scenario", ADMIN, json={"scenario": "instant"})
    newcomer = gateway.with_key(f"sk-{uuid4().hex}")
    try:
        with OpenAI(base_url=newcomer.base_url, api_key=newcomer.api_key, max_retries=0) as client:
            with pytest.raises(Exception, match="503"):
                video(client)
            newcomer.clear_faults()
            assert client.videos.create(model="sora-2", prompt="A cat").status == "completed"
    finally:
        call("DELETE", "/server/faults", ADMIN)
        call("PUT", "/server/scenario", ADMIN, json={"scenario": "happy"})
