"""Who may see and use the page."""

from pathlib import Path

import httpx
import pytest

from mock_server.app import build_server
from mock_server.running import running_gateway, serving
from mock_server.settings import Settings
from mock_server.workbench.access import SignIn
from tests.mock_server.inprocess import fake_gateway
from tests.mock_server.workbench.conftest import ADMIN, HTML, Browser, create
from video_gateway_mock.handle import Gateway

PATHS = ("/", "/_mock/workbench/part/jobs", "/_mock/workbench/events")


@pytest.mark.parametrize("path", PATHS)
def test_nobody_sees_anything_before_signing_in(stranger: httpx.Client, path: str) -> None:
    """The page asks for the token, and nothing of the server stands in it."""
    answer = stranger.get(path, headers=HTML)

    assert answer.status_code == 401
    assert "tenant" not in answer.text


def test_nobody_does_anything_before_signing_in(stranger: httpx.Client, page_url: str) -> None:
    """A button of a page that is not signed in does nothing."""
    answer = stranger.post("/_mock/workbench/act/freeze", headers={"Origin": page_url})

    assert (answer.status_code, answer.text) == (401, "Sign in first.\n")


def test_a_wrong_token_is_refused(stranger: httpx.Client, page_url: str) -> None:
    """The form says so, and can be tried again."""
    headers = {"Origin": page_url}
    answer = stranger.post("/_mock/workbench/sign-in", data={"token": "no"}, headers=headers)

    assert answer.status_code == 401
    assert "not the admin token" in answer.text
    assert not answer.cookies


def test_the_admin_token_signs_in(stranger: httpx.Client, page_url: str) -> None:
    """The cookie is for this browser and this site alone, and scripts cannot read it."""
    headers = {"Origin": page_url}
    answer = stranger.post("/_mock/workbench/sign-in", data={"token": ADMIN}, headers=headers)
    cookie = answer.headers["set-cookie"]

    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()
    assert ADMIN not in cookie
    assert str(httpx.URL(page_url).port) in cookie.partition("=")[0]
    assert stranger.get("/", headers=HTML).status_code == 200


def test_the_printed_address_works_once() -> None:
    """It is in the history of the browser; what signed in stays signed in."""
    settings = Settings(sign_in="once-only")
    with serving(build_server(settings)) as url, httpx.Client(base_url=url, trust_env=False) as own:
        first = own.get("/?token=once-only", headers=HTML)
        again = own.get("/?token=once-only", headers=HTML)
        other = httpx.get(f"{url}/?token=once-only", headers=HTML, trust_env=False)

    assert 'http-equiv="refresh" content="0; url=./"' in first.text
    assert (first.status_code, again.status_code, other.status_code) == (200, 200, 401)
    assert "used before" in other.text


def test_workers_accept_the_address_once_together(tmp_path: Path) -> None:
    """Which of them gets the request does not matter."""
    workers = [SignIn(ADMIN, "once", tmp_path) for _ in range(3)]

    assert [each.accepts("once") for each in workers] == [True, False, False]
    assert all(each.accepts(ADMIN) for each in workers)


@pytest.mark.parametrize("token", ["", "x", "é", ADMIN[:-1], "once "])
def test_only_the_tokens_are_accepted(token: str) -> None:
    """Nothing that resembles one is, and that spends nothing."""
    sign_in = SignIn(ADMIN, "once")

    assert not sign_in.accepts(token)
    assert sign_in.accepts("once")


def test_without_a_printed_address_only_the_admin_token_signs_in() -> None:
    """So it is on a server that other machines can reach."""
    assert not SignIn(ADMIN).accepts("")


FOREIGN: tuple[dict[str, str], ...] = (
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Origin": "file://"},
    {"Origin": "http://localhost:1"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {},
)


@pytest.mark.parametrize("headers", FOREIGN)
def test_a_page_of_another_origin_can_do_nothing(
    browser: Browser, client: httpx.Client, headers: dict[str, str]
) -> None:
    """Whatever cookie it comes with, and if it does not say where it comes from."""
    job = create(client)
    path = "/_mock/workbench/act/delete"
    answer = browser.http.post(
        path, params={"key": browser.tenant}, data={"job": job}, headers=headers
    )

    assert answer.status_code == 403
    assert [each.id for each in browser.gateway.jobs] == [job]
    assert not any(name.startswith("access-control") for name in answer.headers)


@pytest.mark.parametrize("path", PATHS[1:])
def test_a_page_of_another_origin_can_read_nothing(browser: Browser, path: str) -> None:
    """Neither a part nor the event stream."""
    answer = browser.http.get(path, headers={"Sec-Fetch-Site": "same-site"})

    assert answer.status_code == 403


def test_a_link_from_anywhere_opens_the_page(browser: Browser) -> None:
    """Following one is nothing that a page does by itself."""
    headers = {**HTML, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}

    assert browser.http.get("/", headers=headers).status_code == 200


def test_a_page_that_may_call_the_api_may_not_use_the_workbench() -> None:
    """``--cors`` is for the API alone."""
    origin = "http://studio.example"
    settings = Settings(cors=(origin,), admin_token=ADMIN)
    with running_gateway(settings) as gateway:
        answer = httpx.get(
            f"{gateway.url}/?token={ADMIN}", headers={**HTML, "Origin": origin}, trust_env=False
        )

    assert answer.status_code == 403


def test_every_answer_has_a_strict_policy(browser: Browser, stranger: httpx.Client) -> None:
    """No page can frame it, nothing inline runs, and nothing is kept in a cache."""
    answers = [
        browser.page(),
        browser.part("jobs"),
        browser.http.get("/_mock/workbench/static/workbench.js"),
        stranger.get("/", headers=HTML),
        stranger.post("/_mock/workbench/act/freeze"),
    ]

    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["cache-control"] == "no-store"


def test_the_page_has_nothing_inline(browser: Browser, client: httpx.Client) -> None:
    """The policy would forbid it."""
    create(client)
    html = browser.page().text

    assert html.count("<script") == 1
    assert "<style" not in html
    assert " style=" not in html
    assert "http://" not in html.replace(str(browser.http.base_url), "").replace("w3.org", "")


def test_a_key_stands_nowhere(browser: Browser, client: httpx.Client, gateway: Gateway) -> None:
    """Only its last four characters do."""
    create(client)
    pages = [browser.page(tab=tab).text for tab in ("jobs", "requests", "connect")]

    assert all(gateway.api_key not in page for page in pages)
    assert f"…{gateway.api_key[-4:]}" in pages[0]


@pytest.mark.parametrize(
    ("key", "end"), [("sk-0123456789", "…789"), ("short", "…t"), ("abc", "…"), ("a" * 16, "…aaaa")]
)
def test_at_most_a_quarter_of_a_key_is_shown(key: str, end: str) -> None:
    """Of a short key less than four characters, whatever triggers follow it."""
    with fake_gateway(Settings(admin_token=ADMIN)) as fake:
        with fake.client(f"{key}+429") as client:
            client.get("/v1/models")
        with fake.client(ADMIN) as admin:
            keys = admin.get("/_mock/server/keys").json()["keys"]

    assert [each["key_end"] for each in keys] == [end]


def test_without_a_page_browsers_are_led_to_the_reference() -> None:
    """``--no-workbench`` turns it off."""
    with fake_gateway(Settings(workbench=False)) as fake, fake.client(None) as client:
        answer = client.get("/", headers=HTML)
        other = client.get("/_mock/workbench/part/jobs")

    assert (answer.status_code, answer.headers["location"]) == (307, "/docs/")
    assert other.status_code in (401, 404)


def test_without_a_control_api_there_is_no_page() -> None:
    """So it is on a server that other machines can reach, unless it has an admin token."""
    with fake_gateway(Settings(control=False)) as fake, fake.client(None) as client:
        assert client.get("/", headers=HTML).headers["location"] == "/docs/"
