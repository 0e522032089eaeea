"""The guard for clients: it holds the key, caps what is spent, and reports what it saw."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from openai import NotFoundError, OpenAI, PermissionDeniedError
from starlette.requests import Request as Asked
from starlette.responses import JSONResponse, Response

from contract_tests.contract.bodies import PNG
from contract_tests.lifecycle.traffic import traces_in
from contract_tests.recording.canary import Canary
from contract_tests.recording.cassette import Cassette
from contract_tests.recording.recorder import Recorder
from contract_tests.reports.report import Verdict
from contract_tests.runner.options import Options, UsageError
from contract_tests.wire.exchange import Request
from tests.contract_tests.commands import CANARY
from tests.contract_tests.connections import CONTRACT
from tests.contract_tests.defective import Breaking
from tests.contract_tests.gateways import journaled, served, stub
from tests.contract_tests.guard.clients import Lines, client, guarded
from tests.contract_tests.recording.recordings import everything, exchange, sent
from tests.contract_tests.recording.test_secrets import PERSON, PIECES
from tests.project.source import ROOT

CREATE = {"model": "sora-2", "prompt": "A cat", "seconds": "4"}


def _live(url: str, **more: object) -> Options:
    return Options(target=url, live=True, api_key_env="CANARY_KEY", **more)  # type: ignore[arg-type]


def _creates(times: int, **fields: str) -> Callable[[str], list[httpx.Response]]:
    def send(url: str) -> list[httpx.Response]:
        with client(url) as http:
            return [http.post("/v1/videos", json={**CREATE, **fields}) for _ in range(times)]

    return send


def test_openai_s_client_works_through_the_guard() -> None:
    """It creates, polls, downloads, and sees refusals of the target and of the guard as errors."""
    lines = Lines()

    def use(url: str) -> tuple[str, int, str]:
        with OpenAI(base_url=f"{url}/v1", api_key="sk-any") as sdk:
            video = sdk.videos.create_and_poll(model="sora-2", prompt="A cat", seconds="4")
            film = sdk.videos.download_content(video.id).read()
            with pytest.raises(NotFoundError):
                sdk.videos.retrieve("video_none")
            with pytest.raises(PermissionDeniedError) as raised:
                sdk.videos.create(model="sora-2", prompt="x")
            return video.status, len(film), str(raised.value)

    with journaled() as (url, journal):
        (status, size, error), found = guarded(_live(url, budget_jobs=1), use, lines=lines)

    assert (status, size > 1000, journal.accepted) == ("completed", True, 1)
    assert "not sent: budget: 1 of 1 jobs used" in error
    assert journal.keys == {f"Bearer {CANARY}"}
    assert found.report.verdict is Verdict.CLEAN
    assert found.data["jobs_created"] == list(found.report.jobs_created)
    # A refusal by the guard is not repeated by the client.
    assert [text for method, text in lines.shown if method == "POST"] == [
        "200",
        "budget: 1 of 1 jobs used",
    ]


def test_nothing_is_created_on_a_live_target_without_a_budget() -> None:
    """The default is no job at all, and the client is not sent away without a reason."""
    with journaled() as (url, journal):
        answers, found = guarded(_live(url), _creates(2))

    assert [each.status_code for each in answers] == [403, 403]
    assert answers[0].json()["error"]["code"] == "not_sent"
    assert answers[0].headers["x-should-retry"] == "false"
    assert journal.requests == []
    assert found.data["not_sent"] == {"budget: 0 of 0 jobs used": 2}


def test_money_is_limited_by_list_prices() -> None:
    """Of creates for 40 cents each a dollar buys two; a model without a price buys none."""
    with journaled() as (url, journal):
        answers, found = guarded(_live(url, budget_usd=1.0), _creates(4))
        unknown, _ = guarded(_live(url, budget_usd=1.0), _creates(1, model="sora-9"))

    assert [each.status_code for each in answers] == [200, 200, 403, 403]
    assert journal.accepted == 2
    assert (found.data["usd"], found.data["spent_usd"]) == (0.8, 0.8)
    assert "--price" in unknown[0].json()["error"]["message"]


@pytest.mark.parametrize("budget", [1, 3])
def test_a_budget_is_kept_by_concurrent_clients(budget: int) -> None:
    """Of twenty creates sent at once exactly as many reach the target as the budget allows."""

    def send(url: str) -> list[int]:
        with ThreadPoolExecutor(8) as pool:
            each = pool.map(lambda _: _creates(1)(url)[0].status_code, range(20))
            return sorted(each)

    with journaled() as (url, journal):
        statuses, _ = guarded(_live(url, budget_jobs=budget), send)

    assert statuses == [200] * budget + [403] * (20 - budget)
    assert journal.accepted == budget


def test_the_client_decides_what_is_sent_again() -> None:
    """A 429 goes to the client at once, though it says how long to wait; so does a lost one."""
    seen: list[str] = []

    async def respond(asked: Asked) -> Response:
        seen.append(asked.method)
        return Response("{}", 429, headers={"retry-after": "30"}, media_type="application/json")

    def read(url: str) -> int:
        with client(url) as http:
            return http.get("/v1/models").status_code

    with served(stub(respond)) as url:
        status, _ = guarded(Options(target=url), read)

    assert (status, seen) == (429, ["GET"])


def test_a_target_that_is_not_there_is_a_gateway_timeout() -> None:
    """Reads may be repeated; a create may have been accepted and is not repeated."""

    def send(url: str) -> list[httpx.Response]:
        with client(url) as http:
            return [http.get("/v1/models"), http.post("/v1/videos", json=CREATE)]

    answers, found = guarded(_live("http://127.0.0.1:9", budget_jobs=1), send)

    assert [each.status_code for each in answers] == [504, 504]
    assert [each.headers.get("x-should-retry") for each in answers] == [None, "false"]
    assert found.report.verdict is Verdict.UNAVAILABLE


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"host": "evil.example"},
        {"host": "evil.example:8080"},
    ],
)
def test_a_web_page_cannot_spend(headers: dict[str, str]) -> None:
    """A page in a browser can send a form to loopback, so what a page sends is refused."""

    def send(url: str) -> int:
        with client(url) as http:
            return http.post("/v1/videos", json=CREATE, headers=headers).status_code

    with journaled() as (url, journal):
        status, _ = guarded(_live(url, budget_jobs=5), send)

    assert (status, journal.requests) == (403, [])


def test_what_is_not_documented_is_not_sent_where_it_may_cost_money() -> None:
    """An unknown operation, the webhooks of the account, a job that is not the client's own."""

    def send(url: str) -> list[str]:
        with client(url) as http:
            answers = [
                http.post("/v1/images", json={}),
                http.post("/v1/webhook_endpoints", json={}),
                http.delete("/v1/videos/video_of_somebody_else"),
            ]
            return [each.json()["error"]["message"].partition(": ")[2] for each in answers]

    with journaled() as (url, journal):
        reasons, _ = guarded(_live(url, budget_jobs=5), send)

    assert [each.split(": ")[1] for each in reasons] == ["not listed", "not listed", "not ours"]
    assert journal.requests == []


def test_findings_in_the_traffic_are_reported_without_a_request() -> None:
    """A target that breaks the contract is found by what the client sent, and by nothing else."""

    def read(url: str) -> int:
        with httpx.Client(base_url=url, trust_env=False) as http:
            return http.get("/v1/videos").status_code

    with journaled(Breaking) as (url, journal):
        status, found = guarded(Options(target=url), read)

    assert (status, len(journal.requests)) == (200, 1)
    assert found.report.verdict is Verdict.BROKEN
    assert "documented_answers" in {each.check for each in found.report.findings}


def test_the_life_of_the_clients_jobs_is_examined() -> None:
    """A status that goes back and a progress that falls are found in the client's own polls."""
    states = iter([("queued", 0), ("in_progress", 50), ("queued", 10), ("completed", 100)])

    async def respond(asked: Asked) -> Response:
        status, progress = next(states)
        del asked
        return JSONResponse(
            {
                "id": "video_1",
                "object": "video",
                "model": "sora-2",
                "status": status,
                "progress": progress,
                "created_at": 1_795_856_400,
                "seconds": "4",
                "size": "720x1280",
            }
        )

    def poll(url: str) -> None:
        with client(url) as http:
            http.post("/v1/videos", json=CREATE)
            for _ in range(3):
                http.get("/v1/videos/video_1")

    with served(stub(respond)) as url:
        _, found = guarded(_live(url, budget_jobs=1), poll)

    assert {"status_order", "progress"} <= {each.check for each in found.report.findings}
    assert "status_order" in {name for name, _ in found.report.checks}


def test_responses_that_overlap_have_no_order() -> None:
    """Of polls that were on their way together only one counts, so that none seems to go back."""
    create = exchange({"id": "video_1"}, sent(CREATE))
    polls = [
        replace(
            exchange({"id": "video_1", "status": status}, Request("GET", "/v1/videos/video_1")),
            at_s=create.at_s + at_s,
        )
        for status, at_s in (("in_progress", 2.0), ("queued", 2.1), ("completed", 4.0))
    ]
    slow = [replace(each, reply_or_none=replace(each.reply, elapsed_s=1.0)) for each in polls]
    (trace,) = traces_in(CONTRACT, [create, *slow])

    assert [each.state["status"] for each in trace.polls()] == ["in_progress", "completed"]


def test_the_fake_has_no_address_to_guard() -> None:
    """The fake of this process is refused, with what to give instead."""
    with pytest.raises(UsageError, match="--target"):
        guarded(Options(), _creates(1))


def test_the_traffic_is_recorded_without_the_clients_secrets() -> None:
    """The cassette has each exchange; no prompt, no key of the client and none of the account."""
    with journaled() as (url, _):
        options = _live(url, budget_jobs=1)
        recorder = Recorder(Path("rec"), options, "guard", False, print)
        _, found = guarded(options, _creates(1, prompt="Ann Smith, Rome"), recorder=recorder)
        recorder.end(found.report)
    written = everything(Path("rec"))
    cassette = Cassette.open(Path("rec"))

    assert (cassette.facts.command, cassette.facts.jobs, cassette.damage) == ("guard", 1, "")
    assert cassette.exchanges[0].exchange.sender == "client"
    Canary.of([CANARY, "sk-of-the-client"]).require_none(written, "the cassette")
    assert b"Smith" not in written


def test_nothing_personal_of_a_whole_life_is_recorded() -> None:
    """A prompt, a picture, the addresses of the result: only references to them are kept."""

    def use(url: str) -> tuple[str, str]:
        with OpenAI(base_url=f"{url}/v1", api_key=f"{CANARY}-of-the-client") as sdk:
            picture = ("ann.mueller.png", PNG + PERSON.encode(), "image/png")
            video = sdk.videos.create_and_poll(
                model="sora-2", prompt=PERSON, seconds="4", input_reference=picture
            )
            sdk.videos.download_content(video.id).read()
            with client(url) as http:
                shown = http.get("/v1/video/query", params={"id": video.id}).json()
                refused = {"model": "sora-2", "prompt": PERSON, "size": PERSON}
                http.post("/v1/videos", json=refused)
            return video.id, str(shown["video_url"])

    with journaled() as (url, _):
        options = _live(url, budget_jobs=2)
        recorder = Recorder(Path("rec"), options, "guard", False, print)
        (job, address), found = guarded(options, use, recorder=recorder)
        recorder.end(found.report)
    written = everything(Path("rec"))

    Canary.of([CANARY, f"{CANARY}-of-the-client"]).require_none(written, "the cassette")
    secrets = [job, *(part for part in urlsplit(address).path.split("/") if len(part) > 20)]
    assert [each for each in secrets if each.encode() in written] == []
    text = written.decode("utf-8", "replace")
    assert [each for each in PIECES if each in text] == []


@pytest.mark.long
def test_the_command_guards_until_ctrl_c(tmp_path: Path) -> None:
    """It says where it is, prints a line a request, and ends with a summary and the status 0."""
    command = [sys.executable, "-m", "contract_tests.cli.main", "guard", "--format", "json"]
    environment = {"CANARY_KEY": CANARY, "PYTHONPATH": str(ROOT)}
    with journaled() as (url, _journal):
        reach = ["--target", url, "--live", "--api-key-env", "CANARY_KEY", "--budget-jobs", "1"]
        with subprocess.Popen(
            [*command, *reach, "--check", "--record", "rec"],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout is not None
            base = json.loads(process.stdout.readline())["base_url"]
            answers = [_creates(1)(base.removesuffix("/v1"))[0].status_code for _ in range(2)]
            process.send_signal(signal.SIGINT)
            said, lines = process.communicate(timeout=60)
    data = json.loads(said)

    assert (process.returncode, answers) == (0, [200, 403])
    assert (data["requests"], data["jobs"], data["report"]["verdict"]) == (1, 1, "clean")
    assert lines.count("POST /v1/videos") == 2
    assert "not sent  budget: 1 of 1 jobs used" in lines
    assert "Traceback" not in lines
    assert Cassette.open(tmp_path / "rec").damage == ""
