"""A world as requests read it and controls change it; its facts are what is kept of it."""

import random
from dataclasses import dataclass, field

from mock_server.domain.clock import Clock
from mock_server.domain.randomness import SYSTEM
from mock_server.domain.requests_mode import RequestsMode
from mock_server.domain.scenario import Mix, Scenario
from mock_server.domain.webhooks import Endpoint
from mock_server.faults.active import ActiveFaults
from openapi.dialects.dialect import Dialect

# What can be put back by itself: fields of a world.
SCOPES = ("clock", "scenario", "dialect", "faults", "webhooks", "requests_mode")


@dataclass(slots=True, kw_only=True)
class TenantState:
    """What belongs to one tenant but its jobs and its journal. ``draws`` counts by use.

    Whoever only reads it must not change it: others read the same.
    """

    tenant: str
    clock: Clock
    scenario: Scenario | Mix
    dialect: Dialect
    faults: ActiveFaults = field(default_factory=ActiveFaults)
    draws: dict[str, int] = field(default_factory=dict)
    seed: int | None = None
    begun: int = 0
    webhooks: tuple[Endpoint, ...] = ()
    requests_mode: RequestsMode = RequestsMode.STRICT

    def draw(self, use: str) -> random.Random:
        """A random source for the next thing of a use, each use apart.

        How often a client polls must not change what its jobs do. With a seed it hangs on nothing
        but the tenant, the use, and how many were drawn before, so that every process draws alike.
        """
        if self.seed is None:
            return SYSTEM
        number = self.draws[use] = self.draws.get(use, 0) + 1
        return random.Random(f"{self.seed}/{self.tenant}/{use}/{number}")
