"""Triggers in each place where an unmodified client can send them."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import httpx
import openai
import pytest

from mock_server.faults import FAULTS
from mock_server.running import Gateway
from tests.system.clients.gateway import openai_client

ORDER = {"model": "sora-2", "prompt": "A cat", "seconds": "4"}
UNIFIED = {
    "model": "sora-2",
    "prompt": "A cat",
    "images": [],
    "orientation": "portrait",
    "size": "large",
    "duration": 15,
    "watermark": False,
}
Place = Callable[[str], tuple[str, dict[str, str], dict[str, str]]]
# Each returns what a trigger adds to the key, the fields and the headers.
SCENARIO_PLACES: dict[str, Place] = {
    "prefer": lambda trigger: ("", {}, {"Prefer": f"scenario={trigger}"}),
    "prompt": lambda trigger: ("", {"prompt": f"A cat mock:{trigger}"}, {}),
    "model": lambda trigger: ("", {"model": f"sora-2+{trigger}"}, {}),
    "key": lambda trigger: (f"+{trigger}", {}, {}),
}
FAULT_PLACES: dict[str, Place] = {
    **SCENARIO_PLACES,
    "prefer": lambda trigger: (
        "",
        {},
        {"Prefer": f"code={trigger}" if trigger.isdigit() else f"fault={trigger}"},
    ),
}
SENDERS: dict[str, Callable[[httpx.Client, dict[str, str]], httpx.Response]] = {
    "form": lambda client, order: client.post("/videos", files=form(order)),
    "json": lambda client, order: client.post("/videos", json=order),
    "unified": lambda client, order: client.post("/video/create", json={**UNIFIED, **order}),
}


def form(order: dict[str, str]) -> dict[str, tuple[None, str]]:
    """Fields as httpx sends a form."""
    return {name: (None, text) for name, text in order.items()}


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends triggers in some place of a create or of another request."""

    gateway: Gateway
    plain: httpx.Client

    def create(self, place: Place, trigger: str, sender: str) -> httpx.Response:
        """A create with the trigger in that place."""
        suffix, fields, headers = place(trigger)
        key = {"Authorization": f"Bearer {self.gateway.api_key}{suffix}"}
        self.plain.headers.update({**key, **headers})
        base = {} if sender == "unified" else ORDER
        return SENDERS[sender](self.plain, {**base, **fields})


@pytest.fixture
def triggers(gateway: Gateway, plain: httpx.Client) -> Sender:
    """Sends triggers in the test's own tenant."""
    return Sender(gateway, plain)


@pytest.mark.parametrize("sender", SENDERS)
@pytest.mark.parametrize("place", SCENARIO_PLACES)
def test_a_scenario_can_be_asked_for_everywhere(place: str, sender: str, triggers: Sender) -> None:
    """Each place of each kind of create takes the name of a scenario, and the job is plain."""
    job = triggers.create(SCENARIO_PLACES[place], "stuck_at_99", sender).json()
    triggers.gateway.clock.advance(3600)

    video = openai_client(triggers.gateway).videos.retrieve(job["id"])

    assert (video.status, video.progress, video.model) == ("in_progress", 99, "sora-2")


@pytest.mark.parametrize("sender", SENDERS)
@pytest.mark.parametrize("place", SCENARIO_PLACES)
def test_an_answer_is_lost_wherever_that_is_asked_for(
    place: str, sender: str, triggers: Sender
) -> None:
    """The job of a create without an answer is kept, ends as planned, and is in the journal."""
    with pytest.raises(httpx.RemoteProtocolError):
        triggers.create(SCENARIO_PLACES[place], "answer_lost", sender)
    (job,) = triggers.gateway.jobs
    (request,) = triggers.gateway.requests
    triggers.gateway.clock.advance(3600)

    assert (request.status, request.job, request.scenario) == (0, job.id, "answer_lost")
    assert openai_client(triggers.gateway).videos.retrieve(job.id).status == "completed"


def test_answers_are_lost_for_a_tenant_until_its_scenario_changes(gateway: Gateway) -> None:
    """Set by the control API, alone or in a mix, it loses the answer of each create it draws."""
    client = openai_client(gateway, retries=2)
    for scenario in ("answer_lost", {"answer_lost": 1}):
        gateway.scenario(scenario)
        with pytest.raises(openai.APIConnectionError):
            client.videos.create(model="sora-2", prompt="A cat")
    gateway.scenario("happy")

    assert client.videos.create(model="sora-2", prompt="A cat").status == "queued"
    assert [one.retry for one in gateway.search(operation="createVideo")] == [0, 1, 2] * 2 + [0]
    assert len({job.id for job in gateway.jobs}) == 7


@pytest.mark.parametrize("outer", ["truncated", "slow_drip", "duplicated", "schema_break"])
@pytest.mark.parametrize("inner", ["scenario=answer_lost", "fault=disconnect"])
def test_a_fault_around_a_dropped_connection_changes_nothing(
    outer: str, inner: str, triggers: Sender, caplog: pytest.LogCaptureFixture
) -> None:
    """There is no answer to break, and that is no failure of the server."""
    with pytest.raises(httpx.RemoteProtocolError):
        triggers.plain.post("/videos", json=ORDER, headers={"Prefer": f"fault={outer}, {inner}"})

    assert triggers.gateway.requests[0].status == 0
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == []


@pytest.mark.parametrize("sender", SENDERS)
@pytest.mark.parametrize("place", FAULT_PLACES)
@pytest.mark.parametrize(
    "asked",
    [
        ("503", 503, "upstream_error"),
        ("429", 429, "rate_limit_exceeded"),
        ("key_exhausted", 429, "insufficient_quota"),
        ("model_retired", 404, "model_retired"),
    ],
)
def test_a_fault_can_be_asked_for_everywhere(
    place: str, asked: tuple[str, int, str], sender: str, triggers: Sender
) -> None:
    """Each place takes a status or the kind of a fault, which strikes that create alone."""
    trigger, status, code = asked
    refused = triggers.create(FAULT_PLACES[place], trigger, sender)
    client = openai_client(triggers.gateway, retries=0)

    assert (refused.status_code, refused.json()["error"]["code"]) == (status, code)
    assert list(client.videos.list()) == []
    assert client.videos.create(model="sora-2", prompt="A cat").status == "queued"


@pytest.mark.parametrize("kind", sorted(set(FAULTS) - {"latency", "slow_drip", "quota"}))
def test_every_kind_of_fault_is_a_trigger(kind: str, gateway: Gateway, plain: httpx.Client) -> None:
    """Each kind but a quota applies with its defaults and is reported by its kind."""
    with suppress(httpx.RemoteProtocolError):
        plain.get("/videos/video_1", headers={"Prefer": f"fault={kind}"})
        plain.post("/videos", json=ORDER, headers={"Prefer": f"fault={kind}"})

    assert any(kind in request.faults for request in gateway.requests)
    assert gateway.faults == []


def test_any_status_can_be_asked_for(plain: httpx.Client) -> None:
    """Every status from 400 to 599 is a trigger, and its response says so."""
    for status in range(400, 600):
        answer = plain.get("/models", headers={"Prefer": f"code={status}"})
        assert answer.status_code == status
        assert str(status) in answer.text or status == 429


@pytest.mark.parametrize("preference", ["code=503", "CODE = 503 , wait=5", 'wait;code="503"'])
@pytest.mark.parametrize("path", ["/models", "/videos", "/video/query?id=x", "/videos/x/content"])
def test_a_preference_is_for_any_operation(path: str, preference: str, plain: httpx.Client) -> None:
    """What Prefer asks for strikes reads as well, however it is spelt."""
    assert plain.get(path, headers={"Prefer": preference}).status_code == 503


@pytest.mark.parametrize("preference", ["respond-async", "wait=10", "return=minimal", ""])
def test_other_preferences_are_left_alone(preference: str, plain: httpx.Client) -> None:
    """A preference that is none of ours changes nothing (RFC 7240)."""
    assert plain.get("/models", headers={"Prefer": preference}).status_code == 200


def test_two_prefer_headers_count_both(gateway: Gateway, plain: httpx.Client) -> None:
    """A header that is sent twice asks twice."""
    asked = [("Prefer", "respond-async, scenario=fails_at_60"), ("Prefer", "fault=duplicated")]

    doubled = plain.post("/videos", json=ORDER, headers=asked).text
    gateway.clock.advance(3600)

    assert doubled == doubled[: len(doubled) // 2] * 2
    assert [each.status for each in openai_client(gateway).videos.list()] == ["failed"]


@pytest.mark.parametrize("asked", [{"prompt": "A cat mock:instant"}, {"model": "sora-2+instant"}])
def test_a_trigger_makes_no_difference_to_later_requests(
    asked: dict[str, str], gateway: Gateway
) -> None:
    """What a prompt or a model asks for ends with the create."""
    client = openai_client(gateway, retries=0)
    order: Any = {"model": "sora-2", "prompt": "A cat"}
    made = [client.videos.create(**each) for each in ({**order, **asked}, order)]

    assert [(video.status, video.model) for video in made] == [
        ("completed", "sora-2"),
        ("queued", "sora-2"),
    ]


def test_scenario_and_fault_apply_together(gateway: Gateway, plain: httpx.Client) -> None:
    """Several triggers in one request all have their effect."""
    order = {"model": "sora-2+wrong_content_type", "prompt": "mock:duplicated A cat mock:instant"}

    answer = plain.post("/videos", json=order)

    assert answer.text == answer.text[: len(answer.text) // 2] * 2
    assert answer.headers["content-type"] == "text/plain"
    assert [each.status for each in openai_client(gateway).videos.list()] == ["completed"]


def test_the_nearest_trigger_wins(gateway: Gateway) -> None:
    """Prefer comes before the prompt, then the model, then the key, then the tenant."""
    gateway.scenario("slow")
    gateway.fault("status", status=500)
    places = (
        {"extra_headers": {"Prefer": "code=501"}},
        {"prompt": "A cat mock:502"},
        {"model": "sora-2+503"},
    )
    seen = []
    for count in (3, 2, 1, 0):
        order: Any = {"model": "sora-2", "prompt": "A cat"}
        for place in places[3 - count :]:
            order.update(place)
        client = openai_client(gateway.with_key(f"{gateway.api_key}+504"), retries=0)
        with pytest.raises(openai.APIStatusError) as caught:
            client.videos.create(**order)
        seen.append(caught.value.status_code)
    with pytest.raises(openai.APIStatusError) as caught:
        openai_client(gateway, retries=0).videos.create(model="sora-2", prompt="A cat")

    assert [*seen, caught.value.status_code] == [501, 502, 503, 504, 500]


@pytest.mark.parametrize("count", range(5))
def test_the_nearest_scenario_wins(count: int, gateway: Gateway) -> None:
    """Of several scenarios the job takes the one that is asked for nearest to it."""
    gateway.scenario("stuck_queued")
    places: tuple[dict[str, Any], ...] = (
        {"extra_headers": {"Prefer": "scenario=fails_at_60"}},
        {"prompt": "A cat mock:stuck_at_99"},
        {"model": "sora-2+cancelled"},
    )
    order: Any = {"model": "sora-2", "prompt": "A cat"}
    for place in places[count:]:
        order.update(place)
    suffix = "+content_expired" if count < 4 else ""
    client = openai_client(gateway.with_key(f"{gateway.api_key}{suffix}"), retries=0)
    video = client.videos.create(**order)
    gateway.clock.advance(3600)

    statuses = ["failed", "in_progress", "cancelled", "completed", "queued"]
    assert client.videos.retrieve(video.id).status == statuses[count]


def test_remix_edit_and_extension_have_prompts_too(gateway: Gateway) -> None:
    """A trigger in the prompt of any create counts."""
    client = openai_client(gateway, retries=0)
    parent = client.videos.create_and_poll(model="sora-2", prompt="A cat", seconds="4")
    extra: Any = {"extra_body": {"video": {"id": parent.id}}, "video": openai.omit}
    prompt = "A dog mock:instant"

    made = [
        client.videos.remix(parent.id, prompt=prompt),
        client.videos.edit(prompt=prompt, **extra),
        client.videos.extend(prompt=prompt, seconds="4", **extra),
    ]

    assert [video.status for video in made] == ["completed"] * 3
    with pytest.raises(openai.InternalServerError):
        client.videos.remix(parent.id, prompt="A dog mock:500")
