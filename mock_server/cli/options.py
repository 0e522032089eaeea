"""Groups of options of ``gateway-mock``, their types, and the parsing of clock options."""

from collections.abc import Callable
from datetime import UTC, datetime
from math import isfinite
from typing import Any

import click

from mock_server.domain.clock import Pace
from mock_server.domain.ranges import INSTANT_MS, POSITIVE_SPAN_S, SPEED
from mock_server.settings import Settings

Command = Callable[..., Any]

_DEFAULTS = Settings()
# A day; more bytes than any machine has; more than any real number of values.
_SECONDS, _BYTES, _MANY = 86_400, 2**40, 1_000_000_000
# The range that every store and every client can represent.
SEEDS = click.IntRange(-(2**63), 2**63 - 1)


class FiniteRange(click.FloatRange):
    """A range of numbers that excludes ``nan``, which click's ranges accept."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Parse a number."""
        number: float = super().convert(value, param, ctx)
        if not isfinite(number):
            self.fail(f"{value} is not a finite number.", param, ctx)
        return number


_LIMITS = (
    ("max_body", 1, _BYTES, "Maximum size of a request body, in bytes."),
    (
        *("max_bodies", 1, _BYTES),
        "Maximum size of all request bodies in progress, in bytes; beyond it the server answers "
        "503.",
    ),
    ("max_parts", 1, 1_000_000, "Maximum number of fields and files in a form."),
    ("max_field", 1, _BYTES, "Maximum size of a text field in a form, in bytes."),
    ("max_depth", 1, 1000, "Maximum nesting depth of a JSON body."),
    ("max_values", 1, _MANY, "Maximum number of values in a JSON body."),
    ("max_url", 64, _BYTES, "Maximum length of a URL, in bytes."),
    ("max_headers", 1, 1_000_000, "Maximum number of request headers."),
    ("max_header_bytes", 256, _BYTES, "Maximum size of all request headers together, in bytes."),
    (
        *("max_connections", 1, 1_000_000),
        "Maximum number of open connections; beyond it the server answers 503.",
    ),
    (
        *("journal_bytes", 1 << 20, _BYTES),
        "Maximum size of the journal per API key, in bytes; the oldest requests are dropped.",
    ),
    (
        *("journal_total", 1 << 20, _BYTES),
        "Maximum size of all journals, in bytes; the largest are shortened.",
    ),
    (
        *("read_timeout", 1, _SECONDS),
        "Seconds a request may take to arrive, or a client may stop reading its response.",
    ),
    ("keep_alive", 0, _SECONDS, "Seconds to keep an idle connection open."),
    (
        *("drain", 0, _SECONDS),
        "Seconds to finish responses after SIGTERM; a second signal ends the server at once.",
    ),
    ("render_workers", 1, 64, "Number of videos rendered at the same time."),
)


def limit_options(command: Command) -> Command:
    """Add an option for every limit."""
    for name, least, most, meaning in reversed(_LIMITS):
        default = getattr(_DEFAULTS, name)
        kind = FiniteRange if isinstance(default, float) else click.IntRange
        option = f"--{name.replace('_', '-')}"
        command = click.option(option, default=default, type=kind(least, most), help=meaning)(
            command
        )
    return command


def webhook_options(command: Command) -> Command:
    """Add the options for webhooks."""
    command = click.option(
        "--webhook-timeout",
        default=_DEFAULTS.webhook_timeout,
        type=FiniteRange(0.1, 300),
        help="Seconds a webhook endpoint may take to answer.",
    )(command)
    return click.option(
        "--webhook-host",
        "webhook_hosts",
        multiple=True,
        metavar="HOST",
        help="Allow webhooks to this host; repeatable. Loopback is always allowed if --host is "
        "loopback.",
    )(command)


def pace_of(speed: float | None, step: float | None, frozen: bool, start: datetime | None) -> Pace:
    """The pace given by ``--speed``, ``--step``, ``--frozen`` and ``--start``.

    Raises:
        click.UsageError: the options exclude each other, or a number is out of range.
    """
    if sum((speed is not None, step is not None, frozen)) > 1:
        raise click.UsageError("--speed, --step and --frozen exclude each other: give one.")
    if speed is not None and speed not in SPEED:
        raise click.BadParameter(f"must be {SPEED}, e.g. 60", param_hint="--speed")
    if step is not None and step not in POSITIVE_SPAN_S:
        hint = f"must be a number of seconds {POSITIVE_SPAN_S}"
        raise click.BadParameter(hint, param_hint="--step")
    start_ms = None if start is None else round(start.replace(tzinfo=UTC).timestamp() * 1000)
    if start_ms is not None and start_ms not in INSTANT_MS:
        raise click.BadParameter("must be from 1970 to the year 3000", param_hint="--start")
    if frozen or step is not None:
        return Pace(speed=0.0, step_s=step or 0.0, start_ms=start_ms)
    return Pace(speed=1.0 if speed is None else speed, start_ms=start_ms)
