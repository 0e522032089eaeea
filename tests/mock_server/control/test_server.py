"""Operations on all API keys, and who may call them."""

from uuid import uuid4

import pytest
from openai import OpenAI

from tests.mock_server.control.conftest import ADMIN, Call, video
from video_gateway_mock.handle import Gateway


@pytest.mark.parametrize(
    ("key", "status"), [("invalid", 401), ("other", 403), (ADMIN, 404)], ids=["bad", "key", "admin"]
)
def test_only_the_admin_token_names_a_tenant(
    gateway: Gateway, call: Call, key: str, status: int
) -> None:
    """A key cannot reach another tenant by name, nor the admin token an unknown one."""
    answer = call("GET", "/world", key, params={"tenant": "nobody"})

    assert answer.status_code == status
    assert answer.json()["error"]["message"]


def test_the_admin_token_acts_on_any_tenant(gateway: Gateway, call: Call) -> None:
    """A tenant that the server lists can be read and set with the admin token."""
    mine = call("GET", "/world").json()["tenant"]
    listed = [state["tenant"] for state in call("GET", "/server", ADMIN).json()["worlds"]]
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
def test_operations_on_all_keys_need_the_admin_token(
    call: Call, method: str, path: str, body: object
) -> None:
    """A key gets 403 where the admin token gets 200."""
    refused = call(method, path, json=body)

    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "admin_token_required")
    assert call(method, path, ADMIN, json=body).status_code == 200


def test_what_is_set_for_all_holds_for_future_keys(gateway: Gateway, call: Call) -> None:
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
