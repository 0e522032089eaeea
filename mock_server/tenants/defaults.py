"""The initial state of tenants, states made from their stored forms, and the known dialects."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache

import orjson

from mock_server.domain.clock import Clock
from mock_server.domain.scenario import Mix, Scenario
from mock_server.domain.tenant import RequestsMode, StoredFault, StoredTenant
from mock_server.faults import FAULTS
from mock_server.faults.active import ActiveFault, ActiveFaults, Match
from mock_server.faults.fault import Fault
from mock_server.faults.parse import FaultError, make_fault
from mock_server.http.errors import UNKNOWN_DIALECT, ApiError
from mock_server.scenarios.selection import Scenarios
from mock_server.stores.protocol import StoredStateError, of_server
from mock_server.tenants.state import TenantState
from openapi.dialects.dialect import Dialect


class DialectError(Exception):
    """The settings name an unknown dialect."""


@dataclass(frozen=True, slots=True)
class Dialects:
    """All known dialects, and the default dialect of tenants."""

    known: Mapping[str, Dialect]
    default: Dialect

    def named(self, name: str) -> Dialect:
        """A dialect by name.

        Raises:
            ApiError: 400, there is no such dialect.
        """
        if name not in self.known:
            known = ", ".join(sorted(self.known))
            raise ApiError(UNKNOWN_DIALECT, f"No dialect '{name[:80]}'; known: {known}.")
        return self.known[name]


_MODES = {mode.value: mode for mode in RequestsMode}


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantDefaults:
    """The initial state of tenants; ``budgets`` has those of some, in millionths of a dollar.

    ``clock`` returns a tenant's clock. A ``seed`` makes ids and random choices repeatable.
    """

    clock: Callable[[], Clock]
    scenarios: Scenarios
    dialects: Dialects
    seed: int | None = None
    faults: tuple[tuple[Fault, Match], ...] = ()
    requests_mode: RequestsMode = RequestsMode.STRICT
    budgets: Mapping[str, int] = field(default_factory=dict)

    def initial(self, tenant: str, server: StoredTenant | None) -> TenantState:
        """The state of a new tenant; ``server`` is what has been set for all tenants, if anything.

        Raises:
            StoredStateError: ``server`` uses something that this server does not know.
        """
        clock = self.clock()
        state = TenantState(
            tenant=tenant,
            clock=clock,
            scenario=self.scenarios.default,
            dialect=self.dialects.default,
            seed=self.seed,
            requests_mode=self.requests_mode,
            budget=self.budgets.get(tenant),
        )
        faults = self.faults
        if server is not None:
            try:
                scenario, active = self._scenario(server.course), _active_faults(server)
            except StoredStateError as error:
                raise of_server(error) from error
            faults = tuple((each.fault, each.match) for each in active.faults)
            state = replace(state, scenario=scenario, begun=server.begun)
        return replace(state, faults=ActiveFaults().begin(faults, clock.now()))

    def loaded(self, tenant: str, stored: StoredTenant) -> TenantState:
        """The state of a stored form.

        Raises:
            StoredStateError: it uses something that this server does not know.
        """
        return TenantState(
            tenant=tenant,
            clock=stored.clock or self.clock(),
            scenario=self._scenario(stored.course),
            dialect=self._dialect(stored.dialect),
            faults=_active_faults(stored),
            draws=stored.draws,
            seed=self.seed,
            begun=stored.begun,
            webhooks=stored.webhooks,
            requests_mode=_MODES.get(stored.requests_mode or "", self.requests_mode),
            budget=stored.budget,
            key_end=stored.key_end,
        )

    def fallback(self, tenant: str, stored: StoredTenant) -> TenantState:
        """The initial state with the dialect of a stored form that cannot be used, if known."""
        dialect = self.dialects.known.get(stored.dialect or "", self.dialects.default)
        return replace(self.initial(tenant, None), dialect=dialect)

    def _scenario(self, stored: str | Mapping[str, float] | None) -> Scenario | Mix:
        if stored is None:
            return self.scenarios.default
        try:
            return self.scenarios.select(stored)
        except ApiError as error:
            raise StoredStateError(error.message.rstrip("."), "scenario") from error

    def _dialect(self, name: str | None) -> Dialect:
        if name is None:
            return self.dialects.default
        try:
            return self.dialects.named(name)
        except ApiError as error:
            raise StoredStateError(error.message.rstrip("."), "dialect") from error


def _active_faults(stored: StoredTenant) -> ActiveFaults:
    return ActiveFaults(
        tuple(map(_active_fault, stored.faults)),
        stored.made,
        {trigger: _active_fault(fault) for trigger, fault in stored.by_word.items()},
    )


def _active_fault(stored: StoredFault) -> ActiveFault:
    try:
        fault, match = _fault(stored.kind, orjson.dumps({**stored.match, **stored.settings}))
    except FaultError as error:
        raise StoredStateError(str(error), "faults") from error
    return ActiveFault(
        *(fault, match, stored.set_ms, stored.id, stored.seen, stored.fired, stored.facts, stored)
    )


@lru_cache(maxsize=1000)
def _fault(kind: str, settings: bytes) -> tuple[Fault, Match]:
    # Settings with their defaults are not stored, though some are required when a fault is set.
    defaults = {each.name: each.default for each in fields(FAULTS[kind])} if kind in FAULTS else {}
    return make_fault(kind, {**defaults, **orjson.loads(settings)})
