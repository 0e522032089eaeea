"""How worlds begin, and how one is made again from what was kept of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mock_server.domain.clock import Clock, TenantClock
from mock_server.domain.requests_mode import RequestsMode
from mock_server.domain.scenario import Mix, Scenario
from mock_server.domain.tenant import TenantFacts
from mock_server.faults.active import ActiveFaults, Match
from mock_server.faults.fault import Fault
from mock_server.http.errors import ApiError
from mock_server.scenarios.selection import Scenarios
from mock_server.stores.protocol import StoredStateError, of_server
from mock_server.tenants.dialects import Dialects
from mock_server.tenants.state import TenantState
from mock_server.tenants.stored import faults_of
from openapi.dialects.dialect import Dialect

_MODES = {mode.value: mode for mode in RequestsMode}


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantDefaults:
    """How every world begins; a ``seed`` makes each tenant's ids and chances repeatable."""

    clock: Callable[[], Clock]
    scenarios: Scenarios
    dialects: Dialects
    seed: int | None = None
    faults: tuple[tuple[Fault, Match], ...] = ()
    requests_mode: RequestsMode = RequestsMode.STRICT

    def world(self, tenant: str, server: TenantFacts | None) -> TenantState:
        """A new world; ``server`` is what was set for all worlds since the start, if anything.

        Raises:
            StoredStateError: that names what this server does not know.
        """
        clock = self.clock()
        try:
            scenario, faults = (
                self._scenario(server.course if server else None),
                self._faults(server),
            )
        except StoredStateError as error:
            raise of_server(error) from error
        world = TenantState(
            tenant=tenant,
            clock=clock,
            scenario=scenario,
            dialect=self.dialects.default,
            seed=self.seed,
            begun=server.begun if server else 0,
            requests_mode=self.requests_mode,
        )
        world.faults.begin(faults, clock.now())
        return world

    def world_of(self, tenant: str, facts: TenantFacts) -> TenantState:
        """The world that was kept.

        Raises:
            StoredStateError: it names what this server does not know.
        """
        return TenantState(
            tenant=tenant,
            clock=self.clock() if facts.clock is None else TenantClock.of(facts.clock),
            scenario=self._scenario(facts.course),
            dialect=self._dialect(facts.dialect),
            faults=faults_of(facts),
            draws=dict(facts.draws),
            seed=self.seed,
            begun=facts.begun,
            webhooks=facts.webhooks,
            requests_mode=_MODES.get(facts.requests_mode or "", self.requests_mode),
        )

    def fallback(self, tenant: str, facts: TenantFacts) -> TenantState:
        """What is left of a world that cannot be used: its dialect, if that is known."""
        world = self.world(tenant, None)
        world.dialect = self.dialects.known.get(facts.dialect or "", self.dialects.default)
        return world

    def _faults(self, server: TenantFacts | None) -> tuple[tuple[Fault, Match], ...]:
        if server is None:
            return self.faults
        kept: ActiveFaults = faults_of(server)
        return tuple((active.fault, active.match) for active in kept.faults)

    def _scenario(self, course: str | Mapping[str, float] | None) -> Scenario | Mix:
        if course is None:
            return self.scenarios.default
        try:
            return self.scenarios.course(course)
        except ApiError as error:
            raise StoredStateError(error.message.rstrip("."), "scenario") from error

    def _dialect(self, name: str | None) -> Dialect:
        if name is None:
            return self.dialects.default
        try:
            return self.dialects.named(name)
        except ApiError as error:
            raise StoredStateError(error.message.rstrip("."), "dialect") from error
