"""How the command line says how clocks run."""

from datetime import UTC, datetime

import click

from mock_server.domain.clock import Pace
from mock_server.domain.ranges import INSTANT_MS, POSITIVE_SPAN_S, SPEED


def pace_of(speed: float | None, step: float | None, frozen: bool, start: datetime | None) -> Pace:
    """The pace that ``--speed``, ``--step``, ``--frozen`` and ``--start`` ask for.

    Raises:
        click.UsageError: they contradict each other, or a number makes no sense.
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
