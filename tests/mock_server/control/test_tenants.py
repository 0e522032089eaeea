"""One control API, one state per key: what is set for one key is not set for another."""

from typing import Any
from uuid import uuid4

import httpx
import pytest
from openai import OpenAI

from mock_server.control.document import FILE
from openapi.contract.contract import Contract
from openapi.contract.document import load_contract
from tests.mock_server.control.conftest import ADMIN, START_MS, Call, video
from video_gateway_mock.handle import ControlError, Gateway

# Port 9 was for services that throw all away (RFC 863): nobody listens there.
NOBODY = "http://127.0.0.1:9/hooks"


def test_a_key_reads_and_sets_its_own_state_only(gateway: Gateway, client: OpenAI) -> None:
    """Scenario, faults, clock, jobs and journal of one key are not another's."""
    other = gateway.with_key(f"sk-{uuid4().hex}")
    video(client)
    gateway.scenario("instant")
    gateway.fault("status", status=500)
    gateway.clock.advance(60)

    assert (other.jobs, other.requests) == ([], [])
    assert other.clock.now() == START_MS
    with OpenAI(base_url=other.base_url, api_key=other.api_key, max_retries=0) as stranger:
        assert stranger.videos.create(model="sora-2", prompt="A cat").status == "queued"


SCOPES = ("jobs", "faults", "clock", "journal", "scenario", "dialect", "webhooks", "budget")


@pytest.mark.parametrize("scope", SCOPES)
def test_a_reset_puts_back_what_it_names_and_nothing_else(
    gateway: Gateway, client: OpenAI, call: Call, scope: str
) -> None:
    """Each scope is a part of the state by itself."""

    def state() -> dict[str, Any]:
        now = call("GET", "/world").json()
        return {
            "jobs": len(gateway.jobs),
            "faults": len(now["faults"]),
            "clock": now["clock"]["now_ms"] - START_MS,
            "journal": now["requests"],
            "scenario": now["scenario"],
            "dialect": now["dialect"],
            "webhooks": len(now["webhooks"]),
            "budget": gateway.bill.budget,
        }

    fresh = state()
    video(client)
    gateway.scenario("slow")
    gateway.dialect("openai")
    gateway.fault("latency", ms=0)
    gateway.webhooks.create(NOBODY)
    gateway.budget("1.50")
    gateway.clock.advance(60)
    changed = state()
    gateway.reset(scope)

    assert state() == {**changed, scope: fresh[scope]}
    assert all(changed[part] != fresh[part] for part in fresh)


def test_a_reset_without_a_scope_is_of_everything(gateway: Gateway, client: OpenAI) -> None:
    """What is not said is all."""
    video(client)
    gateway.clock.advance(60)
    gateway.reset()

    assert (gateway.jobs, gateway.requests, gateway.clock.now()) == ([], [], START_MS)


def test_a_forgotten_key_starts_anew(gateway: Gateway, client: OpenAI) -> None:
    """Nothing of it is left: not its jobs, not its journal, not its settings."""
    video(client)
    gateway.scenario("instant")
    gateway.forget()

    assert (gateway.jobs, gateway.requests) == ([], [])
    assert client.videos.create(model="sora-2", prompt="A cat").status == "queued"


def test_jobs_show_what_the_api_hides(gateway: Gateway, client: OpenAI) -> None:
    """Scenario, refund and the instant of the end are seen by the test alone."""
    gateway.scenario("upstream_timeout")
    job_id = video(client)
    before = gateway.jobs[0]
    gateway.clock.advance(86400)
    after = gateway.jobs[0]

    assert (before.id, before.scenario, before.refunded) == (job_id, "upstream_timeout", False)
    assert before.ends_in_ms == 86_400_000
    assert (after.status, after.refunded, after.error) == ("failed", True, "upstream_timeout")


REFUSED: tuple[tuple[str, str, Any, str], ...] = (
    ("PUT", "/clock", {"mode": "backwards"}, "mode"),
    ("PUT", "/clock", {"mode": "frozen", "speed": 2}, "'speed' belongs to the mode 'running'"),
    ("PUT", "/clock", {"mode": "stepping"}, "step_s"),
    ("PUT", "/clock", {"mode": "running", "speed": 0}, "speed"),
    ("PUT", "/clock", {"mode": "running", "sped": 2}, "sped"),
    ("POST", "/clock/advance", {"seconds": -1}, "seconds"),
    ("POST", "/clock/advance", {}, "seconds"),
    ("POST", "/clock/advance", None, "Content-Type"),
    ("POST", "/clock/move_to", {"instant_ms": 5}, "time does not run backwards"),
    ("PUT", "/scenario", {"scenario": "nope"}, "No scenario 'nope'"),
    ("POST", "/faults", {"kind": "nope"}, "nope"),
    ("POST", "/faults", {"kind": "status", "statuss": 1}, "statuss"),
    ("DELETE", "/faults/99", None, "No fault '99' is set"),
    ("POST", "/reset", {"scopes": ["everything"]}, "everything"),
    ("POST", "/reset", {"scopes": []}, "scopes"),
    ("POST", "/requests/search", {"where": {"promt": "x"}}, "promt"),
    ("POST", "/requests/search", {"where": {"prompt": "("}}, "regular expression"),
    (
        "POST",
        "/requests/search",
        {"where": {"fields": dict.fromkeys(map(str, range(101)))}},
        "fields",
    ),
    ("POST", "/requests/verify", {"where": {"operation": "createVide"}}, "No operation"),
    ("POST", "/requests/verify", {"where": {"fault": "latncy"}}, "No fault 'latncy'"),
    ("POST", "/requests/verify", {"where": {"scenario": "hapy"}}, "No scenario 'hapy'"),
    ("POST", "/faults", {"kind": "status", "operation": "create"}, "createVideo"),
    ("POST", "/faults", {"kind": "status", "prompt": "("}, "regular expression"),
    ("POST", "/faults", {"kind": "status", "status": "x"}, "'status' of 'x'"),
    ("POST", "/faults", {"kind": "status", "probability": 3}, "'probability' of 3"),
    (
        "POST",
        "/requests/verify",
        {"exactly": 1, "at_most": 2},
        "'exactly' excludes 'at_least' and 'at_most'",
    ),
    ("POST", "/requests/verify", {"at_least": 3, "at_most": 2}, "at least 3 and at most 2"),
    ("GET", "/requests?limit=0", None, "limit"),
    ("POST", "/webhooks/endpoints", {}, "url"),
    ("POST", "/webhooks/endpoints", {"url": "http://10.0.0.7/"}, "--webhook-host 10.0.0.7"),
    ("POST", "/webhooks/endpoints", {"url": "ftp://127.0.0.1/"}, "url"),
    ("POST", "/webhooks/endpoints", {"url": "http://[::1/"}, "malformed"),
    ("POST", "/webhooks/endpoints", {"url": NOBODY, "name": ""}, "name"),
    ("POST", "/webhooks/endpoints", {"url": NOBODY, "event_types": ["video.queued"]}, "queued"),
    ("POST", "/webhooks/endpoints", {"url": NOBODY, "events": []}, "events"),
    ("DELETE", "/webhooks/endpoints/we_1", None, "No webhook endpoint with id 'we_1'"),
    ("GET", "/webhooks/deliveries?state=sent", None, "state"),
    ("GET", "/webhooks/deliveries?event_type=video.queued", None, "event_type"),
    ("POST", "/webhooks/deliveries/evt_1.we_1/redeliver", None, "No delivery 'evt_1.we_1'"),
    ("GET", "/nothing", None, "/_mock/nothing"),
    ("PATCH", "/clock", None, "PATCH"),
)


@pytest.mark.parametrize(("method", "path", "body", "reason"), REFUSED)
def test_what_makes_no_sense_is_refused_with_a_reason(
    *, call: Call, method: str, path: str, body: object, reason: str
) -> None:
    """An invalid call changes nothing and its answer says what is wrong."""
    before = call("GET", "/world").json()
    answer = call(method, path, json=body)

    assert 400 <= answer.status_code < 500
    assert reason in answer.json()["error"]["message"]
    assert call("GET", "/world").json() == before


def test_every_answer_is_as_the_file_says(gateway: Gateway, client: OpenAI, call: Call) -> None:
    """Each operation's answer conforms to the schema in the control API's own file."""
    video(client)
    gateway.fault("latency", ms=0)
    bodies = {
        "setClock": {"mode": "frozen"},
        "advanceClock": {"seconds": 1},
        "moveClock": {"instant_ms": START_MS * 2},
        "setScenario": {"scenario": "happy"},
        "setDialect": {"dialect": "openai"},
        "setRequestsMode": {"requests_mode": "lenient"},
        "setFault": {"kind": "html"},
        "resetWorld": {"scopes": ["clock"]},
        "createEndpoint": {"url": NOBODY},
        "endJob": {"outcome": "failed"},
        "remixJob": {"prompt": "A dog"},
        "searchRequests": {},
        "setBudget": {"usd": "100.00"},
        "verifyBill": {"expected": {"jobs": 0}},
        "verifyRequests": {"where": {"operation": "editVideo"}},
        "setServerScenario": {"scenario": "happy"},
        "setServerFault": {"kind": "latency", "ttl_s": 0},
        "resetServer": {"scopes": ["faults"]},
    }
    contract = Contract(load_contract(FILE))
    for operation in contract.operations:
        key = ADMIN if "/server" in operation.path else gateway.api_key
        where = operation.path.removeprefix("/_mock")
        if "{" in where:
            ids = ids_of_all_kinds(gateway, client)
            if operation.id in ("expireJob", "remixJob"):
                gateway.end_job(ids["job_id"], "completed")
            where = where.format(**ids)
        answer = call(operation.method, where, key, json=bodies.get(operation.id))
        assert answer.status_code == 200, (operation.id, answer.text)
        schema = operation.responses["200"]["content"]["application/json"]["schema"]
        errors = contract.validator(schema).iter_errors(answer.json())
        assert not list(errors), operation.id


def ids_of_all_kinds(gateway: Gateway, client: OpenAI) -> dict[str, str]:
    """The ids of something that is there, by their names in paths."""
    endpoint = gateway.webhooks.create(NOBODY)
    job = video(client)
    delivery, *_ = gateway.webhooks.deliveries(endpoint=endpoint.id)
    fault = gateway.fault("latency", ms=0)
    return {
        "endpoint_id": endpoint.id,
        "delivery_id": delivery.id,
        "fault_id": fault.id,
        "job_id": job,
    }


def test_the_control_api_documents_itself(control_url: str) -> None:
    """Its file and a page to try it are served beside it, without a key."""
    for path in ("/_mock/openapi.yaml", "/_mock/openapi.json", "/_mock/docs/"):
        assert httpx.get(f"{control_url}{path}", trust_env=False).status_code == 200


def test_control_calls_are_not_in_the_journal(gateway: Gateway, client: OpenAI) -> None:
    """The journal has the requests of the client under test, not of the test."""
    gateway.scenario("happy")
    video(client)

    assert [entry.operation for entry in gateway.requests] == ["createVideo"]


def test_a_handle_explains_a_server_that_is_not_there() -> None:
    """Nobody listens, so the error names the address."""
    with pytest.raises(ConnectionError, match=r"no fake gateway answers at http://127\.0\.0\.1:1"):
        Gateway("http://127.0.0.1:1", "sk-1").clock.now()


def test_a_handle_passes_on_why_it_is_refused(gateway: Gateway) -> None:
    """The server's reason is the error's text."""
    with pytest.raises(ControlError, match="No scenario 'nope'; known: "):
        gateway.scenario("nope")


def test_a_mix_is_drawn_from_anew_for_each_job(gateway: Gateway, client: OpenAI) -> None:
    """Names with weights draw a scenario for each job, and are part of the state."""
    gateway.scenario({"instant": 1, "stuck_queued": 1})
    for _ in range(30):
        video(client)

    assert {job.scenario for job in gateway.jobs} == {"instant", "stuck_queued"}
    with pytest.raises(ControlError, match="must be a number from 0"):
        gateway.scenario({"happy": 0})


def test_a_trigger_after_a_key_acts_on_the_same_state(gateway: Gateway) -> None:
    """The controls of `KEY+WORD` are those of KEY."""
    gateway.fault("html")

    assert len(gateway.with_key(f"{gateway.api_key}+429").faults) == 1
