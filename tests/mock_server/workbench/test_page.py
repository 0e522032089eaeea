"""The page as a whole: what it shows of a running server, and what its buttons do."""

import re

import httpx
import pytest

from mock_server.app import build_server
from mock_server.running import serving
from mock_server.settings import Settings
from mock_server.workbench.actions import ACTIONS
from mock_server.workbench.parts import PARTS
from mock_server.workbench.place import TABS
from openapi.documents.look import LOOK
from tests.mock_server.workbench.conftest import ADMIN, HTML, START_MS, Browser, create
from tests.mock_server.workbench.samples import Shown
from video_gateway_mock.handle import Gateway


def test_the_first_page_is_for_a_server_that_nobody_has_used() -> None:
    """It says how to make the first job, at the address that it was opened with."""
    with serving(build_server(Settings(admin_token=ADMIN))) as url, httpx.Client() as client:
        client.get(f"{url}/?token={ADMIN}", headers=HTML)
        text = Shown(client.get(f"{url}/", headers=HTML).text).text

    assert "Make the first job" in text
    assert f"curl {url}/v1/videos" in text


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_is_shown(browser: Browser, client: httpx.Client, tab: str) -> None:
    """With its parts and their states, so that changes since then are noticed."""
    create(client)
    shown = Shown(browser.page(tab=tab).text)

    assert shown.values("aria-current") == ["page"]
    assert len(shown.values("data-state")) == len(shown.values("data-part")) > 2
    assert all(shown.values("data-state"))


def test_an_unknown_tab_is_the_first_one(browser: Browser, client: httpx.Client) -> None:
    """An old address leads somewhere."""
    create(client)

    assert "Jobs" in Shown(browser.page(tab="nothing").text).text


def test_a_job_is_shown_with_everything_about_it(browser: Browser, client: httpx.Client) -> None:
    """The request, the polls and the list."""
    job = create(client, prompt="A dog")
    client.get(f"/v1/videos/{job}", headers={"User-Agent": "a-client/1"})
    text = Shown(browser.page(job=job).text).text

    assert "A dog" in text
    assert '"seconds": "4"' in text
    assert "retrieveVideo queued" in text


def test_a_request_that_was_refused_shows_page_and_line(
    browser: Browser, client: httpx.Client
) -> None:
    """The reason is what the client got."""
    answer = client.post("/v1/videos", json={"model": "sora-2", "prompt": "x", "seconds": "5"})
    text = Shown(browser.page(tab="requests", request=1).text).text

    assert answer.json()["error"]["message"] in text
    assert re.search(r"[a-z-]+\.(md|yaml):\d+", text)


def test_a_job_that_is_gone_says_so(browser: Browser, client: httpx.Client) -> None:
    """The part explains itself, and the list is still there."""
    create(client)
    text = Shown(browser.page(job="video_nobody").text).text

    assert "No video with id 'video_nobody'" in text
    assert "still run" in text


def test_looking_leaves_no_trace(browser: Browser, client: httpx.Client, gateway: Gateway) -> None:
    """The page and its pictures are no requests of a client."""
    job = gateway.end_job(create(client))
    browser.page(job=job.id)
    media = job.thumbnail_url or ""
    seen = browser.http.get(media, headers={"Sec-Fetch-Site": "same-origin"})
    asked = browser.http.get(media)

    assert (seen.status_code, asked.status_code) == (200, 200)
    assert [each.operation for each in gateway.requests] == ["createVideo", "media"]


DONE = (("end", "completed"), ("fail", "failed"), ("cancel", "failed"))


@pytest.mark.parametrize(("action", "status"), DONE)
def test_a_button_ends_a_job(
    browser: Browser, client: httpx.Client, action: str, status: str
) -> None:
    """The answer says what happened."""
    job = create(client)
    answer = browser.act(action, job=job)

    assert answer.status_code == 200
    assert "The job is" in answer.json()["message"]
    assert browser.gateway.job(job).status == status


def test_a_film_expires_and_is_remixed(browser: Browser, client: httpx.Client) -> None:
    """The remix is shown next."""
    job = create(client)
    browser.act("end", job=job)
    remix = browser.act("remix", job=job, prompt="At night").json()
    browser.act("expire", job=job)

    assert "job=video_" in remix["go"]
    assert [each.prompt for each in browser.gateway.jobs] == ["A cat", "At night"]
    assert browser.gateway.job(job).video_url is None


def test_a_deleted_job_leads_back_to_the_list(browser: Browser, client: httpx.Client) -> None:
    """There is nothing to be seen any more."""
    answer = browser.act("delete", job=create(client))

    assert "job=" not in answer.json()["go"]
    assert browser.gateway.jobs == []


def test_time_is_moved(browser: Browser, client: httpx.Client) -> None:
    """Frozen, running, stepping, by a span, and to what happens next."""
    create(client)
    clock = browser.gateway.clock
    browser.act("advance", seconds="3600")
    assert clock.now() == START_MS + 3_600_000
    browser.act("run", speed="60")
    browser.act("step", step_s="5")
    browser.act("freeze")
    job = create(client)
    before = clock.now()
    browser.act("next-event")
    assert clock.now() == before + 10_000
    assert browser.gateway.job(job).status == "running"


def test_nothing_is_to_come(browser: Browser, client: httpx.Client) -> None:
    """The clock stays where it is."""
    client.get("/v1/models")

    assert browser.act("next-event").json()["message"] == "Nothing is to come."


def test_a_fault_is_set_by_a_form(browser: Browser, client: httpx.Client) -> None:
    """Numbers are numbers, empty fields are left out, and it can be ended."""
    client.get("/v1/models")
    answer = browser.act(
        "fault", kind="status", status="503", operation="listModels", first="1", code=""
    )
    (fault,) = browser.gateway.faults

    assert answer.json()["message"] == "The fault status is set."
    assert [client.get("/v1/models").status_code for _ in range(2)] == [503, 200]
    assert (fault.seen, fault.fired) == (1, 1)
    browser.act("end-fault", fault=fault.id)
    assert browser.gateway.faults == []


def test_scenarios_are_chosen_and_weighed(browser: Browser, client: httpx.Client) -> None:
    """One alone, or several by weight."""
    client.get("/v1/models")
    browser.act("mix", only="instant", happy="3")
    job = create(client)
    assert browser.gateway.job(job).status == "completed"
    browser.act("mix", happy="8", slow="0.5")

    assert "happy 8, slow 0.5" in Shown(browser.page().text).text


def test_dialect_and_mode_are_set(browser: Browser, client: httpx.Client) -> None:
    """From the next request on."""
    client.get("/v1/models")
    browser.act("dialect", dialect="openai")
    browser.act("requests-mode", requests_mode="lenient")
    text = browser.part("behaviour").text

    assert 'value="openai"' in text
    assert "<option selected>lenient" in text


def test_webhooks_are_added_and_sent(browser: Browser, client: httpx.Client) -> None:
    """The secret is shown once; what was sent can be sent again."""
    client.get("/v1/models")
    added = browser.act("add-endpoint", url="http://127.0.0.1:9/hooks").json()["message"]
    browser.act("end", job=create(client))
    browser.act("deliver")
    (delivery,) = browser.gateway.webhooks.deliveries()
    again = browser.act("redeliver", delivery=delivery.id).json()["message"]

    assert "whsec_" in added
    assert "whsec_" not in browser.page(tab="webhooks").text
    assert again.startswith("Sent again")
    browser.act("delete-endpoint", endpoint=delivery.endpoint)
    assert browser.gateway.webhooks.endpoints == []


def test_the_journal_is_emptied(browser: Browser, client: httpx.Client) -> None:
    """Numbers start anew."""
    create(client)
    browser.act("clear-journal")

    assert browser.gateway.requests == []


REFUSED: tuple[tuple[str, dict[str, str], str], ...] = (
    ("end", {"job": "video_nobody"}, "No video"),
    ("run", {"speed": "fast"}, "speed"),
    ("advance", {}, "seconds"),
    ("fault", {"kind": "nope"}, "nope"),
    ("fault", {"kind": "latency", "ms": "-1"}, "ms"),
    ("mix", {"happy": "many"}, "happy"),
    ("add-endpoint", {"url": "ftp://x"}, "ftp"),
    ("dialect", {"dialect": "nope"}, "nope"),
)


@pytest.mark.parametrize(("action", "form", "why"), REFUSED)
def test_what_is_refused_says_why(
    browser: Browser, client: httpx.Client, *, action: str, form: dict[str, str], why: str
) -> None:
    """In the words of the control API, to the script and to a browser without one."""
    client.get("/v1/models")
    answers = [browser.send(action, form, script=script) for script in (True, False)]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert why in answers[0].json()["problem"]
    assert why in answers[1].text


def test_buttons_work_without_a_script(browser: Browser, client: httpx.Client) -> None:
    """The browser is sent back to where it was."""
    answer = browser.act("end", script=False, job=create(client))

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("../../../?tab=jobs")


@pytest.mark.parametrize("action", ACTIONS)
def test_a_form_that_lacks_everything_breaks_nothing(
    browser: Browser, client: httpx.Client, action: str
) -> None:
    """It is refused, or does what needs no field."""
    client.get("/v1/models")

    assert browser.act(action).status_code in (200, 409)


def test_the_style_begins_with_what_all_pages_share(browser: Browser) -> None:
    """The reports of contract runs have it, too."""
    style = browser.http.get("/_mock/workbench/static/workbench.css")

    assert style.headers["content-type"].startswith("text/css")
    assert style.text.startswith(LOOK.read_text(encoding="utf-8"))
    assert "--row" in style.text


@pytest.mark.parametrize("path", ["part/nothing", "act/nothing", "static/../page.html", "x"])
def test_there_is_nothing_else(browser: Browser, path: str) -> None:
    """Files of the package are not served."""
    url = f"/_mock/workbench/{path}"
    origin = {"Origin": str(browser.http.base_url).rstrip("/")}
    sent = browser.http.post(url, headers=origin) if path.startswith("act") else None

    assert (sent or browser.http.get(url)).status_code == 404


def test_a_form_that_is_too_long_counts_as_empty(browser: Browser, client: httpx.Client) -> None:
    """It is read no further."""
    create(client)
    answer = browser.act("remix", job="video_1", prompt="x" * 300_000)

    assert answer.status_code == 409


def test_two_keys_are_two_pages(browser: Browser, client: httpx.Client, page_url: str) -> None:
    """A list leads from one to the other."""
    create(client, prompt="Mine alone")
    with httpx.Client(base_url=page_url, headers={"Authorization": "Bearer other-key"}) as other:
        create(other, prompt="Of somebody else")
    text = Shown(browser.page().text).text

    assert "Mine alone" in text
    assert "Of somebody else" not in text
    assert "…ey" in text


def test_a_button_of_a_key_that_is_gone_acts_on_no_other(
    browser: Browser, client: httpx.Client, page_url: str
) -> None:
    """The key was forgotten, and others are still there."""
    create(client)
    browser.gateway.forget()
    with httpx.Client(base_url=page_url, headers={"Authorization": "Bearer a-key"}) as other:
        job = create(other)
    answer = browser.act("delete", job=job)

    assert answer.status_code == 409
    assert [each.id for each in browser.gateway.with_key("a-key").jobs][-1:] == [job]


def test_every_part_can_be_fetched(browser: Browser, client: httpx.Client) -> None:
    """With its state, by which the script knows what it shows."""
    job = create(client)
    for name in PARTS:
        answer = browser.part(name, job=job, request=1)

        assert answer.status_code == 200, name
        assert len(answer.headers["x-part-state"]) == 16
