"""Which faults are set, which requests they are for, and when they end."""

import random
import re
from dataclasses import dataclass, field
from typing import Any

from mock_server.faults.fault import Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The requests a fault is for; what is None does not matter.

    ``nth`` counts the matching requests from one, ``first`` takes so many of them, and
    ``ttl_s`` ends the fault after so many seconds of the tenant's clock.
    """

    operation: str | None = None
    model: str | None = None
    prompt: str | None = None
    nth: int | None = None
    first: int | None = None
    probability: float = 1.0
    ttl_s: float | None = None

    def fits(self, operation: str, fields: Any) -> bool:
        """Whether a request is of the kind, whatever its number."""
        if self.operation not in (None, operation):
            return False
        if self.model not in (None, fields.get("model")):
            return False
        return self.prompt is None or bool(re.search(self.prompt, str(fields.get("prompt", ""))))


@dataclass(slots=True)
class ActiveFault:
    """A fault that is set, and how many requests of its kind it has seen."""

    fault: Fault
    match: Match
    set_ms: int
    id: int = 0
    seen: int = 0
    fired: int = 0

    def strikes(self, chance: random.Random) -> bool:
        """Whether it is this request's turn."""
        self.seen += 1
        if self.match.nth is not None and self.seen != self.match.nth:
            return False
        if self.match.first is not None and self.seen > self.match.first:
            return False
        return self.match.probability >= 1 or chance.random() < self.match.probability

    def ended(self, now: int) -> bool:
        """Whether its time is over."""
        return self.match.ttl_s is not None and now >= self.set_ms + self.match.ttl_s * 1000


@dataclass(slots=True)
class ActiveFaults:
    """A tenant's faults in the order in which they were set; the first that strikes counts."""

    faults: list[ActiveFault] = field(default_factory=list)
    last_id: int = 0

    def add(self, fault: Fault, match: Match, now: int) -> ActiveFault:
        """Set a fault."""
        self.last_id += 1
        active = ActiveFault(fault, match, now, self.last_id)
        self.faults.append(active)
        return active

    def remove(self, fault_id: int) -> None:
        """End one fault."""
        self.faults = [active for active in self.faults if active.id != fault_id]

    def clear(self) -> None:
        """End all faults."""
        self.faults.clear()

    def pick(self, operation: str, fields: Any, now: int, chance: random.Random) -> Fault | None:
        """The fault that strikes this request, if one does."""
        if not self.faults:
            return None
        self.faults = [active for active in self.faults if not active.ended(now)]
        for active in self.faults:
            if active.match.fits(operation, fields) and active.strikes(chance):
                active.fired += 1
                return active.fault
        return None
