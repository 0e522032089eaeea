"""Paths, methods, queries and keys that lead nowhere."""

from tests.mock_server.cli.bad_input.case import EDITS, UNIFIED_PATH, VIDEOS, Case, a_get

PATHS = (
    "/nowhere",
    "/v1/videos/",
    "//v1/videos",
    "/v1//videos",
    "/v1/%2e%2e/v1/videos",
    "/v1/../v1/videos",
    "/v1/videos/a%2fb",
    "/docs/%2e%2e/%2e%2e/settings.py",
    "*",
)
IDS = ("..", "%2e%2e", "%00", "%ff", ";x", "a%252fb", "x" * 5000)
METHODS = (
    ("PUT", VIDEOS),
    ("PATCH", "/v1/videos/x"),
    ("GET", UNIFIED_PATH),
    ("DELETE", EDITS),
    ("TRACE", VIDEOS),
    ("POST", "/docs/"),
    ("PUT", "/openapi.json"),
    ("DELETE", "/media/a/b/c.mp4"),
)
NO_NUMBERS = ("many", "", "-", "1.0", "1_0", "%2b1", "%201", "%EF%BC%91", "9" * 5000)
NO_LIMITS = ("-1", "101", "999999999999")
NO_KEYS = ("Bearer", "Basic a2V5", "key", "Bearer Bearer b", "Bearer\tkey", "Bearer: key")

QUERIES = (
    *(
        a_get(f"limit {text[:9]!r}", "invalid_type", f"{VIDEOS}?limit={text}", param="limit")
        for text in NO_NUMBERS
    ),
    *(
        a_get(f"limit {text}", "invalid_value", f"{VIDEOS}?limit={text}", param="limit")
        for text in NO_LIMITS
    ),
    a_get("repeated query", "duplicate_parameter", f"{VIDEOS}?limit=1&limit=2", param="limit"),
    a_get("order of no kind", "invalid_value", f"{VIDEOS}?order=up", param="order"),
    a_get("long order", "invalid_value", f"{VIDEOS}?order={'x' * 20_000}", param="order"),
    a_get("after nothing", "invalid_value", f"{VIDEOS}?after=", param="after"),
    a_get("after a stranger", "video_not_found", f"{VIDEOS}?after=x", status=404, param="after"),
    a_get("query without id", "missing_required_parameter", "/v1/video/query", param="id"),
    a_get("query of a stranger", "video_not_found", "/v1/video/query?id=x", status=404, param="id"),
    a_get("odd variant", "invalid_value", "/v1/videos/x/content?variant=gif", param="variant"),
)

KEYS = (
    Case(name="empty key", code="missing_api_key", status=401, authorization=""),
    *(
        Case(name=f"key {text!r}", code="invalid_authorization", status=401, authorization=text)
        for text in NO_KEYS
    ),
    Case(name="refused key", code="invalid_api_key", status=401, authorization="Bearer invalid"),
)

ADDRESSES = (
    *(a_get(f"path {path}", "unknown_url", path, status=404) for path in PATHS),
    *(
        a_get(f"id {name[:9]}", "video_not_found", f"{VIDEOS}/{name}", status=404, param="id")
        for name in IDS
    ),
    *(
        Case(
            name=f"{method} {path}",
            code="method_not_allowed",
            status=405,
            method=method,
            target=path,
        )
        for method, path in METHODS
    ),
    *QUERIES,
    *KEYS,
)
