"""Lets pages of named web origins call the fake; without it no page may."""

from collections.abc import Sequence

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

_EXPOSED = (
    "x-request-id",
    "openai-poll-after-ms",
    "retry-after",
    "retry-after-ms",
    "content-range",
)


def with_cors(app: ASGIApp, origins: Sequence[str]) -> ASGIApp:
    """The application with the headers that let these origins in; ``*`` is any."""
    return CORSMiddleware(
        app,
        allow_origins=origins,
        allow_methods=["*"],
        allow_headers=["*"],
        expose_headers=_EXPOSED,
    )
