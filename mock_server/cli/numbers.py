"""Numbers on the command line: each within a range, none of them infinite or no number at all."""

from math import isfinite
from typing import Any

import click

# A day; an amount of bytes that no machine has; as many as anybody could mean.
SECONDS, BYTES, MANY = 86_400, 2**40, 1_000_000_000
# What every store and every client can hold.
SEEDS = click.IntRange(-(2**63), 2**63 - 1)


class FiniteRange(click.FloatRange):
    """A range that ``nan`` is not in, which compares with nothing."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """The number of a text."""
        number: float = super().convert(value, param, ctx)
        if not isfinite(number):
            self.fail(f"{value} is not a finite number.", param, ctx)
        return number
