"""The documentation page, served without other hosts, and the contract."""

from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest

import openapi
from mock_server.settings import Settings
from openapi.contract.document import load_contract
from openapi.documents.located import load, parse
from openapi.documents.writing import dump
from openapi.editions.clients import clients_edition
from tests.mock_server.inprocess import URL, fake_gateway
from tests.mock_server.samples import error_of


class References(HTMLParser):
    """Collects what a browser fetches for a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the addresses of one element."""
        self.found += [value or "" for name, value in attrs if name in ("src", "href")]


@pytest.fixture
def page(keyless: httpx.Client) -> httpx.Response:
    """The page that a browser gets at the root."""
    return keyless.get("/", follow_redirects=True)


def test_the_root_leads_to_the_page(page: httpx.Response) -> None:
    """A browser needs no key and ends on Swagger UI."""
    assert (page.status_code, page.url.path) == (200, "/docs/")
    assert page.headers["content-type"].startswith("text/html")
    assert "SwaggerUIBundle" in page.text


def test_the_printed_address_leads_there_too(keyless: httpx.Client) -> None:
    """Without its last slash the page's address redirects."""
    answer = keyless.get("/docs", follow_redirects=True)

    assert (answer.status_code, answer.url.path) == (200, "/docs/")


def test_everything_on_the_page_is_served_here(keyless: httpx.Client, page: httpx.Response) -> None:
    """Each script, style and picture is found below the page, none on another host."""
    parser = References()
    parser.feed(page.text)
    answers = [keyless.get(page.url.join(found)) for found in parser.found]

    assert len(answers) >= 4
    assert [str(answer.url) for answer in answers if answer.status_code != 200] == []
    assert {f"{answer.url.scheme}://{answer.url.host}" for answer in answers} == {URL}
    assert min(len(answer.content) for answer in answers) > 100


def test_the_page_names_no_other_host(page: httpx.Response) -> None:
    """The page's own scripts mention no other host."""
    assert "https://" not in page.text
    assert 'src="//' not in page.text
    assert "./contract.json" in page.text


def test_the_pages_own_settings_are_served(keyless: httpx.Client) -> None:
    """A key typed into the page stays there when it is loaded again."""
    assert keyless.get("/docs/swagger-ui-config.json").json()["persistAuthorization"] is True


def test_the_contract_is_served_as_json(keyless: httpx.Client) -> None:
    """The contract is served unchanged, with references and sources."""
    answer = keyless.get("/openapi.json")

    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == load(openapi.CONTRACT).data


def test_the_contract_is_served_as_yaml(keyless: httpx.Client) -> None:
    """The file is served byte for byte."""
    answer = keyless.get("/openapi.yaml")

    assert answer.headers["content-type"] == "application/yaml"
    assert answer.content == openapi.CONTRACT.read_bytes()


@pytest.mark.parametrize("ending", ["json", "yaml"])
def test_the_clients_edition_is_served_beside_it(keyless: httpx.Client, ending: str) -> None:
    """Both forms are derived from the contract, with the address that the caller used."""
    answer = keyless.get(f"/openapi-clients.{ending}")

    assert answer.headers["content-type"] == f"application/{ending}"
    assert parse(answer.text, "served").data == clients_edition(
        load_contract(openapi.CONTRACT), server=URL
    )


@pytest.mark.parametrize("ending", ["json", "yaml"])
def test_each_caller_finds_their_own_address_in_the_clients_edition(
    keyless: httpx.Client, ending: str
) -> None:
    """The edition is derived once, and names the address of each request."""
    found = [
        parse(keyless.get(f"{address}/openapi-clients.{ending}").text, "served").data["servers"]
        for address in ("http://localhost:8001", "http://localhost:8002")
    ]

    assert [servers[0]["url"] for servers in found] == [
        "http://localhost:8001",
        "http://localhost:8002",
    ]


@pytest.mark.parametrize("place", ["first", "last", "nowhere"])
def test_the_clients_edition_does_not_depend_on_where_servers_stand(
    tmp_path: Path, place: str
) -> None:
    """YAML and JSON are the same document, wherever a contract lists its servers, if it does."""
    contract = load_contract(openapi.CONTRACT)
    servers = {"servers": contract.pop("servers")}
    documents = {
        "first": {**servers, **contract},
        "last": {**contract, **servers},
        "nowhere": contract,
    }
    path = tmp_path / "contract.yaml"
    path.write_text(dump(documents[place]), encoding="utf-8")
    with fake_gateway(Settings(contract=path)) as fake, fake.client(None) as client:
        as_json, as_yaml = (client.get(f"/openapi-clients.{each}") for each in ("json", "yaml"))

    assert as_yaml.status_code == 200
    assert parse(as_yaml.text, "served").data == as_json.json()


def test_another_contract_is_served_as_it_is(tmp_path: Path) -> None:
    """Both forms are of the contract that the server was started with."""
    path = tmp_path / "sister.yaml"
    text = openapi.CONTRACT.read_text(encoding="utf-8")
    path.write_text(text.replace("title: Video gateway", "title: A sister"), encoding="utf-8")
    with fake_gateway(Settings(contract=path)) as fake, fake.client(None) as client:
        as_json, as_yaml = client.get("/openapi.json"), client.get("/openapi.yaml")

    assert as_json.json()["info"]["title"] == "A sister"
    assert parse(as_yaml.text, "served").data == as_json.json()


@pytest.mark.parametrize(
    "path",
    ["/", "/docs", "/docs/", "/openapi.json", "/openapi.yaml", "/openapi-clients.json"],
)
def test_pages_are_for_reading(keyless: httpx.Client, path: str) -> None:
    """HEAD works like GET; other methods are 405 in the API's envelope."""
    answer = keyless.post(path)

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")
    assert error_of(answer)["code"] == "method_not_allowed"
    assert keyless.head(path).status_code == keyless.get(path).status_code


@pytest.mark.parametrize(
    "path", ["/docs/nothing.js", "/docs/%2e%2e/%2e%2e/settings.py", "/docs//etc/passwd"]
)
def test_there_is_nothing_else_below_the_page(keyless: httpx.Client, path: str) -> None:
    """A file that is not part of the page is 404."""
    answer = keyless.get(path)

    assert (answer.status_code, error_of(answer)["code"]) == (404, "unknown_url")


BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.mark.parametrize(
    ("path", "docs"), [("/", "/docs/"), ("/_mock", "/_mock/docs/"), ("/_mock/", "/_mock/docs/")]
)
def test_the_root_lists_what_is_served(keyless: httpx.Client, path: str, docs: str) -> None:
    """Browsers are redirected to the page; programs get the page, contract and operations.

    At the root itself browsers get the workbench, if there is one.
    """
    with fake_gateway(Settings(workbench=False)) as plain, plain.client(None) as client:
        led = client.get(path, headers=BROWSER)
    listed = keyless.get(path, headers={"accept": "application/json"})
    unasked = keyless.get(path).json()
    content = listed.json()

    assert (led.status_code, led.headers["location"]) == (307, docs)
    assert (listed.status_code, content["documentation"]) == (200, docs)
    assert unasked == content
    assert keyless.get(content["openapi"]).json()["info"]["title"] == content["title"]
    assert all(
        name.split()[1].startswith(("/v1", "/_mock/", "/sora/")) for name in content["operations"]
    )
    assert len(content["operations"]) > 10
    assert keyless.post(path).status_code == 405
