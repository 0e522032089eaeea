"""How much a request may ask of the server: of its body, and of its connection."""

from dataclasses import dataclass

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyLimits:
    """What a body may be: ``size`` and ``field`` (a form's text) in bytes, ``parts`` of a form.

    Of JSON: ``depth`` in levels of nesting, ``values`` in all that commas and brackets can make,
    because a small text can be a large structure.
    """

    size: int = 32 * _MIB
    parts: int = 1000
    field: int = _MIB
    depth: int = 200
    values: int = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionLimits:
    """What a connection may be: ``url`` and ``header_bytes`` in bytes, ``headers`` by count.

    ``read_s`` is for a whole request from its first byte to its last, and for an answer that its
    caller has stopped reading; ``keep_alive_s`` for a connection between two requests; ``open``
    counts connections. ``bodies`` is bytes, for the bodies of all requests under way together.
    ``drain_s`` is what remains to finish answers when the server is told to end.
    """

    url: int = 32 * 1024
    headers: int = 100
    header_bytes: int = 64 * 1024
    read_s: float = 60
    keep_alive_s: int = 75
    open: int = 10_000
    bodies: int = 256 * _MIB
    drain_s: int = 10
