"""What clients send is shown as text, and nothing needs an exception of the policy."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
import yaml

from mock_server.running import running_gateway
from mock_server.settings import Settings
from mock_server.workbench.place import TABS
from tests.mock_server.workbench.conftest import ADMIN, HTML, Browser
from tests.mock_server.workbench.samples import (
    JOB,
    KINDS,
    Shown,
    behaviour,
    bill,
    delivery,
    endpoint,
    failed,
    fault,
    html_of,
    job,
    jobs_of,
    of_job,
    request,
    requests_of,
    state,
)

HOSTILE = "\"><script>alert(1)</script><img src=x onerror=alert(2)>\u202e'{{ 7 * 7 }}"


HOSTILE_PARTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("jobs", jobs_of(job(prompt=HOSTILE, model=HOSTILE, scenario=HOSTILE, size=HOSTILE))),
    ("job", of_job(failed(prompt=HOSTILE, error=HOSTILE, parent=HOSTILE), request=None)),
    (
        "job",
        of_job(
            job(),
            request=request(
                path=HOSTILE,
                user_agent=HOSTILE,
                fields={HOSTILE: HOSTILE},
                files={HOSTILE: {"filename": HOSTILE, "content_type": HOSTILE, "length": 1}},
            ),
        ),
    ),
    ("polls", {"job": job(), "count": 1, "requests": [request(path=HOSTILE, operation=None)]}),
    ("requests", requests_of(request(path=HOSTILE, query=HOSTILE, reason=HOSTILE, method=HOSTILE))),
    (
        "request",
        {
            "request": request(
                path=HOSTILE,
                query=HOSTILE,
                reason=HOSTILE,
                request_id=HOSTILE,
                user_agent=HOSTILE,
                fields={HOSTILE: [HOSTILE], "model": HOSTILE},
                files={HOSTILE: {"filename": HOSTILE, "content_type": HOSTILE, "length": 1}},
            )
        },
    ),
    ("behaviour", behaviour(scenarios={HOSTILE: HOSTILE}, dialects={HOSTILE: HOSTILE})),
    ("faults", {"faults": [fault(settings={"message": HOSTILE}, match={"prompt": HOSTILE})]}),
    (
        "webhooks",
        {
            "endpoints": [endpoint(name=HOSTILE, url=HOSTILE, disabled=HOSTILE)],
            "deliveries": [delivery(reason=HOSTILE, job=HOSTILE)],
            "count": 1,
        },
    ),
    ("bill", bill(entries=[{**bill()["entries"][0], "model": HOSTILE, "job": HOSTILE}])),
    ("status", state(scenario={HOSTILE: 1})),
    (
        "keys",
        {
            "keys": [{"tenant": HOSTILE, "key_end": HOSTILE}, {"tenant": "x", "key_end": HOSTILE}],
            "count": 2,
            "reload_error": HOSTILE,
        },
    ),
)


@pytest.mark.parametrize(("name", "data"), HOSTILE_PARTS)
def test_what_clients_send_is_shown_as_text(name: str, data: dict[str, Any]) -> None:
    """A prompt, a name of a file, a header or a key makes no element and no handler."""
    shown = Shown(html_of(name, data, job=HOSTILE, request="7", text=HOSTILE, tab="requests"))

    assert "script" not in shown.tags
    assert [each for each in shown.attributes if each[1].startswith("on")] == []
    assert [value for value in shown.values("src") if not value.startswith("media/")] == []
    assert "49" not in shown.text.replace("49 %", "").replace("$0.49", "") or "{{ 7 * 7 }}" in (
        shown.text + "".join(shown.values("title"))
    )


@pytest.mark.parametrize(("name", "data"), [*HOSTILE_PARTS, ("kinds", KINDS)])
def test_nothing_needs_an_exception_of_the_policy(name: str, data: dict[str, Any]) -> None:
    """No style and no handler stands in the HTML, so that the policy can forbid both."""
    shown = Shown(html_of(name, data, job=JOB))

    assert {"style", "script"} & set(shown.tags) == set()
    assert shown.values("style") == []


MARK = "<b id=x>&\"'"
# Of a key the last characters are shown.
KEY = f"sk-0123456789-0123456789{MARK[-6:]}"
FORM = {"prompt": (None, HOSTILE), "model": (None, MARK), "size": (None, MARK)}
FILE = (f"{MARK}.png", b"no picture", f"image/{MARK}")
PLACES = (*({"tab": tab} for tab in TABS), {"job": "1"}, {"tab": "requests", "request": "3"})


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A server to which a client has sent markup wherever a client can."""
    file = tmp_path_factory.mktemp("hostile") / "mine.yaml"
    steps = [{"stage": "queued", "seconds": 9}]
    file.write_text(yaml.safe_dump({"mine": {"summary": MARK, "steps": steps}}))
    settings = Settings(admin_token=ADMIN, scenarios=(Path(file),), scenario="mine")
    with (
        running_gateway(settings) as first,
        httpx.Client(base_url=first.url, timeout=60, trust_env=False) as http,
    ):
        browser = Browser(http, first.with_key(KEY))
        send_everything(browser)
        http.get("/", params={"token": ADMIN}, headers=HTML)
        yield browser


def send_everything(browser: Browser) -> None:
    """A job and its remix, refused requests, a webhook and a fault, all with markup in them."""
    headers = {"Authorization": f"Bearer {KEY}", "User-Agent": MARK, "Idempotency-Key": MARK}
    with httpx.Client(base_url=browser.gateway.url, headers=headers, timeout=60) as client:
        client.post("/v1/videos", json={"model": "sora-2", "prompt": HOSTILE, "seconds": "4"})
        client.get("/v1/videos/<script>", params={"after": MARK})
        client.post("/v1/videos", files={**FORM, "input_reference": FILE})
        client.post("/v1/videos", json={"model": "sora-2", "prompt": "x", "seconds": MARK})
    gateway = browser.gateway
    gateway.webhooks.create("http://127.0.0.1:9/<script>?x='", name=MARK)
    gateway.fault("status", status=503, message=MARK, prompt="<b id=x>", operation="createVideo")


@pytest.mark.parametrize("where", PLACES)
def test_no_tab_has_markup_of_a_client(hostile: Browser, where: dict[str, str]) -> None:
    """Of a key, prompt, model, name or type of a file, header, path, query, URL and reason."""
    (job,) = hostile.gateway.jobs
    page = hostile.page(**{**where, **({"job": job.id} if "job" in where else {})})
    shown = Shown(page.text)

    assert page.status_code == 200
    assert shown.tags.count("script") == 1
    assert {"b", "img"} & {tag for tag, name, value in shown.attributes if value == "x"} == set()
    assert [each for each in shown.attributes if each[1].startswith("on")] == []
    assert "not here any more" not in shown.text.lower()


def test_a_refused_request_quotes_what_was_sent(hostile: Browser) -> None:
    """The reason, the fields, the file, the headers and the copies have it as text."""
    refused, wrong = (Shown(hostile.page(tab="requests", request=n).text).text for n in (3, 4))

    assert f'"model": {orjson.dumps(MARK).decode()}' in refused
    assert f"{MARK}.png" in refused
    assert f"idempotency-key {MARK}" in refused
    assert wrong.count(MARK) > 2
    assert "Invalid value for 'seconds'" in wrong
