"""The control API's document says what is taken: names, ranges, and examples that succeed."""

import re
from collections.abc import Callable, Iterable
from typing import Any

import httpx
import pytest
import yaml
from openai import OpenAI
from openapi_spec_validator import validate

from mock_server.control.document import FILE, Names, published
from mock_server.domain.ranges import COUNT, INSTANT_MS, POSITIVE_SPAN_S, SPAN_S, SPEED, WEIGHT
from mock_server.faults import FAULTS
from mock_server.faults.parse import settings_schema
from mock_server.webhooks import TargetError, Targets
from openapi.contract.document import load_contract
from openapi.contract.schemas import SchemaCompiler
from openapi.documents.places import operations
from openapi.documents.pointers import follow
from openapi.editions.clients import clients_edition
from tests.mock_server.control.conftest import ADMIN, Call, video
from tests.openapi.editions.rules import RULES
from video_gateway_mock.handle import Gateway

NAMES = Names(["happy", "slow", "fails_at_60"], ["gateway", "openai"], Targets().pattern)
DOCUMENT = published(load_contract(FILE), NAMES)
EDITION = clients_edition(DOCUMENT)


def bodies() -> list[tuple[str, str]]:
    """Method and path of each call that has a body."""
    return [
        (method, path)
        for path, item in DOCUMENT["paths"].items()
        for method, operation in item.items()
        if method != "parameters" and "requestBody" in operation
    ]


def media(document: dict[str, Any], method: str, path: str) -> dict[str, Any]:
    """What a call's body is documented as."""
    body = document["paths"][path][method]["requestBody"]
    if "$ref" in body:
        body = document["components"]["requestBodies"][body["$ref"].rpartition("/")[2]]
    found: dict[str, Any] = body["content"]["application/json"]
    return found


@pytest.mark.parametrize(("method", "path"), bodies())
def test_every_example_succeeds_as_it_stands(
    gateway: Gateway, client: OpenAI, call: Call, *, method: str, path: str
) -> None:
    """The documentation page sends a body as it shows it."""
    if "{job_id}" in path:
        gateway.scenario("instant" if path.endswith("/remix") else "slow")
        path_of_job = path.replace("{job_id}", video(client))
    else:
        path_of_job = path
    key = {"key": ADMIN} if "/server" in path else {}
    served = yaml.safe_load(call("GET", "/openapi.yaml").text)
    example = media(served, method, path)["example"]

    answer = call(method.upper(), path_of_job.removeprefix("/_mock"), json=example, **key)
    # What was set for all keys would meet the other tests of this server.
    call("DELETE", "/server/faults", ADMIN)
    call("PUT", "/server/scenario", ADMIN, json={"scenario": "happy"})

    assert answer.is_success


def test_the_document_says_the_ranges_that_are_held() -> None:
    """Numbers of clocks, mixes and counts stand in the file as code has them."""
    running, _, stepping = media(DOCUMENT, "put", "/_mock/clock")["schema"]["oneOf"]
    advance = media(DOCUMENT, "post", "/_mock/clock/advance")["schema"]
    move = media(DOCUMENT, "post", "/_mock/clock/move_to")["schema"]
    exactly, least = media(DOCUMENT, "post", "/_mock/requests/verify")["schema"]["oneOf"]
    mix = media(DOCUMENT, "put", "/_mock/scenario")["schema"]["properties"]["scenario"]["oneOf"][1]

    for schema, name, within in (
        *((running, "speed", SPEED), (stepping, "step_s", POSITIVE_SPAN_S)),
        *((advance, "seconds", SPAN_S), (move, "instant_ms", INSTANT_MS)),
        *((exactly, "exactly", COUNT), (least, "at_least", COUNT), (least, "at_most", COUNT)),
        (mix, "slow", WEIGHT),
    ):
        assert schema["properties"][name].items() >= within.limits.items(), name


@pytest.mark.parametrize("kind", FAULTS)
def test_the_document_has_every_setting_of_a_fault(kind: str) -> None:
    """The limits in the document are those by which faults are checked."""
    choices = media(DOCUMENT, "post", "/_mock/faults")["schema"]["oneOf"]
    named = [follow(DOCUMENT, each) for each in choices]
    found = [each for each in named if each["properties"]["kind"]["enum"] == [kind]]
    wanted = settings_schema(kind)["properties"]

    for each in found:
        assert set(each["properties"]) == {"kind", *wanted}
    for name, setting in wanted.items():
        limits = {key: setting[key] for key in setting.keys() & {"minimum", "maximum", "maxLength"}}
        assert found[0]["properties"][name].items() >= limits.items()


@pytest.mark.parametrize(
    ("fault", "fits"),
    [
        ({"kind": "latency"}, True),
        ({"kind": "latency", "ms": None, "first": 2}, True),
        ({"kind": "latency", "first": 2, "nth": 3}, False),
        ({"kind": "latency", "status": 503}, False),
        ({"kind": "status"}, False),
        ({"kind": "status", "status": 503}, True),
        ({"kind": "status", "status": 503, "code": "upstream_error"}, True),
        ({"kind": "status", "status": None, "code": "upstream_error"}, True),
        ({"kind": "status", "status": 503, "code": None}, True),
        ({"kind": "unknown"}, False),
    ],
)
def test_a_fault_fits_one_form_or_is_refused(call: Call, fault: dict[str, Any], fits: bool) -> None:
    """A fault that is taken fits exactly one of the documented forms; others fit none."""
    schemas = SchemaCompiler(DOCUMENT)
    choices = media(DOCUMENT, "post", "/_mock/faults")["schema"]["oneOf"]
    fitting = [each for each in choices if schemas.compile(each).is_valid(fault)]
    answer = call("POST", "/faults", json=fault)
    call("DELETE", "/faults")

    assert len(fitting) == int(fits)
    assert answer.is_success is fits


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_its_clients_edition_keeps_the_rules(
    rule: Callable[[dict[str, Any]], Iterable[Any]],
) -> None:
    """Clients are generated from it as from a gateway's contract."""
    assert list(rule(EDITION)) == []


def test_the_document_is_valid_openapi() -> None:
    """Its references lead somewhere, and every operation says what it does at some length."""
    validate(DOCUMENT)

    assert [
        operation["operationId"]
        for _, operation in operations(DOCUMENT)
        if not operation.get("description")
    ] == []


def test_what_is_checked_first_takes_all_that_is_documented() -> None:
    """The schema that names one error at a time knows the same fields as the exact one."""
    file = load_contract(FILE)
    for method, path in bodies():
        loose = media(file, method, path)["schema"]
        for choice in loose.get("x-published", {}).get("oneOf", ()):
            assert set(choice["properties"]) <= set(loose["properties"])
            for name, schema in choice["properties"].items():
                assert schema.get("maximum") == loose["properties"][name].get("maximum")


@pytest.mark.parametrize(
    ("url", "fits"),
    [
        ("http://127.0.0.1", True),
        ("https://hooks.localhost:65535/a?b=c", True),
        ("http://[::1]:8000/", True),
        ("http://receiver/", True),
        ("http://10.0.0.7:1/", True),
        ("http://127.0.0.256/", False),
        ("http://127.0.0.1:65536/", False),
        ("http://127.0.0.1/a b", False),
        ("http://other/", False),
        ("http://receiver.example/", False),
    ],
)
def test_the_document_says_where_webhooks_may_go(url: str, fits: bool) -> None:
    """The expression for addresses and the check of an address agree."""
    targets = Targets(["receiver", "10.0.0.7"])
    try:
        targets.check(url)
    except TargetError:
        taken = False
    else:
        taken = True

    assert taken is fits
    assert bool(re.search(targets.pattern, url)) is fits


def test_the_page_shows_the_same_document(call: Call) -> None:
    """Both files and the page have it, so that no client is made from another."""
    served = yaml.safe_load(call("GET", "/openapi.yaml").text)

    assert call("GET", "/openapi.json").json() == served
    assert isinstance(call("GET", "/docs/contract.json"), httpx.Response)
