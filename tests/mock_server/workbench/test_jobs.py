"""The tab with jobs, made of what the control API answers."""

import re
from typing import Any

import pytest

from tests.mock_server.workbench.samples import (
    FROZEN,
    JOB,
    MINUTE,
    NOW,
    Shown,
    buttons,
    clock,
    completed,
    failed,
    html_of,
    job,
    jobs_of,
    of_job,
    phase,
    request,
)


def test_a_running_job_is_a_bar_that_moves() -> None:
    """It is filled as far as its clock has gone, and is full when the job ends."""
    html = html_of("jobs", jobs_of(job()))

    assert 'class="filled" width="66.67%"' in html
    assert '<animate attributeName="width" from="66.67%" to="100.0%" dur="60.0s"' in html
    assert [f'class="plan {name}"' in html for name in ("queued", "running")] == [True, True]
    assert f'data-ends="{NOW + MINUTE}"' in html


@pytest.mark.parametrize(("speed", "duration"), [(60.0, "1.0s"), (0.5, "120.0s")])
def test_a_bar_moves_as_fast_as_its_clock(speed: float, duration: str) -> None:
    """A minute of a clock that runs sixty times as fast is a second."""
    assert f'dur="{duration}"' in html_of("jobs", jobs_of(job(), clock=clock(speed=speed)))


def test_a_bar_stands_still_while_time_does() -> None:
    """Nothing moves when the clock is frozen."""
    html = html_of("jobs", jobs_of(job(), clock=FROZEN))

    assert "<animate" not in html
    assert "data-ends" not in html
    assert "1 min 00 s" in Shown(html).text


@pytest.mark.parametrize(("it", "status"), [(completed(), "completed"), (failed(), "failed")])
def test_an_ended_job_has_a_full_bar_of_its_colour(it: dict[str, Any], status: str) -> None:
    """Its outcome is seen at a glance."""
    html = html_of("jobs", jobs_of(it))

    assert f'class="timeline {status}"' in html
    assert 'class="filled" width="100.0%"' in html
    assert "<animate" not in html


def test_a_job_that_never_ends_has_an_open_bar() -> None:
    """The last phase has no end, and the bar is not filled to it."""
    stuck = job(ends_ms=None, ends_in_ms=None, phases=[phase("queued", -2 * MINUTE, None)])
    html = html_of("jobs", jobs_of(stuck))

    assert "endless" in html
    assert "never ends" in Shown(html).text
    assert 'width="100.0%" height="100%"/>' in html


def test_a_bar_says_in_words_what_it_shows() -> None:
    """For people who do not see it."""
    assert Shown(html_of("jobs", jobs_of(job()))).values("aria-label")[1] == "running, 49 %"


def test_a_word_of_a_phase_replaces_the_status() -> None:
    """What clients see is what the list shows."""
    odd = job(phases=[phase("running", -MINUTE, MINUTE, word="unknown")])

    assert "unknown" in Shown(html_of("jobs", jobs_of(odd))).text


def test_a_list_shows_what_the_api_hides() -> None:
    """Scenario, price, a refund and what became of webhooks are in the row."""
    sent = [{"job": JOB, "state": "delivered"}, {"job": JOB, "state": "delivered"}]
    text = Shown(html_of("jobs", jobs_of(failed(refunded=True), deliveries=sent))).text

    assert all(part in text for part in ("happy", "$0.40", "refunded", "2 delivered", "sora-2"))


def test_a_price_that_nobody_knows_is_no_zero() -> None:
    """It is a question mark."""
    assert "$0" not in html_of("jobs", jobs_of(job(usd=None)))


def test_pictures_are_below_the_page() -> None:
    """Wherever a proxy puts it; only the newest are rendered."""
    many = [completed(id=f"video_{number}") for number in range(20)]
    html = html_of("jobs", jobs_of(*many))

    assert html.count('<img src="media/tenant/video_1/token.webp"') == 12
    assert html.count('loading="lazy"') == 12


def test_a_long_list_has_pages() -> None:
    """Links lead to older jobs and back, and keep the key."""
    first = html_of("jobs", jobs_of(job(), has_more=True))
    second = html_of("jobs", jobs_of(job()), after="video_9")

    assert f"?key=tenant&amp;after={JOB}" in first
    assert ">Older<" in first
    assert (">Older<" in second, ">Newest<" in second) == (False, True)


def test_an_empty_list_says_what_to_do() -> None:
    """It leads to the snippets."""
    html = html_of("jobs", jobs_of())

    assert "No job yet" in Shown(html).text
    assert "tab=connect" in html


ACTIONS = (
    (job(), {"end", "fail", "cancel", "delete"}),
    (completed(), {"expire", "delete", "remix"}),
    (failed(), {"delete"}),
)


@pytest.mark.parametrize(("it", "can"), ACTIONS)
def test_only_what_can_be_done_with_a_job_is_offered(it: dict[str, Any], can: set[str]) -> None:
    """What has ended cannot fail, what has no content cannot expire."""
    assert buttons(html_of("job", of_job(it), job=JOB)) == can


def test_a_film_is_played_when_there_is_one() -> None:
    """It is not loaded before somebody wants to see it."""
    html = html_of("job", of_job(completed()), job=JOB)

    assert 'preload="none" poster="media/tenant/video_1/token.webp"' in html
    assert 'src="media/tenant/video_1/token.mp4"' in html
    assert "<video" not in html_of("job", of_job(job()), job=JOB)


def test_every_change_of_a_job_has_its_time() -> None:
    """Those that have happened and, paler, those that are to come."""
    html = html_of("job", of_job(job()), job=JOB)

    assert "00:00:00 + 2 min 00 s" not in html
    assert html.count("to-come") == 1
    assert "23:58:00 + 0 s created 23:58:00 + 0 s queued 23:59:00 + 1 min 00 s running" in (
        Shown(html).text
    )


def test_the_request_is_shown_as_it_came() -> None:
    """Fields as JSON, files by name, type and size."""
    file = {"filename": "cat.png", "content_type": "image/png", "length": 2048}
    it = request(fields={"prompt": "A cat", "size": None}, files={"input_reference": file})
    text = Shown(html_of("job", of_job(job(), request=it), job=JOB)).text

    assert '"prompt": "A cat", "size": null' in text
    assert "input_reference cat.png image/png 2.0 KiB" in text


def test_a_job_without_a_request_says_why() -> None:
    """The journal may have dropped it."""
    assert "no longer kept" in html_of("job", of_job(job(), request=None), job=JOB)


def test_polls_say_what_they_saw() -> None:
    """The state of the job at the instant of each poll, and why one was refused."""
    polls = [
        request(number=1, at_ms=NOW - 90_000, operation="retrieveVideo", method="GET"),
        request(number=2, at_ms=NOW, operation="retrieveVideo", method="GET"),
        request(number=3, at_ms=NOW, status=404, code="video_not_ready"),
        request(number=4, at_ms=NOW + MINUTE),
    ]
    data = {"job": job(), "count": 4, "requests": polls}
    text = Shown(html_of("polls", data, job=JOB)).text

    assert re.findall(r"(queued|running 49 %|video_not_ready|completed)", text) == [
        "completed",
        "video_not_ready",
        "running 49 %",
        "queued",
    ]
