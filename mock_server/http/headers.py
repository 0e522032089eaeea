"""The headers of a request by name, for those that need one of them."""

from starlette.types import Scope

_BY_NAME = "video_gateway.headers"


def header(scope: Scope, name: bytes) -> bytes | None:
    """The first header of that lower-case name."""
    by_name: dict[bytes, bytes] | None = scope.get(_BY_NAME)
    if by_name is None:
        # Backwards, so that of several the first stays.
        by_name = scope[_BY_NAME] = dict(reversed(scope["headers"]))
    return by_name.get(name)
