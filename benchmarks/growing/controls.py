"""The kinds of control calls and endpoints, and of what they leave behind for others."""

from dataclasses import replace
from typing import Any

from benchmarks.growing.kind import Kind, Request
from benchmarks.growing.making import BAD, create, endpoint, fault, get, many, post


def _mix(size: int) -> Request:
    made = post("/_mock/scenario", {"scenario": many(size)}, BAD)
    return replace(made, method="PUT")


CONTROLS = (
    Kind(
        "settings of a fault",
        2000,
        lambda n: post("/_mock/faults", {"kind": "html", **many(n)}, BAD),
    ),
    Kind("a kind of fault", 50_000, lambda n: post("/_mock/faults", {"kind": "a" * n}, BAD)),
    Kind(
        "a list for a setting",
        2000,
        lambda n: post("/_mock/faults", {"kind": "status", "status": [1] * n}, BAD),
    ),
    Kind(
        "a pattern that is too long",
        50_000,
        lambda n: post("/_mock/faults", {"kind": "html", "prompt": "a" * n}, BAD),
    ),
    Kind("a mix", 2000, _mix),
    Kind("scopes", 2000, lambda n: post("/_mock/reset", {"scopes": ["clock"] * n})),
    Kind("fields of a search", 2000, lambda n: _search({"fields": many(n)}, BAD)),
    Kind("a field of a search", 50_000, lambda n: _search({"fields": {"x": "a" * n}})),
    Kind("an address", 900, lambda n: endpoint(url="http://127.0.0.1:9/" + "a" * n)),
    Kind("labels of a host", 50_000, lambda n: endpoint(url="http://" + "a." * n, status=BAD)),
    Kind("events", 2000, lambda n: endpoint(event_types=["video.completed"] * n)),
    Kind(
        "unknown events",
        2000,
        lambda n: endpoint(event_types=[f"e{i}" for i in range(n)], status=BAD),
    ),
    Kind(
        "a clip",
        50_000,
        lambda n: post(
            "/sora/v1/characters",
            {"model": "sora-2", "url": "https://a/" + "b" * n, "timestamps": "1,3"},
        ),
    ),
)
STATES = (
    Kind("faults that are set", 60, lambda _: create(), lambda n: [fault(probability=0)] * n),
    Kind("faults that are used", 60, lambda _: create(), lambda n: [fault(ms=0)] * n),
    Kind("used-up faults", 40, lambda _: create(), lambda n: [fault(ms=0, nth=1), create()] * n),
    Kind(
        "a prompt that faults search",
        8000,
        lambda n: create(prompt="a" * n),
        lambda _: [fault(prompt="(a+)+b|(a|a)*c")] * 20,
    ),
    Kind(
        "faults that search",
        45,
        lambda _: create(prompt="a" * 500),
        lambda n: [fault(prompt="(a+)+b")] * n,
    ),
    Kind(
        "requests that are searched",
        40,
        lambda _: _search({"prompt": "(a+)+b"}),
        lambda n: [create(prompt="a" * 500)] * n,
    ),
    Kind("requests that are verified", 40, lambda _: _verify(), lambda n: [create()] * n),
    Kind(
        "jobs that are listed", 40, lambda _: get("/v1/videos?limit=100"), lambda n: [create()] * n
    ),
    Kind("endpoints of a create", 40, lambda _: create(), lambda n: [endpoint()] * n),
)


def _search(where: dict[str, Any], status: int = 200) -> Request:
    return post("/_mock/requests/search", {"where": where}, status)


def _verify() -> Request:
    where = {"fields": {f"k{number}": number for number in range(50)}}
    return post("/_mock/requests/verify", {"where": where, "exactly": 1})


KINDS = (*CONTROLS, *STATES)
