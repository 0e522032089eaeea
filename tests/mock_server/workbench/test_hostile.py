"""What clients send is shown as text, and nothing needs an exception of the policy."""

from typing import Any

import pytest

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
