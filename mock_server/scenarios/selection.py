"""Selects the scenario of a new job."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mock_server.domain.ids import IdSource
from mock_server.domain.ranges import WEIGHT
from mock_server.domain.scenario import Mix, Scenario
from mock_server.http.errors import (
    INVALID_VALUE,
    REFUSED_BY_SCENARIO,
    UNKNOWN_SCENARIO,
    ApiError,
)
from mock_server.scenarios import DEFAULT, SHIPPED
from mock_server.scenarios.parsing import load_scenarios

_LONGEST_QUOTE = 80


@dataclass(frozen=True, slots=True)
class Scenarios:
    """All known scenarios, and the default scenario or mix of tenants."""

    known: Mapping[str, Scenario]
    default: Scenario | Mix

    def named(self, name: str) -> Scenario:
        """A scenario by name.

        Raises:
            ApiError: 400, there is no such scenario.
        """
        if name not in self.known:
            known = ", ".join(sorted(self.known))
            shown = name[:_LONGEST_QUOTE]
            raise ApiError(UNKNOWN_SCENARIO, f"No scenario '{shown}'; known: {known}.")
        return self.known[name]

    def select(self, wanted: str | Mapping[str, Any]) -> Scenario | Mix:
        """A scenario by name, or a mix by names and weights: ``{"happy": 8, "slow": 1}``.

        Raises:
            ApiError: 400, a name is unknown, or a weight is not a number above zero.
        """
        if isinstance(wanted, str):
            return self.named(wanted)
        if not wanted:
            raise ApiError(INVALID_VALUE, "The mix of scenarios is empty; name one at least.")
        return Mix(tuple((self.named(str(name)), _weight(name, wanted[name])) for name in wanted))


def _weight(name: str, weight: Any) -> float:
    if weight not in WEIGHT:
        shown = repr(weight)[:_LONGEST_QUOTE]
        message = f"The weight of scenario '{name}' is {shown}; it must be a number {WEIGHT}."
        raise ApiError(INVALID_VALUE, message)
    return float(weight)


def parse_selection(text: str) -> str | dict[str, Any]:
    """Parse the name of a scenario, or a mix such as ``happy=8,fails_at_60=1``, for ``select``.

    Raises:
        ApiError: 400, a part of a mix has no weight, or a scenario is named twice.
    """
    if "=" not in text and "," not in text:
        return text
    mix: dict[str, Any] = {}
    for part in text.split(","):
        name, equals, weight = part.strip().partition("=")
        if not equals or name in mix:
            message = f"Write a mix as NAME=WEIGHT,NAME=WEIGHT, each name once; got '{part}'."
            raise ApiError(INVALID_VALUE, message)
        mix[name] = _number(weight)
    return mix


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


@dataclass(frozen=True, slots=True)
class ScenarioSelector:
    """Selects the scenario of each new job.

    ``draw`` returns the scenario of a tenant's next job, drawn if it is a mix, and the source of
    the job's ids.
    """

    scenarios: Scenarios
    draw: Callable[[str, Scenario | Mix], Awaitable[tuple[Scenario, IdSource]]]

    async def choose(
        self, tenant: str, usual: Scenario | Mix, triggers: tuple[str, ...]
    ) -> tuple[Scenario, IdSource]:
        """The scenario of the first trigger that names one, else the ``usual`` one; and the ids.

        Raises:
            ApiError: the scenario refuses the job.
        """
        known = self.scenarios.known
        wanted = next((known[each] for each in triggers if each in known), usual)
        scenario, ids = await self.draw(tenant, wanted)
        if scenario.refusal is not None:
            error_kind = REFUSED_BY_SCENARIO.replace(scenario.refusal.status, scenario.refusal.code)
            raise ApiError(error_kind, scenario.refusal.message, param="prompt")
        return scenario, ids


def shipped() -> Scenarios:
    """The shipped scenarios."""
    known = load_scenarios(SHIPPED)
    return Scenarios(known, known[DEFAULT])
