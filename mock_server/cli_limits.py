"""The options of ``gateway-mock`` that bound what a request may ask of it."""

from collections.abc import Callable
from typing import Any

import click

from mock_server.settings import Settings

_DEFAULTS = Settings()
_OPTIONS = (
    ("max_body", 1, "A body, in bytes."),
    ("max_bodies", 1, "All bodies at one moment, in bytes; one more is answered 503."),
    ("max_parts", 1, "Fields and files of a form."),
    ("max_field", 1, "A text field of a form, in bytes."),
    ("max_depth", 1, "Levels of nested JSON."),
    ("max_values", 1, "Values in a JSON body."),
    ("max_url", 64, "A URL, in bytes."),
    ("max_headers", 1, "Headers of a request."),
    ("max_header_bytes", 256, "All headers of a request, in bytes."),
    ("max_connections", 1, "Open connections; one more is answered 503."),
    ("read_timeout", 1, "Seconds for a request to arrive, and for a caller that stops reading."),
    ("keep_alive", 0, "Seconds that a connection may wait for its next request."),
    ("drain", 0, "Seconds to finish answers after SIGTERM; a second signal ends at once."),
    ("render_workers", 1, "Videos that are rendered at the same time; others wait."),
)


def limit_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add an option for every limit."""
    for name, least, meaning in reversed(_OPTIONS):
        default = getattr(_DEFAULTS, name)
        kind = click.FloatRange(least) if isinstance(default, float) else click.IntRange(least)
        option = f"--{name.replace('_', '-')}"
        command = click.option(option, default=default, type=kind, help=meaning)(command)
    return command
