"""Host names, origins and the public URL, as they are read; the server's own address in answers."""

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.app import create_app
from mock_server.http.address import read_public_url
from mock_server.http.hosts import AddressError, Hosts, read_authority
from mock_server.http.origins import read_origin
from mock_server.settings import Settings
from mock_server.transport.server import Announced, bind, url_of
from tests.mock_server.inprocess import fake_gateway
from tests.mock_server.samples import finished

PUBLIC = "https://films.example/sora"
FORWARDED = {
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Prefix": "/evil",
    "X-Forwarded-For": "1.2.3.4",
    "Forwarded": "host=evil.example;proto=https",
}


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("http://app.example/", "--cors http://app.example"),
        ("http://App.example", "--cors http://app.example"),
        ("HTTP://app.example", "--cors http://app.example"),
        ("http://app.example/path?x", "--cors http://app.example"),
        ("http://app.example:80", "--cors http://app.example"),
        ("https://app.example:443", "--cors https://app.example"),
        ("http://app.example:08080", "--cors http://app.example:8080"),
        ("app.example", "https://studio.example"),
        ("//app.example", "https://studio.example"),
        ("http://", "https://studio.example"),
        ("http://*.example", "https://studio.example"),
        ("http://me@app.example", "https://studio.example"),
        ("http://app.example ", "https://studio.example"),
        ("http://bücher.example", "https://studio.example"),
        ("http://app.example:99999", "--cors"),
        ("http://a.example,http://b.example", "once for each"),
        ("", "https://studio.example"),
    ],
)
def test_an_origin_that_can_never_match_is_refused(text: str, fix: str) -> None:
    """The server does not start, and its message says what to write."""
    with pytest.raises(AddressError, match=r"--cors") as refused:
        create_app(Settings(cors=(text,)))

    assert fix in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        *("*", "null", "http://app.example", "https://app.example:8443", "http://localhost:5173"),
        *("http://[::1]:3000", "http://127.0.0.1", "chrome-extension://abc", "tauri://localhost"),
        "https://xn--bcher-kva.example",
    ],
)
def test_what_browsers_send_is_an_origin(text: str) -> None:
    """Pages, files, extensions and applications."""
    assert read_origin(text) == text


@pytest.mark.parametrize("text", ["", "a b", "http://a", "a:80", "a/b", "*.", "a*", "*.*.a", "ü.a"])
def test_what_is_no_host_is_not_allowed(text: str) -> None:
    """The message says how a name is written."""
    with pytest.raises(AddressError, match=r"gateway\.example"):
        Hosts((text,))


@given(st.text(st.characters(max_codepoint=300), max_size=300))
def test_any_text_is_a_host_or_none(text: str) -> None:
    """What is read of it has no sign that could end a URL's host."""
    host = read_authority(text)

    assert host is None or not set(host) & set(" /\\?#@\"'<>\r\n")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("https://films.example", "https://films.example"),
        ("https://films.example/", "https://films.example"),
        ("http://Films.example:8443/a/b/", "http://films.example:8443/a/b"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_a_public_url_has_no_slash_at_its_end(text: str, read: str) -> None:
    """Paths are put behind it."""
    assert read_public_url(text) == read


@pytest.mark.parametrize(
    "text",
    [
        *("", "films.example", "//films.example", "ftp://films.example", "https://", "https:///a"),
        *("https://films.example?a", "https://films.example#a", "https://me@films.example"),
        *("https://films.example:x", "https://films.example:99999", "https://films example"),
        *("https://films.example/v1", "https://films.example/a/v1/", "https://films.example/<"),
        *("https://films.example/\n", "https://[::1", "https://fïlms.example"),
    ],
)
def test_what_is_no_public_url_is_refused(text: str) -> None:
    """The server does not start, and its message gives an example."""
    with pytest.raises(AddressError, match=r"--public-url .*gateway\.example"):
        create_app(Settings(public_url=text))


def test_a_public_url_is_the_address_in_every_answer() -> None:
    """Films, pictures, the contract's servers and redirects lead through the proxy."""
    with fake_gateway(Settings(public_url=PUBLIC)) as fake, fake.client("public") as client:
        job_id = finished(client, fake.clock)["id"]
        listed = client.get("/v1/videos").json()["data"][0]
        unified = client.get("/v1/video/query", params={"id": job_id}).json()
        documents = [client.get(f"{at}/openapi.json").json() for at in ("", "/_mock")]
        text = client.get("/openapi.yaml").text
        moves = [client.get(path) for path in ("/", "/docs", "/_mock/", "/_mock/docs")]
        video = client.get(f"/v1/videos/{job_id}").json()["video_url"]

        assert client.get(video.removeprefix(PUBLIC)).status_code == 200
    assert {listed["video_url"], video} == {unified["video_url"]}
    assert video.startswith(f"{PUBLIC}/media/")
    assert [document["servers"][0]["url"] for document in documents] == [PUBLIC] * 2
    assert f"url: {PUBLIC}" in text
    assert [move.headers["location"] for move in moves] == [
        *[f"{PUBLIC}/docs/"] * 2,
        *[f"{PUBLIC}/_mock/docs/"] * 2,
    ]


@pytest.mark.parametrize("public", [None, PUBLIC])
def test_what_a_proxy_says_of_itself_is_not_believed(public: str | None) -> None:
    """Anybody can send such headers."""
    with fake_gateway(Settings(public_url=public)) as fake, fake.client("forwarded") as client:
        job_id = finished(client, fake.clock)["id"]
        url = client.get(f"/v1/videos/{job_id}", headers=FORWARDED).json()["video_url"]

    assert url.startswith(f"{public or 'http://gateway.test'}/media/")


@pytest.mark.parametrize("host", ["a b", "evil/x?", "me@evil", '"><script>', ""])
def test_an_address_is_never_made_of_what_is_no_host(host: str) -> None:
    """Without a server that has looked at the Host, the address that was connected to is taken."""
    with fake_gateway(Settings()) as fake, fake.client("hosts") as client:
        job_id = finished(client, fake.clock)["id"]
        url = client.get(f"/v1/videos/{job_id}", headers={"Host": host}).json()["video_url"]

    assert httpx.URL(url).host == "gateway.test"


def test_a_server_says_where_it_is_reached() -> None:
    """It listens where it listens, and its pages are where the proxy has them."""
    with bind("127.0.0.1", 0) as listener:
        announced = Announced(token="token", public_url=f"{PUBLIC}/", workbench="?token=once")
        line = announced.lines(listener)
        url = url_of(listener)

    assert f"ready on {url} " in line
    assert f"docs: {PUBLIC}/docs  workbench: {PUBLIC}/?token=once\n" in line
    assert f"control API on {PUBLIC}/_mock " in line
