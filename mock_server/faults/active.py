"""Which faults are set, which requests they are for, and when they end."""

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields
from typing import NamedTuple

from mock_server.domain.ranges import POSITIVE_COUNT, SPAN_S
from mock_server.domain.tenant import FaultFacts
from mock_server.faults.fault import LONGEST_WORD, Facts, Fault, Subject, setting
from mock_server.faults.operations import OPERATIONS
from mock_server.patterns import LONGEST_PATTERN, PatternError, found

# Each request looks at all that are set, and the whole of them is kept anew when one is used.
MOST_FAULTS = 1000
# Of these, those that search a prompt.
MOST_PATTERNS = 100
# Characters of all their texts.
MOST_TEXT = 200_000
# Those that will do nothing any more are kept so long, for whoever asks what they did.
MOST_USED_UP = 100
# Faults that change one answer are nested in each other.
MOST_AT_ONCE = 50


class TooManyFaultsError(Exception):
    """There is no room for one more fault."""

    def __init__(self, limit: str) -> None:
        super().__init__(
            f"there is no room for this fault: there can be at most {limit}; DELETE /_mock/faults "
            "ends all, DELETE /_mock/faults/ID one"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The requests a fault is for; what is None does not matter.

    ``prompt`` is a regular expression that is searched for. ``nth`` counts the matching requests
    from one, ``first`` takes so many of them, and ``ttl_s`` ends the fault after so many seconds of
    the tenant's clock.
    """

    operation: str | None = setting(None, enum=list(OPERATIONS))
    model: str | None = setting(None, maxLength=LONGEST_WORD)
    prompt: str | None = setting(None, format="regex", maxLength=LONGEST_PATTERN)
    nth: int | None = setting(None, **POSITIVE_COUNT.limits)
    first: int | None = setting(None, **POSITIVE_COUNT.limits)
    probability: float = setting(1.0, minimum=0, maximum=1)
    ttl_s: float | None = setting(None, **SPAN_S.limits)

    def fits(self, subject: Subject) -> bool:
        """Whether a request is of the kind, whatever its number."""
        if self.operation not in (None, subject.operation):
            return False
        if self.model not in (None, subject.model):
            return False
        return self.prompt is None or _is_found(self.prompt, subject.prompt)


def _is_found(pattern: str, prompt: str) -> bool:
    try:
        return found(pattern, prompt)
    except PatternError:
        # Kept by an earlier version, which took expressions that this one does not.
        return False


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
    remembers from request to request: whole numbers by name, nothing more. ``kept`` is what it was
    made from, for whoever keeps it again.
    """

    fault: Fault
    match: Match
    set_ms: int
    id: int | None = None
    seen: int = 0
    fired: int = 0
    facts: Facts = field(default_factory=dict)
    kept: FaultFacts | None = None

    @property
    def used_up(self) -> bool:
        """Whether it has had the last request that it is for."""
        last = self.match.first if self.match.nth is None else self.match.nth
        return last is not None and self.seen >= last

    def fits(self, subject: Subject) -> bool:
        """Whether a request is of its kind, and may be one of those that it is for."""
        return not self.used_up and self.fault.concerns(subject) and self.match.fits(subject)

    def turn(self, now: int, draw: Callable[[], random.Random]) -> Turn | None:
        """What is done to this request, which is of its kind; None lets it pass."""
        if self.used_up:
            return None
        self.seen += 1
        if self.match.nth is not None and self.seen != self.match.nth:
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

    def room_for(self, fault: Fault, match: Match) -> bool:
        """Whether one more can be set; those that are used up do not count."""
        return not self._limit(fault, match)

    def _limit(self, fault: Fault, match: Match) -> str:
        """The limit that one more fault would exceed; empty where there is room."""
        effective = [(active.fault, active.match) for active in self.faults if not active.used_up]
        return exceeded([*effective, (fault, match)])

    def add(self, fault: Fault, match: Match, now: int) -> ActiveFault:
        """Set a fault.

        Raises:
            TooManyFaultsError: there are as many as there may be.
        """
        if limit := self._limit(fault, match):
            raise TooManyFaultsError(limit)
        return self._append(fault, match, now)

    def begin(self, faults: Iterable[tuple[Fault, Match]], now: int) -> None:
        """Set the faults that every tenant begins with; they were held to the limits before."""
        for fault, match in faults:
            self._append(fault, match, now)

    def _append(self, fault: Fault, match: Match, now: int) -> ActiveFault:
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

    def any_ended(self, now: int) -> bool:
        """Whether the time of one is over."""
        return any(active.ended(now) for active in self.faults)

    def end(self, now: int) -> None:
        """Remove those whose time is over, and of those that are used up all but the newest."""
        used_up = [active for active in self.faults if active.used_up]
        old = {active.id for active in used_up[:-MOST_USED_UP]}
        self.faults = [
            active for active in self.faults if active.id not in old and not active.ended(now)
        ]

    def fitting(self, subject: Subject, now: int) -> list[ActiveFault]:
        """The faults that are for such a request, in order."""
        return [each for each in self.faults if not each.ended(now) and each.fits(subject)]

    def patterns(self) -> int:
        """How many of them search prompts."""
        return sum(active.match.prompt is not None and not active.used_up for active in self.faults)


def exceeded(faults: Sequence[tuple[Fault, Match]]) -> str:
    """The limit that so many faults exceed together; empty where none is."""
    if len(faults) > MOST_FAULTS:
        return f"{MOST_FAULTS} faults"
    if sum(match.prompt is not None for _, match in faults) > MOST_PATTERNS:
        return f"{MOST_PATTERNS} faults with a prompt"
    if sum(_text_length(fault) + _text_length(match) for fault, match in faults) > MOST_TEXT:
        return f"{MOST_TEXT} characters in all faults"
    return ""


def _text_length(part: Fault | Match) -> int:
    values = (getattr(part, each.name) for each in fields(part))
    return sum(len(value) for value in values if isinstance(value, str))


def turns(
    concerned: Iterable[ActiveFault],
    subject: Subject,
    now: int,
    draw: Callable[[], random.Random],
) -> list[Turn]:
    """What is done to a request by faults of its kind, up to the one that answers it."""
    taken: list[Turn] = []
    for active in concerned:
        turn = active.turn(now, draw)
        if turn is None:
            continue
        taken.append(turn)
        if len(taken) == MOST_AT_ONCE or not turn.fault.proceeds(subject, turn.spared):
            break
    return taken
