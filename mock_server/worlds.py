"""One world a tenant: clock, scenario, dialect, faults, journal. None of it reaches another."""

import random
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from mock_server.domain.clock import Clock
from mock_server.domain.ids import IdSource
from mock_server.domain.scenario import Mix, Scenario
from mock_server.faults.active import ActiveFaults, Match
from mock_server.faults.fault import Fault
from mock_server.journal import Journal
from openapi.dialects.dialect import Dialect

_UNSEEDED = IdSource(random.SystemRandom())
# What can be put back by itself: fields of a world.
SCOPES = ("clock", "scenario", "dialect", "faults", "journal")


@dataclass(slots=True)
class World:
    """What belongs to one tenant but its jobs. ``chance`` is the random source of its faults.

    ``lots`` is that of its scenarios: how often a client polls must not change what its jobs do.
    """

    clock: Clock
    scenario: Scenario | Mix
    dialect: Dialect
    journal: Journal
    chance: random.Random
    lots: random.Random
    ids: IdSource
    faults: ActiveFaults = field(default_factory=ActiveFaults)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """How every world begins; with a ``seed``, a tenant's ids and chances are the same each time.

    ``capacity`` is how many requests a journal keeps.
    """

    clock: Callable[[], Clock]
    scenario: Scenario | Mix
    dialect: Dialect
    capacity: int
    seed: int | None = None
    faults: tuple[tuple[Fault, Match], ...] = ()

    def world(self, tenant: str) -> World:
        """A new world."""
        world = World(
            clock=self.clock(),
            scenario=self.scenario,
            dialect=self.dialect,
            journal=Journal(self.capacity),
            chance=self._chance(tenant, "faults"),
            lots=self._chance(tenant, "scenarios"),
            ids=_UNSEEDED if self.seed is None else IdSource(self._chance(tenant, "ids")),
        )
        for fault, match in self.faults:
            world.faults.add(fault, match, world.clock.now())
        return world

    def _chance(self, tenant: str, use: str) -> random.Random:
        return random.Random(None if self.seed is None else f"{self.seed}/{tenant}/{use}")


class Worlds:
    """Makes each tenant's world when it is first seen."""

    def __init__(self, beginning: Beginning) -> None:
        """Every world begins like this."""
        self.beginning = beginning
        self._worlds: dict[str, World] = {}

    def of(self, tenant: str) -> World:
        """The tenant's world."""
        world = self._worlds.get(tenant)
        if world is None:
            world = self._worlds[tenant] = self.beginning.world(tenant)
        return world

    @property
    def all(self) -> Mapping[str, World]:
        """Every world there is, by tenant."""
        return self._worlds

    def reset(self, tenant: str, scopes: Collection[str]) -> None:
        """Put parts of the tenant's world back to how they began: names of a world's fields."""
        world, fresh = self.of(tenant), self.beginning.world(tenant)
        for scope in SCOPES:
            if scope in scopes:
                setattr(world, scope, getattr(fresh, scope))

    def forget(self, tenant: str) -> None:
        """Drop the tenant's world; the next request makes a new one."""
        self._worlds.pop(tenant, None)

    def next_scenario(self, tenant: str) -> Scenario:
        """What the tenant's next job does unless its request asks otherwise; of a mix, by lot."""
        world = self.of(tenant)
        return (
            world.scenario.draw(world.lots) if isinstance(world.scenario, Mix) else world.scenario
        )

    def clock_of(self, tenant: str) -> Clock:
        """The tenant's clock."""
        return self.of(tenant).clock

    def ids_of(self, tenant: str) -> IdSource:
        """Where the tenant's ids come from."""
        return self.of(tenant).ids

    def dialect_of(self, tenant: str) -> Dialect:
        """How the tenant is answered."""
        return self.of(tenant).dialect
