"""Web pages: shut out unless their origin is named."""

import httpx
import pytest

from mock_server.running import running_gateway
from mock_server.settings import Settings
from tests.mock_server.wire import send

PAGE = "https://studio.example"
KEY = "page"
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


@pytest.mark.parametrize(
    ("path", "status"),
    [
        *(("/v1/videos?after=" + "x" * 40_000, 414), ("/_mock/health", 200), ("/nothing", 404)),
        *(("/v1/videos", 401), ("/_mock/world", 401), ("/docs/", 200), ("/media/x", 404)),
    ],
)
@pytest.mark.parametrize("origins", [(PAGE,), ("*",), ("https://other.example", PAGE)])
def test_a_page_can_read_every_answer(path: str, status: int, origins: tuple[str, ...]) -> None:
    """What the API, the control API, the probes and the connection itself say, and its headers."""
    with running_gateway(Settings(cors=origins)) as gateway:
        answer = httpx.get(f"{gateway.url}{path}", headers={"Origin": PAGE}, trust_env=False)
    allowed = "*" if "*" in origins else PAGE
    exposed = answer.headers["access-control-expose-headers"].split(", ")

    assert answer.status_code == status
    assert answer.headers["access-control-allow-origin"] == allowed
    assert {"x-request-id", "retry-after", "etag", "content-disposition"} <= set(exposed)


@pytest.mark.parametrize(
    ("line", "allowed"),
    [("", PAGE), (f"Origin: {PAGE}\r\n", PAGE), ("Origin: https://other.example\r\n", None)],
)
def test_a_refusal_may_come_before_an_origin(line: str, allowed: str | None) -> None:
    """If no origin was read, the first allowed one is used."""
    with running_gateway(Settings(cors=(PAGE,))) as gateway:
        place = httpx.URL(gateway.url)
        sent = f"GET /{'a' * 40_000} HTTP/1.1\r\nHost: a\r\n{line}\r\n".encode()
        answer = send((place.host, place.port or 0), sent, "GET")

    assert (answer.status, answer.headers["vary"]) == (414, "Origin")
    assert answer.headers["access-control-allow-origin"] == allowed


def test_a_page_of_the_internet_may_call_a_private_network() -> None:
    """Browsers ask for this before they let such a page call this machine."""
    asked = {**PREFLIGHT, "Access-Control-Request-Private-Network": "true"}
    with running_gateway(Settings(cors=(PAGE,))) as gateway:
        answer = httpx.options(f"{gateway.url}/_mock/scenario", headers=asked, trust_env=False)

    assert answer.status_code == 200
    assert answer.headers["access-control-allow-private-network"] == "true"


@pytest.mark.parametrize(
    "origin", [PAGE, "null", "http://localhost:1", "http://127.0.0.1", "x", "http://"]
)
@pytest.mark.parametrize("kind", ["text/plain", "application/json"])
def test_a_foreign_page_commands_nothing(origin: str, kind: str) -> None:
    """A browser sends simple requests without asking first: their origin is looked at."""
    with running_gateway() as gateway:
        headers = {"Origin": origin, "Content-Type": kind, "Authorization": f"Bearer {KEY}"}
        url = f"{gateway.url}/_mock/scenario"
        body = b'{"scenario":"instant"}'
        answer = httpx.put(url, headers=headers, content=body, trust_env=False)

    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "origin_not_allowed"


@pytest.mark.parametrize(
    ("settings", "origin"),
    [
        (Settings(), None),
        (Settings(), "http://{host}"),
        (Settings(), "https://{host}"),
        (Settings(cors=(PAGE,)), PAGE),
        (Settings(cors=("*",)), "https://other.example"),
        (Settings(public_url="https://films.example/sora"), "https://films.example"),
    ],
)
def test_its_own_page_and_those_let_in_command_it(settings: Settings, origin: str | None) -> None:
    """The documentation page, behind a proxy too; and whatever is no page."""
    with running_gateway(settings) as gateway:
        host = gateway.url.removeprefix("http://")
        sent = {} if origin is None else {"Origin": origin.format(host=host)}
        headers = {**sent, "Authorization": f"Bearer {KEY}"}
        url, body = f"{gateway.url}/_mock/scenario", {"scenario": "instant"}
        answer = httpx.put(url, headers=headers, json=body, trust_env=False)

    assert answer.status_code == 200, answer.text
