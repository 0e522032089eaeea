"""Names that a server answers to: a web page can have a name of its own point at this machine."""

import httpx
import pytest

from mock_server.settings import Settings
from tests.mock_server.transport.asking import KEY, refusal
from tests.mock_server.wire import Address, head, loopback, send

SET = "/_mock/scenario"
PRIVATE = (
    *("localhost", "LOCALHOST", "localhost.", "127.0.0.1:8080", "127.9.9.9", "[::1]:8080", "[::1]"),
    *("gateway", "gateway-mock:8080", "my_service", "host.docker.internal", "app.test:80"),
    *("a.localhost", "192.168.1.7", "8.8.8.8:80"),
)
FOREIGN = (
    *("page.example", "page.example:8080", "localhost.page.example", "127.0.0.1.nip.io"),
    *("page.example.", "xn--bcher-kva.example", "test.page.example", "evil.local", "1.2.3"),
)


def asked(address: Address, host: str, path: str = "/v1/models") -> int:
    """The status of a request that is addressed to a host."""
    return send(address, f"GET {path} HTTP/1.1\r\nHost: {host}\r\n".encode() + KEYED, "GET").status


KEYED = b"Authorization: Bearer hosts\r\n\r\n"


@pytest.mark.parametrize("host", PRIVATE)
def test_names_that_no_page_can_have_are_answered(address: Address, host: str) -> None:
    """IP addresses, names without a dot, and those below which nobody can register one."""
    assert asked(address, host) == 200


@pytest.mark.parametrize("path", ["/v1/models", "/_mock/health", "/docs/", "/media/x", "/nothing"])
@pytest.mark.parametrize("host", FOREIGN)
def test_other_names_are_refused_on_loopback(address: Address, host: str, path: str) -> None:
    """Whatever is asked of them, so that a page of such a name learns and does nothing."""
    assert asked(address, host, path) == 421


def test_a_refusal_says_how_to_be_answered(address: Address) -> None:
    """It names the host and the option."""
    url = f"http://{address[0]}:{address[1]}/v1/models"
    answer = httpx.get(url, headers={**KEY, "Host": "page.example"}, trust_env=False)

    assert answer.json()["error"]["code"] == "unknown_host"
    assert "--allow-host page.example" in answer.json()["error"]["message"]


def test_a_target_names_the_host_too(address: Address) -> None:
    """A request that is sent as to a proxy is held to the host of its target as well."""
    answer = send(address, head("GET", "http://page.example/v1/models", KEY), "GET")

    assert refusal(answer) == (421, "unknown_host")


@pytest.mark.parametrize(
    ("settings", "answered", "refused"),
    [
        (Settings(allow_hosts=("page.example",)), "PAGE.example:80", "a.page.example"),
        (Settings(allow_hosts=("*.page.example",)), "a.b.page.example", "page.example"),
        (Settings(allow_hosts=("*",)), "page.example", None),
        (Settings(public_url="https://films.example:444/sora"), "films.example", "page.example"),
        (Settings(local=False), "page.example", None),
        (Settings(local=False, allow_hosts=("b.example",)), "b.example", "page.example"),
        (Settings(local=False, public_url="https://b.example"), "page.example", None),
    ],
)
def test_other_names_can_be_allowed(settings: Settings, answered: str, refused: str | None) -> None:
    """Beyond loopback all are, until some are named: the server cannot know its names there."""
    with loopback(settings) as address:
        assert asked(address, answered) == 200
        assert refused is None or asked(address, refused) == 421
