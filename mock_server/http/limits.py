"""Limits of requests: of their bodies and of their connections."""

from dataclasses import dataclass

from mock_server.domain.ranges import Range, setting

_MIB = 1024 * 1024
# More bytes than any machine has; a day.
_BYTES, _SECONDS = 2**40, 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyLimits:
    """Limits of a request body: ``size`` and ``field`` in bytes.

    ``values`` limits the structure of JSON, because a short text can be a large structure.
    """

    size: int = setting(
        *(32 * _MIB, Range(1, _BYTES), "Maximum size of a request body, in bytes."),
        option="max-body",
    )
    parts: int = setting(
        *(1000, Range(1, 1_000_000), "Maximum number of fields and files in a form."),
        option="max-parts",
    )
    field: int = setting(
        *(_MIB, Range(1, _BYTES), "Maximum size of a text field in a form, in bytes."),
        option="max-field",
    )
    depth: int = setting(
        *(200, Range(1, 1000), "Maximum nesting depth of a JSON body."),
        option="max-depth",
    )
    values: int = setting(
        *(10_000, Range(1, 1_000_000_000), "Maximum number of values in a JSON body."),
        option="max-values",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionLimits:
    """Limits of connections. ``bodies`` is for the bodies of all requests in progress together."""

    bodies: int = setting(
        256 * _MIB,
        Range(1, _BYTES),
        "Maximum size of all request bodies in progress, in bytes; beyond it the server answers "
        "503.",
        option="max-bodies",
    )
    url: int = setting(
        *(32 * 1024, Range(64, _BYTES), "Maximum length of a URL, in bytes."),
        option="max-url",
    )
    headers: int = setting(
        *(100, Range(1, 1_000_000), "Maximum number of request headers."),
        option="max-headers",
    )
    header_bytes: int = setting(
        64 * 1024,
        Range(256, _BYTES),
        "Maximum size of all request headers together, in bytes.",
        option="max-header-bytes",
    )
    open: int = setting(
        10_000,
        Range(1, 1_000_000),
        "Maximum number of open connections; beyond it the server answers 503.",
        option="max-connections",
    )
    read_s: float = setting(
        60.0,
        Range(1, _SECONDS),
        "Seconds a request may take to arrive, or a client may stop reading its response.",
        option="read-timeout",
    )
    keep_alive_s: int = setting(
        *(75, Range(0, _SECONDS), "Seconds to keep an idle connection open."),
        option="keep-alive",
    )
    drain_s: int = setting(
        10,
        Range(0, _SECONDS),
        "Seconds to finish responses after SIGTERM; a second signal ends the server at once.",
        option="drain",
    )
