"""The state of one tenant."""

import random
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from mock_server.domain.clock import Clock, TenantClock
from mock_server.domain.ids import SYSTEM
from mock_server.domain.scenario import Mix, Scenario
from mock_server.domain.tenant import RequestsMode, StoredTenant
from mock_server.domain.webhooks import Endpoint
from mock_server.faults.active import ActiveFaults, Turn
from mock_server.faults.fault import Fault, Subject
from openapi.dialects.dialect import Dialect

# The fields of a state that can be reset one by one.
SCOPES = ("clock", "scenario", "dialect", "faults", "webhooks", "requests_mode", "budget")
_FAULT_USE = "faults"


@dataclass(frozen=True, kw_only=True)
class TenantState:
    """Everything about one tenant except its jobs, its characters and its journal.

    ``scenario`` is for new jobs, ``dialect`` for responses. ``draws`` counts the random sources
    that were drawn for each use; with a ``seed`` they can be repeated. ``begun`` is how
    many changes for all tenants were made before this state began. ``budget`` is what its jobs may
    cost, in millionths of a dollar; None is no limit.
    ``key_end`` shows which key it is, and is empty until a request was read.
    """

    tenant: str
    clock: Clock
    scenario: Scenario | Mix
    dialect: Dialect
    faults: ActiveFaults = field(default_factory=ActiveFaults)
    draws: Mapping[str, int] = field(default_factory=dict)
    seed: int | None = None
    begun: int = 0
    webhooks: tuple[Endpoint, ...] = ()
    requests_mode: RequestsMode = RequestsMode.STRICT
    budget: int | None = None
    key_end: str = ""

    def draw(self, use: str) -> tuple["TenantState", random.Random]:
        """Draw the next random source of a use; returns the state afterwards and the source.

        Each use has its own sources, so that polling, for example, does not change what jobs do.
        With a seed a source depends only on the tenant, the use and how many were drawn before, so
        that all processes draw the same.
        """
        number = self.draws.get(use, 0) + 1
        return self._drawn(use, number), self._source(use, number)

    def use_faults(
        self,
        triggered: Mapping[str, Fault],
        fitting: Container[int | None],
        *,
        subject: Subject,
        now: int,
    ) -> tuple["TenantState", Sequence[Turn]]:
        """Use faults on a request; returns the state afterwards and what each fault does.

        ``triggered`` are the faults that the request's triggers ask for, ``fitting`` the ids of the
        active faults that are for such a request, and ``now`` is the tenant's instant.
        """
        before = self.draws.get(_FAULT_USE, 0)
        numbers = count(before + 1)
        faults, turns = self.faults.use(
            *(triggered, fitting),
            subject=subject,
            now=now,
            draw=lambda: self._source(_FAULT_USE, next(numbers)),
        )
        drawn = next(numbers) - 1
        state = self if drawn == before else self._drawn(_FAULT_USE, drawn)
        return replace(state, faults=faults), turns

    def stored(self) -> StoredTenant:
        """Its stored form, which has scenarios, the dialect and faults by name."""
        clock, faults, scenario = self.clock, self.faults, self.scenario
        return StoredTenant(
            clock=clock if isinstance(clock, TenantClock) else None,
            course=scenario.weights if isinstance(scenario, Mix) else scenario.name,
            dialect=self.dialect.name,
            faults=tuple(fault.to_stored() for fault in faults.faults),
            made=faults.made,
            by_word={trigger: fault.to_stored() for trigger, fault in faults.by_trigger.items()},
            draws=self.draws,
            begun=self.begun,
            webhooks=self.webhooks,
            requests_mode=self.requests_mode.value,
            budget=self.budget,
            key_end=self.key_end,
        )

    def _drawn(self, use: str, number: int) -> "TenantState":
        if self.seed is None:
            return self
        # Each create with a seed does this, and `replace` takes five times as long.
        state = object.__new__(TenantState)
        fields = {**self.__dict__, "draws": {**self.draws, use: number}}
        object.__setattr__(state, "__dict__", fields)
        return state

    def _source(self, use: str, number: int) -> random.Random:
        if self.seed is None:
            return SYSTEM
        return random.Random(f"{self.seed}/{self.tenant}/{use}/{number}")
