"""The kinds of input: bodies, headers, control calls, and state left behind."""

import json
from dataclasses import replace
from typing import Any

from benchmarks.growing.inputs import (
    ABSENT,
    BAD,
    EDGE,
    FORM,
    ORDER,
    Kind,
    Request,
    create,
    endpoint,
    fault,
    form,
    get,
    many,
    part,
    post,
    raw,
    unified,
)


def _repeated(size: int) -> Request:
    """Keys that are all different, and more colons than keys."""
    return raw(", ".join(f'"k{number}": 1' for number in range(size)) + ', "o": {"p": 1}')


JSONS = (
    Kind("different keys", 2000, _repeated),
    Kind("one key again and again", 2000, lambda n: raw(", ".join(['"k": 1'] * n))),
    Kind("nested lists", 1200, lambda n: create(x=[[1]] * n)),
    Kind("nested objects", 90, lambda n: raw('"x": ' + '{"a": ' * n + "1" + "}" * n)),
    Kind("brackets in a text", 4500, lambda n: raw(f'"x": "{"[" * n}"')),
    Kind("quotes in a text", 60_000, lambda n: create(x='"' * n)),
    Kind("a text", 120_000, lambda n: create(x="a" * n)),
    Kind("escapes", 50_000, lambda n: create(x="\u732b" * n)),
    Kind("colons", 60_000, lambda n: create(x=":" * n)),
    Kind("blanks", 120_000, lambda n: post("/v1/videos", b" " * n + json.dumps(ORDER).encode())),
    Kind("a prompt", 15_000, lambda n: create(prompt="a " * (n // 2))),
    Kind("too long a prompt", 100_000, lambda n: create(BAD, prompt="a" * n)),
    Kind("words in a prompt", 1500, lambda n: create(prompt=" mock:slow" * n)),
    Kind("a model", 100_000, lambda n: create(BAD, model="a" * n)),
    Kind("words behind a model", 8000, lambda n: create(BAD, model="sora-2" + "+slow" * n)),
    Kind("a list for a text", 2000, lambda n: create(BAD, seconds=["4"] * n)),
    Kind("wrong items", 2000, lambda n: unified(BAD, images=[1] * n)),
    Kind(
        "an image as text", 100_000, lambda n: unified(images=["data:image/png;base64," + "A" * n])
    ),
)
FORMS = (
    Kind("parts", 450, lambda n: form(*(part(f"k{number}") for number in range(n)))),
    Kind("one part again and again", 450, lambda n: form(part("k") * n)),
    Kind("a field", 100_000, lambda n: form(part("x", "a" * n))),
    Kind("line ends", 100_000, lambda n: form(part("x", "\r\n" * n))),
    Kind("almost boundaries", 20_000, lambda n: form(part("x", f"\r\n--{EDGE[:-1]}" * n))),
    Kind("a file name", 3500, lambda n: form(part("x", more=f'; filename="{"a" * n * 2}"'))),
    Kind(
        "escapes in a name", 3500, lambda n: form(part("x", more=f'; filename="{chr(92) * n * 2}"'))
    ),
    Kind("parameters", 1500, lambda n: form(part("x", more="; a=b" * n))),
    Kind("a header of a part", 3500, lambda n: form(part("x", more=f"\r\nX: {'a;' * n}"))),
)


TARGETS = (
    Kind("query parameters", 2000, lambda n: get("/v1/videos?limit=1&" + "a=b&" * n)),
    Kind("escapes in a query", 2500, lambda n: get("/v1/videos?after=" + "%41" * n, ABSENT)),
    Kind("digits of a limit", 8000, lambda n: get("/v1/videos?limit=" + "1" * n, BAD)),
    Kind("an id", 8000, lambda n: get("/v1/videos/" + "a" * n, ABSENT)),
    Kind("an id in a query", 8000, lambda n: get("/v1/video/query?id=" + "a" * n, ABSENT)),
    Kind("steps of a path", 7500, lambda n: get("/" + "a/" * n, ABSENT)),
    Kind("steps below media", 7500, lambda n: get("/media/" + "a/" * n, ABSENT)),
    Kind("a tenant", 8000, lambda n: get("/_mock/world?tenant=" + "a" * n, 403)),
    Kind(
        "an id of a delivery",
        8000,
        lambda n: get("/_mock/webhooks/deliveries?endpoint=" + "a" * n),
    ),
)
HEADERS = (
    Kind("a key", 8000, lambda n: get("/v1/models", authorization="Bearer " + "a" * n)),
    Kind(
        "words behind a key",
        2500,
        lambda n: get("/v1/models", authorization="Bearer a" + "+slow" * n),
    ),
    Kind("preferences", 2000, lambda n: get("/v1/models", prefer="scenario=slow, " * n)),
    Kind("blanks of a preference", 8000, lambda n: get("/v1/models", prefer="," + " " * n + "x")),
    Kind("commas of a preference", 8000, lambda n: get("/v1/models", prefer=", " * n)),
    Kind("headers", 2000, lambda n: Request("/v1/models", headers=_texts(n))),
    Kind("cookies", 7500, lambda n: get("/v1/models", cookie="a=b;" * n)),
    Kind("media types", 2000, lambda n: get("/v1/models", accept="text/html;q=0.1," * n)),
    Kind("a host", 8000, lambda n: get("/v1/models", host="a" * n)),
    Kind("parameters of a type", 2500, lambda n: _typed("; x=y" * n)),
    Kind("quotes of a type", 10_000, lambda n: _typed('; x="' + '\\"' * n + '"')),
)


def _finished(_size: int) -> list[Request]:
    made = create()
    return [replace(made, headers={**made.headers, "prefer": "scenario=instant"})]


def _content(**headers: str) -> Request:
    return get("/v1/videos/ID/content?variant=thumbnail", None, **headers)


def _texts(size: int) -> dict[str, str]:
    return {f"x-{number}": "y" for number in range(size)}


def _typed(more: str) -> Request:
    made = form()
    return Request(made.target, made.body, {"content-type": FORM["content-type"] + more})


RANGES = (
    Kind("ranges", 2000, lambda n: _content(range="bytes=" + "0-1," * n), _finished),
    Kind("blanks of a range", 8000, lambda n: _content(range="bytes=" + " " * n + "x"), _finished),
    Kind("digits of a range", 8000, lambda n: _content(range="bytes=0-" + "1" * n), _finished),
    Kind("tags", 2000, lambda n: _content(if_none_match='"a",' * n), _finished),
    Kind("blanks of a tag", 8000, lambda n: _content(if_none_match="a" + " " * n + "b"), _finished),
    Kind("quotes of a tag", 8000, lambda n: _content(if_none_match='"' * n), _finished),
    Kind(
        "a tag of a range",
        8000,
        lambda n: _content(range="bytes=0-1", if_range='"' * n),
        _finished,
    ),
)


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


KINDS = (*JSONS, *FORMS, *TARGETS, *HEADERS, *RANGES, *CONTROLS, *STATES)
