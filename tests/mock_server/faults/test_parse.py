"""Faults are made from plain settings, the same way for every place that sets them."""

import random
from statistics import fmean
from typing import Any

import jsonschema_rs
import pytest

import openapi
from mock_server.faults import FAULTS
from mock_server.faults.active import Match
from mock_server.faults.fault import OPERATIONS
from mock_server.faults.latency import Latency
from mock_server.faults.parse import FaultError, make_fault, read_fault, settings_schema
from mock_server.faults.quota import Quota, duration
from mock_server.faults.status import Status
from openapi.contract.document import load_contract

REFUSED: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("latncy", {}, r"no fault 'latncy'; known: latency, status, "),
    ("status", {"stauts": 500}, r"'status' does not take 'stauts'; it takes status, code, message"),
    ("duplicated", {"ms": 5}, r"does not take 'ms'; it takes no settings, and for .*, nth"),
    ("latency", {"ms": -1}, r"'latency' has 'ms' of -1, but it must be a number from 0 to 3600000"),
    ("latency", {"ms": "5"}, r"has 'ms' of '5', but it must be a number"),
    ("latency", {"ms": True}, r"has 'ms' of True"),
    ("latency", {"ms": float("nan")}, r"has 'ms' of nan"),
    ("latency", {"ms": float("inf")}, r"has 'ms' of inf"),
    ("latency", {"ms": {1}}, r"has 'ms' of \{1\}"),
    ("latency", {"distribution": "gauss"}, r"one of 'fixed', 'uniform', 'normal', 'exponential'"),
    ("status", {"status": 600}, r"a whole number from 200 to 599 other than 204, 205, 304"),
    ("status", {"status": 204}, r"has 'status' of 204"),
    ("html", {"status": 304}, r"has 'status' of 304"),
    ("status", {"status": 500.5}, r"has 'status' of 500.5"),
    ("status", {"message": ""}, r"'message' of '', but it must be text that is not empty"),
    ("truncated", {"share": 1.5}, r"a number from 0 to 1"),
    ("slow_drip", {"pieces": 0}, r"a whole number from 1 to 10000"),
    ("quota", {"limit": -1}, r"a whole number from 0 to 1000000000$"),
    ("quota", {"window_s": 0}, r"a number from 0.001 to 1000000000$"),
    ("schema_break", {"how": "melt"}, r"one of 'missing', 'type', 'enum'"),
    ("wrong_content_type", {"value": "a\r\nb: c"}, r"text of printable ASCII characters"),
    ("disconnect", {"after_work": "yes"}, r"must be true or false"),
    ("no_channel", {"group": ""}, r"text that is not empty"),
    ("status", {"probability": 1.01}, r"'probability' of 1.01, but .* number from 0 to 1"),
    ("status", {"prompt": "("}, r"'prompt' of '\(', but it must be a regular expression"),
    ("status", {"operation": "createVideos"}, r"'operation' .* one of 'createVideo', "),
    ("status", {"nth": 0}, r"a whole number from 1 to 1000000000$"),
    ("status", {"ttl_s": -1}, r"a number from 0 to 1000000000$"),
    ("status", {"status": 500, "nth": 1e300}, r"'nth' of 1e\+300, but it must be a whole number"),
    ("status", {"status": 500, "first": 2**70}, r"'first' of 1180591620717411303424, but it must"),
    ("status", {"status": 500, "ttl_s": 1e308}, r"a number from 0 to 1000000000"),
    ("status", {"status": 500, "nth": True}, r"'nth' of True"),
    ("status", {"status": 500, "model": "m" * 257}, r"text, at most 256 characters"),
    ("status", {"status": 500, "retry_after_ms": 1e18}, r"a whole number from 0 to 86400000"),
    ("quota", {"window_s": 1e308}, r"a number from 0.001 to 1000000000"),
    ("quota", {"x" * 1000: 1}, r"does not take 'x{80}'"),
    ("status", {"message": "m"}, r"the fault 'status' needs 'status' or 'code'"),
    ("status", {"code": "x", "nth": 2, "first": 3}, r"has both 'nth' and 'first'"),
)


@pytest.mark.parametrize(("kind", "settings", "message"), REFUSED)
def test_a_bad_setting_is_refused_by_name(
    kind: str, settings: dict[str, Any], message: str
) -> None:
    """What cannot be is a ValueError that names the setting and what it may be."""
    with pytest.raises(ValueError, match=message):
        make_fault(kind, settings)


def test_settings_are_sorted_into_fault_and_match() -> None:
    """What the fault does not own says which requests it is for, and None means left out."""
    made = make_fault("status", {"status": 502.0, "model": "sora-2", "first": 2, "prompt": None})

    assert made == (Status(status=502), Match(model="sora-2", first=2))
    assert isinstance(made[0], Status)
    assert isinstance(made[0].status, int)


def test_a_fault_is_read_from_a_line() -> None:
    """A command line writes kind and settings with an equals sign, quoted like a shell's words."""
    made = read_fault("quota limit=3 window_s=0.5 operation=createVideo prompt='^A cat'")

    assert made == (
        Quota(limit=3, window_s=0.5),
        Match(operation="createVideo", prompt="^A cat"),
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("", "write a fault as KIND setting=value"),
        ("latency 'ms=5", "write a fault as KIND setting=value"),
        ("latency ms", "takes setting=value, each once, not 'ms'"),
        ("latency ms=1 ms=2", "takes setting=value, each once, not 'ms=2'"),
        ("latency ms=soon", "'ms' of 'soon', but it must be a number"),
        ("status status=4.5", "'status' of '4.5', but it must be a whole number"),
        ("disconnect after_work=maybe", "must be true or false"),
        ("latency speed=5", "does not take 'speed'"),
    ],
)
def test_a_bad_line_is_refused(line: str, message: str) -> None:
    """A mistake on the command line is reported like any other."""
    with pytest.raises(FaultError, match=message):
        read_fault(line)


@pytest.mark.parametrize("kind", FAULTS)
def test_every_kind_has_a_schema_that_its_defaults_meet(kind: str) -> None:
    """The schema is one, it knows what requests are matched by, and every default is allowed."""
    schema = settings_schema(kind)
    jsonschema_rs.meta.validate(schema)
    defaults = {name: each["default"] for name, each in schema["properties"].items()}

    assert set(Match.__dataclass_fields__) <= set(defaults)
    assert jsonschema_rs.Draft202012Validator(schema).is_valid(defaults)
    assert make_fault(kind, defaults) == (FAULTS[kind](), Match())


def test_the_operations_are_those_of_the_contract() -> None:
    """A fault can be for every operation there is and for no other."""
    paths = load_contract(openapi.CONTRACT)["paths"]
    documented = [
        operation["operationId"]
        for item in paths.values()
        for operation in item.values()
        if isinstance(operation, dict)
    ]

    assert sorted(OPERATIONS) == sorted(documented)


@pytest.mark.parametrize("distribution", ["fixed", "uniform", "normal", "exponential"])
def test_latency_has_the_configured_mean(distribution: str) -> None:
    """Whatever the distribution, waits are never negative and come to the set time on average."""
    latency, _ = make_fault("latency", {"ms": 200, "distribution": distribution})
    assert isinstance(latency, Latency)
    chance = random.Random(1)
    waits = [latency.draw(chance) for _ in range(4000)]

    assert min(waits) >= 0
    assert fmean(waits) == pytest.approx(200, rel=0.05)
    assert (len(set(waits)) == 1) == (distribution == "fixed")


@pytest.mark.parametrize("distribution", ["fixed", "uniform", "normal", "exponential"])
def test_no_latency_is_none_at_all(distribution: str) -> None:
    """A time of zero is allowed in every distribution."""
    latency, _ = make_fault("latency", {"ms": 0, "distribution": distribution})
    assert isinstance(latency, Latency)

    assert latency.draw(random.Random(1)) == 0


@pytest.mark.parametrize(
    ("ms", "text"),
    [(20, "20ms"), (1000, "1s"), (8640, "8.64s"), (360_000, "6m0s"), (3_602_500, "1h0m2.5s")],
)
def test_a_span_is_written_as_openai_writes_it(ms: int, text: str) -> None:
    """The reset headers have units, the largest first."""
    assert duration(ms) == text
