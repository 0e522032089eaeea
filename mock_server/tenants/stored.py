"""Turns a world into facts that a store keeps, and faults back from them."""

from collections.abc import Mapping
from dataclasses import fields, replace
from functools import lru_cache
from typing import Any

import orjson

from mock_server.domain.clock import TenantClock
from mock_server.domain.scenario import Mix, Scenario
from mock_server.domain.tenant import FaultFacts, TenantFacts
from mock_server.faults import FAULTS
from mock_server.faults.active import ActiveFault, ActiveFaults, Match
from mock_server.faults.fault import Fault
from mock_server.faults.parse import FaultError, make_fault
from mock_server.stores.protocol import StoredStateError
from mock_server.tenants.state import TenantState


def facts_of(world: TenantState) -> TenantFacts:
    """Everything that a store needs to know of a world."""
    return TenantFacts(
        clock=world.clock.facts if isinstance(world.clock, TenantClock) else None,
        course=course_of(world.scenario),
        dialect=world.dialect.name,
        faults=tuple(_fault(active) for active in world.faults.faults),
        made=world.faults.made,
        by_word={word: _fault(active) for word, active in world.faults.by_word.items()},
        draws=dict(world.draws),
        begun=world.begun,
        webhooks=world.webhooks,
        requests_mode=world.requests_mode.value,
    )


def course_of(scenario: Scenario | Mix) -> str | dict[str, float]:
    """A scenario by its name, a mix by names and weights."""
    if isinstance(scenario, Mix):
        return {part.name: weight for part, weight in scenario.parts}
    return scenario.name


def faults_of(facts: TenantFacts) -> ActiveFaults:
    """The faults that are set, ready to be used.

    Raises:
        StoredStateError: a kind or a setting is not known.
    """
    return ActiveFaults(
        [_active(fault) for fault in facts.faults],
        facts.made,
        {word: _active(fault) for word, fault in facts.by_word.items()},
    )


def _fault(active: ActiveFault) -> FaultFacts:
    kept = active.kept
    if kept is not None:
        # What it is never changes, and most faults were not used since.
        seen = active.seen, active.fired, active.facts
        if seen == (kept.seen, kept.fired, kept.facts):
            return kept
        return replace(kept, seen=active.seen, fired=active.fired, facts=dict(active.facts))
    return FaultFacts(
        kind=active.fault.kind,
        settings=_settings(active.fault),
        match=_settings(active.match),
        set_ms=active.set_ms,
        id=active.id,
        seen=active.seen,
        fired=active.fired,
        facts=dict(active.facts),
    )


def _settings(of: Any) -> Mapping[str, Any]:
    """The fields that differ from their defaults."""
    return {
        each.name: value for each in fields(of) if (value := getattr(of, each.name)) != each.default
    }


def _active(facts: FaultFacts) -> ActiveFault:
    try:
        fault, match = _made(facts.kind, orjson.dumps({**facts.match, **facts.settings}))
    except FaultError as error:
        raise StoredStateError(str(error), "faults") from error
    return ActiveFault(
        fault,
        match,
        facts.set_ms,
        facts.id,
        facts.seen,
        facts.fired,
        dict(facts.facts),
        facts,
    )


@lru_cache(maxsize=1000)
def _made(kind: str, settings: bytes) -> tuple[Fault, Match]:
    """A fault and its requests, which never change; a setting is the one's or the other's."""
    # What has its default is not kept, though some of it must be given where a fault is set.
    defaults = {each.name: each.default for each in fields(FAULTS[kind])} if kind in FAULTS else {}
    return make_fault(kind, {**defaults, **orjson.loads(settings)})
