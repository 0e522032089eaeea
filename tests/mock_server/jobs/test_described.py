"""Jobs of other services, served by what their contracts say of them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
import yaml

from mock_server.settings import Settings
from tests.mock_server.inprocess import START_MS, Fake, fake_gateway
from tests.mock_server.samples import UNIFIED
from tests.openapi.jobs.samples import CREATE, READ, contract

ORDER = {"model_name": "reel-1", "prompt": "A fox", "duration": "5"}
JOBS = "/reels/v1/jobs"
Change = Callable[[dict[str, Any]], object]


class Caller(NamedTuple):
    """Calls a fake with a key, and moves its clock."""

    fake: Fake
    client: httpx.Client

    def advance(self, seconds: int) -> None:
        """Let time pass."""
        self.fake.clock.advance(seconds)

    def anonymous(self, address: str) -> httpx.Response:
        """What an address answers without a key."""
        with self.fake.client(None) as client:
            return client.get(address)

    def created(self, **order: Any) -> dict[str, Any]:
        """What a create of the sample service answers in its envelope."""
        answer = self.client.post(JOBS, json={**ORDER, **order})
        assert answer.status_code == 201, answer.text
        data: dict[str, Any] = answer.json()["data"]
        return data

    def read(self, job_id: str) -> dict[str, Any]:
        """What a read answers in its envelope."""
        answer = self.client.get(f"{JOBS}/{job_id}")
        assert answer.status_code == 200, answer.text
        data: dict[str, Any] = answer.json()["data"]
        return data


@contextmanager
def reels(folder: Path, change: Change = lambda _: None, **settings: Any) -> Iterator[Caller]:
    """A fake of the sample service."""
    document = contract()
    document["paths"][JOBS]["post"]["x-job"] = CREATE
    document["paths"][f"{JOBS}/{{job_id}}"]["get"]["x-job"] = READ
    change(document["paths"])
    file = folder / "reels.yaml"
    file.write_text(yaml.safe_dump(document), encoding="utf-8")
    given = Settings(**{"contract": file, "validate_responses": True, **settings})
    with fake_gateway(given) as fake, fake.client("sk-reels") as client:
        yield Caller(fake, client)


@contextmanager
def service(*names: str) -> Iterator[Caller]:
    """A fake that serves shipped services beside its own operations."""
    given = Settings(services=names)
    with fake_gateway(given) as fake, fake.client("sk-service") as client:
        yield Caller(fake, client)


def test_a_job_lives_as_the_contract_describes_it(tmp_path: Path) -> None:
    """Words, times and the film's address are where the contract has them, when there are any."""
    with reels(tmp_path) as caller:
        job = caller.created()
        waiting = caller.read(job["job_id"])
        caller.advance(20)
        running = caller.read(job["job_id"])
        caller.advance(600)
        ended = caller.read(job["job_id"])
        film = caller.anonymous(ended["films"][0]["url"])

    assert (job["state"], job["created_at"]) == ("submitted", START_MS)
    assert waiting == {"job_id": job["job_id"], "state": "submitted"}
    assert running == {"job_id": job["job_id"], "state": "processing"}
    assert (ended["state"], "fail_reason" in ended) == ("succeed", False)
    assert film.content[4:8] == b"ftyp"


def test_a_failure_has_its_reason_and_no_film(tmp_path: Path) -> None:
    """Scenarios work for described jobs, too."""
    with reels(tmp_path, scenario="fails_at_60") as caller:
        job = caller.created()
        caller.advance(600)
        ended = caller.read(job["job_id"])

    assert ended == {
        "job_id": job["job_id"],
        "state": "failed",
        "fail_reason": "The video could not be generated.",
    }


def test_faults_triggers_and_the_journal_work_unchanged(tmp_path: Path) -> None:
    """A described operation is one like any other for what goes wrong and what is recorded."""
    with reels(tmp_path, validate_responses=False) as caller:
        fault = {"kind": "html", "nth": 2}
        assert caller.client.post("/_mock/faults", json=fault).status_code == 200
        job = caller.created()
        refused = caller.client.get(f"{JOBS}/{job['job_id']}")
        unknown = caller.client.get(f"{JOBS}/nothing")
        journal = caller.client.get("/_mock/requests").json()["requests"]

    assert (refused.text[:1], unknown.status_code) == ("<", 404)
    assert [entry["operation"] for entry in journal] == ["createReel", "getReel", "getReel"]
    assert journal[0]["job"] == job["job_id"]


@pytest.mark.parametrize(
    ("fault", "status", "role"),
    [
        ({"kind": "model_retired", "model": "reel-1"}, 404, "create"),
        ({"kind": "key_exhausted"}, 429, "create"),
        ({"kind": "status", "status": 503, "operation": "createVideo"}, 503, "create"),
        ({"kind": "status", "status": 503, "operation": "retrieveVideo"}, 201, "read"),
    ],
)
def test_faults_of_creates_and_polls_are_used_by_role(
    tmp_path: Path, fault: dict[str, Any], status: int, role: str
) -> None:
    """A described operation counts as the one of this gateway with its role."""
    with reels(tmp_path) as caller:
        job = caller.created()["job_id"]
        caller.client.post("/_mock/faults", json=fault)
        created = caller.client.post(JOBS, json=ORDER)
        caller.client.get(f"{JOBS}/{job}")
        requests = caller.client.get("/_mock/requests").json()["requests"]
    met = [each["role"] for each in requests if each["faults"]]

    assert (created.status_code, met) == (status, [role])


def test_the_model_of_a_described_job_has_triggers(tmp_path: Path) -> None:
    """Whatever the field is called that names it."""
    with reels(tmp_path) as caller:
        caller.client.post(JOBS, json={**ORDER, "model_name": "reel-1+fails_at_60"})
        (job,) = caller.client.get("/_mock/jobs").json()["jobs"]

    assert (job["model"], job["scenario"]) == ("reel-1", "fails_at_60")


def test_a_fault_on_an_operation_of_the_unified_format_knows_it_by_its_name() -> None:
    """A description does not make a create of this gateway that of another service."""
    with fake_gateway(Settings()) as fake, fake.client("sk-unified") as client:
        fault = {"kind": "status", "status": 503, "operation": "createUnifiedVideo"}
        assert client.post("/_mock/faults", json=fault).status_code == 200
        answer = client.post("/v1/video/create", json=UNIFIED)

    assert answer.status_code == 503


def test_a_described_job_is_on_the_bill(tmp_path: Path) -> None:
    """Without a known price it is counted as that."""
    with reels(tmp_path) as caller:
        caller.created()
        bill = caller.client.get("/_mock/bill").json()

    assert (bill["jobs"], bill["unpriced"]) == (1, 1)


def test_a_job_can_be_cancelled_and_deleted(tmp_path: Path) -> None:
    """A cancelled job stays, with the word for that; a deleted one is gone."""

    def with_both(paths: dict[str, Any]) -> None:
        item = paths[f"{JOBS}/{{job_id}}"]
        words = {**CREATE["status"]["words"], "cancelled": "cancelled"}
        paths[JOBS]["post"]["x-job"] = {**CREATE, "status": {**CREATE["status"], "words": words}}
        for method, role in (("post", "cancel"), ("delete", "delete")):
            operation = {**item["get"], "operationId": f"{role}Reel"}
            item[method] = {**operation, "x-job": {**READ, "role": role}}

    with reels(tmp_path, with_both, validate_responses=False) as caller:
        job_id = caller.created()["job_id"]
        cancelled = caller.client.post(f"{JOBS}/{job_id}").json()["data"]
        after = caller.read(job_id)
        deleted = caller.client.delete(f"{JOBS}/{job_id}")
        gone = caller.client.get(f"{JOBS}/{job_id}")

    assert (cancelled["state"], after["state"]) == ("cancelled", "cancelled")
    assert (deleted.status_code, gone.status_code) == (200, 404)


def test_what_a_response_requires_is_there_but_empty(tmp_path: Path) -> None:
    """A required field of a fact that does not apply yet is an empty text, as in new-api."""

    def required(paths: dict[str, Any]) -> None:
        media = paths[f"{JOBS}/{{job_id}}"]["get"]["responses"]["200"]["content"]
        data = media["application/json"]["schema"]["properties"]["data"]
        data["required"] = ["job_id", "state", "fail_reason"]
        del media["application/json"]["example"]

    with reels(tmp_path, required) as caller:
        assert caller.read(caller.created()["job_id"])["fail_reason"] == ""


def test_an_error_object_goes_as_a_whole(tmp_path: Path) -> None:
    """A job that has not failed has no error, rather than one without code and message."""

    def with_object(paths: dict[str, Any]) -> None:
        operation = paths[f"{JOBS}/{{job_id}}"]["get"]
        schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
        error = {"type": "object", "properties": {"code": {}, "message": {}}}
        schema["properties"]["data"]["properties"]["error"] = error
        places = {name: f"$response.body#/data/error/{name}" for name in ("code", "message")}
        operation["x-job"] = {**READ, "error": places}

    with reels(tmp_path, with_object, scenario="fails_at_60") as caller:
        job = caller.created()
        waiting = caller.read(job["job_id"])
        caller.advance(600)
        failed = caller.read(job["job_id"])

    assert "error" not in waiting
    assert set(failed["error"]) == {"code", "message"}


def test_each_stage_may_have_a_body_of_its_own(tmp_path: Path) -> None:
    """What the job lacks is empty in it, and times may differ in their units."""

    def with_bodies(paths: dict[str, Any]) -> None:
        head = {"job_id": None, "state": None}
        bodies = {
            "waiting": {"code": 0, "data": {**head, "since": None}},
            "completed": {"code": 0, "data": {**head, "films": [{"url": None}], "until": None}},
            "failed": {"code": 1, "data": {**head, "fail_reason": None}},
        }
        times = [
            {"created": "$response.body#/data/since", "unit": "iso"},
            {"ended": "$response.body#/data/until", "unit": "decimal"},
        ]
        operation = paths[f"{JOBS}/{{job_id}}"]["get"]
        operation["x-job"] = {**READ, "bodies": bodies, "times": times}

    with reels(tmp_path, with_bodies) as caller:
        job = caller.created()
        waiting = caller.read(job["job_id"])
        caller.advance(600)
        ended = caller.read(job["job_id"])
        caller.advance(10_000_000)
        expired = caller.read(job["job_id"])

    assert set(waiting) == {"job_id", "state", "since"}
    assert datetime.fromisoformat(waiting["since"]).timestamp() * 1000 == START_MS
    assert set(ended) == {"job_id", "state", "films", "until"}
    assert ended["until"] > START_MS / 1000
    assert expired["films"] == [{"url": ""}]


FORMS = {"percent": 50, "text": "50%", "fraction": 0.5}


@pytest.mark.parametrize("form", FORMS)
def test_progress_is_written_as_described(tmp_path: Path, form: str) -> None:
    """In percent, as a text, or as a fraction."""

    def with_progress(paths: dict[str, Any]) -> None:
        operation = paths[f"{JOBS}/{{job_id}}"]["get"]
        media = operation["responses"]["200"]["content"]["application/json"]
        media["schema"]["properties"]["data"]["properties"]["progress"] = {}
        operation["x-job"] = {
            **READ,
            "progress": {"at": "$response.body#/data/progress", "form": form},
        }

    with reels(tmp_path, with_progress, scenario="cancelled") as caller:
        job = caller.created()
        caller.advance(600)

        assert caller.read(job["job_id"])["progress"] == FORMS[form]


def test_new_apis_own_path_reads_tasks_in_its_envelope() -> None:
    """The same task is read by Kling's path and as a video, with the words of each."""
    with service("new-api") as caller:
        order = {"model": "kling-v1-6", "prompt": "A fox", "duration": 5}
        task = caller.client.post("/v1/video/generations", json=order).json()
        own = caller.client.get(f"/v1/video/generations/{task['task_id']}").json()
        caller.advance(600)
        kling = caller.client.get(f"/kling/v1/videos/text2video/{task['id']}").json()
        video = caller.client.get(f"/v1/videos/{task['id']}").json()

    assert (task["object"], task["status"]) == ("video", "queued")
    assert (own["code"], own["data"]["status"], own["data"]["progress"]) == (
        *("success", "QUEUED", "0%"),
    )
    assert (own["data"]["fail_reason"], own["data"]["finish_time"]) == ("", 0)
    assert (kling["data"]["status"], kling["data"]["progress"]) == ("SUCCESS", "100%")
    assert kling["data"]["result_url"] == video["video_url"]
    assert video["status"] == "completed"


def test_openrouters_job_is_polled_at_its_address() -> None:
    """The address of a create is that of the job, and the film's needs the key."""
    with service("openrouter") as caller:
        order = {"model": "sora-2", "prompt": "A fox", "duration": 4}
        answer = caller.client.post("/api/v1/videos", json=order)
        job = answer.json()
        waiting = caller.client.get(job["polling_url"]).json()
        caller.advance(600)
        ended = caller.client.get(job["polling_url"]).json()
        (address,) = ended["unsigned_urls"]
        film = caller.client.get(f"{address}?index=0")
        without = caller.anonymous(address)

    assert (answer.status_code, set(job)) == (202, {"id", "polling_url", "status"})
    assert waiting == {"id": job["id"], "polling_url": job["polling_url"], "status": "pending"}
    assert (ended["status"], ended["usage"]["cost"]) == ("completed", 0.4)
    assert (film.headers["content-type"], without.status_code) == ("video/mp4", 401)


def test_services_share_a_port() -> None:
    """Each has its own paths, and one bill has the jobs of all."""
    with service("new-api", "openrouter") as caller:
        ours = caller.client.post("/v1/videos", json={"model": "sora-2", "prompt": "A fox"})
        kling = caller.client.post(
            "/kling/v1/videos/text2video", json={"model_name": "kling-v1", "prompt": "A fox"}
        )
        other = caller.client.post(
            "/api/v1/videos", json={"model": "google/veo-3.1", "prompt": "A fox"}
        )
        bill = caller.client.get("/_mock/bill").json()

    assert [each.is_success for each in (ours, kling, other)] == [True, True, True]
    assert bill["jobs"] == 3
