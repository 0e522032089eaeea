"""Web pages: shut out unless their origin is named."""

import httpx
import pytest

from mock_server.running import running_gateway
from mock_server.settings import Settings

PAGE = "https://studio.example"
PREFLIGHT = {"Origin": PAGE, "Access-Control-Request-Method": "PUT"}


@pytest.mark.parametrize("path", ["/v1/videos", "/_mock/scenario"])
@pytest.mark.parametrize(("origins", "let_in"), [((), False), ((PAGE,), True), (("*",), True)])
def test_a_page_is_let_in_by_its_origin_only(
    path: str, origins: tuple[str, ...], *, let_in: bool
) -> None:
    """Without --cors no answer carries a header that would let a page read it."""
    with running_gateway(Settings(cors=origins)) as gateway:
        asked = httpx.options(f"{gateway.url}{path}", headers=PREFLIGHT, trust_env=False)

    assert ("access-control-allow-origin" in asked.headers) is let_in


def test_another_page_stays_out() -> None:
    """An origin that is not named is not let in."""
    with running_gateway(Settings(cors=("https://other.example",))) as gateway:
        asked = httpx.options(f"{gateway.url}/v1/videos", headers=PREFLIGHT, trust_env=False)

    assert "access-control-allow-origin" not in asked.headers
