"""The options of ``gateway-mock`` that bound what a request may ask of it."""

from collections.abc import Callable
from typing import Any

import click

from mock_server.cli.numbers import BYTES, MANY, SECONDS, FiniteRange
from mock_server.settings import Settings

_DEFAULTS = Settings()
_OPTIONS = (
    ("max_body", 1, BYTES, "A body, in bytes."),
    ("max_bodies", 1, BYTES, "All bodies at one moment, in bytes; one more is answered 503."),
    ("max_parts", 1, 1_000_000, "Fields and files of a form."),
    ("max_field", 1, BYTES, "A text field of a form, in bytes."),
    ("max_depth", 1, 1000, "Levels of nested JSON."),
    ("max_values", 1, MANY, "Values in a JSON body."),
    ("max_url", 64, BYTES, "A URL, in bytes."),
    ("max_headers", 1, 1_000_000, "Headers of a request."),
    ("max_header_bytes", 256, BYTES, "All headers of a request, in bytes."),
    ("max_connections", 1, 1_000_000, "Open connections; one more is answered 503."),
    ("journal_bytes", 1 << 20, BYTES, "The journal of each key, in bytes; the oldest make room."),
    ("journal_total", 1 << 20, BYTES, "All journals, in bytes; the largest make room."),
    (
        *("read_timeout", 1, SECONDS),
        "Seconds for a request to arrive, and for a caller that stops reading.",
    ),
    ("keep_alive", 0, SECONDS, "Seconds that a connection may wait for its next request."),
    ("drain", 0, SECONDS, "Seconds to finish answers after SIGTERM; a second signal ends at once."),
    ("render_workers", 1, 64, "Videos that are rendered at the same time; others wait."),
)


def limit_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add an option for every limit."""
    for name, least, most, meaning in reversed(_OPTIONS):
        default = getattr(_DEFAULTS, name)
        kind = FiniteRange if isinstance(default, float) else click.IntRange
        option = f"--{name.replace('_', '-')}"
        command = click.option(option, default=default, type=kind(least, most), help=meaning)(
            command
        )
    return command
