"""`gateway-contract record` keeps a run; the key and what is personal are nowhere in it."""

import json
import signal
import threading
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from contract_tests.cli.main import main
from contract_tests.recording.canary import Canary
from contract_tests.recording.cassette import Cassette
from mock_server.domain.clock import Pace
from mock_server.settings import Settings
from tests.contract_tests.commands import CANARY
from tests.contract_tests.defective import Echoing
from tests.contract_tests.gateways import journaled, served, stub
from tests.contract_tests.recording.recordings import everything

PROMPT = b"calico cat"


def record(*options: str) -> Result:
    """One recording in this process."""
    return CliRunner().invoke(main, ["record", *options])


def of_live(url: str, *options: str) -> Result:
    """A recording of a fake that is treated as live."""
    return record("rec", "--target", url, "--live", "--api-key-env", "CANARY_KEY", *options)


def test_a_recording_has_the_life_of_the_jobs_and_the_refusals() -> None:
    """With one job: its creation, its polls, its content and its deletion, and free requests."""
    with journaled() as (url, journal):
        result = of_live(url, "--budget-jobs", "1", "--format", "json", "--ledger", "jobs.jsonl")
    data: dict[str, Any] = json.loads(result.stdout)["cassettes"][0]
    cassette = Cassette.open(Path("rec"))
    kinds = {(each.line["operation"], each.exchange.status) for each in cassette.exchanges}

    assert result.exit_code == 0
    assert (journal.accepted, data["jobs"], cassette.facts.jobs) == (1, 1, 1)
    assert data["exchanges"] == len(cassette.exchanges) == len(journal.requests)
    assert cassette.damage == ""
    assert {
        ("createVideo", 200),
        ("createVideo", 400),
        ("retrieveVideo", 200),
        ("retrieveVideo", 404),
        ("downloadVideoContent", 200),
        ("deleteVideo", 200),
        ("listVideos", 401),
    } <= kinds
    created = Path("jobs.jsonl").read_text()
    assert json.loads(created)["id"].encode() not in everything(Path("rec"))


def test_the_key_the_prompts_and_the_addresses_are_in_no_file() -> None:
    """If a server repeats the key everywhere, it is still in no file of the cassette."""
    with journaled(Echoing) as (url, journal):
        result = of_live(url, "--budget-jobs", "1")
    written = everything(Path("rec"))

    assert f"Bearer {CANARY}" in journal.keys
    Canary.of([CANARY]).require_none(written, "the cassette")
    assert CANARY not in result.output
    assert PROMPT not in written
    assert url.encode() not in (Path("rec") / "traffic.jsonl").read_bytes()
    assert b"/media/" not in written or b"/media/<" in written


@pytest.mark.long
def test_a_recording_has_what_a_target_may_accept_though_it_must_refuse_it() -> None:
    """With two jobs it is sent as a run sends it, and the checks that found nothing are noted."""
    with journaled() as (url, journal):
        of_live(url, "--budget-jobs", "2")
    cassette = Cassette.open(Path("rec"))

    assert journal.accepted == 2
    assert "allowed_values" in {each.exchange.sender for each in cassette.exchanges}
    assert cassette.facts.broken == {}
    assert "authentication" in cassette.facts.kept


@pytest.mark.parametrize(
    ("options", "status", "says"),
    [
        (("--target", "gateway.example"), 2, "neither 'mock'"),
        (("--target", "https://gateway.example"), 2, "--api-key-env"),
        (("--target", "http://127.0.0.1:9"), 3, "not complete"),
        (("--variant", "none"), 2, "--variant"),
    ],
)
def test_what_cannot_be_recorded_has_the_status_of_a_run(
    options: tuple[str, ...], status: int, says: str
) -> None:
    """An option that cannot work is 2, a target that is not there 3, with an empty cassette."""
    result = record("rec", *options)

    assert result.exit_code == status
    assert says in result.output


def test_nothing_is_created_on_a_live_target_without_a_budget() -> None:
    """The default is a budget of no jobs; what is free is recorded."""
    with journaled() as (url, journal):
        result = of_live(url)

    assert (result.exit_code, journal.accepted) == (0, 0)
    assert Cassette.open(Path("rec")).facts.jobs == 0


@pytest.mark.long
def test_an_interrupted_recording_can_be_read() -> None:
    """After Ctrl-C there is everything until then, and both the status and the file say so."""
    slow = Settings(pace=Pace(speed=1))
    with journaled(settings=slow) as (url, journal):

        def interrupt() -> None:
            journal.made_one.wait(30)
            signal.raise_signal(signal.SIGINT)

        thread = threading.Thread(target=interrupt)
        thread.start()
        result = of_live(url, "--budget-jobs", "1")
        thread.join()
    cassette = Cassette.open(Path("rec"))

    assert result.exit_code == 130
    assert "interrupted" in cassette.damage
    assert "createVideo" in {each.line["operation"] for each in cassette.exchanges}


def test_both_folders_are_looked_at_before_anything_is_sent() -> None:
    """A second folder that has something in it costs no jobs."""
    Path("rec-2").mkdir()
    (Path("rec-2") / "notes.txt").touch()
    with journaled() as (url, journal):
        result = of_live(url, "--twice", "--budget-jobs", "1")

    assert result.exit_code == 2
    assert "rec-2: there is something in it; name another folder" in result.output
    assert journal.requests == []


@pytest.mark.long
def test_two_recordings_say_which_fields_are_volatile() -> None:
    """Ids and times are references of their kind; nothing else of a job differs."""
    result = record("rec", "--twice", "--budget-jobs", "1")
    volatile = yaml.safe_load((Path("rec") / "volatile.yaml").read_text())
    by_field = {each["field"]: each["why"] for each in volatile["fields"]}

    assert result.exit_code == 0
    assert volatile["recordings"] == ["rec", "rec-2"]
    assert by_field["/id"] == "video"
    assert by_field["/created_at"] == "time"
    assert by_field["header x-request-id"] == "request"
    assert {"/status", "/model", "/object"} & set(by_field) == set()


def test_a_target_that_changes_is_volatile_where_it_does() -> None:
    """A value that is another one at each request is named with an example of each recording."""
    numbers = iter(range(10_000))

    async def respond(request: Request) -> Response:
        del request
        return JSONResponse({"object": "list", "data": [], "has_more": False, "n": next(numbers)})

    with served(stub(respond)) as url:
        record("rec", "--target", url, "--twice", "--budget-jobs", "0")
    volatile = yaml.safe_load((Path("rec") / "volatile.yaml").read_text())["fields"]

    found = next(each for each in volatile if each["field"] == "/n")
    assert found["why"] == "it differs"
    assert len(set(found["examples"])) == 2
