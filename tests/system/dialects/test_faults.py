"""Faults that answer with an error are rendered in the dialect of the tenant they strike."""

import openai
import pytest

from mock_server.running import Gateway
from tests.system.dialects.tenants import ORDER, raw, sdk, tenant_in


@pytest.mark.parametrize(
    ("dialect", "status", "code"),
    [
        ("gateway", 429, "insufficient_quota"),
        ("openai", 429, "insufficient_quota"),
        ("new-api", 403, "insufficient_user_quota"),
    ],
)
def test_a_fault_is_rendered_in_the_dialect(
    server: Gateway, dialect: str, status: int, code: str
) -> None:
    """One fault is each gateway's own way to say that there is no quota."""
    gateway = tenant_in(server, dialect)
    gateway.fault("status", code="insufficient_quota", message="No quota left.")
    with pytest.raises(openai.APIStatusError) as refused:
        sdk(gateway).videos.create(**ORDER)

    assert (refused.value.status_code, refused.value.code) == (status, code)


def test_a_fault_keeps_what_was_asked_for(like_new_api: Gateway) -> None:
    """A status that is set, and a code that nobody knows, arrive as they are."""
    like_new_api.fault("status", status=402, code="pay_first", message="Pay first.")
    answer = raw(like_new_api, "POST", "/videos", json=ORDER)

    assert (answer.status_code, answer.json()) == (
        402,
        {"code": "pay_first", "message": "Pay first.", "data": None},
    )


def test_new_api_hides_when_to_come_back(like_new_api: Gateway, like_openai: Gateway) -> None:
    """Its rate limit is upstream's, rendered in its own words and without any header."""
    for gateway in (like_new_api, like_openai):
        gateway.fault("rate_limit", retry_after_ms=1500)
    new_api, as_openai = (
        raw(gateway, "GET", "/videos/x") for gateway in (like_new_api, like_openai)
    )

    assert new_api.json()["code"] == "fail_to_fetch_task"
    assert "retry-after" not in new_api.headers
    assert (as_openai.status_code, as_openai.headers["retry-after"]) == (429, "2")
    assert as_openai.json()["error"]["type"] == "rate_limit_error"
