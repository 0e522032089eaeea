"""Addresses, keys and headers with meaning that try to reach what is not theirs."""

from tests.mock_server.wire import head
from tests.system.hostile.case import AUTHORIZED, Hostile, numbered

_PATHS = (
    *(
        "/v1/videos/../../etc/passwd",
        "/v1/videos/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "/..%5c..%5cwin.ini",
    ),
    *(
        "/docs/../../../etc/passwd",
        "/docs/..%2f..%2f..%2fetc/passwd",
        "/docs/%00",
        "/docs//etc/passwd",
    ),
    *("/media/../../etc/passwd", "/media/a/b/../../../etc/passwd.mp4", "/media/%00/%00/%00.mp4"),
    *("/media/a/b/c.mp4%00.jpg", "/media/characters/", "/media//.mp4", "/media/" + "a/" * 5000),
    *(
        "/v1/videos/%0d%0aX-Injected:%201",
        "/v1/videos/<script>alert(1)</script>",
        "/v1/videos/%ff%fe",
    ),
    *(
        "/v1/videos/%s%n%d",
        "/v1/videos/${jndi:ldap:%2f%2fa}",
        "/v1/videos/{0.__class__}",
        "/v1/videos/'",
    ),
    *("/v1/videos/" + "a" * 30_000, "/v1/videos/" + "%41" * 9000, "/v1/videos/%ed%a0%80/content"),
    *(
        "/v1/videos/x/content?variant=../../x",
        "/v1/videos/x/content?variant=%00",
        "/v1/videos/;/content",
    ),
    *("/v1/videos?after=%00", "/v1/videos?after=" + "a" * 20_000, "/v1/videos?limit=%31%30%30%30"),
    *("/v1/videos?limit=1e9", "/v1/videos?limit=NaN", "/v1/videos?" + "limit=1&" * 3000),
    *(
        "/v1/videos?order[]=asc&order=",
        "/v1/videos?order=asc%00",
        "/v1/videos?after[$ne]=1&limit=x",
    ),
    *("/v1/video/query?id=%00", "/v1/video/query?id=' OR '1'='1", "/v1/video/query?id=../x"),
    *("/v1/video/query?id=" + "%ff" * 9000, "/v1/video/query?" + "a=b&" * 6000, "/v1/models/../x"),
    *(
        "/_mock",
        "/_mock/../v1",
        "/_mock/%2e%2e/docs",
        "/_mock/world?tenant=../..",
        "/_mock/health/x",
    ),
    *(
        "/_mock/metrics/..",
        "/_mock/requests?limit=-1",
        "/_mock/faults/%00",
        "/_mock//health",
        "/openapi",
    ),
    *("/.git/config", "/.env", "/wp-login.php", "/cgi-bin/../../bin/sh", "/?-s", "/%c0%af..%c0%af"),
)
_METHODS = (
    "HEAD",
    "OPTIONS",
    "TRACE",
    "PUT",
    "PATCH",
    "DELETE",
    "PROPFIND",
    "PURGE",
    "LOCK",
    "SEARCH",
)
_KEYS = (
    *(
        "Bearer " + "a" * 20_000,
        "Bearer \xff\xfe",
        "Bearer a\tb",
        "Bearer",
        "bearer  ",
        "Bearer\xa0x",
    ),
    *(
        "Basic OjpA",
        "Digest username=a",
        "Negotiate x",
        "Bearer a, Bearer b",
        "Bearer invalid",
        ",",
    ),
    *(
        "Bearer ${jndi:ldap://a}",
        "Bearer %s%n",
        "Bearer ../../x",
        "Bearer x+y+z+invalid",
        "Bearer +",
    ),
)
_PREFERENCES = (
    *(
        "code=abc",
        "code=99",
        "code=600",
        "code=-1",
        "scenario=../x",
        "fault=%s",
        "fault=",
        "scenario=\xff",
    ),
    *("code=200", "code=" + "4" * 5000, "fault=<script>", "scenario=" + "a" * 9000, "code=5e2"),
)


def _asked(target: str, method: str = "GET", **headers: str) -> Hostile:
    """A request for a target."""
    sent = {**AUTHORIZED, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return Hostile(f"{method} {target[:30]}", head(method, target, sent), method)


PATHS = numbered("path", map(_asked, _PATHS))
METHODS = numbered("method", (_asked("/v1/videos/x/content/y", method) for method in _METHODS))
KEYS = numbered("key", (_asked("/v1/videos", Authorization=key) for key in _KEYS))
WISHES = numbered("wish", (_asked("/v1/videos", Prefer=wish) for wish in _PREFERENCES))
TARGETS = (*PATHS, *METHODS, *KEYS, *WISHES)
