"""One world a tenant: its clock, its scenario, its faults. Nothing of one reaches another."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from mock_server.domain.clock import Clock
from mock_server.domain.scenario import Scenario
from mock_server.faults.active import ActiveFaults


@dataclass(slots=True)
class World:
    """What can be set for one tenant. ``chance`` is the random source of its faults."""

    clock: Clock
    scenario: Scenario
    chance: random.Random
    faults: ActiveFaults = field(default_factory=ActiveFaults)


class Worlds:
    """Makes each tenant's world when it is first seen."""

    def __init__(
        self, make_clock: Callable[[], Clock], scenario: Scenario, seed: int | None = None
    ) -> None:
        """New worlds get a clock of their own and take ``scenario``."""
        self._make_clock = make_clock
        self._scenario = scenario
        self._seed = seed
        self._worlds: dict[str, World] = {}

    def of(self, tenant: str) -> World:
        """The tenant's world."""
        world = self._worlds.get(tenant)
        if world is None:
            chance = random.Random(f"{self._seed}/{tenant}" if self._seed is not None else None)
            world = World(self._make_clock(), self._scenario, chance)
            self._worlds[tenant] = world
        return world

    def scenario_of(self, tenant: str) -> Scenario:
        """What the tenant's jobs do unless a request asks otherwise."""
        return self.of(tenant).scenario

    def clock_of(self, tenant: str) -> Clock:
        """The tenant's clock."""
        return self.of(tenant).clock
