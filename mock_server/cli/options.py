"""Options of ``gateway-mock`` that are made from settings, and the parsing of clock options."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import Field, fields, replace
from datetime import UTC, datetime
from math import isfinite
from typing import Any

import click

from mock_server.domain.bill import micros
from mock_server.domain.clock import Pace
from mock_server.domain.ranges import INSTANT_MS, POSITIVE_SPAN_S, SPEED
from mock_server.settings import Settings

Command = Callable[..., Any]

_DEFAULTS = Settings()
# The fields of Settings that are groups of settings with options of their own.
GROUPS = ("body", "connections", "journal", "media", "webhooks")
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


def setting_options(*groups: str) -> Callable[[Command], Command]:
    """Add an option for every field of these groups of settings, in their order."""

    def add(command: Command) -> Command:
        for each in reversed([each for group in groups for each in _fields(group)]):
            command = _option(each)(command)
        return command

    return add


def grouped(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options, with those of each group of settings replaced by the group."""
    rest = dict(options)
    groups = {}
    for group in GROUPS:
        given = {each.name: rest.pop(_name(each)) for each in _fields(group)}
        groups[group] = replace(getattr(_DEFAULTS, group), **given)
    return {**rest, **groups}


def _fields(group: str) -> list[Field[Any]]:
    """The fields of a group of settings that have an option."""
    return [each for each in fields(getattr(_DEFAULTS, group)) if each.metadata]


def _name(setting: Field[Any]) -> str:
    return str(setting.metadata["option"]).replace("-", "_")


def _option(setting: Field[Any]) -> Callable[[Command], Command]:
    details, within = setting.metadata, setting.metadata["within"]
    name, meaning = f"--{details['option']}", details["meaning"]
    if within is None:
        return click.option(name, multiple=True, metavar=details["metavar"], help=meaning)
    kind = FiniteRange if isinstance(setting.default, float) else click.IntRange
    number = kind(within.least, within.most)
    return click.option(name, default=setting.default, type=number, help=meaning)


def budgets_of(texts: Iterable[str]) -> dict[str, int]:
    """The budgets given by ``--budget KEY=USD``, in millionths of a dollar by key.

    Raises:
        click.BadParameter: a text is not of that form, or a key is given twice.
    """
    budgets: dict[str, int] = {}
    for text in texts:
        key, _, usd = text.rpartition("=")
        try:
            amount = micros(usd)
        except ValueError as error:
            # The text itself is not shown, because it has a key.
            raise click.BadParameter(f"{error}, after KEY=", param_hint="--budget") from error
        if not key or key in budgets:
            hint = "a key is given twice" if key else "the key is missing: give KEY=USD"
            raise click.BadParameter(hint, param_hint="--budget")
        budgets[key] = amount
    return budgets


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
