"""A tenant's faults: which are set, which requests they are used on, and when they end."""

import random
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import chain
from typing import Any, NamedTuple

from mock_server.domain.ranges import POSITIVE_COUNT, SPAN_S
from mock_server.domain.tenant import StoredFault
from mock_server.faults.fault import LONGEST_WORD, OPERATIONS, Facts, Fault, Subject, setting
from mock_server.patterns import LONGEST_PATTERN, PatternError, found

# Each request looks at all active faults, and all of them are stored again when one is used.
MOST_FAULTS = 1000
# Faults that search a prompt.
MOST_PATTERNS = 100
# Characters of the settings of all faults together.
MOST_TEXT = 200_000
# Used-up faults are kept, so that a client can ask what they did.
MOST_USED_UP = 100
# Faults used on one response are nested in each other.
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
    """The requests that a fault is for; a field that is None is not compared.

    ``prompt`` is a regular expression that is searched for. Of the requests that match, the fault
    is used on number ``nth`` only (counted from 1), or on the ``first`` ones. ``ttl_s`` ends it
    after so many seconds of the tenant's clock.
    """

    operation: str | None = setting(None, enum=list(OPERATIONS))
    model: str | None = setting(None, maxLength=LONGEST_WORD)
    prompt: str | None = setting(None, format="regex", maxLength=LONGEST_PATTERN)
    nth: int | None = setting(None, **POSITIVE_COUNT.limits)
    first: int | None = setting(None, **POSITIVE_COUNT.limits)
    probability: float = setting(1.0, minimum=0, maximum=1)
    ttl_s: float | None = setting(None, **SPAN_S.limits)

    def fits(self, subject: Subject) -> bool:
        """Whether a request matches, whatever its number."""
        if self.operation not in (None, subject.operation):
            return False
        if self.model not in (None, subject.model):
            return False
        return self.prompt is None or _is_found(self.prompt, subject.prompt)


def _is_found(pattern: str, prompt: str) -> bool:
    try:
        return found(pattern, prompt)
    except PatternError:
        # Stored by an earlier version, which accepted expressions that this one does not.
        return False


class Turn(NamedTuple):
    """A fault that is to be used on a request.

    ``spared`` is what ``Fault.spares`` returned, ``facts`` the fault's memory afterwards, and
    ``chance`` a random source.
    """

    fault: Fault
    id: int | None
    spared: bool
    facts: Facts
    chance: random.Random


@dataclass(frozen=True, slots=True)
class ActiveFault:
    """A fault that is set.

    ``id`` is its number among the tenant's faults, None if a trigger in a request asked for it. It
    was set at ``set_ms``. ``seen`` counts the requests that it is for, ``fired`` those that it was
    used on, and ``facts`` is what the fault itself remembers. ``stored`` is the stored form
    that it was loaded from.
    """

    fault: Fault
    match: Match
    set_ms: int
    id: int | None = None
    seen: int = 0
    fired: int = 0
    facts: Mapping[str, int] = field(default_factory=dict)
    stored: StoredFault | None = None

    @property
    def used_up(self) -> bool:
        """Whether it has seen the last request that it is for."""
        last = self.match.first if self.match.nth is None else self.match.nth
        return last is not None and self.seen >= last

    def fits(self, subject: Subject) -> bool:
        """Whether it matches a request."""
        return not self.used_up and self.fault.concerns(subject) and self.match.fits(subject)

    def turn(
        self, now: int, draw: Callable[[], random.Random]
    ) -> tuple["ActiveFault", Turn | None]:
        """Count a request that it is for.

        ``draw`` returns a random source. Returns the fault afterwards, and its turn if it is used.
        """
        if self.used_up:
            return self, None
        seen = self.seen + 1
        if self.match.nth is not None and seen != self.match.nth:
            return replace(self, seen=seen), None
        chance = draw()
        if self.match.probability < 1 and chance.random() >= self.match.probability:
            return replace(self, seen=seen), None
        facts = dict(self.facts)
        spared = self.fault.spares(facts, now)
        after = replace(self, seen=seen, fired=self.fired + (not spared), facts=facts)
        return after, Turn(self.fault, self.id, spared, facts, chance)

    def to_stored(self) -> StoredFault:
        """Its stored form."""
        stored = self.stored
        if stored is None:
            return StoredFault(
                kind=self.fault.kind,
                settings=_settings(self.fault),
                match=_settings(self.match),
                set_ms=self.set_ms,
                id=self.id,
                seen=self.seen,
                fired=self.fired,
                facts=self.facts,
            )
        # Its settings never change, and most faults have not been used since they were loaded.
        if (self.seen, self.fired, self.facts) == (stored.seen, stored.fired, stored.facts):
            return stored
        return replace(stored, seen=self.seen, fired=self.fired, facts=self.facts)

    def ended(self, now: int) -> bool:
        """Whether its ``ttl_s`` has passed."""
        return self.match.ttl_s is not None and now >= self.set_ms + self.match.ttl_s * 1000


@dataclass(frozen=True, slots=True)
class ActiveFaults:
    """A tenant's faults in the order in which they were set.

    ``made`` counts all that were ever set. ``by_trigger`` has the faults that triggers in requests
    asked for, by their triggers.
    """

    faults: tuple[ActiveFault, ...] = ()
    made: int = 0
    by_trigger: Mapping[str, ActiveFault] = field(default_factory=dict)

    def room_for(self, fault: Fault, match: Match) -> bool:
        """Whether one more can be set; faults that are used up do not count."""
        return not self._limit(fault, match)

    def _limit(self, fault: Fault, match: Match) -> str:
        """The limit that one more fault would exceed; empty if there is room."""
        effective = [(active.fault, active.match) for active in self.faults if not active.used_up]
        return exceeded([*effective, (fault, match)])

    def add(self, fault: Fault, match: Match, now: int) -> "ActiveFaults":
        """Set a fault, which comes last.

        Raises:
            TooManyFaultsError: the limit is reached.
        """
        if limit := self._limit(fault, match):
            raise TooManyFaultsError(limit)
        return self.begin([(fault, match)], now)

    def begin(self, faults: Iterable[tuple[Fault, Match]], now: int) -> "ActiveFaults":
        """Set faults without checking the limits, which the caller has done."""
        added = tuple(
            ActiveFault(*each, now, number) for number, each in enumerate(faults, self.made + 1)
        )
        return replace(self, faults=self.faults + added, made=self.made + len(added))

    def remove(self, fault_id: int) -> "ActiveFaults":
        """End one fault, if it is set."""
        return replace(self, faults=tuple(each for each in self.faults if each.id != fault_id))

    def clear(self) -> "ActiveFaults":
        """End all faults, including those that triggers asked for."""
        return ActiveFaults(made=self.made)

    def any_ended(self, now: int) -> bool:
        """Whether the ``ttl_s`` of one has passed."""
        return any(active.ended(now) for active in self.faults)

    def current(self, now: int) -> "ActiveFaults":
        """Without expired faults, and with the newest of those that are used up."""
        used_up = [active for active in self.faults if active.used_up]
        old = {active.id for active in used_up[:-MOST_USED_UP]}
        kept = tuple(
            active for active in self.faults if active.id not in old and not active.ended(now)
        )
        return self if len(kept) == len(self.faults) else replace(self, faults=kept)

    def fitting(self, subject: Subject, now: int) -> list[ActiveFault]:
        """The faults that match a request, in order."""
        return [each for each in self.faults if not each.ended(now) and each.fits(subject)]

    def patterns(self) -> int:
        """How many of them search prompts."""
        return sum(active.match.prompt is not None and not active.used_up for active in self.faults)

    def use(
        self,
        triggered: Mapping[str, Fault],
        fitting: Container[int | None],
        *,
        subject: Subject,
        now: int,
        draw: Callable[[], random.Random],
    ) -> tuple["ActiveFaults", list[Turn]]:
        """Use faults on a request, up to the one that answers it.

        First those of ``triggered``, by their triggers, then those with the ids ``fitting``.
        ``draw`` returns a random source. Returns the faults afterwards, and their turns.
        """
        current = self.current(now)
        by_trigger = dict(current.by_trigger)
        by_id = {active.id: active for active in current.faults}
        turns: list[Turn] = []
        for trigger, active in chain(
            current._of(triggered, now), ((None, by_id[each]) for each in by_id if each in fitting)
        ):
            after, turn = active.turn(now, draw)
            if trigger is None:
                by_id[active.id] = after
            else:
                by_trigger[trigger] = after
            turns += [turn] if turn else []
            if turn and (
                len(turns) == MOST_AT_ONCE or not turn.fault.proceeds(subject, turn.spared)
            ):
                break
        return ActiveFaults(tuple(by_id.values()), current.made, by_trigger), turns

    def _of(
        self, triggered: Mapping[str, Fault], now: int
    ) -> Iterator[tuple[str | None, ActiveFault]]:
        """The faults of triggers, which remember earlier requests with the same trigger."""
        for trigger, fault in triggered.items():
            yield trigger, self.by_trigger.get(trigger) or ActiveFault(fault, Match(), now)


def _settings(of: Fault | Match) -> Mapping[str, Any]:
    """The fields that differ from their defaults."""
    return {
        each.name: value for each in fields(of) if (value := getattr(of, each.name)) != each.default
    }


def exceeded(faults: Sequence[tuple[Fault, Match]]) -> str:
    """The limit that these faults exceed together; empty if they exceed none."""
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
