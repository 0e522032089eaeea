"""The kinds of what stands before a body: addresses, keys and other headers."""

from dataclasses import replace

from benchmarks.growing.kind import Kind, Request
from benchmarks.growing.making import ABSENT, BAD, FORM, create, form, get

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


KINDS = (*TARGETS, *HEADERS, *RANGES)
