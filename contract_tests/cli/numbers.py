"""Numbers on the command line of ``gateway-contract``."""

from math import isnan
from typing import Any

import click

_MOST = 1_000_000


class AboveZero(click.FloatRange):
    """A number above zero; not even the one that no comparison refuses is another."""

    def __init__(self) -> None:
        """As large as makes any sense."""
        super().__init__(0, _MOST, min_open=True)

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """The number; click refuses what is none."""
        number = float(super().convert(value, param, ctx))
        if isnan(number):
            self.fail(f"{value} is not in the range 0<x<={_MOST}.", param, ctx)
        return number
