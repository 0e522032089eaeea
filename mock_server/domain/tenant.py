"""What a world is, as facts that any store can keep: plain values, never changed in place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mock_server.domain.webhooks import Endpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockFacts:
    """Which of a clock's instants fell on which real one, how fast it runs, and its step."""

    fixed_ms: int
    wall_ms: int
    speed: float
    step_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultFacts:
    """One fault that is set: its kind, settings and requests, and what it has seen so far."""

    kind: str
    settings: Mapping[str, Any]
    match: Mapping[str, Any]
    set_ms: int
    id: int | None = None
    seen: int = 0
    fired: int = 0
    facts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantFacts:
    """One tenant's world but its jobs and its journal.

    ``course`` is a scenario's name or a mix of names with weights, ``dialect`` a name; None is the
    server's own. A ``clock`` of None is one that the process was given. ``made`` counts all faults
    that were ever set, ``by_word`` are those that words of requests asked for, and ``draws`` counts
    what was drawn by lot, by use. ``begun`` is how often all worlds had been
    changed at once before this one began. ``webhooks`` are told when jobs end.
    ``requests_mode`` is a name; None is the server's own.
    """

    clock: ClockFacts | None = None
    course: str | Mapping[str, float] | None = None
    dialect: str | None = None
    faults: tuple[FaultFacts, ...] = ()
    made: int = 0
    by_word: Mapping[str, FaultFacts] = field(default_factory=dict)
    draws: Mapping[str, int] = field(default_factory=dict)
    begun: int = 0
    webhooks: tuple[Endpoint, ...] = ()
    requests_mode: str | None = None
