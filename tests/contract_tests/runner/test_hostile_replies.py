"""Whatever a gateway sends is data: a run ends with a verdict and readable reports."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema_rs
import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.checks import CHECKS
from contract_tests.checks.check import Passive
from contract_tests.reports.json_report import SCHEMA
from contract_tests.reports.report import Verdict
from contract_tests.wire.exchange import Exchange, Reply, Request
from tests.contract_tests.commands import OWN, live
from tests.contract_tests.connections import CONTRACT
from tests.contract_tests.hostile import (
    BEHAVIOURS,
    EMPTY,
    FORMS,
    GOOD,
    VIDEO,
    hostile,
    reply,
    video,
)

BOUNDS = ("--max-requests", "40", "--timeout", "0.5", "--longest-job", "0.1", "--quick")
KINDS = ("report", "junit", "html", "har")
FILES = tuple(word for kind in KINDS for word in (f"--{kind}", f"{kind}.out"))
COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]")
GENERATED = ("control character", "false gzip", "the guard's own headers", "some nesting")


def bounded(url: str, *options: str) -> Result:
    """A short run with every report."""
    return live(url, *BOUNDS, *FILES, "--ledger", "ledger.out", *options)


def reports() -> dict[str, str]:
    """What a run has written, by kind, read back by what would read it."""
    written = {kind: Path(f"{kind}.out").read_text(encoding="utf-8") for kind in KINDS}
    jsonschema_rs.Draft202012Validator(json.loads(SCHEMA.read_text())).validate(
        json.loads(written["report"])
    )
    ET.fromstring(written["junit"])
    json.loads(written["har"])
    return written


@pytest.mark.long
@pytest.mark.parametrize("budget", ["0", "1"])
@pytest.mark.parametrize("form", FORMS)
def test_any_reply_ends_in_a_verdict_and_reports(form: str, budget: str) -> None:
    """Each form of reply, to every request, leaves reports without anything raw and no crash."""
    with hostile(lambda _method, _target: FORMS[form]) as (url, _):
        result = bounded(url, *OWN, "--budget-jobs", budget)
    written = reports()

    require_truth(result, written)


@pytest.mark.parametrize("name", BEHAVIOURS)
def test_any_behaviour_ends_in_a_verdict_and_reports(name: str) -> None:
    """What never ends, or comes too late or too large, is given up and reported like a reply."""
    with hostile(lambda _method, _target: BEHAVIOURS[name]) as (url, _):
        result = bounded(url, *OWN, "--max-requests", "12")

    require_truth(result, reports())


def test_a_redirect_to_elsewhere_is_not_followed() -> None:
    """No other server gets a request, least of all the key, whatever the target's Location says."""
    with hostile(lambda _method, _target: EMPTY) as (other, asked_there):
        away = reply(b"", f"location: {other}/v1/videos", start="307 Temporary Redirect")
        with hostile(lambda _method, _target: away) as (url, _):
            result = bounded(url, *OWN, "--budget-jobs", "1")

    require_truth(result, reports())
    assert asked_there == []


def require_truth(result: Result, written: dict[str, str]) -> None:
    """Make sure that exit status, terminal and reports agree, and that none shows anything raw."""
    report = json.loads(written["report"])
    verdict = next(each for each in Verdict if each.text == report["verdict"])
    assert verdict in (Verdict.CLEAN, Verdict.BROKEN, Verdict.UNAVAILABLE), result.output
    assert result.exit_code == verdict.code
    assert verdict.text in result.output
    assert f"<h1>{verdict.text.capitalize()}" in written["html"]
    bad = ("skipped", "failure", "error")
    cases = ET.fromstring(written["junit"]).iter("testcase")
    green = {case.get("name") for case in cases if all(case.find(tag) is None for tag in bad)}
    assert green.isdisjoint({each["check"] for each in report["not_checked"]})
    assert green == set() or verdict is not Verdict.UNAVAILABLE
    sent = len(json.loads(written["har"])["log"]["entries"])
    assert sent == sum(report["requests_by_sender"].values())
    assert [text for text in (result.output, *written.values()) if COMMANDS.search(text)] == []
    assert "<script>" not in written["html"]


@pytest.mark.long
@pytest.mark.parametrize("form", GENERATED)
def test_generated_requests_survive_any_reply(form: str) -> None:
    """Schemathesis gets replies that its client can read, and its run ends as well."""
    with hostile(lambda _method, _target: FORMS[form]) as (url, _):
        result = bounded(url, "--checks", "schemathesis", "--checks", "server_errors")

    assert result.exit_code in (0, 1, 3), result.output
    assert reports()


@pytest.mark.parametrize(
    ("job", "path"),
    [
        ("video_\u202e1", "video_%E2%80%AE1"),
        ("../x?y#z", "..%2Fx%3Fy%23z"),
        ("..", "%2E%2E"),
        ("a\r\nX: 1", "a%0D%0AX%3A%201"),
    ],
)
def test_a_paid_job_of_any_id_is_deleted(job: str, path: str) -> None:
    """An id goes into addresses percent-encoded, and what was made under it is deleted."""
    with hostile(lambda method, _: video(id=job) if method == "POST" else EMPTY) as (url, asked):
        result = bounded(url, "--checks", "status_order", "--budget-jobs", "1")
        report = json.loads(reports()["report"])

    assert result.exit_code in (0, 1)
    assert f"DELETE /v1/videos/{path}" in asked
    assert report["jobs_created"] == report["jobs_deleted"] != []


@pytest.mark.parametrize("form", ["id beyond all bounds", "id that is true", "bad chunk"])
def test_a_paid_job_that_cannot_be_named_is_reported(form: str) -> None:
    """Where the answer to a create names no job that can be deleted, the report says so."""
    with hostile(lambda method, _: FORMS[form] if method == "POST" else EMPTY) as (url, _):
        bounded(url, "--checks", "status_order", "--budget-jobs", "1")

    reasons = [each["reason"] for each in json.loads(reports()["report"])["not_checked"]]
    assert any("no answer that names a job" in reason for reason in reasons)


def test_a_refused_key_is_reported_without_control_characters() -> None:
    """The message of a target that refuses the key is escaped on the terminal, too."""
    answer = reply(b"\x1b[2J no", start="401 No")
    with hostile(lambda _method, _target: answer) as (url, _):
        result = bounded(url, *OWN)

    assert result.exit_code == 2
    assert "\\x1b[2J no" in result.output
    assert not COMMANDS.search(result.output)


def test_a_reply_is_judged_as_it_was_sent() -> None:
    """A header that no client would pass on reaches the report, escaped."""
    answer = reply(b'{"error": {}}', "x-trace: a\x01b", start="400 Bad Request")
    with hostile(lambda method, _: answer if method == "POST" else EMPTY) as (url, _):
        bounded(url, "--checks", "refusals", "--checks", "reply_syntax")

    found = json.loads(reports()["report"])["findings"]
    assert {each["received"] for each in found if each["check"] == "reply_syntax"} == {
        "x-trace: a\\x01b"
    }


def test_a_reply_that_is_truly_coded_is_read() -> None:
    """A body under a true Content-Encoding is judged by what it holds."""
    with hostile(lambda _method, _target: FORMS["true gzip"]) as (url, _):
        bounded(url, *OWN)
    found = json.loads(reports()["report"])["findings"]

    assert [each for each in found if each["key"] in ("json", "coding")] == []
    assert GOOD.decode() in reports()["har"].replace('\\"', '"')


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from([*VIDEO, "data", "error", "detail", "has_more", "code"]), inner, max_size=4
    ),
)  # fmt: skip


@given(
    JSON_VALUES, st.sampled_from([200, 201, 400, 404, 429, 500]), st.sampled_from(["GET", "POST"])
)
def test_a_check_looks_at_any_document(document: object, status: int, method: str) -> None:
    """No JSON document crashes a check of every exchange."""
    body = json.dumps(document).encode()
    reply_ = Reply(status, (("content-type", "application/json"), ("retry-after", "-")), body)
    exchange = Exchange(1, Request("POST", "/v1/videos"), reply_, "createVideo")

    for check in CHECKS:
        if isinstance(check, Passive):
            list(check.run(CONTRACT, exchange))
