"""Chooses the course of a new job: asked for in the request, or the server's default."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mock_server.domain.scenario import Scenario
from mock_server.errors import REFUSED_BY_SCENARIO, UNKNOWN_SCENARIO, ApiError
from mock_server.scenarios import DEFAULT, SHIPPED
from mock_server.scenarios.loading import load_scenarios

# A word of its own in a prompt, which every client can send: "A cat mock:fails_at_60".
_TOKEN = re.compile(r"(?:^|\s)mock:([A-Za-z0-9_-]+)(?=\s|$)")
_PREFERENCE = re.compile(r'(?:^|[,;])\s*scenario\s*=\s*"?([^",;\s]+)"?', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Scenarios:
    """All known scenarios and the one that every tenant begins with."""

    known: Mapping[str, Scenario]
    default: Scenario

    def named(self, name: str) -> Scenario:
        """A scenario by name.

        Raises:
            ApiError: 400, there is none.
        """
        if name not in self.known:
            known = ", ".join(sorted(self.known))
            raise ApiError(UNKNOWN_SCENARIO, f"No scenario '{name[:80]}'; known: {known}.")
        return self.known[name]


@dataclass(frozen=True, slots=True)
class Chooser:
    """Chooses for each new job; ``usual`` is what a tenant's jobs do unless asked otherwise."""

    scenarios: Scenarios
    usual: Callable[[str], Scenario]

    def choose(self, tenant: str, prefer: str | None, prompt: str) -> Scenario:
        """The scenario a request asks for: ``Prefer: scenario=NAME`` before ``mock:NAME``.

        Raises:
            ApiError: 400, it names a scenario nobody knows; or the scenario is a refusal.
        """
        asked = _PREFERENCE.search(prefer or "") or _TOKEN.search(prompt)
        scenario = self.scenarios.named(asked[1]) if asked else self.usual(tenant)
        if scenario.refusal is not None:
            situation = REFUSED_BY_SCENARIO.told(scenario.refusal.status, scenario.refusal.code)
            raise ApiError(situation, scenario.refusal.message, param="prompt")
        return scenario


def shipped() -> Scenarios:
    """The scenarios that come with the fake."""
    known = load_scenarios(SHIPPED)
    return Scenarios(known, known[DEFAULT])
