"""The requests whose answers are on record: each documented request, whole lives, and refusals."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from openapi.contract.requests import FORM
from tests.mock_server.samples import LONG_ENOUGH_S, PNG, SORA, UNIFIED, UNIFIED_VEO, VEO, form
from tests.system.clients.contract_requests import as_form, request_variants

_SCENARIOS = (
    *("fails_at_60", "moderation_at_create", "moderation_late", "stuck_queued", "instant"),
    *("upstream_timeout", "happy", "nobody", "status_503"),
)


@dataclass(frozen=True, slots=True)
class Request:
    """One request; ``{job}`` in its path is the id of the newest job.

    Before it is sent the clock moves on by ``after_s`` seconds.
    """

    name: str
    method: str
    path: str
    more: dict[str, Any] = field(default_factory=dict)
    after_s: int = 0


def requests() -> Iterator[Request]:
    """All of them, in the order in which they are sent."""
    yield from _documented()
    yield from _life()
    yield from _unified_life()
    yield from _failures()
    yield from _derived()
    yield from _lists()
    yield from _refusals()
    yield from _controls()


def _documented() -> Iterator[Request]:
    for variant in request_variants():
        for names in (variant.required, tuple(variant.fields)):
            body = variant.body(names)
            more = {"files": as_form(body)} if variant.media_type == FORM else {"json": body}
            name = f"{variant.component} {variant.media_type} {len(names)} fields"
            yield Request(name, "POST", variant.path, more)


def _life() -> Iterator[Request]:
    yield Request("create", "POST", "/v1/videos", {"files": form(SORA)})
    for after_s in (0, 5, 20, 20, LONG_ENOUGH_S):
        yield Request(f"poll {after_s} s later", "GET", "/v1/videos/{job}", after_s=after_s)
    yield Request("content", "GET", "/v1/videos/{job}/content")
    yield Request(
        "part of it", "GET", "/v1/videos/{job}/content", {"headers": {"Range": "bytes=0-9"}}
    )
    yield Request(
        "past it", "GET", "/v1/videos/{job}/content", {"headers": {"Range": "bytes=9e9-"}}
    )
    yield Request("head", "HEAD", "/v1/videos/{job}/content")
    for variant in ("thumbnail", "spritesheet", "none"):
        yield Request(variant, "GET", f"/v1/videos/{{job}}/content?variant={variant}")
    yield Request("late", "GET", "/v1/videos/{job}/content", after_s=10_000_000)
    yield Request("still there", "GET", "/v1/videos/{job}")
    yield Request("delete", "DELETE", "/v1/videos/{job}")
    yield Request("delete again", "DELETE", "/v1/videos/{job}")
    yield Request("gone", "GET", "/v1/videos/{job}")


def _unified_life() -> Iterator[Request]:
    for body in (UNIFIED, UNIFIED_VEO):
        yield Request(f"unified {body['model']}", "POST", "/v1/video/create", {"json": body})
        for after_s in (0, 20, LONG_ENOUGH_S):
            path = "/v1/video/query?id={job}"
            yield Request(f"query {after_s} s later", "GET", path, after_s=after_s)
        yield Request("query as a video", "GET", "/v1/videos/{job}")
        yield Request("query without id", "GET", "/v1/video/query")


def _failures() -> Iterator[Request]:
    for scenario in _SCENARIOS:
        body = {**SORA, "prompt": f"A cat mock:{scenario}"}
        yield Request(f"create {scenario}", "POST", "/v1/videos", {"json": body})
        for after_s in (20, LONG_ENOUGH_S):
            yield Request(
                f"{scenario} {after_s} s later", "GET", "/v1/videos/{job}", after_s=after_s
            )
        yield Request(f"content of {scenario}", "GET", "/v1/videos/{job}/content")


def _derived() -> Iterator[Request]:
    yield Request("parent", "POST", "/v1/videos", {"files": form(VEO)})
    yield Request("early content", "GET", "/v1/videos/{job}/content")
    yield Request("early remix", "POST", "/v1/videos/{job}/remix", {"json": {"prompt": "Snow"}})
    yield Request("parent again", "POST", "/v1/videos", {"json": SORA})
    remix = {"json": {"prompt": "Snow"}}
    yield Request("remix", "POST", "/v1/videos/{job}/remix", remix, after_s=LONG_ENOUGH_S)
    yield Request("remix of nothing", "POST", "/v1/videos/{job}/remix", {"json": {}})
    body = {"prompt": "More", "seconds": "4", "video": {"id": "{job}"}}
    yield Request("extension", "POST", "/v1/videos/extensions", {"json": body}, LONG_ENOUGH_S)
    yield Request("edit", "POST", "/v1/videos/edits", {"json": body}, LONG_ENOUGH_S)


def _lists() -> Iterator[Request]:
    for query in ("", "?limit=2", "?limit=2&order=asc", "?limit=0", "?after=none", "?order=up"):
        yield Request(f"list {query}", "GET", f"/v1/videos{query}")
    for path in (
        "/v1/models",
        "/v1/models/sora-2",
        "/v1/models/none",
        "/v1/nowhere",
        "/v1/webhooks",
    ):
        yield Request(path, "GET", path)
    yield Request("wrong method", "PUT", "/v1/videos")


def _refusals() -> Iterator[Request]:
    path = "/v1/videos"
    changes: dict[str, dict[str, Any]] = {
        "no prompt": {"prompt": None},
        "blank prompt": {"prompt": " "},
        "long prompt": {"prompt": "p" * 32_001},
        "unknown model": {"model": "sora-9"},
        "retired model": {"model": "sora-2-2025-10-06"},
        "bad size": {"size": "1x1"},
        "bad seconds": {"seconds": "7"},
        "numeric seconds": {"seconds": 4},
        "more": {"colour": "red"},
    }
    for name, change in changes.items():
        body = {key: value for key, value in {**SORA, **change}.items() if value is not None}
        yield Request(f"{name}, JSON", "POST", path, {"json": body})
        texts = {key: str(value) for key, value in body.items()}
        yield Request(f"{name}, form", "POST", path, {"files": form(texts)})
        unified = {key: value for key, value in {**UNIFIED, **change}.items() if value is not None}
        yield Request(f"{name}, unified", "POST", "/v1/video/create", {"json": unified})
    files = form({**SORA, "input_reference": PNG})
    yield Request("a broken picture", "POST", path, {"files": files})
    yield Request("twice", "POST", path, {"files": [*form(SORA), *form({"prompt": "again"})]})
    for kind in ("application/json", "multipart/form-data", "text/plain", "text/plain; charset=x"):
        more = {"content": b"{", "headers": {"content-type": kind}}
        yield Request(f"broken {kind}", "POST", path, more)
    yield Request("no body", "POST", path)
    for key in ("", "Bearer", "Bearer invalid", "Basic abc", "key"):
        yield Request(f"key {key!r}", "GET", path, {"headers": {"Authorization": key}})


def _controls() -> Iterator[Request]:
    for path in ("clock", "faults", "webhooks/endpoints", "jobs"):
        yield Request(path, "GET", f"/_mock/{path}")
    yield Request("a fault", "POST", "/_mock/faults", {"json": {"kind": "status", "status": 503}})
    yield Request("it fires", "GET", "/v1/videos")
    yield Request("no faults", "DELETE", "/_mock/faults")
    yield Request("a scenario", "PUT", "/_mock/scenario", {"json": {"scenario": "fails_at_60"}})
    yield Request("a job of it", "POST", "/v1/videos", {"json": SORA})
    yield Request("it has failed", "GET", "/v1/videos/{job}", after_s=LONG_ENOUGH_S)
