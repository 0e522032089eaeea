"""Which faults are set, which requests they are for, and when they end."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from mock_server.faults.fault import Facts, Fault, Subject, setting
from mock_server.faults.operations import OPERATIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The requests a fault is for; what is None does not matter.

    ``prompt`` is a pattern that is looked for. ``nth`` counts the matching requests from one,
    ``first`` takes so many of them, and ``ttl_s`` ends the fault after so many seconds of the
    tenant's clock.
    """

    operation: str | None = setting(None, enum=list(OPERATIONS))
    model: str | None = None
    prompt: str | None = setting(None, format="regex")
    nth: int | None = setting(None, minimum=1)
    first: int | None = setting(None, minimum=1)
    probability: float = setting(1.0, minimum=0, maximum=1)
    ttl_s: float | None = setting(None, minimum=0)

    def fits(self, subject: Subject) -> bool:
        """Whether a request is of the kind, whatever its number."""
        if self.operation not in (None, subject.operation):
            return False
        if self.model not in (None, subject.model):
            return False
        return self.prompt is None or bool(re.search(self.prompt, subject.prompt))


class Turn(NamedTuple):
    """A fault's turn to do something to a request, and what it remembers then."""

    fault: Fault
    id: int | None
    spared: bool
    facts: Facts
    chance: random.Random


@dataclass(slots=True)
class ActiveFault:
    """A fault that is set: how many requests of its kind it has seen, and on how many it was used.

    ``id`` is its number in its world, None where a request asked for it. ``facts`` are what else it
    remembers from request to request: whole numbers by name, nothing more.
    """

    fault: Fault
    match: Match
    set_ms: int
    id: int | None = None
    seen: int = 0
    fired: int = 0
    facts: Facts = field(default_factory=dict)

    def fits(self, subject: Subject) -> bool:
        """Whether a request is of its kind."""
        return self.match.fits(subject) and self.fault.concerns(subject)

    def turn(self, now: int, draw: Callable[[], random.Random]) -> Turn | None:
        """What is done to this request, which is of its kind; None lets it pass."""
        self.seen += 1
        if self.match.nth is not None and self.seen != self.match.nth:
            return None
        if self.match.first is not None and self.seen > self.match.first:
            return None
        chance = draw()
        if self.match.probability < 1 and chance.random() >= self.match.probability:
            return None
        spared = self.fault.spares(self.facts, now)
        self.fired += not spared
        return Turn(self.fault, self.id, spared, dict(self.facts), chance)

    def ended(self, now: int) -> bool:
        """Whether its time is over."""
        return self.match.ttl_s is not None and now >= self.set_ms + self.match.ttl_s * 1000


@dataclass(slots=True)
class ActiveFaults:
    """A tenant's faults in the order in which they were set.

    Each that lets a request through leaves it to the next. ``made`` counts all that were ever set.
    """

    faults: list[ActiveFault] = field(default_factory=list)
    made: int = 0
    by_word: dict[str, ActiveFault] = field(default_factory=dict)

    def add(self, fault: Fault, match: Match, now: int) -> ActiveFault:
        """Set a fault."""
        self.made += 1
        active = ActiveFault(fault, match, now, self.made)
        self.faults.append(active)
        return active

    def remove(self, fault_id: int) -> bool:
        """End one fault; whether there was one."""
        kept = [active for active in self.faults if active.id != fault_id]
        found = len(kept) < len(self.faults)
        self.faults = kept
        return found

    def clear(self) -> None:
        """End all faults, and forget what requests asked for."""
        self.faults.clear()
        self.by_word.clear()

    def asked(self, word: str, fault: Fault, now: int) -> ActiveFault:
        """The fault that a word of a request stands for; it remembers earlier such requests."""
        return self.by_word.setdefault(word, ActiveFault(fault, Match(), now))

    def set_as(self, fault_id: int) -> ActiveFault | None:
        """The fault that is set under a number."""
        return next((active for active in self.faults if active.id == fault_id), None)

    def any_ended(self, now: int) -> bool:
        """Whether the time of one is over."""
        return any(active.ended(now) for active in self.faults)

    def end(self, now: int) -> None:
        """Remove those whose time is over."""
        self.faults = [active for active in self.faults if not active.ended(now)]

    def fitting(self, subject: Subject, now: int) -> list[ActiveFault]:
        """The faults that are for such a request, in order."""
        return [each for each in self.faults if not each.ended(now) and each.fits(subject)]
