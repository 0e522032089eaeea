"""Parts of reports: curl lines that repeat a request, hidden signatures, weights."""

import subprocess
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request as Asked
from starlette.responses import Response

from contract_tests.contract.bodies import body_of, request_of
from contract_tests.findings.finding import Certainty, Finding
from contract_tests.reports.curl import curl
from contract_tests.reports.report import HIDDEN, Rules, Verdict, Weight, redact, verdict_of
from contract_tests.wire.exchange import KEY, Request
from openapi.contract.evidence import Evidence
from tests.contract_tests.connections import CREATE, FORM, READ
from tests.contract_tests.gateways import served, stub


def found(evidence: Evidence, certainty: Certainty = Certainty.REPEATED) -> Finding:
    """A finding of some evidence."""
    return Finding(
        check="a", operation="b", evidence=evidence, source="c", expected="d", received="e",
        certainty=certainty,
    )  # fmt: skip


@pytest.mark.needs("curl")
@pytest.mark.parametrize(
    "request_", [READ, CREATE, request_of(FORM, body_of(FORM, input_reference=None))]
)
def test_a_curl_line_sends_the_same_request(request_: Request) -> None:
    """Run by a shell, the line sends the method, path, body and media type, with the user's key."""
    seen: list[tuple[str, str, str | None, bytes]] = []

    async def note(asked: Asked) -> Response:
        kind = asked.headers.get("content-type")
        seen.append((asked.method, asked.headers["authorization"], kind, await asked.body()))
        return Response("{}")

    with served(stub(note)) as url:
        line = curl(url, request_)
        subprocess.run(
            line, shell=True, check=True, capture_output=True, env={"GATEWAY_API_KEY": "sk-mine"}
        )

    kind = request_.header("content-type")
    assert seen == [(request_.method, "Bearer sk-mine", kind, request_.body)]


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=60))
def test_no_value_breaks_out_of_a_curl_line(text: str) -> None:
    """Whatever a header holds stays one word of the line, of readable ASCII, with its bytes."""
    header = f"x-odd: a{text}".replace("\n", "").replace("\r", "")
    request = replace(READ, headers=(("x-odd", header.removeprefix("x-odd: ")),))
    line = curl("http://host", request)

    assert line.isascii()
    assert line.isprintable()
    address = [b"-g", b"-sS", b"-i", b"http://host/v1/models"]
    assert words(line) == [*address, b"-H", header.encode("latin-1", "backslashreplace")]


@pytest.mark.parametrize("text", ["$(touch x)", "`id`", '"; id; "', "\\", "'"])
def test_what_stands_before_a_key_is_text_as_well(text: str) -> None:
    """The shell puts in the key and nothing else of an Authorization header."""
    request = READ.with_headers(authorization=f"{text} {KEY}")

    assert words(curl("http://host", request))[-1] == f"authorization: {text} sk-mine".encode()


def test_a_body_is_never_the_name_of_a_file() -> None:
    """A body that begins with @ goes to curl by its input, since curl would open a file."""
    line = curl("http://host", replace(CREATE, body=b"@/etc/hosts"))

    assert "@/etc" not in line
    assert line.endswith("--data-binary @-")


def words(line: str) -> list[bytes]:
    """The words that a POSIX shell hands to curl."""
    script = 'curl() { for word in "$@"; do printf "%s\\0" "$word"; done; }; ' + line
    sh = ["sh", "-c", script]
    done = subprocess.run(sh, check=True, capture_output=True, env={"GATEWAY_API_KEY": "sk-mine"})
    return done.stdout.split(b"\0")[:-1]


@pytest.mark.parametrize("name", ["X-Amz-Signature", "token", "X-Amz-Security-Token", "apikey"])
def test_signatures_in_addresses_are_hidden(name: str) -> None:
    """What opens an address is taken out of it, and the rest stays."""
    text = f'{{"url": "https://host/a.mp4?size=4&{name}=abc%2F123&b=1"}}'

    assert redact(text) == f'{{"url": "https://host/a.mp4?size=4&{name}={HIDDEN}&b=1"}}'


@pytest.mark.parametrize(
    ("evidence", "certainty", "rules", "outcome"),
    [
        ("documented", "repeated", Rules(), (Weight.ERROR, Verdict.BROKEN)),
        ("verified", "once", Rules(), (Weight.ERROR, Verdict.BROKEN)),
        ("verified", "once", Rules(verified_warns=True), (Weight.ADVICE, Verdict.CLEAN)),
        ("documented", "once", Rules(verified_warns=True), (Weight.ERROR, Verdict.BROKEN)),
        ("inferred", "repeated", Rules(), (Weight.ADVICE, Verdict.CLEAN)),
        ("inferred", "repeated", Rules(strict=True), (Weight.ADVICE, Verdict.BROKEN)),
        ("documented", "flaky", Rules(), (Weight.FLAKY, Verdict.CLEAN)),
        ("documented", "flaky", Rules(strict=True), (Weight.FLAKY, Verdict.BROKEN)),
    ],
)
def test_evidence_and_certainty_decide_the_weight_of_a_finding(
    evidence: str, certainty: str, rules: Rules, outcome: tuple[Weight, Verdict]
) -> None:
    """Documented rules are errors, verified ones unless lowered, others advice unless strict."""
    finding = found(Evidence(evidence), Certainty(certainty))

    verdict = verdict_of((finding,), rules, not_checked=(), complaints=(), unavailable="")
    assert (rules.weight(finding), verdict) == outcome
