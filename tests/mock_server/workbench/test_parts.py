"""The other tabs, made of what the control API answers."""

import re
from typing import Any

import pytest

from mock_server.faults import FAULTS
from mock_server.faults.parse import settings_schema
from mock_server.workbench.parts import PARTS, parts_of
from mock_server.workbench.place import TABS, Place
from tests.mock_server.workbench.samples import (
    FROZEN,
    JOB,
    KINDS,
    NOW,
    Shown,
    behaviour,
    bill,
    buttons,
    clock,
    completed,
    delivery,
    endpoint,
    fault,
    html_at,
    html_of,
    job,
    place,
    request,
    requests_of,
    state,
)


def test_requests_are_listed_with_the_newest_first() -> None:
    """Status, operation, job, faults, retry and duration are in the row."""
    html = html_of(
        "requests", requests_of(request(number=1), request(number=2, faults=["latency"], retry=3))
    )
    text = Shown(html).text

    assert html.index("request-2") < html.index("request-1")
    assert all(part in text for part in ("createVideo", JOB, "latency", "1.5 ms", "200"))


def test_a_refused_request_says_why() -> None:
    """With the page and the line that demand it."""
    why = "'seconds' must be 4, 8 or 12. videos.md:31 says enum."
    refused = request(status=400, code="invalid_value", reason=why, job=None)

    assert why in Shown(html_of("requests", requests_of(refused))).text
    assert why in Shown(html_of("request", {"request": refused}, request="7")).text


def test_filters_stay_while_somebody_looks_at_one_request() -> None:
    """Links of the rows keep them, and the page can go back to all."""
    html = html_of("requests", requests_of(request()), tab="requests", status_class="4", text="cat")

    assert "status_class=4" in html
    assert "text=cat" in html
    assert ">All<" in html


def test_a_filter_that_is_refused_says_why() -> None:
    """The control API's own words are shown."""
    data = {"count": 0, "requests": [], "problem": "No operation 'x'; known: createVideo."}

    assert "No operation &#39;x&#39;" in html_of("requests", data)


def test_a_request_can_be_copied() -> None:
    """As a command, as a script, and as a line of a test."""
    copies = Shown(html_of("request", {"request": request()}, request="7"))

    assert len(copies.values("data-copy")) == 3
    assert "curl -X POST http://127.0.0.1:8080/v1/videos" in copies.text
    assert "video_gateway.verify(operation='createVideo'" in copies.text


def test_a_request_that_is_gone_says_so() -> None:
    """The journal drops the oldest."""
    assert "does not have this request" in html_of("request", {"request": None}, request="1")


CLOCKS = (
    (clock(), {"freeze", "advance", "next-event", "run", "step"}, "as it does everywhere"),
    (clock(speed=60.0), {"freeze", "advance", "next-event", "run", "step"}, "60 s pass"),
    (FROZEN, {"advance", "next-event", "run", "step"}, "until it is moved"),
    (clock(mode="stepping", speed=0.0, step_s=30.0), {"freeze"}, "adds 30 s"),
)


@pytest.mark.parametrize(("it", "can", "says"), CLOCKS)
def test_a_clock_says_how_it_runs(it: dict[str, Any], can: set[str], says: str) -> None:
    """And offers what changes that."""
    html = html_of("clock", {"clock": it, "jobs": [], "deliveries": []})

    assert can <= buttons(html)
    assert ("freeze" in buttons(html)) is (it["mode"] != "frozen")
    assert says in Shown(html).text


def test_what_is_to_come_is_in_order() -> None:
    """Changes of jobs, expiries and webhooks; what has passed is left out."""
    data = {
        "clock": clock(),
        "jobs": [completed(), job()],
        "deliveries": [delivery(due_ms=NOW + 1)],
    }
    text = Shown(html_of("clock", data)).text

    assert re.findall(
        r"webhook video.completed|is completed|loses its content|is running", text
    ) == [
        "webhook video.completed",
        "is completed",
        "loses its content",
    ]


def test_scenarios_show_their_weights_and_their_jobs() -> None:
    """Those that are drawn have a weight, and each says how many jobs followed it."""
    mixed = state(scenario={"happy": 8, "slow": 0.5})
    html = html_of("behaviour", behaviour(state=mixed))

    assert 'aria-label="Weight of happy" inputmode="decimal" size="4" value="8"' in html
    assert 'aria-label="Weight of slow" inputmode="decimal" size="4" value="0.5"' in html
    assert '<td class="figure">4</td>' in html


def test_dialect_and_mode_are_chosen_from_a_list() -> None:
    """The present ones are selected."""
    html = html_of("behaviour", behaviour(state=state(dialect="openai", requests_mode="lenient")))

    assert re.search(r'value="openai"[^>]* selected', html)
    assert "<option selected>lenient" in html


def test_faults_say_how_often_they_were_used() -> None:
    """Seen and fired, with the settings and a button that ends one."""
    html = html_of("faults", {"faults": [fault()]})
    text = Shown(html).text

    assert "status=503 operation=retrieveVideo first=2 5 2" in text
    assert {"end-fault", "clear-faults"} == buttons(html)


def test_without_faults_there_is_nothing_to_end() -> None:
    """The page says that requests succeed."""
    assert buttons(html_of("faults", {"faults": []})) == set()


@pytest.mark.parametrize("kind", FAULTS)
def test_every_fault_has_a_form_of_its_own_settings(kind: str) -> None:
    """A new fault needs no change of the page."""
    html = html_of("kinds", KINDS)
    form = html.split(f'id="fault-{kind}"')[1].split("</details>")[0]
    names = set(Shown(form).values("name"))

    assert names == {"kind", *settings_schema(kind)["properties"]}


def test_a_form_holds_the_limits_of_a_setting() -> None:
    """The browser says what is out of range before anything is sent."""
    form = html_of("kinds", KINDS).split('id="fault-latency"')[1].split("</details>")[0]

    assert re.search(
        r'name="ms" type="number" placeholder="1000"\s*step="any" min="0" max="3600000"', form
    )
    assert re.search(r'name="distribution"[^>]*><option value="">fixed</option>', form)


def test_webhooks_say_what_became_of_them() -> None:
    """Endpoints, states, attempts and the last answer."""
    attempt = {"at_ms": NOW, "took_ms": 2, "status": None, "error": "no connection"}
    data = {
        "endpoints": [endpoint(), endpoint(id="we_2", disabled="it is gone")],
        "deliveries": [delivery(attempts=[attempt]), delivery(endpoint="we_9", state="failed")],
        "count": 2,
    }
    html = html_of("webhooks", data)
    text = Shown(html).text

    assert all(part in text for part in ("it is gone", "no connection", "was deleted", "failed"))
    assert {"add-endpoint", "delete-endpoint", "deliver", "redeliver"} == buttons(html)


def test_without_webhooks_the_page_says_so() -> None:
    """And offers to add an endpoint."""
    html = html_of("webhooks", {"endpoints": [], "deliveries": [], "count": 0})

    assert "nobody is informed" in html
    assert "add-endpoint" in buttons(html)


def test_a_bill_shows_what_was_paid_twice() -> None:
    """Sums, duplicates with the job that came first, and the entries."""
    html = html_of("bill", bill())
    text = Shown(html).text

    assert all(part in text for part in ("$0.80", "paid twice 1", "2 s after", "again", "charged"))
    assert html.index("video_2") < html.index("video_1")


def test_a_removed_job_in_a_bill_is_no_link() -> None:
    """Its entry says so; there is nothing left to look at."""
    there, removed = (bill()["entries"][0] | {"removed_ms": each} for each in (None, 7))
    shown = [html_of("bill", bill(duplicates=[], entries=[each])) for each in (there, removed)]

    assert ["removed" in each for each in shown] == [False, True]
    assert ["<a " in each for each in shown] == [True, False]


def test_a_budget_is_shown_where_there_is_one() -> None:
    """Beside the sums that it limits."""
    assert "budget $5.00" in Shown(html_of("bill", bill(budget="5.00"))).text
    assert "budget" not in html_of("bill", bill())


def test_a_bill_of_nothing_is_short() -> None:
    """No table without entries."""
    empty = bill(duplicates=[], entries=[], jobs=0)

    assert "Nothing to pay yet" in html_of("bill", empty)


def test_the_head_says_what_is_set() -> None:
    """The clock, the mix of scenarios and how many faults there are."""
    it = state(scenario={"happy": 8, "slow": 1}, faults=[fault()], clock=clock(speed=60.0))
    text = Shown(html_of("status", it)).text

    assert "00:00:00 running × 60 happy 8, slow 1 · 1 fault" in text


def test_keys_are_shown_by_their_ends() -> None:
    """Never a key; one whose end nobody knows by the name of its tenant."""
    keys = [
        {"tenant": "aaaaaaaaaaaa", "key_end": "…1234"},
        {"tenant": "bbbbbbbbbbbb", "key_end": ""},
    ]
    html = html_of("keys", {"keys": keys, "count": 2, "reload_error": None})

    assert "…1234 bbbbbbbb " in Shown(html).text


def test_a_file_that_is_not_used_is_reported() -> None:
    """The reason is there to be read."""
    html = html_of("keys", {"keys": [], "count": 0, "reload_error": "x.yaml: line 3"})

    assert Shown(html).text == "A changed file is not used x.yaml: line 3"


def test_snippets_have_this_address() -> None:
    """They can be pasted as they stand."""
    text = Shown(html_of("connect", {})).text

    assert text.count("http://127.0.0.1:8080/v1") == 4
    assert "from openai import OpenAI" in text


def test_the_first_page_says_how_to_make_a_job() -> None:
    """In three lines, with the snippet for this address."""
    html = html_at("connect", {}, Place({}, "", "http://127.0.0.1:8080"))

    assert "Make the first job" in html
    assert html.count("<li>") == 3
    assert parts_of(Place({})) == ("connect",)


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_has_parts(tab: str) -> None:
    """A name of a tab leads to something that can be rendered."""
    assert set(parts_of(place(tab=tab))) <= set(PARTS)


def test_a_place_keeps_what_it_is_asked_to() -> None:
    """Links keep the key and the tab; values are encoded."""
    it = place(tab="requests", text="a&b", job="x")

    assert it.link("text", job=None) == "?tab=requests&key=tenant&text=a%26b"
    assert it.link(tab="jobs") == "?tab=jobs&key=tenant"


@pytest.mark.parametrize("text", ["", "x", "-1", "1" * 12, "٣"])
def test_a_place_reads_numbers_with_care(text: str) -> None:
    """What is no small number counts as none."""
    assert place(request=text).number("request") is None
